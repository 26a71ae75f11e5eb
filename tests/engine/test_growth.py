"""What a question costs does not grow with the orders: SQLite's own steps, counted with 30 orders and with 300.

Steps and not seconds: the same on every machine, and a scan shows long before anybody waits for it. PostgreSQL keeps
statistics of its tables and finds the same indexes. What the operator did by hand (人工调整) is not multiplied, nor
what waits for settlement: both are few however long the shop runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from engine import OPERATOR
from engine.money import Money
from engine.orders.facts import Received
from engine.payouts.states import State
from engine.reports.details import Kind, Standing, Wanted
from engine.store.base import open_database
from engine.store.setup import upgrade
from engine.store.tables import metadata
from tests.engine.growing import counted, in_bulk, multiply, recruit
from tests.engine.world import World

pytestmark = pytest.mark.slow

ROWS = 8
_INDEXES = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'index' ORDER BY tbl_name, rowid"


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, int]]:
    """The steps of each question in a small shop and in one of ten times the orders."""
    world = _shop(tmp_path_factory.mktemp("growth"))
    multiply(world, 14, "WAITING")
    few = _steps(world)
    multiply(world, 9, "WAITING")
    many = _steps(world)
    world.engine.store.close()
    return {name: (few[name], many[name]) for name in few}


def _questions(world: World) -> dict[str, Callable[[], object]]:
    boss, carol, operator = world.boss, world.of("carol"), world.at(OPERATOR)
    alice, bob, dave = (world.promoter(name) for name in ("alice", "bob", "dave"))
    of_alice, of_bob = world.of("alice"), world.of("bob")
    code = world.order_code("PARTLY")
    found: dict[str, Callable[[], object]] = {
        "我的收益": lambda: of_bob.earnings.of(bob),
        "我的下级": lambda: of_alice.earnings.downlines(alice, 0, ROWS),
        "我的收益的图": lambda: of_bob.charts.earnings(bob),
        "推广订单": lambda: of_bob.order_book.of_promoter(bob, 0, ROWS),
        "推广订单 as upline": lambda: of_alice.order_book.of_promoter(alice, 0, ROWS),
        "推广订单 of nobody": lambda: world.of("dave").order_book.of_promoter(dave, 0, ROWS),
        "为什么 for the promoter": lambda: of_bob.why.of(code),
        "我的客户": lambda: of_bob.referrals.customers(bob, 0, ROWS),
        "我的客户, how many": lambda: of_bob.referrals.customer_count(bob),
        "提现": of_bob.withdrawals.limits,
        "提现记录": lambda: of_bob.details.mine(None, ROWS),
        "团队业绩": of_alice.teams.mine,
        "排行榜": lambda: of_bob.rankings.month(bob, last=False),
        "排行榜, last month": lambda: of_bob.rankings.month(bob, last=True),
        "我的推荐人": carol.referrals.mine,
        "what one bought": lambda: carol.order_book.of_buyer(0, ROWS),
        "今日概览": boss.reports.overview,
        "今日概览的图": boss.charts.shop,
        "推广员业绩": lambda: boss.reports.results(30, ROWS),
        "待办": boss.reports.todo,
        "操作记录": lambda: boss.reports.log(None, ROWS),
        "全部订单": lambda: boss.order_book.all(0, ROWS),
        "订单": lambda: boss.order_cards.get(code),
        "为什么": lambda: boss.why.of(code),
        "退款超额": lambda: boss.order_cards.excess(0, ROWS),
        "优惠超额": lambda: boss.order_book.excess_discounts(0, ROWS),
        "消息冲突": lambda: boss.checking.messages(0, ROWS),
        "待认领订单": lambda: boss.claims.waiting(0, ROWS),
        "客户列表": lambda: boss.customers.all(None, ROWS),
        "无归属": lambda: boss.customers.unowned(None, ROWS),
        "待审核": lambda: boss.withdrawals.in_state((State.REQUESTED,), ROWS),
        "待打款": lambda: boss.withdrawals.in_state((State.APPROVED, State.IN_HAND), ROWS),
        "what a restore asks": operator.reconciling.unsettled,
        "结算记录": lambda: boss.bookings.all(ROWS),
        "推广明细": lambda: boss.details.page(Wanted(), None, ROWS),
        "推广明细 of one": lambda: boss.details.page(Wanted(bob), None, ROWS),
        "推广明细 of one without any": lambda: boss.details.page(Wanted(dave), None, ROWS),
    }
    for kind in Kind:
        only = Wanted(kinds=frozenset({kind}))
        found[f"推广明细 {kind.value}"] = lambda only=only: boss.details.page(only, None, ROWS)  # type: ignore[misc]
    for standing in Standing:
        stands = Wanted(standing=standing)
        found[f"推广明细 {standing.value}"] = lambda stands=stands: boss.details.page(stands, None, ROWS)  # type: ignore[misc]
    return found


QUESTIONS = 37 + len(Kind) + len(Standing)


def test_no_question_grows_with_the_orders(costs: dict[str, tuple[int, int]]) -> None:
    assert len(costs) == QUESTIONS
    grown = {name: (few, many) for name, (few, many) in costs.items() if many > 1.2 * few + 200}
    assert grown == {}


def test_the_orders_of_a_page_are_read_together(costs: dict[str, tuple[int, int]]) -> None:
    """Every step of them is counted, so that a scan could not hide."""
    assert all(few > 0 for few, _ in costs.values())
    assert costs["推广订单"][0] < 10_000


def test_what_went_back_is_found_among_all_that_did_not(tmp_path: Path) -> None:
    """One refund among many orders, for the shop and for the one promoter of them all."""
    world = _shop(tmp_path)
    back = Wanted(standing=Standing.TAKEN_BACK)
    of_bob = replace(back, promoter=world.promoter("bob"))
    costs = []
    for times in (14, 9):
        multiply(world, times, "PARTLY")
        # Of ¥100.00 and ¥50.00 went ¥6.67 and ¥3.33: of 30 % 2.01 and 1.00, of 10 % 0.67 and 0.34.
        assert [one.taken_back.fen for one in world.boss.details.page(back, None, ROWS)] == [301, 101]
        assert [one.taken_back.fen for one in world.boss.details.page(of_bob, None, ROWS)] == [301]
        costs.append([_counted(world, wanted) for wanted in (back, of_bob)])
    world.engine.store.close()
    assert all(many <= 1.2 * few + 200 for few, many in zip(*costs, strict=True))


def _counted(world: World, wanted: Wanted) -> int:
    with counted(world) as steps:
        world.boss.details.page(wanted, None, ROWS)
        return steps()


def _shop(folder: Path) -> World:
    database = open_database(f"sqlite:///{folder}/growth.db")
    upgrade(database)
    database.dispose()
    world = World(f"sqlite:///{folder}/growth.db").ready(settings={"settle_days": "1"})
    world.visit("carol", "bob")
    partly = world.pay("carol", 10_000, 5_000, by="bob", number="PARTLY")
    world.refund(partly, 1_000)
    world.pay("carol", 30_000, by="bob", number="WHOLE")
    for number in ("PARTLY", "WHOLE"):
        world.ship(number)
        world.tell(number, Received(world.now))
    world.clock.move(days=2)
    world.tick()
    world.pay_out("bob", 2_000)
    world.reject(world.request("bob", 2_000))
    world.clock.move(hours=1)
    world.pay("carol", 10_000, by="bob", number="WAITING")
    world.at(OPERATOR).adjustments.adjust(world.code("bob"), "available", Money(100), "活动")
    return world


def _steps(world: World) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, ask in _questions(world).items():
        ask()
        with counted(world) as steps:
            ask()
            found[name] = steps()
    return found


def test_a_page_of_downlines_costs_the_same_however_many_he_has(tmp_path: Path) -> None:
    world = _shop(tmp_path)
    alice, costs = world.promoter("alice"), []
    earnings = world.of("alice").earnings
    for count in (20, 200):
        recruit(world, alice, count, count)
        with counted(world) as steps:
            assert len(earnings.downlines(alice, 0, ROWS)) == ROWS
            assert earnings.downline_count(alice) > count
            costs.append(steps())
    world.engine.store.close()
    assert costs[1] <= 1.2 * costs[0]


def test_what_is_made_in_bulk_stands_in_a_database_like_any_other(own: World) -> None:
    """Its indexes and foreign keys are there again."""
    own.ready()
    for number in ("N", "LAST"):
        own.pay("carol", 10_000, by="bob", number=number)
    alice = own.promoter("alice")
    with in_bulk(own):
        multiply(own, 3, "LAST")
        recruit(own, alice, 20, 4)
    assert len(own.boss.order_book.all(0, ROWS)) == 5
    earnings = own.of("alice").earnings
    assert earnings.downline_count(alice) == len(earnings.downlines(alice, 0, ROWS)) == 5
    with own.engine.store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_what_is_made_in_bulk_on_sqlite_keeps_the_order_of_its_indexes(tmp_path: Path) -> None:
    """Of two that fit equally well SQLite takes one by it; and every row of another's finds it."""
    world = _shop(tmp_path)
    with world.engine.store.readers.connect() as connection:
        made = connection.exec_driver_sql(_INDEXES).all()
    with in_bulk(world):
        multiply(world, 3, "WAITING")
    with world.engine.store.readers.connect() as connection:
        assert connection.exec_driver_sql(_INDEXES).all() == made
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    world.engine.store.close()
