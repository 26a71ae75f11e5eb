"""A customer's locks (锁客) as a pure function of what happened to him: who held him from when to when, and why.

At any instant the newest lock that has begun and still counts is the one that speaks: it holds the customer for the
promoter whom it was made for, or for his heir once he has left (解约); where it has run out, nobody does. A lock whose
order was wholly refunded counts no longer from then on, and the one before it speaks again; one whose visit was taken
back (不是) never counted, nor does one that had yet to begin when the merchant gave the customer to somebody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from engine.ids import PromoterId
from engine.programme.promoters import Leaving

MadeBy = Literal["visit", "order", "assigned", "reopened"]
Left = Callable[[PromoterId, datetime], Leaving | None]
"""The termination that a promoter was under at an instant, or the first one after it."""


@dataclass(frozen=True, slots=True)
class Made:
    """What made a lock: a visit, an order, or the merchant's word."""

    n: int
    """The how manieth of this customer's we heard of: of two that began at one instant the later one speaks."""
    promoter: PromoterId
    start: datetime
    until: datetime | None
    by: MadeBy
    cause: str
    void_from: datetime | None = None
    """From when on it counts no longer: its order was wholly refunded; its own start: 不是."""

    def counts(self, t: datetime) -> bool:
        """It has begun by then, and nothing made it void."""
        return self.start <= t and (self.void_from is None or t < self.void_from)


@dataclass(frozen=True, slots=True)
class Turn:
    """From when on a lock holds for whom; nobody: its promoter left without an heir for this customer."""

    since: datetime
    promoter: PromoterId | None


@dataclass(frozen=True, slots=True)
class Span:
    """A row of the history: from here to there a lock holds the customer for a promoter."""

    lock: Made
    promoter: PromoterId
    start: datetime
    ended_at: datetime | None
    end_reason: str | None
    made_by: MadeBy
    cause: str | None
    """What made the lock, or the order whose refund reopened it; None where an heir goes on from the span before."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """From here on one lock speaks, for a promoter or for nobody."""

    start: datetime
    lock: Made | None
    holder: PromoterId | None


def spans(made: Sequence[Made], left: Left, himself: PromoterId | None) -> tuple[Span, ...]:
    """All rows that there must be, in the order of time; at most the last one is open.

    `himself` is the customer as a promoter: nobody is his own customer.
    """
    turns = {lock.n: turns_of(lock.promoter, lock.start, left, himself) for lock in made}
    standing = _standing(made)
    lived = _lived(standing, turns)
    first = {(span.lock.n, span.start, span.promoter) for span in lived}
    never = [
        Span(
            lock, lock.promoter, lock.start, lock.start, _why(standing, lock, lock.start), lock.by, lock.cause
        )
        for lock in made
        if (lock.n, lock.start, lock.promoter) not in first
    ]
    return tuple(sorted([*never, *lived], key=lambda span: (span.start, span.lock.n)))


def turns_of(
    promoter: PromoterId, start: datetime, left: Left, himself: PromoterId | None
) -> tuple[Turn, ...]:
    """For whom a promoter's lock holds: for him, from his termination on for his heir, and so on."""
    found = [Turn(start, promoter)]
    heir: PromoterId | None = promoter
    since = start
    while heir and (leaving := left(heir, since)):
        since = leaving.since
        heir = None if leaving.successor == himself else leaving.successor
        found.append(Turn(max(since, start), heir))
    return tuple(found)


def turn_at(turns: Sequence[Turn], t: datetime) -> Turn:
    """Whose turn it is at an instant after the first one's beginning."""
    return [turn for turn in turns if turn.since <= t][-1]


def _standing(made: Sequence[Made]) -> list[Made]:
    """Oldest first; without those that had yet to begin when the merchant's word came."""
    words = [lock for lock in made if lock.by == "assigned"]
    buried = {lock.n for lock in made for word in words if lock.n < word.n and lock.start >= word.start}
    return sorted((lock for lock in made if lock.n not in buried), key=lambda lock: (lock.start, lock.n))


def _lived(standing: Sequence[Made], turns: Mapping[int, Sequence[Turn]]) -> list[Span]:
    """The spans in which somebody was held; one that merely runs out is left open if it is the last."""
    stretches = _stretches(standing, turns)
    ends = [*(one.start for one in stretches[1:]), None]
    found: list[Span] = []
    for one, end in zip(stretches, ends, strict=False):
        if one.lock and one.holder:
            made_by, cause = _whence(standing, one.lock, turns[one.lock.n], one.start)
            why = _why(standing, one.lock, end) if end else None
            found.append(Span(one.lock, one.holder, one.start, end, why, made_by, cause))
    if found and found[-1].end_reason == "over":
        found[-1] = replace(found[-1], ended_at=None, end_reason=None)
    return found


def _stretches(standing: Sequence[Made], turns: Mapping[int, Sequence[Turn]]) -> list[_Stretch]:
    """Time, cut wherever something changes."""
    instants = {turn.since for lock in standing for turn in turns[lock.n]}
    instants |= {end for lock in standing for end in (lock.until, lock.void_from) if end}
    found: list[_Stretch] = []
    for t in sorted(instants):
        lock = next((one for one in reversed(standing) if one.counts(t)), None)
        runs = lock and (lock.until is None or t < lock.until)
        holder = turn_at(turns[lock.n], t).promoter if lock and runs else None
        if not found or (found[-1].lock, found[-1].holder) != (lock, holder):
            found.append(_Stretch(t, lock, holder))
    return found


def _whence(
    standing: Sequence[Made], lock: Made, turns: Sequence[Turn], start: datetime
) -> tuple[MadeBy, str | None]:
    turn = turn_at(turns, start)
    if turn.since < start:
        return "reopened", next(one.cause for one in reversed(standing) if one.void_from == start)
    return (lock.by, lock.cause) if turn is turns[0] else ("assigned", None)


def _why(standing: Sequence[Made], lock: Made, end: datetime) -> str:
    """Why a lock held nobody from an instant on."""
    if lock.void_from:
        return "undone" if lock.by == "visit" else "annulled"
    if lock.until == end:
        return "over"
    (speaks,) = [one for one in standing if one.counts(end)][-1:]
    return "moved" if speaks is lock or speaks.by == "assigned" else "replaced"
