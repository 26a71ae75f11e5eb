"""Interleaved rounds, medians and the table that is printed."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import TypeVar

import click

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sample:
    """What was measured of one thing, in one unit."""

    values: tuple[float, ...]

    @property
    def middle(self) -> float:
        return median(self.values)

    @property
    def spread(self) -> tuple[float, float]:
        """The first and the last tenth left out."""
        ordered, cut = sorted(self.values), len(self.values) // 10
        return ordered[cut], ordered[-1 - cut]


def interleaved(
    steps: Mapping[str, Callable[[int], object]], rounds: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, Sample]:
    """Each step once a round, so that a busy machine slows all of them alike; in seconds."""
    taken: dict[str, list[float]] = {name: [] for name in steps}
    for number in range(rounds):
        for name, step in steps.items():
            begun = clock()
            step(number)
            taken[name].append(clock() - begun)
    return {name: Sample(tuple(values)) for name, values in taken.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what it took, against what it is compared to."""

    what: str
    sample: Sample
    unit: str
    scale: float = 1.0
    """What a value is multiplied with to stand in the unit."""
    against: Sample | None = None
    goal: float | None = None
    """The highest ratio wanted; without `against`, the highest value in the unit."""

    @property
    def ratio(self) -> float | None:
        return self.sample.middle / self.against.middle if self.against else None

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        reached = self.ratio if self.against else self.sample.middle * self.scale
        return reached is not None and reached <= self.goal


def shown(title: str, rows: Iterable[Row]) -> str:
    """The rows as a table of Markdown, which is read as well in a terminal."""
    lines = [f"### {title}", "", "| what | median | spread | ratio | goal | |", "|---|--:|---|--:|--:|---|"]
    for row in rows:
        low, high = (value * row.scale for value in row.sample.spread)
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        goal = "" if row.goal is None else f"≤ {row.goal:g}"
        met = {None: "", True: "met", False: "**not met**"}[row.met]
        lines.append(
            f"| {row.what} | {row.sample.middle * row.scale:.4g} {row.unit} | {low:.4g} – {high:.4g} "
            f"| {ratio} | {goal} | {met} |"
        )
    return "\n".join(lines)


def bar(name: str, steps: Sequence[T]) -> Iterator[T]:
    """The steps, with a bar on the terminal of whoever waits."""
    with click.progressbar(steps, label=name, file=sys.stderr) as shown_steps:
        yield from shown_steps


def machine() -> str:
    """When, and on what: processor and cores, and how much else runs."""
    cpu = Path("/proc/cpuinfo").read_text()
    model = next((line.partition(":")[2].strip() for line in cpu.splitlines() if "model name" in line), "?")
    busy = os.getloadavg()[0]
    return (
        f"{date.today()} · {model}, {os.cpu_count()} cores · Python {platform.python_version()}"
        f" · load before: {busy:.1f}"
    )
