"""退款售后 as a buyer reads it: how each of his orders may be given back, and what went back already."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from engine.money import ZERO
from engine.orders import archive
from engine.orders.cards import LineCard, lines_of
from engine.orders.facts import OrderFacts
from engine.orders.views import NoSuchOrder, OrderView, bought, of_buyer, with_code
from engine.programme import settings
from engine.programme.modes import SettleMode
from engine.store.base import Tx
from engine.store.commands import Room, question


class Way(Enum):
    """How a refund may be asked for."""

    SHOP = "shop"
    """By the buyer himself, where he bought."""
    MERCHANT = "merchant"
    """By talking to the merchant only: the money of this order was settled at once, or when it left."""
    NONE = "none"
    """Nothing is left to give back."""


@dataclass(frozen=True, slots=True)
class Returnable:
    """An order of the actor's, as far as giving it back goes."""

    order: OrderView
    in_hand: bool
    """The shop is looking into it: an after-sale case is open."""
    way: Way


class Came(Enum):
    """How far an order is."""

    PAID = "paid"
    SHIPPED = "shipped"
    RECEIVED = "received"
    USED = "used"
    """核销, of what is not sent."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """One order of the actor's, with what was bought."""

    returnable: Returnable
    number: str
    """The shop's own."""
    lines: tuple[LineCard, ...]
    came: Came


class Refunds(Room):
    """What was bought, what of it went back, and how more may."""

    @question
    def mine(self, tx: Tx, skip: int, most: int) -> tuple[Returnable, ...]:
        """The actor's own purchases, newest first."""
        return tuple(_read(tx, order) for order in bought(tx, skip, most))

    @question
    def one(self, tx: Tx, code: str) -> Purchase:
        """One of the actor's own purchases, by its 单号. Raises NoSuchOrder, also for somebody else's."""
        row = with_code(tx, code)
        if row.person_id != tx.actor.person:
            raise NoSuchOrder(code)
        facts = archive.facts_of(tx, row.id)
        return Purchase(_read(tx, of_buyer(tx, row)), row.number, lines_of(tx, row.id), _came(facts))


def way(mode: SettleMode, facts: OrderFacts) -> Way:
    """How an order may be given back under the settlement that it was sold under (J2)."""
    # 服务 and 虚拟 are never shipped: what was used up is gone as well.
    gone = bool(facts.shipped or facts.received or facts.completed)
    at_once = mode is SettleMode.PAID or (mode is SettleMode.SHIPPED and gone)
    return Way.MERCHANT if at_once else Way.SHOP


def _came(facts: OrderFacts) -> Came:
    if facts.received:
        return Came.RECEIVED
    if facts.completed:
        return Came.USED
    return Came.SHIPPED if facts.shipped else Came.PAID


def _read(tx: Tx, order: OrderView) -> Returnable:
    facts = archive.facts_of(tx, order.id)
    sold_under = settings.version(tx, archive.row_of(tx, order.id).settings_version)
    whole = facts.cancelled or ZERO < order.paid <= order.refunded
    return Returnable(
        order,
        in_hand=any(one.opened_at and not one.closed_at for one in facts.after_sales),
        way=Way.NONE if whole else way(sold_under.settle_mode, facts),
    )
