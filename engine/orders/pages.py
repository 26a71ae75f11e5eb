"""Page visits that the shop reports (访问): kept for the customer radar, they decide nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from engine.ids import PersonId
from engine.orders import archive
from engine.orders.events import PageVisit
from engine.store.base import Tx
from engine.store.columns import canonical
from engine.store.record import encode
from engine.store.tables import page_visit_conflicts, page_visits


def keep(tx: Tx, visit: PageVisit, person: PersonId | None) -> str:
    """`booked` at first, `known` when it is the same again; with other content it is kept as a `conflict`."""
    before = tx.run(
        select(page_visits).where(
            page_visits.c.shop_id == tx.shop,
            page_visits.c.source == visit.source,
            page_visits.c.id == visit.id,
        )
    ).one_or_none()
    if before is None:
        tx.run(
            page_visits.insert().values(
                shop_id=tx.shop, source=visit.source, id=visit.id, person_id=person, at=visit.at,
                page=visit.page, seconds=visit.seconds, code=visit.code,
            )
        )  # fmt: skip
        return "booked"
    if _same(before, visit, person):
        return "known"
    _keep_conflict(tx, visit)
    return "conflict"


def _same(before: Any, visit: PageVisit, person: PersonId | None) -> bool:
    """Whoever was unknown then may be known by now; that alone is no other content."""
    named = {before.person_id, person} - {None}
    told = (before.at, before.page, before.seconds, before.code)
    return len(named) < 2 and told == (visit.at, visit.page, visit.seconds, visit.code)


def _keep_conflict(tx: Tx, visit: PageVisit) -> None:
    content = encode(replace(visit, customer=archive.anonymous(tx, visit.customer)))
    insert = sqlite.insert(page_visit_conflicts) if tx.on_sqlite else postgresql.insert(page_visit_conflicts)
    tx.run(
        insert.values(
            shop_id=tx.shop, source=visit.source, id=visit.id, content=content,
            content_hash=tx.cipher.digest("visit", canonical(content)), heard_at=tx.now,
        ).on_conflict_do_nothing()
    )  # fmt: skip
