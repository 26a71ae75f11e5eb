"""Marks in a text: lines that can be tapped, and what people typed made harmless."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from engine.money import half_width
from handlers.paging import Page

_TAGS = re.compile(r"<[^<>]*>?|[<>]")
_LINKS = re.compile(r"weixin\s*:|https?\s*:\s*/\s*/|javascript\s*:", re.IGNORECASE)
_WIDE = str.maketrans('&"', "＆＂")
"""What ends or joins something inside a tap is written wide; typed back, it means the same."""
SENTENCE_ENDS = " 。.，,、！!？?～~…:：;；"
"""What people put behind a word that they type."""
_LONGEST = 40
_ROW = re.compile(r"^(\d{1,3})\. (.*(?:\n　.*)*)", re.MULTILINE)
"""A row's further lines are set in; what follows it is not its own, least of all 下一页 or 取消."""
_SENDS = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^&"]+)&')
_MARKUP = re.compile(r"<[^<>]*>")


def tap(sends: str, label: str) -> str:
    """A line that sends plain text back when it is tapped; `sends` and `label` are ours or made plain before."""
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={sends}&msgmenuid=1">{label}</a>'


CANCEL = tap("取消", "取消")
"""Leaves an open question as it was, wherever one is open."""


def next_page(word: str, page: Page[Any]) -> list[str]:
    """The line to the page behind this one, of a list whose word takes a number; none below the last page."""
    return [tap(f"{word} {page.number + 1}", "下一页")] if page.more else []


def plain(typed: str, longest: int = _LONGEST) -> str:
    """What a person typed or is called, with nothing alive in it: no markup, no links, no hidden characters."""
    visible = "".join(" " if _is_space(char) else char for char in typed if not _is_hidden(char))
    harmless = visible
    while (thinner := _LINKS.sub("", _TAGS.sub("", harmless))) != harmless:
        harmless = thinner
    one_line = " ".join(harmless.translate(_WIDE).replace("]]", "］］").split())
    return one_line if len(one_line) <= longest else one_line[: longest - 1] + "…"


def as_read(content: str) -> str:
    """A screen where nothing can be tapped, as in a terminal: the words alone."""
    return _MARKUP.sub("", content)


def rows(content: str) -> dict[str, str]:
    """The numbered rows of a screen, each with what its line sends when tapped; empty for a row without such a line."""
    found = {number: _SENDS.search(row) for number, row in _ROW.findall(content)}
    return {number: line[1] if line else "" for number, line in found.items()}


def paragraphs(typed: str) -> str:
    """A longer text of the merchant's, made harmless line by line."""
    return "\n".join(plain(line, len(line) + 1) for line in typed.splitlines()).strip()


def clip(text: str, most_bytes: int) -> str:
    """As much of a harmless text as fits into so many bytes; what is missing shows as …"""
    if len(text.encode()) <= most_bytes:
        return text
    return text.encode()[: most_bytes - 3].decode(errors="ignore") + "…"


def folded(typed: str) -> str:
    """Typed words as they are compared: half-width, one space, no case."""
    return " ".join(half_width(typed).split()).casefold()


def _is_space(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Zl", "Zp")


def _is_hidden(char: str) -> bool:
    """Controls, bidi marks, surrogates and unassigned characters; a line break is made a space instead."""
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn") and not char.isspace()
