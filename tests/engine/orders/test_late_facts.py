"""Facts that are heard after what they change was booked: money and locks stand where the facts say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import SYSTEM
from engine.money import LARGEST, Money
from engine.orders.events import AfterSaleClosed, AfterSaleOpened
from engine.orders.facts import Received
from engine.orders.intake import MOST_FEN, TooMuch
from engine.store.tables import entries
from tests.engine.world import World, back, line


@pytest.fixture
def shipped(world: World) -> World:
    """Goods mature as they are shipped."""
    return world.ready(settings={"settle_mode": "shipped"})


def test_an_after_sale_heard_after_its_line_matured_takes_the_money_back_until_it_is_closed(
    shipped: World,
) -> None:
    opened = shipped.now
    number = shipped.pay("carol", 10_000, by="bob")
    shipped.clock.move(hours=1)
    shipped.ship(number)
    assert shipped.money("bob") == {"available": 3_000}
    shipped.tell(number, AfterSaleOpened("a1", opened))
    assert (shipped.money("bob"), shipped.money("alice")) == ({"pending": 3_000}, {"pending": 1_000})
    shipped.clock.move(days=9)
    assert shipped.tick() == 0
    shipped.tell(number, AfterSaleClosed("a1", shipped.now))
    assert (shipped.money("bob"), shipped.money("alice")) == ({"available": 3_000}, {"available": 1_000})


def test_what_was_withdrawn_meanwhile_is_a_debt_until_the_money_matures_again(shipped: World) -> None:
    opened = shipped.now
    number = shipped.pay("carol", 10_000, by="bob")
    shipped.clock.move(hours=1)
    shipped.ship(number)
    shipped.pay_out("bob", 2_000)
    shipped.tell(number, AfterSaleOpened("a1", opened))
    assert shipped.money("bob") == {"pending": 3_000, "paid_out": 2_000, "debt": -2_000}
    shipped.tell(number, AfterSaleClosed("a1", shipped.now))
    assert shipped.money("bob") == {"available": 1_000, "paid_out": 2_000}


def test_it_may_go_back_and_forth_and_each_time_is_an_entry_of_its_own(shipped: World) -> None:
    opened = shipped.now
    number = shipped.pay("carol", 10_000, by="dave")
    shipped.clock.move(hours=1)
    shipped.ship(number)
    for case in ("a1", "a2", "a3"):
        shipped.tell(number, AfterSaleOpened(case, opened))
        assert shipped.money("dave") == {"pending": 3_000}
        shipped.tell(number, AfterSaleClosed(case, shipped.now))
        assert shipped.money("dave") == {"available": 3_000}
    references = [
        row.reference for row in shipped.rows(entries.select().where(entries.c.shop_id == shipped.shop))
    ]
    assert len(set(references)) == len(references) == 1 + 7


def test_a_refund_and_an_after_sale_in_any_order_leave_the_same_pending(shipped: World) -> None:
    for number, refund_first in (("N1", True), ("N2", False)):
        opened = shipped.now
        shipped.pay("carol", line(6_000), line(4_000, 2), by="dave", number=number)
        shipped.clock.move(hours=1)
        shipped.ship(number)
        facts = [back("r1", shipped.now, 1_000, l2=1_000), AfterSaleOpened("a1", opened, frozenset({2}))]
        for fact in facts if refund_first else reversed(facts):
            shipped.tell(number, fact)
    assert shipped.money("dave") == {"available": 2 * 1_800, "pending": 2 * 900}


# --- locks


def test_a_receipt_heard_late_brings_a_lock_back_that_a_refund_had_annulled(shop: World) -> None:
    shop.pay("carol", 10_000, by="dave")
    shop.clock.move(days=1)
    start = shop.now
    number = shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=20)
    shop.refund(number, 10_000)
    assert shop.lock("carol") == "dave"
    # received on its first day, it had matured seven days later: the refund came after that
    shop.tell(number, Received(start))
    assert shop.lock("carol") == "bob"
    assert shop.lock("carol", start + timedelta(days=20)) == "bob"


def test_an_earlier_refund_heard_later_annuls_the_lock_from_its_own_time(shop: World) -> None:
    shop.pay("carol", 10_000, by="dave")
    shop.clock.move(days=1)
    start = shop.now
    number = shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=3)
    shop.refund(number, 10_000)
    shop.refund(number, 1, "r2")  # says nothing new of the lock
    shop.cancel(number, at=start + timedelta(days=1))
    assert shop.lock("carol", start + timedelta(hours=23)) == "bob"
    assert shop.lock("carol", start + timedelta(days=1)) == "dave"
    assert shop.lock("carol") == "dave"


def test_a_lock_that_came_back_ends_where_the_next_one_began(shop: World) -> None:
    shop.pay("carol", 10_000, by="dave")
    shop.clock.move(days=1)
    start = shop.now
    number = shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=20)
    shop.refund(number, 10_000)
    shop.clock.move(days=1)
    shop.pay("carol", 10_000, by="alice")
    shop.tell(number, Received(start))
    assert shop.lock("carol", shop.now - timedelta(hours=1)) == "bob"
    assert shop.lock("carol") == "alice"


# --- large sums


def test_refunds_of_more_than_the_book_can_count_are_capped_and_listed(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    for n in range(101):
        shop.refund(number, MOST_FEN, f"r{n}")
    assert shop.money("bob") == {}
    (view,) = shop.boss.order_book.all(0, 5)
    assert view.refunded == Money(10_000)
    assert shop.boss.reports.todo().excess_refunds == 1


def test_an_order_or_a_refund_of_more_than_anybody_sells_for_is_refused(shop: World) -> None:
    with pytest.raises(TooMuch):
        shop.pay("carol", LARGEST // 2, LARGEST // 2, by="bob")
    number = shop.pay("carol", MOST_FEN, by="bob")
    with pytest.raises(TooMuch) as refused:
        shop.refund(number, MOST_FEN + 1)
    assert refused.value.most == Money(MOST_FEN)
    assert shop.money("bob") == {"pending": MOST_FEN * 3 // 10}


def test_an_order_paid_minutes_ahead_of_our_clock_counts_for_those_who_stand_above_him_now(
    shop: World,
) -> None:
    number = shop.pay("carol", 10_000, by="bob", at=shop.now + timedelta(minutes=5))
    proposed = shop.boss.uplines.propose(shop.code("bob"), "", "调整")
    shop.clock.move(minutes=1)
    shop.boss.uplines.change(proposed.code)
    shop.clock.move(minutes=10)
    shop.refund(number, 10_000)
    assert shop.at(SYSTEM).reports.audit().findings == ()
