"""A million entries are audited in seconds; the test run does it with a few thousand."""

# ruff: noqa: S608  the statements hold nothing from outside

from __future__ import annotations

import time

import pytest

from engine import OPERATOR
from engine.money import Money
from engine.orders.events import PlacedBy
from engine.reports.audit import audit
from engine.store.actors import SYSTEM
from tests.engine.bulk import lengthen
from tests.engine.tampering import tampered
from tests.engine.world import World


@pytest.mark.slow
def test_a_book_made_in_bulk_is_audited_and_what_was_changed_in_it_is_found(own: World) -> None:
    _long(own, 200, 4_000)
    _tampered(own, 4_000)


@pytest.mark.prove
def test_a_million_entries_are_audited_and_what_was_changed_in_them_is_found(own: World) -> None:
    """The seconds are printed and not asserted: they are the machine's."""
    _long(own, 20_000, 1_000_000)
    _tampered(own, 1_000_000)


def _tampered(world: World, length: int) -> None:
    """One posting, one note and one order's fact are changed, and an entry is taken out near the end."""
    amount, note, gone = length // 2 + 1, length // 3, length - 2
    fact = "shop_id = :shop AND order_id = (SELECT min(order_id) FROM order_facts WHERE shop_id = :shop)"
    with tampered(
        world,
        f"UPDATE postings SET amount = amount + 1 WHERE shop_id = :shop AND seq = {amount} AND n = 1",
        f"UPDATE entries SET note = '{{}}' WHERE shop_id = :shop AND seq = {note}",
        f"DELETE FROM postings WHERE shop_id = :shop AND seq = {gone}",
        f"DELETE FROM entries WHERE shop_id = :shop AND seq = {gone}",
        f"UPDATE order_facts SET content = replace(content, 'SKU1', 'SKU2') WHERE {fact}",
    ) as tx:
        found = audit(tx).findings
    assert any(one.startswith(f"entry {amount} ") for one in found)
    assert any(one.startswith(f"entry {note} ") for one in found)
    assert f"entries {gone} to {gone} are missing" in found
    assert any("the fact paid  was changed" in one for one in found)
    world.audits = False  # it was, before all that


def _long(world: World, cycles: int, length: int) -> None:
    """So many orders and payouts, and adjustments by hand for the rest of the entries."""
    world.ready(level1="100%", level2=None, settings={"settle_mode": "paid"}, people=("bob",))
    for fen in (100, -100):
        world.at(OPERATOR).adjustments.adjust(world.code("bob"), "available", Money(fen), "活动")
    # 代下单: it touches no lock, of which the copies would have none.
    world.pay("carol", 5_000, placed_by=PlacedBy(code=world.code("bob")))
    world.pay_out("bob", 5_000)
    lengthen(world, cycles, length)
    began, worked = time.monotonic(), time.process_time()
    found = world.at(SYSTEM).reports.audit()
    seconds, work = time.monotonic() - began, time.process_time() - worked
    assert (found.findings, found.entries, found.orders, found.withdrawals) == ((), length, cycles, cycles)
    assert world.balance("bob").paid_out == Money(5_000 * cycles)
    print(
        f"audit of {length} entries, {cycles} orders and {cycles} payouts on {world.url.split(':')[0]}: "
        f"{seconds:.1f} s, {work:.1f} s of them this process's own"
    )
