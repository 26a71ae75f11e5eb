"""操作记录: what staff and operator did."""

from __future__ import annotations

from engine.reports.overview import LogLine
from handlers.lists import itemised
from handlers.paging import page_of, turn
from handlers.texts.merchant import log as texts
from handlers.types import Ask, Reply


def everything(ask: Ask) -> Reply:
    """操作记录, without the questions for one-time codes."""
    return itemised(texts.listing(turn(page_of(ask), lambda most: _done(ask, most))))


def _done(ask: Ask, most: int) -> tuple[LogLine, ...]:
    """The newest so many lines that tell of something done."""
    found: list[LogLine] = []
    after = None
    while True:
        rows = ask.desk.reports.log(after, most)
        found += [row for row in rows if row.verb in texts.VERBS]
        if len(rows) < most or len(found) >= most:
            return tuple(found[:most])
        after = rows[-1].at, rows[-1].reference
