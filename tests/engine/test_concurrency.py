"""Real processes on one database: nothing is overdrawn, nothing is done twice, nothing acknowledged is lost."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.money import Money
from engine.payouts.states import State
from tests.engine.world import World

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PATIENCE = 60


@pytest.fixture
def busy(own: World) -> World:
    """A shop that pays at once, on a database that processes can share."""
    own.ready(level1="100%", level2=None, settings={"settle_mode": "paid"}, people=("bob",))
    return own


@contextmanager
def processes(
    world: World, job: str, arguments: list[dict[str, Any]]
) -> Iterator[list[subprocess.Popen[str]]]:
    """One process for each set of arguments; all begin at once."""
    command = [
        sys.executable,
        "-m",
        "tests.engine.writers",
        world.url,
        world.shop,
        str(int(world.now.timestamp())),
    ]
    started = [
        subprocess.Popen(
            [*command, job, json.dumps(one)], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for one in arguments
    ]  # fmt: skip
    try:
        for one in started:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n", one.stderr and one.stderr.read()
        for one in started:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        yield started
    finally:
        for one in started:
            one.kill()
            one.wait()
            for pipe in (one.stdin, one.stdout, one.stderr):
                assert pipe is not None
                pipe.close()


def run(world: World, job: str, arguments: list[dict[str, Any]]) -> list[str]:
    """What all of them said, when all have ended well; the worst wait is printed."""
    said: list[str] = []
    with processes(world, job, arguments) as started:
        for one in started:
            out, err = one.communicate(timeout=PATIENCE)
            assert one.returncode == 0, err
            said += out.splitlines()
    waits = [float(line.split()[1]) for line in said if line.startswith("worst")]
    print(f"{job} on {world.url.split(':')[0]}: worst waits {sorted(waits)} s")
    return [line for line in said if not line.startswith("worst")]


def test_four_processes_ask_for_one_promoters_money_and_it_is_never_overdrawn(busy: World) -> None:
    busy.earn("bob", 5_000)
    person = busy.person("bob")
    said = run(busy, "withdraw", [{"name": f"p{n}", "person": person, "times": 12} for n in range(4)])
    assert {line for line in said if line.startswith("refused")} <= {"refused WithdrawalOpen"}
    mine = busy.of("bob").withdrawals.mine(100)
    assert Counter(one.state for one in mine)[State.REQUESTED] == 1  # whoever asked last left it open
    assert {one.code for one in mine} == {line.split()[1] for line in said if line.startswith("asked")}
    assert busy.money("bob") == {"available": 2_000, "withdrawing": 3_000}


@pytest.mark.parametrize("deliveries", ["the same", "their own"])
def test_the_same_events_from_four_writers_are_booked_once(busy: World, deliveries: str) -> None:
    code = busy.code("bob")
    names = ["p"] * 4 if deliveries == "the same" else [f"p{n}" for n in range(4)]
    said = run(busy, "orders", [{"name": name, "code": code, "first": 0, "last": 15} for name in names])
    outcomes = {"booked": 60} if deliveries == "the same" else {"booked": 15, "known": 45}
    assert Counter(line.split()[0] for line in said) == outcomes
    assert len({line for line in said if line.startswith("booked")}) == 15
    assert busy.money("bob") == {"available": 150_000}


def test_four_processes_book_different_orders_and_the_book_is_well(busy: World) -> None:
    code = busy.code("bob")
    said = run(
        busy,
        "orders",
        [{"name": f"p{n}", "code": code, "first": n * 15, "last": n * 15 + 15} for n in range(4)],
    )
    assert Counter(line.split()[0] for line in said) == {"booked": 60}
    assert busy.money("bob") == {"available": 600_000}
    assert busy.boss.reports.overview().today.sales == Money(600_000)


def test_nothing_that_was_acknowledged_is_lost_when_a_writer_is_killed(busy: World) -> None:
    code = busy.code("bob")
    acknowledged: list[str] = []
    for turn in range(3):
        arguments = [
            {"name": f"k{turn}", "code": code, "first": turn * 10_000, "last": turn * 10_000 + 10_000}
        ]
        with processes(busy, "orders", arguments) as (writer,):
            assert writer.stdout is not None
            for _ in range(8 + turn * 3):
                acknowledged.append(writer.stdout.readline().split()[1])
            time.sleep(0.003 * turn)
            writer.kill()  # kill -9
            acknowledged += [
                line.split()[1]
                for line in writer.stdout.read().splitlines()
                if line.endswith(tuple("0123456789"))
            ]
    kept = {view.number for view in busy.boss.order_book.all(0, 10_000)}
    assert set(acknowledged) <= kept
    assert len(kept) <= len(acknowledged) + 3  # at most the one that was under way each time
    assert busy.money("bob") == {"available": 10_000 * len(kept)}
    # The next writer is not kept waiting by a lock that a dead one held, and repeats do no harm.
    again = run(busy, "orders", [{"name": "again", "code": code, "first": 0, "last": 10}])
    assert {line.split()[0] for line in again} <= {"booked", "known"}
