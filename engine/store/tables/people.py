"""Accounts, shops, people and their identities, staff, one-time codes, commands, the outbox."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy import text as sql

from engine.store.columns import Instant, Json
from engine.store.tables.base import metadata, one_of, shop_table, text

accounts = Table(
    "accounts",
    metadata,
    text("id"),
    text("app_id"),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("app_id"),
)

shops = Table(
    "shops",
    metadata,
    text("id"),
    text("account_id", ForeignKey("accounts.id")),
    text("name"),
    text("head_shop", ForeignKey("shops.id"), null=True),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("id"),
)

people = Table(
    "people",
    metadata,
    text("account_id", ForeignKey("accounts.id")),
    text("id"),
    # {"name", "phone", …} sealed; may be emptied without losing the row
    Column("profile", LargeBinary),
    Column("following", Boolean, nullable=False),
    text("current_shop", ForeignKey("shops.id"), null=True),
    text("merged_into", null=True),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("account_id", "id"),
)

identities = Table(
    "identities",
    metadata,
    text("account_id"),
    text("kind"),
    text("digest"),
    text("person_id"),
    Column("sealed", LargeBinary),
    Column("since", Instant, nullable=False),
    PrimaryKeyConstraint("account_id", "kind", "digest", "person_id"),
    ForeignKeyConstraint(["account_id", "person_id"], ["people.account_id", "people.id"]),
    one_of("kind", "openid", "unionid", "phone"),
    # two people may bind one phone (it then decides nothing); an openid is one person's
    Index(
        "uq_identities_account_id_kind_digest",
        "account_id",
        "kind",
        "digest",
        unique=True,
        sqlite_where=sql("kind <> 'phone'"),
        postgresql_where=sql("kind <> 'phone'"),
    ),
    Index("ix_identities_person", "account_id", "person_id", "kind"),
)

remarks = shop_table(
    "remarks",
    text("observer"),
    text("person_id"),
    Column("sealed", LargeBinary, nullable=False),
    key=("observer", "person_id"),
)

staff = shop_table(
    "staff",
    text("person_id"),
    text("role"),
    Column("since", Instant, nullable=False),
    one_of("role", "owner", "review", "finance", "service"),
    key=("person_id", "role"),
)

enrolments = shop_table(
    "enrolments",
    text("token"),
    text("role"),
    Column("expires_at", Instant, nullable=False),
    text("used_by", null=True),
    Column("used_at", Instant),
    one_of("role", "owner", "review", "finance", "service"),
    key=("token",),
)

confirmations = shop_table(
    "confirmations",
    text("code"),
    text("person_id"),
    text("verb"),
    Column("args", Json, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    key=("code",),
)

commands = shop_table(
    "commands",
    text("reference"),
    text("verb"),
    text("input_hash"),
    text("actor"),
    Column("at", Instant, nullable=False),
    # what the audit log says about it: never a name, phone or payee
    Column("note", Json, nullable=False),
    Column("result", LargeBinary, nullable=False),
    Index("ix_commands_at", "shop_id", "at"),
    key=("reference", "verb"),
)

outbox = shop_table(
    "outbox",
    text("id"),
    text("reference"),
    text("person_id", null=True),
    text("kind"),
    Column("payload", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("useful_until", Instant),
    text("state"),
    Column("lease_until", Instant),
    Column("tries", Integer, nullable=False),
    text("error", null=True),
    Column("done_at", Instant),
    Column("pushed_at", Instant),
    text("template", null=True),
    UniqueConstraint("shop_id", "reference"),
    one_of("state", "ready", "sending", "sent", "waiting", "dead"),
    Index(
        "ix_outbox_open",
        "state",
        "due_at",
        sqlite_where=sql("state IN ('ready', 'sending')"),
        postgresql_where=sql("state IN ('ready', 'sending')"),
    ),
    Index("ix_outbox_person", "shop_id", "person_id", "state"),
    Index(
        "ix_outbox_pushed",
        "shop_id",
        "person_id",
        "pushed_at",
        sqlite_where=sql("pushed_at IS NOT NULL"),
        postgresql_where=sql("pushed_at IS NOT NULL"),
    ),
)

leases = Table(
    "leases",
    metadata,
    text("name"),
    text("holder"),
    Column("until", Instant, nullable=False),
    PrimaryKeyConstraint("name"),
)

demo = Table(
    "demo",
    metadata,
    Column("id", Integer, autoincrement=False),
    Column("offset_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("id"),
)
