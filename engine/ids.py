"""Names of things: random ids with a prefix for the machine, short codes without 0/O/1/I for people."""

from __future__ import annotations

import random
import secrets
from typing import NewType, Protocol

AccountId = NewType("AccountId", str)
ShopId = NewType("ShopId", str)
PersonId = NewType("PersonId", str)
PromoterId = NewType("PromoterId", str)
ApplicationId = NewType("ApplicationId", str)
GroupId = NewType("GroupId", str)
VisitId = NewType("VisitId", str)
LockId = NewType("LockId", str)
OrderId = NewType("OrderId", str)
WithdrawalId = NewType("WithdrawalId", str)
BookingId = NewType("BookingId", str)
AdjustmentId = NewType("AdjustmentId", str)
OutboxId = NewType("OutboxId", str)

PEOPLE_READ = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 6
"""Characters of a code that people read to each other."""
_MACHINES_READ = "0123456789abcdefghijkmnpqrstvwxyz"


class Chooser(Protocol):
    """Where randomness comes from: `secrets.SystemRandom()`, or a seeded one in tests."""

    def choice(self, seq: str, /) -> str: ...


class Ids:
    """Makes ids and codes."""

    LENGTH = 20
    """Characters of an id after its prefix."""

    def __init__(self, chooser: Chooser | random.Random | None = None) -> None:
        self._chooser = chooser or secrets.SystemRandom()

    def new(self, prefix: str) -> str:
        """A random id such as `or_8x0…` (20 characters, 100 bits)."""
        return f"{prefix}_{self._pick(_MACHINES_READ, self.LENGTH)}"

    def code(self, length: int) -> str:
        """A short code that people can read to each other: no 0, O, 1, I."""
        return self._pick(PEOPLE_READ, length)

    def _pick(self, alphabet: str, length: int) -> str:
        return "".join(self._chooser.choice(alphabet) for _ in range(length))
