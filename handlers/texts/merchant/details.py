"""推广明细 as the staff reads it, and what it is filtered by; orders and downlines of one promoter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from engine.orders.views import OrderView
from engine.programme.promoters import Promoter
from engine.reports.details import Detail, Kind, Standing
from engine.reports.earnings import Downline
from handlers.paging import Page
from handlers.texts.marks import next_page, plain, tap
from handlers.texts.merchant.data import order_lines
from handlers.texts.money import LEVELS, ON_ORDERS_ONLY, STATES, signed
from handlers.texts.people import called, earner
from handlers.texts.times import day

CHOOSE = "筛选"
HOW_TO_CHOOSE = tap(f"推广明细 {CHOOSE}", "按状态、月份看")
STANDINGS = {
    Standing.PENDING: "待结算",
    Standing.AVAILABLE: "已结算",
    Standing.TAKEN_BACK: "已扣回",
    Standing.WITHDRAWING: "提现中",
    Standing.PAID: "已打款",
}
"""What can be filtered by."""
STANDING_WORDS = {words: standing for standing, words in STANDINGS.items()} | {
    "可提现": Standing.AVAILABLE, "待线下结算": Standing.AVAILABLE, "扣回": Standing.TAKEN_BACK,
}  # fmt: skip
_KINDS = {
    Kind.COMMISSION: LEVELS[1],
    Kind.REWARD: LEVELS[2],
    Kind.WITHDRAWAL: "提现",
    Kind.BOOKING: "线下结算",
    Kind.ADJUSTMENT: "人工调整",
}


def page(rows: Sequence[Detail], whose: Promoter | None, words: str, *, more: bool) -> str:
    """推广明细, a page of it."""
    who = [called(whose.name, 8)] if whose else []
    head = " · ".join(
        ["推广明细", *who, *(word for word in plain(words).split() if not whose or word != whose.code)]
    )
    if not rows:
        none = (
            "没有这样的明细。" if who or words else "还没有佣金和提现。推广员有了成交，会一笔一笔列在这里。"
        )
        return f"{head}\n{none}\n{HOW_TO_CHOOSE}"
    lines = [head, *(f"{number}. {_row(row)}" for number, row in enumerate(rows, 1))]
    if any(row.kind is Kind.REWARD for row in rows):
        lines.append(f"（邀请奖励{ON_ORDERS_ONLY}）")
    return "\n".join([*lines, *([tap("推广明细 下一页", "下一页")] if more else []), HOW_TO_CHOOSE])


def _row(row: Detail) -> str:
    word = {Kind.WITHDRAWAL: "提现单", Kind.BOOKING: "结算单", Kind.ADJUSTMENT: "推广员"}.get(
        row.kind, "为什么"
    )
    link = tap(f"{word} {leads_to(row)}", f"{day(row.at)} {earner(row.name, row.code, 8)}")
    if row.kind is Kind.ADJUSTMENT:
        return f"{link} {_KINDS[row.kind]} {signed(row.amount)} {plain(row.number, 12)}"
    back = f"（已扣回 {row.taken_back}）" if row.taken_back and row.amount else ""
    amount = row.amount or row.taken_back
    return f"{link} {_KINDS[row.kind]} {amount}{back} {STATES[row.state] if row.state else STANDINGS[row.standing]}"


def leads_to(row: Detail) -> str:
    """The 单号 that a tap opens; of an adjustment, the promoter's code."""
    return row.code if row.kind is Kind.ADJUSTMENT else row.number


def choose(today: date) -> str:
    """By state or month; whose and both together can be typed."""
    return "\n".join(
        [
            "推广明细，看哪些？",
            *(tap(f"推广明细 {words}", words) for words in STANDINGS.values()),
            tap("推广明细 本月", f"本月（{today.month} 月）"),
            tap("推广明细 上月", "上月"),
            "可以一起说，例如：推广明细 王小明 待结算 3月",
        ]
    )


def which(found: Sequence[Promoter], words: str, *, more: bool) -> str:
    """Several promoters are called so."""
    lines = ["叫这个名字的有几位，看哪一位？"]
    for number, row in enumerate(found, 1):
        lines.append(
            f"{number}. {tap(f'推广明细 {row.code} {plain(words)}'.strip(), called(row.name, 12))} {row.code}"
        )
    return "\n".join([*lines, *(["还有同名的，请直接说推荐码。"] if more else [])])


def orders_of(row: Promoter, found: Page[OrderView]) -> str:
    """他的订单"""
    back = tap(f"推广员 {row.code}", f"返回{called(row.name, 8)}")
    if not found.rows:
        return f"{called(row.name)} 还没有推广订单。\n{back}"
    lines = [f"{called(row.name)} 的推广订单", *order_lines(found)]
    lines += next_page(f"推广员 {row.code} 订单", found)
    return "\n".join([*lines, back])


def downlines_of(row: Promoter, found: Page[Downline], codes: Sequence[str], count: int) -> str:
    """他的下级"""
    back = tap(f"推广员 {row.code}", f"返回{called(row.name, 8)}")
    if not found.rows:
        return f"{called(row.name)} 没有邀请过推广员。\n{back}"
    lines = [f"{called(row.name)} 的下级（{count} 人）"]
    for number, (one, code) in enumerate(zip(found.rows, codes, strict=True), 1):
        left = "" if one.active else "（已停止推广）"
        lines.append(f"{number}. {tap(f'推广员 {code}', called(one.name, 10))}{left} · 邀请奖励 {one.reward}")
    lines.append(f"（邀请奖励{ON_ORDERS_ONLY}）")
    lines += next_page(f"推广员 {row.code} 下级", found)
    return "\n".join([*lines, back])
