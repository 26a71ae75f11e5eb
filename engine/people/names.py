"""What a person is called: WeChat gives no names, so it is a remark (备注), what he told, or how he came."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from engine.errors import Refusal
from engine.ids import PersonId, ShopId
from engine.people import accounts
from engine.people.authority import Role, roles_of
from engine.store.base import Tx
from engine.store.prepared import Prepared
from engine.store.tables import remarks

LONGEST_REMARK = 20
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and a sign of Unicode's that are drawn as nothing."""

Observer = PersonId | ShopId
"""Whose remark it is: a promoter's own, or the shop's, which all of its staff read."""


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
    remark: str = ""
    """What the actor calls him, or the shop does if the actor is of its staff; never shown to himself."""


@dataclass(eq=False)
class BadRemark(Refusal):
    """A remark has 1 to 20 characters."""

    longest: int


_REMARKS = Prepared(
    select(remarks.c.observer, remarks.c.sealed).where(
        remarks.c.shop_id == bindparam("shop"),
        (remarks.c.observer == bindparam("actor")) | (remarks.c.observer == bindparam("shop")),
        remarks.c.person_id == bindparam("person"),
    )
)


def is_seen(text: str) -> bool:
    """Does a letter, a digit or a sign of it leave ink? What is called by none can be neither read nor tapped."""
    return any(unicodedata.category(char)[0] in "LNPS" and char not in _BLANKS for char in text)


def name_of(tx: Tx, person: PersonId) -> Name:
    """How to call this person, to the actor."""
    told, met = accounts.introduced(tx, person)
    given = told.get("name", "")
    role = None if given else min(roles_of(tx, person), key=list(Role).index, default=None)
    return Name(person, given, met, told.get("phone", "")[-4:], role, _remark(tx, person))


def remark(tx: Tx, observer: Observer, person: PersonId, words: str) -> str:
    """Call this person so from now on; no words take the remark away. Gives it as it is kept."""
    cleaned = " ".join(words.split())
    if len(cleaned) > LONGEST_REMARK:
        raise BadRemark(LONGEST_REMARK)
    if not cleaned:
        tx.run(
            delete(remarks).where(
                remarks.c.shop_id == tx.shop, remarks.c.observer == observer, remarks.c.person_id == person
            )
        )
        return ""
    sealed = tx.cipher.seal(cleaned)
    maker = sqlite.insert(remarks) if tx.on_sqlite else postgresql.insert(remarks)
    tx.run(
        maker.values(
            shop_id=tx.shop, observer=observer, person_id=person, sealed=sealed
        ).on_conflict_do_update(index_elements=["shop_id", "observer", "person_id"], set_={"sealed": sealed})
    )
    return cleaned


def _remark(tx: Tx, person: PersonId) -> str:
    """The actor's own remark first, else the shop's if he is of its staff; nobody reads what he is called."""
    actor = tx.actor.id
    if actor is None or actor == person:
        return ""
    found = {row.observer: row.sealed for row in tx.ask(_REMARKS, actor=actor, person=person)}
    if actor in found:
        return str(tx.cipher.open(found[actor]))
    if tx.shop in found and roles_of(tx, actor):
        return str(tx.cipher.open(found[tx.shop]))
    return ""
