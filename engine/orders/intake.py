"""Hearing the shop (订单接入): facts in any order and any number of times, one decision, the difference booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from engine.errors import Refusal
from engine.ids import OrderId
from engine.money import Money
from engine.orders import archive, circumstances, deciding, known, pages, settling
from engine.orders.events import Fact, Heard, PageVisit, Sold
from engine.orders.facts import Refunded
from engine.store.base import Tx
from engine.store.commands import Room, command, question

MOST_LINES = 200
MOST_FEN = 10**11
"""What one order, and one refund, amounts to at most: a thousand million yuan."""
FUTURE = timedelta(minutes=10)
CHUNK = 50
"""Commissions that mature in one transaction at most."""


@dataclass(frozen=True, slots=True)
class Booked:
    """What became of a fact: `booked`, `known` (heard before), `conflict` or `waiting` for its buyer or payment."""

    outcome: str
    order: OrderId
    code: str


@dataclass(eq=False)
class FutureFact(Refusal):
    """A fact from more than ten minutes ahead."""


@dataclass(eq=False)
class BadLines(Refusal):
    """No lines, too many, or a number twice."""

    most: int


@dataclass(eq=False)
class TooMuch(Refusal):
    """An order or a refund of more than anybody sells for."""

    most: Money


class Orders(Room):
    """The shop's order feed."""

    @command
    def hear(self, tx: Tx, heard: Heard) -> Booked:
        """Take a fact in. The same again changes nothing; the same with other content is kept as a conflict."""
        _check(tx, heard)
        row = archive.order_of(tx, heard)
        order, mark = OrderId(row.id), archive.identity(heard.fact)
        before = archive.known(tx, order, mark)
        if before is not None:
            if before == archive.fingerprint(tx, order, heard.fact):
                return Booked("known", order, row.code)
            archive.keep_conflict(tx, order, heard.fact)
            return Booked("conflict", order, row.code)
        archive.keep(tx, order, heard.fact)
        if isinstance(heard.fact, Sold):
            deciding.at_payment(tx, order, heard.fact)
        outcome = deciding.book(tx, order, f"{mark.kind}:{order}:{mark.id}")
        if isinstance(heard.fact, Sold):
            known.linked(tx, heard.fact.buyer)
        return Booked(outcome, order, row.code)

    @question
    def compare(self, tx: Tx, heard: Heard) -> str:
        """What hearing a fact would be: `new`, `known` or a `conflict`. Raises what `hear` would raise."""
        _check(tx, heard)
        row = archive.find(tx, heard.source, heard.number)
        before = archive.known(tx, OrderId(row.id), archive.identity(heard.fact)) if row else None
        if before is None:
            return "new"
        same = before == archive.fingerprint(tx, OrderId(row.id), heard.fact)
        return "known" if same else "conflict"

    @question
    def told_elsewhere(self, tx: Tx, source: str, number: str) -> str:
        """Another source that told of an order of this number, or the empty string."""
        return next(
            (other for other in archive.sources(tx) if other != source and _told(tx, other, number)), ""
        )

    @command
    def mature(self, tx: Tx) -> int:
        """Mature the oldest due commissions, at most CHUNK; gives how many there were."""
        due = settling.due_rows(tx, CHUNK)
        for row in due:
            settling.mature(tx, row)
        return len(due)

    @command
    def visited(self, tx: Tx, visit: PageVisit) -> str:
        """Keep a page visit that the shop reports: `booked`, `known` or, told before with other content, `conflict`."""
        if visit.at > tx.now + FUTURE:
            raise FutureFact()
        person = circumstances.buyer_of(tx, visit.customer)
        known.linked(tx, visit.customer)
        return pages.keep(tx, visit, person)


def _told(tx: Tx, source: str, number: str) -> bool:
    return archive.find(tx, source, number) is not None


def _check(tx: Tx, heard: Heard) -> None:
    if archive.at_of(heard.fact) > tx.now + FUTURE:
        raise FutureFact()
    if isinstance(heard.fact, Sold):
        lines = heard.fact.paid.lines
        numbers = {line.number for line in lines}
        if not 0 < len(lines) <= MOST_LINES or len(numbers) != len(lines):
            raise BadLines(MOST_LINES)
    if _amount_of(heard.fact) > MOST_FEN:
        raise TooMuch(Money(MOST_FEN))


def _amount_of(fact: Fact) -> int:
    """The largest sum that a fact speaks of, in fen."""
    if isinstance(fact, Sold):
        return max(sum(line.base.fen for line in fact.paid.lines), fact.paid.shipping.fen)
    return fact.amount.fen if isinstance(fact, Refunded) else 0
