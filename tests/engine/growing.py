"""A shop with many orders made in bulk, and what a question costs in it, counted in steps of SQLite's machine."""

# ruff: noqa: S608  the statements hold nothing from outside

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Table, event, text

from engine.store.actors import SYSTEM
from engine.store.base import Tx
from engine.store.tables import (
    commands,
    commissions,
    entries,
    order_facts,
    order_lines,
    orders,
    postings,
    withdrawals,
)
from tests.engine.world import World

GRAIN = 10
"""Steps between two counts."""
_KEYED = {"id", "order_id", "code", "number", "reference", "bill"}
_TIMES = {
    "at",
    "paid_at",
    "accrued_at",
    "due_at",
    "requested_at",
    "done_at",
    "since",
    "matured_at",
    "heard_at",
}
_LATER = 60_000


def multiply(world: World, times: int, but: str) -> None:
    """All orders but one with what they pay, and all payouts, again so many times, each time a minute older.

    What was given by hand (人工调整) is not made again.
    """
    world.audits = False  # ids, hashes and sums are not made to fit
    world.engine.store.write(world.shop, SYSTEM, lambda tx: _multiply(tx, times, but))


def _multiply(tx: Tx, times: int, but: str) -> None:
    if tx.on_sqlite:
        tx.run(text("PRAGMA defer_foreign_keys = ON"))
    tx.run(text("CREATE TEMP TABLE IF NOT EXISTS numbers (copy INTEGER PRIMARY KEY)"))
    tx.run(text("DELETE FROM numbers"))
    tx.run(text("INSERT INTO numbers VALUES (:copy)"), [{"copy": copy} for copy in range(1, times + 1)])
    last = tx.run(text("SELECT max(seq) FROM entries WHERE shop_id = :shop"), {"shop": tx.shop}).scalar_one()
    for table, where in _WANTED.items():
        _copy(tx, table, where, last, but)
    tx.run(
        text(
            "UPDATE books SET seq = (SELECT max(seq) FROM entries WHERE shop_id = :shop) WHERE shop_id = :shop"
        ),
        {"shop": tx.shop},
    )


_OF_OTHERS = "order_id <> (SELECT id FROM orders WHERE shop_id = :shop AND number = :but)"
_WANTED: dict[Table, str] = {
    orders: "number <> :but",
    order_facts: _OF_OTHERS,
    order_lines: _OF_OTHERS,
    commissions: _OF_OTHERS,
    withdrawals: "state IN ('paid', 'rejected') AND :but = :but",
    commands: ":but = :but",
    entries: "reference NOT LIKE 'adjust:%' AND :but = :but",
    postings: "seq NOT IN (SELECT seq FROM entries WHERE reference LIKE 'adjust:%') AND :but = :but",
}


def _copy(tx: Tx, table: Table, where: str, last: int, but: str) -> None:
    columns = {f'"{column.name}"': _value(column.name, last) for column in table.c}
    tx.run(
        text(
            f"INSERT INTO {table.name} ({', '.join(columns)})"
            f" SELECT {', '.join(columns.values())} FROM {table.name}, numbers WHERE shop_id = :shop AND {where}"
        ),
        {"shop": tx.shop, "but": but},
    )


def _value(name: str, last: int) -> str:
    if name in _KEYED:
        return f"\"{name}\" || '-{last}-' || copy"
    if name in _TIMES:
        return f'"{name}" - copy * {_LATER}'
    return f"seq + copy * {last}" if name == "seq" else f'"{name}"'


@contextmanager
def counted(world: World) -> Iterator[Callable[[], int]]:
    """How many steps the database has taken since it was asked last."""
    steps = [0]

    def tick() -> int:
        steps[0] += GRAIN
        return 0

    def begin(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_progress_handler(tick, GRAIN)

    def read() -> int:
        found, steps[0] = steps[0], 0
        return found

    pool = world.engine.store.readers
    event.listen(pool, "checkout", begin)
    yield read
    event.remove(pool, "checkout", begin)
