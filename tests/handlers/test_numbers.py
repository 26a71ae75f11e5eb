"""A number opens the row that it stands before, on every screen that numbers its rows."""

from __future__ import annotations

import pytest

from handlers.texts.marks import rows, tap
from tests.handlers.world import World


@pytest.fixture
def shop(world: World) -> World:
    world.promoter("bob")
    world.follow("carol", f"p:{world.code('bob')}")
    return world


@pytest.mark.parametrize("word", ["推广商品", "推广订单", "商品与价格", "我的客户"])
def test_a_number_is_the_tap_of_its_row(shop: World, word: str) -> None:
    shop.buys("carol", "1", 10_000)
    sends = rows(shop.say("bob", word))["1"]

    by_number = shop.say("bob", "１")

    assert by_number == shop.say("bob", sends)
    assert "没听懂" not in by_number


def test_a_number_without_a_row_opens_nothing(shop: World) -> None:
    shop.say("bob", "推广商品")

    assert "这个序号点不开" in shop.say("bob", "9")
    assert "护手霜" in shop.say("bob", "1")


def test_a_list_without_lines_takes_the_numbers_from_the_list_before(shop: World) -> None:
    shop.buys("carol", "1", 10_000)
    shop.say("bob", "推广商品")
    shop.say("bob", "排行榜")

    assert "这个序号点不开" in shop.say("bob", "1")


@pytest.mark.parametrize("word", ["推广员审核", "提现审核", "待打款"])
def test_an_empty_list_takes_the_numbers_from_the_list_before(shop: World, word: str) -> None:
    shop.say("老板", "推广员列表")
    assert "现在没有" in shop.say("老板", word)

    assert "bob" not in shop.say("老板", "1")


@pytest.mark.parametrize(
    ("word", "empty"),
    [
        ("待办", "现在没有待办"),
        ("推广员业绩", "近 7 天还没有推广员成交"),
        ("结算记录", "还没有登记过线下结算"),
        ("全店海报数据", "还没有印刷海报"),
        ("推广订单", "还没有推广订单"),
        ("提现记录", "还没有提现记录"),
        ("素材文案", "还没有素材"),
    ],
)
def test_so_does_every_other_empty_list(world: World, word: str, empty: str) -> None:
    world.promoter("老板", given="老板")
    world.say("老板", "商品佣金")
    assert empty in world.say("老板", word)

    assert "护手霜" not in world.say("老板", "1")


def test_a_number_of_withdrawals_opens_it_and_cancels_nothing(shop: World) -> None:
    shop.earned("bob", 3_000)
    for line in ("提现 30", "微信", "bob_pay", "鲍勃", "确认提现"):
        shop.say("bob", line)
    shop.say("bob", "提现记录")

    assert "金额：¥30.00 · 待审核" in shop.say("bob", "1")
    assert "待审核" in shop.say("bob", "提现记录")


def test_a_number_answers_a_question_and_not_the_list_before_it(shop: World) -> None:
    shop.say("bob", "推广商品")
    shop.say("bob", "改名")

    assert "1" in shop.say("bob", "1")
    assert "¥" not in shop.say("bob", "继续")


def test_the_line_of_a_row_may_stand_on_its_second_line() -> None:
    screen = (
        f"头\n1. 护手霜\n　{tap('看 1', '看')}\n2. 茶 {tap('看 2', '看')}\n3. 没有\n{tap('更多', '更多')}"
    )

    assert rows(screen) == {"1": "看 1", "2": "看 2", "3": ""}
