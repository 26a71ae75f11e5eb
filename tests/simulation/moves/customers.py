"""What everybody does who only comes by."""

from __future__ import annotations

from typing import Any

from engine import FEED
from engine.orders.events import PageVisit
from engine.referrals.visits import How
from tests.simulation.moves.feed import buyer_of
from tests.simulation.moves.people import APPLICANTS, CUSTOMERS, EVERYBODY, phone_of
from tests.simulation.moves.room import Room, Wishes
from tests.simulation.moves.told import applied, apply_words
from tests.simulation.oracle.known import HOUR, MINUTE
from tests.simulation.world import World, instant


class Customers(Room):
    """They scan, follow, read, and take it back."""

    def wishes(self) -> Wishes:
        return (
            (11, self.visit), (2, self.invitation), (2, self.undo), (0.2, self.undo_invitation),
            (0.6, self.follow), (0.2, self.forget), (0.4, self.seen),
            (0.6, self.page_visit), (0.7, self.bind), (0.3, self.unbind), (0.6, self.came), (0.8, self.called),
        )  # fmt: skip

    def visit(self, world: World) -> None:
        who, whom = self.one(EVERYBODY), self.promoter(world)
        code, how = world.code(whom), self.one((How.SCAN, How.LINK, How.CODE))
        point = self._printed(world, code) if how is How.SCAN else ""
        world.deliver(
            who,
            lambda desk: desk.referrals.visit(code, how, point),
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

    def came(self, world: World) -> None:
        """WeChat is asked by which code a follower came whose coming was never heard, or was it."""
        who, whom, kind = self.one(EVERYBODY), self.promoter(world), self.one(("p", "p", "i", "m"))
        code, unionid = world.code(whom), self.one(("", f"u_{who}"))
        scene = ":".join(filter(None, (kind, code, self._printed(world, code))))
        followed = world.now - self.random.randrange(10 * MINUTE)
        facts = {"person": who, "promoter": whom, "invitation": kind == "i", "followed_at": followed}
        world.deliver(
            who,
            lambda desk: desk.referrals.came(instant(followed), scene, unionid),
            told=lambda counted: [
                ("came", {**facts, "code": kind != "m", "known": bool(unionid), "counted": counted}),
                *self.moment(world),
            ],
        )

    def called(self, world: World) -> None:
        """Somebody opens the owner's own invitation, after a promoter's perhaps, and applies."""
        tokens = world.rows("SELECT token FROM member_invitations ORDER BY made_at, token")
        if not tokens:
            return
        invited = world.rows("SELECT DISTINCT person_id FROM invitations ORDER BY person_id")
        others = [world.names[person] for (person,) in invited]
        (token,), who = self.random.choice(tokens), self.one((*APPLICANTS, *EVERYBODY, *others, *others))

        def apply(_done: Any) -> None:
            world.deliver(who, apply_words(who), told=applied(world, who))

        world.deliver(
            who,
            lambda desk: desk.members.open(token),
            told=lambda _done: [("called", {"person": who, "token": token})],
            then=apply,
        )

    def _printed(self, world: World, code: str) -> str:
        """A place where the promoter's poster hangs, or none."""
        points = world.rows(
            "SELECT a.point FROM poster_points a JOIN promoters p ON p.id = a.promoter_id WHERE p.code = ?"
            " ORDER BY a.point",
            code,
        )
        return str(self.one(("", "NONE", *(point for (point,) in points))))

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
