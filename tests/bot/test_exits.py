"""Whatever leaves the house beside the chat: log, terminal, file, page, template message, job. Hostile names go in."""

from __future__ import annotations

import io
import json
import logging
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st
from redis import Redis
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from bot.cli.settle import _cell
from bot.codec import fit
from bot.lines import OneLine, dead, say
from bot.wechat.client import WeChat
from bot.wechat.templates import _KINDS, fitted
from bot.wiring import start_logging
from engine.store.base import open_database
from handlers.templates import card_of
from handlers.texts.marks import plain
from tests.bot.bench import Bench
from tests.handlers.test_marks import TYPED, alive

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)

NAMES = (
    '</script><script>alert("1")</script>',
    "\" onload='alert(1)' x=\"",
    "]]></Content>{{7*7}}${x}",
    "=HYPERLINK(1)",
    "红\x1b[31m\x1b]0;title\x07\r\n2026-11-22 ERROR forged\u2028\u202e",
)
"""A script, the end of an attribute, templates, a formula, a terminal's orders and a forged line of the log."""

TERMINAL = ("Cc", "Cf", "Cs", "Zl", "Zp")


def obeyed(line: str) -> list[str]:
    """What a terminal would not print but obey."""
    return [one for one in line if unicodedata.category(one) in TERMINAL]


# -- the operator's terminal and the log ---------------------------------------------------------------


@given(TYPED)
@tried(max_examples=100, deadline=None)
def test_a_line_is_one_line_and_is_printed_and_not_obeyed(typed: str) -> None:
    assert obeyed(dead(f"a{typed}b")) == []
    assert dead("　王姐 ¥12.30 …") == "　王姐 ¥12.30 …"


def test_what_a_command_says_of_a_name_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    say("line 1: " + NAMES[-1], "done")
    assert capsys.readouterr().out.splitlines() == [
        r"line 1: 红\x1b[31m\x1b]0;title\x07\r\n2026-11-22 ERROR forged\u2028\u202e",
        "done",
    ]


def test_no_command_speaks_another_way() -> None:
    loud = [path for place in ("cli", "importing") for path in Path("bot", place).glob("*.py")]
    assert len(loud) > 15
    said = {path.name: re.findall(r"\bclick\.s?echo\(|\bprint\(", path.read_text()) for path in loud}
    assert {name: found for name, found in said.items() if found} == {"schemas.py": ["click.echo("]}


def test_an_event_is_one_line_of_the_log_a_trace_included() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine("%(levelname)s %(message)s"))
    log = logging.Logger("exits")
    log.addHandler(handler)
    try:
        raise ValueError(NAMES[-1])
    except ValueError:
        log.exception("bad name=%s", NAMES[-1])
    written = stream.getvalue()
    assert written.count("\n") == 1
    assert written.endswith("\n")
    assert obeyed(written[:-1]) == []
    assert written.startswith(r"ERROR bad name=红\x1b[31m")


def test_every_process_logs_so(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(logging, "basicConfig", lambda **how: given.update(how))
    start_logging()
    assert [type(handler.formatter) for handler in given["handlers"]] == [OneLine]


def test_an_error_of_the_database_tells_no_names() -> None:
    database = open_database("sqlite:///:memory:")
    with database.connect() as connection, pytest.raises(DBAPIError) as error:
        connection.execute(sql("SELECT * FROM nowhere WHERE phone = :phone"), {"phone": "13800138000"})
    database.dispose()
    assert "nowhere" in str(error.value)
    assert "138" not in str(error.value)


# -- files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "＝1+1", "＋1", "－1", "＠x"])
def test_a_spreadsheet_takes_no_name_for_a_formula(name: str) -> None:
    assert _cell(name) == f"'{name}"
    assert _cell("王=姐") == "王=姐"
    assert _cell("") == ""


# -- pages ---------------------------------------------------------------------------------------------


class Read(HTMLParser):
    """What a browser makes of a page: its elements, its words, its scripts without what differs from call to call."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, ...]] = []
        self.words: list[str] = []
        self.scripts: list[str] = []
        self.cards: list[str] = []
        self._tag = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        self.elements.append((tag, *(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        if self._tag != "script":
            self.words += data.split("\n")
            return
        strings = r'"(?:[^"\\]|\\.)*"'
        self.cards += re.findall(strings, data)
        self.scripts.append(re.sub(rf"{strings}|\d+", "…", data))


SHOWN = ("shop_name", "recruit_title", "recruit_text", "agreement", "share_title", "share_text")
"""The merchant's own texts that stand on pages."""


@pytest.mark.slow
def test_a_page_has_the_same_elements_whatever_people_and_the_shop_are_called(bench: Bench) -> None:
    bob, carol = bench.promoter("bob"), bench.person("carol")
    code, home = bench.promoter_of("bob").code, bench.house.settings.public_url
    browser = bench.app.test_client()

    def pages() -> Iterator[str]:
        for place in (f"/r/{code}", f"/i/{code}"):
            yield browser.get(place).text
            yield carol.opens(f"{home}{place}")["html"]
            yield bob.opens(f"{home}{place}")["html"]

    list(pages())
    bench.drain()  # the QR codes are drawn
    before = [Read(page) for page in pages()]
    for name in NAMES:
        bench.calls_himself("bob", name)
        for key in SHOWN:
            bench.set(key, name[:20])
        for now, then in zip(map(Read, pages()), before, strict=True):
            assert set(now.elements) == set(then.elements), name
            assert now.scripts == then.scripts, name
            assert all(obeyed(words) == [] for words in now.words), name
            assert [words for words in now.cards if "<" in words] == [], name


# -- to WeChat -----------------------------------------------------------------------------------------


@given(st.sampled_from(sorted(_KINDS)), TYPED)
@tried(max_examples=200, deadline=None)
def test_a_field_of_a_template_message_is_never_empty_and_one_line(kind: str, typed: str) -> None:
    fits = fitted(f"{kind}1", plain(typed, 20))
    assert fits
    assert obeyed(fits) == []
    assert len(fits.encode("utf-16-le")) // 2 <= 32


def test_the_shops_name_comes_plain_into_a_template_message(bench: Bench) -> None:
    bench.promoter("bob")
    bench.set("shop_name", NAMES[1][:20])
    card = card_of("approved", {}, bench.desk("bob"), NOW)
    assert card is not None
    assert [mark for mark in alive(card.facts["shop"]) if mark] == []


@given(TYPED)
@tried(max_examples=50, deadline=None)
def test_words_reach_wechat_as_they_are_and_as_one_string(typed: str) -> None:
    """As utf-8, because WeChat shows \\uXXXX as it is written."""
    sent: dict[str, Any] = {}
    answer = requests.Response()
    answer.status_code, answer._content = 200, b'{"errcode": 0}'

    def take(**how: Any) -> requests.Response:
        sent.update(how)
        return answer

    client = WeChat(app_id="wx1", secret="s", api_base="https://api.weixin.qq.com", redis=None)
    client._api.tokens.current = lambda: "token"  # type: ignore[method-assign]
    client._api._http.request = take  # type: ignore[method-assign]
    client.send_text("oA", f"甲{typed}")
    assert json.loads(sent["data"]) == {
        "touser": "oA", "msgtype": "text", "text": {"content": fit(f"甲{typed}")},
    }  # fmt: skip
    assert "甲".encode() in sent["data"]


# -- to the workers ------------------------------------------------------------------------------------


def test_a_job_carries_the_id_of_a_row_and_nothing_else(bench: Bench, redis: Redis) -> None:
    mallory = bench.follower("mallory")
    bench.calls_himself("mallory", "马莉<b>")
    redis.flushdb()
    for line in ("申请推广员", "同意", "马莉<b>", "13900139009"):
        mallory.says(line)
    mallory.taps("确认提交")
    jobs = [job for queue in bench.house.queues.values() for job in queue.jobs]
    assert jobs
    for job in jobs:
        assert (job.func_name, job.kwargs, len(job.args)) == ("bot.jobs.deliver", {}, 1)
        assert re.fullmatch(r"ob_\w+", job.args[0])
        kept = b" ".join(redis.hgetall(f"rq:job:{job.id}").values())
        assert mallory.openid.encode() not in kept
