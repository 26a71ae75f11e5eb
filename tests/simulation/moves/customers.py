"""What everybody does who only comes by."""

from __future__ import annotations

from typing import Any

from engine import FEED
from engine.orders.events import PageVisit
from engine.referrals.visits import How
from tests.simulation.moves.feed import buyer_of
from tests.simulation.moves.people import APPLICANTS, CUSTOMERS, EVERYBODY, phone_of
from tests.simulation.moves.room import Room, Wishes
from tests.simulation.oracle.known import HOUR
from tests.simulation.world import World, instant


class Customers(Room):
    """They scan, follow, read, and take it back."""

    def wishes(self) -> Wishes:
        return (
            (11, self.visit), (2, self.invitation), (2, self.undo), (0.2, self.undo_invitation),
            (0.6, self.follow), (0.2, self.forget), (0.4, self.seen),
            (0.6, self.page_visit), (0.7, self.bind), (0.3, self.unbind),
        )  # fmt: skip

    def visit(self, world: World) -> None:
        who, whom = self.one(EVERYBODY), self.promoter(world)
        code, how = world.code(whom), self.one((How.SCAN, How.LINK, How.CODE))
        world.deliver(
            who,
            lambda desk: desk.referrals.visit(code, how),
            told=lambda _done: self._visited(world, who, whom, invitation=False),
        )

    def invitation(self, world: World) -> None:
        who, whom = self.one(EVERYBODY), self.promoter(world)
        code = world.code(whom)
        world.deliver(
            who,
            lambda desk: desk.referrals.open_invitation(code),
            told=lambda _done: self._visited(world, who, whom, invitation=True),
        )

    def _visited(self, world: World, who: str, whom: str, *, invitation: bool) -> list[Any]:
        self.instants.append(world.now)
        return [("visit", {"person": who, "promoter": whom, "invitation": invitation})]

    def undo(self, world: World) -> None:
        who = self.one(EVERYBODY)
        world.deliver(who, lambda desk: desk.referrals.undo(), told=lambda _done: [("undo", {"person": who})])

    def undo_invitation(self, world: World) -> None:
        who = self.one(APPLICANTS)
        world.deliver(
            who,
            lambda desk: desk.referrals.undo_invitation(),
            told=lambda _done: [("undo_invitation", {"person": who})],
        )

    def follow(self, world: World) -> None:
        who = self.one(EVERYBODY)
        if self.random.random() < 0.5:
            world.deliver(who, lambda desk: desk.contacts.follow())
        else:
            world.deliver(
                who,
                lambda desk: desk.contacts.unfollow(),
                told=lambda _done: [("forgotten", {"person": who})],
            )

    def forget(self, world: World) -> None:
        """隐私与注销."""
        who = self.one(EVERYBODY)
        world.deliver(
            who, lambda desk: desk.forgetting.forget(), told=lambda _done: [("forgotten", {"person": who})]
        )

    def seen(self, world: World) -> None:
        """What waited is shown to him; only then it counts as sent."""
        who = self.one(EVERYBODY)

        def say(desk: Any) -> Any:
            rows = tuple(row.id for row in desk.notices.waiting(3))
            world.sent.update(rows)
            return desk.notices.seen(rows)

        desk_reading = world.deliver(who, say)
        desk_reading.tries = 2  # shown once: what waits later is another screen

    def page_visit(self, world: World) -> None:
        who, at = self.one(CUSTOMERS), instant(world.now - self.random.randrange(HOUR))
        named = self.one(({"openid": who}, {"openid": who, "unionid": who}))
        visit = PageVisit("shop", f"v{self.random.randrange(40)}", at, buyer_of(named), "/home", 30)
        world.deliver(
            FEED,
            lambda desk: desk.orders.visited(visit),
            told=lambda _done: [("linked", {"person": who})] if "unionid" in named else [],
        )

    def bind(self, world: World) -> None:
        """His own phone, or one that somebody else may have bound as well."""
        who = self.one(EVERYBODY)
        phone = phone_of(self.one((who, who, self.one(EVERYBODY))))
        world.deliver(
            who,
            lambda desk: desk.phones.bind(phone),
            told=lambda _done: [("bind", {"person": who, "phone": phone})],
        )

    def unbind(self, world: World) -> None:
        who = self.one(EVERYBODY)
        world.deliver(
            who, lambda desk: desk.phones.unbind(), told=lambda _done: [("unbind", {"person": who})]
        )
