"""The parts behind links: states, the one who opened, cards, the pace, quotas, and what a worker does for pages."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from PIL import Image
from redis import Redis
from sqlalchemy import select, update

from bot import studio
from bot.doors.states import LIFE, Expired, Forged, States
from bot.gallery import Gallery, code_name
from bot.pace import Pace
from bot.redis import connect
from bot.wechat.cards import Cards
from bot.wechat.errors import WeChatRefused, WeChatUnreachable
from bot.wechat.oauth import OAuth, Opened
from bot.wechat.quotas import DAILY, NEAR, Quotas, Used
from engine.cipher import Cipher
from engine.outbox import MOST_TRIES
from engine.people.authority import Role
from engine.store.actors import SYSTEM
from engine.store.tables import outbox, visits
from tests.bot.bench import Bench

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
SECRET = "an-app-secret-that-nobody-may-see"


def test_a_state_is_for_one_path_and_five_minutes() -> None:
    states = States(Cipher((b"k" * 32,)))
    made = states.make("/r/ABC234", NOW)
    assert made.isalnum()
    assert len(made) <= 128
    assert made != states.make("/r/ABC234", NOW)
    assert states.read(made, "/r/ABC234", NOW + timedelta(seconds=LIFE)) == made[:16]
    with pytest.raises(Expired):
        states.read(made, "/r/ABC234", NOW + timedelta(seconds=LIFE + 1))
    later = f"{made[:16]}{'f' * 8}{made[24:]}"
    for state, path in (
        (made, "/r/ABC235"),
        (later, "/r/ABC234"),
        ("", "/r/ABC234"),
        (made[:-1], "/r/ABC234"),
    ):
        with pytest.raises(Forged):
            states.read(state, path, NOW)
    with pytest.raises(Forged):
        States(Cipher((b"x" * 32,))).read(made, "/r/ABC234", NOW)


class Answer:
    """What WeChat says to a code."""

    def __init__(self, content: bytes, status: int = 200) -> None:
        self.content, self.status = content, status

    def raise_for_status(self) -> None:
        if self.status >= 400:
            raise requests.HTTPError(f"{self.status} for …?secret={SECRET}")


def oauth(monkeypatch: pytest.MonkeyPatch, answer: Answer | Exception) -> OAuth:
    made = OAuth(app_id="wx1", secret=SECRET, api_base="https://api.weixin.qq.com")

    def get(*_where: Any, **_how: Any) -> Answer:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(made._http, "get", get)
    return made


def test_who_opened_a_link_and_whether_he_is_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    assert oauth(monkeypatch, Answer(b'{"openid":"oA"}')).exchange("c") == Opened("oA", False)
    snapshot = Answer(b'{"openid":"oV","is_snapshotuser":1}')
    assert oauth(monkeypatch, snapshot).exchange("c") == Opened("oV", True)
    address = oauth(monkeypatch, snapshot).address("https://bot.example.com/r/A?b", "s1")
    assert address.startswith(
        "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1&redirect_uri=https%3A"
    )
    assert address.endswith("&scope=snsapi_base&state=s1#wechat_redirect")


def test_a_used_code_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WeChatRefused) as refused:
        oauth(monkeypatch, Answer(b'{"errcode":40163,"errmsg":"code been used"}')).exchange("c")
    assert refused.value.errcode == 40163


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html>", 502), Answer(b"[]"), Answer(b"not json"), Answer(b"{}"),
        requests.ConnectTimeout(f"https://api.weixin.qq.com/…?secret={SECRET}"),
    ],
)  # fmt: skip
def test_no_answer_or_another_one_tells_no_secret(
    monkeypatch: pytest.MonkeyPatch, answer: Answer | Exception
) -> None:
    with pytest.raises(WeChatUnreachable) as unreachable:
        oauth(monkeypatch, answer).exchange("c")
    assert SECRET not in str(unreachable.value)
    assert unreachable.value.__cause__ is None


def test_one_ticket_signs_for_all_and_without_one_nothing_is_signed(redis: Redis) -> None:
    asked: list[int] = []

    def fetch() -> tuple[str, int]:
        asked.append(1)
        if len(asked) == 1:
            raise WeChatUnreachable("ticket/getticket: slow")
        return "tkt", 7200

    cards = Cards(fetch, redis, app_id="wx1", prefix="x:")
    assert cards.sign("https://bot.example.com/r/A") is None
    assert cards.sign("https://bot.example.com/r/A") is None
    assert len(asked) == 1
    redis.flushdb()
    signed = cards.sign("https://bot.example.com/r/A?b=1#top")
    assert signed is not None
    text = f"jsapi_ticket=tkt&noncestr={signed.nonce}&timestamp={signed.timestamp}&url=https://bot.example.com/r/A?b=1"
    assert signed.signature == hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    assert Cards(fetch, redis, app_id="wx1", prefix="x:").sign("https://bot.example.com/") is not None
    assert len(asked) == 2
    gone = connect("unix:///nowhere/redis.sock")
    assert Cards(fetch, gone, app_id="wx1", prefix="x:").sign("https://bot.example.com/") is None


def test_the_pace_counts_and_holds_nothing_back_without_redis(redis: Redis) -> None:
    pace = Pace(redis, prefix="x:")
    assert [pace.allows("a", 2, 60) for _ in range(3)] == [True, True, False]
    assert (pace.first("b", 60), pace.first("b", 60)) == (True, False)
    assert 0 < redis.ttl("x:pace:a") <= 60
    assert Pace(connect("unix:///nowhere/redis.sock"), prefix="x:").allows("a", 0, 60)


def test_the_operator_is_told_at_80_per_cent(redis: Redis, caplog: pytest.LogCaptureFixture) -> None:
    quotas, most = Quotas(redis, prefix="x:", now=lambda: NOW), DAILY["menu/create"]
    quotas.count("no/such/call")
    for _ in range(most * NEAR // 100):
        assert quotas.near() == ()
        quotas.count("menu/create")
        if "wechat=quota" in caplog.text:
            break
    assert quotas.near() == (Used("menu/create", most * NEAR // 100, most),)
    assert caplog.text.count("wechat=quota") == 1
    Quotas(connect("unix:///nowhere/redis.sock"), prefix="x:", now=lambda: NOW).count("menu/create")


def test_the_gallery_shows_what_it_named_itself(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path / "pictures")
    (tmp_path / "secret.jpg").write_bytes(b"x")
    name = gallery.keep(b"jpeg")
    found = gallery.find(name)
    assert found is not None
    assert found.read_bytes() == b"jpeg"
    assert [gallery.find(one) for one in ("../secret.jpg", "secret.jpg", "", code_name("k"))] == [None] * 4
    assert len(list((tmp_path / "pictures").iterdir())) == 1


def test_a_lost_follow_is_asked_for_at_the_first_message(bench: Bench) -> None:
    bench.promoter("王小明")
    hong = bench.person("李小红")
    awake, bench.app = bench.app, Flask("away")
    bench.post(f"people/{hong.openid}/scan", scene=f"p:{bench.promoter_of('王小明').code}")
    bench.app = awake
    assert not bench.who("李小红").follows
    hong.says("帮助")
    bench.drain()
    person = bench.who("李小红").person
    with bench.house.engine.store.read(bench.house.shop, bench.desk("李小红").actor) as tx:
        found = tx.run(select(visits.c.how).where(visits.c.person_id == person)).scalars().all()
    assert found == ["scan"]
    assert bench.who("李小红").follows


def test_a_merchants_picture_is_kept_encoded_anew_and_a_bad_one_is_explained(bench: Bench) -> None:
    boss = bench.person("老板")
    good, small = _sent(bench, (1300, 1100)), _sent(bench, (200, 100))
    bench.desk("老板").pictures.give("recruit_picture", small)
    bench.drain()
    assert "太小" in bench.pushed("老板")[-1]["text"]
    assert "请发一张图片" in boss.says("设置 招募图片 改")
    bench.desk("老板").pictures.give("recruit_picture", good)
    bench.drain()
    kept = bench.house.operator().settings.now().recruit_picture
    path = bench.house.gallery.find(kept)
    assert path is not None
    with Image.open(path) as picture:
        assert picture.size == (1000, 800)
    assert "换好了" in bench.pushed("老板")[-1]["text"]


def test_a_picture_that_finds_no_room_on_the_disk_leaves_nothing_there_and_is_told_of_at_the_last(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:100])
        raise OSError(28, "No space left on device")

    bench.desk("老板").pictures.give("recruit_picture", _sent(bench, (1300, 1100)))
    monkeypatch.setattr(Path, "write_bytes", full)
    (row,) = bench.rows_of("given")
    assert bench.deliver(row.id).state == "ready"
    last = update(outbox).where(outbox.c.id == row.id).values(tries=MOST_TRIES - 1, due_at=row.due_at)
    bench.house.engine.store.write(bench.house.shop, SYSTEM, lambda tx: tx.run(last))
    assert bench.deliver(row.id).state == "sent"
    bench.drain()
    assert "招募图片没有换：服务器没能存下这张图片" in bench.pushed("老板")[-1]["text"]
    assert list((bench.house.settings.data_dir / "pictures").iterdir()) == []


def test_a_picture_of_an_owner_who_was_removed_meanwhile_changes_nothing(bench: Bench) -> None:
    bench.person("老板")
    second = bench.promoter("李小红")
    bench.desk("李小红").enrolling.enrol(bench.house.operator().enrolling.invite(Role.OWNER).token)
    bench.desk("李小红").pictures.give("recruit_picture", _sent(bench, (1300, 1100)))
    handle = bench.who("李小红").person.removeprefix("pe_")
    code = bench.desk("老板").staffing.propose(handle, frozenset()).code
    bench.desk("老板").staffing.change(code)
    bench.drain()
    assert bench.house.operator().settings.now().recruit_picture == ""
    assert "换好了" not in str(bench.pushed("李小红"))
    with bench.house.engine.store.read(bench.house.shop, bench.desk("老板").actor) as tx:
        assert tx.run(select(outbox.c.state).where(outbox.c.kind == "given")).scalars().all() == ["sent"]
    assert "规则设置" not in second.says("帮助")


def test_past_the_quota_a_code_is_temporary_and_the_poster_says_so(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bench.promoter("王小明")
    monkeypatch.setattr(studio, "MOST_PERMANENT", 0)
    scene = f"p:{bench.promoter_of('王小明').code}"
    made = bench.sender.studio._code(bench.desk("王小明"), scene)
    assert made.expires_at == bench.clock.now() + timedelta(days=30)
    assert "wechat=quota what=permanent_codes" in caplog.text
    bench.clock.instant += timedelta(days=24)
    assert bench.sender.studio._code(bench.desk("王小明"), scene) == made
    bench.clock.instant += timedelta(days=2)
    renewed = bench.sender.studio._code(bench.desk("王小明"), scene)
    assert renewed.expires_at is not None
    assert renewed.expires_at > made.expires_at
    monkeypatch.setattr(studio, "MOST_PERMANENT", 10)
    bench.fault("/cgi-bin/qrcode/create", errcode=45029, times=1)
    other = bench.sender.studio._code(bench.desk("王小明"), "p:ABC234")
    assert other.expires_at is not None


def _sent(bench: Bench, size: tuple[int, int]) -> str:
    """A picture as WeChat holds it."""
    out = io.BytesIO()
    Image.new("RGB", size, (90, 140, 110)).save(out, "JPEG")
    return bench.house.wechat.upload_image(out.getvalue()).media_id
