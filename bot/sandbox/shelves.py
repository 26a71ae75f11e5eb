"""The bytes of pictures: on disk beside the saved world, or in memory."""

import threading
from pathlib import Path

FOLDER = "sandbox-media"
MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
)


class MediaShelf:
    """Bytes by media id."""

    def __init__(self, data_dir: Path | None) -> None:
        self._folder = data_dir / FOLDER if data_dir else None
        self._lock = threading.Lock()
        self._memory: dict[str, bytes] = {}

    def put(self, media_id: str, data: bytes) -> None:
        """Keep the bytes."""
        if self._folder is None:
            with self._lock:
                self._memory[media_id] = data
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / media_id).write_bytes(data)

    def get(self, media_id: str) -> bytes | None:
        """The bytes, if they are there."""
        if self._folder is None:
            with self._lock:
                return self._memory.get(media_id)
        path = self._folder / Path(media_id).name
        return path.read_bytes() if path.is_file() else None

    def clear(self) -> None:
        """Throw all of it away."""
        with self._lock:
            self._memory.clear()
        if self._folder and self._folder.is_dir():
            for path in self._folder.iterdir():
                path.unlink()


def mime_of(data: bytes) -> str:
    """The file's kind by its first bytes, or empty."""
    if data[4:8] == b"ftyp":
        return "video/mp4"
    return next((mime for magic, mime in MAGIC if data.startswith(magic)), "")
