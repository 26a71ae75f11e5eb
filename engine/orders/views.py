"""Orders as promoters and the merchant read them (推广订单, 订单退款)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import Table, TextClause, func, select
from sqlalchemy import text as sql

from engine.errors import Refusal
from engine.ids import OrderId, PersonId, PromoterId
from engine.money import ZERO, Money, total
from engine.orders.attribution import Basis, from_json
from engine.people.names import Name, name_of
from engine.programme import promoters
from engine.store.base import Tx
from engine.store.commands import Room, question
from engine.store.tables import commissions, order_lines, orders


@dataclass(frozen=True, slots=True)
class Reward:
    """What one recipient gets from an order, all lines together."""

    promoter: PromoterId
    name: Name
    level: int
    amount: Money
    pending: bool
    """Some of it is not due yet."""
    due_at: datetime | None
    """When the last of it falls due, if that is known."""


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order in a list."""

    id: OrderId
    code: str
    """单号 for people."""
    number: str
    paid_at: datetime
    paid: Money
    refunded: Money
    title: str
    """Of the first line."""
    lines: int
    buyer: Name | None
    rewards: tuple[Reward, ...]
    waiting: bool
    """Nobody knows the buyer (待认领)."""
    basis: Basis | None = None
    """Which rule decided; None while it waits."""
    discount: Money = ZERO
    """What 自购省 or 代下单 took off, all lines together; for the merchant, and for him by whose rate it did."""


@dataclass(frozen=True, slots=True)
class ExcessDiscount:
    """A line whose price the shop brought down further than the rule of 自购省 and 代下单."""

    code: str
    number: str
    """The shop's own."""
    paid_at: datetime
    title: str
    quantity: int
    discount: Money
    excess: Money
    whose: Name | None
    """By whose rate the price went down, or would have, were he not frozen."""
    buyer: Name | None


@dataclass(eq=False)
class NoSuchOrder(Refusal):
    """No order has this 单号, or it is none of the asker's business."""

    typed: str


class OrderBook(Room):
    """Reading orders."""

    @question
    def of_promoter(self, tx: Tx, promoter: PromoterId, skip: int, most: int) -> tuple[OrderView, ...]:
        """Orders that pay this promoter, newest first; only his own rewards are shown.

        With them those that would have paid him, had the customer not paid by own transfer (商家自行转账).
        """
        # One index after the other: both databases would sort all of his orders for an OR.
        his = (orders.c.level1, orders.c.level2, orders.c.passed_over)
        found = {row.id: row for column in his for row in _newest(tx, 0, skip + most, column == promoter)}
        newest = sorted(found.values(), key=lambda row: (row.paid_at, row.id), reverse=True)
        return _page(tx, newest[skip : skip + most], only=promoter)

    @question
    def all(self, tx: Tx, skip: int, most: int) -> tuple[OrderView, ...]:
        """Every paid order, newest first, with everybody's reward."""
        return _page(tx, _newest(tx, skip, most))

    @question
    def of_buyer(self, tx: Tx, skip: int, most: int) -> tuple[OrderView, ...]:
        """The actor's own purchases, without anybody's reward."""
        return bought(tx, skip, most)

    @question
    def excess_discounts(self, tx: Tx, skip: int, most: int) -> tuple[ExcessDiscount, ...]:
        """Lines with a discount above the rule, not looked into yet, of the newest orders first."""
        # The orders first, by their index: each of them has such a line.
        newest = (
            select(orders)
            .where(orders.c.shop_id == tx.shop, unchecked("discount"))
            .order_by(orders.c.paid_at.desc(), orders.c.id.desc())
            .limit(skip + most)
        ).subquery()
        of = newest.c
        rows = tx.run(
            select(*of, order_lines.c.title, order_lines.c.quantity, order_lines.c.level1_discount,
                   order_lines.c.excess_discount.label("excess"))
            .join(order_lines, (order_lines.c.shop_id == of.shop_id) & (order_lines.c.order_id == of.id))
            .where(order_lines.c.excess_discount > ZERO)
            .order_by(of.paid_at.desc(), of.id.desc(), order_lines.c.line)
            .offset(skip)
            .limit(most)
        )  # fmt: skip
        return tuple(
            ExcessDiscount(
                row.code, row.number, row.paid_at, row.title, row.quantity, row.level1_discount, row.excess,
                promoters.one(tx, PromoterId(row.priced_for)).name if row.priced_for else None,
                name_of(tx, PersonId(row.person_id)) if row.person_id else None,
            )
            for row in rows
        )  # fmt: skip

    @question
    def count_of(self, tx: Tx, person: PersonId) -> int:
        """How many orders this person has paid for."""
        mine = (orders.c.shop_id == tx.shop) & (orders.c.person_id == person)
        found: int = tx.run(
            select(func.count()).select_from(orders).where(mine, orders.c.paid_at.is_not(None))
        ).scalar_one()
        return found


def bought(tx: Tx, skip: int, most: int) -> tuple[OrderView, ...]:
    """The actor's own purchases, newest first, without anybody's reward."""
    mine = orders.c.person_id == tx.actor.person
    return _page(tx, _newest(tx, skip, most, mine), only=PromoterId(""))


def of_buyer(tx: Tx, row: Any) -> OrderView:
    """One order as its buyer sees it, without anybody's reward."""
    return _page(tx, [row], only=PromoterId(""))[0]


def with_code(tx: Tx, code: str) -> Any:
    """The row of the paid order with this 单号. Raises NoSuchOrder."""
    mine = (orders.c.shop_id == tx.shop) & (orders.c.code == code.upper()) & orders.c.paid_at.is_not(None)
    row = tx.run(select(orders).where(mine)).one_or_none()
    if row is None:
        raise NoSuchOrder(code)
    return row


def unchecked(what: Literal["refund", "discount"]) -> TextClause:
    """The condition on `orders`, in the words of its index: a bound 0 would not find it on SQLite."""
    return sql(f"orders.excess_{what} > 0 AND orders.excess_{what} <> orders.checked_{what}")


def open_refund(row: Any) -> Money:
    """By how much an order's refunds are above what was paid, while nobody has looked into it."""
    return _unless_checked(row.excess_refund, row.checked_refund)


def open_discount(row: Any) -> Money:
    """By how much its discounts are above the rule, while nobody has looked into it."""
    return _unless_checked(row.excess_discount, row.checked_discount)


def code_of(tx: Tx, order: OrderId) -> str:
    """The 单号 of an order."""
    found: str = tx.run(
        select(orders.c.code).where(orders.c.shop_id == tx.shop, orders.c.id == order)
    ).scalar_one()
    return found


def _unless_checked(above: Money, checked: Money) -> Money:
    return ZERO if above == checked else above


def _newest(tx: Tx, skip: int, most: int, *which: Any) -> Any:
    return tx.run(
        select(orders)
        .where(orders.c.shop_id == tx.shop, orders.c.paid_at.is_not(None), *which)
        .order_by(orders.c.paid_at.desc(), orders.c.id.desc())
        .offset(skip)
        .limit(most)
    ).all()


def _page(tx: Tx, rows: Sequence[Any], only: PromoterId | None = None) -> tuple[OrderView, ...]:
    """The orders with what belongs to them, fetched by the page and not by the order."""
    page = [row.id for row in rows]
    lines = _below(tx, order_lines, page, order_lines.c.line)
    # All of an order, which is little: for one promoter SQLite would rather look through all that he ever earned.
    paid = _below(tx, commissions, page, commissions.c.level, commissions.c.line)
    names = _Names(tx)
    return tuple(
        _read(
            row, lines[row.id], [one for one in paid[row.id] if only in (None, one.promoter_id)], names, only
        )
        for row in rows
    )


class _Names:
    """Names, each looked up once for a page."""

    def __init__(self, tx: Tx) -> None:
        self.person = cache(lambda person: name_of(tx, person))
        self.promoter = cache(lambda promoter: promoters.one(tx, promoter).name)


def _below(tx: Tx, table: Table, page: Sequence[str], *order: Any) -> dict[str, list[Any]]:
    """The rows of a table that belong to these orders, by order."""
    found: dict[str, list[Any]] = {one: [] for one in page}
    mine = (table.c.shop_id == tx.shop) & table.c.order_id.in_(page)
    for row in tx.run(select(table).where(mine).order_by(*order)):
        found[row.order_id].append(row)
    return found


def _read(
    row: Any, lines: Sequence[Any], paid: Sequence[Any], names: _Names, only: PromoterId | None
) -> OrderView:
    return OrderView(
        id=row.id,
        code=row.code,
        number=row.number,
        paid_at=row.paid_at,
        paid=row.paid,
        refunded=row.refunded,
        title=lines[0].title,
        lines=len(lines),
        buyer=names.person(row.person_id) if row.person_id else None,
        rewards=_rewards(paid, names),
        waiting=row.decision is None,
        basis=from_json(row.decision).basis if row.decision else None,
        discount=total(line.level1_discount for line in lines) if only in (None, row.priced_for) else ZERO,
    )


def _rewards(paid: Sequence[Any], names: _Names) -> tuple[Reward, ...]:
    found: dict[tuple[int, str], list[Any]] = {}
    for row in paid:
        found.setdefault((row.level, row.promoter_id), []).append(row)
    return tuple(
        Reward(
            PromoterId(promoter),
            names.promoter(promoter),
            level,
            total(row.amount for row in rows),
            any(row.state == "pending" and row.amount for row in rows),
            _last_due(rows),
        )
        for (level, promoter), rows in found.items()
    )


def _last_due(rows: list[Any]) -> datetime | None:
    dues = [row.due_at for row in rows if row.state == "pending" and row.amount]
    return None if not dues or None in dues else max(dues)
