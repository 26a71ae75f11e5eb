"""What one product pays to one group goes before everything else; and products as the operator puts them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, insert, select, update

from engine import OPERATOR, SYSTEM
from engine.money import Money, Rate
from engine.people.confirmations import CodeOutdated
from engine.programme.ceilings import RatesTooHigh
from engine.programme.groups import NoSuchGroup
from engine.programme.modes import Goods
from engine.programme.products import BadProduct, NoSuchProduct, Product
from engine.programme.wording import BannedWording
from engine.store.base import Tx
from engine.store.tables import (
    group_history,
    groups,
    product_group_history,
    product_history,
    products,
    promoters,
)
from tests.engine.programme.test_groups import join, set_rates
from tests.engine.world import World


@pytest.fixture
def gold(shop: World) -> World:
    """A group that bob is in, which has 40 % of its own."""
    shop.boss.groups.create("金牌")
    join(shop, "金牌", "bob")
    set_rates(shop, "金牌", 4_000, None)
    return shop


def set_special(world: World, level1: int | None, level2: int | None, group: str = "金牌") -> None:
    rates = (None if level1 is None else Rate(level1), None if level2 is None else Rate(level2))
    world.boss.special_rates.confirm(world.boss.special_rates.propose("SKU1", group, *rates).code)


# --- product × group


def test_product_and_group_together_win_each_level_apart(gold: World) -> None:
    gold.boss.products.confirm_rates(gold.boss.products.propose_rates("SKU1", Rate(2_000), Rate(400)).code)
    set_special(gold, 1_500, None)
    gold.pay("carol", 10_000, by="bob")
    assert (gold.money("bob"), gold.money("alice")) == ({"pending": 1_500}, {"pending": 400})
    gold.pay("carol", 10_000, by="dave")
    assert gold.money("dave") == {"pending": 2_000}, "he is in no group"


def test_dropped_rates_fall_back(gold: World) -> None:
    set_special(gold, 1_500, 500)
    (found,) = gold.boss.special_rates.of("SKU1")
    assert (found.group.name, found.level1, found.level2) == ("金牌", Rate(1_500), Rate(500))
    set_special(gold, None, None)
    assert gold.boss.special_rates.of("SKU1") == ()
    gold.pay("carol", 10_000, by="bob")
    assert gold.money("bob") == {"pending": 4_000}


def test_an_order_is_paid_by_the_rates_of_its_payment(gold: World) -> None:
    before = gold.now
    gold.clock.move(hours=1)
    set_special(gold, 1_500, None)
    between = gold.now
    gold.clock.move(hours=1)
    set_special(gold, 100, None)
    gold.pay("carol", 10_000, by="bob", at=between)
    gold.pay("carol", 10_000, by="bob", at=before)
    assert gold.money("bob") == {"pending": 5_500}


def test_only_groups_and_products_that_there_are(gold: World) -> None:
    for sku, group, refused in (("SKU9", "金牌", NoSuchProduct), ("SKU1", "银牌", NoSuchGroup)):
        with pytest.raises(refused):
            gold.boss.special_rates.propose(sku, group, Rate(1), None)
        with pytest.raises(refused):
            gold.boss.special_rates.get(sku, group)
    with pytest.raises(NoSuchProduct):
        gold.boss.special_rates.of("SKU9")


def test_a_code_is_void_when_the_rates_changed_since(gold: World) -> None:
    first = gold.boss.special_rates.propose("SKU1", "金牌", Rate(1_500), None).code
    set_special(gold, 1_000, None)
    with pytest.raises(CodeOutdated):
        gold.boss.special_rates.confirm(first)
    assert gold.boss.special_rates.get("SKU1", "金牌").level1 == Rate(1_000)


def test_history_keeps_every_rate(gold: World) -> None:
    for bp in (1_500, 1_000, None):
        set_special(gold, bp, None)
    rows = gold.rows(
        select(product_group_history.c.level1)
        .where(product_group_history.c.shop_id == gold.shop)
        .order_by(product_group_history.c.n)
    )
    assert [row.level1 for row in rows] == [1_500, 1_000, None]


# --- the ceiling


def test_the_rates_of_one_group_meet_those_of_another(gold: World) -> None:
    gold.boss.groups.create("银牌")
    set_special(gold, None, 3_000, "银牌")
    with pytest.raises(RatesTooHigh) as refused:
        gold.boss.special_rates.propose("SKU1", "金牌", Rate(7_001), None)
    assert (refused.value.product, refused.value.level1, refused.value.level2, refused.value.groups) == (
        "护手霜", Rate(7_001), Rate(3_000), ("金牌", "银牌"),
    )  # fmt: skip


def test_they_count_at_every_other_save(gold: World) -> None:
    set_special(gold, 9_000, None)
    for save in (
        lambda: gold.boss.settings.propose("level2", "10.01%"),
        lambda: gold.boss.groups.propose_rates("金牌", None, Rate(1_001)),
        lambda: gold.boss.products.propose_rates("SKU1", None, Rate(1_001)),
    ):
        with pytest.raises(RatesTooHigh) as refused:
            save()
        assert (refused.value.product, refused.value.groups[:1]) == ("护手霜", ("金牌",))
    set_special(gold, None, None)
    gold.set_rate("level2", "60%")


def test_the_ceiling_is_checked_again_when_the_code_is_used(gold: World) -> None:
    asked = gold.boss.special_rates.propose("SKU1", "金牌", Rate(9_000), None).code
    gold.set_rate("level2", "20%")
    with pytest.raises(RatesTooHigh):
        gold.boss.special_rates.confirm(asked)
    assert gold.boss.special_rates.get("SKU1", "金牌").level1 is None


def test_a_product_that_pays_too_much_is_not_promoted(gold: World) -> None:
    """Rows from before the ceiling was kept, written past the verbs."""
    gold.boss.products.promote("SKU1", False)
    special = {"sku": "SKU1", "n": 1, "since": gold.now, "level1": 9_500, "level2": None}
    group = gold.boss.groups.get("金牌").id

    def write(tx: Tx) -> None:
        tx.run(insert(product_group_history).values(shop_id=tx.shop, group_id=group, **special))

    gold.engine.store.write(gold.shop, SYSTEM, write)
    gold.audits = False
    assert gold.at(SYSTEM).reports.audit().findings == ("护手霜 pays out 95% and 10%, more than 100 %",)
    with pytest.raises(RatesTooHigh):
        gold.boss.products.promote("SKU1", True)
    with pytest.raises(RatesTooHigh):
        gold.boss.products.put("SKU1", "润手霜", Goods.GOODS, Money(100))


def test_a_save_costs_the_same_however_many_products_there_are(shop: World) -> None:
    shop.boss.groups.create("金牌")

    def statements() -> int:
        heard: list[str] = []

        def hear(_c: object, _cursor: object, statement: str, *_: object) -> None:
            heard.append(statement)

        engine = shop.engine.store.engine
        event.listen(engine, "before_cursor_execute", hear)
        shop.boss.groups.propose_rates("金牌", Rate(1_000), None)
        event.remove(engine, "before_cursor_execute", hear)
        return len(heard)

    few = statements()
    for number in range(30):
        sku = f"P{number}"
        shop.at(OPERATOR).products.set_up(
            Product(sku, sku, Goods.GOODS, Money(100), True, Rate(1_000 + number % 3), None)
        )
        rates = shop.boss.special_rates.propose(sku, "金牌", Rate(100 + number), None)
        shop.boss.special_rates.confirm(rates.code)
    assert statements() == few


# --- the operator's products


CREAM = Product("SKU2", "面霜", Goods.GOODS, Money(5_000), False, Rate(1_200), None)


def test_the_operator_puts_a_product_with_its_rates(shop: World) -> None:
    assert shop.at(OPERATOR).products.compare(CREAM).before is None
    assert shop.at(OPERATOR).products.set_up(CREAM) == CREAM
    found = shop.at(OPERATOR).products.compare(replace(CREAM, level2=Rate(1)))
    assert (found.before, found.changes) == (CREAM, 1)


def test_the_same_again_writes_no_history(shop: World) -> None:
    for product in (CREAM, CREAM, replace(CREAM, promoted=True), replace(CREAM, promoted=True)):
        shop.at(OPERATOR).products.set_up(product)
    rows = shop.rows(
        select(product_history.c.promoted)
        .where(product_history.c.shop_id == shop.shop, product_history.c.sku == "SKU2")
        .order_by(product_history.c.n)
    )
    assert [row.promoted for row in rows] == [False, True]


@pytest.mark.parametrize(
    ("bad", "refused"),
    [
        (replace(CREAM, sku="S K"), BadProduct),
        (replace(CREAM, title=""), BadProduct),
        (replace(CREAM, title="躺赚面霜"), BannedWording),
        (replace(CREAM, level1=Rate(9_001)), RatesTooHigh),
    ],
)
def test_the_operators_product_keeps_to_the_rules(
    shop: World, bad: Product, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        shop.at(OPERATOR).products.compare(bad)
    with pytest.raises(refused):
        shop.at(OPERATOR).products.set_up(bad)


# --- the audit


@pytest.mark.parametrize(
    ("table", "change", "finding"),
    [
        (promoters, {"group_id": None}, "promoters "),
        (products, {"level1": 1}, "products SKU1 is not what its history says"),
        (products, {"promoted": False}, "products SKU1 is not what its history says"),
        (groups, {"name": "银牌"}, "groups "),
    ],
)
def test_what_stands_is_what_the_history_says(
    gold: World, table: Any, change: dict[str, Any], finding: str
) -> None:
    assert gold.at(SYSTEM).reports.audit().findings == ()
    gold.audits = False
    rows = update(table).where(table.c.shop_id == gold.shop).values(**change)
    gold.engine.store.write(gold.shop, SYSTEM, lambda tx: tx.run(rows) and None)
    (found,) = gold.at(SYSTEM).reports.audit().findings
    assert found.startswith(finding)


def test_rates_above_the_ceiling_are_found_without_any_product(shop: World) -> None:
    shop.audits = False
    group = {"id": "gr_1", "name": "金牌"}
    history = {
        "group_id": "gr_1",
        "n": 1,
        "since": shop.now,
        "name": "金牌",
        "level1": 9_100,
        "may_see_team": False,
    }

    def write(tx: Tx) -> None:
        tx.run(insert(groups).values(shop_id=tx.shop, **group))
        tx.run(insert(group_history).values(shop_id=tx.shop, **history))

    shop.engine.store.write(shop.shop, SYSTEM, write)
    assert shop.at(SYSTEM).reports.audit().findings == (
        "a product without rates of its own pays out 91% and 10%, more than 100 %",
    )
