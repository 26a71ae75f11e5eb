"""Rates (比例) by where they were set, and the ceiling that all of them together keep to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.ids import GroupId
from engine.money import FULL, Rate


class RateSource(StrEnum):
    """Where a rate was set; the nearest to product and group wins."""

    PRODUCT_GROUP = "product_group"
    PRODUCT = "product"
    GROUP = "group"
    SHOP = "shop"


@dataclass(frozen=True, slots=True)
class Rates:
    """What one place sets for each level; None is not set, which is not the same as 0 %."""

    level1: Rate | None = None
    level2: Rate | None = None


@dataclass(frozen=True, slots=True)
class RateFound:
    """A rate and where it came from."""

    rate: Rate
    source: RateSource


@dataclass(frozen=True, slots=True)
class OverCeiling:
    """The two groups whose rates together would pay out more than a product earns; None is no group."""

    level1_group: GroupId | None
    level1: Rate
    level2_group: GroupId | None
    level2: Rate


def rate_for(
    product_group: Rates | None, product: Rates | None, group: Rates | None, shop: Rates
) -> tuple[RateFound, RateFound]:
    """The rates of both levels, each apart: the first that is set; nothing set anywhere pays 0 %."""
    places = (
        (product_group, RateSource.PRODUCT_GROUP),
        (product, RateSource.PRODUCT),
        (group, RateSource.GROUP),
        (shop, RateSource.SHOP),
    )
    return (
        _first_set((rates.level1, source) for rates, source in places if rates),
        _first_set((rates.level2, source) for rates, source in places if rates),
    )


def check_ceiling(
    product: Rates | None,
    product_groups: Mapping[GroupId, Rates],
    groups: Mapping[GroupId, Rates],
    shop: Rates,
) -> OverCeiling | None:
    """The groups by which a product would pay more than 100 %, after inheritance; None when all is well.

    Customer's promoter and upline may be of different groups, so the highest level 1 of all meets the
    highest level 2 of all. A promoter without a group counts as one more group.
    """
    everyone: list[GroupId | None] = [None, *sorted(groups.keys() | product_groups.keys())]
    found = {
        one: rate_for(product_groups.get(one) if one else None, product, groups.get(one) if one else None, shop)
        for one in everyone
    }  # fmt: skip
    first = max(everyone, key=lambda one: found[one][0].rate)
    second = max(everyone, key=lambda one: found[one][1].rate)
    level1, level2 = found[first][0].rate, found[second][1].rate
    return OverCeiling(first, level1, second, level2) if level1.bp + level2.bp > FULL else None


def said(rate: Rate | None) -> str:
    """A rate as the word that a one-time code is bound to."""
    return "" if rate is None else str(rate.bp)


def heard(word: str) -> Rate | None:
    """The rate of such a word."""
    return Rate(int(word)) if word else None


def _first_set(rates: Iterable[tuple[Rate | None, RateSource]]) -> RateFound:
    return next(
        (RateFound(rate, source) for rate, source in rates if rate is not None),
        RateFound(Rate(0), RateSource.SHOP),
    )
