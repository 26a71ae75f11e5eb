"""Customers (客户): whose they are, who looks after them, and how staff finds and names them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.sql import ColumnElement

from engine.errors import Refusal
from engine.ids import PersonId, PromoterId
from engine.money import half_width
from engine.people import accounts, names
from engine.people.names import Name, name_of
from engine.programme import promoters
from engine.programme.recruiting import BadPhone, clean_phone
from engine.referrals import locks
from engine.store.base import Tx
from engine.store.commands import Room, command, question
from engine.store.tables import assignments, customers, moves, people, remarks

HANDLE_LENGTH = 8
"""Characters of a handle: more than a 推荐码 or a 单号 has, fewer than a phone."""

MOST_SEARCHED = 1000
"""Customers with a name that a search opens, the newest: names are sealed, so none is found without opening it."""

_TAIL = re.compile(r"[0-9]{4}")
_HANDLE = re.compile(rf"[0-9a-z]{{{HANDLE_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer in the merchant's list."""

    person: PersonId
    name: Name
    since: datetime
    holder: Name | None
    """Whose lock holds him now: who earns (客户归属)."""
    holder_code: str
    until: datetime | None
    """Until when; None with a holder = for ever."""
    carer: Name | None
    """Who looks after him now (跟进人)."""


class What(Enum):
    """What happened to a customer's lock or carer."""

    VISIT = "visit"
    ORDER = "order"
    HANDED = "handed"
    """His promoter left, and the successor took over."""
    REOPENED = "reopened"
    EARN = "earn"
    """The merchant gave him to somebody, with the lock (计佣)."""
    FOLLOW = "follow"
    """The merchant gave him to somebody to look after (仅跟进)."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a customer's history."""

    at: datetime
    what: What
    promoter: Name
    ended_at: datetime | None
    end_reason: str
    """Of a lock: why it ended, if it did."""
    reason: str
    """Of a move: what the merchant wrote."""


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """Everything about one customer's promoters."""

    row: CustomerRow
    locked_since: datetime | None
    history: tuple[Event, ...]
    """Newest first."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    rows: tuple[CustomerRow, ...]
    all_looked_at: bool
    """False: only the newest MOST_SEARCHED customers with a name were."""


@dataclass(eq=False)
class NoSuchCustomer(Refusal):
    """Nobody is known by what was typed."""

    typed: str


@dataclass(eq=False)
class SeveralCustomers(Refusal):
    """More than one person is known by what was typed."""

    typed: str
    count: int


class CustomersRoom(Room):
    """The merchant's list of customers (客户列表)."""

    @question
    def all(self, tx: Tx, after: PersonId | None, most: int) -> tuple[CustomerRow, ...]:
        """Every customer, newest first, beginning after one."""
        return _page(tx, after, most)

    @question
    def unowned(self, tx: Tx, after: PersonId | None, most: int) -> tuple[CustomerRow, ...]:
        """Customers whom nobody's lock holds (无归属)."""
        return _page(tx, after, most, ~_held(tx.now))

    @question
    def of(self, tx: Tx, promoter: PromoterId, after: PersonId | None, most: int) -> tuple[CustomerRow, ...]:
        """Whom this promoter looks after."""
        return _page(tx, after, most, cared_for(promoter, tx.now))

    @question
    def count_of(self, tx: Tx, promoter: PromoterId) -> int:
        """How many this promoter looks after."""
        return count(tx, promoter)

    @question
    def search(self, tx: Tx, words: str, most: int) -> Found:
        """Customers whose remark or name holds these words, or whose phone is or ends so, newest first."""
        wanted = half_width(words).strip().casefold()
        exact = tx.run(
            select(customers).where(
                customers.c.shop_id == tx.shop, customers.c.person_id.in_(_matching(tx, wanted))
            )
        ).all()
        if exact:
            return Found(tuple(_read(tx, row) for row in exact[:most]), all_looked_at=True)
        rows = tx.run(_named(tx).limit(MOST_SEARCHED + 1)).all()
        found: list[CustomerRow] = []
        for row in rows[:MOST_SEARCHED]:
            if len(found) < most and _is_called(tx, name_of(tx, row.person_id), wanted):
                found.append(_read(tx, row))
        return Found(tuple(found), len(rows) <= MOST_SEARCHED)

    @question
    def get(self, tx: Tx, person: PersonId) -> CustomerCard:
        """One customer with his history."""
        held = locks.live_at(tx, person, tx.now)
        return CustomerCard(_read(tx, _row(tx, person)), held.start if held else None, _history(tx, person))

    @command
    def remark(self, tx: Tx, person: PersonId, words: str) -> CustomerRow:
        """The shop calls this customer so; no words take the remark away. Raises BadRemark."""
        names.remark(tx, tx.shop, person, words)
        tx.note["customer"] = handle_of(person)
        return _read(tx, _row(tx, person))


def handle_of(person: PersonId) -> str:
    """What a tapped line and the staff call a customer by (客户号): stable, and short enough to be typed."""
    return person.partition("_")[2][:HANDLE_LENGTH]


def find(tx: Tx, typed: str) -> PersonId:
    """Whom the staff means by a handle or a bound phone. Raises NoSuchCustomer, SeveralCustomers.

    Whoever wrote to us or bought counts, not only those whom a promoter sent.
    """
    found = _matching(tx, half_width(typed).strip())
    if not found:
        raise NoSuchCustomer(typed)
    if len(found) > 1:
        raise SeveralCustomers(typed, len(found))
    return found[0]


def cared_for(promoter: PromoterId, now: datetime) -> ColumnElement[bool]:
    """The condition on `customers` that this promoter looks after him."""
    return or_(
        (customers.c.locked_by == promoter) & _held(now), (customers.c.carer == promoter) & ~_held(now)
    )


def count(tx: Tx, promoter: PromoterId) -> int:
    """How many customers this promoter looks after."""
    found: int = tx.run(
        select(func.count()).where(customers.c.shop_id == tx.shop, cared_for(promoter, tx.now))
    ).scalar_one()
    return found


def _held(now: datetime) -> ColumnElement[bool]:
    return customers.c.locked_by.is_not(None) & (
        customers.c.locked_until.is_(None) | (customers.c.locked_until > now)
    )


def _matching(tx: Tx, typed: str) -> Sequence[PersonId]:
    if _HANDLE.fullmatch(typed.lower()):
        return accounts.with_id(tx, f"pe_{typed.lower()}")
    try:
        return accounts.find(tx, "phone", clean_phone(typed))
    except BadPhone:
        return ()


def _page(tx: Tx, after: PersonId | None, most: int, *conditions: Any) -> tuple[CustomerRow, ...]:
    statement = select(customers).where(customers.c.shop_id == tx.shop, *conditions)
    if after:
        since = _row(tx, after).since
        statement = statement.where(
            (customers.c.since < since) | ((customers.c.since == since) & (customers.c.person_id < after))
        )
    rows = tx.run(statement.order_by(customers.c.since.desc(), customers.c.person_id.desc()).limit(most))
    return tuple(_read(tx, row) for row in rows.all())


def _row(tx: Tx, person: PersonId) -> Any:
    """His row. Raises NoSuchCustomer for somebody who is none."""
    row = tx.run(
        select(customers).where(customers.c.shop_id == tx.shop, customers.c.person_id == person)
    ).one_or_none()
    if row is None:
        raise NoSuchCustomer(handle_of(person))
    return row


def _read(tx: Tx, row: Any) -> CustomerRow:
    held = row.locked_by and (row.locked_until is None or row.locked_until > tx.now)
    holder = promoters.one(tx, row.locked_by) if held else None
    carer = holder or (promoters.one(tx, row.carer) if row.carer else None)
    return CustomerRow(
        row.person_id, name_of(tx, row.person_id), row.since, holder.name if holder else None,
        holder.code if holder else "", row.locked_until if holder else None, carer.name if carer else None,
    )  # fmt: skip


def _named(tx: Tx) -> Any:
    """Customers who told a name or a phone, or whom the shop or the actor has remarked upon, newest first."""
    told = (people.c.account_id == accounts.account_of(tx)) & (people.c.id == customers.c.person_id)
    remarked = select(remarks.c.person_id).where(
        remarks.c.shop_id == tx.shop,
        remarks.c.observer.in_([tx.shop, tx.actor.person]),
        remarks.c.person_id == customers.c.person_id,
    )
    return (
        select(customers)
        .join(people, told)
        .where(customers.c.shop_id == tx.shop, people.c.profile.is_not(None) | remarked.exists())
        .order_by(customers.c.since.desc(), customers.c.person_id.desc())
    )


def _is_called(tx: Tx, name: Name, wanted: str) -> bool:
    called = f"{name.remark}\0{name.given}".casefold()
    return bool(wanted) and (
        wanted in called or (_TAIL.fullmatch(wanted) is not None and wanted in _phone_tails(tx, name))
    )


def _phone_tails(tx: Tx, name: Name) -> tuple[str, str]:
    """Of the phone that he applied with, and of the one that he has bound."""
    return name.phone_tail, (accounts.phone_of(tx, name.person) or "")[-4:]


def _history(tx: Tx, person: PersonId) -> tuple[Event, ...]:
    given = tx.run(
        select(assignments, moves.c.reason)
        .join(moves, (moves.c.shop_id == assignments.c.shop_id) & (moves.c.id == assignments.c.move_id))
        .where(assignments.c.shop_id == tx.shop, assignments.c.person_id == person)
        .order_by(assignments.c.at)
    ).all()
    by_move = {row.move_id: row for row in given}
    events = [_of_lock(tx, lock, by_move) for lock in locks.history(tx, person)]
    events += [
        Event(row.at, What.FOLLOW, promoters.one(tx, row.promoter_id).name, None, "", row.reason)
        for row in given
        if row.how == "follow"
    ]
    return tuple(sorted(events, key=lambda event: event.at)[::-1])


def _of_lock(tx: Tx, lock: locks.Lock, by_move: dict[str, Any]) -> Event:
    move = by_move.get(lock.cause)
    what = What.EARN if move else What.HANDED if lock.made_by == "assigned" else What(lock.made_by)
    ends = [end for end in (lock.row.until, lock.row.ended_at) if end]
    return Event(
        lock.row.start, what, promoters.one(tx, lock.row.promoter).name, min(ends, default=None),
        lock.end_reason, move.reason if move else "",
    )  # fmt: skip
