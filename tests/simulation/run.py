"""`make simulate`: two minutes of worlds in two processes. Prints what was reached; ends with 1 if anything broke."""

from __future__ import annotations

import argparse
import gc
import hashlib
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from resource import RUSAGE_CHILDREN, getrusage

from engine.store.commands import VERBS
from tests.simulation.play import STEPS, play
from tests.simulation.world import Broken, World


def main() -> int:
    """Play worlds from a first seed on, for so many seconds or so many worlds."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=120)
    asked.add_argument("--processes", type=int, default=2)
    asked.add_argument("--seed", type=int, default=0, help="the first world's seed")
    asked.add_argument("--worlds", type=int, default=0, help="so many, however long it takes: for a digest")
    given = asked.parse_args()
    began = time.monotonic()
    steps = crashes = worlds = 0
    verbs: Counter[str] = Counter()
    broken: list[str] = []
    digest = hashlib.sha256()
    with ProcessPoolExecutor(given.processes, initializer=_collect_rarely) as pool:
        for one in pool.map(_some, _seeds(given, began), chunksize=1):
            for seed_steps, seed_crashes, seed_verbs, seed_digest, wrong in one:
                worlds, steps, crashes = worlds + 1, steps + seed_steps, crashes + seed_crashes
                verbs += seed_verbs
                digest.update(seed_digest.encode())
                broken += [wrong] if wrong else []
    took = time.monotonic() - began
    spent = getrusage(RUSAGE_CHILDREN)
    busy = spent.ru_utime + spent.ru_stime
    print(f"steps    {steps:>9,}   {steps / took:,.0f} a second, {steps / busy:,.0f} a second of processor")
    print(f"crashes  {crashes:>9,}   one in {steps / max(1, crashes):,.0f} steps")
    print(
        f"bound by           the processor: {busy:,.0f} s of it in {took:,.0f} s with {given.processes} processes"
    )
    print(f"worlds   {worlds:>9,}   seeds {given.seed} to {given.seed + worlds - 1}")
    print(
        f"verbs    {len(verbs):>4} of {len(VERBS)}   not reached: {', '.join(sorted(VERBS - verbs.keys())) or 'none'}"
    )
    print(f"digest   {digest.hexdigest()[:16]}   of these worlds, in this order")
    for wrong in broken:
        print(f"BROKEN   {wrong}", file=sys.stderr)
    return 1 if broken else 0


def _collect_rarely() -> None:
    """Statements are built by the million and hardly ever in circles: looking for circles costs some per cent."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def _seeds(given: argparse.Namespace, began: float) -> Iterator[tuple[int, int, float]]:
    """One job per process: every so-many-th seed, until the time is over."""
    if given.worlds:
        return iter([(seed, 1, 0.0) for seed in range(given.seed, given.seed + given.worlds)])
    return iter([(given.seed + n, given.processes, began + given.seconds) for n in range(given.processes)])


def _some(job: tuple[int, int, float]) -> list[tuple[int, int, Counter[str], str, str]]:
    first, stride, until = job
    if not until:
        return [_one(first)]
    found, seed = [], first
    while time.monotonic() < until:
        found.append(_one(seed))
        seed += stride
    return found


def _one(seed: int) -> tuple[int, int, Counter[str], str, str]:
    try:
        world: World = play(seed, STEPS)
    except Broken as wrong:
        return wrong.step, 0, Counter(), "broken", str(wrong)
    return world.stage.steps, world.stage.crashes, world.count_verbs(), world.stage.digest, ""


if __name__ == "__main__":
    sys.exit(main())
