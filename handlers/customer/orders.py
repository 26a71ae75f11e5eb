"""我的订单: what this person bought himself."""

from __future__ import annotations

from handlers.paging import leaf, page_of
from handlers.texts import referrals as texts
from handlers.types import Ask, Reply, Text


def mine(ask: Ask) -> Reply:
    """我的订单, newest first."""
    page = leaf(page_of(ask), ask.desk.order_book.of_buyer)
    return Text(texts.orders(page, promotes=ask.who.promoter is not None))
