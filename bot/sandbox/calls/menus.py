"""Calls for the menu bar and the menus by tag."""

from typing import Any

from bot.sandbox import menus
from bot.sandbox.calls.people import OK
from bot.sandbox.errors import ApiError
from bot.sandbox.stage import Stage
from bot.sandbox.state import ConditionalMenu

FIRST_MENU_ID = 208396900


def create(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """Publish the default menu."""
    buttons = menus.checked(fields)
    with stage.lock:
        stage.world.menu = buttons
        stage.world.menuid = FIRST_MENU_ID + stage.world.next()
    stage.changed("menu")
    return OK


def get(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """The default menu and those by tag, newest first."""
    with stage.lock:
        if stage.world.menu is None:
            raise ApiError(46003)
        answer: dict[str, Any] = {"menu": {"button": stage.world.menu, "menuid": stage.world.menuid}}
        conditional = [
            {"button": menu.button, "matchrule": {"tag_id": str(menu.tag_id)}, "menuid": menu.menuid}
            for menu in reversed(stage.world.conditional)
        ]
    return {**answer, "conditionalmenu": conditional} if conditional else answer


def delete(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """Take all menus away, those by tag too."""
    with stage.lock:
        stage.world.menu = None
        stage.world.conditional.clear()
    stage.changed("menu")
    return OK


def add_conditional(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """Publish a menu for one tag; a default menu must be there first."""
    buttons = menus.checked(fields)
    with stage.lock:
        if stage.world.menu is None:
            raise ApiError(65303)
        menus.room_for(stage.world, buttons)
        menu = ConditionalMenu(
            FIRST_MENU_ID + stage.world.next(), menus.tag_rule(stage.world, fields), buttons
        )
        stage.world.conditional.append(menu)
    stage.changed("menu")
    return {"menuid": str(menu.menuid)}


def delete_conditional(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """Take one menu by tag away."""
    with stage.lock:
        found = [m for m in stage.world.conditional if str(m.menuid) == str(fields.get("menuid", ""))]
        if not found:
            raise ApiError(65301)
        stage.world.conditional.remove(found[0])
    stage.changed("menu")
    return OK


def try_match(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """The menu that a follower sees."""
    with stage.lock:
        person = stage.world.people.get(str(fields.get("user_id", "")))
        if person is None or not person.following:
            raise ApiError(40003)
        return {"button": menus.seen_by(stage.world, person)}


def current(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """The default menu in the shape of get_current_selfmenu_info."""
    with stage.lock:
        buttons = [_current(button) for button in stage.world.menu or []]
    return {"is_menu_open": int(bool(buttons)), "selfmenu_info": {"button": buttons}}


def _current(button: dict[str, Any]) -> dict[str, Any]:
    children = button.get("sub_button") or []
    if not children:
        return {key: value for key, value in button.items() if key != "sub_button"}
    return {"name": button["name"], "sub_button": {"list": [_current(child) for child in children]}}
