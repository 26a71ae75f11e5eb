"""Words that say nothing alone: how they are used, to whoever may use them and to nobody else."""

from __future__ import annotations

import pytest

from engine.people.authority import Role
from handlers.texts.usage import USAGE
from tests.handlers.merchant.scenes import OWNER, STAFF, hire
from tests.handlers.world import World, taps

FINANCE, SERVICE, REVIEW = (STAFF[role] for role in (Role.FINANCE, Role.SERVICE, Role.REVIEW))


@pytest.mark.parametrize(
    ("word", "name", "key"),
    [
        ("上级", OWNER, "上级"), ("改上级", OWNER, "上级"), ("改邀请人", OWNER, "改邀请人"),
        ("找客户", SERVICE, "找客户"),
        ("备注", SERVICE, "店里备注"), ("备注", "alice", "我的备注"), ("为什么", FINANCE, "为什么"),
        ("为什么", "alice", "我的为什么"), ("冻结", REVIEW, "冻结"), ("恢复", REVIEW, "恢复"),
        ("确认", SERVICE, "确认"),
        ("提现单", FINANCE, "提现单"), ("结算单", FINANCE, "结算单"), ("看", OWNER, "看"),
    ],
)  # fmt: skip
def test_a_word_alone_is_answered_with_how_to_use_it(world: World, word: str, name: str, key: str) -> None:
    hire(world)
    world.promoter("alice")
    assert world.say(name, word) == USAGE[key]
    assert "例如：" in USAGE[key]
    for tapped in taps(USAGE[key]):
        assert "没听懂" not in world.say(name, tapped), tapped


def test_nobody_else_hears_of_it(world: World) -> None:
    hire(world)
    world.promoter("alice")
    unknown = world.say("carol", "这句没有意义").splitlines()[0]
    for word in ("上级", "找客户", "冻结", "恢复", "确认", "提现单", "看", "改邀请人"):
        assert world.say("carol", word).startswith(unknown), word
        assert world.say("alice", word).startswith(unknown), word
    assert world.say(SERVICE, "冻结") == "你没有审核权限，请找店主。"


def test_a_second_level_that_is_off_has_no_words(one_level: World) -> None:
    assert one_level.say(OWNER, "上级") == one_level.say(OWNER, "这句没有意义")


def test_the_list_that_was_open_stays_open(world: World) -> None:
    world.promoter("alice", given="王爱丽")
    world.say(OWNER, "推广员列表")
    world.say(OWNER, "冻结")
    assert world.say(OWNER, "1").startswith("王爱丽")


def test_customers_are_listed_by_their_word_alone(world: World) -> None:
    world.promoter("alice")
    assert world.say("alice", "客户") == world.say("alice", "我的客户")
    assert world.say(OWNER, "客户") == world.say(OWNER, "客户列表")
