"""What every door does alike: read no more than allowed, count what it refuses."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter

from flask import Request


def read_up_to(limit: int, incoming: Request) -> bytes:
    """The body, and one byte more than allowed where it is longer: a server may cut a chunked body silently."""
    pieces: list[bytes] = []
    left = limit + 1
    while left > 0:
        piece = incoming.stream.read(left)
        if not piece:
            break
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


class Refusals:
    """What was not let in, counted by reason and told at most once a second and reason."""

    def __init__(self, door: str, log: logging.Logger, counts: Counter[str] | None = None) -> None:
        self.counts: Counter[str] = Counter() if counts is None else counts
        self._door = door
        self._log = log
        self._told: dict[str, float] = {}
        self._lock = threading.Lock()

    def count(self, reason: str, status: int, detail: str = "-") -> None:
        """One more; whoever floods the door must not flood the log."""
        now = time.monotonic()
        with self._lock:
            self.counts[reason] += 1
            total = self.counts[reason]
            if now - self._told.get(reason, now - 2) < 1:
                return
            self._told[reason] = now
        # What is let in and then not used is no warning.
        level = logging.INFO if status < 300 else logging.WARNING
        self._log.log(
            level, "door=%s status=%d reason=%s %s total=%d", self._door, status, reason, detail, total
        )
