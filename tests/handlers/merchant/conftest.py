"""Worlds that are opened once and set back before each test: a tenth of the time that opening them takes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.handlers.merchant.scenes import crowd as fill
from tests.handlers.merchant.scenes import hire
from tests.handlers.world import World


@dataclass
class Mould:
    """A world, and everything in it as it was in the beginning."""

    world: World

    def __post_init__(self) -> None:
        self._data = self._database().serialize()
        self._kept: dict[str, Any] = {
            "time": self.world.wrist.time, "random": self.world._random.getstate(), "count": self.world._count,
        }  # fmt: skip

    def fresh(self) -> World:
        """The world as it was in the beginning."""
        self._database().deserialize(self._data)
        self.world.wrist.time = self._kept["time"]
        self.world._random.setstate(self._kept["random"])
        self.world._count = self._kept["count"]
        self.world.talks.clear()
        return self.world

    def _database(self) -> sqlite3.Connection:
        found = self.world.engine.store.engine.raw_connection().driver_connection
        assert isinstance(found, sqlite3.Connection)
        return found


@pytest.fixture(scope="session")
def two_levels() -> Iterator[Mould]:
    made = World()
    yield Mould(made)
    made.close()


@pytest.fixture(scope="session")
def single_level() -> Iterator[Mould]:
    made = World(two_level=False)
    yield Mould(made)
    made.close()


@pytest.fixture
def world(two_levels: Mould) -> World:
    """老板's shop, with two levels."""
    return two_levels.fresh()


@pytest.fixture
def one_level(single_level: Mould) -> World:
    """老板's shop, whose second level is not acknowledged."""
    return single_level.fresh()


@pytest.fixture(scope="session")
def full() -> Iterator[Mould]:
    made = World()
    fill(made)
    yield Mould(made)
    made.close()


@pytest.fixture
def crowd(full: Mould) -> World:
    """A shop where everything is as long as it can be."""
    return full.fresh()


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    """老板's shop with a member of each role and alice, a promoter; for tests whose traces nobody minds."""
    made = World()
    hire(made)
    made.promoter("alice")
    yield made
    made.close()
