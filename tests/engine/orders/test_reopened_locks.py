"""A lock that lives again because the one after it was refunded is still the lock of the order that made it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.orders.facts import Received
from tests.engine.world import World


@pytest.fixture
def reopened(shop: World) -> World:
    """dave's lock of order A was replaced by bob's, whose order was refunded: dave's lives again."""
    shop.pay("carol", 10_000, by="alice", number="0")
    shop.clock.move(hours=1)
    shop.pay("carol", 10_000, by="dave", number="A")
    shop.clock.move(hours=1)
    shop.pay("carol", 10_000, by="bob", number="B")
    shop.clock.move(hours=1)
    shop.cancel("B")
    assert shop.lock("carol") == "dave"
    shop.clock.move(hours=1)
    return shop


def test_it_is_over_as_well_when_its_own_order_is_refunded(reopened: World) -> None:
    reopened.cancel("A")
    assert reopened.lock("carol") == "alice"


def test_an_order_heard_late_holds_from_its_payment_on_as_if_it_had_been_heard_in_time(
    reopened: World,
) -> None:
    # paid while bob's refunded lock still lived: there was nothing for the refund to reopen
    paid_at = reopened.now - timedelta(hours=1, minutes=30)
    reopened.pay("carol", 10_000, by="bob", number="C", at=paid_at)
    assert reopened.lock("carol", paid_at) == reopened.lock("carol") == "bob"
    reopened.cancel("A")
    assert reopened.lock("carol") == "bob"
    reopened.cancel("C")
    assert reopened.lock("carol") == "alice"


def test_it_lives_again_with_its_order_when_a_receipt_heard_late_shows_that_the_refund_came_too_late(
    reopened: World,
) -> None:
    paid_at = reopened.now - timedelta(hours=3)
    reopened.clock.move(days=20)
    reopened.cancel("A")
    assert reopened.lock("carol") == "alice"
    reopened.tell("A", Received(paid_at + timedelta(hours=1)))
    assert reopened.lock("carol") == "dave"


def test_a_refund_that_happened_while_the_other_lock_lived_opens_nothing_before_that_one_is_over(
    reopened: World,
) -> None:
    between = reopened.now - timedelta(hours=1, minutes=30)
    reopened.cancel("A", at=between)
    assert reopened.lock("carol", between) == "bob"
    assert reopened.lock("carol") == "alice"


def test_a_visit_taken_back_gives_the_customer_to_the_lock_of_an_order_that_was_heard_after_it(
    world: World,
) -> None:
    shop = world.ready(settings={"lock_mode": "on_visit"})
    shop.clock.move(hours=1)
    shop.visit("carol", "bob")
    shop.clock.move(minutes=1)
    shop.pay("carol", 10_000, by="dave", at=shop.now - timedelta(minutes=30))
    assert shop.lock("carol") == "bob"
    shop.of("carol").referrals.undo()
    assert shop.lock("carol") == "dave"


def test_a_visit_taken_back_leaves_a_lock_alone_that_had_run_out_before(world: World) -> None:
    shop = world.ready(settings={"lock_mode": "on_visit", "lock_days": "1"})
    shop.visit("carol", "dave")
    shop.clock.move(days=2)
    shop.visit("carol", "bob")
    shop.of("carol").referrals.undo()
    assert shop.lock("carol") is None


def test_two_refunds_each_told_again_with_an_earlier_instant_leave_no_copy_of_a_reopened_lock(
    shop: World,
) -> None:
    """The world of seed 7, as small as it gets: the second lock was reopened twice, and one copy stood for ever."""
    start = shop.now

    def hour(number: int) -> datetime:
        return start + timedelta(hours=number)

    for number, paid, by in (("A", 4, "alice"), ("B", 8, "bob"), ("C", 16, "dave")):
        shop.clock.time = hour(paid)
        shop.pay("carol", 10_000, by=by, number=number)
    shop.clock.time = hour(40)
    shop.refund("C", 10_000, at=hour(19))
    shop.cancel("C", at=hour(17))
    assert shop.lock("carol", hour(17)) == shop.lock("carol") == "bob"
    shop.refund("B", 10_000, at=hour(13))
    shop.cancel("B", at=hour(9))
    assert [shop.lock("carol", hour(n)) for n in (8, 9, 16, 17)] == ["bob", "alice", "dave", "alice"]
    assert shop.lock("carol") == "alice"
    assert shop.paid_to(shop.pay("carol", 10_000)) == ("alice", None)
