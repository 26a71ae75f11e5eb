"""bob asks why an order pays him what it pays, the owner asks why it pays anybody, and dave asks in vain."""

from __future__ import annotations

from tests.stories.world import World


def test_an_order_is_explained_to_each_as_far_as_it_is_his(world: World) -> None:
    for name, by in (("alice", ""), ("bob", "alice"), ("dave", "")):
        world.joins(name, invited_by=by)
    boss, bob, alice, dave = (world.person(name) for name in ("老板", "bob", "alice", "dave"))
    carol = world.follower("carol")
    carol.scans_poster_of("bob")
    first = carol.pays()
    row = next(line for line in bob.says("推广订单").splitlines() if "单号" in line)
    code = row.rpartition("单号 ")[2]

    his = bob.taps(f"单号 {code}").splitlines()
    assert his[1].startswith("佣金 30%（全店）¥30.00 → 你")
    assert "扫码（单次锁），这一单起锁定客户" in his[2]
    assert "¥10.00" not in "".join(his)

    boss.says("订单退款")
    boss.taps(f"单号 {code}")
    whole = boss.taps("为什么这样计佣")
    assert f"商城单号 {first} " in whole
    assert "一级 30%（全店）¥30.00 → bob" in whole
    assert "二级 10%（全店）¥10.00 → alice" in whole

    assert "下级 bob 的订单\n邀请奖励 10%（全店）¥10.00 → 你" in alice.says(f"为什么 {code}")
    assert dave.says(f"为什么 {code}") == f"没有单号为「{code}」的订单，请核对一下。"

    world.later(hours=1)
    carol.scans_poster_of("dave")
    second = carol.pays()
    row = next(line for line in boss.says("订单退款").splitlines() if f"商城单号 {second}" in line)
    code = row.partition("· 单号 ")[2][:6]
    why = bob.says(f"为什么 {code}")
    assert "客户付款前最后访问的是另一位推广员。" in why
    assert "当时客户锁定给你" in why
    assert "¥" not in why
    world.audited()
