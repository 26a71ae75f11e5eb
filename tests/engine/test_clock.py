"""Instants are aware, UTC and in whole milliseconds; a day is a Beijing day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from engine.clock import BEIJING, SystemClock, day_begins, day_of, whole_ms


def test_the_machines_clock_tells_what_the_database_keeps() -> None:
    before = datetime.now(UTC)
    told = SystemClock().now()
    assert timedelta(0) <= told - whole_ms(before) <= datetime.now(UTC) - whole_ms(before)
    assert (told.tzinfo, told.microsecond % 1_000) == (UTC, 0)


def test_what_is_less_than_a_millisecond_is_cut_off() -> None:
    instant = datetime(2026, 3, 2, 10, 0, 0, 123_999, tzinfo=BEIJING)
    assert whole_ms(instant) == datetime(2026, 3, 2, 2, 0, 0, 123_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 3, 1, 15, 59, 59, 999_000, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2026, 3, 1, 16, 0, tzinfo=UTC), date(2026, 3, 2)),
    ],
)
def test_a_day_begins_at_midnight_in_beijing(instant: datetime, day: date) -> None:
    assert day_of(instant) == day
    assert day_begins(day) <= instant < day_begins(day) + timedelta(days=1)
