"""What a template message (模板消息) tells where no window is open: facts by event, put into fields by the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from engine import Desk
from engine.errors import Refusal
from engine.ids import ApplicationId
from handlers import notices
from handlers.texts import templates as texts
from handlers.texts.times import full_moment

Payload = Mapping[str, Any]
Facts = Mapping[str, str]


class Event(Enum):
    """What WeChat lets us send templates for: results of a person's own requests, and 待办."""

    APPLICATION = "application"
    WITHDRAWAL = "withdrawal"
    TODO = "todo"


FACTS: Mapping[Event, frozenset[str]] = {
    Event.APPLICATION: frozenset({"shop", "time", "result", "note", "code"}),
    Event.WITHDRAWAL: frozenset({"shop", "time", "result", "note", "code", "amount"}),
    Event.TODO: frozenset({"shop", "time", "result", "note", "count"}),
}
"""What each event can tell, by the names that the settings use."""


@dataclass(frozen=True, slots=True)
class Card:
    """One event and its facts."""

    event: Event
    facts: Facts


def card_of(kind: str, payload: Payload, desk: Desk, at: datetime) -> Card | None:
    """The card of a notice written at `at`; None for one that no template may carry, or that is moot."""
    event, tell = _CARDS.get(kind, (None, None))
    if event is None or tell is None:
        return None
    try:
        told = tell(payload, desk)
    except Refusal:
        return None  # what it was about is no longer his
    shop = texts.shop(desk.settings.now().shop_name)
    return Card(event, {"shop": shop, "time": full_moment(at), **told})


def _approved(_payload: Payload, desk: Desk) -> Facts:
    return {"result": texts.PASSED, "note": texts.WELCOME, "code": desk.promoters.mine().code}


def _rejected(payload: Payload, desk: Desk) -> Facts:
    reason = desk.recruiting.get(ApplicationId(payload["application"])).reason
    return {"result": texts.NOT_PASSED, "note": texts.reason(reason), "code": ""}


def _withdrawal(result: str, note: str = "") -> Callable[[Payload, Desk], Facts]:
    def tell(payload: Payload, desk: Desk) -> Facts:
        found = desk.withdrawals.get(payload["withdrawal"])
        said = note or texts.reason(found.reason)
        return {"result": result, "note": said, "code": found.code, "amount": str(found.amount)}

    return tell


def _todo(_payload: Payload, desk: Desk) -> Facts:
    counts = notices.waiting_for(desk)
    return {
        "result": texts.TO_DO,
        "note": texts.counts(counts),
        "count": str(sum(count for _, count in counts)),
    }


_CARDS: Mapping[str, tuple[Event, Callable[[Payload, Desk], Facts]]] = {
    "approved": (Event.APPLICATION, _approved),
    "rejected": (Event.APPLICATION, _rejected),
    "withdrawal_approved": (Event.WITHDRAWAL, _withdrawal(texts.TO_BE_PAID, texts.WAIT)),
    "withdrawal_rejected": (Event.WITHDRAWAL, _withdrawal(texts.TURNED_DOWN)),
    "withdrawal_paid": (Event.WITHDRAWAL, _withdrawal(texts.PAID, texts.LOOK)),
    "todo": (Event.TODO, _todo),
}
