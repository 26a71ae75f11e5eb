"""Customers change hands through the real door: given one by one, moved all together, left behind by a leaver."""

from __future__ import annotations

from tests.stories.world import World


def test_from_nobody_to_bob_to_dave_and_on_to_his_successor(world: World) -> None:
    owner = world.person("老板")
    bob, dave = world.joins("bob"), world.joins("dave")
    service = world.staff("小客", "客服")
    carol, erin = world.follower("carol"), world.follower("erin")
    for one in (carol, erin):
        one.pays()
    world.later(minutes=1)

    listed = service.clicks("客户列表")
    assert listed.count("无归属") == 3, "two rows, and the line that shows only those"
    service.says(f"分配 1-2 {world.code('bob')} 门店客户")
    assert "已把 2 位客户交给 bob" in service.taps_code()
    world.work()
    assert "新增 2 位（以后下单给你计佣）" in bob.told()
    carol.pays()
    assert bob.purse() == {"待结算": "¥30.00"}

    assert "1. 王姐" in (bob.says("我的客户") and bob.says("备注 1 王姐") and bob.says("我的客户"))
    assert "王姐" not in service.says("客户列表")

    owner.says(f"推广员 {world.code('bob')}")
    owner.taps("2 人")
    owner.taps("把他的全部客户转给别人")
    owner.says(world.code("dave"))
    owner.taps("计佣：从现在起，以后的订单给他计佣")
    owner.says("调岗了")
    assert "正在把 2 位客户交给 dave" in owner.taps_code()
    world.work()
    world.later(minutes=11)
    assert "新增 2 位" in dave.told()
    assert "转出 2 位（已成交的订单不变）" in bob.told()
    assert dave.says("我的客户").startswith("我的客户（2 人）")
    carol.pays()
    assert (bob.purse(), dave.purse()) == ({"待结算": "¥30.00"}, {"待结算": "¥30.00"})

    owner.says(f"解约 {world.code('dave')} 移交 {world.code('bob')} 走了")
    assert "2 位客户正在移交给 bob" in owner.taps_code()
    world.later(minutes=10)
    assert "把 2 位客户移交给你，以后由你跟进" in bob.told()
    assert bob.says("我的客户").startswith("我的客户（2 人）\n")
    assert "王姐" in bob.says("我的客户"), "what he called her he still knows"
    carol.pays()
    assert bob.purse() == {"待结算": "¥60.00"}
    assert dave.purse() == {"待结算": "¥30.00"}, "what a leaver earned stays his"
    world.audited()


def test_a_new_upline_is_paid_for_new_orders(world: World) -> None:
    owner = world.person("老板")
    alice, dave = world.joins("alice"), world.joins("dave")
    bob = world.joins("bob", invited_by="alice")
    carol = world.person("carol")
    carol.scans_poster_of("bob")
    carol.pays()
    before = alice.purse()
    world.later(minutes=1)
    owner.says(f"上级 {world.code('bob')} {world.code('dave')} 团队调整")
    assert "的上级现在是：dave" in owner.taps_code()
    world.later(minutes=10)
    assert "商家调整了你的上级：现在是 dave。" in bob.told()
    assert "商家调整了你的下级" in dave.told()
    assert "商家调整了你的下级" in alice.told()
    world.later(minutes=1)
    carol.pays()
    assert alice.purse() == before
    assert dave.purse() == before, "the same rate, now for him"
    world.audited()
