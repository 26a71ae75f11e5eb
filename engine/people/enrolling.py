"""Staff: the one-time QR (店主 / 员工二维码) that makes its scanner a member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from engine import outbox
from engine.errors import Refusal
from engine.people.authority import Role, roles_of
from engine.people.staffing import tell_owners
from engine.store.base import Tx
from engine.store.commands import Room, command, question
from engine.store.tables import enrolments, staff

LIFE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A one-time invitation to the staff."""

    token: str
    role: Role
    expires_at: datetime

    @property
    def scene(self) -> str:
        """What the QR code carries."""
        return f"m:{self.token}"


@dataclass(eq=False)
class EnrolmentOver(Refusal):
    """The one-time QR was used, has expired or never was."""


@dataclass(eq=False)
class EnrolledAlready(Refusal):
    """The scanner has this role, or the owner's, already; the QR still waits for somebody else."""


class Enrolling(Room):
    """Making people members of the staff."""

    @command
    def invite(self, tx: Tx, role: Role) -> Enrolment:
        """A one-time invitation, good for a day."""
        made = Enrolment(tx.ids.code(20), role, tx.now + LIFE)
        tx.run(
            enrolments.insert().values(
                shop_id=tx.shop, token=made.token, role=role.value, expires_at=made.expires_at
            )
        )
        tx.note["role"] = role.value
        return made

    @command
    def enrol(self, tx: Tx, token: str) -> Role:
        """The actor becomes a member. Raises EnrolmentOver, also on the second scan, and EnrolledAlready."""
        row = tx.run(
            select(enrolments).where(enrolments.c.shop_id == tx.shop, enrolments.c.token == token)
        ).one_or_none()
        if row is None or row.used_at is not None or row.expires_at <= tx.now:
            raise EnrolmentOver()
        role, roles = Role(row.role), roles_of(tx, tx.actor.person)
        if role in roles or Role.OWNER in roles:
            raise EnrolledAlready()
        tx.run(
            update(enrolments)
            .where(enrolments.c.shop_id == tx.shop, enrolments.c.token == token)
            .values(used_by=tx.actor.person, used_at=tx.now)
        )
        tx.run(
            staff.insert().values(shop_id=tx.shop, person_id=tx.actor.person, role=role.value, since=tx.now)
        )
        outbox.put(tx, f"tag:{token}", "tag", {"person": tx.actor.person}, to=tx.actor.person)
        if role is Role.OWNER:
            tell_owners(tx)
        tx.note["role"] = role.value
        return role

    @question
    def mine(self, tx: Tx) -> frozenset[Role]:
        """What the actor is to the shop; empty for everybody who is not staff."""
        return roles_of(tx, tx.actor.person)

    @question
    def pending(self, tx: Tx, token: str) -> Enrolment | None:
        """The invitation of this token while it still works."""
        row = tx.run(
            select(enrolments).where(
                enrolments.c.shop_id == tx.shop,
                enrolments.c.token == token,
                enrolments.c.used_at.is_(None),
                enrolments.c.expires_at > tx.now,
            )
        ).one_or_none()
        return Enrolment(row.token, Role(row.role), row.expires_at) if row else None

    @question
    def has_owner(self, tx: Tx) -> bool:
        """Is there an owner?"""
        return bool(
            tx.run(
                select(staff.c.person_id)
                .where(staff.c.shop_id == tx.shop, staff.c.role == Role.OWNER.value)
                .limit(1)
            ).one_or_none()
        )
