"""Withdrawals (提现): requested by the promoter, approved and paid by the merchant, each step in the book."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import func, insert, select, update

from engine import outbox
from engine.clock import day_begins, day_of
from engine.errors import Refusal
from engine.ids import PersonId, PromoterId, WithdrawalId
from engine.ledger import book
from engine.ledger.book import Posting
from engine.ledger.chart import SHOP, Account, Move
from engine.ledger.daily import Metric, count
from engine.money import ZERO, Money
from engine.payouts.states import OPEN, State, WrongState, after
from engine.people import confirmations
from engine.people.authority import Right, staff_with
from engine.people.confirmations import CodeOutdated, Confirmation
from engine.people.names import Name, name_of
from engine.programme import promoters, settings
from engine.programme.promoters import Promoter, Status
from engine.store.base import Tx
from engine.store.commands import Room, command, question
from engine.store.tables import withdrawals

CODE_LENGTH = 6
BILL_LENGTH = 32
HAND_LIFE = timedelta(hours=24)
"""How long the code of a payout that is in somebody's hand lives."""
LONGEST_REASON = 60
_PROOF = re.compile(r"[0-9A-Za-z_\-]{4,64}")
_ALIPAY = re.compile(r"1[3-9]\d{9}|[\w.+-]{1,40}@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_WECHAT = re.compile(r"1[3-9]\d{9}|[A-Za-z][-_A-Za-z0-9]{5,19}", re.ASCII)


class Channel(Enum):
    """Where the money goes (微信, 支付宝)."""

    WECHAT = "wechat"
    ALIPAY = "alipay"


@dataclass(frozen=True, slots=True)
class Payee:
    """Whom to pay: the account as it is typed into the payment app, and the real name."""

    channel: Channel
    account: str
    name: str


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


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be withdrawn now."""

    available: Money
    minimum: Money
    maximum: Money
    last: Payee | None
    """Whom he was paid through the last time."""


@dataclass(frozen=True, slots=True)
class InHand:
    """A payout in somebody's hand: whom to pay in full, and the code that marks it paid."""

    withdrawal: Withdrawal
    payee: Payee
    code: str
    expires_at: datetime


@dataclass(eq=False)
class PromoterFrozen(Refusal):
    """A frozen promoter's withdrawals wait."""


@dataclass(eq=False)
class PromoterOwes(Refusal):
    """He owes money by refunds; rejecting the withdrawal repays the debt."""

    code: str
    owed: Money


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


@dataclass(eq=False)
class BadPayee(Refusal):
    """The account is none of the channel's kind."""

    channel: Channel


@dataclass(eq=False)
class BadPayeeName(Refusal):
    """The payee's name must have 2 to 20 characters."""


@dataclass(eq=False)
class NoSuchWithdrawal(Refusal):
    """There is no such withdrawal."""

    code: str


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


class Withdrawals(Room):
    """From the request to the money."""

    @question
    def limits(self, tx: Tx) -> Limits:
        """What the actor may withdraw. Raises the Refusal that every amount would meet."""
        me = _able(tx)
        rules = settings.current(tx)
        available = book.balance(tx, me.id).available
        minimum = _minimum(rules.withdraw_min, me, available)
        return Limits(available, minimum, rules.withdraw_max, _last_payee(tx, me.id))

    @question
    def check(self, tx: Tx, amount: Money) -> None:
        """Raise the Refusal that this amount would meet."""
        _check_amount(tx, _able(tx), amount)

    @question
    def mine(self, tx: Tx, most: int) -> tuple[Withdrawal, ...]:
        """The actor's withdrawals, newest first."""
        me = promoters.earner(tx)
        rows = tx.run(
            select(withdrawals)
            .where(withdrawals.c.shop_id == tx.shop, withdrawals.c.promoter_id == me.id)
            .order_by(withdrawals.c.requested_at.desc(), withdrawals.c.id.desc())
            .limit(most)
        )
        return tuple(_read(tx, row) for row in rows)

    @question
    def in_state(self, tx: Tx, states: tuple[State, ...], most: int) -> tuple[Withdrawal, ...]:
        """All withdrawals in these states, oldest first."""
        rows = tx.run(
            select(withdrawals)
            .where(
                withdrawals.c.shop_id == tx.shop, withdrawals.c.state.in_([state.value for state in states])
            )
            .order_by(withdrawals.c.requested_at, withdrawals.c.id)
            .limit(most)
        )
        return tuple(_read(tx, row) for row in rows)

    @question
    def get(self, tx: Tx, code: str) -> Withdrawal:
        """One withdrawal by its 单号. Raises NoSuchWithdrawal."""
        return _read(tx, _one(tx, code))

    @command
    def request(self, tx: Tx, amount: Money, payee: Payee) -> str:
        """Ask for money; gives the 单号. Raises the Refusal that says why not, with the figure."""
        me = _able(tx)
        _check_amount(tx, me, amount)
        payee = checked(payee)
        row = WithdrawalId(tx.ids.new("wd"))
        code = _fresh_code(tx)
        tx.run(
            insert(withdrawals).values(
                shop_id=tx.shop, id=row, code=code, promoter_id=me.id, amount=amount, state=State.REQUESTED.value,
                channel=payee.channel.value, payee=tx.cipher.seal({"account": payee.account, "name": payee.name}),
                bill=tx.ids.code(BILL_LENGTH), requested_at=tx.now,
            )
        )  # fmt: skip
        book.post(
            tx, f"withdrawal:{row}:request", Move.REQUEST,
            (Posting(me.id, Account.AVAILABLE, -amount), Posting(me.id, Account.WITHDRAWING, amount)),
        )  # fmt: skip
        for payer in staff_with(tx, Right.FINANCE):
            outbox.bundle(tx, payer, "todo")
        tx.note |= {"withdrawal": code, "amount": amount.fen}
        return code

    @command
    def cancel(self, tx: Tx, code: str) -> Withdrawal:
        """The promoter takes his own request back."""
        row = _one(tx, code)
        if row.promoter_id != promoters.earner(tx).id:
            raise NoSuchWithdrawal(code)
        return _give_back(tx, row, "cancel", None)

    @command
    def approve(self, tx: Tx, code: str) -> Withdrawal:
        """To be paid."""
        row = _one(tx, code)
        _check_payable(tx, row)
        _move(tx, row, "approve", decided_at=tx.now)
        outbox.put(
            tx, f"withdrawal_approved:{row.id}", "withdrawal_approved", {"withdrawal": row.code},
            to=promoters.one(tx, row.promoter_id).person,
        )  # fmt: skip
        return _read(tx, _one(tx, code))

    @command
    def propose_reject(self, tx: Tx, code: str, reason: str) -> Confirmation:
        """Ask to reject: gives the one-time code that does it."""
        row = _one(tx, code)
        after(row.code, State(row.state), "reject")
        reason = " ".join(reason.split())
        if not 0 < len(reason) <= LONGEST_REASON:
            raise RejectionReasonMissing()
        args = {**_bound(tx, row), "reason": reason}
        return confirmations.issue(tx, "withdrawals.reject", args)

    @command
    def reject(self, tx: Tx, code: str) -> Withdrawal:
        """Not paid, and why; the money is available again, a debt repaid first."""
        bound = confirmations.take(tx, code, "withdrawals.reject")
        row = _one(tx, bound["withdrawal"])
        _check_bound(tx, row, bound)
        return _give_back(tx, row, "reject", bound["reason"])

    @command
    def take_in_hand(self, tx: Tx, code: str) -> InHand:
        """开始打款: the actor pays this one by hand; gives whom to pay and the code that marks it paid."""
        row = _one(tx, code)
        _check_payable(tx, row)
        _check_daily_limit(tx, row.amount)
        _move(tx, row, "take_in_hand", in_hand_by=tx.actor.person)
        return _in_hand(tx, _one(tx, code))

    @command
    def propose_paid(self, tx: Tx, code: str) -> InHand:
        """A fresh code for a payout that is in the actor's hand already."""
        row = _one(tx, code)
        after(row.code, State(row.state), "mark_paid")
        _check_hand(tx, row)
        return _in_hand(tx, row)

    @command
    def put_back(self, tx: Tx, code: str) -> Withdrawal:
        """放弃: not paid after all; somebody may take it in hand again, and the old code is void."""
        row = _one(tx, code)
        _move(tx, row, "put_back", in_hand_by=None)
        confirmations.cancel(tx, "withdrawals.mark_paid", "withdrawal", row.code)
        return _read(tx, _one(tx, code))

    @command
    def mark_paid(self, tx: Tx, code: str, proof: str) -> Withdrawal:
        """已打款: the money was sent by hand; `code` is the one-time code, `proof` the payment's reference."""
        if not _PROOF.fullmatch(proof):
            raise BadProof()
        bound = confirmations.take(tx, code, "withdrawals.mark_paid")
        row = _one(tx, bound["withdrawal"])
        _check_bound(tx, row, bound)
        _move(tx, row, "mark_paid", done_at=tx.now, proof=proof)
        owner, amount = row.promoter_id, row.amount
        book.post(
            tx, f"withdrawal:{row.id}:paid", Move.PAY_BY_HAND,
            (Posting(owner, Account.WITHDRAWING, -amount), Posting(owner, Account.PAID_OUT, amount)),
            {"proof": proof},
        )  # fmt: skip
        count(tx, Metric.PAID_OUT, amount.fen, owner, SHOP)
        _tell(tx, row, "withdrawal_paid")
        tx.note |= {"withdrawal": row.code, "amount": amount.fen, "proof": proof}
        return _read(tx, _one(tx, row.code))


def checked(payee: Payee) -> Payee:
    """The payee as it will be kept. Raises BadPayee, BadPayeeName."""
    account, name = payee.account.strip(), " ".join(payee.name.split())
    pattern = _WECHAT if payee.channel is Channel.WECHAT else _ALIPAY
    if not pattern.fullmatch(account):
        raise BadPayee(payee.channel)
    if not 2 <= len(name) <= 20:
        raise BadPayeeName()
    return Payee(payee.channel, account, name)


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
    return promoters.one(tx, _one(tx, code).promoter_id).name


def _able(tx: Tx) -> Promoter:
    """The actor, if he may ask for money at all; a former promoter may."""
    me = promoters.earner(tx)
    if me.status is Status.FROZEN:
        raise PromoterFrozen()
    waiting = tx.run(
        select(withdrawals.c.code, withdrawals.c.amount, withdrawals.c.state).where(
            withdrawals.c.shop_id == tx.shop,
            withdrawals.c.promoter_id == me.id,
            withdrawals.c.state.in_([state.value for state in OPEN]),
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
    rows = tx.run(
        select(withdrawals.c.amount).where(
            withdrawals.c.shop_id == tx.shop,
            (withdrawals.c.state == State.IN_HAND.value)
            | ((withdrawals.c.state == State.PAID.value) & (withdrawals.c.done_at >= today)),
        )
    )
    spent = Money(sum(row.amount.fen for row in rows))
    if spent + amount > limit:
        raise DailyLimit(limit, max(ZERO, limit - spent), amount)


def _check_hand(tx: Tx, row: Any) -> None:
    if row.in_hand_by != tx.actor.person:
        raise NotInYourHand(name_of(tx, row.in_hand_by))


def _bound(tx: Tx, row: Any) -> dict[str, str]:
    """What a money code is bound to: which withdrawal, how much, to whom."""
    payee = tx.cipher.open(row.payee)
    return {
        "withdrawal": row.code,
        "amount": str(row.amount.fen),
        "payee": tx.cipher.digest("payee", f"{row.channel}:{payee['account']}:{payee['name']}"),
    }


def _check_bound(tx: Tx, row: Any, bound: Any) -> None:
    if any(bound[name] != value for name, value in _bound(tx, row).items()):
        raise CodeOutdated()


def _in_hand(tx: Tx, row: Any) -> InHand:
    """One live code at a time for one payout."""
    confirmations.cancel(tx, "withdrawals.mark_paid", "withdrawal", row.code)
    made = confirmations.issue(tx, "withdrawals.mark_paid", _bound(tx, row), HAND_LIFE)
    payee = tx.cipher.open(row.payee)
    return InHand(
        _read(tx, row),
        Payee(Channel(row.channel), payee["account"], payee["name"]),
        made.code,
        made.expires_at,
    )


def _give_back(tx: Tx, row: Any, verb: str, reason: str | None) -> Withdrawal:
    _move(tx, row, verb, done_at=tx.now, reason=reason)
    lines = (
        Posting(row.promoter_id, Account.WITHDRAWING, -row.amount),
        *book.debt_first(tx, row.promoter_id, row.amount),
    )
    state = after(row.code, State(row.state), verb)
    book.post(tx, f"withdrawal:{row.id}:{state.value}", Move.RETURN, lines)
    if verb == "reject":
        _tell(tx, row, "withdrawal_rejected")
    tx.note |= {"withdrawal": row.code, "amount": row.amount.fen, "reason": reason or ""}
    return _read(tx, _one(tx, row.code))


def _move(tx: Tx, row: Any, verb: str, **values: Any) -> None:
    """Compare and set: whoever comes second is told the state."""
    state = after(row.code, State(row.state), verb)
    moved = tx.run(
        update(withdrawals)
        .where(withdrawals.c.shop_id == tx.shop, withdrawals.c.id == row.id, withdrawals.c.state == row.state)
        .values(state=state.value, **values)
    )
    if moved.rowcount != 1:
        raise WrongState(row.code, State(row.state))
    tx.note |= {"withdrawal": row.code, "amount": row.amount.fen}


def _tell(tx: Tx, row: Any, kind: str) -> None:
    person = promoters.one(tx, row.promoter_id).person
    outbox.put(tx, f"{kind}:{row.id}", kind, {"withdrawal": row.code}, to=person)


def _last_payee(tx: Tx, promoter: PromoterId) -> Payee | None:
    row = tx.run(
        select(withdrawals.c.channel, withdrawals.c.payee)
        .where(
            withdrawals.c.shop_id == tx.shop,
            withdrawals.c.promoter_id == promoter,
            withdrawals.c.payee.is_not(None),
        )
        .order_by(withdrawals.c.requested_at.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    payee = tx.cipher.open(row.payee)
    return Payee(Channel(row.channel), payee["account"], payee["name"])


def _one(tx: Tx, code: str) -> Any:
    row = tx.run(
        select(withdrawals).where(withdrawals.c.shop_id == tx.shop, withdrawals.c.code == code.upper())
    ).one_or_none()
    if row is None:
        raise NoSuchWithdrawal(code)
    return row


def _fresh_code(tx: Tx) -> str:
    while True:
        code = tx.ids.code(CODE_LENGTH)
        taken = tx.run(
            select(withdrawals.c.id).where(withdrawals.c.shop_id == tx.shop, withdrawals.c.code == code)
        ).one_or_none()
        if taken is None:
            return code


def hidden(account: str) -> str:
    """An account with its middle hidden: 138****5678."""
    if len(account) <= 4:
        return "****"
    head = 3 if len(account) > 7 else 1
    return f"{account[:head]}****{account[-4:] if len(account) > 8 else account[-2:]}"


def _read(tx: Tx, row: Any) -> Withdrawal:
    person = promoters.one(tx, row.promoter_id).person
    account = tx.cipher.open(row.payee)["account"] if row.payee else ""
    return Withdrawal(
        id=row.id,
        code=row.code,
        promoter=row.promoter_id,
        name=name_of(tx, person),
        amount=row.amount,
        state=State(row.state),
        channel=Channel(row.channel),
        account_tail=hidden(account) if account else "",
        owed=book.balance(tx, row.promoter_id).owed,
        requested_at=row.requested_at,
        done_at=row.done_at,
        in_hand_by=row.in_hand_by,
        reason=row.reason or "",
        proof=row.proof or "",
    )
