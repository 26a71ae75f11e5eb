"""Fonts: loaded once per size, and asked which characters they can really draw."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from math import ceil, floor
from typing import Literal

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

from posters.geometry import Box, boxed

Style = Literal["sans", "serif"]

SEAM = 1 / 8
"""Of the size: what is left between a Chinese character and a Latin one that nobody parted by a space."""
_HAN = "\u2e80-\u2fdf\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LATIN = "0-9A-Za-z\u00c0-\u024f"
_SEAMS = re.compile(f"(?<=[{_HAN}])(?=[{_LATIN}¥$])|(?<=[{_LATIN}%℃])(?=[{_HAN}])")

_PROBE_SIZE = 24
_UNASSIGNED = "\U0010ffff"  # a noncharacter: every font answers with its box for missing glyphs (.notdef)


class FontUnusable(Exception):
    """The operator's font file cannot be read as a font."""


def font_file(font_path: str, style: Style) -> str:
    """The operator's font for everything, else the packaged one of that style."""
    if font_path:
        return font_path
    packaged = pylopdf_fonts_zh_cn.serif_path if style == "serif" else pylopdf_fonts_zh_cn.sans_path
    return str(packaged())


@lru_cache(maxsize=96)
def face(file: str, size: int) -> ImageFont.FreeTypeFont:
    """The font at one pixel size."""
    return _load(file, size, None)


@lru_cache(maxsize=32768)
def advance(file: str, size: int, text: str) -> float:
    """Width in pixels that a word or character takes on its line."""
    return face(file, size).getlength(text)


def seams(text: str) -> int:
    """How often Chinese and Latin touch in it."""
    return 0 if text.isascii() else len(_SEAMS.findall(text))


def length(file: str, size: int, text: str) -> float:
    """Pixels that a line takes from its first letter's beginning to its last one's end, as `shape` sets it."""
    steps = sum(_step(file, size, last, character) for last, character in pairwise(text))
    return steps + advance(file, size, text[-1:])


@lru_cache(maxsize=512)
def extent(file: str, size: int, text: str, stroke: float) -> Box:
    """The ink of a line, relative to where its baseline begins."""
    return boxed(box for _, box in _inked(file, size, text, stroke))


@lru_cache(maxsize=128)
def shape(file: str, size: int, text: str, stroke: float) -> tuple[Image.Image, int, int]:
    """The drawn line as a mask, and where its corner is from the baseline; what repeats is drawn once."""
    whole = extent(file, size, text, stroke)
    mask = Image.new("L", (whole.width, whole.height), 0)
    for letter, box in _inked(file, size, text, stroke):
        mask.paste(255, (box.left - whole.left, box.top - whole.top), letter)
    return mask, whole.left, whole.top


def _inked(file: str, size: int, text: str, stroke: float) -> Iterator[tuple[Image.Image, Box]]:
    """Each letter that leaves ink, and where; letters stand as close together as the font wants each pair (kerning)."""
    pen, last = 0.0, ""
    for character in text:
        if last:
            pen += _step(file, size, last, character)
        last = character
        if character != " ":
            letter, ink = _letter(file, size, character, stroke)
            yield letter, ink.moved(round(pen), 0)


@lru_cache(maxsize=32768)
def _step(file: str, size: int, last: str, character: str) -> float:
    """From where a letter begins to where the next one does."""
    pair = last + character
    return advance(file, size, pair) - advance(file, size, character) + seams(pair) * SEAM * size


@lru_cache(maxsize=4096)
def _letter(file: str, size: int, character: str, stroke: float) -> tuple[Image.Image, Box]:
    """A letter drawn, and where it stands from the pen: thickening an outline is most of what a line costs."""
    left, top, right, bottom = face(file, size).getbbox(character, anchor="ls", stroke_width=stroke)
    box = Box(floor(left), floor(top), ceil(right), ceil(bottom))
    mask = Image.new("L", (box.width, box.height), 0)
    ink = ImageDraw.Draw(mask)
    ink.text(
        (-box.left, -box.top), character, fill=255, font=face(file, size), anchor="ls", stroke_width=stroke
    )
    return mask, box


@lru_cache(maxsize=32768)
def draws(file: str, character: str) -> bool:
    """Whether the font has a visible glyph of its own for this character.

    Pillow does not show a font's cmap, so the drawn pixels are compared with those of the box for missing glyphs.
    """
    mask = _mask(file, character)
    return any(mask[1]) and mask != _missing(file)


@lru_cache(maxsize=8)
def _missing(file: str) -> tuple[tuple[int, int], bytes]:
    return _mask(file, _UNASSIGNED)


def _mask(file: str, character: str) -> tuple[tuple[int, int], bytes]:
    mask = _probe(file).getmask(character)
    return mask.size, bytes(mask)


@lru_cache(maxsize=8)
def _probe(file: str) -> ImageFont.FreeTypeFont:
    return _load(file, _PROBE_SIZE, ImageFont.Layout.BASIC)


def _load(file: str, size: int, engine: ImageFont.Layout | None) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(file, size, layout_engine=engine)
    except OSError as error:
        raise FontUnusable(f"{file}: {error}") from error
