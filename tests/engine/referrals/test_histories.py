"""Whatever happens to a customer, in whatever order: one lock at an instant, and lists that say what history says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine import SYSTEM, Engine
from engine.errors import Refusal
from engine.referrals.moving import How
from engine.referrals.visits import How as Came
from engine.store.tables import locks, outbox
from tests.engine.world import World

_apps = count(1)
CUSTOMERS = ("carol", "mallory")
PROMOTERS = ("alice", "bob", "dave")
NEVER_WAS = ("annulled", "undone")

customer, promoter = st.sampled_from(CUSTOMERS), st.sampled_from(PROMOTERS)
how = st.sampled_from(How)
STEPS = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([1, 60, 3_600, 86_400, 200_000])),
    st.tuples(st.just("visit"), customer, promoter),
    st.tuples(st.just("not_him"), customer),
    st.tuples(st.just("order"), customer, st.sampled_from(["", *PROMOTERS]), st.sampled_from([0, 0, 7_200])),
    st.tuples(st.just("refund"), st.integers(0, 3), st.booleans()),
    st.tuples(st.just("assign"), customer, promoter, how),
    st.tuples(st.just("transfer"), promoter, promoter, how),
    st.tuples(st.just("leave"), promoter, promoter),
    st.tuples(st.just("return_"), promoter),
)


@dataclass
class Visit:
    at: datetime
    promoter: str
    voided: bool = False


@dataclass
class Model:
    """The shop, and what a person with a notebook would remember of it."""

    shop: World
    visits: dict[str, list[Visit]] = field(default_factory=lambda: {name: [] for name in CUSTOMERS})
    given: dict[str, list[tuple[datetime, str]]] = field(
        default_factory=lambda: {name: [] for name in CUSTOMERS}
    )
    left: dict[str, list[tuple[datetime, str]]] = field(
        default_factory=lambda: {name: [] for name in PROMOTERS}
    )
    back: dict[str, list[datetime]] = field(default_factory=lambda: {name: [] for name in PROMOTERS})
    orders: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.codes = {name: self.shop.code(name) for name in PROMOTERS}
        self.ids = {self.shop.promoter(name): name for name in PROMOTERS}

    # -- what happens

    def wait(self, seconds: int) -> None:
        self.shop.clock.move(seconds=seconds)

    def visit(self, name: str, to: str) -> None:
        self.shop.clock.move(milliseconds=1)  # nobody scans two posters in one instant
        self.shop.of(name).referrals.visit(self.codes[to], Came.SCAN)
        self.visits[name].append(Visit(self.shop.now, to))

    def not_him(self, name: str) -> None:
        self.shop.of(name).referrals.undo()
        self.visits[name][-1].voided = True

    def order(self, name: str, by: str, ago: int) -> None:
        at = self.shop.now
        self.shop.clock.move(seconds=ago)
        code = self.codes[by] if by else ""
        self.orders.append(self.shop.pay(name, 10_000, code=code, at=at))

    def refund(self, which: int, wholly: bool) -> None:
        if which < len(self.orders):
            self.shop.refund(self.orders[which], 10_000 if wholly else 10)

    def assign(self, name: str, to: str, how: How) -> None:
        person, room = self.shop.person(name), self.shop.boss.moving
        made = room.propose_assign((person,), self.codes[to], how, "分配")
        self.shop.boss.moving.move(made.code)
        self.given[name].append((self.shop.now, to))

    def transfer(self, source: str, to: str, how: How) -> None:
        mine = [name for name in CUSTOMERS if self.carer(name) == source]
        made = self.shop.boss.moving.propose_transfer(self.codes[source], self.codes[to], how, "调岗")
        self.shop.boss.moving.move(made.code)
        for name in mine:
            self.given[name].append((self.shop.now, to))
        self.work()

    def leave(self, name: str, to: str) -> None:
        made = self.shop.boss.handover.propose_terminate(self.codes[name], self.codes[to], "", "走了")
        self.shop.boss.handover.terminate(made.code)
        self.left[name].append((self.shop.now, to))
        self.work()

    def return_(self, name: str) -> None:
        self.shop.clock.move(milliseconds=1)  # nobody leaves and is back in one instant
        self.shop.recruit(name)
        self.back[name].append(self.shop.now)

    def work(self) -> None:
        """The worker does what waits."""
        from engine.referrals.handover import Part

        post = self.shop.engine.post(self.shop.shop)
        waiting = select(outbox).where(
            outbox.c.shop_id == self.shop.shop,
            outbox.c.kind.in_(["move", "handover"]),
            outbox.c.state == "ready",
        )
        while rows := self.shop.rows(waiting):
            row = post.claim(rows[0].id)
            assert row is not None
            desk, told = self.shop.at(SYSTEM, f"outbox:{row.id}"), row.payload
            if row.kind == "move":
                desk.moving.carry_on(told["move"], told["after"])
            else:
                desk.handover.carry_on(
                    told["leaver"], told["n"], Part(told["part"]), told["upline"], told["after"]
                )
            post.sent(row)

    # -- what must be true

    def holder(self, name: str) -> str | None:
        now = self.shop.now
        live = [
            row
            for row in self._rows(name)
            if row.start <= now
            and (row.until is None or now < row.until)
            and (row.ended_at is None or now < row.ended_at)
        ]
        assert len(live) <= 1, "one live lock per customer"
        return self.ids[live[0].promoter_id] if live else None

    def carer(self, name: str) -> str | None:
        """Whose lock lives; else who was given him or was visited last; else whose lock was the last."""
        if held := self.holder(name):
            return held
        lived = [row for row in self._rows(name) if row.end_reason not in NEVER_WAS]
        handed = [
            (row.start, 0, self.ids[row.promoter_id])
            for row in lived
            if row.made_by == "assigned" and row.cause.startswith("lk_")
        ]
        given = [(at, 1, to) for at, to in self.given[name]]
        came = [(visit.at, 2, visit.promoter) for visit in self.visits[name] if not visit.voided]
        known = sorted([*handed, *given, *came], key=lambda one: one[:2])
        if known:
            at, _, who = known[-1]
        elif lived:
            last = max(lived, key=lambda row: row.start)
            at, who = last.start, self.ids[last.promoter_id]
        else:
            return None
        return self._heir(who, at)

    def _heir(self, who: str, since: datetime) -> str | None:
        """Who had what was his since then, one leaver after the other."""
        for at, to in self.left[who]:
            returned = next((one for one in self.back[who] if one >= at), None)
            if returned is None or since < returned:
                return self._heir(to, at)
        return who

    def _rows(self, name: str) -> list:  # type: ignore[type-arg]
        mine = (locks.c.shop_id == self.shop.shop) & (locks.c.person_id == self.shop.person(name))
        return list(self.shop.rows(select(locks).where(mine)))

    def check(self) -> None:
        by_person = {self.shop.person(name): name for name in PROMOTERS}
        for name in CUSTOMERS:
            expected = (self.holder(name), self.carer(name))
            try:
                row = self.shop.boss.customers.get(self.shop.person(name)).row
            except Refusal:
                assert expected == (None, None)
                continue
            listed = tuple(by_person[one.person] if one else None for one in (row.holder, row.carer))
            assert listed == expected
            for code, who in ((self.codes[one], one) for one in PROMOTERS):
                found = self.shop.boss.promoters.by_code(code).id
                mine = self.shop.boss.customers.of(found, None, 9)
                assert (row.person in {one.person for one in mine}) == (expected[1] == who)


@pytest.mark.parametrize(
    "rules",
    [{"lock_days": "3"}, {"lock_mode": "on_visit", "lock_days": "2"}, {"lock_mode": "on_purchase"}],
    ids=["single shot", "on visit", "on purchase"],
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=14))
@example([("visit", "carol", "bob"), ("assign", "carol", "dave", How.EARN), ("not_him", "carol")])
@example(
    [("order", "carol", "bob", 0), ("wait", 1), ("assign", "carol", "dave", How.FOLLOW), ("wait", 1),
     ("leave", "bob", "alice"), ("wait", 200_000), ("wait", 200_000), ("return_", "bob")]
)  # fmt: skip
@example(
    [("order", "carol", "bob", 0), ("assign", "carol", "dave", How.EARN), ("order", "carol", "alice", 7_200),
     ("refund", 0, True), ("refund", 1, True)]
)  # fmt: skip
@example([("order", "carol", "alice", 0), ("leave", "alice", "bob"), ("return_", "alice")])
def test_one_lock_and_lists_that_say_what_history_says(
    shared_engine: Engine, rules: dict[str, str], steps: list[tuple[object, ...]]
) -> None:
    world = World("", app=f"wx_histories_{next(_apps)}", engine=shared_engine)
    model = Model(world.ready(level2=None, settings=rules))
    for name, *facts in steps:
        act: Callable[..., None] = getattr(model, str(name))
        with suppress(Refusal):  # what may not be done changes nothing
            act(*facts)
        model.check()
    world.audited()
