"""自购省, 代下单 and 商家自行转账: asked for, paid, told, refunded, and seen by the owner where it was too much."""

from __future__ import annotations

import pytest

from tests.stories.world import Person, World, caught


@pytest.fixture
def owner(world: World) -> Person:
    return world.person("老板")


@pytest.fixture
def alice(world: World) -> Person:
    """The upline."""
    return world.joins("alice")


@pytest.fixture
def bob(world: World, alice: Person) -> Person:
    """alice's downline."""
    return world.joins("bob", invited_by="alice")


def confirmed(owner: Person, line: str) -> str:
    """Say it, and tap the one-time code that comes back."""
    owner.says(line)
    return owner.says(caught(r"msgmenucontent=(确认 \w{6})&", owner.raw()))


def grouped(world: World, owner: Person, group: str, rates: str, name: str) -> None:
    owner.says(f"分组 加 {group}")
    confirmed(owner, f"分组 {group} {rates}")
    confirmed(owner, f"分组 {group} 加 {world.code(name)}")


def test_three_boxes_of_tea_at_bobs_own_price_and_one_comes_back(
    world: World, owner: Person, alice: Person, bob: Person
) -> None:
    owner.says("设置 自购 自购省")
    grouped(world, owner, "金牌", "一级 40%", "bob")
    grouped(world, owner, "银牌", "二级 8%", "alice")
    assert "3 件 ¥19.35（一件 ¥6.45）\n你的价格 ¥11.61（自购省 ¥7.74）" in bob.says("价格 绿茶 3")
    assert "绿茶礼盒 ¥6.45\n" in world.follower("carol").says("价格")

    order = world.buys("bob", {"sku": "SKU2", "quantity": 3}, ask_price=True)
    assert [(line["paid"], line["level1_discount"]) for line in order["lines"]] == [(1161, 774)]
    assert (bob.purse(), alice.purse()) == ({}, {"待结算": "¥1.54"})
    assert "自购省 ¥7.74，佣金已在价格里" in bob.says("推广订单")

    world.shop_tells(order["order"], "refunded", amount=387, lines=[{"line": 1, "amount": 387}])
    assert (bob.purse(), alice.purse()) == ({}, {"待结算": "¥1.03"})
    assert "减得比规则多" not in owner.says("待办")
    world.audited()


def test_the_owner_sees_where_the_shop_took_off_too_much(
    world: World, owner: Person, alice: Person, bob: Person
) -> None:
    carol = world.follower("carol")
    placed_by = {"code": world.code("bob")}
    right = world.buys("carol", {"sku": "SKU1"}, placed_by=placed_by, ask_price=True)
    assert [(line["paid"], line["level1_discount"]) for line in right["lines"]] == [(7_000, 3_000)]
    world.later(minutes=1)
    generous = {"sku": "SKU1", "paid": 6_000, "level1_discount": 4_000}
    wrong = carol.pays(generous, placed_by=placed_by)
    assert alice.purse() == {"待结算": "¥20.00"}
    owner.says("待办")
    shown = owner.taps("减得比规则多的订单 1（待核对）")
    assert f"商城单号 {wrong} · 护手霜×1\n　减 ¥40.00，多减 ¥10.00 · bob 的价" in shown
    assert right["order"] not in shown
    world.audited()


def test_an_own_transfer_pays_nobody_and_says_so(
    world: World, owner: Person, alice: Person, bob: Person
) -> None:
    carol = world.person("carol")
    carol.scans_poster_of("bob")
    carol.pays(payment="own_transfer")
    assert (bob.purse(), alice.purse()) == ({}, {})
    shown = bob.says("推广订单")
    assert "商家自行转账的订单不计佣" in shown
    why = bob.says(caught(r"msgmenucontent=(为什么 \w{6})&", bob.raw()))
    assert "商家自行转账" in why
    assert "商家自行转账的订单不计佣" in owner.says("订单退款")
    asked = world.post("shop/prices", buyer=bob.openid, lines=[{"sku": "SKU1"}], payment="own_transfer")
    assert (asked["prices"]["basis"], asked["prices"]["price"]) == ("own_transfer", 10_000)
    world.audited()
