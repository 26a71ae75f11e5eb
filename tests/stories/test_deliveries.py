"""WeChat's retries, Redis lost, people who leave and come back, closed windows: nothing twice, nothing lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stories.world import Person, World, caught

WAYS = [
    pytest.param({"deliveries": 2}, id="twice"),
    pytest.param({"deliveries": 3}, id="three-times"),
    pytest.param({"deliveries": 2, "at_once": True}, id="two-at-once"),
    pytest.param({"deliveries": 3, "at_once": True}, id="three-at-once"),
]
Way = dict[str, Any]


@pytest.fixture
def bob(world: World) -> Person:
    """A promoter."""
    return world.joins("bob")


def same_bytes(world: World, copies: int) -> bool:
    """Did the last so many deliveries get the same answer, and one that says something?"""
    last = set(world.answered[-copies:])
    return len(last) == 1 and last != {b""}


def rich(world: World, bob: Person) -> Person:
    """bob has ¥30.00 to withdraw."""
    carol = world.person("carol")
    carol.scans_poster_of("bob")
    world.settles(carol.pays())
    return carol


# -- the same push more than once -------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_every_step_of_a_life_delivered_again_has_one_effect_and_one_answer(
    world: World, bob: Person, way: Way
) -> None:
    copies, owner = way["deliveries"], world.person("老板")
    dave = world.follower("dave")
    dave.says("申请推广员", **way)
    dave.says("同意", **way)
    dave.says("dave", **way)
    dave.says("13900139001", **way)
    dave.taps("确认提交", **way)
    assert same_bytes(world, copies)
    assert owner.says("推广员审核").startswith("推广员申请 1\n")
    owner.taps("dave", **way)
    assert owner.taps("通过", **way).startswith("已通过 dave")
    assert same_bytes(world, copies)
    world.work()
    assert dave.told().count("申请通过了") == 1

    carol = world.person("carol")
    assert "bob 向你推荐了" in carol.scans_poster_of("bob", **way)
    assert same_bytes(world, copies)
    assert "访问 1 " in owner.says("今日概览")
    world.settles(carol.pays())

    code = caught(r"单号 (\w{6})", _asks(bob, way))
    assert same_bytes(world, copies)
    assert bob.purse() == {"提现中": "¥30.00"}
    owner.says("提现审核")
    assert owner.says("通过 1", **way).startswith(f"已通过提现 {code}")
    assert same_bytes(world, copies)
    once = caught(r"已打款 (\w{6}) 流水号", owner.says(f"开始打款 {code}", **way))
    assert same_bytes(world, copies)
    assert owner.says(f"已打款 {once} 2026030900001", **way).startswith("已记录打款：bob ¥30.00")
    assert same_bytes(world, copies)
    world.work()
    assert bob.purse() == {"已打款": "¥30.00"}
    assert bob.told().count("已打款到微信") == 1
    world.audited()


def _asks(bob: Person, way: Way) -> str:
    for word in ("提现 30", "微信", "bob_wx_99", "鲍勃"):
        bob.says(word, **way)
    return bob.taps("确认提现", **way)


@pytest.mark.parametrize("way", WAYS[1::2])
def test_a_poster_asked_for_once_and_delivered_often_arrives_once(
    world: World, bob: Person, way: Way
) -> None:
    bob.clicks("店铺海报", **way)
    world.work()
    assert [picture["via"] for picture in bob.pictures()] == ["kf"]


def test_a_thumb_that_taps_twice_asks_for_the_money_once(world: World, bob: Person) -> None:
    rich(world, bob)
    bob.asks_for("30")
    # He has asked already: it may not sound as if nothing had been asked for.
    assert bob.taps("确认提现").startswith("这一步已经过时或办完了，不用再点。")
    assert bob.says("提现记录").count("¥30.00") == 1
    assert bob.purse() == {"提现中": "¥30.00"}
    world.audited()


def test_an_order_that_the_shop_reports_again_and_again_pays_once(world: World, bob: Person) -> None:
    carol = world.person("carol")
    carol.scans_poster_of("bob")
    number = carol.pays()
    for _ in range(2):
        assert world.post(f"shop/orders/{number}/again", index=0)["status"] == 200
    world.shop_tells(number, "refunded", id="r1", amount=5000)
    assert world.post(f"shop/orders/{number}/again", index=1)["status"] == 200
    assert bob.purse() == {"待结算": "¥15.00"}
    world.audited()


# -- Redis lost -------------------------------------------------------------------------------------


def test_redis_flushed_between_the_deliveries_of_one_push_still_one_effect(world: World, bob: Person) -> None:
    owner = world.person("老板")
    world.meanwhile = world.house.redis.flushdb
    dave = world.follower("dave")
    again = {"deliveries": 3}
    carol = world.person("carol")
    assert "bob 向你推荐了" in carol.scans_poster_of("bob", **again)
    assert "访问 1 " in owner.says("今日概览")
    world.meanwhile = lambda: None
    world.settles(carol.pays())
    world.applies(dave)

    item = owner.says("推广员审核")
    owner.taps("dave")
    world.meanwhile = world.house.redis.flushdb
    assert owner.taps("通过", **again).startswith("已通过 dave，他会收到通知。")
    world.meanwhile = lambda: None
    assert item.startswith("推广员申请 1\n")
    world.work()
    assert dave.told().count("申请通过了") == 1

    for word in ("提现 30", "微信", "bob_wx_99", "鲍勃"):
        bob.says(word)
    world.meanwhile = world.house.redis.flushdb
    code = caught(r"单号 (\w{6})", bob.taps("确认提现", **again))
    assert bob.purse() == {"提现中": "¥30.00"}
    assert owner.says(f"通过提现 {code}", **again).startswith(f"已通过提现 {code}")
    once = caught(r"已打款 (\w{6}) 流水号", owner.says(f"开始打款 {code}", **again))
    assert owner.says(f"已打款 {once} 2026030900001", **again).startswith("已记录打款：bob ¥30.00")
    assert bob.purse() == {"已打款": "¥30.00"}
    world.meanwhile = lambda: None
    world.work()
    assert bob.told().count("已打款到微信") == 1
    world.audited()


def test_redis_flushed_in_the_middle_of_an_application_costs_a_few_words_and_nothing_else(
    world: World,
) -> None:
    dave = world.follower("dave")
    dave.says("申请推广员")
    dave.says("同意")
    dave.says("dave")
    world.house.redis.flushdb()
    assert dave.says("13900139001").startswith("没听懂这句话。")
    assert dave.says("继续").startswith("现在没有填到一半的内容。")
    assert "请从头来一次" in dave.says("确认提交")
    assert dave.says("申请进度").startswith("你还没有申请过推广员。")
    assert "申请交上去了" in world.applies(dave)
    assert world.person("老板").says("待办") == "待办\n1. 推广员申请 1"


def test_redis_flushed_under_a_list_of_numbers_brings_the_list_again_and_no_guess(
    world: World, bob: Person
) -> None:
    owner = world.person("老板")
    for name in ("dave", "erin"):
        world.applies(world.follower(name))
        world.later(minutes=1)
    owner.says("推广员审核")
    world.house.redis.flushdb()
    stale = owner.says("通过 1-2")
    assert stale.startswith(
        "你回复的序号对不上刚才的列表，没有处理任何一条。请看这份新的：\n\n推广员申请 2\n"
    )
    assert owner.says("通过 1-2") == "1. dave：已通过\n2. erin：已通过\n申请都处理完了。"


def test_a_question_left_open_for_half_an_hour_is_forgotten_and_the_money_is_where_it_was(
    world: World, bob: Person
) -> None:
    rich(world, bob)
    bob.says("提现 30")
    assert bob.says("我的客户").endswith("刚才的提现还没填完，回复 继续 接着填。")
    assert bob.says("继续").startswith("提到哪里？")
    world.house.redis.flushdb()
    assert "还没办的，请从头来一次。" in bob.says("微信")
    assert bob.purse() == {"可提现": "¥30.00"}
    world.audited()


# -- leaving and coming back ------------------------------------------------------------------------


def test_who_unfollows_and_follows_again_has_his_balance_his_customers_and_his_menu(
    world: World, bob: Person
) -> None:
    carol = rich(world, bob)
    bob.unfollows()
    assert bob.menu() == []
    bob.told()
    carol.pays()  # he is a promoter all the same
    assert bob.told() == ""
    world.later(hours=1)
    assert bob.follows().startswith("欢迎回到青禾小店。你可以：\n店铺海报")
    world.work()
    assert "我的收益" in bob.menu()
    assert bob.says("提现记录").startswith("你不在的时候：\n有新的佣金入账")  # it waited for him
    assert bob.purse() == {"待结算": "¥30.00", "可提现": "¥30.00"}
    assert "锁客中" in bob.says("我的客户")
    world.audited()


def test_the_owner_who_follows_again_is_still_the_owner(world: World) -> None:
    owner = world.person("老板")
    owner.unfollows()
    assert owner.follows().startswith("欢迎回到青禾小店。你可以：\n全部待办")
    world.work()
    assert "规则设置" in owner.menu()
    assert owner.says("待办").startswith("现在没有待办。")


def test_a_customer_who_leaves_and_scans_another_poster_keeps_his_lock(world: World, bob: Person) -> None:
    dave = world.joins("dave")
    carol = rich(world, bob)
    carol.unfollows()
    world.later(days=1)
    assert "你的推荐人还是 bob；7 天内下单，推荐人就换成 dave。" in carol.scans_poster_of("dave")
    carol.unfollows()
    world.later(days=8)
    carol.pays()
    assert bob.purse() == {"待结算": "¥30.00", "可提现": "¥30.00"}
    assert dave.purse() == {}
    world.audited()


# -- windows that are closed ------------------------------------------------------------------------


def test_what_could_not_be_pushed_stands_above_the_next_answer_once(world: World, bob: Person) -> None:
    carol = world.person("carol")
    carol.scans_poster_of("bob")
    bob.told()
    world.later(days=3)  # 48 hours after bob's last word
    number = carol.pays()
    assert bob.told().count("有新的佣金入账") == 0
    world.settles(number)
    code = caught(r"单号 (\w{6})", bob.says("推广订单"))
    first = bob.chat()[-1]["text"]
    assert first.startswith(f"你不在的时候：\n有新的佣金入账 ¥30.00（单号 {code}）。")
    assert not bob.says("推广订单").startswith("你不在的时候")
    world.audited()


def test_a_withdrawal_s_whole_fate_is_told_at_the_next_contact(world: World, bob: Person) -> None:
    rich(world, bob)
    bob.says("我的收益")
    code = bob.asks_for("30")
    bob.told()
    world.later(days=3)
    owner = world.person("老板")
    owner.says(f"通过提现 {code}")
    world.work()
    once = caught(r"已打款 (\w{6}) 流水号", owner.says(f"开始打款 {code}"))
    owner.says(f"已打款 {once} 2026031200001")
    world.work()
    assert bob.told() == ""
    missed = bob.says("帮助")
    assert missed.startswith("你不在的时候：\n")
    assert f"你的提现 ¥30.00 已打款到微信 wx_****er_1，请查收。\n单号 {code}，凭证 2026031200001" in missed
    assert "等待打款" not in missed  # it is paid by now
    world.audited()


def test_a_poster_that_missed_the_minute_waits_and_comes_at_once(world: World, bob: Person) -> None:
    world.later(days=3)
    assert bob.clicks("店铺海报").startswith("正在为你制作海报")
    world.later(minutes=2)  # three messages in one minute after a click, and the minute is over
    assert bob.pictures() == []
    assert bob.says("帮助").startswith("你不在的时候：\n你要的海报已准备好，回复 店铺海报 获取。")
    bob.taps("店铺海报")
    assert [picture["via"] for picture in bob.pictures()] == ["passive"]


def test_bad_weather_at_wechat_delays_a_notice_and_a_poster_and_loses_neither(
    world: World, bob: Person
) -> None:
    world.post("faults", path="/cgi-bin/message/custom/send", errcode=-1, times=3)
    world.post("faults", path="/cgi-bin/media/upload", status=502, times=1)
    bob.told()
    bob.says("海报")
    carol = world.person("carol")
    carol.scans_poster_of("bob")
    carol.pays()
    assert bob.told() == ""
    assert bob.pictures() == []
    world.later(seconds=10)
    assert bob.told().count("有新的佣金入账") == 1
    assert len(bob.pictures()) == 1
    world.audited()
