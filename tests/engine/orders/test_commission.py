"""What a line pays. Alice invited bob; carol is bob's customer; dave promotes too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BookError
from engine.ids import GroupId, PromoterId
from engine.money import ZERO, Money, Rate, total
from engine.orders.attribution import (
    Candidate,
    Circumstances,
    Decision,
    Level,
    LockEffect,
    LockMode,
    SelfPurchase,
    Standing,
    Why,
    assign,
    decide,
)
from engine.orders.commission import LineTerms, Share, level_of, shares
from engine.orders.facts import (
    Cancelled,
    Goods,
    Line,
    LineRefund,
    OrderFacts,
    Paid,
    Payment,
    Refunded,
)
from engine.programme.rates import OverCeiling, RateFound, Rates, RateSource, check_ceiling, rate_for
from engine.referrals.binding import visit_counts

ALICE, BOB, DAVE = PromoterId("pm_alice"), PromoterId("pm_bob"), PromoterId("pm_dave")
GOLD, SILVER = GroupId("gr_gold"), GroupId("gr_silver")
MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)

bob = Candidate(BOB, Standing.ACTIVE, ALICE, Standing.ACTIVE)
dave = Candidate(DAVE, Standing.ACTIVE)
BOB_AND_ALICE = assign(bob, two_level=True, buyer=None)


def line(number: int, paid: int, discount: int = 0, quantity: int = 1) -> Line:
    return Line(number, f"sku-{number}", "茶", Goods.GOODS, quantity, Money(paid), Money(discount))


def order(*lines: Line, refunds: tuple[Refunded, ...] = (), shipping: int = 0) -> OrderFacts:
    return OrderFacts(Paid(MONDAY, Payment.WECHAT, lines, Money(shipping)), refunds=refunds)


def terms(*numbers: int, level1: int = 3000, level2: int = 1000, promoted: bool = True):
    found = [RateFound(Rate(bp), RateSource.SHOP) for bp in (level1, level2)]
    return {number: LineTerms(number, promoted, found[0], found[1]) for number in numbers}


def amounts(facts: OrderFacts, decision: Decision, rates) -> dict[tuple[int, int, str], int]:
    """{(line, level, who): fen}"""
    return {
        (share.line, share.level, share.promoter): share.amount.fen
        for share in shares(facts, decision, rates)
    }


# Amounts.


def test_6_45_at_30_percent_is_1_93():
    assert amounts(order(line(1, 645)), BOB_AND_ALICE, terms(1, level1=3000, level2=0)) == {
        (1, 1, BOB): 193,
        (1, 2, ALICE): 0,
    }


def test_a_hundred_of_1_99_at_5_percent_are_9_95_because_the_line_is_what_is_rounded():
    paid = amounts(order(line(1, 19900, quantity=100)), BOB_AND_ALICE, terms(1, level1=500))
    assert paid[1, 1, BOB] == 995


def test_both_levels_are_computed_on_the_base_and_never_one_on_the_other():
    paid = amounts(order(line(1, 10000)), BOB_AND_ALICE, terms(1, level1=3000, level2=1000))
    assert paid == {(1, 1, BOB): 3000, (1, 2, ALICE): 1000}


def test_every_line_is_rounded_for_itself_and_shipping_earns_nothing():
    paid = amounts(order(line(2, 199), line(1, 199), shipping=5000), BOB_AND_ALICE, terms(1, 2, level1=500))
    assert paid == {(1, 1, BOB): 9, (1, 2, ALICE): 19, (2, 1, BOB): 9, (2, 2, ALICE): 19}


def test_a_share_says_line_level_recipient_net_base_rate_and_amount():
    first, second = shares(order(line(1, 645)), BOB_AND_ALICE, terms(1))
    assert first == Share(1, 1, BOB, Money(645), Rate(3000), Money(193))
    assert second == Share(1, 2, ALICE, Money(645), Rate(1000), Money(64))


def test_shares_are_told_line_by_line_however_the_lines_came():
    told = shares(order(line(2, 199), line(1, 645)), BOB_AND_ALICE, terms(1, 2))
    assert [(share.line, share.level) for share in told] == [(1, 1), (1, 2), (2, 1), (2, 2)]


def test_level_1_at_0_percent_does_not_stop_level_2():
    paid = amounts(order(line(1, 10000)), BOB_AND_ALICE, terms(1, level1=0, level2=1000))
    assert paid == {(1, 1, BOB): 0, (1, 2, ALICE): 1000}


def test_a_product_that_is_not_promoted_earns_nothing_while_its_neighbour_does():
    rates = terms(1) | terms(2, promoted=False)
    assert amounts(order(line(1, 10000), line(2, 10000)), BOB_AND_ALICE, rates) == {
        (1, 1, BOB): 3000,
        (1, 2, ALICE): 1000,
    }


def test_a_decision_for_nobody_pays_nobody():
    nobody = Decision(
        Level(None, Why.OWN_TRANSFER),
        Level(None, Why.OWN_TRANSFER),
        LockEffect.NONE,
        None,
        None,
        BOB_AND_ALICE.basis,
    )
    assert shares(order(line(1, 10000)), nobody, terms(1)) == ()


def test_a_frozen_level_1_leaves_level_2_its_own_amount_and_no_more():
    frozen = assign(replace(bob, standing=Standing.FROZEN), two_level=True, buyer=None)
    assert amounts(order(line(1, 10000)), frozen, terms(1)) == {(1, 2, ALICE): 1000}


def test_before_the_payment_is_heard_nothing_is_earned():
    assert shares(OrderFacts(None), BOB_AND_ALICE, terms(1)) == ()


def test_a_line_without_stored_terms_is_a_bug_and_not_a_gift():
    with pytest.raises(BookError):
        shares(order(line(1, 100), line(2, 100)), BOB_AND_ALICE, terms(1))


# Refunds.


def test_a_refund_takes_its_part_of_both_levels():
    refund = Refunded("a", MONDAY + DAY, Money(4000), (LineRefund(1, Money(4000)),))
    assert amounts(order(line(1, 10000), refunds=(refund,)), BOB_AND_ALICE, terms(1)) == {
        (1, 1, BOB): 1800,
        (1, 2, ALICE): 600,
    }


def test_a_cancelled_order_pays_nothing_and_says_so():
    facts = replace(order(line(1, 10000)), cancelled=Cancelled(MONDAY))
    assert amounts(facts, BOB_AND_ALICE, terms(1)) == {(1, 1, BOB): 0, (1, 2, ALICE): 0}


# Discounted lines.


def test_self_purchase_at_a_discount_pays_only_the_upline_and_follows_a_refund():
    """6.45 × 3, bob's group 40 %, alice's 8 %: bob pays 11.61, alice gets 1.54; one piece back → 1.03."""
    rates = terms(1, level1=4000, level2=800)
    decision = decide(_bought_by_bob(SelfPurchase.DISCOUNT))
    cheaper = order(line(1, 1161, discount=774, quantity=3))
    assert amounts(cheaper, decision, rates) == {(1, 2, ALICE): 154}
    one_back = Refunded("a", MONDAY + DAY, Money(387), (LineRefund(1, Money(387)),))
    (share,) = shares(replace(cheaper, refunds=(one_back,)), decision, rates)
    assert (share.base, share.amount) == (Money(1290), Money(103))


def test_with_two_level_off_a_discounted_line_pays_nobody():
    decision = decide(replace(_bought_by_bob(SelfPurchase.DISCOUNT), two_level=False))
    assert amounts(order(line(1, 1161, discount=774)), decision, terms(1)) == {}


def test_a_discounted_line_pays_level_1_to_nobody_and_its_neighbour_does():
    facts = order(line(1, 600, discount=400), line(2, 1000))
    assert amounts(facts, BOB_AND_ALICE, terms(1, 2)) == {
        (1, 2, ALICE): 100,
        (2, 1, BOB): 300,
        (2, 2, ALICE): 100,
    }


def test_every_line_and_level_has_a_reason():
    (promoted,), (left_out,) = terms(1).values(), terms(1, promoted=False).values()
    plain, cheaper = line(1, 1000), line(1, 600, discount=400)
    frozen = assign(replace(bob, standing=Standing.FROZEN), two_level=False, buyer=None)
    assert level_of(plain, 1, BOB_AND_ALICE, promoted) == Level(BOB, Why.ASSIGNED)
    assert level_of(cheaper, 1, BOB_AND_ALICE, promoted) == Level(None, Why.DISCOUNTED)
    assert level_of(cheaper, 2, BOB_AND_ALICE, promoted) == Level(ALICE, Why.UPLINE)
    assert level_of(plain, 1, BOB_AND_ALICE, left_out) == Level(None, Why.NOT_PROMOTED)
    assert level_of(plain, 2, BOB_AND_ALICE, left_out) == Level(None, Why.NOT_PROMOTED)
    assert level_of(cheaper, 1, frozen, promoted) == Level(None, Why.FROZEN)
    assert level_of(plain, 2, frozen, promoted) == Level(None, Why.TWO_LEVEL_OFF)


# The week of the default mode.


def test_carol_scans_bob_on_monday_pays_on_wednesday_scans_dave_on_friday_and_pays_on_saturday():
    monday, wednesday, friday, saturday = (MONDAY + days * DAY for days in (0, 2, 4, 5))
    hundred = order(line(1, 10000))

    assert visit_counts(monday, wednesday, window_days=7)
    first = decide(_bought_by_carol(last_visit=bob))
    assert amounts(hundred, first, terms(1))[1, 1, BOB] == 3000
    assert (first.lock, first.locks_to) == (LockEffect.NEW, BOB)

    assert visit_counts(friday, saturday, window_days=7)
    second = decide(_bought_by_carol(last_visit=dave, live_lock=bob))
    assert amounts(hundred, second, terms(1)) == {(1, 1, DAVE): 3000}
    assert (second.lock, second.locks_to) == (LockEffect.NEW, DAVE)


# Rates.

SHOP = Rates(Rate(1000), Rate(100))


def test_the_nearest_rate_wins_and_each_level_is_looked_up_apart():
    product_group, product, group = Rates(Rate(4000)), Rates(Rate(3000), Rate(300)), Rates(Rate(2000))
    assert rate_for(product_group, product, group, SHOP) == (
        RateFound(Rate(4000), RateSource.PRODUCT_GROUP),
        RateFound(Rate(300), RateSource.PRODUCT),
    )
    assert rate_for(None, product, group, SHOP)[0] == RateFound(Rate(3000), RateSource.PRODUCT)
    assert rate_for(None, None, group, SHOP) == (
        RateFound(Rate(2000), RateSource.GROUP),
        RateFound(Rate(100), RateSource.SHOP),
    )
    assert rate_for(None, None, None, SHOP)[0] == RateFound(Rate(1000), RateSource.SHOP)


def test_a_rate_set_to_0_is_set():
    assert rate_for(Rates(Rate(0)), None, None, SHOP)[0] == RateFound(Rate(0), RateSource.PRODUCT_GROUP)


def test_a_rate_set_nowhere_pays_nothing():
    nothing = RateFound(Rate(0), RateSource.SHOP)
    assert rate_for(None, Rates(), None, Rates()) == (nothing, nothing)


def test_the_ceiling_is_the_highest_level_1_of_all_groups_with_the_highest_level_2_of_all():
    groups = {GOLD: Rates(Rate(6000), Rate(100)), SILVER: Rates(Rate(100), Rate(4000))}
    assert check_ceiling(None, {}, groups, SHOP) is None
    groups[SILVER] = Rates(Rate(100), Rate(4001))
    assert check_ceiling(None, {}, groups, SHOP) == OverCeiling(GOLD, Rate(6000), SILVER, Rate(4001))


def test_the_ceiling_is_checked_after_inheritance():
    groups = {GOLD: Rates(Rate(9000), Rate(100))}
    tamed_by_product = Rates(Rate(500))
    assert check_ceiling(None, {}, groups, Rates(Rate(0), Rate(2000))) == OverCeiling(
        GOLD, Rate(9000), None, Rate(2000)
    )
    assert check_ceiling(tamed_by_product, {}, groups, Rates(Rate(0), Rate(2000))) is None
    assert check_ceiling(
        tamed_by_product, {SILVER: Rates(Rate(9000))}, groups, Rates(Rate(0), Rate(2000))
    ) == OverCeiling(SILVER, Rate(9000), None, Rate(2000))


def test_a_promoter_without_group_counts_for_the_ceiling():
    assert check_ceiling(None, {}, {GOLD: Rates(Rate(0), Rate(0))}, Rates(Rate(9000), Rate(1001))) == (
        OverCeiling(None, Rate(9000), None, Rate(1001))
    )


# For any order.


@given(
    paid=st.integers(0, 60),
    discount=st.integers(0, 20),
    refunded=st.integers(0, 80),
    level1=st.integers(0, 10000),
    spare=st.integers(0, 10000),
)
def test_both_levels_together_never_pay_more_than_the_base(paid, discount, refunded, level1, spare):
    rates = terms(1, level1=level1, level2=min(spare, 10000 - level1))
    refund = Refunded("a", MONDAY, Money(refunded), (LineRefund(1, Money(refunded)),))
    facts = order(line(1, paid, discount), refunds=(refund,) if refunded else ())
    paid_out = shares(facts, BOB_AND_ALICE, rates)
    assert total(share.amount for share in paid_out) <= paid_out[-1].base <= Money(paid + discount)
    assert all(share.amount >= ZERO for share in paid_out)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=4), st.lists(st.integers(0, 20), max_size=3))
def test_the_commission_does_not_depend_on_the_order_in_which_facts_were_heard(lines, refunds):
    facts = order(
        *(line(number, paid) for number, paid in enumerate(lines, 1)),
        refunds=tuple(
            Refunded(f"r{at}", MONDAY, Money(fen), (LineRefund(at + 1, Money(fen // 2)),))
            for at, fen in enumerate(refunds)
        ),
        shipping=7,
    )
    rates = terms(*range(1, len(lines) + 1))
    backwards = replace(facts, refunds=facts.refunds[::-1] + facts.refunds)
    assert shares(backwards, BOB_AND_ALICE, rates) == shares(facts, BOB_AND_ALICE, rates)


def _bought_by_bob(self_purchase: SelfPurchase) -> Circumstances:
    return replace(_bought_by_carol(), self_purchase=self_purchase, buyer_as_promoter=bob)


def _bought_by_carol(last_visit: Candidate | None = None, live_lock: Candidate | None = None):
    return Circumstances(
        mode=LockMode.SINGLE_SHOT,
        two_level=True,
        self_purchase=SelfPurchase.NONE,
        programme_on=True,
        payment=Payment.WECHAT,
        buyer_known=True,
        buyer_as_promoter=None,
        placed_by=None,
        placed_by_is_buyer=False,
        live_lock=live_lock,
        sent_code=None,
        sent_code_unknown=False,
        sent_code_is_buyers_own=False,
        last_visit=last_visit,
        last_visit_is_buyers_own=False,
    )
