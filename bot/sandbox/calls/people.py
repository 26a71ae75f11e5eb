"""How calls find the person they speak of."""

from typing import Any

from bot.sandbox.errors import ApiError
from bot.sandbox.stage import Stage
from bot.sandbox.state import Person

OK: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}


def known(stage: Stage, openid: object, error: int = 40003) -> Person:
    """The person with this openid, or the error that WeChat gives for a foreign one."""
    person = stage.world.people.get(openid) if isinstance(openid, str) else None
    if person is None:
        raise ApiError(error)
    return person
