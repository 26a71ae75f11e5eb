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
from tempfile import TemporaryDirectory

from sqlalchemy import text
from sqlalchemy.engine import make_url

from engine import OPERATOR, Engine
from engine.cipher import Cipher
from engine.clock import BEIJING, SystemClock
from engine.ids import Ids
from engine.store import copies
from engine.store.columns import to_ms
from engine.store.filelock import FileLock
from engine.store.setup import upgrade

_OTHER_KEY = "the copy was written with another DATA_KEY: set the one that belongs to it"
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
            _run("pg_dump", "--format=custom", f"--file={file}", url=self.url)
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
            self._check_key(f"sqlite:///{ready}")
            self._stop(f"sqlite:///{ready}", reason)
            self._say_heads(f"sqlite:///{ready}", say)
            was_there, aside = target.exists(), _aside(target)
            copies.put_back(ready, target, aside)
            if was_there:
                say(f"what was there is kept in {aside}")
        finally:
            beside = (f"{ready}-wal", f"{ready}-shm", *FileLock(f"{ready}.writer").files)
            for left in (str(ready), *beside):
                Path(left).unlink(missing_ok=True)
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
            _run("pg_dump", "--format=custom", f"--file={aside}", url=self.url)
            say(f"what was there is kept in {aside}")
        with TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.") as folder:
            script = Path(folder, "restore.sql")
            _run("pg_restore", "--clean", "--if-exists", "--no-owner", f"--file={script}", str(file))
            with script.open("a", encoding="utf-8") as more:
                more.write(self._also(reason))
            _run(
                "psql", "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1",
                f"--file={script}", url=self.url,
            )  # fmt: skip
        self._stop(self.url, reason)
        self._say_heads(self.url, say)
        say(f"the database holds {file}")

    def _also(self, reason: str) -> str:
        """What belongs to the very transaction of the restore: nobody ever sees the copy with payouts going on."""
        key = Cipher.read(self.data_key).book_key_id
        stop = f"'st_{secrets.token_hex(12)}', {to_ms(SystemClock().now())}, '{reason}'"
        return f"""
DO $$ BEGIN
IF EXISTS (SELECT FROM public.books WHERE key_id <> '{key}') THEN RAISE EXCEPTION '{_OTHER_KEY}'; END IF;
IF to_regclass('public.payout_stops') IS NOT NULL THEN
INSERT INTO public.payout_stops (shop_id, id, since, reason) SELECT id, {stop} FROM public.shops;
END IF;
END $$;
"""  # noqa: S608  a digest, a number and a sentence of ours

    def _check_key(self, url: str) -> None:
        """Raises CopyRefused for a copy that another DATA_KEY belongs to: nobody could be found in it."""
        with self._opened(url) as engine:
            if not all(map(engine.is_of_our_key, engine.shops())):
                raise CopyRefused(_OTHER_KEY)

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


def _run(tool: str, *arguments: str, url: str = "") -> None:
    """One of PostgreSQL's own tools, perhaps at a database; the password goes past the list of processes."""
    if shutil.which(tool) is None:
        said = " ".join((tool, *arguments))
        # A restore by hand would leave payouts going on.
        by_hand = f", or run where it is: {said}" if tool == "pg_dump" else ""
        raise CopyRefused(f"{tool} is not on the PATH: install PostgreSQL's client{by_hand}")
    given, password = _reached(url) if url else ((), "")
    done = subprocess.run(
        [tool, *given, *arguments],
        env={**os.environ, "PGPASSWORD": password},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise copies.CopyError(f"{tool}: {done.stderr.strip()}")


def _reached(url: str) -> tuple[tuple[str, ...], str]:
    """How a tool reaches the database, and the password."""
    parsed = make_url(url)
    given = {"host": parsed.host, "port": parsed.port, "username": parsed.username, "dbname": parsed.database}
    return tuple(f"--{name}={value}" for name, value in given.items() if value), parsed.password or ""
