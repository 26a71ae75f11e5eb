"""The client against a small WeChat of the test's own: tokens, time-outs, errors, and no secret in any of them."""

from __future__ import annotations

import json
import logging
import pickle
import secrets
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from redis import Redis

from bot.codec import Pushed
from bot.deliveries import Deliveries, Turn
from bot.redis import connect
from bot.wechat.client import Media, QrTicket, Tag, WeChat
from bot.wechat.errors import ERRORS, Todo, WeChatRefused, WeChatUnreachable, meaning, refused, scrub
from bot.wechat.tokens import Tokens
from bot.wechat.windows import Windows
from handlers.types import Kind, Message
from tests.bot.pushes import NOW

SECRET = "5ecre7f00dba4c0ffee5ecre7f00dba4"
SLOW = 60.0
"""Seconds that no client here waits."""

Answer = dict[str, Any] | bytes | int | float
"""JSON, a raw body, an HTTP status, or seconds of silence."""


class Call:
    """One request that WeChat got."""

    def __init__(self, path: str, query: dict[str, str], body: bytes) -> None:
        self.path = path
        self.query = query
        self.body = body

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Tencent:
    """A WeChat that hands out tokens and answers as the test says."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.calls: list[Call] = []
        self.token_calls: list[Call] = []
        self.good: Callable[[str], bool] = lambda token: True
        self.token_answer: Callable[[int], Answer] = lambda number: {
            "access_token": f"token-{number}",
            "expires_in": 7200,
        }
        self.answers: dict[str, list[Answer]] = {}
        self.lock = threading.Lock()

    def answer(self, call: Call) -> Answer:
        with self.lock:
            if call.path == "/cgi-bin/stable_token":
                self.token_calls.append(call)
                return self.token_answer(len(self.token_calls))
            self.calls.append(call)
            if not self.good(call.query.get("access_token", "")):
                return {"errcode": 40001, "errmsg": "invalid credential, access_token is invalid rid: 1-2-3"}
            waiting = self.answers.get(call.path, [])
            return waiting.pop(0) if waiting else {"errcode": 0, "errmsg": "ok"}

    def wechat(self, redis: Redis | None = None, **how: Any) -> WeChat:
        how.setdefault("sleep", lambda seconds: None)
        return WeChat(app_id="wx1", secret=SECRET, api_base=self.base, redis=redis, **how)


@pytest.fixture
def tencent() -> Iterator[Tencent]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(address.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = played.answer(Call(address.path, query, body))
            if isinstance(answer, float):
                over.wait(answer)
                answer = {}
            raw = answer if isinstance(answer, bytes) else b"<html>busy</html>"
            raw = json.dumps(answer).encode() if isinstance(answer, dict) else raw
            try:
                self.send_response(answer if isinstance(answer, int) else 200)
                self.send_header("Content-Length", str(len(raw)))
                self.send_header("Location", f"{played.base}/elsewhere")
                self.end_headers()
                self.wfile.write(raw)
            except OSError:
                # The client did not wait.
                return

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 64

    with Server(("127.0.0.1", 0), Handler) as server:
        played, over = Tencent(server.server_address[1]), threading.Event()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield played
        over.set()
        server.shutdown()
        thread.join()


class TestCalls:
    def test_words_and_pictures(self, tencent: Tencent) -> None:
        wechat = tencent.wechat()
        wechat.send_text("oAlice", "好" * 1000)
        wechat.send_image("oAlice", "m1")
        words, picture = tencent.calls
        assert words.path == "/cgi-bin/message/custom/send"
        assert words.query == {"access_token": "token-1"}
        assert words.json["touser"] == "oAlice"
        assert len(words.json["text"]["content"].encode()) <= 2048
        # \uxxxx is refused by WeChat: 40033.
        assert "好".encode() in words.body
        assert picture.json == {"touser": "oAlice", "msgtype": "image", "image": {"media_id": "m1"}}

    def test_the_token_is_asked_for_as_documented(self, tencent: Tencent) -> None:
        tencent.wechat().send_text("oAlice", "好")
        assert tencent.token_calls[0].query == {}
        assert tencent.token_calls[0].json == {
            "grant_type": "client_credential",
            "appid": "wx1",
            "secret": SECRET,
            "force_refresh": False,
        }

    def test_a_template_message_carries_its_id(self, tencent: Tencent) -> None:
        path = "/cgi-bin/message/template/send"
        tencent.answers[path] = [{"errcode": 0, "errmsg": "ok", "msgid": 200228332}]
        said = tencent.wechat().send_template("oAlice", "t1", {"amount1": "¥12.30"}, "https://x", "ob_1")
        assert said == "200228332"
        assert tencent.calls[0].json == {
            "touser": "oAlice",
            "template_id": "t1",
            "url": "https://x",
            "client_msg_id": "ob_1",
            "data": {"amount1": {"value": "¥12.30"}},
        }

    def test_an_upload_is_whole_the_second_time_too(self, tencent: Tencent) -> None:
        """wechatpy sent a file object empty when it repeated a call."""
        jpeg = b"\xff\xd8" + b"p" * 5000
        tencent.answers["/cgi-bin/media/upload"] = [
            {"errcode": -1, "errmsg": "system error"},
            {"type": "image", "media_id": "m9", "created_at": 1795262400},
        ]
        assert tencent.wechat().upload_image(jpeg) == Media("m9", 1795262400)
        assert [jpeg in call.body for call in tencent.calls] == [True, True]
        assert tencent.calls[0].query == {"type": "image", "access_token": "token-1"}
        assert b'name="media"; filename="picture.jpg"' in tencent.calls[0].body

    def test_codes_for_a_while_and_for_ever(self, tencent: Tencent) -> None:
        tencent.answers["/cgi-bin/qrcode/create"] = [
            {"ticket": "T1", "expire_seconds": 2592000, "url": "http://weixin.qq.com/q/1"},
            {"ticket": "T2", "url": "http://weixin.qq.com/q/2"},
        ]
        wechat = tencent.wechat()
        assert wechat.create_qr("p:A", seconds=2592000) == QrTicket("T1", "http://weixin.qq.com/q/1", 2592000)
        assert wechat.create_qr("p:A", seconds=None) == QrTicket("T2", "http://weixin.qq.com/q/2", None)
        scene = {"scene": {"scene_str": "p:A"}}
        assert [call.json for call in tencent.calls] == [
            {"action_name": "QR_STR_SCENE", "expire_seconds": 2592000, "action_info": scene},
            {"action_name": "QR_LIMIT_STR_SCENE", "action_info": scene},
        ]

    def test_menus(self, tencent: Tencent) -> None:
        tencent.answers["/cgi-bin/menu/get"] = [
            {"errcode": 46003, "errmsg": "menu no exist"},
            {"menu": {"button": []}},
        ]
        tencent.answers["/cgi-bin/menu/addconditional"] = [{"menuid": 208379533}]
        wechat = tencent.wechat()
        assert wechat.get_menu() is None
        assert wechat.get_menu() == {"menu": {"button": []}}
        wechat.create_menu({"button": [{"name": "我的"}]})
        assert wechat.add_conditional({"button": [], "matchrule": {"tag_id": "2"}}) == "208379533"
        wechat.delete_conditional("208379533")
        wechat.delete_menu()
        assert [call.path.rpartition("/")[2] for call in tencent.calls] == [
            "get",
            "get",
            "create",
            "addconditional",
            "delconditional",
            "delete",
        ]

    def test_tags_and_people(self, tencent: Tencent) -> None:
        tencent.answers = {
            "/cgi-bin/tags/get": [{"tags": [{"id": 2, "name": "星标组", "count": 0}]}],
            "/cgi-bin/tags/create": [{"tag": {"id": 134, "name": "推广员"}}],
            "/cgi-bin/user/info": [{"subscribe": 1, "openid": "oAlice", "qr_scene_str": "p:A"}],
        }
        wechat = tencent.wechat()
        assert wechat.list_tags() == [Tag(2, "星标组")]
        assert wechat.create_tag("推广员") == Tag(134, "推广员")
        wechat.tag("oAlice", 134)
        wechat.untag("oAlice", 134)
        assert wechat.user_info("oAlice")["qr_scene_str"] == "p:A"
        assert tencent.calls[2].json == tencent.calls[3].json == {"tagid": 134, "openid_list": ["oAlice"]}
        assert tencent.calls[4].query["openid"] == "oAlice"


class TestTokens:
    def test_eight_threads_make_one_call(self, tencent: Tencent, redis: Redis) -> None:
        wechat = tencent.wechat(redis)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: wechat.send_text("oAlice", "好"), range(16)))
        assert len(tencent.token_calls) == 1
        assert len(tencent.calls) == 16

    def test_eight_processes_make_one_call(self, tencent: Tencent, redis: Redis) -> None:
        """Clients that share nothing but Redis."""
        clients = [tencent.wechat(redis) for _ in range(8)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda wechat: wechat.send_text("oAlice", "好"), clients))
        assert len(tencent.token_calls) == 1

    def test_without_redis_memory_will_do(self, tencent: Tencent, tmp_path: Path) -> None:
        gone = connect(f"unix://{tmp_path}/none.sock")
        for redis in (None, gone):
            tencent.token_calls.clear()
            wechat = tencent.wechat(redis)
            with ThreadPoolExecutor(8) as pool:
                list(pool.map(lambda _: wechat.send_text("oAlice", "好"), range(8)))  # noqa: B023  done within
            assert len(tencent.token_calls) == 1
        gone.close()

    def test_a_clock_that_jumps_brings_a_new_token_each_time(self, tencent: Tencent, redis: Redis) -> None:
        """A demo moves its clock past a token's life, and again: the minute's two calls are of that clock too."""
        for shared in (redis, None):
            tencent.token_calls.clear()
            moment = [1_795_262_400.0]
            wechat = tencent.wechat(shared, now=lambda: moment[0])  # noqa: B023  done within
            for _ in range(5):
                wechat.send_text("oAlice", "好")
                moment[0] += 7200
            assert len(tencent.token_calls) == 5

    def test_garbage_in_redis_is_no_token(self, tencent: Tencent, redis: Redis) -> None:
        tencent.wechat(redis).send_text("oAlice", "好")
        (key,) = redis.keys("wechat:token:????????????????")
        redis.set(key, b"{}")
        tencent.wechat(redis).send_text("oAlice", "好")
        assert len(tencent.token_calls) == 2

    def test_another_account_or_place_has_another_token(self, tencent: Tencent, redis: Redis) -> None:
        tencent.wechat(redis).send_text("oAlice", "好")
        WeChat(app_id="wx2", secret=SECRET, api_base=tencent.base, redis=redis).send_text("oAlice", "好")
        assert len(tencent.token_calls) == 2

    @pytest.mark.parametrize("errcode", [40001, 40014, 42001])
    def test_a_bad_token_is_replaced_once(self, tencent: Tencent, redis: Redis, errcode: int) -> None:
        tencent.answers["/cgi-bin/message/custom/send"] = [{"errcode": errcode, "errmsg": "bad token"}]
        tencent.wechat(redis).send_text("oAlice", "好")
        assert [call.query["access_token"] for call in tencent.calls] == ["token-1", "token-2"]

    def test_what_another_process_fetched_is_taken_first(self, tencent: Tencent, redis: Redis) -> None:
        one, two = tencent.wechat(redis), tencent.wechat(redis)
        one.send_text("oAlice", "好")
        two.send_text("oAlice", "好")
        tencent.good = lambda token: token != "token-1"
        one.send_text("oAlice", "好")
        two.send_text("oAlice", "好")
        assert len(tencent.token_calls) == 2

    def test_eight_processes_replace_it_with_one_call(self, tencent: Tencent, redis: Redis) -> None:
        clients = [tencent.wechat(redis) for _ in range(8)]
        for wechat in clients:
            wechat.send_text("oAlice", "好")
        tencent.good = lambda token: token != "token-1"
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda wechat: wechat.send_text("oAlice", "好"), clients))
        assert len(tencent.token_calls) == 2

    @pytest.mark.parametrize("shared", [True, False])
    def test_a_token_that_is_always_bad_costs_two_calls(
        self, tencent: Tencent, redis: Redis, shared: bool
    ) -> None:
        """wechatpy made 369 calls of a day's 2000 out of one message."""
        tencent.good = lambda token: False
        wechat = tencent.wechat(redis if shared else None)
        for _ in range(10):
            with pytest.raises(WeChatRefused) as caught:
                wechat.send_text("oAlice", "好")
            assert caught.value.errcode == 40001
        assert len(tencent.token_calls) == 2
        assert len(tencent.calls) == 11

    def test_an_hour_of_always_bad_costs_two_calls_a_minute(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clock, fetched = [1_000_000.0], list[float]()
        monkeypatch.setattr("bot.wechat.tokens.time.monotonic", lambda: clock[0])

        def fetch(_force: bool) -> tuple[str, int]:
            fetched.append(clock[0])
            return "stuck", 7200

        tokens = Tokens(fetch, None, key="t", now=lambda: clock[0])
        for _ in range(3600):
            tokens.replace(tokens.current())
            clock[0] += 1
        assert 60 <= len(fetched) <= 2 * 60
        assert all(later - first >= 60 for first, later in zip(fetched, fetched[2:], strict=False))

    def test_always_bad_in_eight_threads(self, tencent: Tencent, redis: Redis) -> None:
        tencent.good = lambda token: False

        def send(wechat: WeChat) -> None:
            with pytest.raises(WeChatRefused):
                wechat.send_text("oAlice", "好")

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(send, [tencent.wechat(redis) for _ in range(8)]))
        assert len(tencent.token_calls) <= 2

    def test_the_same_bad_token_again_is_forced_a_minute_later(self, tencent: Tencent, redis: Redis) -> None:
        """stable_token gives the same token until its end: only force brings another."""
        tencent.good = lambda token: token == "forced"
        tencent.token_answer = lambda number: {
            "access_token": "forced" if tencent.token_calls[-1].json["force_refresh"] else "stuck",
            "expires_in": 7200,
        }
        wechat = tencent.wechat(redis)
        with pytest.raises(WeChatRefused):
            wechat.send_text("oAlice", "好")
        assert len(tencent.token_calls) == 2
        redis.delete(*redis.keys("wechat:token:*:call*"))
        wechat.send_text("oAlice", "好")
        assert [call.json["force_refresh"] for call in tencent.token_calls] == [False, False, True]

    @pytest.mark.parametrize("shared", [True, False])
    def test_no_token_at_all(self, tencent: Tencent, redis: Redis, shared: bool) -> None:
        tencent.token_answer = lambda number: {
            "errcode": 40164,
            "errmsg": "invalid ip 1.2.3.4, not in whitelist",
        }
        wechat = tencent.wechat(redis if shared else None)
        for _ in range(5):
            with pytest.raises(WeChatRefused) as caught:
                wechat.send_text("oAlice", "好")
            assert (caught.value.errcode, caught.value.todo) == (40164, Todo.OPERATOR)
        assert len(tencent.token_calls) == 2
        assert not tencent.calls

    def test_a_token_is_renewed_before_its_end(self, tencent: Tencent, redis: Redis) -> None:
        tencent.token_answer = lambda number: {"access_token": f"token-{number}", "expires_in": 300}
        tencent.wechat(redis).send_text("oAlice", "好")
        (key,) = redis.keys("wechat:token:????????????????")
        assert 100 < int(redis.ttl(key)) <= 180

    @pytest.mark.parametrize("shared", [True, False])
    def test_a_dead_token_server_is_waited_for_once(
        self, tencent: Tencent, redis: Redis, shared: bool
    ) -> None:
        tencent.token_answer = lambda number: SLOW
        wechat = tencent.wechat(redis if shared else None, timeout=(5, 1))

        def send(_: int) -> str:
            with pytest.raises(WeChatUnreachable) as caught:
                wechat.send_text("oAlice", "好")
            return str(caught.value)

        started = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(send, range(8))) == {"stable_token: ReadTimeout"}
        assert time.monotonic() - started < 4.5
        # Unanswered calls are none of the minute's two.
        assert {send(0), send(1)} == {"stable_token: ReadTimeout"}
        tencent.token_answer = lambda number: {"access_token": "t", "expires_in": 7200}
        wechat.send_text("oAlice", "好")


class TestTrouble:
    PATH = "/cgi-bin/message/custom/send"

    def test_busy_is_tried_again_with_growing_pauses(self, tencent: Tencent) -> None:
        pauses: list[float] = []
        wechat = tencent.wechat(sleep=pauses.append)
        tencent.answers[self.PATH] = [{"errcode": -1, "errmsg": "system error"}] * 2
        wechat.send_text("oAlice", "好")
        assert pauses == [0.5, 1.5]
        tencent.answers[self.PATH] = [{"errcode": -1, "errmsg": "system error"}] * 3
        with pytest.raises(WeChatRefused) as caught:
            wechat.send_text("oAlice", "好")
        assert (caught.value.errcode, caught.value.permanent) == (-1, False)
        assert len(tencent.calls) == 6

    @pytest.mark.parametrize(
        ("errcode", "permanent", "todo"),
        [
            (45015, False, Todo.WAIT),
            (45047, False, Todo.WAIT),
            (45009, False, Todo.AGAIN),
            (43004, False, Todo.WAIT),
            (43019, True, Todo.DROP),
            (40007, True, Todo.UPLOAD),
            (48001, False, Todo.OPERATOR),
            (99999, False, Todo.AGAIN),
        ],
    )
    def test_a_refusal_says_what_helps(
        self, tencent: Tencent, errcode: int, permanent: bool, todo: Todo, caplog: pytest.LogCaptureFixture
    ) -> None:
        tencent.answers[self.PATH] = [{"errcode": errcode, "errmsg": "no hint: [x] rid: 5f2b8ff1-4943a9b3"}]
        with pytest.raises(WeChatRefused) as caught:
            tencent.wechat().send_text("oAlice", "好")
        refusal = caught.value
        assert (refusal.errcode, refusal.permanent, refusal.todo) == (errcode, permanent, todo)
        assert refusal.rid == "5f2b8ff1-4943a9b3"
        assert len(tencent.calls) == 1
        assert f"wechat=refused call=message/custom/send errcode={errcode} rid=5f2b8ff1" in caplog.text

    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            (500, "HTTP 500"),
            (404, "HTTP 404"),
            (302, "another shape"),
            (b"", "another shape"),
            (b"<html>", "another shape"),
            (b"[]", "another shape"),
            (b'"ok"', "another shape"),
            ({"errcode": "no number"}, "another shape"),
            (SLOW, "ReadTimeout"),
        ],
    )
    def test_no_answer_worth_the_name(self, tencent: Tencent, answer: Answer, said: str) -> None:
        tencent.answers[self.PATH] = [answer]
        with pytest.raises(WeChatUnreachable, match=said):
            tencent.wechat(timeout=(5, 1)).send_text("oAlice", "好")
        assert [call.path for call in tencent.calls] == [self.PATH]

    @pytest.mark.parametrize(
        "ask",
        [
            lambda wechat: wechat.upload_image(b"x"),
            lambda wechat: wechat.create_qr("p:A", seconds=60),
            lambda wechat: wechat.add_conditional({}),
            lambda wechat: wechat.list_tags(),
            lambda wechat: wechat.create_tag("x"),
        ],
    )
    def test_an_answer_without_what_was_asked(self, tencent: Tencent, ask: Callable[[WeChat], Any]) -> None:
        with pytest.raises(WeChatUnreachable):
            ask(tencent.wechat())

    def test_control_characters_in_an_answer(self, tencent: Tencent) -> None:
        tencent.answers["/cgi-bin/user/info"] = [b'{"openid": "oAlice", "remark": "a\x01\n\xff"}']
        assert tencent.wechat().user_info("oAlice")["remark"] == "a\x01\n"

    def test_nobody_there(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        wechat = WeChat(app_id="wx1", secret=SECRET, api_base=f"http://127.0.0.1:{port}", redis=None)
        with pytest.raises(WeChatUnreachable, match="stable_token: ConnectionError"):
            wechat.send_text("oAlice", "好")


class TestSecrets:
    def whole(self, error: BaseException) -> str:
        """All that a log or an error tracker could write of it."""
        told = [str(error), repr(error), "".join(traceback.format_exception(error))]
        while error.__context__ or error.__cause__:
            error = error.__context__ or error.__cause__ or error
            told += [str(error), repr(error), repr(vars(error))]
        return "\n".join(told)

    @pytest.mark.parametrize(
        "answer", [500, b"<html>", SLOW, {"errcode": 40001, "errmsg": "bad access_token=token-1&x"}]
    )
    def test_no_exception_and_no_log_holds_one(
        self, tencent: Tencent, answer: Answer, caplog: pytest.LogCaptureFixture
    ) -> None:
        tencent.answers["/cgi-bin/message/custom/send"] = [answer] * 3
        with caplog.at_level(logging.DEBUG), pytest.raises((WeChatRefused, WeChatUnreachable)) as caught:
            tencent.wechat(timeout=(5, 1)).send_text("oAlice", "好")
        if answer != SLOW:
            assert "/cgi-bin/message/custom/send?access_token=***" in caplog.text
        for told in (self.whole(caught.value), caplog.text):
            assert "token-1" not in told
            assert SECRET not in told

    @pytest.mark.parametrize(
        "answer", [500, b"<html>", SLOW, {"errcode": 40125, "errmsg": f"secret={SECRET}"}]
    )
    def test_nor_when_the_token_is_asked_for(
        self, tencent: Tencent, answer: Answer, caplog: pytest.LogCaptureFixture
    ) -> None:
        tencent.token_answer = lambda number: answer
        with caplog.at_level(logging.DEBUG), pytest.raises((WeChatRefused, WeChatUnreachable)) as caught:
            tencent.wechat(timeout=(5, 1)).send_text("oAlice", "好")
        for told in (self.whole(caught.value), caplog.text):
            assert SECRET not in told

    @pytest.mark.parametrize(
        "text",
        [
            "GET /cgi-bin/user/info?openid=o&access_token=TTT&lang=zh_CN",
            "/cgi-bin/token?grant_type=client_credential&appid=wx1&secret=TTT",
            '{"appid": "wx1", "secret": "TTT"}',
            "{'access_token': 'TTT'}",
            "ticket=TTT",
        ],
    )
    def test_scrubbed(self, text: str) -> None:
        assert "TTT" not in scrub(text)
        assert "***" in scrub(text)

    def test_a_refusal_survives_a_worker(self) -> None:
        refusal = pickle.loads(pickle.dumps(refused(45015, "out of time rid: 1-2")))  # noqa: S301  our own bytes
        assert (refusal.errcode, refusal.rid, str(refusal)) == (
            45015,
            "1-2",
            str(refused(45015, "out of time rid: 1-2")),
        )


class TestErrorTable:
    def test_the_codes_of_the_platform_notes_are_in_it(self) -> None:
        known = {
            40001,
            40014,
            42001,
            41001,
            40013,
            40125,
            -1,
            45009,
            45011,
            48001,
            48004,
            50002,
            48006,
            40164,
        }
        known |= {89503, 45015, 45047, 45002, 40003, 43004, 43019, 48002, 45008, 40200, 47003, 43101}
        known |= {40053, 40052, 45029, 40007, 65320, 45158, 45157, 45056, 40163, 46003}
        assert known <= set(ERRORS)

    def test_an_unknown_code_is_tried_again(self) -> None:
        assert not meaning(123456).permanent


def heard(windows: Windows, redis: Redis, openid: str, kind: Kind, now: datetime) -> None:
    """A message came: whoever claims it opens the window."""
    message = Message(kind, openid, "gh_1", now, secrets.token_hex(8))
    Deliveries(redis, prefix="d:", opens=lambda came: windows.opening(came, now)).begin(message)
    redis.delete(*redis.keys("d:*"))


class TestWindows:
    @pytest.fixture
    def windows(self, redis: Redis) -> Windows:
        return Windows(redis, prefix="t:")

    def test_of_who_never_spoke_nothing_is_known(self, windows: Windows, redis: Redis) -> None:
        assert windows.left("oAlice", NOW) is None
        heard(windows, redis, "oAlice", Kind.OTHER, NOW)
        windows.spent("oAlice", NOW)
        assert windows.left("oAlice", NOW) is None
        assert not redis.keys("t:*")

    def test_no_openid_stands_in_redis(self, windows: Windows, redis: Redis) -> None:
        heard(windows, redis, "oAlice", Kind.TEXT, NOW)
        assert not [key for key in redis.keys("t:*") if b"oAlice" in key]

    @pytest.mark.parametrize(
        ("kind", "messages", "seconds"),
        [
            (Kind.TEXT, 5, 48 * 3600),
            (Kind.IMAGE, 5, 48 * 3600),
            (Kind.CLICK, 3, 60),
            (Kind.SCAN, 3, 60),
            (Kind.FOLLOW, 3, 60),
        ],
    )
    def test_what_opens_which(
        self, windows: Windows, redis: Redis, kind: Kind, messages: int, seconds: int
    ) -> None:
        heard(windows, redis, "oAlice", kind, NOW)
        assert windows.left("oAlice", NOW) == messages
        assert windows.left("oAlice", NOW + timedelta(seconds=seconds - 1)) == messages
        assert windows.left("oAlice", NOW + timedelta(seconds=seconds)) == 0
        assert windows.left("oBob", NOW) is None

    def test_a_tapped_line_opens_what_a_click_opens(self, windows: Windows) -> None:
        typed = Pushed(Kind.TEXT, "oAlice", "gh_1", NOW, "d1", "收益")
        clicked = windows.opening(replace(typed, kind=Kind.CLICK), NOW)
        assert windows.opening(replace(typed, tapped=True), NOW) == clicked != windows.opening(typed, NOW)

    def test_a_delivery_that_comes_again_opens_nothing_anew(self, windows: Windows, redis: Redis) -> None:
        deliveries = Deliveries(redis, prefix="d:", opens=lambda came: windows.opening(came, NOW))
        message = Message(Kind.TEXT, "oAlice", "gh_1", NOW, "d1")
        turn = deliveries.begin(message)
        assert isinstance(turn, Turn)
        deliveries.finish(turn, b"answer", None)
        windows.spent("oAlice", NOW)
        assert deliveries.begin(message) == b"answer"
        assert windows.left("oAlice", NOW) == 4

    def test_each_message_spends_one(self, windows: Windows, redis: Redis) -> None:
        heard(windows, redis, "oAlice", Kind.CLICK, NOW)
        for left in (2, 1, 0, 0):
            windows.spent("oAlice", NOW)
            assert windows.left("oAlice", NOW) == left

    def test_a_tap_after_words_leaves_the_words_window(self, windows: Windows, redis: Redis) -> None:
        heard(windows, redis, "oAlice", Kind.TEXT, NOW)
        heard(windows, redis, "oAlice", Kind.CLICK, NOW)
        for _ in range(3):
            windows.spent("oAlice", NOW)
        assert windows.left("oAlice", NOW) == 2
        assert windows.left("oAlice", NOW + timedelta(minutes=2)) == 2

    def test_words_open_it_anew(self, windows: Windows, redis: Redis) -> None:
        heard(windows, redis, "oAlice", Kind.TEXT, NOW)
        windows.spent("oAlice", NOW)
        heard(windows, redis, "oAlice", Kind.TEXT, NOW + timedelta(hours=1))
        assert windows.left("oAlice", NOW + timedelta(hours=48, minutes=30)) == 5

    def test_who_leaves_or_was_refused_has_none(self, windows: Windows, redis: Redis) -> None:
        heard(windows, redis, "oAlice", Kind.TEXT, NOW)
        heard(windows, redis, "oAlice", Kind.UNFOLLOW, NOW)
        assert windows.left("oAlice", NOW) == 0
        heard(windows, redis, "oAlice", Kind.TEXT, NOW)
        windows.shut("oAlice")
        assert windows.left("oAlice", NOW) == 0

    def test_without_redis_wechat_will_tell(self, tmp_path: Path) -> None:
        redis = connect(f"unix://{tmp_path}/none.sock")
        windows = Windows(redis, prefix="t:")
        windows.spent("oAlice", NOW)
        windows.shut("oAlice")
        assert windows.left("oAlice", NOW) is None
        redis.close()
