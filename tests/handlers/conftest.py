"""Worlds for the tests of the conversations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.handlers.world import World


@pytest.fixture(scope="session")
def _two_levels() -> Iterator[World]:
    made = World()
    yield made
    made.close()


@pytest.fixture(scope="session")
def _one_level() -> Iterator[World]:
    made = World(two_level=False)
    yield made
    made.close()


@pytest.fixture
def world(_two_levels: World) -> World:
    """老板's shop, with two levels."""
    return _two_levels.again()


@pytest.fixture
def one_level(_one_level: World) -> World:
    """老板's shop, whose second level is not acknowledged."""
    return _one_level.again()
