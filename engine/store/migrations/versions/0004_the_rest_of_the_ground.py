"""The number by which a template message may bounce; what went back of a commission (已扣回); 素材文案; posters' wishes and drafts; 下级."""

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Fen, Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _templates()
    _went_back()
    _materials()
    _poster_wishes()
    _poster_drafts()
    _stores()
    _downlines()


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


def _materials() -> None:
    """素材文案: texts and pictures that promoters pass on."""
    op.create_table(
        "materials",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "sku"], ["products.shop_id", "products.sku"], name=op.f("fk_materials_shop_id_sku")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_materials_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "code", name=op.f("pk_materials")),
    )
    op.create_index("ix_materials_made", "materials", ["shop_id", "made_at"], unique=False)
    op.create_table(
        "material_pictures",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id", "code"],
            ["materials.shop_id", "materials.code"],
            name=op.f("fk_material_pictures_shop_id_code"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_material_pictures_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_material_pictures")),
        sa.UniqueConstraint("shop_id", "code", "n", name=op.f("uq_material_pictures_shop_id_code_n")),
    )


def _poster_wishes() -> None:
    """What a promoter wishes for his posters."""
    op.create_table(
        "poster_wishes",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("promoter_id", sa.Text(), nullable=False),
        sa.Column("look", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "promoter_id"],
            ["promoters.shop_id", "promoters.id"],
            name=op.f("fk_poster_wishes_shop_id_promoter_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_poster_wishes_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "promoter_id", name=op.f("pk_poster_wishes")),
    )


def _poster_drafts() -> None:
    """Pictures that the merchant has not decided about."""
    op.create_table(
        "poster_drafts",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("picture", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('shop', 'product', 'invitation')", name=op.f("ck_poster_drafts_kind")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_poster_drafts_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "kind", name=op.f("pk_poster_drafts")),
    )


def _stores() -> None:
    """门店: in words, of an invitation and of a promoter."""
    for table in ("member_invitations", "promoters"):
        op.add_column(table, sa.Column("store", sa.Text(), nullable=True))


def _downlines() -> None:
    """How many a promoter invited (我的下级), counted from who stands below him; their list ends with its last key."""
    op.add_column("promoters", sa.Column("downlines", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE promoters SET downlines = (SELECT count(*) FROM promoters below"
        " WHERE below.shop_id = promoters.shop_id AND below.upline = promoters.id)"
    )
    op.drop_index("ix_promoters_upline", "promoters")
    op.create_index("ix_promoters_upline", "promoters", ["shop_id", "upline", "joined_at", "id"], unique=False)
