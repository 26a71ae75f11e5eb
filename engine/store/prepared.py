"""Statements built once: compiled once for each database, then said to the driver itself.

SQLAlchemy builds and compiles them and knows their types. What it does besides on every execution takes four times as
long as SQLite needs to answer, and building a statement anew takes four times that.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound

Given = Mapping[str, Any]
Process = Callable[[Any], Any] | None
"""How one value crosses between us and the driver; None: as it is."""
MakeRow = Callable[[Sequence[Any]], Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a statement came to: all its rows, or how many it changed. Named as SQLAlchemy's results are."""

    rows: list[Any]
    rowcount: int

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def all(self) -> list[Any]:
        return self.rows

    def first(self) -> Any | None:
        return self.rows[0] if self.rows else None

    def one_or_none(self) -> Any | None:
        if len(self.rows) > 1:
            raise MultipleResultsFound("more than one row where there is one at most")
        return self.first()

    def one(self) -> Any:
        row = self.one_or_none()
        if row is None:
            raise NoResultFound("no row where there must be one")
        return row

    def scalar_one_or_none(self) -> Any | None:
        row = self.one_or_none()
        return None if row is None else row[0]

    def scalar_one(self) -> Any:
        return self.one()[0]


class Prepared:
    """A statement with all its values left open; a database's own wording goes before the general one."""

    def __init__(self, statement: Executable | None = None, **own: Executable) -> None:
        self._statement, self._own = statement, own
        self._forms: dict[tuple[str, ...], Form] = {}

    def form(self, dialect: Dialect, given: Given) -> Form:
        """How it is said to this database when these values are given."""
        key = (dialect.name, *given)
        form = self._forms.get(key)
        if form is None:
            statement = self._own.get(dialect.name, self._statement)
            form = self._forms[key] = _form(statement, dialect, given)
        return form


def insert_or(met: Callable[[Any], Any], table: Table) -> Prepared:
    """An INSERT, and what happens when the row is there already, which each database says with its own class."""
    return Prepared(sqlite=met(sqlite.insert(table)), postgresql=met(postgresql.insert(table)))


def unless_there(insert: Any) -> Any:
    """A row that is there already stays as it is."""
    return insert.on_conflict_do_nothing()


@dataclass(frozen=True, slots=True)
class Form:
    """One statement in one database's words."""

    text: str
    fixed: dict[str, Any]
    """Values that stand in the statement itself, as the driver takes them."""
    places: tuple[tuple[str, Process], ...]
    named: bool
    """Are values given to the driver by name, or by their place?"""
    row: MakeRow | None
    columns: tuple[Process, ...]

    def said(self, connection: Connection, given: Given) -> Answer:
        """Execute it with these values."""
        return self._execute(connection, self._values(given), many=False)

    def said_of_each(self, connection: Connection, rows: Sequence[Given]) -> Answer:
        """Execute it once for each of these rows."""
        return self._execute(connection, [self._values(given) for given in rows], many=True)

    def _values(self, given: Given) -> Any:
        values = {**self.fixed, **given}
        if self.named:
            return {name: process(values[name]) if process else values[name] for name, process in self.places}
        return [process(values[name]) if process else values[name] for name, process in self.places]

    def _execute(self, connection: Connection, values: Any, *, many: bool) -> Answer:
        try:
            cursor = connection.connection.cursor()
            for listen in connection.engine.dispatch.before_cursor_execute:
                listen(connection, cursor, self.text, values, None, many)
            if many:
                cursor.executemany(self.text, values)
            else:
                cursor.execute(self.text, values)
            rows = [] if self.row is None else self._rows(self.row, cursor.fetchall())
            return Answer(rows, cursor.rowcount)
        except connection.dialect.loaded_dbapi.Error as error:
            raise _told(connection, error, self.text) from error

    def _rows(self, row: MakeRow, found: Sequence[Sequence[Any]]) -> list[Any]:
        columns = self.columns
        return [
            row(
                [process(value) if process else value for process, value in zip(columns, values, strict=True)]
            )
            for values in found
        ]


def _form(statement: Any, dialect: Dialect, given: Given) -> Form:
    compiled = statement.compile(dialect=dialect, column_keys=list(given))
    types = {name: bound.type for bound, name in compiled.bind_names.items()}
    inward = {name: kind.dialect_impl(dialect).bind_processor(dialect) for name, kind in types.items()}
    fixed = {
        name: process(bound.value) if (process := inward[name]) else bound.value
        for bound, name in compiled.bind_names.items()
        if not bound.required
    }
    columns = list(statement.exported_columns)
    return Form(
        text=str(compiled),
        fixed=fixed,
        places=tuple(
            (name, None if name in fixed else inward[name])
            for name in (compiled.positiontup if compiled.positional else inward)
        ),
        named=not compiled.positional,
        row=_row(tuple(column.key for column in columns)),
        columns=tuple(
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
        ),
    )


def _row(names: tuple[str, ...]) -> MakeRow | None:
    """What makes a row with these names of the driver's values; None when nothing comes back."""
    if not names:
        return None
    made: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
    make: MakeRow = made._make
    return make


def _told(connection: Connection, error: Any, text: str) -> Exception:
    """The driver's error as SQLAlchemy tells it, without the values; a connection that is gone is given up."""
    dialect = connection.dialect
    gone = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
    if gone:
        connection.invalidate(error)
    told: Exception = DBAPIError.instance(
        text, None, error, dialect.loaded_dbapi.Error, connection_invalidated=gone, dialect=dialect
    )
    return told
