"""我的客户: a promoter's own customers, and what he calls them."""

from __future__ import annotations

import pytest

from engine.people.authority import Role
from engine.referrals.customers import handle_of
from engine.referrals.moving import How
from handlers.notices import words
from handlers.paging import ROWS
from tests.handlers.world import World, read, taps


@pytest.fixture
def shop(world: World) -> World:
    """carol is bob's, dan is dave's."""
    world.promoter("bob", given="鲍勃")
    world.promoter("dave", given="戴夫")
    world.set(lock_days="30")
    world.buys("carol", "1", 100, code=world.code("bob"))
    world.buys("dan", "2", 100, code=world.code("dave"))
    return world


def handle(world: World, name: str) -> str:
    return handle_of(world.who(name).person)


def test_a_remark_is_his_who_made_it(shop: World) -> None:
    listed = shop.say("bob", "我的客户")
    assert taps(listed) == [f"客户 {handle(shop, 'carol')}"]
    assert "以后显示为 王姐" in shop.say("bob", "备注 １ 王姐")
    assert "1. 王姐 · 03-02 来的，锁客中" in read(shop.say("bob", "我的客户"))
    shop.buys("carol", "3", 100)
    assert "王姐" not in shop.say("老板", "订单")
    carol, moving = shop.who("carol").person, shop.by("老板").moving
    made = moving.propose_assign((carol,), shop.code("dave"), How.EARN, "换人")
    shop.by("老板").moving.move(made.code)
    assert "王姐" not in shop.say("dave", "我的客户")
    assert "没有找到" in shop.say("bob", f"客户 {handle(shop, 'carol')}")


def test_step_by_step_and_back(shop: World) -> None:
    shop.say("carol", "申请推广员")
    item = shop.say("bob", f"客户 {handle(shop, 'carol')}")
    assert read(item) == "03-02 来的客户\n2026-03-02 来的，锁客中，04-01 到期\n\n写备注\n返回我的客户"
    assert "你怎么称呼" in shop.say("bob", taps(item)[0])
    shop.say("bob", "帮助")
    assert "你怎么称呼" in shop.say("bob", "继续")
    assert "备注最多 20 个字" in shop.say("bob", "长" * 21)
    assert "以后显示为 小王" in shop.say("bob", "小王")
    assert "清除备注" in shop.say("bob", f"备注 {handle(shop, 'carol')}")
    assert "备注已清除" in shop.say("bob", f"备注 {handle(shop, 'carol')} 清除")


def test_what_he_calls_himself_stands_beside_the_remark(shop: World) -> None:
    shop.promoter("carol", given="卡萝")
    assert "以后显示为 王姐" in shop.say("bob", f"备注 {handle(shop, 'carol')} 王姐")
    assert "王姐\n自称：卡萝\n" in shop.say("bob", f"客户 {handle(shop, 'carol')}")
    assert shop.say("carol", "我的收益").startswith("我的收益")


def test_another_promoters_customer_does_not_exist(shop: World) -> None:
    theirs = handle(shop, "dan")
    for line in (f"客户 {theirs}", f"备注 {theirs} 我的"):
        assert "没有找到" in shop.say("bob", line)
    for line in ("备注 1 王姐", "备注 9 王姐"):
        assert "对不上刚才的列表" in shop.say("bob", line)
    assert "你现在不是推广员" in shop.say("dan", "备注 1 王姐")


def test_numbers_go_on_over_the_pages(shop: World) -> None:
    for number in range(ROWS + 1):
        shop.buys(f"c{number}", f"m{number}", 100, code=shop.code("bob"))
        shop.later(minutes=1)
    second = shop.say("bob", "我的客户 2")
    assert "\n9. " in second
    assert "\n10. " in second
    assert "以后显示为 老客" in shop.say("bob", "备注 10 老客")
    assert "10. 老客" in read(shop.say("bob", "我的客户 2"))


def test_a_member_of_the_staff_who_promotes_names_his_own_on_his_own_list(shop: World) -> None:
    shop.staff("bob", Role.SERVICE)
    shop.say("bob", "我的客户")
    assert read(shop.say("bob", "1")).endswith("返回我的客户")
    assert "以后显示为 王姐" in shop.say("bob", "备注 1 王姐")
    assert "王姐" not in shop.say("老板", "客户列表")
    shop.say("bob", "客户列表")
    shop.say("bob", "备注 1 店里的")
    assert "店里的" in shop.say("老板", "客户列表")


def test_a_successor_hears_how_many_he_takes_over(shop: World) -> None:
    told = words("inherited", {"promoter": "", "count": 3}, shop.by("dave"))
    assert told is not None
    assert read(told) == "花间小店把 3 位客户移交给你，以后由你跟进。\n我的客户"
