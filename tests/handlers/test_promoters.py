"""What promoters say and hear: pictures, earnings, orders, customers, downlines, a name."""

from __future__ import annotations

import pytest

from handlers.texts.money import ON_ORDERS_ONLY
from tests.handlers.world import World, read, taps


@pytest.fixture
def shop(world: World) -> World:
    """alice promotes, and bob, whom she invited."""
    world.promoter("alice")
    world.promoter("bob", invited_by="alice")
    return world


def test_a_poster_is_promised_at_once(shop: World) -> None:
    assert (
        read(shop.say("bob", "店铺海报")) == "[poster] 正在为你制作海报，几秒后发到这里…\n海报头像 · 换样式"
    )
    assert shop.click("bob", "店铺海报") == shop.say("bob", " 海报 ")


def test_an_invitation_promises_nothing(shop: World) -> None:
    shown = shop.say("alice", "邀请推广员")
    assert shown.startswith("[invitation] 正在为你制作邀请海报")
    for word in ("奖", "赚", "佣金", "领"):
        assert word not in shown


def test_nobody_hands_out_a_poster_that_does_not_work(shop: World) -> None:
    shop.freeze("bob")
    for word in ("店铺海报", "邀请推广员", "申请进度"):
        assert "被冻结了" in shop.say("bob", word)
    shop.set(programme="off")
    assert "暂时停着" in shop.say("alice", "店铺海报")


def test_earnings_of_both_levels(shop: World) -> None:
    shop.buys("carol", "1", 10_000, code=shop.code("bob"))
    assert shop.say("bob", "我的收益").startswith(
        "我的收益\n今日 ¥30.00 · 昨日 ¥0.00\n本月 ¥30.00 · 累计 ¥30.00\n\n"
        "待结算 ¥30.00\n可提现 ¥0.00\n提现中 ¥0.00\n已打款 ¥0.00\n\n"
        f"其中邀请奖励\n本月 ¥0.00 · 累计 ¥0.00\n（{ON_ORDERS_ONLY}）"
    )
    assert "其中邀请奖励\n本月 ¥10.00 · 累计 ¥10.00" in shop.say("alice", "收益")
    shop.later(days=1)
    assert "今日 ¥0.00 · 昨日 ¥30.00" in shop.say("bob", "我的收益")


def test_what_is_owed_shows_only_when_there_is_something(shop: World) -> None:
    shop.earned("bob", 3000, number="1")
    assert "可提现 ¥30.00" in shop.say("bob", "我的收益")
    assert "待追回" not in shop.say("bob", "我的收益")
    for line in ("提现 30", "微信", "bob_pay", "鲍勃", "确认提现"):
        shop.say("bob", line)
    assert "提现中 ¥30.00" in shop.say("bob", "我的收益")
    shop.refunds("1", 10_000)
    assert "待追回 ¥30.00（退款扣回，先从以后的收益里抵扣）" in shop.say("bob", "我的收益")
    code = shop.by("bob").withdrawals.mine(1)[0].code
    assert "钱已退回可提现" in shop.say("bob", f"取消提现 {code}")


def test_one_level_never_speaks_of_a_second(one_level: World) -> None:
    one_level.promoter("alice")
    one_level.promoter("bob")
    one_level.earned("bob", 3000)
    for word in ("帮助", "菜单", "我的收益", "推广订单", "我的客户", "申请进度", "我的推广", "提现", "取消"):
        shown = one_level.say("bob", word)
        for hidden in ("邀请", "下级", "奖励"):
            assert hidden not in shown, shown
    for word in ("邀请推广员", "邀请", "我的下级", "我的下级 2"):
        assert "没听懂" in one_level.say("bob", word)


def test_orders_each_with_its_reward_and_state(shop: World) -> None:
    assert "还没有推广订单" in shop.say("bob", "推广订单")
    shop.buys("carol", "1", 10_000, code=shop.code("bob"))
    shop.later(minutes=1)
    shop.buys("carol", "2", 20_000, code=shop.code("bob"), lines=2)
    shop.received("2")
    shown = read(shop.say("bob", "推广订单"))
    assert "1. 03-02 10:01 护手霜等2款 实付 ¥400.00\n　佣金 ¥120.00 待结算（03-09 到期） · 单号 " in shown
    assert "2. 03-02 10:00 护手霜 实付 ¥100.00\n　佣金 ¥30.00 待结算 · 单号 " in shown
    assert ON_ORDERS_ONLY not in shown
    upline = shop.say("alice", "推广订单")
    assert "邀请奖励 ¥40.00 待结算" in upline
    assert f"（邀请奖励{ON_ORDERS_ONLY}）" in upline
    assert "佣金 ¥" not in upline
    shop.later(days=8)
    shop.refunds("1", 10_000)
    shown = shop.say("bob", "推广订单")
    assert "佣金 ¥120.00 已结算" in shown
    assert "佣金 ¥0.00 已退款" in shown


def test_nobody_reads_anothers_orders(shop: World) -> None:
    shop.promoter("dave")
    shop.buys("carol", "1", 10_000, code=shop.code("bob"))
    assert "还没有推广订单" in shop.say("dave", "推广订单")
    assert "还没有推广订单" in shop.say("dave", "推广订单 2")
    assert "还没有客户" in shop.say("dave", "我的客户")
    assert "还没有邀请过" in shop.say("dave", "我的下级")


def test_pages_of_orders_outlive_the_conversation(shop: World) -> None:
    for number in range(13):
        shop.buys("carol", str(number), 10_000 + number * 100, code=shop.code("bob"))
        shop.later(minutes=1)
    assert taps(shop.say("bob", "推广订单"))[6:] == ["推广订单 2"]
    shop.talks.clear()
    second = shop.say("bob", "推广订单 ２")
    assert "\n7. " in second
    assert "\n12. " in second
    assert taps(second)[6:] == ["推广订单 3"]
    third = shop.say("bob", "推广订单 3")
    assert "13. 03-02 10:00 护手霜 实付 ¥100.00" in third
    assert len(taps(third)) == 1
    assert shop.say("bob", "推广订单 9999999999") == third  # the last there is, and not: there are none


def test_customers(shop: World) -> None:
    assert "还没有客户" in shop.say("bob", "我的客户")
    shop.set(lock_mode="on_visit", lock_days="30")
    shop.scan("carol", f"p:{shop.code('bob')}")
    shown = shop.say("bob", "我的客户")
    assert read(shown) == "我的客户（1 人）\n1. 03-02 来的客户 · 03-02 来的，锁客中，04-01 到期"
    shop.later(days=31)
    assert "跟进中" in shop.say("bob", "我的客户")


def test_downlines_and_what_they_brought(shop: World) -> None:
    shop.buys("carol", "1", 10_000, code=shop.code("bob"))
    assert shop.say("alice", "我的下级") == (
        f"我的下级（1 人）\n1. bob · 邀请奖励 ¥10.00\n（邀请奖励{ON_ORDERS_ONLY}）"
    )
    shop.freeze("bob")
    assert "bob（已停止推广）" in shop.say("alice", "我的下级")


def test_a_name_on_the_poster(shop: World) -> None:
    assert "海报上写什么名字" in shop.say("bob", "改名")
    assert "1–20 个字" in shop.say("bob", "<b>")
    assert read(shop.say("bob", "王<i>姐")).endswith("会写「王姐」。\n重新拿海报\n加上你的头像（可以不加）")
    assert "请发一张" in shop.say("bob", "海报头像")
    assert "不放头像" in shop.say("bob", "跳过")
    assert shop.by("bob").promoters.mine().name.given == "王姐"
    assert read(shop.say("bob", "改名 Wang Jie")) == "好的，海报上会写「Wang Jie」。\n重新拿海报"
    assert "1–20 个字" in shop.say("bob", f"改名 {'字' * 21}")


def test_help_says_what_this_person_can_do(shop: World) -> None:
    assert taps(shop.say("bob", "帮助")) == [
        "店铺海报", "推广商品", "推广链接", "素材文案", "邀请推广员", "我的收益", "推广订单", "申请提现", "提现记录",
        "排行榜", "我的客户", "我的下级", "商城与客服", "改名",
    ]  # fmt: skip
    assert taps(shop.say("bob", "商城")) == [
        "商品与价格",
        "我的订单",
        "退款售后",
        "联系客服",
        "我的推荐人",
        "填写推荐码",
        "绑定手机号",
        "隐私与注销",
    ]
    assert "申请推广员" in taps(shop.say("carol", "商城"))
    assert set(taps(shop.say("bob", "菜单"))) == {*taps(shop.say("bob", "？")), "帮助"}


def test_a_promoter_is_a_customer_too(shop: World) -> None:
    shop.promoter("dave")
    assert read(shop.scan("bob", f"p:{shop.code('dave')}")).startswith("dave 向你推荐了花间小店。")
    assert "最近一次是 dave" in shop.say("bob", "我的推荐人")
