"""What the oracle remembers: people call each other by name, times are milliseconds, money is fen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
AUTO_RECEIPT = 15 * DAY
INVITATION_LIFE = 30 * DAY


@dataclass
class Rules:
    """The settings of one version, as far as money depends on them."""

    programme: bool = False
    lock_mode: str = "single_shot"
    lock_days: int = 0
    visit_window: int = 7
    level1: int | None = None
    level2: int | None = None
    two_level: bool = True
    acknowledged: bool = False
    self_purchase: str = "none"
    settle_mode: str = "received"
    settle_days: int = 7
    review: bool = True
    recruiting: bool = True
    payout_mode: str = "online"


@dataclass
class Stand:
    """How a promoter stands from one instant on."""

    since: int
    status: str
    upline: str | None
    group: str | None
    heir: str | None = None
    """Of a termination: who was given his customers."""


@dataclass
class Visit:
    """A customer came by a promoter's code."""

    at: int
    promoter: str
    void: bool = False


@dataclass
class Lock:
    """Who earns from a customer from one instant on."""

    start: int
    until: int | None
    promoter: str
    cause: Any
    """The visit or order that made it."""
    void: bool = False
    annulled: int | None = None
    """From when on it counts as never made: its order was wholly refunded."""


@dataclass
class Line:
    """One line of an order, with what was decided for it."""

    number: int
    kind: str
    paid: int
    discount: int
    service_at: int | None
    promoted: bool = False
    rates: tuple[int, int] = (0, 0)


@dataclass
class Order:
    """What is known of an order."""

    facts: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)
    paid: dict[str, Any] | None = None
    lines: list[Line] = field(default_factory=list)
    buyer: str | None = None
    rules: Rules = field(default_factory=Rules)
    decided: bool = False
    level1: str | None = None
    level2: str | None = None
    matured: set[tuple[int, int, str]] = field(default_factory=set)
    """(line, level, recipient): what was available once stays so."""
    ever: set[tuple[int, int, str]] = field(default_factory=set)
    shares: dict[tuple[int, int, str], int] = field(default_factory=dict)
    """What the facts and the decision give: (line, level, recipient) → fen."""

    def kind(self, name: str) -> list[dict[str, Any]]:
        """All facts of one kind."""
        return [fact for fact in self.facts.values() if fact["kind"] == name]


class Wrong(AssertionError):
    """Something took effect that the rules do not allow."""


def last_of(history: list[tuple[int, Any]], at: int) -> Any:
    """What was in force at an instant."""
    found = None
    for since, value in history:
        if since <= at:
            found = value
    return found
