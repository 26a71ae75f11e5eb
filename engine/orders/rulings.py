"""What a decision pays, told before it is made: who gets how much on each level, or why nobody does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.ids import PromoterId
from engine.money import Money
from engine.orders import archive, circumstances, commission
from engine.orders.attribution import Decision, Level, Why
from engine.people.names import Name
from engine.programme import promoters, settings
from engine.store.base import Tx


@dataclass(frozen=True, slots=True)
class Part:
    """One level of an order."""

    promoter: PromoterId | None
    name: Name | None
    why: Why
    amount: Money
    """By what is left of the order after its refunds."""


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
    return Ruling(
        _part(tx, decision.level1, Money(sums[1])),
        _part(tx, decision.level2, Money(sums[2])),
    )


def _part(tx: Tx, level: Level, amount: Money) -> Part:
    name = promoters.one(tx, level.promoter).name if level.promoter else None
    return Part(level.promoter, name, level.reason, amount)
