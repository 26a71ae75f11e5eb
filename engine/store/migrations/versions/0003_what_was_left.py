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
