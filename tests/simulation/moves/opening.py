"""The beginning: a shop that runs, with its people."""

from __future__ import annotations

from engine import OPERATOR
from engine.money import Money, Rate
from engine.people.authority import Role
from engine.programme.modes import Goods
from engine.programme.settings import ACKNOWLEDGEMENT
from tests.simulation.moves.people import EVERYBODY, GROUPS, PAYERS, PROMOTERS, phone_of
from tests.simulation.moves.room import Room
from tests.simulation.moves.rules import CHOICES
from tests.simulation.moves.told import applied, apply_words, approved, enrolled, product_told, setting_told
from tests.simulation.world import World


class Opening(Room):
    """How a shop is set is the seed's."""

    def open(self, world: World) -> None:
        """A shop that runs, with its people; how it is set is the seed's."""
        for name in (*PAYERS, "sue", *EVERYBODY):
            world.person(name)
            world.phones.add(phone_of(name))
        for name, role in (
            ("老板", Role.OWNER),
            ("fin", Role.FINANCE),
            ("fin2", Role.FINANCE),
            ("sue", Role.SERVICE),
        ):
            made = world.at_once(OPERATOR, lambda desk, role=role: desk.enrolling.invite(role))
            world.at_once(
                name, lambda desk, made=made: desk.enrolling.enrol(made.token), told=enrolled(name, role)
            )
        for sku, kind in (("SKU1", "goods"), ("SKU2", "goods"), ("SERVICE", "service"), ("PLAIN", "virtual")):
            self._put(world, sku, kind)
        self._rate(world, "level1", "30%")
        self._rate(world, "level2", "10%")
        world.at_once(
            "老板",
            lambda desk: desk.settings.acknowledge(ACKNOWLEDGEMENT),
            told=lambda _done: [("setting", {"key": "acknowledged", "value": True})],
        )
        for key in ("lock_mode", "lock_days", "settle_mode", "settle_days", "self_purchase", "payout_mode"):
            value = self.random.choice(CHOICES[key])
            if value != {"lock_mode": "single_shot", "lock_days": 0, "settle_mode": "received",
                         "settle_days": 7, "self_purchase": "none", "payout_mode": "online"}[key]:  # fmt: skip
                self._change(world, key, str(value))
        self._change(world, "withdraw_min", "0.10")
        self._change(world, "programme", "on")
        for n, name in enumerate(PROMOTERS):
            above = self.random.choice(PROMOTERS[:n]) if n and self.random.random() < 0.7 else ""
            self._recruit(world, name, above)
        for group, level2 in zip(GROUPS[:2], (Rate(2_500), Rate(300)), strict=True):
            self._group(world, group, level2)
        world.at_once("老板", lambda desk: desk.products.promote("PLAIN", False), told=product_told)
        world.at_once(
            "老板",
            lambda desk: desk.members.invite(""),
            told=lambda made: [("member_invitation", {"token": made.token, "group": None})],
        )

    def _group(self, world: World, group: str, level2: Rate) -> None:
        """Whoever is above and whoever is below are often in different groups, which differ on level 2."""
        made = world.at_once("老板", lambda desk: desk.groups.create(group))
        asked = world.at_once("老板", lambda desk: desk.groups.propose_rates(group, None, level2))
        world.at_once(
            "老板",
            lambda desk: desk.groups.confirm_rates(asked.code),
            told=lambda _done: [("group", {"group": made.id, "level1": None, "level2": level2.bp})],
        )
        names = sorted(self.random.sample(PROMOTERS, 3))
        by_code = {world.code(name): name for name in names}
        moved = world.at_once("老板", lambda desk: desk.groups.propose_members(group, tuple(by_code), True))
        world.at_once(
            "老板",
            lambda desk: desk.groups.confirm_members(moved.code),
            told=lambda done: [
                ("member", {"person": by_code[code], "group": made.id}) for code in done.codes
            ],
        )

    def _put(self, world: World, sku: str, kind: str) -> None:
        world.at_once(
            "老板",
            lambda desk: desk.products.put(sku, sku, Goods(kind), Money(10_000)),
            told=product_told,
        )

    def _rate(self, world: World, key: str, typed: str) -> None:
        made = world.at_once("老板", lambda desk: desk.settings.propose(key, typed))
        world.at_once("老板", lambda desk: desk.settings.confirm(made.code), told=setting_told)

    def _change(self, world: World, key: str, typed: str) -> None:
        world.at_once("老板", lambda desk: desk.settings.change(key, typed), told=setting_told)

    def _recruit(self, world: World, name: str, above: str) -> None:
        if above:
            code = world.code(above)
            world.at_once(
                name,
                lambda desk: desk.referrals.open_invitation(code),
                told=lambda _done: [("visit", {"person": name, "promoter": above, "invitation": True})],
            )
        made = world.at_once(name, apply_words(name), told=applied(world, name))
        world.at_once(
            "老板",
            lambda desk: desk.recruiting.approve(made.application),
            told=approved(world, name, made.application),
        )
