"""Somebody with the database in his hands: changes where the triggers are gone, looked at, and rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from engine.cipher import Cipher
from engine.store.actors import SYSTEM
from engine.store.base import Tx
from tests.engine.world import World

MINE = "shop_id = :shop"


@contextmanager
def tampered(world: World, *statements: str, cipher: Cipher | None = None) -> Iterator[Tx]:
    """The database after these changes, which are then undone; `:shop` is the shop."""
    store = world.engine.store
    with store.engine.connect().execution_options(writing=True) as connection:
        changes = connection.begin()
        for table in ("entries", "postings"):
            of_table = "" if connection.dialect.name == "sqlite" else f" ON {table}"
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER {table}_no_{verb}{of_table}"))
        for statement in statements:
            done = connection.execute(text(statement), {"shop": world.shop} if ":shop" in statement else {})
            assert done.rowcount, f"nothing was changed by {statement}"
        yield Tx(connection, world.shop, SYSTEM, world.now, store.ids, cipher or store.cipher)
        changes.rollback()
