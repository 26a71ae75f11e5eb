"""The whole audit (查账): the book against itself, and everything that was made from it against the book."""

from __future__ import annotations

from dataclasses import dataclass

from engine.ledger import audit as ledger
from engine.ledger.audit import Progress, quietly
from engine.orders import audit as orders
from engine.orders.audit import OrderAudit
from engine.payouts import audit as payouts
from engine.payouts.audit import PayoutAudit
from engine.programme import audit as programme
from engine.referrals import audit as referrals
from engine.store.base import Tx


@dataclass(frozen=True, slots=True)
class Found:
    """What differs, a sentence each that names the row; what was looked through; and the head to keep outside."""

    findings: tuple[str, ...]
    entries: int
    orders: int
    withdrawals: int
    head: str
    key_id: str


def audit(tx: Tx, progress: Progress = quietly) -> Found:
    """Derive everything of one shop again, in one snapshot."""
    of_orders, of_payouts = OrderAudit(), PayoutAudit()
    book = ledger.audit(tx, {**of_orders.watch, **of_payouts.watch}, progress)
    found = [
        *book.findings,
        *of_orders.findings(tx, progress),
        *of_payouts.findings(tx, progress),
        *referrals.findings(tx),
        *programme.findings(tx),
    ]
    return Found(tuple(found), book.entries, orders.count(tx), payouts.count(tx), book.head, book.key_id)


def length(tx: Tx) -> int:
    """How many steps of progress an audit takes."""
    return ledger.head_of(tx)[1] + orders.count(tx) + payouts.count(tx)
