"""The order feed end to end: who is paid, in which mode, without a code in the order; and what must not matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine import OPERATOR
from engine.errors import Refusal
from engine.money import Money, Rate
from engine.orders.attribution import Why
from engine.orders.events import Buyer, Heard, PageVisit, PlacedBy
from engine.orders.facts import Payment, Received, Shipped
from engine.orders.intake import BadLines, FutureFact
from engine.people.accounts import replace_phone
from engine.programme.modes import LockMode
from engine.referrals.visits import Effect
from engine.store.actors import SYSTEM
from engine.store.tables import conflicts, order_facts
from tests.engine.world import World, line


def test_single_shot_without_codes_monday_wednesday_friday_saturday(shop: World) -> None:
    shop.visit("carol", "bob")
    shop.clock.move(days=2)
    wednesday = shop.pay("carol", 10_000)
    assert shop.paid_to(wednesday) == ("bob", "alice")
    assert shop.lock("carol") == "bob"
    shop.clock.move(days=2)
    shop.visit("carol", "dave")
    shop.clock.move(days=1)
    saturday = shop.pay("carol", 5_000)
    assert shop.paid_to(saturday) == ("dave", None)
    assert shop.lock("carol") == "dave"
    assert (shop.money("bob"), shop.money("alice"), shop.money("dave")) == (
        {"pending": 3_000}, {"pending": 1_000}, {"pending": 1_500},
    )  # fmt: skip
    assert shop.expense() == 5_500


def test_on_visit_the_first_scan_locks_and_a_later_one_takes_nothing(world: World) -> None:
    world.ready(settings={"lock_mode": "on_visit"})
    assert world.visit("carol", "bob").effect is Effect.LOCKED
    world.clock.move(days=1)
    assert world.visit("carol", "dave").effect is Effect.ANOTHERS
    world.clock.move(days=1)
    first = world.pay("carol", 10_000)
    second = world.pay("carol", 10_000, by="dave")
    assert world.paid_to(first) == world.paid_to(second) == ("bob", "alice")
    assert world.lock("carol") == "bob"
    assert len(world.lock_rows("carol")) == 1


def test_on_visit_an_order_with_a_code_locks_whom_nobody_holds(world: World) -> None:
    world.ready(settings={"lock_mode": "on_visit"})
    assert world.paid_to(world.pay("carol", 10_000, by="dave")) == ("dave", None)
    assert world.lock("carol") == "dave"


def test_on_visit_without_lock_and_code_nobody_is_paid(world: World) -> None:
    world.ready(settings={"lock_mode": "on_visit"})
    number = world.pay("carol", 10_000)
    assert world.paid_to(number) == (None, None)
    decided = world.decision(number)
    assert decided
    assert decided.level1.reason is Why.NO_LOCK_NO_CODE
    assert world.expense() == 0


def test_on_purchase_the_first_purchase_locks_and_nobody_takes_the_customer_away(world: World) -> None:
    world.ready(settings={"lock_mode": "on_purchase"})
    assert world.visit("carol", "bob").effect is Effect.RECORDED
    assert world.lock("carol") is None
    world.clock.move(days=2)
    assert world.paid_to(world.pay("carol", 10_000)) == ("bob", "alice")
    assert world.lock("carol") == "bob"
    world.clock.move(days=1)
    assert world.visit("carol", "dave").effect is Effect.ANOTHERS
    assert world.paid_to(world.pay("carol", 10_000)) == ("bob", "alice")
    assert world.paid_to(world.pay("carol", 10_000, by="dave")) == ("bob", "alice")
    assert world.lock("carol") == "bob"


def test_on_purchase_the_holders_own_code_restarts_his_lock(world: World) -> None:
    world.ready(settings={"lock_mode": "on_purchase", "lock_days": "10"})
    start = world.now
    world.pay("carol", 10_000, by="bob")
    world.clock.move(days=4)
    world.pay("carol", 10_000, by="bob")
    assert world.lock_rows("carol") == [
        ("bob", start, start + timedelta(days=4), "replaced"),
        ("bob", start + timedelta(days=4), start + timedelta(days=14), ""),
    ]


@pytest.mark.parametrize("mode", [mode.value for mode in LockMode])
def test_a_lock_lives_for_exactly_its_days(world: World, mode: str) -> None:
    world.ready(settings={"lock_days": "10", "visit_window": "0"})
    if mode != LockMode.SINGLE_SHOT.value:
        world.change("lock_mode", mode)
    start = world.now
    world.pay("carol", 1_000, by="bob")
    world.clock.move(days=20)
    last = world.pay("carol", 1_000, at=start + timedelta(days=10, milliseconds=-1))
    over = world.pay("carol", 1_000, at=start + timedelta(days=10))
    assert world.paid_to(last) == ("bob", "alice")
    assert world.paid_to(over) == (None, None)


def test_the_days_of_a_lock_are_fixed_when_it_is_made(world: World) -> None:
    world.ready(settings={"lock_days": "10"})
    start = world.now
    world.pay("carol", 1_000, by="bob")
    world.clock.move(hours=1)
    world.change("lock_days", "1")
    assert world.lock("carol", start + timedelta(days=9)) == "bob"


@pytest.mark.parametrize(
    ("ago", "paid"), [({"days": 7}, "bob"), ({"days": 7, "milliseconds": 1}, None), ({"days": 0}, "bob")]
)
def test_a_visit_stands_in_for_a_code_for_seven_days_to_the_millisecond(
    shop: World, ago: dict[str, float], paid: str | None
) -> None:
    shop.visit("carol", "bob")
    shop.clock.move(**ago)
    assert shop.paid_to(shop.pay("carol", 10_000))[0] == paid


def test_a_visit_after_the_payment_earns_nothing(shop: World) -> None:
    paid_at = shop.now
    shop.clock.move(minutes=1)
    shop.visit("carol", "bob")
    assert shop.paid_to(shop.pay("carol", 10_000, at=paid_at)) == (None, None)


def test_a_window_of_zero_days_counts_sent_codes_only(world: World) -> None:
    world.ready(settings={"visit_window": "0"})
    world.visit("carol", "bob")
    assert world.paid_to(world.pay("carol", 10_000)) == (None, None)
    assert world.paid_to(world.pay("carol", 10_000, by="bob"))[0] == "bob"


def test_the_last_visit_counts_and_a_frozen_promoters_does_not_fall_back_to_the_one_before(
    shop: World,
) -> None:
    shop.visit("carol", "bob")
    shop.clock.move(hours=1)
    shop.visit("carol", "dave")
    shop.clock.move(hours=1)
    shop.freeze("dave")
    assert shop.paid_to(shop.pay("carol", 10_000)) == (None, None)


def test_a_visit_that_was_taken_back_does_not_count(shop: World) -> None:
    shop.visit("carol", "bob")
    shop.clock.move(hours=1)
    shop.visit("carol", "dave")
    shop.clock.move(minutes=10)
    shop.of("carol").referrals.undo()
    assert shop.paid_to(shop.pay("carol", 10_000))[0] == "bob"


def test_an_order_heard_late_makes_a_lock_that_runs_until_the_next_one(shop: World) -> None:
    monday = shop.now
    shop.clock.move(days=2)
    wednesday = shop.now
    later = shop.pay("carol", 10_000, by="dave")
    shop.clock.move(days=1)
    earlier = shop.pay("carol", 10_000, by="bob", at=monday)
    assert shop.lock_rows("carol") == [
        ("bob", monday, wednesday, "replaced"),
        ("dave", wednesday, None, ""),
    ]
    assert (shop.paid_to(later), shop.paid_to(earlier)) == (("dave", None), ("bob", "alice"))


def test_an_order_heard_late_takes_over_the_lock_of_its_own_time(shop: World) -> None:
    start = shop.now
    shop.pay("carol", 10_000, by="alice")
    shop.clock.move(days=4)
    shop.pay("carol", 10_000, by="dave")
    shop.pay("carol", 10_000, by="bob", at=start + timedelta(days=2))
    assert [(who, end) for who, _, end, _ in shop.lock_rows("carol")] == [
        ("alice", start + timedelta(days=2)), ("bob", start + timedelta(days=4)), ("dave", None),
    ]  # fmt: skip


def test_a_purchase_without_a_code_stays_with_the_lock_and_does_not_prolong_it(world: World) -> None:
    world.ready(settings={"lock_days": "10", "visit_window": "1"})
    start = world.now
    world.pay("carol", 10_000, by="bob")
    world.clock.move(days=5)
    assert world.paid_to(world.pay("carol", 10_000)) == ("bob", "alice")
    assert world.lock_rows("carol") == [("bob", start, start + timedelta(days=10), "")]


def test_the_shops_clock_may_run_a_little_ahead_and_the_customer_is_the_promoters_at_once(
    shop: World,
) -> None:
    shop.pay("carol", 10_000, by="bob", at=shop.now + timedelta(seconds=5))
    shop.clock.move(seconds=6)
    (customer,) = shop.of("bob").referrals.customers(shop.promoter("bob"), 0, 5)
    assert customer.locked


# --- standing, rates and settings as of the payment


def test_who_is_frozen_between_order_and_payment_earns_nothing_but_his_upline_does(shop: World) -> None:
    shop.visit("carol", "bob")
    shop.clock.move(hours=1)
    before = shop.now
    shop.clock.move(hours=1)
    shop.freeze("bob")
    shop.clock.move(hours=1)
    # The visit is no code, since bob is frozen; a lock of his stays, and pays his upline.
    assert shop.paid_to(shop.pay("carol", 10_000)) == (None, None)
    assert shop.paid_to(shop.pay("carol", 10_000, at=before)) == ("bob", "alice")
    locked = shop.pay("carol", 10_000)
    assert shop.paid_to(locked) == (None, "alice")
    assert shop.money("alice") == {"pending": 2_000}


def test_a_restored_promoter_earns_again(shop: World) -> None:
    shop.pay("carol", 10_000, by="bob")
    shop.clock.move(hours=1)
    shop.freeze("bob")
    shop.clock.move(hours=1)
    shop.restore("bob")
    assert shop.paid_to(shop.pay("carol", 10_000)) == ("bob", "alice")


def test_a_frozen_upline_gets_nothing_and_nothing_rolls_up(shop: World) -> None:
    shop.freeze("alice")
    shop.clock.move(hours=1)
    assert shop.paid_to(shop.pay("carol", 10_000, by="bob")) == ("bob", None)
    assert shop.money("alice") == {}
    assert shop.expense() == 3_000


def test_two_level_off_pays_one_level_and_older_orders_keep_theirs(shop: World) -> None:
    old = shop.pay("carol", 10_000, by="bob")
    shop.clock.move(hours=1)
    shop.change("two_level", "off")
    shop.clock.move(hours=1)
    new = shop.pay("carol", 10_000)
    assert shop.paid_to(old) == ("bob", "alice")
    assert shop.paid_to(new) == ("bob", None)
    shop.refund(old, 5_000)
    assert shop.money("alice") == {"pending": 500}
    shop.change("two_level", "on")
    shop.clock.move(hours=1)
    assert shop.paid_to(shop.pay("carol", 10_000)) == ("bob", "alice")


def test_two_level_counts_as_off_until_it_is_acknowledged(world: World) -> None:
    world.ready(level2=None)
    world.set_rate("level2", "10%")
    world.clock.move(hours=1)
    assert world.boss.settings.now().two_level
    assert world.paid_to(world.pay("carol", 10_000, by="bob")) == ("bob", None)


def test_level_one_at_zero_does_not_stop_level_two(world: World) -> None:
    world.ready(level1="0%")
    number = world.pay("carol", 10_000, by="bob")
    assert world.paid_to(number) == ("bob", "alice")
    assert (world.money("bob"), world.money("alice")) == ({}, {"pending": 1_000})


def test_a_product_that_is_not_promoted_earns_nothing_and_an_unknown_one_neither(shop: World) -> None:
    shop.boss.products.promote("SKU1", False)
    shop.clock.move(hours=1)
    shop.pay("carol", line(10_000), line(10_000, 2, sku="NEW"), by="bob")
    assert shop.expense() == 0
    assert shop.lock("carol") == "bob"


def test_the_products_own_rate_comes_before_the_shops_for_each_level_apart(shop: World) -> None:
    code = shop.boss.products.propose_rates("SKU1", None, Rate(250)).code
    shop.boss.products.confirm_rates(code)
    shop.clock.move(hours=1)
    shop.pay("carol", 9_999, by="bob")
    assert (shop.money("bob"), shop.money("alice")) == ({"pending": 2_999}, {"pending": 249})


def test_settings_changed_after_the_payment_do_not_matter(shop: World) -> None:
    paid_at = shop.now
    shop.clock.move(hours=1)
    shop.set_rate("level1", "50%")
    shop.set_rate("level2", "20%")
    shop.change("settle_mode", "paid")
    shop.boss.products.promote("SKU1", False)
    shop.clock.move(hours=1)
    number = shop.pay("carol", 10_000, by="bob", at=paid_at)
    assert (shop.money("bob"), shop.money("alice")) == ({"pending": 3_000}, {"pending": 1_000})
    shop.refund(number, 5_000)
    assert (shop.money("bob"), shop.money("alice")) == ({"pending": 1_500}, {"pending": 500})


def test_while_the_programme_is_off_an_order_pays_nobody_for_ever(shop: World) -> None:
    shop.visit("carol", "bob")
    shop.change("programme", "off")
    shop.clock.move(hours=1)
    number = shop.pay("carol", 10_000, by="bob")
    shop.change("programme", "on")
    assert shop.ship(number).outcome == "booked"
    decided = shop.decision(number)
    assert decided
    assert decided.level1.reason is Why.PROGRAMME_OFF
    assert shop.lock("carol") is None


def test_an_own_transfer_earns_nothing_and_makes_no_lock(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob", payment=Payment.OWN_TRANSFER)
    assert shop.paid_to(number) == (None, None)
    assert shop.lock("carol") is None


def test_a_proxy_order_pays_who_placed_it_and_touches_no_lock(shop: World) -> None:
    shop.pay("carol", 10_000, by="bob")
    shop.clock.move(hours=1)
    number = shop.pay("carol", 10_000, placed_by=PlacedBy(code=shop.code("dave")))
    assert shop.paid_to(number) == ("dave", None)
    other = shop.pay("carol", 10_000, placed_by=PlacedBy(openid="o_mallory"))
    assert shop.paid_to(other) == ("bob", "alice")
    assert shop.lock("carol") == "bob"


def test_mallory_cannot_earn_by_his_own_purchase_with_his_own_code(shop: World) -> None:
    shop.recruit("mallory")
    shop.clock.move(hours=1)
    number = shop.pay("mallory", 10_000, by="mallory")
    assert shop.paid_to(number) == (None, None)
    decided = shop.decision(number)
    assert decided
    assert decided.code_refused is Why.CODE_OWN


def test_nor_through_his_downline_buying_with_the_uplines_code(shop: World) -> None:
    # bob is alice's downline: she buys by his code, and is not level 2 of her own order.
    number = shop.pay("alice", 10_000, by="bob")
    assert shop.paid_to(number) == ("bob", None)
    assert shop.money("alice") == {}


@pytest.mark.parametrize("typed", ["NOBODY", "", "又一个"])
def test_a_code_nobody_has_counts_as_none_sent(shop: World, typed: str) -> None:
    shop.visit("carol", "bob")
    assert shop.paid_to(shop.pay("carol", 10_000, code=typed)) == ("bob", "alice")


def test_a_code_is_read_in_small_letters_too(shop: World) -> None:
    assert shop.paid_to(shop.pay("carol", 10_000, code=shop.code("bob").lower()))[0] == "bob"


# --- who bought


def test_an_unknown_buyer_without_a_code_waits_undecided(shop: World) -> None:
    heard = shop.tell("N1", shop.sold(Buyer(phone="13900000000"), 10_000))
    assert heard.outcome == "waiting"
    assert shop.decision("N1") is None
    assert shop.tell("N1", Shipped("p", shop.now)).outcome == "waiting"
    assert shop.refund("N1", 4_000).outcome == "waiting"
    assert shop.boss.reports.todo().unclaimed == 1
    (view,) = shop.boss.order_book.all(0, 5)
    assert (view.waiting, view.refunded, view.rewards) == (True, Money(4_000), ())
    assert shop.expense() == 0


def test_a_sent_code_decides_for_an_unknown_buyer_and_locks_nobody(shop: World) -> None:
    number = shop.pay(Buyer(unionid="u_stranger"), 10_000, by="bob")
    assert shop.paid_to(number) == ("bob", "alice")
    assert shop.boss.reports.todo().unclaimed == 0


def test_a_unionid_told_with_an_openid_once_names_the_buyer_ever_after(shop: World) -> None:
    shop.visit("carol", "dave")
    both = Buyer(openid="o_carol", unionid="u_carol")
    assert shop.paid_to(shop.pay(both, 10_000, number="N1")) == ("dave", None)
    assert shop.paid_to(shop.pay(Buyer(unionid="u_carol"), 10_000, number="N2")) == ("dave", None)
    # a second openid that claims the same unionid does not take it over
    shop.pay(Buyer(openid="o_mallory_phone_2", unionid="u_carol"), 10_000, number="N3")
    assert shop.paid_to(shop.pay(Buyer(unionid="u_carol"), 10_000, number="N4")) == ("dave", None)


def test_an_openid_that_nobody_has_hides_neither_the_unionid_nor_the_phone(shop: World) -> None:
    """One of another app, say: it finds nobody, and what comes after it is still looked at."""
    shop.visit("carol", "dave")
    shop.pay(Buyer(openid="o_carol", unionid="u_carol"), 10_000)
    by_unionid = shop.pay(Buyer(openid="o_of_another_app", unionid="u_carol"), 10_000)
    assert shop.paid_to(by_unionid) == ("dave", None)
    shop.bind("carol", "13900000000")
    by_phone = shop.pay(Buyer(openid="o_of_a_third_one", unionid="u_new", phone="13900000000"), 10_000)
    assert shop.paid_to(by_phone) == ("dave", None)
    # what only stood beside her phone is not taken for hers
    assert shop.decision(shop.pay(Buyer(unionid="u_new"), 10_000)) is None


def test_a_phone_that_one_person_has_bound_names_the_buyer(shop: World) -> None:
    shop.visit("carol", "dave")
    person = shop.person("carol")
    shop.engine.store.write(shop.shop, SYSTEM, lambda tx: replace_phone(tx, person, "13900000000"))
    assert shop.paid_to(shop.pay(Buyer(phone="13900000000"), 10_000)) == ("dave", None)
    assert shop.lock("carol") == "dave"


def test_a_phone_that_two_people_have_bound_decides_nothing(shop: World) -> None:
    shop.visit("carol", "dave")
    for name in ("carol", "mallory"):
        person = shop.person(name)
        shop.engine.store.write(
            shop.shop, SYSTEM, lambda tx, who=person: replace_phone(tx, who, "13900000000")
        )
    assert shop.tell("N1", shop.sold(Buyer(phone="13900000000"), 10_000)).outcome == "waiting"
    mallory = shop.person("mallory")
    shop.engine.store.write(shop.shop, SYSTEM, lambda tx: replace_phone(tx, mallory, "13900000001"))
    assert shop.paid_to(shop.pay(Buyer(phone="13900000000"), 10_000, number="N2")) == ("dave", None)


# --- hearing


def test_the_same_fact_again_changes_nothing_whatever_delivery_brings_it(shop: World) -> None:
    fact = shop.sold("carol", 10_000, by="bob")
    assert shop.tell("N1", fact).outcome == "booked"
    assert [shop.tell("N1", fact).outcome for _ in range(3)] == ["known"] * 3
    assert shop.money("bob") == {"pending": 3_000}
    assert shop.boss.reports.overview().today.sales == Money(10_000)


def test_the_same_fact_with_other_content_is_kept_and_booked_nowhere(shop: World) -> None:
    first = shop.tell("N1", shop.sold("carol", 10_000, by="bob"))
    forged = shop.sold("carol", 99_900, by="dave")
    for _ in range(2):
        again = shop.tell("N1", forged)
        assert (again.outcome, again.order, again.code) == ("conflict", first.order, first.code)
    assert shop.boss.checking.count() == 1
    assert (shop.money("bob"), shop.money("dave")) == ({"pending": 3_000}, {})
    assert shop.lock("carol") == "bob"


def test_two_sources_may_use_one_number(shop: World) -> None:
    assert shop.tell("N1", shop.sold("carol", 10_000, by="bob")).outcome == "booked"
    assert shop.tell("N1", shop.sold("carol", 20_000, by="bob"), source="csv").outcome == "booked"
    assert shop.money("bob") == {"pending": 9_000}


def test_a_fact_from_more_than_ten_minutes_ahead_is_refused_and_leaves_nothing(shop: World) -> None:
    ahead = shop.now + timedelta(minutes=10)
    shop.pay("carol", 10_000, at=ahead)
    with pytest.raises(FutureFact):
        shop.pay("carol", 10_000, at=ahead + timedelta(milliseconds=1))
    with pytest.raises(FutureFact):
        shop.tell("N9", Received(ahead + timedelta(milliseconds=1)))
    assert len(shop.boss.order_book.all(0, 10)) == 1


@pytest.mark.parametrize("count", [0, 201])
def test_an_order_has_one_to_two_hundred_lines(shop: World, count: int) -> None:
    with pytest.raises(BadLines) as refused:
        shop.pay("carol", *([100] * count))
    assert isinstance(refused.value, Refusal)


def test_two_hundred_lines_are_paid_each_rounded_down(shop: World) -> None:
    shop.pay("carol", *([333] * 200), by="bob")
    assert (shop.money("bob"), shop.money("alice")) == ({"pending": 200 * 99}, {"pending": 200 * 33})


def test_a_page_visit_is_kept_once_and_decides_nothing(shop: World) -> None:
    visit = PageVisit("shop", "v1", shop.now, Buyer(openid="o_carol"), code=shop.code("bob"))
    assert [shop.feed.orders.visited(visit) for _ in range(2)] == ["booked", "known"]
    assert shop.paid_to(shop.pay("carol", 10_000)) == (None, None)


def test_a_page_visit_from_the_future_is_refused(shop: World) -> None:
    ahead = shop.now + timedelta(minutes=10)
    visit = PageVisit("shop", "v1", ahead, Buyer(openid="o_carol"))
    assert shop.feed.orders.visited(visit) == "booked"
    with pytest.raises(FutureFact):
        shop.feed.orders.visited(replace(visit, id="v2", at=ahead + timedelta(milliseconds=1)))


def test_no_identity_of_a_buyer_lies_open_in_the_database(shop: World) -> None:
    shop.tell("N1", shop.sold(Buyer("o_carol", "u_carol", "13911112222"), 1_000))
    shop.tell("N1", shop.sold(Buyer("o_carol", "u_carol", "13911112222"), 2_000))
    kept = [
        row.content
        for table in (order_facts, conflicts)
        for row in shop.rows(table.select().where(table.c.shop_id == shop.shop))
    ]
    assert len(kept) == 2
    assert not any(open_one in str(kept) for open_one in ("o_carol", "u_carol", "13911112222"))


def test_a_promoter_sees_his_orders_with_his_own_reward_only(shop: World) -> None:
    shop.pay("carol", 10_000, by="bob")
    for name, reward in (("bob", 3_000), ("alice", 1_000)):
        (view,) = shop.of(name).order_book.of_promoter(shop.promoter(name), 0, 5)
        assert [one.amount for one in view.rewards] == [Money(reward)]
    (mine,) = shop.of("carol").order_book.of_buyer(0, 5)
    assert mine.rewards == ()
    assert shop.of("dave").order_book.of_promoter(shop.promoter("dave"), 0, 5) == ()


def test_who_else_told_of_an_order_of_this_number_can_be_asked(shop: World) -> None:
    ask = shop.at(OPERATOR).orders.told_elsewhere
    assert ask("csv", "A1") == ""
    for source in ("csv", "mall", "shop"):
        shop.tell(f"only-{source}", shop.sold("carol", 100), source=source)
    shop.tell("A1", shop.sold("carol", 100), source="mall")
    assert (ask("csv", "A1"), ask("shop", "A1"), ask("mall", "A1"), ask("csv", "A2")) == (
        "mall",
        "mall",
        "",
        "",
    )


def test_what_hearing_would_be_can_be_asked_before(shop: World) -> None:
    sold = shop.sold("carol", 10_000, by="bob")
    ask = shop.at(OPERATOR).orders.compare
    assert ask(Heard("csv", "A1", sold)) == "new"
    shop.tell("A1", Shipped("p1", shop.now), source="csv")
    assert ask(Heard("csv", "A1", sold)) == "new", "the order is known, its payment is not"
    shop.tell("A1", sold, source="csv")
    assert ask(Heard("csv", "A1", sold)) == "known"
    assert ask(Heard("csv", "A1", shop.sold("carol", 9_000, by="bob"))) == "conflict"
    assert ask(Heard("shop", "A1", sold)) == "new", "another source, another order"
    with pytest.raises(FutureFact):
        ask(Heard("csv", "A2", shop.sold("carol", 1, at=shop.now + timedelta(hours=1))))
