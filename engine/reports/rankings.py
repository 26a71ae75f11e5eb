"""排行榜: who sold most in a month, refunds taken off; by sales alone, never by whom he invited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from engine.clock import day_of
from engine.ids import PromoterId
from engine.ledger.daily import month_of
from engine.money import ZERO, Money
from engine.people.names import Name
from engine.programme import promoters as standing
from engine.programme.promoters import Status
from engine.store.base import Tx
from engine.store.commands import Room, question
from engine.store.tables import month_sales, promoters

TOP = 10
FARTHEST = 1000
"""Nobody is told a place beyond this one: it would mean counting everybody before him."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One row of the list; who sold the same has the same place."""

    place: int
    name: Name
    sales: Money
    me: bool


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best of a month, and where the promoter himself stands."""

    month: date
    """Its first day."""
    last: bool
    """It is over."""
    top: tuple[Ranked, ...]
    sales: Money
    """His own; below zero when more went back than was sold."""
    place: int | None
    """None: he has sold nothing yet, stands beyond FARTHEST, or is frozen."""
    behind: Money | None
    """By how much the next one above him is ahead."""
    frozen: bool


class Rankings(Room):
    """The promoters against each other."""

    @question
    def month(self, tx: Tx, promoter: PromoterId, *, last: bool) -> Ranking:
        """This month, or the last one, as this promoter may read it. Frozen and terminated ones are left out."""
        first = day_of(tx.now).replace(day=1)
        if last:
            first = (first - timedelta(days=1)).replace(day=1)
        mine = _sales(tx, promoter, first)
        frozen = standing.one(tx, promoter).status is not Status.ACTIVE
        ahead = 0 if frozen or mine <= ZERO else _ahead(tx, first, mine)
        placed = not frozen and mine > ZERO and ahead < FARTHEST
        return Ranking(
            month=first,
            last=last,
            top=_top(tx, first, promoter),
            sales=mine,
            place=ahead + 1 if placed else None,
            behind=_next_above(tx, first, mine) - mine if ahead else None,
            frozen=frozen,
        )


def _sales(tx: Tx, promoter: PromoterId, first: date) -> Money:
    found: Money | None = tx.run(
        select(month_sales.c.net).where(_of(tx, first), month_sales.c.owner == promoter)
    ).scalar_one_or_none()
    return found or ZERO


def _top(tx: Tx, first: date, me: PromoterId) -> tuple[Ranked, ...]:
    rows = tx.run(
        _selling(tx, first, month_sales.c.owner, month_sales.c.net)
        .where(month_sales.c.net > ZERO)
        .order_by(month_sales.c.net.desc(), month_sales.c.owner.desc())
        .limit(TOP)
    ).all()
    nets = [row.net for row in rows]
    return tuple(
        Ranked(nets.index(row.net) + 1, standing.one(tx, row.owner).name, row.net, row.owner == me)
        for row in rows
    )


def _ahead(tx: Tx, first: date, mine: Money) -> int:
    """How many sold more, counted up to FARTHEST."""
    more = _selling(tx, first, month_sales.c.owner).where(month_sales.c.net > mine).limit(FARTHEST)
    found: int = tx.run(select(func.count()).select_from(more.subquery())).scalar_one()
    return found


def _next_above(tx: Tx, first: date, mine: Money) -> Money:
    found: Money = tx.run(
        _selling(tx, first, month_sales.c.net)
        .where(month_sales.c.net > mine)
        .order_by(month_sales.c.net, month_sales.c.owner)
        .limit(1)
    ).scalar_one()
    return found


def _selling(tx: Tx, first: date, *columns: Any) -> Any:
    """Active promoters with what they sold in a month."""
    return (
        select(*columns)
        .join(
            promoters,
            (promoters.c.shop_id == month_sales.c.shop_id) & (promoters.c.id == month_sales.c.owner),
        )
        .where(_of(tx, first), promoters.c.status == Status.ACTIVE.value)
    )


def _of(tx: Tx, first: date) -> Any:
    return (month_sales.c.shop_id == tx.shop) & (month_sales.c.month == month_of(first))
