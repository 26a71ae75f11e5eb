"""Every planted bug is found by some world; the same worlds without it are sound."""

from __future__ import annotations

import pytest

from tests.simulation.planted import BUGS, hunt

QUICK = ("amounts are rounded up", "a row is claimed without compare-and-set")


@pytest.mark.parametrize("name", QUICK)
def test_the_plainest_are_found_in_seconds(name: str) -> None:
    assert hunt(name) is not None


@pytest.mark.prove
@pytest.mark.parametrize("name", BUGS)
def test_each_is_found(name: str) -> None:
    found = hunt(name)
    assert found is not None
    print(f"| {name} | {found.what.split(':')[0]} | {found.seed} | {found.step} |")


def test_there_are_at_least_twenty() -> None:
    assert len(BUGS) >= 20
