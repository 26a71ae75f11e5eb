"""网页授权 (OAuth): who opened a link in WeChat, told by his openid and nothing else (snsapi_base)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests

from bot.wechat.errors import WeChatUnreachable, refused

# https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsaccesstoken

_REAL_API = "https://api.weixin.qq.com"
_REAL_PAGE = "https://open.weixin.qq.com"
_TIMEOUT = (2.0, 3.0)
"""Seconds: a person waits, and a thread of the web process with him."""
_MOST_BYTES = 64 * 1024

STALE_CODES = frozenset({40029, 40163, 42003})
"""The code is not one, was used, or is over: opening the link again helps."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Who opened the link."""

    openid: str
    snapshot: bool
    """A visitor of a 快照页: his openid is virtual and belongs to nobody."""


class OAuth:
    """One account's 网页授权."""

    def __init__(self, *, app_id: str, secret: str, api_base: str) -> None:
        self._app_id = app_id
        self._secret = secret
        self._api = api_base.rstrip("/")
        self._page = _REAL_PAGE if self._api == _REAL_API else self._api
        self._http = requests.Session()
        self._http.trust_env = urlsplit(self._api).hostname not in ("127.0.0.1", "::1", "localhost")

    def address(self, back: str, state: str) -> str:
        """Where WeChat makes a code and sends the browser back with it."""
        query = {
            "appid": self._app_id,
            "redirect_uri": back,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
        # The fragment is WeChat's: without it the page does not open on a phone.
        return f"{self._page}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"

    def exchange(self, code: str) -> Opened:
        """Whose code it is; each works once. Raises WeChatRefused, WeChatUnreachable."""
        query = {
            "appid": self._app_id,
            "secret": self._secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        try:
            answer = self._asked(query)
            error = int(answer.get("errcode") or 0)
            openid = str(answer.get("openid") or "")
        except (OSError, ValueError, TypeError) as failure:
            # The exception of requests holds the address, and the address the secret.
            raise WeChatUnreachable(f"sns/oauth2/access_token: {type(failure).__name__}") from None
        if error:
            raise refused(error, str(answer.get("errmsg", "")))
        if not openid:
            raise WeChatUnreachable("sns/oauth2/access_token: an answer without openid")
        return Opened(openid, str(answer.get("is_snapshotuser") or "0") == "1")

    def _asked(self, query: dict[str, str]) -> dict[str, Any]:
        answer = self._http.get(
            f"{self._api}/sns/oauth2/access_token", params=query, timeout=_TIMEOUT, allow_redirects=False
        )
        answer.raise_for_status()
        said = json.loads(answer.content[:_MOST_BYTES].decode(errors="replace"))
        if not isinstance(said, dict):
            raise TypeError("not an object")
        return said
