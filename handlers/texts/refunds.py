"""退款售后, as the buyer reads it."""

from __future__ import annotations

from engine.orders.refunds import Returnable, Way
from handlers.paging import Page
from handlers.texts.marks import tap
from handlers.texts.referrals import goods
from handlers.texts.times import moment

_NONE = "还没有你的订单，没有能退的。\n在商城绑定过手机号的，先绑定同一个手机号，订单就认到你名下。"
_WAYS = {
    Way.SHOP: "可以退",
    Way.MERCHANT: "要退请联系商家",
    Way.NONE: "已全部退款",
}


def refunds(page: Page[Returnable], *, link: bool) -> str:
    """退款售后; with a link to the shop the buyer asks there, else by talking to the merchant."""
    if not page.rows:
        return f"{_NONE}\n{tap('绑定手机号', '绑定手机号')}\n{tap('联系客服', '联系客服')}"
    rows = [_row(number, row) for number, row in enumerate(page.rows, page.first)]
    how = [_how(link)] if any(row.way is Way.SHOP for row in page.rows) else []
    below = [tap(f"退款售后 {page.number + 1}", "更早的订单")] if page.more else []
    if link:
        below.append(tap("进入商城", "进入商城"))
    return "\n".join(["退款售后", *rows, *how, *below, tap("联系客服", "联系客服")])


def _row(number: int, row: Returnable) -> str:
    order = row.order
    back = "" if row.way is Way.NONE or not order.refunded else f"已退 {order.refunded} · "
    state = "售后处理中" if row.in_hand and row.way is not Way.NONE else _WAYS[row.way]
    return f"{number}. {moment(order.paid_at)} {goods(order)} 实付 {order.paid}\n　{back}{state} · 单号 {order.code}"


def _how(link: bool) -> str:
    return (
        "「可以退」的，在商城的订单里申请；也可以联系客服。"
        if link
        else "「可以退」的，告诉客服单号和原因就行。"
    )
