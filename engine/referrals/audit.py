"""The locks against each other (查账): at no instant do two of them hold one customer."""

from __future__ import annotations

from sqlalchemy import BigInteger, select, type_coerce

from engine.store.base import Tx
from engine.store.tables import locks

CHUNK = 5_000
_NEVER = 1 << 62


def findings(tx: Tx) -> list[str]:
    """The locks that overlap."""
    found: list[str] = []
    person, held_until, by = "", 0, ""
    rows = tx.run(
        select(
            locks.c.id, locks.c.person_id,
            *(type_coerce(locks.c[name], BigInteger).label(name) for name in ("start", "until", "ended_at")),
        )
        .where(locks.c.shop_id == tx.shop)
        .order_by(locks.c.person_id, locks.c.start)
        .execution_options(yield_per=CHUNK)
    )  # fmt: skip
    for row in rows:
        if row.person_id != person:
            person, held_until, by = row.person_id, 0, ""
        end = min((one for one in (row.until, row.ended_at) if one is not None), default=_NEVER)
        if end <= row.start:
            continue  # it never held anybody
        if row.start < held_until:
            found.append(f"locks {by} and {row.id} hold {person} at once")
        if end > held_until:
            held_until, by = end, row.id
    return found
