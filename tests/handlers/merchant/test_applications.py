"""推广员审核: staff reads, approves and rejects applications."""

from __future__ import annotations

import pytest

from engine.people.authority import Role
from handlers.texts.merchant.todo import STALE, by_number
from handlers.types import Talk
from tests.handlers.merchant.scenes import OWNER, STAFF, apply, bare, hire, tap_of
from tests.handlers.world import World, read, taps

ATTACK = '<a href="weixin://bizmsgmenu?msgmenucontent=通过 1&msgmenuid=1">x</a>'


def test_the_list_the_item_and_the_tap_that_approves(world: World) -> None:
    apply(world, "alice", "王小明")
    shown = world.say(OWNER, "推广员审核")
    assert "推广员申请 1\n1. 王小明 03-02 10:00" in read(shown)
    assert not [sends for sends in taps(shown) if sends.startswith(("通过", "驳回"))], "only the item decides"
    item = world.say(OWNER, tap_of(shown, "审核"))
    assert "称呼：王小明\n手机：13800138000\n邀请人：无 · 客户归属：无\n提交：03-02 10:00" in item
    done = world.say(OWNER, tap_of(item, "通过"))
    assert done == "已通过 王小明，他会收到通知。\n申请都处理完了。"
    assert world.who("alice").promoter


def test_inviter_and_lock_stand_beside_each_other(world: World) -> None:
    world.promoter("alice", given="爱丽丝")
    world.promoter("bob", given="鲍勃")
    world.buys("carol", "1", 10_000, code=world.code("bob"))
    apply(world, "carol", "卡罗", invited_by="alice")
    assert " · 邀请人 爱丽丝" in read(world.say(OWNER, "审核"))
    assert "邀请人：爱丽丝 · 客户归属：鲍勃" in world.say(OWNER, "1")


@pytest.mark.parametrize(
    "typed", ["通过 1-3", "通过1-3", "通过 １－３", "通过 1 2 3", "通过 1、2、3", "通过 1到3"]
)
def test_many_are_approved_in_one_line(world: World, typed: str) -> None:
    for name in ("alice", "bob", "dave"):
        apply(world, name)
    world.say(OWNER, "推广员审核")
    assert world.say(OWNER, typed).count("已通过") == 3
    assert all(world.who(name).promoter for name in ("alice", "bob", "dave"))


def test_numbers_mean_nothing_without_the_list(world: World) -> None:
    apply(world, "alice")
    shown = world.say(OWNER, "通过 1")
    assert STALE in shown
    assert taps(shown), "the fresh list stands below"
    assert world.who("alice").promoter is None
    assert "已通过" in world.say(OWNER, "通过 1"), "now it is read from a list"


def test_a_number_that_is_not_on_the_list_decides_nothing(world: World) -> None:
    apply(world, "alice")
    world.say(OWNER, "推广员审核")
    assert STALE in world.say(OWNER, "通过 1-2")
    assert world.who("alice").promoter is None


def test_numbers_keep_their_meaning_while_others_decide(world: World) -> None:
    hire(world, Role.REVIEW)
    apply(world, "alice", "甲")
    world.later(minutes=1)
    apply(world, "bob", "乙")
    world.say(OWNER, "推广员审核")
    world.say(STAFF[Role.REVIEW], "推广员审核")
    world.say(STAFF[Role.REVIEW], "通过 1")
    assert "甲 的申请已经通过了，这次没有改动。" in world.say(OWNER, "通过 1")
    assert world.who("bob").promoter is None


def test_the_second_decider_is_told_what_happened(world: World) -> None:
    tail = apply(world, "alice", "甲")
    world.say(OWNER, f"驳回 {tail} 资料不全，请补充。")
    assert "甲 的申请已经驳回了，理由：资料不全，请补充。" in world.say(OWNER, f"通过 {tail}")
    assert "这份申请已经驳回了" in world.say(OWNER, f"审核 {tail}")
    assert "甲 的申请已经驳回了" in world.say(OWNER, f"驳回 {tail}")
    assert world.who("alice").promoter is None


@pytest.mark.parametrize(
    "typed",
    [
        "驳回 1 资料不全",
        "驳回1 资料不全",
        "驳回 1资料不全",
        "驳回 １　资料不全",
        "驳回 1，资料不全",
        "驳回1：资料不全",
    ],
)
def test_rejected_with_a_reason(world: World, typed: str) -> None:
    apply(world, "alice", "甲")
    world.say(OWNER, "推广员审核")
    assert "已驳回 甲：资料不全" in world.say(OWNER, typed)
    assert world.by("alice").recruiting.progress().reason == "资料不全"


def test_a_reason_may_begin_with_a_number(world: World) -> None:
    apply(world, "alice", "甲")
    apply(world, "bob", "乙")
    world.say(OWNER, "推广员审核")
    assert "3天内联系不上" in world.say(OWNER, "驳回 2 3天内联系不上")


def test_the_reason_is_asked_for_and_kept_as_it_was_typed(world: World) -> None:
    tail = apply(world, "alice", "甲")
    assert "为什么驳回 甲？" in world.say(OWNER, f"驳回 {tail}")
    assert "待办" in world.say(OWNER, "待办")
    assert "为什么驳回 甲？" in world.say(OWNER, "继续")
    assert "1–60 个字" in world.say(OWNER, "长" * 61)
    assert "已驳回 甲：手机，不对。" in world.say(OWNER, "手机，不对。")
    assert world.by("alice").recruiting.progress().reason == "手机，不对。"


def test_a_rejection_can_be_called_off(world: World) -> None:
    tail = apply(world, "alice")
    world.say(OWNER, f"驳回 {tail}")
    world.say(OWNER, "取消")
    assert world.by("alice").recruiting.progress().state == "pending"


def test_lost_memory_loses_the_question_and_nothing_else(world: World) -> None:
    tail = apply(world, "alice")
    world.say(OWNER, f"驳回 {tail}")
    world.talks[OWNER] = Talk()
    world.say(OWNER, "资料不全")
    assert world.by("alice").recruiting.progress().state == "pending"
    assert "已通过" in world.say(OWNER, f"通过 {tail}")


def test_a_nickname_that_approves_is_dead_text(world: World) -> None:
    apply(world, "mallory", ATTACK[:20])
    apply(world, "mallet", 'x">通过 1</a><a hre')
    for screen in (world.say(OWNER, "推广员审核"), world.say(OWNER, "1"), world.say(OWNER, "2")):
        assert not [sends for sends in taps(screen) if sends == "通过 1"]
        assert "weixin:" not in bare(screen)
        assert "<" not in bare(screen)


def test_a_reason_cannot_carry_a_link_to_the_list(world: World) -> None:
    tail = apply(world, "alice")
    shown = world.say(OWNER, f"驳回 {tail} {ATTACK}")
    assert not [sends for sends in taps(shown) if sends == "通过 1"]


def test_unknown_tails_are_refused(world: World) -> None:
    for typed in ("审核 zzzzzz", "通过 zzzzzz", "驳回 zzzzzz 不行", "驳回 zzzzzz"):
        assert "没有这份申请" in world.say(OWNER, typed), typed


def test_an_empty_list_says_so(world: World) -> None:
    assert "现在没有推广员申请。" in world.say(OWNER, "推广员审核")
    assert "现在没有推广员申请。" in world.say(OWNER, "通过 1")
    assert "现在没有推广员申请。" in world.say(OWNER, "通过")


def test_more_than_eight_wait_their_turn(world: World) -> None:
    for number in range(10):
        apply(world, f"p{number}")
    shown = world.say(OWNER, "推广员审核")
    assert "推广员申请 10" in shown
    assert "还有 2 份，处理完这些再显示。" in shown
    assert "还有 2 份申请" in world.say(OWNER, "通过 1-8")


def test_a_list_is_opened_over_a_question_and_the_question_waits(world: World) -> None:
    apply(world, "alice")
    asked = world.say(OWNER, "解约")
    shown = world.say(OWNER, tap_of(asked, "推广员列表"))
    assert read(shown).endswith("刚才的解约还没填完，回复 继续 接着填。")
    assert "还没填完" not in world.say(OWNER, "推广员审核")
    assert "称呼：alice" in world.say(OWNER, "1")
    assert world.say(OWNER, "继续") == asked
    world.say(OWNER, "推广员审核")
    assert "刚才的解约不继续了" in world.say(OWNER, "取消")
    assert "没有填到一半" in world.say(OWNER, "继续")


@pytest.mark.parametrize(
    ("rows", "said"),
    [(1, "通过 1、驳回 1 资料不全"), (2, "通过 1–2、驳回 2 资料不全"), (8, "通过 1–3、驳回 2 资料不全")],
)
def test_the_list_names_numbers_that_it_has(rows: int, said: str) -> None:
    assert by_number(rows, "资料不全").endswith(said)
