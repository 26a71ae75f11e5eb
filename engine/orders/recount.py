"""The sums kept by day and month, counted again from the orders (查账)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, func, select, type_coerce

from engine.ledger.chart import SHOP
from engine.ledger.daily import Metric
from engine.store.base import Tx
from engine.store.tables import daily, invited_rewards, month_sales, promoter_history

_OF_LEVEL = {1: Metric.LEVEL1, 2: Metric.LEVEL2}
_RECOUNTED = (
    Metric.ORDERS, Metric.SALES, Metric.REFUNDS, Metric.LEVEL1, Metric.LEVEL2, Metric.TEAM, Metric.TEAM_REFUNDS,
)  # fmt: skip


class Recount:
    """What the kept sums must come to."""

    def __init__(self, tx: Tx) -> None:
        self._sums: dict[tuple[str, str], int] = defaultdict(int)
        """By owner and metric."""
        self._nets: dict[str, int] = defaultdict(int)
        self._through: dict[tuple[str, str], int] = defaultdict(int)
        """By upline and downline."""
        self._uplines = _uplines(tx)

    def add(self, order: Any, commissions: Sequence[Any]) -> None:
        """Count one order in, and whatever it pays."""
        if order.paid_at is not None:
            self._add(SHOP, Metric.ORDERS, 1)
            self._add(SHOP, Metric.SALES, order.paid)
            self._add(SHOP, Metric.REFUNDS, order.refunded)
        if order.level1:
            self._add(order.level1, Metric.ORDERS, 1)
            self._add(order.level1, Metric.SALES, order.paid)
            self._add(order.level1, Metric.REFUNDS, order.refunded)
            self._nets[order.level1] += order.paid - order.refunded
            for upline in self._above(order.level1, min(order.paid_at, order.first_heard_at)):
                self._add(upline, Metric.TEAM, order.paid)
                self._add(upline, Metric.TEAM_REFUNDS, order.refunded)
        for row in commissions:
            for owner in (row.promoter_id, SHOP):
                self._add(owner, _OF_LEVEL[row.level], row.amount)
            if row.level == 2 and order.level1:
                self._through[row.promoter_id, order.level1] += row.amount

    def findings(self, tx: Tx) -> list[str]:
        """The kept sums that differ."""
        days = tx.run(
            select(daily.c.owner, daily.c.metric, func.sum(daily.c.value))
            .where(daily.c.shop_id == tx.shop, daily.c.metric.in_([metric.value for metric in _RECOUNTED]))
            .group_by(daily.c.owner, daily.c.metric)
        )
        kept = {(owner, metric): int(value) for owner, metric, value in days}
        net = func.sum(type_coerce(month_sales.c.net, BigInteger))
        months = tx.run(
            select(month_sales.c.owner, net)
            .where(month_sales.c.shop_id == tx.shop)
            .group_by(month_sales.c.owner)
        )
        of_months = {owner: int(value) for owner, value in months}
        through = _kept_through(tx)
        return (
            [
                f"the days of {owner} sum up to {kept.get((owner, metric), 0)} {metric}, the orders say {due}"
                for owner, metric in sorted(kept.keys() | self._sums.keys())
                if kept.get((owner, metric), 0) != (due := self._sums.get((owner, metric), 0))
            ]
            + [
                f"the months of {owner} sum up to sales of {of_months.get(owner, 0)}, the orders say {due}"
                for owner in sorted(of_months.keys() | self._nets.keys())
                if of_months.get(owner, 0) != (due := self._nets.get(owner, 0))
            ]
            + [
                f"{downline} brought {upline} {through.get((upline, downline), 0)} as kept, the orders say {due}"
                for upline, downline in sorted(through.keys() | self._through.keys())
                if through.get((upline, downline), 0) != (due := self._through.get((upline, downline), 0))
            ]
        )

    def _add(self, owner: str, metric: Metric, value: int) -> None:
        self._sums[owner, metric.value] += value

    def _above(self, promoter: str, at: int) -> list[str]:
        """Everybody above him at that instant."""
        found: list[str] = []
        one = self._upline(promoter, at)
        while one and one not in found:
            found.append(one)
            one = self._upline(one, at)
        return found

    def _upline(self, promoter: str, at: int) -> str | None:
        return next((upline for since, upline in self._uplines.get(promoter, ()) if since <= at), None)


def _kept_through(tx: Tx) -> dict[tuple[str, str], int]:
    rows = tx.run(
        select(
            invited_rewards.c.upline, invited_rewards.c.downline,
            type_coerce(invited_rewards.c.amount, BigInteger),
        ).where(invited_rewards.c.shop_id == tx.shop)
    )  # fmt: skip
    return {(upline, downline): amount for upline, downline, amount in rows}


def _uplines(tx: Tx) -> dict[str, list[tuple[int, str | None]]]:
    """Everybody's uplines with their beginnings, the newest first."""
    found: dict[str, list[tuple[int, str | None]]] = defaultdict(list)
    rows = tx.run(
        select(
            promoter_history.c.promoter_id, type_coerce(promoter_history.c.since, BigInteger),
            promoter_history.c.upline,
        )
        .where(promoter_history.c.shop_id == tx.shop)
        .order_by(promoter_history.c.promoter_id, promoter_history.c.n.desc())
    )  # fmt: skip
    for promoter, since, upline in rows:
        found[promoter].append((since, upline))
    return found
