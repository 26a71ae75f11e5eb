"""The merchant's rules, and what was in force when: settings, products, groups, rates."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tests.simulation.oracle.known import Rules, last_of

Pair = tuple[int | None, int | None]


class Programme:
    """Nothing of it is ever forgotten: orders are judged by what was in force when they were paid."""

    def __init__(self) -> None:
        self.versions: list[tuple[int, Rules]] = []
        self.products: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
        self.group_rates: dict[str, list[tuple[int, Pair]]] = defaultdict(list)
        self.special: dict[tuple[str, str], list[tuple[int, Pair]]] = defaultdict(list)

    def rules(self, at: int) -> Rules:
        return last_of(self.versions, at) or Rules()

    def rate(self, group: str | None, sku: str, at: int, level: int) -> int:
        """Product and group, then product, then group, then shop: the first that is set."""
        product = last_of(self.products[sku], at)
        places: list[tuple[int | None, int | None] | None] = []
        if group:
            places.append(last_of(self.special[sku, group], at))
        if product:
            places.append((product["level1"], product["level2"]))
        if group:
            places.append(last_of(self.group_rates[group], at))
        shop = self.rules(at)
        places.append((shop.level1, shop.level2))
        return next((rates[level] for rates in places if rates and rates[level] is not None), 0) or 0

    def on_setting(self, at: int, key: str, value: Any) -> None:
        before = self.versions[-1][1] if self.versions else Rules()
        changed = {**vars(before), key: value} if key in vars(before) else vars(before)
        # what ruled first also rules what was sold before it
        self.versions.append((at if self.versions else 0, Rules(**changed)))

    def on_product(self, at: int, sku: str, **values: Any) -> None:
        self.products[sku].append((at, values))

    def on_group(self, at: int, group: str, level1: int | None, level2: int | None) -> None:
        self.group_rates[group].append((at, (level1, level2)))

    def forget_group(self, at: int, group: str) -> None:
        """It pays nothing of its own any more, nor does any product for it."""
        self.on_group(at, group, None, None)
        for sku, of in list(self.special):
            if of == group:
                self.on_product_group(at, sku, group, None, None)

    def on_product_group(self, at: int, sku: str, group: str, level1: int | None, level2: int | None) -> None:
        self.special[sku, group].append((at, (level1, level2)))
