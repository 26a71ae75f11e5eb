"""收款码: a picture that says whom to pay, kept sealed; an open withdrawal has a copy of its own until it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from engine.errors import Refusal
from engine.ids import PersonId, WithdrawalId
from engine.payouts.payees import Channel, Payee
from engine.store.base import Tx
from engine.store.tables import payee_pictures as pictures


@dataclass(eq=False)
class NoPayeePicture(Refusal):
    """That 收款码 is not kept, or no longer."""


def keep(tx: Tx, person: PersonId, channel: Channel, jpeg: str) -> None:
    """The one 收款码 of a person; `jpeg` in base64. The one before goes."""
    tx.run(delete(pictures).where(*_own(tx, person)))
    _put(tx, person, None, channel.value, tx.cipher.digest("payee picture", jpeg), tx.cipher.seal(jpeg))


def kept(tx: Tx, person: PersonId) -> tuple[Payee, datetime] | None:
    """The person's 收款码 as a payee without a name, and when he sent it."""
    own = (pictures.c.channel, pictures.c.digest, pictures.c.made_at)
    row = tx.run(select(*own).where(*_own(tx, person))).one_or_none()
    return (Payee(Channel(row.channel), "", "", row.digest), row.made_at) if row else None


def copy(tx: Tx, withdrawal: WithdrawalId, person: PersonId, payee: Payee) -> None:
    """The person's 收款码 for this withdrawal: a later one does not touch it. Raises NoPayeePicture."""
    same = (pictures.c.channel == payee.channel.value, pictures.c.digest == payee.picture)
    row = tx.run(select(pictures.c.sealed).where(*_own(tx, person), *same)).one_or_none()
    if row is None:
        raise NoPayeePicture()
    _put(tx, person, withdrawal, payee.channel.value, payee.picture, row.sealed)


def of(tx: Tx, withdrawal: WithdrawalId) -> str:
    """The picture of an open withdrawal, in base64. Raises NoPayeePicture."""
    row = tx.run(select(pictures.c.sealed).where(*_copy(tx, withdrawal))).one_or_none()
    if row is None:
        raise NoPayeePicture()
    return str(tx.cipher.open(row.sealed))


def drop(tx: Tx, withdrawal: WithdrawalId) -> None:
    """The withdrawal is over."""
    tx.run(delete(pictures).where(*_copy(tx, withdrawal)))


def _put(
    tx: Tx, person: PersonId, withdrawal: WithdrawalId | None, channel: str, digest: str, sealed: bytes
) -> None:
    tx.run(
        insert(pictures).values(
            shop_id=tx.shop, id=tx.ids.new("pp"), person_id=person, withdrawal_id=withdrawal,
            channel=channel, digest=digest, sealed=sealed, made_at=tx.now,
        )
    )  # fmt: skip


def _own(tx: Tx, person: PersonId) -> tuple[Any, ...]:
    mine = pictures.c.person_id == person
    return (pictures.c.shop_id == tx.shop, mine, pictures.c.withdrawal_id.is_(None))


def _copy(tx: Tx, withdrawal: WithdrawalId) -> tuple[Any, ...]:
    return (pictures.c.shop_id == tx.shop, pictures.c.withdrawal_id == withdrawal)
