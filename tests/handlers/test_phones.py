"""绑定手机号 in the chat: what it is for, one number, and nothing about anybody else."""

from __future__ import annotations

from engine.money import Money
from engine.orders.events import Buyer, Sold
from engine.orders.facts import Line, Paid, Payment
from tests.handlers.world import World, taps


def test_the_purpose_comes_before_the_number(world: World) -> None:
    assert "绑定手机号" in taps(world.say("carol", "菜单"))
    shown = world.say("carol", "绑定手机号")
    assert "只用来把你在商城用这个号码下的单认到你名下" in shown
    assert "就是同意" in shown
    assert "这不是手机号" in world.say("carol", "12345")
    shown = world.say("carol", "１３９ 1111-2222")
    assert "已绑定尾号 2222 的手机号" in shown
    assert "13911112222" not in shown
    assert world.by("carol").phones.mine() == "2222"


def test_a_second_person_is_told_nothing_about_the_first(world: World) -> None:
    first = world.say("carol", "绑定手机号 13911112222")
    assert world.say("mallory", "绑定手机号 13911112222") == first


def test_it_may_be_changed_and_taken_back(world: World) -> None:
    world.say("carol", "绑定手机号 13911112222")
    assert "尾号 2222" in world.say("carol", "绑定手机号")
    assert "已绑定尾号 3333" in world.say("carol", "13911113333")
    world.say("carol", "绑定手机号")
    assert "已解绑尾号 3333" in world.say("carol", "解绑手机号")
    assert "你还没有绑定手机号" in world.say("carol", "解绑手机号")
    assert world.by("carol").phones.mine() == ""


def test_the_question_waits_while_something_else_is_asked(world: World) -> None:
    world.say("carol", "绑定手机号")
    assert "刚才的绑定手机号还没填完" in world.say("carol", "我的推荐人")
    assert "请回复你在商城下单用的手机号" in world.say("carol", "继续")
    assert "取消" not in world.say("carol", "取消")[:2]
    assert world.by("carol").phones.mine() == ""


def test_a_promoter_hears_that_such_orders_are_checked_and_nobody_tries_many_numbers(world: World) -> None:
    world.promoter("alice", given="王爱丽")
    assert "要商家核对是你本人买的才计佣" in world.say("alice", "绑定手机号 13911112222")
    assert "推广员" not in world.say("carol", "绑定手机号 13911113333")
    for tail in ("4444", "5555"):
        assert f"已绑定尾号 {tail}" in world.say("carol", f"绑定手机号 1391111{tail}")
    shown = world.say("carol", "绑定手机号 13911116666")
    assert shown.startswith("30 天内最多绑定 3 个手机号，04-01 10:0")


def test_an_order_that_names_a_promoter_by_his_phone_is_one_tap_for_the_service(world: World) -> None:
    world.set(self_purchase="commission")
    world.promoter("alice", given="王爱丽")
    world.say("alice", "绑定手机号 13911112222")
    paid = Paid(
        world.wrist.now(), Payment.WECHAT, (Line(1, "SKU1", "护手霜", None, 1, Money(10_000)),), Money(0)
    )
    world.hear("N1", Sold(paid, Buyer(phone="13911112222")))
    assert "待认领订单 1" in world.say("老板", "待办")
    world.say("老板", "待认领订单")
    shown = world.say("老板", "1")
    assert "买家留的手机号由 王爱丽 绑定，他是推广员" in shown
    prompt = world.say("老板", next(word for word in taps(shown) if word.startswith("认领 ")))
    assert "佣金：王爱丽 ¥30.00" in prompt
    assert "已认领给 王爱丽" in world.say(
        "老板", next(word for word in taps(prompt) if word.startswith("确认 "))
    )
