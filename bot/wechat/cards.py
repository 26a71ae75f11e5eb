"""The JS-SDK (网页卡片): the ticket that all processes share, and the signature of a page's address."""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from redis import Redis

from bot.redis import GONE
from bot.wechat.errors import WeChatError

# https://developers.weixin.qq.com/doc/service/guide/h5/jssdk.html

_EARLY_SECONDS = 300
_ONE_ASKS = 20
"""Seconds in which nobody else asks for a ticket."""

_log = logging.getLogger(__name__)

Fetch = Callable[[], tuple[str, int]]
"""Asks WeChat for a ticket: it and its seconds; raises WeChatError."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What `wx.config` takes for one address."""

    app_id: str
    timestamp: int
    nonce: str
    signature: str

    def config(self) -> Mapping[str, object]:
        """As the script writes it."""
        return {
            "appId": self.app_id,
            "timestamp": self.timestamp,
            "nonceStr": self.nonce,
            "signature": self.signature,
        }


class Cards:
    """Signs pages. Without a ticket a page goes out unsigned: it reads the same, only its card is plain."""

    def __init__(self, fetch: Fetch, redis: Redis, *, app_id: str, prefix: str) -> None:
        self._fetch = fetch
        self._redis = redis
        self._app_id = app_id
        self._key = f"{prefix}jsapi_ticket:{hashlib.sha256(app_id.encode()).hexdigest()[:16]}"

    def sign(self, url: str) -> Signed | None:
        """The signature of an address, taken without its fragment."""
        ticket = self._ticket()
        if not ticket:
            return None
        nonce, timestamp = secrets.token_hex(8), int(time.time())
        text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.partition('#')[0]}"
        # WeChat's scheme is SHA-1; the ticket inside makes it a keyed hash.
        signature = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        return Signed(self._app_id, timestamp, nonce, signature)

    def _ticket(self) -> str:
        """The shared ticket; who finds none asks for it, one at a time, and the others go without."""
        with suppress(*GONE):
            kept = self._redis.get(self._key)
            if isinstance(kept, bytes):
                return kept.decode()
            if self._redis.set(f"{self._key}:asked", 1, nx=True, ex=_ONE_ASKS):
                return self._fetched()
        return ""

    def _fetched(self) -> str:
        try:
            ticket, seconds = self._fetch()
        except WeChatError as error:
            _log.warning("wechat=no_ticket why=%s effect=plain_cards", error)
            return ""
        self._redis.set(self._key, ticket, ex=max(seconds - _EARLY_SECONDS, _ONE_ASKS))
        return ticket
