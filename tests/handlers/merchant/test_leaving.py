"""解约: the owner lets a promoter go; what he is asked and shown, and what the leaver can still say."""

from __future__ import annotations

from engine.people.authority import Role
from handlers.notices import words
from tests.handlers.merchant.scenes import OWNER, STAFF, code_in, hire, tap_of
from tests.handlers.world import World, read, taps


def staffed(world: World) -> tuple[str, str]:
    """alice invited bob, who looks after carol and has earned; dave may take over. Gives their codes."""
    world.promoter("alice", given="爱丽丝")
    world.promoter("bob", given="鲍勃")
    world.promoter("鲍二", invited_by="bob")
    world.promoter("dave", given="戴夫")
    world.scan("carol", f"p:{world.code('bob')}")
    world.earned("bob", 60)
    return world.code("bob"), world.code("dave")


def test_the_whole_line_then_the_last_look_then_it_is_done(world: World) -> None:
    bob, dave = staffed(world)
    shown = world.say(OWNER, f"解约 {bob} 移交 {dave} 搬家了，不做了")
    assert f"和 鲍勃（{bob}） 解约？\n客户 2 人：移交给 戴夫（{dave}）\n下级 1 人：以后没有上级\n" in shown
    assert "待结算 ¥0.00 · 可提现 ¥0.60：仍是他的" in shown
    assert "原因：搬家了，不做了" in shown
    done = world.say(OWNER, f"确认 {code_in(shown)}")
    assert f"已和 鲍勃（{bob}） 解约，他会收到通知。\n2 位客户正在移交给 戴夫" in done
    assert f"解约推广员：{bob} · 客户移交 {dave} · 理由 搬家了" in world.say(OWNER, "操作记录").replace(
        "鲍勃 · ", ""
    )
    assert "现在是「已解约」" in world.say(OWNER, f"解约 {bob}")


def test_step_by_step_from_the_item_screen(world: World) -> None:
    bob, dave = staffed(world)
    assert "有 2 位客户，移交给谁" in world.say(OWNER, tap_of(world.say(OWNER, f"推广员 {bob}"), "解约"))
    assert f"{bob} 不能接手" in world.say(OWNER, bob)
    assert "没有推荐码是" in world.say(OWNER, "ZZZZZ9")
    world.say(OWNER, "待办")
    assert "移交给谁" in world.say(OWNER, "继续")
    asked = world.say(OWNER, dave.lower())
    assert "他邀请的 1 位推广员以后归谁" in asked
    assert "为什么和" in world.say(OWNER, tap_of(asked, "解约"))
    assert "确认解约" in world.say(OWNER, "不做了")
    assert "请回复他的推荐码" in world.say(OWNER, "解约")
    assert "移交给谁" in world.say(OWNER, bob)


def test_what_a_line_does_not_say_is_asked(world: World) -> None:
    bob, dave = staffed(world)
    assert "他邀请的 1 位推广员以后归谁" in world.say(OWNER, f"解约 {bob} 移交 {dave}")
    assert "有 2 位客户，移交给谁" in world.say(OWNER, f"解约 {bob} 搬家了，不做了")
    assert "他邀请的 1 位推广员以后归谁" in world.say(OWNER, dave)


def test_an_expired_code_brings_a_fresh_prompt(world: World) -> None:
    bob, dave = staffed(world)
    old = code_in(world.say(OWNER, f"解约 {bob} 移交 {dave} 下级 {dave} 不做了"))
    world.later(minutes=6)
    fresh = world.say(OWNER, f"确认 {old}")
    assert f"下级 1 人：以后归 戴夫（{dave}）" in fresh
    assert "已和 鲍勃" in world.say(OWNER, f"确认 {code_in(fresh)}")


def test_customers_need_a_successor_and_only_the_owner_may(world: World) -> None:
    bob, dave = staffed(world)
    hire(world, Role.REVIEW)
    assert world.say(STAFF[Role.REVIEW], f"解约 {bob}") == "这一步只有店主能做，请找店主。"
    assert f"解约 {bob}" not in taps(world.say(STAFF[Role.REVIEW], f"推广员 {bob}"))
    refused = world.say(OWNER, f"解约 {bob} 不移交 不做了")
    assert f"还有 2 位客户，要先定好移交给谁。请这样说：解约 {bob} 移交" in refused
    assert "没看懂" in world.say(OWNER, f"解约 {bob} 移交 王小明 不做了")
    assert "没有要移交的" in world.say(OWNER, f"解约 {dave} 不移交 不做了")


def test_what_a_former_promoter_hears(world: World) -> None:
    bob, dave = staffed(world)
    world.set(withdraw_min="10")
    assert "还差" in world.say("bob", "申请提现")
    made = world.by(OWNER).handover.propose_terminate(bob, dave, "", "不做了")
    world.by(OWNER).handover.terminate(made.code)
    told = words("terminated", {}, world.by("bob"))
    assert told is not None
    assert "账上的钱还是你的：可提现 ¥0.60" in read(told)
    offered = taps(world.say("bob", "帮助"))
    assert {"我的收益", "推广订单", "申请提现", "提现记录", "我的推荐人", "申请推广员"} <= set(offered)
    assert not {"店铺海报", "我的客户", "邀请推广员"} & set(offered)
    assert "可提现 ¥0.60" in world.say("bob", "我的收益")
    assert "单号" in world.say("bob", "推广订单")
    for word in ("店铺海报", "我的客户"):
        assert "你现在不是推广员" in world.say("bob", word)
    for line in ("提现 全部", "微信", "bob_pay", "鲍勃", "确认提现"):
        world.say("bob", line)
    assert "¥0.60 待审核" in world.say("bob", "提现记录")


def test_one_level_speaks_of_no_second(one_level: World) -> None:
    one_level.promoter("bob")
    one_level.promoter("dave")
    bob, dave = one_level.code("bob"), one_level.code("dave")
    for line in (
        f"解约 {bob}",
        "不做了",
        f"解约 {bob} 移交 {dave} 下级 {dave} 走了",
        f"解约 {bob} 移交 谁 走了",
    ):
        shown = one_level.say(OWNER, line)
        assert not [word for word in ("下级", "上级", "邀请") if word in shown], shown
