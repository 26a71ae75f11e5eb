"""数据: 今日概览, 推广员业绩 and 订单退款."""

from __future__ import annotations

from handlers.lists import Of, listed
from handlers.paging import ORDERS, ROWS, leaf, page_of
from handlers.texts import charts
from handlers.texts.merchant import data as texts
from handlers.types import Ask, Picture, Reply, Text


def overview(ask: Ask) -> Reply:
    """今日概览"""
    return Text(texts.overview(ask.desk.reports.overview(), two_level=ask.who.two_level))


def chart(ask: Ask) -> Reply:
    """经营图: the last thirty days."""
    found = ask.desk.charts.shop()
    if not any(found.sales + found.refunds):
        return Text(charts.NO_SALES)
    return Picture("shop_chart", "", charts.MEANWHILE)


def results(ask: Ask) -> Reply:
    """推广员业绩 over 7 or 30 days."""
    days = int(ask.got("days") or texts.PERIODS[0])
    rows = ask.desk.reports.results(days, ROWS)
    codes = [ask.desk.promoters.get(row.promoter).code for row in rows]
    return listed(texts.results(rows, days, two_level=ask.who.two_level), Of.PROMOTERS, codes)


def orders(ask: Ask) -> Reply:
    """Every order, newest first."""
    page = leaf(page_of(ask), ask.desk.order_book.all, ORDERS)
    return listed(texts.orders(page), Of.ORDERS, [row.code for row in page.rows], page.first)
