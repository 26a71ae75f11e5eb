"""我的客户: the list, one customer, and the promoter's own remark on him (备注)."""

from __future__ import annotations

from engine.errors import Refusal
from engine.ids import PersonId, PromoterId
from engine.people.names import BadRemark
from engine.referrals.customers import HANDLE_LENGTH, handle_of
from handlers.lists import LIST, Of, as_typed, beside, closing, shown
from handlers.matching import said
from handlers.paging import leaf, page_of
from handlers.texts import customers as texts
from handlers.texts.refusals import sorry
from handlers.types import Ask, Reply, Text

REMARK = "nickname.words"
"""The open question: what does the promoter call him?"""


def everybody(ask: Ask) -> Reply:
    """我的客户"""
    me = ask.who.promoter or PromoterId("")
    read = ask.desk.referrals.customers
    page = leaf(page_of(ask), lambda skip, most: read(me, skip, most))
    content = texts.customers(page, ask.desk.referrals.customer_count(me))
    numbers = {str(number): handle_of(row.name.person) for number, row in enumerate(page.rows, page.first)}
    return Text(content, state=LIST, memory={"of": Of.MY_CUSTOMERS.value, **numbers})


def tapped(ask: Ask) -> Reply:
    """客户 ‹客户号›: one of his own."""
    return item(ask, ask.got("who"))


def picked(ask: Ask) -> Reply:
    """A bare number: that customer of the list."""
    return item(ask, ask.remembered(ask.got("number")))


def item(ask: Ask, typed: str) -> Reply:
    """One of his customers; anybody else is as unknown to him as if he did not exist."""
    try:
        person = ask.desk.referrals.find_customer(typed)
        return beside(ask, texts.customer(ask.desk.referrals.customer(person)))
    except Refusal as refusal:
        return beside(ask, sorry(refusal))


def remark(ask: Ask) -> Reply:
    """备注 ‹序号或客户号› ‹备注›"""
    which = ask.got("which")
    if len(which) < HANDLE_LENGTH:
        which = ask.remembered(which) if shown(ask) is Of.MY_CUSTOMERS else ""
    if not which:
        return Text(texts.STALE)
    try:
        return _remark(ask, ask.desk.referrals.find_customer(which), as_typed(ask, "words"))
    except Refusal as refusal:
        return beside(ask, sorry(refusal))


def remark_told(ask: Ask) -> Reply:
    """The answer to: what do you call him?"""
    return _remark(ask, PersonId(ask.remembered("person")), ask.text)


def ask_remark_again(ask: Ask) -> Reply:
    """Whose remark was asked for?"""
    return _remark(ask, PersonId(ask.remembered("person")), "")


def _remark(ask: Ask, person: PersonId, told: str) -> Reply:
    try:
        if not told.strip():
            row = ask.desk.referrals.customer(person)
            return Text(texts.ask_remark(row), state=REMARK, memory={"person": person})
        words = "" if said(told) == texts.CLEAR else told
        return closing(ask, texts.remarked(ask.desk.referrals.remark(person, words)), REMARK)
    except BadRemark as refusal:
        return Text(sorry(refusal), state=REMARK, memory={"person": person})
    except Refusal as refusal:
        return closing(ask, sorry(refusal), REMARK)
