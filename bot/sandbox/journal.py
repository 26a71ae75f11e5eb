"""The log of pushes, API calls and shop events, newest first and without secrets."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

KEEP = 1000
SECRET_NAMES = frozenset({"secret", "appsecret", "access_token", "refresh_token", "ticket_secret"})


class Journal:
    """The last thousand things that went over the wire."""

    def __init__(self, now: Callable[[], float], told: Callable[[dict[str, Any]], None]) -> None:
        self._now = now
        self._told = told
        self._lock = threading.Lock()
        self._rows: deque[dict[str, Any]] = deque(maxlen=KEEP)
        self._count = 0

    def write(self, kind: str, title: str, started: float, *, ok: bool, **facts: Any) -> dict[str, Any]:
        """Note one exchange; `started` is time.monotonic() at its beginning."""
        with self._lock:
            self._count += 1
            row = {
                "id": self._count,
                "kind": kind,
                "title": title,
                "ok": ok,
                "at": self._now(),
                "ms": round((time.monotonic() - started) * 1000),
                **scrub(facts),
            }
            self._rows.appendleft(row)
        self._told(row)
        return row

    def newest(self, limit: int, kind: str = "", after: int = 0) -> list[dict[str, Any]]:
        """Rows newest first, of one kind if asked, with a number above `after`."""
        with self._lock:
            rows = [row for row in self._rows if row["id"] > after and (not kind or row["kind"] == kind)]
        return rows[:limit]

    def clear(self) -> None:
        """Forget all rows; numbers go on."""
        with self._lock:
            self._rows.clear()


def scrub(value: Any) -> Any:
    """The same value with secrets replaced by dots, at any depth."""
    if isinstance(value, dict):
        return {k: "…" if k in SECRET_NAMES and v else scrub(v) for k, v in value.items()}
    if isinstance(value, list):
        return [scrub(item) for item in value]
    return value
