"""Lists over several screens: the page's number is said with the word (`推广订单 2`), so nothing is kept between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from handlers.types import Ask

T = TypeVar("T")

ROWS = 8
ORDERS = 6
"""Rows of a list of orders: each has two lines and a tap."""
LAST_PAGE = 25
"""A chat is no ledger: further back than 200 rows nobody reads it here."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One screen of a list."""

    rows: tuple[T, ...]
    number: int
    more: bool
    size: int = ROWS
    """How many rows a full screen of this list has."""

    @property
    def first(self) -> int:
        """The number of the first row, counted from 1 over all pages."""
        return (self.number - 1) * self.size + 1


def page_of(ask: Ask) -> int:
    """The page that was asked for, the first if none was."""
    typed = ask.got("page")
    return min(max(int(typed[:4]), 1), LAST_PAGE) if typed else 1


def leaf(number: int, read: Callable[[int, int], tuple[T, ...]], size: int = ROWS) -> Page[T]:
    """The page of this number, or the last one there is; `read` skips some rows and gives so many after them.

    For lists whose rows cost something: nothing is read but what is shown, and whether there is more.
    """
    found = read((number - 1) * size, size + 1)
    while not found and number > 1:
        number -= 1
        found = read((number - 1) * size, size + 1)
    return Page(found[:size], number, len(found) > size and number < LAST_PAGE, size)


def turn(number: int, read: Callable[[int], tuple[T, ...]]) -> Page[T]:
    """The page of this number, or the last one there is; `read` gives the first so many rows of the list."""
    found = read(number * ROWS + 1)
    number = min(number, max(1, -(-len(found) // ROWS)))
    first = (number - 1) * ROWS
    return Page(found[first : first + ROWS], number, len(found) > first + ROWS and number < LAST_PAGE)
