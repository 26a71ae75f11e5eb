"""create_app(): the doors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from flask import Flask
from rq import worker_registration
from rq.utils import as_text

from bot.bell import JOB_SECONDS
from bot.clocks import DemoClock
from bot.doors.callback import callback
from bot.doors.demo import demo
from bot.doors.health import Check, health
from bot.doors.links import links_door
from bot.doors.orders import orders_door
from bot.doors.prices import prices_door
from bot.settings import SettingsError, load
from bot.tick import NAME as TICK
from bot.wiring import QUEUES, House, start_logging
from bot.worker import IDLE_BEAT
from engine.clock import SystemClock
from engine.store.actors import FEED

SILENT_WORKER = timedelta(seconds=JOB_SECONDS + 2 * IDLE_BEAT)
"""A worker beats when it waits and when it begins a job, not in between."""


def create_app(house: House | None = None) -> Flask:
    """The web process. Raises SettingsError, with every mistake, when it cannot start."""
    if house is None:
        start_logging()
        house = House(load())
    if not house.engine.is_of_our_key(house.shop):
        house.engine.store.close()
        raise SettingsError(
            "DATA_KEY: the database was written with another one; nobody would be known again"
        )
    app = Flask("bot")
    # Else // is answered by a redirect to whatever host the caller named.
    app.url_map.merge_slashes = False
    rejections: Counter[str] = Counter()
    app.extensions["rejections"] = rejections
    app.register_blueprint(callback(house.codec, house.deliveries, house.dispatch, SystemClock(), rejections))
    app.register_blueprint(orders_door(house.settings.webhook_secrets, house.feed, house.shop))
    app.register_blueprint(
        prices_door(house.settings.webhook_secrets, lambda: house.desk(FEED).quotes, house.shop)
    )
    app.register_blueprint(links_door(house.links))
    app.register_blueprint(health(checks(house)))
    if isinstance(house.clock, DemoClock):
        app.register_blueprint(demo(house.engine, house.clock))
    return app


def checks(house: House) -> Mapping[str, Check]:
    """What must be well."""
    return {
        "database": lambda: bool(house.engine.leases.offset() is not None),
        "redis": lambda: bool(house.redis.ping()),
        "workers": lambda: all_queues_heard(house),
        "tick": lambda: house.engine.leases.alive(TICK),
    }


def all_queues_heard(house: House) -> bool:
    """Does a living worker listen on every queue?"""
    heard: set[str] = set()
    # Not with rq's Worker.all: each worker that it makes sets the time-out of the Redis client it is given
    # to minutes, and this one is what people's messages wait for.
    for key in worker_registration.get_keys(connection=house.redis):
        beat, queues = house.redis.hmget(key, ["last_heartbeat", "queues"])
        if beat and queues and datetime.now(UTC) - datetime.fromisoformat(as_text(beat)) < SILENT_WORKER:
            heard.update(as_text(queues).split(","))
    return heard >= set(QUEUES)
