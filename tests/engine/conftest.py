"""Shops to test in; each is audited when its test is over."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.pool import NullPool

from engine import Engine
from engine.cipher import Cipher
from engine.ids import Ids
from tests.engine.beginnings import Beginnings
from tests.engine.world import KEY, MovableClock, World

_apps = count(1)


@pytest.fixture(scope="session")
def shared_engine(template_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One engine for all tests of a process: whoever uses it has a shop and an account of its own in it.

    SQLAlchemy compiles its statements once per engine, which is most of the work of a short test.
    """
    if template_database.startswith("sqlite"):
        url, drop = _file_of(template_database, tmp_path_factory.mktemp("shared")), None
    else:
        url, drop = _copy_of(template_database)
    engine = _hurried(url)
    yield engine
    engine.store.close()
    if drop:
        _on_server(template_database, drop)


@pytest.fixture(scope="session")
def beginnings(
    template_database: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[tuple[Engine, Beginnings | None]]:
    """Shops that run, made once in a file that is put back; on PostgreSQL each test makes its own."""
    if not template_database.startswith("sqlite"):
        yield request.getfixturevalue("shared_engine"), None
        return
    url = _file_of(template_database, tmp_path_factory.mktemp("beginnings"))
    engine, kept = _hurried(url), Beginnings(url.removeprefix("sqlite:///"))
    yield engine, kept
    kept.close()
    engine.store.close()


@pytest.fixture
def world(beginnings: tuple[Engine, Beginnings | None]) -> Iterator[World]:
    """A shop in which nothing has been set yet."""
    engine, kept = beginnings
    made = World("", app=f"wx_{next(_apps)}", engine=engine, beginnings=kept)
    yield made
    if made.audits:
        made.audited()


@pytest.fixture
def own(database_url: str) -> Iterator[World]:
    """A shop with a database of its own, for whoever damages it, locks it or shares it with processes."""
    made = World(database_url)
    yield made
    if made.audits:
        made.audited()
    made.engine.store.close()


@pytest.fixture
def shop(world: World) -> World:
    """A shop that runs: 30 % and 10 %, everything else as it comes."""
    return world.ready()


@pytest.fixture
def till(world: World) -> World:
    """A shop that pays 100 % to one level as soon as an order is paid: fen in, the same fen available."""
    return world.ready(level1="100%", level2=None, settings={"settle_mode": "paid"})


def _file_of(template: str, folder: Path) -> str:
    path = folder / "shop.db"
    shutil.copyfile(template.removeprefix("sqlite:///"), path)
    return f"sqlite:///{path}"


def _hurried(url: str) -> Engine:
    engine = Engine(url, clock=MovableClock(), ids=Ids(random.Random(1)), cipher=Cipher((KEY,)))
    if url.startswith("sqlite"):
        event.listen(engine.store.engine, "connect", _need_not_outlive_a_power_cut)
    return engine


def _need_not_outlive_a_power_cut(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _copy_of(template: str) -> tuple[str, str]:
    address, _, database = template.rpartition("/")
    name = f"{database}_shared"
    _on_server(template, f'CREATE DATABASE "{name}" TEMPLATE "{database}"')
    return f"{address}/{name}", f'DROP DATABASE "{name}" WITH (FORCE)'


def _on_server(template: str, statement: str) -> None:
    address = template.rpartition("/")[0].replace("postgresql://", "postgresql+psycopg://")
    server = create_engine(f"{address}/postgres", poolclass=NullPool)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)
