"""Claims and assignments of orders, offline settlement, customers moved, payouts stopped."""

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Fen, Instant, Json

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bookings",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("from_at", Instant(), nullable=True),
        sa.Column("to_at", Instant(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("wanted_lines", sa.Integer(), nullable=False),
        sa.Column("wanted", Fen(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("amount", Fen(), nullable=False),
        sa.CheckConstraint("state IN ('running', 'done')", name=op.f("ck_bookings_state")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_bookings_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_bookings")),
        sa.UniqueConstraint("shop_id", "code", name=op.f("uq_bookings_shop_id_code")),
    )
    op.create_index("ix_bookings_asked", "bookings", ["shop_id", "asked_at", "id"], unique=False)
    op.create_table(
        "month_sales",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("net", Fen(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_month_sales_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "owner", "month", name=op.f("pk_month_sales")),
    )
    op.create_index(
        "ix_month_sales_best", "month_sales", ["shop_id", "month", "net", "owner"], unique=False
    )
    op.create_index(
        "ix_daily_metric", "daily", ["shop_id", "metric", "day", "owner", "value"], unique=False
    )
    # The months that are over already: what was sold less what was refunded, by promoter.
    op.execute(
        "INSERT INTO month_sales (shop_id, owner, month, net)"
        " SELECT shop_id, owner, day / 100, SUM(CASE metric WHEN 'sales' THEN value ELSE -value END)"
        " FROM daily WHERE metric IN ('sales', 'refunds') AND owner <> 'shop' GROUP BY shop_id, owner, day / 100"
    )
    op.create_table(
        "payout_stops",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("resumed_at", Instant(), nullable=True),
        sa.Column("resumed_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_payout_stops_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_payout_stops")),
    )
    op.create_table(
        "page_visit_conflicts",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.Column("heard_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "source", "id"],
            ["page_visits.shop_id", "page_visits.source", "page_visits.id"],
            name=op.f("fk_page_visit_conflicts_shop_id_source_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_page_visit_conflicts_shop_id")),
        sa.PrimaryKeyConstraint(
            "shop_id", "source", "id", "content_hash", name=op.f("pk_page_visit_conflicts")
        ),
    )
    op.create_table(
        "reassignments",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", Json(), nullable=True),
        sa.Column("after", Json(), nullable=False),
        sa.CheckConstraint("how IN ('claimed', 'known', 'assigned')", name=op.f("ck_reassignments_how")),
        sa.ForeignKeyConstraint(
            ["shop_id", "order_id"],
            ["orders.shop_id", "orders.id"],
            name=op.f("fk_reassignments_shop_id_order_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_reassignments_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "order_id", "n", name=op.f("pk_reassignments")),
    )
    op.create_table(
        "booking_lines",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("promoter_id", sa.Text(), nullable=False),
        sa.Column("amount", Fen(), nullable=False),
        sa.Column("booked_at", Instant(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_booking_lines_amount")),
        sa.ForeignKeyConstraint(
            ["shop_id", "booking_id"],
            ["bookings.shop_id", "bookings.id"],
            name=op.f("fk_booking_lines_shop_id_booking_id"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "promoter_id"],
            ["promoters.shop_id", "promoters.id"],
            name=op.f("fk_booking_lines_shop_id_promoter_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_booking_lines_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "booking_id", "promoter_id", name=op.f("pk_booking_lines")),
    )
    op.create_index(
        "ix_booking_lines_promoter", "booking_lines", ["shop_id", "promoter_id", "booked_at"], unique=False
    )
    op.create_index(
        "ix_booking_lines_booked",
        "booking_lines",
        ["shop_id", "booked_at", "booking_id", "promoter_id"],
        unique=False,
    )
    op.create_index(
        "ix_withdrawals_requested", "withdrawals", ["shop_id", "requested_at", "id"], unique=False
    )
    op.create_table(
        "moves",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.CheckConstraint("how IN ('earn', 'follow')", name=op.f("ck_moves_how")),
        sa.ForeignKeyConstraint(
            ["shop_id", "source"], ["promoters.shop_id", "promoters.id"], name=op.f("fk_moves_shop_id_source")
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "target"], ["promoters.shop_id", "promoters.id"], name=op.f("fk_moves_shop_id_target")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_moves_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_moves")),
    )
    op.create_index("ix_moves_at", "moves", ["shop_id", "at"], unique=False)
    op.create_table(
        "assignments",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("move_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("promoter_id", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("held_by", sa.Text(), nullable=True),
        sa.Column("cared_by", sa.Text(), nullable=True),
        sa.CheckConstraint("how IN ('earn', 'follow')", name=op.f("ck_assignments_how")),
        sa.ForeignKeyConstraint(
            ["shop_id", "move_id"], ["moves.shop_id", "moves.id"], name=op.f("fk_assignments_shop_id_move_id")
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "promoter_id"],
            ["promoters.shop_id", "promoters.id"],
            name=op.f("fk_assignments_shop_id_promoter_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_assignments_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "move_id", "person_id", name=op.f("pk_assignments")),
    )
    op.create_index("ix_customers_since", "customers", ["shop_id", "since", "person_id"], unique=False)
    op.create_index("ix_assignments_person", "assignments", ["shop_id", "person_id", "at"], unique=False)
    op.create_index(
        "ix_commissions_accrued", "commissions", ["shop_id", "accrued_at", "order_id"], unique=False
    )
    op.create_index(
        "ix_promoters_group", "promoters", ["shop_id", "group_id", "joined_at"], unique=False
    )
    op.create_index("ix_visits_at", "visits", ["shop_id", "at"], unique=False)
    op.add_column("commissions", sa.Column("turns", sa.Integer(), server_default="0", nullable=False))
    op.create_index(
        "ix_commissions_matured",
        "commissions",
        ["shop_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'available'"),
        postgresql_where=sa.text("state = 'available'"),
    )
    op.add_column("orders", sa.Column("excess_discount", Fen(), server_default="0", nullable=False))
    op.add_column("orders", sa.Column("passed_over", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("priced_for", sa.Text(), nullable=True))
    op.add_column(
        "order_lines", sa.Column("excess_discount", Fen(), server_default="0", nullable=False)
    )
    op.add_column("orders", sa.Column("evidence", Json(), nullable=True))
    op.add_column("orders", sa.Column("buyer_unionid", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("buyer_phone", sa.Text(), nullable=True))
    op.create_index(
        "ix_orders_buyer_phone",
        "orders",
        ["shop_id", "buyer_phone"],
        unique=False,
        sqlite_where=sa.text("buyer_phone IS NOT NULL"),
        postgresql_where=sa.text("buyer_phone IS NOT NULL"),
    )
    op.create_index(
        "ix_orders_buyer_unionid",
        "orders",
        ["shop_id", "buyer_unionid"],
        unique=False,
        sqlite_where=sa.text("buyer_unionid IS NOT NULL"),
        postgresql_where=sa.text("buyer_unionid IS NOT NULL"),
    )
    op.create_index(
        "ix_orders_excess_discount",
        "orders",
        ["shop_id", "paid_at", "id"],
        unique=False,
        sqlite_where=sa.text("excess_discount > 0"),
        postgresql_where=sa.text("excess_discount > 0"),
    )
    op.create_index(
        "ix_orders_excess_refund",
        "orders",
        ["shop_id", "paid_at", "id"],
        unique=False,
        sqlite_where=sa.text("excess_refund > 0"),
        postgresql_where=sa.text("excess_refund > 0"),
    )
    op.create_index(
        "ix_orders_passed_over",
        "orders",
        ["shop_id", "passed_over", "paid_at", "id"],
        unique=False,
        sqlite_where=sa.text("passed_over IS NOT NULL"),
        postgresql_where=sa.text("passed_over IS NOT NULL"),
    )
    op.create_index(
        "ix_orders_waiting",
        "orders",
        ["shop_id", "paid_at", "id"],
        unique=False,
        sqlite_where=sa.text("paid_at IS NOT NULL AND decision IS NULL"),
        postgresql_where=sa.text("paid_at IS NOT NULL AND decision IS NULL"),
    )
