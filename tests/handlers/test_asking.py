"""Every notice can also be had by asking: for each kind the word that shows the same."""

from __future__ import annotations

import pytest

from handlers.notices import KINDS
from tests.handlers.test_notices import apply, withdraw
from tests.handlers.world import World

ASKED = {
    "todo": ("老板", "待办"),
    "approved": ("alice", "帮助"),
    "rejected": ("bob", "申请进度"),
    "joined": ("alice", "我的下级"),
    "upline": ("dave", "我的下级"),
    "downlines": ("alice", "我的下级"),
    "earned": ("alice", "推广订单"),
    "clawed_back": ("alice", "推广订单"),
    "held_back": ("alice", "推广订单"),
    "assigned": ("alice", "推广订单"),
    "terminated": ("alice", "我的收益"),
    "customers": ("alice", "我的客户"),
    "inherited": ("alice", "我的客户"),
    "gone": ("老板", "客户列表"),
    "withdrawal_approved": ("alice", "提现记录"),
    "withdrawal_rejected": ("alice", "提现记录"),
    "withdrawal_paid": ("alice", "提现记录"),
    "settled": ("alice", "提现记录"),
    "adjusted": ("alice", "提现记录"),
    "booked": ("老板", "结算记录"),
    "visited": ("carol", "我的推荐人"),
    "payee_judged": ("alice", "申请提现"),
    "judged": ("老板", "规则设置"),
    "material_judged": ("老板", "素材管理"),
    "portrait_judged": ("alice", "海报头像"),
    "portrait_down": ("alice", "海报头像"),
    "roles": ("老板", "帮助"),
    "owners": ("老板", "员工"),
    "picture": ("alice", "店铺海报"),
    "undrawn": ("alice", "店铺海报"),
}
"""Who is told of it, and what he can say to read it himself."""


@pytest.fixture
def shop(world: World) -> World:
    """alice promotes, and dave came by her invitation."""
    world.promoter("alice")
    world.promoter("dave", invited_by="alice")
    return world


def test_no_notice_is_without_a_word_to_ask_by() -> None:
    assert set(ASKED) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(ASKED))
def test_the_word_is_understood_from_who_gets_the_notice(shop: World, kind: str) -> None:
    name, word = ASKED[kind]
    said = shop.say(name, word)
    assert said
    assert "没听懂" not in said


def test_what_the_notices_say_is_there_to_be_read(shop: World) -> None:
    apply(shop, "bob")
    assert "推广员申请 1" in shop.say("老板", "待办")
    shop.by("老板").recruiting.reject(shop.by("老板").recruiting.pending(1)[0].id, "资料不全")
    assert "资料不全" in shop.say("bob", "申请进度")
    assert "dave" in shop.say("alice", "我的下级")
    assert "你的上级是 alice" in shop.say("dave", "我的下级")
    shop.buys("carol", "1", 10_000, code=shop.code("alice"))
    (order,) = shop.by("alice").order_book.of_promoter(shop.by("alice").promoters.mine().id, 0, 5)
    assert order.code in shop.say("alice", "推广订单")
    assert "alice" in shop.say("carol", "我的推荐人")
    assert "锁客中" in shop.say("alice", "我的客户")


def test_each_step_of_a_withdrawal_is_there_to_be_read(shop: World) -> None:
    code = withdraw(shop)
    desk = shop.by("老板").withdrawals
    desk.approve(code)
    assert "待打款" in shop.say("alice", "提现记录")
    in_hand = shop.by("老板").withdrawals.take_in_hand(code)
    shop.by("老板").withdrawals.mark_paid(in_hand.code, "PAY20260310")
    said = shop.say("alice", "提现记录")
    assert code in said
    assert "PAY20260310" in shop.say("alice", "1")
