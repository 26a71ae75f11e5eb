"""绑定手机号 in the chat: what it is for, one number, and nothing about anybody else."""

from __future__ import annotations

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
