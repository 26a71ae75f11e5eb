"""A copy of a SQLite database: one moment of it, checked; put back, it is all there is, for whoever has it open too."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.store import copies
from engine.store.copies import CopyError
from engine.store.filelock import FileLock
from engine.store.tables import orders
from tests.engine.store.test_commands import _new_file
from tests.engine.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A shop in a SQLite file, whatever the other tests run on."""
    made = World(_new_file(tmp_path / "shop.db"))
    made.ready(people=("bob",), level2=None)
    return made


def path_of(world: World) -> Path:
    found = copies.file_of(world.url)
    assert found is not None
    return found


def test_a_copy_is_one_moment_even_while_others_write(world: World, tmp_path: Path) -> None:
    world.pay("carol", 10_000, by="bob")
    writing = threading.Event()

    def write() -> None:
        while not writing.is_set():
            world.pay("carol", 10_000, by="bob")

    writer = threading.Thread(target=write)
    writer.start()
    for n in range(3):
        copies.copy(path_of(world), tmp_path / f"copy{n}.db")
    writing.set()
    writer.join()
    for n in range(3):
        World(f"sqlite:///{tmp_path / f'copy{n}.db'}").audited()
    assert not list(tmp_path.glob(".*partial"))


def test_put_back_it_is_what_everybody_sees_who_has_the_database_open(world: World, tmp_path: Path) -> None:
    world.pay("carol", 10_000, by="bob", number="KEPT")
    copies.copy(path_of(world), tmp_path / "copy.db")
    world.pay("carol", 10_000, by="bob", number="LOST")
    assert len(world.rows(select(orders))) == 2
    copies.put_back(tmp_path / "copy.db", path_of(world), tmp_path / "aside.db")
    assert [row.number for row in world.rows(select(orders))] == ["KEPT"]
    world.pay("carol", 10_000, by="bob", number="NEXT")
    assert world.money("bob") == {"pending": 6_000}
    world.audited()


def test_what_is_no_whole_database_of_ours_is_refused(world: World, tmp_path: Path) -> None:
    whole = tmp_path / "copy.db"
    copies.copy(path_of(world), whole)
    copies.check(whole)
    torn, other = tmp_path / "torn.db", tmp_path / "other.db"
    raw = bytearray(whole.read_bytes())
    for page in range(6, 30):
        raw[page * 4096 : page * 4096 + 2048] = b"\xff" * 2048
    torn.write_bytes(raw)
    sqlite3.connect(other).close()
    (tmp_path / "text.db").write_text("not a database" * 400)
    for bad in (torn, other, tmp_path / "text.db", tmp_path / "nowhere.db"):
        with pytest.raises(CopyError):
            copies.check(bad)
    with pytest.raises(CopyError):
        copies.copy(torn, tmp_path / "again.db")
    assert not list(tmp_path.glob("*again.db*"))
    with pytest.raises(CopyError):
        copies.copy(whole, tmp_path / "no" / "such" / "folder.db")


def test_an_index_that_does_not_fit_its_table_is_damage(world: World, tmp_path: Path) -> None:
    world.pay("carol", 10_000, by="bob")
    file = tmp_path / "copy.db"
    copies.copy(path_of(world), file)
    with sqlite3.connect(file) as damaged:
        damaged.execute("PRAGMA writable_schema=ON")
        damaged.execute(
            "UPDATE sqlite_master SET sql = 'CREATE INDEX ix_orders_person ON orders (number, code, id, paid)'"
            " WHERE name = 'ix_orders_person'"
        )
    damaged.close()
    with pytest.raises(CopyError, match="damaged"):
        copies.check(file)


def test_what_a_copy_that_was_killed_left_behind_is_in_nobodys_way(world: World, tmp_path: Path) -> None:
    (tmp_path / ".copy.db.partial").write_text("half a database" * 400)
    copies.copy(path_of(world), tmp_path / "copy.db")
    copies.check(tmp_path / "copy.db")


def test_it_is_put_back_after_whoever_writes_just_now(world: World, tmp_path: Path) -> None:
    copies.copy(path_of(world), tmp_path / "copy.db")
    held, done = threading.Event(), threading.Event()

    def write() -> None:
        with FileLock(f"{path_of(world)}.writer").held(time.monotonic() + 60):
            held.set()
            done.wait(0.1)

    writes = threading.Thread(target=write)
    writes.start()
    held.wait(60)
    copies.put_back(tmp_path / "copy.db", path_of(world), tmp_path / "aside.db")
    writes.join(60)
    assert (tmp_path / "aside.db").exists()


def test_what_is_written_while_it_is_put_back_is_in_the_one_or_the_other(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies.copy(path_of(world), tmp_path / "copy.db")
    keep, late = copies._set_aside, threading.Thread(target=lambda: world.pay("carol", 100, number="LATE"))

    def slow(file: Path, aside: Path) -> None:
        keep(file, aside)
        late.start()
        late.join(0.3)

    monkeypatch.setattr(copies, "_set_aside", slow)
    copies.put_back(tmp_path / "copy.db", path_of(world), tmp_path / "aside.db")
    late.join()
    assert [row.number for row in world.rows(select(orders))] == ["LATE"], "it waited for its turn"


def test_a_database_too_broken_to_be_copied_is_kept_as_it_is(world: World, tmp_path: Path) -> None:
    copies.copy(path_of(world), tmp_path / "copy.db")
    broken = tmp_path / "broken.db"
    broken.write_text("not a database" * 400)
    copies.put_back(tmp_path / "copy.db", broken, tmp_path / "aside.db")
    assert (tmp_path / "aside.db").read_text().startswith("not a database")
    assert World(f"sqlite:///{broken}").code("bob") == world.code("bob")


def test_what_cannot_be_put_back_changes_nothing(world: World, tmp_path: Path) -> None:
    (tmp_path / "bad.db").write_text("not a database" * 400)
    with pytest.raises(CopyError):
        copies.put_back(tmp_path / "bad.db", path_of(world), tmp_path / "aside.db")
    assert world.code("bob")


def test_a_copy_into_a_new_place(world: World, tmp_path: Path) -> None:
    copies.copy(path_of(world), tmp_path / "copy.db")
    copies.put_back(tmp_path / "copy.db", tmp_path / "new" / "shop.db", tmp_path / "aside.db")
    assert not (tmp_path / "aside.db").exists()
    assert World(f"sqlite:///{tmp_path / 'new' / 'shop.db'}").code("bob") == world.code("bob")


def test_postgresql_is_no_file() -> None:
    assert copies.file_of("postgresql://x@127.0.0.1/x") is None
