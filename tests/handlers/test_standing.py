"""排行榜 and 团队业绩 in the chat: masked names, one's own place, and who is told of a team."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.ids import PersonId
from engine.people.names import Name
from handlers.texts.people import masked
from handlers.texts.standing import TEAM
from tests.handlers.world import World, read, taps


@pytest.fixture
def shop(world: World) -> World:
    """alice and her downline bob, and dave."""
    world.promoter("alice", given="王爱丽")
    world.promoter("bob", given="李小波", invited_by="alice")
    world.promoter("dave", given="赵卫")
    return world


def see_team(world: World, name: str) -> None:
    """The owner puts somebody into a group that may see its team."""
    groups = world.by("老板").groups
    groups.create("金牌")
    world.by("老板").groups.confirm_members(
        world.by("老板").groups.propose_members("金牌", (world.code(name),), joining=True).code
    )
    world.by("老板").groups.confirm_team(world.by("老板").groups.propose_team("金牌", True).code)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("王爱丽", "王*丽"),
        ("王小爱丽", "王*丽"),
        ("王丽", "王*"),
        ("王", "*"),
        ("", "推广员"),
        ("Alice", "A*e"),
        ("é\N{COMBINING ACUTE ACCENT}lan", "é\N{COMBINING ACUTE ACCENT}*n"),
        ("e\N{COMBINING ACUTE ACCENT}e\N{COMBINING ACUTE ACCENT}", "é*"),
        ("👍🏽丽丽", "👍🏽*丽"),
        ("🇨🇳🇫🇷好", "🇨🇳*好"),
        ("<b>王</b>爱丽", "王*丽"),
    ],
)
def test_names_are_masked_letter_by_letter(given: str, shown: str) -> None:
    assert masked(Name(PersonId("pe_1"), given, datetime(2026, 3, 2, tzinfo=UTC), "5678")) == shown


def test_the_ranking_and_ones_own_place(shop: World) -> None:
    assert shop.say("alice", "排行榜").startswith("3 月还没有人成交。")
    shop.buys("carol", "1", 30_000, code=shop.code("dave"))
    shop.buys("carol", "2", 10_000, code=shop.code("bob"))
    assert read(shop.say("bob", "排行榜")).splitlines() == [
        "排行榜 · 3 月（按销售额）",
        "1. 赵* ¥300.00",
        "2. 李*波 ¥100.00（你）",
        "",
        "你排第 2 名，销售额 ¥100.00，距上一名还差 ¥200.00。",
        "（销售额是实付减退款；退款、改归属算在办的那天）",
        "看上月",
        "看图",
    ]
    assert "你排第 1 名，销售额 ¥300.00。" in shop.click("dave", "排行榜")
    assert "你在 3 月还没有成交。" in shop.say("alice", "排名")
    shop.later(days=31)
    assert taps(shop.say("bob", "排行榜")) == ["排行榜 上月"]
    assert "还没有人成交" in shop.say("bob", "排行图")
    last = shop.say("bob", "排行榜上月")
    assert "你排第 2 名" in last
    assert taps(last) == []


def test_who_is_frozen_hears_that_he_is_left_out(shop: World) -> None:
    shop.buys("carol", "1", 30_000, code=shop.code("dave"))
    shop.buys("carol", "2", 10_000, code=shop.code("bob"))
    shop.freeze("bob")
    assert "冻结期间不参加排行" in shop.say("bob", "排行榜")


def test_a_team_is_told_to_whose_group_may_see_it_and_to_nobody_else(shop: World) -> None:
    shop.buys("carol", "1", 30_000, code=shop.code("bob"))
    shop.refunds("1", 10_000)
    unknown = shop.say("alice", "这句没有意义").splitlines()[0]
    assert shop.say("alice", "团队业绩").startswith(unknown)
    assert shop.say("carol", "团队业绩").startswith(unknown)
    assert "团队业绩" not in taps(shop.say("alice", "我的下级"))
    see_team(shop, "alice")
    assert "团队业绩" in taps(shop.say("alice", "我的下级"))
    shown = shop.say("alice", "团队业绩")
    assert shown.startswith(TEAM)
    assert "销售额：今日 ¥200.00 · 本月 ¥200.00 · 累计 ¥200.00\n其中已减退款：今日 ¥100.00" in shown
    assert "我直接推广\n销售额：今日 ¥0.00 · 本月 ¥0.00 · 累计 ¥0.00\n\n" in shown
    assert shop.say("bob", "团队业绩").startswith(unknown)
