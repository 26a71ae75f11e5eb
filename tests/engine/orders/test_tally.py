"""团队: sales count for everybody above the promoter, as they stood when it was paid; audited() reckons it again."""

from __future__ import annotations

from datetime import date

from engine.clock import day_of
from engine.ledger import daily
from engine.ledger.daily import Metric
from engine.orders import tally
from tests.engine.world import World


def team(shop: World, name: str, days: int = 0) -> tuple[int, int]:
    """Sales and refunds below somebody, today or so many days ago."""
    day = date.fromordinal(day_of(shop.now).toordinal() - days)
    promoter = shop.promoter(name)
    with shop.reading() as tx:
        found = daily.sums(tx, promoter, day, day)
    return found[Metric.TEAM], found[Metric.TEAM_REFUNDS]


def test_sales_of_every_depth_count_for_all_above_and_not_for_himself(shop: World) -> None:
    shop.recruit("mallory", inviter="bob")
    shop.pay("carol", 10_000, by="mallory")
    shop.pay("carol", 5_000, by="bob")
    shop.pay("carol", 1_000, by="alice")
    assert [team(shop, name) for name in ("alice", "bob", "mallory")] == [(15_000, 0), (10_000, 0), (0, 0)]


def test_a_refund_counts_on_its_own_day(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=1)
    shop.refund(number, 4_000)
    assert team(shop, "alice") == (0, 4_000)
    assert team(shop, "alice", days=1) == (10_000, 0)


def test_the_uplines_are_those_of_the_payment(shop: World) -> None:
    before = shop.now
    shop.clock.move(hours=1)
    shop.recruit("mallory", inviter="bob")
    shop.clock.move(hours=1)
    shop.pay("carol", 10_000, by="mallory", at=before)
    assert team(shop, "alice") == (0, 0)
    with shop.reading() as tx:
        assert tally.above(tx, shop.promoter("mallory"), shop.now) == (
            shop.promoter("bob"),
            shop.promoter("alice"),
        )
        assert tally.above(tx, shop.promoter("mallory"), before) == ()
