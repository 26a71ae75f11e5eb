"""A command is one transaction, heard once; what fails leaves nothing; what is committed is never done again."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, func, insert, select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError, IntegrityError

from engine import FEED, SYSTEM
from engine.errors import EngineError, NestedWriteError, StoreBusyError
from engine.money import Money
from engine.orders.events import Heard
from engine.outbox import put
from engine.people.authority import NotStaff, Role
from engine.programme.modes import Goods
from engine.programme.products import BadProduct
from engine.programme.settings import OutOfRange
from engine.store import base
from engine.store.base import Store, Tx, _lock_key, is_busy, open_database
from engine.store.commands import ReferenceUsedError
from engine.store.filelock import FileLock
from engine.store.setup import upgrade
from engine.store.tables import commands, leases, outbox, products
from tests.engine.world import WECHAT, HeardBell, World


def count(world: World, table: object) -> int:
    found: int = world.rows(select(func.count()).select_from(table).where(table.c.shop_id == world.shop))[0][
        0
    ]  # type: ignore[attr-defined,call-overload]
    return found


def test_the_same_reference_twice_is_one_effect_and_the_same_result(till: World) -> None:
    till.earn("bob", 5_000)
    till.clock.move(hours=1)
    desk = till.of("bob", "delivery-1")
    first = desk.withdrawals.request(Money(1_000), WECHAT)
    before = (count(till, commands), count(till, outbox), till.money("bob"))
    till.clock.move(hours=1)
    assert till.of("bob", "delivery-1").withdrawals.request(Money(1_000), WECHAT) == first
    assert (count(till, commands), count(till, outbox), till.money("bob")) == before


def test_a_result_comes_back_as_it_was_then_not_as_things_are_now(till: World) -> None:
    till.earn("bob", 5_000)
    code = till.request("bob", 1_000)
    desk = till.at(till.boss.actor, "delivery-1")
    first = desk.withdrawals.approve(code)
    till.boss.withdrawals.take_in_hand(code)
    assert desk.withdrawals.approve(code) == first


def test_the_same_reference_with_other_input_is_an_error_and_changes_nothing(till: World) -> None:
    desk = till.at(till.boss.actor, "delivery-1")
    desk.products.put("A", "一", Goods.GOODS, Money(100))
    for other in (("B", "一", Goods.GOODS, Money(100)), ("A", "一", Goods.GOODS, Money(101))):
        with pytest.raises(ReferenceUsedError):
            desk.products.put(*other)
    assert till.boss.products.get("A").price == Money(100)


def test_positional_and_named_arguments_are_the_same_input(till: World) -> None:
    desk = till.at(till.boss.actor, "delivery-1")
    first = desk.products.put("A", "一", Goods.GOODS, Money(100))
    assert desk.products.put("A", title="一", price=Money(100), kind=Goods.GOODS) == first


def test_one_reference_may_carry_two_verbs(till: World) -> None:
    desk = till.at(till.boss.actor, "delivery-1")
    desk.products.put("A", "一", Goods.GOODS, Money(100))
    desk.products.promote("A", False)
    assert not till.boss.products.get("A").promoted


def test_anothers_reference_gives_nobody_his_result(till: World) -> None:
    """A result may hold a payee and a one-time code."""
    till.enrol("mallory", Role.FINANCE)
    till.earn("bob", 5_000)
    code = till.request("bob", 1_000)
    till.boss.withdrawals.approve(code)
    till.at(till.boss.actor, "delivery-1").withdrawals.take_in_hand(code)
    with pytest.raises(ReferenceUsedError):
        till.of("mallory", "delivery-1").withdrawals.take_in_hand(code)


def test_who_lost_his_right_does_not_get_the_old_result_either(till: World) -> None:
    with pytest.raises(NotStaff):
        till.of("mallory", "delivery-1").products.put("A", "一", Goods.GOODS, Money(100))


def test_each_item_of_a_bulk_line_is_a_delivery_of_its_own(till: World) -> None:
    desk = till.at(till.boss.actor, "delivery-1")
    for n, sku in enumerate("AB"):
        desk.item(n).products.put(sku, "一", Goods.GOODS, Money(100))
    assert desk.item(0).reference == "delivery-1#0"
    assert {product.sku for product in till.boss.products.all("", 9)} >= {"A", "B"}


def test_a_refusal_rolls_everything_back_and_its_reference_may_be_used_again(till: World) -> None:
    desk = till.at(till.boss.actor, "delivery-1")
    before = (count(till, commands), count(till, products))
    with pytest.raises(BadProduct):
        desk.products.put("A B", "一", Goods.GOODS, Money(100))
    assert (count(till, commands), count(till, products)) == before
    desk.products.put("AB", "一", Goods.GOODS, Money(100))


def test_a_refusal_after_writing_takes_rows_outbox_and_bell_back(own: World) -> None:
    bell = HeardBell()
    own.engine.store.bell = bell
    own.ready(people=("bob",))
    bell.rung.clear()
    before = (count(own, outbox), count(own, commands))

    def act(tx: Tx) -> None:
        put(tx, "x:1", "approved", {})
        raise OutOfRange("key", "typed")

    with pytest.raises(OutOfRange):
        own.engine.store.write(own.shop, SYSTEM, act)
    assert ((count(own, outbox), count(own, commands)), bell.rung) == (before, [])


def test_the_bell_rings_after_the_commit_and_never_before(own: World) -> None:
    seen: list[int] = []
    reader = Store(own.url, clock=own.clock, ids=own.engine.store.ids, cipher=own.engine.store.cipher)

    class Bell:
        def ring(self, rows: tuple[tuple[str, str], ...]) -> None:
            with reader.read(own.shop, SYSTEM) as tx:
                ids = [row for row, _ in rows]
                seen.append(len(tx.run(select(outbox.c.id).where(outbox.c.id.in_(ids))).all()) - len(ids))

    own.engine.store.bell = Bell()
    own.ready(people=("bob",))
    own.pay("carol", 10_000, by="bob")
    assert seen
    assert set(seen) == {0}
    reader.close()


def test_a_row_that_is_due_later_does_not_ring(till: World) -> None:
    bell = HeardBell()
    till.engine.store.bell = bell
    till.earn("bob", 100)
    assert bell.rung == ["earned"]
    for row in till.engine.post(till.shop).due():
        taken = till.engine.post(till.shop).claim(row[0])
        if taken:
            till.engine.post(till.shop).sent(taken)
    till.earn("bob", 100)
    assert bell.rung == ["earned"]


def test_a_write_inside_a_write_is_an_error(till: World) -> None:
    def act(tx: Tx) -> None:
        till.boss.products.put("A", "一", Goods.GOODS, Money(100))

    with pytest.raises(NestedWriteError):
        till.engine.store.write(till.shop, SYSTEM, act)
    assert count(till, products) == 1
    till.boss.products.put("A", "一", Goods.GOODS, Money(100))


def test_a_question_can_write_nothing(till: World) -> None:
    row = {"name": "x", "holder": "y", "until": till.now}
    with pytest.raises(DBAPIError), till.reading() as tx:
        tx.run(insert(leases).values(row))
    with till.reading() as tx:
        assert tx.run(select(leases).where(leases.c.name == "x")).one_or_none() is None


def test_a_question_sees_one_snapshot(own: World) -> None:
    own.ready(people=("bob",), level2=None, settings={"settle_mode": "paid"})
    own.pay("carol", 10_000, by="bob")
    with own.reading() as tx:
        mine = select(commands.c.reference).where(commands.c.shop_id == own.shop)
        first = len(tx.run(mine).all())
        own.pay("carol", 10_000, by="bob")
        assert len(tx.run(mine).all()) == first
    assert count(own, commands) > first


def test_who_looks_asks_one_snapshot_until_he_writes_himself(own: World) -> None:
    own.ready(people=("bob",), level2=None, settings={"settle_mode": "paid"})
    mine = select(func.count()).select_from(commands).where(commands.c.shop_id == own.shop)

    def seen() -> int:
        return int(own.rows(mine)[0][0])

    with own.engine.looking():
        own.boss.groups.create("一")  # before the first question
        before = seen()
        with ThreadPoolExecutor(1) as another:
            another.submit(own.boss.groups.create, "二").result()
        assert seen() == before
        own.boss.groups.create("三")
        assert seen() == before + 2
    own.boss.groups.create("四")
    assert seen() == before + 3


def test_what_is_asked_inside_a_write_is_no_part_of_the_look(own: World) -> None:
    own.ready(people=("bob",))

    def act(tx: Tx) -> None:
        own.of("bob").settings.now()
        put(tx, "row", "said", {}, to=own.person("bob"))

    with own.engine.looking():
        before = count(own, outbox)
        own.engine.store.write(own.shop, SYSTEM, act)
        assert count(own, outbox) == before + 1


def test_a_question_that_fails_ends_the_snapshot_and_not_the_look(own: World) -> None:
    own.ready(people=("bob",))
    with own.engine.looking():
        with pytest.raises(DBAPIError), own.reading() as tx:
            tx.run(sql("SELECT * FROM nowhere"))
        own.of("bob").promoters.mine()


# --- outages


@contextmanager
def locked(world: World) -> Iterator[None]:
    """Somebody else holds the shop's turn."""
    if world.url.startswith("sqlite"):
        other = sqlite3.connect(world.url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            other.close()
        return
    with psycopg.connect(world.url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_lock_key(world.shop),))
        yield
        connection.rollback()


@pytest.mark.slow
def test_a_database_locked_for_two_seconds_is_an_outage_and_then_all_goes_on(own: World) -> None:
    own.ready(people=("bob",))
    with locked(own):
        began = time.monotonic()
        with pytest.raises(StoreBusyError):
            own.pay("carol", 10_000, by="bob", number="N1")
        assert 1.9 < time.monotonic() - began < 4.5  # WeChat waits five seconds
        own.boss.settings.now()  # questions are answered all the while
    own.pay("carol", 10_000, by="bob", number="N1")
    assert own.money("bob") == {"pending": 3_000}


@pytest.mark.slow
def test_a_file_lock_held_by_another_process_is_waited_for_and_then_an_outage(tmp_path: Path) -> None:
    own = World(_new_file(tmp_path / "own.db")).ready(people=("bob",))
    gate = FileLock(own.url.removeprefix("sqlite:///") + ".writer")
    with gate.held(time.monotonic() + 1), pytest.raises(StoreBusyError):
        own.pay("carol", 10_000, by="bob")
    with gate.held(time.monotonic() + 1):
        turn = threading.Thread(target=own.pay, args=("carol", 10_000), kwargs={"by": "bob"})
        turn.start()
        time.sleep(0.3)
    turn.join()
    assert own.money("bob") == {"pending": 3_000}
    own.audited()
    own.engine.store.close()


def _new_file(path: Path) -> str:
    opened = open_database(f"sqlite:///{path}")
    upgrade(opened)
    opened.dispose()
    return f"sqlite:///{path}"


def test_after_a_refusal_or_an_error_the_next_one_gets_its_turn(own: World) -> None:
    own.ready(people=("bob",))

    def break_down(tx: Tx) -> None:
        raise RuntimeError

    for _ in range(25):  # more often than the pool has connections
        with pytest.raises(RuntimeError):
            own.engine.store.write(own.shop, SYSTEM, break_down)
    own.pay("carol", 10_000, by="bob")
    assert own.money("bob") == {"pending": 3_000}


class Crash(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_around_the_commit_and_a_retry_come_to_one_effect(own: World, moment: str) -> None:
    own.ready(people=("bob",))
    fact = Heard("shop", "N1", own.sold("carol", 10_000, by="bob"))
    bell = HeardBell()
    store = own.engine.store
    store.bell = bell
    armed = [True]

    def crash(connection: object) -> None:
        if armed:
            armed.clear()
            raise Crash

    if moment == "before":
        event.listen(store.engine, "commit", crash)
        with pytest.raises(Crash):
            own.at(FEED, "delivery-1").orders.hear(fact)
        assert own.money("bob") == {}
    else:

        class DeadBell:
            def ring(self, rows: object) -> None:
                raise Crash

        store.bell = DeadBell()  # the first thing that happens after a commit
        with pytest.raises(Crash):
            own.at(FEED, "delivery-1").orders.hear(fact)
        assert own.money("bob") == {"pending": 3_000}
        store.bell = bell
    again = own.at(FEED, "delivery-1").orders.hear(fact)
    assert again.outcome == "booked"
    assert own.at(FEED, "delivery-1").orders.hear(fact) == again
    assert own.money("bob") == {"pending": 3_000}


def test_a_commit_of_which_nobody_knows_the_outcome_is_looked_up(
    own: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks while it commits: the work is run again and finds its own reference."""
    monkeypatch.setattr(base, "PATIENCE", 60.0)  # a machine that stands still is not what is looked at
    own.ready(people=("bob",))
    fact = Heard("shop", "N1", own.sold("carol", 10_000, by="bob"))
    store = own.engine.store
    original, broken = store.engine.dialect.do_commit, [True]

    def commit_and_break(connection: object) -> None:
        original(connection)  # type: ignore[arg-type]
        if broken:
            broken.clear()
            raise (
                sqlite3.OperationalError("disk I/O error")
                if own.url.startswith("sqlite")
                else (psycopg.OperationalError("server closed the connection unexpectedly"))
            )

    store.engine.dialect.do_commit = commit_and_break  # type: ignore[method-assign]
    heard = own.at(FEED, "delivery-1").orders.hear(fact)
    assert (heard.outcome, broken) == ("booked", [])
    assert own.money("bob") == {"pending": 3_000}


def test_a_database_that_is_not_there_is_an_outage(world: World) -> None:
    for url in ("sqlite:////nowhere/at/all.db", "postgresql://x@127.0.0.1:1/x"):
        store = Store(url, clock=world.clock, ids=world.engine.store.ids, cipher=world.engine.store.cipher)
        with pytest.raises(StoreBusyError):
            store.write(world.shop, SYSTEM, lambda tx: None)
        with pytest.raises(StoreBusyError), store.read(world.shop, SYSTEM) as tx:
            tx.run(select(leases))
        store.close()


def test_when_every_connection_is_in_use_that_is_an_outage(
    own: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.store.base.PATIENCE", 0.05)
    store = Store(
        own.url, clock=own.clock, ids=own.engine.store.ids, cipher=own.engine.store.cipher, pool_size=1
    )
    with ExitStack() as held:
        for _ in range(11):  # the pool and all that it lends beyond its size
            held.enter_context(store.engine.connect())
            if store.readers is not store.engine:
                held.enter_context(store.readers.connect())
        with pytest.raises(StoreBusyError, match="in use"):
            store.write(own.shop, SYSTEM, lambda tx: None)
        with pytest.raises(StoreBusyError, match="in use"), store.read(own.shop, SYSTEM):
            pass
    store.write(own.shop, SYSTEM, lambda tx: None)
    store.close()


@pytest.mark.parametrize("url", ["sqlite://", ""], ids=["in memory", "own"])
def test_a_question_cannot_write_also_where_a_write_came_before(own: World, url: str) -> None:
    parts = own.engine.store
    store = Store(url or own.url, clock=own.clock, ids=parts.ids, cipher=parts.cipher)
    if url:
        leases.create(store.engine.execution_options(writing=True))
    for number in range(2):
        row = insert(leases).values(name=f"lease {number}", holder="one", until=own.clock.now())
        with pytest.raises(DBAPIError, match=r"read.?only"), store.read(own.shop, SYSTEM) as tx:
            tx.run(row)
        store.write(own.shop, SYSTEM, lambda tx, row=row: tx.run(row))
    store.close()


def test_a_row_that_the_tables_forbid_is_a_bug_and_not_an_outage(own: World) -> None:
    runs = []

    def twice(tx: Tx) -> None:
        runs.append(tx.now)
        for _ in range(2):
            tx.run(insert(leases).values(name="tick", holder="one", until=tx.now))

    with pytest.raises(IntegrityError):
        own.engine.store.write(own.shop, SYSTEM, twice)
    assert len(runs) == 1, "it is not tried again"


def test_a_connection_that_broke_is_an_outage_whatever_it_said() -> None:
    said = Exception("no reason given")
    assert is_busy(DBAPIError("", None, said, connection_invalidated=True))
    assert not is_busy(DBAPIError("", None, said))


def test_another_kind_of_database_is_refused_at_once() -> None:
    with pytest.raises(EngineError, match="sqlite"):
        open_database("mysql://x@localhost/x")


def test_what_was_done_is_readable_with_its_actor_and_without_a_name_or_a_phone(shop: World) -> None:
    shop.apply("mallory", "13912345678")
    shop.clock.move(minutes=1)
    shop.change("lock_days", "30")
    lines = shop.boss.reports.log(None, 50)
    assert (lines[0].verb, lines[0].note["key"], lines[0].note["after"]) == (
        "settings.change",
        "lock_days",
        "30",
    )
    assert lines[0].actor is not None
    assert lines[0].actor.person == shop.person("老板")
    (invited,) = [one for one in lines if one.verb == "enrolling.invite"]
    assert invited.actor is None  # the operator at the command line
    kept = shop.rows(select(commands.c.note, commands.c.result).where(commands.c.shop_id == shop.shop))
    assert not any("13912345678" in str(row) or "马洛里" in str(row) for row in kept)
