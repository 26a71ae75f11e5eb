"""The one place where objects are built; nothing happens at import."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from functools import cached_property

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from bot.bell import RqBell
from bot.clocks import DemoClock
from bot.codec import Codec
from bot.deliveries import Deliveries
from bot.dispatch import Dispatch
from bot.doors.links import Parts
from bot.gallery import Gallery
from bot.lines import OneLine
from bot.pace import Pace
from bot.redis import connect
from bot.settings import Settings
from bot.shelf import Shelf, drawn_by
from bot.wechat.cards import Cards
from bot.wechat.client import WeChat
from bot.wechat.oauth import OAuth
from bot.wechat.quotas import Quotas
from bot.wechat.windows import Windows
from engine import Desk, Engine
from engine.cipher import Cipher
from engine.clock import Clock, SystemClock
from engine.ids import Ids, ShopId
from engine.store.actors import FEED, OPERATOR, SYSTEM, Actor

PREFIX = "promoter:"
QUEUES = ("messages", "pictures")


@dataclass(frozen=True)
class House:
    """All parts of the process, each built at first use."""

    settings: Settings

    @cached_property
    def clock(self) -> Clock:
        """The machine's clock; on the sandbox one that can be moved."""
        return DemoClock() if self.settings.on_sandbox else SystemClock()

    @cached_property
    def engine(self) -> Engine:
        engine = Engine(
            self.settings.database,
            clock=self.clock,
            ids=Ids(),
            cipher=Cipher.read(self.settings.data_key),
            bell=RqBell(self.queues),
        )
        if isinstance(self.clock, DemoClock):
            self.clock.follow(engine.leases.offset)
        return engine

    @cached_property
    def shop(self) -> ShopId:
        """The account's shop, made at the very first start."""
        return self.engine.open_shop(self.settings.wechat_app_id, self.settings.shop_name)

    @cached_property
    def redis(self) -> Redis:
        """For what a person waits for: no call takes longer than 200 ms."""
        return connect(self.settings.redis_url)

    @cached_property
    def patient_redis(self) -> Redis:
        """For workers, who may wait for Redis."""
        client: Redis = Redis.from_url(self.settings.redis_url)
        return client

    @cached_property
    def queues(self) -> dict[str, Queue]:
        return {name: Queue(name, connection=self.redis, serializer=JSONSerializer) for name in QUEUES}

    @cached_property
    def codec(self) -> Codec:
        return Codec(
            token=self.settings.wechat_token,
            aes_key=self.settings.wechat_aes_key,
            previous_aes_key=self.settings.wechat_aes_key_previous,
            app_id=self.settings.wechat_app_id,
        )

    @cached_property
    def deliveries(self) -> Deliveries:
        return Deliveries(
            self.redis,
            prefix=PREFIX,
            opens=lambda message: self.windows.opening(message, self.clock.now()),
            cipher=self.engine.store.cipher,
        )

    @cached_property
    def windows(self) -> Windows:
        return Windows(self.redis, prefix=PREFIX)

    @cached_property
    def shelf(self) -> Shelf:
        return Shelf(
            self.redis,
            prefix=PREFIX,
            clock=self.clock,
            drawn_by=drawn_by(self.settings.poster_font),
        )

    @cached_property
    def dispatch(self) -> Dispatch:
        return Dispatch(self.engine, self.shop, self.shelf, self.windows, self.settings.public_url)

    @cached_property
    def wechat(self) -> WeChat:
        return WeChat(
            app_id=self.settings.wechat_app_id,
            secret=self.settings.wechat_app_secret,
            api_base=self.settings.wechat_api_base,
            redis=self.redis,
            prefix=PREFIX,
            now=lambda: self.clock.now().timestamp(),
            counted=self.quotas.count,
        )

    @cached_property
    def quotas(self) -> Quotas:
        return Quotas(self.redis, prefix=PREFIX, now=self.clock.now)

    @cached_property
    def links(self) -> Parts:
        """What the door of the links is made of."""
        settings = self.settings
        return Parts(
            engine=self.engine,
            shop=self.shop,
            oauth=OAuth(
                app_id=settings.wechat_app_id,
                secret=settings.wechat_app_secret,
                api_base=settings.wechat_api_base,
            ),
            cards=Cards(self.wechat.ticket, self.redis, app_id=settings.wechat_app_id, prefix=PREFIX),
            gallery=self.gallery,
            pace=Pace(self.redis, prefix=PREFIX),
            clock=SystemClock(),
            home=settings.public_url,
            shop_url=settings.shop_url_template,
            verifications=self._verification,
        )

    def _verification(self, name: str) -> str | None:
        path = self.settings.data_dir / name
        return path.read_text(encoding="ascii", errors="replace")[:200] if path.is_file() else None

    @cached_property
    def gallery(self) -> Gallery:
        return Gallery(self.settings.data_dir / "pictures")

    def desk(self, actor: Actor, reference: str = "") -> Desk:
        """A desk for one delivery, or for one call of the operator's or the tick's."""
        return self.engine.at(self.shop, actor, reference or f"{actor}:{secrets.token_hex(12)}")

    def feed(self, reference: str) -> Desk:
        """The order feed's desk; the reference of an event is kept keyed, as its content is."""
        return self.desk(FEED, f"feed:{self.engine.store.cipher.digest('event', reference)}")

    def operator(self) -> Desk:
        """The command line's desk."""
        return self.desk(OPERATOR)

    def operator_at(self, reference: str) -> Desk:
        """The command line's desk for something that is to be done once, however often it is run."""
        return self.desk(OPERATOR, reference)

    def system(self) -> Desk:
        """The tick's desk."""
        return self.desk(SYSTEM)


def start_logging() -> None:
    """One line per event, to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("rq").setLevel(logging.WARNING)
