"""推广明细: the list by promoter, state and month; each line opens what it tells of. 他的订单 and 他的下级."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date

from engine.clock import day_begins, day_of
from engine.errors import Refusal
from engine.programme.promoters import NoSuchPromoter, Promoter
from engine.reports.details import Kind, Place, Wanted, in_words, place_in
from handlers.anyone.why import why
from handlers.lists import Of, listed, shown
from handlers.matching import said
from handlers.merchant import offline, promoters, withdrawals
from handlers.paging import ORDERS, ROWS, leaf, page_of
from handlers.texts.merchant import details as texts
from handlers.texts.refusals import sorry_staff
from handlers.typed import code
from handlers.types import Ask, Reply, Text

NEXT = "下一页"
_MOST_NAMED = ROWS
_MONTH = re.compile(r"(?:(20\d\d)[年\-./])?(\d{1,2})月份?", re.ASCII)
_AFTER, _SAID = "after", "said"
"""What the list remembers beside its rows: where it ended, and which lines were wanted."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines were asked for, understood and in words."""

    wanted: Wanted = field(default_factory=Wanted)
    whose: Promoter | None = None
    month: date | None = None

    def of(self, whose: Promoter) -> Asked:
        """The same, of one promoter only."""
        return replace(self, whose=whose, wanted=replace(self.wanted, promoter=whose.id))

    @property
    def words(self) -> str:
        """The same, as it can be typed again."""
        parts = [
            self.whose.code if self.whose else "",
            texts.STANDINGS[self.wanted.standing] if self.wanted.standing else "",
            f"{self.month.year}年{self.month.month}月" if self.month else "",
        ]
        return " ".join(part for part in parts if part)


def everything(ask: Ask) -> Reply:
    """推广明细"""
    return _page(ask, Asked(), None)


def some(ask: Ask) -> Reply:
    """推广明细 ‹推荐码、名字、状态或月份›"""
    words = ask.got("wanted").split()
    if words == [NEXT]:
        return _next(ask)
    if words == [texts.CHOOSE]:
        return Text(texts.choose(day_of(ask.message.sent_at)))
    try:
        return _understood(ask, words)
    except Refusal as refusal:
        return Text(f"{sorry_staff(refusal)}\n{texts.HOW_TO_CHOOSE}")


def opened(ask: Ask, token: str) -> Reply:
    """One line: its order, withdrawal, booking or promoter."""
    kind, _, number = token.partition(":")
    match Kind(kind):
        case Kind.WITHDRAWAL:
            return withdrawals.item(ask, number)
        case Kind.BOOKING:
            return offline.one(ask, number)
        case Kind.ADJUSTMENT:
            return promoters.item(ask, number)
    return why(replace(ask, match={"code": number}))


def orders_of(ask: Ask) -> Reply:
    """推广员 ‹推荐码› 订单"""
    try:
        row = ask.desk.promoters.by_code(code(ask.got("code")))
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    page = leaf(
        page_of(ask), lambda skip, most: ask.desk.order_book.of_promoter(row.id, skip, most), size=ORDERS
    )
    return listed(texts.orders_of(row, page), Of.ORDERS, [one.code for one in page.rows], page.first)


def downlines_of(ask: Ask) -> Reply:
    """推广员 ‹推荐码› 下级; while one level is paid nobody hears of them."""
    typed = code(ask.got("code"))
    if not ask.who.two_level:
        return promoters.item(ask, typed)
    try:
        row = ask.desk.promoters.by_code(typed)
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    page = leaf(page_of(ask), lambda skip, most: ask.desk.earnings.downlines(row.id, skip, most))
    codes = [ask.desk.promoters.get(found.id).code for found in page.rows]
    return listed(
        texts.downlines_of(row, page, codes, ask.desk.earnings.downline_count(row.id)), Of.PROMOTERS, codes
    )


def _understood(ask: Ask, words: list[str]) -> Reply:
    asked, typed = _heard(ask, words)
    if not typed:
        return _page(ask, asked, None)
    found = _whose(ask, typed)
    if len(found) != 1:
        return Text(texts.which(found[:_MOST_NAMED], asked.words, more=len(found) > _MOST_NAMED))
    return _page(ask, asked.of(found[0]), None)


def _heard(ask: Ask, words: list[str]) -> tuple[Asked, str]:
    """State and month, and whatever is neither: whose."""
    asked, names = Asked(), []
    for word in words:
        standing, month = texts.STANDING_WORDS.get(said(word)), _month(word, day_of(ask.message.sent_at))
        if standing:
            asked = replace(asked, wanted=replace(asked.wanted, standing=standing))
        elif month:
            asked = replace(asked, month=month, wanted=_within(asked.wanted, month))
        else:
            names.append(word)
    return asked, " ".join(names)


def _whose(ask: Ask, typed: str) -> tuple[Promoter, ...]:
    """Whom the code or the name means. Raises NoSuchPromoter."""
    try:
        return (ask.desk.promoters.by_code(code(typed)),)
    except NoSuchPromoter:
        found = ask.desk.promoters.named(typed, _MOST_NAMED + 1)
        if not found:
            raise
        return found


def _month(word: str, today: date) -> date | None:
    """The first day of the month that was typed; without a year the last one there was."""
    if word in ("本月", "这个月"):
        return today.replace(day=1)
    if word in ("上月", "上个月"):
        return _before(today.replace(day=1))
    found = _MONTH.fullmatch(word)
    if found is None or not 1 <= int(found.group(2)) <= 12:
        return None
    named = date(int(found.group(1) or today.year), int(found.group(2)), 1)
    return named if found.group(1) or named <= today else named.replace(year=today.year - 1)


def _before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def _within(wanted: Wanted, month: date) -> Wanted:
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return replace(wanted, since=day_begins(month), until=day_begins(after))


def _next(ask: Ask) -> Reply:
    """From where the list on the screen ended; without its memory from the top."""
    if shown(ask) is not Of.DETAILS:
        return _page(ask, Asked(), None)
    asked, whose = _heard(ask, ask.remembered(_SAID).split())
    if whose:
        asked = asked.of(ask.desk.promoters.by_code(whose))
    return _page(ask, asked, place_in(ask.remembered(_AFTER)))


def _page(ask: Ask, asked: Asked, after: Place | None) -> Reply:
    rows = ask.desk.details.page(asked.wanted, after, ROWS + 1)
    more = len(rows) > ROWS
    content = texts.page(rows[:ROWS], asked.whose, asked.words, more=more)
    tokens = [f"{row.kind.value}:{texts.leads_to(row)}" for row in rows[:ROWS]]
    made = listed(content, Of.DETAILS, tokens)
    last = {_AFTER: in_words(rows[ROWS - 1].place)} if more else {}
    return replace(made, memory={**made.memory, _SAID: asked.words, **last})
