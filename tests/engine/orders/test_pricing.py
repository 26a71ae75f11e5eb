"""The price for this person."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ids import PromoterId
from engine.money import ZERO, Money, Rate
from engine.orders.attribution import Candidate, Circumstances, LockMode, SelfPurchase, Standing
from engine.orders.facts import Payment
from engine.orders.pricing import discount_allowed, price, reduced_for

BOB, DAVE = PromoterId("pm_bob"), PromoterId("pm_dave")
bob = Candidate(BOB, Standing.ACTIVE)
dave = Candidate(DAVE, Standing.ACTIVE)


def wechat(base: int, bp: int) -> Money:
    return price(Money(base), Rate(bp), frozen=False, payment=Payment.WECHAT)


def test_6_45_at_30_percent_costs_4_52_and_three_of_them_13_55():
    assert wechat(645, 3000) == Money(452)
    assert wechat(645 * 3, 3000) == Money(1355)


def test_three_of_6_45_at_40_percent_cost_11_61():
    assert wechat(1935, 4000) == Money(1161)


def test_a_frozen_promoter_pays_retail():
    assert price(Money(645), Rate(3000), frozen=True, payment=Payment.WECHAT) == Money(645)


def test_an_own_transfer_pays_retail():
    assert price(Money(645), Rate(3000), frozen=False, payment=Payment.OWN_TRANSFER) == Money(645)


def test_the_largest_discount_is_level_1_of_the_base_before_it():
    wechat = {"frozen": False, "payment": Payment.WECHAT}
    assert discount_allowed(Money(1161 + 774), Rate(4000), **wechat) == Money(774)
    assert discount_allowed(Money(1935), Rate(4000), promoted=False, **wechat) == ZERO
    assert discount_allowed(Money(1935), Rate(4000), frozen=True, payment=Payment.WECHAT) == ZERO


@given(base=st.integers(0, 200), bp=st.integers(0, 10000))
def test_price_and_discount_make_up_the_base_and_the_shop_keeps_the_fraction(base, bp):
    left = wechat(base, bp).fen
    assert 0 <= left <= base
    assert 0 <= left * 10000 - base * (10000 - bp) < 10000


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
    assert reduced_for(CAROL_BUYS) is None


def test_a_promoter_who_orders_for_another_pays_his_own_price_under_every_setting():
    for self_purchase in SelfPurchase:
        assert reduced_for(replace(CAROL_BUYS, placed_by=bob, self_purchase=self_purchase)) == BOB


@pytest.mark.parametrize(
    ("self_purchase", "whose"),
    [(SelfPurchase.NONE, None), (SelfPurchase.COMMISSION, None), (SelfPurchase.DISCOUNT, BOB)],
)
def test_a_promoter_who_buys_himself_pays_less_only_under_discount(self_purchase, whose):
    assert reduced_for(replace(CAROL_BUYS, buyer_as_promoter=bob, self_purchase=self_purchase)) == whose


def test_who_orders_for_a_promoter_comes_before_that_promoter():
    assert reduced_for(replace(CAROL_BUYS, buyer_as_promoter=bob, placed_by=dave)) == DAVE


@pytest.mark.parametrize("change", [{"programme_on": False}, {"payment": Payment.OWN_TRANSFER}])
def test_without_programme_or_past_every_provider_nobody_pays_less(change):
    assert reduced_for(replace(CAROL_BUYS, placed_by=bob, **change)) is None
