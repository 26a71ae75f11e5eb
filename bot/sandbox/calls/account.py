"""Tokens, the JS-SDK ticket, addresses, quota: the calls about the account itself."""

from typing import Any

from bot.sandbox import quotas
from bot.sandbox.calls.people import OK
from bot.sandbox.errors import ApiError
from bot.sandbox.stage import Stage
from bot.sandbox.tokens import FORCED_A_DAY


def token(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """The old kind of token: each call makes a new one."""
    _credentials(stage, fields, "client_credential", "secret")
    value, seconds = stage.tokens.plain()
    return {"access_token": value, "expires_in": seconds}


def stable_token(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """The same token for all callers until shortly before its end."""
    _credentials(stage, fields, "client_credential", "secret")
    force = bool(fields.get("force_refresh"))
    if force:
        with stage.lock:
            quotas.forced(stage.world, stage.now(), FORCED_A_DAY)
    value, seconds = stage.tokens.stable(force)
    return {"access_token": value, "expires_in": seconds}


def clear_quota(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """All counts of today begin anew; ten times a month."""
    if fields.get("appid") != stage.config.app_id:
        raise ApiError(40013)
    with stage.lock:
        quotas.clear(stage.world, stage.now())
    stage.changed("quotas")
    return OK


def clear_quota_by_secret(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """The same without a token: an account whose token calls are used up can still help itself."""
    if fields.get("appid") == stage.config.app_id and fields.get("appsecret") != stage.config.app_secret:
        raise ApiError(40125)
    return clear_quota(stage, fields)


def quota(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """What is left today of one call."""
    path = str(fields.get("cgi_path") or "")
    with stage.lock:
        rows = quotas.shown(stage.world, stage.now())["quotas"]
    row = next((row for row in rows if row["path"] == path), None)
    if row is None:
        raise ApiError(76021)
    limit, used = row["limit"], row["used"]
    return {**OK, "quota": {"daily_limit": limit, "used": used, "remain": max(limit - used, 0)}}


def callback_ip(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """Where pushes come from: this machine."""
    return {"ip_list": ["127.0.0.1"]}


def ticket(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """A JS-SDK ticket; the browser of the chat page checks what is signed with it."""
    kind = str(fields.get("type") or "jsapi")
    if kind not in ("jsapi", "wx_card"):
        raise ApiError(40035, "type")
    value, seconds = stage.tokens.ticket(kind)
    return {**OK, "ticket": value, "expires_in": seconds}


def _credentials(stage: Stage, fields: dict[str, Any], grant: str, secret_name: str) -> None:
    if fields.get("grant_type") != grant:
        raise ApiError(40002)
    if fields.get("appid") != stage.config.app_id:
        raise ApiError(40013)
    if fields.get(secret_name) != stage.config.app_secret:
        raise ApiError(40125)
