"""Scan, wait, pay without a code in the order: who is paid, in each of the three lock modes.

Everything happens in the demo's shop: ¥100.00, level 1 at 30 %. The clock starts on Monday, 2 March 2026, 10:00.
"""

from __future__ import annotations

import pytest

from tests.stories.world import Person, World

NOT_HIM = "看商品与价格\n不是 TA 推荐的？回复 不是"


@pytest.fixture
def people(world: World) -> tuple[Person, Person, Person]:
    """bob and dave promote; carol follows and has scanned nobody."""
    return world.joins("bob"), world.joins("dave"), world.follower("carol")


# -- on visit (访问锁定) ----------------------------------------------------------------------------


def test_on_visit_the_first_scan_holds_the_customer_long_after_the_visit_window(
    world: World, people: tuple[Person, Person, Person]
) -> None:
    bob, dave, carol = people
    world.set("lock_mode", "on_visit")
    assert carol.scans_poster_of("bob") == (
        f"bob 向你推荐了青禾小店。bob 现在是你的推荐人（长期有效）。\n{NOT_HIM}"
    )
    world.later(days=2)
    assert carol.scans_poster_of("dave") == f"dave 向你推荐了青禾小店。你的推荐人还是 bob。\n{NOT_HIM}"
    assert carol.scans_poster_of("bob") == f"bob 向你推荐了青禾小店。TA 已经是你的推荐人。\n{NOT_HIM}"
    world.later(days=200)
    carol.pays()
    assert bob.purse() == {"待结算": "¥30.00"}
    assert dave.purse() == {}
    world.audited()


def test_on_visit_a_lock_of_ten_days_ends_to_the_minute_and_then_nobody_is_paid(
    world: World, people: tuple[Person, Person, Person]
) -> None:
    bob, dave, carol = people
    world.set("lock_mode", "on_visit")
    world.set("lock_days", "10")
    receipt = carol.scans_poster_of("bob")
    assert receipt == f"bob 向你推荐了青禾小店。bob 现在是你的推荐人（到 2026-03-12）。\n{NOT_HIM}"
    world.at("03-12 09:59")
    carol.pays()  # does not prolong
    assert bob.purse() == {"待结算": "¥30.00"}
    world.at("03-12 10:00")
    assert carol.says("我的推荐人").startswith("你还没有固定的推荐人。")
    carol.pays()
    assert bob.purse() == {"待结算": "¥30.00"}
    assert "dave 现在是你的推荐人（到 2026-03-22）" in carol.scans_poster_of("dave")
    carol.pays()
    assert bob.purse() == {"待结算": "¥30.00"}
    assert dave.purse() == {"待结算": "¥30.00"}
    world.audited()


def test_on_visit_a_scan_before_the_mode_was_chosen_makes_no_lock_afterwards(
    world: World, people: tuple[Person, Person, Person]
) -> None:
    bob, _, carol = people
    carol.scans_poster_of("bob")
    world.set("lock_mode", "on_visit")
    carol.pays()
    assert bob.purse() == {}
    world.audited()


# -- on purchase (购买锁定) -------------------------------------------------------------------------


def test_on_purchase_the_first_purchase_within_the_window_makes_a_lock_that_no_second_promoter_takes(
    world: World, people: tuple[Person, Person, Person]
) -> None:
    bob, dave, carol = people
    world.set("lock_mode", "on_purchase")
    assert carol.scans_poster_of("bob") == (
        f"bob 向你推荐了青禾小店。7 天内下单，bob 就是你的推荐人。\n{NOT_HIM}"
    )
    world.at("03-09 10:00")  # seven days to the minute still count
    carol.pays()
    assert bob.purse() == {"待结算": "¥30.00"}
    assert carol.says("我的推荐人") == "你的推荐人是 bob（长期有效）。"
    assert carol.scans_poster_of("dave") == f"dave 向你推荐了青禾小店。你的推荐人还是 bob。\n{NOT_HIM}"
    world.later(hours=1)
    carol.pays()
    world.later(days=100)
    carol.pays()
    assert bob.purse() == {"待结算": "¥90.00"}
    assert dave.purse() == {}
    world.audited()


def test_on_purchase_a_scan_older_than_the_window_pays_nobody_and_locks_nobody(
    world: World, people: tuple[Person, Person, Person]
) -> None:
    bob, _, carol = people
    world.set("lock_mode", "on_purchase")
    carol.scans_poster_of("bob")
    world.at("03-09 10:01")
    carol.pays()
    assert bob.purse() == {}
    assert bob.says("推广订单").startswith("还没有推广订单。")
    assert carol.says("我的推荐人") == "你还没有固定的推荐人。最近一次是 bob 在 03-02 10:00 推荐的。"
    world.audited()


def test_on_purchase_the_promoter_scanned_last_before_the_first_purchase_gets_the_customer(
    world: World, people: tuple[Person, Person, Person]
) -> None:
    bob, dave, carol = people
    world.set("lock_mode", "on_purchase")
    carol.scans_poster_of("bob")
    world.later(days=1)
    assert "7 天内下单，dave 就是你的推荐人。" in carol.scans_poster_of("dave")
    world.later(days=1)
    carol.pays()
    assert bob.purse() == {}
    assert dave.purse() == {"待结算": "¥30.00"}
    world.audited()


def test_on_purchase_his_own_promoter_s_visit_restarts_a_lock_and_no_visit_leaves_it_to_run_out(
    world: World, people: tuple[Person, Person, Person]
) -> None:
    bob, dave, carol = people
    world.set("lock_mode", "on_purchase")
    world.set("lock_days", "10")
    carol.scans_poster_of("bob")
    carol.pays()  # lock from 2 March to 12 March
    assert carol.says("我的推荐人") == "你的推荐人是 bob（到 2026-03-12）。"
    world.at("03-08 10:00")
    carol.pays()  # the visit of 2 March is six days old: the lock starts again
    assert carol.says("我的推荐人") == "你的推荐人是 bob（到 2026-03-18）。"
    world.at("03-10 10:00")
    carol.pays()  # no visit within seven days: paid by the lock, which goes on as it was
    assert carol.says("我的推荐人") == "你的推荐人是 bob（到 2026-03-18）。"
    carol.scans_poster_of("dave")
    carol.pays()  # another's code: bob is paid, and his lock goes on as it was
    assert carol.says("我的推荐人") == "你的推荐人是 bob（到 2026-03-18）。"
    assert bob.purse() == {"待结算": "¥120.00"}
    world.at("03-18 10:00")
    carol.pays()  # over; dave's scan is eight days old
    assert bob.purse() == {"待结算": "¥120.00"}
    assert dave.purse() == {}
    world.audited()


# -- on purchase, single-shot (购买单次锁定, the default) ---------------------------------------------


def test_single_shot_monday_wednesday_friday_saturday(
    world: World, people: tuple[Person, Person, Person]
) -> None:
    bob, dave, carol = people
    assert carol.scans_poster_of("bob") == (
        f"bob 向你推荐了青禾小店。7 天内下单，bob 就是你的推荐人。\n{NOT_HIM}"
    )
    world.at("03-04 10:00")
    carol.pays()
    assert bob.purse() == {"待结算": "¥30.00"}
    assert carol.says("我的推荐人") == "你的推荐人是 bob（长期有效）。"
    world.at("03-06 10:00")
    assert carol.scans_poster_of("dave") == (
        f"dave 向你推荐了青禾小店。你的推荐人还是 bob；7 天内下单，推荐人就换成 dave。\n{NOT_HIM}"
    )
    world.at("03-07 10:00")
    carol.pays()
    assert bob.purse() == {"待结算": "¥30.00"}
    assert dave.purse() == {"待结算": "¥30.00"}
    assert carol.says("我的推荐人") == "你的推荐人是 dave（长期有效）。"
    assert "锁客中" in dave.says("我的客户")
    assert bob.says("我的客户").startswith("还没有客户。")
    world.audited()


def test_single_shot_a_second_scan_that_is_too_old_leaves_the_customer_with_the_first(
    world: World, people: tuple[Person, Person, Person]
) -> None:
    bob, dave, carol = people
    carol.scans_poster_of("bob")
    carol.pays()
    carol.scans_poster_of("dave")
    world.later(days=7, minutes=1)
    carol.pays()
    assert bob.purse() == {"待结算": "¥60.00"}
    assert dave.purse() == {}
    world.audited()


def test_single_shot_back_to_the_first_by_scanning_him_again(
    world: World, people: tuple[Person, Person, Person]
) -> None:
    bob, dave, carol = people
    carol.scans_poster_of("bob")
    carol.pays()
    carol.scans_poster_of("dave")
    world.later(hours=1)
    assert carol.scans_poster_of("bob") == f"bob 向你推荐了青禾小店。TA 已经是你的推荐人。\n{NOT_HIM}"
    carol.pays()
    assert bob.purse() == {"待结算": "¥60.00"}
    assert dave.purse() == {}
    world.audited()


def test_single_shot_a_lock_of_thirty_days_is_over_on_the_thirtieth_day(
    world: World, people: tuple[Person, Person, Person]
) -> None:
    bob, _, carol = people
    world.set("lock_days", "30")
    carol.scans_poster_of("bob")
    world.at("03-03 10:00")
    carol.pays()
    assert bob.says("我的客户").endswith("锁客中，04-02 到期")
    world.at("04-02 09:59")
    carol.pays()
    world.at("04-02 10:00")
    carol.pays()
    assert bob.purse() == {"待结算": "¥60.00"}
    world.audited()


def test_single_shot_a_promoter_frozen_before_the_payment_is_no_code_and_the_scan_before_his_is_none_either(
    world: World, people: tuple[Person, Person, Person]
) -> None:
    bob, dave, carol = people
    carol.scans_poster_of("bob")
    world.later(hours=1)
    carol.scans_poster_of("dave")
    world.freezes("dave")
    world.later(hours=1)
    carol.pays()
    assert bob.purse() == {}
    assert dave.purse() == {}
    world.audited()


# -- the visit window --------------------------------------------------------------------------------


def test_a_window_of_one_day_counts_twenty_four_hours(
    world: World, people: tuple[Person, Person, Person]
) -> None:
    bob, dave, carol = people
    world.set("visit_window", "1")
    assert "1 天内下单，bob 就是你的推荐人。" in carol.scans_poster_of("bob")
    world.at("03-03 10:00")
    carol.pays()
    erin = world.follower("erin")
    erin.scans_poster_of("dave")
    world.at("03-04 10:01")
    erin.pays()
    assert bob.purse() == {"待结算": "¥30.00"}
    assert dave.purse() == {}
    world.audited()


def test_without_a_window_only_a_code_that_the_shop_sent_counts(
    world: World, people: tuple[Person, Person, Person]
) -> None:
    bob, _, carol = people
    world.set("visit_window", "0")
    assert carol.scans_poster_of("bob") == (
        f"bob 向你推荐了青禾小店。推荐已记下；从 bob 的链接下单，bob 就是你的推荐人。\n{NOT_HIM}"
    )
    carol.pays()
    assert bob.purse() == {}
    carol.pays(code=world.code("bob"))
    assert bob.purse() == {"待结算": "¥30.00"}
    assert carol.says("我的推荐人") == "你的推荐人是 bob（长期有效）。"
    world.audited()


@pytest.mark.parametrize("mode", ["on_visit", "on_purchase", "single_shot"])
def test_who_scanned_nobody_earns_for_nobody(
    world: World, people: tuple[Person, Person, Person], mode: str
) -> None:
    bob, dave, carol = people
    if mode != "single_shot":
        world.set("lock_mode", mode)
    carol.pays()
    assert (bob.purse(), dave.purse()) == ({}, {})
    assert carol.says("我的推荐人").startswith("你还没有推荐人。")
    world.audited()
