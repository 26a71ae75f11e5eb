"""The merchant's own invitation of staff and members (邀请成员): a preset group, no upline, recruiting open or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from engine.errors import Refusal
from engine.ids import GroupId, PersonId
from engine.programme import groups, promoters
from engine.programme.groups import Group
from engine.store.base import Tx
from engine.store.commands import Room, command, question
from engine.store.prepared import Prepared
from engine.store.tables import applications, member_invitations, member_openings

LIFE = timedelta(days=30)
"""How long an invitation counts for somebody who opened it."""
MOST_OPEN = 6
"""Invitations that work at one time."""
TOKEN_LENGTH = 10
"""A staff QR's token is longer: a scene says by itself which of the two it is."""


@dataclass(frozen=True, slots=True)
class MemberInvitation:
    """An invitation that works until the owner ends it."""

    token: str
    group: str
    """The group of whoever is approved by it; empty = none."""
    store: str
    """The store (门店) of whoever is approved by it; empty = none."""
    made_at: datetime
    opened: int
    """How many people opened it."""
    applied: int
    """How many of them applied."""

    @property
    def scene(self) -> str:
        """What the QR code carries."""
        return f"m:{self.token}"


@dataclass(frozen=True, slots=True)
class Called:
    """The merchant's invitation that somebody opened last."""

    token: str
    at: datetime


@dataclass(eq=False)
class InvitationOver(Refusal):
    """The merchant's invitation was ended, or never was."""


@dataclass(eq=False)
class TooManyInvitations(Refusal):
    """Some of the invitations that work now must be ended first."""

    most: int


class Members(Room):
    """Inviting members."""

    @question
    def all(self, tx: Tx) -> tuple[MemberInvitation, ...]:
        """The invitations that work, the newest first."""
        rows = tx.run(
            select(member_invitations)
            .where(member_invitations.c.shop_id == tx.shop, member_invitations.c.ended_at.is_(None))
            .order_by(member_invitations.c.made_at.desc(), member_invitations.c.token)
        ).all()
        return tuple(_read(tx, row) for row in rows)

    @question
    def get(self, tx: Tx, token: str) -> MemberInvitation:
        """One that works. Raises InvitationOver."""
        return living(tx, token)

    @command
    def invite(self, tx: Tx, group: str, store: str = "") -> MemberInvitation:
        """A new invitation into a group and a store, or into none.

        Raises NoSuchGroup, BadStore, BannedWording, TooManyInvitations.
        """
        into = groups.named(tx, group) if group else None
        store = promoters.clean_store(store) if store else ""
        working = tx.run(
            select(func.count()).where(
                member_invitations.c.shop_id == tx.shop, member_invitations.c.ended_at.is_(None)
            )
        ).scalar_one()
        if working >= MOST_OPEN:
            raise TooManyInvitations(MOST_OPEN)
        token = tx.ids.code(TOKEN_LENGTH)
        tx.run(
            insert(member_invitations).values(
                shop_id=tx.shop, token=token, group_id=into.id if into else None, store=store or None,
                actor=str(tx.actor), made_at=tx.now,
            )
        )  # fmt: skip
        tx.note["group"] = into.name if into else ""
        return living(tx, token)

    @command
    def end(self, tx: Tx, token: str) -> MemberInvitation:
        """It works no more; who applied by it is not touched. Raises InvitationOver."""
        ended = living(tx, token)
        tx.run(
            update(member_invitations)
            .where(member_invitations.c.shop_id == tx.shop, member_invitations.c.token == token)
            .values(ended_at=tx.now)
        )
        tx.note["group"] = ended.group
        return ended

    @command
    def open(self, tx: Tx, token: str) -> MemberInvitation:
        """The actor opened it: an application within 30 days comes by it. Raises InvitationOver."""
        _row(tx, token)
        tx.run(
            insert(member_openings).values(
                shop_id=tx.shop, id=tx.ids.new("mo"), token=token, person_id=tx.actor.person, at=tx.now
            )
        )
        return living(tx, token)


def living(tx: Tx, token: str) -> MemberInvitation:
    """One that works. Raises InvitationOver."""
    return _read(tx, _row(tx, token))


_CALLED = Prepared(
    select(member_openings.c.token, member_openings.c.at)
    .join(
        member_invitations,
        (member_invitations.c.shop_id == member_openings.c.shop_id)
        & (member_invitations.c.token == member_openings.c.token),
    )
    .where(
        member_openings.c.shop_id == bindparam("shop"),
        member_openings.c.person_id == bindparam("person"),
        member_openings.c.at >= bindparam("since"),
        member_invitations.c.ended_at.is_(None),
    )
    .order_by(member_openings.c.at.desc(), member_openings.c.id.desc())
    .limit(1)
)


def called(tx: Tx, person: PersonId) -> Called | None:
    """The merchant's invitation that this person opened last, if it still works and that was within 30 days."""
    row = tx.ask(_CALLED, person=person, since=tx.now - LIFE).one_or_none()
    return Called(row.token, row.at) if row else None


def group_of(tx: Tx, token: str) -> Group | None:
    """The group that this invitation, ended or not, leads into; none once that was deleted."""
    found: str | None = tx.run(
        select(member_invitations.c.group_id).where(
            member_invitations.c.shop_id == tx.shop, member_invitations.c.token == token
        )
    ).scalar_one()
    return groups.standing(tx, GroupId(found)) if found else None


def store_of(tx: Tx, token: str) -> str:
    """The store that this invitation, ended or not, leads into."""
    mine = (member_invitations.c.shop_id == tx.shop) & (member_invitations.c.token == token)
    return tx.run(select(member_invitations.c.store).where(mine)).scalar_one() or ""


def _row(tx: Tx, token: str) -> Any:
    row = tx.run(
        select(member_invitations).where(
            member_invitations.c.shop_id == tx.shop,
            member_invitations.c.token == token,
            member_invitations.c.ended_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise InvitationOver()
    return row


def _read(tx: Tx, row: Any) -> MemberInvitation:
    opened = tx.run(
        select(func.count(member_openings.c.person_id.distinct())).where(
            member_openings.c.shop_id == tx.shop, member_openings.c.token == row.token
        )
    ).scalar_one()
    applied = tx.run(
        select(func.count(applications.c.person_id.distinct())).where(
            applications.c.shop_id == tx.shop, applications.c.member_invitation == row.token
        )
    ).scalar_one()
    group = group_of(tx, row.token)
    return MemberInvitation(
        row.token, group.name if group else "", row.store or "", row.made_at, opened, applied
    )
