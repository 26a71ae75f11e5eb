"""The world of the stories: who texts what, and what he gets to see."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import requests
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from rq.timeouts import TimerDeathPenalty

from bot import jobs
from bot.app import create_app
from bot.sandbox import Config, serve
from bot.sandbox import create_app as create_sandbox
from bot.seed import seed
from bot.settings import Settings
from bot.tick import Tick
from bot.wiring import QUEUES, House

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""A Monday, 10:00 in Beijing."""

LINK = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=(.*?)&msgmenuid=\d+">(.*?)</a>')


class StandingClock:
    """Moves only when told."""

    def __init__(self) -> None:
        self.instant = START

    def now(self) -> datetime:
        return self.instant


class StoryHouse(House):
    """The house with the story's clock."""

    held = StandingClock()

    @cached_property
    def clock(self) -> StandingClock:  # type: ignore[override]
        return self.held


class StoryWorker(SimpleWorker):
    """A worker that may run in any thread of the test."""

    death_penalty_class = TimerDeathPenalty


@dataclass
class Person:
    """Somebody with a phone."""

    world: World
    name: str
    openid: str
    read: int = 0
    heard: list[dict[str, Any]] = field(default_factory=list)

    def says(self, text: str, **options: Any) -> str:
        """Text the account; gives the answer's text."""
        return self._does("text", content=text, **options)

    def taps(self, label: str) -> str:
        """Tap the newest line that reads so, wherever it stands in the chat."""
        for message in reversed(self.chat()):
            for content, shown in LINK.findall(message.get("text") or ""):
                if shown == label:
                    return self._does("tap", content=content, id="1")
        raise AssertionError(f"{self.name} sees no line {label!r} to tap")

    def clicks(self, key: str) -> str:
        """Choose an entry of the menu bar."""
        return self._does("click", key=key)

    def scans(self, scene: str, **options: Any) -> str:
        """Scan a QR code with this scene; a stranger follows by it."""
        return self._does("scan", scene=scene, **options)

    def scans_picture(self, media: str) -> str:
        """Scan the QR that is really on a picture seen in a chat."""
        return self._does("scan", picture=media)

    def follows(self) -> str:
        return self._does("follow")

    def unfollows(self) -> str:
        return self._does("unfollow")

    def chat(self) -> list[dict[str, Any]]:
        """Everything in his chat."""
        return list(self.world.get(f"people/{self.openid}/chat")["messages"])

    def news(self) -> list[dict[str, Any]]:
        """What the account sent since he last looked."""
        fresh = [one for one in self.chat() if one["id"] > self.read and one["from"] != "me"]
        self.read = max([self.read, *(one["id"] for one in self.chat())])
        return fresh

    def told(self) -> str:
        """All texts of the news, tags taken out."""
        return "\n".join(visible(one.get("text") or "") for one in self.news())

    def pictures(self) -> list[dict[str, Any]]:
        """All pictures that he was sent."""
        return [one for one in self.chat() if one["from"] == "bot" and one["type"] == "image"]

    def menu(self) -> list[str]:
        """The words of the menu that he sees."""
        found = self.world.get(f"people/{self.openid}/menu")["button"]
        below = [entry["name"] for top in found for entry in top.get("sub_button") or []]
        return below + [top["name"] for top in found if not top.get("sub_button")]

    def _does(self, move: str, **body: Any) -> str:
        answer = self.world.post(f"people/{self.openid}/{move}", **body)
        assert not answer.get("problem"), answer
        gained = [one for one in answer["messages"] if one["from"] != "me"]
        return "\n".join(visible(one.get("text") or "") for one in gained)


class World:
    """The bot, its workers, the sandbox and the clock."""

    def __init__(self, database_url: str, redis_url: str, folder: Path) -> None:
        self.clock = StandingClock()
        self.secret = "whsec_" + base64.b64encode(b"the shop and we know this").decode()
        keys = {
            "app_id": "wxstory000000000",
            "app_secret": "a-secret-of-the-story",
            "token": "storytoken",
            "aes_key": base64.b64encode(b"k" * 32).decode()[:43],
        }
        config = Config(**keys, order_secret=self.secret, data_dir=None, push_timeout=5, retry_pause=0.01)
        self._sandbox = create_sandbox(
            config, clock=lambda: self.clock.now().timestamp(), transport=self._carry
        )
        self._address, self._shut_down = serve(self._sandbox)
        settings = Settings(
            wechat_app_id=keys["app_id"],
            wechat_app_secret=keys["app_secret"],
            wechat_token=keys["token"],
            wechat_aes_key=keys["aes_key"],
            wechat_api_base=self._address,
            public_url="http://127.0.0.1:1",
            database_url=database_url,
            redis_url=redis_url,
            order_webhook_secret=self.secret,
            data_key=base64.b64encode(b"d" * 32).decode(),
            data_dir=folder,
        )
        self.house = StoryHouse(settings)
        self.house.__dict__["clock"] = self.clock
        self.app = create_app(self.house)
        self._sender = jobs.build_sender(self.house)
        self._tick = Tick(self.house)
        self.people: dict[str, Person] = {}

    def open(self) -> None:
        """Seed the shop, publish the menus, enrol the owner by his one-time QR."""
        seed(self.house.operator)
        self.work()
        from engine.people.authority import Role

        invitation = self.house.operator().enrolling.invite(Role.OWNER)
        self.person("老板").scans(invitation.scene)
        self.work()

    def close(self) -> None:
        self._shut_down()
        self.house.engine.store.close()

    def person(self, name: str) -> Person:
        """Somebody by name; a stranger until he follows."""
        if name not in self.people:
            made = self.post("people", name=name)
            self.people[name] = Person(self, name, made["openid"])
        return self.people[name]

    def work(self) -> None:
        """Let the workers empty their queues, as rq does it, and the tick do a round."""
        self._tick.round()
        jobs_before = jobs.sender
        jobs.sender = lambda: self._sender  # type: ignore[assignment]
        try:
            worker = StoryWorker(list(QUEUES), connection=self.house.patient_redis, serializer=JSONSerializer)
            worker.work(burst=True, with_scheduler=False, logging_level="WARNING")
        finally:
            jobs.sender = jobs_before

    def later(self, **by: float) -> None:
        """Move the clock, and let what is due happen."""
        self.clock.instant += timedelta(**by)
        self.work()

    def set(self, key: str, value: str) -> None:
        """Change a setting as the operator."""
        self.house.operator().settings.set_up(key, value)
        self.work()

    def joins(self, name: str, *, invited_by: str = "") -> Person:
        """Somebody becomes a promoter by his own words and the owner's tap."""
        someone = self.person(name)
        if invited_by:
            someone.scans(f"i:{self.code(invited_by)}")
        else:
            someone.follows()
        self.applies(someone)
        self.person("老板").says("推广员审核")
        tails = LINK.findall(self.person("老板").chat()[-1]["text"])
        self.person("老板")._does("tap", content=tails[-1][0] if len(tails) == 1 else tails[0][0], id="1")
        self.person("老板").taps("通过")
        self.work()
        return someone

    def applies(self, someone: Person) -> None:
        """The application, word by word."""
        someone.says("申请推广员")
        someone.says("同意")
        someone.says(someone.name)
        someone.says("138" + f"{len(self.people):08d}")
        someone.says("确认提交")

    def code(self, name: str) -> str:
        """A promoter's typed code."""
        who = self.house.engine.meet(self.house.shop, self.person(name).openid)
        assert who.promoter
        return self.house.operator().promoters.get(who.promoter).code

    def buys(self, name: str, *lines: Mapping[str, Any], **order: Any) -> dict[str, Any]:
        """An order in the small shop; gives the shop's record of it and the bot's answer."""
        body = {"buyer": self.person(name).openid, "lines": list(lines) or [{"sku": "SKU1"}], **order}
        answer = self.post("shop/orders", **body)
        self.work()
        return answer

    def shop_tells(self, number: str, type_: str, **data: Any) -> dict[str, Any]:
        """The next thing that happens to an order."""
        answer = self.post(f"shop/orders/{number}/events", type=type_, data=data)
        self.work()
        return answer

    def audited(self) -> None:
        """The book balances."""
        found = self.house.operator().reports.audit()
        assert found.findings == ()

    def get(self, path: str) -> dict[str, Any]:
        answer = requests.get(f"{self._address}/sandbox/api/{path}", timeout=60)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = requests.post(f"{self._address}/sandbox/api/{path}", json=body, timeout=60)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def _carry(self, path: str, data: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        answer = self.app.test_client().post(path, data=data, headers=dict(headers))
        return answer.status_code, answer.data


def visible(text: str) -> str:
    """A text as the eye sees it."""
    return re.sub(r"<[^>]+>", "", text)
