"""A withdrawal's record: found, read, moved from state to state, its money given back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, func, select, update
from sqlalchemy import text as sql

from engine import outbox
from engine.errors import Refusal
from engine.ids import PersonId, PromoterId, WithdrawalId
from engine.ledger import book
from engine.ledger.book import Posting
from engine.ledger.chart import Account, Move
from engine.money import Money
from engine.payouts import payee_pictures
from engine.payouts.payees import Channel, Payee, hidden
from engine.payouts.states import OPEN, State, WrongState, after
from engine.people import accounts
from engine.people.names import Name, name_of
from engine.programme import promoters
from engine.store.base import Tx
from engine.store.tables import withdrawals
from engine.store.tables.orders import STILL_OPEN


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A withdrawal as a list shows it."""

    id: WithdrawalId
    code: str
    """提现单号 for people."""
    promoter: PromoterId
    name: Name
    amount: Money
    state: State
    channel: Channel
    account_tail: str
    """The account with its middle hidden."""
    owed: Money
    """What the promoter owes by refunds (待追回)."""
    requested_at: datetime
    done_at: datetime | None
    in_hand_by: PersonId | None
    reason: str
    proof: str
    by_picture: bool = False
    """Paid through a 收款码."""


@dataclass(eq=False)
class NoSuchWithdrawal(Refusal):
    """There is no such withdrawal."""

    code: str


def newest_of(tx: Tx, promoter: PromoterId, most: int) -> tuple[Withdrawal, ...]:
    """A promoter's withdrawals, newest first."""
    rows = tx.run(
        select(withdrawals)
        .where(withdrawals.c.shop_id == tx.shop, withdrawals.c.promoter_id == promoter)
        .order_by(withdrawals.c.requested_at.desc(), withdrawals.c.id.desc())
        .limit(most)
    )
    return tuple(read(tx, row) for row in rows)


def oldest_in(tx: Tx, states: tuple[State, ...], most: int) -> tuple[Withdrawal, ...]:
    """All withdrawals in these states, oldest first."""
    # One state after the other: for a list of them SQLite would look through all withdrawals in their order.
    found = [row for state in states for row in _oldest(tx, state, most)]
    found.sort(key=lambda row: (row.requested_at, row.id))
    return tuple(read(tx, row) for row in found[:most])


def still_open() -> TextClause:
    """The condition on `withdrawals` that it is open, in the words of its index."""
    return sql(STILL_OPEN)


def _oldest(tx: Tx, state: State, most: int) -> Sequence[Any]:
    return tx.run(
        select(withdrawals)
        .where(withdrawals.c.shop_id == tx.shop, withdrawals.c.state == state.value)
        .order_by(withdrawals.c.requested_at, withdrawals.c.id)
        .limit(most)
    ).all()


def open_counts(tx: Tx) -> dict[State, int]:
    """How many withdrawals stand in each open state."""
    rows = tx.run(
        select(withdrawals.c.state, func.count())
        .where(withdrawals.c.shop_id == tx.shop, withdrawals.c.state.in_([state.value for state in OPEN]))
        .group_by(withdrawals.c.state)
    )
    return {State(state): number for state, number in rows}


def payee_name(tx: Tx, code: str) -> Name:
    """Whose withdrawal this is."""
    return promoters.one(tx, one(tx, code).promoter_id).name


def one(tx: Tx, code: str) -> Any:
    """The row with this typed 单号. Raises NoSuchWithdrawal."""
    row = tx.run(
        select(withdrawals).where(withdrawals.c.shop_id == tx.shop, withdrawals.c.code == code.upper())
    ).one_or_none()
    if row is None:
        raise NoSuchWithdrawal(code)
    return row


def by_id(tx: Tx, withdrawal: WithdrawalId) -> Any:
    """The row of this withdrawal."""
    mine = (withdrawals.c.shop_id == tx.shop) & (withdrawals.c.id == withdrawal)
    return tx.run(select(withdrawals).where(mine)).one()


def read(tx: Tx, row: Any) -> Withdrawal:
    """The row as a list shows it."""
    person = promoters.one(tx, row.promoter_id).person
    payee = payee_of(tx, row) if row.payee else None
    return Withdrawal(
        id=row.id,
        code=row.code,
        promoter=row.promoter_id,
        name=name_of(tx, person),
        amount=row.amount,
        state=State(row.state),
        channel=Channel(row.channel),
        account_tail=hidden(payee.account) if payee and payee.account else "",
        owed=book.balance(tx, row.promoter_id).owed,
        requested_at=row.requested_at,
        done_at=row.done_at,
        in_hand_by=row.in_hand_by,
        reason=row.reason or "",
        proof=row.proof or "",
        by_picture=bool(payee and payee.picture),
    )


def payee_of(tx: Tx, row: Any) -> Payee:
    """Whom to pay, in full."""
    payee = tx.cipher.open(row.payee)
    return Payee(Channel(row.channel), payee["account"], payee["name"], payee.get("picture", ""))


def sealed(tx: Tx, payee: Payee) -> bytes:
    """Whom to pay, as the row keeps it."""
    return tx.cipher.seal({"account": payee.account, "name": payee.name, "picture": payee.picture})


def move(tx: Tx, row: Any, verb: str, **values: Any) -> None:
    """Compare and set: whoever comes second is told the state."""
    state = after(row.code, State(row.state), verb)
    if state not in OPEN and accounts.is_forgotten(tx, promoters.one(tx, row.promoter_id).person):
        values["payee"] = None
    moved = tx.run(
        update(withdrawals)
        .where(withdrawals.c.shop_id == tx.shop, withdrawals.c.id == row.id, withdrawals.c.state == row.state)
        .values(state=state.value, **values)
    )
    if moved.rowcount != 1:
        raise WrongState(row.code, State(row.state))
    if state not in OPEN:
        payee_pictures.drop(tx, row.id)
    tx.note |= {"withdrawal": row.code, "amount": row.amount.fen}


def give_back(tx: Tx, row: Any, verb: str, reason: str | None) -> Withdrawal:
    """Rejected or cancelled: the money is available again, a debt repaid first."""
    move(tx, row, verb, done_at=tx.now, reason=reason)
    lines = (
        Posting(row.promoter_id, Account.WITHDRAWING, -row.amount),
        *book.debt_first(tx, row.promoter_id, row.amount),
    )
    state = after(row.code, State(row.state), verb)
    book.post(tx, f"withdrawal:{row.id}:{state.value}", Move.RETURN, lines)
    tx.note |= {"withdrawal": row.code, "amount": row.amount.fen, "reason": reason or ""}
    return read(tx, one(tx, row.code))


def tell(tx: Tx, row: Any, kind: str) -> None:
    """Let the promoter know what became of it."""
    person = promoters.one(tx, row.promoter_id).person
    outbox.put(tx, f"{kind}:{row.id}", kind, {"withdrawal": row.code}, to=person)
