"""What waits for the merchant's staff (待办), and what a member may do."""

from __future__ import annotations

from collections.abc import Iterable

from engine.people.authority import Role
from engine.reports.overview import Todo
from handlers.texts.anyone import ROLES, help_lines
from handlers.texts.marks import tap

STALE = "你回复的序号对不上刚才的列表，没有处理任何一条。请看这份新的："
"""Typed numbers mean nothing without the list that they were read from."""

SETTLES_OFFLINE = tap("线下结算", "线下结算：核对、登记")
SETTLED_OFFLINE = tap("结算记录", "以前的线下结算记录")

WHICH_ROLES = tuple(ROLES[role] for role in (Role.REVIEW, Role.FINANCE, Role.SERVICE))
"""What the owner may invite members as."""


def todo(waiting: Todo, conflicts: int, *, review: bool, finance: bool, service: bool) -> str:
    """全部待办: counts to tap, as far as this member may act on them."""
    lines: list[str] = []
    if review and waiting.applications:
        lines.append(tap("推广员审核", f"推广员申请 {waiting.applications}"))
    if finance and waiting.withdrawals:
        lines.append(tap("提现审核", f"提现申请 {waiting.withdrawals}"))
    if finance and waiting.payouts:
        lines.append(tap("待打款", f"待打款 {waiting.payouts}"))
    if service and waiting.unclaimed:
        lines.append(tap("待认领订单", f"待认领订单 {waiting.unclaimed}（不知道买家，先不计佣）"))
    lines += _to_check(waiting, conflicts) if finance else []
    if not lines:
        return f"现在没有待办。\n{tap('今日概览', '看今日概览')}"
    return "\n".join(["待办", *(f"{number}. {line}" for number, line in enumerate(lines, 1))])


def _to_check(waiting: Todo, conflicts: int) -> list[str]:
    """What leaves the list by 已核对."""
    lines: list[str] = []
    if waiting.excess_refunds:
        lines.append(tap("退款超额", f"退款超过实付的订单 {waiting.excess_refunds}（待核对）"))
    if waiting.excess_discounts:
        lines.append(tap("优惠超额", f"减得比规则多的订单 {waiting.excess_discounts}（待核对）"))
    if conflicts:
        lines.append(tap("消息冲突", f"前后说法不一的订单消息 {conflicts}（待核对）"))
    return lines


def by_number(rows: int, example: str) -> str:
    """How the rows of a list are dealt with by their numbers, with numbers that are there."""
    some = "1" if rows == 1 else f"1–{min(rows, 3)}"
    return f"点开处理，或回复：通过 {some}、驳回 {min(rows, 2)} {example}"


def nothing_to_review(what: str) -> str:
    """A list that is empty."""
    return f"现在没有{what}。\n{tap('待办', '看全部待办')}"


def no_such_row() -> str:
    """A number without its list."""
    return "请先打开列表，再回复序号。"


def my_promoting(words: Iterable[str]) -> str:
    """我的推广: what the member can do as a promoter."""
    return f"你自己的推广：\n{help_lines(words)}"


def become_promoter(open_now: bool) -> str:
    """我的推广, for a member who is no promoter."""
    if not open_now:
        return "你还不是推广员。现在没有招募推广员，店主打开「推广计划」和「招募」后可以申请。"
    return f"你还不是推广员，申请通过后就有自己的海报和收益。\n{tap('申请推广员', '申请推广员')}"


def which_role() -> str:
    """员工二维码: as what?"""
    lines = (tap(f"员工二维码 {role}", f"{role}：{_DOES[role]}") for role in WHICH_ROLES)
    others = tap("员工", "全部员工：改权限、移除"), tap("邀请成员", "邀请员工、会员做推广员")
    return "\n".join(["要加哪种店员？", *lines, "", *others])


def enrolment(role: str) -> str:
    """While the picture is being drawn."""
    return f"正在生成{role}二维码，马上发给你。\n请店员用微信扫：只能用一次，24 小时内有效，不要转发给别人。"


_DOES = {"审核": "审核推广员，冻结、恢复", "财务": "审核提现，打款", "客服": "认领订单，分配客户"}
