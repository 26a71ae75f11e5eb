"""隐私与注销 in the chat: what is kept and why, what it means for money, and that it has to be typed."""

from __future__ import annotations

import pytest

from handlers import notices
from handlers.types import Kind
from tests.handlers.world import World, taps


@pytest.fixture
def shop(world: World) -> World:
    world.promoter("bob", given="王小明")
    return world


def test_a_customer_reads_what_is_kept_and_deletes_it_by_typing(world: World) -> None:
    world.say("carol", "绑定手机号 13911112222")
    shown = world.say("carol", "隐私与注销")
    assert "手机号 尾号2222" in shown
    assert "推广员" not in shown
    assert taps(shown) == ["取消"], "no line deletes anything"
    assert "还没有注销" in world.say("carol", "好的")
    assert "已注销" in world.say("carol", "「确认注销」。")
    assert "没有存你的称呼和手机号" in world.say("carol", "隐私")


def test_nothing_is_deleted_without_being_asked_for(shop: World) -> None:
    assert "没听懂" in shop.say("bob", "确认注销")
    shop.say("bob", "注销")
    assert "刚才的注销不继续了" in shop.say("bob", "取消")
    assert "没听懂" in shop.say("bob", "确认注销")
    assert shop.by("bob").forgetting.held().given == "王小明"


def test_a_promoter_is_told_what_becomes_of_his_money_and_his_customers(shop: World) -> None:
    shop.scan("carol", f"p:{shop.code('bob')}")
    shop.earned("bob", 3000)
    shown = shop.say("bob", "隐私与注销")
    assert "称呼 王小明" in shown
    assert "你是推广员（客户 1 位）" in shown
    assert "可提现 ¥30.00、待结算 ¥0.00：留着，回来再取；建议先 " in shown
    for line in ("提现 10", "微信", "wx_bob_1", "王小明", "确认提现"):
        shop.say("bob", line)
    assert "提现中 ¥10.00：照常打款，收款账号留到这笔办完才删" in shop.say("bob", "隐私与注销")
    shop.say("bob", "确认注销")
    assert "¥20.00" in shop.say("bob", "我的收益")
    assert shop.code("bob")


def test_where_the_shop_settles_outside_it_is_called_so(shop: World) -> None:
    shop.earned("bob", 3000)
    shop.set(payout_mode="offline")
    shown = shop.say("bob", "隐私与注销")
    assert "待线下结算 ¥30.00、待结算 ¥0.00：留着，回来再取。" in shown
    assert "可提现" not in shown


def test_a_former_promoter_is_told_of_his_money_alone(shop: World) -> None:
    shop.earned("bob", 3000)
    heir = shop.promoter("alice").code
    proposed = shop.by("老板").handover.propose_terminate(shop.code("bob"), heir, "", "不做了")
    shop.by("老板").handover.terminate(proposed.code)
    shown = shop.say("bob", "隐私与注销")
    assert "你是推广员" not in shown
    assert "可提现 ¥30.00" in shown


def test_staff_is_told_that_the_role_stays(world: World) -> None:
    assert "你是本店店主：身份还在" in world.say("老板", "隐私与注销")


def test_who_unfollows_is_forgotten_without_a_word(shop: World) -> None:
    assert shop.send("bob", Kind.UNFOLLOW) == ""
    assert shop.by("bob").forgetting.held().given == ""


def test_what_the_platform_tells_is_deleted_and_nothing_else(shop: World) -> None:
    for told, left in (("201,8", "王小明"), ("205", ""), ("cancellation", "")):
        assert shop._send("bob", Kind.REVOKED, text=told) == ""
        assert shop.by("bob").forgetting.held().given == left
        assert bool(shop.by("bob").phones.mine()) is (told != "cancellation")


def test_the_owner_reads_which_promoter_is_gone(shop: World) -> None:
    shop.say("bob", "隐私与注销")
    shop.say("bob", "确认注销")
    words = notices.words("gone", {"promoter": shop.who("bob").promoter}, shop.by("老板"))
    assert words
    assert words.startswith(f"推广员 {shop.code('bob')} 注销了个人信息（客户 0 位）")
