"""The one clock hand (`flask tick`): rings rows that are due or abandoned, and lets commission mature."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from datetime import timedelta

from bot.bell import RqBell
from bot.bugs import place
from bot.redis import GONE
from bot.wiring import House
from engine.errors import StoreError

PERIOD = 5.0
LEASE = timedelta(seconds=20)
HOUR, DAY = 3600.0, 86_400.0
NAME = "tick"
MOST_CHUNKS = 40
"""Chunks of maturing commission in one round, so that a long backlog does not keep the bell from ringing."""

_log = logging.getLogger(__name__)


class Tick:
    """One process holds the lease and does the rounds; the others stand by."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._holder = secrets.token_hex(8)
        self._rung: dict[str, float] = {}
        self._forgot_at: float | None = None

    def run(self, stop: threading.Event) -> None:
        """Rounds until told to stop."""
        while not stop.is_set():
            try:
                self.round()
            except (StoreError, *GONE) as error:
                _log.error("tick=failed %s", place(error))
            stop.wait(PERIOD)

    def round(self) -> bool:
        """One round; false when another process holds the lease."""
        engine = self._house.engine
        if not engine.leases.take(NAME, self._holder, LEASE):
            return False
        self._ring()
        # After the bell: whatever keeps commission from maturing must not keep messages from going out.
        for _ in range(MOST_CHUNKS):
            if not self._house.system().orders.mature():
                break
        self._forget()
        return True

    def _forget(self) -> None:
        """Once in an hour: what was answered to people more than a day ago, and pictures that nobody wants."""
        now = time.monotonic()
        if self._forgot_at is not None and now - self._forgot_at < HOUR:
            return
        self._forgot_at = now
        for _ in range(MOST_CHUNKS):
            if not self._house.engine.drop_results(self._house.shop):
                break
        kept = self._house.system().pictures.kept()
        try:
            swept = self._house.gallery.sweep(kept, time.time() - DAY)
        except OSError as error:
            _log.warning("pictures=unswept error=%s", type(error).__name__)
            return
        if swept:
            _log.info("pictures=swept files=%d", swept)

    def _ring(self) -> None:
        due = self._house.engine.post(self._house.shop).due()
        now = time.monotonic()
        # A job that waits in a queue is not rung for again each round.
        self._rung = {row: at for row, at in self._rung.items() if now - at < LEASE.total_seconds()}
        fresh = tuple((row, kind) for row, kind in due if row not in self._rung)
        RqBell(self._house.queues).ring(fresh)
        self._rung |= {row: now for row, _ in fresh}
