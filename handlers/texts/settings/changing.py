"""Changing a setting: what is asked for, what it did, the second word for rates, and the log's line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.people.confirmations import Confirmation
from engine.programme.settings import ACKNOWLEDGEMENT, SPECS, Change, Kind
from handlers.texts.marks import CANCEL, tap
from handlers.texts.merchant.confirming import confirm_tap
from handlers.texts.money import ON_ORDERS_ONLY
from handlers.texts.settings.catalogue import WORDS, name_of
from handlers.texts.settings.values import letters, said_again

_LONG = (Kind.TEXT, Kind.PICTURE)
"""Not shown as before and after."""


def ask_text(key: str) -> str:
    """Ask for a text of the merchant's."""
    return f"请把新的{name_of(key)}发给我（{letters(key)}）。\n回复 {CANCEL} 不改。"


def ask_picture(key: str) -> str:
    """Ask for a picture of the merchant's."""
    return (
        f"请发一张图片作{name_of(key)}：JPG 或 PNG，短边至少 750、长边至少 1000 像素，横图更好看。\n"
        f"回复 {tap('清空', '清空')} 不用图片，回复 {CANCEL} 不改。"
    )


def picture_received(key: str) -> str:
    """The picture is with a worker now."""
    return f"收到，正在处理{name_of(key)}，好了会告诉你。"


def changed(change: Change) -> str:
    """What a change did."""
    name = name_of(change.key)
    if SPECS[change.key].kind in _LONG:
        done = f"{name}已更新。"
    else:
        before, after = said_again(change.key, change.before), said_again(change.key, change.after)
        done = f"{name}：{before} → {after}，已生效。"
    return f"{done}\n{WORDS[change.key].orders}"


def prompt(made: Confirmation) -> str:
    """Before a rate changes: what it was, what it will be, and the one-time code."""
    key = made.args["key"]
    before, after = said_again(key, made.args["before"]), said_again(key, made.args["after"])
    note = f"邀请奖励{ON_ORDERS_ONLY}。\n" if key == "level2" else ""
    return f"把{name_of(key)}改为 {after}？\n原来：{before}\n{note}{WORDS[key].orders}\n\n" + confirm_tap(
        made, "确认修改", "不点就不改。"
    )


RISKS = (
    "开启二级分销前请看清：\n"
    "1. 微信最多允许两级，本系统也只有两级，不能再加。\n"
    "2. 不得收加入费、押金，不得要求先购买。\n"
    "3. 不得为关注、分享或拉人给奖励；邀请奖励"
    f"{ON_ORDERS_ONLY}。\n"
    "4. 宣传里写“发展下线”“躺赚”等话，可能被投诉、停用支付甚至封号。"
)


def risk() -> str:
    """What the owner has to know and to type before a second level is paid."""
    return f"{RISKS}\n\n同意并开启，请原样回复：{ACKNOWLEDGEMENT}\n不同意就回复 {CANCEL}，只计一级佣金。"


def not_acknowledged() -> str:
    """Something else was typed than the acknowledgement."""
    return f"还没有开启。请原样回复：{ACKNOWLEDGEMENT}\n不开启请回复 {CANCEL}。"


def acknowledged() -> str:
    """The second level is paid from now on."""
    return (
        "二级分销已开启，你的确认已记录。\n已有订单不变；之后付款的订单按比例给邀请人计邀请奖励："
        f"{ON_ORDERS_ONLY}。\n" + tap("设置 邀请奖励比例", "设置邀请奖励比例")
    )


def pays_already() -> str:
    """The owner has typed it before."""
    return f"二级分销早已开启，不用再确认。\n{tap('设置 二级分销', '看二级分销')}"


def logged(note: Mapping[str, Any]) -> str:
    """A change as the log of operations shows it."""
    key = str(note.get("key", ""))
    if key == "acknowledged":
        return "确认了二级风险"
    if key not in WORDS:
        return ""
    if SPECS[key].kind in _LONG:
        return name_of(key)
    before, after = (said_again(key, str(note.get(name, ""))) for name in ("before", "after"))
    return f"{name_of(key)} {before} → {after}"
