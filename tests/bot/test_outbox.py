"""The sender against WeChat's moods: what was sent, what waits, what is tried again and what is given up."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from redis import Redis

from bot.outbox import Sender
from bot.studio import Studio
from bot.wechat.errors import WeChatRefused
from bot.wechat.roles import tag_ids
from engine import someone
from engine.ids import OutboxId, PersonId
from engine.outbox import ANSWERS, BUNDLED, ERRANDS
from engine.people.authority import Role
from handlers import notices
from tests.bot.bench import SEND, UPLOAD, Bench


def test_a_notice_is_sent(bench: Bench) -> None:
    bench.promoter("王小明")
    row = bench.deliver(bench.put("approved", to="王小明"))
    assert row.state == "sent"
    assert bench.promoter_of("王小明").code in bench.pushed("王小明")[0]["text"]


def test_a_row_is_sent_once_however_often_its_job_runs(bench: Bench) -> None:
    bench.promoter("王小明")
    row = bench.put("approved", to="王小明")
    for _ in range(3):
        bench.sender.deliver(row)
    assert len(bench.pushed("王小明")) == 1


def test_a_row_that_is_not_there_is_no_matter(bench: Bench) -> None:
    bench.sender.deliver(OutboxId("ob_unknown"))


@pytest.mark.parametrize("errcode", [45015, 45047, 43004, 48002])
def test_who_cannot_be_reached_reads_it_when_he_comes_back(bench: Bench, errcode: int) -> None:
    ming = bench.promoter("王小明")
    bench.fault(SEND, errcode=errcode)
    row = bench.deliver(bench.put("approved", to="王小明"))
    assert row.state == "waiting"
    assert str(errcode) in row.error
    said = ming.says("继续")
    assert said.startswith("你不在的时候：")
    assert bench.promoter_of("王小明").code in said
    assert bench.row(row.id).state == "sent"
    assert "你不在的时候" not in ming.says("继续")


def test_a_real_closed_window_makes_it_wait_too(bench: Bench) -> None:
    ming = bench.promoter("王小明")
    bench.clock.instant += timedelta(hours=48)
    calls = len(bench.calls(SEND))
    row = bench.deliver(bench.put("approved", to="王小明"))
    assert (row.state, row.error) == ("waiting", "no window is open")
    assert len(bench.calls(SEND)) == calls
    assert "你不在的时候" in ming.says("继续")


def test_where_nothing_is_known_of_the_window_wechat_is_asked_once(bench: Bench, redis: Redis) -> None:
    ming = bench.promoter("王小明")
    bench.clock.instant += timedelta(hours=48)
    redis.flushdb()
    row = bench.deliver(bench.put("approved", to="王小明"))
    assert (row.state, "45015" in row.error) == ("waiting", True)
    calls = len(bench.calls(SEND))
    assert bench.deliver(bench.put("approved", to="王小明")).state == "waiting"
    assert len(bench.calls(SEND)) == calls
    assert "你不在的时候" in ming.says("继续")


def test_the_last_two_of_a_window_are_kept_for_what_he_asks_for_himself(bench: Bench) -> None:
    ming = bench.promoter("王小明")
    states = []
    for order in "ABCD":
        states.append(bench.deliver(bench.put("earned", {"items": [order]}, to="王小明")).state)
        bench.clock.instant += BUNDLED
    assert states == ["sent", "sent", "sent", "waiting"]
    assert bench.deliver(bench.put("approved", to="王小明")).state == "sent"
    bench.house.desk(someone(bench.who("王小明").person)).pictures.want("poster", _id(bench))
    bench.drain()
    assert len(ming.pictures()) == 1


def test_notices_go_out_in_one_message_and_one_message_in_ten_minutes(bench: Bench) -> None:
    bench.promoter("王小明")
    first = [bench.put("approved", to="王小明"), bench.put("earned", {"items": ["A1"]}, to="王小明")]
    bench.drain()
    (told,) = bench.pushed("王小明")
    assert bench.promoter_of("王小明").code in told["text"]
    assert "单号 A1" in told["text"]
    second = bench.put("earned", {"items": ["B2"]}, to="王小明")
    bench.drain()
    assert [bench.row(row).state for row in (*first, second)] == ["sent", "sent", "ready"]
    assert bench.pushed("王小明") == []
    bench.clock.instant += BUNDLED
    bench.drain()
    assert "单号 B2" in bench.pushed("王小明")[0]["text"]


def test_a_notice_whose_words_fail_takes_no_other_with_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def words(kind: str, payload: Mapping[str, object], _desk: object) -> str:
        return f"{kind} {payload['n']}"

    bench.promoter("王小明")
    monkeypatch.setattr("bot.outbox.notices.words", words)
    good, bad = bench.put("a", {"n": "1"}, to="王小明"), bench.put("b", to="王小明")
    assert bench.deliver(good).state == "sent"
    assert [(bench.row(bad).state, bench.row(bad).tries)] == [("ready", 0)]
    assert "KeyError" in caplog.text
    assert [one["text"] for one in bench.pushed("王小明")] == ["a 1"]


def test_what_finds_no_room_in_the_message_comes_in_the_next(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.promoter("王小明")
    monkeypatch.setattr("bot.outbox.notices.words", lambda _kind, payload, _desk: payload["n"] * 400)
    rows = []
    for n in "甲乙":
        rows.append(bench.put("a", {"n": n}, to="王小明"))
        bench.clock.instant += bench.second
    bench.drain()
    assert [one["text"] for one in bench.pushed("王小明")] == ["甲" * 400]
    bench.clock.instant += BUNDLED
    bench.drain()
    assert [one["text"] for one in bench.pushed("王小明")] == ["乙" * 400]
    assert [bench.row(row).tries for row in rows] == [1, 1]


@pytest.mark.parametrize("errcode", [45009, -1, 88888])
def test_what_passes_is_tried_again_later(bench: Bench, errcode: int) -> None:
    bench.promoter("王小明")
    bench.fault(SEND, errcode=errcode, errmsg="not now", times=3)
    row = bench.deliver(bench.put("approved", to="王小明"))
    assert row.state == "ready"
    assert 0 < bench.in_seconds(row.due_at) <= 5
    assert bench.house.engine.post(bench.house.shop).due() == ()
    bench.good_weather()
    bench.clock.instant += timedelta(seconds=6)
    bench.drain()
    assert bench.row(row.id).state == "sent"
    assert len(bench.pushed("王小明")) == 1
    assert bench.row(row.id).tries == 2


@pytest.mark.parametrize("weather", [{"hang": 4}, {"status": 502}, {"half": True}])
def test_no_answer_or_a_broken_one_is_tried_again_later(bench: Bench, weather: dict[str, object]) -> None:
    bench.promoter("王小明")
    bench.fault(SEND, **weather)
    row = bench.deliver(bench.put("approved", to="王小明"))
    assert row.state == "ready"
    assert "access_token=" not in row.error
    bench.clock.instant += timedelta(seconds=6)
    bench.drain()
    assert bench.row(row.id).state == "sent"


def test_it_is_given_up_after_eight_tries(bench: Bench) -> None:
    bench.promoter("王小明")
    bench.fault(SEND, errcode=45009, times=100)
    row = bench.put("approved", to="王小明")
    pauses = []
    for _ in range(8):
        found = bench.deliver(row)
        pauses.append(bench.in_seconds(found.due_at))
        bench.clock.instant = max(bench.clock.instant, found.due_at)
    assert found.state == "dead"
    assert pauses[:7] == sorted(pauses[:7])
    assert found.tries == 8


@pytest.mark.parametrize("errcode", [40003, 45002, 40008])
def test_what_can_never_go_out_is_dead_at_once(bench: Bench, errcode: int) -> None:
    bench.promoter("王小明")
    bench.fault(SEND, errcode=errcode)
    row = bench.deliver(bench.put("approved", to="王小明"))
    assert (row.state, row.tries) == ("dead", 1)


def test_a_lost_upload_told_of_a_text_is_no_bug(bench: Bench) -> None:
    bench.promoter("王小明")
    bench.fault(SEND, errcode=40007)
    assert bench.deliver(bench.put("approved", to="王小明")).state == "ready"


def test_nobody_to_send_to_is_dead(bench: Bench) -> None:
    bench.promoter("王小明")
    from engine.people import accounts
    from engine.store.actors import SYSTEM

    nobody: PersonId = bench.house.engine.store.write(
        bench.house.shop, SYSTEM, lambda tx: accounts.know(tx, "phone", "13900139000")
    )
    row = bench.deliver(bench.put("tag", {"person": nobody}, person=nobody))
    assert (row.state, row.error) == ("dead", "no openid")


def test_a_notice_that_has_become_moot_is_done_without_a_word(bench: Bench) -> None:
    bench.pushed("老板")
    assert bench.deliver(bench.put("todo", to="老板")).state == "sent"
    assert bench.deliver(bench.put("of a later version", to="老板")).state == "sent"
    assert bench.pushed("老板") == []


def test_a_bug_in_one_row_is_tried_again_with_growing_pauses_and_then_given_up(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def bug(*_args: object) -> str:
        raise KeyError("王小明 13800138000")

    monkeypatch.setattr("bot.outbox.notices.words", bug)
    row = bench.put("approved", to="老板")
    assert bench.deliver(row).state == "ready"
    assert "KeyError" in caplog.text
    assert "138" not in caplog.text + bench.row(row).error
    for _ in range(7):
        bench.clock.instant += timedelta(hours=7)
        found = bench.deliver(row)
    assert found.state == "dead"


def test_the_tag_and_with_it_the_menu_follow_the_role(bench: Bench) -> None:
    publish(bench)
    ming = bench.person("王小明")
    ming.follows()
    before = ming.menu()
    bench.promoter("王小明", follows=False)
    assert tags(bench, "王小明") == ["推广员"]
    assert ming.menu() != before
    assert tags(bench, "老板") == ["商家"]


def test_every_step_of_a_life_leaves_one_tag_at_most_and_the_menu_that_goes_with_it(bench: Bench) -> None:
    publish(bench)
    ming = bench.promoter("王小明")
    code, boss = bench.promoter_of("王小明").code, bench.desk("老板")

    def becomes(*wanted: str, sees: str) -> None:
        bench.drain()
        assert (tags(bench, "王小明"), sees in ming.menu()) == (list(wanted), True)

    def roles(*given: Role) -> None:
        handle = bench.who("王小明").person.removeprefix("pe_")
        bench.desk("老板").staffing.change(bench.desk("老板").staffing.propose(handle, frozenset(given)).code)

    becomes("推广员", sees="店铺海报")
    bench.desk("王小明").enrolling.enrol(bench.house.operator().enrolling.invite(Role.FINANCE).token)
    becomes("商家", sees="全部待办")
    roles(Role.FINANCE, Role.SERVICE)
    becomes("商家", sees="全部待办")
    roles()
    becomes("推广员", sees="店铺海报")
    ming.unfollows()
    bench.drain()
    ming.follows()
    becomes("推广员", sees="店铺海报")
    boss.handover.terminate(boss.handover.propose_terminate(code, "", "", "不做了").code)
    becomes(sees="申请推广员")
    ming.unfollows()
    bench.drain()
    ming.follows()
    becomes(sees="申请推广员")
    bench.promoter("王小明", follows=False)
    becomes("推广员", sees="店铺海报")


def test_a_tag_that_another_worker_made_first_is_taken(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    wechat = bench.house.wechat
    ours, really, seen = tag_ids(wechat), wechat.list_tags, iter([()])
    monkeypatch.setattr(wechat, "list_tags", lambda: next(seen, really()))
    assert tag_ids(wechat) == ours
    bench.fault("/cgi-bin/tags/create", errcode=45056)
    monkeypatch.setattr(wechat, "list_tags", list)
    with pytest.raises(WeChatRefused):
        tag_ids(wechat)


def test_a_tag_that_failed_half_way_is_whole_after_the_next_try(bench: Bench) -> None:
    bench.fault("/cgi-bin/tags/members/batchtagging", errcode=45009)
    bench.promoter("王小明")
    assert tags(bench, "王小明") == []
    bench.clock.instant += timedelta(seconds=6)
    bench.drain()
    assert tags(bench, "王小明") == ["推广员"]


def test_a_menu_row_publishes_what_the_settings_say(bench: Bench) -> None:
    publish(bench)
    stranger = bench.person("李小红")
    stranger.follows()
    assert "申请推广员" in stranger.menu()
    bench.house.operator().settings.set_up("recruiting", "off")
    bench.drain()
    assert "申请推广员" not in stranger.menu()


def test_a_menu_that_failed_half_way_is_whole_after_the_next_try(bench: Bench) -> None:
    publish(bench)
    bench.fault("/cgi-bin/menu/addconditional", errcode=-1, times=3)
    bench.house.operator().settings.set_up("two_level", "off")
    bench.drain()
    assert bench.rows_of("menu", "ready")
    bench.clock.instant += timedelta(seconds=6)
    bench.drain()
    assert not bench.rows_of("menu", "ready")
    assert "全部待办" in bench.person("老板").menu()


def test_a_picture_comes_as_a_picture(bench: Bench) -> None:
    ming = bench.promoter("王小明")
    assert "海报" in bench.key("王小明", "店铺海报")
    bench.drain()
    assert len(ming.pictures()) == 1
    assert bench.rows_of("picture")[0].state == "sent"


def test_a_picture_past_its_minute_waits_and_is_there_at_once_when_asked_for(bench: Bench) -> None:
    ming = bench.promoter("王小明")
    bench.clock.instant += timedelta(hours=48)
    bench.key("王小明", "店铺海报")
    bench.clock.instant += timedelta(seconds=61)
    bench.drain()
    assert bench.rows_of("picture")[0].state == "waiting"
    assert ming.pictures() == []
    assert "你要的海报已准备好" in bench.key("王小明", "继续")
    bench.key("王小明", "店铺海报")
    assert len(ming.pictures()) == 1
    assert len(bench.rows_of("picture")) == 1


def test_a_picture_past_its_minute_is_sent_to_who_wrote_meanwhile(bench: Bench) -> None:
    ming = bench.promoter("王小明")
    bench.key("王小明", "店铺海报")
    bench.clock.instant += timedelta(seconds=50)
    ming.says("帮助")
    bench.clock.instant += timedelta(seconds=50)
    bench.drain()
    assert len(ming.pictures()) == 1


def test_an_upload_that_wechat_lost_is_made_again(bench: Bench) -> None:
    ming = bench.promoter("王小明")
    ming.says("店铺海报")
    bench.drain()
    first = ming.pictures()[0]["media"]
    bench.fault(SEND, errcode=40007)
    row = bench.deliver(bench.put("picture", {"what": "poster", "subject": _id(bench)}, to="王小明"))
    assert row.state == "ready"
    bench.clock.instant += timedelta(seconds=6)
    bench.drain()
    assert bench.row(row.id).state == "sent"
    assert ming.pictures()[-1]["media"] != first
    assert len(bench.calls(UPLOAD)) == 2


def test_the_qr_code_of_a_poster_is_asked_for_once(bench: Bench) -> None:
    ming = bench.promoter("王小明")
    ming.says("店铺海报")
    bench.drain()
    bench.clock.instant += timedelta(days=4)
    ming.says("店铺海报")
    bench.drain()
    assert len(ming.pictures()) == 2
    assert len(bench.calls("/cgi-bin/qrcode/create")) == 1
    assert len([one for one in bench.calls(UPLOAD) if one["ok"]]) == 2


def test_the_one_time_qr_that_was_used_meanwhile_is_not_drawn(bench: Bench) -> None:
    token = bench.house.operator().enrolling.invite(Role.FINANCE).token
    bench.person("李小红").follows()
    bench.desk("李小红").enrolling.enrol(token)
    row = bench.deliver(bench.put("picture", {"what": "enrolment", "subject": token}, to="老板"))
    assert row.state == "dead"


def test_who_lost_the_right_meanwhile_is_not_sent_what_he_asked_for_in_time(bench: Bench) -> None:
    bench.promoter("王小明")
    clerk = bench.person("李小红")
    clerk.follows()
    bench.desk("李小红").enrolling.enrol(bench.house.operator().enrolling.invite(Role.REVIEW).token)
    assert bench.desk("李小红").pictures.want("poster", _id(bench))
    (row,) = bench.rows_of("picture")
    handle = bench.who("李小红").person.removeprefix("pe_")
    bench.desk("老板").staffing.change(bench.desk("老板").staffing.propose(handle, frozenset()).code)
    assert bench.deliver(row.id).state == "dead"
    assert clerk.pictures() == []


def test_the_worker_loses_no_row_when_redis_is_away(bench: Bench) -> None:
    bench.promoter("王小明")
    away = _without_redis(bench)
    row = bench.put("approved", to="王小明")
    away.deliver(row)
    assert bench.row(row).state == "sent"
    assert len(bench.pushed("王小明")) == 1


def publish(bench: Bench) -> None:
    bench.deliver(bench.put("menu"))


def tags(bench: Bench, name: str) -> list[str]:
    people = bench.get("people")["people"]
    found: list[str] = next(one["tags"] for one in people if one["openid"] == bench.person(name).openid)
    return found


def _id(bench: Bench) -> str:
    return bench.promoter_of("王小明").id


def _without_redis(bench: Bench) -> Sender:
    from bot.redis import connect
    from bot.shelf import Shelf
    from bot.wechat.client import WeChat
    from bot.wechat.windows import Windows

    nowhere = connect("unix:///nowhere/redis.sock")
    house, settings = bench.house, bench.house.settings
    wechat = WeChat(
        app_id=settings.wechat_app_id,
        secret=settings.wechat_app_secret,
        api_base=settings.wechat_api_base,
        redis=nowhere,
    )
    shelf = Shelf(nowhere, prefix="x:", clock=house.clock)
    studio = Studio(house.engine, house.shop, wechat, shelf, house.gallery, house.clock)
    return Sender(house.engine, house.shop, wechat, Windows(nowhere, prefix="x:"), studio, house.clock)


WORK = {"menu", "code", "material", "litter", "handover", "known", "emptied", "booking", "move"}
"""What is addressed to nobody."""


def test_what_the_sender_does_is_no_notice_and_what_has_words_is_one() -> None:
    """A kind that is missing among the errands would be taken for a notice without words, and never be done."""
    errands, work = (
        {
            kind
            for case in re.findall(r"case (\".+):", inspect.getsource(each))
            for kind in re.findall(r"\w+", case)
        }
        for each in (Sender._errand, Sender._work)
    )
    assert (errands | {"picture"}, work) == (set(ERRANDS), set(WORK))
    assert set(notices.KINDS) & {*ERRANDS, *WORK} == {"picture"}
    assert set(ANSWERS) <= set(notices.KINDS)


MEDIA = "/cgi-bin/media/get"


def test_a_payee_picture_that_wechat_has_no_more_is_asked_for_again(bench: Bench) -> None:
    bench.promoter("王小明")
    row = bench.deliver(bench.put("payee", {"channel": "wechat", "media": "gone"}, to="王小明"))
    assert row.state == "sent"
    bench.drain()
    (told,) = bench.pushed("王小明")
    assert "微信收款码没有保存：没能从微信取到这张图片" in told["text"]
    assert "重新发一张" in told["text"]


def test_a_payee_picture_that_wechat_gives_in_no_try_is_asked_for_again_at_the_last(bench: Bench) -> None:
    bench.promoter("王小明")
    bench.fault(MEDIA, errcode=-1, times=100)
    row = bench.put("payee", {"channel": "alipay", "media": "busy"}, to="王小明")
    for n in range(8):
        found = bench.deliver(row)
        assert found.state == ("ready" if n < 7 else "sent")
        bench.clock.instant = max(bench.clock.instant, found.due_at)
    bench.drain()
    (told,) = bench.pushed("王小明")
    assert "支付宝收款码没有保存" in told["text"]


def test_a_merchants_picture_that_wechat_has_no_more_is_asked_for_again(bench: Bench) -> None:
    bench.deliver(bench.put("given", {"key": "recruit_picture", "media": "gone"}, to="老板"))
    bench.drain()
    (told,) = bench.pushed("老板")
    assert "没有换：没能从微信取到这张图片" in told["text"]
