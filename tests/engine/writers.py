"""A process that writes: `python -m tests.engine.writers URL SHOP NOW JOB ARGUMENTS`; waits for a line, then works.

Each line that it prints is something the database has acknowledged.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from engine import FEED, Engine, someone
from engine.cipher import Cipher
from engine.errors import Refusal, StoreBusyError
from engine.ids import Ids, PersonId, ShopId
from engine.money import Money
from engine.orders.events import Buyer, Heard, Sold
from engine.orders.facts import Line, Paid, Payment
from tests.engine.world import KEY, WECHAT, MovableClock


def main() -> None:
    url, shop, now, job, arguments = sys.argv[1:]
    clock = MovableClock(datetime.fromtimestamp(int(now), UTC))
    writer = Writer(Engine(url, clock=clock, ids=Ids(), cipher=Cipher((KEY,))), ShopId(shop), clock.now())
    print("ready", flush=True)
    sys.stdin.readline()
    getattr(writer, job)(**json.loads(arguments))
    print(f"worst {writer.worst:.3f}", flush=True)


class Writer:
    """One process's work on a shop."""

    def __init__(self, engine: Engine, shop: ShopId, now: datetime) -> None:
        self.engine, self.shop, self.now = engine, shop, now
        self.worst = 0.0
        """Seconds that the slowest call took."""

    def withdraw(self, name: str, person: str, times: int) -> None:
        """Ask for money again and again, taking it back each time but the last."""
        me = someone(PersonId(person))
        for n in range(times):
            desk, back = (self.engine.at(self.shop, me, f"{name}-{n}-{what}") for what in ("ask", "back"))
            try:
                code = self._timed(lambda desk=desk: desk.withdrawals.request(Money(3_000), WECHAT))
                print("asked", code, flush=True)
                if n < times - 1:
                    self._timed(lambda back=back, code=code: back.withdrawals.cancel(code))
            except Refusal as refusal:
                print("refused", type(refusal).__name__, flush=True)

    def orders(self, name: str, code: str, first: int, last: int) -> None:
        """Hear orders of seven strangers, who come by first."""
        for n in range(first, last):
            self._timed(lambda n=n: self.engine.meet(self.shop, f"o_{n % 7}"))
            line = Line(1, "SKU1", "护手霜", None, 1, Money(10_000))
            sold = Sold(Paid(self.now, Payment.WECHAT, (line,), Money(0)), Buyer(openid=f"o_{n % 7}"), code)
            desk = self.engine.at(self.shop, FEED, f"{name}-{n}")
            booked = self._timed(
                lambda desk=desk, n=n, sold=sold: desk.orders.hear(Heard("shop", f"N{n}", sold))
            )
            print(booked.outcome, f"N{n}", flush=True)

    def _timed(self, act: Callable[[], Any]) -> Any:
        """Do it; as every caller of the engine's does, again if the database was busy for two seconds."""
        began = time.monotonic()
        while True:
            try:
                return act()
            except StoreBusyError:
                if time.monotonic() - began > 30:
                    raise
            finally:
                self.worst = max(self.worst, time.monotonic() - began)


if __name__ == "__main__":
    main()
