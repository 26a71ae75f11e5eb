"""Media ids of pictures that WeChat already has (素材), by what stands on them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, is_dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from redis import Redis

from bot.redis import GONE
from engine.clock import Clock

KEPT = 60 * 60 * 24 * 3 - 60 * 60 * 4
"""Seconds: temporary media live three days at WeChat; four hours are kept in hand."""
DAY = 60 * 60 * 24


_HOUSE = Path(__file__).parent.parent
_DRAWING = (
    "posters",
    "bot/studio.py",
    "bot/charts.py",
    "handlers/texts/cards.py",
    "handlers/texts/charts.py",
)
_LIBRARIES = "pillow", "qrcode", "pylopdf-fonts-zh-cn"


def drawn_by(font_path: str) -> str:
    """A digest of what makes pixels of facts: the code that draws, its libraries and fonts, and the operator's font.

    The files are read, not imported: a web process looks for pictures too, and never loads Pillow.
    """
    found = hashlib.sha256()
    for name in _DRAWING:
        place = _HOUSE / name
        for file in sorted(place.glob("*.py")) if place.is_dir() else (place,):
            found.update(file.read_bytes())
    for library in _LIBRARIES:
        found.update(version(library).encode())
    if font_path and Path(font_path).is_file():
        found.update(Path(font_path).read_bytes())
    return found.hexdigest()


class Shelf:
    """What was uploaded, kept in Redis until shortly before WeChat drops it."""

    def __init__(self, redis: Redis, *, prefix: str, clock: Clock, drawn_by: str = "") -> None:
        self._redis = redis
        self._prefix = prefix
        self._clock = clock
        self._drawn_by = drawn_by

    def find(self, facts: object) -> str | None:
        """The media id of the picture with these facts."""
        try:
            kept = self._redis.get(self._key(facts))
        except GONE:
            return None
        if not kept:
            return None
        text = kept.decode() if isinstance(kept, bytes) else kept
        made_at, _, media_id = text.partition(" ")
        # The demo's clock may have been moved past the picture's life.
        return media_id if self._clock.now().timestamp() - float(made_at) < KEPT else None

    def keep(self, facts: object, media_id: str) -> None:
        """Remember an upload."""
        try:
            self._redis.set(self._key(facts), f"{self._clock.now().timestamp()} {media_id}", ex=KEPT)
        except GONE:
            return

    def forget(self, facts: object) -> None:
        """WeChat does not know the media id any more."""
        try:
            self._redis.delete(self._key(facts))
        except GONE:
            return

    def first_today(self, person: str) -> bool:
        """Is this the first hint to the person in a day? True where Redis cannot say."""
        try:
            return bool(self._redis.set(f"{self._prefix}hinted:{person}", 1, nx=True, ex=DAY))
        except GONE:
            return True

    def _key(self, facts: object) -> str:
        said: Any = asdict(facts) if is_dataclass(facts) and not isinstance(facts, type) else facts
        text = json.dumps([self._drawn_by, type(facts).__name__, said], sort_keys=True, default=str)
        return f"{self._prefix}media:{hashlib.sha256(text.encode()).hexdigest()}"
