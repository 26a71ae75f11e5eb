"""A million entries are audited in seconds; the test run does it with a few thousand."""

from __future__ import annotations

import time

import pytest

from engine import OPERATOR
from engine.money import Money
from engine.reports.audit import audit
from engine.store.actors import SYSTEM
from tests.engine.bulk import lengthen
from tests.engine.tampering import tampered
from tests.engine.world import World


def test_a_book_made_in_bulk_is_audited_and_one_changed_entry_of_it_is_found(own: World) -> None:
    _long(own, 200, 4_000)
    with tampered(
        own, "UPDATE postings SET amount = amount + 1 WHERE shop_id = :shop AND seq = 2001 AND n = 1"
    ) as tx:
        assert any(one.startswith("entry 2001 ") for one in audit(tx).findings)


@pytest.mark.prove
def test_a_million_entries_are_audited_in_seconds(own: World) -> None:
    _long(own, 20_000, 1_000_000)
    own.audits = False  # it was, a moment ago


def _long(world: World, cycles: int, length: int) -> None:
    """So many orders and payouts, and adjustments by hand for the rest of the entries."""
    world.ready(level1="100%", level2=None, settings={"settle_mode": "paid"}, people=("bob",))
    for fen in (100, -100):
        world.at(OPERATOR).adjustments.adjust(world.code("bob"), "available", Money(fen), "活动")
    world.earn("bob", 5_000)
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
