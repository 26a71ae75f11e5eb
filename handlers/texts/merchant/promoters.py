"""推广员列表 and one promoter, as the staff reads them; 冻结, 恢复 and whose store he is."""

from __future__ import annotations

from collections.abc import Callable

from engine.people.authority import Right
from engine.people.confirmations import Confirmation
from engine.people.names import Name
from engine.people.reasons import LONGEST_REASON
from engine.programme.groups import Group
from engine.programme.promoters import Promoter, Status
from handlers.paging import Page
from handlers.texts.marks import CANCEL, next_page, plain, tap
from handlers.texts.merchant.confirming import confirm_tap
from handlers.texts.people import called
from handlers.texts.refusals import STANDINGS
from handlers.texts.times import date

NO_STORE = "无"
"""Said instead of a store: he is in none."""


def promoters(page: Page[Promoter]) -> str:
    """推广员列表"""
    if not page.rows:
        return f"还没有推广员。\n{tap('推广员审核', '看推广员申请')}"
    lines = ["推广员列表"]
    for number, row in enumerate(page.rows, 1):
        standing = "" if row.status is Status.ACTIVE else f" · {STANDINGS[row.status]}"
        link = tap(f"推广员 {row.code}", called(row.name, 12))
        lines.append(f"{number}. {link} {row.code}{standing} · {date(row.joined_at)} 加入")
    lines += next_page("推广员列表", page)
    return "\n".join(lines)


def store_set(row: Promoter) -> str:
    """门店 ‹推荐码› ‹名称›"""
    where = f"记在门店「{plain(row.store, 12)}」" if row.store else "不再记在哪家门店"
    return f"{called(row.name)}（{row.code}）{where}。"


def promoter(
    row: Promoter,
    customers: int,
    upline: Name | None,
    *,
    may: Callable[[Right], bool],
    group: Group | None = None,
    may_group: bool = False,
    two_level: bool,
    portrait: bool = False,
) -> str:
    """One promoter, with what whoever looks may see of him and do."""
    lines = [
        called(row.name),
        f"推荐码：{row.code}",
        f"状态：{STANDINGS[row.status]}",
        f"客户：{_count(row, customers, may_look=may(Right.SERVICE))}",
        *([f"上级：{_upline(row, upline, may)}"] if two_level else []),
        *([f"门店：{plain(row.store, 12)}"] if row.store else []),
    ]
    if group or may_group:
        lines.append(f"分组：{group.name if group else '未分组'}")
    lines += [f"加入：{date(row.joined_at)}", "", _his(row, may, two_level=two_level)]
    stays = row.status is not Status.TERMINATED
    if may_group and stays:
        lines.append(tap(f"推广员 {row.code} 分组", "换分组"))
    if may(Right.REVIEW):
        lines += _review(row, portrait)
    if may(Right.OWNER) and stays:
        lines.append(tap(f"解约 {row.code}", "解约"))
    return "\n".join([*lines, tap("推广员列表", "返回推广员列表")])


def _upline(row: Promoter, upline: Name | None, may: Callable[[Right], bool]) -> str:
    change = may(Right.OWNER) and row.status is not Status.TERMINATED
    also = f" · {tap(f'上级 {row.code}', '改上级')}" if change else ""
    return f"{called(upline) if upline else '无'}{also}"


def _his(row: Promoter, may: Callable[[Right], bool], *, two_level: bool) -> str:
    """The lists of what is his."""
    return " · ".join(
        [
            tap(f"推广员 {row.code} 订单", "他的订单"),
            *([tap(f"推广员 {row.code} 下级", "他的下级")] if two_level else []),
            *([tap(f"推广明细 {row.code}", "他的明细")] if may(Right.FINANCE) else []),
            *([tap(f"推广员 {row.code} 海报", "他的海报")] if may(Right.REVIEW) else []),
        ]
    )


def _review(row: Promoter, portrait: bool) -> list[str]:
    """What 审核 may do with a promoter."""
    lines = [tap(f"移除头像 {row.code}", "移除海报头像")] if portrait else []
    if row.status is Status.ACTIVE:
        lines.append(tap(f"冻结 {row.code}", "冻结"))
    if row.status is Status.FROZEN:
        lines.append(tap(f"恢复 {row.code}", "恢复"))
    return lines


def _count(row: Promoter, customers: int, *, may_look: bool) -> str:
    """How many customers, to be tapped by who may look at them."""
    said = f"{customers} 人"
    return tap(f"客户列表 {row.code}", said) if may_look and customers else said


def ask_freeze_reason(row: Promoter) -> str:
    """冻结 without a reason."""
    return (
        f"为什么冻结 {called(row.name)}（{row.code}）？请回复原因（1–{LONGEST_REASON} 个字），只有店员看得到。\n"
        f"回复 {CANCEL} 不冻结。"
    )


def freeze_prompt(made: Confirmation, row: Promoter) -> str:
    """Before a promoter is frozen: whom, why, and what it means."""
    return (
        f"冻结 {called(row.name)}（{row.code}）？\n原因：{plain(made.args['reason'], LONGEST_REASON)}\n"
        "冻结后：新订单不再给他计佣，不能提现；客户归属和待结算的钱都保留。\n\n"
        + confirm_tap(made, "确认冻结", "不点就不冻结。")
    )


def frozen(row: Promoter) -> str:
    """It is done."""
    return f"已冻结 {called(row.name)}（{row.code}）。\n{tap(f'恢复 {row.code}', '恢复')}"


def restored(row: Promoter) -> str:
    """It is undone."""
    return f"已恢复 {called(row.name)}（{row.code}），之后付款的订单照常计佣。"


def wrong_status(row: Promoter) -> str:
    """He stands elsewhere already."""
    return f"{called(row.name)}（{row.code}）现在是「{STANDINGS[row.status]}」，没有改动。"
