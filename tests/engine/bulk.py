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
from engine.ledger.book import FIRST_HEAD
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


def lengthen(world: World, length: int) -> None:
    """Of a shop where bob earned from one order and was paid it all: the same again until so many entries stand.

    Four entries each time: booked, matured, requested, paid.
    """
    world.engine.store.write(world.shop, SYSTEM, lambda tx: _lengthen(tx, length // 4))


def _lengthen(tx: Tx, times: int) -> None:
    models = {table.name: _rows(tx, table) for table in _LARGE}
    chain = _Chain(tx, _rows(tx, entries), _rows(tx, postings))
    for first in range(1, times, BATCH):
        numbers = range(first, min(first + BATCH, times))
        for table in _LARGE:
            _put(tx, table, (_copy(row, n) for n in numbers for row in models[table.name]))
        made = [chain.again(n) for n in numbers]
        _put(tx, entries, (entry for entry_rows, _ in made for entry in entry_rows))
        _put(tx, postings, (posting for _, posting_rows in made for posting in posting_rows))
    tx.run(update(books).where(books.c.shop_id == tx.shop).values(seq=chain.seq, head=chain.head))
    for table, column in ((balances, "amount"), (daily, "value"), (month_sales, "net")):
        # One order and one payout stand for all that these sums hold.
        tx.run(
            text(f"UPDATE {table.name} SET {column} = {column} * :times WHERE shop_id = :shop"),  # noqa: S608
            {"times": times, "shop": tx.shop},
        )


class _Chain:
    """Entries that follow each other by their hashes."""

    def __init__(self, tx: Tx, models: list[dict[str, Any]], lines: list[dict[str, Any]]) -> None:
        self._key = tx.cipher.book_key
        self._models = models
        self._lines = lines
        self.seq, self.head = len(models), models[-1]["hash"] if models else FIRST_HEAD

    def again(self, n: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The model's entries once more, at the end of the chain."""
        made: list[dict[str, Any]] = []
        below: list[dict[str, Any]] = []
        for model in self._models:
            lines = [one for one in self._lines if one["seq"] == model["seq"]]
            self.seq += 1
            entry = {**_copy(model, n), "seq": self.seq}
            said = [[one["owner"], one["account"], one["amount"]] for one in lines]
            text_ = f'["{self.head}",{self.seq},"{entry["reference"]}","{entry["move"]}",{entry["at"]}'
            signed = f"{text_},{canonical(said)},{entry['note']}]"
            entry["hash"] = self.head = hmac.digest(self._key, signed.encode(), hashlib.sha256).hex()
            made.append(entry)
            below += [{**one, "seq": self.seq} for one in lines]
        return made, below


def _copy(row: dict[str, Any], n: int) -> dict[str, Any]:
    """The row with every id, code and reference of its own; promoters and people stay who they are."""
    return {name: _renamed(name, value, n) for name, value in row.items()}


def _renamed(name: str, value: Any, n: int) -> Any:
    if name in ("id", "order_id"):
        return f"{value[:10]}{n:012d}"
    if name in ("reference", "note"):
        start = min((at for mark in ("or_", "wd_") if (at := value.find(mark)) >= 0), default=-1)
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
