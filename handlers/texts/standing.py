"""排行榜 and 团队业绩, as a promoter reads them."""

from __future__ import annotations

from collections.abc import Callable

from engine.money import ZERO, Money
from engine.reports.rankings import FARTHEST, Ranked, Ranking
from engine.reports.teams import Period, Sold, Team
from handlers.texts.marks import tap
from handlers.texts.money import NET_SALES
from handlers.texts.people import masked

TEAM = "团队业绩（仅统计，不计酬）"
_HOW_COUNTED = f"（{NET_SALES}。上下级看付款时的关系，以后调整不改以前的数。）"


def ranking(found: Ranking) -> str:
    """排行榜"""
    month = f"{found.month.month} 月"
    last = [] if found.last else [tap("排行榜 上月", "看上月")]
    if not found.top:
        return "\n".join([f"{month}还没有人成交。", *last])
    last += [] if found.last else [tap("排行图", "看图")]
    rows = [f"{row.place}. {_ranked(row)}" for row in found.top]
    return "\n".join(
        [f"排行榜 · {month}（按销售额）", *rows, "", _mine(found, month), f"（{NET_SALES}）", *last]
    )


def team(found: Team) -> str:
    """团队业绩"""
    return "\n".join(
        [
            TEAM,
            "",
            "下级团队（所有层级）",
            *_sums(found, lambda one: one.below),
            "",
            "我直接推广",
            *_sums(found, lambda one: one.own),
            "",
            _HOW_COUNTED,
            tap("我的下级", "我的下级"),
        ]
    )


def _ranked(row: Ranked) -> str:
    return f"{masked(row.name)} {row.sales}{'（你）' if row.me else ''}"


def _mine(found: Ranking, month: str) -> str:
    if found.frozen:
        return "你的推广员资格被冻结了，冻结期间不参加排行。"
    if found.sales <= ZERO:
        return f"你在 {month}还没有成交。"
    place = f"排第 {found.place} 名" if found.place else f"在 {FARTHEST} 名以后"
    behind = f"，距上一名还差 {found.behind}" if found.behind else ""
    return f"你{place}，销售额 {found.sales}{behind}。"


def _sums(found: Team, of: Callable[[Period], Sold]) -> list[str]:
    today, month, ever = (of(one) for one in (found.today, found.month, found.ever))
    sold = _three("销售额", today.sales, month.sales, ever.sales)
    return (
        [sold, _three("其中已减退款", today.refunds, month.refunds, ever.refunds)] if ever.refunds else [sold]
    )


def _three(word: str, today: Money, month: Money, ever: Money) -> str:
    return f"{word}：今日 {today} · 本月 {month} · 累计 {ever}"
