"""One world from one seed, from its opening to its rest."""

from __future__ import annotations

from tests.simulation.chunks import chunks_of
from tests.simulation.moves.everybody import Moves
from tests.simulation.world import Faults, World

STEPS = 2_000
"""A world's life, before it comes to rest."""

KINDS = (
    Faults(crash=0.15),
    Faults(crash=0.05),
    Faults(crash=0.03, lost_answer=0.3),
    Faults(crash=0.1, failed_send=0.5),
)
"""Storms, in which hardly anything ends at the first try, and calmer worlds, whose histories grow long."""


CHUNKS = (2, 1, 50, 3)
"""How many rows of something long are done in one transaction: the product's 50 in few worlds."""


HABITS: tuple[tuple[str, ...], ...] = (
    (),
    ("transfer", "give", "rights"),
    ("book", "settle_outside"),
    ("terminate", "apply", "review", "upline"),
    ("create", "rename", "delete", "member", "invite", "called", "invitation", "apply", "review"),
    ("rush", "levels", "freeze", "restore"),
)
"""What is done more often than elsewhere."""


def faults_of(seed: int) -> Faults:
    """What goes wrong in a seed's world."""
    return KINDS[seed % len(KINDS)]


def habits_of(seed: int) -> tuple[str, ...]:
    return HABITS[seed % len(HABITS)]


def play(seed: int, steps: int = STEPS, faults: Faults | None = None) -> World:
    """Play it; raises Broken when something does not hold."""
    moves = Moves(seed, habits_of(seed))
    with chunks_of(CHUNKS[seed // len(KINDS) % len(CHUNKS)]):
        world = moves.begin(World(seed, faults or faults_of(seed)))
        world.run(steps, moves)
    return world
