"""What one encrypted message costs the web processes: ours (claim, talk, dispatch, 收益 looked up) and peers."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import closing

from bench.servers import NODE, OURS, THEIRS, Server, granian, gunicorn, node, serving
from bench.shop import running_shop
from bench.table import Row, Sample, bar, shown

ROUNDS, MESSAGES, WARM_UP = 25, 40, 150
UNIT = "bare Flask + wechatpy, gunicorn gthread 2×8"
OURS_NAME = "ours: granian 2×8, 收益 from the database"
PEERS = {
    UNIT: gunicorn("bench.peers.bare:app"),
    "the same on granian": granian("bench.peers.bare:app"),
    "WeRoBot with its session store, gunicorn": gunicorn("bench.peers.robot:app"),
    "Python floor: one function on granian": granian("bench.peers.floor:app"),
}
CO_WECHAT = "node co-wechat on koa"


def main() -> str:
    """All servers stand side by side; each gets some messages a round, one after the other."""
    if not THEIRS.exists():
        return "### The door\n\nleft out: the peers are not installed (make bench installs them)\n"
    peers = dict(PEERS)
    if (NODE / "node_modules" / "co-wechat").exists() and shutil.which("node"):
        peers[CO_WECHAT] = node("co-wechat.js")
    people = [f"o_sender{n}" for n in range(10)]
    commands: dict[str, tuple[list[str], Mapping[str, str]]] = {
        name: (command, {}) for name, command in peers.items()
    }
    with running_shop(people) as shop:
        commands[OURS_NAME] = granian("wsgi:app", OURS), shop.environment
        with serving(commands) as servers:
            taken = _measured(servers, people)
    unit = taken[UNIT]
    rows = [
        Row(name, sample, "µs", 1e6, unit, 2.0 if name == OURS_NAME else None)
        for name, sample in taken.items()
    ]
    return shown("One encrypted message (processor of the web processes)", rows)


def _measured(servers: Mapping[str, Server], people: list[str]) -> dict[str, Sample]:
    numbers = iter(range(10**9, 2 * 10**9))
    taken: dict[str, list[float]] = {name: [] for name in servers}

    def some(name: str, count: int) -> float:
        server = servers[name]
        with closing(server.connect()) as connection:
            before = server.processor
            for n in range(count):
                server.ask(connection, people[n % len(people)], "收益", next(numbers))
            return (server.processor - before) / count

    for name in servers:
        some(name, WARM_UP)
    for _ in bar("door", range(ROUNDS)):
        for name in servers:
            taken[name].append(some(name, MESSAGES))
    return {name: Sample(tuple(values)) for name, values in taken.items()}
