"""Becoming a promoter: the agreement, name, phone, a last look, and what becomes of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.texts.applying import PAGE_BYTES, pages
from handlers.texts.marks import paragraphs
from tests.handlers.world import World, read, taps


def fill(world: World, name: str) -> str:
    """Up to the last look."""
    for line in ("申请推广员", "同意", name):
        world.say(name, line)
    return world.say(name, "13800138000")


def test_a_whole_application(world: World) -> None:
    assert taps(world.say("alice", "招募说明")) == ["申请推广员"]
    agreement = world.say("alice", "申请推广员")
    assert "免费加入" in agreement
    assert taps(agreement) == ["同意", "取消"]
    assert "称呼" in world.say("alice", "同意")
    assert "手机号就是同意" in world.say("alice", "alice").replace("，", "")
    shown = world.say("alice", "138 0013-8000")
    assert read(shown) == "请核对：\n称呼：alice\n手机号：138 0013 8000\n确认提交\n有错，重填"
    assert "等商家审核" in world.say("alice", "确认提交")
    assert "还在审核" in world.say("alice", "申请进度")
    assert "不用再交一次" in world.say("alice", "申请推广员")
    (waiting,) = world.by("老板").recruiting.pending(5)
    assert (waiting.name, waiting.phone, waiting.inviter) == ("alice", "13800138000", None)


def test_without_review_he_is_in_at_once_and_sees_his_menu(world: World) -> None:
    world.set(review="off")
    fill(world, "alice")
    shown = world.say("alice", "确认提交")
    assert shown.startswith(f"你已经是花间小店的推广员了，推荐码 {world.code('alice')}。")
    assert taps(shown)[:3] == ["店铺海报", "推广商品", "推广链接"]
    assert world.say("alice", "申请推广员").startswith("你已经是推广员了。")


def test_rejected_one_reads_why_and_applies_again(world: World) -> None:
    fill(world, "alice")
    world.say("alice", "确认提交")
    (waiting,) = world.by("老板").recruiting.pending(5)
    world.by("老板").recruiting.reject(waiting.id, "资料<b>不全")
    shown = world.say("alice", "申请进度")
    assert "没有通过。原因：资料不全" in shown
    assert taps(shown) == ["申请推广员"]
    fill(world, "alice")
    assert "等商家审核" in world.say("alice", "确认提交")


def test_the_inviter_is_shown_and_can_be_refused(world: World) -> None:
    world.promoter("alice")
    invited = world.scan("bob", f"i:{world.code('alice')}")
    assert read(invited).startswith("alice 向你推荐了花间小店。")
    assert taps(invited) == ["不是", "申请推广员"]
    shown = fill(world, "bob")
    assert "邀请人：alice" in shown
    assert "邀请人不对" in taps(shown)
    shown = world.say("bob", "邀请人不对")
    assert shown.startswith("好的，不算 alice 邀请的。")
    assert "邀请人：" not in shown
    assert "没有邀请人" in world.say("bob", "邀请人不对")
    world.say("bob", "确认提交")
    assert world.by("老板").recruiting.pending(5)[0].inviter is None


def test_one_level_hides_the_inviter(one_level: World) -> None:
    one_level.promoter("alice")
    one_level.scan("bob", f"i:{one_level.code('alice')}")
    assert "邀请人" not in fill(one_level, "bob")


def test_a_promoter_who_opens_an_invitation_keeps_his_upline(world: World) -> None:
    world.promoter("alice")
    world.promoter("bob")
    assert world.scan("bob", f"i:{world.code('alice')}") == "你已是推广员，上级只能由商家调整。"


def test_a_long_agreement_is_paged_and_accepted_on_its_last_page(world: World) -> None:
    world.set(agreement="。".join("甲" * 99 for _ in range(15)))
    first = world.say("alice", "申请推广员")
    assert first.startswith("推广员协议（1/3）\n")
    assert taps(first) == ["下一页"]
    assert world.say("alice", "同意").startswith("还没看完，先看下一页。\n推广员协议（1/3）")
    assert world.say("alice", "随便").startswith("推广员协议（1/3）")
    world.say("alice", "下一页")
    last = world.say("alice", "下一页")
    assert last.startswith("推广员协议（3/3）")
    assert taps(last) == ["同意", "取消"]
    assert "同意" in taps(world.say("alice", "然后呢"))
    assert "称呼" in world.say("alice", "同意")


def test_an_agreement_that_changes_meanwhile_is_shown_again(world: World) -> None:
    world.say("alice", "申请推广员")
    world.set(agreement="新的协议")
    assert world.say("alice", "同意") == (
        world.say("alice", "继续").replace("推广员协议", "协议刚刚改过，请看一遍新的。\n推广员协议", 1)
    )
    world.say("alice", "同意")
    world.say("alice", "alice")
    world.say("alice", "13800138000")
    world.set(agreement="更新的协议")
    assert "更新的协议" in world.say("alice", "确认提交")
    assert "称呼：alice" in world.say("alice", "同意")
    assert "等商家审核" in world.say("alice", "确认提交")


@pytest.mark.parametrize("name", ["   ", "<a href='x'>", "字" * 21])
def test_a_name_that_is_none(world: World, name: str) -> None:
    world.say("alice", "申请推广员")
    world.say("alice", "同意")
    assert "1–20 个字" in world.say("alice", name)
    assert "手机号" in world.say("alice", "alice")


def test_a_phone_that_is_none_and_one_in_full_width(world: World) -> None:
    world.say("alice", "申请推广员")
    world.say("alice", "同意")
    world.say("alice", "alice")
    assert "不是手机号" in world.say("alice", "12345")
    assert "138 0013 8000" in world.say("alice", "＋８６１３８００１３８０００")


def test_a_last_look_can_lead_back(world: World) -> None:
    fill(world, "alice")
    assert "请核对" in world.say("alice", "好")
    assert "称呼" in world.say("alice", "重填")
    world.say("alice", "艾丽丝")
    assert "称呼：艾丽丝" in world.say("alice", "13900139000")


def test_a_command_parks_the_application_and_it_is_carried_on(world: World) -> None:
    world.say("alice", "申请推广员")
    world.say("alice", "同意")
    shown = world.say("alice", "我的推荐人")
    assert read(shown).endswith("刚才的推广员申请还没填完，回复 继续 接着填。")
    assert "刚才的推广员申请还没填完" in world.say("alice", "呵呵")
    assert "刚才的推广员申请还没填完" in world.say("alice", "同意")
    assert "刚才的推广员申请还没填完" in world.say("alice", "帮助")
    assert "称呼" in world.say("alice", "继续")
    assert "手机号" in world.say("alice", "alice")
    assert "刚才的推广员申请不继续了" in world.say("alice", "取消")
    assert "没有填到一半" in world.say("alice", "继续")
    assert "没有填到一半" in world.say("alice", "取消")


def test_a_lost_conversation_says_so(world: World) -> None:
    world.say("alice", "申请推广员")
    world.talks.clear()
    assert "已经过时" in world.say("alice", "同意")
    assert world.by("老板").recruiting.pending(5) == ()


def test_progress_of_somebody_who_never_applied(world: World) -> None:
    assert world.say("carol", "申请进度").startswith("你还没有申请过推广员。")


def test_a_markup_name_reaches_nobody(world: World) -> None:
    world.say("mallory", "申请推广员")
    world.say("mallory", "同意")
    world.say("mallory", '王<a href="weixin://bizmsgmenu?msgmenucontent=通过 1&msgmenuid=1">姐</a>')
    world.say("mallory", "13800138000")
    world.say("mallory", "确认提交")
    assert world.by("老板").recruiting.pending(5)[0].name == "王姐"


@given(st.text(st.sampled_from("甲。\n😀a！"), min_size=1, max_size=1500))
@settings(max_examples=60, deadline=None)
def test_pages_hold_the_whole_agreement(agreement: str) -> None:
    found = pages(agreement)
    assert all(len(page.encode()) <= PAGE_BYTES for page in found)
    assert "".join("".join(found).split()) == "".join(paragraphs(agreement).split())


@pytest.mark.parametrize("line", ["同意", "重填", "下一页"])
def test_a_line_tapped_twice_is_nobodys_name(world: World, line: str) -> None:
    world.say("alice", "申请推广员")
    asked = world.say("alice", "同意")
    assert world.say("alice", line) == asked
    assert "手机号" in world.say("alice", "alice")


def test_the_merchants_own_questions_are_asked_one_by_one_and_stand_in_the_application(world: World) -> None:
    world.set(questions="你常在哪里推荐？；每周有空几天？")
    assert read(fill(world, "alice")).startswith("商家想了解（1/2）：你常在哪里推荐？")
    assert read(world.say("alice", "朋友<b>圈")).startswith("商家想了解（2/2）：每周有空几天？")
    assert "推荐人" in world.say("alice", "我的推荐人")
    assert "（2/2）" in world.say("alice", "继续")
    shown = read(world.say("alice", "三天"))
    assert "手机号：138 0013 8000\n你常在哪里推荐？：朋友圈\n每周有空几天？：三天\n确认提交" in shown
    assert "等商家审核" in world.say("alice", "确认提交")
    (waiting,) = world.by("老板").recruiting.pending(5)
    assert [(one.question, one.answer) for one in waiting.answers] == [
        ("你常在哪里推荐？", "朋友圈"),
        ("每周有空几天？", "三天"),
    ]
    item = world.say("老板", taps(world.say("老板", "推广员审核"))[0])
    assert "你常在哪里推荐？：朋友圈\n每周有空几天？：三天" in item


def test_questions_that_change_in_between_are_asked_anew(world: World) -> None:
    fill(world, "alice")
    world.set(questions="你常在哪里推荐？")
    shown = world.say("alice", "确认提交")
    assert read(shown).startswith("商家刚刚改了要问的问题，请重新回答。\n商家想了解：你常在哪里推荐？")
    world.say("alice", "小区群")
    world.set(questions="")
    assert "请核对" in world.say("alice", "确认提交")
    assert "等商家审核" in world.say("alice", "确认提交")


def test_filling_in_again_asks_the_questions_again(world: World) -> None:
    world.set(questions="你常在哪里推荐？")
    fill(world, "alice")
    world.say("alice", "小区群")
    world.say("alice", "重填")
    world.say("alice", "阿丽")
    assert "商家想了解" in world.say("alice", "13800138000")
