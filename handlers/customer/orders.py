"""我的订单 and 退款售后: what this person bought himself, and how it may be given back."""

from __future__ import annotations

from engine.errors import Refusal
from handlers.lists import beside, itemised
from handlers.paging import ORDERS, leaf, page_of
from handlers.texts import referrals as texts
from handlers.texts import refunds as returning
from handlers.texts.refusals import sorry
from handlers.typed import code
from handlers.types import Ask, Reply


def mine(ask: Ask) -> Reply:
    """我的订单, newest first."""
    page = leaf(page_of(ask), ask.desk.order_book.of_buyer, ORDERS)
    return itemised(texts.orders(page, promotes=ask.who.promoter is not None))


def one(ask: Ask) -> Reply:
    """我的订单 ‹单号›"""
    try:
        found = ask.desk.refunds.one(code(ask.got("code")))
    except Refusal as refusal:
        return beside(ask, sorry(refusal))
    return beside(ask, returning.purchase(found))


def refunds(ask: Ask) -> Reply:
    """退款售后: how each of his orders may be given back, and what was already."""
    page = leaf(page_of(ask), ask.desk.refunds.mine, ORDERS)
    return itemised(returning.refunds(page, link=bool(ask.desk.settings.now().shop_link)))
