"""线下结算: the list to check, 登记结算 with its last look, 结算记录 and one booking."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from engine.clock import day_of
from engine.errors import Refusal
from handlers import typed
from handlers.lists import beside, itemised
from handlers.paging import ROWS, page_of, turn
from handlers.texts.merchant import offline as texts
from handlers.texts.refusals import sorry_staff
from handlers.types import Ask, Reply, Text


def due(ask: Ask) -> Reply:
    """线下结算, perhaps to a day: whom the merchant owes how much."""
    said, last_day = _day(ask)
    if said and last_day is None:
        return Text(texts.no_such_day(said))
    try:
        number = _page(ask, ask.desk.bookings.draft(last_day, 0, 0).count)
        found = ask.desk.bookings.draft(last_day, (number - 1) * ROWS, ROWS)
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    return Text(texts.draft(found, texts.page_of(found.lines, number, found.count), said))


def propose(ask: Ask) -> Reply:
    """登记结算: the last look, with the one-time code."""
    if ask.got("rest"):
        return beside(ask, texts.HOW_TO_BOOK)
    said, last_day = _day(ask)
    if said and last_day is None:
        return Text(texts.no_such_day(said))
    try:
        return beside(ask, _prompt(ask, last_day, ask.got("proof")))
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))


def prompt_again(ask: Ask, bound: Mapping[str, str]) -> str:
    """The same last look with a fresh code. Raises the Refusal that came up since."""
    return _prompt(ask, date.fromisoformat(bound["last_day"]), bound["proof"])


def history(ask: Ask) -> Reply:
    """结算记录"""
    return itemised(texts.bookings(turn(page_of(ask), ask.desk.bookings.all)))


def item(ask: Ask) -> Reply:
    """结算单 ‹单号›"""
    return one(ask, typed.code(ask.got("code")))


def one(ask: Ask, code: str) -> Reply:
    """One booking with a page of its list."""
    try:
        row = ask.desk.bookings.get(code)
        number = _page(ask, row.count)
        lines = ask.desk.bookings.lines(code, (number - 1) * ROWS, ROWS)
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))
    return Text(texts.booking(row, texts.page_of(lines, number, row.count)))


def _prompt(ask: Ask, last_day: date | None, proof: str) -> str:
    made = ask.desk.bookings.propose(last_day, proof)
    return texts.prompt(made, ask.desk.bookings.draft(date.fromisoformat(made.args["last_day"]), 0, 0))


def _page(ask: Ask, count: int) -> int:
    """The page that was asked for, or the last one: money is checked to the last line, however many there are."""
    return min(max(int(ask.got("page") or 1), 1), max(1, -(-count // ROWS)))


def _day(ask: Ask) -> tuple[str, date | None]:
    said = ask.got("day")
    return said, typed.day_named(said, day_of(ask.message.sent_at)) if said else None
