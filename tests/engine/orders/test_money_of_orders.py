"""Orders as money: maturity, refunds before and after it, debts, after-sale; every figure worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import SYSTEM, Engine
from engine.money import Money
from engine.orders.events import AfterSaleClosed, AfterSaleOpened, Fact
from engine.orders.facts import Cancelled, Completed, Received, Shipped
from engine.programme.modes import Goods
from tests.engine.world import World, back, line


def paid_mode(world: World, **more: str) -> World:
    return world.ready(settings={"settle_mode": "paid", **more})


# --- when


def test_received_mode_waits_fifteen_days_and_seven_more(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    shop.ship(number)
    shop.clock.move(days=22, milliseconds=-1)
    assert shop.tick() == 0
    assert shop.money("bob") == {"pending": 3_000}
    shop.clock.move(milliseconds=1)
    assert shop.tick() == 2
    assert (shop.money("bob"), shop.money("alice")) == ({"available": 3_000}, {"available": 1_000})
    assert shop.tick() == 0


def test_the_example_of_the_first_of_march(world: World) -> None:
    world.clock.time = datetime(2026, 2, 28, 2, 0, tzinfo=UTC)
    world.ready()
    number = world.pay("carol", 10_000, by="dave")
    world.clock.move(days=1)
    world.ship(number)
    (view,) = world.of("dave").order_book.of_promoter(world.promoter("dave"), 0, 1)
    assert view.rewards[0].due_at == datetime(2026, 3, 23, 2, 0, tzinfo=UTC)


def test_a_confirmed_receipt_comes_before_the_fifteen_days(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    shop.ship(number)
    shop.clock.move(days=2)
    shop.tell(number, Received(shop.now))
    shop.clock.move(days=7)
    shop.tick()
    assert shop.money("bob") == {"available": 3_000}


def test_shipped_mode_matures_with_the_final_parcel(world: World) -> None:
    world.ready(settings={"settle_mode": "shipped"})
    number = world.pay("carol", 10_000, by="bob")
    world.tell(number, Shipped("p1", world.now, final=False))
    assert world.money("bob") == {"pending": 3_000}
    world.tell(number, Shipped("p2", world.now))
    assert world.money("bob") == {"available": 3_000}


def test_paid_mode_matures_in_the_transaction_that_books(world: World) -> None:
    paid_mode(world).pay("carol", 10_000, by="bob")
    assert (world.money("bob"), world.money("alice")) == ({"available": 3_000}, {"available": 1_000})


def test_a_service_matures_when_it_is_used_and_goods_beside_it_when_they_arrive(shop: World) -> None:
    number = shop.pay("carol", line(10_000), line(20_000, 2, kind=Goods.SERVICE), by="bob")
    shop.tell(number, Completed(shop.now, frozenset({2})))
    shop.clock.move(days=7)
    assert shop.tick() == 2
    assert shop.money("bob") == {"pending": 3_000, "available": 6_000}


def test_fifty_commissions_mature_in_one_go_and_the_rest_in_the_next(world: World) -> None:
    world.ready(level2=None, settings={"settle_days": "0"})
    number = world.pay("carol", *([1_000] * 60), by="bob")
    world.ship(number)
    world.clock.move(days=15)
    desk = world.at(SYSTEM, "tick-1")
    assert desk.orders.mature() == 50
    assert desk.orders.mature() == 50  # the same delivery again
    assert world.money("bob") == {"pending": 3_000, "available": 15_000}
    assert world.tick() == 10
    assert world.money("bob") == {"available": 18_000}


def test_what_is_pending_still_matures_while_he_is_frozen(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    shop.ship(number)
    shop.freeze("bob")
    shop.clock.move(days=22)
    shop.tick()
    assert shop.money("bob") == {"available": 3_000}


# --- refunds


def test_a_refund_before_the_payment_is_heard_lowers_what_is_booked(shop: World) -> None:
    assert shop.refund("N1", 4_000).outcome == "waiting"
    shop.pay("carol", 10_000, by="bob", number="N1")
    assert (shop.money("bob"), shop.money("alice")) == ({"pending": 1_800}, {"pending": 600})
    assert shop.boss.reports.overview().today.refunds == Money(4_000)


def test_a_refund_before_maturity_lowers_what_is_pending(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    shop.refund(number, 3_333)
    # floor(10000 × 6667 / 10000) = 6667; 30 % = 2000.1, 10 % = 666.7
    assert (shop.money("bob"), shop.money("alice")) == ({"pending": 2_000}, {"pending": 666})
    assert shop.expense() == 2_666


def test_a_refund_on_the_day_it_is_due_is_booked_before_it_matures(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    shop.ship(number)
    shop.clock.move(days=30)
    shop.refund(number, 10_000)
    shop.tick()
    assert shop.money("bob") == {}
    assert shop.expense() == 0


def test_a_refund_after_maturity_takes_what_is_available_and_the_rest_becomes_a_debt(world: World) -> None:
    paid_mode(world, withdraw_min="0.1")
    number = world.pay("carol", 10_000, by="bob")
    world.pay_out("bob", 2_000)
    world.refund(number, 5_000)
    assert world.money("bob") == {"paid_out": 2_000, "debt": -500}
    assert world.balance("bob").owed == Money(500)
    assert world.money("alice") == {"available": 500}
    world.pay("carol", 1_000, by="bob")
    assert world.money("bob") == {"paid_out": 2_000, "debt": -200}
    world.pay("carol", 1_000, by="bob")
    assert world.money("bob") == {"paid_out": 2_000, "available": 100}


def test_pending_money_repays_a_debt_when_it_matures_and_not_before(shop: World) -> None:
    first = shop.pay("carol", 10_000, by="bob")
    shop.ship(first)
    shop.clock.move(days=22)
    shop.tick()
    shop.pay_out("bob", 3_000)
    second = shop.pay("carol", 20_000, by="bob")
    shop.ship(second)
    shop.refund(first, 10_000)
    assert shop.money("bob") == {"pending": 6_000, "paid_out": 3_000, "debt": -3_000}
    shop.clock.move(days=22)
    shop.tick()
    assert shop.money("bob") == {"available": 3_000, "paid_out": 3_000}


def test_two_lines_of_one_promoter_do_not_both_take_what_is_available(world: World) -> None:
    paid_mode(world)
    number = world.pay("carol", 10_000, 10_000, by="bob")
    world.pay_out("bob", 5_000)
    assert world.money("bob") == {"available": 1_000, "paid_out": 5_000}
    world.refund(number, 20_000)
    assert world.money("bob") == {"paid_out": 5_000, "debt": -5_000}
    assert world.money("alice") == {}


def test_partial_and_repeated_refunds_add_up_to_the_whole(shop: World) -> None:
    number = shop.pay("carol", line(6_000), line(4_000, 2), by="bob", shipping=1_000)
    shop.refund(number, 1_000, "r1", l2=1_000)
    # line 2: 3000 left → 900 + 300; line 1: 1800 + 600
    assert (shop.money("bob"), shop.money("alice")) == ({"pending": 2_700}, {"pending": 900})
    for _ in range(3):
        shop.refund(number, 1_000, "r1", l2=1_000)
    assert shop.money("bob") == {"pending": 2_700}
    shop.refund(number, 10_000, "r2")
    assert (shop.money("bob"), shop.money("alice")) == ({}, {})
    assert shop.expense() == 0


def test_a_refund_above_what_was_paid_is_capped_and_shown_to_the_staff(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    shop.refund(number, 25_000)
    assert shop.money("bob") == {}
    assert shop.boss.reports.todo().excess_refunds == 1
    (view,) = shop.boss.order_book.all(0, 5)
    assert view.refunded == Money(10_000)


def test_a_cancelled_order_pays_nothing_and_a_later_refund_no_less(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    shop.refund(number, 4_000)
    shop.cancel(number)
    shop.refund(number, 6_000)
    assert (shop.money("bob"), shop.money("alice")) == ({}, {})
    assert shop.boss.reports.todo().excess_refunds == 0


def test_a_gift_line_loses_its_base_when_it_is_named_with_nothing(shop: World) -> None:
    number = shop.pay("carol", line(0, level1_discount=Money(0)), line(1_000, 2), by="bob")
    shop.refund(number, 0, l1=0)
    assert shop.money("bob") == {"pending": 300}


def test_a_discounted_line_pays_level_two_on_the_whole_base(world: World) -> None:
    world.ready(level1="40%", level2="8%", settings={"self_purchase": "discount"})
    number = world.pay("bob", line(1_161, quantity=3, level1_discount=Money(774)))
    assert (world.money("bob"), world.money("alice")) == ({}, {"pending": 154})
    world.refund(number, 387, l1=387)
    assert world.money("alice") == {"pending": 103}


def test_a_refund_while_a_withdrawal_is_open_leaves_the_withdrawal_and_makes_a_debt(world: World) -> None:
    paid_mode(world)
    number = world.pay("carol", 10_000, by="bob")
    code = world.request("bob", 2_500)
    world.refund(number, 10_000)
    assert world.money("bob") == {"withdrawing": 2_500, "debt": -2_500}
    assert world.withdrawal(code).owed == Money(2_500)
    world.reject(code)
    assert world.money("bob") == {}


def test_a_day_once_shown_never_changes(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    first = shop.of("bob").earnings.of(shop.promoter("bob"))
    assert first.today.level1 == Money(3_000)
    shop.clock.move(days=1)
    shop.refund(number, 10_000, at=shop.now - timedelta(days=1))
    second = shop.of("bob").earnings.of(shop.promoter("bob"))
    assert (second.yesterday.level1, second.today.level1, second.ever.level1) == (
        Money(3_000), Money(-3_000), Money(0),
    )  # fmt: skip


def test_an_upline_reads_what_each_downline_brought(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    shop.pay("carol", 10_000, by="alice")
    shop.refund(number, 5_000)
    (downline,) = shop.of("alice").earnings.downlines(shop.promoter("alice"), 0, 5)
    assert (downline.name.given, downline.reward) == ("李小波", Money(500))
    assert shop.of("alice").earnings.of(shop.promoter("alice")).today.level2 == Money(500)


# --- after-sale


def test_an_open_after_sale_holds_the_money_until_it_is_closed(world: World) -> None:
    world.ready(settings={"settle_mode": "shipped"})
    number = world.pay("carol", 10_000, by="bob")
    world.tell(number, AfterSaleOpened("a1", world.now))
    world.clock.move(days=1)
    world.ship(number)
    world.clock.move(days=30)
    assert world.tick() == 0
    assert world.money("bob") == {"pending": 3_000}
    world.tell(number, AfterSaleClosed("a1", world.now))
    assert world.money("bob") == {"available": 3_000}


def test_an_after_sale_on_one_line_holds_that_line_only(world: World) -> None:
    world.ready(settings={"settle_mode": "shipped"})
    number = world.pay("carol", 10_000, 20_000, by="bob")
    world.tell(number, AfterSaleOpened("a1", world.now, frozenset({2})))
    world.clock.move(minutes=1)
    world.ship(number)
    assert world.money("bob") == {"pending": 6_000, "available": 3_000}


def test_an_after_sale_opened_after_maturity_holds_nothing(world: World) -> None:
    number = paid_mode(world).pay("carol", 10_000, by="bob")
    world.clock.move(days=1)
    world.tell(number, AfterSaleOpened("a1", world.now))
    assert world.money("bob") == {"available": 3_000}


# --- order and repetition

_apps = count(1)
T = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)


def _at(hours: int) -> datetime:
    return T + timedelta(hours=hours)


def _facts(world: World, shape: int) -> list[Fact]:
    lines = (line(6_451), line(3_333, 2), line(0, 3))
    common: list[Fact] = [
        world.sold("carol", *lines, by="bob", at=T, shipping=800),
        Shipped("p1", _at(5), final=False),
        Shipped("p2", _at(6)),
        back("r1", _at(7), 1_111),
        back("r2", _at(8), 2_000, l2=1_500),
        AfterSaleOpened("a", _at(7)),
        AfterSaleClosed("a", _at(9)),
    ]
    more: list[list[Fact]] = [
        [],
        [Received(_at(30))],
        [Cancelled(_at(40))],
        [back("r3", _at(700), 99_999)],
        [Completed(_at(9), frozenset({1})), Completed(_at(10), None), back("r4", _at(11), 0, l3=0)],
    ]
    return common + more[shape]


def _outcome(engine: Engine, mode: str, facts: Callable[[World], list[Fact]]) -> tuple[object, ...]:
    """All that an order's facts come to, heard in this order after the last of them happened."""
    world = World("", app=f"wx_heard_{next(_apps)}", engine=engine).ready(people=("alice", "bob"))
    if mode != "received":
        world.change("settle_mode", mode)
    world.clock.time = _at(1_000)
    for fact in facts(world):
        world.tell("N1", fact)
    world.tick()
    world.audited()
    (view,) = world.boss.order_book.all(0, 2)
    ends = [(end, why) for _, _, end, why in world.lock_rows("carol")]
    return world.money("bob"), world.money("alice"), world.expense(), world.lock("carol"), ends, view.refunded


@pytest.fixture(scope="module")
def in_order(shared_engine: Engine) -> Callable[[str, int], tuple[object, ...]]:
    """What the facts come to when they are heard as they happened, worked out once."""
    return cache(lambda mode, shape: _outcome(shared_engine, mode, lambda world: _facts(world, shape)))


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["paid", "shipped", "received"])
@settings(max_examples=6, deadline=None, derandomize=True)
@given(data=st.data())
def test_in_whatever_order_and_however_often_an_orders_facts_are_heard_the_balances_are_the_same(
    shared_engine: Engine, in_order: Callable[[str, int], tuple[object, ...]], mode: str, data: st.DataObject
) -> None:
    shape = data.draw(st.integers(0, 4))

    def shuffled(world: World) -> list[Fact]:
        facts = _facts(world, shape)
        return data.draw(st.permutations(facts + data.draw(st.lists(st.sampled_from(facts), max_size=3))))

    assert _outcome(shared_engine, mode, shuffled) == in_order(mode, shape)
