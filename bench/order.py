"""What one paid order costs, against raw sqlite3 running the very same statements in one transaction."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event

from bench.table import Row, Sample, shown
from engine.store.setup import upgrade
from tests.engine.world import World

ROUNDS = 120
WARM_UP = 20

Spoken = list[tuple[str, Any, bool]]
Taken = tuple[float, float]
"""Seconds by the clock on the wall, and of processor."""


def main() -> str:
    """Ours and raw sqlite3, one order each a round, on two copies of one file."""
    with tempfile.TemporaryDirectory() as folder:
        ours, raw = _measured(Path(folder))
    wall, processor = (Sample(tuple(pair[n] for pair in raw)) for n in (0, 1))
    own_wall, own_processor = (Sample(tuple(pair[n] for pair in ours)) for n in (0, 1))
    rows = [
        Row("raw sqlite3, the same statements", wall, "ms", 1000, wall),
        Row("one paid order: engine, one transaction", own_wall, "ms", 1000, wall, goal=3.0),
        Row("raw sqlite3, processor time alone", processor, "ms", 1000, processor),
        Row("one paid order, processor time alone", own_processor, "ms", 1000, processor),
    ]
    return shown("One paid order (file database, wall time)", rows)


def _measured(folder: Path) -> tuple[list[Taken], list[Taken]]:
    file = folder / "ours.db"
    world = World(_fresh(file)).ready()
    spoken: Spoken = []
    _listen(world, spoken)
    twin = folder / "raw.db"
    world.pay("carol", 10_000, by="bob")  # the first write of a process compiles its statements
    _checkpoint(file)
    shutil.copy(file, twin)
    other = sqlite3.connect(twin, isolation_level=None)
    other.execute("PRAGMA foreign_keys = ON")
    other.execute("PRAGMA synchronous = FULL")
    bob = world.code("bob")  # a question on a connection of its own, and no part of an order
    ours: list[Taken] = []
    raw: list[Taken] = []
    for number in range(WARM_UP + ROUNDS):
        spoken.clear()
        begun = _clocks()
        world.pay(f"buyer{number}", 10_000 + number, code=bob)
        ours.append(_since(begun))
        said = list(spoken)
        begun = _clocks()
        _replay(other, said)
        raw.append(_since(begun))
    other.close()
    return ours[WARM_UP:], raw[WARM_UP:]


def _clocks() -> Taken:
    return time.perf_counter(), time.process_time()


def _since(begun: Taken) -> Taken:
    wall, processor = _clocks()
    return wall - begun[0], processor - begun[1]


def _fresh(file: Path) -> str:
    url = f"sqlite:///{file}"
    engine = create_engine(url)
    upgrade(engine)
    engine.dispose()
    return url


def _checkpoint(file: Path) -> None:
    """Everything into the file itself, so that a copy of it is whole."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _listen(world: World, spoken: Spoken) -> None:
    def before(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        spoken.append((statement, parameters, many))

    event.listen(world.engine.store.engine, "before_cursor_execute", before)


def _replay(connection: sqlite3.Connection, said: Spoken) -> None:
    for statement, parameters, many in said:
        if statement.startswith(("BEGIN", "COMMIT")):
            continue
        if not connection.in_transaction:
            connection.execute("BEGIN IMMEDIATE")
        if many:
            connection.executemany(statement, parameters)
        else:
            connection.execute(statement, parameters).fetchall()
    connection.execute("COMMIT")
