"""What the shop's doors do alike: only signed JSON is let in, and every answer says what to do."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask import Request, Response, request
from standardwebhooks import Webhook

from bot.bugs import place
from bot.doors.manners import Refusals, read_up_to
from bot.doors.schema import Problem
from engine.errors import StoreBusyError

BODY_LIMIT = 256 * 1024
"""Bytes; an order of 200 lines fits."""

RETRY_AFTER = 5
"""Seconds until a shop should try again after an outage."""


class Refused(Exception):
    """What was sent was not let in."""

    def __init__(
        self, status: HTTPStatus, reason: str, sentence: str, problems: Sequence[Problem] = ()
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.sentence = sentence
        self.problems = problems


class SignedDoor:
    """A door that opens to whoever signs by the Standard Webhooks scheme, with any one of the secrets."""

    def __init__(self, name: str, secrets: Sequence[str], log: logging.Logger) -> None:
        """Raises whatever the library raises when a secret is none."""
        self._name = name
        self._keys = [Webhook(secret) for secret in secrets]
        self._log = log
        self._refusals = Refusals(name, log)

    def answer(self, take: Callable[[object], Response]) -> Response:
        """Let a signed document in, and answer what `take` says of it, or why not."""
        try:
            return take(self._let_in(request))
        except Refused as refused:
            self._refusals.count(refused.reason, refused.status, about(request))
            body = {"outcome": "refused", "error": refused.sentence}
            problems = [asdict(problem) for problem in refused.problems]
            return told({**body, "problems": problems} if problems else body, refused.status)
        except StoreBusyError:
            self._log.error("door=%s event=outage %s", self._name, about(request))
            later = {"outcome": "later", "error": "out of order for a moment: send the same again"}
            return told(later, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(RETRY_AFTER)})
        except Exception as bug:  # noqa: BLE001  whatever it is, the shop gets an answer and the log the place
            self._log.error("door=%s event=bug %s %s", self._name, about(request), place(bug))
            sorry = {"outcome": "error", "error": "our mistake: send the same again later"}
            return told(sorry, HTTPStatus.INTERNAL_SERVER_ERROR)

    def _let_in(self, incoming: Request) -> object:
        body = read_up_to(BODY_LIMIT, incoming)
        if len(body) > BODY_LIMIT:
            raise Refused(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", f"a body has at most {BODY_LIMIT} bytes"
            )
        _check_media(incoming)
        self._check_signature(body, incoming)
        return _loaded(body)

    def _check_signature(self, body: bytes, incoming: Request) -> None:
        headers = dict(incoming.headers)
        if not any(_signed(key, body, headers) for key in self._keys):
            raise Refused(
                HTTPStatus.UNAUTHORIZED,
                "signature",
                "no valid signature: webhook-id, webhook-timestamp (within 5 minutes) and webhook-signature "
                "must fit the bytes of the body and the secret",
            )


def invalid(problems: Sequence[Problem]) -> Refused:
    """Understood, but against the schema."""
    first = problems[0]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return Refused(
        HTTPStatus.UNPROCESSABLE_ENTITY, "schema", f"{first.field} {first.problem}{more}", problems
    )


def check_shop(named: str | None, ours: str) -> None:
    """Whoever names a shop names this one. Raises Refused."""
    if named not in (None, ours):
        raise invalid([Problem("shop", "is not the shop of this account; leave it out")])


def told(
    body: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer in JSON."""
    # ASCII only: a refused field's name may be no valid Unicode.
    sent = {"X-Content-Type-Options": "nosniff", **(headers or {})}
    return Response(json.dumps(body) + "\n", status=status, headers=sent, content_type="application/json")


def about(incoming: Request) -> str:
    """Which request it was, without what was said."""
    given = incoming.headers.get("webhook-id", "")[:64]
    return f"webhook={re.sub(r'[^A-Za-z0-9_.:-]', '?', given) or '-'}"


def _check_media(incoming: Request) -> None:
    if incoming.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "content_encoding", "the body must not be compressed"
        )
    charset = incoming.mimetype_params.get("charset", "utf-8").lower()
    if incoming.mimetype != "application/json" or charset not in ("utf-8", "utf8"):
        raise Refused(
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
        raise Refused(HTTPStatus.BAD_REQUEST, "json", "the body is no JSON document") from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two amounts under one name nobody can say which was meant."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice in one object")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
