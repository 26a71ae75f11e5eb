"""The stage of a simulated world: tasks that take turns, a process that can die at any point, a store that knows both.

Tasks are greenlets. They give their turn away only outside transactions (before and after each transaction and each
call to the outside), and a seed says who is next: whatever processes could do to each other can be had again.
"""

from __future__ import annotations

import hashlib
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet
from sqlalchemy import Connection, event
from sqlalchemy import Engine as Database

from engine import Engine
from engine.cipher import Cipher
from engine.ids import Ids, ShopId
from engine.leases import Leases
from engine.store import base
from engine.store.actors import Actor
from engine.store.base import Store, Tx, open_database
from engine.store.setup import upgrade

CIPHER = Cipher((b"k" * 32,))


class Crash(BaseException):
    """The process dies here. No `except Exception` on the way may notice."""


class Task(greenlet):
    """One thing that the process does beside others."""

    def __init__(self, name: str, act: Callable[[], object]) -> None:
        super().__init__(act)
        self.name = name
        self.delivery: Any = None
        """What it is about, for the journal."""


class Stage:
    """Who is next, and where the process dies."""

    def __init__(self, seed: object) -> None:
        self.random = random.Random(f"stage:{seed}")
        self.tasks: list[Task] = []
        self.steps = 0
        self.crashes = 0
        self.points = 0
        """Places passed at which the process could have died."""
        self.crash_rate = 0.0
        self.crash_at = 0
        """Die at this point, counted from 1; 0 is never."""
        self._digest = hashlib.sha256()
        self.died = lambda: None

    def note(self, said: str) -> None:
        """Part of what makes one run equal to another."""
        self._digest.update(f"{said}\n".encode())

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()[:16]

    def spawn(self, name: str, act: Callable[[], object]) -> None:
        self.tasks.append(Task(name, act))

    def turn(self) -> None:
        """One switch: somebody goes on to his next stop. A crash ends them all."""
        task = self.random.choice(self.tasks)
        self.steps += 1
        try:
            where = task.switch()
        except Crash as crash:
            self.note(f"{task.name} crash {crash}")
            self.die()
            return
        self.note(f"{task.name} {where if not task.dead else 'done'}")
        if task.dead:
            self.tasks.remove(task)

    def die(self) -> None:
        """The process is gone, with everything that it was about to do."""
        self.crashes += 1
        tasks, self.tasks = self.tasks, []
        for task in tasks:
            if not task.dead and task:
                task.throw(GreenletExit)
        self.died()

    def stop(self, where: str) -> None:
        """Somebody else may go on here."""
        here = getcurrent()
        if isinstance(here, Task) and here.parent is not None:
            here.parent.switch(where)

    def point(self, where: str) -> None:
        """The process may die here."""
        self.points += 1
        if self.points == self.crash_at or (self.crash_rate and self.random.random() < self.crash_rate):
            raise Crash(where)

    def outside(self, what: str) -> None:
        """A call to somebody else's house, who may take his time."""
        self.point(f"before {what}")
        self.stop(what)

    def back(self, what: str) -> None:
        """The call came back."""
        self.stop(f"{what} answered")
        self.point(f"after {what}")


class PlayedStore(Store):
    """The real store on a database in memory; between transactions the stage decides."""

    def __init__(
        self, database: Database, stage: Stage, on_commit: Callable[[Any, Any], None], **how: Any
    ) -> None:
        with _opened(database):
            super().__init__("sqlite://", **how)
        self._stage = stage
        self._on_commit = on_commit
        self._unsaid: list[Any] = []

    def write(self, shop: ShopId, actor: Actor, act: Callable[[Tx], Any]) -> Any:
        """As the real one, with a stop before and after, and two places to die: just before and just after."""
        self._stage.stop("write")

        def acting(tx: Tx) -> Any:
            result = act(tx)
            self._stage.point("before commit")
            self._unsaid.append(result)
            return result

        self._unsaid.clear()
        result = super().write(shop, actor, acting)
        self.committed()
        self._stage.point("after commit")
        self._stage.stop("written")
        return result

    def committed(self) -> None:
        """The transaction is in; the bell says so before the caller can."""
        while self._unsaid:
            self._on_commit(getattr(getcurrent(), "delivery", None), self._unsaid.pop())

    @contextmanager
    def read(self, shop: ShopId, actor: Actor) -> Iterator[Tx]:
        self._stage.stop("read")
        with super().read(shop, actor) as tx:
            before = _of(tx.connection).total_changes
            yield tx
            assert _of(tx.connection).total_changes == before, "a question changed something"


class PlayedBell:
    """Rings after the commit, inside the writer's turn; the process may die before and after."""

    def __init__(self, stage: Stage, ring: Callable[[tuple[tuple[str, str], ...]], None]) -> None:
        self._stage, self._ring = stage, ring
        self.store: PlayedStore | None = None

    def ring(self, rows: tuple[tuple[str, str], ...]) -> None:
        assert self.store is not None
        self.store.committed()
        self._stage.point("before bell")
        self._ring(rows)
        self._stage.point("after bell")


def played_engine(
    database: Database,
    stage: Stage,
    clock: Any,
    ids: Ids,
    bell: PlayedBell,
    on_commit: Callable[[Any, Any], None],
) -> Engine:
    """An engine as a process builds it when it starts: everything of it is new but the database."""
    with _opened(database):
        engine = Engine("sqlite://", clock=clock, ids=ids, cipher=CIPHER)
    store = PlayedStore(database, stage, on_commit, clock=clock, ids=ids, cipher=CIPHER, bell=bell)
    engine.store, engine.leases = store, Leases(store)
    bell.store = store
    return engine


@contextmanager
def _opened(database: Database) -> Iterator[None]:
    """A process that starts meanwhile finds this database open: worlds die by the thousand."""
    honest, base.open_database = base.open_database, lambda *_args: database
    try:
        yield
    finally:
        base.open_database = honest


@cache
def database() -> Database:
    """One database in memory for all worlds of a process, so that statements are compiled once."""
    made = open_database("sqlite://")
    upgrade(made)
    event.remove(made, "begin", base._begin_sqlite)
    event.listen(made, "begin", _begin)
    return made


def _begin(connection: Connection) -> None:
    """Without the engine's `PRAGMA query_only`: in memory one connection asks and writes, and each change of sides has
    SQLite compile all statements anew. `PlayedStore.read` looks whether a question wrote.
    """
    _of(connection).execute("BEGIN")


@cache
def _template() -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:")
    _driver(database()).backup(copy)
    return copy


def fresh_database() -> Database:
    """The database, empty again."""
    _template().backup(_driver(database()))
    return database()


def raw(made: Database) -> sqlite3.Connection:
    """The driver's connection, for cheap looks between transactions."""
    return _driver(made)


def _driver(made: Database) -> sqlite3.Connection:
    with made.connect() as connection:
        return _of(connection)


def _of(connection: Connection) -> sqlite3.Connection:
    found = connection.connection.driver_connection
    assert isinstance(found, sqlite3.Connection)
    return found
