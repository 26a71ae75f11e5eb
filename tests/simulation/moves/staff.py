"""What the owner does with his staff (员工): rights given and taken, and people taken on again."""

from __future__ import annotations

from typing import Any

from engine import OPERATOR
from engine.people.authority import Role
from tests.simulation.moves.people import STAFF
from tests.simulation.moves.room import Room, Wishes
from tests.simulation.moves.told import enrolled
from tests.simulation.world import World

FINANCE, SERVICE = frozenset({Role.FINANCE}), frozenset({Role.SERVICE})
RIGHTS: tuple[frozenset[Role], ...] = (FINANCE, FINANCE, SERVICE, FINANCE | SERVICE, frozenset())
"""What somebody is made: nearly always something that he may work as."""


class Staff(Room):
    """Whoever lost a right is refused from that moment on, whatever he had begun."""

    def wishes(self) -> Wishes:
        return ((1.2, self.rights), (0.8, self.take_on))

    def rights(self, world: World) -> None:
        """These and no others from now on; without any he is no longer of the staff."""
        who = self.one(STAFF)
        has = {
            role for (role,) in world.rows("SELECT role FROM staff WHERE person_id = ?", world.person(who))
        }
        roles = self.one([some for some in RIGHTS if {role.value for role in some} != has])
        handle, names = world.person(who).removeprefix("pe_"), tuple(sorted(role.value for role in roles))
        self.confirmed(
            world,
            lambda desk: desk.staffing.propose(handle, roles),
            lambda desk, typed: desk.staffing.change(typed),
            lambda _done: self.changed(world, "rights", person=who, roles=names),
        )

    def take_on(self, world: World) -> None:
        """By the owner's QR, or the operator's: one role more, also for who has none left."""
        who, role = self.one(STAFF), self.one((Role.REVIEW, Role.FINANCE, Role.SERVICE))

        def scanned(made: Any) -> None:
            world.deliver(who, lambda desk: desk.enrolling.enrol(made.token), told=enrolled(who, role))

        world.deliver(self.one((OPERATOR, "老板")), lambda desk: desk.enrolling.invite(role), then=scanned)
