"""The payouts against the book (查账): each withdrawal and each booking stands in it with its own sum, and no other."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, func, select, type_coerce
from sqlalchemy.types import NullType

from engine.errors import EngineError
from engine.ids import PEOPLE_READ
from engine.ledger.audit import Entry, Progress, Watch, quietly
from engine.ledger.chart import SHOP, Account, Move
from engine.ledger.daily import Metric
from engine.payouts import payees, records
from engine.payouts.asking import BILL_LENGTH
from engine.payouts.states import OPEN, State
from engine.store.base import Tx
from engine.store.tables import booking_lines, bookings, daily, withdrawals

_UNSENT = frozenset({Account.WITHDRAWING})
_SENT = frozenset({Account.CLEARING, Account.TAX})
_HELD_BY: dict[State, frozenset[Account]] = {
    State.REQUESTED: _UNSENT,
    State.APPROVED: _UNSENT,
    State.IN_HAND: _UNSENT,
    State.SENDING: _SENT,
    State.CONFIRMING: _SENT,
    State.UNKNOWN: _SENT,
    State.PAID: frozenset({Account.PAID_OUT, Account.TAX}),
    State.REJECTED: frozenset(),
    State.CANCELLED: frozenset(),
    State.FAILED: frozenset(),
}
"""Which accounts hold a withdrawal's money in each state; in the last ones it went back."""
_HOLDING = {account.value for account in Account} & {
    account.value for accounts in _HELD_BY.values() for account in accounts
}


class PayoutAudit:
    """Watches the book's payout entries go past, then holds withdrawals and bookings against them."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], dict[str, int]] = {}
        """By withdrawal and promoter: fen that its entries left in each account that holds a payout."""
        self._proofs: dict[str, str] = {}
        self._payees: dict[str, str] = {}
        """By withdrawal: what its entries say of how it was paid, and of whom."""
        self._settled: dict[tuple[str, str], int] = {}
        """By booking and promoter."""
        self._adjusted: Counter[str] = Counter()
        """By promoter: fen that the operator gave by hand less what he took."""

    @property
    def watch(self) -> Watch:
        """The entries it wants to see."""
        of_withdrawals = (Move.REQUEST, Move.RETURN, Move.SEND, Move.PAY, Move.FAIL, Move.PAY_BY_HAND)
        of_others = {Move.SETTLE_OFFLINE: self._saw_booking, Move.ADJUST: self._saw_adjustment}
        return of_others | dict.fromkeys(of_withdrawals, self._saw)

    def findings(self, tx: Tx, progress: Progress = quietly) -> list[str]:
        """Everything that differs, after the book was walked."""
        found: list[str] = []
        paid: Counter[str] = Counter()
        seen_open: Counter[str] = Counter()
        bills: Counter[str] = Counter()
        for row in tx.run(_wanted().where(withdrawals.c.shop_id == tx.shop)):
            found += [f"withdrawal {row.code}: {one}" for one in self._of(tx, row)]
            bills[row.bill] += 1
            seen_open[row.promoter_id] += State(row.state) in OPEN
            paid[row.promoter_id] += row.amount if row.state == State.PAID.value else 0
            progress(1)
        found += [f"{promoter} has {n} open withdrawals" for promoter, n in seen_open.items() if n > 1]
        found += [f"{n} withdrawals have the bill {bill}" for bill, n in bills.items() if n > 1]
        found += [
            f"the book moves money of {promoter} for withdrawal {one}, which is not there"
            for one, promoter in self._held
        ]
        found += self._check_bookings(tx, paid)
        return [
            *found,
            *_check_days(tx, Metric.PAID_OUT, paid, "withdrawals and bookings"),
            *_check_days(tx, Metric.ADJUSTED, self._adjusted, "adjustments"),
        ]

    def _saw(self, entry: Entry) -> None:
        _, _, rest = entry.reference.partition(":")
        one = rest.partition(":")[0]
        for owner, account, amount in entry.lines:
            held = self._held.setdefault((one, owner), defaultdict(int))
            if account in _HOLDING:
                held[account] += amount
        if entry.move == Move.PAY_BY_HAND.value:
            self._proofs[one] = _said(entry.note, "proof")
        elif entry.move == Move.REQUEST.value:
            self._payees[one] = _said(entry.note, "payee")

    def _saw_booking(self, entry: Entry) -> None:
        _, _, rest = entry.reference.partition(":")
        for owner, account, amount in entry.lines:
            if account == Account.PAID_OUT.value:
                self._settled[rest.partition(":")[0], owner] = amount

    def _saw_adjustment(self, entry: Entry) -> None:
        for owner, _, amount in entry.lines:
            if owner != SHOP:
                self._adjusted[owner] += amount

    def _of(self, tx: Tx, row: Any) -> Iterable[str]:
        left = self._held.pop((row.id, row.promoter_id), {})
        held = {account: fen for account, fen in left.items() if fen}
        where = {account.value for account in _HELD_BY[State(row.state)]}
        due = row.amount if where else 0
        if sum(held.values()) != due or not held.keys() <= where:
            yield f"it is {row.state} over {row.amount}, the book holds {held or 'nothing'} for it"
        if row.state == State.PAID.value and self._proofs.get(row.id) != row.proof:
            yield f"its proof is {row.proof}, the book says {self._proofs.get(row.id)}"
        # who was forgotten took the account of what is over with him
        forgotten = row.payee is None and State(row.state) not in OPEN
        if not forgotten and _payee_in(tx, row) != self._payees.get(row.id):
            yield "its payee is not the one whom the book was told"
        if len(row.bill) != BILL_LENGTH or not set(row.bill) <= set(PEOPLE_READ):
            yield f"its bill {row.bill} is none of ours"

    def _check_bookings(self, tx: Tx, paid: Counter[str]) -> Iterable[str]:
        """What each booking settled; it counts as paid out as well."""
        rows = tx.run(
            select(
                booking_lines.c.booking_id, booking_lines.c.promoter_id,
                type_coerce(booking_lines.c.amount, BigInteger).label("amount"),
            ).where(booking_lines.c.shop_id == tx.shop)
        )  # fmt: skip
        kept = {(row.booking_id, row.promoter_id): row.amount for row in rows}
        for key in sorted(kept.keys() | self._settled.keys()):
            booking, promoter = key
            if kept.get(key) != self._settled.get(key):
                yield (
                    f"booking {booking} settles {kept.get(key)} for {promoter}, the book says {self._settled.get(key)}"
                )
        lines: Counter[str] = Counter()
        amounts: Counter[str] = Counter()
        for (booking, promoter), amount in kept.items():
            lines[booking] += 1
            amounts[booking] += amount
            paid[promoter] += amount
        of_bookings = select(
            bookings.c.id, bookings.c.lines, type_coerce(bookings.c.amount, BigInteger).label("amount")
        ).where(bookings.c.shop_id == tx.shop)
        for row in tx.run(of_bookings.order_by(bookings.c.id)):
            if (row.lines, row.amount) != (lines[row.id], amounts[row.id]):
                has = f"{lines[row.id]} of {amounts[row.id]}"
                yield f"booking {row.id} says {row.lines} lines of {row.amount}, it has {has}"


def count(tx: Tx) -> int:
    """How many withdrawals there are."""
    found: int = tx.run(
        select(func.count()).select_from(withdrawals).where(withdrawals.c.shop_id == tx.shop)
    ).scalar_one()
    return found


def _wanted() -> Any:
    return select(
        withdrawals.c.id, withdrawals.c.code, withdrawals.c.promoter_id, withdrawals.c.state, withdrawals.c.bill,
        withdrawals.c.proof, withdrawals.c.channel, type_coerce(withdrawals.c.amount, BigInteger).label("amount"),
        type_coerce(withdrawals.c.payee, NullType).label("payee"),
    ).order_by(withdrawals.c.id)  # fmt: skip


def _said(note: str, name: str) -> str:
    try:
        return str(json.loads(note)[name])
    except (ValueError, KeyError, TypeError):
        return "none"


def _payee_in(tx: Tx, row: Any) -> str:
    """The payee's digest; a payment that was only written down afterwards has none."""
    if row.payee is None:
        return "none"
    try:
        return payees.digest(tx, records.payee_of(tx, row))
    except EngineError:
        return "not to be opened"


def _check_days(tx: Tx, metric: Metric, whole: Counter[str], where: str) -> list[str]:
    """What was counted by the day comes to the whole."""
    rows = tx.run(
        select(daily.c.owner, func.sum(daily.c.value))
        .where(daily.c.shop_id == tx.shop, daily.c.metric == metric.value)
        .group_by(daily.c.owner)
    )
    kept = {owner: int(value) for owner, value in rows}
    due = {**whole, SHOP: whole.total()}
    return [
        f"the days of {owner} sum up to {kept.get(owner, 0)} {metric.value}, the {where} say {due.get(owner, 0)}"
        for owner in sorted(kept.keys() | due.keys())
        if kept.get(owner, 0) != due.get(owner, 0)
    ]
