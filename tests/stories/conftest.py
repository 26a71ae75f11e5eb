"""A whole shop on a desk: the real bot, a real Redis and rq, the sandbox as WeChat, a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from tests.stories.world import World


@pytest.fixture
def world(database_url: str, redis: Redis, redis_server: str, tmp_path: Path) -> Iterator[World]:
    """The demo's shop, open, with its owner enrolled; nobody else has come yet."""
    built = World(database_url, redis_server, tmp_path)
    try:
        built.open()
        yield built
    finally:
        built.close()
