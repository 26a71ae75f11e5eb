"""Terminating a promoter (解约): the questions, the last look, and that it is done."""

from __future__ import annotations

from engine.ledger.book import Balances
from engine.people.confirmations import Confirmation
from engine.people.reasons import LONGEST_REASON
from engine.programme.promoters import Promoter
from engine.referrals.handover import Terminated
from handlers.texts.marks import CANCEL, plain, tap
from handlers.texts.merchant.confirming import confirm_tap
from handlers.texts.money import available
from handlers.texts.people import called

NOBODY = "无"
"""Typed instead of a code: the downlines have no upline any more."""
_LEAVE = f"回复 {CANCEL} 不解约。"
ASK_WHO = f"要和谁解约？请回复他的推荐码。\n{tap('推广员列表', '看推广员列表')}\n{_LEAVE}"


def line(code: str, successor: str, upline: str = "") -> str:
    """What is typed to get so far; the reason is still missing."""
    to = f"移交 {successor}" if successor else "不移交"
    return " ".join([f"解约 {code} {to}", *([f"下级 {upline}"] if upline else [])])


def ask_successor(row: Promoter, customers: int) -> str:
    """Who looks after his customers from now on?"""
    return f"{_of(row)} 有 {customers} 位客户，移交给谁？请回复接手人的推荐码。\n{_LEAVE}"


def ask_upline(row: Promoter, downlines: int, successor: str) -> str:
    """Who is upline of those whom he invited?"""
    nobody = tap(line(row.code, successor, NOBODY), "以后没有上级")
    return f"他邀请的 {downlines} 位推广员以后归谁？请回复那位的推荐码，或点：\n{nobody}\n{_LEAVE}"


def ask_reason(row: Promoter) -> str:
    """Why?"""
    return f"为什么和 {_of(row)} 解约？请回复原因（1–{LONGEST_REASON} 个字），只有店员看得到。\n{_LEAVE}"


def how_to(code: str, *, two_level: bool) -> str:
    """The line was not understood."""
    also = f"\n要定下级归谁：解约 {code} 移交 ‹推荐码› 下级 ‹推荐码› ‹原因›" if two_level else ""
    return (
        "没看懂，什么都没有改动。请这样说：\n"
        f"解约 {code} 移交 ‹接手人的推荐码› ‹原因›\n没有客户时：解约 {code} 不移交 ‹原因›{also}\n"
        f"{tap(f'解约 {code}', '一步一步来')}"
    )


def prompt(
    made: Confirmation,
    row: Promoter,
    held: Balances,
    *,
    customers: int,
    successor: Promoter | None,
    downlines: int,
    upline: Promoter | None,
    offline: bool,
) -> str:
    """Before a promoter is terminated: who, what becomes of whom, what stays his, why."""
    to = f"移交给 {_of(successor)}" if successor else "没有要移交的"
    lines = [f"和 {_of(row)} 解约？", f"客户 {customers} 人：{to}"]
    if downlines:
        lines.append(f"下级 {downlines} 人：{f'以后归 {_of(upline)}' if upline else '以后没有上级'}")
    owed = f" · 待追回 {held.owed}" if held.owed else ""
    lines += [
        f"待结算 {held.pending} · {available(offline=offline)} {held.available}{owed}：仍是他的，"
        f"{'线下结给他' if offline else '最后一笔提现不限最低金额'}",
        f"原因：{plain(made.args['reason'], LONGEST_REASON)}",
        "解约后：新订单不再给他计佣，海报和推荐码停用；想再做推广员，要重新申请、由你审核。",
        "",
        confirm_tap(made, "确认解约", "不点就不解约。"),
    ]
    return "\n".join(lines)


def terminated(done: Terminated) -> str:
    """It is done; the customers follow."""
    moving = (
        f"\n{done.customers} 位客户正在移交给 {called(done.successor)}，一般几秒内完成。"
        if done.successor and done.customers
        else ""
    )
    return f"已和 {_of(done.promoter)} 解约，他会收到通知。{moving}\n{tap('推广员列表', '返回推广员列表')}"


def _of(row: Promoter) -> str:
    return f"{called(row.name)}（{row.code}）"
