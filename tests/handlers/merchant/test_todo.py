"""待办, 我的推广, 员工二维码: what a member is here for."""

from __future__ import annotations

import pytest

from engine.people.authority import Role
from tests.handlers.merchant.scenes import OWNER, STAFF, apply, ask_for, hire, payable
from tests.handlers.world import World, read, taps


def test_everybody_sees_what_is_his_to_do(world: World) -> None:
    hire(world)
    code = payable(world)
    world.say(OWNER, f"通过提现 {code}")
    world.promoter("bob")
    world.earned("bob", 3000)
    ask_for(world, "bob", 3000)
    apply(world, "dave")
    assert "待办\n1. 推广员申请 1\n2. 提现申请 1\n3. 待打款 1" in read(world.say(OWNER, "全部待办"))
    assert taps(world.say(STAFF[Role.REVIEW], "待办")) == ["推广员审核"]
    assert taps(world.say(STAFF[Role.FINANCE], "待办")) == ["提现审核", "待打款"]
    assert "现在没有待办。" in world.say(STAFF[Role.SERVICE], "待办")
    assert not world.say(OWNER, "待办").endswith("\n")


def test_a_notice_that_something_waits_is_heeded_by_looking(world: World) -> None:
    apply(world, "dave")
    post = world.engine.post(world.shop)
    row = post.claim(next(row for row, kind in post.due() if kind == "todo"))
    assert row is not None
    post.waits(row, "window closed")
    assert world.who(OWNER).has_notices
    assert "推广员申请 1" in world.say(OWNER, "待办")
    assert not world.who(OWNER).has_notices


def test_orders_that_need_a_person_are_counted(world: World) -> None:
    hire(world)
    world.buys("carol", "1", 1_000)
    world.refunds("1", 2_000)
    assert "退款超过实付的订单 1" in world.say(OWNER, "待办")
    assert "退款超过实付的订单 1" in world.say(STAFF[Role.FINANCE], "待办")
    assert "现在没有待办" in world.say(STAFF[Role.SERVICE], "待办")


@pytest.mark.parametrize(("typed", "role"), [("员工二维码 财务", Role.FINANCE), ("加店员 审核", Role.REVIEW)])
def test_the_owner_invites_a_member(world: World, typed: str, role: Role) -> None:
    shown = world.say(OWNER, typed)
    assert shown.startswith("[enrolment] 正在生成")
    assert "只能用一次，24 小时内有效" in shown


def test_as_what_is_asked_when_it_was_not_said(world: World) -> None:
    shown = world.say(OWNER, "加店员")
    assert taps(shown) == ["员工二维码 审核", "员工二维码 财务", "员工二维码 客服", "员工", "邀请成员"]
    assert "正在生成审核二维码" in world.say(OWNER, taps(shown)[0])


def test_a_member_who_is_a_promoter_too(world: World) -> None:
    assert "申请推广员" in taps(world.say(OWNER, "我的推广"))
    world.promoter(OWNER, given="老板")
    offered = taps(world.say(OWNER, "我的推广"))
    assert {"店铺海报", "我的收益", "申请提现"} <= set(offered)
    assert "帮助" not in offered, "which would show the merchant's own"


def test_a_closed_programme_says_so(world: World) -> None:
    world.set(recruiting="off")
    assert "现在没有招募推广员" in world.say(OWNER, "我的推广")
