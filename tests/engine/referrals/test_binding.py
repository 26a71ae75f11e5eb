"""What visits and orders do to a lock, to the millisecond."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ids import PromoterId
from engine.referrals.binding import (
    LockMode,
    LockRow,
    live_at,
    may_undo,
    next_start,
    on_visit,
    until,
    visit_counts,
)

BOB, DAVE, ERIN = PromoterId("pm_bob"), PromoterId("pm_dave"), PromoterId("pm_erin")
MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
MS = timedelta(milliseconds=1)
DAY = timedelta(days=1)


def lock(promoter: PromoterId, day: int, days: int | None = None, ended: int | None = None) -> LockRow:
    start = MONDAY + day * DAY
    return LockRow(promoter, start, until(start, days), None if ended is None else MONDAY + ended * DAY)


def test_a_lock_is_live_from_its_start_until_just_before_its_end():
    week = lock(BOB, 0, days=7)
    assert live_at([week], MONDAY - MS) is None
    assert live_at([week], MONDAY) == week
    assert live_at([week], MONDAY + 7 * DAY - MS) == week
    assert live_at([week], MONDAY + 7 * DAY) is None


def test_a_lock_for_ever_has_no_end():
    assert until(MONDAY, None) is None
    assert live_at([lock(BOB, 0)], MONDAY + 30000 * DAY) == lock(BOB, 0)


def test_n_days_are_n_times_24_hours():
    assert until(MONDAY, 7) == datetime(2026, 3, 9, 2, 0, tzinfo=UTC)


def test_a_lock_that_was_ended_is_over_from_that_instant():
    ended = lock(BOB, 0, days=7, ended=3)
    assert live_at([ended], MONDAY + 3 * DAY - MS) == ended
    assert live_at([ended], MONDAY + 3 * DAY) is None


def test_a_lock_undone_from_its_own_start_was_never_live():
    assert live_at([lock(BOB, 1, ended=1)], MONDAY + DAY) is None


def test_nobody_holds_a_customer_without_locks():
    assert live_at([], MONDAY) is None


def test_of_several_live_locks_the_one_that_started_last_holds():
    older, newer = lock(BOB, 0), lock(DAVE, 2)
    for heard in ([older, newer], [newer, older]):
        assert live_at(heard, MONDAY + DAY) == older
        assert live_at(heard, MONDAY + 2 * DAY) == newer


def test_the_next_lock_bounds_one_that_was_heard_late():
    locks = [lock(BOB, 0, ended=4), lock(DAVE, 4, ended=9), lock(ERIN, 9)]
    assert next_start(locks, MONDAY + 2 * DAY) == MONDAY + 4 * DAY
    assert next_start(locks, MONDAY + 4 * DAY) == MONDAY + 9 * DAY
    assert next_start(locks, MONDAY + 9 * DAY) is None


def test_a_lock_that_never_lived_bounds_nothing():
    assert next_start([lock(DAVE, 4, ended=4), lock(ERIN, 6)], MONDAY) == MONDAY + 6 * DAY


def test_on_visit_a_visit_locks_a_customer_whom_nobody_holds():
    assert on_visit(LockMode.ON_VISIT, [], BOB, MONDAY)
    assert on_visit(LockMode.ON_VISIT, [lock(DAVE, 0, days=7)], BOB, MONDAY + 7 * DAY)


@pytest.mark.parametrize("promoter", [BOB, DAVE])
def test_a_visit_never_replaces_or_prolongs_a_live_lock(promoter):
    assert not on_visit(LockMode.ON_VISIT, [lock(BOB, 0, days=7)], promoter, MONDAY + 7 * DAY - MS)


@pytest.mark.parametrize("mode", [LockMode.ON_PURCHASE, LockMode.SINGLE_SHOT])
def test_in_the_purchase_modes_a_visit_locks_nobody(mode):
    assert not on_visit(mode, [], BOB, MONDAY)


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


def test_a_window_of_0_days_counts_only_sent_codes():
    assert not visit_counts(MONDAY, MONDAY, 0)


rows = st.builds(
    lock,
    st.sampled_from([BOB, DAVE, ERIN]),
    st.integers(0, 6),
    st.sampled_from([None, 1, 3]),
    st.none() | st.integers(0, 8),
)


@given(st.lists(rows, max_size=4, unique_by=lambda row: row.start), st.integers(0, 9), st.randoms())
def test_who_holds_a_customer_does_not_depend_on_the_order_of_his_locks(locks, day, random):
    t = MONDAY + day * DAY
    holder = live_at(locks, t)
    shuffled = list(locks)
    random.shuffle(shuffled)
    assert live_at(shuffled, t) == holder
    assert holder is None or (holder.live(t) and replace(holder, ended_at=t).live(t) is False)
