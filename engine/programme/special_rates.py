"""The rates of one product for one group (商品 × 分组), which go before all others; with their history."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, insert, select

from engine.money import Rate
from engine.people import confirmations
from engine.people.confirmations import CodeOutdated, Confirmation
from engine.programme import ceilings, groups, products
from engine.programme.groups import Group
from engine.programme.products import Product
from engine.programme.rates import Rates, heard, said
from engine.store.base import Tx
from engine.store.commands import Room, command, question
from engine.store.tables import product_group_history


@dataclass(frozen=True, slots=True)
class SpecialRate:
    """What one product pays to one group. None is not set: the product's rate goes on, or the group's."""

    product: Product
    group: Group
    level1: Rate | None
    level2: Rate | None


class SpecialRates(Room):
    """Rates of a product for single groups."""

    @question
    def of(self, tx: Tx, sku: str) -> tuple[SpecialRate, ...]:
        """Every group for which a product has rates of its own, by the group's name. Raises NoSuchProduct."""
        product, set_here = products.one(tx, sku), ceilings.special_rates(tx, sku)
        return tuple(
            SpecialRate(product, group, set_here[group.id].level1, set_here[group.id].level2)
            for group in groups.everyone(tx)
            if group.id in set_here
        )

    @question
    def get(self, tx: Tx, sku: str, group: str) -> SpecialRate:
        """What a product pays to the group of this name. Raises NoSuchProduct, NoSuchGroup."""
        return _now(tx, products.one(tx, sku), groups.named(tx, group))

    @command
    def propose(self, tx: Tx, sku: str, group: str, level1: Rate | None, level2: Rate | None) -> Confirmation:
        """Ask for rates of a product for a group (None: not set): gives the one-time code that makes the change."""
        old = _now(tx, products.one(tx, sku), groups.named(tx, group))
        _check(tx, old, Rates(level1, level2))
        args = {
            "sku": old.product.sku, "group": old.group.id, "name": old.group.name,
            "level1": said(level1), "level2": said(level2),
            "before1": said(old.level1), "before2": said(old.level2),
        }  # fmt: skip
        return confirmations.issue(tx, "specialrates.confirm", args)

    @command
    def confirm(self, tx: Tx, code: str) -> SpecialRate:
        """Make the change that the code stands for."""
        bound = confirmations.take(tx, code, "specialrates.confirm")
        old = _now(tx, products.one(tx, bound["sku"]), groups.as_agreed(tx, bound))
        if (said(old.level1), said(old.level2)) != (bound["before1"], bound["before2"]):
            raise CodeOutdated()
        rates = Rates(heard(bound["level1"]), heard(bound["level2"]))
        _check(tx, old, rates)
        _remember(tx, old, rates)
        tx.note |= {**bound, "group": old.group.name, "title": old.product.title}
        return SpecialRate(old.product, old.group, rates.level1, rates.level2)


def _now(tx: Tx, product: Product, group: Group) -> SpecialRate:
    rates = ceilings.special_rates(tx, product.sku).get(group.id, Rates())
    return SpecialRate(product, group, rates.level1, rates.level2)


def _check(tx: Tx, old: SpecialRate, rates: Rates) -> None:
    special = {**ceilings.special_rates(tx, old.product.sku), old.group.id: rates}
    own = Rates(old.product.level1, old.product.level2)
    ceilings.check(ceilings.general(tx), old.product.title, own, special)


def _remember(tx: Tx, old: SpecialRate, rates: Rates) -> None:
    history = product_group_history
    keys = {"shop_id": tx.shop, "sku": old.product.sku, "group_id": old.group.id}
    mine = (history.c[name] == value for name, value in keys.items())
    last = tx.run(select(func.max(history.c.n)).where(*mine)).scalar_one()
    tx.run(
        insert(history).values(
            **keys, n=(last or 0) + 1, since=tx.now,
            level1=None if rates.level1 is None else rates.level1.bp,
            level2=None if rates.level2 is None else rates.level2.bp,
        )
    )  # fmt: skip
