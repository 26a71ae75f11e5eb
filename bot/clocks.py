"""The process's clock: the machine's, or the demo's, which is ahead by an offset that the database keeps."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from engine import Engine
from engine.clock import SystemClock

FURTHEST = timedelta(days=3660)
"""How far ahead the demo may go: past the calendar's end no process could tell the time any more."""
_FRESH = 0.2
"""Seconds for which an offset that was read is used."""


class DemoClock:
    """Real time plus the demo's offset."""

    def __init__(self) -> None:
        self._real = SystemClock()
        self._read: Callable[[], timedelta] = timedelta
        self._offset = timedelta()
        self._read_at = float("-inf")

    def follow(self, read: Callable[[], timedelta]) -> None:
        """Where the offset is kept; told late, because the database is opened with this clock."""
        self._read = read

    def now(self) -> datetime:
        """The present instant of the demo."""
        moment = time.monotonic()
        if moment - self._read_at > _FRESH:
            self._read_at = moment  # first: reading opens a transaction, which asks the time
            self._offset = self._read()
        return self._real.now() + self._offset

    def moved(self, offset: timedelta) -> None:
        """The offset was just changed by this process."""
        self._offset = offset
        self._read_at = time.monotonic()


def moved(engine: Engine, by: timedelta) -> timedelta | None:
    """Move the demo's clock forward: the whole offset, or None where that is too far."""
    if engine.leases.offset() + by > FURTHEST:
        return None
    return engine.shift_clock(by)
