"""Calls for tags and who carries them."""

from typing import Any

from bot.sandbox.calls.people import OK, known
from bot.sandbox.errors import ApiError
from bot.sandbox.stage import Stage
from bot.sandbox.state import Person, Tag

FIRST_ID = 100
MOST_TAGS = 100
MOST_PER_PERSON = 20
MOST_PER_CALL = 50
NAME_BYTES = 30
SYSTEM_IDS = ("0", "1", "2")


def create(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """A new tag."""
    with stage.lock:
        name = _name(stage, fields)
        if len(stage.world.tags) >= MOST_TAGS:
            raise ApiError(45056)
        tag = Tag(max([FIRST_ID - 1, *stage.world.tags]) + 1, name)
        stage.world.tags[tag.id] = tag
    stage.changed("menu")
    return {"tag": {"id": tag.id, "name": tag.name}}


def get(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """All tags with the number of followers that carry each."""
    with stage.lock:
        people = stage.world.people.values()
        tags = [
            {"id": tag.id, "name": tag.name, "count": sum(tag.id in person.tags for person in people)}
            for tag in stage.world.tags.values()
        ]
    return {"tags": tags}


def update(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """Another name for a tag."""
    with stage.lock:
        tag = _own(stage, _inner(fields).get("id"))
        if _inner(fields).get("name") != tag.name:
            tag.name = _name(stage, fields)
    stage.changed("menu")
    return OK


def delete(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """A tag goes, also from everyone who carried it."""
    with stage.lock:
        tag = _own(stage, _inner(fields).get("id"))
        del stage.world.tags[tag.id]
        for person in stage.world.people.values():
            if tag.id in person.tags:
                person.tags.remove(tag.id)
    stage.changed("menu")
    return OK


def tag_people(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """Give a tag to up to 50 followers; given again it becomes their last one."""
    with stage.lock:
        tag = _tag(stage, fields.get("tagid"))
        people = _people(stage, fields)
        if any(len(set(person.tags) | {tag.id}) > MOST_PER_PERSON for person in people):
            raise ApiError(45059)
        for person in people:
            person.tags = [*(t for t in person.tags if t != tag.id), tag.id]
    return _told(stage, people)


def untag_people(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """Take a tag from up to 50 followers."""
    with stage.lock:
        tag = _tag(stage, fields.get("tagid"))
        people = _people(stage, fields)
        for person in people:
            person.tags = [t for t in person.tags if t != tag.id]
    return _told(stage, people)


def of_person(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """The tags of one follower."""
    with stage.lock:
        return {"tagid_list": list(known(stage, fields.get("openid")).tags)}


def people_of(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """The followers that carry a tag."""
    with stage.lock:
        tag = _tag(stage, fields.get("tagid"))
        openids = [p.openid for p in stage.world.people.values() if tag.id in p.tags and p.following]
    after = fields.get("next_openid") or ""
    openids = openids[openids.index(after) + 1 :] if after in openids else openids
    answer: dict[str, Any] = {"count": len(openids)}
    return {**answer, "data": {"openid": openids}, "next_openid": openids[-1]} if openids else answer


def _told(stage: Stage, people: list[Person]) -> dict[str, Any]:
    for person in people:
        stage.person_changed(person)
    stage.changed("menu")
    return OK


def _inner(fields: dict[str, Any]) -> dict[str, Any]:
    tag = fields.get("tag")
    return tag if isinstance(tag, dict) else {}


def _name(stage: Stage, fields: dict[str, Any]) -> str:
    name = _inner(fields).get("name")
    if not isinstance(name, str) or not name.strip():
        raise ApiError(40035, "tag.name")
    if len(name.encode()) > NAME_BYTES:
        raise ApiError(45158)
    if any(tag.name == name for tag in stage.world.tags.values()):
        raise ApiError(45157)
    return name


def _tag(stage: Stage, number: object) -> Tag:
    text = str(number)
    tag = stage.world.tags.get(int(text)) if text.isascii() and text.isdigit() else None
    if tag is None:
        raise ApiError(45159)
    return tag


def _own(stage: Stage, number: object) -> Tag:
    """A tag that the account may change: those of WeChat (星标组 …) it may not."""
    if str(number) in SYSTEM_IDS:
        raise ApiError(45058)
    return _tag(stage, number)


def _people(stage: Stage, fields: dict[str, Any]) -> list[Person]:
    openids = fields.get("openid_list")
    if not isinstance(openids, list) or not openids:
        raise ApiError(40035, "openid_list")
    if len(openids) > MOST_PER_CALL:
        raise ApiError(40032)
    people = [known(stage, openid) for openid in openids]
    if not all(person.following for person in people):
        raise ApiError(49003)
    return people
