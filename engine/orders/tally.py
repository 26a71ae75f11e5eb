"""What an order adds to the kept sums of the promoter it is counted for, and of everybody above him.

Sales and refunds count on the day they are booked. The uplines are those of `paid_at`, at every depth: what is taken
off again comes off the same people, whoever stands above whom by then.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.ids import PromoterId
from engine.ledger.chart import SHOP
from engine.ledger.daily import Metric, count, count_month
from engine.money import Money
from engine.programme import promoters
from engine.store.base import Tx


def credit(tx: Tx, row: Any) -> None:
    """The order is counted for its level-1 promoter from now on, with all that was refunded of it."""
    _count(tx, row, row.paid, row.refunded, orders=1)


def take_back(tx: Tx, row: Any) -> None:
    """The order is counted for its level-1 promoter no longer (归属)."""
    _count(tx, row, -row.paid, -row.refunded, orders=-1)


def refunded(tx: Tx, row: Any, more: Money) -> None:
    """So much more of the order went back."""
    count(tx, Metric.REFUNDS, more.fen, SHOP)
    _count(tx, row, Money(0), more)


def above(tx: Tx, promoter: PromoterId, at: datetime) -> tuple[PromoterId, ...]:
    """His upline, the upline's upline and so on, as they stood at an instant."""
    found: list[PromoterId] = []
    then = promoters.standing_as_of(tx, promoter, at)
    while then and then.upline:
        found.append(then.upline)
        then = promoters.standing_as_of(tx, then.upline, at)
    return tuple(found)


def _count(tx: Tx, row: Any, sales: Money, gone: Money, orders: int = 0) -> None:
    if row.level1 is None:
        return
    # The shop's clock may run minutes ahead of ours: who stands above whom until then is not known yet.
    team = above(tx, row.level1, min(row.paid_at, row.first_heard_at))
    count(tx, Metric.ORDERS, orders, row.level1)
    count(tx, Metric.SALES, sales.fen, row.level1)
    count(tx, Metric.REFUNDS, gone.fen, row.level1)
    count(tx, Metric.TEAM, sales.fen, *team)
    count(tx, Metric.TEAM_REFUNDS, gone.fen, *team)
    count_month(tx, row.level1, sales - gone)
