"""Who has matured money taken back is told of it: how much, of which orders, a few minutes at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine.orders.events import AfterSaleClosed, AfterSaleOpened
from engine.store.tables import outbox
from tests.engine.world import World


def told(world: World, name: str, kind: str = "clawed_back") -> list[dict[str, Any]]:
    """The payloads of his notices of a kind."""
    mine = (outbox.c.shop_id == world.shop) & (outbox.c.person_id == world.person(name))
    rows = world.rows(select(outbox.c.payload).where(mine, outbox.c.kind == kind).order_by(outbox.c.due_at))
    return [row.payload for row in rows]


def test_a_refund_after_maturity_tells_both_levels_what_each_lost(world: World) -> None:
    world.ready(settings={"settle_mode": "paid"})
    number = world.pay("carol", 10_000, by="bob")
    world.refund(number, 4_000)
    code = world.order_code(number)
    assert told(world, "bob") == [{"items": [code], "fen": 1_200}]
    assert told(world, "alice") == [{"items": [code], "fen": 400}]


def test_several_refunds_are_one_notice_with_their_sum(till: World) -> None:
    first, second = till.earn("bob", 1_000), till.earn("bob", 2_000)
    till.refund(first, 100)
    till.refund(first, 100)
    till.clock.move(minutes=1)
    till.refund(second, 2_000)
    codes = [till.order_code(number) for number in (first, second)]
    assert told(till, "bob") == [{"items": codes, "fen": 2_200}]


def test_a_debt_is_told_as_well_and_what_is_pending_goes_in_silence(world: World) -> None:
    world.ready(settings={"settle_mode": "shipped"}, level1="100%", level2=None)
    matured, waits = world.pay("carol", 3_000, by="bob"), world.pay("carol", 5_000, by="bob")
    world.ship(matured)
    world.pay_out("bob", 3_000)
    world.refund(waits, 5_000)
    assert told(world, "bob") == []
    world.refund(matured, 3_000)
    assert world.money("bob")["debt"] == -3_000
    assert told(world, "bob") == [{"items": [world.order_code(matured)], "fen": 3_000}]


def test_an_after_sale_heard_late_tells_what_is_held_back(world: World) -> None:
    world.ready(level1="100%", level2=None)
    number = world.pay("carol", 3_000, by="bob")
    world.ship(number)
    opened = world.clock.move(days=1)
    world.clock.move(days=30)
    world.tick()
    world.pay_out("bob", 1_000)
    world.tell(number, AfterSaleOpened("a1", opened))
    assert world.money("bob") == {"pending": 3_000, "paid_out": 1_000, "debt": -1_000}
    assert told(world, "bob", "held_back") == [{"items": [world.order_code(number)], "fen": 3_000}]
    world.tell(number, AfterSaleClosed("a1", world.now))
    assert told(world, "bob") == []


def test_a_refund_of_what_an_after_sale_holds_back_is_told_once_each(world: World) -> None:
    world.ready(level1="100%", level2=None)
    number = world.pay("carol", 3_000, by="bob")
    world.ship(number)
    opened = world.clock.move(days=1)
    world.clock.move(days=30)
    world.tick()
    world.tell(number, AfterSaleOpened("a1", opened))
    world.refund(number, 3_000)
    assert (told(world, "bob"), len(told(world, "bob", "held_back"))) == ([], 1)
    assert world.money("bob") == {}


def test_an_after_sale_on_what_was_wholly_refunded_holds_nothing_back(world: World) -> None:
    world.ready(level1="100%", level2=None)
    number = world.pay("carol", 3_000, by="bob")
    world.ship(number)
    opened = world.clock.move(days=1)
    world.clock.move(days=30)
    world.tick()
    world.refund(number, 3_000)
    world.tell(number, AfterSaleOpened("a1", opened))
    assert told(world, "bob") == [{"items": [world.order_code(number)], "fen": 3_000}]
    assert told(world, "bob", "held_back") == []


def test_who_loses_an_order_by_the_owners_word_is_told_of_that_only(world: World) -> None:
    world.ready(settings={"settle_mode": "paid"})
    number = world.pay("carol", 10_000, by="bob")
    world.assign(number, "dave")
    assert told(world, "bob") == []
