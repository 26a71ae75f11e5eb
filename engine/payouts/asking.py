"""The promoter's side of a withdrawal: how much he may ask for, the request, taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from engine import outbox
from engine.errors import Refusal
from engine.ids import PromoterId, WithdrawalId
from engine.ledger import book
from engine.ledger.book import Posting
from engine.ledger.chart import Account, Move
from engine.money import ZERO, Money
from engine.payouts import payee_pictures, payees, records
from engine.payouts.payees import NAMED_FROM, BadPayeeName, Channel, Payee, checked
from engine.payouts.records import NoSuchWithdrawal, Withdrawal
from engine.payouts.states import State
from engine.people import accounts
from engine.people.authority import Right, staff_with
from engine.programme import promoters, settings
from engine.programme.promoters import Promoter, Status
from engine.store.base import Tx
from engine.store.codes import fresh_code
from engine.store.tables import withdrawals

BILL_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be withdrawn now."""

    available: Money
    minimum: Money
    maximum: Money
    last: Payee | None
    """Whom he was paid through the last time, or the 收款码 that he sent since."""


@dataclass(eq=False)
class SettledOffline(Refusal):
    """This shop pays outside and books it (线下结算): there is nothing to ask for here."""

    available: Money


@dataclass(eq=False)
class PromoterFrozen(Refusal):
    """A frozen promoter's withdrawals wait."""


@dataclass(eq=False)
class WithdrawalOpen(Refusal):
    """One at a time."""

    code: str
    amount: Money
    state: State


@dataclass(eq=False)
class NothingAvailable(Refusal):
    """There is nothing to withdraw."""

    pending: Money
    owed: Money


@dataclass(eq=False)
class BelowMinimum(Refusal):
    """Less than the smallest withdrawal."""

    minimum: Money
    available: Money

    @property
    def missing(self) -> Money:
        """What is still to be earned (还差); nothing when only the typed amount was too small."""
        return max(ZERO, self.minimum - self.available)


@dataclass(eq=False)
class AboveMaximum(Refusal):
    """More than the largest withdrawal."""

    maximum: Money


@dataclass(eq=False)
class NotEnough(Refusal):
    """More than is available."""

    available: Money
    asked: Money


def limits(tx: Tx) -> Limits:
    """What the actor may withdraw. Raises the Refusal that every amount would meet."""
    me = _able(tx)
    rules = settings.current(tx)
    available = book.balance(tx, me.id).available
    minimum = _minimum(rules.withdraw_min, me, available)
    return Limits(available, minimum, rules.withdraw_max, _last_payee(tx, me))


def check(tx: Tx, amount: Money) -> None:
    """Raise the Refusal that this amount would meet."""
    _check_amount(tx, _able(tx), amount)


def request(tx: Tx, amount: Money, payee: Payee) -> str:
    """Ask for money; gives the 单号. Raises the Refusal that says why not, with the figure."""
    me = _able(tx)
    _check_amount(tx, me, amount)
    payee = checked(payee)
    if amount >= NAMED_FROM and not payee.name:
        raise BadPayeeName()
    row = WithdrawalId(tx.ids.new("wd"))
    code = fresh_code(tx, withdrawals.c.code)
    tx.run(
        insert(withdrawals).values(
            shop_id=tx.shop, id=row, code=code, promoter_id=me.id, amount=amount, state=State.REQUESTED.value,
            channel=payee.channel.value, payee=records.sealed(tx, payee),
            bill=tx.ids.code(BILL_LENGTH), requested_at=tx.now,
        )
    )  # fmt: skip
    if payee.picture:
        payee_pictures.copy(tx, row, me.person, payee)
    hold(tx, row, me.id, amount, {"payee": payees.digest(tx, payee)})
    for payer in staff_with(tx, Right.FINANCE):
        outbox.bundle(tx, payer, "todo")
    tx.note |= {"withdrawal": code, "amount": amount.fen}
    return code


def give_picture(tx: Tx, channel: Channel, media: str) -> None:
    """A promoter sent his 收款码: a worker fetches it from WeChat and looks at it."""
    me = promoters.earner(tx)
    told = {"channel": channel.value, "media": media}
    outbox.put(tx, f"payee:{tx.ids.new('pg')}", "payee", told, to=me.person)


def picture_judged(tx: Tx, channel: Channel, jpeg: str, why_not: str) -> None:
    """What became of it: he is told; without a reason it is kept. Who was forgotten meanwhile leaves none."""
    me = promoters.earner(tx)
    if accounts.is_forgotten(tx, me.person):
        return
    if not why_not:
        payee_pictures.keep(tx, me.person, channel, jpeg)
    told = {"channel": channel.value, "why_not": why_not}
    outbox.put(tx, f"payee_judged:{tx.ids.new('pj')}", "payee_judged", told, to=me.person)


def hold(
    tx: Tx, withdrawal: WithdrawalId, promoter: PromoterId, amount: Money, note: Mapping[str, str]
) -> None:
    """The money of a withdrawal is no longer available; the note binds it to whom it will be paid."""
    book.post(
        tx, f"withdrawal:{withdrawal}:request", Move.REQUEST,
        (Posting(promoter, Account.AVAILABLE, -amount), Posting(promoter, Account.WITHDRAWING, amount)),
        note,
    )  # fmt: skip


def own(tx: Tx, code: str) -> Any:
    """The row of one of the actor's own withdrawals. Raises NoSuchWithdrawal, NotAPromoter."""
    me, row = promoters.earner(tx), records.one(tx, code)
    if row.promoter_id != me.id:
        raise NoSuchWithdrawal(code)
    return row


def cancel(tx: Tx, code: str) -> Withdrawal:
    """The promoter takes his own request back."""
    return records.give_back(tx, own(tx, code), "cancel", None)


def _able(tx: Tx) -> Promoter:
    """The actor, if he may ask for money at all; a former promoter may."""
    me = promoters.earner(tx)
    if settings.current(tx).offline:
        raise SettledOffline(book.balance(tx, me.id).available)
    if me.status is Status.FROZEN:
        raise PromoterFrozen()
    waiting = tx.run(
        select(withdrawals.c.code, withdrawals.c.amount, withdrawals.c.state).where(
            withdrawals.c.shop_id == tx.shop,
            withdrawals.c.promoter_id == me.id,
            records.still_open(),
        )
    ).one_or_none()
    if waiting:
        raise WithdrawalOpen(waiting.code, waiting.amount, State(waiting.state))
    held = book.balance(tx, me.id)
    if not held.available:
        raise NothingAvailable(held.pending, held.owed)
    minimum = _minimum(settings.current(tx).withdraw_min, me, held.available)
    if held.available < minimum:
        raise BelowMinimum(minimum, held.available)
    return me


def _check_amount(tx: Tx, me: Promoter, amount: Money) -> None:
    rules = settings.current(tx)
    available = book.balance(tx, me.id).available
    minimum = _minimum(rules.withdraw_min, me, available)
    if amount < minimum:
        raise BelowMinimum(minimum, available)
    if amount > available:
        raise NotEnough(available, amount)
    if amount > rules.withdraw_max:
        raise AboveMaximum(rules.withdraw_max)


def _minimum(minimum: Money, me: Promoter, available: Money) -> Money:
    """Whoever was terminated may take all that is left, however little it is."""
    return min(minimum, available) if me.status is Status.TERMINATED else minimum


def _last_payee(tx: Tx, me: Promoter) -> Payee | None:
    row = tx.run(
        select(withdrawals.c.channel, withdrawals.c.payee, withdrawals.c.requested_at)
        .where(
            withdrawals.c.shop_id == tx.shop,
            withdrawals.c.promoter_id == me.id,
            withdrawals.c.payee.is_not(None),
        )
        .order_by(withdrawals.c.requested_at.desc())
        .limit(1)
    ).one_or_none()
    sent = payee_pictures.kept(tx, me.person)
    if sent and (row is None or sent[1] > row.requested_at):
        return sent[0]
    return records.payee_of(tx, row) if row else None
