"""A shop that runs: its Redis, its database and the environment in which our web server finds both."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.account import AES_KEY, APP_ID, TOKEN
from bot import embedded
from bot.seed import seed
from bot.settings import Settings
from bot.wiring import House
from engine import FEED, Desk, someone
from engine.clock import SystemClock
from engine.money import ZERO, Money
from engine.orders.events import Buyer, Heard, Sold
from engine.orders.facts import Line, Paid, Payment
from engine.people.authority import Role
from engine.programme.recruiting import digest_of
from engine.store.base import open_database
from engine.store.setup import upgrade


@dataclass(frozen=True, slots=True)
class Shop:
    """The house, and how another process gets into it."""

    house: House
    environment: dict[str, str]


@contextmanager
def running_shop(promoters: list[str]) -> Iterator[Shop]:
    """A seeded shop with these openids as promoters, each of whom sold something; gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        redis, address = embedded.start(Path(folder) / "redis")
        settings = _settings(Path(folder), address)
        database = open_database(settings.database_url)
        upgrade(database)
        database.dispose()
        house = House(settings)
        try:
            seed(house.operator)
            _people(house, promoters)
            given = settings.model_dump()
            yield Shop(house, {name.upper(): str(value) for name, value in given.items() if value})
        finally:
            house.engine.store.close()
            redis.terminate()
            redis.wait()


def _settings(folder: Path, redis: str) -> Settings:
    return Settings(
        wechat_app_id=APP_ID,
        wechat_app_secret="bench",  # noqa: S106
        wechat_token=TOKEN,
        wechat_aes_key=AES_KEY,
        wechat_api_base="http://127.0.0.1:9",
        public_url="http://127.0.0.1:1",
        database_url=f"sqlite:///{folder}/shop.db",
        redis_url=redis,
        order_webhook_secret="whsec_" + base64.b64encode(b"b" * 24).decode(),
        data_key=base64.b64encode(b"d" * 32).decode(),
        data_dir=folder,
    )


def _people(house: House, openids: list[str]) -> None:
    _by(house, "o_owner", "enrol").enrolling.enrol(house.operator().enrolling.invite(Role.OWNER).token)
    for openid in openids:
        agreement = digest_of(_by(house, openid, "look").settings.now().agreement)
        applied = _by(house, openid, "apply").recruiting.apply("推广员", "13800138000", agreement)
        if applied.promoter is None:
            _by(house, "o_owner", f"approve-{openid}").recruiting.approve(applied.application)
        code = _by(house, openid, "code").promoters.mine().code
        line = Line(1, "SKU1", "护手霜", None, 1, Money(10_000))
        paid = Paid(SystemClock().now(), Payment.WECHAT, (line,), ZERO)
        sold = Sold(paid, Buyer(f"{openid}_buyer"), code)
        house.engine.at(house.shop, FEED, f"sold-{openid}").orders.hear(Heard("shop", openid, sold))


def _by(house: House, openid: str, what: str) -> Desk:
    person = house.engine.meet(house.shop, openid).person
    return house.engine.at(house.shop, someone(person), f"bench-{openid}-{what}")
