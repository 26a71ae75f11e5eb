"""What a decision pays, told before it is made: who gets how much on each level, or why nobody does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from engine.ids import PromoterId
from engine.money import Money
from engine.orders import archive, circumstances, commission
from engine.orders.attribution import Decision, Level, Why
from engine.orders.commission import LineTerms
from engine.orders.facts import OrderFacts, wholly_refunded
from engine.people.names import Name
from engine.programme import promoters, settings
from engine.store.base import Tx


class Nothing(Enum):
    """Why a level that is somebody's comes to ¥0.00."""

    NOT_PROMOTED = Why.NOT_PROMOTED.value
    DISCOUNTED = Why.DISCOUNTED.value
    REFUNDED = "refunded"
    NO_RATE = "no_rate"
    """Its rate is 0 %, or too small for a fen."""


@dataclass(frozen=True, slots=True)
class Part:
    """One level of an order."""

    promoter: PromoterId | None
    name: Name | None
    why: Why
    amount: Money
    """By what is left of the order after its refunds."""
    nothing: Nothing | None
    """Why the promoter gets no money of it, where he does not."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """Both levels of an order."""

    first: Part
    second: Part


def ruling(tx: Tx, row: Any, decision: Decision) -> Ruling:
    """What this decision pays for a paid order, by the rates as of `paid_at`."""
    facts, paid = archive.facts_of(tx, row.id), archive.sold_of(tx, row.id).paid
    rules = settings.version(tx, row.settings_version)
    terms, _ = circumstances.terms(tx, paid.lines, decision, rules, paid.at)
    sums = {1: 0, 2: 0}
    for share in commission.shares(facts, decision, terms):
        sums[share.level] += share.amount.fen
    parts = (
        _part(tx, found, Money(sums[level]), _nothing(facts, decision, terms, level))
        for level, found in ((1, decision.level1), (2, decision.level2))
    )
    return Ruling(*parts)


def _part(tx: Tx, level: Level, amount: Money, nothing: Nothing) -> Part:
    if level.promoter is None:
        return Part(None, None, level.reason, amount, None)
    name = promoters.one(tx, level.promoter).name
    return Part(level.promoter, name, level.reason, amount, None if amount else nothing)


def _nothing(facts: OrderFacts, decision: Decision, terms: Mapping[int, LineTerms], level: int) -> Nothing:
    """Why this level would come to nothing, if it does."""
    lines = facts.paid.lines if facts.paid else ()
    found = [commission.level_of(line, level, decision, terms[line.number]) for line in lines]
    if not any(one.promoter for one in found):
        return Nothing.NOT_PROMOTED if found[0].reason is Why.NOT_PROMOTED else Nothing.DISCOUNTED
    return Nothing.REFUNDED if wholly_refunded(facts) else Nothing.NO_RATE
