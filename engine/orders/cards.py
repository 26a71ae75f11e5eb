"""One order with everything on it, for the staff (订单 ‹单号›); and the orders and messages that need a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.ids import OrderId, PersonId, PromoterId
from engine.money import Money, total
from engine.orders import archive
from engine.orders.facts import Payment, refunded_by_line
from engine.orders.views import NoSuchOrder, open_discount, open_refund, unchecked, with_code
from engine.people import accounts
from engine.people.names import Name, name_of
from engine.programme import promoters
from engine.referrals.customers import handle_of
from engine.store.base import Tx
from engine.store.commands import Room, question
from engine.store.tables import (
    commissions,
    order_lines,
    orders,
    reassignments,
)


@dataclass(frozen=True, slots=True)
class LineCard:
    """One line of an order."""

    title: str
    quantity: int
    paid: Money
    refunded: Money
    promoted: bool


@dataclass(frozen=True, slots=True)
class Recipient:
    """What one promoter gets from an order on one level."""

    name: Name
    level: int
    pending: Money
    available: Money
    due_at: datetime | None
    """When the last of what is pending falls due, if that is known."""
    taken_back: bool
    """Nothing of it is left: refunds took all of it back."""


@dataclass(frozen=True, slots=True)
class OrderCard:
    """One order."""

    code: str
    number: str
    paid_at: datetime
    paid: Money
    refunded: Money
    excess_refund: Money
    excess_discount: Money
    unchecked: bool
    """One of the two is there and nobody has looked into it (已核对)."""
    payment: Payment
    buyer: Name | None
    lines: tuple[LineCard, ...]
    recipients: tuple[Recipient, ...]
    waiting: bool
    by_unionid: bool
    by_phone: bool
    """How the shop knows the buyer of an order that waits."""
    phone_holders: int
    holder: Name | None
    """Who alone has bound the phone of an order that waits: he would earn by it himself, so a person decides."""
    holder_handle: str
    decided_again: str
    """How it was decided after it was heard, the last time: claimed, known, assigned, or not at all."""


class OrderCards(Room):
    """Looking at single orders."""

    @question
    def get(self, tx: Tx, code: str) -> OrderCard:
        """One order, by its 单号 or the shop's own number. Raises NoSuchOrder."""
        return _card(tx, named(tx, code))

    @question
    def excess(self, tx: Tx, skip: int, most: int) -> tuple[OrderCard, ...]:
        """Orders of which more went back than was paid, not looked into yet, the newest first."""
        rows = tx.run(
            select(orders)
            .where(orders.c.shop_id == tx.shop, unchecked("refund"))
            .order_by(orders.c.paid_at.desc(), orders.c.id.desc())
            .offset(skip)
            .limit(most)
        ).all()
        return tuple(_card(tx, row) for row in rows)


def named(tx: Tx, typed: str) -> Any:
    """The row of the paid order that is called so: its 单号, or the shop's own number, which several sources may share.

    Of those the newest. Only for looking: what decides takes the 单号. Raises NoSuchOrder.
    """
    try:
        return with_code(tx, typed.replace("-", ""))
    except NoSuchOrder as no:
        found = [
            row for source in archive.sources(tx) if (row := archive.find(tx, source, typed)) and row.paid_at
        ]
        if not found:
            raise NoSuchOrder(typed) from no
        return max(found, key=lambda row: row.paid_at)


def _card(tx: Tx, row: Any) -> OrderCard:
    holders = accounts.holders(tx, "phone", row.buyer_phone) if row.buyer_phone else ()
    return OrderCard(
        row.code, row.number, row.paid_at, row.paid, row.refunded, row.excess_refund,
        row.excess_discount, bool(open_refund(row) or open_discount(row)), Payment(row.payment),
        name_of(tx, PersonId(row.person_id)) if row.person_id else None,
        lines_of(tx, row.id), _recipients(tx, row), row.decision is None,
        row.buyer_unionid is not None, row.buyer_phone is not None, len(holders),
        name_of(tx, holders[0]) if len(holders) == 1 else None, handle_of(holders[0]) if len(holders) == 1 else "",
        _decided_again(tx, row.id),
    )  # fmt: skip


def lines_of(tx: Tx, order: OrderId) -> tuple[LineCard, ...]:
    """What was bought, line by line."""
    refunded = refunded_by_line(archive.facts_of(tx, order)).lines
    rows = tx.run(
        select(order_lines)
        .where(order_lines.c.shop_id == tx.shop, order_lines.c.order_id == order)
        .order_by(order_lines.c.line)
    ).all()
    return tuple(
        LineCard(row.title, row.quantity, row.paid, refunded[row.line], row.promoted) for row in rows
    )


def _recipients(tx: Tx, order: Any) -> tuple[Recipient, ...]:
    """Whoever gets something of it, and whoever got something that went back."""
    rows = tx.run(
        select(commissions)
        .where(commissions.c.shop_id == tx.shop, commissions.c.order_id == order.id)
        .order_by(commissions.c.level, commissions.c.promoter_id)
    ).all()
    by_level: dict[tuple[int, str], list[Any]] = {}
    for row in rows:
        # Who lost the order by 归属 stands with nothing in the rows, and has no part in it any more.
        if row.amount or row.promoter_id == (order.level1 if row.level == 1 else order.level2):
            by_level.setdefault((row.level, row.promoter_id), []).append(row)
    return tuple(_recipient(tx, level, PromoterId(who), parts) for (level, who), parts in by_level.items())


def _recipient(tx: Tx, level: int, promoter: PromoterId, parts: list[Any]) -> Recipient:
    pending = [row for row in parts if row.state == "pending" and row.amount]
    dues = [row.due_at for row in pending]
    return Recipient(
        promoters.one(tx, promoter).name,
        level,
        total(row.amount for row in pending),
        total(row.amount for row in parts if row.state == "available"),
        None if None in dues else max(dues, default=None),
        not any(row.amount for row in parts),
    )


def _decided_again(tx: Tx, order: OrderId) -> str:
    last = tx.run(
        select(reassignments.c.how)
        .where(reassignments.c.shop_id == tx.shop, reassignments.c.order_id == order)
        .order_by(reassignments.c.n.desc())
        .limit(1)
    ).scalar_one_or_none()
    return last or ""
