"""What things cost and what they earn, in the chat."""

from __future__ import annotations

import pytest

from engine.money import Money
from engine.orders.facts import Payment
from engine.people.authority import Role
from engine.programme.modes import Goods
from handlers.texts.money import grouped
from tests.handlers.world import HOME, World, read, taps

ALL = "\n\n找商品请回复：价格 商品名"


@pytest.fixture
def shop(world: World) -> World:
    """alice promotes, and bob, whom she invited; there is tea beside the hand cream, and a card nobody promotes."""
    world.promoter("alice")
    world.promoter("bob", invited_by="alice")
    world.by("老板").products.put("SKU2", "绿茶礼盒", Goods.GOODS, Money(645))
    world.by("老板").products.put("SKU4", "会员卡 3", Goods.VIRTUAL, Money(5_000))
    world.by("老板").products.promote("SKU4", False)
    return world


def test_a_customer_reads_what_everything_costs_and_nothing_of_earnings(shop: World) -> None:
    shown = shop.say("carol", "商品与价格")
    assert read(shown) == f"商品与价格\n1. 护手霜 ¥100.00\n2. 绿茶礼盒 ¥6.45\n3. 会员卡 3 ¥50.00{ALL}"
    assert taps(shown) == ["价格 SKU1", "价格 SKU2", "价格 SKU4"]
    assert shop.say("carol", "价格") == shown
    assert read(shop.say("carol", "价格 SKU1")) == (
        "护手霜\n编号：SKU1 · 实物\n价格 ¥100.00\n\n问几件的价格，请回复：价格 SKU1 3\n看全部商品"
    )


@pytest.mark.parametrize(
    "line",
    [
        "价格 SKU2 3",
        "价格 绿茶 3",
        "价格 绿茶礼盒3件",
        "价格：绿茶 ３",
        "价格 ＳＫＵ２　３",
        "价格 sku2 x3",
        "价格绿茶礼盒 × 3 盒",
    ],
)
def test_several_pieces_however_they_are_said(shop: World, line: str) -> None:
    assert "3 件 ¥19.35（一件 ¥6.45）" in shop.say("carol", line)


def test_a_title_that_ends_in_a_number_is_a_title_first(shop: World) -> None:
    assert "\n价格 ¥50.00\n" in shop.say("carol", "价格 会员卡 3")
    assert "2 件 ¥100.00" in shop.say("carol", "价格 会员卡 3 2")
    assert "3 件 ¥150.00" in shop.say("carol", "价格 卡 3")


def test_what_is_not_found_is_said_and_what_could_be_meant_is_listed(shop: World) -> None:
    shown = shop.say("carol", "价格 <b>钻石")
    assert read(shown) == "没有找到「钻石」。换个词试试，或者：\n看全部商品"
    assert taps(shown) == ["商品与价格"]
    shown = shop.say("carol", "价格 SKU 2")
    assert taps(shown) == ["价格 SKU1", "价格 SKU2", "价格 SKU4"]
    assert "件数要 1–9999" in shop.say("carol", "价格 SKU1 10000")
    assert "件数要 1–9999" in shop.say("carol", "价格 SKU1 0")


def test_a_list_is_cut_and_the_rest_is_a_page_on(shop: World) -> None:
    for n in range(9):
        shop.by("老板").products.put(f"T{n}", "红茶" + "芽" * n, Goods.GOODS, Money(100))
    assert taps(shop.say("carol", "商品与价格"))[-1] == "商品与价格 2"
    assert "\n12. " in shop.say("carol", "商品与价格 2")
    assert "还有别的，把名称说全一点就能找到。" in shop.say("carol", "价格 红")
    assert "编号：T0" in shop.say("carol", "价格 红茶")  # called exactly so, though eight more hold it
    assert taps(shop.say("bob", "推广商品"))[-1] == "推广商品 第2页"
    assert "\n11. " in shop.say("bob", "推广商品 第2页")
    assert "还有别的" in shop.say("bob", "推广商品 红")


def test_two_products_of_one_title_are_both_shown(shop: World) -> None:
    shop.by("老板").products.put("SKU9", "护手霜", Goods.GOODS, Money(9_000))
    assert taps(shop.say("carol", "价格 护手霜")) == ["价格 SKU1", "价格 SKU9"]
    assert "编号：SKU9" in shop.say("carol", "价格 sku9")


def test_a_promoter_who_saves_reads_his_own_price(shop: World) -> None:
    shop.set(self_purchase="discount")
    shown = shop.say("bob", "商品与价格")
    assert "1. 护手霜 ¥70.00（原价 ¥100.00）" in read(shown)
    assert "3. 会员卡 3 ¥50.00\n" in read(shown)
    assert "你的价格 ¥13.55（自购省 ¥5.80）\n客户购买，你赚 ¥5.80" in shop.say("bob", "价格 绿茶 3")
    assert "1. 护手霜 ¥100.00\n" in read(shop.say("carol", "商品与价格"))


def test_what_can_be_promoted_and_what_it_earns(shop: World) -> None:
    shown = shop.say("bob", "推广商品")
    assert read(shown).startswith("推广商品\n1. 护手霜 ¥100.00 · 赚 ¥30.00\n2. 绿茶礼盒 ¥6.45 · 赚 ¥1.93\n\n")
    assert taps(shown) == ["推广商品 SKU1", "推广商品 SKU2"]
    assert read(shop.say("bob", "推广商品 护手")) == (
        "护手霜\n编号：SKU1 · 实物\n价格 ¥100.00\n你代下单 ¥70.00（省 ¥30.00）\n客户购买，你赚 ¥30.00\n"
        "（按你现在的比例算，以付款时为准；退款的部分不计。）\n\n"
        f"这个商品的链接，长按复制发给客户：\n{HOME}/r/{shop.code('bob')}/SKU1\n"
        f"（推荐码 {shop.code('bob')}，也可以请客户直接发到这个公众号）\n拿这个商品的海报\n看全部推广商品"
    )
    assert "没有找到「会员卡」" in shop.say("bob", "推广商品 会员卡")
    shop.set(self_purchase="discount")
    assert "你自购、代下单 ¥70.00（省 ¥30.00）" in shop.say("bob", "推广商品 SKU1")


def test_nobody_promotes_who_is_frozen_or_while_nothing_is_to_be_promoted(shop: World) -> None:
    assert "这是推广员用的" in shop.say("carol", "推广商品")
    shop.freeze("bob")
    for line in ("推广商品", "推广商品 SKU1"):
        assert "被冻结了" in shop.say("bob", line)
    assert "赚" not in shop.say("bob", "价格 SKU1")
    for sku in ("SKU1", "SKU2"):
        shop.by("老板").products.promote(sku, False)
    assert "还没有推广商品" in shop.say("alice", "推广商品")
    shop.set(programme="off")
    assert "暂时停着" in shop.say("alice", "推广商品")
    assert "1. 护手霜 ¥100.00\n" in read(shop.say("alice", "商品与价格"))


def test_to_whom_earnings_are_shown(shop: World) -> None:
    assert "赚 ¥30.00" in shop.say("bob", "价格 SKU1")
    assert "1. 护手霜 ¥100.00 · 赚 ¥30.00" in read(shop.say("bob", "价格"))
    shop.say("老板", "设置 赚给谁看 所有人")
    assert "\n推广可赚 ¥30.00\n" in shop.say("carol", "价格 SKU1")
    shown = shop.say("carol", "价格")
    assert "2. 绿茶礼盒 ¥6.45 · 推广可赚 ¥1.93" in read(shown)
    assert "邀请奖励" not in shown
    shop.say("老板", "设置 赚给谁看 没有人")
    assert "赚" not in shop.say("bob", "推广商品 SKU1")
    shop.say("老板", "设置 赚给谁看 所有人")
    shop.say("老板", "设置 显示赚多少 关")
    for name in ("bob", "carol"):
        assert "赚" not in shop.say(name, "价格 SKU1")


def test_a_shop_without_goods(world: World) -> None:
    world.by("老板").products.promote("SKU1", False)
    assert "价格 ¥100.00" in world.say("carol", "价格 护手霜")


# -- orders ----------------------------------------------------------------------------------------


def test_orders_say_how_they_were_bought_and_why_they_pay_nothing(shop: World) -> None:
    shop.set(self_purchase="discount")
    bob = shop.code("bob")
    shop.buys("bob", "1", 10_000, less=3_000)
    shop.buys("carol", "2", 10_000, less=3_000, placed_by=bob)
    shop.buys("carol", "3", 10_000, placed_by=bob)
    shop.buys("carol", "4", 10_000, code=bob, payment=Payment.OWN_TRANSFER)
    shown = shop.say("bob", "推广订单")
    assert "　自购省 ¥30.00，佣金已在价格里" in shown
    assert "　代下单省 ¥30.00，佣金已在价格里" in shown
    assert "　代下单 · 佣金 ¥30.00 待结算" in shown
    assert "　商家自行转账的订单不计佣" in shown
    upline = shop.say("alice", "推广订单")
    assert upline.count("　邀请奖励 ¥10.00 待结算") == 3
    assert "省" not in upline
    shown = read(shop.say("carol", "我的订单"))
    assert "实付 ¥100.00，商家自行转账 · 单号" in shown
    assert shown.count("，代下单") == 2
    assert "佣" not in shown
    shop.buys("bob", "5", 10_000, payment=Payment.OWN_TRANSFER)
    assert "（商家自行转账的订单不计佣）" in shop.say("bob", "我的订单")
    assert shop.say("老板", "订单退款").count("商家自行转账的订单不计佣") == 2


def test_self_purchase_for_commission_says_so(shop: World) -> None:
    shop.set(self_purchase="commission")
    shop.buys("bob", "1", 10_000)
    assert "　自购 · 佣金 ¥30.00 待结算" in shop.say("bob", "推广订单")


def test_discounts_above_the_rule_wait_for_owner_and_finance(shop: World) -> None:
    for name, role in (("财财", Role.FINANCE), ("客客", Role.SERVICE)):
        shop.staff(name, role)
    assert "没有减得比规则多的订单" in shop.say("老板", "优惠超额")
    shop.buys("carol", "N-1", 10_000, less=3_050, placed_by=shop.code("bob"))
    shop.buys("carol", "N-2", 10_000, less=500)
    for name in ("老板", "财财"):
        shown = shop.say(name, "待办")
        assert "减得比规则多的订单 2" in read(shown)
        assert "优惠超额" in taps(shown)
    assert "优惠超额" not in taps(shop.say("客客", "待办"))
    assert "财务权限" in shop.say("客客", "优惠超额")
    assert "没听懂" in shop.say("carol", "优惠超额")
    shown = shop.say("财财", "优惠超额")
    assert "护手霜×1\n　减 ¥30.50，多减 ¥0.50 · bob 的价" in shown
    assert "商城单号 N-2 · 护手霜×1" in shown
    assert "　减 ¥5.00，多减 ¥5.00 · 03-02 来的客户 没有优惠价" in shown
    assert "佣金没有改动" in shown
    assert [one.partition(" ")[0] for one in taps(shown)] == ["订单", "订单"]


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (990, "¥9.90"),
        (1_288_800, "¥12,888.00"),
        (5, "¥0.05"),
        (-123_405, "-¥1,234.05"),
        (100_000_005, "¥1,000,000.05"),
    ],
)
def test_amounts_on_pictures_are_read_from_afar(fen: int, said: str) -> None:
    assert grouped(Money(fen)) == said
