"""推广员列表 and one promoter, as the staff reads them; 冻结, 恢复 and whose store he is."""

from __future__ import annotations

from engine.people.confirmations import Confirmation
from engine.people.names import Name
from engine.people.reasons import LONGEST_REASON
from engine.programme.groups import Group
from engine.programme.promoters import Promoter, Status
from handlers.paging import Page
from handlers.texts.marks import next_page, plain, tap
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
    group: Group | None = None,
    two_level: bool,
    may_freeze: bool,
    may_terminate: bool = False,
    may_group: bool = False,
    may_serve: bool = False,
    may_pay: bool = False,
    portrait: bool = False,
) -> str:
    """One promoter."""
    lines = [
        called(row.name),
        f"推荐码：{row.code}",
        f"状态：{STANDINGS[row.status]}",
        f"客户：{_count(row, customers, may_look=may_serve)}",
    ]
    if two_level:
        change = may_terminate and row.status is not Status.TERMINATED
        also = f" · {tap(f'上级 {row.code}', '改上级')}" if change else ""
        lines.append(f"上级：{called(upline) if upline else '无'}{also}")
    if row.store:
        lines.append(f"门店：{plain(row.store, 12)}")
    if group or may_group:
        lines.append(f"分组：{group.name if group else '未分组'}")
    his = [
        tap(f"推广员 {row.code} 订单", "他的订单"),
        *([tap(f"推广员 {row.code} 下级", "他的下级")] if two_level else []),
        *([tap(f"推广明细 {row.code}", "他的明细")] if may_pay else []),
        *([tap(f"推广员 {row.code} 海报", "他的海报")] if may_freeze else []),
    ]
    lines += [f"加入：{date(row.joined_at)}", "", " · ".join(his)]
    if may_group and row.status is not Status.TERMINATED:
        lines.append(tap(f"推广员 {row.code} 分组", "换分组"))
    if may_freeze:
        lines += _review(row, portrait)
    if may_terminate and row.status is not Status.TERMINATED:
        lines.append(tap(f"解约 {row.code}", "解约"))
    return "\n".join([*lines, tap("推广员列表", "返回推广员列表")])


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
        "回复 取消 不冻结。"
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
