"""推广员审核: the list, one application, 通过 and 驳回, singly and in bulk."""

from __future__ import annotations

from engine import Desk
from engine.errors import Refusal
from engine.ids import ApplicationId
from engine.people.authority import Right
from engine.programme.recruiting import Application, NoSuchApplication, ReasonMissing
from handlers.lists import Of, beside, listed
from handlers.paging import ROWS
from handlers.texts.merchant import applications as texts
from handlers.texts.merchant.todo import nothing_to_review
from handlers.texts.refusals import sorry_staff
from handlers.types import Ask, Reply, Text

REASON = "reject.application"
"""The open question: why is it rejected?"""


def pending(ask: Ask) -> Reply:
    """推广员审核"""
    return listing(ask)


def listing(ask: Ask, above: str = "") -> Reply:
    """The oldest applications, below what there is to say first."""
    rows = ask.desk.recruiting.pending(ROWS)
    if not rows:
        empty = "\n".join([*([above] if above else []), nothing_to_review("推广员申请")])
        return listed(empty, Of.APPLICATIONS, ())
    return listed(
        texts.applications(rows, _left(ask), above), Of.APPLICATIONS, [texts.tail(row) for row in rows]
    )


def tapped(ask: Ask) -> Reply:
    """审核 ‹end of the id›"""
    return item(ask, ask.got("tail"))


def item(ask: Ask, tail: str) -> Reply:
    """One application."""
    try:
        return beside(ask, screen(ask, tail))
    except Refusal as refusal:
        return Text(sorry_staff(refusal))


def screen(ask: Ask, tail: str) -> str:
    """One application, as it is shown. Raises NoSuchApplication."""
    row = ask.desk.recruiting.ending(tail)
    holder = ask.desk.referrals.holder_of(row.person)
    two_level = ask.who.two_level
    return texts.application(
        row, holder, two_level=two_level, may_change_inviter=two_level and ask.who.may(Right.OWNER)
    )


def approve(ask: Ask, tails: list[tuple[int, str]]) -> Reply:
    """通过: one application, or each that was picked from the list."""
    if len(tails) == 1:
        return _approve_one(ask, tails[0][1])
    lines = [_approve_item(ask, number, tail) for number, tail in tails]
    return beside(ask, texts.many(lines, _left(ask)))


def reject(ask: Ask, tails: list[tuple[int, str]], reason: str) -> Reply:
    """驳回, with a reason that is asked for when it is missing."""
    try:
        rows = [ask.desk.recruiting.ending(tail) for _, tail in tails]
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    if not reason:
        still = [row for row in rows if row.state == "pending"]
        if not still:
            return beside(ask, texts.decided_before(rows[0], _left(ask)))
        return Text(
            texts.ask_reason([row.name for row in still]),
            state=REASON,
            memory={"tails": " ".join(texts.tail(row) for row in still)},
        )
    if len(rows) == 1:
        return _reject_one(ask, rows[0], reason)
    lines = [_reject_item(ask, number, row, reason) for (number, _), row in zip(tails, rows, strict=True)]
    return beside(ask, texts.many(lines, _left(ask)))


def reason_told(ask: Ask) -> Reply:
    """The answer to: why is it rejected?"""
    return reject(ask, _remembered(ask), ask.text.strip() or " ")


def ask_again(ask: Ask) -> Reply:
    """Whose rejection needs a reason?"""
    return reject(ask, _remembered(ask), "")


def _remembered(ask: Ask) -> list[tuple[int, str]]:
    return list(enumerate(ask.remembered("tails").split(), 1))


def _approve_one(ask: Ask, tail: str) -> Reply:
    try:
        row = ask.desk.recruiting.ending(tail)
        done = ask.desk.recruiting.approve(row.id)
    except NoSuchApplication as refusal:
        return beside(ask, _decided_or_gone(ask, tail, refusal))
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    return beside(ask, texts.approved(done, _left(ask)))


def _approve_item(ask: Ask, number: int, tail: str) -> str:
    try:
        row = ask.desk.recruiting.ending(tail)
    except Refusal as refusal:
        return f"{number}. {sorry_staff(refusal)}"
    return texts.did(number, row.name, _tried(ask.desk.item(number), row, ""))


def _reject_item(ask: Ask, number: int, row: Application, reason: str) -> str:
    return texts.did(number, row.name, _tried(ask.desk.item(number), row, reason))


def _tried(desk: Desk, row: Application, reason: str) -> str:
    """Decide one item of a bulk line; gives what became of it."""
    try:
        if reason:
            desk.recruiting.reject(row.id, reason)
        else:
            desk.recruiting.approve(row.id)
    except NoSuchApplication:
        return texts.decided(desk.recruiting.get(row.id))
    except Refusal as refusal:
        return sorry_staff(refusal)
    return "已驳回" if reason else "已通过"


def _reject_one(ask: Ask, row: Application, reason: str) -> Reply:
    try:
        done = ask.desk.recruiting.reject(ApplicationId(row.id), reason)
    except NoSuchApplication as refusal:
        return beside(ask, _decided_or_gone(ask, texts.tail(row), refusal))
    except ReasonMissing as refusal:
        return Text(sorry_staff(refusal), state=REASON, memory={"tails": texts.tail(row)})
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    return beside(ask, texts.rejected(done, _left(ask)))


def _decided_or_gone(ask: Ask, tail: str, refusal: Refusal) -> str:
    """Somebody was faster: what he decided."""
    try:
        return texts.decided_before(ask.desk.recruiting.ending(tail), _left(ask))
    except NoSuchApplication:
        return sorry_staff(refusal)


def _left(ask: Ask) -> int:
    return ask.desk.reports.todo().applications
