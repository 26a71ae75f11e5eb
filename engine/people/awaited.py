"""Who is waited for (待认领订单): an identity changed hands, so the orders that wait for it are looked at again."""

from __future__ import annotations

from sqlalchemy import select

from engine import outbox
from engine.people.accounts import IdentityKind
from engine.store.base import Tx
from engine.store.tables import orders


def look_again(tx: Tx, kind: IdentityKind, *digests: str) -> None:
    """A room above decides what waits for these, a chunk at a time.

    (The table alone is asked whether anything does: the orders' room stands above this one.)
    """
    column = orders.c.buyer_unionid if kind == "unionid" else orders.c.buyer_phone
    waiting = tx.run(select(column).where(orders.c.shop_id == tx.shop, column.in_(digests)).distinct())
    for digest in sorted(waiting.scalars()):
        outbox.put(tx, f"known:{tx.ids.new('kn')}", "known", {"kind": kind, "digest": digest})
