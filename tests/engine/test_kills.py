"""kill -9 on writers at any moment: what was acknowledged is there, and said again it is one effect."""

from __future__ import annotations

import random
import subprocess
import threading
import time
from typing import Any

import pytest
from sqlalchemy import select

from engine.money import Money
from engine.store.tables import orders
from tests.engine.processes import processes, run
from tests.engine.world import World

pytestmark = pytest.mark.slow

NAMES = ("alice", "bob", "dave", "mallory")


@pytest.mark.parametrize("rounds", [1, pytest.param(6, marks=pytest.mark.prove)])
def test_nothing_that_was_acknowledged_is_lost_and_nothing_is_done_twice(own: World, rounds: int) -> None:
    own.ready(level1="100%", level2=None, settings={"settle_mode": "paid"}, people=NAMES)
    chance = random.Random(rounds)
    kills = acknowledged = 0
    heard = dict.fromkeys(NAMES, 0)
    for turn in range(rounds):
        work = [
            {"name": f"{name}{turn}", "code": own.code(name), "person": own.person(name), "last": 10_000}
            for name in NAMES
        ]
        said = _killed(own, work, chance)
        kills += len(NAMES)
        acknowledged += sum(map(len, said))
        kept = {row.number for row in own.rows(select(orders.c.number).where(orders.c.shop_id == own.shop))}
        assert {line.split()[1] for lines in said for line in lines if line.startswith("booked")} <= kept
        # The next writers are not kept waiting by what the dead ones held. They say all of it again, with the
        # same references, as the shop and WeChat do, and finish what was under way: each answer is the first one.
        work = [{**one, "last": len(lines) // 3 + 1} for one, lines in zip(work, said, strict=True)]
        for one, first, again in zip(NAMES, said, run(own, "live", work), strict=True):
            assert again[: len(first)] == first
            heard[one] += len(again) // 3
    assert acknowledged > kills
    for name in NAMES:
        assert own.money(name) == {"available": 10_000 * heard[name]}
    assert own.boss.reports.overview().today.sales == Money(10_000 * sum(heard.values()))
    own.audited()
    print(f"{own.url.split(':')[0]}: {kills} writers killed, {acknowledged} acknowledged steps, none lost")


def _killed(world: World, work: list[dict[str, Any]], chance: random.Random) -> list[list[str]]:
    """What the writers had acknowledged when each of them was killed."""
    with processes(world, "live", work) as writers:
        said: list[list[str]] = [[] for _ in writers]
        readers = [
            threading.Thread(target=_read, args=(writer, lines))
            for writer, lines in zip(writers, said, strict=True)
        ]
        for reader in readers:
            reader.start()
        while not all(said):
            time.sleep(0.002)
        for writer in chance.sample(writers, len(writers)):
            time.sleep(chance.uniform(0, 0.2))
            writer.kill()  # kill -9
        for reader in readers:
            reader.join()
    return said


def _read(writer: subprocess.Popen[str], lines: list[str]) -> None:
    assert writer.stdout is not None
    for line in writer.stdout:
        if line.endswith("\n"):  # the last one may be torn
            lines.append(line.rstrip("\n"))
