"""The locks against what happened (查账): what made them is there, and their rows say what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import groupby, pairwise

from sqlalchemy import and_, or_, select

from engine.ids import PersonId, PromoterId
from engine.programme import promoters
from engine.programme.promoters import Leaving, Status
from engine.referrals.binding import LockRow
from engine.referrals.history import Left, spans, turns_of
from engine.referrals.locks import Lock, made_of, read
from engine.store.base import Tx
from engine.store.tables import assignments, locks, promoter_history, visits
from engine.store.tables import promoters as promoters_table

CHUNK = 5_000
_NEVER = datetime.max.replace(tzinfo=UTC)

Held = tuple[datetime, datetime, PromoterId]
"""From when to when, and for whom."""


def findings(tx: Tx) -> list[str]:
    """The locks that nothing made, that hold somebody at once, or that do not follow from what happened to him."""
    found = [*_unfounded(tx), *_not_given(tx)]
    left = partial(_left, tx, _who_left(tx))
    himself = _people(tx)
    rows = tx.run(
        select(locks)
        .where(locks.c.shop_id == tx.shop)
        .order_by(locks.c.person_id)
        .execution_options(yield_per=CHUNK)
    )
    for person, of_person in groupby(rows, key=lambda row: PersonId(row.person_id)):
        found += _of_person(person, [read(row) for row in of_person], left, himself.get(person))
    return found


def _of_person(
    person: PersonId, rows: Sequence[Lock], left: Left, himself: PromoterId | None
) -> Iterable[str]:
    said = _timeline((lock.row for lock in rows), left, himself)
    if any(one[1] > other[0] for one, other in pairwise(said)):
        yield f"two locks hold {person} at once"
    made = made_of(rows)
    if len({one.n for one in made}) < len(made):
        yield f"two locks of {person} have one number"
        return
    derived = (
        LockRow(span.promoter, span.start, span.lock.until, span.ended_at)
        for span in spans(made, left, himself)
    )
    follows = _timeline(derived, left, himself)
    for one in sorted({*said} ^ {*follows}):
        knows = "does not follow from" if one in said else "is not in their rows, but follows from"
        yield f"the locks of {person}: {one[2]} from {one[0]} to {one[1]} {knows} what happened to him"


def _timeline(rows: Iterable[LockRow], left: Left, himself: PromoterId | None) -> list[Held]:
    """Who holds from when to when: a leaver's heir since the termination, also before a row of his own says so."""
    pieces: list[Held] = []
    for row in rows:
        end = min(row.until or _NEVER, row.ended_at or _NEVER)
        turns = turns_of(row.promoter, row.start, left, himself)
        ends = [*(turn.since for turn in turns[1:]), _NEVER]
        for turn, over in zip(turns, ends, strict=True):
            if turn.promoter and turn.since < min(end, over):
                pieces.append((turn.since, min(end, over), turn.promoter))
    found: list[Held] = []
    for start, end, promoter in sorted(pieces):
        if found and found[-1][1:] == (start, promoter):
            found[-1] = (found[-1][0], end, promoter)
        else:
            found.append((start, end, promoter))
    return found


def _unfounded(tx: Tx) -> list[str]:
    """Locks that the visit, the move or the lock before, which they name, did not make or take back as they say."""
    before = locks.alias()
    alike = or_(
        and_(visits.c.voided_at.is_(None), locks.c.void_from.is_(None)),
        and_(visits.c.voided_at.is_not(None), locks.c.void_from == locks.c.start),
    )
    by_visit = select(visits.c.id).where(
        visits.c.shop_id == locks.c.shop_id, visits.c.id == locks.c.cause, visits.c.at == locks.c.start,
        visits.c.person_id == locks.c.person_id, visits.c.promoter_id == locks.c.promoter_id, alike,
    )  # fmt: skip
    by_move = select(assignments.c.move_id).where(
        assignments.c.shop_id == locks.c.shop_id, assignments.c.move_id == locks.c.cause,
        assignments.c.person_id == locks.c.person_id, assignments.c.promoter_id == locks.c.promoter_id,
        assignments.c.how == "earn", locks.c.void_from.is_(None),
    )  # fmt: skip
    by_lock = select(before.c.id).where(
        before.c.shop_id == locks.c.shop_id, before.c.id == locks.c.cause, before.c.n == locks.c.n,
        before.c.person_id == locks.c.person_id,
    )  # fmt: skip
    rows = tx.run(
        select(locks.c.id, locks.c.made_by).where(
            locks.c.shop_id == tx.shop,
            or_(
                and_(locks.c.made_by == "visit", ~by_visit.exists()),
                and_(locks.c.made_by == "assigned", ~by_move.exists(), ~by_lock.exists()),
            ),
        )
    )
    return [f"lock {row.id} is not as what it names ({row.made_by}) made it" for row in rows]


def _not_given(tx: Tx) -> list[str]:
    """Customers who were given with the lock, and no lock says so."""
    of_move = select(locks.c.id).where(
        locks.c.shop_id == assignments.c.shop_id, locks.c.cause == assignments.c.move_id,
        locks.c.person_id == assignments.c.person_id, locks.c.promoter_id == assignments.c.promoter_id,
    )  # fmt: skip
    rows = tx.run(
        select(assignments.c.person_id, assignments.c.move_id).where(
            assignments.c.shop_id == tx.shop, assignments.c.how == "earn", ~of_move.exists()
        )
    )
    return [f"{row.move_id} gave {row.person_id} with the lock, and there is none of it" for row in rows]


def _people(tx: Tx) -> dict[PersonId, PromoterId]:
    rows = tx.run(
        select(promoters_table.c.person_id, promoters_table.c.id).where(promoters_table.c.shop_id == tx.shop)
    )
    return {PersonId(row.person_id): PromoterId(row.id) for row in rows}


def _who_left(tx: Tx) -> set[str]:
    rows = tx.run(
        select(promoter_history.c.promoter_id)
        .where(promoter_history.c.shop_id == tx.shop, promoter_history.c.status == Status.TERMINATED.value)
        .distinct()
    )
    return {row.promoter_id for row in rows}


def _left(tx: Tx, gone: set[str], promoter: PromoterId, since: datetime) -> Leaving | None:
    return promoters.left(tx, promoter, since) if promoter in gone else None
