"""The phone that a customer binds (绑定手机号), so that orders which the shop knows by phone find him."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.errors import Refusal
from engine.orders import known
from engine.people import accounts
from engine.programme.recruiting import clean_phone
from engine.store.base import Tx
from engine.store.columns import from_ms, to_ms
from engine.store.commands import Room, command, question

MOST_BOUND = 3
"""Phones that one person binds within WITHIN, so that nobody tries the numbers of others one after the other."""
WITHIN = timedelta(days=30)


@dataclass(eq=False)
class TooManyPhones(Refusal):
    """He has bound as many in the last days as he may."""

    most: int
    days: int
    again: datetime
    """From when on he may bind another one."""


@dataclass(eq=False)
class NoPhoneBound(Refusal):
    """There is nothing to unbind."""


class Phones(Room):
    """The actor's own phone. Whoever else has bound the same one is never told to anybody."""

    @question
    def mine(self, tx: Tx) -> str:
        """The last four digits of the phone that the actor has bound, or the empty string."""
        return (accounts.phone_of(tx, tx.actor.person) or "")[-4:]

    @command
    def bind(self, tx: Tx, phone: str) -> str:
        """The actor is known by this phone, in place of any earlier one; gives its last four digits.

        Raises BadPhone, TooManyPhones.
        """
        phone, before = clean_phone(phone), accounts.phone_of(tx, tx.actor.person)
        if phone != before:
            _count(tx)
        accounts.replace_phone(tx, tx.actor.person, phone)
        _look_again(tx, before, phone)
        return phone[-4:]

    @command
    def unbind(self, tx: Tx) -> str:
        """The actor is no longer known by his phone; gives its last four digits. Raises NoPhoneBound."""
        before = accounts.phone_of(tx, tx.actor.person)
        if before is None:
            raise NoPhoneBound()
        accounts.drop_phone(tx, tx.actor.person)
        _look_again(tx, before)
        return before[-4:]


def _count(tx: Tx) -> None:
    """One more phone of the actor's. Raises TooManyPhones. The times stand with his name, and go with it."""
    told = accounts.profile_of(tx, tx.actor.person).get("bound", "")
    lately = [at for at in map(_instant, told.split()) if at > tx.now - WITHIN]
    if len(lately) >= MOST_BOUND:
        raise TooManyPhones(MOST_BOUND, WITHIN.days, lately[0] + WITHIN)
    accounts.put_profile(tx, tx.actor.person, bound=" ".join(str(to_ms(at)) for at in (*lately, tx.now)))


def _instant(kept: str) -> datetime:
    return from_ms(int(kept))


def _look_again(tx: Tx, *phones: str | None) -> None:
    """Each of these phones may have exactly one holder now."""
    for phone in dict.fromkeys(phones):
        if phone is not None:
            known.decide(tx, "phone", tx.cipher.digest("phone", phone))
