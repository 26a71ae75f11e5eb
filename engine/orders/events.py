"""What the shop tells about an order, as it is heard at the feed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from engine.orders.facts import Cancelled, Completed, Paid, Received, Refunded, Shipped


@dataclass(frozen=True, slots=True)
class Buyer:
    """How the shop knows the buyer; any of these may be empty."""

    openid: str = ""
    unionid: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class PlacedBy:
    """Who placed the order for the buyer (代下单)."""

    code: str = ""
    openid: str = ""


@dataclass(frozen=True, slots=True)
class Sold:
    """order.paid: the money, and who came by whom."""

    paid: Paid
    buyer: Buyer
    code: str = ""
    placed_by: PlacedBy = field(default_factory=PlacedBy)


@dataclass(frozen=True, slots=True)
class AfterSaleOpened:
    """An after-sale case holds the named lines' commission back; no lines = all."""

    id: str
    at: datetime
    lines: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class AfterSaleClosed:
    """The case is over."""

    id: str
    at: datetime
    lines: frozenset[int] | None = None


Fact = Sold | Shipped | Received | Completed | Refunded | AfterSaleOpened | AfterSaleClosed | Cancelled


@dataclass(frozen=True, slots=True)
class Heard:
    """One fact about one order of one source."""

    source: str
    number: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class PageVisit:
    """customer.visited: kept for the customer radar, decides nothing."""

    source: str
    id: str
    at: datetime
    customer: Buyer
    page: str = ""
    seconds: int = 0
    code: str = ""
