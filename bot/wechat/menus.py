"""Publishing the menus (菜单) of `handlers.menus`: one for everybody, one for each of our two tags."""

from __future__ import annotations

from typing import Any

from bot.wechat.client import WeChat
from bot.wechat.roles import MERCHANT, PROMOTER, tag_ids
from handlers import menus
from handlers.menus import Menu

MENUS: dict[str | None, Menu] = {None: menus.VISITOR, PROMOTER: menus.PROMOTER, MERCHANT: menus.MERCHANT}
"""By tag; None is everybody else's."""


def buttons(menu: Menu, *, two_level: bool, recruiting: bool) -> list[dict[str, Any]]:
    """The menu as WeChat takes it, without the entries that are off. A key is the word that can be typed instead."""
    shown: list[dict[str, Any]] = []
    for column in menus.bar(menu, two_level=two_level, recruiting=recruiting):
        words = [entry.word for entry in column.entries]
        if len(words) == 1:
            shown.append({"type": "click", "name": words[0], "key": words[0]})
        else:
            below = [{"type": "click", "name": word, "key": word, "sub_button": []} for word in words]
            shown.append({"name": column.title, "sub_button": below})
    return shown


def publish(wechat: WeChat, *, two_level: bool, recruiting: bool) -> bool:
    """Publish the menus unless they are in force already; true when something changed."""
    ids = tag_ids(wechat)
    wanted = {tag: buttons(menu, two_level=two_level, recruiting=recruiting) for tag, menu in MENUS.items()}
    if _in_force(wechat.get_menu(), wanted, ids):
        return False
    # A conditional menu cannot be edited, and none can be made before the default menu.
    wechat.delete_menu()
    wechat.create_menu({"button": wanted[None]})
    for tag in (PROMOTER, MERCHANT):
        wechat.add_conditional({"button": wanted[tag], "matchrule": {"tag_id": str(ids[tag])}})
    return True


def _in_force(found: Any, wanted: dict[str | None, list[dict[str, Any]]], ids: dict[str, int]) -> bool:
    if not found:
        return False
    names = {str(number): name for name, number in ids.items()}
    now: dict[str | None, list[Any]] = {None: _plain(found.get("menu", {}).get("button", []))}
    for menu in found.get("conditionalmenu", []):
        now[names.get(str(menu["matchrule"].get("tag_id")), "?")] = _plain(menu["button"])
    return now == {tag: _plain(columns) for tag, columns in wanted.items()}


def _plain(columns: list[dict[str, Any]]) -> list[Any]:
    """Names and keys alone: WeChat adds fields of its own."""
    return [(column["name"], column.get("key"), _plain(column.get("sub_button") or [])) for column in columns]
