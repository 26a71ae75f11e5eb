"""已核对: what contradicted the shop's own rules was looked into, and leaves 待办 until something new is heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select, update

from engine.errors import Refusal
from engine.money import Money
from engine.orders import archive
from engine.orders.views import open_discount, open_refund, with_code
from engine.store.base import Tx
from engine.store.commands import Room, command, question
from engine.store.tables import conflicts, order_facts, orders, page_visit_conflicts

HANDLE_LENGTH = 8
"""Characters by which the staff names a message: more than a 单号 has."""

_ID = "cf_"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A fact, or a page visit, that was told twice with different contents; the first one stands."""

    handle: str
    kind: str
    """Of the fact; `visited` for a page visit."""
    code: str
    """单号; empty for a page visit and for an order that is not paid yet."""
    number: str
    """The shop's number of the order, or its id of the visit."""
    heard_at: datetime
    first: Money | None
    second: Money | None
    """The amounts that each told, where the fact speaks of one."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked into of an order: by how much its refunds, and its discounts, were above the rule."""

    code: str
    refund: Money
    discount: Money


@dataclass(eq=False)
class NothingToCheck(Refusal):
    """Nothing of this order waits to be looked into."""

    code: str


@dataclass(eq=False)
class NoSuchMessage(Refusal):
    """No contradicting message waits by this handle."""

    typed: str


class Checking(Room):
    """From the staff's word to a shorter 待办."""

    @question
    def messages(self, tx: Tx, skip: int, most: int) -> tuple[Conflict, ...]:
        """What was told twice with different contents and nobody has looked into, the newest first."""
        found = [*_of_orders(tx, skip + most), *_of_pages(tx, skip + most)]
        return tuple(sorted(found, key=lambda one: one.heard_at, reverse=True)[skip : skip + most])

    @question
    def message(self, tx: Tx, handle: str) -> Conflict:
        """One of them. Raises NoSuchMessage."""
        kept, same = _named(tx, handle)
        return (_of_orders if kept is conflicts else _of_pages)(tx, 1, same)[0]

    @question
    def count(self, tx: Tx) -> int:
        """How many there are."""
        return sum(
            tx.run(select(func.count()).select_from(kept).where(_open(tx, kept))).scalar_one()
            for kept in (conflicts, page_visit_conflicts)
        )

    @command
    def settle_message(self, tx: Tx, handle: str) -> str:
        """This one is looked into; what was told first stands. Gives its handle. Raises NoSuchMessage."""
        kept, same = _named(tx, handle)
        tx.run(update(kept).where(same).values(checked_at=tx.now))
        tx.note |= {"message": handle.lower()}
        return handle.lower()

    @command
    def settle_order(self, tx: Tx, code: str) -> Checked:
        """This order's refunds and discounts are looked into. Raises NoSuchOrder, NothingToCheck."""
        row = with_code(tx, code)
        found = Checked(row.code, open_refund(row), open_discount(row))
        if not found.refund and not found.discount:
            raise NothingToCheck(row.code)
        archive.change(tx, row.id, checked_refund=row.excess_refund, checked_discount=row.excess_discount)
        tx.note |= {"order": row.code, "over_refund": found.refund.fen, "over_discount": found.discount.fen}
        return found


def _open(tx: Tx, kept: Table) -> ColumnElement[bool]:
    return (kept.c.shop_id == tx.shop) & kept.c.checked_at.is_(None)


def _named(tx: Tx, handle: str) -> tuple[Table, ColumnElement[bool]]:
    """Where the message of this handle waits, and which one it is. Raises NoSuchMessage."""
    beginning = handle.lower()
    names = (
        (conflicts, conflicts.c.id, _ID),
        (page_visit_conflicts, page_visit_conflicts.c.content_hash, ""),
    )
    for kept, name, prefix in names:
        same = _open(tx, kept) & (func.substr(name, 1, len(prefix) + HANDLE_LENGTH) == prefix + beginning)
        if tx.run(select(kept.c.heard_at).where(same)).first():
            return kept, same
    raise NoSuchMessage(handle)


def _of_orders(tx: Tx, most: int, *which: Any) -> list[Conflict]:
    same = (
        (order_facts.c.shop_id == conflicts.c.shop_id)
        & (order_facts.c.order_id == conflicts.c.order_id)
        & (order_facts.c.kind == conflicts.c.kind)
        & (order_facts.c.fact_id == conflicts.c.fact_id)
    )
    rows = tx.run(
        select(
            conflicts, order_facts.c.content.label("first"), orders.c.code, orders.c.number, orders.c.paid_at
        )
        .join(order_facts, same)
        .join(orders, (orders.c.shop_id == conflicts.c.shop_id) & (orders.c.id == conflicts.c.order_id))
        .where(_open(tx, conflicts), *which)
        .order_by(conflicts.c.heard_at.desc(), conflicts.c.id.desc())
        .limit(most)
    ).all()
    return [
        Conflict(
            row.id.removeprefix(_ID)[:HANDLE_LENGTH], row.kind, row.code if row.paid_at else "", row.number,
            row.heard_at, archive.amount_in(row.kind, row.first), archive.amount_in(row.kind, row.content),
        )
        for row in rows
    ]  # fmt: skip


def _of_pages(tx: Tx, most: int, *which: Any) -> list[Conflict]:
    kept = page_visit_conflicts
    rows = tx.run(
        select(kept.c.id, kept.c.content_hash, kept.c.heard_at)
        .where(_open(tx, kept), *which)
        .order_by(kept.c.heard_at.desc(), kept.c.id.desc())
        .limit(most)
    ).all()
    return [
        Conflict(row.content_hash[:HANDLE_LENGTH], "visited", "", row.id, row.heard_at, None, None)
        for row in rows
    ]
