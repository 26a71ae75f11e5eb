"""What the merchant reads: a day's figures, the best promoters, what waits."""

from __future__ import annotations

from datetime import timedelta

from engine import OPERATOR
from engine.money import Money
from engine.orders.events import Buyer
from engine.reports.overview import Figures
from tests.engine.world import World

NOTHING = Figures(Money(0), 0, Money(0), Money(0), Money(0), 0, 0, 0)


def test_a_day_in_figures_and_the_day_before(shop: World) -> None:
    shop.clock.move(days=1)
    shop.visit("carol", "bob")
    shop.pay("carol", 10_000)
    shop.pay("mallory", 20_000, by="dave")
    number = shop.pay("mallory", 5_000)
    shop.refund(number, 5_000)
    # level 1: 3000 + 6000; level 2: 1000; the third order came and went
    today = Figures(Money(30_000), 3, Money(9_000), Money(1_000), Money(5_000), 2, 1, 2)
    assert shop.boss.reports.overview().today == today
    shop.clock.move(days=1)
    overview = shop.boss.reports.overview()
    assert (overview.today, overview.yesterday, overview.top) == (NOTHING, today, ())


def test_a_day_begins_at_midnight_in_beijing(shop: World) -> None:
    shop.clock.time = shop.now.replace(hour=15, minute=59, second=59)
    shop.pay("carol", 10_000, by="bob")
    shop.clock.move(seconds=1)
    overview = shop.boss.reports.overview()
    assert (overview.today.orders, overview.yesterday.orders) == (0, 1)


def test_the_best_promoters_stand_first(shop: World) -> None:
    shop.pay("carol", 10_000, by="bob")
    shop.pay("mallory", 30_000, by="dave")
    shop.clock.move(days=6)
    found = shop.boss.reports.results(7, 5)
    assert [(one.name.given, one.sales, one.orders, one.commission, one.reward) for one in found] == [
        ("赵大卫", Money(30_000), 1, Money(9_000), Money(0)),
        ("李小波", Money(10_000), 1, Money(3_000), Money(0)),
    ]
    assert shop.boss.reports.results(6, 5) == ()
    assert len(shop.boss.reports.results(7, 1)) == 1


def test_sales_are_the_same_thing_on_every_screen_and_a_refund_counts_on_its_day(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    shop.pay("mallory", 8_000, by="dave")
    shop.clock.move(days=1)
    shop.refund(number, 4_000)
    overview = shop.boss.reports.overview()
    assert (overview.today.sales, overview.yesterday.sales) == (Money(-4_000), Money(18_000))
    assert overview.top == (), "who only had something come back stands in no list of the best"
    week = {row.name.given: row.sales for row in shop.boss.reports.results(7, 5)}
    assert week == {"赵大卫": Money(8_000), "李小波": Money(6_000)}
    ranked = shop.of("bob").rankings.month(shop.promoter("bob"), last=False)
    assert {row.name.given: row.sales for row in ranked.top} == week
    assert shop.boss.charts.shop().sales[-2:] == (18_000, -4_000)


def test_what_waits_is_counted(till: World) -> None:
    till.apply("mallory")
    till.earn("bob", 5_000)
    till.earn("dave", 5_000)
    till.request("bob", 1_000)
    till.in_hand(till.request("dave", 1_000))
    till.pay(Buyer(phone="13900000000"), 1_000)
    till.refund(till.pay("carol", 1_000), 2_000)
    todo = till.boss.reports.todo()
    assert (todo.applications, todo.withdrawals, todo.payouts, todo.unclaimed, todo.excess_refunds) == (
        1,
        1,
        1,
        1,
        1,
    )


def test_the_log_is_read_page_by_page(shop: World) -> None:
    for days in range(1, 6):
        shop.clock.move(minutes=1)
        shop.change("lock_days", str(days))
    first = shop.boss.reports.log(None, 3)
    assert [line.note["after"] for line in first] == ["5", "4", "3"]
    second = shop.boss.reports.log((first[-1].at, first[-1].reference), 2)
    assert [line.note["after"] for line in second] == ["2", "1"]
    assert first[0].at - second[-1].at == timedelta(minutes=4)


def test_a_page_of_the_log_begins_after_the_one_before_whatever_the_references_say(shop: World) -> None:
    """Some changes share an instant, and the oldest have the greatest references."""
    for days, (minutes, reference) in enumerate([(1, "m8"), (0, "m9"), (1, "m5"), (1, "m3"), (0, "m4")], 1):
        shop.clock.move(minutes=minutes)
        shop.of("老板", reference).settings.change("lock_days", str(days))
    place, seen = None, []
    for _ in range(5):
        (line,) = shop.boss.reports.log(place, 1)
        place = line.at, line.reference
        seen.append(line.reference)
    assert seen == ["m4", "m3", "m5", "m9", "m8"]


def test_the_log_names_whom_it_was_done_to(till: World) -> None:
    first = till.boss.reports.log(None, 1)[0].at
    till.clock.move(minutes=1)
    applied = till.apply("mallory").application
    till.boss.recruiting.reject(applied, "资料不全")
    till.freeze("dave")
    till.earn("bob", 5_000)
    till.boss.withdrawals.approve(till.request("bob", 1_000))
    till.at(OPERATOR).adjustments.adjust(till.code("alice"), "available", Money(100), "活动")
    till.change("lock_days", "5")
    done = [line for line in till.boss.reports.log(None, 20) if line.at > first]
    said = {line.verb: line.subject.given if line.subject else "" for line in done}
    assert said == {
        "recruiting.reject": "马洛里", "promoters.propose_freeze": "", "promoters.freeze": "赵大卫",
        "withdrawals.approve": "李小波", "adjustments.adjust": "王爱丽", "settings.change": "",
    }  # fmt: skip
    assert {line.verb for line in done if line.actor is None} == {"adjustments.adjust"}


def test_the_head_of_the_book_moves_with_every_entry(till: World) -> None:
    before = till.at(OPERATOR).reports.head()
    assert before[1] == 0
    till.earn("bob", 500)
    after = till.at(OPERATOR).reports.head()
    assert after[1] > 0
    assert after[0] != before[0]
    assert till.at(OPERATOR).reports.held(*after)
