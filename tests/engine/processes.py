"""Real processes on one database, begun together."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.engine.world import World

ROOT = Path(__file__).parents[2]
PATIENCE = 240


@contextmanager
def processes(
    worlds: World | Sequence[World], job: str, arguments: list[dict[str, Any]]
) -> Iterator[list[subprocess.Popen[str]]]:
    """One process for each set of arguments, in the world or each in its own; all begin at once."""
    shops = [worlds] * len(arguments) if isinstance(worlds, World) else worlds
    started = [
        subprocess.Popen(
            [
                sys.executable, "-m", "tests.engine.writers", world.url, world.shop,
                str(int(world.now.timestamp())), job, json.dumps(one),
            ],
            cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for world, one in zip(shops, arguments, strict=True)
    ]  # fmt: skip
    try:
        for one in started:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n", one.stderr and one.stderr.read()
        for one in started:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        yield started
    finally:
        for one in started:
            one.kill()
            one.wait()
            for pipe in (one.stdin, one.stdout, one.stderr):
                assert pipe is not None
                pipe.close()


def run(worlds: World | Sequence[World], job: str, arguments: list[dict[str, Any]]) -> list[list[str]]:
    """What each of them said, when all have ended well; the worst waits are printed."""
    return timed(worlds, job, arguments)[0]


def timed(
    worlds: World | Sequence[World], job: str, arguments: list[dict[str, Any]]
) -> tuple[list[list[str]], float]:
    """The same, and the seconds that the slowest of them took."""
    said: list[list[str]] = []
    with processes(worlds, job, arguments) as started:
        for one in started:
            out, err = one.communicate(timeout=PATIENCE)
            assert one.returncode == 0, err
            said.append(out.splitlines())
    ends = [lines.pop().split() for lines in said]
    waits = sorted(float(end[1]) for end in ends)
    url = worlds.url if isinstance(worlds, World) else worlds[0].url
    print(f"{job} on {url.split(':')[0]}: the worst waits of {len(waits)} writers {waits} s")
    return said, max(float(end[3]) for end in ends)
