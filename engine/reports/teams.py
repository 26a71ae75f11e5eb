"""团队业绩 (裂变数据): what everybody below a promoter sold, for those whose group may see it. It pays nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.clock import day_of
from engine.ids import PromoterId
from engine.ledger import daily
from engine.ledger.daily import Metric
from engine.money import Money
from engine.programme import groups, promoters, settings
from engine.store.base import Tx
from engine.store.commands import Room, question


@dataclass(frozen=True, slots=True)
class Sold:
    """Sales less refunds (销售额), and what went back; each on the day it was heard."""

    sales: Money
    refunds: Money


@dataclass(frozen=True, slots=True)
class Period:
    """One stretch of days."""

    below: Sold
    """Every level below him together, as they stood above each other when each order was paid."""
    own: Sold
    """His own direct ones."""


@dataclass(frozen=True, slots=True)
class Team:
    """A promoter's team at a glance."""

    today: Period
    month: Period
    ever: Period


class Teams(Room):
    """The actor's team."""

    @question
    def may_see(self, tx: Tx) -> bool:
        """Is the actor shown such a thing?"""
        return _may_see(tx) is not None

    @question
    def mine(self, tx: Tx) -> Team | None:
        """The sums; None for an actor who is not shown them."""
        me = _may_see(tx)
        if me is None:
            return None
        counted = daily.glance(tx, me, day_of(tx.now))
        return Team(_period(counted.today), _period(counted.month), _period(counted.ever))


def _may_see(tx: Tx) -> PromoterId | None:
    """His group may, and two levels are spoken of at all."""
    me = promoters.of_actor(tx).id
    return me if settings.current(tx).pays_level2 and groups.may_see_team(tx, me) else None


def _period(found: Mapping[Metric, int]) -> Period:
    return Period(
        Sold(Money(found[Metric.TEAM] - found[Metric.TEAM_REFUNDS]), Money(found[Metric.TEAM_REFUNDS])),
        Sold(daily.net_sales(found), Money(found[Metric.REFUNDS])),
    )
