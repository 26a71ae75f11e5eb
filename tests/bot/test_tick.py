"""The clock hand: one leads, nothing that is due is forgotten, and an outage does not end it."""

from __future__ import annotations

import os
import threading
from datetime import timedelta

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from bot.gallery import code_name
from bot.redis import connect
from bot.tick import LEASE, NAME, Tick
from bot.wiring import QUEUES
from engine.errors import StoreBusyError
from tests.bot.bench import Bench


def waiting(redis: Redis, queue: str = "messages") -> list[str]:
    """The outbox ids that jobs wait with, as rq keeps them."""
    found = Queue(queue, connection=redis, serializer=JSONSerializer)
    return [job.args[0] for job in found.jobs]


def empty(redis: Redis) -> None:
    for name in QUEUES:
        Queue(name, connection=redis, serializer=JSONSerializer).empty()


def test_one_of_two_leads_and_the_other_takes_over_when_it_dies(bench: Bench) -> None:
    first, second = Tick(bench.house), Tick(bench.house)
    assert first.round()
    assert not second.round()
    bench.clock.instant += LEASE - timedelta(seconds=1)
    assert first.round(), "the leader prolongs its lease"
    bench.clock.instant += LEASE - timedelta(seconds=1)
    assert not second.round()
    bench.clock.instant += timedelta(seconds=2)
    assert second.round()
    assert not first.round()
    assert bench.house.engine.leases.alive(NAME)


def test_who_does_not_lead_rings_for_nothing(bench: Bench, redis: Redis) -> None:
    Tick(bench.house).round()
    empty(redis)
    bench.put("approved", to="老板")
    assert not Tick(bench.house).round()
    assert waiting(redis) == []


def test_a_row_that_nobody_was_rung_for_is_rung_for(bench: Bench, redis: Redis) -> None:
    empty(redis)
    text, picture = bench.put("approved", to="老板"), bench.put("picture", {"what": "poster", "subject": "x"})
    Tick(bench.house).round()
    assert waiting(redis) == [text]
    assert waiting(redis, "pictures") == [picture]


def test_a_lost_job_is_rung_for_again_within_half_a_minute(
    bench: Bench, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = 1000.0
    monkeypatch.setattr("bot.tick.time.monotonic", lambda: seconds)
    row = bench.put("approved", to="老板")
    tick = Tick(bench.house)
    tick.round()
    redis.flushdb()
    rounds = 0
    while not waiting(redis):
        rounds += 1
        seconds += 5
        bench.clock.instant += timedelta(seconds=5)
        assert tick.round()
        assert rounds * 5 <= 25
    assert waiting(redis) == [row]


def test_a_job_that_waits_is_not_rung_for_each_round(bench: Bench, redis: Redis) -> None:
    empty(redis)
    bench.put("approved", to="老板")
    tick = Tick(bench.house)
    for _ in range(4):
        tick.round()
    assert len(waiting(redis)) == 1


def test_a_row_whose_worker_died_is_taken_up_after_its_lease(bench: Bench, redis: Redis) -> None:
    row = bench.put("approved", to="老板")
    post = bench.house.engine.post(bench.house.shop)
    assert post.claim(row)
    empty(redis)
    bench.clock.instant += timedelta(seconds=19)
    Tick(bench.house).round()
    assert waiting(redis) == []
    assert post.claim(row) is None
    bench.clock.instant += timedelta(seconds=21)
    Tick(bench.house).round()
    assert waiting(redis) == [row]
    again = post.claim(row)
    assert again is not None
    assert again.tries == 2


def test_what_is_due_later_is_rung_for_later(bench: Bench, redis: Redis) -> None:
    bench.promoter("王小明")
    bench.fault("/cgi-bin/message/custom/send", errcode=45009)
    row = bench.put("approved", to="王小明")
    bench.deliver(row)
    empty(redis)
    Tick(bench.house).round()
    assert waiting(redis) == []
    bench.clock.instant += timedelta(seconds=30)
    Tick(bench.house).round()
    assert waiting(redis) == [row]


def test_commission_matures_by_the_tick(bench: Bench) -> None:
    bench.promoter("王小明")
    buyer = bench.person("李小红")
    buyer.scans(f"p:{bench.promoter_of('王小明').code}")
    order = bench.buys("李小红", {"sku": "SKU1"})["order"]
    bench.shop_tells(order, "shipped")
    bench.shop_tells(order, "received")
    assert available(bench) == "0.00"
    bench.later(days=6)
    assert available(bench) == "0.00"
    bench.later(days=1, minutes=1)
    assert available(bench) != "0.00"
    bench.audited()


def test_maturing_that_fails_keeps_no_message_from_going_out(
    bench: Bench, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty(redis)
    row = bench.put("approved", to="老板")

    def fails(_room: object) -> int:
        raise StoreBusyError("the database is busy or away")

    monkeypatch.setattr("engine.orders.intake.Orders.mature", fails)
    with pytest.raises(StoreBusyError):
        Tick(bench.house).round()
    assert waiting(redis) == [row]


def test_redis_away_does_not_end_it_and_its_return_is_noticed(
    bench: Bench, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.tick.PERIOD", 0.01)
    monkeypatch.setattr("bot.tick.LEASE", timedelta(seconds=0.05))
    row = bench.put("approved", to="老板")
    there = dict(bench.house.queues)
    nowhere = connect("unix:///nowhere/redis.sock")
    for name in QUEUES:
        bench.house.queues[name] = Queue(name, connection=nowhere, serializer=JSONSerializer)
    stop, rounds = threading.Event(), []
    tick = Tick(bench.house)
    counted = tick.round

    def round_() -> bool:
        rounds.append(1)
        if len(rounds) == 3:
            bench.house.queues.update(there)
        if row in waiting(redis) or len(rounds) > 200:
            stop.set()
        return counted()

    monkeypatch.setattr(tick, "round", round_)
    tick.run(stop)
    assert len(rounds) > 3
    assert row in waiting(redis)


def test_the_database_away_does_not_end_it(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.tick.PERIOD", 0.01)
    stop, rounds = threading.Event(), []

    def away() -> bool:
        rounds.append(1)
        if len(rounds) == 3:
            stop.set()
        raise StoreBusyError("the database is busy or away")

    tick = Tick(bench.house)
    monkeypatch.setattr(tick, "round", away)
    tick.run(stop)
    assert len(rounds) == 3


def test_pictures_that_nobody_wants_go_after_a_day(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seconds = 1000.0
    monkeypatch.setattr("bot.tick.time.monotonic", lambda: seconds)
    gallery, tick = bench.house.gallery, Tick(bench.house)
    live, waits, left, replaced = (gallery.keep(name) for name in (b"live", b"waits", b"left", b"replaced"))
    code = gallery.put(code_name("a page"), b"png")
    bench.desk("老板").backdrops.draft("shop", live)
    bench.desk("老板").backdrops.use("shop")
    bench.desk("老板").backdrops.draft("product", left)
    bench.desk("老板").backdrops.draft("product", replaced)
    bench.desk("老板").backdrops.draft("product", waits)
    folder = gallery.find(live).parent
    half = folder / ".half-written"
    half.write_bytes(b"")
    tick.round()
    assert all(map(gallery.find, (live, waits, left, replaced))), "all of them are of today"
    for path in folder.iterdir():
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 86_401))
    young = gallery.keep(b"young")
    tick.round()
    assert gallery.find(left), "an hour has not passed"
    seconds += 3600
    tick.round()
    assert [gallery.find(name) for name in (left, replaced)] == [None, None]
    assert not half.exists()
    assert all(map(gallery.find, (live, waits, young, code)))
    bench.clock.instant += timedelta(hours=25)
    seconds += 3600
    tick.round()
    assert gallery.find(waits) is None, "nobody said 用"
    assert gallery.find(live)

    def locked(*_arguments: object) -> int:
        raise PermissionError

    monkeypatch.setattr(type(gallery), "sweep", locked)
    seconds += 3600
    assert tick.round(), "a folder that cannot be written does not end the clock hand"
    assert "pictures=unswept error=PermissionError" in caplog.text


def available(bench: Bench) -> str:
    said = bench.person("王小明").says("我的收益")
    line = next(line for line in said.splitlines() if "可提现" in line)
    return line.split("¥")[-1].split()[0].rstrip("，。")
