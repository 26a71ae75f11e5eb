"""When each line of an order matures (到期)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.orders.facts import AfterSale, Goods, Line, OrderFacts, Paid, whole_lines, wholly_refunded_at
from engine.programme.modes import SettleMode as SettleMode  # noqa: PLC0414 (part of this module's words too)

AUTO_RECEIPT = timedelta(days=15)
"""After so long goods count as received, and a service or a virtual good as used."""


@dataclass(frozen=True, slots=True)
class SettleTerms:
    """The settings of settlement as of `paid_at`; the days are added in received mode only."""

    mode: SettleMode
    days: int


def due_at(line: Line, kind: Goods, facts: OrderFacts, terms: SettleTerms) -> datetime | None:
    """When the line matures, or None while that cannot be known.

    Refunds do not move it: of a line that went back wholly nothing is left to mature, but what matured
    before it went back did so then.
    """
    if facts.paid is None:
        return None
    due = _without_after_sale(line, kind, facts, facts.paid, terms)
    if due is None:
        return None
    # Goods may be handed over before they are paid: what is not paid for does not mature yet.
    return _held(max(due, facts.paid.at), line, facts.paid, facts.after_sales)


def annulled_at(facts: OrderFacts, kinds: Mapping[int, Goods], terms: SettleTerms) -> datetime | None:
    """When the order's lock is annulled: as all lines had gone back while one of them had yet to mature.

    A line that was wholly refunded earlier has nothing left to mature, so it keeps nothing open.
    """
    at = wholly_refunded_at(facts)
    if facts.paid is None or at is None:
        return None
    already = whole_lines(facts, before=at)
    dues = [
        due_at(line, kinds[line.number], facts, terms)
        for line in facts.paid.lines
        if line.number not in already
    ]
    return at if any(due is None or at < due for due in dues) else None


def _without_after_sale(
    line: Line, kind: Goods, facts: OrderFacts, paid: Paid, terms: SettleTerms
) -> datetime | None:
    if terms.mode is SettleMode.PAID:
        return paid.at
    settled = _goods_settled(line, facts, terms.mode) if kind is Goods.GOODS else _used(line, facts, paid)
    if settled is None or terms.mode is SettleMode.SHIPPED:
        return settled
    return settled + timedelta(days=terms.days)


def _goods_settled(line: Line, facts: OrderFacts, mode: SettleMode) -> datetime | None:
    """Goods: the first final parcel, or 15 days on where receipt is waited for; receipt implies shipping."""
    confirmed = _completed(line, facts) + ([facts.received.at] if facts.received else [])
    wait = AUTO_RECEIPT if mode is SettleMode.RECEIVED else timedelta()
    return _first([*confirmed, *(parcel.at + wait for parcel in facts.shipped if parcel.final)])


def _used(line: Line, facts: OrderFacts, paid: Paid) -> datetime | None:
    """A service or a virtual good: when it was used, at the latest 15 days after its time or its payment."""
    return _first([*_completed(line, facts), (line.service_at or paid.at) + AUTO_RECEIPT])


def _completed(line: Line, facts: OrderFacts) -> list[datetime]:
    return [done.at for done in facts.completed if _touches(done.lines, line)]


def _held(due: datetime, line: Line, paid: Paid, cases: Iterable[AfterSale]) -> datetime | None:
    """max(due, closed) for each after-sale that was opened before the line matured; None while one is open.

    One opened later finds nothing to hold: what has matured stays so. One whose closing was heard first may
    have been open ever since the payment.
    """
    known = [case for case in cases if (case.opened_at or case.closed_at) and _touches(case.lines, line)]
    for case in sorted(known, key=lambda case: case.opened_at or paid.at):
        if (case.opened_at or paid.at) >= due:
            continue
        if case.closed_at is None:
            return None
        due = max(due, case.closed_at)
    return due


def _touches(named: frozenset[int] | None, line: Line) -> bool:
    return named is None or line.number in named


def _first(instants: Iterable[datetime]) -> datetime | None:
    return min(instants, default=None)
