"""推广员列表, one promoter, 冻结 and 恢复."""

from __future__ import annotations

from engine.errors import Refusal
from engine.people.authority import Right
from engine.people.reasons import reason_in
from engine.programme.promoters import Status, WrongStatus
from handlers.lists import Of, as_typed, beside, closing, is_number, listed, picked, shown
from handlers.paging import leaf, page_of
from handlers.texts.merchant import promoters as texts
from handlers.texts.merchant.todo import STALE
from handlers.texts.refusals import sorry_staff
from handlers.typed import code
from handlers.types import Ask, Reply, Text

REASON = "freeze.reason"
"""The open question: why is he frozen?"""


def everybody(ask: Ask) -> Reply:
    """推广员列表"""
    page = leaf(page_of(ask), ask.desk.promoters.page)
    return listed(texts.promoters(page), Of.PROMOTERS, [row.code for row in page.rows])


def tapped(ask: Ask) -> Reply:
    """推广员 ‹推荐码›"""
    return item(ask, code(ask.got("code")))


def item(ask: Ask, typed: str) -> Reply:
    """One promoter."""
    try:
        row = ask.desk.promoters.by_code(typed)
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    upline = ask.desk.promoters.get(row.upline).name if row.upline else None
    customers = ask.desk.referrals.customer_count(row.id)
    return beside(
        ask,
        texts.promoter(
            row,
            customers,
            upline,
            may=ask.who.may,
            group=ask.desk.groups.with_id(row.group),
            may_group=ask.who.may(Right.OWNER) and bool(ask.desk.groups.all()),
            two_level=ask.who.two_level,
            portrait=bool(ask.desk.wishes.of_code(row.code).portrait),
        ),
    )


def set_store(ask: Ask) -> Reply:
    """门店 ‹序号或推荐码› ‹名称›: a number of the promoters shown last, or a code."""
    which, name = ask.got("which"), as_typed(ask, "name")
    if is_number(which):
        found = picked(ask, which) if shown(ask) is Of.PROMOTERS else ()
        if not found:
            page = leaf(1, ask.desk.promoters.page)
            fresh = f"{STALE}\n\n{texts.promoters(page)}"
            return listed(fresh, Of.PROMOTERS, [row.code for row in page.rows])
        which = found[0][1]
    try:
        row = ask.desk.promoters.set_store(code(which), "" if name == texts.NO_STORE else name)
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    return beside(ask, texts.store_set(row))


def freeze(ask: Ask) -> Reply:
    """冻结 ‹推荐码› ‹原因›"""
    return _freeze(ask, code(ask.got("code")), as_typed(ask, "reason"))


def reason_told(ask: Ask) -> Reply:
    """The answer to: why is he frozen?"""
    return _freeze(ask, ask.remembered("code"), ask.text)


def ask_again(ask: Ask) -> Reply:
    """Who is to be frozen?"""
    return _freeze(ask, ask.remembered("code"), "")


def restore(ask: Ask) -> Reply:
    """恢复 ‹推荐码›"""
    typed = code(ask.got("code"))
    try:
        return beside(ask, texts.restored(ask.desk.promoters.restore(typed)))
    except WrongStatus:
        return beside(ask, texts.wrong_status(ask.desk.promoters.by_code(typed)))
    except Refusal as refusal:
        return Text(sorry_staff(refusal))


def _freeze(ask: Ask, typed: str, told: str) -> Reply:
    reason = reason_in(told)
    try:
        row = ask.desk.promoters.by_code(typed)
        if row.status is not Status.ACTIVE:
            return beside(ask, texts.wrong_status(row))
        if not reason:
            return Text(texts.ask_freeze_reason(row), state=REASON, memory={"code": row.code})
        made = ask.desk.promoters.propose_freeze(row.code, reason)
        return closing(ask, texts.freeze_prompt(made, row), REASON)
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
