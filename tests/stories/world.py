"""The world of the stories: who texts what, and what he gets to see."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from redis import Redis
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from rq.timeouts import TimerDeathPenalty

from bot import jobs
from bot.app import create_app
from bot.redis import connect
from bot.sandbox import Config, serve
from bot.sandbox import create_app as create_sandbox
from bot.seed import seed
from bot.settings import Settings
from bot.tick import Tick
from bot.wiring import QUEUES, House
from engine.people.authority import Role

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""A Monday, 10:00 in Beijing."""

LINK = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=(.*?)&msgmenuid=\d+">(.*?)</a>')
_PURSE = re.compile(r"^(待结算|可提现|提现中|已打款|待追回) (¥[\d.]+)", re.MULTILINE)


class StandingClock:
    """Moves only when told."""

    def __init__(self) -> None:
        self.instant = START

    def now(self) -> datetime:
        return self.instant


class StoryHouse(House):
    """The house with the story's clock, and a Redis that may be slow: a busy machine is no reason for a red test."""

    @cached_property
    def clock(self) -> StandingClock:  # type: ignore[override]
        return StandingClock()

    @cached_property
    def redis(self) -> Redis:
        return connect(self.settings.redis_url, timeout=5)

    def hurries(self) -> None:
        """From now on Redis has as long as in life."""
        pool = self.redis.connection_pool
        pool.connection_kwargs = connect(self.settings.redis_url).connection_pool.connection_kwargs
        pool.reset()


class StoryWorker(SimpleWorker):
    """A worker that may run in any thread of the test, and listens to no orders from outside while it does."""

    death_penalty_class = TimerDeathPenalty

    def subscribe(self) -> None:
        """No thread that a test would have to wait for."""

    def unsubscribe(self) -> None:
        """Nothing was subscribed."""


@dataclass
class Person:
    """Somebody with a phone."""

    world: World
    name: str
    openid: str
    read: int = 0

    def says(self, text: str, **options: Any) -> str:
        """Text the account; gives the answer's text."""
        return self._does("text", content=text, **options)

    def taps(self, label: str, **options: Any) -> str:
        """Tap the newest line that reads so, wherever it stands in the chat."""
        for message in reversed(self.chat()):
            for content, shown in LINK.findall(message.get("text") or ""):
                if shown == label:
                    return self._does("tap", content=content, id="1", **options)
        raise AssertionError(f"{self.name} sees no line {label!r} to tap")

    def taps_code(self) -> str:
        """Tap the newest line that confirms with a one-time code."""
        for message in reversed(self.chat()):
            for content, _ in LINK.findall(message.get("text") or ""):
                if content.startswith("确认 "):
                    return self._does("tap", content=content, id="1")
        raise AssertionError(f"{self.name} was given no code")

    def clicks(self, word: str, **options: Any) -> str:
        """Choose an entry of the menu bar by what stands on it."""
        return self._does("click", name=word, **options)

    def scans(self, scene: str, **options: Any) -> str:
        """Scan a QR code with this scene; a stranger follows by it."""
        return self._does("scan", scene=scene, **options)

    def scans_poster_of(self, name: str, **options: Any) -> str:
        """Scan a promoter's poster."""
        return self.scans(f"p:{self.world.code(name)}", **options)

    def scans_invitation_of(self, name: str) -> str:
        """Scan a promoter's invitation."""
        return self.scans(f"i:{self.world.code(name)}")

    def scans_picture(self, media: str) -> str:
        """Scan the QR that is really on a picture seen in a chat."""
        return self._does("scan", picture=media)

    def follows(self) -> str:
        """Follow by search."""
        return self._does("follow")

    def unfollows(self) -> str:
        """Stop following."""
        return self._does("unfollow")

    def sends_picture(self, data: bytes) -> None:
        """Send a picture to the account."""
        self.world.upload(f"people/{self.openid}/image", image=data)

    def sees(self, media: str) -> bytes:
        """The picture of this media id."""
        return self.world.picture(media)

    def chat(self) -> list[dict[str, Any]]:
        """Everything in his chat."""
        return list(self.world.get(f"people/{self.openid}/chat")["messages"])

    def told(self) -> str:
        """What the account pushed to him unasked since this was last looked at, as he reads it."""
        fresh = [one for one in self.chat() if one["id"] > self.read and one["from"] == "bot"]
        self.read = max([self.read, *(one["id"] for one in fresh)])
        return "\n".join(visible(one["text"]) for one in fresh if one["via"] == "kf" and one["text"])

    def raw(self) -> str:
        """The newest thing that the account said, as it came over the wire."""
        return next(str(one["text"]) for one in reversed(self.chat()) if one["from"] == "bot")

    def pictures(self) -> list[dict[str, Any]]:
        """All pictures that he was sent."""
        return [one for one in self.chat() if one["from"] == "bot" and one["type"] == "image"]

    def menu(self) -> list[str]:
        """The entries of the menu bar that he sees, from left to right."""
        found = self.world.get(f"people/{self.openid}/menu")["button"]
        return [entry["name"] for top in found for entry in top.get("sub_button") or [top]]

    def purse(self) -> dict[str, str]:
        """The accounts of 我的收益 that are not empty."""
        accounts = _PURSE.findall(self.says("我的收益"))
        assert len(accounts) >= 4, "我的收益 shows four accounts"
        return {name: amount for name, amount in accounts if amount != "¥0.00"}

    def opens(self, url: str, **options: Any) -> dict[str, Any]:
        """Open a link in WeChat's browser, through OAuth and all redirects; gives the page where it ends."""
        return dict(self.world.post(f"people/{self.openid}/browse", url=url, **options))

    def pays(self, *lines: Mapping[str, Any], **order: Any) -> str:
        """Buy in the small shop (one hand cream of ¥100.00 unless told otherwise); gives the order's number."""
        return str(self.world.buys(self.name, *lines, **order)["order"])

    def asks_for(self, amount: str, account: str = "", payee: str = "") -> str:
        """提现, to WeChat, step by step; gives the 单号."""
        self.says(f"提现 {amount}")
        self.says("微信")
        self.says(account or "wx_number_1")
        self.says(payee or "王小明")
        return caught(r"单号 (\w{6})", self.says("确认提现"))

    def _does(self, move: str, **body: Any) -> str:
        answer = self.world.post(f"people/{self.openid}/{move}", **body)
        assert not answer.get("problem"), answer
        gained = [one for one in answer["messages"] if one["from"] == "bot" and one["via"] == "passive"]
        return "\n".join(visible(one.get("text") or "") for one in gained)


class World:
    """The bot, its workers, the sandbox and the clock."""

    def __init__(self, database_url: str, redis_url: str, folder: Path) -> None:
        self.secret = "whsec_" + base64.b64encode(b"the shop and we know this").decode()
        keys = {
            "app_id": "wxstory000000000",
            "app_secret": "a-secret-of-the-story",
            "token": "storytoken",
            "aes_key": base64.b64encode(b"k" * 32).decode()[:43],
        }
        config = Config(**keys, order_secret=self.secret, data_dir=None, push_timeout=60, retry_pause=0.01)
        self._sandbox = create_sandbox(
            config, clock=lambda: self.clock.now().timestamp(), transport=self._carry, fetch=self._visit
        )
        address, self._shut_down = serve(self._sandbox)
        settings = Settings(
            wechat_app_id=keys["app_id"],
            wechat_app_secret=keys["app_secret"],
            wechat_token=keys["token"],
            wechat_aes_key=keys["aes_key"],
            wechat_api_base=address,
            public_url="http://127.0.0.1:1",
            shop_url_template="https://shop.example.com/p/?ref={code}&item={sku}",
            database_url=database_url,
            redis_url=redis_url,
            order_webhook_secret=self.secret,
            data_key=base64.b64encode(b"d" * 32).decode(),
            data_dir=folder,
        )
        self.house = StoryHouse(settings)
        self.clock = self.house.clock
        self.app = create_app(self.house)
        self._sender = jobs.build_sender(self.house)
        self._tick = Tick(self.house)
        self.people: dict[str, Person] = {}
        self.redis_child: Any = None
        self.answered: list[bytes] = []
        """What the door answered to each push, byte for byte."""
        self.meanwhile: Callable[[], object] = lambda: None
        """What happens right after each answer."""

    def open(self, *, seeded: bool = True) -> None:
        """Seed the shop, publish the menus, enrol the owner by his one-time QR."""
        if seeded:
            seed(self.house.operator)
        self.work()
        invitation = self.house.operator().enrolling.invite(Role.OWNER)
        self.person("老板").scans(invitation.scene)
        self.work()

    def close(self) -> None:
        """Everything back."""
        self._shut_down()
        self.house.engine.store.close()

    def person(self, name: str) -> Person:
        """Somebody by name; a stranger until he follows."""
        if name not in self.people:
            made = self.post("people", name=name)
            self.people[name] = Person(self, name, made["openid"])
        return self.people[name]

    def follower(self, name: str) -> Person:
        """Somebody who has found the account by himself."""
        someone = self.person(name)
        someone.follows()
        return someone

    def staff(self, name: str, role: str) -> Person:
        """A member of the staff, enrolled as the owner enrols him: 员工二维码, a picture, a scan."""
        owner, someone = self.person("老板"), self.person(name)
        owner.says(f"员工二维码 {role}")
        self.work()
        someone.scans_picture(owner.pictures()[-1]["media"])
        self.work()
        return someone

    def work(self) -> None:
        """A round of the tick, then the workers empty their queues, as rq does it."""
        # It remembers in real seconds what it rang for, and this clock skips days.
        self._tick._rung.clear()
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

    def at(self, moment: str) -> None:
        """Move the clock to a moment in Beijing time: `03-23 10:00` of 2026, or `2027-03-23 10:00`."""
        self.clock.instant = datetime.fromisoformat(full(moment)).astimezone(UTC)
        self.work()

    def set(self, key: str, value: str) -> None:
        """Change a setting as the operator."""
        self.house.operator().settings.set_up(key, value)
        self.work()

    def joins(self, name: str, *, invited_by: str = "") -> Person:
        """Somebody becomes a promoter by his own words and the owner's tap."""
        someone, owner = self.person(name), self.person("老板")
        if invited_by:
            someone.scans_invitation_of(invited_by)
        elif not self.follows(someone):
            someone.follows()
        self.applies(someone)
        owner.says("推广员审核")
        owner.taps(name)
        assert f"已通过 {name}" in owner.taps("通过")
        self.work()
        return someone

    def applies(self, someone: Person, phone: str = "") -> str:
        """The application, word by word."""
        someone.says("申请推广员")
        someone.says("同意")
        someone.says(someone.name)
        someone.says(phone or f"138{len(self.people):08d}")
        return someone.says("确认提交")

    def follows(self, someone: Person) -> bool:
        """Does he follow?"""
        people = self.get("people")["people"]
        return any(one["openid"] == someone.openid and one["following"] for one in people)

    def code(self, name: str) -> str:
        """A promoter's typed code."""
        who = self.house.engine.meet(self.house.shop, self.person(name).openid)
        assert who.promoter
        return self.house.operator().promoters.get(who.promoter).code

    def freezes(self, name: str) -> None:
        """The owner freezes a promoter, with the one-time code."""
        owner = self.person("老板")
        prompt = owner.says(f"冻结 {self.code(name)} 刷单")
        assert "已冻结" in owner.taps(prompt.splitlines()[-2])

    def buys(self, name: str, *lines: Mapping[str, Any], **order: Any) -> dict[str, Any]:
        """An order in the small shop; gives the shop's record of it and the bot's answer."""
        body = {"buyer": self.person(name).openid, "lines": list(lines) or [{"sku": "SKU1"}], **order}
        answer = self.post("shop/orders", **body)
        assert answer["status"] == 200, answer["answer"]
        self.work()
        return answer

    def shop_tells(self, number: str, type_: str, *, at: str = "", **data: Any) -> dict[str, Any]:
        """The next thing that happens to an order: `shipped`, `refunded` …"""
        body = {"type": f"order.{type_}", "data": data, **({"at": full(at)} if at else {})}
        answer = self.post(f"shop/orders/{number}/events", **body)
        assert answer["status"] == 200, answer["answer"]
        self.work()
        return answer

    def settles(self, number: str) -> None:
        """Ship, receive, and let the seven days go by."""
        self.shop_tells(number, "shipped")
        self.shop_tells(number, "received")
        self.later(days=7)

    def audited(self) -> None:
        """The book balances."""
        found = self.house.operator().reports.audit()
        assert found.findings == ()

    def get(self, path: str) -> dict[str, Any]:
        """Ask the sandbox."""
        answer = self._sandbox.test_client().get(f"/sandbox/api/{path}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json)

    def post(self, path: str, /, **body: Any) -> dict[str, Any]:
        """Tell the sandbox."""
        answer = self._sandbox.test_client().post(f"/sandbox/api/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json)

    def upload(self, path: str, /, **files: bytes) -> None:
        """Give the sandbox a file."""
        sent = {name: (BytesIO(data), name) for name, data in files.items()}
        answer = self._sandbox.test_client().post(f"/sandbox/api/{path}", data=sent)
        assert answer.status_code == 200, answer.text

    def picture(self, media: str) -> bytes:
        """What the sandbox keeps under this media id."""
        answer = self._sandbox.test_client().get(f"/sandbox/media/{media}")
        assert answer.status_code == 200, answer.text
        return bytes(answer.data)

    def _visit(
        self, method: str, url: str, form: Any, headers: Mapping[str, str]
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """One page of the bot's, as WeChat's browser asks for it."""
        kept = {**headers, "Host": urlsplit(url).netloc}
        answer = self.app.test_client(use_cookies=False).open(
            url, method=method, data=dict(form or []), headers=kept
        )
        return answer.status_code, list(answer.headers.items()), answer.data

    def _carry(self, path: str, data: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        answer = self.app.test_client().post(path, data=data, headers=dict(headers))
        if path.startswith("/wechat"):
            self.answered.append(answer.data)
            self.meanwhile()
        return answer.status_code, answer.data


def visible(text: str) -> str:
    """A text as the eye sees it."""
    return re.sub(r"<[^>]+>", "", text)


def full(moment: str) -> str:
    """A moment in Beijing time with its year and zone."""
    return f"{'' if len(moment) > 11 else '2026-'}{moment}:00+08:00"


def caught(pattern: str, text: str) -> str:
    """The part of the text that the pattern's group catches."""
    found = re.search(pattern, text)
    assert found, f"{pattern!r} is not in {text!r}"
    return found[1]
