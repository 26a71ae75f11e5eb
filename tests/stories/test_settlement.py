"""When commission becomes money that can be withdrawn: the words of 我的收益, to the minute.

¥100.00 at 30 % is ¥30.00 for bob. The clock starts on Monday, 2 March 2026, 10:00.
"""

from __future__ import annotations

import pytest

from tests.stories.world import Person, World

PENDING, READY = {"待结算": "¥30.00"}, {"可提现": "¥30.00"}
SERVICE = {"sku": "SKU3", "paid": 10_000}


@pytest.fixture
def bob(world: World) -> Person:
    """The promoter."""
    return world.joins("bob")


@pytest.fixture
def carol(world: World, bob: Person) -> Person:
    """His customer."""
    someone = world.person("carol")
    someone.scans_poster_of("bob")
    return someone


# -- 收货后 N 天 (the default, seven days) ------------------------------------------------------------


def test_received_seven_days_after_the_customer_confirmed(world: World, bob: Person, carol: Person) -> None:
    number = carol.pays()
    assert "佣金 ¥30.00 待结算 ·" in bob.says("推广订单")  # nobody knows until it is shipped
    world.at("03-03 09:00")
    world.shop_tells(number, "shipped")
    assert "佣金 ¥30.00 待结算（03-25 到期）" in bob.says("推广订单")  # if he never confirms: 15 + 7 days
    world.at("03-05 18:30")
    world.shop_tells(number, "received")
    assert "佣金 ¥30.00 待结算（03-12 到期）" in bob.says("推广订单")
    world.at("03-12 18:29")
    assert bob.purse() == PENDING
    assert bob.says("提现") == "现在没有可提现的钱。待结算 ¥30.00，到期后就能提。"
    world.at("03-12 18:30")
    assert bob.purse() == READY
    assert "佣金 ¥30.00 已结算" in bob.says("推广订单")
    world.audited()


def test_shipped_on_the_first_of_march_at_ten_and_never_confirmed_is_ready_on_the_twenty_third_at_ten(
    world: World, bob: Person, carol: Person
) -> None:
    world.at("2027-03-01 09:00")
    carol.scans_poster_of("bob")
    number = carol.pays()
    world.at("2027-03-01 10:00")
    world.shop_tells(number, "shipped")
    assert "待结算（03-23 到期）" in bob.says("推广订单")
    world.at("2027-03-23 09:59")
    assert bob.purse() == PENDING
    world.at("2027-03-23 10:00")
    assert bob.purse() == READY
    world.audited()


def test_confirmed_after_the_fifteen_days_changes_nothing(world: World, bob: Person, carol: Person) -> None:
    number = carol.pays()
    world.shop_tells(number, "shipped")
    world.later(days=16)
    world.shop_tells(number, "received")
    world.at("03-24 10:00")  # 2 March + 15 + 7
    assert bob.purse() == READY
    world.audited()


def test_received_without_a_word_about_shipping_counts_as_shipped(
    world: World, bob: Person, carol: Person
) -> None:
    number = carol.pays()
    world.shop_tells(number, "received")
    world.at("03-09 09:59")
    assert bob.purse() == PENDING
    world.at("03-09 10:00")
    assert bob.purse() == READY
    world.audited()


def test_the_owner_s_words_change_the_days_of_orders_paid_from_then_on(
    world: World, bob: Person, carol: Person
) -> None:
    before = carol.pays()
    assert "结算天数：7 天 → 2 天，已生效。" in world.person("老板").says("设置 结算时间 收货后2天")
    after = carol.pays({"sku": "SKU1", "paid": 20_000})
    for number in (before, after):
        world.shop_tells(number, "received")
    world.at("03-04 10:00")
    assert bob.purse() == {"待结算": "¥30.00", "可提现": "¥60.00"}
    world.at("03-09 10:00")
    assert bob.purse() == {"可提现": "¥90.00"}
    world.audited()


# -- 发货后 and 付款后 -------------------------------------------------------------------------------


def test_shipped_is_ready_with_the_last_parcel(world: World, bob: Person, carol: Person) -> None:
    assert "结算时间：收货后 → 发货后，已生效。" in world.person("老板").says("设置 结算时间 发货后")
    number = carol.pays()
    assert bob.purse() == PENDING
    world.shop_tells(number, "shipped", id="s1", final=False)
    assert bob.purse() == PENDING
    world.later(days=1)
    world.shop_tells(number, "shipped", id="s2", final=True)
    assert bob.purse() == READY
    world.audited()


def test_paid_is_ready_at_once(world: World, bob: Person, carol: Person) -> None:
    assert "结算时间：收货后 → 付款后，已生效。" in world.person("老板").says("设置 结算时间 付款后")
    carol.pays()
    assert bob.purse() == READY
    assert bob.says("提现 30").startswith("提到哪里？")
    world.audited()


# -- services and virtual goods ---------------------------------------------------------------------


def test_a_service_that_is_completed_needs_no_parcel(world: World, bob: Person, carol: Person) -> None:
    number = carol.pays(SERVICE)
    world.at("03-10 15:00")
    world.shop_tells(number, "completed")
    world.at("03-17 14:59")
    assert bob.purse() == PENDING
    world.at("03-17 15:00")
    assert bob.purse() == READY
    world.audited()


def test_a_service_that_nobody_ticks_off_is_ready_fifteen_and_seven_days_after_its_appointment(
    world: World, bob: Person, carol: Person
) -> None:
    carol.pays({**SERVICE, "service_at": "2026-03-20T14:00:00+08:00"})
    assert "待结算（04-11 到期）" in bob.says("推广订单")  # 20 March + 15 + 7
    world.at("04-11 13:59")
    assert bob.purse() == PENDING
    world.at("04-11 14:00")
    assert bob.purse() == READY
    world.audited()


def test_in_shipped_mode_a_completed_service_is_ready_at_once(
    world: World, bob: Person, carol: Person
) -> None:
    world.set("settle_mode", "shipped")
    number = carol.pays(SERVICE)
    assert bob.purse() == PENDING
    world.shop_tells(number, "completed")
    assert bob.purse() == READY
    world.audited()


def test_in_shipped_mode_a_virtual_good_is_ready_fifteen_days_after_it_was_paid(
    world: World, bob: Person, carol: Person
) -> None:
    world.set("settle_mode", "shipped")
    carol.pays({"sku": "SKU4", "paid": 10_000})
    world.at("03-17 09:59")
    assert bob.purse() == PENDING
    world.at("03-17 10:00")
    assert bob.purse() == READY
    world.audited()


def test_a_mixed_order_is_ready_line_by_line(world: World, bob: Person, carol: Person) -> None:
    number = carol.pays({"sku": "SKU1"}, {"sku": "SKU4"})  # 30.00 and 15.00
    world.shop_tells(number, "shipped")
    world.at("03-04 10:00")
    world.shop_tells(number, "received")
    world.at("03-11 10:00")
    assert bob.purse() == {"待结算": "¥15.00", "可提现": "¥30.00"}
    world.at("03-24 10:00")  # 2 March + 15 + 7
    assert bob.purse() == {"可提现": "¥45.00"}
    world.audited()


# -- after-sale -------------------------------------------------------------------------------------


def test_an_open_after_sale_holds_the_money_until_it_is_closed(
    world: World, bob: Person, carol: Person
) -> None:
    number = carol.pays()
    world.shop_tells(number, "received")
    world.at("03-08 10:00")
    world.shop_tells(number, "after_sale_opened")
    world.at("03-20 10:00")
    assert bob.purse() == PENDING
    world.at("03-20 12:00")
    world.shop_tells(number, "after_sale_closed")
    assert bob.purse() == READY
    world.audited()


def test_an_after_sale_closed_early_changes_nothing(world: World, bob: Person, carol: Person) -> None:
    number = carol.pays()
    world.shop_tells(number, "received")
    world.shop_tells(number, "after_sale_opened")
    world.at("03-03 10:00")
    world.shop_tells(number, "after_sale_closed")
    world.at("03-09 09:59")
    assert bob.purse() == PENDING
    world.at("03-09 10:00")
    assert bob.purse() == READY
    world.audited()


def test_frozen_money_still_matures_and_cannot_be_withdrawn(world: World, bob: Person, carol: Person) -> None:
    number = carol.pays()
    world.freezes("bob")
    world.settles(number)
    assert bob.purse() == READY
    assert bob.says("提现") == "你的推广员资格被冻结了，暂时不能提现，钱还在账上。请联系商家。"
    assert "已恢复" in world.person("老板").says(f"恢复 {world.code('bob')}")
    assert bob.says("提现 30").startswith("提到哪里？")
    world.audited()
