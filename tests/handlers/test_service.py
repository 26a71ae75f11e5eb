"""人工客服: what a customer says and nobody understands; 联系客服, 进入商城 and the merchant's own welcome."""

from __future__ import annotations

from handlers.anyone.unknown import unknown
from handlers.types import Hint, Kind, Text, ToStaff
from tests.handlers.world import World, taps


def test_a_customers_unknown_words_go_to_a_person_once_that_is_on(world: World) -> None:
    world.promoter("bob")
    ask = world.ask("carol", text="我的快递到哪了")
    assert isinstance(unknown(ask), Hint)
    world.set(to_staff="on")
    assert isinstance(unknown(ask), ToStaff)
    assert world.send("carol", Kind.IMAGE) == "[客服]"
    for name in ("bob", "老板"):
        assert isinstance(unknown(world.ask(name, text="嗯")), Text), name


def test_who_is_asked_something_is_reminded_of_it_and_not_handed_on(world: World) -> None:
    world.set(to_staff="on")
    world.say("carol", "绑定手机号")
    world.say("carol", "商品与价格")
    assert "刚才的绑定手机号还没填完" in world.say("carol", "随便说说")


def test_an_outsider_who_says_a_word_of_the_staffs_is_a_customer_like_any(world: World) -> None:
    world.set(to_staff="on")
    for word in ("待办", "通过 1", "已打款 ABC234 PAY1", "设置 最低提现 1", "员工"):
        assert world.say("mallory", word) == "[客服]", word


def test_how_to_reach_a_person(world: World) -> None:
    assert "这里没有在线客服" in world.say("carol", "联系客服")
    world.set(service_text="每天 9:00–18:00\n电话 010-12345678")
    shown = world.say("carol", "客服")
    assert shown.splitlines()[1:] == ["每天 9:00–18:00", "电话 010-12345678"]
    world.set(to_staff="on")
    assert "直接把问题发给我" in world.say("carol", "联系客服")


def test_the_shops_link_is_typed_as_well(world: World) -> None:
    assert "没有网上商城" in world.say("carol", "进入商城")
    world.set(shop_link="https://shop.example.com/a?b=1")
    assert world.say("carol", "进入商城") == "商城：https://shop.example.com/a?b=1"


def test_a_new_follower_reads_the_merchants_own_words_first(world: World) -> None:
    assert "违" not in world.say("老板", "设置 欢迎语 手作护理与好茶，慢慢看。")
    shown = world.follow("carol")
    assert shown.splitlines()[:2] == ["欢迎来到花间小店。", "手作护理与好茶，慢慢看。"]
    assert "联系客服" in taps(shown)
    refused = world.say("老板", "设置 欢迎语 关注领红包")
    assert "「关注领" in refused
    assert "诱导关注" in refused
