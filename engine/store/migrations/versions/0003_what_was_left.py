"""What somebody has looked into (已核对) leaves 待办."""

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
