"""客户列表: the lists, 找客户, one customer, and the shop's remark on him."""

from __future__ import annotations

from engine.errors import Refusal
from engine.ids import PersonId
from engine.people.names import BadRemark
from engine.referrals.customers import HANDLE_LENGTH, CustomerRow, handle_of
from handlers.lists import Of, as_typed, beside, closing, listed, picked, shown
from handlers.matching import said
from handlers.paging import ROWS
from handlers.promoter import customers as own
from handlers.texts.merchant import customers as texts
from handlers.texts.merchant.customers import Which
from handlers.texts.refusals import sorry_staff
from handlers.typed import code
from handlers.types import Ask, Reply, Text

REMARK = "remark.words"
"""The open question: what does the shop call him?"""

HANDLE = rf"[0-9a-z]{{{HANDLE_LENGTH}}}"
"""A 客户号, as a part of a pattern."""


def everybody(ask: Ask) -> Reply:
    """客户列表, 客户列表 无归属, 客户列表 ‹推荐码›, each from the beginning or after a customer."""
    try:
        after = ask.desk.referrals.find_customer(ask.got("after")) if ask.got("after") else None
        which = _which(ask)
        rows = _read(ask, which, after)
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))
    page = rows[:ROWS]
    content = texts.customers(page, which, more=len(rows) > ROWS, later=after is not None)
    return _listed(content, page)


def search(ask: Ask) -> Reply:
    """找客户 ‹称呼、备注、手机号或尾号›"""
    words = as_typed(ask, "words")
    found = ask.desk.customers.search(words, ROWS)
    return _listed(texts.found(found, words), found.rows)


def tapped(ask: Ask) -> Reply:
    """客户 ‹客户号›, or a bound phone."""
    return item(ask, ask.got("who"))


def item(ask: Ask, typed: str) -> Reply:
    """One customer."""
    try:
        person = ask.desk.referrals.find_customer(typed)
        card = ask.desk.customers.get(person)
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))
    return beside(ask, texts.customer(card, ask.desk.order_book.count_of(person)))


def remark(ask: Ask) -> Reply:
    """备注 ‹序号或客户号› ‹备注›: on the list of his own customers a promoter's remark, else the shop's."""
    if shown(ask) is Of.MY_CUSTOMERS and len(ask.got("which")) < HANDLE_LENGTH:
        return own.remark(ask)
    try:
        person = named(ask, ask.got("which"))
        if person is None:
            return Text(texts.STALE)
        return _remark(ask, person, as_typed(ask, "words"))
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))


def remark_told(ask: Ask) -> Reply:
    """The answer to: what does the shop call him?"""
    return _remark(ask, PersonId(ask.remembered("person")), ask.text)


def ask_remark_again(ask: Ask) -> Reply:
    """Whose remark was asked for?"""
    return _remark(ask, PersonId(ask.remembered("person")), "")


def named(ask: Ask, typed: str) -> PersonId | None:
    """The customer of a number of the list shown last, a handle or a phone; None for a number of no list.

    Raises NoSuchCustomer, SeveralCustomers.
    """
    if len(typed) > 1:
        return ask.desk.referrals.find_customer(typed)
    found = picked(ask, typed) if shown(ask) is Of.CUSTOMERS else ()
    return ask.desk.referrals.find_customer(found[0][1]) if found else None


def _remark(ask: Ask, person: PersonId, told: str) -> Reply:
    try:
        row = ask.desk.customers.get(person).row
        if not told.strip():
            return Text(texts.ask_remark(row), state=REMARK, memory={"person": person})
        words = "" if said(told) == texts.CLEAR else told
        return closing(ask, texts.remarked(ask.desk.customers.remark(person, words)), REMARK)
    except BadRemark as refusal:
        return Text(sorry_staff(refusal), state=REMARK, memory={"person": person})
    except Refusal as refusal:
        return closing(ask, sorry_staff(refusal), REMARK)


def _which(ask: Ask) -> Which:
    which = ask.got("which")
    if which == texts.UNOWNED:
        return Which(unowned=True)
    return Which(promoter=ask.desk.promoters.by_code(code(which))) if which else Which()


def _read(ask: Ask, which: Which, after: PersonId | None) -> tuple[CustomerRow, ...]:
    room = ask.desk.customers
    if which.unowned:
        return room.unowned(after, ROWS + 1)
    if which.promoter:
        return room.of(which.promoter.id, after, ROWS + 1)
    return room.all(after, ROWS + 1)


def _listed(content: str, rows: tuple[CustomerRow, ...]) -> Text:
    return listed(content, Of.CUSTOMERS, [handle_of(row.person) for row in rows])
