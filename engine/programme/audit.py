"""The uplines against each other (查账): nobody is above himself, at any depth."""

from __future__ import annotations

from sqlalchemy import select

from engine.store.base import Tx
from engine.store.tables import promoters


def findings(tx: Tx) -> list[str]:
    """One promoter of each circle."""
    rows = tx.run(select(promoters.c.id, promoters.c.upline).where(promoters.c.shop_id == tx.shop))
    above = {row.id: row.upline for row in rows}
    found: list[str] = []
    settled: set[str] = set()
    for promoter in sorted(above):
        path: list[str] = []
        on_path: set[str] = set()
        one = promoter
        while one is not None and one not in settled and one not in on_path:
            path.append(one)
            on_path.add(one)
            one = above.get(one)
        if one in on_path:
            found.append(f"{one} stands above himself")
        settled |= on_path
    return found
