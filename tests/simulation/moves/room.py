"""What all who act in a world have in hand: the dice, the moments that mattered, and how one wishes."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.world import World

Wishes = tuple[tuple[float, Callable[[World], None]], ...]
"""How often something is wished, and what."""


@dataclass
class Scene:
    """What the rooms of one world share."""

    random: random.Random
    opened: int = 0
    """Nothing is sold before the shop was set up."""
    instants: list[int] = field(default_factory=list)
    """Moments at which something changed; orders like to be paid just then."""


class Room:
    """Some of the people, and what they may wish."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.random = scene.random
        self.instants = scene.instants

    def wishes(self) -> Wishes:
        """What is wished here, by weight."""
        return ()

    def one(self, options: Any) -> Any:
        return self.random.choice(options)

    def promoter(self, world: World) -> str:
        return str(self.random.choice(list(world.promoters())))

    def of_many(self, world: World, whose: str) -> str:
        """A promoter, and rather one who has much of what the statement lists by its promoters."""
        found = world.rows(whose)
        return self.promoter(world) if not found else str(world.name_of(self.random.choice(found)[0]))

    def withdrawal(self, world: World, *states: str) -> tuple[str, str] | None:
        marks = ", ".join("?" for _ in states)
        rows = world.rows(
            f"SELECT w.code, p.person_id FROM withdrawals w JOIN promoters p ON p.id = w.promoter_id"  # noqa: S608
            f" WHERE w.state IN ({marks}) ORDER BY w.code",
            *states,
        )
        if not rows:
            return None
        code, person = self.random.choice(rows)
        return str(code), world.names[person]

    def changed(self, world: World, what: str, **facts: Any) -> list[Any]:
        self.instants.append(world.now)
        return [(what, facts)]

    def moment(self, world: World) -> list[Any]:
        self.instants.append(world.now)
        return []

    def confirmed(self, world: World, propose: Any, confirm: Any, told: Any, by: str = "老板") -> None:
        """The owner, or somebody else, asks, and types the code that he is shown."""

        def typed(proposed: Any) -> None:
            world.deliver(by, lambda desk: confirm(desk, proposed.code), told=told)

        world.deliver(by, propose, then=typed)
