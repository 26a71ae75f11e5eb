"""Customers given by the merchant (分配, 转移): one or many, to earn or only to look after, with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update

from engine import outbox
from engine.errors import Refusal
from engine.ids import PersonId, PromoterId
from engine.people import confirmations
from engine.people.confirmations import CodeOutdated, Confirmation
from engine.people.names import Name, name_of
from engine.people.reasons import reason_in
from engine.programme import promoters, settings
from engine.programme.promoters import Promoter, Status
from engine.referrals import locks
from engine.referrals.customers import cared_for, count
from engine.store.base import Tx
from engine.store.columns import from_ms, to_ms
from engine.store.commands import Room, command, question
from engine.store.tables import assignments, customers, moves

CHUNK = 50
"""Customers in one transaction at most."""
NOTICE = "customers"
_MOVE = "moving.move"
_TICK = timedelta(milliseconds=1)


class How(Enum):
    """What comes with a customer: the lock from now (计佣), or only the care (仅跟进)."""

    EARN = "earn"
    FOLLOW = "follow"


@dataclass(frozen=True, slots=True)
class Moved:
    """A move that was confirmed."""

    target: Name
    code: str
    how: How
    count: int
    at_once: bool
    """False: the customers follow in chunks."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What moves brought and took from a promoter."""

    gained: int
    """Customers with the lock."""
    followed: int
    """Customers to look after."""
    lost: int


@dataclass(eq=False)
class CannotReceive(Refusal):
    """Customers go to an active promoter, who is not who has them now."""

    code: str


@dataclass(eq=False)
class HimselfRefused(Refusal):
    """Nobody is his own customer."""

    name: Name


@dataclass(eq=False)
class AlreadyHis(Refusal):
    """This customer is with that promoter already."""

    name: Name


@dataclass(eq=False)
class NobodyToMove(Refusal):
    """No customer was named, or the promoter has none."""


@dataclass(eq=False)
class TooManyNamed(Refusal):
    """More customers than one line may name."""

    most: int


@dataclass(eq=False)
class MoveReasonMissing(Refusal):
    """A move needs a reason of 1 to 60 characters."""


class Moving(Room):
    """From the wish to the last customer."""

    @command
    def propose_assign(
        self, tx: Tx, whom: tuple[PersonId, ...], to: str, how: How, reason: str
    ) -> Confirmation:
        """Ask to give these customers to the promoter with this code: gives the one-time code that does it."""
        target, why = _taker(tx, to), _clean(reason)
        if not whom:
            raise NobodyToMove()
        if len(whom) > CHUNK:
            raise TooManyNamed(CHUNK)
        for person in whom:
            _check(tx, person, target, how)
        held = [locks.whose(tx, person) for person in whom]
        args = {"customers": " ".join(whom), "held": " ".join(_mark(one) for one in held)}
        return _issue(tx, args | {"source": "", "source_code": ""}, target, how, why)

    @command
    def propose_transfer(self, tx: Tx, source: str, to: str, how: How, reason: str) -> Confirmation:
        """Ask to give all customers of one promoter to another."""
        giver, target, why = promoters.with_code(tx, source), _taker(tx, to), _clean(reason)
        if giver.id == target.id:
            raise CannotReceive(target.code)
        if not count(tx, giver.id):
            raise NobodyToMove()
        args = {"customers": "", "held": "", "source": giver.id, "source_code": giver.code}
        return _issue(tx, args, target, how, why)

    @command
    def move(self, tx: Tx, code: str) -> Moved:
        """Those who were named go at once; all of a promoter's follow in chunks. Decided orders stay as they are.

        A named customer who went to somebody else since the code was shown voids the code: that was not agreed to.
        """
        bound = confirmations.take(tx, code, _MOVE)
        target, how = promoters.one(tx, PromoterId(bound["target"])), How(bound["how"])
        if target.status is not Status.ACTIVE:
            raise CodeOutdated()
        source = PromoterId(bound["source"]) if bound["source"] else None
        move = tx.ids.new("mv")
        tx.run(
            insert(moves).values(
                shop_id=tx.shop, id=move, at=tx.now, actor=str(tx.actor), source=source, target=target.id,
                how=how.value, reason=bound["reason"],
            )
        )  # fmt: skip
        whom = [PersonId(person) for person in bound["customers"].split()]
        number = count(tx, source) if source else len(whom)
        if not number:
            raise CodeOutdated()
        if source:
            _put_next(tx, move, "")
        else:
            _check_unchanged(tx, bound, whom)
            for person in whom:
                _give(tx, move, person, target.id, how)
            _done(tx, move)
        tx.note |= {
            "promoter": target.code, "from": bound["source_code"], "customers": number, "given": how.value,
            "reason": bound["reason"],
        }  # fmt: skip
        return Moved(target.name, target.code, how, number, source is None)

    @command
    def carry_on(self, tx: Tx, move: str, after: str) -> int:
        """Move the next of a promoter's customers, those whose ids come after one; then a row for the rest.

        Whoever became his after the wish stays. A target who left meanwhile gets nobody: the rest stays as well.
        """
        wish = _one(tx, move)
        target = promoters.one(tx, wish.target)
        page = [] if target.status is Status.TERMINATED else _next(tx, wish.source, after)
        going = [person for person in page if _goes(tx, person, wish, target)]
        for person in going:
            _give(tx, move, person, target.id, How(wish.how))
        if len(page) == CHUNK:
            _put_next(tx, move, page[-1])
        else:
            _done(tx, move)
        tx.note = {"promoter": target.code, "customers": len(going)}
        return len(going)

    @question
    def tally(self, tx: Tx, since_ms: int) -> Tally:
        """What the moves that were done since a notice's first brought to the actor, and took from him."""
        me, since = promoters.of_actor(tx).id, from_ms(since_ms)
        free, followed = assignments.c.held_by.is_(None), assignments.c.how == How.FOLLOW.value
        mine = assignments.c.promoter_id == me
        was_mine = or_(and_(assignments.c.held_by == me, ~followed), and_(free, assignments.c.cared_by == me))
        return Tally(
            _count(tx, since, mine, ~followed),
            _count(tx, since, mine, followed, free),
            _count(tx, since, was_mine, ~mine),
        )


def _taker(tx: Tx, typed: str) -> Promoter:
    found = promoters.with_code(tx, typed)
    if found.status is not Status.ACTIVE:
        raise CannotReceive(found.code)
    return found


def _clean(reason: str) -> str:
    cleaned = reason_in(reason)
    if not cleaned:
        raise MoveReasonMissing()
    return cleaned


def _check(tx: Tx, person: PersonId, target: Promoter, how: How) -> None:
    if person == target.person:
        raise HimselfRefused(name_of(tx, person))
    holder, carer = locks.whose(tx, person)
    if target.id in (holder, None if how is How.EARN else carer):
        raise AlreadyHis(name_of(tx, person))


def _issue(tx: Tx, args: dict[str, str], target: Promoter, how: How, reason: str) -> Confirmation:
    to = {"target": target.id, "target_code": target.code, "how": how.value, "reason": reason}
    return confirmations.issue(tx, _MOVE, args | to)


def _mark(whose: tuple[PromoterId | None, PromoterId | None]) -> str:
    """Whose a customer is, as a word to compare."""
    holder, carer = whose
    return f"{holder or '-'}:{carer or '-'}"


def _check_unchanged(tx: Tx, bound: Any, whom: Sequence[PersonId]) -> None:
    if bound["held"].split() != [_mark(locks.whose(tx, person)) for person in whom]:
        raise CodeOutdated()


def _one(tx: Tx, move: str) -> Any:
    return tx.run(select(moves).where(moves.c.shop_id == tx.shop, moves.c.id == move)).one()


def _next(tx: Tx, source: PromoterId, after: str) -> list[PersonId]:
    rows = tx.run(
        select(customers.c.person_id)
        .where(customers.c.shop_id == tx.shop, cared_for(source, tx.now), customers.c.person_id > after)
        .order_by(customers.c.person_id)
        .limit(CHUNK)
    )
    return [PersonId(row.person_id) for row in rows]


def _goes(tx: Tx, person: PersonId, wish: Any, target: Promoter) -> bool:
    """Not the target himself, nor who came to the source, by an order or a visit, after the merchant's wish."""
    return person != target.person and locks.with_since(tx, person) <= wish.at


def _give(tx: Tx, move: str, person: PersonId, target: PromoterId, how: How) -> None:
    holder, carer = locks.whose(tx, person)
    if how is How.EARN:
        locks.give(tx, person, target, days=settings.current(tx).lock_days, cause=move)
    tx.run(
        insert(assignments).values(
            shop_id=tx.shop, move_id=move, person_id=person, promoter_id=target, how=how.value,
            at=_after_the_last(tx, person), held_by=holder, cared_by=carer,
        )
    )  # fmt: skip
    locks.mirror(tx, person)


def _after_the_last(tx: Tx, person: PersonId) -> datetime:
    """Now; but of two moves of a customer in one millisecond the second is the later one."""
    last: datetime | None = tx.run(
        select(func.max(assignments.c.at)).where(
            assignments.c.shop_id == tx.shop, assignments.c.person_id == person
        )
    ).scalar_one()
    return max(tx.now, last + _TICK) if last else tx.now


def _done(tx: Tx, move: str) -> None:
    """All are moved: whoever gained or lost somebody is told."""
    tx.run(update(moves).where(moves.c.shop_id == tx.shop, moves.c.id == move).values(done_at=tx.now))
    rows = tx.run(
        select(assignments.c.promoter_id, assignments.c.held_by, assignments.c.cared_by)
        .where(assignments.c.shop_id == tx.shop, assignments.c.move_id == move)
        .distinct()
    ).all()
    for promoter in sorted({one for row in rows for one in row if one}):
        _tell(tx, promoters.one(tx, PromoterId(promoter)).person)


def _tell(tx: Tx, person: PersonId) -> None:
    """One notice that counts from its first move on: an open one counts this one as well."""
    last = outbox.latest(tx, person, NOTICE)
    if last is None or last[1] not in ("ready", "waiting"):
        outbox.bundle(tx, person, NOTICE, str(to_ms(tx.now)))


def _count(tx: Tx, since: datetime, *conditions: Any) -> int:
    found: int = tx.run(
        select(func.count())
        .select_from(assignments)
        .join(moves, (moves.c.shop_id == assignments.c.shop_id) & (moves.c.id == assignments.c.move_id))
        .where(assignments.c.shop_id == tx.shop, moves.c.done_at >= since, *conditions)
    ).scalar_one()
    return found


def _put_next(tx: Tx, move: str, after: str) -> None:
    outbox.put(tx, f"move:{move}:{after}", "move", {"move": move, "after": after})
