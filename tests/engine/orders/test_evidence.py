"""What a decision rests on is kept with the order: visit, lock and code with their dates, and whom it meant."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine.orders import evidence
from engine.orders.events import Buyer, PlacedBy
from engine.orders.evidence import Evidence, Held, Seen
from engine.orders.facts import Payment
from engine.referrals.visits import How
from engine.store.tables import orders
from tests.engine.world import World


def kept(shop: World, number: str) -> Evidence:
    (row,) = shop.rows(
        select(orders.c.evidence).where(orders.c.shop_id == shop.shop, orders.c.number == number)
    )
    return evidence.from_json(row.evidence)


def test_the_visit_that_stands_in_for_a_code(shop: World) -> None:
    shop.visit("carol", "bob", How.LINK)
    seen = shop.now
    shop.clock.move(days=1)
    bob, alice = shop.promoter("bob"), shop.promoter("alice")
    assert kept(shop, shop.pay("carol", 1_000)) == Evidence(
        first=bob, second=alice, visit=Seen(bob, seen, "link")
    )


def test_the_lock_with_what_made_it_and_the_code_that_beat_it(shop: World) -> None:
    bob, dave = shop.promoter("bob"), shop.promoter("dave")
    locked = shop.pay("carol", 1_000, by="bob")
    (row,) = shop.rows(select(orders.c.id).where(orders.c.shop_id == shop.shop, orders.c.number == locked))
    lock = Held(bob, shop.now, None, "order", row.id)
    shop.clock.move(days=9)
    assert kept(shop, shop.pay("carol", 1_000)) == Evidence(bob, shop.promoter("alice"), lock)
    assert kept(shop, shop.pay("carol", 1_000, by="dave")) == Evidence(dave, None, lock, code=dave)


def test_a_visit_that_is_too_old_is_no_evidence(shop: World) -> None:
    shop.visit("carol", "bob")
    shop.clock.move(days=8)
    assert kept(shop, shop.pay("carol", 1_000)) == Evidence()


def test_whom_a_level_was_meant_for_though_it_is_not_paid(shop: World) -> None:
    shop.visit("carol", "bob")
    shop.clock.move(hours=1)
    shop.pay("carol", 1_000)
    shop.clock.move(hours=1)
    shop.freeze("bob")
    shop.clock.move(hours=1)
    found = kept(shop, shop.pay("carol", 1_000))
    assert (found.first, found.second) == (shop.promoter("bob"), shop.promoter("alice"))


def test_who_placed_the_order_and_who_the_buyer_is(world: World) -> None:
    shop = world.ready(settings={"self_purchase": "commission"})
    bob, dave = shop.promoter("bob"), shop.promoter("dave")
    by_dave = PlacedBy(code=shop.code("dave"))
    assert kept(shop, shop.pay("carol", 1_000, placed_by=by_dave)) == Evidence(dave, placed_by=dave)
    found = kept(shop, shop.pay("bob", 1_000))
    assert (found.first, found.second, found.buyer) == (bob, shop.promoter("alice"), bob)


@pytest.mark.parametrize(
    "more", [{"payment": Payment.OWN_TRANSFER}, {"buyer": Buyer(phone="13900000000"), "by": "bob"}]
)
def test_a_rule_that_names_nobody_meant_nobody(shop: World, more: dict[str, Any]) -> None:
    buyer = more.pop("buyer", "carol")
    found = kept(shop, shop.pay(buyer, 1_000, **more))
    assert found.first == (shop.promoter("bob") if more.get("by") else None)


def test_orders_decided_before_it_was_kept_have_none(shop: World) -> None:
    assert evidence.from_json(None) == Evidence()


def test_what_is_stored_says_only_what_there_was(shop: World) -> None:
    assert evidence.to_json(Evidence()) == {}
