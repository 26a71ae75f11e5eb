"""A buyer becomes known (买家已知): the orders that waited for him are decided, a chunk at a time."""

from __future__ import annotations

from engine import outbox
from engine.orders import archive, deciding
from engine.orders.events import Buyer
from engine.people import accounts
from engine.store.base import Tx

CHUNK = 50
"""Orders that are decided in one transaction at most."""


def linked(tx: Tx, buyer: Buyer) -> None:
    """The shop named an openid and a unionid together: what waited for that unionid has its buyer."""
    if buyer.openid and buyer.unionid:
        decide(tx, "unionid", tx.cipher.digest("unionid", buyer.unionid))


def decide(tx: Tx, kind: archive.Known, digest: str) -> int:
    """Decide the oldest orders that wait for this identity, if exactly one person has it; gives how many.

    The others follow as a row of the outbox. A phone bound by two people decides nothing.
    """
    found = accounts.holders(tx, kind, digest)
    rows = archive.waiting_for(tx, kind, digest, CHUNK) if len(found) == 1 else []
    for row in rows:
        deciding.late(tx, row.id, found[0], "known")
    if len(rows) == CHUNK:
        outbox.put(tx, f"known:{rows[-1].id}", "known", {"kind": kind, "digest": digest})
    return len(rows)
