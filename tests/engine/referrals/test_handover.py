"""Terminating a promoter: customers and downlines go on in chunks, his money stays his."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import SYSTEM
from engine.errors import EngineError
from engine.ids import PromoterId
from engine.ledger import book
from engine.money import Money
from engine.payouts.asking import BelowMinimum
from engine.people.authority import LacksRight, Role
from engine.people.confirmations import CodeOutdated
from engine.programme.promoters import NotAPromoter, Promoter, Status, WrongStatus
from engine.referrals.handover import CHUNK, CannotTakeOver, CustomersLeft, Part, TerminationReasonMissing
from engine.referrals.visits import CodeUnavailable, Effect, How
from engine.store.tables import customers, outbox
from tests.engine.world import WECHAT, World


def leave(shop: World, name: str, to: str = "", upline: str = "") -> Promoter:
    """The owner terminates somebody; the worker has not come by yet."""
    codes = [shop.code(one) if one else "" for one in (to, upline)]
    made = shop.boss.handover.propose_terminate(shop.code(name), *codes, "不做了")
    return shop.boss.handover.terminate(made.code).promoter


def errands(shop: World) -> list[Any]:
    return list(
        shop.rows(
            select(outbox)
            .where(outbox.c.shop_id == shop.shop, outbox.c.kind == "handover", outbox.c.state == "ready")
            .order_by(outbox.c.created_at, outbox.c.id)
        )
    )


def carry_on(shop: World, most: int = 100) -> int:
    """The worker does what waits, at most so many rows; gives how many it did."""
    done, post = 0, shop.engine.post(shop.shop)
    while done < most and (rows := errands(shop)):
        row = post.claim(rows[0].id)
        assert row is not None
        told = row.payload
        shop.at(SYSTEM, f"outbox:{row.id}").handover.carry_on(
            PromoterId(told["leaver"]), told["n"], Part(told["part"]), told["upline"], told["after"]
        )
        post.sent(row)
        done += 1
    return done


def cared_for(shop: World, promoter: PromoterId) -> int:
    return shop.at(SYSTEM).referrals.customer_count(promoter)


def test_a_lock_goes_to_the_successor_with_its_remaining_time(world: World) -> None:
    shop = world.ready(settings={"lock_mode": "on_visit", "lock_days": "30"})
    start = shop.now
    shop.visit("carol", "bob")
    shop.clock.move(days=10)
    bob = leave(shop, "bob", to="dave")
    assert bob.status is Status.TERMINATED
    assert carry_on(shop) == 2
    moved = start + timedelta(days=10)
    assert shop.lock_rows("carol") == [
        ("bob", start, moved, "moved"),
        ("dave", moved, start + timedelta(days=30), ""),
    ]
    assert (cared_for(shop, bob.id), cared_for(shop, shop.promoter("dave"))) == (0, 1)
    assert shop.paid_to(shop.pay("carol", 10_000))[0] == "dave"


def test_whoever_only_visited_is_the_successors_and_stays_so(shop: World) -> None:
    shop.visit("carol", "bob")
    bob = leave(shop, "bob", to="dave")
    carry_on(shop)
    dave = shop.promoter("dave")
    assert (cared_for(shop, bob.id), cared_for(shop, dave)) == (0, 1)
    shop.clock.move(minutes=1)
    shop.visit("carol", "alice")
    assert cared_for(shop, dave) == 0
    shop.of("carol").referrals.undo()
    assert (cared_for(shop, dave), cared_for(shop, bob.id)) == (1, 0)


@pytest.mark.slow
def test_120_customers_in_chunks_with_a_crash_between_two(world: World) -> None:
    shop = world.ready(settings={"lock_mode": "on_visit"})
    code = shop.code("bob")
    for number in range(120):
        shop.of(f"c{number}").referrals.visit(code, How.SCAN)
    bob = leave(shop, "bob", to="dave")
    dave = shop.promoter("dave")
    assert carry_on(shop, 1) == 1
    assert (cared_for(shop, dave), cared_for(shop, bob.id)) == (CHUNK, 120 - CHUNK)
    row = shop.engine.post(shop.shop).claim(errands(shop)[0].id)
    assert row is not None
    told = row.payload
    for _ in range(2):  # the worker dies after its commit; another takes the row over
        shop.at(SYSTEM, f"outbox:{row.id}").handover.carry_on(
            bob.id, told["n"], Part(told["part"]), told["upline"], told["after"]
        )
    assert cared_for(shop, dave) == 2 * CHUNK
    carry_on(shop)
    assert (cared_for(shop, dave), cared_for(shop, bob.id)) == (120, 0)
    held = select(func.count()).where(customers.c.shop_id == shop.shop, customers.c.locked_by == dave)
    assert shop.rows(held)[0][0] == 120


def test_downlines_get_the_new_upline_and_no_circle_is_closed(shop: World) -> None:
    alice, bob = shop.promoter("alice"), shop.promoter("bob")
    shop.recruit("mallory", inviter="alice")
    leave(shop, "alice", to="dave", upline="bob")
    carry_on(shop)
    assert shop.of("bob").promoters.mine().upline is None, "nobody is his own upline"
    assert shop.of("mallory").promoters.mine().upline == bob
    assert shop.at(SYSTEM).earnings.downline_count(alice) == 0


def test_without_a_new_upline_there_is_none(shop: World) -> None:
    leave(shop, "alice", to="dave")
    carry_on(shop)
    assert shop.of("bob").promoters.mine().upline is None
    assert shop.paid_to(shop.pay("carol", 10_000, by="bob")) == ("bob", None)


def test_orders_are_judged_when_they_were_paid(shop: World) -> None:
    shop.pay("carol", 10_000, by="bob")
    shop.clock.move(hours=1)
    paid_at = shop.now
    shop.clock.move(hours=1)
    code = shop.code("bob")
    bob = leave(shop, "bob", to="dave")
    shop.clock.move(hours=1)
    late = shop.pay("买家", 10_000, code=code, at=paid_at)
    assert shop.paid_to(late)[0] == "bob"
    with shop.reading() as tx:
        assert book.balance(tx, bob.id).pending == Money(6_000)
    assert shop.lock("买家") == "dave", "a leaver gains nobody, not even by an order heard late"
    assert shop.paid_to(shop.pay("mallory", 10_000, code=code)) == (None, None)
    carry_on(shop)
    assert shop.paid_to(shop.pay("carol", 10_000))[0] == "dave"
    with pytest.raises(CodeUnavailable):
        shop.of("mallory").referrals.visit(code, How.SCAN)


def test_the_last_withdrawal_has_no_minimum_and_a_refund_still_reaches_him(till: World) -> None:
    till.change("withdraw_min", "10")
    number = till.earn("bob", 500)
    with pytest.raises(BelowMinimum):
        till.of("bob").withdrawals.limits()
    till.freeze("bob")
    bob = leave(till, "bob", to="dave")
    assert till.of("bob").withdrawals.limits().minimum == Money(500)
    with pytest.raises(BelowMinimum):
        till.request("bob", 499)
    paid = till.request("bob", 500, WECHAT)
    till.boss.withdrawals.mark_paid(till.in_hand(paid).code, "PAY12345")
    till.refund(number, 500)
    with till.reading() as tx:
        assert book.balance(tx, bob.id).owed == Money(500)
    assert till.of("bob").withdrawals.mine(9)[0].code == paid
    with pytest.raises(NotAPromoter):
        till.of("bob").promoters.mine()


def test_what_is_refused(shop: World) -> None:
    shop.visit("carol", "bob")
    shop.enrol("mallory", Role.REVIEW)
    bob, alice, dave = shop.code("bob"), shop.code("alice"), shop.code("dave")
    with pytest.raises(LacksRight):
        shop.of("mallory").handover.propose_terminate(bob, alice, "", "不做了")
    with pytest.raises(CustomersLeft) as left:
        shop.boss.handover.propose_terminate(bob, "", "", "不做了")
    assert left.value.count == 1
    with pytest.raises(CannotTakeOver):
        shop.boss.handover.propose_terminate(bob, bob, "", "不做了")
    with pytest.raises(TerminationReasonMissing):
        shop.boss.handover.propose_terminate(bob, alice, "", " ")
    made = shop.boss.handover.propose_terminate(bob, dave, "", "不做了")
    shop.freeze("dave")
    with pytest.raises(CodeOutdated):
        shop.boss.handover.terminate(made.code)
    with pytest.raises(CannotTakeOver):
        shop.boss.handover.propose_terminate(bob, dave, "", "不做了")
    leave(shop, "bob", to="alice")
    with pytest.raises(WrongStatus):
        shop.boss.handover.propose_terminate(bob, alice, "", "不做了")


def test_he_may_apply_again_and_is_always_reviewed(shop: World) -> None:
    shop.change("review", "off")
    shop.visit("carol", "bob")
    bob = leave(shop, "bob", to="dave")
    shop.clock.move(hours=1)
    applied = shop.apply("bob")
    assert applied.promoter is None
    shop.boss.recruiting.approve(applied.application)
    carry_on(shop)
    assert shop.of("bob").promoters.mine().code == bob.code
    assert cared_for(shop, bob.id) == 0, "who was handed over stays so"


def test_his_pending_money_matures_is_withdrawn_below_the_minimum_and_can_be_clawed_back(
    world: World,
) -> None:
    shop = world.ready(level1="100%", level2=None, settings={"withdraw_min": "10"})
    number = shop.pay("carol", 500, by="bob")
    bob = leave(shop, "bob", to="dave")
    carry_on(shop)
    shop.ship(number)
    shop.clock.move(days=22)
    assert shop.tick() == 1
    assert shop.of("bob").withdrawals.limits().available == Money(500)
    code = shop.request("bob", 500, WECHAT)
    shop.boss.withdrawals.mark_paid(shop.in_hand(code).code, "PAY12345")
    shop.refund(number, 200)
    with shop.reading() as tx:
        assert book.balance(tx, bob.id).owed == Money(200)
    applied = shop.apply("bob")
    shop.boss.recruiting.approve(applied.application)
    shop.clock.move(minutes=1)
    again = shop.pay("mallory", 300, by="bob")
    shop.ship(again)
    shop.clock.move(days=22)
    shop.tick()
    assert shop.money("bob") == {"available": 100, "paid_out": 500}, (
        "the debt is repaid first, also after he came back"
    )


def test_the_successor_hears_how_many_he_takes_over(shop: World) -> None:
    told = select(outbox).where(outbox.c.shop_id == shop.shop, outbox.c.kind == "inherited")
    shop.visit("carol", "bob")
    shop.pay("mallory", 10_000, by="bob")
    leave(shop, "bob", to="dave")
    (row,) = shop.rows(told)
    assert (row.person_id, row.payload["count"]) == (shop.person("dave"), 2)
    carry_on(shop)
    assert cared_for(shop, shop.promoter("dave")) == 2
    leave(shop, "alice", to="dave")
    assert [one.payload["count"] for one in shop.rows(told)] == [2, 1], "bob himself had visited alice"


def test_of_two_codes_for_one_leaver_the_second_is_void(shop: World) -> None:
    code = shop.code("bob")
    made = [shop.boss.handover.propose_terminate(code, "", "", "走了").code for _ in range(2)]
    shop.boss.handover.terminate(made[0])
    with pytest.raises(CodeOutdated):
        shop.boss.handover.terminate(made[1])


def test_whom_he_invited_after_he_came_back_stays_his(shop: World) -> None:
    leave(shop, "alice", to="dave", upline="dave")
    shop.clock.move(hours=1)
    shop.boss.recruiting.approve(shop.apply("alice").application)
    shop.recruit("mallory", inviter="alice")
    carry_on(shop)
    assert shop.of("bob").promoters.mine().upline == shop.promoter("dave")
    assert shop.of("mallory").promoters.mine().upline == shop.promoter("alice")


def test_a_termination_that_never_was_is_a_bug(shop: World) -> None:
    with pytest.raises(EngineError):
        shop.at(SYSTEM).handover.carry_on(shop.promoter("bob"), 9, Part.CUSTOMERS, "", "")


def test_of_two_terminations_each_hands_its_own_downlines_over(shop: World) -> None:
    leave(shop, "alice", to="dave", upline="dave")
    carry_on(shop)
    shop.clock.move(hours=1)
    shop.boss.recruiting.approve(shop.apply("alice").application)
    shop.recruit("mallory", inviter="alice")
    shop.clock.move(hours=1)
    leave(shop, "alice", to="bob", upline="bob")
    carry_on(shop)
    assert shop.of("bob").promoters.mine().upline == shop.promoter("dave")
    assert shop.of("mallory").promoters.mine().upline == shop.promoter("bob")


def test_what_is_paid_before_the_hand_over_is_the_heirs_already(world: World) -> None:
    shop = world.ready(settings={"lock_mode": "on_visit"})
    for name in ("carol", "mallory"):
        shop.visit(name, "bob")
    start = shop.now
    shop.clock.move(hours=1)
    leave(shop, "bob", to="dave")
    left = shop.now
    shop.clock.move(seconds=3)  # the worker has not come by
    assert shop.paid_to(shop.pay("carol", 10_000)) == ("dave", None)
    assert (shop.lock("carol", left - timedelta(seconds=1)), shop.lock("carol", left)) == ("bob", "dave")
    holder = shop.of("carol").referrals.mine().holder
    assert holder is not None
    assert holder.given == "赵大卫"
    assert shop.visit("mallory", "alice").effect is Effect.ANOTHERS, "a leaver's customer is not free"
    shop.clock.move(minutes=1)
    carry_on(shop)
    assert shop.lock_rows("carol") == [("bob", start, left, "moved"), ("dave", left, None, "")]


def test_without_an_heir_a_leavers_customer_is_free_at_once(world: World) -> None:
    shop = world.ready(settings={"lock_mode": "on_visit"})
    shop.visit("dave", "bob")
    shop.clock.move(hours=1)
    leave(shop, "bob", to="dave")
    shop.clock.move(seconds=3)
    assert shop.of("dave").referrals.mine().holder is None, "he himself is the heir"
    assert shop.visit("dave", "alice").effect is Effect.LOCKED
    assert shop.lock("dave") == "alice"


def test_an_order_of_before_he_left_without_a_successor_leaves_its_customer_with_nobody(shop: World) -> None:
    paid = shop.now
    code = shop.code("bob")
    shop.clock.move(hours=1)
    leave(shop, "bob")
    carry_on(shop)
    number = shop.pay("carol", 10_000, code=code, at=paid)
    assert shop.paid_to(number) == ("bob", "alice")
    assert shop.lock_rows("carol") == [("bob", paid, shop.now, "moved")]
    assert shop.lock("carol") is None


def test_nobody_inherits_himself(world: World) -> None:
    shop = world.ready(settings={"lock_mode": "on_visit"})
    shop.visit("dave", "bob")
    start = shop.now
    shop.clock.move(days=1)
    bob = leave(shop, "bob", to="dave")
    carry_on(shop)
    assert shop.lock_rows("dave") == [("bob", start, shop.now, "moved")]
    assert (cared_for(shop, bob.id), cared_for(shop, shop.promoter("dave"))) == (0, 0)
