"""Visits (访问): a scan, a link opened or a code typed; the receipt, and 不是."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from engine import outbox
from engine.errors import Refusal
from engine.ids import PersonId, PromoterId, VisitId
from engine.ledger.chart import SHOP
from engine.ledger.daily import Metric, count
from engine.people import accounts, awaited, names
from engine.people.names import Name, name_of
from engine.programme import points, promoters, settings
from engine.programme.modes import LockMode
from engine.programme.promoters import Promoter, Status
from engine.programme.recruiting import ProgrammeOff
from engine.referrals import binding, locks
from engine.referrals import customers as customers_room
from engine.referrals.customers import NoSuchCustomer
from engine.store.base import Tx
from engine.store.commands import Room, command, question
from engine.store.prepared import Prepared
from engine.store.tables import customers, invitations, visits

_SAME_COMING = timedelta(minutes=5)
"""A visit is heard a little before or after WeChat's own time of the follow."""


_LAST = Prepared(
    select(visits.c.promoter_id, visits.c.at, visits.c.how)
    .where(
        visits.c.shop_id == bindparam("shop"),
        visits.c.person_id == bindparam("person"),
        visits.c.voided_at.is_(None),
        visits.c.at <= bindparam("before"),
    )
    .order_by(visits.c.at.desc(), visits.c.id.desc())
    .limit(1)
)


class How(Enum):
    """How a visit came about."""

    SCAN = "scan"
    LINK = "link"
    CODE = "code"
    INVITATION = "invitation"


@dataclass(frozen=True, slots=True)
class LastVisit:
    """The visit that may stand in for a code."""

    promoter: PromoterId
    at: datetime
    how: How


class Effect(Enum):
    """What a visit meant for the lock."""

    LOCKED = "locked"
    """It made a lock."""
    HIS_ALREADY = "his_already"
    """The customer is this promoter's already."""
    ANOTHERS = "anothers"
    """Another promoter's lock lives on."""
    RECORDED = "recorded"
    """Remembered for the visit window; a purchase makes the lock."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the customer is told about his visit."""

    visit: VisitId
    promoter: Name
    effect: Effect
    mode: LockMode
    holder: Name | None
    """Whose lock lives, if one does."""
    until: datetime | None
    """Until when; None with a holder = for ever."""
    window_days: int


@dataclass(frozen=True, slots=True)
class Referrer:
    """What 我的推荐人 answers."""

    holder: Name | None
    until: datetime | None
    last_visit: Name | None
    last_visit_at: datetime | None


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer in a promoter's list."""

    name: Name
    since: datetime
    locked: bool
    """This promoter's lock lives."""
    until: datetime | None


@dataclass(eq=False)
class OwnCode(Refusal):
    """Nobody is his own promoter."""


@dataclass(eq=False)
class CodeUnavailable(Refusal):
    """The promoter is frozen or terminated (这个推荐码暂时不可用)."""


@dataclass(eq=False)
class UplineIsMerchants(Refusal):
    """An active promoter opened an invitation: his upline is for the merchant to change."""


@dataclass(eq=False)
class NothingToUndo(Refusal):
    """There is no visit to take back, or it was taken back already."""


@dataclass(eq=False)
class TooLateToUndo(Refusal):
    """不是 works for ten minutes."""


class Referrals(Room):
    """Who sent whom."""

    @question
    def mine(self, tx: Tx) -> Referrer:
        """Whose customer the actor is."""
        live = locks.live_at(tx, tx.actor.person, tx.now)
        last = last_visit(tx, tx.actor.person, tx.now)
        return Referrer(
            promoters.one(tx, live.promoter).name if live else None,
            live.until if live else None,
            promoters.one(tx, last.promoter).name if last else None,
            last.at if last else None,
        )

    @question
    def holder_of(self, tx: Tx, person: PersonId) -> Name | None:
        """Whose lock holds this person now."""
        live = locks.live_at(tx, person, tx.now)
        return promoters.one(tx, live.promoter).name if live else None

    @question
    def find_customer(self, tx: Tx, typed: str) -> PersonId:
        """Whom the staff means by a handle (客户号) or a bound phone. Raises NoSuchCustomer, SeveralCustomers."""
        return customers_room.find(tx, typed)

    @question
    def customers(self, tx: Tx, promoter: PromoterId, skip: int, most: int) -> tuple[Customer, ...]:
        """Whom this promoter looks after (我的客户), newest first."""
        rows = tx.run(
            select(customers)
            .where(customers.c.shop_id == tx.shop, customers_room.cared_for(promoter, tx.now))
            .order_by(customers.c.since.desc(), customers.c.person_id.desc())
            .offset(skip)
            .limit(most)
        )
        return tuple(_customer(tx, row, promoter) for row in rows.all())

    @question
    def customer(self, tx: Tx, person: PersonId) -> Customer:
        """One of the actor's own customers. Raises NotAPromoter, NoSuchCustomer."""
        return _customer(tx, _mine(tx, person), promoters.of_actor(tx).id)

    @question
    def customer_count(self, tx: Tx, promoter: PromoterId) -> int:
        """How many customers this promoter looks after."""
        return customers_room.count(tx, promoter)

    @command
    def remark(self, tx: Tx, person: PersonId, words: str) -> Customer:
        """The actor, a promoter, calls one of his customers so; no words take the remark away."""
        row = _mine(tx, person)
        names.remark(tx, tx.actor.person, person, words)
        return _customer(tx, row, promoters.of_actor(tx).id)

    @question
    def receipt(self, tx: Tx, visit: VisitId) -> Receipt:
        """What a visit of the actor's meant, while he may still take it back. Raises NothingToUndo, TooLateToUndo."""
        row = _last(tx, visits, voided=True)
        if row is None or row.id != visit or row.voided_at is not None:
            raise NothingToUndo()
        if not binding.may_undo(row.at, tx.now):
            raise TooLateToUndo()
        return _receipt(tx, row)

    @command
    def visit(self, tx: Tx, code: str, how: How, point: str = "") -> Receipt:
        """The actor came by a promoter's code. Raises the Refusal that says why it does not count.

        `point` is the printed poster that he scanned; one that nobody printed counts as none.
        """
        promoter = _welcome(tx, code)
        return _record(tx, promoter, how, point)

    @command
    def came_by_link(self, tx: Tx, code: str) -> Receipt:
        """The actor opened a promoter's link in WeChat: a visit, whose receipt is sent to him if he follows."""
        found = _record(tx, _welcome(tx, code), How.LINK)
        _send_receipt(tx, found)
        return found

    @command
    def came(self, tx: Tx, followed_at: datetime, scene: str, unionid: str) -> bool:
        """What WeChat tells of a follower whose coming was never heard: true if the visit of it is made good."""
        if unionid:
            _known_by(tx, unionid)
        kind, _, rest = scene.partition(":")
        code, _, point = rest.partition(":")
        last = last_visit(tx, tx.actor.person, tx.now)
        heard = last is not None and last.at >= followed_at - _SAME_COMING
        if kind not in ("p", "i") or heard:
            return False
        try:
            promoter = _welcome(tx, code)
        except Refusal:
            return False
        found = _invited(tx, promoter) if kind == "i" else _record(tx, promoter, How.SCAN, point)
        _send_receipt(tx, found)
        return True

    @command
    def open_invitation(self, tx: Tx, code: str) -> Receipt:
        """The actor opened a promoter's invitation, which is a visit as well."""
        promoter = _welcome(tx, code)
        if _promotes(tx) and settings.current(tx).pays_level2:
            raise UplineIsMerchants()
        return _invited(tx, promoter)

    @command
    def undo(self, tx: Tx) -> Name:
        """不是: the actor's last visit was a mistake, and any lock it made. Decided orders stay."""
        row = _last(tx, visits, voided=True)
        if row is None or row.voided_at is not None:
            raise NothingToUndo()
        if not binding.may_undo(row.at, tx.now):
            raise TooLateToUndo()
        _void(tx, visits, row.id)
        locks.undo(tx, tx.actor.person, row.id)
        return promoters.one(tx, row.promoter_id).name

    @command
    def undo_invitation(self, tx: Tx) -> Name:
        """The inviter shown in the application form is wrong: his invitation no longer counts."""
        row = _last(tx, invitations, voided=False)
        if row is None:
            raise NothingToUndo()
        _void(tx, invitations, row.id)
        return promoters.one(tx, row.promoter_id).name


def last_visit(tx: Tx, person: PersonId, before: datetime) -> LastVisit | None:
    """The last visit up to an instant that was not taken back."""
    row = tx.ask(_LAST, person=person, before=before).one_or_none()
    return LastVisit(PromoterId(row.promoter_id), row.at, How(row.how)) if row else None


def _welcome(tx: Tx, code: str) -> Promoter:
    """The promoter whose code it is, if a visit with it counts."""
    if not settings.current(tx).programme:
        raise ProgrammeOff()
    promoter = promoters.with_code(tx, code)
    if promoter.person == tx.actor.person:
        raise OwnCode()
    if promoter.status is not Status.ACTIVE:
        raise CodeUnavailable()
    return promoter


def _promotes(tx: Tx) -> bool:
    own = promoters.of_person(tx, tx.actor.person)
    return own is not None and own.status is not Status.TERMINATED


def _invited(tx: Tx, promoter: Promoter) -> Receipt:
    """An invitation that counts; to who promotes already it is a visit and nothing more."""
    if not _promotes(tx):
        tx.run(
            insert(invitations).values(
                shop_id=tx.shop, id=tx.ids.new("iv"), person_id=tx.actor.person,
                promoter_id=promoter.id, at=tx.now,
            )
        )  # fmt: skip
    return _record(tx, promoter, How.INVITATION)


def _record(tx: Tx, promoter: Promoter, how: How, point: str = "") -> Receipt:
    visitor = tx.actor.person
    visit = VisitId(tx.ids.new("vi"))
    tx.run(
        insert(visits).values(
            shop_id=tx.shop, id=visit, person_id=visitor, promoter_id=promoter.id, how=how.value, at=tx.now,
            point=point if point and points.is_printed(tx, promoter.id, point) else None,
        )
    )  # fmt: skip
    count(tx, Metric.VISITS, 1, promoter.id, SHOP)
    rules = settings.current(tx)
    before = locks.live_at(tx, visitor, tx.now)
    if binding.on_visit(rules.lock_mode, before):
        locks.put(tx, visitor, promoter.id, start=tx.now, days=rules.lock_days, made_by="visit", cause=visit)
        effect = Effect.LOCKED
    else:
        effect = _effect(before, promoter.id)
    locks.mirror(tx, visitor)
    return _said(tx, visit, promoter, effect)


def _said(tx: Tx, visit: VisitId, promoter: Promoter, effect: Effect) -> Receipt:
    rules, live = settings.current(tx), locks.live_at(tx, tx.actor.person, tx.now)
    return Receipt(
        visit, promoter.name, effect, rules.lock_mode,
        promoters.one(tx, live.promoter).name if live else None, live.until if live else None, rules.visit_window,
    )  # fmt: skip


def _receipt(tx: Tx, row: Any) -> Receipt:
    """The receipt of an earlier visit, as things are now."""
    live = locks.live_at(tx, row.person_id, tx.now)
    promoter = promoters.one(tx, PromoterId(row.promoter_id))
    made = live is not None and live.start == row.at
    return _said(tx, VisitId(row.id), promoter, Effect.LOCKED if made else _effect(live, promoter.id))


def _send_receipt(tx: Tx, found: Receipt) -> None:
    """To who is not in the chat at this moment; a stranger could not be reached."""
    if accounts.follows(tx, tx.actor.person):
        outbox.put(tx, f"visited:{found.visit}", "visited", {"visit": found.visit}, to=tx.actor.person)


def _known_by(tx: Tx, unionid: str) -> None:
    """He is known by this unionid too, and with it as whoever bought by it."""
    accounts.add_identity(tx, tx.actor.person, "unionid", unionid)
    awaited.look_again(tx, "unionid", tx.cipher.digest("unionid", unionid))


def _effect(live: binding.LockRow | None, promoter: PromoterId) -> Effect:
    if live is None:
        return Effect.RECORDED
    return Effect.HIS_ALREADY if live.promoter == promoter else Effect.ANOTHERS


def _mine(tx: Tx, person: PersonId) -> Any:
    """The row of somebody whom the actor looks after; others are as unknown to him as if they did not exist."""
    row = tx.run(
        select(customers).where(
            customers.c.shop_id == tx.shop,
            customers.c.person_id == person,
            customers_room.cared_for(promoters.of_actor(tx).id, tx.now),
        )
    ).one_or_none()
    if row is None:
        raise NoSuchCustomer(customers_room.handle_of(person))
    return row


def _customer(tx: Tx, row: Any, promoter: PromoterId) -> Customer:
    locked = row.locked_by == promoter and (row.locked_until is None or row.locked_until > tx.now)
    return Customer(name_of(tx, row.person_id), row.since, locked, row.locked_until)


def _last(tx: Tx, table: Any, *, voided: bool) -> Any:
    statement = select(table).where(table.c.shop_id == tx.shop, table.c.person_id == tx.actor.person)
    if not voided:
        statement = statement.where(table.c.voided_at.is_(None))
    return tx.run(statement.order_by(table.c.at.desc(), table.c.id.desc()).limit(1)).one_or_none()


def _void(tx: Tx, table: Any, row: str) -> None:
    tx.run(update(table).where(table.c.shop_id == tx.shop, table.c.id == row).values(voided_at=tx.now))
