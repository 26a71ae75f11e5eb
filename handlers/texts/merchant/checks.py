"""消息冲突 and 已核对, as the staff reads them."""

from __future__ import annotations

from collections.abc import Sequence

from engine.orders.checking import Checked, Conflict
from handlers.paging import Page
from handlers.texts.marks import next_page, plain, tap
from handlers.texts.times import moment

HOW_TO = (
    "核对好哪一张订单，就回复「已核对」加单号，例如：已核对 ABC234；打开退款超额、优惠超额或消息冲突的列表后，"
    f"也可以说：已核对 1-3。\n{tap('待办', '看全部待办')}"
)
ONE_MESSAGE = "已核对，以先说的为准"
_FACTS = {
    "paid": "付款",
    "shipped": "发货",
    "received": "收货",
    "completed": "核销",
    "refunded": "退款",
    "after_sale_opened": "售后开始",
    "after_sale_closed": "售后结束",
    "cancelled": "取消",
    "visited": "访问",
}


def messages(page: Page[Conflict], total: int) -> str:
    """消息冲突: which order, which fact, and what each told."""
    if not page.rows:
        return f"没有前后说法不一的消息。\n{tap('待办', '看全部待办')}"
    lines = [f"商城前后说法不一的消息（{total} 条）：以先说的为准，后说的没有入账。"]
    lines += [f"{number}. {_row(row)}" for number, row in enumerate(page.rows, page.first)]
    lines += next_page("消息冲突", page)
    return "\n".join([*lines, "请和技术人员一起核对商城。核对好的，打开点「已核对」，或说：已核对 1-3"])


def message(row: Conflict) -> str:
    """One of them, with the way to say that it is settled."""
    lines = [f"商城关于{_about(row)}的「{_FACTS[row.kind]}」说了两次，内容不一样。"]
    if row.first and row.second:
        lines.append(
            f"先说 {row.first}，后说 {row.second}" + ("，别的内容不同" if row.first == row.second else "")
        )
    lines += [
        f"后一次是 {moment(row.heard_at)} 收到的。账按先说的记，后说的没有入账；先说的若是错的，请技术人员更正商城。",
        "",
        tap(f"已核对 {row.handle}", "已核对，移出待办"),
    ]
    if row.code:
        lines.append(tap(f"订单 {row.code}", "看这张订单"))
    return "\n".join([*lines, tap("消息冲突", "返回消息冲突")])


def message_done(left: int) -> str:
    """It leaves 待办."""
    more = tap("消息冲突", f"还有 {left} 条") if left else tap("待办", "看全部待办")
    return f"这条消息已核对，移出待办；账仍按先说的记。商城再报不同的，会重新出现。\n{more}"


def order_done(done: Checked) -> str:
    """An order leaves 待办."""
    return (
        f"单 {done.code} 已核对（{_above(done)}），移出待办。金额再有变化，会重新出现。\n"
        f"{tap(f'订单 {done.code}', '看这张订单')}\n{tap('待办', '看全部待办')}"
    )


def one_order(done: Checked) -> str:
    """One of several."""
    return f"单 {done.code} 已核对（{_above(done)}）"


def many(lines: Sequence[str]) -> str:
    """What became of each."""
    return "\n".join([*lines, tap("待办", "看全部待办")])


def _above(done: Checked) -> str:
    parts = [f"多退 {done.refund}"] if done.refund else []
    parts += [f"多减 {done.discount}"] if done.discount else []
    return "，".join(parts)


def _about(row: Conflict) -> str:
    if row.kind == "visited":
        return f"访问 {plain(row.number, 24)} "
    return f"单 {row.code} " if row.code else f"商城单号 {plain(row.number, 24)} "


def _row(row: Conflict) -> str:
    amounts = (
        f" 先 {row.first} 后 {row.second}" if row.first and row.second and row.first != row.second else ""
    )
    what = f"{f'单 {row.code}' if row.code else plain(row.number, 14)} {_FACTS[row.kind]}"
    return f"{moment(row.heard_at)} {tap(f'消息冲突 {row.handle}', what)}{amounts}"
