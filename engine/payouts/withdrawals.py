"""Withdrawals (提现): requested by the promoter, approved and paid by the merchant, each step in the book."""

from __future__ import annotations

from engine.money import Money
from engine.payouts import asking, payee_pictures, paying, records
from engine.payouts.asking import Limits
from engine.payouts.payees import Channel, Payee
from engine.payouts.paying import InHand
from engine.payouts.records import Withdrawal
from engine.payouts.states import State
from engine.people.authority import authorise
from engine.people.confirmations import Confirmation
from engine.programme import promoters
from engine.store.base import Tx
from engine.store.commands import Room, command, question


class Withdrawals(Room):
    """From the request to the money."""

    @question
    def limits(self, tx: Tx) -> Limits:
        """What the actor may withdraw. Raises the Refusal that every amount would meet."""
        return asking.limits(tx)

    @question
    def check(self, tx: Tx, amount: Money) -> None:
        """Raise the Refusal that this amount would meet."""
        asking.check(tx, amount)

    @question
    def mine(self, tx: Tx, most: int) -> tuple[Withdrawal, ...]:
        """The actor's withdrawals, newest first."""
        return records.newest_of(tx, promoters.earner(tx).id, most)

    @question
    def in_state(self, tx: Tx, states: tuple[State, ...], most: int) -> tuple[Withdrawal, ...]:
        """All withdrawals in these states, oldest first."""
        return records.oldest_in(tx, states, most)

    @question
    def get(self, tx: Tx, code: str) -> Withdrawal:
        """One withdrawal by its 单号. Raises NoSuchWithdrawal."""
        return records.read(tx, records.one(tx, code))

    @question
    def own(self, tx: Tx, code: str) -> Withdrawal:
        """One of the actor's own. Raises NoSuchWithdrawal, NotAPromoter."""
        return records.read(tx, asking.own(tx, code))

    @question
    def payee_picture(self, tx: Tx, code: str) -> str:
        """The 收款码 of an open withdrawal, in base64, for whoever may pay it. Raises NoPayeePicture."""
        authorise(tx, "withdrawals.take_in_hand")
        return payee_pictures.of(tx, records.one(tx, code).id)

    @command
    def give_picture(self, tx: Tx, channel: Channel, media: str) -> None:
        """The actor sent his 收款码: a worker fetches it from WeChat, which keeps it three days."""
        asking.give_picture(tx, channel, media)

    @command
    def picture_judged(self, tx: Tx, channel: Channel, jpeg: str, why_not: str) -> None:
        """What became of the actor's 收款码 (`jpeg` in base64): without a reason it is kept; he is told."""
        asking.picture_judged(tx, channel, jpeg, why_not)

    @command
    def request(self, tx: Tx, amount: Money, payee: Payee) -> str:
        """Ask for money; gives the 单号. Raises the Refusal that says why not, with the figure."""
        return asking.request(tx, amount, payee)

    @command
    def cancel(self, tx: Tx, code: str) -> Withdrawal:
        """The promoter takes his own request back."""
        return asking.cancel(tx, code)

    @command
    def approve(self, tx: Tx, code: str) -> Withdrawal:
        """To be paid."""
        return paying.approve(tx, code)

    @command
    def propose_reject(self, tx: Tx, code: str, reason: str) -> Confirmation:
        """Ask to reject: gives the one-time code that does it."""
        return paying.propose_reject(tx, code, reason)

    @command
    def reject(self, tx: Tx, code: str) -> Withdrawal:
        """Not paid, and why; the money is available again, a debt repaid first."""
        return paying.reject(tx, code)

    @command
    def take_in_hand(self, tx: Tx, code: str) -> InHand:
        """开始打款: the actor pays this one by hand; gives whom to pay and the code that marks it paid."""
        return paying.take_in_hand(tx, code)

    @command
    def propose_paid(self, tx: Tx, code: str) -> InHand:
        """A fresh code for a payout that is in the actor's hand already."""
        return paying.propose_paid(tx, code)

    @command
    def put_back(self, tx: Tx, code: str) -> Withdrawal:
        """放弃: not paid after all; somebody may take it in hand again, and the old code is void."""
        return paying.put_back(tx, code)

    @command
    def mark_paid(self, tx: Tx, code: str, proof: str) -> Withdrawal:
        """已打款: the money was sent by hand; `code` is the one-time code, `proof` the payment's reference."""
        return paying.mark_paid(tx, code, proof)
