"""How a table below the shop is made: its key begins with the shop."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy.schema import SchemaItem

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}

metadata = MetaData(naming_convention=NAMES)


def text(name: str, *items: SchemaItem, null: bool = False) -> Column[Any]:
    """A text column, required unless said otherwise."""
    return Column(name, Text, *items, nullable=null)


def shop_table(name: str, *items: SchemaItem, key: tuple[str, ...] = ("id",)) -> Table:
    """A table whose primary key is the shop and `key`."""
    return Table(
        name,
        metadata,
        text("shop_id"),
        *items,
        PrimaryKeyConstraint("shop_id", *key),
        ForeignKeyConstraint(["shop_id"], ["shops.id"]),
    )


def belongs(column: str, target: str) -> ForeignKeyConstraint:
    """`column` names a row of `target` (`table.column`) in the same shop."""
    table, _, key = target.partition(".")
    return ForeignKeyConstraint(["shop_id", column], [f"{table}.shop_id", f"{table}.{key}"])


def belongs_to(table: str, *columns: str) -> ForeignKeyConstraint:
    """These columns together name a row of `table`, where they are called the same."""
    return ForeignKeyConstraint(["shop_id", *columns], [f"{table}.{name}" for name in ("shop_id", *columns)])


def one_of(column: str, *values: str) -> CheckConstraint:
    """The column holds one of these words."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=column)
