"""After a restore: payouts go on when all that may have been paid since is told, and nothing is paid twice."""

from __future__ import annotations

import pytest

from engine import OPERATOR, Desk
from engine.money import Money
from engine.payouts.paying import BadProof, PromoterOwes
from engine.payouts.reconciling import (
    Answer,
    AnsweredTwice,
    NothingPaid,
    NotStopped,
    Outside,
    ProofUsed,
    Unanswered,
)
from engine.payouts.records import NoSuchWithdrawal
from engine.payouts.states import State, WrongState
from engine.payouts.stops import PayoutsStopped
from engine.people.confirmations import CodeUnknown
from engine.programme.promoters import NoSuchPromoter
from tests.engine.world import World


def operator(world: World) -> Desk:
    return world.at(OPERATOR)


@pytest.fixture
def restored(till: World) -> World:
    """alice asked, bob was approved, dave is being paid; then the backup came back."""
    for name in ("alice", "bob", "dave"):
        till.earn(name, 5_000)
    till.request("alice", 1_000)
    till.boss.withdrawals.approve(till.request("bob", 2_000))
    till.in_hand(till.request("dave", 3_000))
    operator(till).reconciling.stop("刚恢复")
    return till


def codes(world: World) -> dict[str, str]:
    return {world.name(row.promoter) or "": row.code for row in operator(world).reconciling.unsettled()}


def answered(world: World, **paid: str) -> tuple[Answer, ...]:
    return tuple(Answer(code, paid.get(name, "")) for name, code in codes(world).items())


def test_everything_that_is_open_is_listed_and_must_be_answered(restored: World) -> None:
    assert set(codes(restored)) == {"alice", "bob", "dave"}
    stopped = operator(restored).reconciling.stopped()
    assert stopped is not None
    assert stopped.reason == "刚恢复"
    some = answered(restored)[:1]
    with pytest.raises(Unanswered) as refused:
        operator(restored).reconciling.resume(some, ())
    assert set(refused.value.codes.split()) == {answer.code for answer in answered(restored)[1:]}
    with pytest.raises(PayoutsStopped):
        restored.boss.withdrawals.take_in_hand(codes(restored)["bob"])


def test_what_was_paid_outside_is_paid_in_the_book_whatever_state_it_was_in(restored: World) -> None:
    by_name = codes(restored)
    ended = operator(restored).reconciling.resume(
        answered(restored, alice="PAY1", bob="PAY2", dave="PAY3"), ()
    )
    assert [stop.reason for stop in ended] == ["刚恢复"]
    for name, fen, proof in (("alice", 1_000, "PAY1"), ("bob", 2_000, "PAY2"), ("dave", 3_000, "PAY3")):
        assert restored.money(name) == {"available": 5_000 - fen, "paid_out": fen}
        done = restored.withdrawal(by_name[name])
        assert (done.state, done.proof) == (State.PAID, proof)
    assert operator(restored).reconciling.stopped() is None


def test_what_was_not_paid_may_be_paid_and_an_old_code_pays_nothing(restored: World) -> None:
    dave = codes(restored)["dave"]
    old = restored.boss.withdrawals.propose_paid(dave).code
    operator(restored).reconciling.resume(answered(restored), ())
    assert {name: restored.withdrawal(code).state for name, code in codes(restored).items()} == {
        "alice": State.REQUESTED, "bob": State.APPROVED, "dave": State.APPROVED,
    }  # fmt: skip
    with pytest.raises(CodeUnknown):
        restored.boss.withdrawals.mark_paid(old, "PAY12345")
    restored.boss.withdrawals.mark_paid(restored.boss.withdrawals.take_in_hand(dave).code, "PAY12345")
    assert restored.money("dave") == {"available": 2_000, "paid_out": 3_000}


def test_a_payment_that_the_book_never_heard_of_is_written_into_it(restored: World) -> None:
    outside = Outside(restored.code("bob"), Money(3_000), "PAY9")
    operator(restored).reconciling.resume(answered(restored), (outside,))
    assert restored.money("bob") == {"withdrawing": 2_000, "paid_out": 3_000}
    log = {row.verb: row.note for row in restored.boss.reports.log(None, 99)}
    assert log["reconciling.resume"] == {"paid": 1}
    paid = next(one for one in restored.of("bob").withdrawals.mine(9) if one.state is State.PAID)
    assert (paid.amount, paid.proof) == (Money(3_000), "PAY9")


def test_what_was_paid_above_what_the_restored_book_says_he_earned_is_owed(restored: World) -> None:
    outside = Outside(restored.code("bob"), Money(3_700), "PAY9")
    operator(restored).reconciling.resume(answered(restored), (outside,))
    assert restored.money("bob") == {"withdrawing": 2_000, "paid_out": 3_700, "debt": -700}
    restored.earn("bob", 1_000)
    assert restored.money("bob") == {"available": 300, "withdrawing": 2_000, "paid_out": 3_700}


def test_what_she_cancelled_since_and_asked_for_anew_is_not_paid_twice(restored: World) -> None:
    everything = Outside(restored.code("alice"), Money(5_000), "PAY9")
    old = codes(restored)["alice"]
    operator(restored).reconciling.resume(answered(restored), (everything,))
    with pytest.raises(PromoterOwes):
        restored.boss.withdrawals.approve(old)
    restored.reject(old)
    assert restored.money("alice") == {"paid_out": 5_000}


def test_what_he_owed_before_he_owes_on_top(till: World) -> None:
    number = till.earn("bob", 1_000)
    till.pay_out("bob", 1_000)
    till.refund(number, 400)
    operator(till).reconciling.stop("刚恢复")
    operator(till).reconciling.resume((), (Outside(till.code("bob"), Money(200), "PAY9"),))
    assert till.money("bob") == {"paid_out": 1_200, "debt": -600}


def test_one_payment_pays_one_withdrawal(restored: World) -> None:
    bob = restored.code("bob")
    for answers, outside in (
        (answered(restored, alice="PAY1", bob="PAY1"), ()),
        (answered(restored, alice="PAY1"), (Outside(bob, Money(100), "PAY1"),)),
        (answered(restored), (Outside(bob, Money(100), "PAY1"), Outside(bob, Money(100), "PAY1"))),
    ):
        with pytest.raises(ProofUsed):
            operator(restored).reconciling.resume(answers, outside)
    assert restored.money("alice") == {"available": 4_000, "withdrawing": 1_000}
    assert operator(restored).reconciling.stopped() is not None


def test_an_answer_must_fit_and_one_that_does_not_leaves_everything_as_it_was(restored: World) -> None:
    mine = answered(restored)
    bob = codes(restored)["bob"]
    restored.boss.withdrawals.mark_paid(
        restored.boss.withdrawals.propose_paid(codes(restored)["dave"]).code, "PAY33333"
    )
    rest = answered(restored)
    for answers, outside, refusal in (
        (mine, (), WrongState),  # dave's was marked paid meanwhile
        ((*rest, *(Answer(one.code, "PAY4") for one in mine if one not in rest)), (), WrongState),
        ((*rest, Answer(bob.lower(), "")), (), AnsweredTwice),
        ((*rest, Answer("NOSUCH", "")), (), NoSuchWithdrawal),
        (answered(restored, bob="!"), (), BadProof),
        (rest, (Outside(restored.code("bob"), Money(1), "!"),), BadProof),
        (rest, (Outside(restored.code("bob"), Money(0), "PAY4"),), NothingPaid),
        (rest, (Outside("NOSUCH", Money(5), "PAY4"),), NoSuchPromoter),
    ):
        with pytest.raises(refusal):
            operator(restored).reconciling.resume(answers, outside)
    assert restored.withdrawal(bob).state is State.APPROVED
    assert operator(restored).reconciling.stopped() is not None


def test_where_nothing_is_stopped_there_is_nothing_to_resume(till: World) -> None:
    assert operator(till).reconciling.stopped() is None
    with pytest.raises(NotStopped):
        operator(till).reconciling.resume((), ())


def test_the_same_answers_again_change_nothing(restored: World) -> None:
    desk = restored.at(OPERATOR, "resume-1")
    answers = answered(restored, alice="PAY1")
    first = desk.reconciling.resume(answers, ())
    assert restored.at(OPERATOR, "resume-1").reconciling.resume(answers, ()) == first
    assert restored.money("alice") == {"available": 4_000, "paid_out": 1_000}
