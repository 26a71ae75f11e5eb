"""The same questions of a shop with few orders and of one with many: what nobody should notice.

The orders are copied in bulk on SQLite, as tests/engine/test_growth.py does it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable

from bench.table import Row, Sample, bar, interleaved, shown
from engine.store.base import open_database
from engine.store.setup import upgrade
from tests.engine.growing import multiply
from tests.engine.world import World

ROUNDS, ROWS = 31, 8
FEW, MANY = 1_000, 100_000


def main() -> str:
    """10³ orders and 10⁵; as many as BENCH_GROWTH says where it is set."""
    most = int(os.environ.get("BENCH_GROWTH", MANY))
    with tempfile.TemporaryDirectory() as folder:
        shops = {
            count: _shop(f"sqlite:///{folder}/{count}.db", count) for count in bar("growth", [FEW, most])
        }
        steps = {
            (name, count): ask for count, world in shops.items() for name, ask in _questions(world).items()
        }
        for step in steps.values():
            step(0)
        taken = interleaved(
            {f"{name}, {count} orders": step for (name, count), step in steps.items()}, ROUNDS
        )
        for world in shops.values():
            world.engine.store.close()
    return shown("Growth (SQLite, wall time; goal: the ratio, and below 50 ms)", _rows(taken, most))


def _rows(taken: dict[str, Sample], most: int) -> list[Row]:
    rows = []
    for name, sample in taken.items():
        few = taken[name.replace(f", {most} orders", f", {FEW} orders")]
        rows.append(Row(name, sample, "ms", 1000, few, None if sample is few else 1.5))
    return sorted(rows, key=lambda row: row.what)


def _questions(world: World) -> dict[str, Callable[[int], object]]:
    bob = world.promoter("bob")
    mine, boss = world.of("bob"), world.boss
    return {
        "收益": lambda _: mine.earnings.of(bob),
        "推广订单": lambda _: mine.order_book.of_promoter(bob, 0, ROWS),
        "全部订单": lambda _: boss.order_book.all(0, ROWS),
        "待办": lambda _: boss.reports.todo(),
    }


def _shop(url: str, orders: int) -> World:
    database = open_database(url)
    upgrade(database)
    database.dispose()
    world = World(url).ready()
    for number in range(10):
        world.pay("carol", 10_000, by="bob", number=f"N{number}")
    world.pay("carol", 10_000, by="bob", number="LAST")
    multiply(world, 9, "LAST")
    multiply(world, orders // 100 - 1, "LAST")
    return world
