"""Pure: who gets how much of an order, and what of it was refunded."""

from __future__ import annotations

from typing import Any

from tests.simulation.oracle.known import Line, Order


def shares(order: Order) -> dict[tuple[int, int, str], int]:
    """(line, level, recipient) → fen."""
    if not order.decided or order.paid is None:
        return {}
    backs = order.kind("refunded") + order.kind("cancelled")
    taken = spread(order, backs)
    found: dict[tuple[int, int, str], int] = {}
    for line in order.lines:
        base = line.paid + line.discount
        if line.paid:
            base = base * (line.paid - taken[line.number]) // line.paid
        elif zero_is_gone(line, backs):
            base = 0
        for level, who in ((1, order.level1), (2, order.level2)):
            if who is None or not line.promoted or (level == 1 and line.discount):
                continue
            found[line.number, level, who] = base * line.rates[level - 1] // 10_000
    return found


def spread(order: Order, backs: list[dict[str, Any]]) -> dict[int, int]:
    """What was refunded of each line; refunds that name lines first, the rest by largest remainder."""
    assert order.paid is not None
    left = {line.number: line.paid for line in order.lines}
    whole = dict(left)
    if any(fact["kind"] == "cancelled" for fact in backs):
        return left
    pool = 0
    for fact in backs:
        named = dict(fact["lines"])
        pool += fact["amount"] - sum(named.values())
        for number, amount in named.items():
            took = min(amount, left.get(number, 0))
            pool += amount - took
            if number in left:
                left[number] -= took
    parts = {**dict(sorted(left.items())), "shipping": order.paid["shipping"]}
    total = sum(parts.values())
    pool = min(pool, total)
    if total:
        given = {key: pool * part // total for key, part in parts.items()}
        rests = sorted(parts, key=lambda key: -(pool * parts[key] % total))  # stable: by line number
        for key in rests[: pool - sum(given.values())]:
            given[key] += 1
        for number in left:
            left[number] -= given[number]
    return {number: whole[number] - left[number] for number in left}


def whole_at(order: Order) -> int | None:
    """The instant from which on nothing of any line is left."""
    backs = sorted(order.kind("refunded") + order.kind("cancelled"), key=lambda fact: fact["at"])
    for n, fact in enumerate(backs, 1):
        if all(is_gone(order, line, backs[:n]) for line in order.lines):
            return int(fact["at"])
    return None


def is_gone(order: Order, line: Line, backs: list[dict[str, Any]]) -> bool:
    if line.paid == 0:
        return zero_is_gone(line, backs)
    return spread(order, backs)[line.number] == line.paid


def zero_is_gone(line: Line, backs: list[dict[str, Any]]) -> bool:
    """A line that cost nothing is refunded by a cancellation, or a refund that names it."""
    return any(fact["kind"] == "cancelled" or line.number in dict(fact["lines"]) for fact in backs)
