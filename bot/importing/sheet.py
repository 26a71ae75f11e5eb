"""A CSV file as Excel, WPS or a shop's back office saves it: its rows under the names that we know its columns by."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

MOST_BYTES = 50 * 1024 * 1024
MOST_CELL = 1000
"""Characters."""

_NEITHER = "the file is neither UTF-8 nor GB18030: save it as “CSV UTF-8”"
_AS_TEXT = re.compile(r'="([^"]*)"')
_FORMULA = re.compile(r"[=@]|[+-](?![0-9 ().*-]*$)")
_SHORTENED = re.compile(r"\d(\.\d+)?[eE]\+\d+")


class NoSheet(Exception):
    """Why the file cannot be read as a table at all, in one sentence."""


class BadCell(Exception):
    """Why a row is not understood, in one sentence."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what we call it, and the names that stand above it in files."""

    name: str
    titles: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file with the number of its first line; `problem` is empty when it can be read."""

    line: int
    cells: Mapping[str, str]
    problem: str = ""

    def get(self, name: str) -> str:
        """A cell, empty when the column is missing."""
        return self.cells.get(name, "")


def read(data: bytes, columns: Sequence[Column]) -> tuple[Row, ...]:
    """Every row that holds anything. Raises NoSheet."""
    text = _text(data)
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(lines, [])
        named = _named(header, columns)
        rows = tuple(_rows(lines, named))
        return rows if text.endswith(("\n", "\r")) else _unended(rows, named)
    except csv.Error as error:
        raise NoSheet(f"line {lines.line_num}: the quotes do not fit ({error})") from None


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise NoSheet(f"the file has more than {MOST_BYTES // 1024 // 1024} MB: split it")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise NoSheet("this is a workbook, not CSV: in Excel, save it as “CSV UTF-8” or “CSV”")
    if b"\0" in data:  # UTF-16, which Excel calls Unicode text
        raise NoSheet(_NEITHER)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _older(data, error)


def _older(data: bytes, error: UnicodeDecodeError) -> str:
    """What is no UTF-8, as GB18030, unless it is the first half of an UTF-8 file: that must not be read as rubbish."""
    before = error.object[: error.start]
    cut = error.reason == "unexpected end of data" and not before.isascii()
    if cut or data.startswith(codecs.BOM_UTF8):
        line = before.count(b"\n") + 1
        raise NoSheet(f"line {line}: the file breaks off or is damaged here, export it again")
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        raise NoSheet(_NEITHER) from None


def _named(header: Sequence[str], columns: Sequence[Column]) -> tuple[str, ...]:
    """Our name of every column of the file."""
    known = {_folded(title): column.name for column in columns for title in (column.name, *column.titles)}
    if len(header) == 1 and ("\t" in header[0] or ";" in header[0]):
        raise NoSheet("the cells are not separated by commas: save it as “CSV UTF-8”")
    while header and not header[-1].strip():
        header = header[:-1]
    strange = [title for title in header if _folded(title) not in known]
    if strange:
        raise NoSheet(
            f"the first line names columns that are unknown here: {_shown(strange)}; "
            f"known are {_shown([column.titles[0] for column in columns])}"
        )
    named = tuple(known[_folded(title)] for title in header)
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        raise NoSheet(f"the first line names a column twice: {_shown(twice)}")
    missing = [column.titles[0] for column in columns if column.required and column.name not in named]
    if missing:
        raise NoSheet(f"the first line must name the columns; missing: {_shown(missing)}")
    return named


def _unended(rows: tuple[Row, ...], named: Sequence[str]) -> tuple[Row, ...]:
    """Without an end of the last line, a last row that is short may be half a row, its amount half an amount."""
    if not rows or rows[-1].problem or len(rows[-1].cells) == len(named):
        return rows
    short = f"has {len(rows[-1].cells)} cells of {len(named)}, and the file ends in it: is it whole? End its last line"
    return (*rows[:-1], Row(rows[-1].line, {}, short))


def _rows(lines: Iterator[list[str]], named: Sequence[str]) -> Iterator[Row]:
    first = lines.line_num + 1  # type: ignore[attr-defined]  # csv's readers count the lines they took
    for cells in lines:
        if any(cell.strip() for cell in cells):
            yield _row(first, cells, named)
        first = lines.line_num + 1  # type: ignore[attr-defined]


def _row(line: int, cells: Sequence[str], named: Sequence[str]) -> Row:
    if any(cell.strip() for cell in cells[len(named) :]):
        return Row(line, {}, f"has {len(cells)} cells, the first line has {len(named)}")
    try:
        return Row(line, {name: _cell(name, cell) for name, cell in zip(named, cells, strict=False)})
    except BadCell as bad:
        return Row(line, {}, str(bad))


def _cell(name: str, typed: str) -> str:
    text = typed.strip()
    kept = _AS_TEXT.fullmatch(text)  # Excel's own way to keep leading zeros
    text = kept.group(1).strip() if kept else text
    if len(text) > MOST_CELL:
        raise BadCell(f"{name}: has more than {MOST_CELL} characters")
    if any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for char in text):
        raise BadCell(f"{name}: holds a line break or a hidden character")
    if _FORMULA.match(text):
        raise BadCell(f"{name}: begins like a formula")
    if _SHORTENED.fullmatch(text):
        raise BadCell(f"{name}: Excel has shortened this number; format the column as text and export again")
    return text


def _folded(title: str) -> str:
    return "".join(unicodedata.normalize("NFKC", title).split()).casefold().replace("_", "")


def _shown(titles: Sequence[str]) -> str:
    return ", ".join(
        "".join(char for char in title if char.isprintable())[:30] or "(empty)" for title in titles
    )
