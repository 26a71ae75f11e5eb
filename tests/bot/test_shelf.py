"""The shelf of uploads: found by what stands on the picture, gone before WeChat drops it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis

from bot.redis import connect
from bot.shelf import KEPT, Shelf, drawn_by
from engine.programme.modes import PosterLook
from engine.programme.pictures import MemberFacts, PosterFacts

POSTER = PosterFacts("shop", "青禾小店", "手作护理", "王小明", "ABC234", "p:ABC234", PosterLook.PLAIN)


@dataclass
class Wrist:
    instant: datetime = datetime(2026, 3, 2, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant


@pytest.fixture
def wrist() -> Wrist:
    return Wrist()


@pytest.fixture
def shelf(redis: Redis, wrist: Wrist) -> Shelf:
    return Shelf(redis, prefix="test:", clock=wrist)


def test_what_was_drawn_by_other_code_or_another_font_is_drawn_again(
    redis: Redis, wrist: Wrist, tmp_path: Path
) -> None:
    font = tmp_path / "font.ttf"
    font.write_bytes(b"one")
    first = drawn_by(str(font))
    Shelf(redis, prefix="test:", clock=wrist, drawn_by=first).keep(POSTER, "media-1")
    font.write_bytes(b"two")
    assert drawn_by(str(font)) != first
    assert Shelf(redis, prefix="test:", clock=wrist, drawn_by=drawn_by(str(font))).find(POSTER) is None
    assert Shelf(redis, prefix="test:", clock=wrist, drawn_by=first).find(POSTER) == "media-1"
    assert drawn_by("") == drawn_by(str(tmp_path / "no such font"))


def test_what_was_kept_is_found_until_it_is_forgotten(shelf: Shelf) -> None:
    assert shelf.find(POSTER) is None
    shelf.keep(POSTER, "media-1")
    assert shelf.find(POSTER) == "media-1"
    shelf.keep(POSTER, "media 2 with spaces")
    assert shelf.find(POSTER) == "media 2 with spaces"
    shelf.forget(POSTER)
    assert shelf.find(POSTER) is None


@pytest.mark.parametrize("field", ["title", "text", "name", "code", "scene", "shop"])
def test_another_word_on_the_poster_is_another_picture(shelf: Shelf, field: str) -> None:
    shelf.keep(POSTER, "media-1")
    assert shelf.find(replace(POSTER, **{field: "other"})) is None
    shelf.forget(replace(POSTER, **{field: "other"}))
    assert shelf.find(POSTER) == "media-1"


def test_an_invitation_is_no_poster(shelf: Shelf) -> None:
    shelf.keep(MemberFacts("a", "b", "c"), "media-1")
    assert shelf.find(POSTER) is None


def test_it_is_gone_before_wechat_drops_it_also_when_the_demos_clock_jumps(
    shelf: Shelf, wrist: Wrist
) -> None:
    three_days = timedelta(days=3).total_seconds()
    assert three_days - 12 * 3600 < KEPT < three_days - 3600
    shelf.keep(POSTER, "media-1")
    wrist.instant += timedelta(seconds=KEPT - 1)
    assert shelf.find(POSTER) == "media-1"
    wrist.instant += timedelta(seconds=1)
    assert shelf.find(POSTER) is None


def test_redis_drops_it_in_real_time_too(shelf: Shelf, redis: Redis) -> None:
    shelf.keep(POSTER, "media-1")
    (key,) = redis.keys("test:*")
    assert 0 < redis.ttl(key) <= KEPT


def test_nobodys_name_stands_in_redis(shelf: Shelf, redis: Redis) -> None:
    shelf.keep(POSTER, "media-1")
    (key,) = redis.keys("*")
    assert "王小明" not in key.decode()
    assert "王小明" not in redis.get(key).decode()


def test_without_redis_nothing_is_found_and_nothing_raises(wrist: Wrist) -> None:
    shelf = Shelf(connect("unix:///nowhere/redis.sock"), prefix="test:", clock=wrist)
    shelf.keep(POSTER, "media-1")
    assert shelf.find(POSTER) is None
    shelf.forget(POSTER)
