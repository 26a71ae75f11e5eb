"""Talks as bytes: small, true to what was kept, and forgiving of what was not ours."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.talks import TALK_LIMIT, dump, load
from handlers.types import Talk

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(state=WORDS, memory=st.dictionaries(WORDS, WORDS, max_size=5), parked=st.booleans())
@settings(deadline=None)
def test_what_was_kept_comes_back(state: str, memory: dict[str, str], parked: bool) -> None:
    talk = Talk(state=state, memory=memory, parked=parked)
    assert load(dump(talk)) == talk


def test_nothing_to_remember_takes_no_room() -> None:
    assert dump(None) == dump(Talk()) == b""


def test_chinese_is_kept_as_it_is() -> None:
    assert "王姐".encode() in dump(Talk("name", {"name": "王姐"}))


@given(raw=st.binary(max_size=200) | WORDS.map(str.encode))
@settings(deadline=None)
def test_garbage_is_an_empty_talk(raw: bytes) -> None:
    assert load(raw) == Talk()


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        "x",
        3,
        {},
        {"state": "s"},
        {"state": 1, "memory": {}, "parked": False},
        {"state": "s", "memory": [], "parked": False},
        {"state": "s", "memory": {"a": 1}, "parked": False},
        {"state": "s", "memory": {}, "parked": "no"},
    ],
)
def test_json_of_another_shape_is_an_empty_talk(kept: object) -> None:
    assert load(json.dumps(kept).encode()) == Talk()


def test_bytes_without_end_are_an_empty_talk() -> None:
    assert load(b"[" * TALK_LIMIT) == Talk()
    assert load(dump(Talk("s")) + b" " * TALK_LIMIT) == Talk()


def test_a_talk_that_outgrows_its_room_is_closed_and_told(caplog: pytest.LogCaptureFixture) -> None:
    assert dump(Talk("address", {"address": "路" * 2000})) == b""
    assert "state=address" in caplog.text
    assert "路" not in caplog.text
