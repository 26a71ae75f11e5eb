"""The number by which a template message may bounce; what went back of a commission (已扣回)."""

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Fen

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _templates()
    _went_back()


def _templates() -> None:
    """WeChat's number of the template message that a notice went out as."""
    op.add_column("outbox", sa.Column("template", sa.Text(), nullable=True))


def _went_back() -> None:
    """What was taken back of a commission, and the indexes of what was."""
    op.add_column("commissions", sa.Column("taken_back", Fen(), server_default="0", nullable=False))
    op.execute(
        "UPDATE commissions SET taken_back = (l.paid + l.level1_discount) * commissions.rate / 10000 - amount"
        " FROM order_lines l WHERE l.shop_id = commissions.shop_id AND l.order_id = commissions.order_id"
        " AND l.line = commissions.line"
    )
    went_back = sa.text("taken_back > 0")
    for name, columns in (("taken_back", []), ("taken_back_of", ["promoter_id"])):
        op.create_index(
            f"ix_commissions_{name}",
            "commissions",
            ["shop_id", *columns, "level", "accrued_at", "order_id"],
            unique=False,
            sqlite_where=went_back,
            postgresql_where=went_back,
        )
