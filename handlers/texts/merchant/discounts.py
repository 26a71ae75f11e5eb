"""Discounts above the rule, as the merchant reads them."""

from __future__ import annotations

from engine.orders.views import ExcessDiscount
from handlers.paging import Page
from handlers.texts.marks import next_page, plain, tap
from handlers.texts.people import called
from handlers.texts.times import moment


def excessive(page: Page[ExcessDiscount]) -> str:
    """优惠超额: which order, which line, how much above the rule, and whose price it was."""
    if not page.rows:
        return f"没有减得比规则多的订单。\n{tap('待办', '看待办')}"
    rows = [f"{number}. {_row(row)}" for number, row in enumerate(page.rows, page.first)]
    more = next_page("优惠超额", page)
    return "\n".join(
        [
            "减得比自购、代下单规则多的：",
            *rows,
            *more,
            "佣金没有改动。请核对商城里的价格；核对好的，打开点「已核对」，或说：已核对 1-3",
        ]
    )


def _row(row: ExcessDiscount) -> str:
    return (
        f"{moment(row.paid_at)} 商城单号 {plain(row.number, 24)} · {plain(row.title, 8)}×{row.quantity}\n"
        f"　减 {row.discount}，多减 {row.excess} · {_whose(row)} · {tap(f'订单 {row.code}', f'单号 {row.code}')}"
    )


def _whose(row: ExcessDiscount) -> str:
    if row.whose:
        return f"{called(row.whose, 6)} 的价"
    return f"{called(row.buyer, 6)} 没有优惠价" if row.buyer else "不知道买家是谁"
