"""How often something may happen, counted in Redis for all processes; without Redis nothing is held back."""

from __future__ import annotations

from redis import Redis

from bot.redis import GONE


class Pace:
    """Counts by name, in windows that begin with the first."""

    def __init__(self, redis: Redis, *, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix

    def allows(self, name: str, most: int, seconds: int) -> bool:
        """One more: is it within so many in so many seconds?"""
        key = f"{self._prefix}pace:{name}"
        try:
            # Both at once: a count that lost its end would hold back for ever.
            with self._redis.pipeline(transaction=True) as both:
                both.set(key, 0, nx=True, ex=seconds)
                both.incr(key)
                return int(both.execute()[1]) <= most
        except GONE:
            return True

    def first(self, name: str, seconds: int) -> bool:
        """Is it the first of this name in so many seconds?"""
        return self.allows(name, 1, seconds)
