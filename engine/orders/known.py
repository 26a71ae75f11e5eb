"""A buyer becomes known (买家已知): the orders that waited for him are decided, a chunk at a time."""

from __future__ import annotations

from typing import Any

from engine import outbox
from engine.ids import PersonId
from engine.orders import archive, circumstances, deciding
from engine.orders.events import Buyer
from engine.people import accounts
from engine.store.base import Tx

CHUNK = 50
"""Orders that are decided in one transaction at most."""


def linked(tx: Tx, buyer: Buyer) -> None:
    """The shop named an openid and a unionid together: what waited for that unionid has its buyer."""
    if buyer.openid and buyer.unionid:
        decide(tx, "unionid", tx.cipher.digest("unionid", buyer.unionid))


def decide(tx: Tx, kind: archive.Known, digest: str, after: str = "") -> int:
    """Decide the oldest orders that wait for this identity, if exactly one person has it; gives how many.

    The others, those after the last of them, follow as a row of the outbox. A phone bound by two people decides
    nothing, and none decides an order by which whoever bound it would earn himself: anybody may bind anybody's number,
    so the merchant claims it (认领).
    """
    found = accounts.holders(tx, kind, digest)
    rows = archive.waiting_for(tx, kind, digest, after, CHUNK) if len(found) == 1 else []
    plain = [row for row in rows if kind == "unionid" or not _earns_himself(tx, row, found[0])]
    for row in plain:
        deciding.late(tx, row.id, found[0], "known")
    if len(rows) == CHUNK:
        told = {"kind": kind, "digest": digest, "after": rows[-1].id}
        outbox.put(tx, f"known:{tx.ids.new('kn')}", "known", told)
    return len(plain)


def _earns_himself(tx: Tx, row: Any, person: PersonId) -> bool:
    return circumstances.earns_himself(circumstances.look_again(tx, archive.sold_of(tx, row.id), person))
