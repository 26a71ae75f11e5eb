"""What everybody has, and the withdrawals that took it away."""

from __future__ import annotations

from collections import defaultdict

from tests.simulation.oracle.known import Wrong
from tests.simulation.oracle.orders import Orders
from tests.simulation.oracle.people import People


class Accounts:
    """Nothing is kept but what was asked for: the rest follows from the orders."""

    def __init__(self, people: People, orders: Orders) -> None:
        self.people, self.orders = people, orders
        self.withdrawals: dict[str, tuple[str, int, str]] = {}

    def balances(self) -> dict[str, dict[str, int]]:
        """Every promoter's accounts, without the empty ones."""
        pending: dict[str, int] = defaultdict(int)
        free: dict[str, int] = defaultdict(int)
        held: dict[str, int] = defaultdict(int)
        paid: dict[str, int] = defaultdict(int)
        for who, (waits, matured) in self.orders.sums().items():
            pending[who] += waits
            free[who] += matured
        for who, amount, state in self.withdrawals.values():
            if state in ("open", "paid"):
                free[who] -= amount
                (held if state == "open" else paid)[who] += amount
        found = {}
        for who in self.people.stands:
            accounts = {
                "pending": pending[who],
                "available": max(0, free[who]),
                "debt": min(0, free[who]),
                "withdrawing": held[who],
                "paid_out": paid[who],
            }
            found[who] = {account: amount for account, amount in accounts.items() if amount}
        return {who: accounts for who, accounts in found.items() if accounts}

    def on_request(self, at: int, person: str, withdrawal: str, amount: int) -> None:
        if amount > self.balances().get(person, {}).get("available", 0):
            raise Wrong(f"{person} asked for {amount}, which he does not have")
        if any(who == person and state == "open" for who, _, state in self.withdrawals.values()):
            raise Wrong(f"{person} has two withdrawals open")
        if self.people.status(person, at) == "frozen":
            raise Wrong(f"{person} is frozen and asked for money")
        self.withdrawals[withdrawal] = (person, amount, "open")

    def on_give_back(self, _at: int, withdrawal: str) -> None:
        self._done(withdrawal, "back")

    def on_mark_paid(self, _at: int, withdrawal: str) -> None:
        self._done(withdrawal, "paid")

    def _done(self, withdrawal: str, state: str) -> None:
        person, amount, before = self.withdrawals[withdrawal]
        if before != "open":
            raise Wrong(f"withdrawal {withdrawal} ended twice")
        self.withdrawals[withdrawal] = (person, amount, state)
