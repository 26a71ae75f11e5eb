"""Manual adjustments (人工调整): the operator gives or takes by hand, with a reason; a debt always comes first."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select

from engine import outbox
from engine.errors import Refusal
from engine.ids import AdjustmentId
from engine.ledger import book
from engine.ledger.book import Balances, Posting
from engine.ledger.chart import SHOP, Account, Move
from engine.ledger.daily import Metric, count
from engine.money import ZERO, Money
from engine.people.names import Name
from engine.people.reasons import reason_in
from engine.programme import promoters
from engine.programme.promoters import Promoter
from engine.store.base import Tx
from engine.store.commands import Room, command, question
from engine.store.tables import entries, postings

ADJUSTABLE = (Account.AVAILABLE, Account.DEBT)
"""The other accounts say what orders and withdrawals say: those are put right there."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What an adjustment does to a promoter's accounts."""

    code: str
    """His 推荐码."""
    name: Name
    amount: Money
    before: Balances
    after: Balances


@dataclass(frozen=True, slots=True)
class Adjusted:
    """An adjustment that was made, as the promoter reads it."""

    amount: Money
    reason: str
    at: datetime


@dataclass(eq=False)
class NotAdjustable(Refusal):
    """Only what is available and what is owed can be moved by hand."""

    account: str


@dataclass(eq=False)
class NothingToAdjust(Refusal):
    """An adjustment of nothing."""


@dataclass(eq=False)
class MoreThanHeld(Refusal):
    """More would be taken than he has, or more forgiven than he owes."""

    held: Money
    asked: Money


@dataclass(eq=False)
class AdjustmentReasonMissing(Refusal):
    """An adjustment needs a reason of 1 to 60 characters."""


class Adjustments(Room):
    """Look what it would do, then do it."""

    @question
    def preview(self, tx: Tx, code: str, account: str, amount: Money) -> Adjustment:
        """What the adjustment would change. Raises the Refusal that it would meet."""
        found = promoters.with_code(tx, code)
        return _adjustment(tx, found, amount, _lines(tx, found, account, amount))

    @command
    def adjust(self, tx: Tx, code: str, account: str, amount: Money, reason: str) -> Adjustment:
        """Give (`+`) or take (`-`) by hand: what he owes comes first either way; he is told, with the reason."""
        found = promoters.with_code(tx, code)
        lines = _lines(tx, found, account, amount)
        reason = reason_in(reason)
        if not reason:
            raise AdjustmentReasonMissing()
        made = _adjustment(tx, found, amount, lines)
        one = AdjustmentId(tx.ids.new("ad"))
        book.post(
            tx, f"adjust:{one}", Move.ADJUST, (Posting(SHOP, Account.ADJUSTMENT, -amount), *lines),
            {"reason": reason, "by": str(tx.actor)},
        )  # fmt: skip
        count(tx, Metric.ADJUSTED, amount.fen, found.id, SHOP)
        outbox.put(tx, f"adjusted:{one}", "adjusted", {"adjustment": one}, to=found.person)
        tx.note |= {"promoter": found.code, "account": account, "amount": amount.fen, "reason": reason}
        return made

    @question
    def mine(self, tx: Tx, adjustment: AdjustmentId) -> Adjusted:
        """An adjustment of the actor's own accounts. Raises NotAPromoter, NothingToAdjust for another's."""
        me = promoters.earner(tx)
        rows = tx.run(
            select(entries.c.at, entries.c.note, postings.c.amount)
            .join(postings, (postings.c.shop_id == entries.c.shop_id) & (postings.c.seq == entries.c.seq))
            .where(
                entries.c.shop_id == tx.shop,
                entries.c.reference == f"adjust:{adjustment}",
                postings.c.owner == me.id,
            )
        ).all()
        if not rows:
            raise NothingToAdjust()
        return Adjusted(Money(sum(row.amount.fen for row in rows)), rows[0].note["reason"], rows[0].at)


def _lines(tx: Tx, promoter: Promoter, account: str, amount: Money) -> tuple[Posting, ...]:
    """What the adjustment posts to his accounts; never money available beside a debt."""
    if account not in {one.value for one in ADJUSTABLE}:
        raise NotAdjustable(account)
    if not amount:
        raise NothingToAdjust()
    held = book.balance(tx, promoter.id)
    if account == Account.DEBT.value and amount > held.owed:
        raise MoreThanHeld(held.owed, amount)
    if account == Account.AVAILABLE.value and -amount > held.available:
        raise MoreThanHeld(held.available, -amount)
    if amount > ZERO:
        return book.debt_first(tx, promoter.id, amount)
    taken = min(-amount, held.available)
    return (
        Posting(promoter.id, Account.AVAILABLE, -taken),
        Posting(promoter.id, Account.DEBT, amount + taken),
    )


def _adjustment(tx: Tx, promoter: Promoter, amount: Money, lines: tuple[Posting, ...]) -> Adjustment:
    before = book.balance(tx, promoter.id)
    now = {field.name: getattr(before, field.name) for field in fields(before)}
    for line in lines:
        now[line.account.value] += line.amount
    return Adjustment(promoter.code, promoter.name, amount, before, Balances(**now))
