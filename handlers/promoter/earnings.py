"""我的收益, 推广订单, 我的下级 and 我的推广: what a promoter reads."""

from __future__ import annotations

from engine.ids import PromoterId
from handlers import menus
from handlers.lists import itemised
from handlers.paging import ORDERS, leaf, page_of
from handlers.texts import anyone, charts
from handlers.texts import earnings as texts
from handlers.types import Ask, Picture, Reply, Text


def mine(ask: Ask) -> Reply:
    """我的收益"""
    return Text(
        texts.earnings(ask.desk.earnings.of(_me(ask)), two_level=ask.who.two_level, offline=ask.who.offline)
    )


def chart(ask: Ask) -> Reply:
    """收益图: the last thirty days."""
    found = ask.desk.charts.earnings(_me(ask))
    if not any(found.level1 + found.level2):
        return Text(charts.NO_EARNINGS)
    return Picture("earnings_chart", _me(ask), charts.MEANWHILE)


def orders(ask: Ask) -> Reply:
    """推广订单"""
    read = ask.desk.order_book.of_promoter
    page = leaf(page_of(ask), lambda skip, most: read(_me(ask), skip, most), ORDERS)
    return itemised(texts.orders(page, two_level=ask.who.two_level, promotes=ask.who.promoter is not None))


def downlines(ask: Ask) -> Reply:
    """我的下级"""
    read = ask.desk.earnings.downlines
    page = leaf(page_of(ask), lambda skip, most: read(_me(ask), skip, most))
    count = ask.desk.earnings.downline_count(_me(ask))
    above = ask.desk.promoters.mine().upline
    upline = ask.desk.promoters.get(above).name if above else None
    return itemised(texts.downlines(page, count, sees_team=ask.desk.teams.may_see(), upline=upline))


def menu(ask: Ask) -> Reply:
    """我的推广: a promoter's whole menu, also for staff who promote."""
    return Text(anyone.helping(menus.promoter_words(two_level=ask.who.two_level), ""))


def _me(ask: Ask) -> PromoterId:
    return ask.who.promoter or ask.who.former or PromoterId("")
