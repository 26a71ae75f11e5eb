"""The door of WeChat's API: faults, token, body, answer, log — the same for every call."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.sandbox import quotas, undelivered
from bot.sandbox.calls import CALLS, Call
from bot.sandbox.errors import ApiError, body
from bot.sandbox.faults import Fault
from bot.sandbox.stage import Stage

UNESCAPED = {"/cgi-bin/menu/create", "/cgi-bin/menu/addconditional"}
"""What these create must come as UTF-8: WeChat refuses JSON with \\uXXXX in it."""
ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u(?!00[01])[0-9a-fA-F]{4}")


def blueprint(stage: Stage) -> Blueprint:
    """One route for each call."""
    door = Blueprint("wechat", __name__)
    for path, call in CALLS.items():
        view = _view(stage, path, call)
        door.add_url_rule(path, path.strip("/").replace("/", "_"), view, methods=["GET", "POST"])
    for number, room in enumerate(("/cgi-bin/<path:rest>", "/sns/<path:rest>")):
        door.add_url_rule(room, f"nowhere{number}", _nowhere(stage), methods=["GET", "POST"])
    return door


def _nowhere(stage: Stage) -> Callable[[str], Response]:
    """A path that WeChat does not have, or that is not played."""

    def view(rest: str) -> Response:
        answer = body(40066)
        stage.journal.write(
            "api", request.path, time.monotonic(), ok=False, sent={}, answer=answer, note=rest
        )
        return jsonify(answer)

    return view


def _view(stage: Stage, path: str, call: Call) -> Callable[[], Response]:
    def view() -> Response:
        started = time.monotonic()
        sent: dict[str, Any] = {}
        fault = stage.faults.take(path)
        if fault and fault.hang:
            time.sleep(fault.hang)
        try:
            if request.method not in call.methods:
                raise ApiError(43002)
            sent = _fields(path)
            if fault and fault.errcode is not None:
                raise ApiError(fault.errcode)
            if call.token:
                stage.tokens.check(request.args.get("access_token"))
            with stage.lock:
                quotas.spend(stage.world, path, stage.now())
            answer = call.handler(stage, sent)
        except ApiError as error:
            answer = body(error.code, error.detail)
            if fault and fault.errmsg:
                answer["errmsg"] = fault.errmsg
            undelivered.note(stage, path, sent, error)
        shown = answer if isinstance(answer, dict) else {"bytes": answer.content_length}
        ok = (isinstance(answer, dict) and answer.get("errcode", 0) == 0) or isinstance(answer, Response)
        stage.journal.write(
            "api", path, started, ok=ok, sent=sent, answer=shown, note=_note(fault), quota=_quota(stage, path)
        )
        return _damaged(jsonify(answer) if isinstance(answer, dict) else answer, fault)

    return view


def _fields(path: str) -> dict[str, Any]:
    query = {name: value for name, value in request.args.items() if name != "access_token"}
    if request.method == "GET" or (request.mimetype or "").startswith("multipart/"):
        return query
    raw = request.get_data()
    if not raw:
        raise ApiError(44002)
    if path in UNESCAPED and ESCAPED.search(raw):
        raise ApiError(40033)
    try:
        data = json.loads(raw)
        json.dumps(data, ensure_ascii=False).encode()  # half a character is no text
    except ValueError as error:
        raise ApiError(47001) from error
    if not isinstance(data, dict):
        raise ApiError(47001)
    return {**query, **data}


def _damaged(response: Response, fault: Fault | None) -> Response:
    if fault is None:
        return response
    if fault.status:
        return Response("<html><body>Bad Gateway</body></html>", fault.status, mimetype="text/html")
    if fault.half:
        whole = response.get_data()
        half = Response(iter([whole[: len(whole) // 2]]), mimetype=response.mimetype)
        half.headers["Content-Length"] = str(len(whole))
        return half
    return response


def _quota(stage: Stage, path: str) -> dict[str, int] | None:
    limit = quotas.limit_of(stage.world, path)
    return None if limit is None else {"used": stage.world.used.get(path, 0), "limit": limit}


def _note(fault: Fault | None) -> str:
    return "故障注入" if fault else ""
