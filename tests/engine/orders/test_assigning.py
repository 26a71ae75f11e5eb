"""归属: one order decided over again by the owner, the difference booked, both sides told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.money import Money, Rate
from engine.orders.assigning import AssignedAlready, AssignReasonMissing, BuyersOwnOrder, OwnTransferOrder
from engine.orders.attribution import Why
from engine.orders.events import Buyer
from engine.orders.facts import Line, Payment
from engine.orders.rulings import Nothing
from engine.people.authority import LacksRight, Role
from engine.people.confirmations import CodeOutdated
from engine.programme.promoters import NoSuchPromoter
from engine.store.tables import outbox, reassignments
from tests.engine.world import World, line


def told(shop: World) -> dict[str, int]:
    """Who was told of a 归属, and what it meant for him in fen."""
    rows = shop.rows(select(outbox).where(outbox.c.shop_id == shop.shop, outbox.c.kind == "assigned"))
    names = {shop.person(name): name for name in ("alice", "bob", "dave")}
    return {names[row.person_id]: row.payload["fen"] for row in rows}


def test_the_loser_gives_back_what_is_pending_and_the_winner_has_it_as_if_paid(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    done = shop.assign(number, "dave")
    assert done.before
    assert (done.before.first.amount, done.after.first.amount) == (Money(3_000), Money(3_000))
    assert (shop.money("bob"), shop.money("alice"), shop.money("dave")) == ({}, {}, {"pending": 3_000})
    assert shop.paid_to(number) == ("dave", None)
    assert shop.expense() == 3_000
    assert told(shop) == {"bob": -3_000, "alice": -1_000, "dave": 3_000}


def test_what_would_change_is_shown_before_and_nothing_is_booked_by_looking(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    code, before = shop.order_code(number), shop.money("bob")
    shown = shop.boss.assigning.preview(code, shop.code("dave"))
    assert shop.money("bob") == before
    done = shop.assign(number, "dave")
    assert (shown.before, shown.after) == (done.before, done.after)
    with pytest.raises(AssignedAlready):
        shop.boss.assigning.preview(code, shop.code("dave"))
    with pytest.raises(NoSuchPromoter):
        shop.boss.assigning.preview(code, "ZZZZZZ")


def test_an_orders_card_names_who_has_it_now_and_who_had_something_that_went_back(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")

    def card() -> list[tuple[str, int, int, bool]]:
        found = shop.boss.order_cards.get(shop.order_code(number)).recipients
        return [(one.name.given, one.level, one.pending.fen, one.taken_back) for one in found]

    assert card() == [("李小波", 1, 3_000, False), ("王爱丽", 2, 1_000, False)]
    shop.assign(number, "dave")
    assert card() == [("赵大卫", 1, 3_000, False)]
    shop.refund(number, 10_000)
    assert card() == [("赵大卫", 1, 0, True)]


def test_it_touches_no_lock(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    shop.assign(number, "dave")
    assert shop.lock("carol") == "bob"
    assert len(shop.lock_rows("carol")) == 1


def test_after_maturity_the_loser_owes_what_he_withdrew_and_the_winner_has_it_at_once(world: World) -> None:
    world.ready(settings={"settle_mode": "paid"})
    number = world.pay("carol", 10_000, by="bob")
    world.pay_out("bob", 2_000)
    world.assign(number, "dave")
    assert world.money("bob") == {"paid_out": 2_000, "debt": -2_000}
    assert (world.money("alice"), world.money("dave")) == ({}, {"available": 3_000})


def test_what_was_refunded_counts_for_the_winner_too(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    shop.refund(number, 4_000)
    shop.assign(number, "dave")
    shop.refund(number, 1_000)
    assert (shop.money("bob"), shop.money("dave")) == ({}, {"pending": 1_500})


def test_it_may_be_given_to_nobody_and_back(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    done = shop.assign(number, "")
    assert done.after.first.why is Why.ASSIGNED
    assert shop.expense() == 0
    shop.assign(number, "bob")
    assert (shop.money("bob"), shop.money("alice")) == ({"pending": 3_000}, {"pending": 1_000})
    rows = shop.rows(reassignments.select().where(reassignments.c.shop_id == shop.shop))
    assert [(row.n, row.how, row.reason) for row in rows] == [
        (1, "assigned", "客户说是他介绍的"), (2, "assigned", "客户说是他介绍的"),
    ]  # fmt: skip
    assert rows[0].before["level1"]["promoter"] == shop.promoter("bob")
    assert rows[1].before == rows[0].after


def test_an_order_that_nobody_was_paid_for_may_be_given_to_somebody(shop: World) -> None:
    number = shop.pay("carol", 10_000)
    done = shop.assign(number, "bob")
    assert (done.before and done.before.first.why) is Why.NO_LOCK_NO_CODE
    assert (shop.money("bob"), shop.money("alice")) == ({"pending": 3_000}, {"pending": 1_000})


def test_an_order_that_waits_is_decided_by_it_and_never_again(shop: World) -> None:
    shop.visit("carol", "bob")
    shop.tell("W", shop.sold(Buyer(phone="13900000000"), 10_000))
    assert shop.assign("W", "dave").before is None
    shop.bind("carol", "13900000000")
    assert shop.paid_to("W") == ("dave", None)
    assert shop.boss.reports.todo().unclaimed == 0


def test_rates_status_and_upline_are_those_of_the_payment(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="dave")
    shop.clock.move(hours=1)
    shop.set_rate("level1", "50%")
    shop.freeze("bob")
    shop.freeze("alice")
    shop.clock.move(hours=1)
    shop.assign(number, "bob")
    assert (shop.money("bob"), shop.money("alice"), shop.money("dave")) == (
        {"pending": 3_000}, {"pending": 1_000}, {},
    )  # fmt: skip


def test_who_was_frozen_when_it_was_paid_gets_nothing_and_his_upline_does(shop: World) -> None:
    shop.freeze("bob")
    shop.clock.move(hours=1)
    number = shop.pay("carol", 10_000, by="dave")
    shop.clock.move(hours=1)
    shop.restore("bob")
    done = shop.assign(number, "bob")
    assert (done.after.first.why, done.after.second.amount) == (Why.FROZEN, Money(1_000))
    assert shop.paid_to(number) == (None, "alice")


def test_the_rate_of_the_winners_group_is_taken(shop: World) -> None:
    group = shop.boss.groups.create("金牌")
    shop.boss.groups.confirm_rates(shop.boss.groups.propose_rates(group.name, Rate(4_000), None).code)
    moved = shop.boss.groups.propose_members(group.name, (shop.code("dave"),), True)
    shop.boss.groups.confirm_members(moved.code)
    shop.clock.move(hours=1)
    number = shop.pay("carol", 10_000, by="bob")
    shop.assign(number, "dave")
    assert shop.money("dave") == {"pending": 4_000}
    shop.refund(number, 5_000)
    assert shop.money("dave") == {"pending": 2_000}


def test_sales_move_today_and_a_day_once_shown_stays(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    shop.refund(number, 1_000)
    shop.clock.move(days=1)
    shop.assign(number, "dave")
    (best, *_) = shop.boss.reports.results(1, 5)
    assert (best.name.given, best.sales, best.orders) == ("赵大卫", Money(9_000), 1)
    two_days = {row.name.given: row.sales for row in shop.boss.reports.results(2, 5)}
    assert two_days == {"赵大卫": Money(9_000)}
    mine = shop.of("bob").earnings.of(shop.promoter("bob"))
    assert (mine.yesterday.level1, mine.today.level1) == (Money(2_700), Money(-2_700))


def test_a_full_refund_afterwards_still_annuls_the_lock_that_the_order_made(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    shop.assign(number, "dave")
    shop.clock.move(hours=1)
    shop.refund(number, 10_000)
    assert shop.lock("carol") is None
    assert shop.expense() == 0


def test_the_buyer_himself_gets_his_own_order_only_where_self_purchase_pays(world: World) -> None:
    world.ready()
    number = world.pay("bob", 10_000, by="dave")
    with pytest.raises(BuyersOwnOrder):
        world.assign(number, "bob")
    world.change("self_purchase", "commission")
    world.clock.move(hours=1)
    later = world.pay("bob", 10_000)
    world.assign(later, "")
    world.assign(later, "bob")
    assert world.paid_to(later) == ("bob", "alice")


def test_what_cannot_be_is_refused(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    with pytest.raises(AssignedAlready):
        shop.assign(number, "bob")
    for reason in (" ", "长" * 61):
        with pytest.raises(AssignReasonMissing):
            shop.assign(number, "dave", reason)
    with pytest.raises(NoSuchPromoter):
        shop.boss.assigning.propose(shop.order_code(number), "ABCDEF", "错了")
    own = shop.pay("carol", 10_000, by="bob", payment=Payment.OWN_TRANSFER)
    with pytest.raises(OwnTransferOrder):
        shop.assign(own, "dave")


def test_only_the_owner_may(shop: World) -> None:
    shop.enrol("mallory", Role.SERVICE)
    number = shop.pay("carol", 10_000, by="bob")
    with pytest.raises(LacksRight):
        shop.of("mallory").assigning.propose(shop.order_code(number), "", "归我")


def test_a_code_made_before_somebody_else_decided_is_outdated(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    first = shop.boss.assigning.propose(shop.order_code(number), shop.code("dave"), "一")
    shop.assign(number, "")
    with pytest.raises(CodeOutdated):
        shop.boss.assigning.assign(first.code)


def test_who_joined_after_the_payment_was_no_promoter_then(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    shop.clock.move(hours=1)
    shop.recruit("mallory")
    assert shop.assign(number, "mallory").after.first.why is Why.NO_PROMOTER
    assert shop.expense() == 0


def why_already(shop: World, number: str, name: str) -> tuple[str | None, Why | None]:
    """To whom it was to go, and why that would pay nobody."""
    with pytest.raises(AssignedAlready) as refused:
        shop.assign(number, name)
    return refused.value.whom.given if refused.value.whom else None, refused.value.why


def test_what_would_pay_nobody_as_it_does_now_says_why(shop: World) -> None:
    shop.freeze("dave")
    shop.clock.move(hours=1)
    number = shop.pay("carol", 10_000)
    assert why_already(shop, number, "") == (None, Why.NO_LOCK_NO_CODE)
    assert why_already(shop, number, "dave") == ("赵大卫", Why.FROZEN)
    shop.assign(number, "bob")
    assert why_already(shop, number, "bob") == ("李小波", None)


def test_an_order_that_waits_may_go_to_somebody_who_was_frozen_and_says_what_that_means(shop: World) -> None:
    shop.freeze("dave")
    shop.clock.move(hours=1)
    number = shop.pay(Buyer(phone="13900000000"), 10_000)
    done = shop.assign(number, "dave")
    assert (done.before, done.after.first.name, done.after.first.why) == (None, None, Why.FROZEN)
    assert why_already(shop, number, "") == (None, Why.FROZEN)


@pytest.mark.parametrize(
    ("sold", "refund", "nothing"),
    [
        (line(10_000, sku="SKU9"), 0, Nothing.NOT_PROMOTED),
        (line(7_000, level1_discount=Money(3_000)), 0, Nothing.DISCOUNTED),
        (line(10_000), 10_000, Nothing.REFUNDED),
        (line(3), 0, Nothing.NO_RATE),
        (line(10_000), 5_000, None),
    ],
)
def test_a_level_that_comes_to_nothing_says_why(
    shop: World, sold: Line, refund: int, nothing: Nothing | None
) -> None:
    number = shop.pay("carol", sold)
    if refund:
        shop.refund(number, refund)
    after = shop.assign(number, "dave").after
    assert (after.first.nothing, bool(after.first.amount)) == (nothing, nothing is None)
    assert after.second.nothing is None


def test_whoever_has_it_again_has_it_at_the_rate_of_its_payment(shop: World) -> None:
    """The shop's clock runs five minutes ahead; a rate that is set in these minutes ruled when the order was paid."""
    number = shop.pay("carol", 10_000, by="bob", at=shop.now + timedelta(minutes=5))
    shop.clock.move(minutes=1)
    shop.boss.groups.create("金牌")
    shop.boss.groups.confirm_members(
        shop.boss.groups.propose_members("金牌", (shop.code("bob"),), joining=True).code
    )
    shop.boss.groups.confirm_rates(shop.boss.groups.propose_rates("金牌", Rate(4_000), None).code)
    shop.assign(number, "dave")
    shop.assign(number, "bob")
    assert shop.money("bob") == {"pending": 4_000}
    assert shop.money("dave") == {}
