"""The access_token: one for all processes, fetched by one at a time, never more than twice a minute."""

from __future__ import annotations

import copy
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from redis import Redis

from bot.redis import GONE
from bot.wechat.errors import WeChatError, WeChatUnreachable

# stable_token, unlike token, gives every caller the same token and lets the old one live for five minutes more:
# https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken
# A forced refresh is allowed 20 times a day, 30 s apart.

CALLS_PER_MINUTE = 2
_MINUTE = 60
_EARLY_SECONDS = 120
"""A token is given up this long before its end; WeChat hands out the next one 300 s before."""

_LOCK_SECONDS = 30
_LOCK_PATIENCE = 15


@dataclass(frozen=True, slots=True)
class Token:
    """An access_token and until when (Unix time) we use it."""

    value: str
    until: float
    suspect: bool = False
    """WeChat refused it and gave the same one again: only force helps."""


Fetch = Callable[[bool], tuple[str, int]]
"""Asks WeChat for a token, by force or not: the token and its seconds; raises WeChatError."""


class Tokens:
    """Where the client takes its token from."""

    def __init__(
        self, fetch: Fetch, redis: Redis | None, *, key: str, now: Callable[[], float] = time.time
    ) -> None:
        self._fetch = fetch
        self._redis = redis
        self._key = key
        self._now = now
        self._lock = threading.Lock()
        self._memory: Token | None = None
        self._calls: list[float] = []
        self._failure: WeChatError | None = None
        self._failed_at = 0.0

    def current(self) -> str:
        """The token to use now; fetched when there is none. Raises what WeChat said when it gives none."""
        token = self._memory
        if token and token.until > self._now():
            return token.value
        asked_at = time.monotonic()
        with self._lock:
            self._share_failure(asked_at)
            token = self._known()
            if token is None:
                with self._one_refresher():
                    token = self._known() or self._renew(force=False)
            return token.value

    def replace(self, bad: str) -> str | None:
        """Another token than the one that WeChat refused; None when none is to be had at present."""
        asked_at = time.monotonic()
        with self._lock:
            self._share_failure(asked_at)
            token = self._other_than(bad)
            if token is None:
                with self._one_refresher():
                    token = self._other_than(bad) or self._renewed_instead_of(bad)
            return token.value if token else None

    def _known(self) -> Token | None:
        """The token in memory, else the shared one, if it is still good."""
        for token in (self._memory, self._load()):
            if token and token.until > self._now():
                self._memory = token
                return token
        return None

    def _other_than(self, bad: str) -> Token | None:
        for token in (self._memory, self._load()):
            if token and token.value != bad and token.until > self._now():
                self._memory = token
                return token
        return None

    def _renewed_instead_of(self, bad: str) -> Token | None:
        known = self._load() or self._memory
        force = known is not None and known.value == bad and known.suspect
        try:
            token = self._renew(force=force)
        except _TooOften:
            return None
        if token.value != bad:
            return token
        self._keep(Token(token.value, token.until, suspect=True))
        return None

    def _renew(self, *, force: bool) -> Token:
        """A token from WeChat. Calls that WeChat answered count, whatever it answered."""
        if not self._may_call():
            if self._failure:
                raise copy.copy(self._failure)
            raise _TooOften("the access_token was asked for twice within a minute")
        try:
            value, seconds = self._fetch(force)
        except WeChatError as error:
            if isinstance(error, WeChatUnreachable):
                self._uncount()
            self._failure, self._failed_at = error, time.monotonic()
            raise
        self._failure = None
        token = Token(value, self._now() + max(seconds - _EARLY_SECONDS, _EARLY_SECONDS))
        self._keep(token)
        return token

    def _share_failure(self, asked_at: float) -> None:
        """Who waited for a fetch that failed has his answer: a dead WeChat must not be asked by each in turn."""
        if self._failure and self._failed_at >= asked_at:
            raise copy.copy(self._failure)

    def _keep(self, token: Token) -> None:
        self._memory = token
        if self._redis is None:
            return
        raw = json.dumps({"value": token.value, "until": token.until, "suspect": token.suspect})
        with suppress(*GONE):
            self._redis.set(self._key, raw, ex=max(int(token.until - self._now()), 1))

    def _load(self) -> Token | None:
        if self._redis is None:
            return None
        try:
            raw = self._redis.get(self._key)
        except GONE:
            return None
        if not isinstance(raw, bytes):
            return None
        try:
            kept = json.loads(raw)
            return Token(str(kept["value"]), float(kept["until"]), bool(kept["suspect"]))
        except (ValueError, TypeError, KeyError):
            return None

    @contextmanager
    def _one_refresher(self) -> Iterator[None]:
        """Holds the lock that all processes share; without Redis each process is on its own."""
        if self._redis is None:
            yield
            return
        lock = self._redis.lock(f"{self._key}:refresher", timeout=_LOCK_SECONDS, sleep=0.05)
        held = False
        with suppress(*GONE):
            held = lock.acquire(blocking_timeout=_LOCK_PATIENCE)
        try:
            yield
        finally:
            if held:
                with suppress(*GONE):
                    lock.release()

    def _may_call(self) -> bool:
        """Takes one of the minute's calls, if one is left."""
        if self._redis is not None:
            with suppress(*GONE):
                return any(self._take(self._redis, slot) for slot in self._slots())
        now = self._now()
        self._calls = [called for called in self._calls if now - called < _MINUTE]
        if len(self._calls) >= CALLS_PER_MINUTE:
            return False
        self._calls.append(now)
        return True

    def _take(self, redis: Redis, slot: str) -> bool:
        """The minute is the clock's: where a demo moves it past a token's life, the next one can be had at once."""
        now = self._now()
        if redis.set(slot, now, nx=True, ex=_MINUTE):
            return True
        taken = redis.get(slot)
        if not isinstance(taken, bytes) or now - float(taken) < _MINUTE:
            return False
        redis.set(slot, now, ex=_MINUTE)
        return True

    def _uncount(self) -> None:
        """The call did not reach WeChat; it may be made again at once."""
        if self._calls:
            self._calls.pop()
        if self._redis is not None:
            with suppress(*GONE):
                for slot in reversed(self._slots()):
                    if self._redis.delete(slot):
                        return

    def _slots(self) -> list[str]:
        return [f"{self._key}:call{number}" for number in range(CALLS_PER_MINUTE)]


class _TooOften(WeChatUnreachable):
    """The minute's calls are used up."""
