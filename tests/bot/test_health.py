"""`/healthz`: 200 only while every part is well, and the part that is not is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from redis import Redis
from rq import Worker
from rq.serializers import JSONSerializer

from bot.app import SILENT_WORKER, all_queues_heard, checks
from bot.doors.health import health
from bot.redis import connect
from bot.tick import Tick
from bot.worker import QueueWorker, worker_of
from tests.bot.bench import Bench

PARTS = ("database", "redis", "workers", "tick")


def broken() -> bool:
    raise RuntimeError("a secret of the inside")


def not_well() -> bool:
    return False


def asked(**different: Callable[[], bool]) -> tuple[int, dict[str, bool]]:
    app = Flask("test")
    app.register_blueprint(health({**dict.fromkeys(PARTS, lambda: True), **different}))
    answer = app.test_client().get("/healthz")
    assert b"secret" not in answer.data
    return answer.status_code, answer.get_json()


def test_all_is_well() -> None:
    assert asked() == (200, dict.fromkeys(PARTS, True))


@pytest.mark.parametrize("how", [broken, not_well])
@pytest.mark.parametrize("part", PARTS)
def test_one_part_that_is_not_well_is_named(part: str, how: Callable[[], bool]) -> None:
    status, found = asked(**{part: how})
    assert status == 503
    assert {name for name, well in found.items() if not well} == {part}


@pytest.fixture
def workers(bench: Bench) -> dict[str, QueueWorker]:
    """One worker per queue, born but not working."""
    made = {name: worker_of(name, bench.house.patient_redis) for name in ("messages", "pictures")}
    for worker in made.values():
        worker.register_birth()
    return made


def test_a_whole_bot_is_well(bench: Bench, workers: dict[str, QueueWorker]) -> None:
    Tick(bench.house).round()
    answer = bench.app.test_client().get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, dict.fromkeys(PARTS, True))


def test_a_queue_that_nobody_hears_is_not_well(bench: Bench, workers: dict[str, QueueWorker]) -> None:
    assert all_queues_heard(bench.house)
    workers["pictures"].register_death()
    assert not all_queues_heard(bench.house)


def test_looking_at_the_workers_leaves_the_clients_time_out_alone(
    bench: Bench, workers: dict[str, QueueWorker]
) -> None:
    """rq sets it to minutes; then a Redis that hangs would keep people's messages hanging."""
    bench.house.hurries()
    for _ in range(2):
        bench.app.test_client().get("/healthz")
    assert bench.house.redis.connection_pool.connection_kwargs["socket_timeout"] == 0.2


def test_a_killed_worker_is_missed_within_a_minute_and_a_half(
    bench: Bench, workers: dict[str, QueueWorker], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert timedelta(seconds=60) < SILENT_WORKER <= timedelta(seconds=90)
    monkeypatch.setattr("bot.app.SILENT_WORKER", timedelta(0))
    assert not checks(bench.house)["workers"]()


def test_a_worker_beats_well_before_it_counts_as_silent(workers: dict[str, QueueWorker]) -> None:
    assert timedelta(seconds=workers["messages"].dequeue_timeout) * 3 < SILENT_WORKER


def test_workers_that_redis_forgot_introduce_themselves_again(
    bench: Bench, redis: Redis, workers: dict[str, QueueWorker]
) -> None:
    redis.flushdb()
    assert not all_queues_heard(bench.house)
    for worker in workers.values():
        worker.heartbeat()
    assert all_queues_heard(bench.house)
    known = Worker.all(connection=redis, serializer=JSONSerializer)
    assert {worker.name for worker in known} == {worker.name for worker in workers.values()}


def test_a_tick_that_stands_still_is_not_well(bench: Bench) -> None:
    well = checks(bench.house)["tick"]
    assert not well()
    Tick(bench.house).round()
    assert well()
    bench.clock.instant += timedelta(seconds=21)
    assert not well()


def test_redis_away_is_named_and_nothing_raises(bench: Bench) -> None:
    Tick(bench.house).round()
    bench.house.__dict__["redis"] = connect("unix:///nowhere/redis.sock")
    answer = bench.app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.get_json() == {"database": True, "redis": False, "workers": False, "tick": True}


def test_the_database_away_is_named_and_nothing_raises(
    bench: Bench, workers: dict[str, QueueWorker], monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.errors import StoreBusyError

    def away(*_args: object) -> None:
        raise StoreBusyError("the database is busy or away")

    monkeypatch.setattr(bench.house.engine.store, "read", away)
    answer = bench.app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.get_json() == {"database": False, "redis": True, "workers": True, "tick": False}
