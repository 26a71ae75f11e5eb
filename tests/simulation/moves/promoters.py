"""What promoters do, and who would become one."""

from __future__ import annotations

from typing import Any

from engine.money import Money
from tests.engine.world import WECHAT
from tests.simulation.moves.people import APPLICANTS, EVERYBODY
from tests.simulation.moves.room import Room, Wishes
from tests.simulation.moves.told import applied, apply_words
from tests.simulation.world import World


class Promoters(Room):
    """They apply, want posters and above all their money."""

    def wishes(self) -> Wishes:
        return (
            (7, self.ask_money), (1.5, self.cancel_money), (2, self.apply), (0.3, self.rename),
            (0.3, self.picture), (0.3, self.hang),
        )  # fmt: skip

    def apply(self, world: World) -> None:
        who = self.one((*APPLICANTS, *APPLICANTS, *EVERYBODY))
        world.deliver(who, apply_words(who), told=applied(world, who))

    def rename(self, world: World) -> None:
        who = self.promoter(world)
        name = f"{who}{self.random.randrange(9)}"
        world.deliver(who, lambda desk: desk.promoters.rename(name))

    def picture(self, world: World) -> None:
        who = self.promoter(world)
        world.deliver(who, lambda desk: desk.pictures.want("poster", desk.promoters.earner().id))

    def hang(self, world: World) -> None:
        """印刷海报: a poster for some place."""
        who, place = self.promoter(world), self.one(("门口", "前台", "收银台"))
        world.deliver(who, lambda desk: desk.points.print(place))

    def ask_money(self, world: World) -> None:
        rows = world.rows(
            "SELECT p.person_id, b.amount FROM balances b JOIN promoters p ON p.id = b.owner"
            " WHERE b.account = 'available' AND b.amount > 0 ORDER BY p.id"
        )
        if not rows:
            return
        person, available = self.random.choice(rows)
        who = world.names[person]
        amount = self.one((available, available // 2, available + 1, 10, available - 1))
        if amount <= 0:
            return

        def told(code: Any) -> list[Any]:
            return [("request", {"person": who, "withdrawal": code, "amount": amount})]

        say = lambda desk: desk.withdrawals.request(Money(amount), WECHAT)  # noqa: E731
        first = world.deliver(who, say, told=told)
        if self.random.random() < 0.4:  # typed twice: two messages at the same time
            world.attempt(first)
            world.attempt(world.deliver(who, say, told=told))

    def cancel_money(self, world: World) -> None:
        found = self.withdrawal(world, "requested", "approved")
        if not found:
            return
        code, who = found
        world.deliver(
            who,
            lambda desk: desk.withdrawals.cancel(code),
            told=lambda _done: [("give_back", {"withdrawal": code})],
        )
