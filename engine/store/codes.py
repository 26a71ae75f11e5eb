"""Short codes for people (单号, 推荐码, 确认码): no two things of one kind in a shop have the same."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Column, bindparam, select

from engine.ids import CODE_LENGTH
from engine.store.base import Tx
from engine.store.prepared import Prepared


def fresh_code(tx: Tx, column: Column[Any]) -> str:
    """A code that stands nowhere in this column of the shop."""
    while True:
        code = tx.ids.code(CODE_LENGTH)
        if tx.ask(_taken(column), code=code).first() is None:
            return code


@cache
def _taken(column: Column[Any]) -> Prepared:
    return Prepared(
        select(column).where(column.table.c.shop_id == bindparam("shop"), column == bindparam("code"))
    )
