"""JPEG bytes, and changing some rows of a finished JPEG without encoding the others again.

A restart marker after every row of blocks makes the rows independent of each other, so rows encoded alone with the
same tables can take the place of those of a finished picture: bit for bit what encoding the whole would give.
"""

import re
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

ROW = 16  # pixels: the height of a row of blocks at 4:2:0
LIMIT = 950_000  # bytes

_QUALITIES = (85, 78, 70, 60, 50, 40)
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")  # inside compressed rows every FF is followed by 00
_END = b"\xff\xd9"


@dataclass(frozen=True, slots=True)
class Sliced:
    """A finished JPEG as its header and its rows of blocks."""

    head: bytes
    rows: tuple[bytes, ...]
    quality: int


def encode(picture: Image.Image) -> bytes:
    """The best quality, 85 at most, that stays below the limit."""
    return _within_limit(picture)[0]


def slice_rows(picture: Image.Image) -> Sliced:
    """Encode a picture for having rows replaced later."""
    data, quality = _within_limit(picture)
    head, rows = _split(data)
    return Sliced(head, rows, quality)


def splice(whole: Sliced, band: Image.Image, top: int) -> bytes:
    """The picture with the rows from `top` on replaced by the band; both multiples of 16 (or the page's end)."""
    first, odd = divmod(top, ROW)
    if odd:
        raise ValueError(f"a band cannot begin at {top}")
    _, fresh = _split(_encode(band, whole.quality))
    rows = (*whole.rows[:first], *fresh, *whole.rows[first + len(fresh) :])
    parts = [whole.head]
    for number, row in enumerate(rows):
        if number:
            parts.append(_MARKERS[(number - 1) % 8])
        parts.append(row)
    parts.append(_END)
    return b"".join(parts)


_MARKERS = tuple(bytes((0xFF, 0xD0 + number)) for number in range(8))


def _within_limit(picture: Image.Image) -> tuple[bytes, int]:
    for quality in _QUALITIES:
        data = _encode(picture, quality)
        if len(data) <= LIMIT:
            break
    return data, quality


def _encode(picture: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality, subsampling="4:2:0", restart_marker_rows=1)
    return out.getvalue()


def _split(data: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    at = 2
    while True:
        marker = data[at + 1]
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA:  # start of scan: its header ends where the rows begin
            return data[:at], tuple(_RESTART.split(data[at : -len(_END)]))
