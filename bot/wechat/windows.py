"""A guess of how many customer-service messages a person may still get; WeChat's 45015 and 45047 are the truth."""

from __future__ import annotations

import hashlib
from datetime import datetime

from redis import Redis

from bot.redis import GONE
from handlers.types import Kind

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

_HEARD = """
redis.call('HSET', KEYS[1], ARGV[1] .. 'u', ARGV[2], ARGV[1] .. 'n', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
"""

_SPENT = """
-- How windows stack is not documented: what is sent counts against each that is open.
for _, w in ipairs({'m', 't'}) do
  local until_ = tonumber(redis.call('HGET', KEYS[1], w .. 'u') or '0')
  local left = tonumber(redis.call('HGET', KEYS[1], w .. 'n') or '0')
  if until_ > tonumber(ARGV[1]) and left > 0 then redis.call('HINCRBY', KEYS[1], w .. 'n', -1) end
end
return 1
"""


class Windows:
    """The customer-service windows of everybody, kept in Redis."""

    def __init__(self, redis: Redis, *, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix
        self._heard = redis.register_script(_HEARD)
        self._spent = redis.register_script(_SPENT)

    def heard(self, openid: str, kind: Kind, now: datetime) -> None:
        """The person was in contact: the window of that kind opens anew. Who unfollows closes them all."""
        if kind is Kind.UNFOLLOW:
            self.shut(openid)
            return
        if kind not in _WINDOWS:
            return
        window, seconds, messages = _WINDOWS[kind]
        args = (window, int((now.timestamp() + seconds) * 1000), messages, _KEPT_SECONDS)
        try:
            self._heard(keys=(self._key(openid),), args=args)
        except GONE:
            return

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
        try:
            for window in ("m", "t"):
                self._heard(keys=(self._key(openid),), args=(window, 0, 0, _KEPT_SECONDS))
        except GONE:
            return

    def _key(self, openid: str) -> str:
        """By a digest: an openid stands in no key of Redis."""
        return f"{self._prefix}window:{hashlib.sha256(openid.encode()).hexdigest()[:32]}"
