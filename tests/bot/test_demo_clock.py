"""`/demo/clock` and the clock it moves: from this machine, forward, within the calendar, with the sandbox only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from bot.app import create_app
from bot.clocks import FURTHEST, DemoClock, moved
from bot.doors.demo import demo
from bot.settings import Settings
from bot.wiring import House
from engine import Cipher, Engine
from engine.clock import SystemClock
from engine.ids import Ids
from tests.bot.bench import Bench

DAY = 24 * 3600 * 1000


@pytest.fixture
def clock() -> DemoClock:
    return DemoClock()


@pytest.fixture
def engine(database_url: str, clock: DemoClock) -> Iterator[Engine]:
    made = Engine(database_url, clock=clock, ids=Ids(), cipher=Cipher((b"x" * 32,)))
    clock.follow(made.leases.offset)
    yield made
    made.store.close()


@pytest.fixture
def app(engine: Engine, clock: DemoClock) -> Flask:
    made = Flask("test")
    made.register_blueprint(demo(engine, clock))
    return made


def move(app: Flask, body: Any) -> Any:
    return app.test_client().post("/demo/clock", json=body)


def test_it_tells_and_moves_the_offset(app: Flask, clock: DemoClock) -> None:
    assert app.test_client().get("/demo/clock").get_json()["offset_ms"] == 0
    assert move(app, {"add_ms": 8 * DAY}).get_json()["offset_ms"] == 8 * DAY
    assert move(app, {"add_ms": 1}).get_json()["offset_ms"] == 8 * DAY + 1
    assert app.test_client().get("/demo/clock").get_json()["offset_ms"] == 8 * DAY + 1
    ahead = clock.now() - SystemClock().now()
    assert timedelta(days=8) <= ahead < timedelta(days=8, minutes=1)


def test_another_process_sees_the_move_within_a_moment(
    app: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = 10.0
    monkeypatch.setattr("bot.clocks.time.monotonic", lambda: seconds)
    other = DemoClock()
    other.follow(engine.leases.offset)
    other.now()
    move(app, {"add_ms": 8 * DAY})
    seconds += 0.3
    assert other.now() - SystemClock().now() > timedelta(days=7)


@pytest.mark.parametrize(
    "body",
    [{}, {"add_ms": -1}, {"add_ms": "5"}, {"add_ms": 1.5}, {"add_ms": True}, {"add_ms": None}, [], 7, "add_ms",
     {"add_ms": 10**30}, {"add_ms": FURTHEST // timedelta(milliseconds=1) + 1}],
)  # fmt: skip
def test_anything_but_whole_milliseconds_forward_is_refused(app: Flask, body: Any) -> None:
    assert move(app, body).status_code == 422
    assert app.test_client().get("/demo/clock").get_json()["offset_ms"] == 0


@pytest.mark.parametrize("data", [b"", b"{", b"\xff"])
def test_what_is_no_json_is_refused(app: Flask, data: bytes) -> None:
    answer = app.test_client().post("/demo/clock", data=data, content_type="application/json")
    assert answer.status_code == 422


def test_another_sites_page_cannot_move_it_with_a_plain_form(app: Flask) -> None:
    answer = app.test_client().post("/demo/clock", data='{"add_ms": 5}', content_type="text/plain")
    assert answer.status_code == 422


def test_many_small_moves_do_not_lead_past_the_calendars_end(app: Flask, clock: DemoClock) -> None:
    furthest = FURTHEST // timedelta(milliseconds=1)
    assert move(app, {"add_ms": furthest - 5}).status_code == 200
    assert move(app, {"add_ms": 6}).status_code == 422
    assert move(app, {"add_ms": 5}).status_code == 200
    assert clock.now() > SystemClock().now()


def test_the_limit_holds_for_the_command_line_too(engine: Engine) -> None:
    assert moved(engine, timedelta(days=8)) == timedelta(days=8)
    assert moved(engine, FURTHEST) is None
    assert engine.leases.offset() == timedelta(days=8)


@pytest.mark.parametrize("address", ["10.0.0.1", "192.168.1.9", "203.0.113.5", "::2"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_from_elsewhere_there_is_no_such_door(app: Flask, address: str, method: str) -> None:
    answer = app.test_client().open(
        "/demo/clock", method=method, json={"add_ms": 1}, environ_base={"REMOTE_ADDR": address}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_from_this_machine_it_opens(app: Flask, address: str) -> None:
    answer = app.test_client().get("/demo/clock", environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 200


def test_without_an_address_it_stays_shut(app: Flask) -> None:
    assert app.test_client().get("/demo/clock", environ_base={"REMOTE_ADDR": ""}).status_code == 404


def test_with_the_real_wechat_there_is_no_such_door(bench: Bench) -> None:
    given = bench.house.settings.model_dump() | {"wechat_api_base": "https://api.weixin.qq.com"}
    house = House(Settings.model_validate(given | {"public_url": "https://bot.example.com"}))
    client = create_app(house).test_client()
    try:
        assert client.get("/demo/clock").status_code == 404
        assert client.post("/demo/clock", json={"add_ms": 1}).status_code == 404
    finally:
        house.engine.store.close()


def test_with_the_sandbox_there_is_one(bench: Bench) -> None:
    house = House(bench.house.settings)
    try:
        assert create_app(house).test_client().get("/demo/clock").status_code == 200
    finally:
        house.engine.store.close()
