"""Printed posters (印刷海报): each place has a permanent code of its own; it never goes dead and is counted alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, or_, select

from engine.errors import Refusal
from engine.ids import PromoterId
from engine.people.names import is_seen
from engine.programme import codes, promoters, wording
from engine.programme.promoters import Status
from engine.store.base import Tx
from engine.store.commands import Room, command, question
from engine.store.tables import locks, orders, poster_points, visits

MOST_POINTS = 20
"""Printed posters of one promoter: an account has 100 000 permanent codes, and never gets one back."""
LONGEST_PLACE = 12
_POINT_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Point:
    """A printed poster: what its QR carries, and where it hangs."""

    point: str
    place: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """A printed poster, and what came of it."""

    point: Point
    visits: int
    locks: int
    """Customers whose lock began after they had come by it last; what was annulled or taken back was none."""
    orders: int
    """Orders paid to its promoter by customers who had come by it last, those included that came back later."""


@dataclass(frozen=True, slots=True)
class PrintedBy:
    """A printed poster of anybody's, and whose it is."""

    code: str
    counted: Counted


@dataclass(eq=False)
class BadPlace(Refusal):
    """A place is called with 1 to 12 characters."""

    longest: int


@dataclass(eq=False)
class PlaceTaken(Refusal):
    """He has a printed poster for this place already."""

    place: str


@dataclass(eq=False)
class TooManyPoints(Refusal):
    """He has as many printed posters as one may have."""

    most: int


@dataclass(eq=False)
class NoSuchPlace(Refusal):
    """He has no printed poster for such a place."""

    place: str


@dataclass(eq=False)
class MayNotPrint(Refusal):
    """A frozen promoter has nothing printed."""


@dataclass(eq=False)
class CodesUsedUp(Refusal):
    """The account's permanent codes are used up: nothing is printed with one that ends after a month."""


class Points(Room):
    """Printed posters: the actor's own, and all of them for the merchant."""

    @question
    def everywhere(self, tx: Tx, skip: int, most: int) -> tuple[PrintedBy, ...]:
        """Everybody's, the newest first (全店海报数据)."""
        rows = tx.run(
            select(poster_points)
            .where(poster_points.c.shop_id == tx.shop)
            .order_by(poster_points.c.made_at.desc(), poster_points.c.promoter_id, poster_points.c.point)
            .offset(skip)
            .limit(most)
        ).all()
        return tuple(
            PrintedBy(promoters.one(tx, row.promoter_id).code, _counted(tx, row.promoter_id, row))
            for row in rows
        )

    @question
    def mine(self, tx: Tx) -> tuple[Counted, ...]:
        """All of them, the newest first (海报数据). Raises NotAPromoter."""
        me = promoters.of_actor(tx)
        rows = tx.run(
            select(poster_points)
            .where(poster_points.c.shop_id == tx.shop, poster_points.c.promoter_id == me.id)
            .order_by(poster_points.c.made_at.desc(), poster_points.c.point)
        ).all()
        return tuple(_counted(tx, me.id, row) for row in rows)

    @question
    def hanging(self, tx: Tx, place: str) -> Point:
        """The one that hangs there. Raises NotAPromoter, NoSuchPlace."""
        row = _at(tx, promoters.of_actor(tx).id, _clean(place))
        if row is None:
            raise NoSuchPlace(place)
        return Point(row.point, row.place, row.made_at)

    @command
    def print(self, tx: Tx, place: str) -> Point:
        """A code for a poster that will be printed for this place.

        Raises NotAPromoter, MayNotPrint, BadPlace, BannedWording, PlaceTaken, TooManyPoints, CodesUsedUp.
        """
        me = promoters.of_actor(tx)
        if me.status is not Status.ACTIVE:
            raise MayNotPrint()
        named = _clean(place)
        wording.check(named)
        if _at(tx, me.id, named) is not None:
            raise PlaceTaken(named)
        if _count(tx, me.id) >= MOST_POINTS:
            raise TooManyPoints(MOST_POINTS)
        if codes.permanent(tx) >= codes.MOST_PERMANENT:
            raise CodesUsedUp()
        point = _fresh(tx, me.id)
        tx.run(
            insert(poster_points).values(
                shop_id=tx.shop, promoter_id=me.id, point=point, place=named, made_at=tx.now
            )
        )
        tx.note |= {"promoter": me.code, "point": point}
        return Point(point, named, tx.now)


def is_printed(tx: Tx, promoter: PromoterId, point: str) -> bool:
    """Did this promoter have a poster printed with it?"""
    return _with(tx, promoter, poster_points.c.point == point) is not None


def _clean(place: str) -> str:
    cleaned = " ".join(place.split())
    if not is_seen(cleaned) or len(cleaned) > LONGEST_PLACE:
        raise BadPlace(LONGEST_PLACE)
    return cleaned


def _fresh(tx: Tx, promoter: PromoterId) -> str:
    while is_printed(tx, promoter, point := tx.ids.code(_POINT_LENGTH)):
        continue
    return point


def _at(tx: Tx, promoter: PromoterId, place: str) -> Any:
    return _with(tx, promoter, poster_points.c.place == place)


def _with(tx: Tx, promoter: PromoterId, what: Any) -> Any:
    return tx.run(
        select(poster_points).where(
            poster_points.c.shop_id == tx.shop, poster_points.c.promoter_id == promoter, what
        )
    ).one_or_none()


def _count(tx: Tx, promoter: PromoterId) -> int:
    found: int = tx.run(
        select(func.count()).where(
            poster_points.c.shop_id == tx.shop, poster_points.c.promoter_id == promoter
        )
    ).scalar_one()
    return found


def _counted(tx: Tx, promoter: PromoterId, row: Any) -> Counted:
    seen = (
        visits.c.shop_id == tx.shop,
        visits.c.promoter_id == promoter,
        visits.c.point == row.point,
        visits.c.voided_at.is_(None),
    )
    came = tx.run(select(func.count()).where(*seen)).scalar_one()
    held = tx.run(
        select(func.count(locks.c.person_id.distinct()))
        .join(visits, (visits.c.shop_id == locks.c.shop_id) & (visits.c.person_id == locks.c.person_id))
        .where(
            *seen,
            locks.c.promoter_id == promoter,
            or_(locks.c.end_reason.is_(None), locks.c.end_reason.not_in(("annulled", "undone"))),
            *_last_before(locks.c.start, locks.c.person_id),
        )
    ).scalar_one()
    bought = tx.run(
        select(func.count(orders.c.id.distinct()))
        .join(visits, (visits.c.shop_id == orders.c.shop_id) & (visits.c.person_id == orders.c.person_id))
        .where(*seen, orders.c.level1 == promoter, *_last_before(orders.c.paid_at, orders.c.person_id))
    ).scalar_one()
    return Counted(Point(row.point, row.place, row.made_at), came, held, bought)


def _last_before(instant: Any, person: Any) -> tuple[Any, ...]:
    """Of this person's visits up to an instant the joined one was the last."""
    later = visits.alias()
    return (
        visits.c.at <= instant,
        ~select(later.c.id)
        .where(
            later.c.shop_id == visits.c.shop_id,
            later.c.person_id == person,
            later.c.voided_at.is_(None),
            later.c.at <= instant,
            later.c.at > visits.c.at,
        )
        .exists(),
    )
