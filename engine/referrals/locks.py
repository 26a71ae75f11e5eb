"""Locks in the database: the rows that `history` derives, made and ended as facts come, never overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import and_, bindparam, insert, or_, select, update

from engine.ids import LockId, PersonId, PromoterId
from engine.ledger.chart import SHOP
from engine.ledger.daily import Metric, count
from engine.programme import promoters
from engine.referrals import binding
from engine.referrals.binding import LockRow
from engine.referrals.history import Made, MadeBy, Span, spans, turn_at, turns_of
from engine.store.base import Tx
from engine.store.prepared import Answer, Prepared, insert_or, unless_there
from engine.store.tables import assignments, customers, locks, visits


@dataclass(frozen=True, slots=True)
class Lock:
    """A row of a customer's history."""

    id: LockId
    n: int
    """Which of his locks it belongs to: the one that was made, an heir's and a reopened one are the same lock."""
    row: LockRow
    end_reason: str
    made_by: MadeBy
    cause: str
    void_from: datetime | None
    """Of the row that was made: from when on the lock counts no longer."""


_HIS = select(locks).where(locks.c.shop_id == bindparam("shop"), locks.c.person_id == bindparam("person"))
_ALL, _INSERT = Prepared(_HIS), Prepared(insert(locks))
_NEWEST = (
    _HIS.where(or_(locks.c.ended_at.is_(None), locks.c.ended_at > locks.c.start))
    .order_by(locks.c.start.desc())
    .limit(1)
)
"""The newest row that ever held him: rows do not overlap, so that no other can hold him since."""
_LAST, _LAST_UNTIL = Prepared(_NEWEST), Prepared(_NEWEST.where(locks.c.start <= bindparam("instant")))
_LIVED = _NEWEST.where(
    or_(
        locks.c.end_reason.is_(None),
        and_(*(locks.c.end_reason != never_was for never_was in ("annulled", "undone"))),
    )
)
"""The newest one that nothing made void."""
_LAST_LIVED, _LAST_GIVEN = Prepared(_LIVED), Prepared(_LIVED.where(locks.c.made_by == "assigned"))
_LAST_VISIT = Prepared(
    select(visits.c.promoter_id, visits.c.at)
    .where(
        visits.c.shop_id == bindparam("shop"),
        visits.c.person_id == bindparam("person"),
        visits.c.voided_at.is_(None),
    )
    .order_by(visits.c.at.desc(), visits.c.id.desc())
    .limit(1)
)
_LAST_ASSIGNMENT = Prepared(
    select(assignments.c.promoter_id, assignments.c.at)
    .where(assignments.c.shop_id == bindparam("shop"), assignments.c.person_id == bindparam("person"))
    .order_by(assignments.c.at.desc())
    .limit(1)
)
_MIRRORED = ("locked_by", "locked_until", "carer", "carer_since")
_MIRROR = insert_or(
    lambda insert: insert.on_conflict_do_update(
        index_elements=["shop_id", "person_id"],
        set_={name: insert.excluded[name] for name in _MIRRORED},
    ),
    customers,
)
_NOTE = insert_or(unless_there, customers)


def history(tx: Tx, person: PersonId) -> tuple[Lock, ...]:
    """All locks that this customer ever had, oldest first."""
    rows = tx.ask(_ALL, person=person)
    return tuple(sorted((read(row) for row in rows), key=_in_time))


def live_at(tx: Tx, person: PersonId, instant: datetime) -> LockRow | None:
    """The lock that held this customer at an instant."""
    held = held_at(tx, person, instant)
    return held.row if held else None


def held_at(tx: Tx, person: PersonId, instant: datetime) -> Lock | None:
    """The same, with what made it."""
    last = _first(tx.ask(_LAST_UNTIL, person=person, instant=instant))
    return _as_of(tx, person, last, instant) if last else None


def whose(tx: Tx, person: PersonId) -> tuple[PromoterId | None, PromoterId | None]:
    """Whose lock holds him now, and who looks after him."""
    live = _live_soon(tx, person)
    holder = live.row.promoter if live else None
    return holder, holder or _carer(tx, person, live)[0]


def with_since(tx: Tx, person: PersonId) -> datetime:
    """Since when he is with whoever has him now, by a lock or by care alone; an heir's time begins at his chunk."""
    last = _last(tx, person)
    if last and last.row.live(_soon(tx, last)):
        return last.row.start
    return _carer(tx, person, None)[1] or tx.now


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
    was = live_at(tx, person, start)
    _make(tx, person, promoter, start, days, made_by, cause)
    if was is None or was.promoter != promoter:
        count(tx, Metric.LOCKS, 1, promoter, SHOP)
    mirror(tx, person)


def give(tx: Tx, person: PersonId, promoter: PromoterId, *, days: int, cause: str) -> None:
    """The merchant's lock from now: whatever holds the customer, or is about to, ends as moved.

    The one verb here that leaves the mirror to its caller, who has more to write down first.
    """
    _make(tx, person, promoter, tx.now, days, "assigned", cause)


def undo(tx: Tx, person: PersonId, cause: str) -> None:
    """The visit that made a lock was none: the lock never lived, nor what it was handed on as."""
    made = _made(tx, "visit", cause)
    if made:
        _void(tx, person, made, made.row.start)
    mirror(tx, person)


def annul(tx: Tx, person: PersonId, cause: str, at: datetime | None) -> None:
    """The order that made a lock was wholly refunded: from `at` on the row before it lives again.

    None, or another instant than an earlier fact gave: as if that fact had never said so.
    """
    made = _made(tx, "order", cause)
    if made:
        void_from = at and max(at, made.row.start)
        if made.void_from != void_from:
            _void(tx, person, made, void_from)
            mirror(tx, person)


def mirror(tx: Tx, person: PersonId) -> None:
    """Copy who holds the customer now to his row, where the lists are made from.

    Whoever is still with a promoter who left goes to the successor first.
    """
    last = _last(tx, person)
    if last and last.row.live(_soon(tx, last)) and _has_left(tx, last):
        _settle(tx, person, history(tx, person))
    live = _live_soon(tx, person)
    carer, since = _carer(tx, person, live)
    holder, until = (live.row.promoter, live.row.until) if live else (None, None)
    values = zip(_MIRRORED, (holder, until, carer, since), strict=True)
    tx.tell(_MIRROR, {"shop_id": tx.shop, "person_id": person, "since": tx.now, **dict(values)})


def note(tx: Tx, person: PersonId) -> None:
    """He is a customer of the shop's, although nobody sent him."""
    tx.tell(_NOTE, {"shop_id": tx.shop, "person_id": person, "since": tx.now})


def made_of(rows: Sequence[Lock]) -> list[Made]:
    """What happened to a customer: the rows that something made, without what was derived from them."""
    ids = {lock.id for lock in rows}
    return [
        Made(
            lock.n,
            lock.row.promoter,
            lock.row.start,
            lock.row.until,
            lock.made_by,
            lock.cause,
            lock.void_from,
        )
        for lock in rows
        if lock.made_by != "reopened" and lock.cause not in ids
    ]


def read(row: Any) -> Lock:
    """A row of the table."""
    return Lock(
        row.id, row.n, LockRow(row.promoter_id, row.start, row.until, row.ended_at), row.end_reason or "",
        row.made_by, row.cause, row.void_from,
    )  # fmt: skip


def _in_time(lock: Lock) -> tuple[Any, ...]:
    return lock.row.start, lock.n, lock.row.ended_at is None, lock.row.ended_at


# --- how things stand


def _last(tx: Tx, person: PersonId) -> Lock | None:
    return _first(tx.ask(_LAST, person=person))


def _first(answer: Answer) -> Lock | None:
    row = answer.one_or_none()
    return read(row) if row else None


def _live_soon(tx: Tx, person: PersonId) -> Lock | None:
    last = _last(tx, person)
    return _as_of(tx, person, last, _soon(tx, last)) if last else None


def _soon(tx: Tx, last: Lock) -> datetime:
    # The shop's clock may run minutes ahead of ours: a lock that is about to begin holds him already.
    return max(tx.now, last.row.start)


def _has_left(tx: Tx, lock: Lock) -> bool:
    return promoters.left(tx, lock.row.promoter, lock.row.start) is not None


def _as_of(tx: Tx, person: PersonId, lock: Lock, instant: datetime) -> Lock | None:
    """The lock as it held then: a leaver's is his heir's from his termination on, before any row says so."""
    if not lock.row.live(instant):
        return None
    if not _has_left(tx, lock):
        return lock
    turns = turns_of(lock.row.promoter, lock.row.start, partial(promoters.left, tx), _himself(tx, person))
    turn = turn_at(turns, instant)
    if turn is turns[0] or turn.promoter is None:
        return lock if turn.promoter else None
    row = replace(lock.row, promoter=turn.promoter, start=turn.since)
    return replace(lock, row=row, made_by="assigned", cause=lock.id)


def _himself(tx: Tx, person: PersonId) -> PromoterId | None:
    """The customer as a promoter."""
    return promoters.id_of_person(tx, person)


# --- what changes


def _make(
    tx: Tx, person: PersonId, promoter: PromoterId, start: datetime, days: int, by: MadeBy, cause: str
) -> None:
    before = history(tx, person)
    n = 1 + max((lock.n for lock in before), default=0)
    _settle(tx, person, before, Made(n, promoter, start, binding.until(start, days or None), by, cause))


def _made(tx: Tx, by: MadeBy, cause: str) -> Lock | None:
    row = tx.run(
        select(locks).where(locks.c.shop_id == tx.shop, locks.c.cause == cause, locks.c.made_by == by)
    ).one_or_none()
    return read(row) if row else None


def _void(tx: Tx, person: PersonId, lock: Lock, void_from: datetime | None) -> None:
    _change(tx, lock.id, void_from=void_from)
    _settle(tx, person, history(tx, person))


def _settle(tx: Tx, person: PersonId, before: Sequence[Lock], *made: Made) -> None:
    """Bring the rows to what follows from all that happened to him: end, reopen, insert; nothing is taken away."""
    wanted = spans([*made_of(before), *made], partial(promoters.left, tx), _himself(tx, person))
    keys = {_key(span) for span in wanted}
    rows = {(lock.n, lock.row.start, lock.row.promoter): lock for lock in before}
    for key, lock in rows.items():
        if key not in keys:
            _end(tx, lock, lock.row.start, "annulled")
    ids: dict[int, LockId] = {}
    for span in sorted(wanted, key=lambda one: one.ended_at is None):  # one may be open at a time
        row = rows.get(_key(span))
        if row:
            _end(tx, row, span.ended_at, span.end_reason)
        ids[span.lock.n] = row.id if row else _insert(tx, person, span, span.cause or ids[span.lock.n])


def _key(span: Span) -> tuple[int, datetime, PromoterId]:
    return span.lock.n, span.start, span.promoter


def _insert(tx: Tx, person: PersonId, span: Span, cause: str) -> LockId:
    made = LockId(tx.ids.new("lk"))
    tx.tell(
        _INSERT,
        {
            "shop_id": tx.shop, "id": made, "person_id": person, "n": span.lock.n, "promoter_id": span.promoter,
            "start": span.start, "until": span.lock.until, "ended_at": span.ended_at,
            "end_reason": span.end_reason, "made_by": span.made_by, "cause": cause,
        },
    )  # fmt: skip
    return made


def _end(tx: Tx, lock: Lock, at: datetime | None, reason: str | None) -> None:
    if (lock.row.ended_at, lock.end_reason) != (at, reason or ""):
        _change(tx, lock.id, ended_at=at, end_reason=reason)


def _change(tx: Tx, lock: LockId, **values: Any) -> None:
    tx.run(update(locks).where(locks.c.shop_id == tx.shop, locks.c.id == lock).values(**values))


# --- who looks after him


def _carer(tx: Tx, person: PersonId, live: Lock | None) -> tuple[PromoterId | None, datetime | None]:
    """Who was assigned or visited last; else whose lock held the customer last."""
    last = tx.ask(_LAST_VISIT, person=person).one_or_none()
    assigned = _assigned(tx, person)
    if last and (assigned is None or assigned[1] <= last.at):
        heir, since = _heir(tx, person, PromoterId(last.promoter_id), last.at)
    elif assigned:
        heir, since = _heir(tx, person, *assigned)
    elif held := live or _first(tx.ask(_LAST_LIVED, person=person)):
        heir, since = _heir(tx, person, held.row.promoter, held.row.start)
    else:
        return None, None
    return (heir, since) if heir else (None, None)


def _assigned(tx: Tx, person: PersonId) -> tuple[PromoterId, datetime] | None:
    """To whom the customer was given last: by the merchant, or with all that a leaver had."""
    row = tx.ask(_LAST_ASSIGNMENT, person=person).one_or_none()
    handed = _first(tx.ask(_LAST_GIVEN, person=person))
    given = [(PromoterId(row.promoter_id), row.at)] if row else []  # first: his word goes before a chunk's
    given += [(handed.row.promoter, handed.row.start)] if handed else []
    return max(given, key=lambda one: one[1], default=None)


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
