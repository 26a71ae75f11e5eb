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


def _few(name: str, where: str, *columns: str) -> Index:
    """An index on the few rows that still want something done."""
    return Index(name, "shop_id", *columns, sqlite_where=sql(where), postgresql_where=sql(where))


_UNCHECKED = "excess_{0} > 0 AND excess_{0} <> checked_{0}"
"""A refund or a discount above the rule that nobody has looked into."""

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
    # evidence.Evidence: the visit, lock and code it rests on, with their dates; decides nothing
    Column("evidence", Json),
    text("level1", null=True),
    text("level2", null=True),
    # who would have had level 1 but for 商家自行转账
    text("passed_over", null=True),
    # by whose rate 自购省 or 代下单 took something off, and what the shop took off above the rule
    text("priced_for", null=True),
    Column("excess_discount", Fen, nullable=False, server_default="0"),
    # as much of each as somebody has looked into (已核对); another sum waits again
    Column("checked_refund", Fen, nullable=False, server_default="0"),
    Column("checked_discount", Fen, nullable=False, server_default="0"),
    # digests of how the shop knows the buyer, while nobody here does (待认领)
    text("buyer_unionid", null=True),
    text("buyer_phone", null=True),
    UniqueConstraint("shop_id", "source", "number"),
    UniqueConstraint("shop_id", "code"),
    Index("ix_orders_paid_at", "shop_id", "paid_at", "id"),
    Index("ix_orders_level1", "shop_id", "level1", "paid_at", "id"),
    Index("ix_orders_level2", "shop_id", "level2", "paid_at", "id"),
    _few("ix_orders_passed_over", "passed_over IS NOT NULL", "passed_over", "paid_at", "id"),
    Index("ix_orders_person", "shop_id", "person_id", "paid_at"),
    _few("ix_orders_waiting", "paid_at IS NOT NULL AND decision IS NULL", "paid_at", "id"),
    _few("ix_orders_buyer_unionid", "buyer_unionid IS NOT NULL", "buyer_unionid"),
    _few("ix_orders_buyer_phone", "buyer_phone IS NOT NULL", "buyer_phone"),
    _few("ix_orders_excess_refund", _UNCHECKED.format("refund"), "paid_at", "id"),
    _few("ix_orders_excess_discount", _UNCHECKED.format("discount"), "paid_at", "id"),
)

# every time that somebody decided an order after it was heard: a claim (认领), a late buyer, 归属
reassignments = shop_table(
    "reassignments",
    text("order_id"),
    Column("n", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    text("how"),
    text("actor"),
    text("reason"),
    Column("before", Json),
    Column("after", Json, nullable=False),
    one_of("how", "claimed", "known", "assigned"),
    belongs("order_id", "orders.id"),
    key=("order_id", "n"),
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
    Column("excess_discount", Fen, nullable=False, server_default="0"),
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
    Column("checked_at", Instant),
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
    # what refunds and 归属 took of it (已扣回): what it would be of the whole line, less the amount
    Column("taken_back", Fen, nullable=False, server_default="0"),
    # how often it went from pending to available or back: a part of those entries' references
    Column("turns", Integer, nullable=False, server_default="0"),
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
    # what has matured, by when it fell due: a period is booked (线下结算) without what came later
    Index(
        "ix_commissions_matured",
        "shop_id",
        "due_at",
        sqlite_where=sql("state = 'available'"),
        postgresql_where=sql("state = 'available'"),
    ),
    # what waits, as 推广明细 lists it
    _few("ix_commissions_pending", "state = 'pending'", "accrued_at", "order_id"),
    # what went back, of everybody and of one
    _few("ix_commissions_taken_back", "taken_back > 0", "level", "accrued_at", "order_id"),
    _few("ix_commissions_taken_back_of", "taken_back > 0", "promoter_id", "level", "accrued_at", "order_id"),
    Index("ix_commissions_promoter", "shop_id", "promoter_id", "level", "accrued_at", "order_id"),
    Index("ix_commissions_accrued", "shop_id", "accrued_at", "order_id"),
    key=("order_id", "line", "level", "promoter_id"),
)

STILL_OPEN = "state IN ('requested', 'approved', 'in_hand', 'sending', 'confirming', 'unknown')"

withdrawals = shop_table(
    "withdrawals",
    text("id"),
    text("code"),
    text("promoter_id"),
    Column("amount", Fen, nullable=False),
    text("state"),
    text("channel"),
    # {"account", "name", "picture": its digest} sealed; kept until the withdrawal ends and the books are shown
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
        unique=True, sqlite_where=sql(STILL_OPEN), postgresql_where=sql(STILL_OPEN),
    ),
    _few("ix_withdrawals_paid", "state = 'paid'", "done_at"),
    Index("ix_withdrawals_state", "shop_id", "state", "requested_at", "id"),
    Index("ix_withdrawals_promoter", "shop_id", "promoter_id", "requested_at", "id"),
    Index("ix_withdrawals_requested", "shop_id", "requested_at", "id"),
)  # fmt: skip

# 收款码: the one that a person keeps (of no withdrawal), and the copy that an open withdrawal has
payee_pictures = shop_table(
    "payee_pictures",
    text("id"),
    text("person_id"),
    text("withdrawal_id", null=True),
    text("channel"),
    text("digest"),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", Instant, nullable=False),
    belongs("withdrawal_id", "withdrawals.id"),
    Index("ix_payee_pictures_person", "shop_id", "person_id"),
    Index("ix_payee_pictures_withdrawal", "shop_id", "withdrawal_id"),
)

# offline settlement (线下结算): what the merchant booked as settled, and for whom how much
bookings = shop_table(
    "bookings",
    text("id"),
    text("code"),
    text("state"),
    # matured in [from, to); without a beginning it is all that was not booked before
    Column("from_at", Instant),
    Column("to_at", Instant, nullable=False),
    text("proof"),
    text("actor"),
    Column("asked_at", Instant, nullable=False),
    Column("done_at", Instant),
    # what the list said when it was confirmed, and what has been booked of it
    Column("wanted_lines", Integer, nullable=False),
    Column("wanted", Fen, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("amount", Fen, nullable=False),
    one_of("state", "running", "done"),
    UniqueConstraint("shop_id", "code"),
    Index("ix_bookings_asked", "shop_id", "asked_at", "id"),
)

booking_lines = shop_table(
    "booking_lines",
    text("booking_id"),
    text("promoter_id"),
    Column("amount", Fen, nullable=False),
    Column("booked_at", Instant, nullable=False),
    belongs("booking_id", "bookings.id"),
    belongs("promoter_id", "promoters.id"),
    CheckConstraint("amount > 0", name="amount"),
    Index("ix_booking_lines_promoter", "shop_id", "promoter_id", "booked_at"),
    Index("ix_booking_lines_booked", "shop_id", "booked_at", "booking_id", "promoter_id"),
    key=("booking_id", "promoter_id"),
)

# why no money may leave the house (after a restore, or a provider's strange answer), until somebody has reconciled
payout_stops = shop_table(
    "payout_stops",
    text("id"),
    Column("since", Instant, nullable=False),
    text("reason"),
    Column("resumed_at", Instant),
    text("resumed_by", null=True),
)
