"""印刷海报: each place has its own code, and what came of it is counted alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.programme import codes
from engine.programme.codes import QrCode
from engine.programme.points import (
    MOST_POINTS,
    BadPlace,
    CodesUsedUp,
    MayNotPrint,
    NoSuchPlace,
    PlaceTaken,
    TooManyPoints,
)
from engine.programme.promoters import NotAPromoter
from engine.programme.wording import BannedWording
from engine.referrals.visits import How
from tests.engine.world import World


def scan(world: World, name: str, promoter: str, point: str) -> None:
    world.clock.move(minutes=1)
    world.of(name).referrals.visit(world.code(promoter), How.SCAN, point)


def test_visits_locks_and_orders_are_counted_by_the_poster_that_was_scanned_last(shop: World) -> None:
    east, west = shop.of("bob").points.print("东门店"), shop.of("bob").points.print(" 西门  店 ")
    assert west.place == "西门 店"
    scan(shop, "carol", "bob", east.point)
    scan(shop, "mallory", "bob", "ZZZZ")
    scan(shop, "mallory", "bob", west.point)
    shop.clock.move(minutes=1)
    shop.pay("carol", 10_000)
    scan(shop, "carol", "bob", west.point)
    counted = {row.point.place: (row.visits, row.locks, row.orders) for row in shop.of("bob").points.mine()}
    assert counted == {"东门店": (1, 1, 1), "西门 店": (2, 0, 0)}
    assert shop.of("bob").points.hanging("东门店") == east
    assert shop.of("alice").points.mine() == ()


def test_who_buys_twice_is_one_customer(shop: World) -> None:
    east = shop.of("bob").points.print("东门店")
    scan(shop, "carol", "bob", east.point)
    for _ in range(3):
        shop.clock.move(minutes=1)
        shop.pay("carol", 10_000)
    (counted,) = shop.of("bob").points.mine()
    assert (counted.visits, counted.locks, counted.orders) == (1, 1, 3), "each order renewed her lock"


def test_a_lock_whose_order_came_back_whole_is_none(shop: World) -> None:
    east = shop.of("bob").points.print("东门店")
    scan(shop, "carol", "bob", east.point)
    shop.clock.move(minutes=1)
    number = shop.pay("carol", 10_000)
    shop.clock.move(minutes=1)
    shop.refund(number, 10_000)
    (counted,) = shop.of("bob").points.mine()
    assert (counted.visits, counted.locks, counted.orders) == (1, 0, 1)


def test_an_order_that_another_promoter_earns_is_no_merit_of_the_poster(shop: World) -> None:
    east = shop.of("bob").points.print("东门店")
    scan(shop, "carol", "bob", east.point)
    shop.clock.move(minutes=1)
    shop.pay("carol", 10_000, by="alice")
    (counted,) = shop.of("bob").points.mine()
    assert (counted.visits, counted.locks, counted.orders) == (1, 0, 0)


def test_a_visit_that_was_taken_back_counts_nowhere(shop: World) -> None:
    east, west = shop.of("bob").points.print("东门店"), shop.of("bob").points.print("西门店")
    scan(shop, "carol", "bob", east.point)
    scan(shop, "carol", "bob", west.point)
    shop.of("carol").referrals.undo()
    shop.clock.move(minutes=1)
    shop.pay("carol", 10_000)
    counted = {row.point.place: (row.visits, row.locks, row.orders) for row in shop.of("bob").points.mine()}
    assert counted == {"东门店": (1, 1, 1), "西门店": (0, 0, 0)}


def test_a_lock_that_the_visit_itself_made_is_the_posters(shop: World) -> None:
    shop.change("lock_mode", "on_visit")
    east = shop.of("bob").points.print("东门店")
    scan(shop, "carol", "bob", east.point)
    (counted,) = shop.of("bob").points.mine()
    assert (counted.visits, counted.locks, counted.orders) == (1, 1, 0)


def test_another_promoters_point_is_none(shop: World) -> None:
    east = shop.of("bob").points.print("东门店")
    shop.of("alice").points.print("南门")
    scan(shop, "carol", "alice", east.point)
    assert [row.visits for row in shop.of("alice").points.mine()] == [0]


def test_what_is_not_printed(shop: World) -> None:
    bob = shop.of("bob").points
    for place in ("", "门" * 13, "\u3164"):
        with pytest.raises(BadPlace):
            bob.print(place)
    with pytest.raises(BannedWording):
        bob.print("躺赚大厅")
    shop.of("bob").points.print("东门店")
    with pytest.raises(PlaceTaken):
        shop.of("bob").points.print("东门店")
    with pytest.raises(NoSuchPlace):
        bob.hanging("北门")
    with pytest.raises(NotAPromoter):
        shop.of("carol").points.print("东门店")
    for number in range(MOST_POINTS - 1):
        shop.of("bob").points.print(f"第{number}处")
    with pytest.raises(TooManyPoints):
        shop.of("bob").points.print("再一处")
    shop.of("alice").points.print("东门店")
    shop.freeze("alice")
    with pytest.raises(MayNotPrint):
        shop.of("alice").points.print("东门店")


def test_nothing_is_printed_once_the_permanent_codes_are_used_up(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.engine.remember_code(shop.shop, QrCode("p:ABC234", "t", "u", None))
    shop.engine.remember_code(shop.shop, QrCode("p:XYZ567", "t", "u", shop.now + timedelta(days=30)))
    monkeypatch.setattr(codes, "MOST_PERMANENT", 1)
    assert shop.boss.codes.permanent() == 1
    with pytest.raises(CodesUsedUp):
        shop.of("bob").points.print("东门店")


def test_a_point_that_is_taken_is_drawn_again(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = shop.of("bob").points.print("东门店")
    drawn = iter((first.point, "ZZ99"))
    monkeypatch.setattr(type(shop.engine.store.ids), "code", lambda _self, _length: next(drawn))
    assert shop.of("bob").points.print("西门店").point == "ZZ99"


def test_the_merchant_sees_everybodys_the_newest_first(till: World) -> None:
    till.of("bob").points.print("东门店")
    till.clock.move(seconds=1)
    till.of("alice").points.print("西门店")
    everywhere = till.boss.points.everywhere(0, 9)
    assert [(row.code, row.counted.point.place, row.counted.visits) for row in everywhere] == [
        (till.of("alice").promoters.mine().code, "西门店", 0),
        (till.of("bob").promoters.mine().code, "东门店", 0),
    ]
    assert till.boss.points.everywhere(1, 1) == everywhere[1:]
