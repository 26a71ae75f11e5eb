"""Redis as the door needs it: an answer within 200 ms, or none at all."""

from __future__ import annotations

from redis import Redis
from redis.exceptions import RedisError

GONE = (RedisError, OSError)
"""What a Redis that is away, slow or full raises."""


def connect(url: str, *, timeout: float = 0.2) -> Redis:
    """A client that waits no longer than `timeout` (redis-py: 5 s).

    `Redis.from_url` makes no second attempt, where `Redis(...)` makes several with growing pauses.
    """
    client: Redis = Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=timeout)
    return client
