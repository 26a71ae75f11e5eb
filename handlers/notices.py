"""Words for what leaves the house unasked: made when they are sent, at the desk of who gets them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine import Desk
from engine.errors import Refusal
from engine.ids import AdjustmentId, ApplicationId, PromoterId, VisitId
from engine.ledger.book import Balances
from engine.money import ZERO, Money, total
from engine.payouts.payees import Channel
from engine.payouts.states import State
from engine.people.authority import Right, holds
from engine.programme.promoters import Status
from engine.reports.overview import Todo
from handlers import menus
from handlers.texts import (
    applying,
    earnings,
    portraits,
    referrals,
    withdrawing,
)
from handlers.texts import notices as texts
from handlers.texts.merchant import offline, staff
from handlers.texts.people import called
from handlers.texts.times import moment

Payload = Mapping[str, Any]
_NEWEST = 20
"""Orders that are looked through for what a notice adds up; a bundle with older ones names no sum."""


def words(kind: str, payload: Payload, desk: Desk) -> str | None:
    """The notice, or None when there is nothing to say any more."""
    made = _WORDS.get(kind)
    if made is None:
        return None
    try:
        return made(payload, desk)
    except Refusal:
        return None  # what it was about is no longer his


def waiting_for(desk: Desk) -> list[tuple[str, int]]:
    """What waits for this member of the staff, each with its count."""
    waits, roles = desk.reports.todo(), desk.enrolling.mine()
    return [(what, count) for right, what, count in _counts(waits) if holds(roles, right) and count]


def _todo(_payload: Payload, desk: Desk) -> str | None:
    counts = waiting_for(desk)
    return texts.todo(counts) if counts else None


def _counts(waits: Todo) -> tuple[tuple[Right, str, int], ...]:
    return (
        (Right.REVIEW, "申请", waits.applications),
        (Right.FINANCE, "提现", waits.withdrawals),
        (Right.FINANCE, "待打款", waits.payouts),
    )


def _approved(_payload: Payload, desk: Desk) -> str:
    rules, me = desk.settings.now(), desk.promoters.mine()
    return applying.approved(rules.shop_name, me.code, menus.promoter_words(two_level=rules.pays_level2))


def _rejected(payload: Payload, desk: Desk) -> str:
    found = desk.recruiting.get(ApplicationId(payload["application"]))
    return texts.rejected(moment(found.submitted_at), found.reason)


def _joined(payload: Payload, desk: Desk) -> str | None:
    if not desk.settings.now().pays_level2:
        return None
    return earnings.joined(called(desk.promoters.get(PromoterId(payload["promoter"])).name))


def _earned(payload: Payload, desk: Desk) -> str:
    codes = _codes(payload)
    newest = desk.order_book.of_promoter(desk.promoters.earner().id, 0, _NEWEST)
    known = {order.code: total(reward.amount for reward in order.rewards) for order in newest}
    amount = total(known[code] for code in codes) if known.keys() >= set(codes) else ZERO
    return earnings.earned(codes, amount)


def _clawed_back(payload: Payload, desk: Desk) -> str:
    return earnings.clawed_back(_codes(payload), Money(payload["fen"]), _held(desk), offline=_offline(desk))


def _held_back(payload: Payload, desk: Desk) -> str:
    return earnings.held_back(_codes(payload), Money(payload["fen"]), _held(desk), offline=_offline(desk))


def _codes(payload: Payload) -> tuple[str, ...]:
    return tuple(payload["items"])


def _held(desk: Desk) -> Balances:
    return desk.earnings.of(desk.promoters.earner().id).balances


def _offline(desk: Desk) -> bool:
    return desk.settings.now().offline


def _assigned(payload: Payload, _desk: Desk) -> str:
    return texts.assigned(payload["order"], Money(payload["fen"]), payload["reason"])


def _terminated(_payload: Payload, desk: Desk) -> str | None:
    me = desk.promoters.earner()
    if me.status is not Status.TERMINATED:
        return None  # he is a promoter again
    rules = desk.settings.now()
    return texts.terminated(rules.shop_name, desk.earnings.of(me.id).balances, offline=rules.offline)


def _gone(payload: Payload, desk: Desk) -> str | None:
    if not holds(desk.enrolling.mine(), Right.OWNER):
        return None  # he is none any more
    who = desk.promoters.get(PromoterId(payload["promoter"]))
    return texts.gone(who.code, desk.customers.count_of(who.id))


def _customers(payload: Payload, desk: Desk) -> str | None:
    tally = desk.moving.tally(int(payload["items"][0]))
    return texts.customers(tally) if tally.gained or tally.followed or tally.lost else None


def _inherited(payload: Payload, desk: Desk) -> str:
    return texts.inherited(desk.settings.now().shop_name, int(payload["count"]))


def _upline(_payload: Payload, desk: Desk) -> str | None:
    if not desk.settings.now().pays_level2:
        return None
    above = desk.promoters.mine().upline
    return texts.upline(desk.promoters.get(above).name if above else None)


def _downlines(_payload: Payload, desk: Desk) -> str | None:
    return texts.downlines() if desk.settings.now().pays_level2 else None


def _roles(_payload: Payload, desk: Desk) -> str:
    return staff.roles(desk.settings.now().shop_name, desk.enrolling.mine())


def _owners(_payload: Payload, desk: Desk) -> str | None:
    if not holds(desk.enrolling.mine(), Right.OWNER):
        return None  # he is none any more
    rows = [row for row in desk.staffing.everybody() if row.owns]
    return staff.owners(rows, desk.actor.person)


def _withdrawal_approved(payload: Payload, desk: Desk) -> str | None:
    found = desk.withdrawals.get(payload["withdrawal"])
    return withdrawing.approved(found) if found.state in (State.APPROVED, State.IN_HAND) else None


def _withdrawal_rejected(payload: Payload, desk: Desk) -> str:
    found = desk.withdrawals.get(payload["withdrawal"])
    return withdrawing.rejected(found, offline=desk.settings.now().offline)


def _withdrawal_paid(payload: Payload, desk: Desk) -> str:
    return withdrawing.paid(desk.withdrawals.get(payload["withdrawal"]))


def _settled(payload: Payload, desk: Desk) -> str:
    return withdrawing.settled(desk.bookings.mine(payload["booking"]))


def _adjusted(payload: Payload, desk: Desk) -> str:
    made = desk.adjustments.mine(AdjustmentId(payload["adjustment"]))
    return withdrawing.adjusted(made, desk.promoters.earner().code)


def _booked(payload: Payload, desk: Desk) -> str | None:
    if not holds(desk.enrolling.mine(), Right.FINANCE):
        return None  # the books are not his to read any more
    return offline.booked(desk.bookings.get(payload["booking"]))


def _visited(payload: Payload, desk: Desk) -> str:
    found = desk.referrals.receipt(VisitId(payload["visit"]))
    return referrals.receipt(found, desk.settings.now().shop_name)


def _judged(payload: Payload, _desk: Desk) -> str:
    return texts.judged(payload["key"], payload["why_not"])


def _portrait_judged(payload: Payload, _desk: Desk) -> str:
    return portraits.judged(payload["why_not"])


def _portrait_down(_payload: Payload, _desk: Desk) -> str:
    return portraits.down()


def _payee_judged(payload: Payload, _desk: Desk) -> str:
    return texts.payee_judged(Channel(payload["channel"]), payload["why_not"])


def _material_judged(payload: Payload, _desk: Desk) -> str:
    return texts.material_judged(payload["code"], payload["number"], payload["why_not"])


def _picture(payload: Payload, desk: Desk) -> str | None:
    return None if _is_of_level2(payload, desk) else texts.PICTURES.get(payload["what"])


def _undrawn(payload: Payload, desk: Desk) -> str | None:
    return None if _is_of_level2(payload, desk) else texts.undrawn(payload["what"])


def _is_of_level2(payload: Payload, desk: Desk) -> bool:
    return payload["what"] == "invitation" and not desk.settings.now().pays_level2


_WORDS: Mapping[str, Callable[[Payload, Desk], str | None]] = {
    "todo": _todo,
    "approved": _approved,
    "rejected": _rejected,
    "joined": _joined,
    "earned": _earned,
    "clawed_back": _clawed_back,
    "held_back": _held_back,
    "assigned": _assigned,
    "terminated": _terminated,
    "customers": _customers,
    "gone": _gone,
    "inherited": _inherited,
    "upline": _upline,
    "downlines": _downlines,
    "roles": _roles,
    "owners": _owners,
    "withdrawal_approved": _withdrawal_approved,
    "withdrawal_rejected": _withdrawal_rejected,
    "withdrawal_paid": _withdrawal_paid,
    "settled": _settled,
    "adjusted": _adjusted,
    "booked": _booked,
    "visited": _visited,
    "judged": _judged,
    "payee_judged": _payee_judged,
    "material_judged": _material_judged,
    "portrait_judged": _portrait_judged,
    "portrait_down": _portrait_down,
    "picture": _picture,
    "undrawn": _undrawn,
}

KINDS = frozenset(_WORDS)
"""Every kind of row that has words."""
