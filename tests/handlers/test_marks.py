"""What people type comes out dead."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.ids import PersonId
from engine.people.names import Name
from handlers.texts.marks import clip, paragraphs, plain, tap
from handlers.texts.people import called
from handlers.typed import code

NASTY = st.sampled_from(
    ["<", ">", "<a href='", "</a>", "weixin", "weixin://bizmsgmenu?", ":", "：", "//", "http", "https://", "]]>", "]",
     "&", "&lt;", "javascript:", "\u202e", "\u200b", "\r\n", "\x00", "\ud800", "\u2028", "通过 1", "wei", "xin", " "]
)  # fmt: skip
TYPED = st.lists(st.one_of(NASTY, st.text(max_size=4)), max_size=20).map("".join)


def alive(text: str) -> list[str]:
    """Whatever in a text WeChat, XML or an eye could take for something else."""
    marks = [
        mark
        for mark in ("<", ">", '"', "weixin:", "https://", "javascript:", "]]", "&")
        if mark in text.casefold()
    ]
    return marks + [char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


@given(TYPED)
@settings(max_examples=300, deadline=None)
def test_nothing_alive_survives(typed: str) -> None:
    shown = plain(typed)
    assert alive(shown) == []
    assert len(shown) <= 40
    assert plain(shown) == shown
    shown.encode()


@given(TYPED)
@settings(max_examples=100, deadline=None)
def test_nor_in_a_longer_text(typed: str) -> None:
    shown = paragraphs(f"第一行\n{typed}\n最后")
    assert all(alive(line) == [] for line in shown.split("\n"))


@given(st.text(max_size=60), st.integers(3, 100))
@settings(max_examples=100, deadline=None)
def test_clipped_texts_fit(typed: str, most: int) -> None:
    text = plain(typed)
    shown = clip(text, most)
    assert len(shown.encode()) <= max(most, len("…".encode()))
    assert shown == text or shown.endswith("…")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<a href='weixin://bizmsgmenu?msgmenucontent=通过 1&msgmenuid=1'>王姐</a>", "王姐"),
        ("weweixin:ixin:王姐", "王姐"),
        ("王\u202e姐\u200b", "王姐"),
        ("王姐]]><xml>", "王姐］］"),
        ("  王\n姐  ", "王 姐"),
        ("R&B", "R＆B"),
        ('12" 唱片', "12＂ 唱片"),
    ],
)
def test_a_name_keeps_what_is_a_name(typed: str, shown: str) -> None:
    assert plain(typed) == shown


def test_a_tapped_line_sends_plain_text() -> None:
    expected = '<a href="weixin://bizmsgmenu?msgmenucontent=推广订单 2&msgmenuid=1">下一页</a>'
    assert tap("推广订单 2", "下一页") == expected


def test_people_are_called_by_name_else_phone_else_the_day_they_came() -> None:
    came = datetime(2026, 11, 20, 17, tzinfo=UTC)
    assert called(Name(PersonId("p"), "<b>王姐", came, "1234")) == "王姐"
    assert called(Name(PersonId("p"), "", came, "1234")) == "尾号1234"
    assert called(Name(PersonId("p"), "<b>", came, "")) == "11-21 来的客户"
    assert called(Name(PersonId("p"), "登录evil.com领钱", came, "")) == "登录evil．com领钱"


def test_codes_are_forgiven_case_width_and_spaces() -> None:
    assert code(" ａｂｃ-２３ 4\n") == "ABC234"
