"""The ceiling of rates: of no product more than 100 % is paid out, whoever the two recipients are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select

from engine.errors import Refusal
from engine.ids import GroupId
from engine.money import Rate
from engine.programme.rates import Rates, check_ceiling
from engine.store.base import Tx
from engine.store.tables import group_history, groups, product_group_history, products, settings_versions


@dataclass(frozen=True, slots=True)
class General:
    """The rates that hold for more than one product: the shop's and those of every group."""

    shop: Rates
    groups: Mapping[GroupId, Rates]
    names: Mapping[GroupId, str]


@dataclass(eq=False)
class RatesTooHigh(Refusal):
    """The highest level 1 and the highest level 2 of a product would pay out more than the product."""

    product: str
    """Its title; empty where it is every product without rates of its own."""
    level1: Rate
    level2: Rate
    groups: tuple[str, ...]


def general(tx: Tx) -> General:
    """The rates of the shop and its groups as they are."""
    rows = tx.run(
        select(groups.c.id, groups.c.name, group_history.c.level1, group_history.c.level2)
        .join_from(groups, group_history, _same_group())
        .where(groups.c.shop_id == tx.shop, group_history.c.n == _newest(group_history, "group_id"))
    ).all()
    return General(
        _shop_rates(tx),
        {GroupId(row.id): _rates(row) for row in rows},
        {GroupId(row.id): row.name for row in rows},
    )


def check_all(tx: Tx, proposed: General) -> None:
    """Does every product keep to 100 % with these rates? Raises RatesTooHigh.

    Products with the same rates of their own are looked at once, and only those with rates for single
    groups one by one: the cost does not grow with the number of products.
    """
    check(proposed, "", Rates(), {})
    for title, own in _different_rates(tx):
        check(proposed, title, own, {})
    for title, own, special in _with_special_rates(tx):
        check(proposed, title, own, special)


def check(general: General, title: str, own: Rates, special: Mapping[GroupId, Rates]) -> None:
    """Does one product keep to 100 %? Raises RatesTooHigh."""
    over = check_ceiling(own, special, general.groups, general.shop)
    if over:
        named = dict.fromkeys(group for group in (over.level1_group, over.level2_group) if group)
        raise RatesTooHigh(title, over.level1, over.level2, tuple(general.names[group] for group in named))


def special_rates(tx: Tx, sku: str) -> dict[GroupId, Rates]:
    """The rates that a product has for single groups, as they are."""
    rows = tx.run(_special().where(product_group_history.c.sku == sku).where(*_mine(tx)))
    return {GroupId(row.group_id): _rates(row) for row in rows}


def _different_rates(tx: Tx) -> Iterator[tuple[str, Rates]]:
    """Every pair of rates that products have of their own, with the title of one such product."""
    rows = tx.run(
        select(products.c.level1, products.c.level2, func.min(products.c.title).label("title"))
        .where(
            products.c.shop_id == tx.shop,
            or_(products.c.level1.is_not(None), products.c.level2.is_not(None)),
        )
        .group_by(products.c.level1, products.c.level2)
        .order_by(products.c.level1, products.c.level2)
    )
    return ((row.title, _rates(row)) for row in rows.all())


def _with_special_rates(tx: Tx) -> Iterator[tuple[str, Rates, dict[GroupId, Rates]]]:
    rows = tx.run(
        _special()
        .add_columns(products.c.title, products.c.level1.label("own1"), products.c.level2.label("own2"))
        .join(
            products,
            and_(
                products.c.shop_id == product_group_history.c.shop_id,
                products.c.sku == product_group_history.c.sku,
            ),
        )
        .where(*_mine(tx))
        .order_by(product_group_history.c.sku)
    )
    found: dict[str, tuple[str, Rates, dict[GroupId, Rates]]] = {}
    for row in rows:
        own = Rates(_rate(row.own1), _rate(row.own2))
        _, _, special = found.setdefault(row.sku, (row.title, own, {}))
        special[GroupId(row.group_id)] = _rates(row)
    return iter(found.values())


def _special() -> Any:
    history = product_group_history
    return select(history.c.sku, history.c.group_id, history.c.level1, history.c.level2).where(
        history.c.n == _newest(history, "sku", "group_id")
    )


def _mine(tx: Tx) -> tuple[Any, ...]:
    """Only rows of the shop that set something: rates that were dropped again stand there as not set."""
    history = product_group_history
    return (
        history.c.shop_id == tx.shop,
        or_(history.c.level1.is_not(None), history.c.level2.is_not(None)),
    )


def _newest(history: Any, *keys: str) -> Any:
    """The last row's number of the same history."""
    inner = history.alias()
    return (
        select(func.max(inner.c.n))
        .where(inner.c.shop_id == history.c.shop_id, *(inner.c[key] == history.c[key] for key in keys))
        .scalar_subquery()
    )


def _same_group() -> Any:
    return and_(group_history.c.shop_id == groups.c.shop_id, group_history.c.group_id == groups.c.id)


def _shop_rates(tx: Tx) -> Rates:
    row = tx.run(
        select(settings_versions.c.values_)
        .where(settings_versions.c.shop_id == tx.shop)
        .order_by(settings_versions.c.version.desc())
        .limit(1)
    ).scalar_one_or_none()
    return Rates(_rate(row["level1"]), _rate(row["level2"])) if row else Rates()


def _rates(row: Any) -> Rates:
    return Rates(_rate(row.level1), _rate(row.level2))


def _rate(bp: int | None) -> Rate | None:
    return None if bp is None else Rate(bp)
