"""What a decision rests on (依据): the visit, lock and code that spoke, as they stood at `paid_at`, with their dates.

The decision says who is paid; it never reads this. It is kept so that 为什么 can be answered as long as the books last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from engine.ids import PromoterId
from engine.orders.attribution import Basis, Candidate, Circumstances, Decision
from engine.store.record import decode, encode


@dataclass(frozen=True, slots=True)
class Held:
    """The buyer's live lock (锁客)."""

    promoter: PromoterId
    start: datetime
    until: datetime | None
    made_by: str
    """By a visit, an order, the merchant, or reopened after a refund."""
    cause: str
    """The visit's or the order's id, …"""


@dataclass(frozen=True, slots=True)
class Seen:
    """The buyer's last visit inside the visit window."""

    promoter: PromoterId
    at: datetime
    how: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everybody who had something to do with an order, whether it paid him or not."""

    first: PromoterId | None = None
    """Whom level 1 was meant for: paid, or not because of how he stood."""
    second: PromoterId | None = None
    """His upline."""
    lock: Held | None = None
    visit: Seen | None = None
    code: PromoterId | None = None
    """Whose code the shop sent."""
    placed_by: PromoterId | None = None
    buyer: PromoterId | None = None
    """The buyer himself, where he was or had been a promoter."""


def resting_on(found: Evidence, c: Circumstances, decision: Decision) -> Evidence:
    """What was found, with those whom the decision meant."""
    first = meant(c, decision)
    return replace(found, first=first.promoter, second=first.upline) if first else found


def meant(c: Circumstances, decision: Decision) -> Candidate | None:
    """Whom the rule that spoke named for level 1, paid or not; None where it named nobody."""
    match decision.basis:
        case Basis.PROXY:
            return c.placed_by
        case Basis.SELF_PURCHASE:
            return c.buyer_as_promoter
        case Basis.LOCK:
            return c.live_lock
        case Basis.CODE:
            return c.sent_code if decision.code_source == "sent" else c.last_visit
    return None


def to_json(evidence: Evidence) -> dict[str, Any]:
    """As it is stored with the order, without what there was none of."""
    return {key: value for key, value in encode(evidence).items() if value is not None}


def from_json(stored: Mapping[str, Any] | None) -> Evidence:
    """The evidence that `to_json` wrote; none for an order decided before it was kept."""
    return cast("Evidence", decode(Evidence, stored or {}))
