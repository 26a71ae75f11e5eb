"""Orders at reduced prices as they are booked: who is paid, and what the shop took off above the rule."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine.money import Money
from engine.orders.attribution import Basis
from engine.orders.events import Buyer, PlacedBy
from engine.orders.facts import Line, Payment
from engine.store.tables import order_lines, orders
from tests.engine.world import World, line

SAVING = {"self_purchase": "discount"}


def reduced(paid: int, discount: int, number: int = 1, sku: str = "SKU1") -> Line:
    return line(paid, number, sku, level1_discount=Money(discount))


def row(world: World, number: str) -> Any:
    (found,) = world.rows(select(orders).where(orders.c.shop_id == world.shop, orders.c.number == number))
    return found


def above(world: World, number: str) -> list[int]:
    """What each line's discount takes off above the rule."""
    order = row(world, number)
    found = world.rows(
        select(order_lines.c.excess_discount)
        .where(order_lines.c.shop_id == world.shop, order_lines.c.order_id == order.id)
        .order_by(order_lines.c.line)
    )
    assert order.excess_discount.fen == sum(one.excess_discount.fen for one in found)
    return [one.excess_discount.fen for one in found]


def test_the_price_that_the_rule_makes_is_nothing_to_look_at(world: World) -> None:
    world.ready(settings=SAVING)
    number = world.pay("bob", reduced(7_000, 3_000))
    assert above(world, number) == [0]
    assert row(world, number).priced_for == world.promoter("bob")
    assert (world.money("bob"), world.money("alice")) == ({}, {"pending": 1_000})
    assert world.boss.reports.todo().excess_discounts == 0


def test_what_is_above_the_rule_is_kept_line_by_line_and_the_commission_is_unchanged(world: World) -> None:
    world.ready(settings=SAVING)
    number = world.pay("bob", reduced(6_999, 3_001), reduced(7_000, 3_000, 2), reduced(5_000, 5_000, 3))
    assert above(world, number) == [1, 0, 2_000]
    assert (world.money("bob"), world.money("alice")) == ({}, {"pending": 3_000})
    assert world.boss.reports.todo().excess_discounts == 1


def test_a_product_that_is_not_promoted_has_no_lower_price(world: World) -> None:
    world.ready(settings=SAVING)
    assert above(world, world.pay("bob", reduced(9_000, 1_000, sku="SKU9"))) == [1_000]


@pytest.mark.parametrize("self_purchase", ["commission", "none"])
def test_a_promoter_has_no_lower_price_unless_the_setting_says_so(world: World, self_purchase: str) -> None:
    world.ready(settings={} if self_purchase == "none" else {"self_purchase": self_purchase})
    number = world.pay("bob", reduced(7_000, 3_000))
    assert above(world, number) == [3_000]
    assert row(world, number).priced_for is None


def test_a_customer_has_no_lower_price(shop: World) -> None:
    number = shop.pay("carol", reduced(7_000, 3_000), by="dave")
    assert above(shop, number) == [3_000]
    assert shop.money("dave") == {}


def test_who_orders_for_another_has_his_own_price_under_every_setting(shop: World) -> None:
    number = shop.pay("carol", reduced(7_000, 3_000), placed_by=PlacedBy(code=shop.code("bob")))
    assert above(shop, number) == [0]
    assert row(shop, number).priced_for == shop.promoter("bob")
    assert shop.money("alice") == {"pending": 1_000}


def test_a_frozen_promoter_s_price_is_retail_and_the_order_says_whose_it_was(world: World) -> None:
    world.ready(settings=SAVING)
    world.freeze("bob")
    his = world.pay("bob", reduced(7_000, 3_000))
    anothers = world.pay("carol", reduced(7_000, 3_000), placed_by=PlacedBy(code=world.code("bob")))
    for number in (his, anothers):
        assert above(world, number) == [3_000]
        assert row(world, number).priced_for == world.promoter("bob")


def test_an_unknown_buyer_s_discount_is_judged_when_the_order_is_decided(world: World) -> None:
    world.ready(settings=SAVING)
    stranger = Buyer(phone="13900000000")
    waiting = world.pay(stranger, reduced(7_000, 3_000))
    assert above(world, waiting) == [0]
    assert above(world, world.pay(stranger, reduced(7_000, 3_000), by="dave")) == [3_000]


def test_an_own_transfer_is_retail_and_remembers_whom_it_passed_over(shop: World) -> None:
    own = Payment.OWN_TRANSFER
    by_code = shop.pay("carol", reduced(7_000, 3_000), by="bob", payment=own)
    assert above(shop, by_code) == [3_000]
    assert row(shop, by_code).passed_over == shop.promoter("bob")
    assert (shop.money("bob"), shop.lock("carol")) == ({}, None)
    shop.pay("carol", 10_000, by="dave")
    by_lock = shop.pay("carol", 10_000, payment=own)
    assert row(shop, by_lock).passed_over == shop.promoter("dave")
    nobody_s = shop.pay("mallory", 10_000, payment=own)
    assert row(shop, nobody_s).passed_over is None
    assert row(shop, shop.pay("carol", 10_000)).passed_over is None


def test_a_later_refund_or_a_new_rate_does_not_judge_again(world: World) -> None:
    world.ready(settings=SAVING)
    number = world.pay("bob", reduced(6_000, 4_000))
    world.set_rate("level1", "50%")
    world.refund(number, 6_000)
    assert above(world, number) == [1_000]


def test_a_promoter_reads_the_order_that_passed_him_over_and_what_a_price_took_off(world: World) -> None:
    world.ready(settings=SAVING)
    world.pay("carol", 10_000, by="bob", payment=Payment.OWN_TRANSFER)
    world.clock.move(minutes=1)
    world.pay("bob", reduced(7_000, 3_000), reduced(700, 300, 2))
    reduced_one, passed_over = world.boss.order_book.of_promoter(world.promoter("bob"), 0, 9)
    assert (passed_over.basis, passed_over.rewards) == (Basis.OWN_TRANSFER, ())
    assert (reduced_one.basis, reduced_one.discount) == (Basis.SELF_PURCHASE, Money(3_300))
    assert world.boss.order_book.of_promoter(world.promoter("dave"), 0, 9) == ()


def test_assigning_an_order_judges_its_discount_only_where_nobody_had_before(world: World) -> None:
    world.ready(settings=SAVING)
    waiting = world.pay(Buyer(phone="13900000000"), reduced(7_000, 3_000))
    world.assign(waiting, "dave")
    assert (above(world, waiting), row(world, waiting).priced_for) == ([3_000], None)
    his = world.pay("bob", reduced(6_900, 3_100))
    world.assign(his, "dave")
    assert (above(world, his), row(world, his).priced_for) == ([100], world.promoter("bob"))
