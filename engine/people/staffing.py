"""Who is on the staff (员工) and as what: rights given and taken, members removed, the shop handed over (转让店主)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from engine import outbox
from engine.errors import Refusal
from engine.ids import PersonId
from engine.people import confirmations, names
from engine.people.authority import Right, Role, roles_of, staff_with
from engine.people.confirmations import CodeOutdated, Confirmation
from engine.people.names import Name, name_of
from engine.store.base import Tx
from engine.store.commands import Room, command, question
from engine.store.tables import enrolments, staff

_CHANGE = "staffing.change"
_HAND_OVER = "staffing.hand_over"


@dataclass(frozen=True, slots=True)
class Member:
    """One of the staff."""

    person: PersonId
    name: Name
    roles: frozenset[Role]
    since: datetime
    """When he got the oldest of his roles."""

    @property
    def owns(self) -> bool:
        """Is he an owner? Then whatever else he is means nothing."""
        return Role.OWNER in self.roles


@dataclass(frozen=True, slots=True)
class Changed:
    """What somebody was to the shop, and what he is now; nothing after he was removed."""

    person: PersonId
    name: Name
    before: frozenset[Role]
    after: frozenset[Role]


@dataclass(eq=False)
class NoSuchMember(Refusal):
    """Nobody of the staff is called by this handle."""

    typed: str


@dataclass(eq=False)
class RolesAlready(Refusal):
    """He has exactly these roles."""


@dataclass(eq=False)
class OwnerHasAll(Refusal):
    """An owner has every right, which is given and taken as a whole only."""


@dataclass(eq=False)
class LastOwner(Refusal):
    """Without him the shop would have no owner."""


@dataclass(eq=False)
class OwnerAlready(Refusal):
    """Whom the shop should be handed over to owns it already."""


class Staffing(Room):
    """The owner's view of his staff."""

    @question
    def everybody(self, tx: Tx) -> tuple[Member, ...]:
        """All of the staff: the owners, then the others, each as they came."""
        return _everybody(tx)

    @question
    def find(self, tx: Tx, typed: str) -> Member:
        """The member whose id begins so. Raises NoSuchMember."""
        return _with_handle(tx, typed)

    @command
    def remark(self, tx: Tx, handle: str, words: str) -> Member:
        """The shop calls this member so; no words take the remark away. Raises NoSuchMember, BadRemark."""
        person = _with_handle(tx, handle).person
        names.remark(tx, tx.shop, person, words)
        tx.note["member"] = person
        return _with_handle(tx, handle)

    @command
    def propose(self, tx: Tx, handle: str, roles: frozenset[Role]) -> Confirmation:
        """Ask to make these all the roles of a member, none to remove him: gives the one-time code that does it.

        Raises NoSuchMember, OwnerHasAll, RolesAlready, LastOwner.
        """
        row = _with_handle(tx, handle)
        if Role.OWNER in roles:
            raise OwnerHasAll()
        if roles == row.roles:
            raise RolesAlready()
        _check_owner_stays(tx, row.roles)
        return confirmations.issue(tx, _CHANGE, _bound(row) | {"after": _words(roles)})

    @command
    def change(self, tx: Tx, code: str) -> Changed:
        """From this moment on he may do what his roles carry, and nothing else."""
        bound = confirmations.take(tx, code, _CHANGE)
        person, after = PersonId(bound["person"]), _roles(bound["after"])
        before = _as_bound(tx, person, bound["before"])
        _check_owner_stays(tx, before)
        name = name_of(tx, person)
        _set(tx, person, before, after)
        tx.note |= {"member": person, "was": bound["before"], "roles": bound["after"]}
        if Role.OWNER in before:
            _close_invitations(tx)
            tell_owners(tx)
        return Changed(person, name, before, after)

    @command
    def propose_hand_over(self, tx: Tx, handle: str) -> Confirmation:
        """Ask to make a member the owner in the actor's place. Raises NoSuchMember, OwnerAlready."""
        row = _with_handle(tx, handle)
        if row.owns:
            raise OwnerAlready()
        return confirmations.issue(tx, _HAND_OVER, _bound(row))

    @command
    def hand_over(self, tx: Tx, code: str) -> Changed:
        """The member is the owner, and the actor is nothing to the shop any more."""
        bound = confirmations.take(tx, code, _HAND_OVER)
        person = PersonId(bound["person"])
        before = _as_bound(tx, person, bound["before"])
        name, after = name_of(tx, person), frozenset({Role.OWNER})
        _set(tx, person, before, after)
        _set(tx, tx.actor.person, roles_of(tx, tx.actor.person), frozenset())
        tx.note |= {"member": person, "was": bound["before"], "roles": _words(after)}
        _close_invitations(tx)
        tell_owners(tx, besides=person)
        return Changed(person, name, before, after)


def tell_owners(tx: Tx, besides: PersonId | None = None) -> None:
    """Every owner but one and the actor hears that the owners are others than before."""
    for owner in staff_with(tx, Right.OWNER):
        if owner not in (besides, tx.actor.id):
            outbox.bundle(tx, owner, "owners")


def _everybody(tx: Tx) -> tuple[Member, ...]:
    rows = tx.run(
        select(staff.c.person_id, staff.c.role, staff.c.since)
        .where(staff.c.shop_id == tx.shop)
        .order_by(staff.c.since, staff.c.person_id)
    )
    roles: dict[PersonId, set[Role]] = {}
    since: dict[PersonId, datetime] = {}
    for person, role, at in rows:
        roles.setdefault(PersonId(person), set()).add(Role(role))
        since.setdefault(PersonId(person), at)
    found = (
        Member(person, name_of(tx, person), frozenset(his), since[person]) for person, his in roles.items()
    )
    return tuple(sorted(found, key=lambda row: not row.owns))


def _with_handle(tx: Tx, typed: str) -> Member:
    found = [row for row in _everybody(tx) if row.person.startswith(f"pe_{typed.lower()}")]
    if len(found) != 1:
        raise NoSuchMember(typed)
    return found[0]


def _check_owner_stays(tx: Tx, before: frozenset[Role]) -> None:
    if Role.OWNER in before and len(staff_with(tx, Right.OWNER)) == 1:
        raise LastOwner()


def _as_bound(tx: Tx, person: PersonId, before: str) -> frozenset[Role]:
    """His roles, if they are those that the code was made for."""
    roles = roles_of(tx, person)
    if roles != _roles(before):
        raise CodeOutdated()
    return roles


def _set(tx: Tx, person: PersonId, before: frozenset[Role], after: frozenset[Role]) -> None:
    """A role that stays keeps its day; the menu follows, and the person is told."""
    his = (staff.c.shop_id == tx.shop) & (staff.c.person_id == person)
    tx.run(delete(staff).where(his, staff.c.role.in_([role.value for role in before - after])))
    for role in sorted(after - before, key=list(Role).index):
        tx.run(staff.insert().values(shop_id=tx.shop, person_id=person, role=role.value, since=tx.now))
    outbox.put(tx, f"tag:{tx.ids.new('st')}", "tag", {"person": person}, to=person)
    outbox.bundle(tx, person, "roles")


def _close_invitations(tx: Tx) -> None:
    """An owner who goes leaves no QR behind by which he, or a friend of his, comes back; the operator's stay."""
    tx.run(
        update(enrolments)
        .where(
            enrolments.c.shop_id == tx.shop,
            enrolments.c.role != Role.OWNER.value,
            enrolments.c.used_at.is_(None),
            enrolments.c.expires_at > tx.now,
        )
        .values(expires_at=tx.now)
    )


def _bound(row: Member) -> dict[str, str]:
    return {"person": row.person, "before": _words(row.roles)}


def _words(roles: Iterable[Role]) -> str:
    return " ".join(sorted(role.value for role in roles))


def _roles(words: str) -> frozenset[Role]:
    return frozenset(Role(word) for word in words.split())
