"""The price for this person (价格): what 自购省 and 代下单 take off a line, and what took off more than that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.ids import PromoterId
from engine.money import ZERO, Money
from engine.orders.attribution import Candidate, Circumstances, SelfPurchase, Standing, proxy_of
from engine.orders.commission import LineTerms
from engine.orders.facts import Line, Payment


class PriceBasis(StrEnum):
    """Which rule makes the price; all but the first two are the retail price."""

    PROXY = "proxy"
    SELF_PURCHASE = "self_purchase"
    RETAIL = "retail"
    FROZEN = "frozen"
    OWN_TRANSFER = "own_transfer"
    PROGRAMME_OFF = "programme_off"


@dataclass(frozen=True, slots=True)
class Pricing:
    """By whose level-1 rate the price goes down, and why, or why it does not."""

    basis: PriceBasis
    promoter: PromoterId | None = None
    """Whose price it is: also a frozen promoter's, who pays retail."""

    @property
    def reduced(self) -> bool:
        """Does the price go down at all?"""
        return self.basis in (PriceBasis.PROXY, PriceBasis.SELF_PURCHASE)


def pricing(c: Circumstances) -> Pricing:
    """The first that applies, by the same ladder as who is paid: who orders for another, else 自购省, else retail."""
    if not c.programme_on:
        return Pricing(PriceBasis.PROGRAMME_OFF)
    if c.payment is Payment.OWN_TRANSFER:
        return Pricing(PriceBasis.OWN_TRANSFER)
    proxy = proxy_of(c)
    if proxy:
        return _of(proxy, PriceBasis.PROXY)
    if c.self_purchase is SelfPurchase.DISCOUNT and c.buyer_as_promoter:
        return _of(c.buyer_as_promoter, PriceBasis.SELF_PURCHASE)
    return Pricing(PriceBasis.RETAIL)


def discount_allowed(base: Money, how: Pricing, terms: LineTerms) -> Money:
    """The largest `level1_discount` that the rule allows for a line; `base` is before that discount.

    `terms` bear the level-1 rate of the promoter whom the pricing names.
    """
    return terms.level1.rate.of(base) if how.reduced and terms.promoted else ZERO


def price(base: Money, how: Pricing, terms: LineTerms) -> Money:
    """base − floor(base × level 1) for a whole line, after coupons and with the quantity in it; else retail."""
    return base - discount_allowed(base, how, terms)


def excess_discounts(lines: Iterable[Line], how: Pricing, terms: Mapping[int, LineTerms]) -> dict[int, Money]:
    """What each line's discount takes off above the rule, by line number; a fact to look at, not a correction."""
    return {
        line.number: max(line.level1_discount - discount_allowed(line.base, how, terms[line.number]), ZERO)
        for line in lines
    }


def _of(whose: Candidate, basis: PriceBasis) -> Pricing:
    if whose.standing is Standing.ACTIVE:
        return Pricing(basis, whose.promoter)
    return Pricing(PriceBasis.FROZEN, whose.promoter) if whose.standing is Standing.FROZEN else _RETAIL


_RETAIL = Pricing(PriceBasis.RETAIL)
