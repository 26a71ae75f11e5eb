"""The door that the shop knocks on: `/orders/events`, signed by the Standard Webhooks scheme (docs/orders.md)."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Request, Response, request
from standardwebhooks import Webhook

from bot.bugs import place
from bot.doors.manners import Refusals, read_up_to
from bot.doors.order_schema import CustomerVisited, Event, InvalidEvent, Problem, parse
from engine import Desk
from engine.errors import StoreBusyError
from engine.orders.events import Heard, PageVisit
from engine.orders.intake import BadLines, FutureFact, TooMuch
from engine.store.columns import canonical
from engine.store.record import encode

BODY_LIMIT = 256 * 1024
"""Bytes; an order of 200 lines fits."""

RETRY_AFTER = 5
"""Seconds until a shop should try again after an outage."""

_log = logging.getLogger(__name__)


def orders_door(secrets: Sequence[str], at: Callable[[str], Desk], shop: str) -> Blueprint:
    """The blueprint of `/orders/events`. `at` gives the order feed's desk for one reference.

    An event is let in under any one of the secrets (`whsec_…`), so that a secret can be changed without a gap;
    without any, nothing is. Raises whatever the library raises when a secret is none.
    """
    door = _Door([Webhook(secret) for secret in secrets], at, shop)
    blueprint = Blueprint("orders", __name__)
    blueprint.add_url_rule("/orders/events", "hear", door.hear, methods=["POST"])
    return blueprint


class _Refused(Exception):
    """The event was not let in."""

    def __init__(
        self, status: HTTPStatus, reason: str, sentence: str, problems: Sequence[Problem] = ()
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.sentence = sentence
        self.problems = problems


class _Door:
    """What stands behind the route: signature, schema, booking, and an answer that says what to do."""

    def __init__(self, keys: Sequence[Webhook], at: Callable[[str], Desk], shop: str) -> None:
        self._keys = keys
        self._at = at
        self._shop = shop
        self._refusals = Refusals("orders", _log)

    def hear(self) -> Response:
        """One event; what each answer means to the shop stands in docs/orders.md."""
        try:
            event = self._let_in(request)
            return self._tell(event)
        except _Refused as refused:
            self._refusals.count(refused.reason, refused.status, _about(request))
            body = {"outcome": "refused", "error": refused.sentence}
            problems = [asdict(problem) for problem in refused.problems]
            return _json({**body, "problems": problems} if problems else body, refused.status)
        except StoreBusyError:
            _log.error("door=orders event=outage %s", _about(request))
            later = {"outcome": "later", "error": "out of order for a moment: send the same event again"}
            return _json(later, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(RETRY_AFTER)})
        except Exception as bug:  # noqa: BLE001  whatever it is, the shop gets an answer and the log the place
            _log.error("door=orders event=bug %s %s", _about(request), place(bug))
            sorry = {"outcome": "error", "error": "our mistake: send the same event again later"}
            return _json(sorry, HTTPStatus.INTERNAL_SERVER_ERROR)

    def _let_in(self, incoming: Request) -> Event:
        body = read_up_to(BODY_LIMIT, incoming)
        if len(body) > BODY_LIMIT:
            raise _Refused(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", f"an event has at most {BODY_LIMIT} bytes"
            )
        _check_media(incoming)
        self._check_signature(body, incoming)
        event = _parsed(_loaded(body))
        if event.shop not in (None, self._shop):
            raise _invalid([Problem("shop", "is not the shop of this account; leave it out")])
        return event

    def _check_signature(self, body: bytes, incoming: Request) -> None:
        headers = dict(incoming.headers)
        if not any(_signed(key, body, headers) for key in self._keys):
            raise _Refused(
                HTTPStatus.UNAUTHORIZED,
                "signature",
                "no valid signature: webhook-id, webhook-timestamp (within 5 minutes) and webhook-signature "
                "must fit the bytes of the body and the secret",
            )

    def _tell(self, event: Event) -> Response:
        try:
            if isinstance(event, CustomerVisited):
                return self._visited(event, event.visit())
            heard = event.heard()
            booked = self._at(_reference(event, heard)).orders.hear(heard)
        except FutureFact:
            raise _invalid([Problem("at", "lies more than 10 minutes in the future")]) from None
        except BadLines as bad:
            problem = f"needs 1 to {bad.most} lines, each number once"
            raise _invalid([Problem("data.lines", problem)]) from None
        except TooMuch as much:
            raise _invalid([Problem("data", f"amounts to more than {much.most.fen} fen")]) from None
        answer = {"outcome": booked.outcome, "order": event.order, "code": booked.code}
        return _answered(event, answer)

    def _visited(self, event: CustomerVisited, visit: PageVisit) -> Response:
        outcome = self._at(_reference(event, visit)).orders.visited(visit)
        return _answered(event, {"outcome": outcome, "id": event.data.id})


def _answered(event: Event, answer: Mapping[str, str]) -> Response:
    if answer["outcome"] != "conflict":
        return _json(answer)
    code = answer.get("code", "-")
    _log.warning("door=orders event=conflict %s type=%s code=%s", _about(request), event.type, code)
    sentence = "this was told before with other content: the first stands, this one is kept for a person"
    return _json({**answer, "error": sentence}, HTTPStatus.CONFLICT)


def _check_media(incoming: Request) -> None:
    if incoming.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise _Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "content_encoding", "the body must not be compressed"
        )
    charset = incoming.mimetype_params.get("charset", "utf-8").lower()
    if incoming.mimetype != "application/json" or charset not in ("utf-8", "utf8"):
        raise _Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "content_type",
            "Content-Type must be application/json, in UTF-8",
        )


def _signed(key: Webhook, body: bytes, headers: dict[str, str]) -> bool:
    try:
        key.verify(body, headers, json_parse=False)
    except Exception:  # noqa: BLE001  the library lets out whatever malformed headers run into: all mean no
        return False
    return True


def _loaded(body: bytes) -> object:
    try:
        return json.loads(body.decode(), object_pairs_hook=_each_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise _Refused(HTTPStatus.BAD_REQUEST, "json", "the body is no JSON document") from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two amounts under one name nobody can say which was meant."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice in one object")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _parsed(document: object) -> Event:
    try:
        return parse(document)
    except InvalidEvent as invalid:
        raise _invalid(invalid.problems) from None


def _invalid(problems: Sequence[Problem]) -> _Refused:
    first = problems[0]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return _Refused(
        HTTPStatus.UNPROCESSABLE_ENTITY, "schema", f"{first.field} {first.problem}{more}", problems
    )


def _reference(event: Event, told: Heard | PageVisit) -> str:
    """The same for the same event, whatever its webhook-id, spelling of time or order of lines.

    The type belongs to it: two kinds of facts may hold the same words.
    """
    return "feed:" + hashlib.sha256(canonical([event.type, encode(told)]).encode()).hexdigest()


def _json(
    body: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> Response:
    # ASCII only: a refused field's name may be no valid Unicode.
    told = {"X-Content-Type-Options": "nosniff", **(headers or {})}
    return Response(json.dumps(body) + "\n", status=status, headers=told, content_type="application/json")


def _about(incoming: Request) -> str:
    """Which event it was, without what was said."""
    given = incoming.headers.get("webhook-id", "")[:64]
    return f"webhook={re.sub(r'[^A-Za-z0-9_.:-]', '?', given) or '-'}"
