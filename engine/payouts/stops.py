"""Stopped payouts (打款暂停): why no new money may leave the house, until somebody has reconciled.

While one is open nobody takes a payout in hand and no period is booked as settled. A payout that is in hand
already can still be marked paid: the money may have been sent, and a record of it is never refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from engine.errors import Refusal
from engine.store.base import Tx
from engine.store.tables import payout_stops


@dataclass(frozen=True, slots=True)
class Stop:
    """Since when payouts are stopped, and why."""

    id: str
    since: datetime
    reason: str


@dataclass(eq=False)
class PayoutsStopped(Refusal):
    """Nothing new is paid or booked until the operator has reconciled."""

    since: datetime
    reason: str


def stop(tx: Tx, reason: str) -> Stop:
    """Stop payouts; the same reason again is the stop that is open for it."""
    for known in _open(tx):
        if known.reason == reason:
            return known
    made = Stop(tx.ids.new("st"), tx.now, reason)
    tx.run(insert(payout_stops).values(shop_id=tx.shop, id=made.id, since=made.since, reason=reason))
    return made


def resume(tx: Tx, by: str) -> tuple[Stop, ...]:
    """Payouts go on: every open stop ends, `by` says who reconciled. Gives those that ended."""
    ended = _open(tx)
    tx.run(
        update(payout_stops)
        .where(payout_stops.c.shop_id == tx.shop, payout_stops.c.resumed_at.is_(None))
        .values(resumed_at=tx.now, resumed_by=by)
    )
    return ended


def current(tx: Tx) -> Stop | None:
    """The oldest open stop, if payouts are stopped."""
    return next(iter(_open(tx)), None)


def check(tx: Tx) -> None:
    """Raise PayoutsStopped while one is open."""
    if found := current(tx):
        raise PayoutsStopped(found.since, found.reason)


def _open(tx: Tx) -> tuple[Stop, ...]:
    rows: Any = tx.run(
        select(payout_stops)
        .where(payout_stops.c.shop_id == tx.shop, payout_stops.c.resumed_at.is_(None))
        .order_by(payout_stops.c.since, payout_stops.c.id)
    )
    return tuple(Stop(row.id, row.since, row.reason) for row in rows)
