"""Settings, products, groups, applications, promoters: each with its history, so that "as of" can be asked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, LargeBinary, UniqueConstraint
from sqlalchemy import text as sql

from engine.store.columns import Fen, Instant, Json
from engine.store.tables.base import belongs, one_of, shop_table, text

settings_versions = shop_table(
    "settings_versions",
    Column("version", Integer, nullable=False),
    Column("since", Instant, nullable=False),
    Column("values", Json, key="values_", nullable=False),
    text("actor"),
    Index("ix_settings_versions_since", "shop_id", "since"),
    key=("version",),
)


def _rates() -> tuple[Column[Any], Column[Any]]:
    return Column("level1", Integer), Column("level2", Integer)


def _product() -> tuple[Column[Any], ...]:
    return (
        text("sku"),
        text("title"),
        text("kind"),
        Column("price", Fen, nullable=False),
        Column("promoted", Boolean, nullable=False),
        *_rates(),
    )


_RATE = "BETWEEN 0 AND 10000"

products = shop_table(
    "products",
    *_product(),
    Column("since", Instant, nullable=False),
    one_of("kind", "goods", "service", "virtual"),
    CheckConstraint(f"level1 {_RATE} AND level2 {_RATE}", name="rates"),
    key=("sku",),
)

product_history = shop_table(
    "product_history",
    *_product(),
    Column("since", Instant, nullable=False),
    Column("n", Integer, nullable=False),
    belongs("sku", "products.sku"),
    key=("sku", "n"),
)

groups = shop_table("groups", text("id"), text("name"), UniqueConstraint("shop_id", "name"))

group_history = shop_table(
    "group_history",
    text("group_id"),
    Column("n", Integer, nullable=False),
    Column("since", Instant, nullable=False),
    text("name"),
    *_rates(),
    Column("may_see_team", Boolean, nullable=False),
    belongs("group_id", "groups.id"),
    key=("group_id", "n"),
)

product_group_history = shop_table(
    "product_group_history",
    text("sku"),
    text("group_id"),
    Column("n", Integer, nullable=False),
    Column("since", Instant, nullable=False),
    *_rates(),
    belongs("sku", "products.sku"),
    belongs("group_id", "groups.id"),
    key=("sku", "group_id", "n"),
)

applications = shop_table(
    "applications",
    text("id"),
    text("person_id"),
    text("state"),
    # {"name", "phone"} sealed; may be emptied without losing the row
    Column("form", LargeBinary),
    text("agreement"),
    Column("agreed_at", Instant, nullable=False),
    text("inviter", null=True),
    # the merchant's own invitation (邀请成员) that he came by
    text("member_invitation", null=True),
    Column("submitted_at", Instant, nullable=False),
    Column("decided_at", Instant),
    text("decided_by", null=True),
    text("reason", null=True),
    one_of("state", "pending", "approved", "rejected"),
    Index(
        "uq_applications_pending",
        "shop_id",
        "person_id",
        unique=True,
        sqlite_where=sql("state = 'pending'"),
        postgresql_where=sql("state = 'pending'"),
    ),
    Index("ix_applications_state", "shop_id", "state", "submitted_at"),
    Index("ix_applications_person", "shop_id", "person_id", "submitted_at"),
)

promoters = shop_table(
    "promoters",
    text("id"),
    text("person_id"),
    text("code"),
    text("status"),
    text("upline", null=True),
    text("group_id", null=True),
    Column("joined_at", Instant, nullable=False),
    text("store", null=True),
    # how many he invited: whose upline he is now
    Column("downlines", Integer, nullable=False, server_default="0"),
    UniqueConstraint("shop_id", "person_id"),
    UniqueConstraint("shop_id", "code"),
    one_of("status", "active", "frozen", "terminated"),
    CheckConstraint("upline <> id", name="not_his_own_upline"),
    belongs("upline", "promoters.id"),
    belongs("group_id", "groups.id"),
    Index("ix_promoters_upline", "shop_id", "upline", "joined_at", "id"),
    Index("ix_promoters_joined", "shop_id", "joined_at"),
    Index("ix_promoters_group", "shop_id", "group_id", "joined_at"),
)

promoter_history = shop_table(
    "promoter_history",
    text("promoter_id"),
    Column("n", Integer, nullable=False),
    Column("since", Instant, nullable=False),
    text("status"),
    text("upline", null=True),
    text("group_id", null=True),
    text("actor"),
    text("reason"),
    # of a termination: who was given his customers
    text("successor", null=True),
    belongs("promoter_id", "promoters.id"),
    belongs("successor", "promoters.id"),
    key=("promoter_id", "n"),
)

qr_codes = shop_table(
    "qr_codes",
    text("scene"),
    text("ticket"),
    text("url"),
    Column("expires_at", Instant),
    Column("made_at", Instant, nullable=False),
    key=("scene",),
)

# a printed poster's own permanent code (海报 印刷): where it hangs
poster_points = shop_table(
    "poster_points",
    text("promoter_id"),
    text("point"),
    text("place"),
    Column("made_at", Instant, nullable=False),
    belongs("promoter_id", "promoters.id"),
    key=("promoter_id", "point"),
)

# 素材文案: what promoters pass on
materials = shop_table(
    "materials",
    text("code"),
    text("text"),
    text("sku", null=True),
    Column("listed", Boolean, nullable=False),
    Column("made_at", Instant, nullable=False),
    belongs("sku", "products.sku"),
    Index("ix_materials_made", "shop_id", "made_at"),
    key=("code",),
)

material_pictures = shop_table(
    "material_pictures",
    text("id"),
    text("code"),
    Column("n", Integer, nullable=False),
    # the file, once a worker has fetched it
    text("name", null=True),
    belongs("code", "materials.code"),
    UniqueConstraint("shop_id", "code", "n"),
)

# what a promoter wishes for his posters: a look of those he may choose, and his picture, sealed
poster_wishes = shop_table(
    "poster_wishes",
    text("promoter_id"),
    text("look", null=True),
    text("digest", null=True),
    Column("sealed", LargeBinary),
    # he sent a picture, or said that he wants none
    Column("asked", Boolean, nullable=False),
    Column("changed_at", Instant, nullable=False),
    belongs("promoter_id", "promoters.id"),
    key=("promoter_id",),
)

# a picture for a kind of poster that the merchant has not decided about
poster_drafts = shop_table(
    "poster_drafts",
    text("kind"),
    text("picture"),
    text("actor"),
    Column("made_at", Instant, nullable=False),
    one_of("kind", "shop", "product", "invitation"),
    key=("kind",),
)

# the merchant's own invitation of staff and members (邀请成员): a preset group, no upline
member_invitations = shop_table(
    "member_invitations",
    text("token"),
    text("group_id", null=True),
    text("actor"),
    Column("made_at", Instant, nullable=False),
    Column("ended_at", Instant),
    text("store", null=True),
    belongs("group_id", "groups.id"),
    Index("ix_member_invitations_made", "shop_id", "made_at"),
    key=("token",),
)

member_openings = shop_table(
    "member_openings",
    text("id"),
    text("token"),
    text("person_id"),
    Column("at", Instant, nullable=False),
    belongs("token", "member_invitations.token"),
    Index("ix_member_openings_person", "shop_id", "person_id", "at"),
    Index("ix_member_openings_token", "shop_id", "token", "person_id"),
)
