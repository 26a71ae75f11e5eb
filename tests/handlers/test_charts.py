"""收益图, 排行图 and 经营图: who gets one, and what stands on it."""

from __future__ import annotations

from datetime import date

import pytest

from engine.ids import PromoterId
from handlers.texts import charts
from tests.handlers.merchant.scenes import OWNER
from tests.handlers.world import World, taps


@pytest.fixture
def shop(world: World) -> World:
    """alice and her downline bob, who sold 100 yuan and took 20 back."""
    world.promoter("alice", given="王爱丽")
    world.promoter("bob", given="李小波", invited_by="alice")
    world.buys("carol", "1", 10_000, code=world.code("bob"))
    world.refunds("1", 2_000)
    return world


def promoter(shop: World, name: str) -> PromoterId:
    return shop.by(name).promoters.mine().id


@pytest.mark.parametrize(
    ("name", "screen", "word", "what"),
    [
        ("bob", "我的收益", "收益图", "earnings_chart"),
        ("bob", "排行榜", "排行图", "ranking_chart"),
        (OWNER, "今日概览", "经营图", "shop_chart"),
    ],
)
def test_a_screen_offers_its_picture(shop: World, name: str, screen: str, word: str, what: str) -> None:
    assert word in taps(shop.say(name, screen))
    assert shop.say(name, word) == f"[{what}] {charts.MEANWHILE}"


def test_without_figures_there_is_no_picture(world: World) -> None:
    world.promoter("dave", given="赵卫")
    assert world.say("dave", "收益图") == charts.NO_EARNINGS
    assert world.say(OWNER, "经营图") == charts.NO_SALES
    assert "收益图" not in taps(world.say("dave", "我的收益"))


def test_whom_a_chart_is_not_for_gets_none(shop: World) -> None:
    for word in ("收益图", "排行图"):
        assert "推广员用的" in shop.say("carol", word)
    for name in ("carol", "bob"):
        assert shop.say(name, "经营图") == shop.say(name, "这句没有意义")


def test_earnings_are_told_by_level_only_where_level_two_may_be_told(shop: World) -> None:
    found = shop.by("bob").charts.earnings(promoter(shop, "bob"))
    assert charts.earnings(found).figures == (
        ("近 30 天收益", "¥24.00"), ("佣金", "¥24.00"), ("邀请奖励", "¥0.00"),
    )  # fmt: skip
    shop.set(two_level="off")
    found = shop.by("alice").charts.earnings(promoter(shop, "alice"))
    told = charts.earnings(found)
    assert told.figures == (("近 30 天收益", "¥8.00"),)
    assert "邀请" not in repr(told)


def test_the_shops_figures_are_those_of_thirty_days(shop: World) -> None:
    told = charts.shop(shop.by(OWNER).charts.shop())
    assert told.figures == (("销售额", "¥80.00"), ("退款", "¥20.00"), ("佣金和奖励", "¥32.00"))


def test_ones_own_place_stands_on_the_ranking(shop: World) -> None:
    shop.buys("dan", "2", 30_000, code=shop.code("alice"))
    read = shop.by("bob").rankings.month
    assert charts.ranking(read(promoter(shop, "bob"), last=False)).figures == (
        ("我的名次", "第 2 名"), ("我的销售额", "¥80.00"), ("距上一名", "¥220.00"),
    )  # fmt: skip
    hers = read(promoter(shop, "alice"), last=False)
    assert [charts.ranked(row) for row in hers.top] == ["王*丽（你）", "李*波"]
    shop.freeze("bob")
    assert ("我的名次", "冻结中") in charts.ranking(read(promoter(shop, "bob"), last=False)).figures


def test_who_sold_nothing_has_no_place(shop: World) -> None:
    shop.promoter("dave", given="赵卫")
    assert charts.ranking(shop.by("dave").rankings.month(promoter(shop, "dave"), last=False)).figures == ()


def test_days_have_names_of_their_own() -> None:
    assert charts.day_names(date(2026, 3, 2), 4) == ("02-27", "02-28", "03-01", "03-02")
