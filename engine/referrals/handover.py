"""Terminating a promoter (解约): what he leaves behind goes on, customers to a successor, downlines to a new upline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import or_, select

from engine import outbox
from engine.errors import EngineError, Refusal
from engine.ids import PersonId, PromoterId
from engine.people import confirmations
from engine.people.confirmations import CodeOutdated, Confirmation
from engine.people.names import Name
from engine.people.reasons import reason_in
from engine.programme import promoters
from engine.programme.promoters import Leaving, Promoter, Status, WrongStatus
from engine.referrals import locks
from engine.referrals.customers import count
from engine.store.base import Tx
from engine.store.commands import Room, command
from engine.store.tables import customers

CHUNK = 50
"""Customers or downlines in one transaction at most."""


class Part(Enum):
    """What is handed over: first the customers, then the downlines."""

    CUSTOMERS = "customers"
    DOWNLINES = "downlines"


@dataclass(frozen=True, slots=True)
class Terminated:
    """Who left, and how many customers go to whom."""

    promoter: Promoter
    customers: int
    successor: Name | None


@dataclass(eq=False)
class CustomersLeft(Refusal):
    """He still looks after customers, and nobody was named to take them over."""

    code: str
    count: int


@dataclass(eq=False)
class CannotTakeOver(Refusal):
    """Customers and downlines go to an active promoter, who is not the leaver."""

    code: str


@dataclass(eq=False)
class TerminationReasonMissing(Refusal):
    """A termination needs a reason of 1 to 60 characters."""


class Handover(Room):
    """From the wish to the last customer."""

    @command
    def propose_terminate(self, tx: Tx, code: str, successor: str, upline: str, reason: str) -> Confirmation:
        """Ask to terminate a promoter: gives the one-time code that does it.

        `successor` is the code of who gets his customers, `upline` of who gets his downlines; empty is nobody.
        """
        leaver = promoters.with_code(tx, code)
        if leaver.status is Status.TERMINATED:
            raise WrongStatus(leaver.status)
        heirs = [_taker(tx, leaver, typed) if typed else None for typed in (successor, upline)]
        if heirs[0] is None:
            _check_nobody_left(tx, leaver)
        reason = reason_in(reason)
        if not reason:
            raise TerminationReasonMissing()
        args = {"promoter": leaver.id, "code": leaver.code, "reason": reason}
        for name, heir in zip(("successor", "upline"), heirs, strict=True):
            args |= {name: heir.id if heir else "", f"{name}_code": heir.code if heir else ""}
        return confirmations.issue(tx, "handover.terminate", args)

    @command
    def terminate(self, tx: Tx, code: str) -> Terminated:
        """From now on he earns nothing; customers and downlines follow in chunks, his money stays his."""
        bound = confirmations.take(tx, code, "handover.terminate")
        leaver = promoters.one(tx, PromoterId(bound["promoter"]))
        successor, upline = _still(tx, bound, "successor"), _still(tx, bound, "upline")
        if leaver.status is Status.TERMINATED:
            raise CodeOutdated()
        if successor is None:
            _check_nobody_left(tx, leaver)
        n = promoters.change(
            tx,
            leaver.id,
            bound["reason"],
            status=Status.TERMINATED,
            successor=successor.id if successor else None,
        )
        tx.note |= {"successor": bound["successor_code"], "upline": bound["upline_code"]}
        _put_next(tx, leaver.id, n, Part.CUSTOMERS, upline.id if upline else "", "")
        outbox.put(tx, f"tag:{leaver.id}:{n}", "tag", {"person": leaver.person}, to=leaver.person)
        outbox.put(tx, f"terminated:{leaver.id}:{n}", "terminated", {"promoter": leaver.id}, to=leaver.person)
        left = count(tx, leaver.id)
        if successor and left:
            told = {"promoter": leaver.id, "count": left}
            outbox.put(tx, f"inherited:{leaver.id}:{n}", "inherited", told, to=successor.person)
        return Terminated(promoters.one(tx, leaver.id), left, successor.name if successor else None)

    @command
    def carry_on(self, tx: Tx, leaver: PromoterId, n: int, part: Part, upline: str, after: str) -> int:
        """Hand the next ones over, those whose ids come after one; the next chunk is an outbox row again.

        `n` says which of his terminations it is, if there were several.
        """
        leaving = _leaving(tx, leaver, n)
        if part is Part.CUSTOMERS:
            ids = _customers(tx, leaver, after)
            for person in ids:
                locks.mirror(tx, PersonId(person))
        else:
            ids = _downlines(tx, leaver, after, leaving, PromoterId(upline) if upline else None)
        if len(ids) == CHUNK:
            _put_next(tx, leaver, n, part, upline, ids[-1])
        elif part is Part.CUSTOMERS:
            _put_next(tx, leaver, n, Part.DOWNLINES, upline, "")
        tx.note = {"promoter": promoters.one(tx, leaver).code, part.value: len(ids)}
        return len(ids)


def _taker(tx: Tx, leaver: Promoter, typed: str) -> Promoter:
    found = promoters.with_code(tx, typed)
    if found.status is not Status.ACTIVE or found.id == leaver.id:
        raise CannotTakeOver(found.code)
    return found


def _still(tx: Tx, bound: Mapping[str, str], name: str) -> Promoter | None:
    """Whom the code was made for, if he may still take over."""
    found = promoters.one(tx, PromoterId(bound[name])) if bound[name] else None
    if found and found.status is not Status.ACTIVE:
        raise CodeOutdated()
    return found


def _check_nobody_left(tx: Tx, leaver: Promoter) -> None:
    left = count(tx, leaver.id)
    if left:
        raise CustomersLeft(leaver.code, left)


def _leaving(tx: Tx, leaver: PromoterId, n: int) -> Leaving:
    for one in promoters.leavings(tx, leaver):
        if one.n == n:
            return one
    raise EngineError(f"{leaver} did not leave then")


def _customers(tx: Tx, leaver: PromoterId, after: str) -> list[str]:
    """Whom the leaver held or looked after, also those whom another's lock holds for a while."""
    rows = tx.run(
        select(customers.c.person_id)
        .where(
            customers.c.shop_id == tx.shop,
            or_(customers.c.locked_by == leaver, customers.c.carer == leaver),
            customers.c.person_id > after,
        )
        .order_by(customers.c.person_id)
        .limit(CHUNK)
    )
    return [row.person_id for row in rows]


def _downlines(
    tx: Tx, leaver: PromoterId, after: str, leaving: Leaving, upline: PromoterId | None
) -> list[str]:
    """Whoever was below him when he left gets the new upline, or none where that would close a circle."""
    found = promoters.downlines(tx, leaver, after, CHUNK)
    for one in found:
        then = promoters.standing_as_of(tx, one.id, leaving.since)
        if then and then.upline == leaver:  # not invited since, by a promoter who came back
            above = None if upline and promoters.makes_cycle(tx, one.id, upline) else upline
            promoters.change(tx, one.id, leaving.reason, upline=above)
    return [one.id for one in found]


def _put_next(tx: Tx, leaver: PromoterId, n: int, part: Part, upline: str, after: str) -> None:
    payload = {"leaver": leaver, "n": n, "part": part.value, "upline": upline, "after": after}
    outbox.put(tx, f"handover:{leaver}:{n}:{part.value}:{after}", "handover", payload)
