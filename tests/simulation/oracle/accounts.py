"""What everybody has, and whatever takes or gives money beside the orders: withdrawals, bookings, adjustments."""

from __future__ import annotations

from collections import defaultdict

from tests.simulation.oracle.known import DAY, HOUR, Wrong
from tests.simulation.oracle.orders import Orders
from tests.simulation.oracle.people import People
from tests.simulation.oracle.programme import Programme

BEIJING = 8 * HOUR


class Accounts:
    """Nothing is kept but what was asked for, paid and given by hand: the rest follows from the orders."""

    def __init__(self, programme: Programme, people: People, orders: Orders) -> None:
        self.programme, self.people, self.orders = programme, people, orders
        self.withdrawals: dict[str, tuple[str, int, str]] = {}
        self.booked: dict[str, int] = defaultdict(int)
        """Settled outside the house (线下结算)."""
        self.booked_until = 0
        self.booking = False
        """A period is booked for some, and not for all yet."""
        self.adjusted: dict[str, int] = defaultdict(int)
        self.stopped = False

    def balances(self) -> dict[str, dict[str, int]]:
        """Every promoter's accounts, without the empty ones, and the shop's."""
        free, pending = self._free()
        held: dict[str, int] = defaultdict(int)
        paid: dict[str, int] = defaultdict(int, self.booked)
        for who, amount, state in self.withdrawals.values():
            (held if state == "open" else paid)[who] += amount * (state != "back")
        found = {
            who: {
                "pending": pending[who],
                "available": max(0, free[who]),
                "debt": min(0, free[who]),
                "withdrawing": held[who],
                "paid_out": paid[who],
            }
            for who in self.people.stands
        }
        found["shop"] = {
            "expense": -sum(self.orders.commissions().values()),
            "adjustment": -sum(self.adjusted.values()),
        }
        return {who: {name: fen for name, fen in held.items() if fen} for who, held in found.items()}

    def on_request(self, at: int, person: str, withdrawal: str, amount: int) -> None:
        if amount > self._free_of(person):
            raise Wrong(f"{person} asked for {amount}, which he does not have")
        if any(who == person and state == "open" for who, _, state in self.withdrawals.values()):
            raise Wrong(f"{person} has two withdrawals open")
        if self.people.status(person, at) == "frozen":
            raise Wrong(f"{person} is frozen and asked for money")
        if self.programme.rules(at).payout_mode == "offline":
            raise Wrong(f"{person} asked for money that is settled outside")
        self.withdrawals[withdrawal] = (person, amount, "open")

    def on_take(self, at: int, withdrawal: str) -> None:
        """开始打款 is refused while he owes or is frozen, and while payouts are stopped."""
        person = self.withdrawals[withdrawal][0]
        if self.stopped or self._free_of(person) < 0 or self.people.status(person, at) == "frozen":
            raise Wrong(f"{withdrawal} was taken in hand although {person} must wait")

    def on_give_back(self, _at: int, withdrawal: str) -> None:
        self._done(withdrawal, "back")

    def on_mark_paid(self, _at: int, withdrawal: str) -> None:
        self._done(withdrawal, "paid")

    def on_book(self, at: int, until: int, amount: int, whom: list[str], over: bool) -> None:
        """A period: what everybody has, less what fell due at its end or later; these people are the first."""
        if self.stopped or self.programme.rules(at).payout_mode != "offline" or self.booking:
            raise Wrong("a period was booked while nothing may be")
        if not self.booked_until < until <= (at + BEIJING) // DAY * DAY - BEIJING:
            raise Wrong("a period was booked twice, or one that is not over")
        self.booking, self.booked_until = True, until
        self.on_book_more(at, until, amount, whom, over)

    def on_book_more(self, _at: int, until: int, amount: int, whom: list[str], over: bool) -> None:
        """The next people of the period, with what they have by now."""
        if not self.booking or until != self.booked_until:
            raise Wrong("more was booked of a period that was over")
        later, (free, _) = self.orders.due_since(until), self._free()
        dues = {who: free[who] - later.get(who, 0) for who in whom if free[who] > 0}
        dues = {who: due for who, due in dues.items() if due > 0}
        if sum(dues.values()) != amount:
            raise Wrong(f"these of the period get {sum(dues.values())}, and {amount} was booked")
        for who, due in dues.items():
            self.booked[who] += due
        self.booking = not over

    def on_adjust(self, _at: int, person: str, account: str, amount: int) -> None:
        """By hand: no more than he has is taken from it, and no more forgiven than he owes."""
        free = self._free_of(person)
        if (account == "available" and -amount > max(0, free)) or (
            account == "debt" and amount > max(0, -free)
        ):
            raise Wrong(f"{person} has {free}, and was adjusted by {amount}")
        self.adjusted[person] += amount

    def on_stop(self, _at: int) -> None:
        self.stopped = True

    def on_resume(self, _at: int) -> None:
        if not self.stopped:
            raise Wrong("payouts went on that were not stopped")
        self.stopped = False

    def on_outside(self, _at: int, person: str, proof: str, amount: int) -> None:
        """A payment that the book did not know: what he had not yet earned he owes."""
        self.withdrawals[proof] = (person, amount, "paid")

    def _free(self) -> tuple[dict[str, int], dict[str, int]]:
        """What everybody may take (or owes, if below zero), and what still waits."""
        free: dict[str, int] = defaultdict(int)
        pending: dict[str, int] = defaultdict(int)
        for who, (waits, matured) in self.orders.sums().items():
            pending[who] += waits
            free[who] += matured
        for who, amount, state in self.withdrawals.values():
            free[who] -= amount * (state != "back")
        for who, amount in self.booked.items():
            free[who] -= amount
        for who, amount in self.adjusted.items():
            free[who] += amount
        return free, pending

    def _free_of(self, person: str) -> int:
        return self._free()[0][person]

    def _done(self, withdrawal: str, state: str) -> None:
        person, amount, before = self.withdrawals[withdrawal]
        if before != "open":
            raise Wrong(f"withdrawal {withdrawal} ended twice")
        self.withdrawals[withdrawal] = (person, amount, state)
