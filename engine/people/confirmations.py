"""One-time codes (确认码): bound to who, what and how much; work once; live five minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from engine.errors import Refusal
from engine.store.base import Tx
from engine.store.codes import fresh_code
from engine.store.commands import Room, question
from engine.store.tables import confirmations

LIFE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A code that was handed out, and for what."""

    code: str
    verb: str
    args: Mapping[str, str]
    expires_at: datetime


@dataclass(eq=False)
class CodeUnknown(Refusal):
    """No such code for this person."""


@dataclass(eq=False)
class CodeUsed(CodeUnknown):
    """This person used it before, or it was called off; `verb` and `bound` say what it was for."""

    verb: str
    bound: Mapping[str, str]


@dataclass(eq=False)
class CodeExpired(Refusal):
    """The code's time is over; `verb` and `bound` make a fresh prompt."""

    verb: str
    bound: Mapping[str, str]


@dataclass(eq=False)
class CodeOutdated(Refusal):
    """What the code was made for has changed since."""


class Confirmations(Room):
    """Look a typed code up."""

    @question
    def look(self, tx: Tx, code: str) -> Confirmation:
        """What the code would do. Raises CodeUnknown, CodeUsed, CodeExpired."""
        return _mine(tx, code)


def issue(tx: Tx, verb: str, args: Mapping[str, str], life: timedelta = LIFE) -> Confirmation:
    """A fresh code for the actor."""
    made = Confirmation(fresh_code(tx, confirmations.c.code), verb, dict(args), tx.now + life)
    tx.run(
        confirmations.insert().values(
            shop_id=tx.shop,
            code=made.code,
            person_id=tx.actor.person,
            verb=verb,
            args=dict(args),
            expires_at=made.expires_at,
        )
    )
    return made


def take(tx: Tx, code: str, verb: str) -> Mapping[str, str]:
    """Use the code up; gives what it is bound to. Raises CodeUnknown, CodeUsed, CodeExpired."""
    found = _mine(tx, code)
    if found.verb != verb:
        raise CodeUnknown()
    tx.run(
        update(confirmations)
        .where(confirmations.c.shop_id == tx.shop, confirmations.c.code == found.code)
        .values(used_at=tx.now)
    )
    return found.args


def cancel(tx: Tx, verb: str, name: str, value: str) -> None:
    """No open code of this verb whose `name` is `value` works any longer."""
    rows = tx.run(
        select(confirmations.c.code, confirmations.c.args).where(
            confirmations.c.shop_id == tx.shop,
            confirmations.c.verb == verb,
            confirmations.c.used_at.is_(None),
            confirmations.c.expires_at > tx.now,
        )
    ).all()
    codes = [row.code for row in rows if row.args.get(name) == value]
    if codes:
        tx.run(
            update(confirmations)
            .where(confirmations.c.shop_id == tx.shop, confirmations.c.code.in_(codes))
            .values(used_at=tx.now)
        )


def _mine(tx: Tx, code: str) -> Confirmation:
    row = tx.run(
        select(confirmations).where(
            confirmations.c.shop_id == tx.shop,
            confirmations.c.code == code.upper(),
            confirmations.c.person_id == tx.actor.person,
        )
    ).one_or_none()
    if row is None:
        raise CodeUnknown()
    if row.used_at is not None:
        raise CodeUsed(row.verb, row.args)
    if row.expires_at <= tx.now:
        raise CodeExpired(row.verb, row.args)
    return Confirmation(row.code, row.verb, row.args, row.expires_at)
