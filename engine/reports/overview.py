"""What the merchant reads: the programme at a glance (今日概览), promoters' results, what waits, who did what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from engine.clock import day_of
from engine.ids import PersonId, PromoterId
from engine.ledger import daily
from engine.ledger.audit import Progress, head_of, holds, quietly
from engine.ledger.chart import SHOP
from engine.ledger.daily import Metric
from engine.money import Money
from engine.orders.views import unchecked
from engine.payouts.records import open_counts, payee_name
from engine.payouts.states import State
from engine.people.authority import RIGHTS, Right
from engine.people.names import Name, name_of
from engine.programme import promoters
from engine.programme.recruiting import pending_count
from engine.reports import audit
from engine.reports.audit import Found
from engine.store.base import Tx
from engine.store.commands import Room, question
from engine.store.tables import applications, commands, orders

TOP = 5

JOINING = "enrolling.enrol"
"""What a person does for himself and the owner wants to read all the same: who joined his staff by which QR."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One day of the programme."""

    sales: Money
    """Less refunds, as everywhere (销售额)."""
    orders: int
    level1: Money
    level2: Money
    refunds: Money
    locks: int
    visits: int
    active: int
    """Promoters with a visit, a lock or an order."""


@dataclass(frozen=True, slots=True)
class Result:
    """A promoter's results in a period."""

    promoter: PromoterId
    name: Name
    sales: Money
    orders: int
    commission: Money
    reward: Money


@dataclass(frozen=True, slots=True)
class Overview:
    """今日概览"""

    today: Figures
    yesterday: Figures
    top: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Todo:
    """What waits for the staff (待办)."""

    applications: int
    withdrawals: int
    payouts: int
    """Approved and in hand."""
    unclaimed: int
    excess_refunds: int
    excess_discounts: int
    """Orders whose discount takes off more than the rule of 自购省 and 代下单."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of 操作记录."""

    at: datetime
    verb: str
    actor: Name | None
    """None: the operator at the command line."""
    subject: Name | None
    """The promoter or member of the staff whom it was done to, if it was done to one."""
    note: Mapping[str, Any]
    reference: str


class Reports(Room):
    """The merchant's view."""

    @question
    def overview(self, tx: Tx) -> Overview:
        """Today against yesterday, with the five best promoters of today."""
        today = day_of(tx.now)
        return Overview(
            _figures(tx, today), _figures(tx, today - timedelta(days=1)), _results(tx, today, today, TOP)
        )

    @question
    def results(self, tx: Tx, days: int, most: int) -> tuple[Result, ...]:
        """Promoters by sales over the last so many days, today counted."""
        today = day_of(tx.now)
        return _results(tx, today - timedelta(days=days - 1), today, most)

    @question
    def todo(self, tx: Tx) -> Todo:
        """What waits."""
        states = open_counts(tx)
        return Todo(
            pending_count(tx),
            states.get(State.REQUESTED, 0),
            states.get(State.APPROVED, 0) + states.get(State.IN_HAND, 0),
            _orders_with(tx, orders.c.paid_at.is_not(None), orders.c.decision.is_(None)),
            _orders_with(tx, unchecked("refund")),
            _orders_with(tx, unchecked("discount")),
        )

    @question
    def log(self, tx: Tx, after: tuple[datetime, str] | None, most: int) -> tuple[LogLine, ...]:
        """What staff and operator did, newest first, beginning after one (instant, reference)."""
        own = (Right.SELF, Right.FEED, Right.SYSTEM)
        verbs = [JOINING, *(verb for verb, right in RIGHTS.items() if right not in own)]
        statement = select(commands).where(commands.c.shop_id == tx.shop, commands.c.verb.in_(verbs))
        if after:
            at, last = after
            statement = statement.where(
                (commands.c.at < at) | ((commands.c.at == at) & (commands.c.reference < last))
            )
        rows = tx.run(statement.order_by(commands.c.at.desc(), commands.c.reference.desc()).limit(most))
        return tuple(
            LogLine(
                row.at,
                row.verb,
                name_of(tx, PersonId(row.actor)) if row.actor.startswith("pe_") else None,
                _subject(tx, row.note),
                row.note,
                row.reference,
            )
            for row in rows
        )

    @question
    def audit(self, tx: Tx, progress: Progress = quietly) -> Found:
        """The book against itself, and everything that was made from it against the book (查账)."""
        return audit.audit(tx, progress)

    @question
    def audit_length(self, tx: Tx) -> int:
        """How far the audit's progress will count."""
        return audit.length(tx)

    @question
    def head(self, tx: Tx) -> tuple[str, int]:
        """The book's head and how many entries it stands on, to be kept outside."""
        return head_of(tx)

    @question
    def held(self, tx: Tx, head: str, seq: int) -> bool:
        """Does the book still hold a head that was kept outside? If not, its tail was cut off or written again."""
        return holds(tx, head, seq)


def _subject(tx: Tx, note: Mapping[str, Any]) -> Name | None:
    """The note holds codes only, so that names can be forgotten; the name is looked up when it is shown."""
    if "member" in note:
        return name_of(tx, PersonId(str(note["member"])))
    if "promoter" in note:
        return promoters.with_code(tx, str(note["promoter"])).name
    if "application" in note:
        mine = (applications.c.shop_id == tx.shop) & (applications.c.id == str(note["application"]))
        return name_of(tx, tx.run(select(applications.c.person_id).where(mine)).scalar_one())
    return payee_name(tx, str(note["withdrawal"])) if "withdrawal" in note else None


def _figures(tx: Tx, day: date) -> Figures:
    found = daily.sums(tx, SHOP, day, day)
    return Figures(
        sales=daily.net_sales(found),
        orders=found[Metric.ORDERS],
        level1=Money(found[Metric.LEVEL1]),
        level2=Money(found[Metric.LEVEL2]),
        refunds=Money(found[Metric.REFUNDS]),
        locks=found[Metric.LOCKS],
        visits=found[Metric.VISITS],
        active=daily.active(tx, day, day),
    )


def _results(tx: Tx, first: date, last: date, most: int) -> tuple[Result, ...]:
    return tuple(
        _result(tx, PromoterId(owner), first, last) for owner in daily.best_sellers(tx, first, last, most)
    )


def _result(tx: Tx, promoter: PromoterId, first: date, last: date) -> Result:
    found = daily.sums(tx, promoter, first, last)
    return Result(
        promoter,
        promoters.one(tx, promoter).name,
        daily.net_sales(found),
        found[Metric.ORDERS],
        Money(found[Metric.LEVEL1]),
        Money(found[Metric.LEVEL2]),
    )


def _orders_with(tx: Tx, *conditions: Any) -> int:
    found: int = tx.run(
        select(func.count()).select_from(orders).where(orders.c.shop_id == tx.shop, *conditions)
    ).scalar_one()
    return found
