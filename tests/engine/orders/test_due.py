"""When lines mature: three modes, three kinds of goods, after-sale, and what annuls a lock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import BEIJING
from engine.money import ZERO, Money
from engine.orders.due import AUTO_RECEIPT, SettleMode, SettleTerms, annulled_at, due_at
from engine.orders.facts import (
    AfterSale,
    Cancelled,
    Completed,
    Goods,
    Line,
    LineRefund,
    OrderFacts,
    Paid,
    Payment,
    Received,
    Refunded,
    Shipped,
)

MS = timedelta(milliseconds=1)
PAID, SHIPPED, RECEIVED = SettleMode
SERVICES = [Goods.SERVICE, Goods.VIRTUAL]


def march(day: int, hour: int = 10) -> datetime:
    """A Beijing hour of March 2026; days beyond the 31st run on into April."""
    return (datetime(2026, 3, 1, hour, tzinfo=BEIJING) + timedelta(days=day - 1)).astimezone(UTC)


TEA = Line(1, "tea", "茶", Goods.GOODS, 1, Money(1000))
SPA = Line(2, "spa", "按摩", Goods.SERVICE, 1, Money(1000), service_at=march(10))
ORDER = OrderFacts(Paid(march(1, 9), Payment.WECHAT, (TEA, SPA), ZERO))


def due(
    mode: SettleMode, line: Line = TEA, kind: Goods | None = None, days: int = 7, **heard: object
) -> datetime | None:
    facts = replace(ORDER, **heard)
    return due_at(line, kind or line.kind or Goods.GOODS, facts, SettleTerms(mode, days))


# Goods.


@pytest.mark.parametrize("kind", Goods)
def test_in_paid_mode_everything_matures_as_it_is_paid_and_no_days_are_added(kind):
    assert due(PAID, kind=kind) == march(1, 9)


@pytest.mark.parametrize("mode", SettleMode)
def test_an_order_that_is_not_paid_does_not_mature(mode):
    assert due(mode, paid=None, received=Received(march(2)), shipped=(Shipped("s", march(1)),)) is None


@pytest.mark.parametrize("mode", [SHIPPED, RECEIVED])
def test_goods_of_which_nothing_is_heard_do_not_mature_yet(mode):
    assert due(mode) is None


def test_in_shipped_mode_goods_mature_with_the_first_final_parcel_and_no_days_are_added():
    parcels = (Shipped("c", march(5)), Shipped("a", march(2), final=False), Shipped("b", march(4)))
    assert due(SHIPPED, shipped=parcels) == march(4)


@pytest.mark.parametrize("mode", [SHIPPED, RECEIVED])
def test_a_parcel_that_is_not_final_ships_nothing(mode):
    assert due(mode, shipped=(Shipped("a", march(2), final=False),)) is None


def test_shipped_on_1_march_and_never_confirmed_with_7_days_matures_on_23_march_at_10():
    assert due(RECEIVED, shipped=(Shipped("a", march(1, 10)),)) == march(23, 10)


def test_a_confirmation_starts_the_days_earlier_than_the_15_days_after_shipping():
    shipped = (Shipped("a", march(1)),)
    assert due(RECEIVED, shipped=shipped, received=Received(march(4))) == march(11)


def test_a_confirmation_after_the_15_days_changes_nothing():
    shipped = (Shipped("a", march(1)),)
    assert due(RECEIVED, shipped=shipped, received=Received(march(16) + MS)) == march(23)
    assert due(RECEIVED, shipped=shipped, received=Received(march(16) - MS)) == march(23) - MS


def test_received_implies_shipped():
    assert due(SHIPPED, received=Received(march(4))) == march(4)
    assert due(RECEIVED, received=Received(march(4))) == march(11)
    assert due(SHIPPED, received=Received(march(4)), shipped=(Shipped("late", march(6)),)) == march(4)


def test_completed_is_received_for_the_goods_it_names():
    assert due(RECEIVED, completed=(Completed(march(4), frozenset({1})),)) == march(11)
    assert due(SHIPPED, completed=(Completed(march(4), frozenset({1})),)) == march(4)
    assert due(RECEIVED, completed=(Completed(march(4), None),)) == march(11)
    assert due(RECEIVED, completed=(Completed(march(4), frozenset({2})),)) is None


def test_with_0_days_goods_mature_as_they_are_received():
    assert due(RECEIVED, days=0, received=Received(march(4))) == march(4)


def test_what_was_handed_over_before_it_was_paid_matures_no_earlier_than_the_payment():
    assert due(SHIPPED, shipped=(Shipped("a", march(1, 8)),)) == march(1, 9)
    assert due(RECEIVED, days=0, received=Received(march(1, 8))) == march(1, 9)


# Services and virtual goods.


@pytest.mark.parametrize("kind", SERVICES)
def test_completed_stands_for_shipped_and_received(kind):
    done = (Completed(march(5), frozenset({2})),)
    assert due(SHIPPED, SPA, kind, completed=done) == march(5)
    assert due(RECEIVED, SPA, kind, completed=done) == march(12)


@pytest.mark.parametrize("kind", SERVICES)
def test_without_it_they_count_as_used_15_days_after_their_time(kind):
    assert due(SHIPPED, SPA, kind) == march(25)
    assert due(RECEIVED, SPA, kind) == march(32)


@pytest.mark.parametrize("kind", SERVICES)
def test_without_a_time_they_count_as_used_15_days_after_the_payment(kind):
    sometime = replace(SPA, service_at=None)
    assert due(SHIPPED, sometime, kind) == march(16, 9)
    assert due(RECEIVED, sometime, kind) == march(23, 9)


def test_used_after_the_15_days_does_not_put_off_what_has_matured():
    assert due(SHIPPED, SPA, completed=(Completed(march(26), None),)) == march(25)


def test_of_several_uses_the_first_counts():
    done = (Completed(march(6), None), Completed(march(5), frozenset({2})))
    assert due(SHIPPED, SPA, completed=done) == march(5)


@pytest.mark.parametrize("kind", SERVICES)
def test_parcels_and_receipts_say_nothing_about_services(kind):
    assert due(SHIPPED, SPA, kind, received=Received(march(2)), shipped=(Shipped("a", march(2)),)) == march(
        25
    )


def test_a_mixed_order_matures_line_by_line():
    heard = {"shipped": (Shipped("a", march(1)),), "completed": (Completed(march(3), frozenset({2})),)}
    assert due(RECEIVED, TEA, **heard) == march(23)
    assert due(RECEIVED, SPA, **heard) == march(10)


def test_the_resolved_kind_decides_and_not_the_lines_silence():
    silent = replace(SPA, kind=None)
    assert due_at(silent, Goods.SERVICE, ORDER, SettleTerms(SHIPPED, 0)) == march(25)
    assert due_at(silent, Goods.GOODS, ORDER, SettleTerms(SHIPPED, 0)) is None


# After-sale.

RECEIVED_ON_4 = Received(march(4))  # due on the 11th


def case(opened: int | None, closed: int | None, lines: frozenset[int] | None = None, name: str = "x"):
    return AfterSale(name, opened and march(opened), closed and march(closed), lines)


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        pytest.param([case(5, None)], None, id="an open case holds the line"),
        pytest.param([case(5, 8)], 11, id="one closed before the line is due changes nothing"),
        pytest.param([case(5, 20)], 20, id="one closed later puts it off until then"),
        pytest.param([case(5, 20), case(6, None, name="y")], None, id="one of two is open"),
        pytest.param([case(15, 30, name="y"), case(5, 20)], 30, id="opened while another held the line"),
        pytest.param([case(5, None, frozenset({2}))], 11, id="about another line"),
        pytest.param([case(5, 20, frozenset({1, 2}))], 20, id="about this line too"),
        pytest.param([case(None, 20)], 20, id="the closing was heard first"),
        pytest.param([case(None, None)], 11, id="neither end is known"),
        pytest.param([case(11, None)], 11, id="opened as the line had matured"),
        pytest.param([case(12, 20)], 11, id="opened after the line had matured"),
        pytest.param([case(20, None, name="y"), case(5, 20)], 20, id="opened as another had let it go"),
    ],
)
def test_an_after_sale_case_that_was_opened_before_a_line_matured_holds_it(cases, expected):
    for heard in (cases, cases[::-1]):
        result = due(RECEIVED, received=RECEIVED_ON_4, after_sales=tuple(heard))
        assert result == (expected and march(expected))


def test_a_case_on_goods_that_are_not_shipped_leaves_them_undue():
    assert due(RECEIVED, after_sales=(case(5, 8),)) is None


def test_in_paid_mode_no_case_can_come_before_maturity():
    assert due(PAID, after_sales=(case(2, None),)) == march(1, 9)
    assert due(PAID, after_sales=(case(None, 8),)) == march(1, 9)


# Refunds.


def test_a_refund_does_not_move_the_day():
    back = (Refunded("r", march(2), Money(1000), (LineRefund(1, Money(1000)),)),)
    assert due(RECEIVED, received=RECEIVED_ON_4, refunds=back) == march(11)


ONLY_TEA = OrderFacts(Paid(march(1, 9), Payment.WECHAT, (TEA,), Money(600)), received=RECEIVED_ON_4)
KINDS = {1: Goods.GOODS, 2: Goods.SERVICE}


def back(line: int, day: int, fen: int = 1000) -> Refunded:
    return Refunded(f"r{line}-{day}", march(day), Money(fen), (LineRefund(line, Money(fen)),))


def annulled(facts: OrderFacts, mode: SettleMode = RECEIVED) -> datetime | None:
    return annulled_at(facts, KINDS, SettleTerms(mode, 7))


def test_an_order_wholly_refunded_before_it_matures_annuls_its_lock_from_the_refund_on():
    assert annulled(replace(ONLY_TEA, refunds=(back(1, 6),))) == march(6)
    assert annulled(replace(ONLY_TEA, cancelled=Cancelled(march(6)))) == march(6)
    assert annulled(replace(ONLY_TEA, received=None, refunds=(back(1, 40),))) == march(40)


def test_an_order_refunded_as_it_matures_or_later_or_in_part_keeps_its_lock():
    assert annulled(ONLY_TEA) is None
    assert annulled(replace(ONLY_TEA, refunds=(back(1, 11),))) is None
    assert annulled(replace(ONLY_TEA, refunds=(back(1, 12),))) is None
    assert annulled(replace(ONLY_TEA, refunds=(back(1, 6, fen=999),))) is None
    assert annulled(replace(ONLY_TEA, refunds=(back(1, 6),)), PAID) is None
    assert annulled(OrderFacts(None, refunds=(back(1, 6),))) is None


def test_the_last_line_that_still_had_something_to_mature_decides():
    # tea is due on the 11th; the spa, used on the 13th, on the 20th
    both = replace(ORDER, received=RECEIVED_ON_4, completed=(Completed(march(13), frozenset({2})),))
    assert annulled(replace(both, refunds=(back(1, 15), back(2, 16)))) == march(16)
    assert annulled(replace(both, cancelled=Cancelled(march(15)))) == march(15)
    assert annulled(replace(both, refunds=(back(1, 25), back(2, 26)))) is None
    assert annulled(replace(both, refunds=(back(2, 5), back(1, 25)))) is None
    unshipped = replace(ORDER, completed=(Completed(march(13), frozenset({2})),))
    assert annulled(replace(unshipped, refunds=(back(1, 5), back(2, 25)))) is None


# For any facts.

days = st.integers(1, 40).map(march)
parcels = st.builds(Shipped, st.sampled_from("abc"), days, st.booleans())
uses = st.builds(Completed, days, st.sampled_from([None, frozenset({1}), frozenset({2})]))
cases = st.builds(
    AfterSale,
    st.sampled_from("xyz"),
    st.none() | days,
    st.none() | days,
    st.sampled_from([None, frozenset({1})]),
)
heard = st.builds(
    OrderFacts,
    st.just(ORDER.paid),
    shipped=st.lists(parcels, max_size=3).map(tuple),
    received=st.none() | st.builds(Received, days),
    completed=st.lists(uses, max_size=2).map(tuple),
    after_sales=st.lists(cases, max_size=3).map(tuple),
)
settled = st.builds(SettleTerms, st.sampled_from(SettleMode), st.integers(0, 9))


@given(heard, settled, st.sampled_from([TEA, SPA]))
def test_the_day_does_not_depend_on_the_order_of_hearing_and_is_never_before_the_payment(facts, terms, line):
    backwards = replace(
        facts,
        shipped=facts.shipped[::-1] * 2,
        completed=facts.completed[::-1] * 2,
        after_sales=facts.after_sales[::-1] * 2,
    )
    day = due_at(line, line.kind, facts, terms)
    assert due_at(line, line.kind, backwards, terms) == day
    assert day is None or day >= facts.paid.at


@given(heard, settled, parcels, st.sampled_from([TEA, SPA]))
def test_one_more_parcel_never_makes_a_line_mature_later(facts, terms, parcel, line):
    before = due_at(line, line.kind, replace(facts, after_sales=()), terms)
    after = due_at(line, line.kind, replace(facts, after_sales=(), shipped=(*facts.shipped, parcel)), terms)
    assert before is None or after <= before


def test_the_receipt_nobody_confirmed_comes_after_15_times_24_hours():
    assert timedelta(hours=360) == AUTO_RECEIPT
