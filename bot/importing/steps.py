"""What a row of a file would do, and doing it: first everything is looked at, then, if asked, everything is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import click

from bot.lines import say
from engine.errors import Refusal
from handlers.texts.marks import as_read
from handlers.texts.refusals import sorry_staff

LONG = 200
"""Rows from which on a bar is shown."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command that a row, or several that belong together, asks for."""

    line: int
    difference: str
    """What would change; empty when everything is so already."""
    act: Callable[[], str]
    """Does it, and says what became of it."""


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that cannot be taken, and why."""

    line: int
    reason: str


Found = Step | Bad
T = TypeVar("T")


def why(refusal: Refusal) -> str:
    """A refusal in one line of plain text."""
    return " ".join(as_read(sorry_staff(refusal)).split())


def run(found: Iterable[Found], total: int, *, apply: bool) -> bool:
    """Say what the rows would do; do it if asked and if no row is bad. False when anything was wrong."""
    looked = tuple(_barred(found, total, "reading"))
    bad = [one for one in looked if isinstance(one, Bad)]
    steps = [one for one in looked if isinstance(one, Step)]
    new = [step for step in steps if step.difference]
    told = [(one.line, f"BAD  {one.reason}") for one in bad] + [(one.line, one.difference) for one in new]
    for line, said in sorted(told):
        say(f"line {line}: {said}")
    say(f"{len(new)} to do, {len(steps) - len(new)} as they are, {len(bad)} bad")
    if bad:
        say("nothing was changed: mend the bad rows, then run it again", err=True)
        return False
    if not apply:
        say("this was a dry run: nothing was changed; --apply makes the changes")
        return True
    return _apply(new)


def _apply(steps: Sequence[Step]) -> bool:
    outcomes: Counter[str] = Counter()
    failed = 0
    for step in _barred(steps, len(steps), "applying"):
        try:
            outcomes[step.act()] += 1
        except Refusal as refusal:
            failed += 1
            say(f"line {step.line}: NOT DONE  {why(refusal)}", err=True)
    say(", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())) or "nothing to do")
    return not failed and not outcomes["conflict"]


def _barred(rows: Iterable[T], total: int, label: str) -> Iterable[T]:
    if total < LONG:
        yield from rows
        return
    with click.progressbar(rows, length=total, label=label) as bar:
        yield from bar
