"""What the owner changes of the rules: settings, rates, products."""

from __future__ import annotations

from typing import Any

from engine.money import Rate
from tests.simulation.moves.room import Room, Wishes
from tests.simulation.moves.told import product_told, setting_told
from tests.simulation.world import World

CHOICES: dict[str, tuple[Any, ...]] = {
    "lock_mode": ("on_visit", "on_purchase", "single_shot", "single_shot"),
    "lock_days": (0, 0, 1, 2, 30),
    "visit_window": (0, 1, 7, 90),
    "two_level": ("on", "on", "off"),
    "self_purchase": ("none", "commission", "discount"),
    "settle_mode": ("paid", "shipped", "received"),
    "settle_days": (0, 1, 7),
    "review": ("on", "off"),
    "recruiting": ("on", "on", "off"),
    "programme": ("on", "on", "on", "on", "off"),
    "payout_mode": ("online", "online", "offline"),
    "daily_limit": ("0", "500"),
}
RATES = ("0", "0.01%", "5%", "8%", "10%", "30%", "33.33%", "40%", "50%")


class Rules(Room):
    """The owner cannot leave the rules alone."""

    def wishes(self) -> Wishes:
        return (
            (1.2, self.setting), (0.5, self.rate), (0.5, self.product), (0.3, self.product_rates),
            (0.05, self.levels),
        )  # fmt: skip

    def setting(self, world: World) -> None:
        key = self.one((*CHOICES, *["payout_mode"] * 4))
        typed = str(self.random.choice(CHOICES[key]))
        world.deliver(
            "老板",
            lambda desk: desk.settings.change(key, typed),
            told=lambda change: [*setting_told(change), *self.moment(world)],
        )

    def levels(self, world: World) -> None:
        """The second level is switched off, or on again."""
        typed = self.one(("on", "off"))
        world.deliver(
            "老板",
            lambda desk: desk.settings.change("two_level", typed),
            told=lambda change: [*setting_told(change), *self.moment(world)],
        )

    def rate(self, world: World) -> None:
        key, typed = self.one(("level1", "level2")), self.one(RATES)

        def confirm(proposed: Any) -> None:
            world.deliver(
                "老板",
                lambda desk: desk.settings.confirm(proposed.code),
                told=lambda change: [*setting_told(change), *self.moment(world)],
            )

        world.deliver("老板", lambda desk: desk.settings.propose(key, typed), then=confirm)

    def product(self, world: World) -> None:
        sku, promoted = self.one(("SKU1", "SKU2", "SERVICE", "PLAIN")), self.random.random() < 0.7
        world.deliver("老板", lambda desk: desk.products.promote(sku, promoted), told=product_told)

    def product_rates(self, world: World) -> None:
        sku = self.one(("SKU1", "SKU2", "SERVICE", "PLAIN"))
        rates = [self.one((None, None, Rate(0), Rate(500), Rate(2_500), Rate(3_333))) for _ in range(2)]
        self.confirmed(
            world,
            lambda desk: desk.products.propose_rates(sku, *rates),
            lambda desk, code: desk.products.confirm_rates(code),
            product_told,
        )
