"""我的客户, one customer, and a promoter's own remark on him."""

from __future__ import annotations

from engine.people.names import LONGEST_REMARK
from engine.referrals.customers import handle_of
from engine.referrals.visits import Customer
from handlers.paging import Page
from handlers.texts.marks import CANCEL, next_page, tap
from handlers.texts.people import called, harmless
from handlers.texts.times import date, day

CLEAR = "清除"
STALE = f"序号对不上刚才的列表，没有改动。请先打开我的客户，再说：备注 3 王姐\n{tap('我的客户', '我的客户')}"
_NONE = f"还没有客户。客户扫你的海报后，会出现在这里。\n{tap('店铺海报', '拿海报')}"


def customers(page: Page[Customer], count: int) -> str:
    """我的客户"""
    if not page.rows:
        return _NONE
    rows = [f"{number}. {_row(found)}" for number, found in enumerate(page.rows, page.first)]
    more = next_page("我的客户", page)
    return "\n".join((f"我的客户（{count} 人）", *rows, *more))


def customer(found: Customer) -> str:
    """One of his customers."""
    handle = handle_of(found.name.person)
    lines = [called(found.name)]
    if found.name.remark and found.name.given:
        lines.append(f"自称：{harmless(found.name.given)}")
    lines += [
        f"{date(found.since)} 来的，{_lasts(found)}",
        "",
        tap(f"备注 {handle}", "改备注" if found.name.remark else "写备注"),
        tap("我的客户", "返回我的客户"),
    ]
    return "\n".join(lines)


def ask_remark(found: Customer) -> str:
    """备注 and no words."""
    clear = (
        f"\n{tap(f'备注 {handle_of(found.name.person)} {CLEAR}', '清除备注')}" if found.name.remark else ""
    )
    asks = f"你怎么称呼 {called(found.name)}？请回复 1–{LONGEST_REMARK} 个字，只有你看得到。"
    return f"{asks}{clear}\n回复 {CANCEL} 不写。"


def remarked(found: Customer) -> str:
    """It is done."""
    back = tap("我的客户", "返回我的客户")
    if not found.name.remark:
        return f"备注已清除，现在显示为 {called(found.name)}。\n{back}"
    return f"好的，以后显示为 {called(found.name)}。\n{back}"


def _row(found: Customer) -> str:
    name = tap(f"客户 {handle_of(found.name.person)}", called(found.name, 12))
    return f"{name} · {day(found.since)} 来的，{_lasts(found)}"


def _lasts(found: Customer) -> str:
    until = f"，{day(found.until)} 到期" if found.locked and found.until else ""
    return f"{'锁客中' if found.locked else '跟进中'}{until}"
