"""Orders whose buyer nobody knows (待认领订单): decided when he becomes known, or when the merchant names him."""

from __future__ import annotations

from engine.orders import known
from engine.orders.archive import Known
from engine.store.base import Tx
from engine.store.commands import Room, command


class Claims(Room):
    """From waiting to decided."""

    @command
    def carry_on(self, tx: Tx, kind: Known, digest: str) -> int:
        """Decide the next orders that wait for this identity; the next chunk is an outbox row again."""
        return known.decide(tx, kind, digest)
