"""A shop with many orders and people, made in bulk, and what a question costs in it, in steps of SQLite's machine."""

# ruff: noqa: S608  the statements hold nothing from outside

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Table, event, text
from sqlalchemy.schema import AddConstraint, DropConstraint

from engine.ids import PromoterId
from engine.people import accounts
from engine.store.actors import SYSTEM
from engine.store.base import Tx
from engine.store.columns import to_ms
from engine.store.tables import (
    commands,
    commissions,
    entries,
    order_facts,
    order_lines,
    orders,
    people,
    postings,
    promoters,
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
_CACHE = 2_000_000
"""Kilobytes of the file that SQLite may keep in memory while it is filled."""
_DIGITS = "substr(CAST(1000000 + :met + copy AS TEXT), 2)"
"""How many there were and a number of the table `numbers`, in six digits."""


Shown = Callable[[Sequence[Any]], Iterable[Any]]
"""Gives the steps one by one, and may tell somebody how far it is."""


def multiply(world: World, times: int, but: str, shown: Shown = iter) -> None:
    """All orders but one with what they pay, and all payouts, again so many times, each time a minute older.

    What was given by hand (人工调整) is not made again.
    """
    world.audits = False  # ids, hashes and sums are not made to fit
    world.engine.store.write(world.shop, SYSTEM, lambda tx: _multiply(tx, times, but, shown))


def recruit(world: World, upline: PromoterId, count: int, below: int) -> None:
    """So many promoters more, at most a million; the upline invited `below` of them, one now and one then."""
    world.audits = False  # they have no history
    world.engine.store.write(world.shop, SYSTEM, lambda tx: _recruit(tx, upline, count, below))


@contextmanager
def in_bulk(world: World, shown: Shown = iter) -> Iterator[None]:
    """Rows come without indexes and foreign keys, which are made anew of all of them at the end.

    On SQLite nothing is synced, checked or written out of the cache: for a database that nobody needs tomorrow.
    """
    store = world.engine.store
    store.close()
    event.listen(store.engine, "connect", _hurry)
    indexes = store.write(world.shop, SYSTEM, _strip)
    yield
    store.write(world.shop, SYSTEM, lambda tx: _dress(tx, indexes, shown))
    event.remove(store.engine, "connect", _hurry)
    store.close()
    if store.engine.dialect.name != "sqlite":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))  # which autovacuum does where rows come one by one


def _hurry(connection: object, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", f"cache_size=-{_CACHE}"):
            connection.execute(f"PRAGMA {pragma}")


def _strip(tx: Tx) -> list[Index]:
    """Gives the indexes in the order in which they were made: of two that fit equally well SQLite takes one by it."""
    indexes = {index.name: index for table in _FILLED for index in table.indexes}
    if tx.on_sqlite:
        made = tx.run(text("SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY rowid")).scalars()
        indexes = {name: indexes[name] for name in made if name in indexes}
    for index in indexes.values():
        index.drop(tx.connection)
    for key in _foreign_keys(tx):
        tx.run(DropConstraint(key))
    return list(indexes.values())


def _dress(tx: Tx, indexes: Sequence[Index], shown: Shown) -> None:
    if not tx.on_sqlite:
        tx.run(text("SET LOCAL maintenance_work_mem = '1GB'"))
    for index in shown(indexes):
        index.create(tx.connection)
    for key in _foreign_keys(tx):
        tx.run(AddConstraint(key, isolate_from_table=False))


def _foreign_keys(tx: Tx) -> list[ForeignKeyConstraint]:
    """Those to be dropped; SQLite cannot drop any, and is told to leave them alone."""
    return [] if tx.on_sqlite else [key for table in _FILLED for key in table.foreign_key_constraints]


def _multiply(tx: Tx, times: int, but: str, shown: Shown) -> None:
    if tx.on_sqlite:
        tx.run(text("PRAGMA defer_foreign_keys = ON"))
    _number(tx, times)
    last = tx.run(text("SELECT max(seq) FROM entries WHERE shop_id = :shop"), {"shop": tx.shop}).scalar_one()
    for table in shown(list(_WANTED)):
        _copy(tx, table, _WANTED[table], last, but)
    tx.run(
        text(
            "UPDATE books SET seq = (SELECT max(seq) FROM entries WHERE shop_id = :shop) WHERE shop_id = :shop"
        ),
        {"shop": tx.shop},
    )


def _recruit(tx: Tx, upline: PromoterId, count: int, below: int) -> None:
    _number(tx, count)
    met = tx.run(text("SELECT count(*) FROM promoters WHERE shop_id = :shop"), {"shop": tx.shop}).scalar_one()
    said = {"shop": tx.shop, "now": to_ms(tx.now), "upline": upline, "met": met}
    tx.run(
        text(
            "INSERT INTO people (account_id, id, profile, following, created_at)"
            f" SELECT :account, 'pe_' || {_DIGITS}, :profile, TRUE, :now FROM numbers"
        ),
        said | {"account": accounts.account_of(tx), "profile": tx.cipher.seal({"name": "推广员"})},
    )
    tx.run(
        text(
            "INSERT INTO promoters (shop_id, id, person_id, code, status, joined_at, upline)"
            f" SELECT :shop, 'pm_' || {_DIGITS}, 'pe_' || {_DIGITS}, {_DIGITS}, 'active', :now + copy * 1000,"
            f" CASE WHEN copy % {count // below} = 0 THEN CAST(:upline AS TEXT) END FROM numbers"
        ),
        said,
    )
    tx.run(
        text(
            "UPDATE promoters SET downlines = (SELECT count(*) FROM promoters WHERE upline = :upline)"
            " WHERE shop_id = :shop AND id = :upline"
        ),
        said,
    )


def _number(tx: Tx, most: int) -> None:
    """Table `numbers` holds all from 1 on."""
    tx.run(text("CREATE TEMP TABLE IF NOT EXISTS numbers (copy INTEGER PRIMARY KEY)"))
    tx.run(text("DELETE FROM numbers"))
    tx.run(
        text(
            "WITH RECURSIVE up(copy) AS (SELECT 1 UNION ALL SELECT copy + 1 FROM up WHERE copy < :most)"
            " INSERT INTO numbers SELECT copy FROM up"
        ),
        {"most": most},
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
_FILLED = (*_WANTED, people, promoters)


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
