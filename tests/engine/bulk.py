"""A long book made in bulk: one order, one payout, each copied with its own ids into a chain that is right."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import BigInteger, Table, Text, insert, select, text, type_coerce, update
from sqlalchemy.types import TypeDecorator

from engine.ids import PEOPLE_READ
from engine.ledger.chart import Move
from engine.orders import archive
from engine.store.actors import SYSTEM
from engine.store.base import Tx
from engine.store.columns import canonical
from engine.store.tables import (
    balances,
    books,
    commissions,
    daily,
    entries,
    month_sales,
    order_facts,
    order_lines,
    orders,
    postings,
    withdrawals,
)
from tests.engine.world import World

BATCH = 5_000
_LARGE = (orders, order_facts, order_lines, commissions, withdrawals)


def lengthen(world: World, cycles: int, length: int) -> None:
    """Of a shop where bob was given and taken an amount by hand, earned from one order and was paid it all:

    the order and the payout again until there are so many of them (four entries each), then the amount by hand
    again until so many entries stand.
    """
    world.engine.store.write(world.shop, SYSTEM, lambda tx: _lengthen(tx, cycles, length))


def _lengthen(tx: Tx, cycles: int, length: int) -> None:
    rows = {table.name: _rows(tx, table) for table in _LARGE}
    chain = _Chain(tx)
    by_hand = [model for model in chain.models if model.move == Move.ADJUST.value]
    of_orders = [model for model in chain.models if model.move != Move.ADJUST.value]
    for numbers in _batches(1, cycles):
        for table in _LARGE:
            _put(tx, table, (_copy(tx, row, n) for n in numbers for row in rows[table.name]))
        chain.grow(tx, of_orders, numbers)
    for numbers in _batches(1, (length - chain.seq) // len(by_hand) + 1):
        chain.grow(tx, by_hand, numbers)
    tx.run(update(books).where(books.c.shop_id == tx.shop).values(seq=chain.seq, head=chain.head))
    for table, column in ((balances, "amount"), (daily, "value"), (month_sales, "net")):
        # One order and one payout stand for all that these sums hold; what was done by hand comes to nothing.
        tx.run(
            text(f"UPDATE {table.name} SET {column} = {column} * :times WHERE shop_id = :shop"),  # noqa: S608
            {"times": cycles, "shop": tx.shop},
        )


def _batches(first: int, end: int) -> Iterator[range]:
    return (range(at, min(at + BATCH, end)) for at in range(first, end, BATCH))


class _Model:
    """An entry that is made again and again."""

    def __init__(self, entry: dict[str, Any], lines: list[dict[str, Any]]) -> None:
        self.entry, self.lines, self.move = entry, lines, entry["move"]
        said = canonical([[one["owner"], one["account"], one["amount"]] for one in lines])
        self._signed = f',"{self.move}",{entry["at"]},{said},'

    def again(self, key: bytes, head: str, seq: int, n: int) -> dict[str, Any]:
        """The entry as number `seq`, after `head`."""
        made = self.entry | {
            "seq": seq,
            "reference": _renamed("reference", self.entry["reference"], n),
            "note": _renamed("note", self.entry["note"], n),
        }
        said = f'["{head}",{seq},"{made["reference"]}"{self._signed}{made["note"]}]'
        made["hash"] = hmac.digest(key, said.encode(), hashlib.sha256).hex()
        return made


class _Chain:
    """Entries that follow each other by their hashes."""

    def __init__(self, tx: Tx) -> None:
        lines = _rows(tx, postings)
        self.models = [
            _Model(entry, [one for one in lines if one["seq"] == entry["seq"]])
            for entry in _rows(tx, entries)
        ]
        self.seq, self.head = len(self.models), self.models[-1].entry["hash"]
        self._key = tx.cipher.book_key

    def grow(self, tx: Tx, models: list[_Model], numbers: range) -> None:
        """Write these entries again, once for each number."""
        made: list[dict[str, Any]] = []
        below: list[dict[str, Any]] = []
        for n in numbers:
            for model in models:
                self.seq += 1
                entry = model.again(self._key, self.head, self.seq, n)
                self.head = entry["hash"]
                made.append(entry)
                below += [one | {"seq": self.seq} for one in model.lines]
        _put(tx, entries, iter(made))
        _put(tx, postings, iter(below))


def _copy(tx: Tx, row: dict[str, Any], n: int) -> dict[str, Any]:
    """The row with every id, code and reference of its own; promoters and people stay who they are."""
    made = {name: _renamed(name, value, n) for name, value in row.items()}
    if "content_hash" in made:
        made["content_hash"] = archive.fingerprint_of(tx, made["order_id"], made["kind"], made["content"])
    return made


def _renamed(name: str, value: Any, n: int) -> Any:
    if name in ("id", "order_id"):
        return f"{value[:10]}{n:012d}"
    if name in ("reference", "note"):
        start = min((at for mark in ("or_", "wd_", "ad_") if (at := value.find(mark)) >= 0), default=-1)
        return value if start < 0 else f"{value[: start + 10]}{n:012d}{value[start + 23 :]}"
    if name in ("code", "number"):
        return f"{value}-{n}"
    if name == "bill":
        return "".join(PEOPLE_READ[n >> 5 * digit & 31] for digit in range(32))
    return value


def _rows(tx: Tx, table: Table) -> list[dict[str, Any]]:
    columns = [
        type_coerce(one, BigInteger if isinstance(one.type.impl, BigInteger) else Text).label(one.name)
        if isinstance(one.type, TypeDecorator)
        else one
        for one in table.c
    ]
    found = tx.run(select(*columns).where(table.c.shop_id == tx.shop).order_by(*table.primary_key.columns))
    return [dict(row) for row in found.mappings()]


def _put(tx: Tx, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    """Past the column types: the rows hold what the database does."""
    names = [column.name for column in table.c]
    statement = str(insert(table).compile(dialect=tx.connection.dialect))
    statement = statement.split(" RETURNING", maxsplit=1)[0]
    named = statement.startswith("INSERT") and "%(" in statement
    while batch := list(islice(rows, BATCH)):
        values = batch if named else [tuple(row[name] for name in names) for row in batch]
        tx.connection.exec_driver_sql(statement, values)
