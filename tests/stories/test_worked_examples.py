"""The examples of the exact rules, through the shop's feed, with numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stories.world import Person, World

Line = dict[str, Any]
TEA: Line = {"sku": "SKU2", "quantity": 1, "paid": 645}


@pytest.fixture
def alice(world: World) -> Person:
    """The upline."""
    return world.joins("alice")


@pytest.fixture
def bob(world: World, alice: Person) -> Person:
    """alice's downline."""
    return world.joins("bob", invited_by="alice")


@pytest.fixture
def carol(world: World, bob: Person) -> Person:
    """bob's customer."""
    someone = world.person("carol")
    someone.scans_poster_of("bob")
    return someone


def rates(world: World, level1: str, level2: str = "10%") -> None:
    """The shop's rates; level 2 first, so that the two never pass 100 % in between."""
    for key, value in (("level2", level2), ("level1", level1)):
        if str(getattr(world.house.operator().settings.now(), key)) != value:
            world.set(key, value)


# -- rounding ---------------------------------------------------------------------------------------


def test_six_forty_five_at_thirty_percent_is_one_ninety_three(
    world: World, alice: Person, bob: Person, carol: Person
) -> None:
    carol.pays(TEA)
    assert bob.purse() == {"待结算": "¥1.93"}  # 193.5 fen, the half fen stays with the merchant
    assert alice.purse() == {"待结算": "¥0.64"}
    world.audited()


def test_a_hundred_at_one_ninety_nine_and_five_percent_are_nine_ninety_five(
    world: World, bob: Person, carol: Person
) -> None:
    rates(world, "5%")
    carol.pays({"sku": "SKU2", "quantity": 100, "paid": 19_900})
    assert bob.purse() == {"待结算": "¥9.95"}
    world.audited()


def test_each_line_is_rounded_by_itself(world: World, alice: Person, bob: Person, carol: Person) -> None:
    carol.pays(TEA, TEA, TEA)  # three lines of 1.93 and 0.64; one line of 19.35 would be 5.80 and 1.93
    assert bob.purse() == {"待结算": "¥5.79"}
    assert alice.purse() == {"待结算": "¥1.92"}
    world.audited()


def test_one_line_of_three_is_rounded_once(world: World, alice: Person, bob: Person, carol: Person) -> None:
    carol.pays({"sku": "SKU2", "quantity": 3, "paid": 1935})
    assert bob.purse() == {"待结算": "¥5.80"}
    assert alice.purse() == {"待结算": "¥1.93"}
    world.audited()


def test_what_is_paid_after_coupons_counts_and_shipping_does_not(
    world: World, bob: Person, carol: Person
) -> None:
    carol.pays({"sku": "SKU1", "paid": 8_000}, shipping=1_200)
    assert bob.purse() == {"待结算": "¥24.00"}
    world.audited()


def test_a_line_that_cost_nothing_earns_nothing(world: World, bob: Person, carol: Person) -> None:
    carol.pays({"sku": "SKU1", "paid": 0}, TEA)
    assert bob.purse() == {"待结算": "¥1.93"}
    world.audited()


# -- rates ------------------------------------------------------------------------------------------


def test_a_product_s_own_rate_wins_each_level_apart_and_one_that_is_not_promoted_earns_nothing(
    world: World, alice: Person, bob: Person, carol: Person
) -> None:
    owner = world.person("老板")
    owner.says("商品 SKU1 一级 12.5%")
    owner.taps(owner.says("商品 SKU1 一级 12.5%").splitlines()[-2])
    owner.says("商品 SKU4 推广 关")
    carol.pays({"sku": "SKU1"}, {"sku": "SKU4"})
    assert bob.purse() == {"待结算": "¥12.50"}
    assert alice.purse() == {"待结算": "¥10.00"}
    world.audited()


def test_level_one_at_nought_does_not_stop_level_two(
    world: World, alice: Person, bob: Person, carol: Person
) -> None:
    rates(world, "0%")
    carol.pays()
    assert bob.purse() == {}
    assert alice.purse() == {"待结算": "¥10.00"}
    world.audited()


def test_rates_of_more_than_everything_are_refused_with_the_figures(world: World) -> None:
    owner = world.person("老板")
    refused = owner.says("设置 佣金比例 95%")
    assert "95%" in refused
    assert "10%" in refused
    assert "超过了 100%" in refused


def test_a_change_of_rates_touches_no_order_that_was_heard_before(
    world: World, bob: Person, carol: Person
) -> None:
    number = carol.pays()
    rates(world, "20%")
    world.shop_tells(number, "refunded", id="r1", amount=5_000)
    assert bob.purse() == {"待结算": "¥15.00"}  # half of 30, not half of 20
    carol.pays()
    assert bob.purse() == {"待结算": "¥35.00"}
    world.audited()


# -- who is paid ------------------------------------------------------------------------------------


def test_two_levels_and_never_a_third(world: World, alice: Person, bob: Person) -> None:
    dave = world.joins("dave", invited_by="bob")
    carol = world.person("carol")
    carol.scans_poster_of("dave")
    carol.pays()
    assert dave.purse() == {"待结算": "¥30.00"}
    assert bob.purse() == {"待结算": "¥10.00"}
    assert alice.purse() == {}
    world.audited()


def test_with_two_levels_off_only_the_first_is_paid_and_old_orders_keep_theirs(
    world: World, alice: Person, bob: Person, carol: Person
) -> None:
    carol.pays()
    owner = world.person("老板")
    assert "二级分销：开 → 关，已生效。" in owner.says("设置 二级分销 关")
    world.work()
    carol.pays()
    assert bob.purse() == {"待结算": "¥60.00"}
    assert alice.purse() == {"待结算": "¥10.00"}
    assert "邀请" not in alice.says("我的收益")
    assert alice.says("我的下级").startswith("没听懂这句话。")
    assert alice.says("邀请推广员").startswith("没听懂这句话。")
    assert not {"我的下级", "邀请推广员"} & set(alice.menu())
    assert "二级分销：关 → 开，已生效。" in owner.says("设置 二级分销 开")
    carol.pays()
    assert alice.purse() == {"待结算": "¥20.00"}
    world.audited()


def test_a_frozen_upline_is_skipped_and_nothing_rolls_up(
    world: World, alice: Person, bob: Person, carol: Person
) -> None:
    world.freezes("alice")
    carol.pays()
    assert alice.purse() == {}
    assert bob.purse() == {"待结算": "¥30.00"}
    world.audited()


def test_a_frozen_promoter_gets_nothing_and_his_upline_gets_hers(
    world: World, alice: Person, bob: Person, carol: Person
) -> None:
    carol.pays()
    world.freezes("bob")
    carol.pays()  # bob's lock lives on
    assert bob.purse() == {"待结算": "¥30.00"}
    assert alice.purse() == {"待结算": "¥20.00"}
    world.audited()


def test_money_that_the_merchant_transferred_himself_earns_nothing_and_locks_nobody(
    world: World, bob: Person, carol: Person
) -> None:
    carol.pays(payment="own_transfer")
    assert bob.purse() == {}
    assert carol.says("我的推荐人").startswith("你还没有固定的推荐人。")
    world.audited()


def test_a_code_that_the_shop_sends_beats_the_last_scan(world: World, bob: Person, carol: Person) -> None:
    dave = world.joins("dave")
    carol.pays(code=world.code("dave"))
    assert dave.purse() == {"待结算": "¥30.00"}
    assert bob.purse() == {}
    assert carol.says("我的推荐人") == "你的推荐人是 dave（长期有效）。"
    world.audited()


def test_a_sent_code_of_nobody_counts_as_none_sent(world: World, bob: Person, carol: Person) -> None:
    carol.pays(code="AAAA22")
    assert bob.purse() == {"待结算": "¥30.00"}
    world.audited()


def test_placed_by_a_promoter_for_somebody_else_pays_him_and_touches_no_lock(
    world: World, alice: Person, bob: Person, carol: Person
) -> None:
    dave = world.joins("dave")
    carol.pays(placed_by={"code": world.code("dave")})
    assert dave.purse() == {"待结算": "¥30.00"}
    assert bob.purse() == {}
    carol.pays({"sku": "SKU1", "paid": 7_000, "level1_discount": 3_000}, placed_by={"openid": bob.openid})
    assert bob.purse() == {}  # he took it as a discount
    assert alice.purse() == {"待结算": "¥10.00"}  # 10 % of 70 + 30
    assert carol.says("我的推荐人").startswith("你还没有固定的推荐人。")
    world.audited()


# -- self-purchase ----------------------------------------------------------------------------------


def test_self_purchase_is_off_and_a_promoter_buys_like_anybody(
    world: World, alice: Person, bob: Person
) -> None:
    bob.pays()
    assert bob.purse() == {}
    # bob opened alice's invitation, which is a visit: he is her customer, and as her downline no more than that.
    assert alice.purse() == {"待结算": "¥30.00"}
    world.audited()


def test_self_purchase_with_commission_pays_himself_and_his_upline(
    world: World, alice: Person, bob: Person
) -> None:
    world.set("self_purchase", "commission")
    bob.pays()
    assert bob.purse() == {"待结算": "¥30.00"}
    assert alice.purse() == {"待结算": "¥10.00"}
    world.audited()


def test_self_purchase_with_a_discount_the_worked_example(world: World, alice: Person, bob: Person) -> None:
    """6.45 × 3 at 40 % and 8 %: bob pays 11.61, alice gets 1.54; one piece back and she keeps 1.03."""
    rates(world, "40%", "8%")
    world.set("self_purchase", "discount")
    number = bob.pays({"sku": "SKU2", "quantity": 3, "paid": 1161, "level1_discount": 774})
    assert bob.purse() == {}
    assert alice.purse() == {"待结算": "¥1.54"}
    world.shop_tells(number, "refunded", id="r1", amount=387, lines=[{"line": 1, "amount": 387}])
    assert bob.purse() == {}
    assert alice.purse() == {"待结算": "¥1.03"}
    world.audited()


# -- order of arrival -------------------------------------------------------------------------------


def test_a_refund_that_is_heard_before_its_order_counts_when_the_order_comes(
    world: World, bob: Person, carol: Person
) -> None:
    paid = {
        "type": "order.paid", "source": "shop", "order": "A1", "at": "2026-03-02T10:00:00+08:00",
        "data": {
            "buyer": {"openid": carol.openid}, "payment": "wechat", "shipping": 0,
            "lines": [{"line": 1, "sku": "SKU1", "title": "护手霜", "quantity": 1, "paid": 10_000}],
        },
    }  # fmt: skip
    refund = {
        "type": "order.refunded", "source": "shop", "order": "A1", "at": "2026-03-02T10:00:00+08:00",
        "data": {"id": "r1", "amount": 4_000},
    }  # fmt: skip
    assert world.post("shop/events", event=refund)["status"] == 200
    assert bob.purse() == {}
    assert world.post("shop/events", event=paid)["status"] == 200
    assert bob.purse() == {"待结算": "¥18.00"}
    assert world.post("shop/events", event=paid)["status"] == 200
    other = {**paid, "data": {**paid["data"], "payment": "alipay"}}
    assert world.post("shop/events", event=other)["status"] == 409
    assert bob.purse() == {"待结算": "¥18.00"}
    world.audited()


def test_a_buyer_whom_nobody_knows_waits_unless_the_shop_sent_a_code(world: World, bob: Person) -> None:
    first = world.post("shop/orders", buyer={"phone": "13700137000"}, lines=[{"sku": "SKU1"}])
    assert first["status"] == 200
    assert bob.purse() == {}
    assert "待认领订单 1（不知道买家，先不计佣）" in world.person("老板").says("待办")
    second = world.post(
        "shop/orders", buyer={"phone": "13700137000"}, lines=[{"sku": "SKU1"}], code=world.code("bob")
    )
    assert second["status"] == 200
    assert bob.purse() == {"待结算": "¥30.00"}
    world.audited()
