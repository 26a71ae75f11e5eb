"""After a restore from a backup (对账): what may have been paid since is told by the operator, then payouts go on.

The restored book knows nothing of what was done after the copy was made. A payout that it still calls open may
have left the house, and one that it never heard of too; whoever paid them again would pay twice. So every open
withdrawal needs an answer, payments that the book does not know are written into it, and all of that is one
transaction with the end of the stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from engine.errors import Refusal
from engine.ids import WithdrawalId
from engine.ledger import book
from engine.ledger.book import Posting
from engine.ledger.chart import SHOP, Account, Move
from engine.money import ZERO, Money
from engine.payouts import asking, paying, records, stops
from engine.payouts.payees import Channel
from engine.payouts.records import Withdrawal
from engine.payouts.states import OPEN, State, WrongState
from engine.payouts.stops import Stop
from engine.programme import promoters
from engine.store.base import Tx
from engine.store.codes import fresh_code
from engine.store.commands import Room, command, question
from engine.store.tables import withdrawals


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an open withdrawal: paid, with the payment's reference, or (empty) not paid."""

    code: str
    proof: str


@dataclass(frozen=True, slots=True)
class Outside:
    """A payment that the book has never heard of."""

    promoter: str
    """The 推广码 of whoever was paid."""
    amount: Money
    proof: str


@dataclass(eq=False)
class NotStopped(Refusal):
    """Payouts are not stopped: there is nothing to resume."""


@dataclass(eq=False)
class Unanswered(Refusal):
    """Of these withdrawals nobody has said whether they were paid."""

    codes: str


@dataclass(eq=False)
class AnsweredTwice(Refusal):
    """One withdrawal, two answers."""

    code: str


@dataclass(eq=False)
class ProofUsed(Refusal):
    """This payment is written down already: one payment pays one withdrawal."""

    proof: str


@dataclass(eq=False)
class NothingPaid(Refusal):
    """A payment of nothing."""

    proof: str


class Reconciling(Room):
    """The operator's way out of a stop."""

    @question
    def stopped(self, tx: Tx) -> Stop | None:
        """Why payouts are stopped, if they are."""
        return stops.current(tx)

    @question
    def unsettled(self, tx: Tx) -> tuple[Withdrawal, ...]:
        """Every withdrawal that is open as far as the book knows, the oldest first: any of them may be paid by now."""
        return tuple(records.read(tx, row) for row in _open(tx))

    @command
    def stop(self, tx: Tx, reason: str) -> Stop:
        """No new money leaves the house."""
        return stops.stop(tx, reason)

    @command
    def resume(self, tx: Tx, answers: tuple[Answer, ...], outside: tuple[Outside, ...]) -> tuple[Stop, ...]:
        """Write down what was paid, then end the stops; all of it or nothing."""
        if stops.current(tx) is None:
            raise NotStopped()
        told = _by_code(answers)
        left = sorted({row.code for row in _open(tx)} - told.keys())
        if left:
            raise Unanswered(" ".join(left))
        for code, proof in told.items():
            row = records.one(tx, code)
            if proof:
                _check_proof(tx, proof)
                paying.paid(tx, row, "found_paid", proof)
            elif row.state == State.IN_HAND.value:
                # Whoever had it in hand may hold a code that marks it paid: it is void with this.
                paying.put_back(tx, code)
            elif State(row.state) not in OPEN:
                raise WrongState(row.code, State(row.state))
        for payment in outside:
            _check_proof(tx, payment.proof)
            _write_down(tx, payment)
        tx.note.clear()
        tx.note |= {"paid": sum(1 for proof in told.values() if proof) + len(outside)}
        return stops.resume(tx, str(tx.actor))


def _open(tx: Tx) -> list[Any]:
    rows = tx.run(select(withdrawals).where(withdrawals.c.shop_id == tx.shop, records.still_open())).all()
    return sorted(rows, key=lambda row: (row.requested_at, row.id))


def _by_code(answers: tuple[Answer, ...]) -> dict[str, str]:
    told: dict[str, str] = {}
    for answer in answers:
        code = answer.code.upper()
        if code in told:
            raise AnsweredTwice(code)
        told[code] = answer.proof
    return told


def _check_proof(tx: Tx, proof: str) -> None:
    paying.check_proof(proof)
    used = tx.run(
        select(withdrawals.c.id)
        .where(withdrawals.c.shop_id == tx.shop, withdrawals.c.proof == proof)
        .limit(1)
    ).one_or_none()
    if used:
        raise ProofUsed(proof)


def _write_down(tx: Tx, payment: Outside) -> None:
    """A payment nobody here knows of becomes a withdrawal that is paid; what he had not yet earned he owes."""
    if payment.amount <= ZERO:
        raise NothingPaid(payment.proof)
    to = promoters.with_code(tx, payment.promoter)
    held = book.balance(tx, to.id)
    row = WithdrawalId(tx.ids.new("wd"))
    short = max(ZERO, payment.amount - held.available)
    # The shop lends what is missing, and what he owed before, for as long as it takes to write the payment down.
    lent = short + held.owed if short else ZERO
    _lend(tx, f"lent:{row}", lent, book.debt_first(tx, to.id, lent))
    tx.run(
        insert(withdrawals).values(
            shop_id=tx.shop, id=row, code=fresh_code(tx, withdrawals.c.code), promoter_id=to.id, amount=payment.amount,
            state=State.PAID.value, channel=Channel.WECHAT.value, bill=tx.ids.code(asking.BILL_LENGTH),
            requested_at=tx.now, done_at=tx.now, proof=payment.proof,
        )
    )  # fmt: skip
    asking.hold(tx, row, to.id, payment.amount, {})
    paying.book_paid(tx, records.by_id(tx, row), payment.proof)
    _lend(tx, f"owed:{row}", -lent, (Posting(to.id, Account.DEBT, -lent),))


def _lend(tx: Tx, reference: str, amount: Money, lines: tuple[Posting, ...]) -> None:
    book.post(tx, reference, Move.ADJUST, (Posting(SHOP, Account.ADJUSTMENT, -amount), *lines))
