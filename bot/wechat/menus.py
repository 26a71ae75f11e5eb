"""The menus (菜单) per role, as data, and their publishing. A key is the word that can be typed instead."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from bot.wechat.client import WeChat
from bot.wechat.roles import MERCHANT, PROMOTER, tag_ids

MOST_TOP, MOST_BELOW = 3, 5
TOP_BYTES, BELOW_BYTES, KEY_BYTES = 16, 60, 128
"""WeChat's limits: https://developers.weixin.qq.com/doc/service/api/custommenu/api_createcustommenu.html"""


class Needs(Enum):
    """What an entry stands and falls with."""

    NOTHING = "nothing"
    TWO_LEVEL = "two_level"
    RECRUITING = "recruiting"


@dataclass(frozen=True, slots=True)
class Column:
    """One of the three top entries with what opens above it."""

    name: str
    words: tuple[str, ...]
    needs: Needs = Needs.NOTHING


_OF_TWO_LEVEL = frozenset({"邀请推广员", "我的下级"})

VISITOR = (
    Column("商城", ("我的订单",)),
    Column("我的", ("我的推荐人", "填写推荐码", "帮助")),
    Column("推广员", ("招募说明", "申请推广员", "申请进度"), Needs.RECRUITING),
)
OF_PROMOTER = (
    Column("推广", ("店铺海报", "邀请推广员", "帮助")),
    Column("收益", ("我的收益", "推广订单", "申请提现", "提现记录")),
    Column("客户", ("我的客户", "我的下级")),
)
OF_MERCHANT = (
    Column("待办", ("全部待办", "推广员审核", "提现审核", "待打款")),
    Column("数据", ("今日概览", "推广员业绩", "推广员列表", "全部订单", "操作记录")),
    Column("管理", ("规则设置", "商品佣金", "加店员", "我的推广", "帮助")),
)
MENUS = {None: VISITOR, PROMOTER: OF_PROMOTER, MERCHANT: OF_MERCHANT}
"""By tag; None is everybody else's."""


def buttons(columns: tuple[Column, ...], *, two_level: bool, recruiting: bool) -> list[dict[str, Any]]:
    """The menu as WeChat takes it, without the entries that are off."""
    shown: list[dict[str, Any]] = []
    for column in columns:
        if column.needs is Needs.RECRUITING and not recruiting:
            continue
        words = [word for word in column.words if two_level or word not in _OF_TWO_LEVEL]
        if len(words) == 1:
            shown.append({"type": "click", "name": words[0], "key": words[0]})
        elif words:
            below = [{"type": "click", "name": word, "key": word, "sub_button": []} for word in words]
            shown.append({"name": column.name, "sub_button": below})
    return shown


def publish(wechat: WeChat, *, two_level: bool, recruiting: bool) -> bool:
    """Publish the menus unless they are in force already; true when something changed."""
    ids = tag_ids(wechat)
    wanted = {
        tag: buttons(columns, two_level=two_level, recruiting=recruiting) for tag, columns in MENUS.items()
    }
    if _in_force(wechat.get_menu(), wanted, ids):
        return False
    wechat.delete_menu()
    wechat.create_menu({"button": wanted[None]})
    for tag in (PROMOTER, MERCHANT):
        wechat.add_conditional({"button": wanted[tag], "matchrule": {"tag_id": str(ids[tag])}})
    return True


def _in_force(found: Any, wanted: dict[str | None, list[dict[str, Any]]], ids: dict[str, int]) -> bool:
    if not found:
        return False
    now: dict[str | None, list[Any]] = {None: _plain(found.get("menu", {}).get("button", []))}
    for menu in found.get("conditionalmenu", []):
        tag = next(
            (name for name, number in ids.items() if str(number) == str(menu["matchrule"].get("tag_id"))), "?"
        )
        now[tag] = _plain(menu["button"])
    return now == {tag: _plain(columns) for tag, columns in wanted.items()}


def _plain(columns: list[dict[str, Any]]) -> list[Any]:
    """Names and keys alone: WeChat adds fields of its own."""
    return [(column["name"], column.get("key"), _plain(column.get("sub_button") or [])) for column in columns]
