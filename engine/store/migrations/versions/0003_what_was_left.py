"""已核对, locks by number, printed posters' codes, invitations by the merchant; kept rewards, indexes of lists."""

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Fen, Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _checked()
    _locks()
    _links()
    _invited_rewards()
    _lists_by_their_indexes()
    _pushed()
    _payee_pictures()


def _checked() -> None:
    for what in ("refund", "discount"):
        op.add_column("orders", sa.Column(f"checked_{what}", Fen(), server_default="0", nullable=False))
        op.drop_index(f"ix_orders_excess_{what}", "orders")
        unchecked = sa.text(f"excess_{what} > 0 AND excess_{what} <> checked_{what}")
        op.create_index(
            f"ix_orders_excess_{what}",
            "orders",
            ["shop_id", "paid_at", "id"],
            unique=False,
            sqlite_where=unchecked,
            postgresql_where=unchecked,
        )
    for table in ("conflicts", "page_visit_conflicts"):
        op.add_column(table, sa.Column("checked_at", Instant(), nullable=True))


def _locks() -> None:
    """A lock's number, and from when on it counts no longer."""
    op.add_column("locks", sa.Column("n", sa.Integer(), server_default="0", nullable=False))
    op.add_column("locks", sa.Column("void_from", Instant(), nullable=True))
    # Rows that follow from others keep no number: the next that happens to the customer derives them again.
    op.execute(
        "UPDATE locks SET n = 1 + (SELECT count(*) FROM locks o WHERE o.shop_id = locks.shop_id"
        ' AND o.person_id = locks.person_id AND (o."start" < locks."start"'
        ' OR (o."start" = locks."start" AND o.id < locks.id)))'
        " WHERE made_by <> 'reopened' AND NOT EXISTS"
        " (SELECT 1 FROM locks o WHERE o.shop_id = locks.shop_id AND o.id = locks.cause)"
    )
    op.execute(
        'UPDATE locks SET void_from = CASE made_by WHEN \'visit\' THEN "start" ELSE ended_at END'
        " WHERE end_reason IN ('annulled', 'undone') AND made_by IN ('visit', 'order')"
    )


def _links() -> None:
    """Printed posters' own codes, and the merchant's own invitations."""
    op.add_column("visits", sa.Column("point", sa.Text(), nullable=True))
    op.create_index(
        "ix_visits_point",
        "visits",
        ["shop_id", "promoter_id", "point"],
        unique=False,
        sqlite_where=sa.text("point IS NOT NULL"),
        postgresql_where=sa.text("point IS NOT NULL"),
    )
    op.add_column("applications", sa.Column("member_invitation", sa.Text(), nullable=True))
    op.create_table(
        "poster_points",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("promoter_id", sa.Text(), nullable=False),
        sa.Column("point", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "promoter_id"],
            ["promoters.shop_id", "promoters.id"],
            name=op.f("fk_poster_points_shop_id_promoter_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_poster_points_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "promoter_id", "point", name=op.f("pk_poster_points")),
    )
    op.create_table(
        "member_invitations",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id", "group_id"],
            ["groups.shop_id", "groups.id"],
            name=op.f("fk_member_invitations_shop_id_group_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_member_invitations_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "token", name=op.f("pk_member_invitations")),
    )
    op.create_index("ix_member_invitations_made", "member_invitations", ["shop_id", "made_at"], unique=False)
    op.create_table(
        "member_openings",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "token"],
            ["member_invitations.shop_id", "member_invitations.token"],
            name=op.f("fk_member_openings_shop_id_token"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_member_openings_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_member_openings")),
    )
    op.create_index(
        "ix_member_openings_person", "member_openings", ["shop_id", "person_id", "at"], unique=False
    )
    op.create_index(
        "ix_member_openings_token", "member_openings", ["shop_id", "token", "person_id"], unique=False
    )


def _invited_rewards() -> None:
    op.create_table(
        "invited_rewards",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("upline", sa.Text(), nullable=False),
        sa.Column("downline", sa.Text(), nullable=False),
        sa.Column("amount", Fen(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_invited_rewards_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "upline", "downline", name=op.f("pk_invited_rewards")),
    )
    op.execute(
        "INSERT INTO invited_rewards (shop_id, upline, downline, amount)"
        " SELECT commissions.shop_id, promoter_id, level1, SUM(amount) FROM commissions JOIN orders"
        " ON orders.shop_id = commissions.shop_id AND orders.id = commissions.order_id"
        " WHERE level = 2 AND level1 IS NOT NULL GROUP BY commissions.shop_id, promoter_id, level1"
    )


def _lists_by_their_indexes() -> None:
    """An index that ends with the list's last key serves it whole; SQLite would take another one otherwise."""
    for name, table, columns in (
        ("ix_commissions_promoter", "commissions", ["promoter_id", "level", "accrued_at", "order_id"]),
        ("ix_withdrawals_state", "withdrawals", ["state", "requested_at", "id"]),
        ("ix_withdrawals_promoter", "withdrawals", ["promoter_id", "requested_at", "id"]),
    ):
        op.drop_index(name, table)
        op.create_index(name, table, ["shop_id", *columns], unique=False)
    op.create_index(
        "ix_commissions_pending",
        "commissions",
        ["shop_id", "accrued_at", "order_id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_withdrawals_paid",
        "withdrawals",
        ["shop_id", "done_at"],
        unique=False,
        sqlite_where=sa.text("state = 'paid'"),
        postgresql_where=sa.text("state = 'paid'"),
    )


def _pushed() -> None:
    """When a person last got a notice."""
    op.add_column("outbox", sa.Column("pushed_at", Instant(), nullable=True))
    op.create_index(
        "ix_outbox_pushed",
        "outbox",
        ["shop_id", "person_id", "pushed_at"],
        unique=False,
        sqlite_where=sa.text("pushed_at IS NOT NULL"),
        postgresql_where=sa.text("pushed_at IS NOT NULL"),
    )


def _payee_pictures() -> None:
    """收款码, and the copies of them that open withdrawals have."""
    op.create_table(
        "payee_pictures",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("withdrawal_id", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "withdrawal_id"],
            ["withdrawals.shop_id", "withdrawals.id"],
            name=op.f("fk_payee_pictures_shop_id_withdrawal_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_payee_pictures_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_payee_pictures")),
    )
    op.create_index("ix_payee_pictures_person", "payee_pictures", ["shop_id", "person_id"], unique=False)
    op.create_index(
        "ix_payee_pictures_withdrawal", "payee_pictures", ["shop_id", "withdrawal_id"], unique=False
    )
