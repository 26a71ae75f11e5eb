"""`/demo/clock`: the sandbox reads and moves the demo's clock. Only on loopback, only with the sandbox."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address

from flask import Blueprint, Response, abort, jsonify, request

from bot.clocks import FURTHEST, DemoClock, moved
from engine import Engine


def demo(engine: Engine, clock: DemoClock) -> Blueprint:
    """The blueprint of the demo's clock."""
    blueprint = Blueprint("demo", __name__)

    @blueprint.before_request
    def _loopback_only() -> None:
        if not ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104  no address: refused
            abort(404)

    @blueprint.get("/demo/clock")
    def read() -> Response:
        return _told(engine.leases.offset())

    @blueprint.post("/demo/clock")
    def move() -> Response:
        asked = request.get_json(silent=True)
        add = asked.get("add_ms") if isinstance(asked, dict) else None
        if type(add) is not int or not 0 <= add <= FURTHEST // timedelta(milliseconds=1):
            abort(422, "add_ms: whole milliseconds, forward only, at most ten years")
        offset = moved(engine, timedelta(milliseconds=add))
        if offset is None:
            abort(422, "the demo's clock goes at most ten years ahead")
        clock.moved(offset)
        return _told(offset)

    def _told(offset: timedelta) -> Response:
        return jsonify(offset_ms=offset // timedelta(milliseconds=1), now=clock.now().isoformat())

    return blueprint
