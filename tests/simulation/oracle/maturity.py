"""Pure: when a line's commission may be withdrawn."""

from __future__ import annotations

from typing import Any

from tests.simulation.oracle.known import AUTO_RECEIPT, DAY, Line, Order


def due(order: Order, line: Line) -> int | None:
    """When the line's commission may be withdrawn; None while nobody knows."""
    base = settled(order, line)
    if base is None:
        return None
    for opened in sorted(order.kind("opened"), key=lambda fact: fact["at"]):
        if not _names(opened, line) or opened["at"] >= base:
            continue  # by then it was due: what is booked late is due all the same
        ends = [one["at"] for one in order.kind("closed") if one["id"] == opened["id"] and _names(one, line)]
        if not ends:
            return None
        base = max(base, *ends)
    return base


def settled(order: Order, line: Line) -> int | None:
    assert order.paid is not None
    mode, paid_at = order.rules.settle_mode, int(order.paid["at"])
    extra = order.rules.settle_days * DAY if mode == "received" else 0
    if mode == "paid":
        return paid_at
    # 核销 stands for shipped and received, also of goods that were handed over in the shop
    done = [one["at"] for one in order.kind("completed") if _names(one, line)]
    if line.kind != "goods":
        automatic = (line.service_at if line.service_at is not None else paid_at) + AUTO_RECEIPT
        return min([*done, automatic]) + extra
    shipped = [one["at"] for one in order.kind("shipped") if one["final"]]
    received = [one["at"] for one in order.kind("received")] + done
    if mode == "shipped":
        return min(shipped + received, default=None)
    ends = [*received, min(shipped) + AUTO_RECEIPT] if shipped else received
    return min(ends) + extra if ends else None


def _names(fact: dict[str, Any], line: Line) -> bool:
    return fact["lines"] is None or line.number in fact["lines"]
