"""Orders as facts with one stored decision, commissions, and withdrawals."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
)
from sqlalchemy import text as sql

from engine.store.columns import Fen, Instant, Json
from engine.store.tables.base import belongs, one_of, shop_table, text

orders = shop_table(
    "orders",
    text("id"),
    text("source"),
    text("number"),
    text("code"),
    text("person_id", null=True),
    Column("first_heard_at", Instant, nullable=False),
    Column("paid_at", Instant),
    Column("paid", Fen),
    Column("refunded", Fen, nullable=False),
    text("payment", null=True),
    Column("excess_refund", Fen, nullable=False),
    Column("settings_version", Integer),
    # attribution's Decision; null while nobody knows the buyer (待认领)
    Column("decision", Json),
    text("level1", null=True),
    text("level2", null=True),
    UniqueConstraint("shop_id", "source", "number"),
    UniqueConstraint("shop_id", "code"),
    Index("ix_orders_paid_at", "shop_id", "paid_at", "id"),
    Index("ix_orders_level1", "shop_id", "level1", "paid_at", "id"),
    Index("ix_orders_level2", "shop_id", "level2", "paid_at", "id"),
    Index("ix_orders_person", "shop_id", "person_id", "paid_at"),
)

order_facts = shop_table(
    "order_facts",
    text("order_id"),
    text("kind"),
    text("fact_id"),
    Column("at", Instant, nullable=False),
    Column("content", Json, nullable=False),
    text("content_hash"),
    Column("heard_at", Instant, nullable=False),
    belongs("order_id", "orders.id"),
    key=("order_id", "kind", "fact_id"),
)

order_lines = shop_table(
    "order_lines",
    text("order_id"),
    Column("line", Integer, nullable=False),
    text("sku"),
    text("title"),
    text("kind"),
    Column("quantity", Integer, nullable=False),
    Column("paid", Fen, nullable=False),
    Column("level1_discount", Fen, nullable=False),
    Column("service_at", Instant),
    # the terms decided once, for the two recipients of the decision
    Column("promoted", Boolean, nullable=False),
    Column("rate1", Integer, nullable=False),
    text("rate1_source"),
    Column("rate2", Integer, nullable=False),
    text("rate2_source"),
    belongs("order_id", "orders.id"),
    key=("order_id", "line"),
)

conflicts = shop_table(
    "conflicts",
    text("id"),
    text("order_id"),
    text("kind"),
    text("fact_id"),
    text("content_hash"),
    Column("content", Json, nullable=False),
    Column("heard_at", Instant, nullable=False),
    belongs("order_id", "orders.id"),
    UniqueConstraint("shop_id", "order_id", "kind", "fact_id", "content_hash"),
)

commissions = shop_table(
    "commissions",
    text("order_id"),
    Column("line", Integer, nullable=False),
    Column("level", Integer, nullable=False),
    text("promoter_id"),
    Column("base", Fen, nullable=False),
    Column("rate", Integer, nullable=False),
    Column("amount", Fen, nullable=False),
    text("state"),
    Column("due_at", Instant),
    Column("accrued_at", Instant, nullable=False),
    Column("matured_at", Instant),
    one_of("state", "pending", "available"),
    CheckConstraint("level IN (1, 2)", name="at_most_two_levels"),
    CheckConstraint("amount >= 0", name="amount"),
    belongs("order_id", "orders.id"),
    belongs("promoter_id", "promoters.id"),
    Index(
        "ix_commissions_due",
        "shop_id",
        "due_at",
        sqlite_where=sql("state = 'pending'"),
        postgresql_where=sql("state = 'pending'"),
    ),
    Index("ix_commissions_promoter", "shop_id", "promoter_id", "level", "accrued_at"),
    key=("order_id", "line", "level", "promoter_id"),
)

_OPEN = "state IN ('requested', 'approved', 'in_hand', 'sending', 'confirming', 'unknown')"

withdrawals = shop_table(
    "withdrawals",
    text("id"),
    text("code"),
    text("promoter_id"),
    Column("amount", Fen, nullable=False),
    text("state"),
    text("channel"),
    # {"account", "name"} sealed; kept until the withdrawal ends and the books are shown
    Column("payee", LargeBinary),
    text("bill"),
    Column("requested_at", Instant, nullable=False),
    Column("decided_at", Instant),
    text("in_hand_by", null=True),
    Column("done_at", Instant),
    text("proof", null=True),
    text("reason", null=True),
    one_of(
        "state", "requested", "approved", "in_hand", "sending", "confirming", "unknown",
        "paid", "rejected", "cancelled", "failed",
    ),
    one_of("channel", "wechat", "alipay"),
    CheckConstraint("amount > 0", name="amount"),
    UniqueConstraint("shop_id", "code"),
    UniqueConstraint("shop_id", "bill"),
    belongs("promoter_id", "promoters.id"),
    Index(
        "uq_withdrawals_open", "shop_id", "promoter_id",
        unique=True, sqlite_where=sql(_OPEN), postgresql_where=sql(_OPEN),
    ),
    Index("ix_withdrawals_state", "shop_id", "state", "requested_at"),
    Index("ix_withdrawals_promoter", "shop_id", "promoter_id", "requested_at"),
)  # fmt: skip
