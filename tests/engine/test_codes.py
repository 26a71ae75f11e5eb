"""The codes that people read to each other: no two things of one kind in a shop have the same."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from engine.ids import Ids
from tests.engine.world import World


class Repeating(Ids):
    """Draws a code that it drew before, and only then a fresh one."""

    def __init__(self, drawn: str) -> None:
        super().__init__(random.Random(f"after {drawn}"))
        self.again = [drawn]

    def code(self, length: int) -> str:
        return self.again.pop() if self.again else super().code(length)


def promoters(shop: World, taken: Callable[[str], None]) -> tuple[str, str]:
    first = shop.code("bob")
    taken(first)
    shop.recruit("mallory")
    return first, shop.code("mallory")


def orders(shop: World, taken: Callable[[str], None]) -> tuple[str, str]:
    first = shop.order_code(shop.pay("carol", 100))
    taken(first)
    return first, shop.order_code(shop.pay("carol", 100))


def withdrawals(shop: World, taken: Callable[[str], None]) -> tuple[str, str]:
    shop.earn("bob", 2_000)
    shop.earn("dave", 2_000)
    first = shop.request("bob", 1_000)
    taken(first)
    return first, shop.request("dave", 1_000)


def bookings(shop: World, taken: Callable[[str], None]) -> tuple[str, str]:
    shop.change("payout_mode", "offline")
    shop.earn("bob", 2_000)
    shop.clock.move(days=1)
    first = shop.boss.bookings.book(shop.boss.bookings.propose(None, "").code).code
    shop.earn("bob", 2_000)
    shop.clock.move(days=1)
    confirmed = shop.boss.bookings.propose(None, "").code
    taken(first)
    return first, shop.boss.bookings.book(confirmed).code


@pytest.mark.parametrize("two", [promoters, orders, withdrawals, bookings])
def test_a_code_that_is_taken_is_not_given_again(
    till: World, two: Callable[[World, Callable[[str], None]], tuple[str, str]]
) -> None:
    made: list[Repeating] = []

    def taken(code: str) -> None:
        made.append(Repeating(code))
        till.engine.store.ids = made[0]

    first, second = two(till, taken)
    assert made[0].again == [], "the code was drawn once more"
    assert first != second
