"""The door that the shop knocks on: `/orders/events`, signed by the Standard Webhooks scheme (docs/orders.md)."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus

from flask import Blueprint, Response, request

from bot.doors.order_schema import CustomerVisited, Event, parse
from bot.doors.schema import Invalid, Problem
from bot.doors.signed import SignedDoor, about, check_shop, invalid, told
from engine import Desk
from engine.orders.events import Heard, PageVisit
from engine.orders.intake import BadLines, FutureFact, TooMuch
from engine.store.columns import canonical
from engine.store.record import encode

_log = logging.getLogger(__name__)


def orders_door(secrets: Sequence[str], at: Callable[[str], Desk], shop: str) -> Blueprint:
    """The blueprint of `/orders/events`. `at` gives the order feed's desk for one reference.

    An event is let in under any one of the secrets (`whsec_…`), so that a secret can be changed without a gap;
    without any, nothing is. Raises whatever the library raises when a secret is none.
    """
    door = _Door(SignedDoor("orders", secrets, _log), at, shop)
    blueprint = Blueprint("orders", __name__)
    blueprint.add_url_rule("/orders/events", "hear", door.hear, methods=["POST"])
    return blueprint


def reference_of(event: Event, fact: Heard | PageVisit) -> str:
    """The same for the same event, whatever its webhook-id, spelling of time or order of lines.

    The type belongs to it: two kinds of facts may hold the same words.
    """
    return "feed:" + hashlib.sha256(canonical([event.type, encode(fact)]).encode()).hexdigest()


class _Door:
    """What stands behind the route: schema, booking, and an answer that says what to do."""

    def __init__(self, signed: SignedDoor, at: Callable[[str], Desk], shop: str) -> None:
        self._signed = signed
        self._at = at
        self._shop = shop

    def hear(self) -> Response:
        """One event; what each answer means to the shop stands in docs/orders.md."""
        return self._signed.answer(self._take)

    def _take(self, document: object) -> Response:
        event = _parsed(document)
        check_shop(event.shop, self._shop)
        return self._tell(event)

    def _tell(self, event: Event) -> Response:
        try:
            if isinstance(event, CustomerVisited):
                return self._visited(event, event.visit())
            heard = event.heard()
            booked = self._at(reference_of(event, heard)).orders.hear(heard)
        except FutureFact:
            raise invalid([Problem("at", "lies more than 10 minutes in the future")]) from None
        except BadLines as bad:
            problem = f"needs 1 to {bad.most} lines, each number once"
            raise invalid([Problem("data.lines", problem)]) from None
        except TooMuch as much:
            raise invalid([Problem("data", f"amounts to more than {much.most.fen} fen")]) from None
        return _answered(event, {"outcome": booked.outcome, "order": event.order, "code": booked.code})

    def _visited(self, event: CustomerVisited, visit: PageVisit) -> Response:
        outcome = self._at(reference_of(event, visit)).orders.visited(visit)
        return _answered(event, {"outcome": outcome, "id": event.data.id})


def _answered(event: Event, answer: Mapping[str, str]) -> Response:
    if answer["outcome"] != "conflict":
        return told(answer)
    code = answer.get("code", "-")
    _log.warning("door=orders event=conflict %s type=%s code=%s", about(request), event.type, code)
    sentence = "this was told before with other content: the first stands, this one is kept for a person"
    return told({**answer, "error": sentence}, HTTPStatus.CONFLICT)


def _parsed(document: object) -> Event:
    try:
        return parse(document)
    except Invalid as wrong:
        raise invalid(wrong.problems) from None
