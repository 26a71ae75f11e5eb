"""Short codes for people (单号, 推荐码, 确认码): no two things of one kind in a shop have the same."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, select

from engine.ids import CODE_LENGTH
from engine.store.base import Tx


def fresh_code(tx: Tx, column: Column[Any]) -> str:
    """A code that stands nowhere in this column of the shop."""
    while True:
        code = tx.ids.code(CODE_LENGTH)
        taken = tx.run(select(column).where(column.table.c.shop_id == tx.shop, column == code)).first()
        if taken is None:
            return code
