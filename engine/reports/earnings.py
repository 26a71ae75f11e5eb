"""What a promoter earned (我的收益), and through whom (我的下级)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.clock import day_of
from engine.ids import OrderId, PromoterId
from engine.ledger import book, daily
from engine.ledger.book import Balances
from engine.ledger.daily import Metric
from engine.money import ZERO, Money
from engine.orders.views import code_of
from engine.people.names import Name
from engine.programme import promoters
from engine.programme.promoters import Status
from engine.store.base import Tx
from engine.store.commands import Room, question


@dataclass(frozen=True, slots=True)
class Earned:
    """Commission (level 1) and invitation reward (level 2), booked less taken back."""

    level1: Money
    level2: Money

    @property
    def all(self) -> Money:
        return self.level1 + self.level2


@dataclass(frozen=True, slots=True)
class Owed:
    """A part of what he owes, and what it comes from."""

    order: str
    """单号 of the order that was refunded; empty: taken by hand (人工调整)."""
    amount: Money


@dataclass(frozen=True, slots=True)
class Earnings:
    """A promoter's money at a glance."""

    today: Earned
    yesterday: Earned
    month: Earned
    ever: Earned
    balances: Balances
    adjusted: Money = ZERO
    """What the operator gave by hand less what he took, all of it."""
    debts: tuple[Owed, ...] = ()
    """What the debt (待追回) comes from, the newest first."""


@dataclass(frozen=True, slots=True)
class Downline:
    """Somebody whom the promoter invited."""

    id: PromoterId
    name: Name
    active: bool
    reward: Money
    """邀请奖励 that his customers' orders brought."""


class EarningsRoom(Room):
    """Reading one's own earnings."""

    @question
    def of(self, tx: Tx, promoter: PromoterId) -> Earnings:
        """The figures of one promoter."""
        held = book.balance(tx, promoter)
        counted = daily.glance(tx, promoter, day_of(tx.now))
        return Earnings(
            _earned(counted.today),
            _earned(counted.yesterday),
            _earned(counted.month),
            _earned(counted.ever),
            held,
            Money(counted.ever[Metric.ADJUSTED]),
            _debts(tx, promoter, held.owed),
        )

    @question
    def downlines(self, tx: Tx, promoter: PromoterId, skip: int, most: int) -> tuple[Downline, ...]:
        """Those whom he invited with what each brought him, the newest first."""
        page = promoters.invited_by(tx, promoter, skip, most)
        brought = daily.through(tx, promoter, [found.id for found in page])
        return tuple(
            Downline(found.id, found.name, found.status is Status.ACTIVE, brought.get(found.id, ZERO))
            for found in page
        )

    @question
    def downline_count(self, tx: Tx, promoter: PromoterId) -> int:
        """How many he invited."""
        return promoters.downline_count(tx, promoter)


def _debts(tx: Tx, promoter: PromoterId, owed: Money) -> tuple[Owed, ...]:
    """The newest causes that together come to what is owed: what was repaid, was the oldest."""
    found: list[Owed] = []
    causes = book.debts(tx, promoter)
    while owed:
        note, amount = next(causes)
        part = min(amount, owed)
        found.append(Owed(code_of(tx, OrderId(note["order"])) if "order" in note else "", part))
        owed -= part
    return tuple(found)


def _earned(found: Mapping[Metric, int]) -> Earned:
    return Earned(Money(found[Metric.LEVEL1]), Money(found[Metric.LEVEL2]))
