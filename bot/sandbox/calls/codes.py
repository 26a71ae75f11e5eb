"""Calls that make and draw parametric QR codes."""

from typing import Any

from flask import Response

from bot.sandbox import qrcodes
from bot.sandbox.stage import Stage


def create(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """A ticket, the url to draw, and the seconds of a temporary code."""
    action, scene, numeric, seconds = qrcodes.checked(
        fields.get("action_name"), fields.get("action_info"), fields.get("expire_seconds")
    )
    code = qrcodes.make(stage, action, scene, seconds, numeric=numeric)
    answer: dict[str, Any] = {"ticket": code.ticket, "url": code.url}
    return {**answer, "expire_seconds": seconds} if seconds else answer


def show(stage: Stage, fields: dict[str, Any]) -> Response:
    """The picture of a ticket; 404 without one, as WeChat does."""
    code = stage.world.codes.get(str(fields.get("ticket", "")))
    if code is None:
        return Response("", 404)
    return Response(qrcodes.drawn(code.url), mimetype="image/png")
