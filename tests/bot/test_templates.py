"""Template messages: facts by event, fields as WeChat takes them, and what happens where there is none."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.outbox import Sender
from bot.wechat.templates import Template, fitted, read
from engine.money import Money
from engine.outbox import BUNDLED
from handlers.templates import FACTS, Event, card_of
from tests.bot.bench import SEND, Bench

ID = "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY"
TEMPLATE = "/cgi-bin/message/template/send"
SET = {
    Event.APPLICATION: read(Event.APPLICATION, f"{ID} thing1=shop phrase2=result thing3=note time4=time"),
    Event.WITHDRAWAL: read(
        Event.WITHDRAWAL, f"{ID},amount1=amount,phrase2=result,character_string3=code,thing4=note"
    ),
    Event.TODO: read(Event.TODO, f"{ID} thing1=note number2=count time3=time"),
}


@pytest.fixture
def far(bench: Bench) -> Bench:
    """王小明 promotes, the templates are set, and nobody has an open window."""
    bench.promoter("王小明")
    bench.sender = Sender(
        bench.house.engine, bench.house.shop, bench.house.wechat, bench.house.windows,
        bench.sender.studio, bench.clock, SET,
    )  # fmt: skip
    bench.clock.instant += timedelta(hours=49)
    return bench


def cards(bench: Bench, name: str) -> list[dict[str, str]]:
    """The template messages in somebody's chat, each as its fields."""
    chat = bench.person(name).chat()
    return [
        {row["name"]: row["value"] for row in one["card"]["rows"]} for one in chat if one["via"] == "template"
    ]


def test_where_no_window_is_open_a_template_tells_the_result(far: Bench) -> None:
    row = far.deliver(far.put("approved", to="王小明"))
    assert row.state == "sent"
    assert cards(far, "王小明") == [
        {
            "thing1": "青禾小店",
            "phrase2": "已通过",
            "thing3": "回复 帮助 看能做什么",
            "time4": "2026年03月04日 11:10",
        }
    ]
    assert far.pushed("王小明")[:1] == []


def test_what_waits_for_the_merchant_is_told_by_a_template(far: Bench) -> None:
    stranger = far.follower("李小红")
    far.applies(stranger)
    far.clock.instant += timedelta(hours=49)
    far.drain()
    assert [card["thing1"] for card in cards(far, "老板")] == ["申请 1"]
    assert [card["number2"] for card in cards(far, "老板")] == ["1"]


def test_a_rejection_carries_the_reason_cut_to_the_field(far: Bench) -> None:
    far.applies(far.follower("李小红"))
    application = far.desk("老板").recruiting.pending(1)[0].id
    far.desk("老板").recruiting.reject(application, "资料写得不全，请补上真实姓名和联系方式之后再来申请一次")
    far.clock.instant += timedelta(hours=49)
    far.drain()
    (card,) = cards(far, "李小红")
    assert (card["phrase2"], card["thing3"]) == ("未通过", "资料写得不全，请补上真实姓名和联系方式…")
    assert len(card["thing3"]) == 20


def test_a_withdrawals_results_are_told_by_templates_ten_minutes_apart(far: Bench) -> None:
    code = withdrawn(far)
    far.desk("老板").withdrawals.approve(code)
    in_hand = far.desk("老板").withdrawals.take_in_hand(code)
    far.desk("老板").withdrawals.mark_paid(in_hand.code, "PAY1")
    far.clock.instant += timedelta(hours=49)
    forget_tokens(far)
    far.drain()
    assert [card["phrase2"] for card in cards(far, "王小明")] == ["已打款"], "approved is moot by now"
    assert cards(far, "王小明")[0]["amount1"] == "¥30.00"
    assert cards(far, "王小明")[0]["character_string3"] == code


def test_what_is_no_longer_his_has_no_card(far: Bench) -> None:
    assert card_of("rejected", {"application": "ap_1"}, far.desk("王小明"), far.clock.now()) is None


def test_of_two_results_the_second_template_comes_ten_minutes_later(far: Bench) -> None:
    rows = [far.put("approved", to="王小明") for _ in range(2)]
    far.drain()
    assert sorted(far.row(row).state for row in rows) == ["ready", "sent"]
    far.clock.instant += BUNDLED
    far.drain()
    assert [far.row(row).state for row in rows] == ["sent", "sent"]


def test_what_no_template_may_carry_waits(far: Bench) -> None:
    row = far.deliver(far.put("earned", {"items": ["A1"]}, to="王小明"))
    assert (row.state, cards(far, "王小明")) == ("waiting", [])


def test_an_event_without_a_template_waits(far: Bench) -> None:
    far.sender = Sender(
        far.house.engine, far.house.shop, far.house.wechat, far.house.windows, far.sender.studio, far.clock
    )
    assert far.deliver(far.put("approved", to="王小明")).state == "waiting"


def test_a_window_that_wechat_closes_is_followed_by_the_template(far: Bench) -> None:
    far.person("王小明").says("帮助")
    far.fault(SEND, errcode=45047)
    assert far.deliver(far.put("approved", to="王小明")).state == "sent"
    assert len(cards(far, "王小明")) == 1


@pytest.mark.parametrize("errcode", [47003, 40037, 43004, 48001])
def test_a_template_that_wechat_does_not_take_leaves_the_notice_to_the_next_contact(
    far: Bench, errcode: int
) -> None:
    far.fault(TEMPLATE, errcode=errcode)
    row = far.deliver(far.put("approved", to="王小明"))
    assert (row.state, str(errcode) in row.error) == ("waiting", True)
    assert "你不在的时候" in far.person("王小明").says("继续")


def test_whom_no_template_reaches_reads_it_at_his_next_contact_and_is_sent_none_before(far: Bench) -> None:
    ming = far.person("王小明")
    refuses(far, ming.openid, True)
    row = far.deliver(far.put("approved", to="王小明"))
    wait_until(lambda: far.rows_of("bounced"))
    far.drain()
    assert (far.row(row.id).state, far.row(row.id).error) == ("waiting", "template: user block")
    refuses(far, ming.openid, False)
    second = far.deliver(far.put("approved", to="王小明"))
    assert (second.state, second.error) == ("waiting", "template: user block")
    assert len([call for call in far.calls(TEMPLATE) if call["ok"]]) == 1, (
        "none is tried while he was in no contact"
    )
    assert "你不在的时候" in ming.says("继续")
    assert {far.row(each.id).state for each in (row, second)} == {"sent"}
    far.clock.instant += timedelta(hours=49)
    forget_tokens(far)
    assert far.deliver(far.put("approved", to="王小明")).state == "sent"
    assert len(cards(far, "王小明")) == 1


def test_what_a_lost_template_told_is_read_at_the_next_contact_and_the_next_one_is_tried(far: Bench) -> None:
    """failed: system failed says nothing about him: only this message is lost."""
    far.fault(TEMPLATE, ending="failed: system failed")
    lost = far.deliver(far.put("approved", to="王小明"))
    wait_until(lambda: far.rows_of("bounced"))
    far.drain()
    assert (far.row(lost.id).state, far.row(lost.id).error) == ("waiting", "template: system failed")
    assert far.deliver(far.put("approved", to="王小明")).state == "sent"
    assert len(cards(far, "王小明")) == 1
    assert "你不在的时候" in far.person("王小明").says("继续")
    assert far.row(lost.id).state == "sent"


def test_a_form_stays_open_when_a_template_bounces(far: Bench) -> None:
    """WeChat tells it in his name, and he is in the middle of something."""
    ming = far.person("王小明")
    assert "改" in ming.says("改名")
    bounce(far, ming.openid, "failed: system failed")
    assert "小明" in ming.says("小明")


def test_what_bounces_before_it_is_known_to_be_sent_is_found_a_moment_later(far: Bench) -> None:
    notice, ming = far.put("approved", to="王小明"), far.person("王小明")
    post = far.house.engine.post(far.house.shop)
    claimed = post.claim(notice)
    assert claimed
    bounce(far, ming.openid, "failed: system failed")
    (told,) = far.rows_of("bounced")
    assert far.deliver(told.id).state == "ready"
    post.sent(claimed, NUMBER)
    far.clock.instant += timedelta(seconds=6)
    assert far.deliver(told.id).state == "sent"
    assert (far.row(notice).state, far.row(notice).error) == ("waiting", "template: system failed")


@pytest.mark.parametrize("status", ["success", "failed:user block", "done"])
def test_of_a_template_that_was_not_ours_nothing_comes(far: Bench, status: str) -> None:
    bounce(far, far.person("王小明").openid, status)
    far.drain()
    assert {row.state for row in far.rows_of("bounced")} <= {"sent"}


@pytest.mark.parametrize("weather", [{"errcode": 45009}, {"status": 502}])
def test_a_template_that_meets_bad_weather_is_tried_again_and_sent_once(
    far: Bench, weather: dict[str, object]
) -> None:
    far.fault(TEMPLATE, **weather)
    row = far.deliver(far.put("approved", to="王小明"))
    assert row.state == "ready"
    far.clock.instant += timedelta(seconds=6)
    assert far.deliver(row.id).state == "sent"
    assert len(cards(far, "王小明")) == 1


def test_a_template_that_was_sent_by_a_worker_that_died_is_not_sent_twice(far: Bench) -> None:
    row = far.put("approved", to="王小明")
    openid = far.person("王小明").openid
    far.house.wechat.send_template(openid, ID, {"thing1": "x"}, client_msg_id=row)
    assert far.deliver(row).state == "sent"
    assert len(cards(far, "王小明")) == 1


@pytest.mark.parametrize(
    ("field", "text", "fits"),
    [
        ("thing1", "字" * 20, "字" * 20),
        ("thing1", "字" * 21, "字" * 19 + "…"),
        ("thing12", "😀" * 11, "😀" * 9 + "…"),
        ("thing1", " a\nb ", "a b"),
        ("thing1", "", "无"),
        ("phrase2", "已经通过了呀", "已经通过了"),
        ("phrase2", "OK", "已更新"),
        ("character_string3", "单 AB-12 号", "AB-12"),
        ("character_string3", "x" * 40, "x" * 32),
        ("character_string3", "", "-"),
        ("number4", "3 件", "3"),
        ("number4", "", "0"),
        ("letter5", "1", "N"),
        ("amount6", str(Money(1_234_567)), "¥12345.67"),
        ("name7", "一二三四五六七八九十一", "一二三四五六七八九…"),
        ("time8", "2026年03月04日 11:10", "2026年03月04日 11:10"),
        ("date9", "2026年03月04日 11:10", "2026年03月04日"),
        ("keyword1", "字" * 30, "字" * 19 + "…"),
        ("unheard1", "字" * 30, "字" * 19 + "…"),
    ],
)
def test_a_fact_is_cut_to_what_its_field_takes(field: str, text: str, fits: str) -> None:
    assert fitted(field, text) == fits


def test_the_settings_name_the_template_and_its_fields() -> None:
    assert read(Event.TODO, f"{ID}  thing1=note, number2=count") == Template(
        ID, {"thing1": "note", "number2": "count"}
    )


@pytest.mark.parametrize(
    "typed",
    [ID, f"{ID} thing1", f"{ID} Thing=note", "short thing1=note", f"{ID} thing1=amount", "thing1=note"],
)
def test_what_names_no_template_or_an_unknown_fact_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"must be|not known"):
        read(Event.TODO, typed)


def test_every_fact_that_an_event_promises_is_told(far: Bench) -> None:
    code = withdrawn(far)
    far.applies(far.follower("李小红"))
    told = {
        Event.APPLICATION: card_of("approved", {}, far.desk("王小明"), datetime.now(UTC)),
        Event.WITHDRAWAL: card_of(
            "withdrawal_paid", {"withdrawal": code}, far.desk("王小明"), datetime.now(UTC)
        ),
        Event.TODO: card_of("todo", {}, far.desk("老板"), datetime.now(UTC)),
    }
    for event, card in told.items():
        assert card is not None
        assert (card.event, set(card.facts)) == (event, set(FACTS[event]))


NUMBER = "200163836"


def wait_until(found: Callable[[], object]) -> None:
    """The sandbox pushes what nobody waits for from a thread of its own."""
    deadline = time.monotonic() + 20
    while not found():
        assert time.monotonic() < deadline, "nothing came"
        time.sleep(0.02)


def forget_tokens(bench: Bench) -> None:
    """Days pass in a test within one real minute, which is good for two tokens only."""
    for key in bench.house.redis.keys("*token*"):
        bench.house.redis.delete(key)


def refuses(bench: Bench, openid: str, on: bool) -> None:
    """He switches 接收消息 off, or on again."""
    bench.post(f"people/{openid}/refuse", on=on)


def bounce(bench: Bench, openid: str, status: str) -> None:
    """WeChat tells how the sending of a template message ended."""
    event = f"<Event>TEMPLATESENDJOBFINISH</Event><MsgID>{NUMBER}</MsgID><Status>{status}</Status>"
    head = f"<ToUserName>gh_1</ToUserName><FromUserName>{openid}</FromUserName><CreateTime>1795262436</CreateTime>"
    bench.post("push", openid=openid, xml=f"<xml>{head}<MsgType>event</MsgType>{event}</xml>")


def withdrawn(bench: Bench) -> str:
    """王小明 has earned ¥30.00 and asked for it: the 单号."""
    bench.person("李大山").scans(f"p:{bench.promoter_of('王小明').code}")
    number = bench.buys("李大山")["order"]
    bench.settles(number)
    bench.drain()
    code = bench.person("王小明").asks_for("30")
    bench.drain()
    return code
