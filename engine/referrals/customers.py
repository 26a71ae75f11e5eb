"""Customers (客户) as the merchant's staff finds and names them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import Refusal
from engine.ids import PersonId
from engine.money import half_width
from engine.people import accounts
from engine.programme.recruiting import BadPhone, clean_phone
from engine.store.base import Tx

HANDLE_LENGTH = 8
"""Characters of a handle: more than a 推荐码 or a 单号 has, fewer than a phone."""

_HANDLE = re.compile(rf"[0-9a-z]{{{HANDLE_LENGTH}}}")


@dataclass(eq=False)
class NoSuchCustomer(Refusal):
    """Nobody is known by what was typed."""

    typed: str


@dataclass(eq=False)
class SeveralCustomers(Refusal):
    """More than one person is known by what was typed."""

    typed: str
    count: int


def handle_of(person: PersonId) -> str:
    """What a tapped line and the staff call a customer by (客户号): stable, and short enough to be typed."""
    return person.partition("_")[2][:HANDLE_LENGTH]


def find(tx: Tx, typed: str) -> PersonId:
    """Whom the staff means by a handle or a bound phone. Raises NoSuchCustomer, SeveralCustomers.

    Whoever wrote to us or bought counts, not only those whom a promoter sent.
    """
    found = _matching(tx, half_width(typed).strip())
    if not found:
        raise NoSuchCustomer(typed)
    if len(found) > 1:
        raise SeveralCustomers(typed, len(found))
    return found[0]


def _matching(tx: Tx, typed: str) -> Sequence[PersonId]:
    if _HANDLE.fullmatch(typed.lower()):
        return accounts.with_id(tx, f"pe_{typed.lower()}")
    try:
        return accounts.find(tx, "phone", clean_phone(typed))
    except BadPhone:
        return ()
