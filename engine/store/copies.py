"""Copies of a SQLite database: taken while it is written to, checked, and put back in one piece."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from engine.errors import StoreError
from engine.store.filelock import FileLock

PATIENCE = 30.0
"""Seconds to wait until no writer is at work."""


class CopyError(StoreError):
    """A copy that cannot be made, or is none of a whole database of ours."""


def file_of(url: str) -> Path | None:
    """The file behind a DATABASE_URL; None for PostgreSQL."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def copy(source: Path, target: Path) -> None:
    """One moment of the database in a file of its own, checked before it bears its name. Raises CopyError."""
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        with _opened(source) as of, closing(sqlite3.connect(partial)) as to:
            of.backup(to)
            to.execute("PRAGMA journal_mode=DELETE")
        check(partial)
        _synced(partial)
        os.replace(partial, target)
    except (sqlite3.Error, OSError) as error:
        raise CopyError(f"{source} cannot be copied to {target}: {error}") from error
    finally:
        partial.unlink(missing_ok=True)


def check(file: Path) -> None:
    """Raise CopyError unless the file holds a whole database of ours."""
    try:
        with _opened(file) as copied:
            (said,) = copied.execute("PRAGMA integrity_check(1)").fetchone()
            copied.execute("SELECT count(*) FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise CopyError(f"{file} is no database of ours: {error}") from error
    if said != "ok":
        raise CopyError(f"{file} is damaged: {said}")


def put_back(source: Path, target: Path, aside: Path) -> None:
    """Let the database hold what the copy holds; what it held is kept aside, to the last thing that was written.

    One transaction: whoever has it open sees the one or the other, and nobody writes in between.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{target}.writer").held(time.monotonic() + PATIENCE):
        if target.exists():
            _set_aside(target, aside)
        _pour(source, target)


def _pour(source: Path, target: Path) -> None:
    try:
        with _opened(source) as of, closing(sqlite3.connect(target, timeout=PATIENCE)) as to:
            to.execute("PRAGMA journal_mode=WAL")
            of.backup(to)
    except sqlite3.Error as error:
        raise CopyError(f"{target} cannot be written: {error}") from error


def _set_aside(file: Path, aside: Path) -> None:
    """Keep the database under another name: a copy, or the very files when they are too broken to be copied."""
    try:
        copy(file, aside)
    except CopyError:
        for end in ("", "-wal", "-shm"):
            if os.path.exists(f"{file}{end}"):
                os.replace(f"{file}{end}", f"{aside}{end}")


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    if not file.is_file():
        raise CopyError(f"there is no file {file}")
    with closing(sqlite3.connect(file)) as connection:
        yield connection


def _synced(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
