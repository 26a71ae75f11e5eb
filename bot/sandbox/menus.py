"""The menu bar: WeChat's limits on it, and which menu a person sees."""

from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.errors import ApiError
from bot.sandbox.state import ConditionalMenu, Person, World

KEYED = {
    "click",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
}
OTHERS = {"view", "miniprogram", "media_id", "view_limited", "article_id", "article_view_limited"}
MOST_DOMAINS = 3
TOP_ERRORS = {"type": 40017, "name": 40018, "key": 40019, "url": 40020}
SUB_ERRORS = {"type": 40024, "name": 40025, "key": 40026, "url": 40027}


def checked(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The buttons as WeChat keeps them; raises the code of the first limit that is broken."""
    buttons = body.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise ApiError(40016)
    return [_top(button) for button in buttons]


def domains(button: list[dict[str, Any]]) -> set[str]:
    """The hosts that the entries of a menu lead to."""
    leaves = [leaf for top in button for leaf in (top.get("sub_button") or [top])]
    return {urlsplit(leaf["url"]).netloc for leaf in leaves if leaf.get("type") == "view"}


def room_for(world: World, button: list[dict[str, Any]]) -> None:
    """All conditional menus together lead to three domains at most."""
    found = domains(button).union(*(domains(menu.button) for menu in world.conditional))
    if len(found) > MOST_DOMAINS:
        raise ApiError(65316)


def tag_rule(world: World, body: dict[str, Any]) -> int:
    """The tag of a conditional menu; every other rule has been taken away by WeChat."""
    rule = body.get("matchrule")
    given = {k: v for k, v in rule.items() if v not in ("", None)} if isinstance(rule, dict) else {}
    if not given:
        raise ApiError(65304)
    if set(given) - {"tag_id", "client_platform_type"}:
        raise ApiError(65320)
    tag = str(given.get("tag_id", ""))
    if not (tag.isascii() and tag.isdigit()) or int(tag) not in world.tags:
        raise ApiError(45159)
    return int(tag)


def seen_by(world: World, person: Person) -> list[dict[str, Any]]:
    """The last tag given decides; for one tag the newest menu; without any, the default."""
    for tag in reversed(person.tags):
        menu = menu_of_tag(world, tag)
        if menu:
            return menu.button
    return world.menu or []


def menu_of_tag(world: World, tag: int) -> ConditionalMenu | None:
    """The newest conditional menu of a tag."""
    return next((menu for menu in reversed(world.conditional) if menu.tag_id == tag), None)


def find(buttons: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
    """The pressable button that carries this name."""
    for button in buttons:
        children = button.get("sub_button") or []
        if not children and button["name"] == name:
            return button
        for child in children:
            if child["name"] == name:
                return dict(child)
    return None


def _top(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise ApiError(40016)
    children = button.get("sub_button") or []
    if not children:
        return _leaf(button, TOP_ERRORS, 16)
    if not isinstance(children, list) or len(children) > 5:
        raise ApiError(40023)
    _name(button, TOP_ERRORS, 16)
    return {"name": button["name"], "sub_button": [_leaf(child, SUB_ERRORS, 60) for child in children]}


def _leaf(button: Any, errors: dict[str, int], name_bytes: int) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise ApiError(errors["type"])
    _name(button, errors, name_bytes)
    kind = button.get("type")
    if not isinstance(kind, str):
        raise ApiError(errors["type"])
    kept = {"type": kind, "name": button["name"]}
    if kind in KEYED:
        kept["key"] = _sized(button.get("key"), 128, errors["key"])
    elif kind == "view":
        kept["url"] = _sized(button.get("url"), 1024, errors["url"])
        if not kept["url"].startswith(("http://", "https://")):
            raise ApiError(errors["url"])
    elif kind in OTHERS:
        kept = dict(button)
    else:
        raise ApiError(errors["type"])
    return {**kept, "sub_button": []}


def _name(button: dict[str, Any], errors: dict[str, int], limit: int) -> None:
    _sized(button.get("name"), limit, errors["name"])


def _sized(value: Any, limit: int, error: int) -> str:
    if not isinstance(value, str) or not 1 <= len(value.encode()) <= limit:
        raise ApiError(error)
    return value
