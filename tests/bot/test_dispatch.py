"""Dispatch: what a talk becomes, what stands above an answer, and when a picture is one at once."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest

from bot.codec import TEXT_LIMIT, ImageOut, TextOut
from bot.dispatch import left_open, next_talk
from engine import Desk
from engine.clock import SystemClock
from handlers.lists import LIST, over
from handlers.types import Kind, Message, Picture, Reply, Silence, Talk, Text
from tests.bot.bench import Bench

OPEN = Talk("apply.name", {"page": "2"})
PARKED = Talk("apply.name", {"page": "2"}, parked=True)
SAID = Text("好的")


@pytest.mark.parametrize(
    ("before", "reply", "answers", "after"),
    [
        (Talk(), SAID, False, None),
        (Talk(), Text("?", state="code.code", memory={"a": "1"}), False, Talk("code.code", {"a": "1"})),
        (OPEN, Text("?", state="apply.phone", memory={"b": "1"}), True, Talk("apply.phone", {"b": "1"})),
        (OPEN, Text("again", state=OPEN.state, memory=OPEN.memory), True, OPEN),
        (OPEN, SAID, True, None),
        (OPEN, SAID, False, PARKED),
        (PARKED, SAID, False, PARKED),
        (PARKED, Text("?", state=OPEN.state, memory=OPEN.memory), False, OPEN),
        (OPEN, Text("已取消", ends=True), False, None),
        (PARKED, Text("已取消", ends=True), False, None),
        (OPEN, Silence(), False, PARKED),
        (OPEN, Silence(), True, None),
        (OPEN, Picture("poster", "pm_1", "…"), False, PARKED),
    ],
    ids=[
        "nothing asked", "a question opens", "the next question", "the same one again", "an answer closes",
        "a command parks", "parked stays parked", "继续 opens it again", "取消 ends", "取消 ends a parked one",
        "an unfollow parks", "an answer without a word", "a picture parks",
    ],
)  # fmt: skip
def test_what_a_talk_becomes(before: Talk, reply: Reply, answers: bool, after: Talk | None) -> None:
    assert next_talk(before, reply, answers=answers) == after


@pytest.mark.parametrize(
    ("before", "after", "answers", "word"),
    [
        (OPEN, PARKED, False, "接着填"),
        (PARKED, PARKED, False, ""),
        (OPEN, None, False, ""),
        (OPEN, OPEN, False, ""),
        (OPEN, Talk("apply.phone"), True, ""),
        (OPEN, Talk("apply.agreement"), False, ""),
        (OPEN, Talk("withdraw.amount"), False, "推广员申请没填完，没有提交"),
        (PARKED, Talk("withdraw.amount"), False, "推广员申请没填完，没有提交"),
        (OPEN, Talk(LIST, over(OPEN, {"1": "a"})), False, "接着填"),
        (Talk(LIST, over(OPEN, {})), Talk("withdraw.amount"), False, "推广员申请没填完，没有提交"),
        (Talk(LIST, over(OPEN, {})), Talk(LIST, over(OPEN, {}), parked=True), False, ""),
        (Talk(LIST, {"1": "a"}), Talk("withdraw.amount"), False, ""),
        (Talk(), Talk("withdraw.amount"), False, ""),
    ],
    ids=[
        "a command parks it", "it is parked", "nothing stays open", "it is asked again", "it was answered",
        "it begins anew", "another begins", "another begins over a parked one", "a list over it",
        "another begins over the list over it", "a command over the list over it", "over a list", "over nothing",
    ],
)  # fmt: skip
def test_a_question_that_is_left_or_dropped_is_named_once(
    before: Talk, after: Talk | None, answers: bool, word: str
) -> None:
    said = left_open(before, after, answers=answers)
    assert word in said if word else said == ""


def test_a_question_begun_over_another_says_that_the_first_is_dropped(bench: Bench) -> None:
    hong = bench.person("李小红")
    hong.follows()
    hong.says("填写推荐码")
    assert hong.says("申请推广员").endswith("刚才的推荐码没填完，没有提交；要办请重新开始。")
    assert "推广员协议" in hong.says("继续")


def test_a_command_in_between_says_that_the_question_waits_and_says_it_once(bench: Bench) -> None:
    hong = bench.person("李小红")
    hong.follows()
    hong.says("填写推荐码")
    assert "接着填" in hong.says("我的推荐人")
    assert "接着填" not in hong.says("我的推荐人")
    assert "推荐码" in hong.says("继续")
    assert "没有提交" in hong.says("取消")
    assert "没有填到一半" in hong.says("继续")


def test_an_unknown_word_is_answered_and_parks_nothing_that_is_not_open(bench: Bench) -> None:
    hong = bench.person("李小红")
    hong.follows()
    assert "没听懂" in hong.says("芝麻开门，完全没有这个词")


@pytest.mark.parametrize("kind", [Kind.FOLLOW, Kind.UNFOLLOW, Kind.SCAN, Kind.IMAGE, Kind.CLICK, Kind.TEXT])
def test_every_kind_of_message_finds_an_answer(bench: Bench, kind: Kind) -> None:
    answered = bench.house.dispatch(message(kind, "oSomebody"), Talk())
    assert answered.talk is None


def test_a_notice_that_could_not_be_pushed_stands_above_the_answer_once(bench: Bench) -> None:
    ming = bench.promoter("王小明")
    row = bench.waits("王小明", "approved")
    said = ming.says("继续")
    head, answer = said.split("\n\n", 1)
    assert head.startswith("你不在的时候：")
    assert "没有填到一半" in answer
    assert bench.row(row).state == "sent"
    assert "你不在" not in ming.says("继续")


def test_notices_are_shown_for_a_tapped_menu_and_not_for_a_picture_that_is_sent(bench: Bench) -> None:
    bench.promoter("王小明")
    row = bench.waits("王小明", "approved")
    image = bench.house.dispatch(message(Kind.IMAGE, bench.person("王小明").openid), Talk())
    assert "你不在" not in cast(TextOut, image.reply).content
    assert bench.row(row).state == "waiting"
    assert "你不在的时候" in bench.key("王小明", "继续")


def test_the_words_before_a_picture_carry_notices_too(bench: Bench) -> None:
    bench.promoter("王小明")
    bench.waits("王小明", "withdrawal", {})  # of a kind without words: nothing to say any more
    row = bench.waits("王小明", "picture", {"what": "invitation", "subject": ""})
    said = bench.key("王小明", "店铺海报")
    assert "邀请海报已准备好" in said
    assert said.split("\n\n")[-1].startswith("正在为你制作海报")
    assert bench.row(row).state == "sent"


def test_what_has_nothing_to_say_any_more_is_done_with(bench: Bench) -> None:
    ming = bench.promoter("王小明")
    row = bench.waits("王小明", "todo")
    assert "你不在" not in ming.says("继续")
    assert bench.row(row).state == "sent"


def test_five_notices_at_a_contact_and_the_rest_at_the_next(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    said_of(monkeypatch, {str(n): f"notice {n}." for n in range(7)})
    ming = bench.promoter("王小明")
    for n in range(7):
        bench.clock.instant += bench.second
        bench.waits("王小明", "any", {"n": str(n)})
    first, second = ming.says("继续"), ming.says("继续")
    assert [n for n in range(7) if f"notice {n}." in first] == [0, 1, 2, 3, 4]
    assert [n for n in range(7) if f"notice {n}." in second] == [5, 6]
    assert "你不在" not in ming.says("继续")


def test_a_notice_that_is_too_long_for_this_answer_waits_and_lets_the_shorter_ones_pass(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    said_of(monkeypatch, {"0": "长" * 560, "1": "short."})
    ming = bench.promoter("王小明")
    long = bench.waits("王小明", "any", {"n": "0"})
    bench.clock.instant += bench.second
    short = bench.waits("王小明", "any", {"n": "1"})
    said = ming.says("帮助")
    assert "short." in said
    assert "长长" not in said
    assert (bench.row(long).state, bench.row(short).state) == ("waiting", "sent")
    assert "长长" in ming.says("继续")
    assert bench.row(long).state == "sent"


def test_notices_and_answer_together_keep_to_wechats_limit(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    said_of(monkeypatch, {str(n): f"{n}" + "字" * 250 for n in range(5)})
    bench.promoter("王小明")
    for n in range(5):
        bench.clock.instant += bench.second
        bench.waits("王小明", "any", {"n": str(n)})
    seen = 0
    openid = bench.person("王小明").openid
    for round_ in range(5):
        answered = bench.house.dispatch(message(Kind.TEXT, openid, "继续", delivery=f"d{round_}"), Talk())
        answered.then()
        content = cast(TextOut, answered.reply).content
        assert len(content.encode()) <= TEXT_LIMIT
        seen += content.count("字" * 250)
    assert seen == 5
    assert not bench.rows_of("any", "waiting")


def test_a_run_that_died_before_its_answer_was_kept_loses_no_notice(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease ran out, or Redis was flushed: the second run shows what the first would have shown."""
    said_of(monkeypatch, {str(n): f"notice {n}." for n in range(3)})
    bench.promoter("王小明")
    rows = []
    for n in range(3):
        bench.clock.instant += bench.second
        rows.append(bench.waits("王小明", "any", {"n": str(n)}))
    again = message(Kind.TEXT, bench.person("王小明").openid, "继续")
    first, second = (bench.house.dispatch(again, Talk()) for _ in range(2))
    assert first.reply == second.reply
    assert [bench.row(row).state for row in rows] == ["waiting"] * 3
    second.then()
    first.then()  # the slow one, after all
    assert [bench.row(row).state for row in rows] == ["sent"] * 3
    third = cast(TextOut, bench.house.dispatch(again, Talk()).reply).content
    assert "notice" not in third


def test_a_picture_that_wechat_has_is_the_answer(bench: Bench) -> None:
    ming = bench.promoter("王小明")
    bench.key("王小明", "店铺海报")
    bench.drain()
    uploaded = ming.pictures()[0]["media"]
    answered = bench.house.dispatch(message(Kind.CLICK, ming.openid, "店铺海报"), Talk())
    assert answered.reply == ImageOut(uploaded)
    assert len(bench.rows_of("picture")) == 1


def test_a_picture_that_is_not_there_is_words_and_one_row_however_often_it_is_asked_for(bench: Bench) -> None:
    bench.promoter("王小明")
    for _ in range(4):
        assert "海报" in bench.key("王小明", "店铺海报")
    assert len(bench.rows_of("picture")) == 1
    bench.key("王小明", "邀请推广员")
    assert len(bench.rows_of("picture")) == 2


def test_a_new_name_makes_a_new_picture(bench: Bench) -> None:
    ming = bench.promoter("王小明")
    bench.key("王小明", "店铺海报")
    bench.drain()
    ming.says("改名 小明同学")
    bench.key("王小明", "店铺海报")
    bench.drain()
    pictures = [one["media"] for one in ming.pictures()]
    assert len(set(pictures)) == 2


def test_the_notice_of_a_picture_is_over_once_the_picture_was_fetched(bench: Bench) -> None:
    bench.promoter("王小明")
    bench.clock.instant += timedelta(hours=48)
    bench.key("王小明", "店铺海报")
    bench.clock.instant += bench.second * 61
    bench.drain()
    bench.key("王小明", "店铺海报")
    assert len(bench.person("王小明").pictures()) == 1
    assert "已准备好" not in bench.key("王小明", "继续")


def test_who_unfollows_hears_nothing(bench: Bench) -> None:
    ming = bench.promoter("王小明")
    bench.waits("王小明", "approved")
    ming.unfollows()
    assert not bench.rows_of("approved", "sent")[1:]
    assert bench.rows_of("approved", "waiting")


def said_of(monkeypatch: pytest.MonkeyPatch, words: dict[str, str]) -> None:
    """Notices of any length; what is said in earnest is the handlers' matter."""

    def made(_kind: str, payload: dict[str, str], _desk: Desk) -> str | None:
        return words.get(payload.get("n", ""))

    monkeypatch.setattr("bot.dispatch.notices.words", made)


def message(kind: Kind, openid: str, text: str = "", delivery: str = "d") -> Message:
    """A message as the codec would bring it."""
    return Message(kind, openid, "gh_1", SystemClock().now(), delivery, text=text)
