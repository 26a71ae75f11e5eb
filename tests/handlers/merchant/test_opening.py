"""开张: the owner of a new shop finds the way to where the programme is on."""

from __future__ import annotations

from engine import OPERATOR
from engine.people.authority import Role
from handlers.texts.marks import tap
from tests.handlers.merchant.scenes import STAFF, hire
from tests.handlers.world import World


def test_the_owner_reads_what_is_missing_and_the_way_there(world: World) -> None:
    world.set(programme="off")

    assert "看看怎么开张" in world.say("老板", "待办")
    shown = world.say("老板", "开张")
    assert "推广计划：关" in shown
    assert "还没" not in shown

    world.say("老板", "6")
    assert "推广计划已经开了" in world.say("老板", "开张")
    assert "怎么开张" not in world.say("老板", "待办")


def test_the_numbers_lead_to_the_settings(world: World) -> None:
    world.set(programme="off")
    world.say("老板", "开张")

    assert world.say("老板", "1").startswith("佣金比例")


def test_it_is_the_owners_alone(world: World) -> None:
    hire(world)
    world.set(programme="off")

    assert "店主" in world.say(STAFF[Role.FINANCE], "开张")
    assert "开张" not in world.say(STAFF[Role.FINANCE], "待办")


def test_a_new_owner_is_led_there_at_once(world: World) -> None:
    world.set(programme="off")
    token = world.desk(OPERATOR).enrolling.invite(Role.OWNER).token

    assert world.scan("erin", f"m:{token}").endswith(tap("开张", "看看怎么开张"))
