"""Words into lines: what cannot be drawn is taken out, lines break where a typesetter would break them."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

from posters import fonts

ELLIPSIS = "…"
# Kinsoku (避头尾): closing marks never begin a line, opening marks never end one.
NEVER_FIRST = frozenset("，。、；：？！）】》」』”’…—～·％‰℃々ー〉〕〗,.;:?!)]}>%")
PHRASE_ENDS = "，。、；：？！…,;!?"
SEPARATORS = " ·・|｜/"  # need not be seen where a line breaks
NEVER_LAST = frozenset("（【《「『“‘〈〔〖￥¥([{<$#@")

_EVEN = 8  # pixels: lines of more equal length are not worth another try
_INPUT_LIMIT = 4000  # characters looked at, whatever was sent
_SUBSTITUTES = {
    "❤": "♥",
    "✔": "✓",
    "✅": "✓",
    "⭐": "★",
    "🌟": "★",
    "♡": "♥",
    "➕": "+",
    "〜": "～",
    "－": "-",
}
_ALWAYS = {"￥": "¥"}  # one mark for money, of the width of a digit
_NUMERALS = frozenset("一二两三四五六七八九十百千万亿几半")
# What is counted stays with its number (8 折, 两罐): those that are common on a shop's poster.
_MEASURES = (
    frozenset("个件份只盒罐瓶袋包箱斤克两升杯张套双条块片根枚本位人天日周月年次元折倍米寸款期场") | _NUMERALS
)
_NUMBER = re.compile(r" ?[¥$]?\d[\d.,]*")
_UNDRAWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Mc", "Me", "Zl", "Zp"})

Measure = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Type:
    """How one kind of text is set: font file, weight, the sizes it may take, leading and number of lines."""

    file: str
    sizes: tuple[int, ...]  # from the largest down
    leading: float = 1.4
    max_lines: int = 1
    weight: float = 0.0  # stroke as a share of the size: the packaged fonts have one weight only


@dataclass(frozen=True, slots=True)
class Setting:
    """Text broken into lines at the size that was found to fit."""

    lines: tuple[str, ...]
    size: int
    pitch: int  # from baseline to baseline


@lru_cache(maxsize=512)
def clean(text: str, file: str, limit: int, *, paragraphs: bool = False) -> str:
    """Only what the font can draw, normalised, without controls, marks or markup of direction; ≤ limit characters.

    What is left is one code point per grapheme, so that lines may be broken and cut between any two.
    """
    kept: list[str] = []
    for character in unicodedata.normalize("NFC", text[:_INPUT_LIMIT]):
        if character == "\n" and paragraphs:
            kept.append("\n")
        elif character.isspace():
            kept.append(" ")
        else:
            kept.append(_drawable(character, file))
    lines = (" ".join(line.split()) for line in "".join(kept).split("\n"))
    tidy = "\n".join(line for line in lines if line)
    return tidy if len(tidy) <= limit else tidy[: limit - 1].rstrip() + ELLIPSIS


@lru_cache(maxsize=512)
def fit(text: str, kind: Type, width: int, height: int, *, balanced: bool = False) -> Setting:
    """The largest size at which the text fits; at the smallest it ends in an ellipsis."""
    if not text:
        return Setting((), kind.sizes[-1], 0)
    for size in kind.sizes:
        pitch, room, measure = _terms(kind, size, height)
        lines = wrap(text, width, measure)
        if len(lines) <= room:
            fill = partial(wrap, text, measure=measure)
            return Setting(tuple(_balance(lines, width, fill) if balanced else lines), size, pitch)
    return Setting(tuple(_cut(lines, room, width, measure)), size, pitch)


def fit_phrases(text: str, kind: Type, width: int, height: int) -> Setting:
    """As `fit`, but prefers breaks between phrases (spaces, punctuation) where that costs little in size."""
    plain = fit(text, kind, width, height, balanced=True)
    if len(plain.lines) <= 1:
        return plain
    phrases = _phrases(text)
    for size in (size for size in kind.sizes if size >= 0.7 * plain.size):
        pitch, room, measure = _terms(kind, size, height)
        fill = partial(_lines_of, phrases, measure=measure)
        lines = fill(width)
        if len(lines) <= room and max(map(measure, lines)) <= width:
            return Setting(tuple(_balance(lines, width, fill)), size, pitch)
    return plain


def _terms(kind: Type, size: int, height: int) -> tuple[int, int, Measure]:
    """At that size: pixels from line to line, how many lines there is room for, and how words are measured."""
    pitch = round(size * kind.leading)
    return pitch, min(kind.max_lines, max(1, height // pitch)), _measure(kind, size)


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """Lines no wider than `width`: between any two Chinese characters, between Latin words, never against kinsoku."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        pieces = [piece for unit in _units(paragraph) for piece in _divide(unit, width, measure)]
        lines.extend(_fill(pieces, width, measure))
    return lines


def _drawable(character: str, file: str) -> str:
    if unicodedata.category(character) in _UNDRAWN:
        return ""
    character = _ALWAYS.get(character, character)
    if fonts.draws(file, character):
        return character
    candidates = (
        _SUBSTITUTES.get(character, ""),
        unicodedata.normalize("NFKC", character),
        unicodedata.normalize("NFKD", character)[:1],
    )
    for candidate in candidates:
        if candidate and all(part == " " or fonts.draws(file, part) for part in candidate):
            return candidate
    return ""


def _measure(kind: Type, size: int) -> Measure:
    extra = 2 * kind.weight * size + 2  # strokes stick out, and letters a little

    def measure(text: str) -> float:
        return fonts.length(kind.file, size, text) + extra

    return measure


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def _in_word(character: str) -> bool:
    if character.isascii():
        return not character.isspace()
    return character.isalnum() and not _is_wide(character)


def _units(paragraph: str) -> list[str]:
    """What must not be broken; a leading space marks a unit that was set off by one."""
    units: list[str] = []
    for character in paragraph:
        last = units[-1] if units else ""
        joins = last and (
            last == " "
            or character in NEVER_FIRST
            or last[-1] in NEVER_LAST
            or (_in_word(last[-1]) and _in_word(character))
        )
        if joins and character != " ":
            units[-1] += character
        else:
            units.append(character)
    return _counted(units)


def _counted(units: list[str]) -> list[str]:
    """Numbers and what they count as one."""
    joined: list[str] = []
    for unit in units:
        first, last = unit.strip()[:1], joined[-1] if joined else ""
        counts = (last[-1:].isdigit() and _is_han(first) and _NUMBER.fullmatch(last)) or (
            last[-1:] in _NUMERALS and unit[:1] in _MEASURES
        )
        if counts:
            joined[-1] += unit
        else:
            joined.append(unit)
    return joined


def _phrases(text: str) -> list[list[str]]:
    """Each paragraph between its spaces and after its punctuation, for breaking a headline by sense."""
    paragraphs = []
    for paragraph in text.split("\n"):
        phrases: list[str] = []
        for unit in _units(paragraph):
            if not phrases or unit.startswith(" ") or phrases[-1][-1] in PHRASE_ENDS:
                phrases.append(unit)
            else:
                phrases[-1] += unit
        paragraphs.append(phrases)
    return paragraphs


def _lines_of(paragraphs: list[list[str]], width: float, measure: Measure) -> list[str]:
    """Lines of whole phrases; a dot or bar that parted two of them goes when the line's end does so."""
    lines = [line for phrases in paragraphs for line in _fill(phrases, width, measure)]
    return [line.strip(SEPARATORS) or line for line in lines]


def _divide(unit: str, width: float, measure: Measure) -> list[str]:
    """A unit wider than the line, in pieces that are not."""
    if measure(unit.strip()) <= width:
        return [unit]
    pieces = [""]
    for character in unit:
        if pieces[-1].strip() and measure((pieces[-1] + character).strip()) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _fill(pieces: list[str], width: float, measure: Measure) -> list[str]:
    lines: list[str] = []
    for piece in pieces:
        if lines and measure(lines[-1] + piece) <= width:
            lines[-1] += piece
        elif piece.strip():
            lines.append(piece.strip())
    return lines


def _balance(lines: list[str], width: int, fill: Callable[[int], list[str]]) -> list[str]:
    """The same number of lines, of more even length."""
    narrow, wide, best = width // max(1, len(lines)), width, lines
    while len(lines) > 1 and wide - narrow > _EVEN:
        middle = (narrow + wide) // 2
        tried = fill(middle)
        if len(tried) <= len(lines):
            wide, best = middle, tried
        else:
            narrow = middle
    return best


def _cut(lines: list[str], room: int, width: float, measure: Measure) -> list[str]:
    """The first lines, the last of them ending in an ellipsis; a line that is alone is filled to its end."""
    kept = lines[:room]
    last = kept[-1].rstrip(ELLIPSIS)
    if room == 1 and len(lines) > 1:
        last += " " * (_in_word(last[-1:]) and _in_word(lines[1][:1])) + lines[1]
    while last and measure(last + ELLIPSIS) > width:
        last = last[:-1]
    kept[-1] = last.rstrip(" ，。、；：,.;:" + ELLIPSIS) + ELLIPSIS
    return kept
