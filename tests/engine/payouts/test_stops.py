"""Stopped payouts: nothing new is paid until somebody has reconciled; what was sent is still recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest
from sqlalchemy import select

from engine import OPERATOR
from engine.payouts import stops
from engine.payouts.paying import PromoterOwes
from engine.payouts.states import State, WrongState
from engine.payouts.stops import PayoutsStopped
from engine.store.base import Tx
from engine.store.tables import payout_stops
from tests.engine.world import World

T = TypeVar("T")
RESTORED = "刚从备份恢复，还没有对账"


def written(till: World, act: Callable[[Tx], T]) -> T:
    return till.engine.store.write(till.shop, OPERATOR, act)


def stop(till: World, reason: str = RESTORED) -> stops.Stop:
    return written(till, lambda tx: stops.stop(tx, reason))


def test_while_payouts_are_stopped_nobody_takes_one_in_hand(till: World) -> None:
    till.earn("bob", 5_000)
    code = till.request("bob", 1_000)
    till.boss.withdrawals.approve(code)
    since = stop(till).since
    with pytest.raises(PayoutsStopped) as refused:
        till.boss.withdrawals.take_in_hand(code)
    assert (refused.value.since, refused.value.reason) == (since, RESTORED)
    assert till.withdrawal(code).state is State.APPROVED
    written(till, lambda tx: stops.resume(tx, "operator"))
    till.boss.withdrawals.take_in_hand(code)


def test_what_is_in_somebodys_hand_may_have_been_sent_and_can_be_recorded(till: World) -> None:
    till.earn("bob", 5_000)
    hand = till.in_hand(till.request("bob", 1_000))
    stop(till)
    with pytest.raises(WrongState):  # which tells the staff to look at it again, with a fresh code
        till.boss.withdrawals.take_in_hand(hand.withdrawal.code)
    fresh = till.boss.withdrawals.propose_paid(hand.withdrawal.code)
    till.boss.withdrawals.mark_paid(fresh.code, "PAY12345")
    assert till.money("bob") == {"available": 4_000, "paid_out": 1_000}


def test_promoters_may_still_ask_and_the_staff_may_still_decide(till: World) -> None:
    till.earn("bob", 5_000)
    stop(till)
    code = till.request("bob", 1_000)
    till.boss.withdrawals.approve(code)
    till.reject(code)
    assert till.money("bob") == {"available": 5_000}


def test_the_oldest_stop_is_the_one_that_is_told_and_all_end_together(till: World) -> None:
    first = stop(till)
    till.clock.move(minutes=1)
    assert stop(till) == first
    second = stop(till, "支付平台的回答对不上")
    with till.reading() as tx:
        assert stops.current(tx) == first
    assert written(till, lambda tx: stops.resume(tx, "operator")) == (first, second)
    ended = till.now
    till.clock.move(minutes=1)
    with till.reading() as tx:
        assert stops.current(tx) is None
    assert written(till, lambda tx: stops.resume(tx, "operator")) == ()
    rows = till.rows(select(payout_stops.c.resumed_at).where(payout_stops.c.shop_id == till.shop))
    assert [row.resumed_at for row in rows] == [ended, ended], "an end stays as it was written"
    assert stop(till).id != first.id


def test_a_debt_still_keeps_a_payout_from_being_taken_in_hand(till: World) -> None:
    number = till.earn("bob", 1_000)
    code = till.request("bob", 1_000)
    till.boss.withdrawals.approve(code)
    till.refund(number, 400)
    with pytest.raises(PromoterOwes):
        till.boss.withdrawals.take_in_hand(code)
