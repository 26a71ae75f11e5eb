"""The first schema."""

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Fen, Instant, Json

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("app_id", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("app_id", name=op.f("uq_accounts_app_id")),
    )
    op.create_table(
        "demo",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("offset_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "shops",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("head_shop", sa.Text(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_shops_account_id")),
        sa.ForeignKeyConstraint(["head_shop"], ["shops.id"], name=op.f("fk_shops_head_shop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shops")),
    )
    op.create_table(
        "applications",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("form", sa.LargeBinary(), nullable=True),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("agreed_at", Instant(), nullable=False),
        sa.Column("inviter", sa.Text(), nullable=True),
        sa.Column("submitted_at", Instant(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'approved', 'rejected')", name=op.f("ck_applications_state")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_applications_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_applications")),
    )
    op.create_index(
        "ix_applications_person", "applications", ["shop_id", "person_id", "submitted_at"], unique=False
    )
    op.create_index(
        "ix_applications_state", "applications", ["shop_id", "state", "submitted_at"], unique=False
    )
    op.create_index(
        "uq_applications_pending",
        "applications",
        ["shop_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "balances",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("amount", Fen(), nullable=False),
        sa.CheckConstraint(
            "(account IN ('pending','available','withdrawing','clearing','paid_out','tax') AND amount >= 0) OR (account IN ('debt','expense') AND amount <= 0) OR account = 'adjustment'",
            name=op.f("ck_balances_sign"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_balances_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "owner", "account", name=op.f("pk_balances")),
    )
    op.create_table(
        "books",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_books_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_books")),
    )
    op.create_table(
        "commands",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("input_hash", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("note", Json(), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_commands_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "reference", "verb", name=op.f("pk_commands")),
    )
    op.create_index("ix_commands_at", "commands", ["shop_id", "at"], unique=False)
    op.create_table(
        "confirmations",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("args", Json(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_confirmations_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "code", name=op.f("pk_confirmations")),
    )
    op.create_table(
        "daily",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_daily_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "owner", "day", "metric", name=op.f("pk_daily")),
    )
    op.create_table(
        "enrolments",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_by", sa.Text(), nullable=True),
        sa.Column("used_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "role IN ('owner', 'review', 'finance', 'service')", name=op.f("ck_enrolments_role")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_enrolments_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "token", name=op.f("pk_enrolments")),
    )
    op.create_table(
        "entries",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("move", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("input_hash", sa.Text(), nullable=False),
        sa.Column("note", Json(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_entries_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "seq", name=op.f("pk_entries")),
        sa.UniqueConstraint("shop_id", "reference", name=op.f("uq_entries_shop_id_reference")),
    )
    op.create_table(
        "groups",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_groups_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_groups")),
        sa.UniqueConstraint("shop_id", "name", name=op.f("uq_groups_shop_id_name")),
    )
    op.create_table(
        "orders",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("first_heard_at", Instant(), nullable=False),
        sa.Column("paid_at", Instant(), nullable=True),
        sa.Column("paid", Fen(), nullable=True),
        sa.Column("refunded", Fen(), nullable=False),
        sa.Column("payment", sa.Text(), nullable=True),
        sa.Column("excess_refund", Fen(), nullable=False),
        sa.Column("settings_version", sa.Integer(), nullable=True),
        sa.Column("decision", Json(), nullable=True),
        sa.Column("level1", sa.Text(), nullable=True),
        sa.Column("level2", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_orders_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_orders")),
        sa.UniqueConstraint("shop_id", "code", name=op.f("uq_orders_shop_id_code")),
        sa.UniqueConstraint("shop_id", "source", "number", name=op.f("uq_orders_shop_id_source_number")),
    )
    op.create_index("ix_orders_level1", "orders", ["shop_id", "level1", "paid_at", "id"], unique=False)
    op.create_index("ix_orders_level2", "orders", ["shop_id", "level2", "paid_at", "id"], unique=False)
    op.create_index("ix_orders_paid_at", "orders", ["shop_id", "paid_at", "id"], unique=False)
    op.create_index("ix_orders_person", "orders", ["shop_id", "person_id", "paid_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", Json(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("useful_until", Instant(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('ready', 'sending', 'sent', 'waiting', 'dead')", name=op.f("ck_outbox_state")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_outbox_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("shop_id", "reference", name=op.f("uq_outbox_shop_id_reference")),
    )
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["state", "due_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('ready', 'sending')"),
        postgresql_where=sa.text("state IN ('ready', 'sending')"),
    )
    op.create_index("ix_outbox_person", "outbox", ["shop_id", "person_id", "state"], unique=False)
    op.create_table(
        "page_visits",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_page_visits_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "source", "id", name=op.f("pk_page_visits")),
    )
    op.create_index("ix_page_visits_person", "page_visits", ["shop_id", "person_id", "at"], unique=False)
    op.create_table(
        "people",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("profile", sa.LargeBinary(), nullable=True),
        sa.Column("following", sa.Boolean(), nullable=False),
        sa.Column("current_shop", sa.Text(), nullable=True),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_people_account_id")),
        sa.ForeignKeyConstraint(["current_shop"], ["shops.id"], name=op.f("fk_people_current_shop")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_people")),
    )
    op.create_table(
        "products",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("price", Fen(), nullable=False),
        sa.Column("promoted", sa.Boolean(), nullable=False),
        sa.Column("level1", sa.Integer(), nullable=True),
        sa.Column("level2", sa.Integer(), nullable=True),
        sa.Column("since", Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('goods', 'service', 'virtual')", name=op.f("ck_products_kind")),
        sa.CheckConstraint(
            "level1 BETWEEN 0 AND 10000 AND level2 BETWEEN 0 AND 10000", name=op.f("ck_products_rates")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_products_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "sku", name=op.f("pk_products")),
    )
    op.create_table(
        "qr_codes",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("scene", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_qr_codes_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "scene", name=op.f("pk_qr_codes")),
    )
    op.create_table(
        "remarks",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("observer", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_remarks_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "observer", "person_id", name=op.f("pk_remarks")),
    )
    op.create_table(
        "settings_versions",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("values", Json(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_settings_versions_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "version", name=op.f("pk_settings_versions")),
    )
    op.create_index("ix_settings_versions_since", "settings_versions", ["shop_id", "since"], unique=False)
    op.create_table(
        "staff",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'review', 'finance', 'service')", name=op.f("ck_staff_role")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_staff_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "person_id", "role", name=op.f("pk_staff")),
    )
    op.create_table(
        "conflicts",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fact_id", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.Column("heard_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "order_id"],
            ["orders.shop_id", "orders.id"],
            name=op.f("fk_conflicts_shop_id_order_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_conflicts_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_conflicts")),
        sa.UniqueConstraint(
            "shop_id",
            "order_id",
            "kind",
            "fact_id",
            "content_hash",
            name=op.f("uq_conflicts_shop_id_order_id_kind_fact_id_content_hash"),
        ),
    )
    op.create_table(
        "group_history",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level1", sa.Integer(), nullable=True),
        sa.Column("level2", sa.Integer(), nullable=True),
        sa.Column("may_see_team", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "group_id"],
            ["groups.shop_id", "groups.id"],
            name=op.f("fk_group_history_shop_id_group_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_group_history_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "group_id", "n", name=op.f("pk_group_history")),
    )
    op.create_table(
        "identities",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("since", Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('openid', 'unionid', 'phone')", name=op.f("ck_identities_kind")),
        sa.ForeignKeyConstraint(
            ["account_id", "person_id"],
            ["people.account_id", "people.id"],
            name=op.f("fk_identities_account_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("account_id", "kind", "digest", "person_id", name=op.f("pk_identities")),
    )
    op.create_index("ix_identities_person", "identities", ["account_id", "person_id", "kind"], unique=False)
    op.create_index(
        "uq_identities_account_id_kind_digest",
        "identities",
        ["account_id", "kind", "digest"],
        unique=True,
        sqlite_where=sa.text("kind <> 'phone'"),
        postgresql_where=sa.text("kind <> 'phone'"),
    )
    op.create_table(
        "order_facts",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fact_id", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("heard_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "order_id"],
            ["orders.shop_id", "orders.id"],
            name=op.f("fk_order_facts_shop_id_order_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_order_facts_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "order_id", "kind", "fact_id", name=op.f("pk_order_facts")),
    )
    op.create_table(
        "order_lines",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("paid", Fen(), nullable=False),
        sa.Column("level1_discount", Fen(), nullable=False),
        sa.Column("service_at", Instant(), nullable=True),
        sa.Column("promoted", sa.Boolean(), nullable=False),
        sa.Column("rate1", sa.Integer(), nullable=False),
        sa.Column("rate1_source", sa.Text(), nullable=False),
        sa.Column("rate2", sa.Integer(), nullable=False),
        sa.Column("rate2_source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "order_id"],
            ["orders.shop_id", "orders.id"],
            name=op.f("fk_order_lines_shop_id_order_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_order_lines_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "order_id", "line", name=op.f("pk_order_lines")),
    )
    op.create_table(
        "postings",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("amount", Fen(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_postings_amount_not_zero")),
        sa.CheckConstraint(
            "amount BETWEEN -10000000000000 AND 10000000000000", name=op.f("ck_postings_amount_range")
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "seq"], ["entries.shop_id", "entries.seq"], name=op.f("fk_postings_shop_id_seq")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_postings_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "seq", "n", name=op.f("pk_postings")),
    )
    op.create_index("ix_postings_owner", "postings", ["shop_id", "owner", "account", "seq"], unique=False)
    op.create_table(
        "product_group_history",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("level1", sa.Integer(), nullable=True),
        sa.Column("level2", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id", "group_id"],
            ["groups.shop_id", "groups.id"],
            name=op.f("fk_product_group_history_shop_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "sku"],
            ["products.shop_id", "products.sku"],
            name=op.f("fk_product_group_history_shop_id_sku"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_product_group_history_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "sku", "group_id", "n", name=op.f("pk_product_group_history")),
    )
    op.create_table(
        "product_history",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("price", Fen(), nullable=False),
        sa.Column("promoted", sa.Boolean(), nullable=False),
        sa.Column("level1", sa.Integer(), nullable=True),
        sa.Column("level2", sa.Integer(), nullable=True),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "sku"],
            ["products.shop_id", "products.sku"],
            name=op.f("fk_product_history_shop_id_sku"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_product_history_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "sku", "n", name=op.f("pk_product_history")),
    )
    op.create_table(
        "promoters",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("upline", sa.Text(), nullable=True),
        sa.Column("group_id", sa.Text(), nullable=True),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.CheckConstraint("status IN ('active', 'frozen', 'terminated')", name=op.f("ck_promoters_status")),
        sa.CheckConstraint("upline <> id", name=op.f("ck_promoters_not_his_own_upline")),
        sa.ForeignKeyConstraint(
            ["shop_id", "group_id"],
            ["groups.shop_id", "groups.id"],
            name=op.f("fk_promoters_shop_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "upline"],
            ["promoters.shop_id", "promoters.id"],
            name=op.f("fk_promoters_shop_id_upline"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_promoters_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_promoters")),
        sa.UniqueConstraint("shop_id", "code", name=op.f("uq_promoters_shop_id_code")),
        sa.UniqueConstraint("shop_id", "person_id", name=op.f("uq_promoters_shop_id_person_id")),
    )
    op.create_index("ix_promoters_joined", "promoters", ["shop_id", "joined_at"], unique=False)
    op.create_index("ix_promoters_upline", "promoters", ["shop_id", "upline", "joined_at"], unique=False)
    op.create_table(
        "commissions",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("promoter_id", sa.Text(), nullable=False),
        sa.Column("base", Fen(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("amount", Fen(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("accrued_at", Instant(), nullable=False),
        sa.Column("matured_at", Instant(), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'available')", name=op.f("ck_commissions_state")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_commissions_amount")),
        sa.CheckConstraint("level IN (1, 2)", name=op.f("ck_commissions_at_most_two_levels")),
        sa.ForeignKeyConstraint(
            ["shop_id", "order_id"],
            ["orders.shop_id", "orders.id"],
            name=op.f("fk_commissions_shop_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "promoter_id"],
            ["promoters.shop_id", "promoters.id"],
            name=op.f("fk_commissions_shop_id_promoter_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_commissions_shop_id")),
        sa.PrimaryKeyConstraint(
            "shop_id", "order_id", "line", "level", "promoter_id", name=op.f("pk_commissions")
        ),
    )
    op.create_index(
        "ix_commissions_due",
        "commissions",
        ["shop_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_commissions_promoter",
        "commissions",
        ["shop_id", "promoter_id", "level", "accrued_at"],
        unique=False,
    )
    op.create_table(
        "customers",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("locked_by", sa.Text(), nullable=True),
        sa.Column("locked_until", Instant(), nullable=True),
        sa.Column("carer", sa.Text(), nullable=True),
        sa.Column("carer_since", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id", "carer"],
            ["promoters.shop_id", "promoters.id"],
            name=op.f("fk_customers_shop_id_carer"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "locked_by"],
            ["promoters.shop_id", "promoters.id"],
            name=op.f("fk_customers_shop_id_locked_by"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_customers_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "person_id", name=op.f("pk_customers")),
    )
    op.create_index("ix_customers_carer", "customers", ["shop_id", "carer", "since"], unique=False)
    op.create_index("ix_customers_locked_by", "customers", ["shop_id", "locked_by", "since"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("promoter_id", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("voided_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id", "promoter_id"],
            ["promoters.shop_id", "promoters.id"],
            name=op.f("fk_invitations_shop_id_promoter_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_invitations_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_invitations")),
    )
    op.create_index("ix_invitations_person", "invitations", ["shop_id", "person_id", "at"], unique=False)
    op.create_table(
        "locks",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("promoter_id", sa.Text(), nullable=False),
        sa.Column("start", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "end_reason IN ('over', 'replaced', 'moved', 'undone', 'annulled')",
            name=op.f("ck_locks_end_reason"),
        ),
        sa.CheckConstraint(
            "made_by IN ('visit', 'order', 'assigned', 'reopened')", name=op.f("ck_locks_made_by")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_locks_ended_with_reason")
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "promoter_id"],
            ["promoters.shop_id", "promoters.id"],
            name=op.f("fk_locks_shop_id_promoter_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_locks_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_locks")),
    )
    op.create_index("ix_locks_cause", "locks", ["shop_id", "cause"], unique=False)
    op.create_index("ix_locks_person", "locks", ["shop_id", "person_id", "start"], unique=False)
    op.create_index(
        "uq_locks_open",
        "locks",
        ["shop_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "promoter_history",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("promoter_id", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("upline", sa.Text(), nullable=True),
        sa.Column("group_id", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("successor", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id", "promoter_id"],
            ["promoters.shop_id", "promoters.id"],
            name=op.f("fk_promoter_history_shop_id_promoter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "successor"],
            ["promoters.shop_id", "promoters.id"],
            name=op.f("fk_promoter_history_shop_id_successor"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_promoter_history_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "promoter_id", "n", name=op.f("pk_promoter_history")),
    )
    op.create_table(
        "visits",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("promoter_id", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("voided_at", Instant(), nullable=True),
        sa.CheckConstraint("how IN ('scan', 'link', 'code', 'invitation')", name=op.f("ck_visits_how")),
        sa.ForeignKeyConstraint(
            ["shop_id", "promoter_id"],
            ["promoters.shop_id", "promoters.id"],
            name=op.f("fk_visits_shop_id_promoter_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_visits_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_visits")),
    )
    op.create_index("ix_visits_person", "visits", ["shop_id", "person_id", "at"], unique=False)
    op.create_table(
        "withdrawals",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("promoter_id", sa.Text(), nullable=False),
        sa.Column("amount", Fen(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("payee", sa.LargeBinary(), nullable=True),
        sa.Column("bill", sa.Text(), nullable=False),
        sa.Column("requested_at", Instant(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("in_hand_by", sa.Text(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("channel IN ('wechat', 'alipay')", name=op.f("ck_withdrawals_channel")),
        sa.CheckConstraint(
            "state IN ('requested', 'approved', 'in_hand', 'sending', 'confirming', 'unknown', 'paid', 'rejected', 'cancelled', 'failed')",
            name=op.f("ck_withdrawals_state"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_withdrawals_amount")),
        sa.ForeignKeyConstraint(
            ["shop_id", "promoter_id"],
            ["promoters.shop_id", "promoters.id"],
            name=op.f("fk_withdrawals_shop_id_promoter_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_withdrawals_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_withdrawals")),
        sa.UniqueConstraint("shop_id", "bill", name=op.f("uq_withdrawals_shop_id_bill")),
        sa.UniqueConstraint("shop_id", "code", name=op.f("uq_withdrawals_shop_id_code")),
    )
    op.create_index(
        "ix_withdrawals_promoter", "withdrawals", ["shop_id", "promoter_id", "requested_at"], unique=False
    )
    op.create_index("ix_withdrawals_state", "withdrawals", ["shop_id", "state", "requested_at"], unique=False)
    op.create_index(
        "uq_withdrawals_open",
        "withdrawals",
        ["shop_id", "promoter_id"],
        unique=True,
        sqlite_where=sa.text(
            "state IN ('requested', 'approved', 'in_hand', 'sending', 'confirming', 'unknown')"
        ),
        postgresql_where=sa.text(
            "state IN ('requested', 'approved', 'in_hand', 'sending', 'confirming', 'unknown')"
        ),
    )
    for table in ("entries", "postings"):
        _never_changed(table)


def _never_changed(table: str) -> None:
    """The book is written once: both databases refuse to change or delete a row of it."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        op.execute(
            "CREATE OR REPLACE FUNCTION never_changed() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the book is never changed'; END $$"
        )
    for verb in ("UPDATE", "DELETE"):
        body = (
            "EXECUTE FUNCTION never_changed()"
            if on_postgresql
            else "BEGIN SELECT RAISE(ABORT, 'the book is never changed'); END"
        )
        op.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} FOR EACH ROW {body}")
