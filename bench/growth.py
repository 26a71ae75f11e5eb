"""The same questions of a shop with few orders and people and of one with many: what nobody should notice.

Orders and promoters are made in bulk; SQLite always, PostgreSQL where BENCH_DATABASE_URL names a server.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta

from sqlalchemy import insert, text

from bench.table import Row, Sample, bar, interleaved, shown
from bench.writers import database_on
from engine.ids import CODE_LENGTH, PromoterId
from engine.people import accounts
from engine.store.actors import SYSTEM
from engine.store.base import Tx, open_database
from engine.store.setup import upgrade
from engine.store.tables import people, promoters
from tests.engine.growing import multiply
from tests.engine.world import World

ROUNDS, ROWS = 31, 8
CHUNK = 10_000
FEW, MANY = 1_000, 100_000
TEAM = 10
"""The upline has every tenth promoter below him; there are as many promoters as orders."""


def main() -> str:
    """10³ orders and 10⁵; as many as BENCH_GROWTH says where it is set."""
    most = int(os.environ.get("BENCH_GROWTH", MANY))
    server = os.environ.get("BENCH_DATABASE_URL", "")
    said = [_grown("SQLite", most, _file)]
    said.append(_grown("PostgreSQL", most, lambda: database_on(server)) if server else "PostgreSQL: left out")
    return "\n\n".join(said)


@contextmanager
def _file() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/shop.db")
        upgrade(database)
        database.dispose()
        yield f"sqlite:///{folder}/shop.db"


def _grown(kind: str, most: int, database: Callable[[], AbstractContextManager[str]]) -> str:
    with ExitStack() as opened:
        shops = {
            count: _shop(opened.enter_context(database()), count)
            for count in bar(f"growth on {kind}", [FEW, most])
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
    return shown(f"Growth ({kind}, wall time; goal: the ratio, and below 50 ms)", _rows(taken, most))


def _rows(taken: dict[str, Sample], most: int) -> list[Row]:
    rows = []
    for name, sample in taken.items():
        few = taken[name.replace(f", {most} orders", f", {FEW} orders")]
        rows.append(Row(name, sample, "ms", 1000, few, None if sample is few else 1.5))
    return sorted(rows, key=lambda row: row.what)


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


def _shop(url: str, orders: int) -> World:
    world = World(url).ready()
    world.boss.groups.create("金牌")
    joining = world.boss.groups.propose_members("金牌", (world.code("alice"),), joining=True)
    world.boss.groups.confirm_members(joining.code)
    world.boss.groups.confirm_team(world.boss.groups.propose_team("金牌", True).code)
    for number in range(10):
        world.pay("carol", 10_000, by="bob", number=f"N{number}")
    world.pay("carol", 10_000, by="bob", number="LAST")
    multiply(world, 9, "LAST")
    multiply(world, orders // 100 - 1, "LAST")
    alice = world.promoter("alice")
    world.engine.store.write(world.shop, SYSTEM, lambda tx: _recruit(tx, alice, orders))
    return world


def _recruit(tx: Tx, upline: PromoterId, count: int) -> None:
    """So many promoters more, every tenth of them invited by the upline."""
    met = {
        "account_id": accounts.account_of(tx), "profile": tx.cipher.seal({"name": "推广员"}), "following": True,
        "created_at": tx.now,
    }  # fmt: skip
    joined = {"shop_id": tx.shop, "status": "active"}
    for first in range(0, count, CHUNK):
        numbers = range(first, min(first + CHUNK, count))
        tx.run(insert(people), [met | {"id": f"pe_{n:020d}"} for n in numbers])
        tx.run(
            insert(promoters),
            [
                joined
                | {
                    "id": f"pm_{n:020d}",
                    "person_id": f"pe_{n:020d}",
                    "code": f"{n:0{CODE_LENGTH}d}",
                    "joined_at": tx.now + timedelta(seconds=n),
                    "upline": None if n % TEAM else upline,
                }
                for n in numbers
            ],
        )
    if not tx.on_sqlite:
        tx.run(text("ANALYZE"))  # which autovacuum does where people come one by one
