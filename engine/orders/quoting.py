"""What something costs this person now (价格), by the very rules that would decide its order."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import Refusal
from engine.money import LARGEST, ZERO, Money, total
from engine.orders import circumstances, pricing
from engine.orders.commission import LineTerms
from engine.orders.events import Buyer, PlacedBy, Sold
from engine.orders.facts import Line, Paid, Payment
from engine.orders.intake import MOST_LINES, BadLines
from engine.orders.pricing import PriceBasis
from engine.programme import products, promoters, settings
from engine.programme.modes import EarnTo
from engine.programme.products import NoSuchProduct, Product
from engine.programme.promoters import Promoter, Status
from engine.programme.settings import Settings
from engine.store.base import Tx
from engine.store.commands import Room, question

MOST_PIECES = 9_999
"""Of one product, in one question asked in the chat."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of a cart; `amount` is its retail price after coupons, for the whole quantity."""

    sku: str
    quantity: int
    amount: Money


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """The same line with its price."""

    sku: str
    quantity: int
    amount: Money
    price: Money

    @property
    def level1_discount(self) -> Money:
        """What the order's line has to tell."""
        return self.amount - self.price


@dataclass(frozen=True, slots=True)
class Quote:
    """The prices of a cart, and by which rule."""

    basis: PriceBasis
    lines: tuple[QuotedLine, ...]

    @property
    def amount(self) -> Money:
        """Of all lines, at retail."""
        return total(line.amount for line in self.lines)

    @property
    def price(self) -> Money:
        """Of all lines, for this person."""
        return total(line.price for line in self.lines)


@dataclass(frozen=True, slots=True)
class Offer:
    """A product as somebody sees it in the chat."""

    product: Product
    quantity: int
    retail: Money
    own: Money
    """What he pays who buys it himself."""
    proxy: Money
    """What he pays who orders it for somebody else (代下单)."""
    earns: Money | None
    """赚: level 1 of the retail price by the rate of his group; None where nothing is earned or to be seen."""


@dataclass(eq=False)
class BadQuantity(Refusal):
    """No pieces, or more than anybody can be told the price of."""

    most: int


class Quotes(Room):
    """Prices for this person, now. Asking changes nothing, and makes nobody known."""

    @question
    def price(
        self, tx: Tx, buyer: Buyer, placed_by: PlacedBy, payment: Payment, wanted: tuple[Wanted, ...]
    ) -> Quote:
        """What a cart would cost, were it paid now. What nobody promotes, and whom nobody knows, is retail."""
        if not 0 < len(wanted) <= MOST_LINES:
            raise BadLines(MOST_LINES)
        lines = tuple(
            Line(number, one.sku, "", None, one.quantity, one.amount) for number, one in enumerate(wanted, 1)
        )
        sold = _sold(tx, lines, payment, buyer, placed_by)
        scene = circumstances.look_only(tx, sold)
        how = pricing.pricing(scene.circumstances)
        group = circumstances.group_of(tx, how.promoter, tx.now)
        terms, _ = circumstances.terms_of_groups(tx, lines, group, None, scene.rules, tx.now)
        return Quote(
            how.basis,
            tuple(
                QuotedLine(
                    line.sku, line.quantity, line.paid, pricing.price(line.paid, how, terms[line.number])
                )
                for line in lines
            ),
        )

    @question
    def offers(self, tx: Tx, typed: str, most: int, *, promoted_only: bool) -> tuple[Offer, ...]:
        """Products whose number or title holds what was typed, each with its price for the actor."""
        found = products.search(tx, typed, promoted_only=promoted_only, most=most)
        return _offers(tx, found, 1)

    @question
    def offer(self, tx: Tx, sku: str, quantity: int) -> Offer:
        """So many pieces of one product. Raises NoSuchProduct, BadQuantity."""
        product = products.as_of(tx, sku, tx.now)
        if product is None:
            raise NoSuchProduct(sku)
        if not 0 < quantity <= MOST_PIECES or product.price.fen * quantity > LARGEST:
            raise BadQuantity(MOST_PIECES)
        return _offers(tx, (product,), quantity)[0]


def _offers(tx: Tx, found: tuple[Product, ...], quantity: int) -> tuple[Offer, ...]:
    me = promoters.of_person(tx, tx.actor.person)
    rules = settings.current(tx)
    lines = tuple(
        Line(number, one.sku, "", None, quantity, Money(one.price.fen * quantity))
        for number, one in enumerate(found, 1)
    )
    # One group is enough: his own price, what he pays for another and what he earns go by his own rate.
    group = me.group if me else None
    terms, _ = circumstances.terms_of_groups(tx, lines, group, None, rules, tx.now)
    own = _pricing(tx, lines, PlacedBy())
    proxy = _pricing(tx, lines, PlacedBy(code=me.code)) if me else own
    shown = _sees_earnings(rules, me)
    return tuple(
        Offer(
            product,
            quantity,
            line.paid,
            pricing.price(line.paid, own, terms[line.number]),
            pricing.price(line.paid, proxy, terms[line.number]),
            _earns(line.paid, terms[line.number]) if shown else None,
        )
        for product, line in zip(found, lines, strict=True)
    )


def _pricing(tx: Tx, lines: tuple[Line, ...], placed_by: PlacedBy) -> pricing.Pricing:
    """How the actor's own purchase is priced, or the one that he makes for somebody who is nobody yet."""
    buyer = None if placed_by.code else tx.actor.person
    sold = _sold(tx, lines, Payment.OTHER, Buyer(), placed_by)
    return pricing.pricing(circumstances.look_at(tx, sold, buyer).circumstances)


def _sold(tx: Tx, lines: tuple[Line, ...], payment: Payment, buyer: Buyer, placed_by: PlacedBy) -> Sold:
    """The order that it would be."""
    return Sold(Paid(tx.now, payment, lines, ZERO), buyer, "", placed_by)


def _sees_earnings(rules: Settings, me: Promoter | None) -> bool:
    """C5: shown at all, and to him. A frozen promoter earns nothing, and is not told that he would."""
    if not (rules.programme and rules.earn_shown) or (me and me.status is Status.FROZEN):
        return False
    active = me is not None and me.status is Status.ACTIVE
    return rules.earn_to is EarnTo.ALL or (active and rules.earn_to is EarnTo.PROMOTERS)


def _earns(retail: Money, terms: LineTerms) -> Money | None:
    return (terms.level1.rate.of(retail) or None) if terms.promoted else None
