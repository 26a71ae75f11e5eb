"""Changing a part of a finished JPEG without encoding the rest again: bit for bit what encoding the whole would give.

The file is cut at its restart markers into cells, and cells encoded alone take the place of those that changed. What
makes that right, by ITU-T T.81 (ISO/IEC 10918-1):

- A minimum coded unit (MCU) of three components at 4:2:0 is 16 × 16 pixels (A.2.3); a scan runs through them row by
  row. Units at the right and lower edge are filled up by the encoder (A.2.4), so a part may end there or on a unit.
- DRI says how many units lie between two restart markers (B.2.4.4). At each of them the prediction of DC begins anew
  at zero and the bits are filled up with ones to a whole byte (E.1.4, F.1.2.3): no interval knows of another.
- The markers are FFD0 to FFD7 in turn, from the first interval on (B.2.1). Inside an interval every FF is followed by
  00 (B.1.1.5), so that a marker can be found without decoding anything.
- Quantisation and Huffman tables stand before the scan (B.2.4.1, B.2.4.2). They are the same in whole and part since
  both are encoded at one quality with the encoder's fixed tables (no `optimize`).

An interval of 17 units divides the 68 units of a page's row by four: a code in the middle changes half of its rows.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from PIL import Image

from posters import jpeg
from posters.geometry import Box

UNIT = 16
"""Pixels of a minimum coded unit, either way."""
UNITS = 17
"""Minimum coded units of a cell, side by side."""
CELL = UNIT * UNITS, UNIT
"""Width and height of a cell; the last column ends with the page."""

_SCAN = 0xDA
_RESTARTS = tuple(bytes((0xFF, 0xD0 + number)) for number in range(8))
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
_END = b"\xff\xd9"


@dataclass(frozen=True, slots=True)
class Cells:
    """A finished JPEG as its header and its cells, row by row."""

    head: bytes
    cells: tuple[bytes, ...]
    page: Box
    quality: int

    @property
    def columns(self) -> int:
        return _across(self.page)


def cut(picture: Image.Image) -> Cells:
    """Encode a picture for having parts replaced later."""
    if -(-picture.width // UNIT) % UNITS:
        raise ValueError(f"{picture.width} pixels are no whole number of cells")
    data, quality = jpeg.within_limit(picture, UNITS)
    head, cells = _taken_apart(data)
    return Cells(head, cells, Box(0, 0, picture.width, picture.height), quality)


def around(box: Box, page: Box) -> Box:
    """The whole cells of the page that the box touches."""
    width, height = CELL
    return Box(
        box.left // width * width,
        box.top // height * height,
        min(page.right, -(-box.right // width) * width),
        min(page.bottom, -(-box.bottom // height) * height),
    )


def spliced(whole: Cells, strip: Image.Image, place: Box, changed: Iterable[Box]) -> bytes:
    """The JPEG with the boxes as they are on the strip, which stands at that place, whole cells, of the page."""
    if around(place, whole.page) != place or strip.size != (place.width, place.height):
        raise ValueError(f"a strip of {strip.size} does not cover whole cells at {place}")
    cells = list(whole.cells)
    for part in _parts(changed, whole.page):
        seen = strip if part == place else strip.crop(part.within(place).as_tuple())
        _, fresh = _taken_apart(jpeg.encoded(seen, whole.quality, UNITS))
        at, across = part.top // UNIT * whole.columns + part.left // CELL[0], _across(part)
        for first in range(0, len(fresh), across):
            cells[at : at + across] = fresh[first : first + across]
            at += whole.columns
    return _joined(whole.head, cells)


def _across(box: Box) -> int:
    """Cells side by side."""
    return -(-box.width // CELL[0])


def _parts(changed: Iterable[Box], page: Box) -> Iterator[Box]:
    """What has to be encoded anew: runs of rows of cells that change in the same columns."""
    rows: dict[int, tuple[int, int]] = {}
    for box in changed:
        whole = around(box, page)
        for top in range(whole.top, whole.bottom, UNIT):
            left, right = rows.get(top, (whole.left, whole.right))
            rows[top] = min(left, whole.left), max(right, whole.right)
    for (left, right), run in groupby(sorted(rows), key=rows.__getitem__):
        tops = list(run)
        yield Box(left, tops[0], right, min(tops[-1] + UNIT, page.bottom))


def _taken_apart(data: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """Everything up to the end of the scan's header, and the intervals after it."""
    at = 2
    while True:
        marker = data[at + 1]
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _SCAN:
            return data[:at], tuple(_RESTART.split(data[at : -len(_END)]))


def _joined(head: bytes, cells: list[bytes]) -> bytes:
    parts = [head]
    for number, cell in enumerate(cells):
        parts += (cell, _RESTARTS[number % 8])
    parts[-1] = _END
    return b"".join(parts)
