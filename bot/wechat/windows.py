"""A guess of how many customer-service messages a person may still get; WeChat's 45015 and 45047 are the truth."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from redis import Redis

from bot.codec import Pushed
from bot.redis import GONE
from handlers.types import Kind, Message

# https://developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage
# five messages in 48 h after the person wrote; three in one minute after a click, scan or follow.
_WRITTEN = ("m", 48 * 3600, 5)
_TAPPED = ("t", 60, 3)
_WINDOWS = {
    Kind.TEXT: _WRITTEN,
    Kind.IMAGE: _WRITTEN,
    Kind.CLICK: _TAPPED,
    Kind.SCAN: _TAPPED,
    Kind.FOLLOW: _TAPPED,
}
_KEPT_SECONDS = 48 * 3600

KEPT_FOR_HIM = 2
"""Messages of a window that only what the person asked for himself may use."""

_SPENT = """
-- How windows stack is not documented: what is sent counts against each that is open.
for _, w in ipairs({'m', 't'}) do
  local until_ = tonumber(redis.call('HGET', KEYS[1], w .. 'u') or '0')
  local left = tonumber(redis.call('HGET', KEYS[1], w .. 'n') or '0')
  if until_ > tonumber(ARGV[1]) and left > 0 then redis.call('HINCRBY', KEYS[1], w .. 'n', -1) end
end
return 1
"""


_SHUT = ("mu", 0, "mn", 0, "tu", 0, "tn", 0)
"""Nothing is open."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What one contact changes: fields and values of a hash, and how long it is kept."""

    key: str
    fields: tuple[str | int, ...]
    seconds: int = _KEPT_SECONDS


class Windows:
    """The customer-service windows of everybody, kept in Redis."""

    def __init__(self, redis: Redis, *, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix
        self._spent = redis.register_script(_SPENT)

    def opening(self, message: Message, now: datetime) -> Opening | None:
        """What a message does to its person's windows, for whoever writes it: one opens anew, or all of them close."""
        if message.kind is Kind.UNFOLLOW:
            return Opening(self._key(message.openid), _SHUT)
        # WeChat opens the window of a menu click for a tapped line, not that of a message.
        kind = Kind.CLICK if isinstance(message, Pushed) and message.tapped else message.kind
        if kind not in _WINDOWS:
            return None
        window, seconds, messages = _WINDOWS[kind]
        until = int((now.timestamp() + seconds) * 1000)
        return Opening(self._key(message.openid), (f"{window}u", until, f"{window}n", messages))

    def left(self, openid: str, now: datetime) -> int | None:
        """How many messages the widest open window still takes; None where nothing is known: WeChat will say."""
        try:
            kept = self._redis.hmget(self._key(openid), ["mu", "mn", "tu", "tn"])
        except GONE:
            return None
        if kept == [None] * 4:
            return None
        numbers = [int(value or 0) for value in kept]
        now_ms = int(now.timestamp() * 1000)
        return max(
            messages if until > now_ms else 0
            for until, messages in ((numbers[0], numbers[1]), (numbers[2], numbers[3]))
        )

    def spent(self, openid: str, now: datetime) -> None:
        """One message went out to the person."""
        try:
            self._spent(keys=(self._key(openid),), args=(int(now.timestamp() * 1000),))
        except GONE:
            return

    def shut(self, openid: str) -> None:
        """WeChat said 45015 or 45047, or the person left: nothing is open until he is in contact again."""
        key = self._key(openid)
        try:
            with self._redis.pipeline() as both:
                both.hset(key, items=list(_SHUT))
                both.expire(key, _KEPT_SECONDS)
                both.execute()
        except GONE:
            return

    def _key(self, openid: str) -> str:
        """By a digest: an openid stands in no key of Redis."""
        return f"{self._prefix}window:{hashlib.sha256(openid.encode()).hexdigest()[:32]}"
