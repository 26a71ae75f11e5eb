"""What a promoter wishes for his posters: his picture (海报头像), kept sealed, and a look of those he may choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from engine import outbox
from engine.errors import Refusal
from engine.ids import PromoterId
from engine.people import accounts
from engine.programme import promoters, settings
from engine.programme.modes import PosterLook
from engine.programme.settings import Settings
from engine.store.base import Tx
from engine.store.commands import Room, command, question
from engine.store.tables import poster_wishes


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one promoter said about his posters."""

    look: PosterLook | None = None
    portrait: str = ""
    """A digest of the picture; empty = none."""
    asked: bool = False
    """He has sent a picture, or said that he wants none: he is not asked again."""


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks that a promoter may choose between, and his own choice."""

    allowed: tuple[PosterLook, ...]
    chosen: PosterLook | None


@dataclass(eq=False)
class NoPortrait(Refusal):
    """There is no picture on his posters."""


@dataclass(eq=False)
class LookNotOffered(Refusal):
    """The merchant does not let promoters choose this look, or any."""

    offered: tuple[PosterLook, ...]


class WishesRoom(Room):
    """The actor's own wishes; and the merchant's no to a picture that does not belong on a poster."""

    @question
    def mine(self, tx: Tx) -> Wishes:
        """What the actor said. Raises NotAPromoter."""
        return of(tx, promoters.of_actor(tx).id)

    @question
    def of_code(self, tx: Tx, code: str) -> Wishes:
        """What the promoter with this typed code said. Raises NoSuchPromoter."""
        return of(tx, promoters.with_code(tx, code).id)

    @question
    def portrait(self, tx: Tx, code: str) -> str:
        """The picture of the promoter with this code, in base64. Raises NoPortrait, NoSuchPromoter."""
        row = _row(tx, promoters.with_code(tx, code).id)
        if row is None or row.sealed is None:
            raise NoPortrait()
        return str(tx.cipher.open(row.sealed))

    @command
    def give_portrait(self, tx: Tx, media: str) -> None:
        """The actor sent his picture: a worker fetches it from WeChat and looks at it. Raises NotAPromoter."""
        me = promoters.of_actor(tx)
        outbox.put(tx, f"portrait:{tx.ids.new('pg')}", "portrait", {"media": media}, to=me.person)

    @command
    def portrait_judged(self, tx: Tx, jpeg: str, why_not: str) -> None:
        """What became of it: he is told; without a reason it is kept (`jpeg` in base64), and the one before goes.

        Who left or was forgotten meanwhile leaves none.
        """
        me = promoters.of_person(tx, tx.actor.person)
        if me is None or accounts.is_forgotten(tx, me.person):
            return
        if not why_not:
            digest = tx.cipher.digest("portrait", jpeg)
            _put(tx, me.id, digest=digest, sealed=tx.cipher.seal(jpeg), asked=True)
        told = {"why_not": why_not}
        outbox.put(tx, f"portrait_judged:{tx.ids.new('pj')}", "portrait_judged", told, to=me.person)

    @command
    def skip_portrait(self, tx: Tx) -> None:
        """The actor wants no picture on his posters, or no longer. Raises NotAPromoter."""
        _put(tx, promoters.of_actor(tx).id, digest=None, sealed=None, asked=True)

    @command
    def take_down(self, tx: Tx, code: str) -> str:
        """The merchant takes a picture off somebody's posters, who is told. Raises NoSuchPromoter, NoPortrait."""
        found = promoters.with_code(tx, code)
        if not of(tx, found.id).portrait:
            raise NoPortrait()
        _put(tx, found.id, digest=None, sealed=None, asked=True)
        outbox.put(tx, f"portrait_down:{tx.ids.new('pd')}", "portrait_down", {}, to=found.person)
        tx.note["promoter"] = found.code
        return found.code

    @question
    def looks(self, tx: Tx) -> Looks:
        """What the actor may choose between. Raises NotAPromoter."""
        allowed = settings.current(tx).poster_looks
        chosen = of(tx, promoters.of_actor(tx).id).look
        return Looks(allowed, chosen if chosen in allowed else None)

    @command
    def choose(self, tx: Tx, look: str) -> PosterLook | None:
        """The actor's posters look like this from now on; an empty word: as the merchant has them.

        Raises NotAPromoter, LookNotOffered.
        """
        me, allowed = promoters.of_actor(tx), settings.current(tx).poster_looks
        if look and look not in {offered.value for offered in allowed}:
            raise LookNotOffered(allowed)
        _put(tx, me.id, look=look or None)
        return PosterLook(look) if look else None


def of(tx: Tx, promoter: PromoterId) -> Wishes:
    """What a promoter said about his posters."""
    row = _row(tx, promoter)
    if row is None:
        return Wishes()
    return Wishes(PosterLook(row.look) if row.look else None, row.digest or "", row.asked)


def look_of(wishes: Wishes, rules: Settings, default: PosterLook) -> PosterLook:
    """His choice while the merchant allows it, else the merchant's."""
    return wishes.look if wishes.look and wishes.look in rules.poster_looks else default


def _put(tx: Tx, promoter: PromoterId, **values: Any) -> None:
    mine = (poster_wishes.c.shop_id == tx.shop, poster_wishes.c.promoter_id == promoter)
    done = tx.run(update(poster_wishes).where(*mine).values(changed_at=tx.now, **values))
    if done.rowcount == 0:
        row = {"asked": False, **values, "shop_id": tx.shop, "promoter_id": promoter, "changed_at": tx.now}
        tx.run(insert(poster_wishes).values(row))


def _row(tx: Tx, promoter: PromoterId) -> Any:
    mine = (poster_wishes.c.shop_id == tx.shop, poster_wishes.c.promoter_id == promoter)
    return tx.run(select(poster_wishes).where(*mine)).one_or_none()
