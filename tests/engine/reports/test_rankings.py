"""排行榜: by sales of a month less refunds, active promoters only, and where one stands oneself."""

from __future__ import annotations

from datetime import date

import pytest

from engine.money import Money
from engine.reports import rankings
from engine.reports.rankings import Ranking
from tests.engine.world import World


def ranking(shop: World, name: str = "bob", *, last: bool = False) -> Ranking:
    return shop.of(name).rankings.month(shop.promoter(name), last=last)


def told(found: Ranking) -> list[tuple[int, str, int]]:
    return [(row.place, row.name.given, row.sales.fen) for row in found.top]


def test_the_best_of_the_month_with_refunds_taken_off(shop: World) -> None:
    shop.pay("carol", 10_000, by="bob")
    shop.pay("mallory", 5_000, by="alice")
    number = shop.pay("mallory", 30_000, by="dave")
    assert told(ranking(shop)) == [(1, "赵大卫", 30_000), (2, "李小波", 10_000), (3, "王爱丽", 5_000)]
    shop.refund(number, 25_000)
    found = ranking(shop, "alice")
    assert sorted((row.place, row.name.given, row.sales.fen, row.me) for row in found.top) == [
        (1, "李小波", 10_000, False), (2, "王爱丽", 5_000, True), (2, "赵大卫", 5_000, False),
    ]  # fmt: skip
    assert (found.place, found.behind, found.sales, found.month) == (
        2,
        Money(5_000),
        Money(5_000),
        date(2026, 3, 1),
    )


def test_what_goes_back_in_the_next_month_counts_there(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=31)
    shop.refund(number, 4_000)
    this, last = ranking(shop), ranking(shop, last=True)
    assert (this.top, this.sales, this.place, this.behind) == ((), Money(-4_000), None, None)
    assert (told(last), last.place, last.month, last.last) == (
        [(1, "李小波", 10_000)], 1, date(2026, 3, 1), True,
    )  # fmt: skip
    sold_nothing = ranking(shop, "dave", last=True)
    assert (sold_nothing.place, sold_nothing.behind) == (None, None)


def test_last_month_of_january_is_december(shop: World) -> None:
    shop.clock.time = shop.now.replace(year=2027, month=1)
    assert ranking(shop, last=True).month == date(2026, 12, 1)


def test_who_is_frozen_is_neither_shown_nor_counted(shop: World) -> None:
    shop.pay("carol", 10_000, by="bob")
    shop.pay("mallory", 30_000, by="dave")
    shop.freeze("dave")
    assert told(ranking(shop)) == [(1, "李小波", 10_000)]
    assert ranking(shop).place == 1
    frozen = ranking(shop, "dave")
    assert (frozen.frozen, frozen.place, frozen.behind, frozen.sales) == (True, None, None, Money(30_000))
    shop.pay("carol", 40_000, by="bob")
    assert ranking(shop, "dave").behind is None


def test_nobody_is_told_a_place_far_down(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rankings, "FARTHEST", 2)
    monkeypatch.setattr(rankings, "TOP", 1)
    shop.pay("carol", 30_000, by="dave")
    shop.pay("carol", 20_000, by="bob")
    shop.pay("carol", 10_000, by="alice")
    found = ranking(shop, "alice")
    assert (found.place, found.behind, len(found.top)) == (None, Money(10_000), 1)
    assert (ranking(shop, "bob").place, ranking(shop, "dave").behind) == (2, None)


def test_recruiting_moves_nobody_up(shop: World) -> None:
    shop.recruit("mallory", inviter="alice")
    shop.pay("carol", 10_000, by="bob")
    assert ranking(shop, "alice").sales == Money(0)
