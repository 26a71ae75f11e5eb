"""Visits, invitations opened, locks (锁客) as rows that are closed and never overwritten, and customers."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer
from sqlalchemy import text as sql

from engine.store.columns import Instant, Json
from engine.store.tables.base import belongs, belongs_to, one_of, shop_table, text

visits = shop_table(
    "visits",
    text("id"),
    text("person_id"),
    text("promoter_id"),
    text("how"),
    Column("at", Instant, nullable=False),
    Column("voided_at", Instant),
    # which of the promoter's printed posters (印刷海报) was scanned
    text("point", null=True),
    belongs("promoter_id", "promoters.id"),
    one_of("how", "scan", "link", "code", "invitation"),
    Index("ix_visits_person", "shop_id", "person_id", "at"),
    Index("ix_visits_at", "shop_id", "at"),
    Index(
        "ix_visits_point",
        "shop_id",
        "promoter_id",
        "point",
        sqlite_where=sql("point IS NOT NULL"),
        postgresql_where=sql("point IS NOT NULL"),
    ),
)

invitations = shop_table(
    "invitations",
    text("id"),
    text("person_id"),
    text("promoter_id"),
    Column("at", Instant, nullable=False),
    Column("voided_at", Instant),
    belongs("promoter_id", "promoters.id"),
    Index("ix_invitations_person", "shop_id", "person_id", "at"),
)

page_visits = shop_table(
    "page_visits",
    text("source"),
    text("id"),
    text("person_id", null=True),
    Column("at", Instant, nullable=False),
    text("page"),
    Column("seconds", Integer, nullable=False),
    text("code"),
    Index("ix_page_visits_person", "shop_id", "person_id", "at"),
    key=("source", "id"),
)

# the same visit told again with other content: kept for the operator
page_visit_conflicts = shop_table(
    "page_visit_conflicts",
    text("source"),
    text("id"),
    text("content_hash"),
    Column("content", Json, nullable=False),
    Column("heard_at", Instant, nullable=False),
    Column("checked_at", Instant),
    belongs_to("page_visits", "source", "id"),
    key=("source", "id", "content_hash"),
)

locks = shop_table(
    "locks",
    text("id"),
    text("person_id"),
    # which of the customer's locks: an heir's and a reopened row are of the lock that they go on with
    Column("n", Integer, nullable=False, server_default="0"),
    text("promoter_id"),
    Column("start", Instant, nullable=False),
    Column("until", Instant),
    # from when on it counts no longer: its order was wholly refunded, its visit was taken back
    Column("void_from", Instant),
    Column("ended_at", Instant),
    text("end_reason", null=True),
    text("made_by"),
    text("cause"),
    belongs("promoter_id", "promoters.id"),
    one_of("made_by", "visit", "order", "assigned", "reopened"),
    one_of("end_reason", "over", "replaced", "moved", "undone", "annulled"),
    CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ended_with_reason"),
    Index(
        "uq_locks_open",
        "shop_id",
        "person_id",
        unique=True,
        sqlite_where=sql("ended_at IS NULL"),
        postgresql_where=sql("ended_at IS NULL"),
    ),
    Index("ix_locks_person", "shop_id", "person_id", "start"),
    Index("ix_locks_cause", "shop_id", "cause"),
)

customers = shop_table(
    "customers",
    text("person_id"),
    Column("since", Instant, nullable=False),
    # who earns, while the lock lives
    text("locked_by", null=True),
    Column("locked_until", Instant),
    # who looks after him (跟进人) when nobody's lock lives
    text("carer", null=True),
    Column("carer_since", Instant),
    belongs("locked_by", "promoters.id"),
    belongs("carer", "promoters.id"),
    Index("ix_customers_since", "shop_id", "since", "person_id"),
    Index("ix_customers_locked_by", "shop_id", "locked_by", "since"),
    Index("ix_customers_carer", "shop_id", "carer", "since"),
    key=("person_id",),
)

# what the merchant moved (分配, 转移): one wish, carried out in chunks
moves = shop_table(
    "moves",
    text("id"),
    Column("at", Instant, nullable=False),
    text("actor"),
    # whose customers; null: those who are named one by one
    text("source", null=True),
    text("target"),
    text("how"),
    text("reason"),
    Column("done_at", Instant),
    belongs("source", "promoters.id"),
    belongs("target", "promoters.id"),
    one_of("how", "earn", "follow"),
    Index("ix_moves_at", "shop_id", "at"),
)

# who was given to whom: with the lock (计佣) or only to look after (仅跟进)
assignments = shop_table(
    "assignments",
    text("move_id"),
    text("person_id"),
    text("promoter_id"),
    text("how"),
    Column("at", Instant, nullable=False),
    # as it stood before, for the history
    text("held_by", null=True),
    text("cared_by", null=True),
    belongs("move_id", "moves.id"),
    belongs("promoter_id", "promoters.id"),
    one_of("how", "earn", "follow"),
    Index("ix_assignments_person", "shop_id", "person_id", "at"),
    key=("move_id", "person_id"),
)
