"""The merchant's own picture behind a kind of poster (海报底图): a draft that is looked at first, then live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, insert, select

from engine import outbox
from engine.errors import Refusal
from engine.programme import settings
from engine.programme.modes import PosterKind
from engine.store.base import Tx
from engine.store.commands import Room, command, question
from engine.store.tables import poster_drafts

KEYS: dict[PosterKind, str] = {
    "shop": "poster_background",
    "product": "product_background",
    "invitation": "invitation_background",
}
"""The setting that holds the live picture of each kind."""
KIND_OF: dict[str, PosterKind] = {key: kind for kind, key in KEYS.items()}
DRAFT_KEPT = timedelta(hours=24)
"""A draft that nobody decided about for so long is looked at again before it is used."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A picture that was sent, and is not live yet."""

    kind: PosterKind
    picture: str


@dataclass(eq=False)
class NoDraft(Refusal):
    """No picture waits to be used."""


class Backdrops(Room):
    """Deciding about a picture that was sent."""

    @question
    def waiting(self, tx: Tx) -> Draft | None:
        """The newest picture that waits for a word."""
        return newest(tx)

    @command
    def draft(self, tx: Tx, kind: PosterKind, picture: str) -> None:
        """The actor's picture was fetched and is good: samples of it are drawn for him; nothing is live yet."""
        _drop(tx, kind)
        tx.run(
            insert(poster_drafts).values(
                shop_id=tx.shop, kind=kind, picture=picture, actor=str(tx.actor), made_at=tx.now
            )
        )
        outbox.put(
            tx, f"picture:{tx.ids.new('pc')}", "picture", {"what": "preview", "subject": kind},
            to=tx.actor.person,
        )  # fmt: skip
        tx.note["key"] = KEYS[kind]

    @command
    def use(self, tx: Tx, kind: str) -> PosterKind:
        """用: the draft of this kind, or the newest one for an empty word, goes live.

        Raises NoDraft, NothingChanged.
        """
        found = of_kind(tx, kind) if kind else newest(tx)
        if found is None:
            raise NoDraft()
        _drop(tx, found.kind)
        settings.put(tx, KEYS[found.kind], found.picture)
        return found.kind

    @command
    def drop(self, tx: Tx, kind: PosterKind) -> None:
        """取消: the draft of this kind goes; what is live stays. Raises NoDraft."""
        if of_kind(tx, kind) is None:
            raise NoDraft()
        _drop(tx, kind)
        tx.note["key"] = KEYS[kind]


def newest(tx: Tx) -> Draft | None:
    """The newest draft of any kind."""
    return _one(tx)


def of_kind(tx: Tx, kind: str) -> Draft | None:
    """The draft of this kind."""
    return _one(tx, poster_drafts.c.kind == kind)


def awaited(tx: Tx) -> set[str]:
    """The files of all drafts that may still be used."""
    return set(tx.run(select(poster_drafts.c.picture).where(*_young(tx))).scalars())


def _one(tx: Tx, *where: ColumnElement[bool]) -> Draft | None:
    row = tx.run(
        select(poster_drafts)
        .where(*_young(tx), *where)
        .order_by(poster_drafts.c.made_at.desc(), poster_drafts.c.kind)
        .limit(1)
    ).one_or_none()
    return Draft(row.kind, row.picture) if row else None


def _young(tx: Tx) -> tuple[ColumnElement[bool], ...]:
    return poster_drafts.c.shop_id == tx.shop, poster_drafts.c.made_at > tx.now - DRAFT_KEPT


def _drop(tx: Tx, kind: PosterKind) -> None:
    tx.run(delete(poster_drafts).where(poster_drafts.c.shop_id == tx.shop, poster_drafts.c.kind == kind))
