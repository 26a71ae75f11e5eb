"""商品佣金: products, their rates, whether they are promoted."""

from __future__ import annotations

import pytest

from engine.money import Money, Rate
from engine.programme.modes import Goods
from engine.programme.products import Product
from handlers.types import Talk
from tests.handlers.merchant.scenes import OWNER, apply, tap_of
from tests.handlers.world import World, read, taps


def product(world: World, sku: str = "SKU1") -> Product:
    return world.by(OWNER).products.get(sku)


def test_the_list_and_one_product(world: World) -> None:
    shown = world.say(OWNER, "商品佣金")
    assert "1. 护手霜 实物 ¥100.00\n" in read(shown)
    item = world.say(OWNER, tap_of(shown, "商品 SKU1"))
    assert "编号：SKU1\n类型：实物 · 价格：¥100.00\n一级佣金：按店铺（30%）" in item
    assert "邀请奖励：按店铺（10%）（仅按下级客户已成交订单计算，邀请本身无奖励）" in item


def test_without_a_second_level_nothing_speaks_of_it(one_level: World) -> None:
    apply(one_level, "alice")
    for line in ("推广员审核", "1", "商品佣金", "商品 SKU1", "今日概览", "推广员业绩", "推广员列表", "订单"):
        shown = one_level.say(OWNER, line)
        assert "邀请" not in shown, line
        assert "二级" not in shown, line


@pytest.mark.parametrize(
    ("typed", "kind", "price"),
    [
        ("商品 加 SKU2 洗发水 59.9 实物", Goods.GOODS, 5990),
        ("加商品 SKU2 洗发水 ５９.９元", Goods.GOODS, 5990),
        ("商品 加 SKU2 洗发水 ￥60 虚拟", Goods.VIRTUAL, 6000),
        ("商品 加 SKU2 洗发水 60 预约", Goods.SERVICE, 6000),
    ],
)
def test_added_in_one_line(world: World, typed: str, kind: Goods, price: int) -> None:
    assert "已加商品 洗发水，正在推广。" in world.say(OWNER, typed)
    assert product(world, "SKU2") == Product("SKU2", "洗发水", kind, Money(price), True)


def test_a_title_may_hold_spaces(world: World) -> None:
    world.say(OWNER, "商品 加 SKU2 洗发水 大瓶 59 实物")
    assert product(world, "SKU2").title == "洗发水 大瓶"


def test_added_step_by_step_with_mistakes(world: World) -> None:
    assert "商品编号是什么？" in world.say(OWNER, "商品 加")
    assert "只能用字母" in world.say(OWNER, "SKU 2")
    assert "叫什么名字" in world.say(OWNER, "SKU2")
    assert "1–60 个字" in world.say(OWNER, "长" * 61)
    assert "多少元" in world.say(OWNER, "洗发水")
    assert "不是金额" in world.say(OWNER, "很贵")
    assert "是哪种商品？" in world.say(OWNER, "59.9")
    assert "只有三种" in world.say(OWNER, "书")
    world.say(OWNER, "待办")
    assert "是哪种商品？" in world.say(OWNER, "继续")
    assert "已加商品 洗发水" in world.say(OWNER, "实物")


def test_added_again_it_is_corrected(world: World) -> None:
    assert "已更新商品 润手霜。" in world.say(OWNER, "商品 加 SKU1 润手霜 90 实物")
    assert product(world).price == Money(9000)


@pytest.mark.parametrize(
    "typed", ["商品 加 SKU2", "商品 加 SKU2 洗发水", "商品 加 SKU2 洗发水 很贵", "商品 加 <b> 洗 1"]
)
def test_a_line_that_is_no_product_shows_how(world: World, typed: str) -> None:
    assert "商品 加 SKU1 护手霜 100 实物" in world.say(OWNER, typed)
    assert len(world.by(OWNER).products.all("", 9)) == 1


def test_promoted_or_not(world: World) -> None:
    shown = world.say(OWNER, "商品 SKU1")
    assert "护手霜 不再推广" in world.say(OWNER, tap_of(shown, "商品 SKU1 推广"))
    assert not product(world).promoted
    assert "现在就是未推广，没有改动。" in world.say(OWNER, "商品 SKU1 推广 关")
    assert "护手霜 开始推广" in world.say(OWNER, "商品 sku1 推广 开")
    assert "护手霜 不再推广" in world.say(OWNER, "商品 SKU1 不再推广"), "as the line reads that is tapped"
    assert not product(world).promoted


@pytest.mark.parametrize(
    ("typed", "first", "second"),
    [
        ("商品 SKU1 一级 12% 二级 3%", 1200, 300),
        ("商品 SKU1 一级１２％，二级３％", 1200, 300),
        ("商品 SKU1 一级 12", 1200, None),
        ("商品 SKU1 比例 12.5", 1250, None),
        ("商品 SKU1 二级 3", None, 300),
    ],
)
def test_rates_take_a_code(world: World, typed: str, first: int | None, second: int | None) -> None:
    prompt = world.say(OWNER, typed)
    assert "改 护手霜（SKU1）的比例？" in prompt
    assert product(world).level1 is None
    assert "已改 护手霜" in world.say(OWNER, tap_of(prompt, "确认"))
    assert product(world).level1 == (None if first is None else Rate(first))
    assert product(world).level2 == (None if second is None else Rate(second))


def test_back_to_the_shops_rates(world: World) -> None:
    world.say(OWNER, tap_of(world.say(OWNER, "商品 SKU1 一级 12"), "确认"))
    prompt = world.say(OWNER, tap_of(world.say(OWNER, "商品 SKU1"), "商品 SKU1 比例"))
    assert "一级佣金：12% → 按店铺（30%）" in prompt
    world.say(OWNER, tap_of(prompt, "确认"))
    assert product(world).level1 is None
    assert "现在就是这个比例，没有改动。" in world.say(OWNER, "商品 SKU1 比例 默认")


def test_rates_that_pay_out_more_than_the_product_are_refused(world: World) -> None:
    assert "超过了 100%" in world.say(OWNER, "商品 SKU1 一级 95")
    assert "「很多」不是比例" in world.say(OWNER, "商品 SKU1 一级 很多")


def test_what_is_not_understood_shows_how(world: World) -> None:
    assert "没看懂要怎么改" in world.say(OWNER, "商品 SKU1 便宜")
    assert "没有编号「SKU9」的商品" in world.say(OWNER, "商品 SKU9")
    assert "没有编号" in world.say(OWNER, "商品 SKU9 推广 开")


def test_more_than_eight_go_over_pages(world: World) -> None:
    for number in range(2, 11):
        world.by(OWNER).products.put(f"SKU{number:02}", f"商品{number}", Goods.GOODS, Money(100))
    shown = world.say(OWNER, "商品佣金")
    assert len([sends for sends in taps(shown) if sends.startswith("商品 SKU")]) == 8
    assert len([sends for sends in taps(world.say(OWNER, "商品佣金 2")) if sends.startswith("商品 SKU")]) == 2
    world.talks[OWNER] = Talk()
    assert "没听懂" in world.say(OWNER, "1"), "a bare number needs its list"


def test_a_products_number_cannot_break_a_link(world: World) -> None:
    world.by(OWNER).products.put('A"><a', "怪商品", Goods.GOODS, Money(100))
    assert "怪商品" in world.say(OWNER, "商品佣金")
    assert "怪商品" in world.say(OWNER, '商品 A"><a')


def test_a_number_that_could_never_be_changed_again_is_refused(world: World) -> None:
    assert "不能就叫「加」" in world.say(OWNER, "商品 加 加 加湿器 100 实物")
    world.say(OWNER, "商品 加")
    assert "不能就叫「加」" in world.say(OWNER, "加")


def test_how_to_change_a_product_speaks_of_one_level(one_level: World, world: World) -> None:
    assert "二级" not in one_level.say(OWNER, "商品 SKU1 便宜点")
    assert "商品 SKU1 一级 12% 二级 3%" in world.say(OWNER, "商品 SKU1 便宜点")
