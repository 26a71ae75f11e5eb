"""What the owner decides about people: promoters, their uplines, whose an order is."""

from __future__ import annotations

from typing import Any

from tests.simulation.moves.room import Room, Wishes
from tests.simulation.moves.told import approved
from tests.simulation.world import World


class Office(Room):
    """The owner reviews, freezes, parts with people, and sets right what went to the wrong one."""

    def wishes(self) -> Wishes:
        return (
            (3, self.review), (1.2, self.freeze), (1.5, self.restore), (0.5, self.terminate),
            (0.4, self.upline), (0.7, self.assign), (0.5, self.inviter),
        )  # fmt: skip

    def review(self, world: World) -> None:
        found = world.rows("SELECT id, person_id FROM applications WHERE state = 'pending' ORDER BY id")
        if not found:
            return
        application, person = self.random.choice(found)
        name = world.names[person]
        if self.random.random() < 0.8:
            world.deliver(
                "老板",
                lambda desk: desk.recruiting.approve(application),
                told=approved(world, name, application),
            )
        else:
            world.deliver("老板", lambda desk: desk.recruiting.reject(application, "资料不全"))

    def freeze(self, world: World) -> None:
        whom = self.promoter(world)
        code = world.code(whom)

        def confirm(proposed: Any) -> None:
            world.deliver(
                "老板",
                lambda desk: desk.promoters.freeze(proposed.code),
                told=lambda _done: self.changed(world, "freeze", person=whom),
            )

        world.deliver("老板", lambda desk: desk.promoters.propose_freeze(code, "核实中"), then=confirm)

    def restore(self, world: World) -> None:
        frozen = [name for name, status in world.promoters().items() if status == "frozen"]
        if not frozen:
            return
        whom = self.random.choice(frozen)
        code = world.code(whom)
        world.deliver(
            "老板",
            lambda desk: desk.promoters.restore(code),
            told=lambda _done: self.changed(world, "restore", person=whom),
        )

    def terminate(self, world: World) -> None:
        active = [name for name, status in world.promoters().items() if status == "active"]
        if len(active) < 4:
            return
        below = "SELECT upline FROM promoters WHERE upline IS NOT NULL ORDER BY id"
        whom, heir, above = self.of_many(world, below), self.one(active), self.one((*active, ""))
        codes = [world.code(name) if name else "" for name in (whom, heir, above)]

        def confirm(proposed: Any) -> None:
            world.deliver(
                "老板",
                lambda desk: desk.handover.terminate(proposed.code),
                told=lambda _done: self.changed(world, "terminate", person=whom, heir=heir),
            )

        world.deliver("老板", lambda desk: desk.handover.propose_terminate(*codes, "离职"), then=confirm)

    def upline(self, world: World) -> None:
        """Another upline from now on, or none."""
        who, above = self.promoter(world), self.one((self.promoter(world), ""))
        codes = world.code(who), world.code(above) if above else ""
        self.confirmed(
            world,
            lambda desk: desk.uplines.propose(*codes, "调整"),
            lambda desk, code: desk.uplines.change(code),
            lambda _done: self.changed(world, "upline", person=who, upline=above or None),
        )

    def assign(self, world: World) -> None:
        """归属: the owner gives an order to somebody else, or to nobody."""
        rows = world.rows("SELECT code, number FROM orders WHERE paid_at IS NOT NULL ORDER BY number")
        if not rows:
            return
        code, number = self.random.choice(rows)
        to = self.one((self.promoter(world), self.promoter(world), ""))
        promoter = world.code(to) if to else ""
        self.confirmed(
            world,
            lambda desk: desk.assigning.propose(code, promoter, "老板接待"),
            lambda desk, typed: desk.assigning.assign(typed),
            lambda _done: [("reassign", {"order": number, "promoter": to or None})],
        )

    def inviter(self, world: World) -> None:
        """Another inviter for somebody whose application waits, or none."""
        found = world.rows("SELECT id FROM applications WHERE state = 'pending' ORDER BY id")
        if not found:
            return
        (application,), above = self.random.choice(found), self.one((self.promoter(world), ""))
        code = world.code(above) if above else ""
        world.deliver(
            "老板",
            lambda desk: desk.recruiting.change_inviter(application, code),
            told=lambda _done: [("inviter", {"application": application, "upline": above or None})],
        )
