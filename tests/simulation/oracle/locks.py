"""Visits, and the locks that customers are under."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tests.simulation.oracle.known import DAY, MINUTE, Lock, Order, Visit, Wrong
from tests.simulation.oracle.maturity import due
from tests.simulation.oracle.people import People
from tests.simulation.oracle.programme import Programme
from tests.simulation.oracle.shares import is_gone, whole_at


class Locks:
    """History is rows: what was replaced, annulled or taken back is remembered as such."""

    def __init__(self, programme: Programme, people: People) -> None:
        self.programme, self.people = programme, people
        self.visits: dict[str, list[Visit]] = defaultdict(list)
        self.locks: dict[str, list[Lock]] = defaultdict(list)
        self.now = 0
        """When the latest thing that was told took effect."""

    def bought(self, order: Order, promoter: str) -> None:
        """An order makes a lock, from its own payment on."""
        assert order.paid is not None
        assert order.buyer is not None
        self._begin(order.buyer, order.paid["at"], order.rules.lock_days, promoter, order)
        self.touch(order.buyer, self.now)

    def holders(self, at: int) -> dict[str, str]:
        """Every customer whose lock is live → whose."""
        found = {person: self.holder(person, at) for person in self.locks}
        return {person: who for person, who in found.items() if who}

    def holder(self, person: str, at: int) -> str | None:
        lock = self._lock(person, at)
        return lock.promoter if lock else None

    def touch(self, customer: str, at: int) -> None:
        """Whoever is still with a promoter who left goes to his heir, for the time that remains."""
        soon = max([at, *(lock.start for lock in self.locks[customer])])
        lock = self._lock(customer, soon)
        if lock is None:
            return
        heir = self.people.heir(lock.promoter, lock.start)
        if heir != lock.promoter:
            lock.moved = max(at, lock.start)
            if heir and heir != customer:
                self.locks[customer].append(Lock(lock.moved, lock.until, heir, lock))

    def annul(self, order: Order, customer: str) -> None:
        """Wholly refunded before its last line matured: its lock is over from then on.

        The one that it took the place of goes on, to its own end or to the next lock's start.
        """
        whole = whole_at(order) if order.paid else None
        if whole is not None:
            earlier = [one for one in order.kind("refunded") + order.kind("cancelled") if one["at"] < whole]
            waited = [line for line in order.lines if not is_gone(order, line, earlier)]
            dues = [due(order, line) for line in waited]
            if all(one is not None and one <= whole for one in dues):
                whole = None
        if whole == order.annulled:
            return
        order.annulled = whole
        for lock in [one for one in self.locks[customer] if one.cause is order]:
            self._revive(customer, lock)
            if whole is not None:
                self._end(customer, lock, max(whole, lock.start))
        self.touch(customer, self.now)

    def on_visit(self, at: int, person: str, promoter: str, invitation: bool) -> None:
        if invitation and self.people.status(person, at) not in ("active", "frozen"):
            self.people.invitations[person].append(Visit(at, promoter))
        made = Visit(at, promoter)
        self.visits[person].append(made)
        rules = self.programme.rules(at)
        if rules.lock_mode == "on_visit" and not self._lock(person, at):
            self._begin(person, at, rules.lock_days, promoter, made)
        self.touch(person, at)

    def on_undo(self, at: int, person: str) -> None:
        """不是: the last visit and any lock it made never were."""
        last = self.visits[person][-1]
        if last.void or at - last.at > 10 * MINUTE:
            raise Wrong(f"{person} took a visit back that was no longer to be taken back")
        last.void = True
        for lock in self.locks[person]:
            lock.void |= lock.cause is last
        self.touch(person, at)

    def on_undo_invitation(self, at: int, person: str) -> None:
        next(one for one in reversed(self.people.invitations[person]) if not one.void).void = True

    def on_customers(self, at: int, person: str) -> None:
        """The leaver's customers are handed over; whoever came by meanwhile was so already."""
        for customer in list(self.locks):
            self.touch(customer, at)

    def _begin(self, person: str, at: int, days: int, promoter: str, cause: Any) -> None:
        self.locks[person].append(Lock(at, at + days * DAY if days else None, promoter, cause))

    def _lock(self, person: str, at: int) -> Lock | None:
        """The lock that is live: the newest one that ever was, if it has not ended."""
        lock = self._newest(person, at)
        ends = (lock.until, lock.moved, lock.annulled) if lock else ()
        return lock if all(end is None or at < end for end in ends) else None

    def _newest(self, person: str, at: int) -> Lock | None:
        begun = [lock for lock in self.locks[person] if lock.start <= at and not self._is_void(lock)]
        return max(reversed(begun), key=lambda lock: lock.start, default=None)

    def _is_void(self, lock: Lock) -> bool:
        return lock.void or (isinstance(lock.cause, Lock) and self._is_void(lock.cause))

    def _revive(self, customer: str, lock: Lock) -> None:
        """As if the order had not been refunded: what lived in the lock's place never did."""
        for one in self.locks[customer]:
            one.void |= one.instead is not None and self._goes_on(one.instead, lock)
            if self._goes_on(one, lock):
                one.annulled = None

    def _end(self, customer: str, lock: Lock, end: int) -> None:
        before = self._before(customer, lock)
        line = [one for one in self.locks[customer] if self._goes_on(one, lock)]
        since = next(
            (
                at
                for at in sorted({end, *(one.start for one in line if one.instead and one.start > end)})
                if self._newest(customer, at) in line
            ),
            None,
        )
        for one in line:
            one.annulled = max(end, one.start)
        if since is not None and before and (before.until is None or since < before.until):
            self.locks[customer].append(Lock(since, before.until, before.promoter, before, instead=lock))

    def _before(self, customer: str, lock: Lock) -> Lock | None:
        """The lock that was live when this one took its place; one that was annulled never was, for this."""
        others = [
            one
            for one in self.locks[customer]
            if not (self._goes_on(one, lock) or self._is_void(one) or one.annulled is not None)
            and one.start <= lock.start
        ]
        newest = max(reversed(others), key=lambda one: one.start, default=None)
        ends = (newest.until, newest.moved) if newest else ()
        return newest if all(end is None or lock.start < end for end in ends) else None

    def _goes_on(self, lock: Lock, first: Lock) -> bool:
        """Is it the first one, or what that one lived on as?"""
        return lock is first or (isinstance(lock.cause, Lock) and self._goes_on(lock.cause, first))
