"""After `upgrade head` everything is there that guards the data, by name, on both databases."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from engine.store.base import open_database
from engine.store.setup import is_current, upgrade
from engine.store.tables import metadata
from tests.engine.world import World

TRIGGERS = {"entries_no_update", "entries_no_delete", "postings_no_update", "postings_no_delete"}
PARTIAL_INDEXES = {
    "uq_applications_pending", "uq_identities_account_id_kind_digest", "uq_locks_open", "uq_withdrawals_open",
    "ix_commissions_matured",
    "ix_commissions_due", "ix_outbox_open", "ix_orders_waiting", "ix_orders_buyer_unionid", "ix_orders_buyer_phone",
    "ix_orders_excess_refund", "ix_orders_excess_discount",
    "ix_orders_passed_over", "ix_visits_point",
    "ix_withdrawals_paid", "ix_commissions_pending", "ix_commissions_taken_back", "ix_commissions_taken_back_of",
    "ix_outbox_pushed",
}  # fmt: skip
CHECKS = {
    "ck_applications_state", "ck_assignments_how", "ck_balances_sign", "ck_booking_lines_amount", "ck_bookings_state",
    "ck_moves_how", "ck_poster_drafts_kind",
    "ck_reassignments_how", "ck_commissions_amount", "ck_commissions_at_most_two_levels",
    "ck_commissions_state", "ck_enrolments_role", "ck_identities_kind", "ck_locks_end_reason",
    "ck_locks_ended_with_reason", "ck_locks_made_by", "ck_outbox_state", "ck_postings_amount_not_zero",
    "ck_postings_amount_range", "ck_products_kind", "ck_products_rates", "ck_promoters_not_his_own_upline",
    "ck_promoters_status", "ck_staff_role", "ck_visits_how", "ck_withdrawals_amount", "ck_withdrawals_channel",
    "ck_withdrawals_state",
}  # fmt: skip


@pytest.fixture
def database(template_database: str) -> Iterator[Engine]:
    opened = open_database(template_database)
    yield opened
    opened.dispose()


def names(database: Engine, on_sqlite: str, on_postgresql: str) -> set[str]:
    with database.connect() as connection:
        statement = on_sqlite if connection.dialect.name == "sqlite" else on_postgresql
        return {row[0] for row in connection.execute(text(statement))}


def test_the_triggers_are_there(database: Engine) -> None:
    assert (
        names(
            database,
            "SELECT name FROM sqlite_master WHERE type = 'trigger'",
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
        )
        == TRIGGERS
    )


def test_the_partial_indexes_are_there(database: Engine) -> None:
    assert (
        names(
            database,
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'",
            "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '% WHERE %'",
        )
        == PARTIAL_INDEXES
    )


def test_the_checks_are_there(database: Engine) -> None:
    inspector = inspect(database)
    found = {
        check["name"]
        for table in inspector.get_table_names()
        for check in inspector.get_check_constraints(table)
    }
    assert found == CHECKS
    declared = {
        str(one.name) for table in metadata.tables.values() for one in table.constraints
        if isinstance(one, CheckConstraint)
    }  # fmt: skip
    assert found == declared


def test_the_checks_say_what_the_tables_say(database: Engine) -> None:
    """Names alone prove little: the words of each list are compared."""
    inspector = inspect(database)
    for table in metadata.tables.values():
        kept = {check["name"]: check["sqltext"] for check in inspector.get_check_constraints(table.name)}
        for one in table.constraints:
            if isinstance(one, CheckConstraint):
                said = str(one.sqltext)
                assert _words(said) == _words(str(kept[str(one.name)])), one.name


def test_the_unique_partial_indexes_are_unique(database: Engine) -> None:
    inspector = inspect(database)
    unique = {
        index["name"] for table in inspector.get_table_names() for index in inspector.get_indexes(table)
        if index["unique"]
    }  # fmt: skip
    assert {name for name in PARTIAL_INDEXES if name.startswith("uq_")} <= unique


def test_the_database_is_what_the_tables_say(database: Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_every_table_below_the_shop_has_it_first_in_every_key(database: Engine) -> None:
    above = {"accounts", "shops", "people", "identities", "leases", "demo", "alembic_version"}
    inspector = inspect(database)
    for table in set(inspector.get_table_names()) - above:
        keys = [inspector.get_pk_constraint(table)["constrained_columns"]]
        keys += [key["column_names"] for key in inspector.get_unique_constraints(table)]
        keys += [key["constrained_columns"] for key in inspector.get_foreign_keys(table)]
        assert all(key[0] == "shop_id" for key in keys), table


def test_upgrading_again_changes_nothing_and_it_is_the_newest(database: Engine) -> None:
    assert is_current(database)
    upgrade(database)
    assert is_current(database)


def test_an_empty_database_is_not_the_newest(tmp_path: object) -> None:
    empty = open_database(f"sqlite:///{tmp_path}/empty.db")
    assert not is_current(empty)
    upgrade(empty)
    assert is_current(empty)
    empty.dispose()


def test_what_downlines_brought_is_counted_from_what_there_is(tmp_path: Path) -> None:
    """0003, over a database in which orders were paid before it."""
    old = open_database(f"sqlite:///{tmp_path}/old.db")
    upgrade(old, "0002")
    with sqlite3.connect(tmp_path / "old.db") as rows:
        rows.execute("INSERT INTO accounts (id, app_id, created_at) VALUES ('ac', 'wx', 1)")
        rows.execute("INSERT INTO shops (id, account_id, name, created_at) VALUES ('sh', 'ac', '小店', 1)")
        for order, downline in (("or_1", "pm_bob"), ("or_2", "pm_bob"), ("or_3", None)):
            rows.execute(
                "INSERT INTO orders (shop_id, id, source, number, code, first_heard_at, refunded, excess_refund,"
                " level1) VALUES ('sh', ?, 'shop', ?, ?, 1, 0, 0, ?)",
                (order, order, order, downline),
            )
            for level, promoter, amount in ((1, "pm_bob", 300), (2, "pm_alice", 100)):
                rows.execute(
                    "INSERT INTO commissions (shop_id, order_id, line, level, promoter_id, base, rate, amount, state,"
                    " accrued_at) VALUES ('sh', ?, 1, ?, ?, 1000, 1000, ?, 'pending', 1)",
                    (order, level, promoter, amount),
                )
    rows.close()
    upgrade(old)
    with old.connect() as connection:
        kept = connection.execute(text("SELECT upline, downline, amount FROM invited_rewards")).all()
    assert kept == [("pm_alice", "pm_bob", 200)]
    old.dispose()


def test_what_went_back_is_counted_in_the_orders_that_there_are(tmp_path: Path) -> None:
    """45 % of ¥19.99 and of ¥0.99 that 自购省 took off are ¥9.44; one line was refunded in part, one was not."""
    old = open_database(f"sqlite:///{tmp_path}/old.db")
    upgrade(old, "0003")
    with sqlite3.connect(tmp_path / "old.db") as rows:
        rows.execute("INSERT INTO accounts (id, app_id, created_at) VALUES ('ac', 'wx', 1)")
        rows.execute("INSERT INTO shops (id, account_id, name, created_at) VALUES ('sh', 'ac', '小店', 1)")
        for line, left in ((1, 100), (2, 944)):
            rows.execute(
                "INSERT INTO order_lines (shop_id, order_id, line, sku, title, kind, quantity, paid, level1_discount,"
                " promoted, rate1, rate1_source, rate2, rate2_source)"
                " VALUES ('sh', 'or_1', ?, 'S', 'S', 'goods', 1, 1999, 99, 1, 4500, 'shop', 0, 'shop')",
                (line,),
            )
            rows.execute(
                "INSERT INTO commissions (shop_id, order_id, line, level, promoter_id, base, rate, amount, state,"
                " accrued_at) VALUES ('sh', 'or_1', ?, 1, 'pm_bob', 0, 4500, ?, 'pending', 1)",
                (line, left),
            )
    rows.close()
    upgrade(old)
    with old.connect() as connection:
        kept = connection.execute(text("SELECT line, taken_back FROM commissions ORDER BY line")).all()
    assert kept == [(1, 844), (2, 0)]
    old.dispose()


def test_downlines_are_counted_of_the_promoters_that_there_are(tmp_path: Path) -> None:
    """0004: alice invited bob and dave, bob carol; whoever has her name in another shop invited nobody."""
    old = open_database(f"sqlite:///{tmp_path}/old.db")
    upgrade(old, "0003")
    with sqlite3.connect(tmp_path / "old.db") as rows:
        rows.execute("INSERT INTO accounts (id, app_id, created_at) VALUES ('ac', 'wx', 1)")
        for shop, below in (
            ("sh", {"alice": None, "bob": "alice", "dave": "alice", "carol": "bob"}),
            ("other", {"alice": None}),
        ):
            rows.execute(
                "INSERT INTO shops (id, account_id, name, created_at) VALUES (?, 'ac', '小店', 1)", (shop,)
            )
            rows.executemany(
                "INSERT INTO promoters (shop_id, id, person_id, code, status, upline, joined_at)"
                " VALUES (?, ?, ?, ?, 'active', ?, 1)",
                [(shop, name, name, name, upline) for name, upline in below.items()],
            )
    rows.close()
    upgrade(old)
    with old.connect() as connection:
        kept = connection.execute(
            text("SELECT shop_id, id, downlines FROM promoters ORDER BY shop_id, id")
        ).all()
    assert kept == [
        ("other", "alice", 0), ("sh", "alice", 2), ("sh", "bob", 1), ("sh", "carol", 0), ("sh", "dave", 0),
    ]  # fmt: skip
    old.dispose()


STATEMENTS = [
    f"{verb} WHERE shop_id = :shop"
    for verb in (
        "UPDATE entries SET note = '{}'", "DELETE FROM entries", "UPDATE postings SET amount = 1",
        "DELETE FROM postings",
    )
]  # fmt: skip


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_book_refuses_to_be_changed(till: World, statement: str) -> None:
    till.earn("bob", 500)
    with pytest.raises(DBAPIError, match="the book is never changed"):
        _run(till, statement)


@pytest.mark.parametrize(
    ("statement", "guard"),
    [
        ("UPDATE balances SET amount = -1 WHERE shop_id = :shop AND account = 'available'", "ck_balances_sign"),
        ("UPDATE balances SET amount = 1 WHERE shop_id = :shop AND account = 'expense'", "ck_balances_sign"),
        ("INSERT INTO balances VALUES (:shop, 'x', 'debt', 1)", "ck_balances_sign"),
        ("INSERT INTO balances VALUES (:shop, 'x', 'gold', 1)", "ck_balances_sign"),
        ("UPDATE withdrawals SET amount = 0 WHERE shop_id = :shop", "ck_withdrawals_amount"),
        ("UPDATE withdrawals SET state = 'lost' WHERE shop_id = :shop", "ck_withdrawals_state"),
        ("UPDATE commissions SET level = 3 WHERE shop_id = :shop", "ck_commissions_at_most_two_levels"),
        ("UPDATE commissions SET amount = -1 WHERE shop_id = :shop", "ck_commissions_amount"),
        ("UPDATE locks SET ended_at = 5 WHERE shop_id = :shop", "ck_locks_ended_with_reason"),
        ("UPDATE promoters SET upline = id WHERE shop_id = :shop", "ck_promoters_not_his_own_upline"),
        ("UPDATE products SET level1 = 10001, level2 = 0 WHERE shop_id = :shop", "ck_products_rates"),
        ("INSERT INTO postings SELECT shop_id, seq, 9, owner, account, 0 FROM postings WHERE shop_id = :shop"
         " AND seq = 1 AND n = 0", "ck_postings_amount_not_zero"),
        ("INSERT INTO postings SELECT shop_id, seq, 9, owner, account, 10000000000001 FROM postings"
         " WHERE shop_id = :shop AND seq = 1 AND n = 0", "ck_postings_amount_range"),
    ],
)  # fmt: skip
def test_the_constraints_referee(till: World, statement: str, guard: str) -> None:
    till.earn("bob", 500)
    till.request("bob", 300)
    with pytest.raises(DBAPIError, match=guard):
        _run(till, statement)


@pytest.mark.parametrize(
    ("table", "changes", "guard"),
    [
        ("withdrawals", {"id": "'wd_2'", "code": "'ZZZZZZ'", "bill": "'B2'"}, "uq_withdrawals_open"),
        ("locks", {"id": "'lk_2'"}, "uq_locks_open"),
        ("orders", {"id": "'or_2'", "code": "'ZZZZZZ'"}, "uq_orders_shop_id_source_number"),
        ("promoters", {"id": "'pm_2'", "code": "'ZZZZZZ'"}, "uq_promoters_shop_id_person_id"),
        ("entries", {"seq": "seq + 1000"}, "uq_entries_shop_id_reference"),
    ],
)  # fmt: skip
def test_what_there_is_one_of_stays_one(till: World, table: str, changes: dict[str, str], guard: str) -> None:
    till.earn("bob", 500)
    till.request("bob", 300)
    columns = [f'"{column.name}"' for column in metadata.tables[table].columns]
    wanted = [changes.get(column.strip('"'), column) for column in columns]
    values = f"SELECT {', '.join(wanted)} FROM {table} WHERE shop_id = :shop"  # noqa: S608
    statement = f"INSERT INTO {table} ({', '.join(columns)}) {values}"
    on_sqlite = {
        "uq_orders_shop_id_source_number": "orders.source", "uq_promoters_shop_id_person_id": "promoters.person_id",
        "uq_entries_shop_id_reference": "entries.reference", "uq_withdrawals_open": "withdrawals.promoter_id",
        "uq_locks_open": "locks.person_id",
    }  # fmt: skip
    with pytest.raises(DBAPIError, match=f"{guard}|UNIQUE constraint failed: .*{on_sqlite[guard]}"):
        _run(till, statement)


def _run(world: World, statement: str) -> None:
    with world.engine.store.engine.connect().execution_options(writing=True) as connection:
        connection.execute(text(statement), {"shop": world.shop})
        connection.commit()


def _words(condition: str) -> set[str]:
    """The words and numbers that a condition lists, however a database writes it down."""
    return {*re.findall(r"'([a-z]\w*)'", condition), *re.findall(r"\d+", condition)}
