"""What each refund of an order took from whom: the pure commission before it against after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from engine.money import ZERO, Money, total
from engine.orders import commission
from engine.orders.attribution import Decision
from engine.orders.commission import LineTerms
from engine.orders.facts import Cancelled, OrderFacts, Refunded


@dataclass(frozen=True, slots=True)
class Back:
    """Money that went back, and what each level lost by it."""

    at: datetime
    amount: Money
    """As the shop told it; zero for a cancelled order, whose rest goes back."""
    cancelled: bool
    took: tuple[tuple[int, Money], ...]
    """(level, amount), of the levels that were asked for."""


def went_back(
    facts: OrderFacts, decision: Decision | None, terms: Mapping[int, LineTerms], levels: Iterable[int]
) -> tuple[Back, ...]:
    """Every refund and the cancelling, oldest first, by the decision as it stands."""
    asked = tuple(levels)
    heard: list[Refunded | Cancelled] = [*facts.refunds, *([facts.cancelled] if facts.cancelled else [])]
    so_far = replace(facts, refunds=(), cancelled=None)
    found: list[Back] = []
    for one in sorted(heard, key=lambda one: (one.at, isinstance(one, Cancelled))):
        before = _paid(so_far, decision, terms)
        if isinstance(one, Cancelled):
            so_far, amount = replace(so_far, cancelled=one), ZERO
        else:
            so_far, amount = replace(so_far, refunds=(*so_far.refunds, one)), one.amount
        after = _paid(so_far, decision, terms)
        took = tuple((level, before[level] - after[level]) for level in asked)
        found.append(Back(one.at, amount, isinstance(one, Cancelled), took))
    return tuple(found)


def _paid(
    facts: OrderFacts, decision: Decision | None, terms: Mapping[int, LineTerms]
) -> Mapping[int, Money]:
    shares = commission.shares(facts, decision, terms) if decision else ()
    return {level: total(share.amount for share in shares if share.level == level) for level in (1, 2)}
