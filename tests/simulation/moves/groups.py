"""What the owner does with groups, and whom he invites himself."""

from __future__ import annotations

from typing import Any

from engine.money import Rate
from tests.simulation.moves.people import GROUPS
from tests.simulation.moves.room import Room, Wishes
from tests.simulation.world import World


class Groups(Room):
    """Groups come, are called otherwise, pay, and go; some are joined by the owner's own invitation."""

    def wishes(self) -> Wishes:
        return (
            (0.2, self.create), (0.2, self.rename), (0.2, self.delete), (0.5, self.member), (0.4, self.group_rates),
            (0.3, self.special_rates), (0.1, self.team), (0.4, self.invite), (0.1, self.end),
        )  # fmt: skip

    def create(self, world: World) -> None:
        name = self.one(GROUPS)
        world.deliver("老板", lambda desk: desk.groups.create(name))

    def rename(self, world: World) -> None:
        name, to = self._name(world), self.one(GROUPS)
        world.deliver("老板", lambda desk: desk.groups.rename(name, to))

    def delete(self, world: World) -> None:
        """Its members are in none from now on."""
        name = self._name(world)
        self.confirmed(
            world,
            lambda desk: desk.groups.propose_delete(name),
            lambda desk, code: desk.groups.confirm_delete(code),
            lambda _done: self.changed(world, "group_deleted", group=_just_changed(world, "group_history")),
        )

    def member(self, world: World) -> None:
        """Promoters go into a group, or out of one."""
        name, joining = self._name(world), self.random.random() < 0.8
        names = sorted({self.promoter(world), self.promoter(world)})
        by_code = {world.code(one): one for one in names}

        def told(moved: Any) -> list[Any]:
            to = moved.group.id if moved.group else None
            return [("member", {"person": by_code[code], "group": to}) for code in moved.codes]

        self.confirmed(
            world,
            lambda desk: desk.groups.propose_members(name, tuple(by_code), joining),
            lambda desk, code: desk.groups.confirm_members(code),
            told,
        )

    def group_rates(self, world: World) -> None:
        name, rates = self._name(world), self._two_rates()
        self.confirmed(
            world,
            lambda desk: desk.groups.propose_rates(name, *rates),
            lambda desk, code: desk.groups.confirm_rates(code),
            lambda made: [("group", {"group": made.id, **_bps(rates)})],
        )

    def special_rates(self, world: World) -> None:
        """A product's own rates for one group."""
        name, sku, rates = self._name(world), self.one(("SKU1", "SKU2")), self._two_rates()

        def told(_done: Any) -> list[Any]:
            group = _just_changed(world, "product_group_history")
            return [("product_group", {"sku": sku, "group": group, **_bps(rates)})]

        self.confirmed(
            world,
            lambda desk: desk.special_rates.propose(sku, name, *rates),
            lambda desk, code: desk.special_rates.confirm(code),
            told,
        )

    def team(self, world: World) -> None:
        name, may_see = self._name(world), self.random.random() < 0.5
        self.confirmed(
            world,
            lambda desk: desk.groups.propose_team(name, may_see),
            lambda desk, code: desk.groups.confirm_team(code),
            lambda _done: [],
        )

    def invite(self, world: World) -> None:
        """邀请成员: an invitation of the owner's own, into a group or into none."""
        name = self.one((self._name(world), ""))
        world.deliver(
            "老板",
            lambda desk: desk.members.invite(name),
            told=lambda made: [
                ("member_invitation", {"token": made.token, "group": _called(world, made.group)})
            ],
        )

    def end(self, world: World) -> None:
        tokens = world.rows("SELECT token FROM member_invitations ORDER BY made_at, token")
        if not tokens:
            return
        (token,) = self.random.choice(tokens)
        world.deliver(
            "老板",
            lambda desk: desk.members.end(token),
            told=lambda _done: [("member_invitation_over", {"token": token})],
        )

    def _two_rates(self) -> list[Rate | None]:
        return [self.one((None, None, Rate(0), Rate(500), Rate(2_500), Rate(3_333))) for _ in range(2)]

    def _name(self, world: World) -> str:
        """One that is or was there, or another."""
        found = [name for (name,) in world.rows("SELECT name FROM groups ORDER BY name") if "#" not in name]
        return str(self.one((*found, *found, self.one(GROUPS))))


def _just_changed(world: World, history: str) -> str:
    ((group,),) = world.rows(f"SELECT group_id FROM {history} WHERE since = ?", world.now)  # noqa: S608
    return str(group)


def _called(world: World, name: str) -> str | None:
    """Whose name it is at this moment: a group stays the same whatever it is called."""
    found = world.rows("SELECT id FROM groups WHERE name = ?", name)
    return found[0][0] if found else None


def _bps(rates: list[Rate | None]) -> dict[str, Any]:
    pairs = zip(("level1", "level2"), rates, strict=True)
    return {name: None if rate is None else rate.bp for name, rate in pairs}
