"""What a visit or an order does to a customer's lock (锁客), by time alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.ids import PromoterId
from engine.programme.modes import LockMode as LockMode  # noqa: PLC0414 (part of this module's words too)

UNDO_WINDOW = timedelta(minutes=10)
"""How long a customer may say 不是 to a visit."""


@dataclass(frozen=True, slots=True)
class LockRow:
    """One lock in a customer's history: it ran out at `until`, or something ended it at `ended_at`."""

    promoter: PromoterId
    start: datetime
    until: datetime | None
    ended_at: datetime | None = None

    def live(self, t: datetime) -> bool:
        """start ≤ t < until, and not ended by then."""
        return (
            self.start <= t
            and (self.until is None or t < self.until)
            and (self.ended_at is None or t < self.ended_at)
        )


def until(start: datetime, days: int | None) -> datetime | None:
    """Where a lock of that many days ends: exactly days × 24 h later; None is for ever."""
    return None if days is None else start + timedelta(days=days)


def on_visit(mode: LockMode, live: LockRow | None) -> bool:
    """Whether a visit makes a lock: on visit, where none is live; it never replaces or prolongs one."""
    return mode is LockMode.ON_VISIT and live is None


def may_undo(visited_at: datetime, now: datetime) -> bool:
    """Whether 不是 still counts; that it works once per visit is for the visit's row to say."""
    return now - visited_at <= UNDO_WINDOW


def visit_counts(visit_at: datetime, paid_at: datetime, window_days: int) -> bool:
    """Whether the buyer's last visit stands in for a code: paid_at − W × 24 h ≤ visit ≤ paid_at; 0 never."""
    return window_days > 0 and paid_at - timedelta(days=window_days) <= visit_at <= paid_at
