"""How many customer-service messages a person may get, and until when (WeChat's 客服消息 rules)."""

from typing import Any

from bot.sandbox.errors import ApiError
from bot.sandbox.state import Grant, Person

AFTER_MESSAGE = (48 * 3600, 5)
AFTER_TAP = (60, 3)


def message_came(person: Person, now: float) -> None:
    """A person wrote: five messages within 48 hours, counted anew."""
    person.after_message = Grant(now + AFTER_MESSAGE[0], AFTER_MESSAGE[1])


def tap_came(person: Person, now: float) -> None:
    """A menu click, a tapped line, a scan or a follow: three messages within a minute, counted anew."""
    person.after_tap = Grant(now + AFTER_TAP[0], AFTER_TAP[1])


def spend(person: Person, now: float) -> None:
    """Use one message of the window that ends first; refuse as WeChat does when there is none."""
    if not person.following:
        raise ApiError(45015)
    open_grants = _open(person, now)
    if not open_grants:
        raise ApiError(45015)
    for grant in open_grants:
        if grant.used < grant.limit:
            grant.used += 1
            return
    raise ApiError(45047)


def left(person: Person, now: float) -> dict[str, Any]:
    """What the page shows: messages left, and the moment at which the longest window closes."""
    grants = _open(person, now) if person.following else []
    return {
        "left": sum(grant.limit - grant.used for grant in grants),
        "until": max((grant.until for grant in grants if grant.used < grant.limit), default=0),
        "windows": [{"left": g.limit - g.used, "limit": g.limit, "until": g.until} for g in grants],
    }


def _open(person: Person, now: float) -> list[Grant]:
    grants = [grant for grant in (person.after_tap, person.after_message) if grant and now < grant.until]
    return sorted(grants, key=lambda grant: grant.until)
