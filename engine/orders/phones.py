"""The phone that a customer binds (绑定手机号), so that orders which the shop knows by phone find him."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import Refusal
from engine.orders import known
from engine.people import accounts
from engine.programme.recruiting import clean_phone
from engine.store.base import Tx
from engine.store.commands import Room, command, question


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
        """The actor is known by this phone, in place of any earlier one; gives its last four digits."""
        phone, before = clean_phone(phone), accounts.phone_of(tx, tx.actor.person)
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


def _look_again(tx: Tx, *phones: str | None) -> None:
    """Each of these phones may have exactly one holder now."""
    for phone in dict.fromkeys(phones):
        if phone is not None:
            known.decide(tx, "phone", tx.cipher.digest("phone", phone))
