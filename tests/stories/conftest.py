"""A whole shop on a desk: the real bot, a real Redis and rq, the sandbox as WeChat, a clock that stands still."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from bot.redis import connect
from engine.store.base import open_database
from engine.store.setup import upgrade
from tests.stories.world import World


@pytest.fixture
def world(database_url: str, redis: Redis, redis_server: str, tmp_path: Path) -> Iterator[World]:
    """The demo's shop, open, with its owner enrolled; nobody else has come yet."""
    with _opened(database_url, redis_server, tmp_path) as built:
        yield built


@pytest.fixture
def world_in_a_file(redis: Redis, redis_server: str, tmp_path: Path) -> Iterator[World]:
    """The same on SQLite, whatever the other tests run on."""
    address = f"sqlite:///{tmp_path / 'own.db'}"
    database = open_database(address)
    upgrade(database)
    database.dispose()
    with _opened(address, redis_server, tmp_path) as built:
        yield built


@pytest.fixture
def bare_world(database_url: str, redis: Redis, redis_server: str, tmp_path: Path) -> Iterator[World]:
    """A shop on its first day: an owner, and nothing set up."""
    with _opened(database_url, redis_server, tmp_path, seeded=False) as built:
        yield built


@pytest.fixture(scope="module")
def shared_world(
    template_database: str, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One world for all tests of a module, where none of them minds what the others did."""
    folder = tmp_path_factory.mktemp("shared")
    client = connect(redis_server, timeout=5)
    client.flushdb()
    client.close()
    with _copied(template_database, folder) as address, _opened(address, redis_server, folder) as built:
        yield built


@contextmanager
def _opened(database: str, redis_server: str, folder: Path, *, seeded: bool = True) -> Iterator[World]:
    built = World(database, redis_server, folder)
    try:
        built.open(seeded=seeded)
        yield built
    finally:
        built.close()


@contextmanager
def _copied(template: str, folder: Path) -> Iterator[str]:
    """A database of one's own: a SQLite file, or a PostgreSQL database that is dropped afterwards."""
    if template.startswith("sqlite"):
        shutil.copyfile(template.removeprefix("sqlite:///"), folder / "shared.db")
        yield f"sqlite:///{folder / 'shared.db'}"
        return
    url, name = make_url(template), f"test_{secrets.token_hex(8)}"
    server = create_engine(url.set(drivername="postgresql+psycopg", database="postgres"), poolclass=NullPool)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{url.database}"')
        try:
            yield url.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
