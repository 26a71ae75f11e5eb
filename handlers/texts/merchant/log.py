"""操作记录: who did what and when, from what to what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.money import Money
from engine.people.authority import Role
from engine.programme.rates import heard
from engine.referrals.moving import How
from engine.reports.overview import LogLine
from handlers.paging import Page
from handlers.texts import settings
from handlers.texts.anyone import ROLES
from handlers.texts.marks import next_page, plain
from handlers.texts.merchant.customers import WORDS as GIVEN
from handlers.texts.merchant.staff import said
from handlers.texts.people import called
from handlers.texts.times import moment

VERBS: Mapping[str, str] = {
    "enrolling.invite": "生成员工二维码",
    "enrolling.enrol": "扫码加入店员",
    "staffing.remark": "备注员工",
    "staffing.change": "改员工权限",
    "staffing.hand_over": "转让店主",
    "members.invite": "邀请成员",
    "members.end": "结束成员邀请",
    "pictures.give": "发来图片",
    "backdrops.draft": "做海报样张",
    "backdrops.use": "换海报底图",
    "backdrops.drop": "不用那张底图",
    "wishes.take_down": "移除海报头像",
    "settings.change": "改设置",
    "settings.confirm": "改设置",
    "settings.set_up": "改设置",
    "settings.acknowledge": "开启二级分销",
    "materials.add": "加素材",
    "materials.rewrite": "改素材文字",
    "materials.assign": "改素材的商品",
    "materials.put_up": "素材上架",
    "materials.take_down": "素材下架",
    "materials.delete": "删除素材",
    "materials.clear": "清空素材图片",
    "materials.give": "发来素材图片",
    "products.put": "加商品或改商品",
    "products.promote": "改商品推广",
    "products.confirm_rates": "改商品比例",
    "products.set_up": "加商品或改商品",
    "specialrates.confirm": "改商品的分组比例",
    "groups.place": "调整分组成员",
    "groups.create": "加分组",
    "groups.rename": "分组改名",
    "groups.confirm_rates": "改分组比例",
    "groups.confirm_team": "改分组团队业绩",
    "groups.confirm_delete": "删除分组",
    "groups.confirm_members": "调整分组成员",
    "recruiting.approve": "通过申请",
    "recruiting.reject": "驳回申请",
    "promoters.freeze": "冻结推广员",
    "promoters.restore": "恢复推广员",
    "promoters.set_store": "改推广员的门店",
    "handover.terminate": "解约推广员",
    "customers.remark": "备注客户",
    "moving.move": "分配客户",
    "uplines.change": "改上级",
    "recruiting.change_inviter": "改邀请人",
    "claims.claim": "认领订单",
    "assigning.assign": "改订单归属",
    "checking.settle_order": "核对订单",
    "checking.settle_message": "核对消息冲突",
    "withdrawals.approve": "通过提现",
    "withdrawals.reject": "驳回提现",
    "withdrawals.take_in_hand": "开始打款",
    "withdrawals.put_back": "放弃打款",
    "reconciling.stop": "暂停打款",
    "reconciling.resume": "恢复打款",
    "withdrawals.mark_paid": "已打款",
    "bookings.book": "登记线下结算",
    "adjustments.adjust": "人工调整",
}
"""What the log of operations shows; a question for a one-time code is none."""


def listing(page: Page[LogLine]) -> str:
    """操作记录"""
    if not page.rows:
        return "还没有操作记录。"
    lines = ["操作记录"]
    for number, row in enumerate(page.rows, page.first):
        who = called(row.actor, 8) if row.actor else "技术人员"
        lines.append(f"{number}. {moment(row.at)} {who} {_verb(row)}{_details(row)}")
    lines += next_page("操作记录", page)
    return "\n".join(lines)


def _verb(row: LogLine) -> str:
    if row.verb in ("products.put", "products.set_up"):
        return "加商品" if row.note.get("new") else "改商品"
    if row.verb == "staffing.change" and not row.note["roles"]:
        return "移除店员"
    return VERBS[row.verb]


def _details(row: LogLine) -> str:
    details = (
        settings.logged(row.note) if row.verb.startswith(("settings.", "backdrops.")) else _facts(row.note)
    )
    if row.subject:
        details = " · ".join(part for part in (called(row.subject, 12), details) if part)
    return f"：{plain(details, 60)}" if details else ""


def _facts(note: Mapping[str, Any]) -> str:
    found: list[str] = []
    for key, words in _FACTS:
        value = note.get(key)
        if value not in (None, "") and not (value == 0 and key.startswith("over_")):
            found.append(f"{words}{_fact(key, value)}")
    return " · ".join([*found, *_changes(note)])


def _changes(note: Mapping[str, Any]) -> list[str]:
    """Rates and a price that are others than before: 一级 默认 → 12%."""
    pairs = [
        (f"{word}级", note.get(f"before{n}", ""), note.get(f"level{n}", ""))
        for n, word in enumerate("一二", 1)
    ]
    found = [f"{word} {_rate(before)} → {_rate(after)}" for word, before, after in pairs if before != after]
    if note.get("price_before") != note.get("price") and "price_before" in note:
        found.append(f"价格 {Money(note['price_before'])} → {Money(note['price'])}")
    return found


def _rate(kept: str) -> str:
    rate = heard(kept)
    return "默认" if rate is None else str(rate)


def _fact(key: str, value: Any) -> str:
    match key:
        case "amount" | "over_refund" | "over_discount":
            return str(Money(int(value)))
        case "role":
            return next(
                (words for role, words in ROLES.items() if role.value == value), plain(str(value), 10)
            )
        case "given":
            return GIVEN[How(value)]
        case "promoted":
            return "推广中" if value else "不推广"
        case "team":
            return "可看" if value == "on" else "不可看"
        case "promoters":
            return f"{value} 位"
        case "was" | "roles":
            return said(Role(word) for word in str(value).split())
    return plain(str(value), 30)


_FACTS = (
    ("role", ""),
    ("was", "原来 "),
    ("roles", "现在 "),
    ("order", "单 "),
    ("over_refund", "多退 "),
    ("over_discount", "多减 "),
    ("message", "编号 "),
    ("customer", "客户号 "),
    ("withdrawal", ""),
    ("booking", "单号 "),
    ("count", "人数 "),
    ("account", ""),
    ("amount", ""),
    ("proof", "流水号 "),
    ("promoter", ""),
    ("successor", "客户移交 "),
    ("upline", "下级归 "),
    ("above", "改为 "),
    ("from", "从 "),
    ("customer", "客户号 "),
    ("customers", "客户数 "),
    ("given", ""),
    ("before", "原名 "),
    ("group", ""),
    ("team", "团队业绩 "),
    ("promoters", ""),
    ("material", "素材 "),
    ("text", ""),
    ("title", ""),
    ("promoted", ""),
    ("reason", "理由 "),
)
