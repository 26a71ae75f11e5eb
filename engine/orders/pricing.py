"""The price for this person: what 自购省 and 代下单 take off a line."""

from __future__ import annotations

from engine.ids import PromoterId
from engine.money import ZERO, Money, Rate
from engine.orders.attribution import Circumstances, SelfPurchase, proxy_of, self_buyer_of
from engine.orders.facts import Payment


def price(base: Money, level1: Rate, *, frozen: bool, payment: Payment) -> Money:
    """base − floor(base × level 1) for a whole line, after coupons and with the quantity in it.

    A frozen promoter and an own transfer (商家自行转账) pay the retail price.
    """
    return base - discount_allowed(base, level1, frozen=frozen, payment=payment)


def discount_allowed(
    base: Money, level1: Rate, *, frozen: bool, payment: Payment, promoted: bool = True
) -> Money:
    """The largest `level1_discount` that the rule allows for a line; `base` is before that discount."""
    if frozen or not promoted or payment is Payment.OWN_TRANSFER:
        return ZERO
    return level1.of(base)


def reduced_for(c: Circumstances) -> PromoterId | None:
    """The promoter by whose level-1 rate the price goes down, by the same ladder as who is paid.

    It is the one who places the order for another, else the buyer himself under 自购省; None is retail.
    """
    if not c.programme_on or c.payment is Payment.OWN_TRANSFER:
        return None
    proxy = proxy_of(c)
    if proxy:
        return proxy.promoter
    buyer = self_buyer_of(c)
    return buyer.promoter if buyer and c.self_purchase is SelfPurchase.DISCOUNT else None
