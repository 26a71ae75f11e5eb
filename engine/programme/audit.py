"""The programme against itself (查账): uplines in no circle and counted, histories, rates within 100 %."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, func, or_, select

from engine.programme import ceilings
from engine.programme.ceilings import RatesTooHigh
from engine.store.base import Tx
from engine.store.tables import (
    group_history,
    groups,
    product_history,
    products,
    promoter_history,
    promoters,
)


def findings(tx: Tx) -> list[str]:
    """A sentence for everything that differs."""
    return [
        *_circles(tx),
        *_miscounted(tx),
        *_differing(tx, promoters, "id", promoter_history, "promoter_id", "status", "upline", "group_id"),
        *_differing(
            tx, products, "sku", product_history, "sku",
            "title", "kind", "price", "promoted", "level1", "level2", "since",
        ),
        *_differing(tx, groups, "id", group_history, "group_id", "name"),
        *_ceiling(tx),
    ]  # fmt: skip


def _differing(tx: Tx, now: Any, key: str, history: Any, of: str, *names: str) -> list[str]:
    """The rows that are not what the last row of their history says."""
    last = history.alias()
    newest = (
        select(func.max(last.c.n))
        .where(last.c.shop_id == now.c.shop_id, last.c[of] == now.c[key])
        .scalar_subquery()
    )
    joined = now.outerjoin(
        history, and_(history.c.shop_id == now.c.shop_id, history.c[of] == now.c[key], history.c.n == newest)
    )
    differs = or_(history.c.n.is_(None), *(now.c[name].is_distinct_from(history.c[name]) for name in names))
    rows = tx.run(
        select(now.c[key]).select_from(joined).where(now.c.shop_id == tx.shop, differs).order_by(now.c[key])
    )
    return [f"{now.name} {found} is not what its history says" for (found,) in rows]


def _ceiling(tx: Tx) -> list[str]:
    try:
        ceilings.check_all(tx, ceilings.general(tx))
    except RatesTooHigh as over:
        what = over.product or "a product without rates of its own"
        return [f"{what} pays out {over.level1} and {over.level2}, more than 100 %"]
    return []


def _circles(tx: Tx) -> list[str]:
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


def _miscounted(tx: Tx) -> list[str]:
    """The promoters who have other than as many downlines as are kept."""
    below = promoters.alias()
    counted = (
        select(func.count())
        .where(below.c.shop_id == promoters.c.shop_id, below.c.upline == promoters.c.id)
        .scalar_subquery()
    )
    rows = tx.run(
        select(promoters.c.id, promoters.c.downlines, counted.label("counted"))
        .where(promoters.c.shop_id == tx.shop, promoters.c.downlines != counted)
        .order_by(promoters.c.id)
    )
    return [f"{row.id} has {row.downlines} downlines as kept, {row.counted} say so" for row in rows]
