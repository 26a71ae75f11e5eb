"""Locks in the database: rows that are made, ended and reopened, never overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.ids import LockId, PersonId, PromoterId
from engine.ledger.chart import SHOP
from engine.ledger.daily import Metric, count
from engine.programme import promoters
from engine.referrals import binding
from engine.referrals.binding import LockRow
from engine.store.base import Tx
from engine.store.tables import assignments, customers, locks, visits

MadeBy = Literal["visit", "order", "assigned", "reopened"]
_NEVER_WAS = ("annulled", "undone")


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock with its place in the history."""

    id: LockId
    row: LockRow
    end_reason: str
    made_by: str
    cause: str


def history(tx: Tx, person: PersonId) -> tuple[Lock, ...]:
    """All locks that this customer ever had, oldest first."""
    rows = tx.run(
        select(locks)
        .where(locks.c.shop_id == tx.shop, locks.c.person_id == person)
        .order_by(locks.c.start, locks.c.id)
    )
    return tuple(
        Lock(
            row.id, LockRow(row.promoter_id, row.start, row.until, row.ended_at),
            row.end_reason or "", row.made_by, row.cause,
        )
        for row in rows
    )  # fmt: skip


def live_at(tx: Tx, person: PersonId, instant: datetime) -> LockRow | None:
    """The lock that held this customer at an instant."""
    held = held_at(tx, person, instant)
    return held.row if held else None


def held_at(tx: Tx, person: PersonId, instant: datetime) -> Lock | None:
    """The same, with what made it."""
    before = history(tx, person)
    live = binding.live_at([lock.row for lock in before], instant)
    return next((lock for lock in before if lock.row is live), None)


def whose(tx: Tx, person: PersonId) -> tuple[PromoterId | None, PromoterId | None]:
    """Whose lock holds him now, and who looks after him."""
    before = history(tx, person)
    live = _live_soon(tx, before)
    holder = live.row.promoter if live else None
    return holder, holder or _carer(tx, person, before, live)[0]


def with_since(tx: Tx, person: PersonId) -> datetime:
    """Since when he is with whoever has him now, by a lock or by care alone."""
    before = history(tx, person)
    live = _live_soon(tx, before)
    return live.row.start if live else _carer(tx, person, before, live)[1] or tx.now


def put(
    tx: Tx,
    person: PersonId,
    promoter: PromoterId,
    *,
    start: datetime,
    days: int,
    made_by: MadeBy,
    cause: str,
) -> None:
    """A lock from `start`: the one that lived then ends there; a later one that exists already ends this one."""
    before = history(tx, person)
    rows = [lock.row for lock in before]
    was = binding.live_at(rows, start)
    _make_room(tx, before, was, start)
    until = binding.until(start, days or None)
    following = binding.next_start(rows, start)
    ended, reason = _end(until, following)
    tx.run(
        insert(locks).values(
            shop_id=tx.shop, id=tx.ids.new("lk"), person_id=person, promoter_id=promoter, start=start,
            until=until, ended_at=ended, end_reason=reason, made_by=made_by, cause=cause,
        )
    )  # fmt: skip
    if was is None or was.promoter != promoter:
        count(tx, Metric.LOCKS, 1, promoter, SHOP)
    mirror(tx, person)


def give(tx: Tx, person: PersonId, promoter: PromoterId, *, days: int, cause: str) -> None:
    """The merchant's lock from now: whatever holds the customer, or is about to, ends as moved.

    The one verb here that leaves the mirror to its caller, who has more to write down first.
    """
    for lock in history(tx, person):
        row, at = lock.row, max(tx.now, lock.row.start)
        if row.live(at):
            _finish(tx, lock.id, at, "moved")
        elif row.ended_at is None and row.until is not None:
            _finish(tx, lock.id, row.until, "over")
    tx.run(
        insert(locks).values(
            shop_id=tx.shop, id=tx.ids.new("lk"), person_id=person, promoter_id=promoter, start=tx.now,
            until=binding.until(tx.now, days or None), made_by="assigned", cause=cause,
        )
    )  # fmt: skip


def undo(tx: Tx, person: PersonId, cause: str) -> None:
    """The visit that made a lock was none: the lock never lived, nor what it was handed on as.

    An order heard after the visit, but paid before it, had its lock end where this one began: that one goes on.
    """
    before = history(tx, person)
    for made in before:
        if made.cause == cause and made.made_by == "visit":
            line = (made, *_handed_on(before, made))
            for lock in line:
                _finish(tx, lock.id, lock.row.start, "undone")
            replaced = _replaced_by(before, made)
            if replaced and replaced.row.ended_at == made.row.start:
                others = [lock.row for lock in before if lock not in line]
                following = binding.next_start(others, replaced.row.start)
                _finish(tx, replaced.id, *_end(replaced.row.until, following))
    mirror(tx, person)


def annul(tx: Tx, person: PersonId, cause: str, at: datetime | None) -> None:
    """The order that made a lock was wholly refunded: from `at` on the row before it lives again.

    None, or another instant than an earlier fact gave: what was annulled by that lives again first.
    """
    before = history(tx, person)
    void = _made_by_order(before, cause)
    if void is None or (at is None and void.end_reason != "annulled"):
        return
    if void.end_reason == "annulled":
        ended = _ends(before, void, cause)[0][1]
        if at is not None and void.row.ended_at == _annulled_at(void.row, ended, at):
            return
        _revive(tx, person, before, void, cause)
        before = history(tx, person)
    if at is not None:
        _annul(tx, person, before, cause, at)
    mirror(tx, person)


def mirror(tx: Tx, person: PersonId) -> None:
    """Copy who holds the customer now to his row, where the lists are made from.

    Whoever is still with a promoter who left goes to the successor first.
    """
    before = history(tx, person)
    live = _live_soon(tx, before)
    if live and _handed_over(tx, person, live):
        before = history(tx, person)
        live = _live_soon(tx, before)
    carer, since = _carer(tx, person, before, live)
    values: dict[str, Any] = {
        "locked_by": live.row.promoter if live else None,
        "locked_until": live.row.until if live else None,
        "carer": carer,
        "carer_since": since,
    }
    tx.run(
        _customer(tx, person, **values).on_conflict_do_update(
            index_elements=["shop_id", "person_id"], set_=values
        )
    )


def note(tx: Tx, person: PersonId) -> None:
    """He is a customer of the shop's, although nobody sent him."""
    tx.run(_customer(tx, person).on_conflict_do_nothing())


def _customer(tx: Tx, person: PersonId, **values: Any) -> Any:
    maker = sqlite.insert(customers) if tx.on_sqlite else postgresql.insert(customers)
    return maker.values(shop_id=tx.shop, person_id=person, since=tx.now, **values)


def _annul(tx: Tx, person: PersonId, before: Sequence[Lock], cause: str, at: datetime) -> None:
    void = next(lock for lock in before if (lock.cause, lock.made_by) == (cause, "order"))
    lives = _lives(before, void)
    aside = [lock for line in lives for lock in line]
    for lock in aside:
        end = max(at, lock.row.start)
        _finish(tx, lock.id, _annulled_at(lock.row, lock.row.ended_at, end), "annulled")
    replaced = _replaced_by(before, void)
    for line in lives:
        end = max(at, line[0].row.start)
        if replaced and any(lock.row.live(end) or lock.row.ended_at is None for lock in line):
            others = [lock.row for lock in before if lock not in aside]
            _reopen(tx, person, replaced.row, cause, end, binding.next_start(others, end))
            return


def _annulled_at(row: LockRow, ended: datetime | None, at: datetime) -> datetime:
    return max(row.start, at if ended is None else min(at, ended))


def _revive(tx: Tx, person: PersonId, before: Sequence[Lock], void: Lock, cause: str) -> None:
    """As if the order had not been wholly refunded: what lived in the lock's place never did."""
    for lock in _in_its_place(before, cause):
        _finish(tx, lock.id, lock.row.start, "annulled")
    for lock, ended, reason in _ends(before, void, cause):
        _finish(tx, lock.id, ended, reason)
    after = history(tx, person)
    _, *again = _lives(after, next(lock for lock in after if lock.id == void.id))
    # Of what one order's refund reopened, first one lock and then another, one stands: the last.
    standing = {
        one.cause: one for one in after if one.made_by == "reopened" and one.end_reason not in _NEVER_WAS
    }
    for line in again:
        if standing.setdefault(line[0].cause, line[0]) is line[0]:
            for lock, ended, reason in _ends(after, line[0], cause):
                _finish(tx, lock.id, ended, reason)


def _lives(before: Sequence[Lock], lock: Lock) -> list[tuple[Lock, ...]]:
    """A lock with what it was handed on as, and the same of what it was reopened as later."""
    line = (lock, *_handed_on(before, lock))
    reopened = [one for one in before if one.made_by == "reopened" and _reopened_from(before, one) in line]
    return [line, *(life for one in reopened for life in _lives(before, one))]


def _reopened_from(before: Sequence[Lock], lock: Lock) -> Lock | None:
    """The lock that goes on in this one; None when what had replaced it was not refunded after all."""
    others = [one for one in before if (one.cause, one.made_by) != (lock.cause, "reopened")]
    void = _made_by_order(others, lock.cause)
    stands = void and (void.end_reason == "annulled" or lock.row.live(lock.row.start))
    return _replaced_by(others, void) if void and stands else None


def _ends(before: Sequence[Lock], void: Lock, cause: str) -> list[tuple[Lock, datetime | None, str | None]]:
    """How a lock, and what it was handed on as, ends when nothing annuls it."""
    line = (void, *_handed_on(before, void))
    aside = (*line, *_in_its_place(before, cause))
    others = [lock.row for lock in before if lock not in aside]
    last = line[-1]
    return [
        *((lock, following.row.start, "moved") for lock, following in pairwise(line)),
        (last, *_end(last.row.until, binding.next_start(others, last.row.start))),
    ]


def _in_its_place(before: Sequence[Lock], cause: str) -> tuple[Lock, ...]:
    """What was reopened when the order was wholly refunded, and what that was handed on as."""
    reopened = [lock for lock in before if lock.made_by == "reopened" and lock.cause == cause]
    return tuple(one for lock in reopened for one in (lock, *_handed_on(before, lock)))


def _made_by_order(before: Sequence[Lock], cause: str) -> Lock | None:
    return next((lock for lock in before if (lock.cause, lock.made_by) == (cause, "order")), None)


def _live_soon(tx: Tx, before: Sequence[Lock]) -> Lock | None:
    # The shop's clock may run minutes ahead of ours: a lock that is about to begin holds him already.
    rows = [lock.row for lock in before]
    live = binding.live_at(rows, max([tx.now, *(row.start for row in rows)]))
    return next((lock for lock in before if lock.row is live), None)


def _handed_over(tx: Tx, person: PersonId, lock: Lock) -> bool:
    """End the lock of a promoter who left; his successor's begins now and keeps the remaining time."""
    row = lock.row
    heir, _ = _heir(tx, person, row.promoter, row.start)
    if heir == row.promoter:
        return False
    at = max(tx.now, row.start)
    _finish(tx, lock.id, at, "moved")
    if heir:
        tx.run(
            insert(locks).values(
                shop_id=tx.shop, id=tx.ids.new("lk"), person_id=person, promoter_id=heir, start=at,
                until=row.until, made_by="assigned", cause=lock.id,
            )
        )  # fmt: skip
    return True


def _handed_on(before: Sequence[Lock], lock: Lock) -> tuple[Lock, ...]:
    """What a lock lived on as, after its promoter left."""
    following = next((one for one in before if one.made_by == "assigned" and one.cause == lock.id), None)
    return (following, *_handed_on(before, following)) if following else ()


def _carer(
    tx: Tx, person: PersonId, before: Sequence[Lock], live: Lock | None
) -> tuple[PromoterId | None, datetime | None]:
    """Who was assigned or visited last; else whose lock held the customer last."""
    lived = [lock for lock in before if lock.end_reason not in _NEVER_WAS]
    last = tx.run(
        select(visits.c.promoter_id, visits.c.at)
        .where(visits.c.shop_id == tx.shop, visits.c.person_id == person, visits.c.voided_at.is_(None))
        .order_by(visits.c.at.desc(), visits.c.id.desc())
        .limit(1)
    ).one_or_none()
    assigned = _assigned(tx, person, lived)
    held = max((lock.row for lock in ([live] if live else lived)), key=_start, default=None)
    if last and (assigned is None or assigned[1] <= last.at):
        heir, since = _heir(tx, person, PromoterId(last.promoter_id), last.at)
    elif assigned:
        heir, since = _heir(tx, person, *assigned)
    elif held:
        heir, since = _heir(tx, person, held.promoter, held.start)
    else:
        return None, None
    return (heir, since) if heir else (None, None)


def _assigned(tx: Tx, person: PersonId, lived: Sequence[Lock]) -> tuple[PromoterId, datetime] | None:
    """To whom the customer was given last: by the merchant, or with all that a leaver had."""
    row = tx.run(
        select(assignments.c.promoter_id, assignments.c.at)
        .where(assignments.c.shop_id == tx.shop, assignments.c.person_id == person)
        .order_by(assignments.c.at.desc())
        .limit(1)
    ).one_or_none()
    given = [(lock.row.promoter, lock.row.start) for lock in lived if lock.made_by == "assigned"]
    # Last in the list, so that of two at one instant the merchant's own word comes later.
    given += [(PromoterId(row.promoter_id), row.at)] if row else []
    return max(reversed(given), key=lambda one: one[1], default=None)


def _heir(
    tx: Tx, person: PersonId, promoter: PromoterId, since: datetime
) -> tuple[PromoterId | None, datetime]:
    """Whose a promoter's customer is by now, and since when: his, unless he left; nobody is his own customer."""
    heir: PromoterId | None = promoter
    while heir and (leaving := promoters.left(tx, heir, since)):
        heir, since = leaving.successor, leaving.since
    if heir and heir != promoter and promoters.one(tx, heir).person == person:
        return None, since
    return heir, since


def _start(row: LockRow) -> datetime:
    return row.start


def _make_room(tx: Tx, before: Sequence[Lock], was: LockRow | None, start: datetime) -> None:
    for lock in before:
        row = lock.row
        if row is was:
            _finish(tx, lock.id, start, "replaced")
        elif row.ended_at is None and row.until is not None and row.until <= start:
            _finish(tx, lock.id, row.until, "over")


def _end(until: datetime | None, following: datetime | None) -> tuple[datetime | None, str | None]:
    if following is None:
        return None, None
    if until is not None and until <= following:
        return until, "over"
    return following, "replaced"


def _finish(tx: Tx, lock: LockId, at: datetime | None, reason: str | None) -> None:
    tx.run(
        update(locks)
        .where(locks.c.shop_id == tx.shop, locks.c.id == lock)
        .values(ended_at=at, end_reason=reason)
    )


def _replaced_by(before: Sequence[Lock], void: Lock) -> Lock | None:
    """The lock that `void` took the place of; None if there was none, or it was over by then."""
    earlier = [
        lock
        for lock in before
        if lock.id != void.id and lock.row.start <= void.row.start and lock.end_reason not in _NEVER_WAS
    ]
    # Of several that began in one millisecond the others were ended by somebody else.
    last = max(earlier, key=lambda lock: (lock.row.start, lock.end_reason == "replaced"), default=None)
    return last if last and last.end_reason == "replaced" else None


def _reopen(
    tx: Tx, person: PersonId, row: LockRow, cause: str, at: datetime, following: datetime | None
) -> None:
    """To its own end, or to the start of a lock that was made since."""
    if row.until is not None and row.until <= at:
        return
    ended, reason = _end(row.until, following)
    tx.run(
        insert(locks).values(
            shop_id=tx.shop, id=tx.ids.new("lk"), person_id=person, promoter_id=row.promoter, start=at,
            until=row.until, ended_at=ended, end_reason=reason, made_by="reopened", cause=cause,
        )
    )  # fmt: skip
