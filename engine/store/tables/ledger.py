"""The book: entries chained by hash, their postings, kept balances; and kept sums by day."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    UniqueConstraint,
)

from engine.money import LARGEST
from engine.store.columns import Fen, Instant, Json
from engine.store.tables.base import shop_table, text

books = shop_table(
    "books",
    Column("seq", BigInteger, nullable=False),
    text("head"),
    text("key_id"),
    key=(),
)

entries = shop_table(
    "entries",
    Column("seq", BigInteger, nullable=False),
    text("reference"),
    text("move"),
    Column("at", Instant, nullable=False),
    text("input_hash"),
    Column("note", Json, nullable=False),
    text("hash"),
    UniqueConstraint("shop_id", "reference"),
    key=("seq",),
)

postings = shop_table(
    "postings",
    Column("seq", BigInteger, nullable=False),
    Column("n", Integer, nullable=False),
    text("owner"),
    text("account"),
    Column("amount", Fen, nullable=False),
    ForeignKeyConstraint(["shop_id", "seq"], ["entries.shop_id", "entries.seq"]),
    CheckConstraint(f"amount BETWEEN -{LARGEST} AND {LARGEST}", name="amount_range"),
    CheckConstraint("amount <> 0", name="amount_not_zero"),
    Index("ix_postings_owner", "shop_id", "owner", "account", "seq"),
    key=("seq", "n"),
)

balances = shop_table(
    "balances",
    text("owner"),
    text("account"),
    Column("amount", Fen, nullable=False),
    CheckConstraint(
        "(account IN ('pending','available','withdrawing','clearing','paid_out','tax') AND amount >= 0)"
        " OR (account IN ('debt','expense') AND amount <= 0) OR account = 'adjustment'",
        name="sign",
    ),
    key=("owner", "account"),
)

# what a promoter sold in a month (yyyymm) less what was refunded in it: the ranking reads nothing else
month_sales = shop_table(
    "month_sales",
    text("owner"),
    Column("month", Integer, nullable=False),
    Column("net", Fen, nullable=False),
    Index("ix_month_sales_best", "shop_id", "month", "net", "owner"),
    key=("owner", "month"),
)

# 邀请奖励 by who invited whom: what the orders of a downline's customers brought his upline, less what went back
invited_rewards = shop_table(
    "invited_rewards",
    text("upline"),
    text("downline"),
    Column("amount", Fen, nullable=False),
    key=("upline", "downline"),
)

daily = shop_table(
    "daily",
    text("owner"),
    Column("day", Integer, nullable=False),
    text("metric"),
    Column("value", BigInteger, nullable=False),
    # one day of everybody, without the years before it
    Index("ix_daily_metric", "shop_id", "metric", "day", "owner", "value"),
    key=("owner", "day", "metric"),
)
