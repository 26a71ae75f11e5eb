"""One order for the staff, 待认领订单 and 认领, 退款超额, and 归属."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.errors import Refusal
from engine.ids import CODE_LENGTH, PersonId
from engine.people.reasons import reason_in
from handlers.lists import Of, as_typed, beside, closing, listed
from handlers.matching import said
from handlers.paging import ROWS, leaf, page_of
from handlers.texts.merchant import orders as texts
from handlers.texts.refusals import sorry_staff
from handlers.typed import code, forgiven
from handlers.types import Ask, Reply, Text

TO, REASON = "assign.to", "assign.reason"
"""The open questions of 归属: to whom, and why."""

_NOBODY = frozenset({texts.NOBODY, "没有", "没人", "无人", "不归任何人"})


def waiting(ask: Ask) -> Reply:
    """待认领订单"""
    page = leaf(page_of(ask), ask.desk.claims.waiting)
    return listed(texts.waiting(page), Of.ORDERS, [row.code for row in page.rows])


def excess(ask: Ask) -> Reply:
    """退款超额"""
    page = leaf(page_of(ask), ask.desk.order_cards.excess)
    return listed(texts.excess(page), Of.ORDERS, [row.code for row in page.rows], page.first)


def tapped(ask: Ask) -> Reply:
    """订单 ‹单号›"""
    return item(ask, ask.got("code"))


def item(ask: Ask, typed: str) -> Reply:
    """One order."""
    try:
        row = ask.desk.order_cards.get(forgiven(typed))
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))
    return beside(ask, texts.order(row, ask.who.may))


def claim(ask: Ask) -> Reply:
    """认领 ‹单号› ‹客户›; without a customer, who may have bought it."""
    order, who = code(ask.got("code")), ask.got("who")
    try:
        if who:
            return beside(ask, _claim_prompt(ask, order, _person(ask, who)))
        rows = ask.desk.claims.may_have_bought(order, ROWS)
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))
    shown = listed(texts.may_have_bought(order, rows), Of.BUYERS, [row.handle for row in rows])
    return replace(shown, memory={**shown.memory, "order": order})


def picked_buyer(ask: Ask, handle: str) -> Reply:
    """A number of the list of those who may have bought it."""
    try:
        return beside(ask, _claim_prompt(ask, ask.remembered("order"), _person(ask, handle)))
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))


def claim_done(ask: Ask, typed: str) -> str:
    """The one-time code of a claim was confirmed."""
    return texts.claimed(ask.desk.claims.claim(typed))


def claim_again(ask: Ask, bound: Mapping[str, str]) -> str:
    """The same question with a fresh code."""
    return _claim_prompt(ask, bound["code"], PersonId(bound["person"]))


def how_to_assign(_ask: Ask) -> Reply:
    """归属 without saying of which order."""
    return Text(texts.ASK_WHICH)


def assign(ask: Ask) -> Reply:
    """归属 ‹单号› ‹推荐码› ‹原因›, or as much of it as was said."""
    told = {"order": code(ask.got("code"))}
    if ask.got("to"):
        told["to"] = _to(ask.got("to"))
    return _go_on(ask, told, as_typed(ask, "reason"))


def to_told(ask: Ask) -> Reply:
    """The answer to: whose is it?"""
    return _go_on(ask, {**ask.talk.memory, "to": _to(ask.text)}, "", again=True)


def reason_told(ask: Ask) -> Reply:
    """The answer to: why?"""
    return _go_on(ask, dict(ask.talk.memory), ask.text)


def ask_again(ask: Ask) -> Reply:
    """The question that was left open."""
    return _go_on(ask, dict(ask.talk.memory), "")


def assign_done(ask: Ask, typed: str) -> str:
    """The one-time code of a 归属 was confirmed."""
    return texts.assigned(ask.desk.assigning.assign(typed))


def assign_prompt_again(ask: Ask, bound: Mapping[str, str]) -> str:
    """The same question with a fresh code."""
    return _assign_prompt(ask, bound["order"], bound["to"], bound["reason"])


def _person(ask: Ask, typed: str) -> PersonId:
    """Whom the staff means: a promoter by his 推荐码, anybody by his 客户号 or the phone that he has bound."""
    if len(code(typed)) == CODE_LENGTH:
        return ask.desk.promoters.by_code(code(typed)).person
    return ask.desk.referrals.find_customer(typed)


def _claim_prompt(ask: Ask, order: str, person: PersonId) -> str:
    found = ask.desk.claims.preview(order, person)
    made = ask.desk.claims.propose(order, person)
    return texts.claim_prompt(made, ask.desk.contacts.name(person), found)


def _go_on(ask: Ask, told: Mapping[str, str], typed: str, *, again: bool = False) -> Reply:
    """The next question, or the last look; `again`: an answer that is no use leaves the question open."""
    reason = reason_in(typed)
    try:
        if "to" not in told:
            order = ask.desk.order_cards.get(told["order"])
            return Text(texts.ask_to(order.code), state=TO, memory=told)
        ask.desk.assigning.preview(told["order"], told["to"])
        if not reason:
            to = ask.desk.promoters.by_code(told["to"]).name if told["to"] else None
            return Text(texts.ask_reason(told["order"], to), state=REASON, memory=told)
        return closing(ask, _assign_prompt(ask, told["order"], told["to"], reason), TO, REASON)
    except Refusal as refusal:
        if not again:
            return beside(ask, sorry_staff(refusal))
        return Text(f"{sorry_staff(refusal)}\n{texts.ask_to(told['order'])}", TO, ask.talk.memory)


def _assign_prompt(ask: Ask, order: str, to: str, reason: str) -> str:
    found = ask.desk.assigning.preview(order, to)
    return texts.assign_prompt(ask.desk.assigning.propose(order, to, reason), found)


def _to(typed: str) -> str:
    return "" if said(typed) in _NOBODY else code(typed)
