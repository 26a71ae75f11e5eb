"""Any permutation and repetition of an order's events, heard at any times, ends in the same books and locks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine import Engine
from engine.ids import PromoterId
from engine.money import ZERO, Money
from engine.orders.events import AfterSaleClosed, AfterSaleOpened, Fact
from engine.orders.facts import Cancelled, Completed, Goods, Received, Shipped
from engine.store.tables import balances, commissions
from tests.engine.world import World, back, line

_apps = count(1)
T = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
LATE = (0, 1, 30, 200, 700)
"""Hours by which a fact may be heard after it happened."""


def at(hours: int) -> datetime:
    return T + timedelta(hours=hours)


def facts(world: World, shape: int) -> list[tuple[int, Fact]]:
    """An order's life, each fact with the hour of its own."""
    lines = (
        line(645), line(333, 2, level1_discount=Money(111)), line(0, 3), line(199, 4, kind=Goods.SERVICE),
    )  # fmt: skip
    sold = world.sold("carol", *lines, by="bob", at=T, shipping=80)
    common: list[tuple[int, Fact]] = [
        (0, sold),
        (5, Shipped("p1", at(5), final=False)),
        (6, Shipped("p2", at(6))),
    ]
    more: list[list[tuple[int, Fact]]] = [
        [(7, AfterSaleOpened("a", at(7))), (90, AfterSaleClosed("a", at(90)))],
        [
            (3, AfterSaleOpened("a", at(3), frozenset({1}))),
            (30, Received(at(30))),
            (31, back("r", at(31), 100)),
        ],
        [(9, back("r1", at(9), 111)), (10, back("r2", at(10), 200, l2=150)), (600, Cancelled(at(600)))],
        [(8, back("r", at(8), 5_000)), (20, Received(at(20)))],
        [
            (4, Completed(at(4), frozenset({4}))),
            (2, AfterSaleOpened("a", at(2))),
            (500, back("r", at(500), 9_999)),
        ],
        [(40, Received(at(40))), (300, back("r1", at(300), 700, l1=645)), (301, back("r2", at(301), 557))],
        [(1, back("r", at(1), 0, l3=0)), (12, Completed(at(12), None)), (250, Cancelled(at(250)))],
    ]
    return common + more[shape]


SHAPES = 7


def outcome(engine: Engine, mode: str, shape: int, delays: tuple[int, ...], again: tuple[int, ...]) -> object:
    """Every account, commission and lock, after each fact was heard so late, and some of them again."""
    world = World("", app=f"wx_any_time_{next(_apps)}", engine=engine).ready()
    if mode != "received":
        world.change("settle_mode", mode)
    world.clock.move(hours=12)
    world.pay("carol", 1_000, by="dave", number="BEFORE")
    told = facts(world, shape)
    heard = [(hour + delay, fact) for (hour, fact), delay in zip(told, delays, strict=False)]
    heard += [(told[n % len(told)][0] + 800 + n, told[n % len(told)][1]) for n in again]
    for hour, fact in sorted(heard, key=lambda one: one[0]):
        world.clock.time = at(hour)
        world.tick()
        world.tell("N1", fact)
    world.clock.time = at(2_000)
    world.tick()
    world.audited()
    (view,) = (one for one in world.boss.order_book.all(0, 5) if one.number == "N1")
    return _balances(world), _commissions(world), _locks(world), (view.refunded, view.waiting)


def _balances(world: World) -> dict[tuple[str | None, str], int]:
    rows = world.rows(select(balances).where(balances.c.shop_id == world.shop))
    return {
        ("shop" if row.owner == "shop" else world.name(PromoterId(row.owner)), row.account): row.amount.fen
        for row in rows
        if row.amount
    }


def _commissions(world: World) -> list[tuple[object, ...]]:
    rows = world.rows(
        select(commissions).where(commissions.c.shop_id == world.shop, commissions.c.amount > ZERO)
    )
    return sorted(
        (
            row.line, row.level, world.name(row.promoter_id) or "", row.base, row.rate, row.amount, row.state,
            str(row.due_at),
        )
        for row in rows
    )  # fmt: skip


def _locks(world: World) -> list[tuple[object, ...]]:
    """Who held the customer from when to when; how many rows tell it does not matter."""
    found: list[list[object]] = []
    for who, start, end, _ in sorted(world.lock_rows("carol"), key=lambda row: row[1]):
        if start == end:
            continue
        if found and found[-1][0] == who and found[-1][2] == start:
            found[-1][2] = end
        else:
            found.append([who, start, end])
    return [tuple(row) for row in found]


Straight = Callable[[str, int], object]


@pytest.fixture(scope="module")
def straight(shared_engine: Engine) -> Straight:
    """What each order comes to when everything is heard as it happens, worked out once."""
    return cache(lambda mode, shape: outcome(shared_engine, mode, shape, (0,) * 9, ()))


EVERY = {
    "shape": st.integers(0, SHAPES - 1),
    "delays": st.lists(st.sampled_from(LATE), min_size=9, max_size=9),
    "again": st.lists(st.integers(0, 8), max_size=3),
}


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["paid", "shipped", "received"])
@settings(max_examples=12, deadline=None, derandomize=True)
@given(**EVERY)
@example(shape=1, delays=[0, 0, 0, 700, 0, 0, 0, 0, 0], again=[])  # an after-sale heard after maturity
@example(shape=4, delays=[0, 0, 0, 0, 700, 0, 0, 0, 0], again=[0, 4])
@example(shape=5, delays=[0, 0, 0, 700, 0, 0, 0, 0, 0], again=[])  # a receipt heard after the refund
@example(shape=2, delays=[700, 0, 0, 0, 0, 0, 0, 0, 0], again=[])  # the payment heard last
def test_when_and_how_often_an_orders_facts_are_heard_changes_nothing_in_the_end(
    shared_engine: Engine, straight: Straight, mode: str, shape: int, delays: list[int], again: list[int]
) -> None:
    assert outcome(shared_engine, mode, shape, tuple(delays), tuple(again)) == straight(mode, shape)


@pytest.mark.prove
@pytest.mark.parametrize("mode", ["paid", "shipped", "received"])
@settings(max_examples=60, deadline=None, print_blob=True)
@given(**EVERY)
def test_the_same_with_other_examples_each_time(
    shared_engine: Engine, straight: Straight, mode: str, shape: int, delays: list[int], again: list[int]
) -> None:
    assert outcome(shared_engine, mode, shape, tuple(delays), tuple(again)) == straight(mode, shape)
