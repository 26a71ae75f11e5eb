"""What customers say and hear: coming, being recommended, taking it back, looking at their orders."""

from __future__ import annotations

import pytest

from engine.money import Money
from engine.orders.facts import Shipped
from handlers.types import Kind
from tests.handlers.world import World, read, taps

NOT_HIM = "看商品与价格\n不是 TA 推荐的？回复 不是"


@pytest.fixture
def shop(world: World) -> World:
    """alice promotes, and bob, whom she invited."""
    world.promoter("alice")
    world.promoter("bob", invited_by="alice")
    return world


def mode(world: World, name: str) -> None:
    world.set(lock_mode=name)


def test_a_stranger_is_welcomed_and_told_what_one_can_do_here(world: World) -> None:
    shown = world.follow("carol")
    assert shown.startswith("欢迎来到花间小店。")
    assert taps(shown) == [
        "商品与价格",
        "我的订单",
        "退款售后",
        "联系客服",
        "我的推荐人",
        "填写推荐码",
        "绑定手机号",
        "隐私与注销",
        "招募说明",
        "申请推广员",
        "申请进度",
    ]
    for word in ("奖", "佣金", "返", "赚", "领"):
        assert word not in shown


def test_recruiting_is_not_offered_while_it_is_closed(world: World) -> None:
    world.set(recruiting="off")
    assert taps(world.follow("carol")) == [
        "商品与价格",
        "我的订单",
        "退款售后",
        "联系客服",
        "我的推荐人",
        "填写推荐码",
        "绑定手机号",
        "隐私与注销",
    ]
    assert "现在不招推广员" in world.say("carol", "招募说明")
    assert "现在不招推广员" in world.say("carol", "申请推广员")


def test_who_follows_by_a_poster_is_welcomed_and_told_by_whom(shop: World) -> None:
    shown = shop.follow("carol", f"p:{shop.code('bob')}")
    assert read(shown) == (
        f"欢迎来到花间小店。\nbob 向你推荐了花间小店。7 天内下单，bob 就是你的推荐人。\n{NOT_HIM}"
    )
    assert taps(shown) == ["商品与价格", "不是"]


def test_a_follower_who_scans_hears_the_receipt_only(shop: World) -> None:
    shown = shop.scan("carol", f"p:{shop.code('bob')}")
    assert read(shown) == f"bob 向你推荐了花间小店。7 天内下单，bob 就是你的推荐人。\n{NOT_HIM}"


def test_on_visit_the_scan_itself_makes_the_lock(shop: World) -> None:
    mode(shop, "on_visit")
    first = shop.scan("carol", f"p:{shop.code('bob')}")
    assert read(first) == f"bob 向你推荐了花间小店。bob 现在是你的推荐人（长期有效）。\n{NOT_HIM}"
    again = shop.scan("carol", f"p:{shop.code('bob')}")
    assert read(again) == f"bob 向你推荐了花间小店。TA 已经是你的推荐人。\n{NOT_HIM}"
    another = shop.scan("carol", f"p:{shop.code('alice')}")
    assert read(another) == f"alice 向你推荐了花间小店。你的推荐人还是 bob。\n{NOT_HIM}"


def test_a_lock_with_an_end_names_the_day(shop: World) -> None:
    mode(shop, "on_visit")
    shop.set(lock_days="30")
    assert "（到 2026-04-01）" in shop.scan("carol", f"p:{shop.code('bob')}")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("single_shot", "你的推荐人还是 bob；7 天内下单，推荐人就换成 alice。"),
        ("on_purchase", "你的推荐人还是 bob。"),
    ],
)
def test_anothers_lock_after_a_purchase(shop: World, name: str, said: str) -> None:
    mode(shop, name)
    shop.buys("carol", "1", 10_000, code=shop.code("bob"))
    shown = shop.scan("carol", f"p:{shop.code('alice')}")
    assert read(shown) == f"alice 向你推荐了花间小店。{said}\n{NOT_HIM}"


def test_without_a_visit_window_the_link_decides(shop: World) -> None:
    shop.set(visit_window="0")
    shown = read(shop.scan("carol", f"p:{shop.code('bob')}"))
    assert "从 bob 的链接下单，bob 就是你的推荐人。" in shown
    shop.buys("carol", "1", 10_000, code=shop.code("bob"))
    assert "从 alice 的链接下单，推荐人就换成 alice。" in shop.scan("carol", f"p:{shop.code('alice')}")


@pytest.mark.parametrize("line", ["推荐码 {}", "推荐码{}", "填写推荐码 {}", "推荐码：{}", "{}"])
def test_a_code_is_typed_in_many_ways(shop: World, line: str) -> None:
    shown = shop.say("carol", line.format(shop.code("bob").lower()))
    assert read(shown).startswith("bob 向你推荐了花间小店。")


def test_a_code_is_asked_for_and_may_be_corrected(shop: World) -> None:
    assert "6 位推荐码" in shop.say("carol", "填写推荐码")
    assert "没有「ZZZ222」这个推荐码" in shop.say("carol", "zzz222")
    assert read(shop.say("carol", shop.code("bob"))).startswith("bob 向你推荐了花间小店。")
    assert "没听懂" in shop.say("carol", "随便")


def test_a_plain_word_is_not_taken_for_a_code(shop: World) -> None:
    assert "没听懂" in shop.say("carol", "thanks")
    assert "「ABC234」不是推荐码，也不是你的单号" in shop.say("carol", "abc234")


def test_refused_codes_say_why(shop: World) -> None:
    assert shop.say("bob", shop.code("bob")) == "这是你自己的推荐码，不能推荐自己。"
    assert shop.scan("bob", f"p:{shop.code('bob')}") == "这是你自己的推荐码，不能推荐自己。"
    shop.freeze("bob")
    assert shop.scan("carol", f"p:{shop.code('bob')}") == "这个推荐码暂时不可用。"
    shop.set(programme="off")
    assert "暂时停着" in shop.scan("carol", f"p:{shop.code('alice')}")
    assert shop.scan("carol", "p:NOBODY").startswith("本店的推广暂时停着")


def test_a_code_that_is_not_ours_is_old(world: World) -> None:
    assert "失效" in world.scan("carol", "x:1")
    assert world.follow("carol", "x:1").startswith("欢迎来到花间小店。")


def test_it_was_not_him(shop: World) -> None:
    mode(shop, "on_visit")
    shop.scan("carol", f"p:{shop.code('bob')}")
    assert shop.say("carol", "我的推荐人") == "你的推荐人是 bob（长期有效）。"
    assert shop.say("carol", "不是") == "好的，这次不算 bob 推荐的。你现在没有推荐人。"
    assert shop.say("carol", "不是") == "没有可以撤销的推荐。"
    assert read(shop.say("carol", "我的推荐人")).startswith("你还没有推荐人。")


def test_not_him_leaves_what_an_order_made(shop: World) -> None:
    shop.scan("carol", f"p:{shop.code('bob')}")
    shop.buys("carol", "1", 10_000)
    said = read(shop.say("carol", "不是"))
    assert said.startswith("好的，这次不算 bob 推荐的。你的推荐人仍是 bob：下过的单、商家的分配都不变。")
    assert "你的推荐人是 bob" in shop.say("carol", "我的推荐人")


def test_not_him_comes_too_late_after_ten_minutes(shop: World) -> None:
    shop.scan("carol", f"p:{shop.code('bob')}")
    shop.later(minutes=11)
    assert "已经过了 10 分钟" in shop.say("carol", "不是")
    assert "最近一次是 bob" in shop.say("carol", "我的推荐人")


def test_own_orders_without_anybodys_reward(shop: World) -> None:
    assert "还没有你的订单" in shop.say("carol", "我的订单")
    shop.buys("carol", "1", 10_000, code=shop.code("bob"))
    shop.refunds("1", 2000)
    shown = read(shop.say("carol", "我的订单"))
    assert "1. 03-02 10:00 护手霜\n　实付 ¥100.00，已退 ¥20.00 · 单号 " in shown
    assert "佣金" not in shown
    assert "还没有你的订单" in shop.say("dave", "我的订单")


def test_how_each_order_can_be_given_back(shop: World) -> None:
    """J2: by the settlement an order was sold under; what went back is said, and how to reach somebody."""
    assert taps(shop.say("carol", "退款售后")) == ["绑定手机号", "联系客服"]
    shop.buys("carol", "1", 10_000)
    shop.refunds("1", 2000)
    shop.later(minutes=1)
    shop.set(settle_mode="paid")
    shop.buys("carol", "2", 3_000, title="绿茶礼盒")
    shop.refunds("2", 3000)
    shop.later(minutes=1)
    shop.buys("carol", "3", 4_000, title="会员卡")
    answer = shop.say("carol", "退款")
    shown = read(answer)
    assert "1. 03-02 10:02 会员卡 实付 ¥40.00\n　要退请联系商家 · 单号 " in shown
    assert "2. 03-02 10:01 绿茶礼盒 实付 ¥30.00\n　已全部退款 · 单号 " in shown
    assert "3. 03-02 10:00 护手霜 实付 ¥100.00\n　已退 ¥20.00 · 可以退 · 单号 " in shown
    assert "告诉客服单号和原因" in shown
    assert taps(answer)[-1] == "联系客服"
    shop.set(shop_link="https://shop.example.com/")
    assert "在商城的订单里申请" in shop.say("carol", "售后")
    assert taps(shop.say("carol", "退款售后 1"))[-2:] == ["进入商城", "联系客服"]
    assert "会员卡" not in shop.say("dave", "退款售后")


def test_more_orders_than_a_screen(shop: World) -> None:
    for number in range(10):
        shop.buys("carol", str(number), 10_000 + number)
        shop.later(minutes=1)
    first = shop.say("carol", "我的订单")
    assert taps(first)[-1] == "我的订单 2"
    second = shop.say("carol", "我的订单 2")
    assert "\n7. " in second
    assert "10. " in second
    assert str(Money(10_000)) in second
    assert "我的订单 3" not in taps(second)


def test_one_of_ones_own_orders(shop: World) -> None:
    shop.buys("carol", "N-1", 10_000)
    shop.refunds("N-1", 2000)
    (opens,) = taps(shop.say("carol", "我的订单"))
    shown = read(shop.say("carol", opens))
    assert shown == read(shop.say("carol", "我的订单") and shop.say("carol", "1"))
    assert "商城单号 N-1\n03-02 10:00 实付 ¥100.00 · 已付款\n· 护手霜×1 ¥100.00（退 ¥20.00）\n" in shown
    assert "退款：已退 ¥20.00 · 可以退" in shown
    assert "没有单号为" in shop.say("dave", opens)
    shop.say("carol", "我的订单")
    shop.hear("N-1", Shipped("p1", shop.wrist.now()))
    assert "已发货" in shop.say("carol", opens)


def test_leaving_is_silent_and_coming_back_is_welcome(shop: World) -> None:
    assert shop.send("bob", Kind.UNFOLLOW) == ""
    assert shop.follow("bob").startswith("欢迎回到花间小店。")
    assert "店铺海报" in taps(shop.follow("bob"))


def test_pictures_are_answered_and_other_things_are_not(world: World) -> None:
    assert "看不了图片" in world.send("carol", Kind.IMAGE)
    assert taps(world.send("老板", Kind.IMAGE)) == ["海报招募", "素材管理"]
    world.promoter("bob")
    assert taps(world.send("bob", Kind.IMAGE)) == ["海报头像"]
    assert world.send("carol", Kind.OTHER) == ""


def test_merchants_words_do_not_exist_for_outsiders(shop: World) -> None:
    unknown = shop.say("carol", "呵呵")
    for word in ("全部待办", "通过 1", "已打款 ABC234 1234", "规则设置"):
        assert shop.say("carol", word) == unknown
        assert shop.say("bob", word) == unknown


def test_promoters_words_are_named_as_such(shop: World) -> None:
    shown = shop.say("carol", "我的收益")
    assert shown.startswith("这是推广员用的，你现在不是推广员。")
    assert taps(shown) == ["招募说明"]


def test_no_reward_word_stands_on_anything_a_customer_sees(shop: World) -> None:
    said = [
        shop.follow("carol"), shop.follow("carol", f"p:{shop.code('bob')}"), shop.say("carol", "我的推荐人"),
        shop.say("carol", "帮助"), shop.say("carol", "菜单"), shop.say("carol", "不是"), shop.say("carol", "嗯"),
        shop.say("carol", "我的订单"), shop.say("carol", "填写推荐码"),
    ]  # fmt: skip
    for shown in said:
        for word in ("邀请奖励", "下级", "佣金", "赚", "返现", "奖励"):
            assert word not in shown, shown


def test_nobody_speaks_of_uplines_while_one_level_is_paid(shop: World) -> None:
    dave = shop.promoter("dave")
    assert "上级" in shop.scan("dave", f"i:{shop.code('bob')}")
    shop.set(two_level="off")
    shown = shop.scan("dave", f"i:{shop.code('bob')}")
    assert shown.startswith("bob 向你推荐了")
    assert "上级" not in shown
    assert "申请推广员" not in shown
    assert shop.by("dave").promoters.mine().upline == dave.upline is None
