"""A whole bot with the sandbox as WeChat, and a hand on its outbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from tests.bot.bench import Bench


@pytest.fixture
def bench(database_url: str, redis: Redis, redis_server: str, tmp_path: Path) -> Iterator[Bench]:
    """The demo's shop with an owner; the workers run only when a test says so."""
    built = Bench(database_url, redis_server, tmp_path)
    try:
        built.open()
        yield built
    finally:
        built.close()
