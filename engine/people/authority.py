"""Who may do what: every verb and the one right it takes. The only place where rights are judged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from sqlalchemy import bindparam, select

from engine.errors import EngineError, Refusal
from engine.ids import PersonId
from engine.store.actors import ActorKind
from engine.store.base import Tx
from engine.store.prepared import Prepared
from engine.store.tables import staff


class Role(Enum):
    """What a member of the merchant's staff is (店主, 审核, 财务, 客服)."""

    OWNER = "owner"
    REVIEW = "review"
    FINANCE = "finance"
    SERVICE = "service"


class Right(Enum):
    """What a verb asks of its actor."""

    SELF = "self"
    """Anybody, for himself: the verb acts on the actor only."""
    REVIEW = "review"
    FINANCE = "finance"
    SERVICE = "service"
    OWNER = "owner"
    FEED = "feed"
    SYSTEM = "system"
    OPERATOR = "operator"


RIGHTS: dict[str, Right] = {
    "contacts.follow": Right.SELF,
    "contacts.heard": Right.SELF,
    "contacts.unfollow": Right.SELF,
    "enrolling.invite": Right.OWNER,
    "enrolling.enrol": Right.SELF,
    "staffing.remark": Right.OWNER,
    "staffing.propose": Right.OWNER,
    "staffing.change": Right.OWNER,
    "staffing.propose_hand_over": Right.OWNER,
    "staffing.hand_over": Right.OWNER,
    "forgetting.forget": Right.SELF,
    "forgetting.drop_name": Right.SELF,
    "notices.seen": Right.SELF,
    "notices.bounced": Right.SELF,
    "pictures.want": Right.SELF,
    "pictures.want_code": Right.SYSTEM,
    "pictures.give": Right.OWNER,
    "pictures.judged": Right.SELF,
    "backdrops.draft": Right.OWNER,
    "backdrops.use": Right.OWNER,
    "backdrops.drop": Right.OWNER,
    "wishes.give_portrait": Right.SELF,
    "wishes.portrait_judged": Right.SELF,
    "wishes.skip_portrait": Right.SELF,
    "wishes.take_down": Right.REVIEW,
    "wishes.choose": Right.SELF,
    "settings.change": Right.OWNER,
    "settings.propose": Right.OWNER,
    "settings.confirm": Right.OWNER,
    "settings.acknowledge": Right.OWNER,
    "settings.set_up": Right.OPERATOR,
    "products.put": Right.OWNER,
    "products.promote": Right.OWNER,
    "products.propose_rates": Right.OWNER,
    "products.confirm_rates": Right.OWNER,
    "products.set_up": Right.OPERATOR,
    "specialrates.propose": Right.OWNER,
    "specialrates.confirm": Right.OWNER,
    "groups.create": Right.OWNER,
    "groups.rename": Right.OWNER,
    "groups.propose_rates": Right.OWNER,
    "groups.confirm_rates": Right.OWNER,
    "groups.propose_team": Right.OWNER,
    "groups.confirm_team": Right.OWNER,
    "groups.propose_members": Right.OWNER,
    "groups.confirm_members": Right.OWNER,
    "groups.propose_delete": Right.OWNER,
    "groups.confirm_delete": Right.OWNER,
    "groups.carry_on": Right.SYSTEM,
    "groups.place": Right.OPERATOR,
    "recruiting.apply": Right.SELF,
    "recruiting.approve": Right.REVIEW,
    "recruiting.reject": Right.REVIEW,
    "recruiting.change_inviter": Right.OWNER,
    "members.invite": Right.OWNER,
    "members.end": Right.OWNER,
    "members.open": Right.SELF,
    "points.print": Right.SELF,
    "materials.add": Right.OWNER,
    "materials.rewrite": Right.OWNER,
    "materials.assign": Right.OWNER,
    "materials.put_up": Right.OWNER,
    "materials.take_down": Right.OWNER,
    "materials.delete": Right.OWNER,
    "materials.clear": Right.OWNER,
    "materials.give": Right.OWNER,
    "materials.keep": Right.SYSTEM,
    "materials.refuse": Right.SYSTEM,
    "materials.pass_on": Right.SELF,
    "promoters.rename": Right.SELF,
    "promoters.propose_freeze": Right.REVIEW,
    "promoters.freeze": Right.REVIEW,
    "promoters.restore": Right.REVIEW,
    "promoters.set_store": Right.OWNER,
    "uplines.propose": Right.OWNER,
    "uplines.change": Right.OWNER,
    "handover.propose_terminate": Right.OWNER,
    "handover.terminate": Right.OWNER,
    "handover.carry_on": Right.SYSTEM,
    "referrals.visit": Right.SELF,
    "referrals.came_by_link": Right.SELF,
    "referrals.came": Right.SELF,
    "referrals.open_invitation": Right.SELF,
    "referrals.undo": Right.SELF,
    "referrals.undo_invitation": Right.SELF,
    "referrals.remark": Right.SELF,
    "customers.remark": Right.SERVICE,
    "moving.propose_assign": Right.SERVICE,
    "moving.propose_transfer": Right.SERVICE,
    "moving.move": Right.SERVICE,
    "moving.carry_on": Right.SYSTEM,
    "orders.hear": Right.FEED,
    "orders.mature": Right.SYSTEM,
    "orders.visited": Right.FEED,
    "claims.propose": Right.SERVICE,
    "claims.claim": Right.SERVICE,
    "claims.carry_on": Right.SYSTEM,
    "checking.settle_order": Right.FINANCE,
    "checking.settle_message": Right.FINANCE,
    "assigning.propose": Right.OWNER,
    "assigning.assign": Right.OWNER,
    "phones.bind": Right.SELF,
    "phones.unbind": Right.SELF,
    "withdrawals.request": Right.SELF,
    "withdrawals.give_picture": Right.SELF,
    "withdrawals.picture_judged": Right.SELF,
    "withdrawals.cancel": Right.SELF,
    "withdrawals.approve": Right.FINANCE,
    "withdrawals.propose_reject": Right.FINANCE,
    "withdrawals.reject": Right.FINANCE,
    "withdrawals.take_in_hand": Right.FINANCE,
    "withdrawals.put_back": Right.FINANCE,
    "withdrawals.propose_paid": Right.FINANCE,
    "withdrawals.mark_paid": Right.FINANCE,
    "bookings.propose": Right.FINANCE,
    "bookings.book": Right.FINANCE,
    "bookings.carry_on": Right.SYSTEM,
    "adjustments.adjust": Right.OPERATOR,
    "reconciling.stop": Right.OPERATOR,
    "reconciling.resume": Right.OPERATOR,
}
"""`room.verb` → right. A verb that is missing here cannot be called."""


@dataclass(eq=False)
class NotStaff(Refusal):
    """An outsider asked for something of the merchant's: he gets the answer of an unknown word."""


@dataclass(eq=False)
class LacksRight(Refusal):
    """A member of staff asked for something that another role does."""

    needed: Right


def authorise(tx: Tx, verb: str) -> None:
    """Raise NotStaff or LacksRight unless the actor may use the verb."""
    right = RIGHTS.get(verb)
    if right is None:
        raise EngineError(f"{verb} stands in no authority table")
    kind = tx.actor.kind
    if right is Right.SELF:
        _ = tx.actor.person  # what somebody does for himself no machine does for him
        return
    if kind is ActorKind.OPERATOR:
        return
    if kind is not ActorKind.PERSON:
        if kind.value != right.value:
            raise EngineError(f"{kind.value} may not {verb}")
        return
    demand(tx, right)


def demand(tx: Tx, right: Right) -> None:
    """Raise NotStaff or LacksRight unless the acting person holds the right."""
    roles = roles_of(tx, tx.actor.person)
    if not roles:
        raise NotStaff()
    if not holds(roles, right):
        raise LacksRight(right)


def holds(roles: frozenset[Role], right: Right) -> bool:
    """Do these roles carry the right? The owner's carries every right of the merchant's."""
    if right in (Right.FEED, Right.SYSTEM, Right.OPERATOR):
        return False
    return Role.OWNER in roles or right.value in {role.value for role in roles}


_ROLES = Prepared(
    select(staff.c.role).where(staff.c.shop_id == bindparam("shop"), staff.c.person_id == bindparam("person"))
)


def roles_of(tx: Tx, person: PersonId) -> frozenset[Role]:
    """What this person is to the shop; empty for everybody who is not staff."""
    rows = tx.ask(_ROLES, person=person)
    return frozenset(Role(role) for (role,) in rows)


def staff_with(tx: Tx, right: Right) -> tuple[PersonId, ...]:
    """Everybody on the staff who holds the right, in a stable order."""
    rows = tx.run(
        select(staff.c.person_id, staff.c.role).where(staff.c.shop_id == tx.shop).order_by(staff.c.since)
    )
    found: dict[PersonId, set[Role]] = {}
    for person, role in rows:
        found.setdefault(PersonId(person), set()).add(Role(role))
    return tuple(person for person, roles in found.items() if holds(frozenset(roles), right))
