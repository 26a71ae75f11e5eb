"""我的订单 and 退款售后: what this person bought himself, and how it may be given back."""

from __future__ import annotations

from handlers.paging import ORDERS, leaf, page_of
from handlers.texts import referrals as texts
from handlers.texts import refunds as returning
from handlers.types import Ask, Reply, Text


def mine(ask: Ask) -> Reply:
    """我的订单, newest first."""
    page = leaf(page_of(ask), ask.desk.order_book.of_buyer)
    return Text(texts.orders(page, promotes=ask.who.promoter is not None))


def refunds(ask: Ask) -> Reply:
    """退款售后: how each of his orders may be given back, and what was already."""
    page = leaf(page_of(ask), ask.desk.refunds.mine, ORDERS)
    return Text(returning.refunds(page, link=bool(ask.desk.settings.now().shop_link)))
