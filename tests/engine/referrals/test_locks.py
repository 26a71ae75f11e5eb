"""Locks as rows: annulled by a refund, reopened, heard late; and visits that make or undo them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.orders.events import AfterSaleClosed
from engine.programme.promoters import NoSuchPromoter
from engine.programme.recruiting import ProgrammeOff
from engine.referrals.visits import (
    CodeUnavailable,
    Effect,
    How,
    NothingToUndo,
    OwnCode,
    TooLateToUndo,
    UplineIsMerchants,
)
from tests.engine.world import World, back


def test_a_wholly_refunded_orders_lock_is_annulled_and_the_one_before_lives_again(shop: World) -> None:
    start = shop.now
    shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=2)
    taken = shop.pay("carol", 10_000, by="dave")
    shop.clock.move(days=2)
    shop.refund(taken, 10_000)
    assert shop.lock_rows("carol") == [
        ("bob", start, start + timedelta(days=2), "replaced"),
        ("dave", start + timedelta(days=2), start + timedelta(days=4), "annulled"),
        ("bob", start + timedelta(days=4), None, ""),
    ]
    assert shop.paid_to(taken) == ("dave", None)
    assert shop.paid_to(shop.pay("carol", 10_000)) == ("bob", "alice")


def test_a_partial_refund_annuls_nothing(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    shop.refund(number, 9_999)
    assert shop.lock("carol") == "bob"
    shop.refund(number, 1)
    assert shop.lock("carol") is None


def test_a_refund_after_maturity_leaves_the_lock(world: World) -> None:
    world.ready(settings={"settle_mode": "paid"})
    number = world.pay("carol", 10_000, by="bob")
    world.clock.move(hours=1)
    world.refund(number, 10_000)
    assert world.lock("carol") == "bob"


def test_wholly_refunded_and_cancelled_as_well_annuls_once(shop: World) -> None:
    shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=1)
    number = shop.pay("carol", 10_000, by="dave")
    shop.clock.move(days=1)
    shop.refund(number, 10_000)
    shop.clock.move(days=1)
    shop.cancel(number)
    shop.tell(number, AfterSaleClosed("a", shop.now))
    assert [who for who, *_ in shop.lock_rows("carol")] == ["bob", "dave", "bob"]
    assert shop.lock("carol") == "bob"


def test_the_refund_may_be_heard_before_the_payment(shop: World) -> None:
    shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=1)
    paid_at = shop.now
    shop.clock.move(days=1)
    shop.refund("N7", 10_000)
    shop.pay("carol", 10_000, by="dave", number="N7", at=paid_at)
    assert shop.lock("carol", paid_at) == "dave"
    assert shop.lock("carol") == "bob"


def test_a_lock_reopens_until_the_next_order_when_the_refund_is_heard_late(shop: World) -> None:
    start = shop.now
    shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=2)
    taken = shop.pay("carol", 10_000, by="dave")
    shop.clock.move(days=2)
    refunded_at = shop.now
    shop.clock.move(days=2)
    shop.pay("carol", 10_000, by="alice")
    shop.clock.move(hours=1)
    shop.refund(taken, 10_000, at=refunded_at)
    assert shop.lock_rows("carol") == [
        ("bob", start, start + timedelta(days=2), "replaced"),
        ("dave", start + timedelta(days=2), refunded_at, "annulled"),
        ("bob", refunded_at, start + timedelta(days=6), "replaced"),
        ("alice", start + timedelta(days=6), None, ""),
    ]


def test_a_lock_that_another_order_replaced_is_not_reopened_by_its_own_refund(shop: World) -> None:
    first = shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=1)
    shop.pay("carol", 10_000, by="dave")
    shop.clock.move(days=1)
    shop.refund(first, 10_000)
    assert shop.lock("carol") == "dave"
    assert len(shop.lock_rows("carol")) == 2


def test_two_refunded_orders_give_the_customer_back_to_the_first(shop: World) -> None:
    shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=1)
    second = shop.pay("carol", 10_000, by="dave")
    shop.clock.move(days=1)
    third = shop.pay("carol", 10_000, by="alice")
    shop.clock.move(days=1)
    shop.refund(second, 10_000)
    assert shop.lock("carol") == "alice"
    shop.refund(third, 10_000)
    assert shop.lock("carol") == "bob"


def test_a_lock_that_had_run_out_is_not_the_one_that_another_one_reopens(shop: World) -> None:
    shop.pay("carol", 10_000, by="alice")
    shop.clock.move(hours=1)
    shop.change("lock_days", "3")
    shop.clock.move(days=1)
    shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=5)
    last = shop.pay("carol", 10_000, by="dave")
    shop.clock.move(days=1)
    shop.refund(last, 10_000)
    # alice's lock for ever was replaced by bob's, and bob's was over before dave's began.
    assert shop.lock("carol") is None


def test_the_reopened_lock_keeps_its_own_end(world: World) -> None:
    world.ready(settings={"lock_days": "10"})
    start = world.now
    world.pay("carol", 10_000, by="bob")
    world.clock.move(days=4)
    taken = world.pay("carol", 10_000, by="dave")
    world.clock.move(days=4)
    world.refund(taken, 10_000)
    assert world.lock_rows("carol")[-1] == ("bob", start + timedelta(days=8), start + timedelta(days=10), "")


def test_a_lock_that_would_be_over_by_now_is_not_reopened(world: World) -> None:
    world.ready(settings={"lock_days": "10"})
    world.pay("carol", 10_000, by="bob")
    world.clock.move(days=4)
    taken = world.pay("carol", 10_000, by="dave")
    world.clock.move(days=6)
    world.refund(taken, 10_000)
    assert [one[0] for one in world.lock_rows("carol")] == ["bob", "dave"]
    assert world.lock("carol") is None


def test_a_lock_heard_after_the_next_one_had_run_out_before_it(world: World) -> None:
    world.ready(settings={"lock_days": "10"})
    start = world.now
    world.clock.move(days=12)
    world.pay("carol", 10_000, by="dave")
    world.pay("carol", 10_000, by="bob", at=start)
    assert world.lock_rows("carol") == [
        ("bob", start, start + timedelta(days=10), "over"),
        ("dave", start + timedelta(days=12), start + timedelta(days=22), ""),
    ]


def test_a_restart_that_is_refunded_gives_the_old_end_back(world: World) -> None:
    world.ready(settings={"lock_days": "10"})
    start = world.now
    world.pay("carol", 10_000, by="bob")
    world.clock.move(days=4)
    again = world.pay("carol", 10_000, by="bob")
    world.clock.move(days=1)
    world.refund(again, 10_000)
    assert world.lock_rows("carol")[-1] == ("bob", start + timedelta(days=5), start + timedelta(days=10), "")


@pytest.mark.parametrize("refunded", ["A", "B"])
def test_of_a_cart_split_into_two_orders_paid_at_once_one_may_be_refunded(shop: World, refunded: str) -> None:
    for number in ("A", "B"):
        shop.pay("carol", 10_000, by="bob", number=number)
    shop.clock.move(days=1)
    shop.refund(refunded, 10_000)
    assert shop.lock("carol") == "bob"


def test_a_cancellation_dated_before_the_payment_leaves_no_two_locks(shop: World) -> None:
    shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=1)
    number = shop.pay("carol", 10_000, by="dave")
    shop.cancel(number, at=shop.now - timedelta(minutes=5))
    assert shop.lock("carol") == "bob"
    assert shop.lock("carol", shop.now - timedelta(minutes=1)) == "bob"


def test_a_customers_lists_follow_the_lock(shop: World) -> None:
    def of(name: str) -> list[bool]:
        mine = shop.of(name).referrals.customers(shop.promoter(name), 0, 5)
        assert shop.of(name).referrals.customer_count(shop.promoter(name)) == len(mine)
        return [customer.locked for customer in mine]

    shop.visit("carol", "bob")
    assert (of("bob"), of("dave")) == ([False], [])
    shop.pay("carol", 10_000)
    assert (of("bob"), of("dave")) == ([True], [])
    shop.clock.move(days=1)
    taken = shop.pay("carol", 10_000, by="dave")
    assert (of("bob"), of("dave")) == ([], [True])
    shop.clock.move(days=1)
    shop.refund(taken, 10_000)
    assert (of("bob"), of("dave")) == ([True], [])


def test_a_lock_that_ran_out_leaves_the_customer_with_whom_he_visited_last(world: World) -> None:
    world.ready(settings={"lock_days": "10"})
    world.pay("carol", 10_000, by="bob")
    world.clock.move(days=9)
    world.visit("carol", "dave")
    assert world.of("dave").referrals.customer_count(world.promoter("dave")) == 0
    world.clock.move(days=1)
    assert world.of("bob").referrals.customer_count(world.promoter("bob")) == 0
    assert world.of("dave").referrals.customer_count(world.promoter("dave")) == 1


# --- visits


def test_the_receipt_says_whose_customer_he_is_and_until_when(world: World) -> None:
    world.ready(settings={"lock_mode": "on_visit", "lock_days": "10"})
    receipt = world.visit("carol", "bob")
    assert receipt.effect is Effect.LOCKED
    assert receipt.holder == receipt.promoter
    assert receipt.until == world.now + timedelta(days=10)
    again = world.visit("carol", "bob", How.LINK)
    assert (again.effect, again.until) == (Effect.HIS_ALREADY, receipt.until)
    other = world.visit("carol", "dave", How.CODE)
    assert (other.effect, other.holder) == (Effect.ANOTHERS, receipt.holder)
    assert other.promoter != other.holder


@pytest.mark.parametrize("how", list(How))
def test_every_way_of_coming_counts_alike(world: World, how: How) -> None:
    world.ready(settings={"lock_mode": "on_visit"})
    if how is How.INVITATION:
        world.of("carol").referrals.open_invitation(world.code("bob"))
    else:
        world.visit("carol", "bob", how)
    assert world.lock("carol") == "bob"


def test_his_own_code_is_refused_and_leaves_no_visit(shop: World) -> None:
    with pytest.raises(OwnCode):
        shop.visit("dave", "dave")
    with pytest.raises(OwnCode):
        shop.of("dave").referrals.open_invitation(shop.code("dave"))
    assert shop.of("dave").referrals.mine().last_visit is None


def test_an_unknown_code_is_refused_by_what_was_typed(shop: World) -> None:
    with pytest.raises(NoSuchPromoter) as refused:
        shop.of("carol").referrals.visit("ABCDEF", How.CODE)
    assert refused.value.typed == "ABCDEF"


def test_a_frozen_promoters_code_is_unavailable_until_he_is_restored(shop: World) -> None:
    shop.freeze("bob")
    for act in (shop.of("carol").referrals.open_invitation, lambda code: shop.visit("carol", "bob")):
        with pytest.raises(CodeUnavailable):
            act(shop.code("bob"))
    shop.restore("bob")
    assert shop.visit("carol", "bob").effect is Effect.RECORDED


def test_nothing_counts_while_the_programme_is_off(shop: World) -> None:
    shop.change("programme", "off")
    with pytest.raises(ProgrammeOff):
        shop.visit("carol", "bob")


def test_an_active_promoter_cannot_open_an_invitation(shop: World) -> None:
    with pytest.raises(UplineIsMerchants):
        shop.of("dave").referrals.open_invitation(shop.code("alice"))


def test_a_promoter_may_be_a_promoters_customer(world: World) -> None:
    world.ready(settings={"lock_mode": "on_visit"})
    world.visit("dave", "bob")
    assert world.paid_to(world.pay("dave", 10_000)) == ("bob", "alice")
    world.change("self_purchase", "commission")
    world.clock.move(hours=1)
    assert world.paid_to(world.pay("dave", 10_000)) == ("dave", None)
    assert world.lock("dave") == "bob"


def test_not_him_takes_the_lock_of_the_visit_away(world: World) -> None:
    world.ready(settings={"lock_mode": "on_visit"})
    world.visit("carol", "bob")
    order = world.pay("carol", 10_000)
    world.clock.move(minutes=10)
    undone = world.of("carol").referrals.undo()
    assert undone.given == "李小波"
    assert world.lock("carol") is None
    assert world.paid_to(order) == ("bob", "alice")
    assert world.of("bob").referrals.customer_count(world.promoter("bob")) == 0
    assert world.visit("carol", "dave").effect is Effect.LOCKED


def test_not_him_works_for_ten_minutes_and_once(shop: World) -> None:
    with pytest.raises(NothingToUndo):
        shop.of("carol").referrals.undo()
    shop.visit("carol", "alice")
    shop.clock.move(minutes=1)
    shop.visit("carol", "bob")
    shop.of("carol").referrals.undo()
    with pytest.raises(NothingToUndo):
        shop.of("carol").referrals.undo()
    mine = shop.of("carol").referrals.mine()
    assert mine.last_visit is not None
    assert mine.last_visit.given == "王爱丽"
    shop.clock.move(minutes=1)
    shop.visit("carol", "dave")
    shop.clock.move(minutes=10, milliseconds=1)
    with pytest.raises(TooLateToUndo):
        shop.of("carol").referrals.undo()


def test_mallory_cannot_undo_carols_visit(shop: World) -> None:
    shop.visit("carol", "bob")
    with pytest.raises(NothingToUndo):
        shop.of("mallory").referrals.undo()
    assert shop.paid_to(shop.pay("carol", 10_000))[0] == "bob"


def test_visits_and_refunds_told_twice_leave_one_row_each(shop: World) -> None:
    before = shop.boss.reports.overview().today.visits
    desk = shop.of("carol", "delivery-1")
    first = desk.referrals.visit(shop.code("bob"), How.SCAN)
    assert desk.referrals.visit(shop.code("bob"), How.SCAN) == first
    number = shop.pay("carol", 10_000)
    for _ in range(2):
        shop.tell(number, back("r", shop.now, 10_000))
    assert shop.boss.reports.overview().today.visits == before + 1
    assert shop.boss.reports.overview().today.refunds.fen == 10_000
