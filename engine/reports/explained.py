"""An order explained (为什么), as values: what the reader may not know is not in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from engine.money import Money, Rate
from engine.orders.attribution import Basis, CodeSource, LockEffect, LockMode, Why
from engine.people.names import Name
from engine.programme.rates import RateSource
from engine.reports.took import Back


class Tie(Enum):
    """What a promoter has to do with an order."""

    LEVEL1 = "level1"
    """Level 1 is his, or was meant for him."""
    LEVEL2 = "level2"
    LOCK = "lock"
    """The buyer was locked to him."""
    CODE = "code"
    """The shop sent his code."""
    VISIT = "visit"
    """The buyer visited him last."""
    PLACED = "placed"
    """He placed the order."""
    BUYER = "buyer"
    """He bought."""
    MOVED = "moved"
    """It was his before somebody decided it again."""


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of an order that pay a level at one rate, or not at all for one reason."""

    lines: tuple[int, ...]
    rate: Rate
    source: RateSource
    reason: Why | None
    """Why they pay nothing; None where they pay."""
    base: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class LevelTold:
    """One level: to whom how much, or why to nobody."""

    level: int
    reason: Why
    whom: Name | None
    """The recipient, or whom it was meant for."""
    paid: bool
    amount: Money
    """What it comes to now, refunds taken off."""
    pending: Money
    due_at: datetime | None
    """When the last of what is pending falls due, if that is known."""
    matured_at: datetime | None
    """When the last of the rest fell due."""
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class LockTold:
    """The lock that held the buyer."""

    whose: Name
    start: datetime
    until: datetime | None
    made_by: str
    how: str
    """How the visit came about, if a visit made it."""
    order: str
    """单号 of the order, if one made it or gave it back."""


@dataclass(frozen=True, slots=True)
class VisitTold:
    """The buyer's last visit."""

    whose: Name
    at: datetime
    how: str
    refused: Why | None
    """Why it was no code, if it was none."""


@dataclass(frozen=True, slots=True)
class Again:
    """Somebody decided the order after it was heard."""

    at: datetime
    how: str
    """`claimed`, `known` or `assigned`."""
    by: Name | None
    reason: str
    before: Name | None
    after: Name | None


@dataclass(frozen=True, slots=True)
class Explained:
    """The answer. What the reader may not know is not in it."""

    code: str
    number: str
    paid_at: datetime
    paid: Money | None
    """None: not for him."""
    refunded: Money
    buyer: Name | None
    waiting: bool
    ties: frozenset[Tie]
    """Empty for the merchant, who reads all."""
    levels: tuple[LevelTold, ...]
    through: Name | None
    """To an upline: whose order it is."""
    basis: Basis | None
    code_source: CodeSource | None
    code_refused: Why | None
    lock_effect: LockEffect
    mode: LockMode
    version: int
    lock: LockTold | None
    visit: VisitTold | None
    code_of: Name | None
    """Whose code the shop sent."""
    held: bool
    """An after-sale case is open: what is pending may wait for its end."""
    refunds: tuple[Back, ...]
    again: tuple[Again, ...]
    excess_refund: Money
    excess_discount: Money
