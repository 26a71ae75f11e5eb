"""Writers beside each other: the worst wait on one SQLite file, and four shops against one on PostgreSQL."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from bench.table import Row, Sample, bar, shown
from engine.store.base import open_database
from engine.store.setup import upgrade
from tests.engine.processes import timed
from tests.engine.world import World

ROUNDS, ORDERS = 3, 60


def main() -> str:
    """SQLite always; PostgreSQL where BENCH_DATABASE_URL names a server."""
    said = [_on_sqlite()]
    server = os.environ.get("BENCH_DATABASE_URL", "")
    said.append(_on_postgresql(server) if server else "PostgreSQL: left out, BENCH_DATABASE_URL is not set")
    return "\n\n".join(said)


def _on_sqlite() -> str:
    worst = []
    for number in bar("writers on SQLite", range(ROUNDS)):
        with tempfile.TemporaryDirectory() as folder:
            shops = _shops(f"sqlite:///{folder}/shop.db", 1)
            worst.append(_orders(shops * 4, number)[1])
    row = Row("worst wait, four processes on one file", Sample(tuple(worst)), "ms", 1000, goal=250)
    return shown("Writers on one SQLite file (orders)", [row])


def _on_postgresql(server: str) -> str:
    one, four = [], []
    with database_on(server) as url:
        shops = _shops(url, 4)
        for number in bar("writers on PostgreSQL", range(ROUNDS)):
            one.append(_orders(shops[:1], 2 * number)[0])
            four.append(_orders(shops, 2 * number + 1)[0])
        shops[0].engine.store.close()
    single, side_by_side = Sample(tuple(one)), Sample(tuple(four))
    times = side_by_side.middle / single.middle
    met = "met" if times >= 1.8 else "**not met**"
    table = shown(
        "Writers on PostgreSQL (orders a second)",
        [Row("one writer", single, "/s"), Row("four writers over four shops", side_by_side, "/s", 1, single)],
    )
    return f"{table}\n\nfour shops are {times:.2f} times one; goal ≥ 1.8: {met}"


def _shops(url: str, how_many: int) -> list[World]:
    database = open_database(url)
    if url.startswith("sqlite"):
        upgrade(database)
    database.dispose()
    first = World(url, app="wx_0")
    others = [World(url, app=f"wx_{n}", engine=first.engine, clock=first.clock) for n in range(1, how_many)]
    settings = {"settle_mode": "paid"}
    return [
        one.ready(level1="100%", level2=None, settings=settings, people=("bob",)) for one in (first, *others)
    ]


def _orders(shops: list[World], run: int) -> tuple[float, float]:
    """Orders a second of one process for each, and the worst wait of any."""
    work = [
        {
            "name": f"p{run}-{n}",
            "code": shop.code("bob"),
            "first": (run * 4 + n) * ORDERS,
            "last": (run * 4 + n + 1) * ORDERS,
        }
        for n, shop in enumerate(shops)
    ]
    heard = StringIO()
    with redirect_stdout(heard):
        _, seconds = timed(shops, "orders", work)
    waits = heard.getvalue().partition("[")[2].partition("]")[0]
    return len(shops) * ORDERS / seconds, max(float(wait) for wait in waits.split(","))


@contextmanager
def database_on(server: str) -> Iterator[str]:
    """A database of the bench's own on that server."""
    url = make_url(server).set(drivername="postgresql+psycopg")
    name = f"bench_{secrets.token_hex(4)}"
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    made = make_url(server).set(database=name).render_as_string(hide_password=False)
    try:
        database = open_database(made)
        upgrade(database)
        database.dispose()
        yield made
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
