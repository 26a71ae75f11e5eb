"""提现审核: the list, one withdrawal, 通过提现 and 驳回提现."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import Refusal
from engine.payouts.paying import PromoterOwes, RejectionReasonMissing
from engine.payouts.records import Withdrawal
from engine.payouts.states import OPEN, State, WrongState
from handlers.lists import Of, as_typed, beside, listed
from handlers.paging import ROWS
from handlers.texts.merchant import withdrawals as texts
from handlers.texts.merchant.todo import STALE, nothing_to_review
from handlers.texts.refusals import sorry_staff
from handlers.typed import code
from handlers.types import Ask, Picture, Reply, Text

REASON = "reject.withdrawal"
"""The open question: why is it rejected?"""

Picked = Sequence[tuple[int, str]]


def requested(ask: Ask) -> Reply:
    """提现审核"""
    return listing(ask)


def listing(ask: Ask, above: str = "") -> Reply:
    """The oldest requests, below what there is to say first."""
    rows = ask.desk.withdrawals.in_state((State.REQUESTED,), ROWS)
    if not rows:
        empty = "\n".join([*([above] if above else []), nothing_to_review("提现申请")])
        return listed(empty, Of.WITHDRAWALS, ())
    return listed(texts.withdrawals(rows, _left(ask), above), Of.WITHDRAWALS, [row.code for row in rows])


def tapped(ask: Ask) -> Reply:
    """提现单 ‹单号›"""
    return item(ask, code(ask.got("code")))


def item(ask: Ask, number: str) -> Reply:
    """One withdrawal, whatever its state."""
    try:
        row = ask.desk.withdrawals.get(number)
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    return beside(ask, texts.withdrawal(row, hands(ask, [row]), ask.who.person))


def payee_picture(ask: Ask) -> Reply:
    """看收款码 ‹单号›"""
    try:
        row = ask.desk.withdrawals.get(code(ask.got("code")))
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    if not row.by_picture or row.state not in OPEN:
        return Text(texts.no_picture(row))
    return Picture("payee", row.code, texts.PICTURE_COMES)


def approve_tapped(ask: Ask) -> Reply:
    """通过提现 ‹单号›"""
    return _approve_one(ask, code(ask.got("code")))


def approve(ask: Ask, found: Picked) -> Reply:
    """通过 1-3 below the list of withdrawals."""
    if not found:
        return listing(ask, STALE)
    if len(found) == 1:
        return _approve_one(ask, found[0][1])
    lines = [_approve_item(ask, number, token) for number, token in found]
    return beside(ask, texts.many(lines, _left(ask)))


def reject_tapped(ask: Ask) -> Reply:
    """驳回提现 ‹单号› ‹理由›"""
    return reject(ask, code(ask.got("code")), as_typed(ask, "reason"))


def reject_picked(ask: Ask, found: Picked, reason: str) -> Reply:
    """驳回 2 户名不符 below the list of withdrawals."""
    if not found:
        return listing(ask, STALE)
    return reject(ask, found[0][1], reason) if len(found) == 1 else beside(ask, texts.one_at_a_time())


def reason_told(ask: Ask) -> Reply:
    """The answer to: why is it rejected?"""
    return reject(ask, ask.remembered("code"), ask.text.strip() or " ")


def ask_again(ask: Ask) -> Reply:
    """Which rejection needs a reason?"""
    return reject(ask, ask.remembered("code"), "")


def reject(ask: Ask, number: str, reason: str) -> Reply:
    """Ask for the reason when it is missing, then show what would happen, with the one-time code."""
    try:
        row = ask.desk.withdrawals.get(number)
        if (row.state, reason) in ((State.REQUESTED, ""), (State.APPROVED, "")):
            return Text(texts.ask_reason(row), state=REASON, memory={"code": row.code})
        made = ask.desk.withdrawals.propose_reject(row.code, reason or "-")
    except RejectionReasonMissing as refusal:
        return Text(sorry_staff(refusal), state=REASON, memory={"code": number})
    except Refusal as refusal:
        return beside(ask, explained(ask, number, refusal))
    return beside(ask, texts.reject_prompt(made, row, offline=ask.who.offline))


def explained(ask: Ask, number: str, refusal: Refusal) -> str:
    """Why not, with what the withdrawal has become."""
    if isinstance(refusal, WrongState | PromoterOwes):
        row = ask.desk.withdrawals.get(number)
        return texts.owes(row) if isinstance(refusal, PromoterOwes) else texts.wrong_state(row)
    return sorry_staff(refusal)


def hands(ask: Ask, rows: Sequence[Withdrawal]) -> texts.Hands:
    """The names of those who are paying these by hand."""
    people = {row.in_hand_by for row in rows if row.in_hand_by and row.state is State.IN_HAND}
    return {person: ask.desk.contacts.name(person) for person in sorted(people)}


def _approve_one(ask: Ask, number: str) -> Reply:
    try:
        done = ask.desk.withdrawals.approve(number)
    except Refusal as refusal:
        return beside(ask, explained(ask, number, refusal))
    return beside(ask, texts.approved(done, _left(ask)))


def _approve_item(ask: Ask, number: int, token: str) -> str:
    row = ask.desk.withdrawals.get(token)
    try:
        ask.desk.item(number).withdrawals.approve(token)
    except PromoterOwes as refusal:
        return texts.did(number, row, f"没有通过，另欠 {refusal.owed}")
    except WrongState as refusal:
        return texts.did(number, row, f"没有改动，现在是「{texts.STATES[refusal.state]}」")
    except Refusal as refusal:
        return texts.did(number, row, sorry_staff(refusal))
    return texts.did(number, row, "已通过")


def _left(ask: Ask) -> int:
    return ask.desk.reports.todo().withdrawals
