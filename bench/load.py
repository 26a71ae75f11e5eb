"""Fifty people write at once for a minute while posters are rendered: how long the slowest of them waits."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count

from bench.servers import OURS, ROOT, Server, granian, serving
from bench.shop import running_shop
from bench.table import Row, Sample, bar, shown

SENDERS, SECONDS = 50, 60
_POSTERS = "from bench.poster import poster, render\nn = 0\nwhile True:\n    n += 1\n    render(poster(n))"


def main() -> str:
    """Each sender asks 收益, reads the answer, thinks for half a second, and asks again."""
    people = [f"o_sender{n}" for n in range(SENDERS)]
    with (
        running_shop(people) as shop,
        serving({"ours": (granian("wsgi:app", OURS), shop.environment)}) as servers,
    ):
        server = servers["ours"]
        before = server.memory
        with _rendering():
            waits = sorted(_sent(server, people))
        after = server.memory
    rows = [
        Row(
            f"{name} of {len(waits)} answers",
            Sample((waits[int(part * (len(waits) - 1))],)),
            "ms",
            1000,
            None,
            goal,
        )
        for name, part, goal in (("p50", 0.5, None), ("p99", 0.99, 250), ("max", 1.0, 4_500))
    ]
    rows += [
        Row(f"memory of the web processes {when}", Sample((size,)), "MB", 1e-6)
        for when, size in (("before", before), ("after", after))
    ]
    return shown("50 senders at once, for a minute, while posters are rendered", rows)


def _sent(server: Server, people: list[str]) -> list[float]:
    waits: list[float] = []
    numbers = count(3 * 10**9)
    end = time.monotonic() + SECONDS

    def send(openid: str) -> None:
        with closing(server.connect()) as connection:
            while time.monotonic() < end:
                begun = time.perf_counter()
                server.ask(connection, openid, "收益", next(numbers))
                waits.append(time.perf_counter() - begun)
                time.sleep(0.5)

    senders = [threading.Thread(target=send, args=(openid,)) for openid in people]
    for sender in senders:
        sender.start()
    for _ in bar("load", range(SECONDS)):
        time.sleep(1)
    for sender in senders:
        sender.join()
    return waits


@contextmanager
def _rendering() -> Iterator[None]:
    """One worker renders one poster after the other."""
    worker = subprocess.Popen([sys.executable, "-c", _POSTERS], cwd=ROOT)
    try:
        yield
    finally:
        worker.kill()
        worker.wait()
