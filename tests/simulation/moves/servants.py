"""What the staff with the right 客服 does: whose the customers are, and who bought what nobody knows."""

from __future__ import annotations

from typing import Any

from engine.referrals.moving import How
from tests.simulation.moves.people import CUSTOMERS, EVERYBODY, SERVANTS
from tests.simulation.moves.room import Room, Wishes
from tests.simulation.world import World


class Servants(Room):
    """They assign and move customers, claim orders, and call people by other names."""

    def wishes(self) -> Wishes:
        return ((0.8, self.give), (0.5, self.transfer), (1.2, self.claim), (0.2, self.remark))

    def give(self, world: World) -> None:
        """分配 one or a few customers."""
        whom, to = sorted({self.one(CUSTOMERS), self.one(EVERYBODY)}), self.promoter(world)
        people, code, how = tuple(world.person(one) for one in whom), world.code(to), self.one(tuple(How))
        self.confirmed(
            world,
            lambda desk: desk.moving.propose_assign(people, code, how, "重新分配"),
            lambda desk, typed: desk.moving.move(typed),
            lambda done: self._given(world, done, {"customers": whom, "promoter": to, "how": how.value}),
            self.one(SERVANTS),
        )

    def transfer(self, world: World) -> None:
        """转移 all that somebody has; they follow in chunks."""
        has = self.of_many(world, "SELECT carer FROM customers WHERE carer IS NOT NULL ORDER BY person_id")
        codes, how = [world.code(has), world.code(self.promoter(world))], self.one(tuple(How))
        self.confirmed(
            world,
            lambda desk: desk.moving.propose_transfer(*codes, how, "区域调整"),
            lambda desk, typed: desk.moving.move(typed),
            lambda _done: self.moment(world),
            self.one(SERVANTS),
        )

    def claim(self, world: World) -> None:
        """认领 an order that waits, for whoever may have bought."""
        rows = world.rows(
            "SELECT code, number FROM orders WHERE paid_at IS NOT NULL AND decision IS NULL ORDER BY number"
        )
        if not rows:
            return
        code, number = self.random.choice(rows)
        whom = self.one(EVERYBODY)
        person = world.person(whom)
        self.confirmed(
            world,
            lambda desk: desk.claims.propose(code, person),
            lambda desk, typed: desk.claims.claim(typed),
            lambda _done: self.changed(world, "claim", order=number, person=whom),
            self.one(SERVANTS),
        )

    def remark(self, world: World) -> None:
        person, words = world.person(self.one(EVERYBODY)), self.one(("王姐", ""))
        world.deliver(self.one(SERVANTS), lambda desk: desk.customers.remark(person, words))

    def _given(self, world: World, _done: Any, facts: dict[str, Any]) -> list[Any]:
        self.instants.append(world.now)
        return [("given", {**facts, "move": "by hand"})]
