"""Two shops of one account: whoever is somebody in one is a stranger in the other, and touches nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from engine import SYSTEM
from engine.ids import ShopId
from engine.people.authority import Role
from engine.store.tables import metadata
from tests.handlers.world import World, taps

SOMEBODY = ("alice", "bob", "carol", "dave")
"""At home: a promoter, whom she invited, her customer, an owner."""

WORDS = (
    "菜单", "帮助", "店铺海报", "推广链接", "邀请推广员", "我的收益", "收益图", "推广订单", "我的客户", "我的下级",
    "提现", "提现 30", "提现记录", "排行榜", "申请进度", "素材文案", "我的推广", "海报头像",
    "待办", "今日概览", "推广员", "员工", "规则设置", "操作记录",
)  # fmt: skip


@dataclass(frozen=True)
class Home:
    """The shop where they are somebody, and the codes that are read and scanned there."""

    shop: ShopId
    promoter: str
    withdrawal: str
    order: str

    def rows(self, world: World) -> dict[str, list[str]]:
        """Everything that the database holds of it."""
        tables = [table for table in metadata.sorted_tables if "shop_id" in table.c]
        with world.engine.store.read(self.shop, SYSTEM) as tx:
            return {
                table.name: sorted(
                    repr(row) for row in tx.run(select(table).where(table.c.shop_id == self.shop))
                )
                for table in tables
            }


@pytest.fixture
def home(world: World) -> Iterator[Home]:
    """At home alice has promoted, earned and asked for money; then everybody goes to the other shop."""
    world.promoter("alice")
    world.promoter("bob", invited_by="alice")
    world.staff("dave", Role.OWNER)
    world.set(lock_mode="on_visit", lock_days="30")
    world.earned("alice", 6000)
    for line in ("提现 30", "微信", "alice_pay", "王爱丽", "确认提现"):
        world.say("alice", line)
    world.scan("carol", f"p:{world.code('alice')}")
    (asked,) = world.by("alice").withdrawals.mine(5)
    order = next(sent for sent in taps(world.say("老板", "订单退款")) if sent.startswith("订单 "))
    left = Home(world.shop, world.code("alice"), asked.code, order.removeprefix("订单 "))
    with world.beside():
        yield left


def test_who_is_somebody_at_home_is_a_stranger_in_the_other_shop(world: World, home: Home) -> None:
    before = home.rows(world)
    assert len(before["promoters"]) == 2
    assert len(before["withdrawals"]) == 1
    for word in (*WORDS, f"取消提现 {home.withdrawal}", f"为什么 {home.order}", f"推广员 {home.promoter}"):
        heard = world.say("zoe", word)
        for name in SOMEBODY:
            assert world.say(name, word) == heard, (name, word)
    for scene in (f"p:{home.promoter}", f"i:{home.promoter}"):
        heard = world.scan("zoe", scene)
        for name in SOMEBODY:
            assert world.scan(name, scene) == heard, (name, scene)
    for name in SOMEBODY:
        who = world.who(name)
        assert (who.promoter, who.roles, who.has_notices) == (None, frozenset(), False)
    assert home.rows(world) == before


def test_what_he_does_in_the_other_shop_stays_there(world: World, home: Home) -> None:
    before = home.rows(world)
    world.promoter("alice")
    assert world.code("alice") != home.promoter
    world.buys("carol", "1", 10_000, code=home.promoter)
    assert "还没有推广订单" in world.say("alice", "推广订单")  # the code of another shop pays nobody
    world.earned("alice", 3000, through="erin")
    earned = world.say("alice", "我的收益")
    assert "可提现 ¥30.00" in earned
    assert "提现中 ¥0.00" in earned
    assert home.withdrawal not in world.say("老板", "提现审核")
    assert "没有单号为" in world.say("alice", f"取消提现 {home.withdrawal}")
    for line in ("提现 10", "微信", "alice_pay", "王爱丽", "确认提现"):
        world.say("alice", line)
    world.freeze("alice")
    assert home.rows(world) == before
