"""The process dies once, at each commit and each call to the outside, before or after: the story ends the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from tests.simulation.stories import STORIES, Teller, told

SAMPLED = 5
"""Points of a story in `make test`, evenly spread; `make prove` takes every one."""


@cache
def _undisturbed(story: Callable[[Teller], None]) -> tuple[dict[str, Any], int]:
    left, points, crashes = told(story)
    assert crashes == 0
    assert left["findings"] == ()
    return left, points


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_story_ends_the_same_wherever_the_process_died_some_points(story: Callable[[Teller], None]) -> None:
    _, points = _undisturbed(story)
    for n in range(SAMPLED):
        _same(story, 1 + n * (points - 1) // (SAMPLED - 1))


@pytest.mark.prove
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_story_ends_the_same_wherever_the_process_died_every_point(story: Callable[[Teller], None]) -> None:
    _, points = _undisturbed(story)
    for n in range(1, points + 1):
        _same(story, n)


def _same(story: Callable[[Teller], None], crash_at: int) -> None:
    left, _, crashes = told(story, crash_at)
    assert crashes == 1
    undisturbed, _ = _undisturbed(story)
    differences = [name for name, rows in left.items() if rows != undisturbed[name]]
    assert not differences, {name: (left[name], undisturbed[name]) for name in differences}
