"""What visits and orders do to a lock, to the millisecond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.ids import PromoterId
from engine.referrals.binding import (
    LockMode,
    LockRow,
    may_undo,
    on_visit,
    until,
    visit_counts,
)

BOB = PromoterId("pm_bob")
MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
MS = timedelta(milliseconds=1)
DAY = timedelta(days=1)


def lock(promoter: PromoterId, day: int, days: int | None = None, ended: int | None = None) -> LockRow:
    start = MONDAY + day * DAY
    return LockRow(promoter, start, until(start, days), None if ended is None else MONDAY + ended * DAY)


def test_a_lock_is_live_from_its_start_until_just_before_its_end():
    week = lock(BOB, 0, days=7)
    assert not week.live(MONDAY - MS)
    assert week.live(MONDAY)
    assert week.live(MONDAY + 7 * DAY - MS)
    assert not week.live(MONDAY + 7 * DAY)


def test_a_lock_for_ever_has_no_end():
    assert until(MONDAY, None) is None
    assert lock(BOB, 0).live(MONDAY + 30000 * DAY)


def test_n_days_are_n_times_24_hours():
    assert until(MONDAY, 7) == datetime(2026, 3, 9, 2, 0, tzinfo=UTC)


def test_a_lock_that_was_ended_is_over_from_that_instant():
    ended = lock(BOB, 0, days=7, ended=3)
    assert ended.live(MONDAY + 3 * DAY - MS)
    assert not ended.live(MONDAY + 3 * DAY)


def test_a_lock_undone_from_its_own_start_was_never_live():
    assert not lock(BOB, 1, ended=1).live(MONDAY + DAY)


def test_on_visit_a_visit_locks_a_customer_whom_nobody_holds_and_never_replaces_or_prolongs_a_lock():
    assert on_visit(LockMode.ON_VISIT, None)
    assert not on_visit(LockMode.ON_VISIT, lock(BOB, 0, days=7))


@pytest.mark.parametrize("mode", [LockMode.ON_PURCHASE, LockMode.SINGLE_SHOT])
def test_in_the_purchase_modes_a_visit_locks_nobody(mode):
    assert not on_visit(mode, None)


def test_a_visit_may_be_undone_for_ten_minutes():
    assert may_undo(MONDAY, MONDAY)
    assert may_undo(MONDAY, MONDAY + timedelta(minutes=10))
    assert not may_undo(MONDAY, MONDAY + timedelta(minutes=10) + MS)


def test_a_visit_counts_from_the_windows_first_instant_to_the_payment():
    paid_at = MONDAY + 7 * DAY
    assert visit_counts(MONDAY, paid_at, 7)
    assert not visit_counts(MONDAY - MS, paid_at, 7)
    assert visit_counts(paid_at, paid_at, 7)
    assert not visit_counts(paid_at + MS, paid_at, 7)
    assert visit_counts(paid_at - DAY, paid_at, 1)
    assert not visit_counts(paid_at - DAY - MS, paid_at, 1)


def test_a_window_of_0_days_counts_only_sent_codes():
    assert not visit_counts(MONDAY, MONDAY, 0)
