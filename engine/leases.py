"""What processes agree on through the database: who is the one clock hand, and the demo's clock."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.ids import ShopId
from engine.store.actors import SYSTEM
from engine.store.base import Store, Tx
from engine.store.tables import demo, leases

_NOBODYS = ShopId("")
"""These rows belong to no shop; its lock serves them."""

_MS = timedelta(milliseconds=1)


class Leases:
    """Leader rows, and the clock's offset."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, name: str, holder: str, life: timedelta) -> bool:
        """Hold or prolong a lease; false while another holder's lives."""

        def act(tx: Tx) -> bool:
            insert = sqlite.insert(leases) if tx.on_sqlite else postgresql.insert(leases)
            values = {"holder": holder, "until": tx.now + life}
            # RETURNING, not rowcount: psycopg tells -1 for every INSERT.
            made = insert.values(name=name, **values).on_conflict_do_nothing().returning(leases.c.name)
            if tx.run(made).one_or_none():
                return True
            renewed = tx.run(
                update(leases)
                .where(leases.c.name == name, (leases.c.holder == holder) | (leases.c.until <= tx.now))
                .values(**values)
            )
            return bool(renewed.rowcount)

        return self._store.write(_NOBODYS, SYSTEM, act)

    def alive(self, name: str) -> bool:
        """Does anybody hold this lease?"""
        with self._store.read(_NOBODYS, SYSTEM) as tx:
            row = tx.run(select(leases.c.until).where(leases.c.name == name)).one_or_none()
            return bool(row and row.until > tx.now)

    def offset(self) -> timedelta:
        """How far the demo's clock is ahead."""
        with self._store.read(_NOBODYS, SYSTEM) as tx:
            found = tx.run(select(demo.c.offset_ms)).scalar_one_or_none()
            return (found or 0) * _MS

    def shift(self, by: timedelta) -> timedelta:
        """Move the demo's clock forward; gives the whole offset."""

        def act(tx: Tx) -> timedelta:
            insert = sqlite.insert(demo) if tx.on_sqlite else postgresql.insert(demo)
            row = insert.values(id=1, offset_ms=by // _MS)
            tx.run(
                row.on_conflict_do_update(
                    index_elements=["id"], set_={"offset_ms": demo.c.offset_ms + row.excluded.offset_ms}
                )
            )
            found: int = tx.run(select(demo.c.offset_ms)).scalar_one()
            return found * _MS

        return self._store.write(_NOBODYS, SYSTEM, act)
