"""What people and the shop do of their own accord: one move begins one delivery, or an order with all its facts.

One module for each who acts; `told.py` says what the oracle hears of it.
"""

from __future__ import annotations

import random

from tests.simulation.moves.customers import Customers
from tests.simulation.moves.groups import Groups
from tests.simulation.moves.hours import Hours
from tests.simulation.moves.office import Office
from tests.simulation.moves.opening import Opening
from tests.simulation.moves.operator import Operator
from tests.simulation.moves.payers import Payers
from tests.simulation.moves.promoters import Promoters
from tests.simulation.moves.room import Scene
from tests.simulation.moves.rules import Rules
from tests.simulation.moves.servants import Servants
from tests.simulation.moves.shop import Shop
from tests.simulation.moves.staff import Staff
from tests.simulation.world import World

MUCH = 6
"""How much more often than elsewhere is done what a world does often."""


class Moves:
    """Everybody's wishes, drawn from the world's own dice."""

    def __init__(self, seed: object, often: tuple[str, ...] = ()) -> None:
        self.scene = Scene(random.Random(f"moves:{seed}"))
        self.payers = Payers(self.scene)
        rooms = [
            one(self.scene)
            for one in (Shop, Hours, Customers, Promoters, Office, Servants, Rules, Groups, Staff)
        ]
        everybody = (*rooms, self.payers, Operator(self.scene, self.payers))
        wishes = [wish for room in everybody for wish in room.wishes()]
        self.weights = [weight * (MUCH if act.__name__ in often else 1) for weight, act in wishes]
        self.acts = [act for _, act in wishes]

    def begin(self, world: World) -> World:
        """The world with its shop open."""
        Opening(self.scene).open(world)
        self.scene.opened = world.now + 1
        world.move(minutes=10)
        return world

    def make(self, world: World) -> None:
        """Somebody wants something."""
        (wish,) = self.scene.random.choices(self.acts, self.weights)
        wish(world)

    def settle(self, world: World) -> None:
        """The end of the day."""
        self.payers.settle(world)
