"""Tokens, the JS-SDK ticket, addresses, quota: the calls about the account itself."""

from typing import Any

from bot.sandbox.calls.people import OK
from bot.sandbox.errors import ApiError
from bot.sandbox.stage import Stage


def token(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """The old kind of token: each call makes a new one."""
    _credentials(stage, fields, "client_credential", "secret")
    value, seconds = stage.tokens.plain()
    return {"access_token": value, "expires_in": seconds}


def stable_token(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """The same token for all callers until shortly before its end."""
    _credentials(stage, fields, "client_credential", "secret")
    value, seconds = stage.tokens.stable(bool(fields.get("force_refresh")))
    return {"access_token": value, "expires_in": seconds}


def clear_quota(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """Quotas are not counted here, so there is nothing to clear but the app id to check."""
    if fields.get("appid") != stage.config.app_id:
        raise ApiError(40013)
    return OK


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
