"""WeChat's daily quotas (接口调用限额): calls are counted, and the operator is told at 80 %."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from redis import Redis

from bot.redis import GONE
from engine.clock import day_of

# https://developers.weixin.qq.com/doc/service/guide/dev/api_limit.html (a test account has a tenth of it)

NEAR = 80
"""Per cent of a quota at which the operator is told."""

DAILY: Mapping[str, int] = {
    "stable_token": 500_000,
    "qrcode/create": 100_000,
    "media/upload": 100_000,
    "message/custom/send": 500_000,
    "message/template/send": 100_000,
    "user/info": 5_000_000,
    "menu/create": 1_000,
    "menu/addconditional": 2_000,
}
"""Call → how often a day."""
_KEPT = 2 * 24 * 3600

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Used:
    """A quota that is nearly used up."""

    call: str
    times: int
    most: int


class Quotas:
    """Counts calls by Beijing day, in Redis for all processes; a flush forgets the day's count."""

    def __init__(self, redis: Redis, *, prefix: str, now: Callable[[], datetime]) -> None:
        self._redis = redis
        self._prefix = prefix
        self._now = now

    def count(self, call: str) -> None:
        """One more call; the one that reaches 80 % writes it into the log."""
        most = DAILY.get(call)
        if most is None:
            return
        with suppress(*GONE):
            key = self._key(call)
            with self._redis.pipeline(transaction=False) as both:
                both.incr(key)
                both.expire(key, _KEPT)
                times = int(both.execute()[0])
            if times == most * NEAR // 100:
                _log.warning("wechat=quota what=%s used=%d of=%d", call, times, most)

    def near(self) -> tuple[Used, ...]:
        """The quotas of which 80 % are used today."""
        kept = self._redis.mget([self._key(call) for call in DAILY])
        used = (
            Used(call, int(times or 0), most) for (call, most), times in zip(DAILY.items(), kept, strict=True)
        )
        return tuple(one for one in used if one.times >= one.most * NEAR // 100)

    def _key(self, call: str) -> str:
        return f"{self._prefix}calls:{day_of(self._now()).isoformat()}:{call}"
