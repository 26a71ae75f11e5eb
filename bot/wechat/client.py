"""What the bot says to WeChat: one client, with time-outs, one token and clear errors."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from redis import Redis
from wechatpy.client import WeChatClient
from wechatpy.exceptions import WeChatClientException

from bot.codec import fit
from bot.wechat.errors import (
    BAD_TOKEN,
    BUSY,
    NO_MENU,
    WeChatError,
    WeChatRefused,
    WeChatUnreachable,
    refused,
    scrub,
)
from bot.wechat.tokens import Tokens

_log = logging.getLogger(__name__)

_PAUSES = (0.5, 1.5)
"""Seconds before a call that met -1 (系统繁忙) is made again, twice at most."""

MOST_BYTES = 10 * 1024 * 1024
"""Of a picture that a person sends: WeChat takes no larger ones."""
_PICTURE = " picture"
"""Where an answer that is no JSON carries its bytes: no key of WeChat's begins with a space."""

_LOOPBACK = ("127.0.0.1", "::1", "localhost")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Media:
    """A picture at WeChat; temporary media live three days from `created_at` (Unix time)."""

    media_id: str
    created_at: int


@dataclass(frozen=True, slots=True)
class QrTicket:
    """A parametric QR code; draw `url` yourself. `seconds` is its life, None for ever."""

    ticket: str
    url: str
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Tag:
    """A label on followers, which conditional menus go by."""

    id: int
    name: str


class WeChat:
    """One Official Account's API. Every call raises WeChatRefused or WeChatUnreachable, or has happened."""

    def __init__(
        self,
        *,
        app_id: str,
        secret: str,
        api_base: str,
        redis: Redis | None,
        timeout: tuple[float, float] = (3, 8),
        prefix: str = "wechat:",
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
        counted: Callable[[str], None] = lambda _call: None,
    ) -> None:
        base = api_base.rstrip("/")
        place = hashlib.sha256(f"{base} {app_id}".encode()).hexdigest()[:16]
        self._api = _Api(app_id, secret, base, timeout, sleep, counted)
        self._api.tokens = Tokens(self._api.ask_token, redis, key=f"{prefix}token:{place}", now=now)
        _keep_tokens_out_of_logs()

    def send_text(self, openid: str, text: str) -> None:
        """A customer-service message, cut to WeChat's limit."""
        self._api.message.send_text(openid, fit(text))

    def send_image(self, openid: str, media_id: str) -> None:
        """A picture as a customer-service message."""
        self._api.message.send_image(openid, media_id)

    def send_template(
        self,
        openid: str,
        template_id: str,
        data: Mapping[str, str],
        url: str = "",
        client_msg_id: str = "",
    ) -> str:
        """A template message, its msgid; WeChat sends the same `client_msg_id` to a person once in ten minutes."""
        fields = {name: {"value": value} for name, value in data.items()}
        body: Json = {"touser": openid, "template_id": template_id, "data": fields}
        if url:
            body["url"] = url
        if client_msg_id:
            body["client_msg_id"] = client_msg_id
        # wechatpy's send_template cannot carry client_msg_id.
        return str(self._api.post("message/template/send", data=body).get("msgid", ""))

    def upload_image(self, jpeg: bytes) -> Media:
        """Temporary media: at most 2 MB, three days."""
        # A tuple of bytes, because wechatpy sends a file object empty the second time.
        answer = self._api.media.upload("image", ("picture.jpg", jpeg, "image/jpeg"))
        return Media(_said(answer, "media_id"), int(answer.get("created_at") or time.time()))

    def create_qr(self, scene: str, *, seconds: int | None) -> QrTicket:
        """A QR code with a scene of 1–64 characters: for ever (100 000 per account), or ≤ 30 days."""
        body: Json = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
        if seconds is not None:
            body |= {"action_name": "QR_STR_SCENE", "expire_seconds": seconds}
        answer = self._api.qrcode.create(body)
        lives = None if seconds is None else int(answer.get("expire_seconds") or seconds)
        return QrTicket(_said(answer, "ticket"), _said(answer, "url"), lives)

    def fetch_image(self, media_id: str) -> bytes:
        """A picture that a person sent, which WeChat keeps three days; one that is too large comes cut."""
        # As a stream, so that no more of it is read than MOST_BYTES.
        answer = self._api.get("media/get", params={"media_id": media_id}, stream=True)
        picture = answer.get(_PICTURE)
        if not isinstance(picture, bytes):
            raise WeChatUnreachable("media/get: no picture")
        return picture

    def ticket(self) -> tuple[str, int]:
        """A JS-SDK ticket (jsapi_ticket) and its seconds."""
        answer = self._api.get("ticket/getticket", params={"type": "jsapi"})
        return _said(answer, "ticket"), int(answer.get("expires_in") or 7200)

    def user_info(self, openid: str) -> Json:
        """What WeChat tells of a person: subscribe, subscribe_time, unionid, qr_scene_str, tagid_list; no name."""
        info: Json = self._api.user.get(openid)
        return info

    def get_menu(self) -> Json | None:
        """The menus in force, the conditional ones included; None where there is none."""
        try:
            menus: Json = self._api.menu.get()
        except WeChatRefused as refusal:
            if refusal.errcode == NO_MENU:
                return None
            raise
        return menus

    def create_menu(self, menu: Mapping[str, Any]) -> None:
        """Replace the default menu."""
        self._api.menu.create(dict(menu))

    def add_conditional(self, menu: Mapping[str, Any]) -> str:
        """One more menu for a tag: its id."""
        return _said(self._api.menu.add_conditional(dict(menu)), "menuid")

    def delete_conditional(self, menu_id: str) -> None:
        """Drop one conditional menu."""
        self._api.menu.del_conditional(menu_id)

    def delete_menu(self) -> None:
        """Drop all menus, the conditional ones included."""
        self._api.menu.delete()

    def list_templates(self) -> dict[str, str]:
        """The account's template messages: their contents by id, with fields such as {{thing1.DATA}}."""
        found = self._api.get("template/get_all_private_template").get("template_list") or []
        return {str(one["template_id"]): str(one.get("content") or "") for one in found}

    def list_tags(self) -> list[Tag]:
        """All tags of the account."""
        return [Tag(int(tag["id"]), str(tag["name"])) for tag in self._api.tag.get()]

    def create_tag(self, name: str) -> Tag:
        """A new tag, at most 30 bytes of name."""
        tag = self._api.tag.create(name)
        return Tag(int(tag["id"]), str(tag["name"]))

    def tag(self, openid: str, tag_id: int) -> None:
        """Put the tag on a follower."""
        self._api.tag.tag_user(tag_id, openid)

    def untag(self, openid: str, tag_id: int) -> None:
        """Take the tag off a follower."""
        self._api.tag.untag_user(tag_id, openid)


class _Api(WeChatClient):  # type: ignore[misc]  # wechatpy ships no types
    """wechatpy's client without its faults: unlocked and untimed token fetches, endless retries, raw errors."""

    tokens: Tokens

    def __init__(
        self,
        app_id: str,
        secret: str,
        base: str,
        timeout: tuple[float, float],
        sleep: Callable[[float], None],
        counted: Callable[[str], None],
    ) -> None:
        super().__init__(app_id, secret, timeout=timeout, auto_retry=False)
        self.API_BASE_URL = f"{base}/cgi-bin/"
        self._sleep = sleep
        self._counted = counted
        # A proxy of the environment is right for the real WeChat and wrong for the one on this machine.
        self._http.trust_env = urlsplit(base).hostname not in _LOOPBACK

    @property
    def access_token(self) -> str:
        return self.tokens.current()

    def fetch_access_token(self) -> None:
        """Of no use here: Tokens alone decides when to fetch."""
        raise NotImplementedError

    def ask_token(self, force: bool) -> tuple[str, int]:
        """One call of stable_token: the token and its seconds."""
        body = {
            "grant_type": "client_credential",
            "appid": self.appid,
            "secret": self.secret,
            "force_refresh": force,
        }
        answer = self._patiently(lambda: self._once("post", "stable_token", None, data=body))
        return _said(answer, "access_token"), int(answer.get("expires_in") or 7200)

    def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> Any:
        """wechatpy's one way out: the call, once more with another token where WeChat refused this one."""
        token = self.tokens.current()

        def call() -> Any:
            return self._once(method, url_or_endpoint, token, **kwargs)

        try:
            return self._patiently(call)
        except WeChatRefused as refusal:
            if refusal.errcode not in BAD_TOKEN:
                raise
            fresh = self.tokens.replace(token)
            if fresh is None:
                raise
            token = fresh
        return self._patiently(call)

    def _patiently(self, call: Callable[[], Any]) -> Any:
        """The call, made again with growing pauses while WeChat says -1."""
        for pause in _PAUSES:
            try:
                return call()
            except WeChatRefused as refusal:
                if refusal.errcode != BUSY:
                    raise
            self._sleep(pause)
        return call()

    def _once(self, method: str, endpoint: str, token: str | None, **kwargs: Any) -> Any:
        """One call. A token of None is not sent, and keeps wechatpy from asking for one."""
        params = {**(kwargs.pop("params", None) or {}), "access_token": token}
        error: WeChatError
        self._counted(endpoint)
        try:
            # No redirects: the token stands in the address and would travel with it.
            return super()._request(method, endpoint, params=params, allow_redirects=False, **kwargs)
        except WeChatClientException as refusal:
            if refusal.errcode is None:
                error = WeChatUnreachable(f"{endpoint}: HTTP {refusal.response.status_code}")
            else:
                error = refused(int(refusal.errcode), str(refusal.errmsg))
                # That there is no menu yet is an answer like any other.
                level = logging.DEBUG if error.errcode == NO_MENU else logging.WARNING
                said = "wechat=refused call=%s errcode=%d rid=%s"
                _log.log(level, said, endpoint, error.errcode, error.rid or "-")
        except OSError as failure:
            error = WeChatUnreachable(f"{endpoint}: {type(failure).__name__}")
        except (KeyError, TypeError, ValueError) as failure:
            error = WeChatUnreachable(f"{endpoint}: an answer of another shape ({type(failure).__name__})")
        # Raised out here, so that it drags no exception along that holds the address with the token.
        raise error

    def _decode_result(self, res: requests.Response) -> Json:
        """wechatpy hands a broken answer on as if it were one; here it is an error."""
        if res.headers.get("Content-Type", "").startswith("image/"):
            return {_PICTURE: res.raw.read(MOST_BYTES + 1, decode_content=True)}
        # As wechatpy reads it: WeChat has been seen to send control characters and broken UTF-8.
        result = json.loads(res.content.decode(errors="ignore"), strict=False)
        if not isinstance(result, dict):
            raise TypeError("not an object")
        return result


class _Scrubbing(logging.Filter):
    """Takes tokens out of the addresses that urllib3 writes at DEBUG."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(scrub(arg) if isinstance(arg, str) else arg for arg in record.args)
        return True


def _keep_tokens_out_of_logs() -> None:
    logger = logging.getLogger("urllib3.connectionpool")
    if not any(isinstance(each, _Scrubbing) for each in logger.filters):
        logger.addFilter(_Scrubbing())


def _said(answer: Mapping[str, Any], name: str) -> str:
    """A part that the answer must have."""
    value = answer.get(name)
    if not isinstance(value, str | int) or value == "":
        raise WeChatUnreachable(f"an answer without {name}")
    return str(value)
