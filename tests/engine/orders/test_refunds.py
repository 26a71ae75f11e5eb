"""退款售后: how a buyer may give each of his orders back, by the settlement that it was sold under (J2)."""

from __future__ import annotations

import pytest

from engine.money import Money
from engine.orders.events import AfterSaleClosed, AfterSaleOpened
from engine.orders.facts import Completed, OrderFacts, Received, Shipped
from engine.orders.refunds import Came, Way, way
from engine.orders.views import NoSuchOrder
from engine.programme.modes import SettleMode
from tests.engine.world import MovableClock, World

NOW = MovableClock().now()
KEPT = OrderFacts(None)
LEFT = OrderFacts(None, shipped=(Shipped("s1", NOW),))
RECEIVED = OrderFacts(None, received=Received(NOW))
USED = OrderFacts(None, completed=(Completed(NOW, None),))


@pytest.mark.parametrize(
    ("mode", "facts", "expected"),
    [
        (SettleMode.PAID, KEPT, Way.MERCHANT),
        (SettleMode.PAID, LEFT, Way.MERCHANT),
        (SettleMode.SHIPPED, KEPT, Way.SHOP),
        (SettleMode.SHIPPED, LEFT, Way.MERCHANT),
        (SettleMode.SHIPPED, RECEIVED, Way.MERCHANT),
        (SettleMode.SHIPPED, USED, Way.MERCHANT),
        (SettleMode.RECEIVED, KEPT, Way.SHOP),
        (SettleMode.RECEIVED, RECEIVED, Way.SHOP),
    ],
)
def test_the_settlement_says_how(mode: SettleMode, facts: OrderFacts, expected: Way) -> None:
    assert way(mode, facts) is expected


def test_a_buyer_reads_his_own_orders_by_the_rules_they_were_sold_under(world: World) -> None:
    world.ready(settings={"settle_mode": "paid"})
    world.pay("carol", 1_000, number="old")
    world.clock.move(minutes=1)
    world.change("settle_mode", "shipped")
    world.pay("carol", 2_000, number="new")
    world.pay("dave", 3_000, number="another's")
    found = world.of("carol").refunds.mine(0, 9)
    assert [(one.order.number, one.way) for one in found] == [("new", Way.SHOP), ("old", Way.MERCHANT)]
    world.ship("new")
    assert world.of("carol").refunds.mine(0, 1)[0].way is Way.MERCHANT


def test_one_order_with_all_that_was_bought(world: World) -> None:
    world.ready()
    world.pay("carol", 1_000, number="hers")
    world.pay("dave", 3_000, number="another's")
    hers, another = world.order_code("hers"), world.order_code("another's")
    found = world.of("carol").refunds.one(hers)
    assert (found.number, found.came, [line.paid for line in found.lines]) == (
        "hers",
        Came.PAID,
        [Money(1_000)],
    )
    with pytest.raises(NoSuchOrder):
        world.of("carol").refunds.one(another)
    world.ship("hers")
    assert world.of("carol").refunds.one(hers).came is Came.SHIPPED
    world.tell("hers", Received(world.now))
    assert world.of("carol").refunds.one(hers).came is Came.RECEIVED
    world.tell("another's", Completed(world.now, None))
    assert world.of("dave").refunds.one(another).came is Came.USED


def test_what_went_back_and_what_is_looked_into(world: World) -> None:
    world.ready()
    for number in ("parted", "whole", "cancelled"):
        world.pay("carol", 1_000, number=number)
        world.clock.move(minutes=1)
    world.refund("parted", 400)
    world.refund("whole", 1_000)
    world.cancel("cancelled")
    world.tell("parted", AfterSaleOpened("a1", world.now))
    ways = {one.order.number: (one.way, one.in_hand) for one in world.of("carol").refunds.mine(0, 9)}
    assert ways == {
        "parted": (Way.SHOP, True),
        "whole": (Way.NONE, False),
        "cancelled": (Way.NONE, False),
    }
    world.tell("parted", AfterSaleClosed("a1", world.now))
    assert not any(one.in_hand for one in world.of("carol").refunds.mine(0, 9))
