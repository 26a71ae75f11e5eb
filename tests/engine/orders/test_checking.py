"""已核对: what was looked into leaves 待办, and comes back when something new is heard."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.money import Money
from engine.orders.checking import Checked, NoSuchMessage, NothingToCheck
from engine.orders.events import Buyer, PageVisit
from engine.orders.facts import Shipped
from engine.orders.views import NoSuchOrder
from engine.people.authority import LacksRight, Role
from tests.engine.world import World, line


def waits(shop: World) -> tuple[int, int, int]:
    """Refunds, discounts and messages that stand in 待办."""
    todo = shop.boss.reports.todo()
    return todo.excess_refunds, todo.excess_discounts, shop.boss.checking.count()


def test_an_order_is_looked_into_as_it_is_and_comes_back_with_another_sum(shop: World) -> None:
    number = shop.pay("carol", line(1_000, level1_discount=Money(100)), line(0, 2))
    shop.refund(number, 1_500)
    assert waits(shop) == (1, 1, 0)
    assert [one.excess for one in shop.boss.order_book.excess_discounts(0, 5)] == [Money(100)]
    code = shop.order_code(number)
    assert shop.boss.checking.settle_order(code) == Checked(code, Money(500), Money(100))
    assert waits(shop) == (0, 0, 0)
    assert shop.boss.order_cards.excess(0, 5) == shop.boss.order_book.excess_discounts(0, 5) == ()
    card = shop.boss.order_cards.get(code)
    assert (card.excess_refund, card.excess_discount, card.unchecked) == (Money(500), Money(100), False)
    shop.refund(number, 1)
    assert waits(shop) == (1, 0, 0)
    assert shop.boss.checking.settle_order(code) == Checked(code, Money(501), Money(0))


def test_the_same_tap_twice_is_one_and_a_second_one_finds_nothing(shop: World) -> None:
    number = shop.pay("carol", 1_000)
    shop.refund(number, 1_500)
    code = shop.order_code(number)
    first = shop.of("老板", "tap").checking.settle_order(code)
    assert shop.of("老板", "tap").checking.settle_order(code) == first
    with pytest.raises(NothingToCheck):
        shop.boss.checking.settle_order(code)
    with pytest.raises(NoSuchOrder):
        shop.boss.checking.settle_order("ZZZZZZ")


def test_a_message_is_looked_into_and_another_one_stands_by_itself(shop: World) -> None:
    number = shop.pay("carol", 10_000)
    other = shop.sold("carol", 99_900)
    shop.tell(number, other)
    shop.clock.move(minutes=1)
    for page in ("/a", "/b"):
        shop.feed.orders.visited(PageVisit("shop", "v1", shop.now, Buyer(openid="o_carol"), page))
    visit, paid = shop.boss.checking.messages(0, 5)
    assert (visit.kind, visit.number, paid.kind, paid.code) == (
        "visited",
        "v1",
        "paid",
        shop.order_code(number),
    )
    assert (paid.first, paid.second) == (Money(10_000), Money(99_900))
    assert shop.boss.checking.messages(1, 5) == (paid,)
    for one in (visit, paid):
        assert shop.boss.checking.message(one.handle.upper()) == one
        assert shop.boss.checking.settle_message(one.handle) == one.handle
        with pytest.raises(NoSuchMessage):
            shop.boss.checking.settle_message(one.handle)
    assert waits(shop) == (0, 0, 0)
    shop.tell(number, other)
    assert waits(shop) == (0, 0, 0), "the same contradiction again is no news"
    shop.tell(number, shop.sold("carol", 88_800))
    assert waits(shop) == (0, 0, 1)


def test_an_order_that_is_not_paid_yet_has_a_message_but_no_number_of_ours(shop: World) -> None:
    for later in (0, 1):
        shop.tell("N1", Shipped("p", shop.now - timedelta(minutes=later)))
    (found,) = shop.boss.checking.messages(0, 5)
    assert (found.code, found.number, found.first) == ("", "N1", None)


def test_a_message_of_one_parcel_is_one_message(shop: World) -> None:
    for parcel in ("p1", "p2"):
        shop.tell("N1", Shipped(parcel, shop.now))
    shop.tell("N1", Shipped("p2", shop.now - timedelta(minutes=1)))
    assert len(shop.boss.checking.messages(0, 5)) == shop.boss.checking.count() == 1


def test_a_beginning_of_a_handle_names_nothing(shop: World) -> None:
    number = shop.pay("carol", 10_000)
    shop.tell(number, shop.sold("carol", 99_900))
    (found,) = shop.boss.checking.messages(0, 5)
    for typed in ("", found.handle[:7], "%" * 8):
        with pytest.raises(NoSuchMessage):
            shop.boss.checking.message(typed)


def test_only_finance_and_the_owner_do_it(shop: World) -> None:
    shop.enrol("小客", Role.SERVICE)
    shop.enrol("小财", Role.FINANCE)
    number = shop.pay("carol", 1_000)
    shop.refund(number, 1_500)
    with pytest.raises(LacksRight):
        shop.of("小客").checking.settle_order(shop.order_code(number))
    assert shop.of("小财").checking.settle_order(shop.order_code(number)).refund == Money(500)
