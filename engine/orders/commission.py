"""What each line of an order pays on each level: a pure function of its facts and its stored decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.errors import BookError
from engine.ids import PromoterId
from engine.money import Money, Rate
from engine.orders.attribution import Decision, Level, Why
from engine.orders.facts import Line, OrderFacts, net_bases
from engine.programme.rates import RateFound


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


def _of_line(line: Line, base: Money, decision: Decision, terms: LineTerms) -> Iterable[Share]:
    for level, found in ((1, terms.level1), (2, terms.level2)):
        promoter = level_of(line, level, decision, terms).promoter
        if promoter is not None:
            yield Share(line.number, level, promoter, base, found.rate, found.rate.of(base))


def _terms_of(line: Line, terms: Mapping[int, LineTerms]) -> LineTerms:
    if line.number not in terms:
        raise BookError(f"no terms are stored for line {line.number}")
    return terms[line.number]
