"""我的收益: what came when, what is owed and for which orders, and what each downline brought."""

from __future__ import annotations

from engine import OPERATOR
from engine.money import Money
from engine.reports.earnings import Earned, Owed
from tests.engine.world import World


def test_earnings_are_told_by_day_by_month_and_altogether(shop: World) -> None:
    alice = shop.promoter("alice")
    shop.pay("carol", 10_000, by="bob")
    shop.pay("mallory", 1_000, by="alice")
    shop.clock.move(days=29)  # the last day of March
    shop.pay("carol", 5_000, by="bob")
    shop.clock.move(days=1)
    shop.pay("mallory", 2_000, by="alice")
    found = shop.of("alice").earnings.of(alice)
    assert (found.today, found.yesterday) == (Earned(Money(600), Money(0)), Earned(Money(0), Money(500)))
    assert (found.month, found.ever) == (found.today, Earned(Money(900), Money(1_500)))
    assert found.ever.all == Money(2_400)
    assert (found.balances.pending, found.debts) == (Money(2_400), ())


def test_a_debt_names_the_orders_that_it_comes_from_and_the_oldest_is_repaid_first(till: World) -> None:
    first, second = till.earn("bob", 1_000), till.earn("bob", 2_000)
    till.pay_out("bob", 3_000)
    till.refund(first, 1_000)
    till.clock.move(minutes=1)
    till.refund(second, 2_000)
    bob = till.promoter("bob")
    owed = till.of("bob").earnings.of(bob).debts
    assert owed == (Owed(till.order_code(second), Money(2_000)), Owed(till.order_code(first), Money(1_000)))
    till.earn("bob", 1_400)
    assert till.of("bob").earnings.of(bob).debts == (Owed(till.order_code(second), Money(1_600)),)


def test_what_the_operator_took_by_hand_is_no_orders_debt(till: World) -> None:
    till.earn("bob", 500)
    till.at(OPERATOR).adjustments.adjust(till.code("bob"), "available", Money(200), "活动")
    till.at(OPERATOR).adjustments.adjust(till.code("bob"), "debt", Money(-900), "多发了")
    found = till.of("bob").earnings.of(till.promoter("bob"))
    assert found.adjusted == Money(-700)
    assert (found.debts, found.balances.owed) == ((Owed("", Money(200)),), Money(200))


def test_downlines_are_read_newest_first_with_what_each_brought(shop: World) -> None:
    shop.clock.move(minutes=1)
    shop.recruit("mallory", inviter="alice")
    shop.pay("carol", 10_000, by="bob")
    shop.freeze("bob")
    alice = shop.promoter("alice")
    room = shop.of("alice").earnings
    found = room.downlines(alice, 0, 8)
    assert [(one.name.given, one.active, one.reward) for one in found] == [
        ("马洛里", True, Money(0)),
        ("李小波", False, Money(1_000)),
    ]
    assert (room.downlines(alice, 1, 8), room.downlines(alice, 0, 1)) == (found[1:], found[:1])
    assert (room.downline_count(alice), room.downline_count(shop.promoter("bob"))) == (2, 0)
