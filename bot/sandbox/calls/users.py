"""Calls about followers. WeChat tells no names and no faces any more."""

from typing import Any

from bot.sandbox.calls.people import OK, known
from bot.sandbox.errors import ApiError
from bot.sandbox.stage import Stage
from bot.sandbox.state import Person

REMARK_CHARS = 30
PAGE = 10000


def info(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """What WeChat still tells about one person."""
    with stage.lock:
        return _info(known(stage, fields.get("openid")))


def info_of_many(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """The same for up to 100."""
    asked = fields.get("user_list")
    if not isinstance(asked, list) or not 1 <= len(asked) <= 100:
        raise ApiError(40032)
    with stage.lock:
        people = [known(stage, row.get("openid") if isinstance(row, dict) else None) for row in asked]
        return {"user_info_list": [_info(person) for person in people]}


def update_remark(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """The account's own name for a follower."""
    remark = fields.get("remark")
    if not isinstance(remark, str) or len(remark) >= REMARK_CHARS:
        raise ApiError(40035, "remark")
    with stage.lock:
        person = known(stage, fields.get("openid"))
        if not person.following:
            raise ApiError(43004)
        person.remark = remark
    stage.person_changed(person)
    return OK


def followers(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """All followers, ten thousand a page."""
    with stage.lock:
        openids = [person.openid for person in stage.world.people.values() if person.following]
    total = len(openids)
    after = str(fields.get("next_openid") or "")
    if after:
        if after not in openids:
            raise ApiError(40003)
        openids = openids[openids.index(after) + 1 :]
    page = openids[:PAGE]
    answer: dict[str, Any] = {"total": total, "count": len(page), "next_openid": page[-1] if page else ""}
    return {**answer, "data": {"openid": page}} if page else answer


def _info(person: Person) -> dict[str, Any]:
    union = {"unionid": person.unionid} if person.unionid else {}
    if not person.following:
        return {"subscribe": 0, "openid": person.openid, **union, "tagid_list": []}
    return {
        "subscribe": 1,
        "openid": person.openid,
        "nickname": "",
        "sex": 0,
        "language": "zh_CN",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "subscribe_time": person.followed_at,
        **union,
        "remark": person.remark,
        "groupid": person.tags[0] if person.tags else 0,
        "tagid_list": list(person.tags),
        "subscribe_scene": person.subscribe_scene,
        "qr_scene": person.qr_scene,
        "qr_scene_str": person.qr_scene_str,
    }
