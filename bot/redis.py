"""Redis as the door needs it: an answer within 200 ms, or none at all."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Sequence
from typing import Any

from redis import Redis
from redis.connection import ConnectionInterface
from redis.exceptions import ConnectionError as HungUp
from redis.exceptions import NoScriptError, RedisError
from redis.typing import EncodableT

GONE = (RedisError, OSError)
"""What a Redis that is away, slow or full raises."""


def connect(url: str, *, timeout: float = 0.2) -> Redis:
    """A client that waits no longer than `timeout` (redis-py: 5 s).

    `Redis.from_url` makes no second attempt, where `Redis(...)` makes several with growing pauses.
    """
    client: Redis = Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=timeout)
    return client


class Script:
    """Lua that Redis runs in one go, and the digest that Redis knows it by."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class Scripts:
    """Runs scripts on connections that stay with it, as many as run at once.

    The client's own way, through its pool, retries and counters, costs four times as much. Whatever is run here must
    be such that running it twice is running it once: who finds that Redis hung up on him says it again.
    """

    def __init__(self, redis: Redis) -> None:
        self._pool = redis.connection_pool
        self._idle: deque[ConnectionInterface] = deque()

    def run(self, script: Script, keys: Sequence[str], args: Sequence[EncodableT]) -> Any:
        """What the script answers; raises what GONE names."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._pool.get_connection()
        said = (len(keys), *keys, *args)
        try:
            return _answer(connection, "EVALSHA", script.digest, *said)
        except NoScriptError:
            return _answer(connection, "EVAL", script.text, *said)
        finally:
            self._idle.append(connection)


def _answer(connection: Any, *words: EncodableT) -> Any:
    try:
        connection.send_command(*words)
        return connection.read_response()
    except HungUp:  # perhaps long ago; it is opened anew by what is said next
        connection.send_command(*words)
        return connection.read_response()
