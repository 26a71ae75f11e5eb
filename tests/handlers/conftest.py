"""Worlds for the tests of the conversations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.handlers.world import World


@pytest.fixture
def world() -> Iterator[World]:
    """老板's shop, with two levels."""
    made = World()
    yield made
    made.close()


@pytest.fixture
def one_level() -> Iterator[World]:
    """老板's shop, whose second level is not acknowledged."""
    made = World(two_level=False)
    yield made
    made.close()
