"""Transactions: one writer per shop, retried when the database is busy; questions see one snapshot."""

from __future__ import annotations

import hashlib
import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from threading import local
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, Executable, create_engine, event
from sqlalchemy import text as sql
from sqlalchemy.engine import CursorResult, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import StaticPool

from engine.cipher import Cipher
from engine.clock import Clock
from engine.errors import NestedWriteError, StoreBusyError, StoreError
from engine.ids import Ids, OutboxId, ShopId
from engine.store.actors import Actor
from engine.store.filelock import FileLock
from engine.store.prepared import Answer, Prepared

T = TypeVar("T")

TRIES = 3
PATIENCE = 2.0
"""Seconds that a write may wait for the database before it is called an outage."""
STATEMENTS_KEPT = 512
"""Compiled statements that each connection to SQLite keeps: more than we have (the driver's own: 128)."""

_BUSY_STATES = {"40001", "40P01", "55P03", "57014", "57P01", "57P03", "53300", "08000", "08003", "08006"}


Rung = tuple[OutboxId, str]
"""A row of the outbox and its kind."""


class Bell(Protocol):
    """Told, after a commit, which outbox rows are new, each with its kind."""

    def ring(self, rows: tuple[Rung, ...]) -> None: ...


class SilentBell:
    """Nobody listens; the tick finds the rows."""

    def ring(self, rows: tuple[Rung, ...]) -> None:
        """Do nothing."""


Ending = Callable[["Tx", Any], None]


@dataclass(slots=True)
class Tx:
    """One transaction: a connection, a shop, an actor and one instant for all of it."""

    connection: Connection
    shop: ShopId
    actor: Actor
    now: datetime
    ids: Ids
    cipher: Cipher
    note: dict[str, Any] = field(default_factory=dict)
    """What the audit log keeps about this command."""
    rung: list[Rung] = field(default_factory=list)
    """Outbox rows to ring for after the commit."""
    memo: dict[Any, Any] = field(default_factory=dict)
    """What was looked up and cannot change before the transaction ends; whoever changes it takes it out."""
    endings: dict[Ending, Any] = field(default_factory=dict)
    """What is gathered, to be written once before the commit."""

    def ask(self, question: Prepared, **given: Any) -> Answer:
        """Ask what was prepared; its `shop` is this one."""
        values = {"shop": self.shop, **given}
        return question.form(self.connection.dialect, values).said(self.connection, values)

    def tell(self, change: Prepared, *rows: Mapping[str, Any]) -> Answer:
        """Change what was prepared, for each of these rows, which name the same values."""
        form = change.form(self.connection.dialect, rows[0])
        if len(rows) == 1:
            return form.said(self.connection, rows[0])
        return form.said_of_each(self.connection, rows)

    def gather(self, ending: Ending, empty: Callable[[], T]) -> T:
        """What `ending` will be given before the commit, to be added to."""
        if ending not in self.endings:
            self.endings[ending] = empty()
        found: T = self.endings[ending]
        return found

    def run(self, statement: Executable, values: Any = None) -> CursorResult[*tuple[Any, ...]]:
        """Execute one statement that was built for this occasion."""
        return self.connection.execute(statement, values)

    @property
    def on_sqlite(self) -> bool:
        return self.connection.dialect.name == "sqlite"


class Store:
    """The database behind the engine."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock,
        ids: Ids,
        cipher: Cipher,
        bell: Bell | None = None,
        pool_size: int = 8,
    ) -> None:
        self.engine = open_database(url, pool_size)
        # Who asks and who writes have connections of their own: changing sides costs what `_begin_sqlite` says.
        self.readers = open_database(url, pool_size) if _sqlite_file(url) else self.engine
        self.clock = clock
        self.ids = ids
        self.cipher = cipher
        self.bell = bell or SilentBell()
        self._gate = _gate(url)
        self._inside = local()

    def write(self, shop: ShopId, actor: Actor, act: Callable[[Tx], T]) -> T:
        """Run `act` in one transaction as the shop's only writer; at most 3 runs within 2 seconds.

        Raises StoreBusyError when the database stays busy or away, NestedWriteError inside another write.
        """
        if self._writing:
            raise NestedWriteError("a write inside a write")
        if self._look:
            self._look.close()
        self._inside.writing = True
        try:
            return self._write_with_patience(shop, actor, act)
        finally:
            self._inside.writing = False

    def _write_with_patience(self, shop: ShopId, actor: Actor, act: Callable[[Tx], T]) -> T:
        give_up = time.monotonic() + PATIENCE
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._write_once(shop, actor, act, give_up)
            except PoolTimeoutError as error:
                raise StoreBusyError("all connections to the database are in use") from error
            except DBAPIError as error:
                if not is_busy(error):
                    raise
                if attempt == TRIES or time.monotonic() >= give_up:
                    raise StoreBusyError("the database is busy or away") from error
                time.sleep(random.uniform(0.005, 0.03) * attempt)

    def _write_once(self, shop: ShopId, actor: Actor, act: Callable[[Tx], T], give_up: float) -> T:
        with self._gate(give_up), self.engine.connect() as raw:
            connection = raw.execution_options(writing=True)
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    _take_turn(connection, shop, give_up)
                tx = Tx(connection, shop, actor, self.clock.now(), self.ids, self.cipher)
                result = act(tx)
                for ending, gathered in tx.endings.items():
                    ending(tx, gathered)
        if tx.rung:
            self.bell.ring(tuple(tx.rung))
        return result

    @contextmanager
    def read(self, shop: ShopId, actor: Actor) -> Iterator[Tx]:
        """Ask questions of one snapshot; nothing is locked and nothing can be written."""
        shared = None if self._writing else self._look
        look = shared or _Look(self.readers)
        with _outages_told(), nullcontext() if shared else closing(look):
            try:
                yield Tx(
                    look.connection,
                    shop,
                    actor,
                    self.clock.now(),
                    self.ids,
                    self.cipher,
                    memo=look.memo(shop),
                )
            except DBAPIError:
                look.close()  # whoever asks on asks in another snapshot
                raise

    @contextmanager
    def looking(self) -> Iterator[None]:
        """What this thread asks within is asked of one snapshot; after it wrote something, of a new one."""
        with _outages_told(), closing(_Look(self.readers)) as look:
            self._inside.look = look
            try:
                yield
            finally:
                self._inside.look = None

    @property
    def _writing(self) -> bool:
        return getattr(self._inside, "writing", False)

    @property
    def _look(self) -> _Look | None:
        return getattr(self._inside, "look", None)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        self.readers.dispose()


def _take_turn(connection: Connection, shop: ShopId, give_up: float) -> None:
    """PostgreSQL: be the shop's only writer, waiting for at most what is left of the patience."""
    left = max(1, round((give_up - time.monotonic()) * 1000))
    connection.execute(
        sql("SELECT set_config('lock_timeout', :left, true), pg_advisory_xact_lock(:key)"),
        {"left": f"{left}ms", "key": _lock_key(shop)},
    )


class _Look:
    """One snapshot, taken by the first question, and what was looked up in it."""

    def __init__(self, database: Engine) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._memos: dict[ShopId, dict[Any, Any]] = {}

    @property
    def connection(self) -> Connection:
        if self._connection is None:
            self._connection = _reading(self._database.connect())
            self._connection.begin()
        return self._connection

    def memo(self, shop: ShopId) -> dict[Any, Any]:
        """What was looked up of a shop."""
        return self._memos.setdefault(shop, {})

    def close(self) -> None:
        """Give the connection back; whoever asks again sees what was written since."""
        connection, self._connection = self._connection, None
        self._memos.clear()
        if connection is not None:
            connection.close()


def _reading(connection: Connection) -> Connection:
    if connection.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return connection


@contextmanager
def _outages_told() -> Iterator[None]:
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreBusyError("all connections to the database are in use") from error
    except DBAPIError as error:
        if is_busy(error):
            raise StoreBusyError("the database is busy or away") from error
        raise


# An error of the driver's tells the statement and not what was in it: names, phones, accounts.
_made = partial(create_engine, hide_parameters=True)


def open_database(url: str, pool_size: int = 8) -> Engine:
    """An SQLAlchemy engine with our manners: SQLite in WAL, synced fully, with foreign keys and real BEGINs."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return _made(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=pool_size,
            pool_timeout=PATIENCE,
            pool_pre_ping=True,
            pool_use_lifo=True,
        )
    if parsed.get_backend_name() != "sqlite":
        raise StoreError("DATABASE_URL must be sqlite:///… or postgresql://…")
    manners = {"check_same_thread": False, "cached_statements": STATEMENTS_KEPT}
    engine = (
        _made(
            parsed,
            pool_size=pool_size,
            pool_timeout=PATIENCE,
            pool_use_lifo=True,  # the one used last has our statements compiled and our pages read
            connect_args={**manners, "timeout": PATIENCE},
        )
        if _sqlite_file(url)
        else _made(parsed, poolclass=StaticPool, connect_args=manners)
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own BEGIN comes too late and is never IMMEDIATE: two readers then both decide to write.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = bool(connection.get_execution_options().get("writing"))
    driver = connection.connection.cursor()
    if connection.info.get("writing") is not writing:
        # Never said in vain: it makes SQLite compile all statements of the connection anew.
        driver.execute(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
        connection.info["writing"] = writing
    if writing:
        connection.exec_driver_sql(
            "BEGIN IMMEDIATE"
        )  # may find the database locked, and is told as all errors are
    else:
        driver.execute("BEGIN")


def is_busy(error: DBAPIError) -> bool:
    """Will the same work pass a moment later?"""
    if error.connection_invalidated:
        return True
    cause = error.orig
    if isinstance(cause, sqlite3.OperationalError):
        return any(word in str(cause) for word in ("locked", "busy", "unable to open", "disk I/O", "full"))
    state = getattr(cause, "sqlstate", None)
    # psycopg tells a refused connection as an OperationalError without a state
    return state in _BUSY_STATES or (state is None and type(cause).__name__ == "OperationalError")


def _gate(url: str) -> Callable[[float], AbstractContextManager[object]]:
    file = _sqlite_file(url)
    # SQLite's busy handler sleeps blindly and starves; a file lock passes the turn in milliseconds.
    return FileLock(f"{file}.writer").held if file else lambda _give_up: nullcontext()


def _sqlite_file(url: str) -> str | None:
    """The file that SQLite keeps the database in; None for one in memory, and for another kind of database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database == ":memory:":
        return None
    return parsed.database or None


def _lock_key(shop: ShopId) -> int:
    return int.from_bytes(hashlib.sha256(shop.encode()).digest()[:8], "big", signed=True)
