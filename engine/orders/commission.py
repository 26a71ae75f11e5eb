"""What each line of an order pays on each level: a pure function of its facts and its stored decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, cast

from engine.errors import BookError
from engine.ids import GroupId, PromoterId
from engine.money import FULL, Money, Rate
from engine.orders.attribution import Decision, Level, Why
from engine.orders.facts import Line, OrderFacts, net_bases


class RateSource(StrEnum):
    """Where a rate was set; the nearest to product and group wins."""

    PRODUCT_GROUP = "product_group"
    PRODUCT = "product"
    GROUP = "group"
    SHOP = "shop"


class SetRates(Protocol):
    """Whatever sets a rate for each level, be it a shop, a group or a product; None is not set."""

    @property
    def level1(self) -> Rate | None: ...

    @property
    def level2(self) -> Rate | None: ...


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
class LineTerms:
    """The terms of one line, stored with the decision; each rate from the group of that level's recipient."""

    number: int
    promoted: bool
    level1: RateFound
    level2: RateFound


@dataclass(frozen=True, slots=True)
class Share:
    """What one line pays to one promoter on one level; 0 is written down too."""

    line: int
    level: int
    promoter: PromoterId
    base: Money
    """The net base: what is left of it after refunds."""
    rate: Rate
    amount: Money


@dataclass(frozen=True, slots=True)
class OverCeiling:
    """The two groups whose rates together would pay out more than a product earns; None is no group."""

    level1_group: GroupId | None
    level1: Rate
    level2_group: GroupId | None
    level2: Rate


def rate_for(
    product_group: SetRates | None, product: SetRates | None, group: SetRates | None, shop: SetRates
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


def shares(facts: OrderFacts, decision: Decision, terms: Mapping[int, LineTerms]) -> tuple[Share, ...]:
    """Who gets how much for which line: floor(net base × rate), both levels on the base, line by line."""
    if facts.paid is None:
        return ()
    bases = net_bases(facts)
    return tuple(
        share
        for line in sorted(facts.paid.lines, key=lambda line: line.number)
        for share in _of_line(line, bases[line.number], decision, _terms_of(line, terms))
    )


def level_of(line: Line, level: int, decision: Decision, terms: LineTerms) -> Level:
    """Who gets this level of this line, or nobody, and why.

    A product that is not promoted earns nothing. A line that was sold at the reduced price has had its
    level 1 already.
    """
    if not terms.promoted:
        return Level(None, Why.NOT_PROMOTED)
    if level == 2:
        return decision.level2
    if line.level1_discount and decision.level1.promoter is not None:
        return Level(None, Why.DISCOUNTED)
    return decision.level1


def check_ceiling(
    product: SetRates | None,
    product_groups: Mapping[GroupId, SetRates],
    groups: Mapping[GroupId, SetRates],
    shop: SetRates,
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


def terms_to_json(terms: Mapping[int, LineTerms]) -> list[dict[str, object]]:
    """The terms as plain JSON values, in the order of the lines."""
    return [
        {
            "number": one.number,
            "promoted": one.promoted,
            "level1": {"bp": one.level1.rate.bp, "source": one.level1.source.value},
            "level2": {"bp": one.level2.rate.bp, "source": one.level2.source.value},
        }
        for _, one in sorted(terms.items())
    ]


def terms_from_json(stored: Iterable[Mapping[str, object]]) -> dict[int, LineTerms]:
    """The terms that `terms_to_json` wrote, by line number."""
    terms = (
        LineTerms(
            cast("int", one["number"]),
            cast("bool", one["promoted"]),
            _rate_found(one["level1"]),
            _rate_found(one["level2"]),
        )
        for one in stored
    )
    return {one.number: one for one in terms}


def _of_line(line: Line, base: Money, decision: Decision, terms: LineTerms) -> Iterable[Share]:
    for level, found in ((1, terms.level1), (2, terms.level2)):
        promoter = level_of(line, level, decision, terms).promoter
        if promoter is not None:
            yield Share(line.number, level, promoter, base, found.rate, found.rate.of(base))


def _terms_of(line: Line, terms: Mapping[int, LineTerms]) -> LineTerms:
    if line.number not in terms:
        raise BookError(f"no terms are stored for line {line.number}")
    return terms[line.number]


def _first_set(rates: Iterable[tuple[Rate | None, RateSource]]) -> RateFound:
    return next(
        (RateFound(rate, source) for rate, source in rates if rate is not None),
        RateFound(Rate(0), RateSource.SHOP),
    )


def _rate_found(stored: object) -> RateFound:
    found = cast("Mapping[str, object]", stored)
    return RateFound(Rate(cast("int", found["bp"])), RateSource(cast("str", found["source"])))
