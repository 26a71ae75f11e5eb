"""The door over HTTP, on a real Redis: every row of the table in docs/house.md."""

from __future__ import annotations

import http.client
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import xmltodict
from flask import Flask
from redis import Redis
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from bot.codec import Codec, ImageOut, Nothing, TextOut
from bot.deliveries import Deliveries
from bot.doors.callback import BODY_LIMIT, SORRY, Answered, callback
from bot.redis import connect
from engine.errors import StoreBusyError
from handlers.types import Kind, Message, Talk
from tests.bot.pushes import APP_ID, KEY, NOW, TOKEN, event, opened, push, real_pushes, signature, text

Answering = Callable[[Message, Talk], Answered]


class StoppedClock:
    def now(self) -> datetime:
        return NOW


class House:
    """The door with what lies behind it played: it answers with what it was told, and remembers."""

    def __init__(self, redis: Redis, answering: Answering | None = None, **how: Any) -> None:
        self.heard: list[Message] = []
        self.talks: list[Talk] = []
        self.rejections: Counter[str] = Counter()
        self.answering: Answering = answering or (
            lambda message, talk: Answered(TextOut(f"收到 {message.text}"))
        )
        codec = Codec(token=TOKEN, aes_key=KEY, app_id=APP_ID)
        deliveries = Deliveries(redis, prefix="t:", **how)
        self.app = Flask(__name__)
        self.app.register_blueprint(
            callback(codec, deliveries, self._answer, StoppedClock(), self.rejections)
        )

    def _answer(self, message: Message, talk: Talk) -> Answered:
        self.heard.append(message)
        self.talks.append(talk)
        return self.answering(message, talk)

    def post(self, body: bytes, query: dict[str, str], **headers: str) -> TestResponse:
        return self.app.test_client().post("/wechat", query_string=query, data=body, headers=headers)

    def push(self, xml: str | bytes) -> TestResponse:
        return self.post(*push(xml))


@pytest.fixture
def house(redis: Redis) -> House:
    return House(redis)


def is_empty(response: TestResponse, status: int = 200) -> bool:
    return (response.status_code, response.data) == (status, b"")


class TestAnswers:
    def test_a_message_gets_an_encrypted_reply(self, house: House) -> None:
        response = house.push(text("帮助"))
        assert response.status_code == 200
        assert response.content_type == "text/xml; charset=utf-8"
        assert "收到".encode() not in response.data
        fields = opened(response.data)
        assert (fields["ToUserName"], fields["FromUserName"]) == ("oAlice", "gh_1")
        assert fields["Content"] == "收到 帮助"

    def test_a_picture_and_nothing(self, house: House) -> None:
        house.answering = lambda message, talk: Answered(ImageOut("m1") if message.text == "1" else Nothing())
        assert opened(house.push(text("1")).data)["Image"] == {"MediaId": "m1"}
        assert is_empty(house.push(text("2")))

    def test_the_talk_goes_from_message_to_message(self, house: House) -> None:
        house.answering = lambda message, talk: Answered(
            Nothing(), Talk(message.text) if message.text else None
        )
        for said in ("amount", "account", "", "x"):
            house.push(text(said))
        assert [talk.state for talk in house.talks] == ["", "amount", "account", ""]

    def test_a_retry_gets_the_same_bytes_and_nothing_runs_twice(self, house: House) -> None:
        first = house.push(text("帮助"))
        again = house.post(*push(text("帮助"), at=NOW + timedelta(seconds=5), nonce="2"))
        assert first.data
        assert again.data == first.data
        assert len(house.heard) == 1

    def test_what_comes_after_the_answer_comes_once_and_when_the_answer_is_kept(self, house: House) -> None:
        """A process that dies in between has shown nothing that its retry does not show again."""
        kept: list[bytes] = []

        def then() -> None:
            kept.append(house.post(*push(text("帮助"), nonce="2")).data)

        house.answering = lambda message, talk: Answered(TextOut("好"), then=then)
        first = house.push(text("帮助"))
        assert kept == [first.data]
        assert opened(first.data)["Content"] == "好"

    def test_the_answer_stands_whatever_comes_after_it(
        self, house: House, caplog: pytest.LogCaptureFixture
    ) -> None:
        def then() -> None:
            raise StoreBusyError("locked 13800138000")

        house.answering = lambda message, talk: Answered(TextOut("好"), then=then)
        assert opened(house.push(text("帮助")).data)["Content"] == "好"
        assert "event=after" in caplog.text
        assert "138" not in caplog.text

    def test_three_deliveries_at_once(self, house: House) -> None:
        ready = threading.Barrier(3)

        def slowly(message: Message, talk: Talk) -> Answered:
            time.sleep(0.2)
            return Answered(TextOut("好"))

        def deliver(_: int) -> bytes:
            ready.wait()
            return bytes(house.push(text("帮助")).data)

        house.answering = slowly
        with ThreadPoolExecutor(3) as pool:
            answers = set(pool.map(deliver, range(3)))
        assert len(house.heard) == 1
        assert len(answers) == 1
        assert opened(answers.pop())["Content"] == "好"

    @pytest.mark.parametrize("path", real_pushes(), ids=lambda path: path.stem)
    def test_every_real_push_is_well_answered(self, house: House, path: Path) -> None:
        house.answering = lambda message, talk: Answered(TextOut(f"好 {message.scene}]]>{message.text}"))
        response = house.push(path.read_bytes())
        assert response.status_code == 200
        if house.heard:
            assert opened(response.data)["Content"].startswith("好 ")
        else:
            assert is_empty(response)
            assert house.rejections == {"unused": 1}
        assert bool(house.heard) == _is_ours(path)

    def test_the_address_is_verified(self, house: House) -> None:
        query = {"timestamp": "1", "nonce": "2", "echostr": "<b>804610</b>"}
        query["signature"] = signature(TOKEN, "1", "2")
        client = house.app.test_client()
        response = client.get("/wechat", query_string=query)
        assert response.data == b"<b>804610</b>"
        assert response.content_type == "text/plain; charset=utf-8"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert is_empty(client.get("/wechat", query_string={**query, "signature": "0"}), 403)
        assert is_empty(client.get("/wechat"), 403)


def _is_ours(path: Path) -> bool:
    """Read off the XML with another parser: a kind that the bot uses, from somebody, not encrypted again."""
    fields = xmltodict.parse(path.read_bytes())["xml"]
    if not fields.get("FromUserName") or "Encrypt" in fields:
        return False
    message_type = (fields.get("MsgType") or "").lower()
    if message_type == "event":
        if (fields.get("Event") or "").lower() == "templatesendjobfinish":
            return (fields.get("Status") or "").strip() != "success"
        return (fields.get("Event") or "").lower() in {
            "subscribe", "unsubscribe", "scan", "click",
            "user_authorization_revoke", "user_authorization_cancellation",
        }  # fmt: skip
    return message_type in {"text", "image", "voice", "video", "shortvideo", "location", "link"}


class TestNotLetIn:
    def test_what_wechat_did_not_send(self, house: House) -> None:
        body, query = push(text("批准提现 9"))
        assert is_empty(house.post(text("批准提现 9").encode(), query), 403)
        assert is_empty(house.post(body, {**query, "msg_signature": ""}), 403)
        assert is_empty(house.post(body, {**query, "nonce": "1"}), 403)
        assert is_empty(house.post(*push(text("x"), app_id="wx0000000000000000")), 403)
        assert is_empty(house.post(body[:-30], query), 403)
        assert is_empty(house.post(b"", {}), 403)
        assert house.rejections == {"unencrypted": 3, "unsigned": 1, "forged": 1, "appid": 1}
        assert not house.heard

    def test_replayed_later(self, house: House) -> None:
        assert is_empty(house.post(*push(text("x"), at=NOW - timedelta(minutes=6))))
        assert is_empty(house.post(*push(text("x"), at=NOW + timedelta(minutes=6))))
        assert house.rejections == {"stale": 2}
        assert not house.heard

    @pytest.mark.parametrize(
        ("xml", "reason"),
        [
            (b"", "xml"),
            (b"\xff" * 50, "xml"),
            (b'<!DOCTYPE x [<!ENTITY a "1">]><xml><Content>&a;</Content></xml>', "doctype"),
            (b"<xml>" + b"<a>" * 4000, "xml"),
            (event("LOCATION"), "unused"),
            (text("x").replace("</xml>", "<Encrypt>y</Encrypt></xml>"), "unused"),
        ],
    )
    def test_signed_but_of_no_use(self, house: House, xml: str | bytes, reason: str) -> None:
        assert is_empty(house.push(xml))
        assert house.rejections == {reason: 1}
        assert not house.heard

    def test_a_bomb_is_defused(self, house: House) -> None:
        entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 30))
        bomb = f'<!DOCTYPE xml [<!ENTITY e0 "ha">{entities}]><xml><Content>&e29;</Content></xml>'
        started = time.monotonic()
        assert is_empty(house.push(bomb))
        assert time.monotonic() - started < 4.5
        assert house.rejections == {"doctype": 1}

    def test_size(self, house: House) -> None:
        body, query = push(text("帮助"))
        exactly = body.replace(b"<xml>", b"<xml>" + b" " * (BODY_LIMIT - len(body)), 1)
        assert len(exactly) == BODY_LIMIT
        assert house.post(exactly, query).data
        assert is_empty(house.post(exactly + b" ", query), 413)
        assert is_empty(house.post(exactly * 20, query), 413)

    def test_packed_bodies(self, house: House) -> None:
        body, query = push(text("帮助"))
        assert is_empty(house.post(body, query, **{"Content-Encoding": "gzip"}), 415)
        assert house.post(body, query, **{"Content-Encoding": "identity"}).data

    def test_no_flood_in_the_log(self, house: House, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.INFO):
            for _ in range(50):
                house.post(b"", {})
        assert house.rejections["unencrypted"] == 50
        lines = [line for line in caplog.messages if "reason=unencrypted" in line]
        assert 1 <= len(lines) <= 5

    def test_what_is_not_used_is_told_by_its_name(
        self, house: House, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.INFO):
            house.push(event("brand_new\nreason=forged 张三"))
        assert "reason=unused detail=event.brand_newreasonforged " in caplog.text


class TestOverTheWire:
    """Chunked bodies, which only a real server makes."""

    @pytest.fixture
    def port(self, house: House) -> Iterator[int]:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", 0, house.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield int(server.server_port)
        server.shutdown()
        thread.join()
        server.server_close()

    def send(self, port: int, chunks: list[bytes], query: dict[str, str]) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("POST", f"/wechat?{urlencode(query)}", iter(chunks), encode_chunked=True)
            response = connection.getresponse()
            return response.status, response.read()
        except (BrokenPipeError, ConnectionResetError):
            # The server answers and hangs up while we still send.
            return 413, b""
        finally:
            connection.close()

    def test_a_chunked_push_is_read_whole(self, house: House, port: int) -> None:
        body, query = push(text("帮助"))
        chunks = [body[at : at + 100] for at in range(0, len(body), 100)]
        status, answer = self.send(port, chunks, query)
        assert status == 200
        assert opened(answer)["Content"] == "收到 帮助"

    def test_a_chunked_flood_is_not_cut_to_fit(self, house: House, port: int) -> None:
        """A body cut at the limit must not pass for a whole one."""
        body, query = push(text("帮助"))
        chunks = [body, b" " * (BODY_LIMIT - len(body)), b" "]
        assert self.send(port, chunks, query) == (413, b"")
        assert not house.heard


class TestTrouble:
    def test_a_bug_says_sorry_and_is_logged_without_words(
        self, house: House, caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken(message: Message, talk: Talk) -> Answered:
            raise ValueError(f"cannot read {message.text}")

        house.answering = lambda message, talk: Answered(Nothing(), Talk("amount"))
        house.push(text("提现"))
        house.answering = broken
        response = house.push(text("张三 13800000000"))
        assert response.status_code == 200
        assert opened(response.data)["Content"] == SORRY.content
        assert "event=bug" in caplog.text
        assert house.heard[-1].delivery in caplog.text
        assert "error=ValueError at=test_callback.py" in caplog.text
        assert "13800000000" not in caplog.text
        assert "oAlice" not in caplog.text.replace("oAlice…", "")
        # The open question is still open.
        house.push(text("再来"))
        assert house.talks[-1] == Talk("amount")

    def test_the_retry_of_a_bug_says_the_same(self, house: House) -> None:
        house.answering = lambda message, talk: Answered(TextOut(str(1 // len(message.openid[:0]))))
        first = house.push(text("x"))
        assert house.push(text("x")).data == first.data
        assert len(house.heard) == 1

    def test_an_outage_is_left_to_the_retry(self, house: House, caplog: pytest.LogCaptureFixture) -> None:
        def away(message: Message, talk: Talk) -> Answered:
            raise StoreBusyError("locked")

        well = house.answering
        house.answering = away
        assert is_empty(house.push(event("SCAN", "p:ABC")), 503)
        assert "event=outage" in caplog.text
        house.answering = well
        started = time.monotonic()
        assert opened(house.push(event("SCAN", "p:ABC")).data)["Content"] == "收到 "
        assert time.monotonic() - started < 4.5
        assert [message.kind for message in house.heard] == [Kind.SCAN, Kind.SCAN]

    def test_an_answer_that_cannot_be_sent_is_a_bug(self, house: House) -> None:
        house.answering = lambda message, talk: Answered("no reply at all")  # type: ignore[arg-type]
        response = house.push(text("x"))
        assert opened(response.data)["Content"] == SORRY.content

    def test_without_redis_everything_is_answered(self, tmp_path: Path) -> None:
        redis = connect(f"unix://{tmp_path}/none.sock")
        house = House(redis)
        for _ in range(2):
            assert opened(house.push(text("帮助")).data)["Content"] == "收到 帮助"
        assert len(house.heard) == 2
        redis.close()

    def test_without_redis_a_question_says_that_it_cannot_be_kept_open_where_there_is_room(
        self, tmp_path: Path
    ) -> None:
        redis = connect(f"unix://{tmp_path}/none.sock")
        house = House(redis)
        for reply, said in (
            (TextOut("多少？"), "多少？\n\n记不住"),
            (TextOut("多" * 680), "多" * 680),
            (ImageOut("m1"), None),
        ):
            house.answering = lambda message, talk, reply=reply: Answered(
                reply, Talk("withdraw"), unkept="记不住"
            )
            assert opened(house.push(text("提现")).data).get("Content") == said
        redis.close()

    def test_nobody_waits_longer_than_wechat_does(self, redis: Redis) -> None:
        """A hanging first run: its retry has an empty answer within 4.5 s, by the clock that it waits by."""
        runs, hanging = threading.Event(), threading.Event()
        waited: list[float] = []
        house = House(redis, lease=60, sleep=waited.append, monotonic=lambda: sum(waited))

        def hang(message: Message, talk: Talk) -> Answered:
            runs.set()
            hanging.wait(60)
            return Answered(TextOut("好"))

        house.answering = hang
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(house.push, text("x"))
            assert runs.wait(60)
            assert is_empty(house.push(text("x")))
            assert 4 < sum(waited) < 4.5
            hanging.set()
            assert first.result(60).data


def test_the_stopped_clock_is_utc() -> None:
    assert StoppedClock().now().tzinfo is UTC
