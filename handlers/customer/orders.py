"""我的订单: what this person bought himself."""

from __future__ import annotations

from handlers.paging import page_of, turn
from handlers.texts import referrals as texts
from handlers.types import Ask, Reply, Text


def mine(ask: Ask) -> Reply:
    """我的订单, newest first."""
    page = turn(page_of(ask), lambda most: ask.desk.order_book.of_buyer(None, most))
    return Text(texts.orders(page))
