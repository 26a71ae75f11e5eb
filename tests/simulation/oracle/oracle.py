"""A second reading of the programme's rules, in plain Python: what everybody must have after all that was told.

Written from the rules and examples of the product alone; it imports nothing of the engine (a test looks), so that
one misunderstanding cannot stand on both sides. Times are whole milliseconds, money whole fen, rates basis points,
people are called by their names. It is told everything in the order in which it took effect. One module for each
kind of rule; what is told as `visit` is heard by the room that has `on_visit`.
"""

from __future__ import annotations

from typing import Any

from tests.simulation.oracle.accounts import Accounts
from tests.simulation.oracle.buyers import Buyers
from tests.simulation.oracle.locks import Locks
from tests.simulation.oracle.orders import Orders
from tests.simulation.oracle.people import People
from tests.simulation.oracle.programme import Programme
from tests.simulation.oracle.staff import Staff


class Oracle:
    """Told everything once, in order; then asked."""

    def __init__(self, most: int = 50) -> None:
        """`most`: how many of something long are done at a time."""
        self.programme = Programme()
        self.buyers = Buyers()
        self.people = People(self.programme, self.buyers)
        self.locks = Locks(self.programme, self.people)
        self.orders = Orders(self.programme, self.people, self.locks, self.buyers, most)
        self.accounts = Accounts(self.programme, self.people, self.orders)
        self.staff = Staff()
        self._rooms = (self.programme, self.staff, self.people, self.locks, self.orders, self.accounts)

    def tell(self, what: str, at: int, **facts: Any) -> None:
        """One thing that took effect."""
        self.locks.now = at
        (hears,) = (getattr(room, f"on_{what}") for room in self._rooms if hasattr(room, f"on_{what}"))
        hears(at, **facts)
