"""Column types: an instant is BIGINT milliseconds, money is BIGINT fen, in both databases."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Text
from sqlalchemy.types import TypeDecorator

from engine.money import Money

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def to_ms(instant: datetime) -> int:
    """Milliseconds since 1970; refuses an instant without a time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return (instant - EPOCH) // _MS


def from_ms(ms: int) -> datetime:
    """The instant, aware UTC."""
    return EPOCH + timedelta(milliseconds=ms)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime kept as milliseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_ms(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_ms(int(value))


class Fen(TypeDecorator[Money]):
    """Money kept as whole fen."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> int | None:
        return None if value is None else value.fen

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Money | None:
        return None if value is None else Money(int(value))


class Json(TypeDecorator[Any]):
    """A small JSON document in canonical text: sorted keys, no spaces, Chinese as it is."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else canonical(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any | None:
        return None if value is None else json.loads(value)


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
"""Made once: json.dumps makes one for every call whose arguments are not its own."""


def canonical(value: Any) -> str:
    """One text for equal values: what is hashed and compared."""
    return _CANONICAL.encode(value)
