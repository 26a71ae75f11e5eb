"""Pictures that pages show (网页图片): made by a worker, served by the web process under names that say nothing."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Collection
from pathlib import Path

NAME = re.compile(r"[0-9a-f]{64}\.(?:jpg|png)")


class Gallery:
    """A folder that web processes and workers share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, name: str) -> Path | None:
        """The file of this name, if it is one of ours and there."""
        path = self._folder / name
        return path if NAME.fullmatch(name) and path.is_file() else None

    def read(self, name: str) -> bytes | None:
        """The picture of this name."""
        path = self.find(name)
        return path.read_bytes() if path else None

    def put(self, name: str, data: bytes) -> str:
        """Keep a picture; whoever looks sees all of it or nothing. Gives the name."""
        self._folder.mkdir(parents=True, exist_ok=True)
        half = self._folder / f".{secrets.token_hex(8)}"
        try:
            half.write_bytes(data)
            os.replace(half, self._folder / name)
        except OSError:
            half.unlink(missing_ok=True)  # on a full disk what is left of each try would keep it full
            raise
        return name

    def drop(self, name: str) -> None:
        """The picture is not wanted any more; nothing happens if it is gone."""
        if NAME.fullmatch(name):
            (self._folder / name).unlink(missing_ok=True)

    def keep(self, jpeg: bytes) -> str:
        """Keep a merchant's picture under the digest of its bytes."""
        return self.put(f"{hashlib.sha256(jpeg).hexdigest()}.jpg", jpeg)

    def sweep(self, kept: Collection[str], before: float) -> int:
        """Delete what was written before that moment and is neither kept nor a page's code; gives how many."""
        litter = [
            path
            for path in self._folder.glob("*")
            if (path.suffix == ".jpg" or path.name.startswith("."))
            and path.name not in kept
            and path.stat().st_mtime < before
        ]
        for path in litter:
            path.unlink(missing_ok=True)
        return len(litter)


def code_name(key: str) -> str:
    """What the picture of a QR code is called: `key` is a keyed digest of its scene, so that nobody guesses it."""
    return f"{hashlib.sha256(f'code {key}'.encode()).hexdigest()}.png"


def material_name(picture: str) -> str:
    """What a picture of 素材文案 is called: after its own random id, so that it is nobody else's to keep or delete."""
    return f"{hashlib.sha256(f'material {picture}'.encode()).hexdigest()}.jpg"
