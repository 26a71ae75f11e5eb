"""待打款: 开始打款 takes a payout in hand, 已打款 marks it paid, 放弃打款 puts it back."""

from __future__ import annotations

from engine.errors import Refusal
from engine.payouts.paying import BadProof, NotInYourHand
from engine.payouts.states import State, WrongState
from engine.people.confirmations import CodeExpired, CodeUsed
from handlers.lists import Of, beside, closing, listed
from handlers.merchant.withdrawals import explained, hands
from handlers.paging import ROWS
from handlers.texts.merchant import confirming as prompts
from handlers.texts.merchant import withdrawals as texts
from handlers.texts.merchant.todo import SETTLES_OFFLINE, nothing_to_review
from handlers.texts.refusals import sorry_staff
from handlers.typed import code
from handlers.types import Ask, Reply, Text

PROOF = "payout.proof"
"""The open question: which 流水号 has the transfer?"""

STATES = (State.APPROVED, State.IN_HAND)


def waiting(ask: Ask) -> Reply:
    """待打款"""
    return listing(ask)


def listing(ask: Ask, above: str = "") -> Reply:
    """The oldest payouts, below what there is to say first."""
    rows = ask.desk.withdrawals.in_state(STATES, ROWS)
    if not rows:
        empty = nothing_to_review("待打款")
        shown = f"{empty}\n{SETTLES_OFFLINE}" if ask.who.offline else empty
        return listed("\n".join([*([above] if above else []), shown]), Of.PAYOUTS, ())
    total = ask.desk.reports.todo().payouts
    return listed(texts.payouts(rows, total, hands(ask, rows), above), Of.PAYOUTS, [row.code for row in rows])


def begin(ask: Ask, typed: str) -> Reply:
    """开始打款: whom to pay and the code to finish with; said again, the same with a fresh code."""
    number = code(typed)
    try:
        return beside(ask, texts.in_hand(ask.desk.withdrawals.take_in_hand(number)))
    except WrongState as refusal:
        if refusal.state is State.IN_HAND:
            return beside(ask, prompt_again(ask, number))
        return beside(ask, explained(ask, number, refusal))
    except Refusal as refusal:
        return beside(ask, explained(ask, number, refusal))


def prompt_again(ask: Ask, number: str, above: str = "") -> str:
    """The same payout with a fresh code, if it is in his hand."""
    try:
        return texts.in_hand(ask.desk.withdrawals.propose_paid(number), above)
    except NotInYourHand as refusal:
        return texts.in_other_hand(ask.desk.withdrawals.get(number), refusal.by)
    except Refusal as refusal:
        return explained(ask, number, refusal)


def put_back(ask: Ask) -> Reply:
    """放弃打款; of what a colleague has in hand only when he says that nothing was paid."""
    number = code(ask.got("code"))
    try:
        row = ask.desk.withdrawals.get(number)
        by = row.in_hand_by if row.state is State.IN_HAND else None
        if by and by != ask.who.person and not ask.got("unpaid"):
            return beside(ask, texts.put_back_of_other(row, ask.desk.contacts.name(by)))
        return beside(ask, texts.put_back(ask.desk.withdrawals.put_back(number)))
    except Refusal as refusal:
        return beside(ask, explained(ask, number, refusal))


def mark_paid(ask: Ask) -> Reply:
    """已打款 ‹确认码› ‹流水号›"""
    return _mark(ask, code(ask.got("code")), ask.got("proof"))


def ask_proof(ask: Ask) -> Reply:
    """已打款 ‹确认码›: the 流水号 is still to come."""
    return _ask_proof(code(ask.got("code")))


def ask_proof_again(ask: Ask) -> Reply:
    """The open question for the 流水号."""
    return _ask_proof(ask.remembered("code"))


def proof_told(ask: Ask) -> Reply:
    """The answer to: what is the 流水号?"""
    return _mark(ask, ask.remembered("code"), ask.text)


def _mark(ask: Ask, made: str, proof: str) -> Reply:
    try:
        done = ask.desk.withdrawals.mark_paid(made, "".join(proof.split()))
    except BadProof as refusal:
        return (
            _ask_proof(made, sorry_staff(refusal))
            if ask.talk.state == PROOF
            else beside(ask, sorry_staff(refusal))
        )
    except CodeExpired as old:
        return closing(ask, prompt_again(ask, old.bound["withdrawal"], prompts.EXPIRED), PROOF)
    except CodeUsed as used:
        return closing(ask, _tapped_twice(ask, used), PROOF)
    except WrongState as refusal:
        return closing(ask, explained(ask, refusal.code, refusal), PROOF)
    except Refusal as refusal:
        return closing(ask, sorry_staff(refusal), PROOF)
    return closing(ask, texts.paid(done), PROOF)


def _ask_proof(made: str, above: str = "") -> Reply:
    return Text(texts.ask_proof(above), state=PROOF, memory={"code": made})


def _tapped_twice(ask: Ask, used: CodeUsed) -> str:
    """Who marks the same payout paid again must not think that he has to pay it again."""
    if used.verb == "withdrawals.mark_paid":
        row = ask.desk.withdrawals.get(used.bound["withdrawal"])
        if row.state is State.PAID:
            return texts.paid_before(row)
    return sorry_staff(used)


def how_to_mark_paid(_ask: Ask) -> Reply:
    """已打款 without its parts."""
    return Text(texts.how_to_mark_paid())
