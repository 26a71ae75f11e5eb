"""What can go wrong, by who has to act: a Refusal is an expected no, an …Error is a bug or an outage."""

from __future__ import annotations

from dataclasses import dataclass


class Refusal(Exception):
    """An expected no. Carries the facts needed to explain it; the words stand in `handlers.texts`.

    Every subclass is a dataclass (`eq=False`, so that it stays hashable and raisable) whose fields are
    those facts. A Refusal rolls the whole command back.
    """


class EngineError(Exception):
    """A bug or an outage: nobody who texts us can do anything about it."""


class BookError(EngineError):
    """A posting that the ledger's rules forbid, or a reference used twice for different things."""


class StoreError(EngineError):
    """The database did not do what was asked, for a reason other than being busy."""


class StoreBusyError(StoreError):
    """The database is away or was locked for too long: try again later (WeChat's retry is that later)."""


class NestedWriteError(EngineError):
    """A transaction was opened inside a transaction."""


@dataclass(eq=False)
class NotAnAmount(Refusal):
    """The text is no amount of money."""

    typed: str


@dataclass(eq=False)
class NotARate(Refusal):
    """The text is no percentage from 0 to 100."""

    typed: str
