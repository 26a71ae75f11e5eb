"""The audit finds whatever somebody with the database in his hands may change.

Each change is made where the triggers are gone, audited, and rolled back.
"""

# ruff: noqa: S608  the statements hold nothing from outside

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from engine import Engine
from engine.cipher import Cipher
from engine.ledger import book as ledger
from engine.ledger.audit import Audit, audit, is_of_our_key
from engine.ledger.book import Posting
from engine.ledger.chart import SHOP, Account, Move
from engine.money import Money
from engine.store.actors import SYSTEM
from engine.store.base import Tx
from engine.store.tables import entries
from tests.engine.tampering import MINE, tampered
from tests.engine.world import World


@pytest.fixture(scope="module")
def book(shared_engine: Engine) -> World:
    """A book of several entries, for all tests of this file."""
    made = World("", app="wx_audited", engine=shared_engine)
    made.ready(people=("alice", "bob"), settings={"settle_mode": "paid"})
    made.pay("carol", 10_000, by="bob")
    made.refund(made.pay("carol", 7_000, by="bob"), 1_000)
    made.pay_out("bob", 1_500)
    made.audited()
    return made


def audit_after(world: World, *statements: str, cipher: Cipher | None = None) -> Audit:
    """What the audit says of the book after these changes, which are then undone; `:shop` is the shop."""
    with tampered(world, *statements, cipher=cipher) as tx:
        return audit(tx)


LAST = "(SELECT seq FROM books WHERE shop_id = :shop)"
CHANGES: dict[str, tuple[str, ...]] = {
    "an amount": (f"UPDATE postings SET amount = amount + 1 WHERE {MINE} AND seq = 2 AND n = 0",),
    "two amounts that still sum to zero": (
        f"UPDATE postings SET amount = amount + 1 WHERE {MINE} AND seq = 2 AND n = 0",
        f"UPDATE postings SET amount = amount - 1 WHERE {MINE} AND seq = 2 AND n = 1",
    ),
    "an owner": (f"UPDATE postings SET owner = 'pm_x' WHERE {MINE} AND seq = 1 AND account = 'pending'",),
    "an account": (f"UPDATE postings SET account = 'tax' WHERE {MINE} AND seq = 1 AND account = 'pending'",),
    "an account that there is not": (
        f"UPDATE postings SET account = 'gold' WHERE {MINE} AND seq = 1 AND n = 0",
    ),
    "a note": (f"UPDATE entries SET note = '{{}}' WHERE {MINE} AND seq = 2",),
    "a reference": (f"UPDATE entries SET reference = 'order:x' WHERE {MINE} AND seq = 2",),
    "a time": (f"UPDATE entries SET at = at + 1 WHERE {MINE} AND seq = 2",),
    "a move": (f"UPDATE entries SET move = 'adjust' WHERE {MINE} AND seq = 2",),
    "a move that there is not": (f"UPDATE entries SET move = 'gift' WHERE {MINE} AND seq = 2",),
    "what makes a reference one": (f"UPDATE entries SET input_hash = '' WHERE {MINE} AND seq = 2",),
    "a hash": (f"UPDATE entries SET hash = 'f' WHERE {MINE} AND seq = 2",),
    "the last hash": (f"UPDATE entries SET hash = 'f' WHERE {MINE} AND seq = {LAST}",),
    "a posting removed": (f"DELETE FROM postings WHERE {MINE} AND seq = 2 AND n = 0",),
    "an entry removed": (
        f"DELETE FROM postings WHERE {MINE} AND seq = 2",
        f"DELETE FROM entries WHERE {MINE} AND seq = 2",
    ),
    "the first entry removed": (
        f"DELETE FROM postings WHERE {MINE} AND seq = 1",
        f"DELETE FROM entries WHERE {MINE} AND seq = 1",
    ),
    "the last entry removed": (
        f"DELETE FROM postings WHERE {MINE} AND seq = {LAST}",
        f"DELETE FROM entries WHERE {MINE} AND seq = {LAST}",
    ),
    "two postings swapped": (
        f"UPDATE postings SET n = 9 WHERE {MINE} AND seq = 1 AND n = 0",
        f"UPDATE postings SET n = 0 WHERE {MINE} AND seq = 1 AND n = 1",
        f"UPDATE postings SET n = 1 WHERE {MINE} AND seq = 1 AND n = 9",
    ),
    "a balance": (f"UPDATE balances SET amount = amount + 1 WHERE {MINE} AND account = 'paid_out'",),
    "a balance removed": (f"DELETE FROM balances WHERE {MINE} AND account = 'paid_out'",),
    "a balance made up": ("INSERT INTO balances VALUES (:shop, 'pm_mallory', 'available', 5)",),
    "the head": (f"UPDATE books SET head = 'f' WHERE {MINE}",),
    "the count": (f"UPDATE books SET seq = seq + 1 WHERE {MINE}",),
    "the book itself removed": (f"DELETE FROM books WHERE {MINE}",),
    "the key's name": (f"UPDATE books SET key_id = 'other' WHERE {MINE}",),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_audit_finds(book: World, change: str) -> None:
    assert audit_after(book, *CHANGES[change]).findings != ()


def test_an_entry_that_is_gone_is_named_even_where_the_balances_were_made_to_fit(book: World) -> None:
    gone = f"(SELECT seq FROM entries WHERE {MINE} AND reference LIKE 'refunded:%')"
    ((seq,),) = book.rows(
        select(entries.c.seq).where(
            entries.c.shop_id == book.shop, entries.c.reference.startswith("refunded:")
        )
    )
    found = audit_after(
        book,
        "UPDATE balances SET amount = amount - COALESCE((SELECT SUM(p.amount) FROM postings p WHERE p.shop_id = :shop"
        f" AND p.seq = {gone} AND p.owner = balances.owner AND p.account = balances.account), 0) WHERE {MINE}",
        f"DELETE FROM postings WHERE {MINE} AND seq = {gone}",
        f"DELETE FROM entries WHERE {MINE} AND seq = {seq}",
    )
    assert found.findings == (f"entries {seq} to {seq} are missing",)


def test_the_audit_finds_two_whole_entries_swapped(book: World) -> None:
    columns = "shop_id, {} , move, at, input_hash, note, hash"

    def copied(into: int, source: int, reference: str) -> str:
        return (
            f"INSERT INTO entries (seq, {columns.format('reference')}) "
            f"SELECT {into}, {columns.format(reference)} FROM entries WHERE {MINE} AND seq = {source}"
        )

    found = audit_after(
        book,
        *(copied(1_000 + seq, seq, "reference || 'x'") for seq in (1, 2)),
        *(f"UPDATE postings SET seq = {1_000 + seq} WHERE {MINE} AND seq = {seq}" for seq in (1, 2)),
        f"DELETE FROM entries WHERE {MINE} AND seq IN (1, 2)",
        *(copied(3 - seq, 1_000 + seq, "substr(reference, 1, length(reference) - 1)") for seq in (1, 2)),
        *(f"UPDATE postings SET seq = {3 - seq} WHERE {MINE} AND seq = {1_000 + seq}" for seq in (1, 2)),
        f"DELETE FROM entries WHERE {MINE} AND seq > 1000",
    )
    assert found.entries == audit_after(book).entries
    assert [one for one in found.findings if one.endswith("was changed")]


def test_a_tail_cut_off_cleanly_shows_against_a_head_kept_outside(book: World) -> None:
    whole = audit_after(book)
    cut = audit_after(
        book,
        f"DELETE FROM postings WHERE {MINE} AND seq = {LAST}",
        f"DELETE FROM entries WHERE {MINE} AND seq = {LAST}",
        f"UPDATE books SET head = (SELECT hash FROM entries e WHERE e.shop_id = :shop AND e.seq = books.seq - 1),"
        f" seq = seq - 1 WHERE {MINE}",
        # The last entry paid out: its money is put back as if it had never been.
        f"UPDATE balances SET amount = 1500 WHERE {MINE} AND account = 'withdrawing'",
        f"DELETE FROM balances WHERE {MINE} AND account = 'paid_out'",
    )
    assert whole.findings == cut.findings == ()
    assert cut.entries == whole.entries - 1
    assert cut.head != whole.head


def test_without_the_key_nobody_can_write_an_entry_that_passes(till: World) -> None:
    till.earn("bob", 500)
    store, forged = till.engine.store, Cipher((b"m" * 32,))
    lines = ledger.accrued(till.promoter("bob"), Money(100))

    def forge(tx: Tx) -> None:
        forger = Tx(tx.connection, tx.shop, tx.actor, tx.now, tx.ids, forged)
        ledger.post(forger, "order:forged", Move.ACCRUE, lines)

    store.write(till.shop, SYSTEM, forge)
    till.audits = False
    assert any(one.endswith("(order:forged) was changed") for one in audit_after(till).findings)
    assert any("another DATA_KEY" in one for one in audit_after(till, cipher=forged).findings)


def test_a_book_is_of_the_key_that_it_was_begun_with(till: World) -> None:
    forged = Cipher((b"m" * 32,))
    with tampered(till, cipher=forged) as tx:
        assert is_of_our_key(tx), "a book that has not begun is of any key"
    till.earn("bob", 500)
    assert till.engine.is_of_our_key(till.shop)
    with tampered(till, cipher=forged) as tx:
        assert not is_of_our_key(tx)


def test_money_available_beside_a_debt_is_found(till: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.ledger.book._check_debt", lambda *_: None)  # the book would not let it pass
    till.earn("bob", 500)
    bob = till.promoter("bob")
    lines = (Posting(SHOP, Account.ADJUSTMENT, Money(100)), Posting(bob, Account.DEBT, Money(-100)))
    act: Callable[..., int | None] = lambda tx: ledger.post(tx, "adjust:1", Move.ADJUST, lines)  # noqa: E731
    till.engine.store.write(till.shop, SYSTEM, act)
    till.audits = False
    assert audit_after(till).findings == (f"{bob} has money available and a debt",)


def test_an_empty_book_is_well(world: World) -> None:
    found = world.at(SYSTEM).reports.audit()
    assert (found.findings, found.entries, found.head) == ((), 0, "0" * 64)


def test_a_book_longer_than_one_chunk_is_walked_to_its_end(
    till: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.ledger.audit.CHUNK", 3)
    for fen in range(100, 108):
        till.earn("bob", fen)
    assert till.at(SYSTEM).reports.audit().entries == 16
