"""Sums kept by Beijing day and owner, so that no report adds up the past (一天的数字不再改变)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, case, func, select, true, type_coerce

from engine.clock import day_of
from engine.ledger.chart import SHOP
from engine.money import Money
from engine.store.base import Tx
from engine.store.prepared import Prepared, insert_or
from engine.store.tables import daily, invited_rewards, month_sales


class Metric(Enum):
    """What is counted. Amounts in fen."""

    SALES = "sales"
    ORDERS = "orders"
    REFUNDS = "refunds"
    LEVEL1 = "level1"
    """Commission booked less taken back."""
    LEVEL2 = "level2"
    LOCKS = "locks"
    VISITS = "visits"
    PAID_OUT = "paid_out"
    TEAM = "team"
    """Sales of all levels below a promoter, his own not counted (团队业绩)."""
    TEAM_REFUNDS = "team_refunds"
    ADJUSTED = "adjusted"
    """What the operator gave by hand less what he took (人工调整)."""


@dataclass(frozen=True, slots=True)
class Glance:
    """Each metric over four spans that end with the same day."""

    today: Mapping[Metric, int]
    yesterday: Mapping[Metric, int]
    month: Mapping[Metric, int]
    ever: Mapping[Metric, int]


_SPANS = tuple(span.name for span in fields(Glance))
_NOTHING = dict.fromkeys(Metric, 0)


def count(tx: Tx, metric: Metric, value: int, *owners: str) -> None:
    """Add to today's sum of each owner; written once, before the commit."""
    counted = tx.gather(_write, Counter[tuple[str, str]])
    for owner in owners:
        counted[owner, metric.value] += value


def _write(tx: Tx, counted: Counter[tuple[str, str]]) -> None:
    today = number_of(day_of(tx.now))
    sums = [
        {"shop_id": tx.shop, "owner": owner, "day": today, "metric": metric, "value": value}
        for (owner, metric), value in sorted(counted.items())
        if value
    ]
    if sums:
        tx.tell(_ADD, *sums)


def _adding(sum_: str, *key: str) -> Callable[[Any], Any]:
    """Where the row is there already, the new sum is added to the one that it holds."""
    return lambda insert: insert.on_conflict_do_update(
        index_elements=["shop_id", *key], set_={sum_: insert.table.c[sum_] + insert.excluded[sum_]}
    )


def _sum(which: ColumnElement[bool]) -> ColumnElement[int]:
    return type_coerce(func.coalesce(func.sum(daily.c.value).filter(which), 0), Integer)


_SUMS = Prepared(
    select(daily.c.metric, type_coerce(func.sum(daily.c.value), Integer).label("value"))
    .where(
        daily.c.shop_id == bindparam("shop"),
        daily.c.owner == bindparam("owner"),
        daily.c.day.between(bindparam("first"), bindparam("last")),
    )
    .group_by(daily.c.metric)
)
_OF_A_DAY = Prepared(
    select(
        daily.c.metric,
        _sum(daily.c.day == bindparam("today")).label("today"),
        _sum(daily.c.day == bindparam("yesterday")).label("yesterday"),
        _sum(daily.c.day >= bindparam("first")).label("month"),
        _sum(true()).label("ever"),
    )
    .where(
        daily.c.shop_id == bindparam("shop"),
        daily.c.owner == bindparam("owner"),
        daily.c.day <= bindparam("today"),
    )
    .group_by(daily.c.metric)
)
_ADD = insert_or(_adding("value", "owner", "day", "metric"), daily)
_ADD_MONTH = insert_or(_adding("net", "owner", "month"), month_sales)
_ADD_THROUGH = insert_or(_adding("amount", "upline", "downline"), invited_rewards)


def count_month(tx: Tx, promoter: str, value: Money) -> None:
    """Add to what a promoter sold, less refunds, in this month."""
    month = month_of(day_of(tx.now))
    tx.tell(_ADD_MONTH, {"shop_id": tx.shop, "owner": promoter, "month": month, "net": value})


def count_through(tx: Tx, upline: str, downline: str, value: Money) -> None:
    """Add to what the orders of a downline's customers brought his upline."""
    tx.tell(_ADD_THROUGH, {"shop_id": tx.shop, "upline": upline, "downline": downline, "amount": value})


def through(tx: Tx, upline: str, downlines: Iterable[str]) -> dict[str, Money]:
    """What each of these downlines brought his upline; whoever brought nothing is left out."""
    rows = tx.run(
        select(invited_rewards.c.downline, invited_rewards.c.amount).where(
            invited_rewards.c.shop_id == tx.shop,
            invited_rewards.c.upline == upline,
            invited_rewards.c.downline.in_(list(downlines)),
        )
    )
    return {row.downline: row.amount for row in rows}


def sums(tx: Tx, owner: str, first: date, last: date) -> dict[Metric, int]:
    """Each metric from the first day to the last, both counted."""
    rows = tx.ask(_SUMS, owner=owner, first=number_of(first), last=number_of(last))
    found = {Metric(metric): int(value) for metric, value in rows}
    return {metric: found.get(metric, 0) for metric in Metric}


def glance(tx: Tx, owner: str, today: date) -> Glance:
    """A day, the day before it, its month and all until its end, in one look."""
    rows = tx.ask(
        _OF_A_DAY,
        owner=owner,
        today=number_of(today),
        yesterday=number_of(today - timedelta(days=1)),
        first=number_of(today.replace(day=1)),
    ).all()
    counted = [(Metric(row.metric), row) for row in rows]
    return Glance(
        *(_NOTHING | {metric: int(getattr(row, span)) for metric, row in counted} for span in _SPANS)
    )


def by_day(tx: Tx, owner: str, first: date, last: date) -> list[dict[Metric, int]]:
    """Each metric of every day from the first to the last, days without any included."""
    rows = tx.run(
        select(daily.c.day, daily.c.metric, daily.c.value).where(
            daily.c.shop_id == tx.shop,
            daily.c.owner == owner,
            daily.c.day.between(number_of(first), number_of(last)),
        )
    )
    found = {(day, Metric(metric)): int(value) for day, metric, value in rows}
    days = (number_of(first + timedelta(days=n)) for n in range((last - first).days + 1))
    return [{metric: found.get((day, metric), 0) for metric in Metric} for day in days]


def net_sales(of: Mapping[Metric, int]) -> Money:
    """销售额, everywhere: what was paid less what went back, each on the day it was heard or decided."""
    return Money(of[Metric.SALES] - of[Metric.REFUNDS])


def best_sellers(tx: Tx, first: date, last: date, most: int) -> list[str]:
    """The owners with the most net sales above zero, the shop itself left out."""
    signed = case((daily.c.metric == Metric.SALES.value, daily.c.value), else_=-daily.c.value)
    net = func.sum(signed)
    rows = tx.run(
        select(daily.c.owner)
        .where(
            daily.c.shop_id == tx.shop,
            daily.c.owner != SHOP,
            daily.c.metric.in_([Metric.SALES.value, Metric.REFUNDS.value]),
            daily.c.day.between(number_of(first), number_of(last)),
        )
        .group_by(daily.c.owner)
        .having(net > 0)
        .order_by(net.desc(), daily.c.owner)
        .limit(most)
    )
    return [owner for (owner,) in rows]


def active(tx: Tx, first: date, last: date) -> int:
    """How many promoters had a visit, a lock or an order in these days."""
    found: int = tx.run(
        select(func.count(func.distinct(daily.c.owner))).where(
            daily.c.shop_id == tx.shop,
            daily.c.owner != SHOP,
            daily.c.metric.in_([Metric.VISITS.value, Metric.LOCKS.value, Metric.ORDERS.value]),
            daily.c.day.between(number_of(first), number_of(last)),
        )
    ).scalar_one()
    return found


def month_of(day: date) -> int:
    """A day's month as yyyymm."""
    return number_of(day) // 100


def number_of(day: date) -> int:
    """A day as yyyymmdd."""
    return day.year * 10_000 + day.month * 100 + day.day
