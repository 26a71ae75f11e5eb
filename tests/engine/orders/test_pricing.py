"""The price for this person."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ids import PromoterId
from engine.money import ZERO, Money, Rate
from engine.orders.attribution import Candidate, Circumstances, LockMode, SelfPurchase, Standing, decide
from engine.orders.commission import LineTerms, shares
from engine.orders.facts import Line, OrderFacts, Paid, Payment
from engine.orders.pricing import PriceBasis, Pricing, discount_allowed, excess_discounts, price, pricing
from engine.programme.rates import RateFound, RateSource
from tests.engine.world import MONDAY

ALICE, BOB, DAVE = PromoterId("pm_alice"), PromoterId("pm_bob"), PromoterId("pm_dave")
alice = Candidate(ALICE, Standing.ACTIVE)
bob = Candidate(BOB, Standing.ACTIVE, ALICE, Standing.ACTIVE)
dave = Candidate(DAVE, Standing.ACTIVE)
BOBS_PRICE = Pricing(PriceBasis.SELF_PURCHASE, BOB)


def costs(base: int, bp: int) -> Money:
    return price(Money(base), BOBS_PRICE, terms(bp))


def terms(bp1: int, bp2: int = 0, *, number: int = 1, promoted: bool = True) -> LineTerms:
    of = RateSource.SHOP
    return LineTerms(number, promoted, RateFound(Rate(bp1), of), RateFound(Rate(bp2), of))


def sold(paid: int, discount: int, number: int = 1) -> Line:
    return Line(number, "SKU2", "绿茶礼盒", None, 3, Money(paid), Money(discount))


def test_6_45_at_30_percent_costs_4_52_and_three_of_them_13_55():
    assert costs(645, 3000) == Money(452)
    assert costs(645 * 3, 3000) == Money(1355)


def test_three_of_6_45_at_40_percent_cost_11_61():
    assert costs(1935, 4000) == Money(1161)


def test_the_largest_discount_is_level_1_of_the_base_before_it():
    assert discount_allowed(Money(1161 + 774), BOBS_PRICE, terms(4000)) == Money(774)
    assert discount_allowed(Money(1935), BOBS_PRICE, terms(4000, promoted=False)) == ZERO


@pytest.mark.parametrize(
    "basis",
    [PriceBasis.RETAIL, PriceBasis.FROZEN, PriceBasis.OWN_TRANSFER, PriceBasis.PROGRAMME_OFF],
)
def test_every_retail_price_allows_no_discount_at_all(basis):
    assert discount_allowed(Money(1935), Pricing(basis, BOB), terms(4000)) == ZERO


def test_what_a_discount_takes_off_above_the_rule_is_reckoned_line_by_line():
    lines = (sold(1161, 774), sold(1160, 775, 2), sold(1162, 773, 3), sold(0, 100, 4))
    same = {number: terms(4000, number=number) for number in (1, 2, 3, 4)}
    found = excess_discounts(lines, BOBS_PRICE, same)
    assert found == {1: ZERO, 2: Money(1), 3: ZERO, 4: Money(60)}
    assert excess_discounts(lines[:1], Pricing(PriceBasis.RETAIL), same) == {1: Money(774)}


@given(base=st.integers(0, 200), bp=st.integers(0, 10000))
def test_price_and_discount_make_up_the_base_and_the_shop_keeps_the_fraction(base, bp):
    left = costs(base, bp).fen
    assert 0 <= left <= base
    assert 0 <= left * 10000 - base * (10000 - bp) < 10000
    discount = discount_allowed(Money(base), BOBS_PRICE, terms(bp))
    assert Money(left) + discount == Money(base)
    # What was quoted is never above the rule, however the fractions fell.
    assert excess_discounts([sold(left, discount.fen)], BOBS_PRICE, {1: terms(bp)}) == {1: ZERO}


CAROL_BUYS = Circumstances(
    mode=LockMode.SINGLE_SHOT,
    two_level=True,
    self_purchase=SelfPurchase.DISCOUNT,
    programme_on=True,
    payment=Payment.WECHAT,
    buyer_known=True,
    buyer_as_promoter=None,
    placed_by=None,
    placed_by_is_buyer=False,
    live_lock=dave,
    sent_code=None,
    sent_code_unknown=False,
    sent_code_is_buyers_own=False,
    last_visit=None,
    last_visit_is_buyers_own=False,
)


def test_a_customer_pays_retail():
    assert pricing(CAROL_BUYS) == Pricing(PriceBasis.RETAIL)


@pytest.mark.parametrize("self_purchase", SelfPurchase)
def test_a_promoter_who_orders_for_another_pays_his_own_price_under_every_setting(self_purchase):
    c = replace(CAROL_BUYS, placed_by=bob, self_purchase=self_purchase)
    assert pricing(c) == Pricing(PriceBasis.PROXY, BOB)


@pytest.mark.parametrize(
    ("self_purchase", "how"),
    [
        (SelfPurchase.NONE, Pricing(PriceBasis.RETAIL)),
        (SelfPurchase.COMMISSION, Pricing(PriceBasis.RETAIL)),
        (SelfPurchase.DISCOUNT, BOBS_PRICE),
    ],
)
def test_a_promoter_who_buys_himself_pays_less_only_under_discount(self_purchase, how):
    assert pricing(replace(CAROL_BUYS, buyer_as_promoter=bob, self_purchase=self_purchase)) == how


def test_who_orders_for_a_promoter_comes_before_that_promoter():
    c = replace(CAROL_BUYS, buyer_as_promoter=bob, placed_by=dave)
    assert pricing(c) == Pricing(PriceBasis.PROXY, DAVE)


@pytest.mark.parametrize("standing", [Standing.TERMINATED, Standing.NONE])
def test_who_is_no_promoter_any_more_or_not_yet_is_a_customer(standing):
    gone = Candidate(BOB, standing)
    assert pricing(replace(CAROL_BUYS, buyer_as_promoter=gone)) == Pricing(PriceBasis.RETAIL)
    assert pricing(replace(CAROL_BUYS, placed_by=gone)) == Pricing(PriceBasis.RETAIL)


def test_a_frozen_promoter_pays_retail_for_himself_and_for_another():
    frozen = Candidate(BOB, Standing.FROZEN)
    how = Pricing(PriceBasis.FROZEN, BOB)
    assert pricing(replace(CAROL_BUYS, buyer_as_promoter=frozen)) == how
    assert pricing(replace(CAROL_BUYS, placed_by=frozen, buyer_as_promoter=dave)) == how
    assert not how.reduced


@pytest.mark.parametrize(
    ("change", "basis"),
    [
        ({"programme_on": False}, PriceBasis.PROGRAMME_OFF),
        ({"payment": Payment.OWN_TRANSFER}, PriceBasis.OWN_TRANSFER),
    ],
)
def test_without_programme_or_past_every_provider_nobody_pays_less(change, basis):
    assert pricing(replace(CAROL_BUYS, placed_by=bob, **change)) == Pricing(basis)


@given(
    amount=st.integers(0, 3000),
    bp1=st.integers(0, 10000),
    bp2=st.data(),
    by_proxy=st.booleans(),
    two_level=st.booleans(),
    setting=st.sampled_from(SelfPurchase),
    payment=st.sampled_from([Payment.WECHAT, Payment.OWN_TRANSFER]),
)
def test_what_the_price_takes_off_and_what_both_levels_earn_never_exceed_the_base(
    amount, bp1, bp2, by_proxy, two_level, setting, payment
):
    mine = {1: terms(bp1, bp2.draw(st.integers(0, 10000 - bp1)))}
    who = {"placed_by": bob} if by_proxy else {"buyer_as_promoter": bob}
    c = replace(CAROL_BUYS, **who, two_level=two_level, self_purchase=setting, payment=payment)
    how = pricing(c)
    discount = discount_allowed(Money(amount), how, mine[1])
    line = sold(amount - discount.fen, discount.fen)
    facts = OrderFacts(Paid(MONDAY, payment, (line,), ZERO))
    paid = shares(facts, decide(c), mine)
    assert discount.fen + sum(share.amount.fen for share in paid) <= amount
    if discount:
        assert all(share.level == 2 for share in paid)
    if how.reduced:
        # Its rate is the one that the decision keeps, so the order's stored terms can judge its discount.
        assert decide(c).level1.promoter == how.promoter
