"""Redis as the door needs it: an answer within 200 ms, or none at all."""

from __future__ import annotations

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import RedisError
from redis.retry import Retry

GONE = (RedisError, OSError)
"""What a Redis that is away, slow or full raises."""


def connect(url: str, *, timeout: float = 0.2) -> Redis:
    """A client that never waits longer than `timeout` for Redis.

    redis-py 8 would wait 5 s and try again with growing pauses. One retry at once stays, for a connection that
    Redis closed; RESP 2 stays, because with RESP 3 the pool no longer notices such a connection by itself.
    """
    client: Redis = Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 1, supported_errors=(ConnectionLost,)),
        protocol=2,
    )
    return client
