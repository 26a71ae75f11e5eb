"""Access tokens: one stable, one of the old kind, each with its own rules of renewal."""

import secrets
import threading
from collections.abc import Callable

from bot.sandbox.errors import ApiError

LIFE = 7200
OVERLAP = 300
FORCED_APART = 30
FORCED_A_DAY = 20


class Tokens:
    """Which tokens were given out and until when they open the API."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}
        self._stable = ""
        self._forced_at = float("-inf")
        self._plain = ""
        self._tickets: dict[str, tuple[str, float]] = {}

    def stable(self, force: bool) -> tuple[str, int]:
        """The same token until five minutes before its end; the older one lives on for that long.

        By force there is another one at once, and the older is void; within 30 s of the last force nothing changes.
        """
        with self._lock:
            now = self._now()
            rest = self._until.get(self._stable, 0) - now
            if force and now - self._forced_at > FORCED_APART:
                self._until.pop(self._stable, None)
                self._forced_at, rest = now, 0
            if rest <= OVERLAP:
                self._retire(self._stable, now)
                self._stable = self._make(now)
                rest = LIFE
            return self._stable, int(rest)

    def plain(self) -> tuple[str, int]:
        """A new token each time; the one before lives on for five minutes."""
        with self._lock:
            now = self._now()
            self._retire(self._plain, now)
            self._plain = self._make(now)
            return self._plain, LIFE

    def check(self, token: str | None) -> None:
        """Let a call through, or refuse it as WeChat does."""
        if not token:
            raise ApiError(41001)
        with self._lock:
            until = self._until.get(token)
        if until is None:
            raise ApiError(40001)
        if self._now() >= until:
            raise ApiError(42001)

    def ticket(self, kind: str) -> tuple[str, int]:
        """The JS-SDK ticket of a kind: the same one until it ends."""
        with self._lock:
            now = self._now()
            value, until = self._tickets.get(kind, ("", 0.0))
            if until <= now:
                value, until = "sM4AOVdWfPE4DxkXGEs8V" + secrets.token_urlsafe(48), now + LIFE
                self._tickets[kind] = value, until
            return value, int(until - now)

    def clear(self) -> None:
        """Forget every token."""
        with self._lock:
            self._until.clear()
            self._tickets.clear()
            self._stable = self._plain = ""
            self._forced_at = float("-inf")

    def _make(self, now: float) -> str:
        token = "SBX_" + secrets.token_urlsafe(90)
        self._until[token] = now + LIFE
        return token

    def _retire(self, token: str, now: float) -> None:
        if token in self._until:
            self._until[token] = min(self._until[token], now + OVERLAP)
