"""A whole bot with the sandbox as WeChat, and a hand on its outbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from redis import Redis

from bot import cli
from bot.cli import manners
from bot.settings import Settings
from bot.wiring import House
from tests.bot.bench import Bench, Run


@pytest.fixture
def bench(database_url: str, redis: Redis, redis_server: str, tmp_path: Path) -> Iterator[Bench]:
    """The demo's shop with an owner; the workers run only when a test says so."""
    built = Bench(database_url, redis_server, tmp_path)
    try:
        built.open()
        yield built
    finally:
        built.close()


@pytest.fixture
def run(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """A command with the bench's settings, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    for name, value in bench.environment().items():
        monkeypatch.setenv(name, value)
    opened: list[House] = []

    def house(settings: Settings) -> House:
        opened.append(House(settings))
        return opened[-1]

    monkeypatch.setattr(manners, "House", house)

    def act(*words: str) -> Result:
        done = cli.create_app().test_cli_runner().invoke(args=words)
        for one in opened:  # a command ends with its process; here nobody would close its connections
            if "engine" in one.__dict__:
                one.engine.store.close()
        return done

    return act
