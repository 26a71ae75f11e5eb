"""Promoters (推广员): standing, upline and group with their history; freeze and restore."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from engine.errors import Refusal
from engine.ids import GroupId, PersonId, PromoterId
from engine.people import accounts, confirmations
from engine.people.confirmations import CodeOutdated, Confirmation
from engine.people.names import Name, is_seen, name_of
from engine.people.reasons import reason_in
from engine.programme import wording
from engine.store.base import Tx
from engine.store.codes import fresh_code
from engine.store.commands import Room, command, question
from engine.store.prepared import Prepared
from engine.store.tables import people, promoter_history, promoters, remarks, shops

LONGEST_NAME = 20
LONGEST_STORE = 12

_MINE = select(promoters).where(promoters.c.shop_id == bindparam("shop"))
_BY_ID = Prepared(_MINE.where(promoters.c.id == bindparam("promoter")))
_BY_CODE = Prepared(_MINE.where(promoters.c.code == bindparam("code")))
_BY_PERSON = Prepared(_MINE.where(promoters.c.person_id == bindparam("person")))
_PAST = (
    select(promoter_history)
    .where(
        promoter_history.c.shop_id == bindparam("shop"),
        promoter_history.c.promoter_id == bindparam("promoter"),
    )
    .order_by(promoter_history.c.n)
)
_HISTORY = Prepared(_PAST)
_AS_OF = Prepared(
    _PAST.where(promoter_history.c.since <= bindparam("at"))
    .order_by(None)
    .order_by(promoter_history.c.n.desc())
    .limit(1)
)


class Status(Enum):
    """A promoter's standing (正常, 冻结, 解约)."""

    ACTIVE = "active"
    FROZEN = "frozen"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True)
class Promoter:
    """A promoter as he stands now."""

    id: PromoterId
    person: PersonId
    code: str
    """推荐码: what people type; also printed on the poster."""
    status: Status
    upline: PromoterId | None
    group: GroupId | None
    joined_at: datetime
    name: Name
    store: str = ""
    """门店 in the merchant's words; empty = none."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A promoter as he stood at an instant."""

    status: Status
    upline: PromoterId | None
    group: GroupId | None


@dataclass(frozen=True, slots=True)
class Leaving:
    """A termination (解约), and for how long it stood."""

    n: int
    """Its number in his history."""
    since: datetime
    until: datetime | None
    """When he was a promoter again."""
    successor: PromoterId | None
    """Who was given his customers."""
    reason: str


@dataclass(eq=False)
class NoSuchPromoter(Refusal):
    """Nobody has this code, or it is not a promoter."""

    typed: str


@dataclass(eq=False)
class NotAPromoter(Refusal):
    """The actor is no active or frozen promoter."""


@dataclass(eq=False)
class WrongStatus(Refusal):
    """The promoter's standing does not allow that."""

    status: Status


@dataclass(eq=False)
class FreezeReasonMissing(Refusal):
    """A freeze needs a reason of 1 to 60 characters."""


@dataclass(eq=False)
class BadStore(Refusal):
    """A store is called by 1 to 12 characters."""

    longest: int


@dataclass(eq=False)
class BadName(Refusal):
    """A display name must have 1 to 20 characters."""

    longest: int


class Promoters(Room):
    """Looking promoters up; freezing and restoring them."""

    @question
    def get(self, tx: Tx, promoter: PromoterId) -> Promoter:
        """One promoter."""
        return one(tx, promoter)

    @question
    def by_code(self, tx: Tx, code: str) -> Promoter:
        """The promoter with this typed code. Raises NoSuchPromoter."""
        return with_code(tx, code)

    @question
    def with_phone(self, tx: Tx, phone: str) -> tuple[Promoter, ...]:
        """Every active or frozen promoter who is known by a phone number, given as its digits."""
        found = (of_person(tx, person) for person in accounts.find(tx, "phone", phone))
        return tuple(one for one in found if one and one.status is not Status.TERMINATED)

    @question
    def mine(self, tx: Tx) -> Promoter:
        """The actor as a promoter. Raises NotAPromoter."""
        return of_actor(tx)

    @question
    def earner(self, tx: Tx) -> Promoter:
        """The actor as a promoter or a former one, whose money stays his. Raises NotAPromoter."""
        return earner(tx)

    @question
    def page(self, tx: Tx, skip: int, most: int) -> tuple[Promoter, ...]:
        """All promoters, newest first."""
        rows = tx.run(
            select(promoters)
            .where(promoters.c.shop_id == tx.shop)
            .order_by(promoters.c.joined_at.desc(), promoters.c.id.desc())
            .offset(skip)
            .limit(most)
        )
        return tuple(_read(tx, row) for row in rows)

    @question
    def named(self, tx: Tx, typed: str, most: int) -> tuple[Promoter, ...]:
        """Those whose name, remark (备注) or store (门店) holds these letters, newest first."""
        rows = tx.run(
            select(promoters.c.id, promoters.c.store, people.c.profile, remarks.c.sealed)
            .join(shops, shops.c.id == promoters.c.shop_id)
            .join(
                people, (people.c.account_id == shops.c.account_id) & (people.c.id == promoters.c.person_id)
            )
            .outerjoin(
                remarks,
                (remarks.c.shop_id == promoters.c.shop_id)
                & (remarks.c.observer == promoters.c.shop_id)
                & (remarks.c.person_id == promoters.c.person_id),
            )
            .where(promoters.c.shop_id == tx.shop)
            .order_by(promoters.c.joined_at.desc(), promoters.c.id.desc())
        )
        wanted = typed.casefold()
        found: list[Promoter] = []
        for row in rows:
            given = str(tx.cipher.open(row.profile).get("name", "")) if row.profile else ""
            remark = str(tx.cipher.open(row.sealed)) if row.sealed else ""
            if any(wanted in one.casefold() for one in (given, remark, row.store or "")):
                found.append(one(tx, row.id))
            if len(found) == most:
                break
        return tuple(found)

    @command
    def rename(self, tx: Tx, name: str) -> str:
        """The actor's display name, shown on his poster."""
        cleaned = " ".join(name.split())
        if not is_seen(cleaned) or len(cleaned) > LONGEST_NAME:
            raise BadName(LONGEST_NAME)
        wording.check(cleaned)
        accounts.put_profile(tx, of_actor(tx).person, name=cleaned)
        return cleaned

    @command
    def propose_freeze(self, tx: Tx, code: str, reason: str) -> Confirmation:
        """Ask to freeze a promoter: gives the one-time code that does it."""
        found = with_code(tx, code)
        if found.status is not Status.ACTIVE:
            raise WrongStatus(found.status)
        reason = reason_in(reason)
        if not reason:
            raise FreezeReasonMissing()
        args = {"promoter": found.id, "code": found.code, "reason": reason}
        return confirmations.issue(tx, "promoters.freeze", args)

    @command
    def freeze(self, tx: Tx, code: str) -> Promoter:
        """Freeze: he earns nothing from new orders and cannot withdraw; locks and pending money stay."""
        bound = confirmations.take(tx, code, "promoters.freeze")
        found = one(tx, PromoterId(bound["promoter"]))
        if found.status is not Status.ACTIVE:
            raise CodeOutdated()
        change(tx, found.id, bound["reason"], status=Status.FROZEN)
        return one(tx, found.id)

    @command
    def restore(self, tx: Tx, code: str) -> Promoter:
        """Frozen no longer."""
        found = with_code(tx, code)
        if found.status is not Status.FROZEN:
            raise WrongStatus(found.status)
        change(tx, found.id, "", status=Status.ACTIVE)
        return one(tx, found.id)

    @command
    def set_store(self, tx: Tx, code: str, store: str) -> Promoter:
        """In which store (门店) he is; none, if it is empty. Raises NoSuchPromoter, BadStore, BannedWording."""
        found = with_code(tx, code)
        put_store(tx, found.id, clean_store(store) if store else "")
        tx.note |= {"promoter": found.code, "store": store}
        return one(tx, found.id)


def clean_store(store: str) -> str:
    """What a store is called, with single spaces. Raises BadStore, BannedWording."""
    cleaned = " ".join(store.split())
    if not 0 < len(cleaned) <= LONGEST_STORE:
        raise BadStore(LONGEST_STORE)
    wording.check(cleaned)
    return cleaned


def put_store(tx: Tx, promoter: PromoterId, store: str) -> None:
    """Keep in which store he is; it says who he is to the merchant, and pays nobody."""
    mine = (promoters.c.shop_id == tx.shop) & (promoters.c.id == promoter)
    tx.run(update(promoters).where(mine).values(store=store or None))


def enlist(tx: Tx, person: PersonId, upline: PromoterId | None) -> PromoterId:
    """Make a person a promoter, or a terminated one a promoter again with the code he had."""
    row = tx.run(
        select(promoters.c.id).where(promoters.c.shop_id == tx.shop, promoters.c.person_id == person)
    ).one_or_none()
    if row:
        found = PromoterId(row.id)
        change(tx, found, "", status=Status.ACTIVE, upline=upline)
        return found
    made = PromoterId(tx.ids.new("pm"))
    tx.run(
        insert(promoters).values(
            shop_id=tx.shop, id=made, person_id=person, code=fresh_code(tx, promoters.c.code), status="active",
            upline=upline, joined_at=tx.now,
        )
    )  # fmt: skip
    _count_below(tx, upline, 1)
    _remember(tx, made, Standing(Status.ACTIVE, upline, None), "")
    return made


def change(
    tx: Tx, promoter: PromoterId, reason: str, *, successor: PromoterId | None = None, **values: Any
) -> int:
    """Change status, upline or group from now on; the past stays in the history. Gives the new row's number."""
    before = one(tx, promoter)
    now = {"status": before.status, "upline": before.upline, "group": before.group} | values
    after = Standing(now["status"], now["upline"], now["group"])
    tx.run(
        update(promoters)
        .where(promoters.c.shop_id == tx.shop, promoters.c.id == promoter)
        .values(status=after.status.value, upline=after.upline, group_id=after.group)
    )
    if after.upline != before.upline:
        _count_below(tx, before.upline, -1)
        _count_below(tx, after.upline, 1)
    tx.note |= {"promoter": before.code, "status": after.status.value, "reason": reason}
    return _remember(tx, promoter, after, reason, successor)


def one(tx: Tx, promoter: PromoterId) -> Promoter:
    """One promoter, who exists."""
    return _read(tx, tx.ask(_BY_ID, promoter=promoter).one())


def person_of(tx: Tx, promoter: PromoterId) -> PersonId:
    """Who the promoter is, where nobody asks for his name."""
    return PersonId(tx.ask(_BY_ID, promoter=promoter).one().person_id)


def id_with_code(tx: Tx, code: str) -> PromoterId | None:
    """Whose code it is, where nobody asks for his name."""
    row = tx.ask(_BY_CODE, code=code.upper()).one_or_none()
    return PromoterId(row.id) if row else None


def id_of_person(tx: Tx, person: PersonId) -> PromoterId | None:
    """Which promoter the person is or was, where nobody asks for his name."""
    row = tx.ask(_BY_PERSON, person=person).one_or_none()
    return PromoterId(row.id) if row else None


def with_code(tx: Tx, code: str) -> Promoter:
    """The promoter with this code. Raises NoSuchPromoter."""
    row = tx.ask(_BY_CODE, code=code.upper()).one_or_none()
    if row is None:
        raise NoSuchPromoter(code)
    return _read(tx, row)


def of_person(tx: Tx, person: PersonId) -> Promoter | None:
    """The person as a promoter, whatever his standing; None if he never was one."""
    row = tx.ask(_BY_PERSON, person=person).one_or_none()
    return _read(tx, row) if row else None


def of_actor(tx: Tx) -> Promoter:
    """The actor as a promoter who was not terminated. Raises NotAPromoter."""
    found = of_person(tx, tx.actor.person)
    if found is None or found.status is Status.TERMINATED:
        raise NotAPromoter()
    return found


def earner(tx: Tx) -> Promoter:
    """The actor as a promoter, also one who was terminated. Raises NotAPromoter."""
    found = of_person(tx, tx.actor.person)
    if found is None:
        raise NotAPromoter()
    return found


def leavings(tx: Tx, promoter: PromoterId) -> tuple[Leaving, ...]:
    """Every time that he was terminated, oldest first."""
    known: dict[PromoterId, tuple[Leaving, ...]] = tx.memo.setdefault(leavings, {})
    if promoter not in known:
        known[promoter] = _leavings(tx.ask(_HISTORY, promoter=promoter))
    return known[promoter]


def _leavings(history: Iterable[Any]) -> tuple[Leaving, ...]:
    found: list[Leaving] = []
    away = False
    for row in history:
        gone = Status(row.status) is Status.TERMINATED
        if gone and not away:
            found.append(Leaving(row.n, row.since, None, row.successor, row.reason))
        elif away and not gone:
            found[-1] = replace(found[-1], until=row.since)
        away = gone
    return tuple(found)


def left(tx: Tx, promoter: PromoterId, instant: datetime) -> Leaving | None:
    """The termination that he was under at an instant, or the first one after it; None: he never left since."""
    later = (one for one in leavings(tx, promoter) if one.until is None or instant < one.until)
    return next(later, None)


def standing_as_of(tx: Tx, promoter: PromoterId, instant: datetime) -> Standing | None:
    """How a promoter stood at an instant; None before he joined."""
    known: dict[tuple[PromoterId, datetime], Standing | None] = tx.memo.setdefault(standing_as_of, {})
    if (promoter, instant) not in known:
        row = tx.ask(_AS_OF, promoter=promoter, at=instant).one_or_none()
        known[promoter, instant] = Standing(Status(row.status), row.upline, row.group_id) if row else None
    return known[promoter, instant]


def makes_cycle(tx: Tx, promoter: PromoterId, upline: PromoterId) -> bool:
    """Would this upline stand below the promoter himself, at any depth?"""
    above: str | None = upline
    while above:
        if above == promoter:
            return True
        above = tx.run(
            select(promoters.c.upline).where(promoters.c.shop_id == tx.shop, promoters.c.id == above)
        ).scalar_one()
    return False


def downlines(tx: Tx, promoter: PromoterId, after: str, most: int) -> tuple[Promoter, ...]:
    """Those whom he invited, in the order of their ids."""
    rows = tx.run(
        select(promoters)
        .where(promoters.c.shop_id == tx.shop, promoters.c.upline == promoter, promoters.c.id > after)
        .order_by(promoters.c.id)
        .limit(most)
    )
    return tuple(_read(tx, row) for row in rows)


def invited_by(tx: Tx, promoter: PromoterId, skip: int, most: int) -> tuple[Promoter, ...]:
    """Those whom he invited, the newest first."""
    rows = tx.run(
        select(promoters)
        .where(promoters.c.shop_id == tx.shop, promoters.c.upline == promoter)
        .order_by(promoters.c.joined_at.desc(), promoters.c.id.desc())
        .offset(skip)
        .limit(most)
    )
    return tuple(_read(tx, row) for row in rows)


def downline_count(tx: Tx, promoter: PromoterId) -> int:
    """How many he invited, those who left included; kept, so that nobody with many below him waits."""
    found: int = tx.ask(_BY_ID, promoter=promoter).one().downlines
    return found


def in_group(tx: Tx, group: GroupId, most: int) -> tuple[Promoter, ...]:
    """The active and frozen promoters of a group, newest first."""
    rows = tx.run(
        select(promoters)
        .where(
            promoters.c.shop_id == tx.shop,
            promoters.c.group_id == group,
            promoters.c.status != Status.TERMINATED.value,
        )
        .order_by(promoters.c.joined_at.desc(), promoters.c.id.desc())
        .limit(most)
    )
    return tuple(_read(tx, row) for row in rows)


def _count_below(tx: Tx, upline: PromoterId | None, by: int) -> None:
    mine = (promoters.c.shop_id == tx.shop) & (promoters.c.id == upline)
    if upline:
        tx.run(update(promoters).where(mine).values(downlines=promoters.c.downlines + by))


def _remember(
    tx: Tx, promoter: PromoterId, now: Standing, reason: str, successor: PromoterId | None = None
) -> int:
    last = tx.run(
        select(func.max(promoter_history.c.n)).where(
            promoter_history.c.shop_id == tx.shop, promoter_history.c.promoter_id == promoter
        )
    ).scalar_one()
    n: int = (last or 0) + 1
    tx.memo.pop(standing_as_of, None)
    tx.memo.pop(leavings, None)
    tx.run(
        insert(promoter_history).values(
            shop_id=tx.shop, promoter_id=promoter, n=n, since=tx.now, status=now.status.value,
            upline=now.upline, group_id=now.group, actor=str(tx.actor), reason=reason, successor=successor,
        )
    )  # fmt: skip
    return n


def _read(tx: Tx, row: Any) -> Promoter:
    return Promoter(
        row.id, row.person_id, row.code, Status(row.status), row.upline, row.group_id, row.joined_at,
        name_of(tx, row.person_id), row.store or "",
    )  # fmt: skip
