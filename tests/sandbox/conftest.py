"""A bot to be pushed at, a clock to be moved, and a sandbox between them."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from flask import Flask, Response, request

from bot.sandbox import Config, create_app, serve
from bot.sandbox.crypto import Cipher, Seal, sign
from bot.sandbox.xmls import read_flat, write

APP_ID = "wxb11529c136998cb6"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TOKEN = "pamtest"
ORDER_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
START = 1_795_233_600.0


class FakeBot:
    """Answers pushes with whatever a test hands it, and keeps what it got."""

    def __init__(self) -> None:
        self.seal = Seal(TOKEN, Cipher(AES_KEY, APP_ID), "")
        self.pushes: list[dict[str, str]] = []
        self.queries: list[dict[str, str]] = []
        self.orders: list[tuple[dict[str, str], bytes]] = []
        self.answer: Callable[[dict[str, str]], Any] = lambda fields: "success"
        self.order_answer: tuple[str, int] = ('{"ok": true}', 200)
        self.price_answer: tuple[str, int] | None = None
        """None: a fifth less."""
        self.questions: list[tuple[dict[str, str], bytes]] = []
        self.offset_ms = 0
        self.lock = threading.Lock()
        self.app = Flask("fake-bot")
        self.app.add_url_rule("/wechat", "wechat", self._push, methods=["POST"])
        self.app.add_url_rule("/orders/events", "orders", self._order, methods=["POST"])
        self.app.add_url_rule("/prices", "prices", self._price, methods=["POST"])
        self.app.add_url_rule("/demo/clock", "clock", self._clock, methods=["GET", "POST"])

    def reply(self, push: dict[str, str], msg_type: str = "text", **fields: Any) -> bytes:
        """An encrypted passive reply to a push."""
        head = {"ToUserName": push["FromUserName"], "FromUserName": push["ToUserName"], "CreateTime": 1}
        return self.sealed(write({**head, "MsgType": msg_type, **fields}))

    def sealed(self, xml: str) -> bytes:
        """Any XML in the envelope of a passive reply."""
        encrypted = self.seal.cipher.encrypt(xml.encode())
        envelope = {
            "Encrypt": encrypted,
            "MsgSignature": sign(TOKEN, "1", "2", encrypted),
            "TimeStamp": 1,
            "Nonce": "2",
        }
        return write(envelope).encode()

    def _push(self) -> Response:
        outer = read_flat(request.get_data())
        args = request.args
        wanted = sign(TOKEN, args["timestamp"], args["nonce"], outer["Encrypt"])
        assert args["msg_signature"] == wanted
        assert args["signature"] == sign(TOKEN, args["timestamp"], args["nonce"])
        fields = read_flat(self.seal.cipher.decrypt(outer["Encrypt"]))
        with self.lock:
            self.pushes.append(fields)
            self.queries.append(dict(args))
        answer = self.answer(fields)
        return answer if isinstance(answer, Response) else Response(answer)

    def _order(self) -> tuple[str, int]:
        self.orders.append((dict(request.headers), request.get_data()))
        return self.order_answer

    def _price(self) -> tuple[Any, int]:
        self.questions.append((dict(request.headers), request.get_data()))
        if self.price_answer:
            return self.price_answer
        lines = [
            {
                **line,
                "price": line["amount"] * 4 // 5,
                "level1_discount": line["amount"] - line["amount"] * 4 // 5,
            }
            for line in request.get_json()["lines"]
        ]
        saved = sum(line["level1_discount"] for line in lines)
        return {"basis": "self_purchase", "level1_discount": saved, "lines": lines}, 200

    def _clock(self) -> dict[str, Any]:
        if request.method == "POST":
            self.offset_ms += request.get_json()["add_ms"]
        return {"offset_ms": self.offset_ms, "now": "2026-11-21T12:00:00+08:00"}


class Sandbox:
    """A running sandbox, spoken to over HTTP as the bot and the page do."""

    def __init__(self, base: str, stage: Any, move: Callable[[float], None]) -> None:
        self.base = base
        self.stage = stage
        self.move = move
        self._token = ""

    def control(self, path: str, /, method: str = "POST", **sent: Any) -> Any:
        """A call of the control API that must work."""
        answer = self.ask(path, method, **sent)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, path: str, /, method: str = "POST", **sent: Any) -> requests.Response:
        """A call of the control API."""
        files = sent.pop("files", None)
        body = {"files": files, "data": sent} if files else {"json": sent}
        return requests.request(method, f"{self.base}/sandbox/api/{path}", timeout=20, **body)

    def get(self, path: str) -> Any:
        """Read from the control API."""
        return requests.get(f"{self.base}/sandbox/api/{path}", timeout=20).json()

    def person(self, name: str = "carol", follow: bool = True, **more: Any) -> str:
        """A new person's openid."""
        openid: str = self.control("people", name=name, **more)["openid"]
        if follow:
            self.control(f"people/{openid}/follow")
        return openid

    def token(self) -> str:
        """A token that opens the API."""
        self._token = self._token or self.new_token()
        return self._token

    def new_token(self) -> str:
        """What stable_token gives now."""
        sent = {"grant_type": "client_credential", "appid": APP_ID, "secret": "s3cret"}
        answer = requests.post(f"{self.base}/cgi-bin/stable_token", json=sent, timeout=20).json()
        token: str = answer["access_token"]
        return token

    def call(self, path: str, body: Any = None, token: str | None = None, **query: Any) -> Any:
        """One call of WeChat's API; a body makes it a POST."""
        params = {"access_token": self.token() if token is None else token, **query}
        url = f"{self.base}/cgi-bin/{path}"
        if body is None:
            return requests.get(url, params=params, timeout=20).json()
        # UTF-8 as it is: WeChat makes no menu of JSON with escapes in it.
        sent = json.dumps(body, ensure_ascii=False).encode()
        return requests.post(url, params=params, data=sent, timeout=20).json()

    def upload(self, data: bytes, name: str = "p.png", kind: str = "image") -> Any:
        """Upload temporary media as a bot does."""
        return requests.post(
            f"{self.base}/cgi-bin/media/upload",
            params={"access_token": self.token(), "type": kind},
            files={"media": (name, data)},
            timeout=20,
        ).json()

    def say(self, openid: str, text: str) -> Any:
        """A customer-service text."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        return self.call("message/custom/send", body)

    def chat(self, openid: str) -> Any:
        """The whole chat."""
        return self.get(f"people/{openid}/chat")["messages"]


@pytest.fixture
def bot() -> FakeBot:
    return FakeBot()


@pytest.fixture
def bot_url(bot: FakeBot) -> Iterator[str]:
    base, shutdown = serve(bot.app)
    yield base
    shutdown()


def settings(bot_url: str, **more: Any) -> Config:
    """A configuration whose pushes are a little impatient, so that the test of a slow bot is quick."""
    return Config(
        app_id=APP_ID,
        app_secret="s3cret",
        token=TOKEN,
        aes_key=AES_KEY,
        bot_url=bot_url,
        order_secret=ORDER_SECRET,
        **{"push_timeout": 4.0, "retry_pause": 0.0, **more},
    )


@pytest.fixture
def sandbox(bot_url: str) -> Iterator[Sandbox]:
    moment = [START]

    def move(seconds: float) -> None:
        moment[0] += seconds

    app = create_app(settings(bot_url), clock=lambda: moment[0])
    base, shutdown = serve(app)
    yield Sandbox(base, app.extensions["sandbox"], move)
    shutdown()


@pytest.fixture
def make_config() -> Callable[..., Config]:
    return settings


@pytest.fixture
def until() -> Callable[[Callable[[], Any]], Any]:
    """Waits for something to become true."""

    def wait(check: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + 60
        while not (found := check()):
            assert time.monotonic() < deadline, "it never happened"
            time.sleep(0.01)
        return found

    return wait
