"""The merchant's side of a withdrawal: approve, reject, and pay by hand with one-time codes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy import text as sql

from engine import outbox
from engine.clock import day_begins, day_of
from engine.errors import Refusal
from engine.ledger import book
from engine.ledger.book import Posting
from engine.ledger.chart import SHOP, Account, Move
from engine.ledger.daily import Metric, count
from engine.money import ZERO, Money
from engine.payouts import payees, records, stops
from engine.payouts.asking import PromoterFrozen
from engine.payouts.payees import Payee
from engine.payouts.records import Withdrawal
from engine.payouts.states import State, after
from engine.people import confirmations
from engine.people.confirmations import CodeOutdated, Confirmation
from engine.people.names import Name, name_of
from engine.people.reasons import reason_in
from engine.programme import promoters, settings
from engine.programme.promoters import Status
from engine.store.base import Tx
from engine.store.tables import withdrawals

HAND_LIFE = timedelta(hours=24)
"""How long the code of a payout that is in somebody's hand lives."""
_PROOF = re.compile(r"[0-9A-Za-z_\-]{4,64}")


@dataclass(frozen=True, slots=True)
class InHand:
    """A payout in somebody's hand: whom to pay in full, and the code that marks it paid."""

    withdrawal: Withdrawal
    payee: Payee
    code: str
    expires_at: datetime


@dataclass(eq=False)
class PromoterOwes(Refusal):
    """He owes money by refunds; rejecting the withdrawal repays the debt."""

    code: str
    owed: Money


@dataclass(eq=False)
class BadProof(Refusal):
    """The payment's reference has 4 to 64 letters, digits, - or _."""


@dataclass(eq=False)
class RejectionReasonMissing(Refusal):
    """A rejection needs a reason of 1 to 60 characters."""


@dataclass(eq=False)
class DailyLimit(Refusal):
    """The shop's limit for payouts in one day."""

    limit: Money
    left: Money
    asked: Money


@dataclass(eq=False)
class NotInYourHand(Refusal):
    """Somebody else is paying this one."""

    by: Name


def approve(tx: Tx, code: str) -> Withdrawal:
    """To be paid."""
    row = records.one(tx, code)
    _check_payable(tx, row)
    records.move(tx, row, "approve", decided_at=tx.now)
    outbox.put(
        tx, f"withdrawal_approved:{row.id}", "withdrawal_approved", {"withdrawal": row.code},
        to=promoters.one(tx, row.promoter_id).person,
    )  # fmt: skip
    return records.read(tx, records.one(tx, code))


def propose_reject(tx: Tx, code: str, reason: str) -> Confirmation:
    """Ask to reject: gives the one-time code that does it."""
    row = records.one(tx, code)
    after(row.code, State(row.state), "reject")
    reason = reason_in(reason)
    if not reason:
        raise RejectionReasonMissing()
    args = {**_bound(tx, row), "reason": reason}
    return confirmations.issue(tx, "withdrawals.reject", args)


def reject(tx: Tx, code: str) -> Withdrawal:
    """Not paid, and why; the money is available again, a debt repaid first."""
    bound = confirmations.take(tx, code, "withdrawals.reject")
    row = records.one(tx, bound["withdrawal"])
    _check_bound(tx, row, bound)
    done = records.give_back(tx, row, "reject", bound["reason"])
    records.tell(tx, row, "withdrawal_rejected")
    return done


def take_in_hand(tx: Tx, code: str) -> InHand:
    """开始打款: the actor pays this one by hand; gives whom to pay and the code that marks it paid."""
    row = records.one(tx, code)
    after(row.code, State(row.state), "take_in_hand")
    stops.check(tx)
    _check_payable(tx, row)
    _check_daily_limit(tx, row.amount)
    records.move(tx, row, "take_in_hand", in_hand_by=tx.actor.person)
    return _in_hand(tx, records.one(tx, code))


def propose_paid(tx: Tx, code: str) -> InHand:
    """A fresh code for a payout that is in the actor's hand already."""
    row = records.one(tx, code)
    after(row.code, State(row.state), "mark_paid")
    _check_hand(tx, row)
    return _in_hand(tx, row)


def put_back(tx: Tx, code: str) -> Withdrawal:
    """放弃: not paid after all; somebody may take it in hand again, and the old code is void."""
    row = records.one(tx, code)
    records.move(tx, row, "put_back", in_hand_by=None)
    confirmations.cancel(tx, "withdrawals.mark_paid", "withdrawal", row.code)
    return records.read(tx, records.one(tx, code))


def mark_paid(tx: Tx, code: str, proof: str) -> Withdrawal:
    """已打款: the money was sent by hand; `code` is the one-time code, `proof` the payment's reference."""
    check_proof(proof)
    bound = confirmations.take(tx, code, "withdrawals.mark_paid")
    row = records.one(tx, bound["withdrawal"])
    _check_bound(tx, row, bound)
    return paid(tx, row, "mark_paid", proof)


def check_proof(proof: str) -> None:
    """Raise BadProof unless it looks like a payment's reference."""
    if not _PROOF.fullmatch(proof):
        raise BadProof()


def paid(tx: Tx, row: Any, verb: str, proof: str) -> Withdrawal:
    """The money has left the house."""
    records.move(tx, row, verb, done_at=tx.now, proof=proof)
    book_paid(tx, row, proof)
    tx.note |= {"withdrawal": row.code, "amount": row.amount.fen, "proof": proof}
    return records.read(tx, records.one(tx, row.code))


def book_paid(tx: Tx, row: Any, proof: str) -> None:
    """What was held for a withdrawal is paid out; the promoter is told."""
    owner, amount = row.promoter_id, row.amount
    book.post(
        tx, f"withdrawal:{row.id}:paid", Move.PAY_BY_HAND,
        (Posting(owner, Account.WITHDRAWING, -amount), Posting(owner, Account.PAID_OUT, amount)),
        {"proof": proof},
    )  # fmt: skip
    count(tx, Metric.PAID_OUT, amount.fen, owner, SHOP)
    records.tell(tx, row, "withdrawal_paid")


def _check_payable(tx: Tx, row: Any) -> None:
    if promoters.one(tx, row.promoter_id).status is Status.FROZEN:
        raise PromoterFrozen()
    owed = book.balance(tx, row.promoter_id).owed
    if owed:
        raise PromoterOwes(row.code, owed)


def _check_daily_limit(tx: Tx, amount: Money) -> None:
    limit = settings.current(tx).daily_limit
    if not limit:
        return
    today = day_begins(day_of(tx.now))
    spent = _sum(tx, withdrawals.c.state == State.IN_HAND.value)
    # In the words of its index: a bound state would not find it on SQLite.
    spent += _sum(tx, sql("state = 'paid'"), withdrawals.c.done_at >= today)
    if spent + amount > limit:
        raise DailyLimit(limit, max(ZERO, limit - spent), amount)


def _sum(tx: Tx, *which: Any) -> Money:
    found: Money | None = tx.run(
        select(func.sum(withdrawals.c.amount)).where(withdrawals.c.shop_id == tx.shop, *which)
    ).scalar_one()
    return found or ZERO


def _check_hand(tx: Tx, row: Any) -> None:
    if row.in_hand_by != tx.actor.person:
        raise NotInYourHand(name_of(tx, row.in_hand_by))


def _bound(tx: Tx, row: Any) -> dict[str, str]:
    """What a money code is bound to: which withdrawal, how much, to whom."""
    return {
        "withdrawal": row.code,
        "amount": str(row.amount.fen),
        "payee": payees.digest(tx, records.payee_of(tx, row)),
    }


def _check_bound(tx: Tx, row: Any, bound: Any) -> None:
    if any(bound[name] != value for name, value in _bound(tx, row).items()):
        raise CodeOutdated()


def _in_hand(tx: Tx, row: Any) -> InHand:
    """One live code at a time for one payout."""
    confirmations.cancel(tx, "withdrawals.mark_paid", "withdrawal", row.code)
    made = confirmations.issue(tx, "withdrawals.mark_paid", _bound(tx, row), HAND_LIFE)
    return InHand(records.read(tx, row), records.payee_of(tx, row), made.code, made.expires_at)
