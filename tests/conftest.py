"""What all tests share: a real Redis of their own."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest
from redis import Redis
from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.pool import NullPool

from bot import embedded
from bot.redis import connect
from engine.store.base import open_database
from engine.store.setup import upgrade
from tests import one_shop

SLOW_FOLDERS = frozenset({"stories", "simulation", "sandbox", "posters"})
"""What plays whole days, draws, or tests our own WeChat: `make check` is of rules, money, words and the door."""

BEFORE_EACH_COMMIT = frozenset({"test_the_whole_life", "test_layout", "test_typeset"})
"""What of these folders `make check` runs all the same."""

SLOW_FILES = frozenset(
    {
        "test_app",
        "test_cli",
        "test_codec",
        "test_copies",
        "test_health",
        "test_histories",
        "test_importing",
        "test_links",
        "test_materials",
        "test_migrations",
        "test_outbox",
        "test_render",
        "test_rights_table",
        "test_screens",
        "test_templates",
        "test_texts_are_dead",
        "test_tick",
        "test_two_shops",
        "test_words_table",
    }
)
"""Whole tables, whole houses and hundreds of examples elsewhere; marked here, where they can be seen together."""

hypothesis.settings.register_profile("quick", max_examples=10)
event.listen(Engine, "before_cursor_execute", one_shop.watch)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The address of a Redis of this process alone: tests flush it, fill it and hold it up."""
    # Not pytest's folder: a unix socket's path may be 107 bytes long.
    folder = Path(tempfile.mkdtemp(prefix="redis-"))
    child, address = embedded.start(folder, durable=False)
    try:
        yield address
    finally:
        child.terminate()
        child.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def redis(redis_server: str) -> Iterator[Redis]:
    """An empty Redis. The time-out is patient: a busy machine is no reason for a red test."""
    client = connect(redis_server, timeout=5)
    client.flushdb()
    yield client
    client.close()


@pytest.fixture(scope="session")
def template_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database that each test's own is copied from."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield from _postgresql_template(given)
    else:
        yield _sqlite_template(tmp_path_factory.mktemp("template") / "template.db")


@pytest.fixture
def database_url(template_database: str, tmp_path: Path) -> Iterator[str]:
    """An empty, migrated database of this test's own: a SQLite file, or a PostgreSQL database."""
    if template_database.startswith("sqlite"):
        path = tmp_path / "test.db"
        shutil.copyfile(template_database.removeprefix("sqlite:///"), path)
        yield f"sqlite:///{path}"
        return
    url = make_url(template_database)
    name = f"test_{secrets.token_hex(8)}"
    _on_server(url, f'CREATE DATABASE "{name}" TEMPLATE "{url.database}"')
    yield url.set(database=name).render_as_string(hide_password=False)
    _on_server(url, f'DROP DATABASE "{name}" WITH (FORCE)')


def _sqlite_template(path: Path) -> str:
    url = f"sqlite:///{path}"
    _upgraded(url)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return url


def _postgresql_template(given: str) -> Iterator[str]:
    url = make_url(given)
    name = f"template_{secrets.token_hex(8)}"
    _on_server(url, f'CREATE DATABASE "{name}"')
    address = url.set(database=name).render_as_string(hide_password=False)
    _upgraded(address)
    yield address
    _on_server(url, f'DROP DATABASE "{name}" WITH (FORCE)')


def _upgraded(url: str) -> None:
    database = open_database(url)
    upgrade(database)
    database.dispose()


def _on_server(url: URL, statement: str) -> None:
    """One statement outside a transaction, at the server's own database."""
    server = create_engine(url.set(drivername="postgresql+psycopg", database="postgres"), poolclass=NullPool)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything is installed, a test that is skipped for a missing part is a failure."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be missing: {report.longrepr}"
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What `make check` leaves to `make test`, beside what says so itself."""
    for item in items:
        folder, name = item.path.parent.name, item.path.stem
        if name in SLOW_FILES or (folder in SLOW_FOLDERS and name not in BEFORE_EACH_COMMIT):
            item.add_marker(pytest.mark.slow)
