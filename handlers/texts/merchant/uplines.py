"""改上级 and 改邀请人: who stands above a promoter, for new orders only."""

from __future__ import annotations

from engine.people.confirmations import Confirmation
from engine.people.names import Name
from engine.people.reasons import LONGEST_REASON
from engine.programme.promoters import Promoter
from engine.programme.recruiting import Application
from handlers.texts.marks import CANCEL, plain, tap
from handlers.texts.merchant.confirming import confirm_tap
from handlers.texts.money import ON_ORDERS_ONLY
from handlers.texts.people import called, harmless

NOBODY = "无"
_LEAVE = f"回复 {CANCEL} 不改。"


def ask_who(row: Promoter, now: Name | None) -> str:
    """Who stands above him from now on?"""
    nobody = f"\n{tap(f'上级 {row.code} {NOBODY}', '以后没有上级')}" if now else ""
    return f"{_of(row)}现在的上级：{called(now) if now else NOBODY}。改成谁？请回复那位的推荐码。{nobody}\n{_LEAVE}"


def ask_reason(row: Promoter) -> str:
    """Why?"""
    return f"为什么改 {_of(row)}的上级？请回复原因（1–{LONGEST_REASON} 个字），只有店员看得到。\n{_LEAVE}"


def prompt(made: Confirmation, row: Promoter, before: Name | None, after: Promoter | None) -> str:
    """Before an upline is changed: whose, from whom, to whom, what it means, why."""
    to = _of(after) if after else NOBODY
    return (
        f"把 {_of(row)}的上级改掉？\n{called(before) if before else NOBODY} → {to}\n"
        f"只影响以后付款的订单，已成交的不变。邀请奖励{ON_ORDERS_ONLY}。\n"
        f"原因：{plain(made.args['reason'], LONGEST_REASON)}\n\n"
        + confirm_tap(made, "确认改上级", "不点就不改。")
    )


def changed(row: Promoter, now: Name | None) -> str:
    """It is done."""
    back = tap(f"推广员 {row.code}", "看这位推广员")
    return f"{_of(row)}的上级现在是：{called(now) if now else NOBODY}。有关的人会收到通知。\n{back}"


def ask_inviter(row: Application, tail: str) -> str:
    """改邀请人 and nobody named."""
    now = called(row.inviter) if row.inviter else NOBODY
    nobody = f"\n{tap(f'改邀请人 {tail} {NOBODY}', '没有邀请人')}" if row.inviter else ""
    return (
        f"{harmless(row.name)} 的邀请人现在是：{now}。改成谁？请回复那位的推荐码。{nobody}\n"
        f"通过以后，邀请人就是上级。{_LEAVE}"
    )


def _of(row: Promoter) -> str:
    return f"{called(row.name, 12)}（{row.code}）"
