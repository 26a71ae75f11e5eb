"""Calls of 网页授权: a code for a web token, and what the token tells about its person."""

from typing import Any

from flask import request

from bot.sandbox.calls.people import OK
from bot.sandbox.errors import ApiError
from bot.sandbox.oauth import TOKEN_LIFE, Visitor
from bot.sandbox.stage import Stage


def access_token(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """The openid behind a code, with a web token; a code works once."""
    if fields.get("appid") != stage.config.app_id:
        raise ApiError(40013)
    if fields.get("secret") != stage.config.app_secret:
        raise ApiError(40125)
    if not fields.get("code"):
        raise ApiError(41008)
    if fields.get("grant_type") != "authorization_code":
        raise ApiError(40002)
    visitor, token, refresh = stage.oauth.spend(str(fields["code"]))
    answer = {**_held(visitor, token), "refresh_token": refresh}
    if visitor.snapshot:
        answer["is_snapshotuser"] = 1
    # WeChat tells the unionid to snsapi_userinfo only.
    return answer | (_union(visitor) if visitor.scope == "snsapi_userinfo" else {})


def refresh_token(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """A web token that lives on."""
    if fields.get("appid") != stage.config.app_id:
        raise ApiError(40013)
    if fields.get("grant_type") != "refresh_token":
        raise ApiError(40002)
    refresh = str(fields.get("refresh_token") or "")
    visitor, token = stage.oauth.renew(refresh)
    return {**_held(visitor, token), "refresh_token": refresh}


def userinfo(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """Name and face, for who agreed to snsapi_userinfo; no sex and no place since 2021."""
    visitor = _holder(stage, fields)
    if visitor.scope != "snsapi_userinfo":
        raise ApiError(48001)
    places = {"sex": 0, "language": "", "city": "", "province": "", "country": ""}
    face = f"{stage.config.api_base}/sandbox/static/icon.svg"
    told = {"openid": visitor.openid, "nickname": visitor.name, **places, "headimgurl": face, "privilege": []}
    return told | _union(visitor)


def check(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """Whether a web token still opens."""
    _holder(stage, fields)
    return OK


def _holder(stage: Stage, fields: dict[str, Any]) -> Visitor:
    token = request.args.get("access_token")
    if not token:
        raise ApiError(41001)
    return stage.oauth.holder(token, str(fields.get("openid") or ""))


def _held(visitor: Visitor, token: str) -> dict[str, Any]:
    told = {"openid": visitor.openid, "scope": visitor.scope}
    return {"access_token": token, "expires_in": TOKEN_LIFE, **told}


def _union(visitor: Visitor) -> dict[str, Any]:
    return {"unionid": visitor.unionid} if visitor.unionid else {}
