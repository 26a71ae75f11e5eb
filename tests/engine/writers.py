"""A process that writes: `python -m tests.engine.writers URL SHOP NOW JOB ARGUMENTS`; waits for a line, then works.

Each line that it prints is something the database has acknowledged, or a refusal.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from engine import FEED, Desk, Engine, someone
from engine.cipher import Cipher
from engine.errors import Refusal, StoreBusyError
from engine.ids import ApplicationId, Ids, PersonId, ShopId
from engine.money import Money
from engine.orders.events import Buyer, Heard, Sold
from engine.orders.facts import Line, Paid, Payment
from engine.referrals.visits import How
from engine.store.actors import Actor
from tests.engine.world import KEY, WECHAT, MovableClock


def main() -> None:
    url, shop, now, job, arguments = sys.argv[1:]
    clock = MovableClock(datetime.fromtimestamp(int(now), UTC))
    writer = Writer(Engine(url, clock=clock, ids=Ids(), cipher=Cipher((KEY,))), ShopId(shop), clock.now())
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.monotonic()
    getattr(writer, job)(**json.loads(arguments))
    print(f"worst {writer.worst:.3f} took {time.monotonic() - began:.3f}", flush=True)


class Writer:
    """One process's work on a shop."""

    def __init__(self, engine: Engine, shop: ShopId, now: datetime) -> None:
        self.engine, self.shop, self.now = engine, shop, now
        self.worst = 0.0
        """Seconds that the slowest call took, the first one of the process left out: it prepares its statements."""
        self._calls = 0

    def withdraw(self, name: str, person: str, times: int) -> None:
        """Ask for money again and again, taking it back each time but the last."""
        me = someone(PersonId(person))
        for n in range(times):
            code = self._try(
                "asked", me, f"{name}-{n}-ask", lambda d: d.withdrawals.request(Money(3_000), WECHAT)
            )
            if code and n < times - 1:
                self._timed(me, f"{name}-{n}-back", lambda d, code=code: d.withdrawals.cancel(code))

    def orders(self, name: str, code: str, first: int, last: int) -> None:
        """Hear orders of seven strangers, who come by first."""
        for n in range(first, last):
            print(*self._order(name, code, n), flush=True)

    def live(self, name: str, code: str, person: str, last: int) -> None:
        """Hear an order, ask for the money it brought, take it back: all with references of their own."""
        me = someone(PersonId(person))
        for n in range(last):
            print(*self._order(name, code, f"{name}-{n}"), flush=True)
            asked = self._timed(me, f"{name}-{n}-ask", lambda d: d.withdrawals.request(Money(5_000), WECHAT))
            print("asked", asked, flush=True)
            back = self._timed(me, f"{name}-{n}-back", lambda d, asked=asked: d.withdrawals.cancel(asked))
            print("back", back.code, flush=True)

    def visit(self, name: str, person: str, codes: list[str], times: int) -> None:
        """One customer scans now this promoter, now that one, and buys each time."""
        for n in range(times):
            code = codes[n % len(codes)]
            self._try(
                "visited",
                someone(PersonId(person)),
                f"{name}-{n}",
                lambda d, c=code: d.referrals.visit(c, How.SCAN),
            )
            print(*self._order(name, code, f"{name}-{n}", buyer="o_carol"), flush=True)

    def cross(self, name: str, owner: str, codes: list[str], applications: list[str], times: int) -> None:
        """Put anybody above anybody, and approve whoever has applied."""
        me, chance = someone(PersonId(owner)), random.Random(name)
        for n in range(times):
            below, above = chance.sample(codes, 2)
            asked = self._try(
                "proposed", me, f"{name}-{n}-ask", lambda d, b=below, a=above: d.uplines.propose(b, a, "调整")
            )
            if asked:
                self._try("changed", me, f"{name}-{n}-do", lambda d, c=asked.code: d.uplines.change(c))
            if n < len(applications):
                one = ApplicationId(applications[n])
                self._try("approved", me, f"{name}-{n}-yes", lambda d, one=one: d.recruiting.approve(one))

    def mark_paid(self, name: str, owner: str, codes: list[str]) -> None:
        """Mark payouts paid by their one-time codes, each with a proof of its own."""
        me = someone(PersonId(owner))
        for n, code in enumerate(codes):
            proof = f"PAY-{name}-{n}"
            self._try("paid", me, f"{name}-{n}", lambda d, c=code, p=proof: d.withdrawals.mark_paid(c, p))

    def confirm(self, name: str, owner: str, codes: list[str]) -> None:
        """Confirm changes of rates by their one-time codes."""
        for n, code in enumerate(codes):
            self._try(
                "confirmed", someone(PersonId(owner)), f"{name}-{n}", lambda d, c=code: d.settings.confirm(c)
            )

    def _order(self, name: str, code: str, n: int | str, buyer: str = "") -> tuple[str, str]:
        buyer = buyer or (f"o_{n % 7}" if isinstance(n, int) else "o_stranger")
        self._clocked(lambda: self.engine.meet(self.shop, buyer))
        line = Line(1, "SKU1", "护手霜", None, 1, Money(10_000))
        sold = Sold(Paid(self.now, Payment.WECHAT, (line,), Money(0)), Buyer(openid=buyer), code)
        heard = Heard("shop", f"N{n}", sold)
        return self._timed(FEED, f"{name}-{n}", lambda d: d.orders.hear(heard)).outcome, f"N{n}"

    def _try(self, what: str, actor: Actor, reference: str, act: Callable[[Desk], Any]) -> Any:
        """Do it and say what came of it; None when it was refused."""
        try:
            done = self._timed(actor, reference, act)
        except Refusal as refusal:
            print("refused", type(refusal).__name__, flush=True)
            return None
        print(what, getattr(done, "code", done), flush=True)
        return done

    def _timed(self, actor: Actor, reference: str, act: Callable[[Desk], Any]) -> Any:
        return self._clocked(lambda: act(self.engine.at(self.shop, actor, reference)))

    def _clocked(self, act: Callable[[], Any]) -> Any:
        """Do it; as every caller of the engine's does, again if the database was busy for two seconds."""
        began = time.monotonic()
        self._calls += 1
        while True:
            try:
                return act()
            except StoreBusyError:
                if time.monotonic() - began > 30:
                    raise
            finally:
                if self._calls > 4:
                    self.worst = max(self.worst, time.monotonic() - began)


if __name__ == "__main__":
    main()
