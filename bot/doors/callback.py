"""The door that WeChat knocks on: `/wechat`."""

from __future__ import annotations

import logging
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, request

from bot.bugs import place
from bot.codec import TEXT_LIMIT, Codec, Outgoing, Pushed, Rejected, TextOut, Unreadable
from bot.deliveries import Deliveries, Turn
from bot.doors.manners import Refusals, read_up_to
from engine.clock import Clock
from engine.errors import StoreBusyError
from handlers.types import Kind, Message, Talk

BODY_LIMIT = 64 * 1024
"""Bytes; WeChat's longest push is a few kilobytes."""

SORRY = TextOut("系统开小差了，请稍后再试一次。")

_log = logging.getLogger(__name__)


def _nothing() -> None:
    """Nothing is left to be done."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a message: the reply, and the talk to keep (None: no question is open any more)."""

    reply: Outgoing
    talk: Talk | None = None
    then: Callable[[], None] = _nothing
    """Done once the answer is kept for WeChat's retries: not before, or what it says could be lost with it."""
    unkept: str = ""
    """What to say besides where the talk cannot be kept: a question is asked, its answer will not be known."""


Answer = Callable[[Message, Talk], Answered]


def callback(
    codec: Codec,
    deliveries: Deliveries,
    answer: Answer,
    clock: Clock,
    rejections: Counter[str] | None = None,
) -> Blueprint:
    """The blueprint of `/wechat`. `clock` is real time, whatever the demo clock says: signatures carry real time."""
    door = _Door(codec, deliveries, answer, clock, Refusals("callback", _log, rejections))
    blueprint = Blueprint("callback", __name__)
    blueprint.add_url_rule("/wechat", "verify", door.verify, methods=["GET"])
    blueprint.add_url_rule("/wechat", "receive", door.receive, methods=["POST"])
    return blueprint


class _Door:
    """What stands behind the route: each answer of the table in docs/house.md."""

    def __init__(
        self, codec: Codec, deliveries: Deliveries, answer: Answer, clock: Clock, rejections: Refusals
    ) -> None:
        self._codec = codec
        self._deliveries = deliveries
        self._answer = answer
        self._clock = clock
        self._rejections = rejections

    def verify(self) -> Response:
        """WeChat asks whether this address is ours."""
        try:
            return _plain(self._codec.echo(request.args))
        except Rejected as rejected:
            return self._refuse(rejected.status, f"verify_{rejected.reason}")

    def receive(self) -> Response:
        """One push; docs/house.md has the table of answers."""
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            return self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "content_encoding")
        body = read_up_to(BODY_LIMIT, request)
        if len(body) > BODY_LIMIT:
            return self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")
        try:
            message = self._codec.decode(body, request.args, self._clock.now())
        except Rejected as rejected:
            return self._refuse(rejected.status, rejected.reason)
        except Unreadable as unreadable:
            return self._refuse(HTTPStatus.OK, unreadable.reason)
        if message.kind is Kind.OTHER:
            return self._refuse(HTTPStatus.OK, "unused", f"detail={_loggable(message.sort)}")
        turn = self._deliveries.begin(message)
        if isinstance(turn, bytes):
            return _xml(turn)
        return self._run(message, turn)

    def _run(self, message: Pushed, turn: Turn) -> Response:
        try:
            answered = self._answer(message, turn.talk)
            reply = _warning(answered) if turn.degraded else answered.reply
            sealed = self._seal(reply, message)
        except StoreBusyError:
            # WeChat's retry is the only second chance of a scan: let it run.
            self._deliveries.release(turn)
            _log.error("door=callback event=outage delivery=%s kind=%s", message.delivery, message.kind.value)
            return _plain("", HTTPStatus.SERVICE_UNAVAILABLE)
        except Exception as bug:  # noqa: BLE001  whatever it is, the person gets an answer and the log the place
            _log.error("door=callback event=bug %s %s", _about(message), place(bug))
            answered = Answered(SORRY, turn.talk)
            sealed = self._seal(answered.reply, message)
        self._deliveries.finish(turn, sealed, answered.talk)
        try:
            answered.then()
        except Exception as bug:  # noqa: BLE001  the answer stands; what is undone is shown once more
            _log.error("door=callback event=after %s %s", _about(message), place(bug))
        return _xml(sealed)

    def _seal(self, reply: Outgoing, message: Message) -> bytes:
        return self._codec.encode(reply, message, self._clock.now(), str(secrets.randbits(40)))

    def _refuse(self, status: int, reason: str, detail: str = "-") -> Response:
        self._rejections.count(reason, status, detail)
        return _plain("", status)


def _xml(body: bytes) -> Response:
    if not body:
        return _plain("")
    # direct_passthrough: the server gets the list of bytes, and sends head and body in one go.
    return Response(body, content_type="text/xml; charset=utf-8", direct_passthrough=True)


def _warning(answered: Answered) -> Outgoing:
    """The reply, and that what is said next may not be understood, where there is room for it."""
    if not answered.unkept or not isinstance(answered.reply, TextOut):
        return answered.reply
    content = f"{answered.reply.content}\n\n{answered.unkept}"
    return TextOut(content) if len(content.encode()) <= TEXT_LIMIT else answered.reply


def _plain(text: str, status: int = HTTPStatus.OK) -> Response:
    # What WeChat wants echoed is not covered by its signature: no browser may take it for a page.
    headers = {"X-Content-Type-Options": "nosniff"}
    return Response(text, status=status, headers=headers, content_type="text/plain; charset=utf-8")


def _about(message: Message) -> str:
    """Which message it was, without what was said: the openid is shortened."""
    return f"delivery={message.delivery} kind={message.kind.value} openid={message.openid[:6]}…"


def _loggable(sort: str) -> str:
    return "".join(
        letter for letter in sort[:48] if letter.isascii() and (letter.isalnum() or letter in "._")
    )
