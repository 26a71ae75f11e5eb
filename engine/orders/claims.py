"""Orders whose buyer nobody knows (待认领订单): decided when he becomes known, or when the merchant names him."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from engine.errors import Refusal
from engine.ids import PersonId
from engine.money import Money
from engine.orders import archive, attribution, circumstances, deciding, known
from engine.orders.archive import Known
from engine.orders.rulings import Ruling, ruling
from engine.orders.views import with_code
from engine.people import accounts, confirmations
from engine.people.confirmations import CodeOutdated, Confirmation
from engine.people.names import Name, name_of
from engine.programme import promoters
from engine.referrals.customers import handle_of
from engine.store.base import Tx
from engine.store.commands import Room, command, question
from engine.store.tables import order_lines, orders, visits

LOOKED_AT = 500
"""Visits before a payment that are looked through for who may have bought."""
_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order in 待认领订单, with all that is known of it."""

    code: str
    number: str
    paid_at: datetime
    paid: Money
    refunded: Money
    title: str
    """Of the first line."""
    lines: int
    by_unionid: bool
    """The shop told a unionid that nobody here has."""
    by_phone: bool
    """The shop told a phone; only its digest is kept."""
    phone_holders: int
    """How many people have bound that phone: none, or too many to tell."""


@dataclass(frozen=True, slots=True)
class MayHaveBought:
    """Somebody who came by a promoter shortly before an order was paid."""

    person: PersonId
    handle: str
    """客户号"""
    name: Name
    phone_tail: str
    """Of the phone that he has bound, or the empty string."""
    visited_at: datetime
    promoter: Name
    """By whom he came."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An order that the merchant claimed for a customer."""

    code: str
    buyer: Name
    ruling: Ruling


@dataclass(eq=False)
class OrderDecided(Refusal):
    """The order waits for nobody: it was decided when it was paid, or since."""

    code: str


class Claims(Room):
    """From waiting to decided."""

    @question
    def waiting(self, tx: Tx, skip: int, most: int) -> tuple[Waiting, ...]:
        """The orders that wait for their buyer, the newest first."""
        rows = tx.run(
            select(orders)
            .where(orders.c.shop_id == tx.shop, orders.c.paid_at.is_not(None), orders.c.decision.is_(None))
            .order_by(orders.c.paid_at.desc(), orders.c.id.desc())
            .offset(skip)
            .limit(most)
        ).all()
        return tuple(_read(tx, row) for row in rows)

    @question
    def may_have_bought(self, tx: Tx, code: str, most: int) -> tuple[MayHaveBought, ...]:
        """Who came by a promoter in the month before the order was paid, the last one first."""
        row = _undecided(tx, code)
        rows = tx.run(
            select(visits.c.person_id, visits.c.promoter_id, visits.c.at)
            .where(
                visits.c.shop_id == tx.shop,
                visits.c.at <= row.paid_at,
                visits.c.at >= row.paid_at - _BEFORE,
                visits.c.voided_at.is_(None),
            )
            .order_by(visits.c.at.desc(), visits.c.id.desc())
            .limit(LOOKED_AT)
        ).all()
        last = {visit.person_id: visit for visit in reversed(rows)}
        newest = sorted(last.values(), key=lambda visit: visit.at, reverse=True)
        return tuple(_visitor(tx, visit) for visit in newest[:most])

    @question
    def preview(self, tx: Tx, code: str, buyer: PersonId) -> Ruling:
        """What the order would pay if this person bought it. Raises NoSuchOrder, OrderDecided."""
        row = _undecided(tx, code)
        scene = circumstances.look_again(tx, archive.sold_of(tx, row.id), buyer)
        return ruling(tx, row, attribution.decide(scene.circumstances))

    @command
    def propose(self, tx: Tx, code: str, buyer: PersonId) -> Confirmation:
        """Ask to claim an order for a customer: gives the one-time code that does it."""
        row = _undecided(tx, code)
        return confirmations.issue(tx, "claims.claim", {"order": row.id, "code": row.code, "person": buyer})

    @command
    def claim(self, tx: Tx, code: str) -> Claimed:
        """The merchant says who bought: the order is decided as if that had been known at its payment."""
        bound = confirmations.take(tx, code, "claims.claim")
        row, buyer = with_code(tx, bound["code"]), PersonId(bound["person"])
        if row.decision is not None:
            raise CodeOutdated()
        deciding.late(tx, row.id, buyer, "claimed")
        tx.note |= {"order": row.code, "customer": handle_of(buyer)}
        row = archive.row_of(tx, row.id)
        return Claimed(row.code, name_of(tx, buyer), ruling(tx, row, attribution.from_json(row.decision)))

    @command
    def carry_on(self, tx: Tx, kind: Known, digest: str, after: str = "") -> int:
        """Decide the next orders that wait for this identity, those after one, a chunk at a time."""
        return known.decide(tx, kind, digest, after)


def _undecided(tx: Tx, code: str) -> Any:
    row = with_code(tx, code)
    if row.decision is not None:
        raise OrderDecided(row.code)
    return row


def _read(tx: Tx, row: Any) -> Waiting:
    titles = tx.run(
        select(order_lines.c.title)
        .where(order_lines.c.shop_id == tx.shop, order_lines.c.order_id == row.id)
        .order_by(order_lines.c.line)
    ).all()
    holders = accounts.holders(tx, "phone", row.buyer_phone) if row.buyer_phone else ()
    return Waiting(
        row.code, row.number, row.paid_at, row.paid, row.refunded, titles[0].title, len(titles),
        row.buyer_unionid is not None, row.buyer_phone is not None, len(holders),
    )  # fmt: skip


def _visitor(tx: Tx, visit: Any) -> MayHaveBought:
    phone = accounts.phone_of(tx, visit.person_id) or ""
    return MayHaveBought(
        visit.person_id, handle_of(visit.person_id), name_of(tx, visit.person_id), phone[-4:], visit.at,
        promoters.one(tx, visit.promoter_id).name,
    )  # fmt: skip
