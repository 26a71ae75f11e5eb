"""The number by which a template message may bounce."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _templates()


def _templates() -> None:
    """WeChat's number of the template message that a notice went out as."""
    op.add_column("outbox", sa.Column("template", sa.Text(), nullable=True))
