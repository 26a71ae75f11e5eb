"""Time: aware UTC inside, Beijing time only for words, days and months."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has had one time zone without summer time since 1991."""


class Clock(Protocol):
    """Where `now` comes from."""

    def now(self) -> datetime:
        """The present instant, aware, UTC, in whole milliseconds."""
        ...


def whole_ms(instant: datetime) -> datetime:
    """The instant cut to milliseconds, which is what both databases keep."""
    return instant.astimezone(UTC).replace(microsecond=instant.microsecond // 1000 * 1000)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return whole_ms(datetime.now(UTC))


def day_of(instant: datetime) -> date:
    """The Beijing day in which an instant falls."""
    return instant.astimezone(BEIJING).date()


def day_begins(day: date) -> datetime:
    """The first instant of a Beijing day, UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING).astimezone(UTC)
