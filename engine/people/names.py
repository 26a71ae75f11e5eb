"""What a person is called: WeChat gives no names, so it is what he told or how he came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.ids import PersonId
from engine.people import accounts
from engine.people.authority import Role, roles_of
from engine.store.base import Tx


@dataclass(frozen=True, slots=True)
class Name:
    """Everything there is to call somebody by; the words are made of it where it is shown."""

    person: PersonId
    given: str
    """What he called himself; empty if he never did, or is forgotten."""
    since: datetime
    """When we first heard of him."""
    phone_tail: str
    """The last four digits, or the empty string."""
    role: Role | None = None
    """His first role on the staff, where he never gave a name."""


def name_of(tx: Tx, person: PersonId) -> Name:
    """How to call this person."""
    told = accounts.profile_of(tx, person)
    given = told.get("name", "")
    role = None if given else min(roles_of(tx, person), key=list(Role).index, default=None)
    return Name(person, given, accounts.met_at(tx, person), told.get("phone", "")[-4:], role)
