"""Publishing the menus (菜单) of `handlers.menus`: one for everybody, one for each of our two tags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.wechat.client import WeChat
from bot.wechat.roles import MERCHANT, PROMOTER, tag_ids
from engine.programme.settings import Settings
from handlers import menus
from handlers.menus import Entry, Menu

MENUS: dict[str | None, Menu] = {None: menus.VISITOR, PROMOTER: menus.PROMOTER, MERCHANT: menus.MERCHANT}
"""By tag; None is everybody else's."""


@dataclass(frozen=True, slots=True)
class Change:
    """What publishing would change: for whom, and which entries come and go."""

    tag: str | None
    gone: tuple[str, ...]
    come: tuple[str, ...]


def buttons(menu: Menu, *, two_level: bool, recruiting: bool, shop_link: str = "") -> list[dict[str, Any]]:
    """The menu as WeChat takes it, without the entries that are off. A key is the word that can be typed instead."""
    shown: list[dict[str, Any]] = []
    for column in menus.bar(menu, two_level=two_level, recruiting=recruiting, shop=bool(shop_link)):
        pressed = [_button(entry, shop_link) for entry in column.entries]
        if len(pressed) == 1:
            shown += pressed
        else:
            below = [{**one, "sub_button": []} for one in pressed]
            shown.append({"name": column.title, "sub_button": below})
    return shown


def wanted(rules: Settings) -> dict[str | None, list[dict[str, Any]]]:
    """The menus by tag as the rules of the moment have them."""
    return {
        tag: buttons(
            menu,
            two_level=rules.pays_level2,
            recruiting=rules.programme and rules.recruiting,
            shop_link=rules.shop_link,
        )
        for tag, menu in MENUS.items()
    }


def changes(wechat: WeChat, rules: Settings) -> tuple[Change, ...]:
    """What publishing would change; only asks WeChat, and makes nothing."""
    now, found = _now(wechat), []
    for tag, columns in wanted(rules).items():
        have = now.get(tag, [])
        if not have or _plain(have[0].button) != _plain(columns):
            before, after = _names(have[0].button if have else []), _names(columns)
            gone = tuple(name for name in before if name not in after)
            found.append(Change(tag, gone, tuple(name for name in after if name not in before)))
    strays = (tag for tag in now if tag not in MENUS)
    found += [Change(tag, tuple(_names(now[tag][0].button)), ()) for tag in strays]
    return tuple(found)


def publish(wechat: WeChat, rules: Settings, *, foreign: bool = False) -> bool:
    """Publish the menus unless they are in force already; true when something changed.

    A menu for a tag that is not ours was made by somebody in WeChat's console: it goes only with `foreign`, where a
    person has been shown it first. A change of the rules, which republishes by itself, leaves it.
    Each step leaves menus that work: the default one first, a tag's new menu before its old ones go. Broken off
    anywhere, the next publishing does the rest.
    """
    ids, now, changed = tag_ids(wechat), _now(wechat), False
    for tag, columns in wanted(rules).items():
        have = now.pop(tag, [])
        if not have or _plain(have[0].button) != _plain(columns):
            changed = True
            if tag is None:
                wechat.create_menu({"button": columns})
            else:
                # a conditional menu cannot be edited; of several for one tag the newest is shown
                wechat.add_conditional({"button": columns, "matchrule": {"tag_id": str(ids[tag])}})
        else:
            have = have[1:]
        changed |= _drop(wechat, have if tag is not None else [])
    for stray in now.values() if foreign else ():
        changed |= _drop(wechat, stray)
    return changed


@dataclass(frozen=True, slots=True)
class _Menu:
    """One menu that is in force."""

    id: str
    button: list[dict[str, Any]]


def _button(entry: Entry, shop_link: str) -> dict[str, Any]:
    if entry.opens_shop:
        return {"type": "view", "name": entry.word, "url": shop_link}
    return {"type": "click", "name": entry.word, "key": entry.word}


def _now(wechat: WeChat) -> dict[str | None, list[_Menu]]:
    """The menus in force by the name of their tag, the newest first."""
    found = wechat.get_menu()
    if not found:
        return {}
    names = {str(tag.id): tag.name for tag in wechat.list_tags()}
    now: dict[str | None, list[_Menu]] = {None: [_Menu("", found.get("menu", {}).get("button", []))]}
    for menu in found.get("conditionalmenu", []):
        tag = str(menu["matchrule"].get("tag_id"))
        now.setdefault(names.get(tag, f"?{tag}"), []).append(_Menu(str(menu["menuid"]), menu["button"]))
    for same in now.values():
        same.sort(key=lambda one: int(one.id or 0), reverse=True)
    return now


def _drop(wechat: WeChat, old: list[_Menu]) -> bool:
    for menu in old:
        wechat.delete_conditional(menu.id)
    return bool(old)


def _names(columns: list[dict[str, Any]]) -> list[str]:
    return [entry["name"] for column in columns for entry in column.get("sub_button") or [column]]


def _plain(columns: list[dict[str, Any]]) -> list[Any]:
    """Names, keys and addresses alone: WeChat adds fields of its own."""
    return [
        (column["name"], column.get("key"), column.get("url"), _plain(column.get("sub_button") or []))
        for column in columns
    ]
