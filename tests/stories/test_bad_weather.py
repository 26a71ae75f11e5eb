"""Bad weather, as people see it: a locked or full database, Redis full or standing still, WeChat's moods."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from engine import SYSTEM
from engine.store import base
from handlers.texts import pages
from tests.stories.world import Person, World, visible

SEND = "/cgi-bin/message/custom/send"
TOKEN = "/cgi-bin/stable_token"
NOBODY = "暂时无法提供服务"


@pytest.fixture
def bob(world: World) -> Person:
    """A promoter who has just written: his window is wide open."""
    made = world.joins("bob")
    made.told()
    return made


@contextmanager
def locked(world: World) -> Iterator[threading.Event]:
    """Somebody holds the shop's only pen until the event is set."""
    held, let_go = threading.Event(), threading.Event()

    def write() -> None:
        world.house.engine.store.write(world.house.shop, SYSTEM, lambda _tx: held.set() or let_go.wait(60))

    holder = threading.Thread(target=write)
    holder.start()
    assert held.wait(10)
    try:
        yield let_go
    finally:
        let_go.set()
        holder.join()


def statuses(world: World, person: Person, content: str) -> tuple[list[int], dict[str, Any]]:
    """What the door answered to each delivery of one text, and what the sandbox says of it all."""
    answer = world.post(f"people/{person.openid}/text", content=content)
    return [one["status"] for one in answer["deliveries"]], answer


# -- the database -----------------------------------------------------------------------------------


def test_a_database_locked_for_more_than_two_seconds_is_left_to_wechats_retry(world: World) -> None:
    """503 gives the claim back, so that the second delivery runs, once, and its answer is the one that is read."""
    dave = world.follower("dave")
    for word in ("申请推广员", "同意", "dave", "13900139001"):
        dave.says(word)
    with locked(world) as let_go:
        world.meanwhile = let_go.set  # right after the first answer
        came, answer = statuses(world, dave, "确认提交")
    world.meanwhile = lambda: None
    assert came == [503, 200]
    assert "申请交上去了" in answer["messages"][-1]["text"]
    assert world.person("老板").says("待办") == "待办\n1. 推广员申请 1"


def test_a_database_that_stays_locked_is_told_by_wechat_and_nothing_is_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "PATIENCE", 0.2)
    dave = world.follower("dave")
    with locked(world):
        came, answer = statuses(world, dave, "绑定手机号 13900139001")
        assert "你还没有" in dave.says("申请进度"), "what only reads is answered meanwhile"
    assert came == [503, 503, 503]
    assert NOBODY in answer["messages"][-1]["text"]
    assert "已绑定尾号 9001" in dave.says("绑定手机号 13900139001")


def test_a_full_disk_is_told_by_wechat_and_what_was_said_counts_once_there_is_room(
    world_in_a_file: World,
) -> None:
    """(PostgreSQL's own error has no cheap way to be had; it is a state of the same list.)"""
    world = world_in_a_file
    database = world.house.engine.store.engine
    owner, agreement = world.person("老板"), "免费加入，" + "按真实成交计佣。" * 180
    full = True

    def no_more_pages(connection: Any, *_: object) -> None:
        if full:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count={pages}")
        else:
            connection.execute("PRAGMA max_page_count=1000000")

    event.listen(database, "checkout", no_more_pages)
    came, answer = statuses(world, owner, f"设置 推广员协议 {agreement}")
    assert came == [503, 503, 503], answer
    assert NOBODY in answer["messages"][-1]["text"]
    full = False
    assert "推广员协议" in owner.says(f"设置 推广员协议 {agreement}")
    assert world.house.operator().settings.now().agreement == agreement
    with database.connect() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    world.audited()


# -- Redis ------------------------------------------------------------------------------------------


def test_a_redis_that_takes_nothing_more_leaves_lines_working_and_questions_closed(
    world: World, bob: Person
) -> None:
    """As with a full disk under its append-only file: it reads, and refuses whatever writes."""
    redis = world.house.redis
    redis.config_set("maxmemory", 1)
    try:
        assert "可提现 ¥0.00" in bob.says("我的收益")
        assert "已绑定尾号 9002" in bob.says("绑定手机号 13900139002")
        assert "记不住上一句话" in bob.says("改名"), "the question cannot be kept open"
        assert "记不住" not in bob.says("我的客户")
        assert "小波" in bob.says("改名 小波"), "and one line needs no memory"
        carol = world.person("carol")
        assert "小波 向你推荐了" in carol.scans_poster_of("bob")
    finally:
        redis.config_set("maxmemory", 0)
    assert "访问 1 " in world.person("老板").says("今日概览")
    carol.pays()
    world.work()
    assert "有新的佣金入账" in bob.told(), "what could not be rung for is found by the tick"


def test_a_redis_that_stands_still_costs_moments_and_no_message(world: World, bob: Person) -> None:
    world.house.hurries()
    world.house.redis.execute_command("CLIENT", "PAUSE", 2500, "ALL")
    answer = world.post(f"people/{bob.openid}/text", content="我的收益")
    assert not answer["problem"]
    assert all(one["ms"] < 4_500 for one in answer["deliveries"]), answer["deliveries"]
    assert "可提现" in answer["messages"][-1]["text"]


# -- WeChat -----------------------------------------------------------------------------------------


def test_minus_one_is_tried_again_at_once_and_the_notice_comes_once(world: World, bob: Person) -> None:
    world.post("faults", path=SEND, errcode=-1, times=2)
    carol = world.person("carol")
    carol.scans_poster_of("bob")
    carol.pays()
    assert bob.told().count("有新的佣金入账") == 1


@pytest.mark.parametrize("weather", [{"errcode": 45009}, {"errcode": 40001}, {"hang": 4}])
def test_what_cannot_go_out_today_is_read_by_asking_and_comes_once_the_weather_clears(
    world: World, bob: Person, weather: dict[str, Any]
) -> None:
    """A used-up quota, a token that is never right, no answer in time: the same for who waits."""
    world.house.wechat._api.timeout = (5, 3)
    world.post("faults", path=SEND, times=50, **weather)
    asked = _calls(world, TOKEN)
    carol = world.person("carol")
    carol.scans_poster_of("bob")
    carol.pays()
    assert bob.told() == ""
    assert "待结算 ¥30.00" in bob.says("我的收益"), "every notice can also be had by asking"
    assert _calls(world, TOKEN) - asked <= 2, "two token calls a minute, however long it is wrong"
    world._sandbox.test_client().delete("/sandbox/api/faults")
    world.later(minutes=30)
    assert bob.told().count("有新的佣金入账") == 1


# -- links ------------------------------------------------------------------------------------------

WHO = "/sns/oauth2/access_token"


def visits(world: World) -> int:
    return world.house.operator().reports.overview().today.visits


def read(page: dict[str, Any]) -> str:
    """What stands on a page."""
    return visible(page["html"].partition("<main>")[2].partition("</main>")[0])


def test_whom_wechat_does_not_name_reads_so_and_counts_when_he_opens_it_again(
    world: World, bob: Person, caplog: pytest.LogCaptureFixture
) -> None:
    carol, link = world.person("carol"), f"http://127.0.0.1:1/r/{world.code('bob')}"
    for weather in ({"errcode": -1}, {"errcode": 40001}, {"hang": 4}, {"half": True}, {"status": 502}):
        before = visits(world)
        world.post("faults", path=WHO, **weather)
        said = read(carol.opens(link))
        assert "微信暂时没有回应，这次没有记下。过一会儿再试。" in said, weather
        assert "重新打开" in said
        assert visits(world) == before
        assert carol.opens(link)["url"].startswith("https://shop.example.com/")
        assert visits(world) == before + 1
    world.post("faults", path=WHO, errcode=40163)
    assert "微信没有确认成功，这次没有记下。请重新打开链接。" in read(carol.opens(link))
    assert "a-secret-of-the-story" not in caplog.text


def test_a_link_counts_once_while_redis_takes_nothing_or_stands_still(world: World, bob: Person) -> None:
    link, redis = f"http://127.0.0.1:1/r/{world.code('bob')}", world.house.redis
    carol, dave = world.person("carol"), world.person("dave")
    redis.config_set("maxmemory", 1)
    try:
        assert carol.opens(link)["url"].startswith("https://shop.example.com/")
    finally:
        redis.config_set("maxmemory", 0)
    assert visits(world) == 1
    world.house.hurries()
    redis.execute_command("CLIENT", "PAUSE", 1500, "ALL")
    assert dave.opens(link)["url"].startswith("https://shop.example.com/")
    assert visits(world) == 2


def test_a_link_opened_while_the_database_is_locked_says_so_and_counts_afterwards(
    world: World, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    carol, link = world.person("carol"), f"http://127.0.0.1:1/r/{world.code('bob')}"
    carol.opens(link)
    monkeypatch.setattr(base, "PATIENCE", 0.2)
    with locked(world):
        page = carol.opens(link)
    assert page["status"] == 503
    assert "系统正忙，这次没有记下。过一会儿再试。" in read(page)
    assert visits(world) == 1
    assert carol.opens(link)["url"].startswith("https://shop.example.com/")
    assert visits(world) == 2


def test_a_mistake_of_ours_behind_a_link_is_a_page_and_a_line_in_the_log(
    world: World, bob: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> str:
        raise ValueError("13800138000")

    monkeypatch.setattr(pages, "share_card", fails)
    page = world.app.test_client().get(f"/r/{world.code('bob')}")
    assert page.status_code == 500
    assert "这个页面没有打开，这次没有记下。" in page.text
    assert "event=bug error=ValueError at=test_bad_weather.py" in caplog.text
    assert "138" not in caplog.text


def _calls(world: World, path: str) -> int:
    rows = world.get("log?limit=500&kind=api")["log"]
    return sum(one["title"] == path for one in rows)
