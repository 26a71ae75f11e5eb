"""The whole audit finds whatever somebody with the database in his hands may change about money.

Each change is made where the triggers are gone, audited, and rolled back; each finding names the row.
"""

# ruff: noqa: S608  the statements hold nothing from outside

from __future__ import annotations

import pytest

from engine import Engine
from engine.ledger.audit import quietly
from engine.orders.facts import Received
from engine.payouts.payees import Channel, Payee
from engine.reports.audit import audit
from engine.store.actors import SYSTEM
from engine.store.tables import withdrawals
from tests.engine.tampering import MINE, tampered
from tests.engine.world import World


@pytest.fixture(scope="module")
def shop_of_all(shared_engine: Engine) -> World:
    """A shop in which everything there is to audit has happened."""
    world = World("", app="wx_audited_whole", engine=shared_engine).ready(settings={"settle_days": "1"})
    world.visit("carol", "bob")
    partly = world.pay("carol", 10_000, 5_000, by="bob", number="PARTLY")
    world.refund(partly, 1_000)
    matured = world.pay("carol", 30_000, by="bob", number="MATURED")
    world.ship(matured)
    world.tell("MATURED", Received(world.now))
    world.clock.move(days=2)
    world.tick()
    waiting = world.pay("carol", 8_000, by="dave", number="WAITING")
    world.ship(waiting)
    world.pay_out("bob", 2_000)
    world.reject(world.request("bob", 1_000, Payee(Channel.ALIPAY, "bob@example.com", "李小波")))
    world.request("bob", 3_000)
    world.audited()
    return world


ORDER = f"(SELECT id FROM orders WHERE {MINE} AND number = 'PARTLY')"
MATURED = f"(SELECT id FROM orders WHERE {MINE} AND number = 'MATURED')"
WAITING = f"(SELECT id FROM orders WHERE {MINE} AND number = 'WAITING')"
LEVEL1 = f"{MINE} AND order_id = {ORDER} AND line = 1 AND level = 1"
PAYMENT = f"{MINE} AND order_id = {ORDER} AND kind = 'paid'"
PAID = f"{MINE} AND state = 'paid'"
OPEN = f"{MINE} AND state = 'requested'"
REJECTED = f"{MINE} AND state = 'rejected'"
LOCK_ENDED = (
    f"UPDATE locks SET ended_at = start + 5, end_reason = 'annulled' WHERE {MINE} AND ended_at IS NULL"
)
NO_LONGER_UNIQUE = (
    "ALTER TABLE withdrawals RENAME TO withdrawals_as_made",
    "CREATE TABLE withdrawals AS SELECT * FROM withdrawals_as_made",
)

CHANGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "a commission's amount": (
        "line 1 pays",
        (f"UPDATE commissions SET amount = amount + 1 WHERE {LEVEL1}",),
    ),
    "what was taken back of a commission": (
        "were taken back of line 1",
        (f"UPDATE commissions SET taken_back = taken_back + 1 WHERE {LEVEL1}",),
    ),
    "a commission's base": ("line 1 pays", (f"UPDATE commissions SET base = base + 1 WHERE {LEVEL1}",)),
    "a commission's rate": ("line 1 pays", (f"UPDATE commissions SET rate = rate + 1 WHERE {LEVEL1}",)),
    "a commission removed": ("line 1 pays", (f"DELETE FROM commissions WHERE {LEVEL1}",)),
    "whose a commission is": (
        "of which there is no commission",
        (
            f"UPDATE commissions SET promoter_id = (SELECT max(level1) FROM orders WHERE {MINE}"
            f" AND number = 'WAITING') WHERE {MINE} AND order_id = {ORDER} AND level = 1",
        ),
    ),
    "a commission matured by hand": (
        "the book has",
        (f"UPDATE commissions SET state = 'available', matured_at = 1 WHERE {LEVEL1}",),
    ),
    "a commission's maturity forgotten": (
        "matured at None",
        (f"UPDATE commissions SET matured_at = NULL WHERE {MINE} AND order_id = {MATURED}",),
    ),
    "a due time": (
        "is due",
        (f"UPDATE commissions SET due_at = due_at - 1 WHERE {MINE} AND order_id = {WAITING}",),
    ),
    "the due time of what has matured": (
        "is due",
        (f"UPDATE commissions SET due_at = due_at - 1 WHERE {MINE} AND order_id = {MATURED}",),
    ),
    "a due time where there is none yet": ("is due", (f"UPDATE commissions SET due_at = 1 WHERE {LEVEL1}",)),
    "a rate that was decided": (
        "line 1 pays",
        (f"UPDATE order_lines SET rate1 = rate1 + 1 WHERE {MINE} AND order_id = {ORDER} AND line = 1",),
    ),
    "a line's kept payment": (
        "line 1 is kept as",
        (f"UPDATE order_lines SET paid = paid + 1 WHERE {MINE} AND order_id = {ORDER} AND line = 1",),
    ),
    "a line's kept title": (
        "line 1 is kept as",
        (f"UPDATE order_lines SET title = 'x' WHERE {MINE} AND order_id = {ORDER} AND line = 1",),
    ),
    "when a line is to be used": (
        "line 1 is kept as",
        (f"UPDATE order_lines SET service_at = 1 WHERE {MINE} AND order_id = {ORDER} AND line = 1",),
    ),
    "a discount that was none": (
        "taken off above the rule",
        (f"UPDATE order_lines SET excess_discount = 5 WHERE {MINE} AND order_id = {ORDER} AND line = 1",),
    ),
    "a line removed": (
        "cannot be read (BookError)",
        (f"DELETE FROM order_lines WHERE {MINE} AND order_id = {ORDER} AND line = 1",),
    ),
    "a decision": (
        "line 1 pays",
        (
            f"UPDATE orders SET decision = replace(decision, level1, level2) WHERE {MINE} AND number = 'PARTLY'",
        ),
    ),
    "a decision that is none": (
        "cannot be read",
        (f"UPDATE orders SET decision = '{{}}x' WHERE {MINE} AND number = 'PARTLY'",),
    ),
    "a decision forgotten": (
        "the rules say nothing",
        (f"UPDATE orders SET decision = NULL WHERE {MINE} AND number = 'PARTLY'",),
    ),
    "in whose list an order stands": (
        "it is listed for",
        (f"UPDATE orders SET level1 = level2 WHERE {MINE} AND number = 'PARTLY'",),
    ),
    "what was paid": (
        "kept as paid",
        (f"UPDATE orders SET paid = paid + 1 WHERE {MINE} AND number = 'PARTLY'",),
    ),
    "when an order was paid": (
        "kept as paid at",
        (f"UPDATE orders SET paid_at = paid_at + 1 WHERE {MINE} AND number = 'PARTLY'",),
    ),
    "how an order was paid": (
        "by alipay, the facts say",
        (f"UPDATE orders SET payment = 'alipay' WHERE {MINE} AND number = 'PARTLY'",),
    ),
    "what was refunded": (
        "kept as paid",
        (f"UPDATE orders SET refunded = refunded + 1 WHERE {MINE} AND number = 'PARTLY'",),
    ),
    "more refunded than paid": (
        "were refunded of",
        (f"UPDATE orders SET refunded = paid + 1 WHERE {MINE} AND number = 'PARTLY'",),
    ),
    "a refund's amount": (
        "the fact refunded",
        (
            "UPDATE order_facts SET content = replace(content, '1000', '999')"
            f" WHERE {MINE} AND order_id = {ORDER} AND kind = 'refunded'",
        ),
    ),
    "who bought, in a payment": (
        "the fact paid",
        (
            f'UPDATE order_facts SET content = replace(content, \'"openid":"\', \'"openid":"f\') WHERE {PAYMENT}',
        ),
    ),
    "the code in a payment": (
        "the fact paid",
        (f'UPDATE order_facts SET content = replace(content, \'"code":"\', \'"code":"X\') WHERE {PAYMENT}',),
    ),
    "the shipping in a payment": (
        "the fact paid",
        (
            f"UPDATE order_facts SET content = replace(content, 'shipping\"\\:0', 'shipping\"\\:7') WHERE {PAYMENT}",
        ),
    ),
    "the price of a line in a payment": (
        "the fact paid",
        (f"UPDATE order_facts SET content = replace(content, '5000', '5001') WHERE {PAYMENT}",),
    ),
    "the keyed hash of a fact": (
        "the fact shipped p1",
        (
            f"UPDATE order_facts SET content_hash = 'f' WHERE {MINE} AND order_id = {WAITING} AND kind = 'shipped'",
        ),
    ),
    "when a fact happened, beside its text": (
        "the fact shipped p1",
        (f"UPDATE order_facts SET at = at - 1 WHERE {MINE} AND order_id = {WAITING} AND kind = 'shipped'",),
    ),
    "what a fact is called": (
        "the fact shipped p2",
        (
            f"UPDATE order_facts SET fact_id = 'p2' WHERE {MINE} AND order_id = {WAITING} AND kind = 'shipped'",
        ),
    ),
    "another order's fact": (
        "the fact shipped p1",
        (
            "INSERT INTO order_facts (shop_id, order_id, kind, fact_id, at, content, content_hash, heard_at)"
            f" SELECT shop_id, {ORDER}, kind, fact_id, at, content, content_hash, heard_at FROM order_facts"
            f" WHERE {MINE} AND order_id = {WAITING} AND kind = 'shipped'",
        ),
    ),
    "a parcel removed": (
        "is due",
        (f"DELETE FROM order_facts WHERE {MINE} AND order_id = {WAITING} AND kind = 'shipped'",),
    ),
    "a receipt removed": (
        "is due",
        (f"DELETE FROM order_facts WHERE {MINE} AND order_id = {MATURED} AND kind = 'received'",),
    ),
    "a payment removed": ("kept as paid", (f"DELETE FROM order_facts WHERE {PAYMENT}",)),
    "a refund removed": (
        "line 1 pays",
        (f"DELETE FROM order_facts WHERE {MINE} AND order_id = {ORDER} AND kind = 'refunded'",),
    ),
    "a fact that is none": (
        "cannot be read",
        (f"UPDATE order_facts SET content = '[]' WHERE {MINE} AND order_id = {ORDER} AND kind = 'paid'",),
    ),
    "an order removed with all that was heard of it": (
        "of which there is no commission",
        (
            *(
                f"DELETE FROM {table} WHERE {MINE} AND order_id = {ORDER}"
                for table in ("commissions", "order_lines", "order_facts")
            ),
            f"DELETE FROM orders WHERE {MINE} AND number = 'PARTLY'",
        ),
    ),
    "a decision that was not the last one given": (
        "is not the one that it was last given",
        (
            "INSERT INTO reassignments (shop_id, order_id, n, at, how, actor, reason, after)"
            f" VALUES (:shop, {ORDER}, 1, 1, 'assigned', 'x', 'x', '{{}}')",
        ),
    ),
    "what an order's entry belongs to": (
        "for order nobody names",
        (f"UPDATE entries SET note = '{{}}' WHERE {MINE} AND seq = 1",),
    ),
    "a withdrawal's amount": (
        "the book holds",
        (f"UPDATE withdrawals SET amount = amount + 1 WHERE {OPEN}",),
    ),
    "a withdrawal that was paid, unpaid": (
        "the book holds",
        (f"UPDATE withdrawals SET state = 'rejected' WHERE {PAID}",),
    ),
    "a withdrawal that was rejected, paid": (
        "the book holds nothing",
        (f"UPDATE withdrawals SET state = 'paid' WHERE {MINE} AND state = 'rejected'",),
    ),
    "a withdrawal paid without the book": (
        "it is paid over",
        (f"UPDATE withdrawals SET state = 'paid', proof = 'PAY99999' WHERE {OPEN}",),
    ),
    "a withdrawal removed": ("which is not there", (f"DELETE FROM withdrawals WHERE {OPEN}",)),
    "whose a withdrawal is": (
        "which is not there",
        (
            f"UPDATE withdrawals SET promoter_id = (SELECT min(upline) FROM promoters WHERE {MINE}) WHERE {PAID}",
        ),
    ),
    "a payment's proof": ("its proof is", (f"UPDATE withdrawals SET proof = 'PAY99999' WHERE {PAID}",)),
    "whom a withdrawal is paid to": (
        "its payee is not",
        (f"UPDATE withdrawals SET payee = (SELECT payee FROM withdrawals WHERE {REJECTED}) WHERE {OPEN}",),
    ),
    "a payee cut short": (
        "its payee is not",
        (f"UPDATE withdrawals SET payee = substr(payee, 1, 9) WHERE {OPEN}",),
    ),
    "a payee taken away": ("its payee is not", (f"UPDATE withdrawals SET payee = NULL WHERE {OPEN}",)),
    "which way a withdrawal is paid": (
        "its payee is not",
        (f"UPDATE withdrawals SET channel = 'alipay' WHERE {OPEN}",),
    ),
    "what is said of a payment": (
        "the book says none",
        (f"UPDATE entries SET note = '[]' WHERE {MINE} AND move = 'pay_by_hand'",),
    ),
    "a booking's sum": (
        "it has 1 of 5",
        (
            "INSERT INTO bookings (shop_id, id, code, state, to_at, proof, actor, asked_at,"
            " wanted_lines, wanted, lines, amount) VALUES (:shop, 'bk_x', 'X', 'done', 1, 'x', 'x', 1, 1, 5, 2, 7)",
            "INSERT INTO booking_lines (shop_id, booking_id, promoter_id, amount, booked_at)"
            f" SELECT :shop, 'bk_x', min(id), 5, 1 FROM promoters WHERE {MINE}",
        ),
    ),
    "a bill": ("is none of ours", (f"UPDATE withdrawals SET bill = 'X' WHERE {OPEN}",)),
    "a bill used twice": (
        "have the bill",
        (
            *NO_LONGER_UNIQUE,
            f"UPDATE withdrawals SET bill = (SELECT max(bill) FROM withdrawals WHERE {PAID}) WHERE {OPEN}",
        ),
    ),
    "two open withdrawals of one promoter": (
        "has 2 open withdrawals",
        (*NO_LONGER_UNIQUE, f"UPDATE withdrawals SET state = 'approved' WHERE {PAID}"),
    ),
    "a booking that the book does not know": (
        "booking bk_x settles",
        (
            "INSERT INTO bookings (shop_id, id, code, state, to_at, proof, actor, asked_at,"
            " wanted_lines, wanted, lines, amount) VALUES (:shop, 'bk_x', 'X', 'done', 1, 'x', 'x', 1, 1, 5, 1, 5)",
            "INSERT INTO booking_lines (shop_id, booking_id, promoter_id, amount, booked_at)"
            f" SELECT :shop, 'bk_x', min(id), 5, 1 FROM promoters WHERE {MINE}",
        ),
    ),
    "a day's commission": (
        "the days of",
        (f"UPDATE daily SET value = value + 1 WHERE {MINE} AND metric = 'level1'",),
    ),
    "a day's sales": (
        "the days of shop",
        (f"DELETE FROM daily WHERE {MINE} AND owner = 'shop' AND metric = 'sales'",),
    ),
    "a day's team sales": ("team", (f"UPDATE daily SET value = value + 1 WHERE {MINE} AND metric = 'team'",)),
    "a day's payouts": (
        "the withdrawals and bookings say",
        (f"UPDATE daily SET value = value + 1 WHERE {MINE} AND metric = 'paid_out'",),
    ),
    "a month's sales": ("the months of", (f"UPDATE month_sales SET net = net + 1 WHERE {MINE}",)),
    "what a downline brought": (
        " as kept, the orders say",
        (f"UPDATE invited_rewards SET amount = amount + 1 WHERE {MINE}",),
    ),
    "two locks at once": (
        "at once",
        (
            "INSERT INTO locks (shop_id, id, person_id, promoter_id, start, ended_at, end_reason, made_by, cause)"
            " SELECT shop_id, 'lk_x', person_id, promoter_id, start, start + 1000, 'over', 'visit', 'x'"
            f" FROM locks WHERE {MINE} AND ended_at IS NULL",
        ),
    ),
    "a lock that ended of itself": ("is not in their rows, but follows from", (LOCK_ENDED,)),
    "a copy of a lock that no refund reopened": (
        "does not follow from what happened to him",
        (
            LOCK_ENDED,
            "INSERT INTO locks (shop_id, id, person_id, n, promoter_id, start, made_by, cause)"
            " SELECT shop_id, 'lk_x', person_id, n, (SELECT max(level1) FROM orders WHERE shop_id = :shop"
            " AND number = 'PARTLY'), start + 5, 'reopened', cause"
            f" FROM locks WHERE {MINE} AND end_reason = 'annulled'",
        ),
    ),
    "a lock that a refund annulled which nobody heard": (
        "its lock is kept as",
        (f"UPDATE locks SET void_from = start WHERE {MINE} AND ended_at IS NULL",),
    ),
    "whose an order's lock is": (
        "its lock is kept as",
        (f"UPDATE locks SET promoter_id = (SELECT min(upline) FROM promoters WHERE {MINE}) WHERE {MINE}",),
    ),
    "an order's lock removed": ("its lock is kept as nothing", (f"DELETE FROM locks WHERE {MINE}",)),
    "two locks with one number": ("have one number", (f"UPDATE locks SET n = 1 WHERE {MINE}",)),
    "a lock of a visit that never was": (
        "(visit) made it",
        (f"UPDATE locks SET made_by = 'visit' WHERE {MINE} AND ended_at IS NULL",),
    ),
    "a lock of a move that never was": (
        "(assigned) made it",
        (f"UPDATE locks SET made_by = 'assigned' WHERE {MINE} AND ended_at IS NULL",),
    ),
    "a move with the lock that made none": (
        "and there is none of it",
        (
            "INSERT INTO moves (shop_id, id, at, actor, target, how, reason)"
            f" SELECT :shop, 'mv_x', 1, 'x', min(id), 'earn', 'x' FROM promoters WHERE {MINE}",
            "INSERT INTO assignments (shop_id, move_id, person_id, promoter_id, how, at)"
            f" SELECT :shop, 'mv_x', 'pe_x', min(id), 'earn', 1 FROM promoters WHERE {MINE}",
        ),
    ),
    "a circle of uplines": (
        "stands above himself",
        (
            "UPDATE promoters SET upline = (SELECT max(level1) FROM orders WHERE shop_id = :shop"
            f" AND number = 'PARTLY') WHERE {MINE} AND id = (SELECT max(level2) FROM orders WHERE {MINE}"
            " AND number = 'PARTLY')",
        ),
    ),
    "how many one invited": (
        "has 2 downlines as kept, 1 say so",
        (f"UPDATE promoters SET downlines = 2 WHERE {MINE} AND downlines = 1",),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_audit_finds(shop_of_all: World, change: str) -> None:
    said, statements = CHANGES[change]
    with tampered(shop_of_all, *statements) as tx:
        found = audit(tx).findings
    assert any(said in one for one in found), found


def test_what_differs_is_told_by_the_row_and_nothing_else_is(shop_of_all: World) -> None:
    mine = withdrawals.c.shop_id == shop_of_all.shop
    row = shop_of_all.rows(withdrawals.select().where(mine, withdrawals.c.state == "requested"))[0]
    with tampered(shop_of_all, f"UPDATE withdrawals SET amount = 3001 WHERE {OPEN}") as tx:
        found = audit(tx).findings
    assert found == (
        f"withdrawal {row.code}: it is requested over 3001, the book holds {{'withdrawing': 3000}} for it",
    )


def test_it_says_what_it_looked_through_and_how_far_it_is(shop_of_all: World) -> None:
    reports = shop_of_all.at(SYSTEM).reports
    steps: list[int] = []
    found = reports.audit(steps.append)
    assert (found.findings, found.orders, found.withdrawals) == ((), 3, 3)
    assert sum(steps) == reports.audit_length() == found.entries + 6
    quietly(1)


def test_a_head_kept_outside_is_held_until_the_book_is_cut(shop_of_all: World) -> None:
    reports = shop_of_all.at(SYSTEM).reports
    found = reports.audit()
    assert reports.held(found.head, found.entries)
    assert reports.held("0" * 64, 0)
    assert not reports.held(found.head, found.entries - 1)
    assert not reports.held(found.head, found.entries + 1)
    assert not reports.held("f" * 64, 0)
