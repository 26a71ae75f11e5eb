"""改上级 and 改邀请人: what the owner is asked and shown; who hears of it; silence while one level is paid."""

from __future__ import annotations

import pytest

from engine.people.authority import Role
from handlers.notices import words
from tests.handlers.merchant.scenes import OWNER, STAFF, apply, code_in, hire, tap_of
from tests.handlers.world import World, read, taps


@pytest.fixture
def shop(world: World) -> World:
    """alice invited bob; dave promotes as well."""
    world.promoter("alice", given="爱丽丝")
    world.promoter("bob", given="鲍勃", invited_by="alice")
    world.promoter("dave", given="戴夫")
    return world


def test_the_whole_line_and_who_is_told(shop: World) -> None:
    bob, dave = shop.code("bob"), shop.code("dave")
    prompt = shop.say(OWNER, f"上级 {bob} {dave.lower()} 团队，调整")
    assert f"把 鲍勃（{bob}）的上级改掉？\n爱丽丝 → 戴夫（{dave}）\n只影响以后付款的订单" in prompt
    assert "原因：团队，调整" in prompt
    shop.later(minutes=6)
    fresh = shop.say(OWNER, f"确认 {code_in(prompt)}")
    assert f"鲍勃（{bob}）的上级现在是：戴夫" in shop.say(OWNER, f"确认 {code_in(fresh)}")
    assert f"改上级：鲍勃 · {bob} · 改为 {dave} · 理由 团队" in shop.say(OWNER, "操作记录")
    told = words("upline", {}, shop.by("bob"))
    assert told == "商家调整了你的上级：现在是 戴夫。只影响以后的订单，你自己的佣金不变。"
    both = words("downlines", {}, shop.by("dave"))
    assert both is not None
    assert read(both) == "商家调整了你的下级，只影响以后的订单。\n我的下级"
    assert "上级：戴夫 · 改上级" in read(shop.say(OWNER, f"推广员 {bob}"))


def test_step_by_step_from_the_item(shop: World) -> None:
    bob, alice = shop.code("bob"), shop.code("alice")
    asked = shop.say(OWNER, tap_of(shop.say(OWNER, f"推广员 {bob}"), "上级"))
    assert "现在的上级：爱丽丝" in asked
    assert "没有推荐码是" in shop.say(OWNER, "ZZZZZ9")
    shop.say(OWNER, "帮助")
    assert "改成谁" in shop.say(OWNER, "继续")
    assert "为什么改" in shop.say(OWNER, tap_of(asked, f"上级 {bob} 无"))
    assert "为什么改" in shop.say(OWNER, "长" * 61)
    prompt = shop.say(OWNER, "不合作了")
    assert "爱丽丝 → 无" in prompt
    assert "的上级现在是：无" in shop.say(OWNER, f"确认 {code_in(prompt)}")
    assert words("upline", {}, shop.by("bob")) == (
        "商家调整了你的上级：现在没有上级。只影响以后的订单，你自己的佣金不变。"
    )
    assert "现在的上级：无" in shop.say(OWNER, f"上级 {bob}")
    assert "为什么改" in shop.say(OWNER, alice)
    shop.say(OWNER, f"确认 {code_in(shop.say(OWNER, '回来'))}")
    assert f"{bob} 在他的下级里" in shop.say(OWNER, f"上级 {alice} {bob} 反过来")
    assert "没有改动" in shop.say(OWNER, f"上级 {bob} {alice} 再来")
    assert "没有推荐码是" in shop.say(OWNER, "上级 ZZZZZZ")


def test_the_inviter_is_changed_in_the_approval(shop: World) -> None:
    tail = apply(shop, "carol", "卡萝", invited_by="alice")
    item = shop.say(OWNER, f"审核 {tail}")
    asked = shop.say(OWNER, tap_of(item, "改邀请人"))
    assert "卡萝 的邀请人现在是：爱丽丝" in asked
    assert "没有推荐码是" in shop.say(OWNER, "ZZZZZ9")
    shop.say(OWNER, f"改邀请人 {tail}")
    shop.say(OWNER, "帮助")
    assert "改成谁" in shop.say(OWNER, "继续")
    assert "邀请人：鲍勃 · 客户归属：无" in read(shop.say(OWNER, shop.code("bob")))
    assert "邀请人：无" in read(shop.say(OWNER, f"改邀请人 {tail} 无"))
    assert "改邀请人：卡萝 · 改为 无" in shop.say(OWNER, "操作记录")
    shop.say(OWNER, f"通过 {tail}")
    assert shop.by("carol").promoters.mine().upline is None
    assert "已经有人处理" in shop.say(OWNER, f"改邀请人 {tail} 无")


def test_a_reviewer_approves_but_changes_no_inviter(shop: World) -> None:
    hire(shop, Role.REVIEW)
    tail = apply(shop, "carol", "卡萝", invited_by="alice")
    reviewer = STAFF[Role.REVIEW]
    assert f"改邀请人 {tail}" not in taps(shop.say(reviewer, f"审核 {tail}"))
    for line in (f"改邀请人 {tail} 无", f"上级 {shop.code('bob')} 无 走了"):
        assert shop.say(reviewer, line) == "这一步只有店主能做，请找店主。"
    assert not [sent for sent in taps(shop.say(reviewer, f"推广员 {shop.code('bob')}")) if "上级" in sent]


def test_one_level_speaks_of_no_second(one_level: World) -> None:
    one_level.promoter("bob")
    tail = apply(one_level, "carol")
    for line in (f"上级 {one_level.code('bob')} 无 走了", f"改邀请人 {tail} 无"):
        assert "没听懂" in one_level.say(OWNER, line)
    assert "上级" not in one_level.say(OWNER, f"推广员 {one_level.code('bob')}")
    assert "邀请" not in one_level.say(OWNER, f"审核 {tail}")
    for kind in ("upline", "downlines"):
        assert words(kind, {}, one_level.by("bob")) is None
