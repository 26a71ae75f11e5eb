"""Instants as people read them: Beijing time."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.clock import BEIJING


def moment(instant: datetime) -> str:
    """`12-23 10:00`"""
    return instant.astimezone(BEIJING).strftime("%m-%d %H:%M")


def day(instant: datetime) -> str:
    """`12-23`"""
    return instant.astimezone(BEIJING).strftime("%m-%d")


def date(instant: datetime) -> str:
    """`2026-12-23`, for what may lie in another year."""
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d")


def full_moment(instant: datetime) -> str:
    """`2026年12月23日 10:00`, the one form that WeChat's `time` fields take."""
    local = instant.astimezone(BEIJING)
    return f"{local:%Y}年{local:%m}月{local:%d}日 {local:%H:%M}"


def last_day(end: datetime) -> str:
    """`2026-12-23`: the last day before an end that is not counted itself."""
    return date(end - timedelta(milliseconds=1))
