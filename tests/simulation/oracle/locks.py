"""Visits, and the locks that customers are under.

At any instant the newest lock that has begun, and was neither taken back nor annulled by then, is the only one that
counts: it holds the customer or has run out. Whoever left has given all he holds to his heir in that very instant.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from tests.simulation.oracle.known import DAY, MINUTE, Lock, Order, Visit, Wrong
from tests.simulation.oracle.maturity import due
from tests.simulation.oracle.people import People
from tests.simulation.oracle.programme import Programme
from tests.simulation.oracle.shares import is_gone, whole_at


class Locks:
    """Everything that ever made a lock, and what made it void; who holds is looked up and never stored."""

    def __init__(self, programme: Programme, people: People) -> None:
        self.programme, self.people = programme, people
        self.visits: dict[str, list[Visit]] = defaultdict(list)
        self.locks: dict[str, list[Lock]] = defaultdict(list)
        self.assigned: dict[str, list[Visit]] = defaultdict(list)
        self.now = 0
        """When the latest thing that was told took effect."""

    def bought(self, order: Order, promoter: str) -> None:
        """An order makes a lock, from its own payment on."""
        assert order.paid is not None
        assert order.buyer is not None
        self._begin(order.buyer, order.paid["at"], order.rules.lock_days, promoter, order)

    def holders(self, at: int) -> dict[str, str]:
        """Every customer whose lock is live → whose."""
        found = {person: self.holder(person, at) for person in self.locks}
        return {person: who for person, who in found.items() if who}

    def holder(self, person: str, at: int) -> str | None:
        lock = self._lock(person, at)
        return lock.promoter if lock else None

    def annul(self, order: Order, customer: str) -> None:
        """Wholly refunded before its last line matured: its lock is over from then on."""
        whole = whole_at(order) if order.paid else None
        if whole is not None:
            earlier = [one for one in order.kind("refunded") + order.kind("cancelled") if one["at"] < whole]
            waited = [line for line in order.lines if not is_gone(order, line, earlier)]
            dues = [due(order, line) for line in waited]
            if all(one is not None and one <= whole for one in dues):
                whole = None
        for lock in self.locks[customer]:
            if lock.cause is order:
                lock.annulled = None if whole is None else max(whole, lock.start)

    def on_given(self, at: int, customers: list[str], promoter: str, how: str, move: str) -> None:
        """分配: with the lock from now (计佣), or only to be looked after (仅跟进)."""
        for customer in customers:
            if promoter == customer:
                raise Wrong(f"{customer} was given to himself")
            if how == "earn":
                self._give(customer, at, promoter, move)
            given = self.assigned[customer]
            given.append(Visit(max(at, given[-1].at + 1) if given else at, promoter))

    def on_transferred(
        self, at: int, source: str, promoter: str, how: str, move: str, wished: int, whom: list[str]
    ) -> None:
        """转移: all of these that one promoter looks after, but for who came to him since it was wished."""
        if self.people.status(promoter, at) == "terminated":
            return
        going = [
            one
            for one in sorted({*self.locks, *self.visits, *self.assigned} & {*whom})
            if one != promoter and self._with(one, at) == source and self._with_since(one, at) <= wished
        ]
        self.on_given(at, going, promoter, how, move)

    def on_visit(self, at: int, person: str, promoter: str, invitation: bool) -> None:
        if invitation and self.people.status(person, at) not in ("active", "frozen"):
            self.people.invitations[person].append(Visit(at, promoter))
        made = Visit(at, promoter)
        self.visits[person].append(made)
        rules = self.programme.rules(at)
        if rules.lock_mode == "on_visit" and not self._lock(person, at):
            self._begin(person, at, rules.lock_days, promoter, made)

    def on_came(
        self, at: int, person: str, promoter: str, invitation: bool, code: bool, followed_at: int,
        known: bool, counted: bool,
    ) -> None:  # fmt: skip
        """A follower whose coming was never heard: WeChat says by whose code he came, and perhaps his unionid."""
        if known:
            self.people.buyers.linked.add(person)
        heard = any(not one.void and one.at >= followed_at - 5 * MINUTE for one in self.visits[person])
        welcome = self.programme.rules(at).programme and self.people.status(promoter, at) == "active"
        if counted != (code and not heard and welcome and promoter != person):
            raise Wrong(f"{person} came by {promoter}, and it {'counted' if counted else 'did not count'}")
        if counted:
            self.on_visit(at, person, promoter, invitation)

    def on_undo(self, at: int, person: str) -> None:
        """不是: the last visit and any lock it made never were."""
        last = self.visits[person][-1]
        if last.void or at - last.at > 10 * MINUTE:
            raise Wrong(f"{person} took a visit back that was no longer to be taken back")
        last.void = True
        for lock in self.locks[person]:
            lock.void |= lock.cause is last

    def on_undo_invitation(self, at: int, person: str) -> None:
        next(one for one in reversed(self.people.invitations[person]) if not one.void).void = True

    def _begin(self, person: str, at: int, days: int, promoter: str, cause: Any) -> None:
        self.locks[person].append(Lock(at, at + days * DAY if days else None, promoter, cause))

    def _give(self, customer: str, at: int, promoter: str, move: str) -> None:
        """A lock from now; one that is about to begin never will."""
        for lock in self.locks[customer]:
            lock.void |= lock.start >= at
        self._begin(customer, at, self.programme.rules(at).lock_days, promoter, move)

    def _with(self, customer: str, at: int) -> str | None:
        """Who looks after him: whose lock is live, else the last who was assigned or visited, or his heir."""
        return self._carer(customer, at)[0]

    def _with_since(self, customer: str, at: int) -> int:
        return self._carer(customer, at)[1]

    def _carer(self, customer: str, at: int) -> tuple[str | None, int]:
        soon = max([at, *(lock.start for lock in self.locks[customer])])
        live = self._lock(customer, soon)
        if live:
            return live.promoter, live.start
        came = [one for one in self.visits[customer] if not one.void] + self.assigned[customer]
        last = max(reversed(came), key=lambda one: one.at, default=None)
        if last is None:
            held = [one for one in self.locks[customer] if not one.void and one.annulled is None]
            if not held:
                return None, at
            last = max((Visit(one.start, one.promoter) for one in held), key=lambda one: one.at)
        heir = self.people.heir(last.promoter, last.at, None, customer)
        return (heir, last.at) if heir else (None, at)

    def _lock(self, person: str, at: int) -> Lock | None:
        """The lock that is live, with whoever it holds for by then."""
        counting = [
            one
            for one in self.locks[person]
            if one.start <= at and not one.void and (one.annulled is None or at < one.annulled)
        ]
        newest = max(reversed(counting), key=lambda one: one.start, default=None)
        if newest is None or (newest.until is not None and newest.until <= at):
            return None
        heir = self.people.heir(newest.promoter, newest.start, at, person)
        return replace(newest, promoter=heir) if heir else None
