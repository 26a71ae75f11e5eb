"""The shop's facts in the engine's words."""

from __future__ import annotations

from typing import Any

from engine.money import Money
from engine.orders.events import AfterSaleClosed, AfterSaleOpened, Buyer, PlacedBy, Sold
from engine.orders.facts import (
    Cancelled,
    Completed,
    Line,
    LineRefund,
    Paid,
    Payment,
    Received,
    Refunded,
    Shipped,
)
from engine.programme.modes import Goods
from tests.simulation.world import instant


def buyer_of(told: dict[str, str]) -> Buyer:
    """A name stands for the openid or the unionid of whoever is called so."""
    openid, unionid = told.get("openid"), told.get("unionid")
    return Buyer(f"o_{openid}" if openid else "", f"u_{unionid}" if unionid else "", told.get("phone", ""))


def spoken(fact: dict[str, Any]) -> Any:
    """The engine's words for a fact."""
    at = instant(fact["at"])
    lines = fact.get("lines")
    names = frozenset(lines) if lines and fact["kind"] in ("completed", "opened", "closed") else None
    match fact["kind"]:
        case "paid":
            made = tuple(
                Line(
                    line["number"], line["sku"], line["sku"], Goods(line["kind"]) if line["kind"] else None, 1,
                    Money(line["paid"]), Money(line["discount"]),
                    instant(line["service_at"]) if line["service_at"] else None,
                )
                for line in lines
            )  # fmt: skip
            paid = Paid(at, Payment(fact["payment"]), made, Money(fact["shipping"]))
            buyer = buyer_of(fact["buyer"])
            placed = PlacedBy(openid=f"o_{fact['placed_by']}") if fact["placed_by"] else PlacedBy()
            return Sold(paid, buyer, fact["code"], placed)
        case "shipped":
            return Shipped(fact["id"], at, fact["final"])
        case "received":
            return Received(at)
        case "completed":
            return Completed(at, names)
        case "refunded":
            parts = tuple(LineRefund(number, Money(amount)) for number, amount in lines)
            return Refunded(fact["id"], at, Money(fact["amount"]), parts)
        case "cancelled":
            return Cancelled(at)
        case "opened":
            return AfterSaleOpened(fact["id"], at, names)
    return AfterSaleClosed(fact["id"], at, names)
