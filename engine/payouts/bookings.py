"""Offline settlement (线下结算): the merchant pays outside the house, then books a period as settled.

What a period settles for a promoter is what he has available, less the commission that fell due at or after the
period's end. Whatever a refund took, or a debt, is missing from the period that is booked next; nothing is booked
twice, because what was booked is available no more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from engine import outbox
from engine.clock import day_begins, day_of
from engine.errors import Refusal
from engine.ids import BookingId, PersonId, PromoterId
from engine.ledger import book
from engine.ledger.book import Posting
from engine.ledger.chart import SHOP, Account, Move
from engine.ledger.daily import Metric, count
from engine.money import ZERO, Money, total
from engine.orders import settling
from engine.payouts import stops
from engine.payouts.paying import check_proof
from engine.people import confirmations
from engine.people.confirmations import Confirmation
from engine.people.names import Name, name_of
from engine.programme import promoters, settings
from engine.store.base import Tx
from engine.store.codes import fresh_code
from engine.store.columns import canonical
from engine.store.commands import Room, command, question
from engine.store.tables import balances, booking_lines, bookings

CHUNK = 50
"""Promoters booked in one transaction at most."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a period settles for one promoter."""

    promoter: PromoterId
    code: str
    """His 推荐码."""
    name: Name
    amount: Money


@dataclass(frozen=True, slots=True)
class Draft:
    """A period that could be booked now, and one page of its lines, the largest amounts first."""

    since: datetime | None
    """The end of the last booking; None: from the beginning."""
    until: datetime
    """Exclusive."""
    count: int
    amount: Money
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Booking:
    """A period that was booked as settled."""

    id: BookingId
    code: str
    """单号 for people."""
    since: datetime | None
    until: datetime
    proof: str
    by: Name
    asked_at: datetime
    done_at: datetime | None
    """None: some promoters are still to be booked."""
    count: int
    amount: Money
    wanted_count: int
    """What the list said when it was confirmed; a refund in the seconds after makes the difference."""
    wanted: Money

    @property
    def as_confirmed(self) -> bool:
        return (self.count, self.amount) == (self.wanted_count, self.wanted)


@dataclass(frozen=True, slots=True)
class Settled:
    """A promoter's line of a booking, as he reads it."""

    code: str
    amount: Money
    proof: str
    since: datetime | None
    until: datetime
    booked_at: datetime


@dataclass(eq=False)
class PaidOnline(Refusal):
    """Promoters ask for their money here; no period is booked."""


@dataclass(eq=False)
class NothingToBook(Refusal):
    """Nobody has anything that fell due before the period's end."""

    until: datetime


@dataclass(eq=False)
class PeriodBooked(Refusal):
    """The period ends no later than the last one that was booked."""

    code: str
    until: datetime


@dataclass(eq=False)
class PeriodNotOver(Refusal):
    """Only days that are over can be booked."""

    until: datetime
    """The end of the day that was asked for."""
    today: datetime
    """Where today begins."""


@dataclass(eq=False)
class BookingRunning(Refusal):
    """The booking before is not through yet."""

    code: str


@dataclass(eq=False)
class ListChanged(Refusal):
    """The list is another one than the one that was confirmed."""

    count: int
    amount: Money


@dataclass(eq=False)
class NoSuchBooking(Refusal):
    """There is no such booking."""

    code: str


class Bookings(Room):
    """From the list to the last line that is booked."""

    @question
    def draft(self, tx: Tx, last_day: date | None, skip: int, most: int) -> Draft:
        """What a period to the end of `last_day` (yesterday) would settle, with so many lines after the first `skip`.

        Raises the Refusal that says why it cannot be booked now.
        """
        since, until, dues = _draft(tx, last_day)
        lines = tuple(_line(tx, promoter, amount) for promoter, amount in dues[skip : skip + most])
        return Draft(since, until, len(dues), total(amount for _, amount in dues), lines)

    @command
    def propose(self, tx: Tx, last_day: date | None, proof: str) -> Confirmation:
        """Ask to book the period: gives the one-time code that does it. Without a proof the 单号 is the proof."""
        _, until, dues = _draft(tx, last_day)
        stops.check(tx)
        if proof:
            check_proof(proof)
        args = {
            "last_day": (day_of(until) - timedelta(days=1)).isoformat(), "proof": proof,
            "count": str(len(dues)), "amount": str(total(amount for _, amount in dues).fen), "list": _digest(dues),
        }  # fmt: skip
        return confirmations.issue(tx, "bookings.book", args)

    @command
    def book(self, tx: Tx, code: str) -> Booking:
        """Book what the code stands for; more than CHUNK promoters follow in chunks. Raises ListChanged."""
        bound = confirmations.take(tx, code, "bookings.book")
        since, until, dues = _draft(tx, date.fromisoformat(bound["last_day"]))
        stops.check(tx)
        amount = total(amount for _, amount in dues)
        if _digest(dues) != bound["list"]:
            raise ListChanged(len(dues), amount)
        made, number = BookingId(tx.ids.new("bk")), fresh_code(tx, bookings.c.code)
        tx.run(
            insert(bookings).values(
                shop_id=tx.shop, id=made, code=number, state="running", from_at=since, to_at=until,
                proof=bound["proof"] or number, actor=tx.actor.person, asked_at=tx.now,
                wanted_lines=len(dues), wanted=amount, lines=0, amount=ZERO,
            )
        )  # fmt: skip
        tx.note |= {
            "booking": number,
            "count": len(dues),
            "amount": amount.fen,
            "proof": bound["proof"] or number,
        }
        _book_next(tx, made, "")
        return _read(tx, _one(tx, number))

    @command
    def carry_on(self, tx: Tx, booking: BookingId, after: str) -> int:
        """Book the next ones, those whose ids come after one; gives how many were looked at."""
        done = _book_next(tx, booking, after)
        row = _by_id(tx, booking)
        if row.state == "done":
            outbox.put(tx, f"booked:{booking}", "booked", {"booking": row.code}, to=PersonId(row.actor))
        return done

    @question
    def all(self, tx: Tx, most: int) -> tuple[Booking, ...]:
        """The newest bookings (结算记录)."""
        rows = tx.run(
            select(bookings)
            .where(bookings.c.shop_id == tx.shop)
            .order_by(bookings.c.asked_at.desc(), bookings.c.id.desc())
            .limit(most)
        )
        return tuple(_read(tx, row) for row in rows)

    @question
    def get(self, tx: Tx, code: str) -> Booking:
        """One booking by its 单号. Raises NoSuchBooking."""
        return _read(tx, _one(tx, code))

    @question
    def lines(self, tx: Tx, code: str, skip: int, most: int) -> tuple[Line, ...]:
        """Lines of a booking, the largest amounts first."""
        row = _one(tx, code)
        found = tx.run(
            select(booking_lines.c.promoter_id, booking_lines.c.amount)
            .where(booking_lines.c.shop_id == tx.shop, booking_lines.c.booking_id == row.id)
            .order_by(booking_lines.c.amount.desc(), booking_lines.c.promoter_id)
            .offset(skip)
            .limit(most)
        )
        return tuple(_line(tx, PromoterId(promoter), amount) for promoter, amount in found)

    @question
    def mine(self, tx: Tx, code: str) -> Settled:
        """The actor's own line of a booking. Raises NoSuchBooking, NotAPromoter."""
        me, row = promoters.earner(tx), _one(tx, code)
        line = tx.run(
            select(booking_lines.c.amount, booking_lines.c.booked_at).where(
                booking_lines.c.shop_id == tx.shop,
                booking_lines.c.booking_id == row.id,
                booking_lines.c.promoter_id == me.id,
            )
        ).one_or_none()
        if line is None:
            raise NoSuchBooking(code)
        return Settled(row.code, line.amount, row.proof, row.from_at, row.to_at, line.booked_at)


Due = tuple[PromoterId, Money]


def _draft(tx: Tx, last_day: date | None) -> tuple[datetime | None, datetime, list[Due]]:
    """The period and what it settles. Raises the Refusal that says why it cannot be booked."""
    if not settings.current(tx).offline:
        raise PaidOnline()
    today = day_begins(day_of(tx.now))
    until = day_begins(last_day + timedelta(days=1)) if last_day else today
    if until > today:
        raise PeriodNotOver(until, today)
    last = tx.run(
        select(bookings.c.code, bookings.c.state, bookings.c.to_at)
        .where(bookings.c.shop_id == tx.shop)
        .order_by(bookings.c.asked_at.desc(), bookings.c.id.desc())
        .limit(1)
    ).one_or_none()
    if last and last.state == "running":
        raise BookingRunning(last.code)
    if last and until <= last.to_at:
        raise PeriodBooked(last.code, last.to_at)
    dues = sorted(_dues(tx, until, _available(tx)), key=lambda due: (-due[1].fen, due[0]))
    if not dues:
        raise NothingToBook(until)
    return (last.to_at if last else None), until, dues


def _dues(tx: Tx, until: datetime, held: Iterable[Due]) -> Iterable[Due]:
    later = settling.matured_since(tx, until)
    for promoter, available in held:
        amount = available - later.get(promoter, ZERO)
        if amount > ZERO:
            yield promoter, amount


def _available(tx: Tx, after: str = "", most: int | None = None) -> list[Due]:
    """Who has something available, in the order of their ids."""
    rows = tx.run(
        select(balances.c.owner, balances.c.amount)
        .where(
            balances.c.shop_id == tx.shop,
            balances.c.account == Account.AVAILABLE.value,
            balances.c.amount > ZERO,
            balances.c.owner > after,
        )
        .order_by(balances.c.owner)
        .limit(most)
    )
    return [(PromoterId(owner), amount) for owner, amount in rows]


def _book_next(tx: Tx, booking: BookingId, after: str) -> int:
    row = _by_id(tx, booking)
    held = _available(tx, after, CHUNK)
    dues = list(_dues(tx, row.to_at, held))
    for promoter, amount in dues:
        _settle(tx, row, promoter, amount)
    over = len(held) < CHUNK
    tx.run(
        update(bookings)
        .where(bookings.c.shop_id == tx.shop, bookings.c.id == booking)
        .values(
            lines=row.lines + len(dues),
            amount=row.amount + total(amount for _, amount in dues),
            **({"state": "done", "done_at": tx.now} if over else {}),
        )
    )
    if not over:
        last = held[-1][0]
        outbox.put(tx, f"booking:{booking}:{last}", "booking", {"booking": booking, "after": last})
    return len(held)


def _settle(tx: Tx, row: Any, promoter: PromoterId, amount: Money) -> None:
    book.post(
        tx, f"settled:{row.id}:{promoter}", Move.SETTLE_OFFLINE,
        (Posting(promoter, Account.AVAILABLE, -amount), Posting(promoter, Account.PAID_OUT, amount)),
        {"booking": row.code, "proof": row.proof},
    )  # fmt: skip
    tx.run(
        insert(booking_lines).values(
            shop_id=tx.shop, booking_id=row.id, promoter_id=promoter, amount=amount, booked_at=tx.now
        )
    )
    count(tx, Metric.PAID_OUT, amount.fen, promoter, SHOP)
    person = promoters.one(tx, promoter).person
    outbox.put(tx, f"settled:{row.id}:{promoter}", "settled", {"booking": row.code}, to=person)


def _digest(dues: list[Due]) -> str:
    return hashlib.sha256(
        canonical([[promoter, amount.fen] for promoter, amount in dues]).encode()
    ).hexdigest()


def _line(tx: Tx, promoter: PromoterId, amount: Money) -> Line:
    found = promoters.one(tx, promoter)
    return Line(promoter, found.code, found.name, amount)


def _one(tx: Tx, code: str) -> Any:
    row = tx.run(
        select(bookings).where(bookings.c.shop_id == tx.shop, bookings.c.code == code.upper())
    ).one_or_none()
    if row is None:
        raise NoSuchBooking(code)
    return row


def _by_id(tx: Tx, booking: BookingId) -> Any:
    return tx.run(select(bookings).where(bookings.c.shop_id == tx.shop, bookings.c.id == booking)).one()


def _read(tx: Tx, row: Any) -> Booking:
    return Booking(
        id=row.id,
        code=row.code,
        since=row.from_at,
        until=row.to_at,
        proof=row.proof,
        by=name_of(tx, PersonId(row.actor)),
        asked_at=row.asked_at,
        done_at=row.done_at,
        count=row.lines,
        amount=row.amount,
        wanted_count=row.wanted_lines,
        wanted=row.wanted,
    )
