"""The same questions of a shop with few orders and people and of others with many: what nobody should notice.

Orders and promoters are made in bulk; SQLite always, PostgreSQL where BENCH_DATABASE_URL names a server.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial

from bench.table import Sample, bar, interleaved
from bench.writers import database_on
from engine.store.base import open_database
from engine.store.setup import upgrade
from tests.engine.growing import counted, in_bulk, multiply, recruit
from tests.engine.world import World

ROUNDS, ROWS = 101, 8
FEW, MANY = 1_000, 100_000
REAL = 100
"""Orders that are paid one by one; all others are copies of them."""
TEAM = 10_000
"""Below the upline at most; he has every tenth promoter below him where there are fewer."""
RATIO, LONGEST = 1.5, 0.05


def main() -> str:
    """10³ orders and as many promoters, then 10⁵; then as many as BENCH_GROWTH says, where it is set."""
    most = int(os.environ.get("BENCH_GROWTH", MANY))
    sizes = sorted({FEW, min(MANY, most), most})
    server = os.environ.get("BENCH_DATABASE_URL", "")
    said = [_grown("SQLite", sizes, _file)]
    said.append(
        _grown("PostgreSQL", sizes, lambda: database_on(server)) if server else "PostgreSQL: left out"
    )
    return "\n\n".join(said)


@contextmanager
def _file() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/shop.db")
        upgrade(database)
        database.dispose()
        yield f"sqlite:///{folder}/shop.db"


def _grown(kind: str, sizes: Sequence[int], database: Callable[[], AbstractContextManager[str]]) -> str:
    with ExitStack() as opened:
        shops = [_shop(opened.enter_context(database()), kind, size) for size in sizes]
        said = _table(kind, sizes, _taken(shops))
        if kind == "SQLite":
            said += f"\n\nSteps of SQLite's machine, whatever else runs: {_steps(shops)}."
        for world in shops:
            world.engine.store.close()
    return said


def _taken(shops: Sequence[World]) -> dict[str, list[Sample]]:
    """What each question takes in each shop."""
    asked = [_questions(world) for world in shops]
    steps = {f"{name} {n}": ask for n, questions in enumerate(asked) for name, ask in questions.items()}
    for step in steps.values():
        step(0)
    taken = interleaved(steps, ROUNDS)
    return {name: [taken[f"{name} {n}"] for n in range(len(shops))] for name in asked[0]}


def _steps(shops: Sequence[World]) -> str:
    """Each question with its steps in each shop."""
    found: dict[str, list[str]] = {}
    for world in shops:
        with counted(world) as steps:
            for name, ask in _questions(world).items():
                steps()
                ask(0)
                found.setdefault(name, []).append(str(steps()))
    return "; ".join(f"{name} {', '.join(counts)}" for name, counts in found.items())


def _table(kind: str, sizes: Sequence[int], taken: dict[str, list[Sample]]) -> str:
    """A line for each question: medians with their spread, and the worst ratio of a bigger shop to the smallest."""
    heads = " | ".join(f"{size} orders" for size in sizes)
    lines = [
        f"### Growth ({kind}, wall time in ms; goal: ratio ≤ {RATIO}, median < {LONGEST * 1000:g} ms)",
        "",
        f"| what | {heads} | ratio | |",
        f"|---|{'--:|' * len(sizes)}--:|---|",
    ]
    for name, (few, *more) in taken.items():
        ratio = max((sample.middle / few.middle for sample in more), default=1.0)
        met = ratio <= RATIO and all(sample.middle < LONGEST for sample in (few, *more))
        shown = " | ".join(_milliseconds(sample) for sample in (few, *more))
        lines.append(f"| {name} | {shown} | {ratio:.2f} | {'met' if met else '**not met**'} |")
    return "\n".join(lines)


def _milliseconds(sample: Sample) -> str:
    low, high = (value * 1000 for value in sample.spread)
    return f"{sample.middle * 1000:.3g} ({low:.3g} – {high:.3g})"


def _questions(world: World) -> dict[str, Callable[[int], object]]:
    alice, bob = world.promoter("alice"), world.promoter("bob")
    above, mine, boss = world.of("alice"), world.of("bob"), world.boss
    return {
        "收益": lambda _: mine.earnings.of(bob),
        "推广订单": lambda _: mine.order_book.of_promoter(bob, 0, ROWS),
        "全部订单": lambda _: boss.order_book.all(0, ROWS),
        "待办": lambda _: boss.reports.todo(),
        "我的下级": lambda _: (
            above.earnings.downlines(alice, 0, ROWS),
            above.earnings.downline_count(alice),
        ),
        "团队业绩": lambda _: above.teams.mine(),
    }


def _shop(url: str, kind: str, orders: int) -> World:
    world = World(url).ready()
    world.boss.groups.create("金牌")
    joining = world.boss.groups.propose_members("金牌", (world.code("alice"),), joining=True)
    world.boss.groups.confirm_members(joining.code)
    world.boss.groups.confirm_team(world.boss.groups.propose_team("金牌", may_see=True).code)
    for number in range(REAL):
        world.pay("carol", 10_000, by="bob", number=f"N{number}")
    world.pay("carol", 10_000, by="bob", number="LAST")
    filling = f"{kind}, {orders} orders"
    with in_bulk(world, partial(bar, f"{filling}: indexes")):
        multiply(world, orders // REAL - 1, "LAST", partial(bar, f"{filling}: rows"))
        recruit(world, world.promoter("alice"), orders, min(orders // 10, TEAM))
    return world
