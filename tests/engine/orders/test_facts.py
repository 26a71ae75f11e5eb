"""Refunds over lines: named parts first, the pool by largest remainder, and never in the order of hearing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BookError
from engine.money import ZERO, Money
from engine.orders.facts import (
    Cancelled,
    Goods,
    Line,
    LineRefund,
    OrderFacts,
    Paid,
    Payment,
    Refunded,
    RefundSpread,
    kind_of,
    largest_remainder,
    net_base,
    net_bases,
    refunded_by_line,
    whole_lines,
    wholly_refunded,
    wholly_refunded_at,
)

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def line(number: int, paid: int, discount: int = 0) -> Line:
    return Line(number, f"sku-{number}", "茶", Goods.GOODS, 1, Money(paid), Money(discount))


def order(*lines: Line, shipping: int = 0) -> OrderFacts:
    return OrderFacts(Paid(MONDAY, Payment.WECHAT, lines, Money(shipping)))


def refund(name: str, amount: int, day: int = 1, **lines: int) -> Refunded:
    """`refund("a", 150, line1=100)`: 150 fen went back, 100 of them named line 1."""
    parts = tuple(LineRefund(int(key.removeprefix("line")), Money(fen)) for key, fen in lines.items())
    return Refunded(name, MONDAY + day * DAY, Money(amount), parts)


def spread(facts: OrderFacts, *refunds: Refunded) -> RefundSpread:
    return refunded_by_line(replace(facts, refunds=refunds))


def fen(result: RefundSpread) -> tuple[list[int], int, int]:
    """The lines by number, shipping, excess."""
    return [money.fen for _, money in sorted(result.lines.items())], result.shipping.fen, result.excess.fen


TEA = order(line(1, 100), line(2, 200), shipping=30)


def test_nothing_refunded_lies_nowhere():
    assert fen(spread(TEA)) == ([0, 0], 0, 0)


def test_a_refund_that_names_no_line_is_spread_in_proportion_over_lines_and_shipping():
    assert fen(spread(TEA, refund("a", 33))) == ([10, 20], 3, 0)


def test_a_refund_that_names_a_line_lies_on_that_line_alone():
    assert fen(spread(TEA, refund("a", 40, line2=40))) == ([0, 40], 0, 0)


def test_what_a_refund_claims_above_its_lines_goes_to_the_pool():
    # 40 for line 2; the other 29 over 100 + 160 + 30 of room: 10, 16, 3
    assert fen(spread(TEA, refund("a", 69, line2=40))) == ([10, 56], 3, 0)


def test_what_exceeds_the_named_line_joins_the_pool():
    # 50 over 200 + 30: 43.48 and 6.52, the larger remainder is the shipping's
    assert fen(spread(TEA, refund("a", 150, line1=150))) == ([100, 43], 7, 0)


def test_a_refund_that_names_a_line_the_order_does_not_have_joins_the_pool():
    result = spread(TEA, refund("a", 33, line9=33))
    assert fen(result) == ([10, 20], 3, 0)
    assert not result.gone(1)


def test_lines_that_claim_more_than_the_refund_get_no_more_than_its_amount_lowest_number_first():
    assert fen(spread(TEA, refund("a", 60, line2=50, line1=50))) == ([50, 10], 0, 0)


def test_ties_go_to_the_lower_line_number_and_to_shipping_last():
    three = order(line(2, 100), line(1, 100), shipping=100)
    assert fen(spread(three, refund("a", 1))) == ([1, 0], 0, 0)
    assert fen(spread(three, refund("a", 2))) == ([1, 1], 0, 0)
    assert fen(spread(three, refund("a", 3))) == ([1, 1], 1, 0)


def test_refunds_above_what_was_paid_are_capped_and_the_rest_is_told():
    assert fen(spread(TEA, refund("a", 300), refund("b", 100))) == ([100, 200], 30, 70)


def test_a_late_named_refund_comes_before_an_early_pool():
    # line 1 is named whole, so the 23 of the pool lie on line 2 and shipping: 20 and 3
    pool, named = refund("a", 23, day=1), refund("b", 100, day=2, line1=100)
    assert fen(spread(TEA, pool, named)) == ([100, 20], 3, 0)
    assert fen(spread(TEA, named, pool)) == ([100, 20], 3, 0)


def test_a_refund_heard_twice_counts_once_and_two_equal_ones_count_twice():
    assert fen(spread(TEA, refund("a", 33), refund("a", 33))) == ([10, 20], 3, 0)
    assert fen(spread(TEA, refund("a", 33), refund("b", 33))) == ([20, 40], 6, 0)


def test_cancelled_is_a_refund_of_the_rest():
    cancelled = replace(TEA, cancelled=Cancelled(MONDAY + DAY))
    assert fen(spread(cancelled)) == ([100, 200], 30, 0)
    assert fen(spread(cancelled, refund("a", 140, line1=100))) == ([100, 200], 30, 0)
    assert fen(spread(cancelled, refund("a", 340))) == ([100, 200], 30, 10)


def test_refunds_before_the_payment_is_known_lie_nowhere_yet():
    early = spread(OrderFacts(None), refund("a", 33, line1=33))
    assert fen(early) == ([], 0, 0)
    assert early.gone(1)
    assert not early.gone(2)
    assert refunded_by_line(OrderFacts(None, cancelled=Cancelled(MONDAY))).gone(2)


def test_an_order_of_nothing_but_free_lines_refunds_without_dividing_by_zero():
    assert fen(spread(order(line(1, 0)), refund("a", 5, line1=5))) == ([0], 0, 5)


def test_the_net_base_falls_with_the_refunded_share_of_what_was_paid():
    bought_cheaper = line(1, 1161, discount=774)  # 6.45 × 3 at 60 %
    assert bought_cheaper.base == Money(1935)
    assert net_base(bought_cheaper, ZERO, gone=False) == Money(1935)
    assert net_base(bought_cheaper, Money(387), gone=True) == Money(1290)
    assert net_base(bought_cheaper, Money(1161), gone=True) == ZERO


def test_the_net_base_is_rounded_down():
    assert net_base(line(1, 3, discount=2), Money(1), gone=False) == Money(3)  # 5 × 2 / 3 = 3.33


def test_a_line_that_cost_nothing_keeps_its_base_until_it_is_cancelled_or_named():
    free = order(line(1, 0, discount=500), line(2, 100))
    assert net_bases(free) == {1: Money(500), 2: Money(100)}
    pooled = replace(free, refunds=(refund("a", 100),))
    assert net_bases(pooled) == {1: Money(500), 2: ZERO}
    assert net_bases(replace(free, refunds=(refund("a", 0, line1=0),))) == {1: ZERO, 2: Money(100)}
    assert net_bases(replace(free, cancelled=Cancelled(MONDAY))) == {1: ZERO, 2: ZERO}


def test_no_order_has_no_bases():
    assert net_bases(OrderFacts(None)) == {}


@pytest.mark.parametrize("refunded", [-1, 101])
def test_a_line_is_never_refunded_beyond_what_was_paid(refunded: int):
    with pytest.raises(BookError):
        net_base(line(1, 100), Money(refunded), gone=True)


def test_negative_amounts_and_a_line_number_twice_are_refused():
    with pytest.raises(BookError):
        line(1, -1)
    with pytest.raises(BookError):
        line(1, 1, discount=-1)
    with pytest.raises(BookError):
        order(line(1, 1), shipping=-1)
    with pytest.raises(BookError):
        refund("a", -1)
    with pytest.raises(BookError):
        refund("a", 1, line1=-1)
    with pytest.raises(BookError):
        order(line(1, 1), line(1, 2))


def test_the_kind_of_a_line_is_its_own_then_the_products_then_goods():
    own = line(1, 1)
    silent = replace(own, kind=None)
    assert kind_of(own, Goods.VIRTUAL) is Goods.GOODS
    assert kind_of(silent, Goods.SERVICE) is Goods.SERVICE
    assert kind_of(silent, None) is Goods.GOODS


def test_wholly_refunded_asks_for_every_line_and_not_for_shipping():
    assert not wholly_refunded(TEA)
    one = replace(TEA, refunds=(refund("a", 100, line1=100),))
    both = replace(TEA, refunds=(*one.refunds, refund("b", 200, day=3, line2=200)))
    assert not wholly_refunded(one)
    assert wholly_refunded(both)


def test_a_line_is_whole_when_all_its_money_went_back_and_not_because_a_refund_names_it():
    part = replace(TEA, refunds=(refund("a", 50, line1=50),))
    assert whole_lines(part) == frozenset()
    unnamed = replace(TEA, refunds=(refund("a", 330),))
    assert whole_lines(unnamed) == {1, 2}
    assert whole_lines(unnamed, before=MONDAY + DAY) == frozenset()
    assert whole_lines(OrderFacts(None, refunds=(refund("a", 50, line1=50),))) == frozenset()


def test_wholly_refunded_before_an_instant_leaves_out_what_went_back_then_or_later():
    both = replace(TEA, refunds=(refund("a", 100, line1=100), refund("b", 200, day=3, line2=200)))
    assert not wholly_refunded(both, before=MONDAY + 3 * DAY)
    assert wholly_refunded(both, before=MONDAY + 3 * DAY + timedelta(milliseconds=1))
    cancelled = replace(TEA, cancelled=Cancelled(MONDAY + DAY))
    assert not wholly_refunded(cancelled, before=MONDAY + DAY)
    assert wholly_refunded(cancelled, before=MONDAY + 2 * DAY)


def test_an_order_without_payment_or_lines_is_not_wholly_refunded():
    assert not wholly_refunded(OrderFacts(None, cancelled=Cancelled(MONDAY)))
    assert not wholly_refunded(replace(order(), cancelled=Cancelled(MONDAY)))


def test_a_free_line_is_refunded_once_it_is_named():
    gift = order(line(1, 100), line(2, 0))
    money_back = replace(gift, refunds=(refund("a", 100),))
    assert not wholly_refunded(money_back)
    assert wholly_refunded(replace(gift, refunds=(refund("a", 100, line1=100, line2=0),)))


def test_the_moment_of_the_whole_refund_is_that_of_its_last_missing_piece():
    pieces = (
        refund("a", 100, day=1, line1=100),
        refund("b", 200, day=3, line2=200),
        refund("c", 30, day=5),  # shipping, later, changes nothing
    )
    for heard in permutations(pieces):
        assert wholly_refunded_at(replace(TEA, refunds=heard)) == MONDAY + 3 * DAY
    assert wholly_refunded_at(replace(TEA, refunds=pieces[:1])) is None
    cancelled = replace(TEA, refunds=pieces[:1], cancelled=Cancelled(MONDAY + 2 * DAY))
    assert wholly_refunded_at(cancelled) == MONDAY + 2 * DAY


# What follows holds for any order. The amounts are small on purpose: rounding shows there.

amounts = st.integers(0, 12)


@st.composite
def refunded_orders(draw: st.DrawFn) -> OrderFacts:
    numbers = range(1, draw(st.integers(1, 4)) + 1)
    lines = [line(number, draw(amounts), draw(amounts)) for number in numbers]
    parts = st.builds(LineRefund, st.integers(1, 5), amounts.map(Money))
    refunds = [
        Refunded(f"r{at}", MONDAY + at * DAY, Money(draw(amounts)), tuple(draw(st.lists(parts, max_size=3))))
        for at in range(draw(st.integers(0, 4)))
    ]
    cancelled = draw(st.sampled_from([None, Cancelled(MONDAY + 2 * DAY)]))
    facts = order(*lines, shipping=draw(amounts))
    return replace(facts, refunds=tuple(refunds), cancelled=cancelled)


@given(refunded_orders(), st.randoms(use_true_random=False))
def test_the_order_and_number_of_times_in_which_facts_are_heard_changes_nothing(facts, random):
    heard = [*facts.refunds, *random.choices(facts.refunds, k=2)] if facts.refunds else []
    random.shuffle(heard)
    lines = list(facts.paid.lines)
    random.shuffle(lines)
    again = replace(facts, paid=replace(facts.paid, lines=tuple(lines)), refunds=tuple(heard))
    assert refunded_by_line(again) == refunded_by_line(facts)
    assert net_bases(again) == net_bases(facts)


@given(refunded_orders())
def test_no_fen_of_a_refund_is_lost_and_none_goes_beyond_what_was_paid(facts):
    result = refunded_by_line(facts)
    paid = sum(one.paid.fen for one in facts.paid.lines) + facts.paid.shipping.fen
    claimed = sum(one.amount.fen for one in facts.refunds)
    lying = sum(money.fen for money in result.lines.values()) + result.shipping.fen
    assert lying == (paid if facts.cancelled else min(paid, claimed))
    assert result.excess.fen == max(0, claimed - paid)
    assert 0 <= result.shipping.fen <= facts.paid.shipping.fen
    for one in facts.paid.lines:
        assert 0 <= result.lines[one.number].fen <= one.paid.fen
        assert ZERO <= net_bases(facts)[one.number] <= one.base


@given(paid=st.integers(1, 40), discount=amounts)
def test_the_net_base_never_rises_as_more_is_refunded_and_ends_at_nothing(paid, discount):
    one = line(1, paid, discount)
    bases = [net_base(one, Money(refunded), gone=True).fen for refunded in range(paid + 1)]
    assert bases[0] == paid + discount
    assert bases == sorted(bases, reverse=True)
    assert bases[-1] == 0


@given(st.lists(amounts, min_size=1, max_size=5), st.data())
def test_shares_by_largest_remainder_are_whole_within_their_room_and_less_than_one_off(room, data):
    amount = data.draw(st.integers(0, sum(room)))
    parts = largest_remainder(amount, room)
    assert sum(parts) == amount
    for part, one in zip(parts, room, strict=True):
        assert 0 <= part <= one
        assert abs(part * sum(room) - amount * one) < max(1, sum(room))
