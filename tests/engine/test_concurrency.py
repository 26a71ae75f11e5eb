"""Real processes on one database: nothing is overdrawn, nothing is done twice, nobody stands above himself."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select

from engine.money import Money
from engine.payouts.states import State
from engine.store.tables import locks
from tests.engine.processes import run, timed
from tests.engine.world import World

pytestmark = pytest.mark.slow

FEW_OR_MANY = pytest.mark.parametrize("times", [8, pytest.param(40, marks=pytest.mark.prove)])
"""How often each process does its work: a few times in `make test`, many times in `make prove`."""


@pytest.fixture
def busy(own: World) -> World:
    """A shop that pays at once, on a database that processes can share."""
    own.ready(level1="100%", level2=None, settings={"settle_mode": "paid"}, people=("alice", "bob", "dave"))
    return own


def flat(said: list[list[str]]) -> list[str]:
    return [line for lines in said for line in lines]


def kinds(said: list[list[str]]) -> Counter[str]:
    return Counter(line.split()[0] for line in flat(said))


def refusals(said: list[list[str]]) -> set[str]:
    return {line.split()[1] for line in flat(said) if line.startswith("refused")}


@FEW_OR_MANY
def test_four_processes_ask_for_one_promoters_money_and_it_is_never_overdrawn(
    busy: World, times: int
) -> None:
    busy.earn("bob", 5_000)
    person = busy.person("bob")
    said = run(busy, "withdraw", [{"name": f"p{n}", "person": person, "times": times} for n in range(4)])
    assert refusals(said) <= {"WithdrawalOpen"}
    mine = busy.of("bob").withdrawals.mine(1_000)
    assert Counter(one.state for one in mine)[State.REQUESTED] == 1  # whoever asked last left it open
    assert {one.code for one in mine} == {line.split()[1] for line in flat(said) if line.startswith("asked")}
    assert busy.money("bob") == {"available": 2_000, "withdrawing": 3_000}


@FEW_OR_MANY
@pytest.mark.parametrize("deliveries", ["the same", "their own"])
def test_the_same_events_from_four_writers_are_booked_once(busy: World, deliveries: str, times: int) -> None:
    code = busy.code("bob")
    names = ["p"] * 4 if deliveries == "the same" else [f"p{n}" for n in range(4)]
    said = run(busy, "orders", [{"name": name, "code": code, "first": 0, "last": times} for name in names])
    outcomes = {"booked": 4 * times} if deliveries == "the same" else {"booked": times, "known": 3 * times}
    assert kinds(said) == outcomes
    assert len({line for line in flat(said) if line.startswith("booked")}) == times
    assert busy.money("bob") == {"available": 10_000 * times}


@FEW_OR_MANY
def test_four_processes_book_different_orders_and_the_book_is_well(busy: World, times: int) -> None:
    code = busy.code("bob")
    work = [{"name": f"p{n}", "code": code, "first": n * times, "last": n * times + times} for n in range(4)]
    assert kinds(run(busy, "orders", work)) == {"booked": 4 * times}
    assert busy.money("bob") == {"available": 40_000 * times}
    assert busy.boss.reports.overview().today.sales == Money(40_000 * times)


@FEW_OR_MANY
def test_four_processes_bind_one_customer_and_one_lock_holds_him(busy: World, times: int) -> None:
    codes = [busy.code(name) for name in ("alice", "bob", "dave")]
    carol = busy.person("carol")
    work = [
        {"name": f"p{n}", "person": carol, "codes": codes[n % 3 :] + codes[: n % 3], "times": min(times, 16)}
        for n in range(4)
    ]
    said = run(busy, "visit", work)
    assert kinds(said)["booked"] == 4 * min(times, 16)
    rows = busy.rows(select(locks).where(locks.c.shop_id == busy.shop, locks.c.person_id == carol))
    assert sum(row.ended_at is None for row in rows) == 1


@FEW_OR_MANY
def test_four_processes_put_everybody_above_everybody_and_nobody_above_himself(
    own: World, times: int
) -> None:
    own.ready(people=("alice", "bob", "dave", "mallory"))
    codes = [own.code(name) for name in ("alice", "bob", "dave", "mallory")]
    applications = []
    for n in range(6):
        own.of(f"new{n}").referrals.open_invitation(codes[n % 4])
        applications.append(own.apply(f"new{n}").application)
    owner = own.person("老板")
    said = run(
        own,
        "cross",
        [
            {"name": f"p{n}", "owner": owner, "codes": codes, "applications": applications, "times": times}
            for n in range(4)
        ],
    )
    assert kinds(said)["changed"] > 0
    assert kinds(said)["approved"] == 6
    assert refusals(said) <= {
        "MakesCircle",
        "UplineAlready",
        "CodeOutdated",
        "CodeUnknown",
        "NoSuchApplication",
    }


@FEW_OR_MANY
def test_four_processes_mark_the_same_payouts_paid_and_each_is_paid_once(busy: World, times: int) -> None:
    codes = []
    for name in ("alice", "bob", "dave"):
        busy.earn(name, 5_000)
        codes.append(busy.in_hand(busy.request(name, 2_000)).code)
    work = [{"name": f"p{n}", "owner": busy.person("老板"), "codes": codes * (times // 8)} for n in range(4)]
    said = run(busy, "mark_paid", work)
    assert kinds(said)["paid"] == 3
    assert refusals(said) == {"CodeUsed"}
    for name in ("alice", "bob", "dave"):
        assert busy.money(name) == {"available": 3_000, "paid_out": 2_000}


def test_four_processes_confirm_the_same_code_and_it_works_once(busy: World) -> None:
    code = busy.boss.settings.propose("level1", "50%").code
    version = busy.boss.settings.now().version
    owner = busy.person("老板")
    said = run(busy, "confirm", [{"name": f"p{n}", "owner": owner, "codes": [code]} for n in range(4)])
    assert kinds(said) == {"confirmed": 1, "refused": 3}
    assert refusals(said) == {"CodeUsed"}
    assert busy.boss.settings.now().version == version + 1


@pytest.mark.prove
def test_writers_of_several_shops_do_not_wait_for_each_other(busy: World) -> None:
    """Measured and printed only: on PostgreSQL four shops write side by side, on SQLite they share one file."""
    shops = [busy]
    for n in range(3):
        other = World(busy.url, app=f"wx_beside_{n}", engine=busy.engine, clock=busy.clock)
        shops.append(
            other.ready(level1="100%", level2=None, settings={"settle_mode": "paid"}, people=("bob",))
        )
    one, four = _per_second(shops[:1], 0), _per_second(shops, 1_000)
    print(
        f"{busy.url.split(':')[0]}: one writer {one:.0f} orders/s, four writers over four shops {four:.0f} "
        f"orders/s, {four / one:.2f}×"
    )
    for world in shops:
        world.audited()


def _per_second(worlds: list[World], first: int) -> float:
    times = 150
    work = [
        {"name": f"p{first}", "code": world.code("bob"), "first": first, "last": first + times}
        for world in worlds
    ]
    said, seconds = timed(worlds, "orders", work)
    assert kinds(said) == {"booked": len(worlds) * times}
    return len(worlds) * times / seconds
