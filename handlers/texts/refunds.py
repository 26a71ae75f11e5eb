"""退款售后, as the buyer reads it."""

from __future__ import annotations

from engine.orders.cards import LineCard
from engine.orders.refunds import Came, Purchase, Returnable, Way
from handlers.paging import Page
from handlers.texts.marks import plain, tap
from handlers.texts.referrals import goods
from handlers.texts.times import moment

_NONE = "还没有你的订单，没有能退的。\n在商城绑定过手机号的，先绑定同一个手机号，订单就认到你名下。"
_CAME = {
    Came.PAID: "已付款",
    Came.SHIPPED: "已发货",
    Came.RECEIVED: "已收货",
    Came.USED: "已核销",
}
_LINES = 8
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


def purchase(found: Purchase) -> str:
    """我的订单 ‹单号›: what was bought, how far it is, and how it may be given back."""
    order = found.returnable.order
    lines = [
        f"单号 {order.code} · 商城单号 {plain(found.number, 32)}",
        f"{moment(order.paid_at)} 实付 {order.paid} · {_CAME[found.came]}",
        *(_line(line) for line in found.lines[:_LINES]),
        *([f"……共 {len(found.lines)} 行"] if len(found.lines) > _LINES else []),
        f"退款：{_state(found.returnable)}",
    ]
    how = [tap("退款售后", "怎么退"), tap("联系客服", "联系客服"), tap("我的订单", "返回我的订单")]
    return "\n".join([*lines, "", *how])


def _line(line: LineCard) -> str:
    gone = f"（退 {line.refunded}）" if line.refunded else ""
    return f"· {plain(line.title, 16) or '商品'}×{line.quantity} {line.paid}{gone}"


def _row(number: int, row: Returnable) -> str:
    order = row.order
    opened = tap(f"我的订单 {order.code}", f"单号 {order.code}")
    return f"{number}. {moment(order.paid_at)} {goods(order)} 实付 {order.paid}\n　{_state(row)} · {opened}"


def _state(row: Returnable) -> str:
    if row.way is Way.NONE:
        return _WAYS[row.way]
    back = f"已退 {row.order.refunded} · " if row.order.refunded else ""
    return back + ("售后处理中" if row.in_hand else _WAYS[row.way])


def _how(link: bool) -> str:
    return (
        "「可以退」的，在商城的订单里申请；也可以联系客服。"
        if link
        else "「可以退」的，告诉客服单号和原因就行。"
    )
