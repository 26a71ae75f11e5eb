"""Processes that die, a Redis that forgets or stops, pushes that come thrice: one effect, and nothing lost."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.bot.bench import SEND, UPLOAD
from tests.processes.live import Demo, Process, until

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def well_again(demo: Demo) -> Iterator[None]:
    """Each test begins and ends with a bot that is well."""
    demo.person("王小明").says("帮助")  # his window is open for five messages
    until(demo.is_well, demo.said)
    yield
    until(demo.is_well, demo.said)


def approve(demo: Demo, name: str) -> None:
    """The owner lets somebody in, who is told by the messages worker."""
    owner = demo.person("老板")
    owner.says("推广员审核")
    owner.taps(name)
    assert "已通过" in owner.taps("通过")


def stopped(demo: Demo, words: str) -> Process:
    """Hold a worker that has nothing to do: what comes now waits for it. (In a write it would hold the lock.)"""
    until(demo.at_rest, demo.said)
    worker = demo.one(words)
    worker.signal(signal.SIGSTOP)
    return worker


def killed(process: Process) -> None:
    """As nobody can object to."""
    process.signal(signal.SIGKILL)


def test_what_waits_for_a_killed_messages_worker_is_sent_by_another(demo: Demo) -> None:
    demo.applies(demo.follower("李小红"))
    worker = stopped(demo, "work messages")
    approve(demo, "李小红")
    time.sleep(1)
    assert demo.pushed_to("李小红") == 0
    killed(worker)
    until(lambda: demo.pushed_to("李小红") > 0, demo.said)
    assert demo.one("work messages").pid != worker.pid


def test_what_a_messages_worker_was_just_sending_when_it_was_killed_is_sent_by_another(demo: Demo) -> None:
    demo.applies(demo.follower("陈大文"))
    demo.fault(SEND, hang=20, status=502)
    approve(demo, "陈大文")
    until(demo.struck, demo.said)
    assert demo.pushed_to("陈大文") == 0
    killed(demo.one("work messages"))
    until(lambda: demo.pushed_to("陈大文") > 0, demo.said)


def test_a_picture_that_waits_for_a_killed_worker_arrives_by_another(demo: Demo) -> None:
    worker = stopped(demo, "work pictures")
    before = demo.pictures_of("王小明")
    demo.person("王小明").says("改名 小明一")
    demo.person("王小明").says("店铺海报")
    killed(worker)
    until(lambda: demo.pictures_of("王小明") == before + 1, demo.said)


def test_a_picture_whose_worker_is_killed_at_the_upload_arrives_by_another(demo: Demo) -> None:
    before = demo.pictures_of("王小明")
    demo.fault(UPLOAD, hang=20, status=502)
    demo.person("王小明").says("改名 小明二")
    demo.person("王小明").says("店铺海报")
    until(demo.struck, demo.said)
    killed(demo.one("work pictures"))
    until(lambda: demo.pictures_of("王小明") == before + 1, demo.said)


def test_after_a_web_worker_is_killed_the_next_messages_are_answered(demo: Demo) -> None:
    workers = demo.web_workers()
    assert len(workers) >= 2
    killed(workers[0])
    for _ in range(4):
        assert "可提现" in demo.person("王小明").says("我的收益")
    until(demo.is_well, demo.said)


def test_after_the_whole_web_server_is_killed_messages_are_answered_again(demo: Demo) -> None:
    old = demo.one("granian")
    killed(old)
    # The demo ends what the dead server left behind, then starts another: only that one's health counts.
    until(
        lambda: any(
            one.parent == demo.process.pid and one.pid != old.pid for one in demo.processes("granian")
        ),
        demo.said,
    )
    until(demo.is_well, demo.said)
    assert "可提现" in demo.person("王小明").says("我的收益")


def test_after_the_tick_is_killed_another_leads(demo: Demo) -> None:
    tick = demo.one("flask tick")
    killed(tick)
    until(lambda: [one for one in demo.processes("flask tick") if one.pid != tick.pid], demo.said)
    time.sleep(21)  # the dead one's lease is over
    until(demo.is_well, demo.said)


def test_a_redis_that_is_flushed_in_a_conversation_costs_that_conversation_only(demo: Demo) -> None:
    hong = demo.person("周小云")
    hong.follows()
    hong.says("申请推广员")
    hong.says("同意")
    hong.says("周小云")
    with demo.redis() as redis:
        redis.flushall()
    assert "没听懂" in hong.says("13800138001")
    assert "确认" in _until_confirm(demo, "周小云")
    until(demo.is_well, demo.said)


def test_the_same_push_after_a_flush_has_no_second_effect(demo: Demo) -> None:
    demo.person("王小明").says("改名 小明三")
    before = demo.pictures_of("王小明")
    xml = demo.text_of("王小明", "店铺海报")
    demo.knock(xml)
    with demo.redis() as redis:
        redis.flushall()
    demo.knock(xml)
    until(lambda: demo.pictures_of("王小明") > before, demo.said)
    time.sleep(8)  # a tick and a picture's time
    assert demo.pictures_of("王小明") == before + 1


def test_three_of_one_push_at_once_have_one_effect_and_one_reply_byte_for_byte(demo: Demo) -> None:
    demo.person("王小明").says("改名 小明四")
    before = demo.pictures_of("王小明")
    xml = demo.text_of("王小明", "店铺海报")
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: demo.knock(xml), range(3)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert "海报" in demo.opened(answers[0])["Content"]
    until(lambda: demo.pictures_of("王小明") > before, demo.said)
    time.sleep(3)
    assert demo.pictures_of("王小明") == before + 1


def test_a_redis_that_hangs_does_not_keep_one_line_commands_from_being_answered(demo: Demo) -> None:
    before = demo.pictures_of("王小明")
    redis = demo.one("redis-server")
    redis.signal(signal.SIGSTOP)
    try:
        for words, answer in (
            ("我的收益", "可提现"),
            ("我的推荐人", "推荐人"),
            ("改名 小明五", "小明五"),
            ("店铺海报", "海报"),
        ):
            began = time.monotonic()
            told = demo.opened(demo.knock(demo.text_of("王小明", words)))["Content"]
            assert time.monotonic() - began < 4.5
            assert answer in told
        assert not demo.is_well()
    finally:
        redis.signal(signal.SIGCONT)
    until(lambda: demo.pictures_of("王小明") > before, demo.said)


def test_a_redis_that_is_killed_comes_back_and_the_picture_asked_for_meanwhile_too(demo: Demo) -> None:
    demo.person("王小明").says("改名 小明六")
    before = demo.pictures_of("王小明")
    redis = demo.one("redis-server")
    killed(redis)
    told = demo.opened(demo.knock(demo.text_of("王小明", "店铺海报")))["Content"]
    assert "海报" in told
    until(lambda: demo.pictures_of("王小明") > before, demo.said)
    assert demo.one("redis-server").pid != redis.pid


def _until_confirm(demo: Demo, name: str) -> str:
    someone = demo.person(name)
    someone.says("申请推广员")
    someone.says("同意")
    someone.says(name)
    return someone.says("13800138001")
