"""优惠超额: where the shop brought a price down further than the rule."""

from __future__ import annotations

from handlers.lists import Of, listed
from handlers.paging import ORDERS, leaf, page_of
from handlers.texts.merchant import discounts as texts
from handlers.types import Ask, Reply


def excessive(ask: Ask) -> Reply:
    """Line by line, of the newest orders first."""
    page = leaf(page_of(ask), ask.desk.order_book.excess_discounts, ORDERS)
    return listed(texts.excessive(page), Of.ORDERS, [row.code for row in page.rows], page.first)
