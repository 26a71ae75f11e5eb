"""Withdrawals: every refusal with its figures, every state and verb, every one-time code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine import SYSTEM
from engine.errors import Refusal
from engine.money import Money
from engine.payouts import asking, payees, paying, records, states
from engine.payouts.asking import (
    AboveMaximum,
    BelowMinimum,
    NotEnough,
    NothingAvailable,
    PromoterFrozen,
    WithdrawalOpen,
)
from engine.payouts.payees import BadPayee, BadPayeeName, Channel, Payee
from engine.payouts.paying import BadProof, DailyLimit, NotInYourHand, PromoterOwes, RejectionReasonMissing
from engine.payouts.records import NoSuchWithdrawal
from engine.payouts.states import MOVES, State, WrongState
from engine.people.authority import Role
from engine.people.confirmations import CodeExpired, CodeOutdated, CodeUnknown
from engine.programme.promoters import NotAPromoter
from engine.store.base import Tx
from engine.store.tables import outbox, withdrawals
from tests.engine.world import WECHAT, World

# --- asking


def test_money_asked_for_is_set_aside(till: World) -> None:
    till.earn("bob", 5_000)
    code = till.request("bob", 3_000)
    assert till.money("bob") == {"available": 2_000, "withdrawing": 3_000}
    held = till.withdrawal(code)
    assert (held.amount, held.state, held.channel, held.account_tail) == (
        Money(3_000), State.REQUESTED, Channel.WECHAT, "wx_****ee",
    )  # fmt: skip


def test_the_limits_tell_what_may_be_asked_and_through_whom_he_was_paid_last(till: World) -> None:
    till.earn("bob", 5_000)
    limits = till.of("bob").withdrawals.limits()
    assert (limits.available, limits.minimum, limits.maximum, limits.last) == (
        Money(5_000), Money(100), Money(200_000), None,
    )  # fmt: skip
    till.pay_out("bob", 1_000)
    assert till.of("bob").withdrawals.limits().last == WECHAT


def test_nothing_available_says_what_is_pending_and_owed(shop: World) -> None:
    shop.pay("carol", 10_000, by="bob")
    with pytest.raises(NothingAvailable) as refused:
        shop.of("bob").withdrawals.limits()
    assert (refused.value.pending, refused.value.owed) == (Money(3_000), Money(0))


def test_a_debt_alone_says_what_is_owed(till: World) -> None:
    number = till.earn("bob", 5_000)
    till.pay_out("bob", 5_000)
    till.refund(number, 2_000)
    with pytest.raises(NothingAvailable) as refused:
        till.request("bob", 1_000)
    assert (refused.value.pending, refused.value.owed) == (Money(0), Money(2_000))


def test_below_the_minimum_says_what_is_missing(till: World) -> None:
    till.change("withdraw_min", "20")
    till.earn("bob", 760)
    with pytest.raises(BelowMinimum) as refused:
        till.request("bob", 760)
    assert (refused.value.minimum, refused.value.missing) == (Money(2_000), Money(1_240))
    with pytest.raises(BelowMinimum):
        till.of("bob").withdrawals.limits()
    till.earn("bob", 5_000)
    with pytest.raises(BelowMinimum) as typed_too_little:
        till.request("bob", 1_999)
    assert typed_too_little.value.missing == Money(0)
    till.earn("dave", 2_000)
    assert till.of("dave").withdrawals.limits().available == Money(2_000)
    assert till.request("dave", 2_000)


@pytest.mark.parametrize("fen", [0, -1, -10_000])
def test_no_amount_below_one_fen_is_taken(till: World, fen: int) -> None:
    till.change("withdraw_min", "0.1")
    till.earn("bob", 5_000)
    with pytest.raises(BelowMinimum):
        till.request("bob", fen)
    assert till.money("bob") == {"available": 5_000}


def test_more_than_is_available_says_what_is(till: World) -> None:
    till.earn("bob", 5_000)
    with pytest.raises(NotEnough) as refused:
        till.request("bob", 5_001)
    assert (refused.value.available, refused.value.asked) == (Money(5_000), Money(5_001))
    till.request("bob", 5_000)


def test_above_the_maximum_says_what_it_is(till: World) -> None:
    till.change("withdraw_max", "30")
    till.earn("bob", 5_000)
    with pytest.raises(AboveMaximum) as refused:
        till.request("bob", 3_001)
    assert refused.value.maximum == Money(3_000)
    till.request("bob", 3_000)


def test_one_at_a_time_and_it_says_which(till: World) -> None:
    till.earn("bob", 5_000)
    code = till.request("bob", 1_000)
    with pytest.raises(WithdrawalOpen) as refused:
        till.request("bob", 1_000)
    assert (refused.value.code, refused.value.amount, refused.value.state) == (
        code,
        Money(1_000),
        State.REQUESTED,
    )
    till.in_hand(code)
    with pytest.raises(WithdrawalOpen):
        till.of("bob").withdrawals.check(Money(1_000))


def test_after_it_is_over_the_next_may_be_asked_for(till: World) -> None:
    till.earn("bob", 5_000)
    for end in (till.pay_out, lambda name, fen: till.reject(till.request(name, fen))):
        end("bob", 1_000)
    code = till.request("bob", 1_000)
    till.of("bob").withdrawals.cancel(code)
    till.request("bob", 4_000)
    assert till.money("bob") == {"withdrawing": 4_000, "paid_out": 1_000}


def test_the_same_delivery_again_asks_once(till: World) -> None:
    till.earn("bob", 5_000)
    desk = till.of("bob", "delivery-1")
    code = desk.withdrawals.request(Money(1_000), WECHAT)
    assert desk.withdrawals.request(Money(1_000), WECHAT) == code
    assert till.money("bob") == {"available": 4_000, "withdrawing": 1_000}


def test_only_promoters_ask_and_frozen_ones_wait(till: World) -> None:
    till.earn("bob", 5_000)
    with pytest.raises(NotAPromoter):
        till.request("mallory", 1_000)
    till.freeze("bob")
    with pytest.raises(PromoterFrozen):
        till.request("bob", 1_000)
    till.restore("bob")
    till.request("bob", 1_000)


@pytest.mark.parametrize(
    ("channel", "account"),
    [
        (Channel.WECHAT, "13800138000"), (Channel.WECHAT, " wx_abc-1 "),
        (Channel.ALIPAY, "13800138000"), (Channel.ALIPAY, "a.b@example.com"),
    ],
)  # fmt: skip
def test_an_account_of_the_channels_kind_is_taken(till: World, channel: Channel, account: str) -> None:
    till.earn("bob", 5_000)
    code = till.request("bob", 1_000, Payee(channel, account, " 李  小波 "))
    in_hand = till.in_hand(code)
    assert in_hand.payee == Payee(channel, account.strip(), "李 小波")


@pytest.mark.parametrize(
    ("channel", "account"),
    [
        (Channel.WECHAT, ""), (Channel.WECHAT, "a@b.cn"), (Channel.WECHAT, "wx"), (Channel.WECHAT, "微信号码"),
        (Channel.WECHAT, "１３８００１３８０００"), (Channel.ALIPAY, "wx_abcdef"), (Channel.ALIPAY, "12800138000"),
        (Channel.ALIPAY, "a@b"), (Channel.ALIPAY, "138001380001"), (Channel.ALIPAY, "a b@example.com"),
    ],
)  # fmt: skip
def test_any_other_account_is_refused(till: World, channel: Channel, account: str) -> None:
    till.earn("bob", 5_000)
    with pytest.raises(BadPayee) as refused:
        till.request("bob", 1_000, Payee(channel, account, "李小波"))
    assert refused.value.channel is channel
    assert till.money("bob") == {"available": 5_000}


@pytest.mark.parametrize("name", ["", " 李 ", "李" * 21])
def test_a_payee_has_a_name_of_two_to_twenty_characters(till: World, name: str) -> None:
    till.earn("bob", 5_000)
    with pytest.raises(BadPayeeName):
        till.request("bob", 1_000, Payee(Channel.WECHAT, "wx_payee", name))


@pytest.mark.parametrize(
    ("account", "tail"),
    [
        ("wx_123", "w****23"),
        ("wx_1234", "w****34"),
        ("wx_12345", "wx_****45"),
        ("13800138000", "138****8000"),
    ],
)
def test_a_list_hides_the_middle_of_an_account(account: str, tail: str) -> None:
    assert payees.hidden(account) == tail


def test_neither_account_nor_name_lie_open_in_the_database(till: World) -> None:
    till.earn("bob", 5_000)
    till.request("bob", 1_000, Payee(Channel.WECHAT, "wx_secret", "李小波"))
    (row,) = till.rows(select(withdrawals).where(withdrawals.c.shop_id == till.shop))
    assert b"wx_secret" not in row.payee
    log = till.boss.reports.log(None, 50)
    assert "wx_secret" not in str(log)


def test_a_promoter_lists_his_own_the_newest_first_and_the_merchant_a_states_the_oldest_first(
    till: World,
) -> None:
    asked = {}
    for name in ("bob", "dave", "alice"):
        till.earn(name, 5_000)
        asked[name] = till.request(name, 1_000)
        till.clock.move(minutes=1)
    till.boss.withdrawals.approve(asked["bob"])
    till.of("alice").withdrawals.cancel(asked["alice"])
    again = till.request("alice", 2_000)
    mine = till.of("alice").withdrawals.mine
    assert [one.code for one in mine(9)] == [again, asked["alice"]]
    assert [one.code for one in mine(1)] == [again]
    listed = till.boss.withdrawals.in_state
    assert [one.code for one in listed((State.REQUESTED, State.APPROVED), 9)] == [
        asked["bob"], asked["dave"], again,
    ]  # fmt: skip
    assert [one.code for one in listed((State.REQUESTED,), 9)] == [asked["dave"], again]
    assert [one.code for one in listed((State.APPROVED, State.REQUESTED), 2)] == [asked["bob"], asked["dave"]]


def test_who_may_pay_is_told_that_there_is_something_to_do(till: World) -> None:
    till.enrol("财务", Role.FINANCE)
    till.enrol("客服", Role.SERVICE)
    till.earn("bob", 5_000)
    till.request("bob", 1_000)
    told = till.rows(select(outbox.c.person_id).where(outbox.c.shop_id == till.shop, outbox.c.kind == "todo"))
    assert {row.person_id for row in told} == {till.person("老板"), till.person("财务")}


# --- the table of states


def _requested(till: World) -> str:
    return till.request("bob", 1_000)


def _approved(till: World) -> str:
    code = _requested(till)
    till.boss.withdrawals.approve(code)
    return code


def _in_hand(till: World) -> str:
    code = _approved(till)
    till.boss.withdrawals.take_in_hand(code)
    return code


def _paid(till: World) -> str:
    code = _approved(till)
    till.boss.withdrawals.mark_paid(till.boss.withdrawals.take_in_hand(code).code, "PAY12345")
    return code


def _rejected(till: World) -> str:
    code = _requested(till)
    till.reject(code)
    return code


def _cancelled(till: World) -> str:
    code = _requested(till)
    till.of("bob").withdrawals.cancel(code)
    return code


REACHED: dict[State, Callable[[World], str]] = {
    State.REQUESTED: _requested, State.APPROVED: _approved, State.IN_HAND: _in_hand,
    State.PAID: _paid, State.REJECTED: _rejected, State.CANCELLED: _cancelled,
}  # fmt: skip
VERBS: dict[str, Callable[[World, str], object]] = {
    "approve": lambda till, code: till.boss.withdrawals.approve(code),
    "reject": lambda till, code: till.boss.withdrawals.propose_reject(code, "资料不全"),
    "cancel": lambda till, code: till.of("bob").withdrawals.cancel(code),
    "take_in_hand": lambda till, code: till.boss.withdrawals.take_in_hand(code),
    "put_back": lambda till, code: till.boss.withdrawals.put_back(code),
    "mark_paid": lambda till, code: till.boss.withdrawals.propose_paid(code),
}
ALLOWED = {
    (State.REQUESTED, "approve"): State.APPROVED,
    (State.REQUESTED, "reject"): State.REJECTED,
    (State.REQUESTED, "cancel"): State.CANCELLED,
    (State.APPROVED, "reject"): State.REJECTED,
    (State.APPROVED, "cancel"): State.CANCELLED,
    (State.APPROVED, "take_in_hand"): State.IN_HAND,
    (State.IN_HAND, "put_back"): State.APPROVED,
    (State.IN_HAND, "mark_paid"): State.PAID,
}
"""Written by hand from the rules."""


def test_the_table_is_the_one_of_the_rules() -> None:
    by_hand = (State.REQUESTED, State.APPROVED, State.IN_HAND)
    after_a_restore = {(state, "found_paid"): State.PAID for state in by_hand}
    assert ALLOWED | after_a_restore == MOVES
    assert {verb for _, verb in MOVES} == set(VERBS) | {"found_paid"}


@pytest.mark.parametrize("state", REACHED)
def test_in_each_state_the_verbs_of_the_table_pass_and_all_others_change_nothing(
    till: World, state: State
) -> None:
    till.earn("bob", 5_000)
    code = REACHED[state](till)
    before = (till.money("bob"), till.withdrawal(code))
    assert before[1].state is state
    for verb, act in VERBS.items():
        if (state, verb) in ALLOWED:
            continue
        with pytest.raises(WrongState) as refused:
            act(till, code)
        assert (refused.value.code, refused.value.state) == (code, state)
        assert (till.money("bob"), till.withdrawal(code)) == before


@pytest.mark.parametrize(("state", "verb"), sorted(ALLOWED, key=str))
def test_what_the_table_allows_passes(till: World, state: State, verb: str) -> None:
    till.earn("bob", 5_000)
    code = REACHED[state](till)
    VERBS[verb](till, code)
    if verb in ("reject", "mark_paid"):  # these two only ask for a code
        assert till.withdrawal(code).state is state
    else:
        assert till.withdrawal(code).state is ALLOWED[state, verb]


@pytest.mark.parametrize("verb", VERBS)
def test_what_there_is_not_is_refused_by_its_number(till: World, verb: str) -> None:
    till.earn("bob", 5_000)
    with pytest.raises(NoSuchWithdrawal) as refused:
        VERBS[verb](till, "ABCDEF")
    assert refused.value.code == "ABCDEF"


def test_a_number_is_read_in_small_letters_too(till: World) -> None:
    till.earn("bob", 5_000)
    code = _requested(till)
    assert till.boss.withdrawals.get(code.lower()).code == code


def test_nobody_cancels_anothers_withdrawal(till: World) -> None:
    till.earn("bob", 5_000)
    code = _requested(till)
    with pytest.raises(NoSuchWithdrawal):
        till.of("dave").withdrawals.cancel(code)
    with pytest.raises(NotAPromoter):
        till.of("mallory").withdrawals.cancel(code)


def test_nobody_reads_anothers_withdrawal(till: World) -> None:
    till.earn("bob", 5_000)
    code = _requested(till)
    assert till.of("bob").withdrawals.own(code).code == code
    with pytest.raises(NoSuchWithdrawal):
        till.of("dave").withdrawals.own(code)
    with pytest.raises(NotAPromoter):
        till.of("mallory").withdrawals.own(code)


# --- one-time codes


def test_a_payout_by_hand_from_the_request_to_the_proof(till: World) -> None:
    till.earn("bob", 5_000)
    code = till.request("bob", 3_000)
    in_hand = till.in_hand(code)
    assert in_hand.payee == WECHAT
    assert in_hand.expires_at == till.now + timedelta(hours=24)
    paid = till.boss.withdrawals.mark_paid(in_hand.code, "PAY-123_x")
    assert (paid.state, paid.proof, paid.done_at) == (State.PAID, "PAY-123_x", till.now)
    assert till.money("bob") == {"available": 2_000, "paid_out": 3_000}


def test_a_code_works_once(till: World) -> None:
    till.earn("bob", 5_000)
    in_hand = till.in_hand(till.request("bob", 3_000))
    till.boss.withdrawals.mark_paid(in_hand.code, "PAY12345")
    with pytest.raises(CodeUnknown):
        till.boss.withdrawals.mark_paid(in_hand.code, "PAY12345")
    assert till.money("bob") == {"available": 2_000, "paid_out": 3_000}


def test_a_code_is_its_owners_only(till: World) -> None:
    till.enrol("mallory", Role.FINANCE)
    till.earn("bob", 5_000)
    in_hand = till.in_hand(till.request("bob", 3_000))
    with pytest.raises(CodeUnknown):
        till.of("mallory").withdrawals.mark_paid(in_hand.code, "PAY12345")
    assert till.money("bob") == {"available": 2_000, "withdrawing": 3_000}


def test_a_code_for_one_verb_opens_no_other(till: World) -> None:
    till.earn("bob", 5_000)
    code = till.request("bob", 3_000)
    rejecting = till.boss.withdrawals.propose_reject(code, "不对").code
    till.in_hand(code)
    with pytest.raises(CodeUnknown):
        till.boss.withdrawals.mark_paid(rejecting, "PAY12345")


def test_a_code_of_a_payout_lives_a_day(till: World) -> None:
    till.earn("bob", 5_000)
    code = till.request("bob", 3_000)
    in_hand = till.in_hand(code)
    till.clock.move(hours=24)
    with pytest.raises(CodeExpired) as refused:
        till.boss.withdrawals.mark_paid(in_hand.code, "PAY12345")
    assert (refused.value.verb, refused.value.bound["withdrawal"]) == ("withdrawals.mark_paid", code)
    fresh = till.boss.withdrawals.propose_paid(code)
    till.boss.withdrawals.mark_paid(fresh.code, "PAY12345")


def test_a_code_of_a_rejection_lives_five_minutes(till: World) -> None:
    till.earn("bob", 5_000)
    code = till.request("bob", 3_000)
    till.clock.move(minutes=1)
    proposed = till.boss.withdrawals.propose_reject(code, " 资料  不全 ")
    till.clock.move(minutes=5, milliseconds=-1)
    assert till.boss.confirmations.look(proposed.code.lower()).args["reason"] == "资料 不全"
    till.clock.move(milliseconds=1)
    with pytest.raises(CodeExpired):
        till.boss.withdrawals.reject(proposed.code)
    assert till.withdrawal(code).state is State.REQUESTED


def test_a_fresh_code_makes_the_one_before_void(till: World) -> None:
    till.earn("bob", 5_000)
    code = till.request("bob", 3_000)
    old = till.in_hand(code)
    till.boss.withdrawals.propose_paid(code)
    with pytest.raises(CodeUnknown):
        till.boss.withdrawals.mark_paid(old.code, "PAY12345")


def test_giving_up_makes_the_code_void_for_ever(till: World) -> None:
    till.earn("bob", 5_000)
    code = till.request("bob", 3_000)
    old = till.in_hand(code)
    till.boss.withdrawals.put_back(code)
    assert (till.withdrawal(code).state, till.withdrawal(code).in_hand_by) == (State.APPROVED, None)
    for _ in range(2):
        with pytest.raises(CodeUnknown):
            till.boss.withdrawals.mark_paid(old.code, "PAY12345")
        if till.withdrawal(code).state is State.APPROVED:
            till.boss.withdrawals.take_in_hand(code)


def test_of_two_hands_the_second_is_told_and_gets_no_code(till: World) -> None:
    till.enrol("dave", Role.FINANCE)
    till.earn("bob", 5_000)
    code = till.request("bob", 3_000)
    till.in_hand(code)
    with pytest.raises(WrongState):
        till.of("dave").withdrawals.take_in_hand(code)
    with pytest.raises(NotInYourHand) as refused:
        till.of("dave").withdrawals.propose_paid(code)
    assert refused.value.by.person == till.person("老板")


def test_a_rejected_withdrawals_code_does_not_pay_the_next_one(till: World) -> None:
    till.earn("bob", 5_000)
    first = till.request("bob", 3_000)
    proposed = till.boss.withdrawals.propose_reject(first, "不对")
    till.of("bob").withdrawals.cancel(first)
    second = till.request("bob", 3_000)
    with pytest.raises(WrongState) as refused:
        till.boss.withdrawals.reject(proposed.code)
    assert (refused.value.code, refused.value.state) == (first, State.CANCELLED)
    assert till.withdrawal(second).state is State.REQUESTED


def test_a_code_is_bound_to_the_account_it_was_shown_with(till: World) -> None:
    """Nothing in the programme changes a payee; somebody with the database in his hands might."""
    till.earn("bob", 5_000)
    code = till.request("bob", 3_000)
    in_hand = till.in_hand(code)

    def divert(tx: Tx) -> None:
        payee = tx.cipher.seal({"account": "wx_mallory", "name": "李小波"})
        mine = (withdrawals.c.shop_id == tx.shop) & (withdrawals.c.code == code)
        tx.run(update(withdrawals).where(mine).values(payee=payee))

    till.engine.store.write(till.shop, SYSTEM, divert)
    with pytest.raises(CodeOutdated):
        till.boss.withdrawals.mark_paid(in_hand.code, "PAY12345")
    assert till.withdrawal(code).state is State.IN_HAND
    (found,) = till.at(SYSTEM).reports.audit().findings
    assert found == f"withdrawal {code}: its payee is not the one whom the book was told"
    till.audits = False


@pytest.mark.parametrize("proof", ["", "123", "1" * 65, "付款凭证", "a b c d", "<a>x</a>", "１２３４"])
def test_a_proof_that_is_none_does_not_use_the_code_up(till: World, proof: str) -> None:
    till.earn("bob", 5_000)
    in_hand = till.in_hand(till.request("bob", 3_000))
    with pytest.raises(BadProof):
        till.boss.withdrawals.mark_paid(in_hand.code, proof)
    till.boss.withdrawals.mark_paid(in_hand.code, "1234")


@pytest.mark.parametrize("reason", ["", "  ", "字" * 61])
def test_a_rejection_needs_a_reason(till: World, reason: str) -> None:
    till.earn("bob", 5_000)
    with pytest.raises(RejectionReasonMissing):
        till.boss.withdrawals.propose_reject(till.request("bob", 3_000), reason)


def test_a_rejection_gives_the_money_back_and_says_why(till: World) -> None:
    till.earn("bob", 5_000)
    rejected = till.reject(till.request("bob", 3_000))
    assert (rejected.state, rejected.reason) == (State.REJECTED, "资料不全")
    assert till.money("bob") == {"available": 5_000}
    told = till.rows(
        select(outbox.c.kind).where(outbox.c.shop_id == till.shop, outbox.c.kind.like("withdrawal%"))
    )
    assert [row.kind for row in told] == ["withdrawal_rejected"]


# --- debts, freezing, limits


def test_a_clawback_while_one_is_open_shows_and_stops_approving_and_paying(till: World) -> None:
    number = till.earn("bob", 5_000)
    code = till.request("bob", 5_000)
    till.refund(number, 3_000)
    assert till.withdrawal(code).owed == Money(3_000)
    with pytest.raises(PromoterOwes) as refused:
        till.boss.withdrawals.approve(code)
    assert (refused.value.code, refused.value.owed) == (code, Money(3_000))
    till.reject(code)
    assert till.money("bob") == {"available": 2_000}


def test_an_approved_one_is_not_taken_in_hand_while_he_owes(till: World) -> None:
    number = till.earn("bob", 5_000)
    code = till.request("bob", 5_000)
    till.boss.withdrawals.approve(code)
    till.refund(number, 1)
    with pytest.raises(PromoterOwes):
        till.boss.withdrawals.take_in_hand(code)
    till.earn("bob", 1)
    till.boss.withdrawals.take_in_hand(code)


def test_what_was_sent_is_marked_paid_whatever_he_owes(till: World) -> None:
    number = till.earn("bob", 5_000)
    in_hand = till.in_hand(till.request("bob", 5_000))
    till.refund(number, 3_000)
    till.freeze("bob")
    till.boss.withdrawals.mark_paid(in_hand.code, "PAY12345")
    assert till.money("bob") == {"paid_out": 5_000, "debt": -3_000}


def test_cancelling_repays_the_debt_first(till: World) -> None:
    number = till.earn("bob", 5_000)
    code = till.request("bob", 5_000)
    till.refund(number, 4_000)
    till.of("bob").withdrawals.cancel(code)
    assert till.money("bob") == {"available": 1_000}


def test_requested_and_approved_ones_of_a_frozen_promoter_wait(till: World) -> None:
    till.earn("bob", 5_000)
    code = till.request("bob", 5_000)
    till.freeze("bob")
    with pytest.raises(PromoterFrozen):
        till.boss.withdrawals.approve(code)
    till.restore("bob")
    till.boss.withdrawals.approve(code)
    till.freeze("bob")
    with pytest.raises(PromoterFrozen):
        till.boss.withdrawals.take_in_hand(code)
    till.reject(code)
    assert till.money("bob") == {"available": 5_000}


def test_the_daily_limit_counts_what_is_in_hand_and_what_was_paid_today(till: World) -> None:
    till.change("daily_limit", "50")
    for name in ("alice", "bob", "dave"):
        till.earn(name, 4_000)
    till.pay_out("alice", 2_000)
    till.in_hand(till.request("bob", 2_000))
    code = till.request("dave", 1_001)
    till.boss.withdrawals.approve(code)
    with pytest.raises(DailyLimit) as refused:
        till.boss.withdrawals.take_in_hand(code)
    assert (refused.value.limit, refused.value.left) == (Money(5_000), Money(1_000))
    assert refused.value.asked == Money(1_001)
    assert till.withdrawal(code).state is State.APPROVED
    till.clock.time = till.now.replace(hour=16)  # midnight in Beijing; bob's is still in hand
    till.boss.withdrawals.take_in_hand(code)


def test_what_is_paid_at_midnight_in_beijing_is_of_the_new_day(till: World) -> None:
    till.change("daily_limit", "50")
    till.earn("bob", 5_000)
    till.clock.time = till.now.replace(hour=16)
    till.pay_out("bob", 2_000)
    till.earn("dave", 5_000)
    till.boss.withdrawals.approve(other := till.request("dave", 3_001))
    with pytest.raises(DailyLimit) as refused:
        till.boss.withdrawals.take_in_hand(other)
    assert refused.value.left == Money(3_000)


def test_exactly_the_daily_limit_is_paid(till: World) -> None:
    till.change("daily_limit", "50")
    till.earn("bob", 5_000)
    till.pay_out("bob", 5_000)
    assert till.money("bob") == {"paid_out": 5_000}


def test_every_refusal_of_withdrawals_is_a_refusal_and_carries_its_facts() -> None:
    refusals = {
        kind
        for room in (asking, payees, paying, records, states)
        for kind in vars(room).values()
        if isinstance(kind, type) and issubclass(kind, Refusal)
    }
    assert len(refusals) > 12
    assert all(hasattr(kind, "__dataclass_fields__") for kind in refusals if kind is not Refusal)


def test_who_decides_on_a_row_that_has_moved_since_he_read_it_is_told(till: World) -> None:
    till.earn("bob", 5_000)
    code = till.request("bob", 1_000)
    (row,) = till.rows(select(withdrawals).where(withdrawals.c.shop_id == till.shop))
    till.of("bob").withdrawals.cancel(code)
    with pytest.raises(WrongState):
        till.engine.store.write(
            till.shop, SYSTEM, lambda tx: records.move(tx, row, "approve", decided_at=tx.now)
        )
    assert till.withdrawal(code).state is State.CANCELLED
