"""员工, rights given and taken, 移除店员 and 转让店主, as the owner reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engine.ids import PersonId
from engine.people.authority import Role
from engine.people.confirmations import Confirmation
from engine.people.names import LONGEST_REMARK
from engine.people.staffing import Changed, Member
from engine.referrals.customers import handle_of
from handlers.paging import Page
from handlers.texts.anyone import ROLES
from handlers.texts.marks import next_page, plain, tap
from handlers.texts.merchant.confirming import confirm_tap
from handlers.texts.people import called
from handlers.texts.times import date

CLEAR = "清除"
PARTS = (Role.REVIEW, Role.FINANCE, Role.SERVICE)
"""The roles that the owner gives and takes."""
_NOTHING = "没有权限"
_NAMED = 5
"""Owners, or payouts, that a text names."""
_LEAVING = (
    "退出本店？你不再是店主，马上不能再用店员功能；别的店主留下。\n"
    "你做推广员的身份和收益不变；没用过的店员二维码作废。"
)
_DOES: Mapping[Role, str] = {
    Role.OWNER: "全部权限",
    Role.REVIEW: "审核推广员，冻结、恢复",
    Role.FINANCE: "审核提现，打款",
    Role.SERVICE: "认领订单，分配客户",
}


def listing(page: Page[Member], me: PersonId) -> str:
    """员工: everybody with his roles, one tap each."""
    lines = ["员工（点开改权限、移除，或转让店主）"]
    for number, row in enumerate(page.rows, page.first):
        opened = tap(f"员工 {handle_of(row.person)}", _who(row, me))
        lines.append(f"{number}. {opened} · {said(row.roles)} · {date(row.since)} 起")
    lines += next_page("员工", page)
    return "\n".join([*lines, "", tap("加店员", "加店员")])


def one(row: Member, me: PersonId) -> str:
    """One of the staff, and what can be done about him."""
    handle = handle_of(row.person)
    lines = [f"{_who(row, me)} · {date(row.since)} 起"]
    lines += [f"{ROLES[role]}：{_DOES[role]}" for role in ordered(row.roles)]
    lines.append("")
    if not row.owns:
        for role in PARTS:
            verb, words = ("减", "去掉") if role in row.roles else ("加", "加上")
            lines.append(tap(f"员工 {handle} {verb} {ROLES[role]}", f"{words}{ROLES[role]}权限"))
        lines.append(tap(f"转让店主 {handle}", "把店主转让给这位"))
    lines.append(tap(f"移除店员 {handle}", "退出本店" if row.person == me else "移除店员"))
    if row.person != me:
        lines.append(tap(f"员工 {handle} 备注", "写备注"))
    return "\n".join([*lines, tap("员工", "全部员工")])


def ask_remark(row: Member) -> str:
    """员工 ‹员工号› 备注 and no words."""
    handle = handle_of(row.person)
    return (
        f"给 {called(row.name)} 写备注，请这样说：员工 {handle} 备注 小王（1–{LONGEST_REMARK} 个字）。"
        f"店员都看得到，本人看不到；不要了就说：员工 {handle} 备注 {CLEAR}"
    )


def prompt(made: Confirmation, row: Member, after: frozenset[Role], me: PersonId) -> str:
    """Before somebody's roles are changed: whose, from what, to what, and what it means."""
    if not after:
        if row.person == me:
            return _ending(made, _LEAVING, "确认退出", "不点就不退出。")
        return _ending(made, _removing(row), "确认移除", "不点就不移除。")
    return _ending(
        made,
        f"改 {called(row.name)} 的权限？\n{said(row.roles)} → {said(after)}\n马上生效，对方会收到通知。",
        "确认改权限",
        "不点就不改。",
    )


def paying(codes: Sequence[str]) -> str:
    """Above the prompt, if he is in the middle of paying: money may have left already."""
    more = f" 等 {len(codes)} 笔" if len(codes) > _NAMED else ""
    return (
        f"注意：对方正在打款（{'、'.join(codes[:_NAMED])}{more}），之后就不能记已打款了。"
        f"请先问清钱转了没有：{tap('待打款', '看待打款')}"
    )


def changed(row: Changed, me: PersonId) -> str:
    """It is done."""
    back = tap("员工", "看全部员工")
    if row.person == me:
        return f"你已经不是本店的店员。\n{tap('帮助', '看看还能做什么')}"
    if not row.after:
        return f"已移除 {called(row.name)}（原来是{said(row.before)}），店员功能马上停用。\n{back}"
    return f"{called(row.name)} 的权限现在是：{said(row.after)}。对方会收到通知。\n{back}"


def hand_over_prompt(made: Confirmation, row: Member) -> str:
    """Before the shop gets another owner."""
    return _ending(
        made,
        f"把店主转让给 {_with_roles(row)}？\n"
        "转让后对方是店主，什么都能做；你不再是店主，也没有别的店员权限，要留下请对方再加你。\n"
        "你做推广员的身份和收益不变；没用过的店员二维码作废。",
        "确认转让店主",
        "不点就不转让。",
    )


def handed_over(row: Changed) -> str:
    """It is done; the reader is no longer of the staff."""
    return f"店主已转让给 {called(row.name)}，对方会收到通知。你已经不是本店的店员。\n{tap('帮助', '看看还能做什么')}"


def owners(rows: Sequence[Member], me: PersonId) -> str:
    """To an owner: the shop has other owners than before."""
    who = "、".join(f"{_who(row, me)}（{date(row.since)} 起）" for row in rows[:_NAMED])
    more = " 等" if len(rows) > _NAMED else ""
    return (
        f"本店的店主有变动，现在有 {len(rows)} 位：{who}{more}。\n"
        f"不是你们商量好的，请马上移除：{tap('员工', '看全部员工')}"
    )


def roles(shop: str, now: frozenset[Role]) -> str:
    """To somebody whose roles were changed: what he is to the shop now."""
    if not now:
        return f"你不再是{plain(shop)}的店员，店员功能已停用。\n{tap('帮助', '看看还能做什么')}"
    what = (
        f"你现在是{plain(shop)}的店主"
        if Role.OWNER in now
        else f"你在{plain(shop)}的店员权限现在是：{said(now)}"
    )
    return f"{what}。\n{tap('菜单', '看看能做什么')}"


def said(roles: Iterable[Role]) -> str:
    """`审核、财务`; an owner is called that and nothing else."""
    found = ordered(roles)
    return "、".join(ROLES[role] for role in found) or _NOTHING


def ordered(roles: Iterable[Role]) -> tuple[Role, ...]:
    """The roles in the order they are always said in; beside the owner's none counts."""
    found = frozenset(roles)
    return (Role.OWNER,) if Role.OWNER in found else tuple(role for role in Role if role in found)


def _removing(row: Member) -> str:
    lines = [
        f"移除店员 {_with_roles(row)}？",
        "马上不能再用店员功能，对方会收到通知；做推广员的身份、客户和收益不变。",
    ]
    if row.owns:
        lines.append("对方是店主：没用过的店员二维码也一起作废。")
    return "\n".join(lines)


def _with_roles(row: Member) -> str:
    who, what = called(row.name), said(row.roles)
    return who if who == what else f"{who}（{what}）"


def _ending(made: Confirmation, asked: str, label: str, otherwise: str) -> str:
    return f"{asked}\n\n{confirm_tap(made, label, otherwise)}"


def _who(row: Member, me: PersonId) -> str:
    return "你自己" if row.person == me else called(row.name, 12)
