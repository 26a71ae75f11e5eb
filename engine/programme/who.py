"""Who is speaking: all that routing a message needs to know, in one look."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, exists, select

from engine.ids import PersonId, PromoterId
from engine.people import accounts
from engine.people.authority import Right, Role, holds, roles_of
from engine.programme import members, settings
from engine.programme.promoters import Status
from engine.store.base import Tx
from engine.store.prepared import Prepared
from engine.store.tables import outbox, people, promoters


@dataclass(frozen=True, slots=True)
class Who:
    """The sender of a message."""

    person: PersonId
    roles: frozenset[Role]
    promoter: PromoterId | None
    """Set while he is an active or frozen promoter."""
    frozen: bool
    programme: bool
    recruiting: bool
    """He may apply: recruiting is open, or the merchant himself invited him."""
    two_level: bool
    has_notices: bool
    """Something could not be pushed to him and waits to be shown."""
    offline: bool = False
    """The merchant settles outside (线下结算): nobody asks for his money here."""
    former: PromoterId | None = None
    """Set while he is a terminated promoter, whose money stays his."""
    follows: bool = True
    """False: we never heard that he follows, or heard that he no longer does."""

    @property
    def is_staff(self) -> bool:
        return bool(self.roles)

    def may(self, right: Right) -> bool:
        """Does he hold this right of the merchant's?"""
        return holds(self.roles, right)


_HIS_NOTICES = exists().where(
    outbox.c.shop_id == bindparam("shop"),
    outbox.c.person_id == bindparam("person"),
    outbox.c.state == "waiting",
)
_SENDER = Prepared(
    select(people.c.following, promoters.c.id, promoters.c.status, _HIS_NOTICES.label("has_notices"))
    .outerjoin(promoters, (promoters.c.shop_id == bindparam("shop")) & (promoters.c.person_id == people.c.id))
    .where(people.c.account_id == accounts.OF_THE_SHOP, people.c.id == bindparam("person"))
)


def known(tx: Tx, openid: str) -> PersonId | None:
    """The person behind an openid, if we ever met and he is not forgotten."""
    found = accounts.find(tx, "openid", openid, present=True)
    return found[0] if found else None


def who(tx: Tx, person: PersonId) -> Who:
    """Look at a person with the eyes of the shop."""
    sender = tx.ask(_SENDER, person=person).one()
    promoter = PromoterId(sender.id) if sender.id else None
    left = sender.status == Status.TERMINATED.value
    rules = settings.current(tx)
    return Who(
        person=person,
        roles=roles_of(tx, person),
        promoter=None if left else promoter,
        frozen=sender.status == Status.FROZEN.value,
        programme=rules.programme,
        recruiting=rules.programme and (rules.recruiting or members.called(tx, person) is not None),
        two_level=rules.pays_level2,
        has_notices=sender.has_notices,
        offline=rules.offline,
        former=promoter if left else None,
        follows=sender.following,
    )
