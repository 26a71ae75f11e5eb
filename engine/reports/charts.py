"""The last thirty days by day, as they stand on a picture (曲线, 柱状)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from engine.clock import day_of
from engine.ids import PromoterId
from engine.ledger import daily
from engine.ledger.chart import SHOP
from engine.ledger.daily import Metric
from engine.programme import settings
from engine.store.base import Tx
from engine.store.commands import Room, question

DAYS = 30


@dataclass(frozen=True, slots=True)
class EarningDays:
    """What a promoter earned on each day, booked less taken back, in fen; the last day is today."""

    last: date
    level1: tuple[int, ...]
    level2: tuple[int, ...]
    two_level: bool
    """Whether anybody may be told of level 2."""


@dataclass(frozen=True, slots=True)
class ShopDays:
    """What the programme sold, less refunds, and paid on each day, in fen, and its orders; the last day is today."""

    shop: str
    last: date
    sales: tuple[int, ...]
    refunds: tuple[int, ...]
    orders: tuple[int, ...]
    commission: tuple[int, ...]
    """Level 1, booked less taken back."""
    rewards: tuple[int, ...]
    """Level 2."""


class Charts(Room):
    """Reading what pictures are drawn from."""

    @question
    def earnings(self, tx: Tx, promoter: PromoterId) -> EarningDays:
        """我的收益, day by day."""
        last, days = _lately(tx, promoter)
        return EarningDays(
            last, _each(days, Metric.LEVEL1), _each(days, Metric.LEVEL2), settings.current(tx).pays_level2
        )

    @question
    def shop(self, tx: Tx) -> ShopDays:
        """今日概览, day by day."""
        last, days = _lately(tx, SHOP)
        return ShopDays(
            settings.current(tx).shop_name, last,
            tuple(daily.net_sales(day).fen for day in days), _each(days, Metric.REFUNDS), _each(days, Metric.ORDERS),
            _each(days, Metric.LEVEL1), _each(days, Metric.LEVEL2),
        )  # fmt: skip


def _lately(tx: Tx, owner: str) -> tuple[date, list[dict[Metric, int]]]:
    today = day_of(tx.now)
    return today, daily.by_day(tx, owner, today - timedelta(days=DAYS - 1), today)


def _each(days: list[dict[Metric, int]], metric: Metric) -> tuple[int, ...]:
    return tuple(day[metric] for day in days)
