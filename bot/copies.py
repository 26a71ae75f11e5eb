"""Backup and restore (备份与恢复): a copy is checked before it is trusted, and no money leaves a restored house."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from engine import OPERATOR, Engine
from engine.cipher import Cipher
from engine.clock import BEIJING, SystemClock
from engine.ids import Ids
from engine.store import copies
from engine.store.setup import upgrade

Say = Callable[[str], None]


class CopyRefused(Exception):
    """What the operator has to do first."""


@dataclass(frozen=True, slots=True)
class Safe:
    """Where the database is, and the key that its book is written with."""

    url: str
    data_key: str

    def backup(self, file: Path, say: Say) -> None:
        """Copy the database to a file and say the heads that the copy holds."""
        if file.exists():
            raise CopyRefused(f"{file} exists already")
        source = copies.file_of(self.url)
        if source:
            copies.copy(source, file)
            self._say_heads(f"sqlite:///{file}", say)
        else:
            # What is written while pg_dump begins is in it too: the copy reaches at least to these.
            self._say_heads(self.url, say)
            _run("pg_dump", self.url, "--format=custom", f"--file={file}")
        say(f"written to {file}; keep it, and DATA_KEY apart from it, on another machine")

    def restore(self, file: Path, *, over: bool, say: Say) -> None:
        """Let the database hold what the file does, keep what it held, and stop payouts."""
        if not file.is_file():
            raise CopyRefused(f"there is no file {file}")
        written = datetime.fromtimestamp(file.stat().st_mtime, BEIJING)
        reason = f"刚从 {written:%Y-%m-%d %H:%M} 的备份恢复，还没有对账"
        target = copies.file_of(self.url)
        if target:
            self._restore_file(file, target, reason, over=over, say=say)
        else:
            self._restore_server(file, reason, over=over, say=say)
        say("payouts are stopped: when the shop has sent its orders again, run `flask payouts resume`")

    def _restore_file(self, file: Path, target: Path, reason: str, *, over: bool, say: Say) -> None:
        copies.check(file)
        if target.exists() and not over:
            raise CopyRefused(f"{target} exists; with --yes it is kept aside and replaced")
        ready = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            # All that has to be done to it is done before anybody can see it.
            copies.copy(file, ready)
            self._stop(f"sqlite:///{ready}", reason)
            self._say_heads(f"sqlite:///{ready}", say)
            if target.exists():
                aside = _aside(target)
                copies.set_aside(target, aside)
                say(f"what was there is kept in {aside}")
            copies.put_back(ready, target)
        finally:
            for end in ("", "-wal", "-shm", ".writer", ".writer.next"):
                Path(f"{ready}{end}").unlink(missing_ok=True)
        say(f"{target} holds {file}")

    def _restore_server(self, file: Path, reason: str, *, over: bool, say: Say) -> None:
        with self._opened(self.url) as engine:
            others, shops = _others(engine), engine.shops() if _has_tables(engine) else ()
        if others:
            raise CopyRefused(f"{others} other connections use the database: stop the bot's processes first")
        if shops and not over:
            raise CopyRefused("the database holds shops; with --yes it is dumped aside and replaced")
        if shops:
            aside = _aside(file)
            _run("pg_dump", self.url, "--format=custom", f"--file={aside}")
            say(f"what was there is kept in {aside}")
        _run(
            "pg_restore", self.url, "--clean", "--if-exists", "--no-owner", "--single-transaction", str(file)
        )
        self._stop(self.url, reason)
        self._say_heads(self.url, say)
        say(f"the database holds {file}")

    def _stop(self, url: str, reason: str) -> None:
        with self._opened(url) as engine:
            upgrade(engine.store.engine)
            for shop in engine.shops():
                engine.at(shop, OPERATOR, f"restore:{secrets.token_hex(12)}").reconciling.stop(reason)

    def _say_heads(self, url: str, say: Say) -> None:
        with self._opened(url) as engine:
            for shop in engine.shops():
                head, seq = engine.at(shop, OPERATOR, "").reports.head()
                say(f"{shop}: head {head}@{seq}")

    @contextmanager
    def _opened(self, url: str) -> Iterator[Engine]:
        engine = Engine(url, clock=SystemClock(), ids=Ids(), cipher=Cipher.read(self.data_key))
        with closing(engine.store):
            yield engine


def _others(engine: Engine) -> int:
    with engine.store.engine.connect() as connection:
        found: int = connection.execute(
            text(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        ).scalar_one()
    return found


def _has_tables(engine: Engine) -> bool:
    with engine.store.engine.connect() as connection:
        return connection.execute(text("SELECT to_regclass('shops')")).scalar_one() is not None


def _aside(file: Path) -> Path:
    return file.with_name(f"{file.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")


def _run(tool: str, url: str, *arguments: str) -> None:
    """One of PostgreSQL's own tools; the password goes past the list of processes."""
    parsed = make_url(url)
    if shutil.which(tool) is None:
        said = " ".join((tool, *arguments))
        raise CopyRefused(
            f"{tool} is not on the PATH: install PostgreSQL's client, or run where it is: {said}"
        )
    given = {"host": parsed.host, "port": parsed.port, "username": parsed.username, "dbname": parsed.database}
    done = subprocess.run(
        [tool, *(f"--{name}={value}" for name, value in given.items() if value), *arguments],
        env={**os.environ, "PGPASSWORD": parsed.password or ""},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise copies.CopyError(f"{tool}: {done.stderr.strip()}")
