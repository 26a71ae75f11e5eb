"""The last thirty days by day: today last, what is older left out."""

from __future__ import annotations

from engine.reports.charts import DAYS
from tests.engine.world import World


def test_each_day_has_its_own_figures(shop: World) -> None:
    shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=2)
    number = shop.pay("mallory", 20_000, by="bob")
    shop.refund(number, 5_000)
    mine = shop.of("bob").charts.earnings(shop.promoter("bob"))
    assert mine.level1[-3:] == (3_000, 0, 4_500)
    assert not any(mine.level1[:-3])
    assert mine.two_level
    hers = shop.of("alice").charts.earnings(shop.promoter("alice"))
    assert hers.level2[-3:] == (1_000, 0, 1_500)
    whole = shop.boss.charts.shop()
    assert whole.sales[-3:] == (10_000, 0, 15_000)
    assert whole.refunds[-3:] == (0, 0, 5_000)
    assert whole.orders[-3:] == (1, 0, 1)
    assert whole.commission[-3:] == (3_000, 0, 4_500)
    assert whole.rewards[-3:] == (1_000, 0, 1_500)
    assert {len(each) for each in (whole.sales, whole.orders, mine.level1)} == {DAYS}


def test_a_day_leaves_after_thirty(shop: World) -> None:
    shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=DAYS - 1)
    assert shop.boss.charts.shop().sales[0] == 10_000
    shop.clock.move(days=1)
    assert not any(shop.boss.charts.shop().sales)
