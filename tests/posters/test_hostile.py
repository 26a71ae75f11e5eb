"""Hostile pictures and names by the hundred: a sentence or a finished picture, and a poster that can be read."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from PIL import Image

from engine.payouts.payees import Channel
from engine.programme.backdrops import KEYS
from handlers.texts import notices, portraits
from posters import layout, picture, qr, render, typeset
from posters.charts import ranks
from posters.fonts import draws, font_file
from posters.spec import CardSpec, Hero, PosterSpec, Rank, RanksSpec
from posters.templates import TEMPLATES, named
from tests.posters import hostile
from tests.posters.samples import SPEC, decoded
from tests.posters.test_layout import assert_tidy

ROOM = 300_000_000
"""Bytes that all the hostile pictures together may take at most; they are judged one after the other."""
MOST = 330_000_000
"""The same for one honest picture as large as may be, in the costliest way of storing it."""
TAKEN = """
import sys
from bot.studio import MATERIAL
from posters import jpeg, picture, render
from tests.posters.hostile import memory
data, before = open(sys.argv[2], "rb").read(), memory()
{
    "background": render.render_background,
    "portrait": render.render_portrait,
    "material": lambda data: jpeg.encode(picture.whole(data, MATERIAL)),
}[sys.argv[1]](data)
print(memory() - before)
"""
REASONS = {"not_a_picture", "too_many_pixels", "webp_too_large", "too_small", "too_heavy", "animated"}
SANS = font_file("", "sans")
LOOKS = sorted(TEMPLATES)


@pytest.fixture(scope="module")
def judged() -> dict[str, str]:
    """What became of each, judged in a process of their own: one of them might have taken it down."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.posters.hostile"], capture_output=True, check=True, timeout=300
    )
    told = json.loads(done.stdout)
    assert told["bytes"] < ROOM
    ends: dict[str, str] = told["ends"]
    return ends


def test_hundreds_of_pictures_are_refused_or_drawn_and_nothing_else(judged: dict[str, str]) -> None:
    assert len(judged) >= 500
    assert {name: end for name, end in judged.items() if end not in REASONS | {"drawn"}} == {}
    counted = Counter(judged.values())
    assert counted.keys() == REASONS | {"drawn"}
    assert counted["drawn"] > 100, "what is only odd is not refused"


def test_what_must_never_be_drawn_is_not(judged: dict[str, str]) -> None:
    drawn = {name for name, end in judged.items() if end == "drawn"}
    assert not {name for name in drawn if name.startswith("of other kinds") and "MPO" not in name}
    assert not {name for name in drawn if " at " in name and int(name.rpartition(" ")[2]) < 200}
    large = {
        name
        for name in judged
        if any(size in name for size in ("5001 ×", "30000 ×", "65535 ×", "2147483647 ×"))
    }
    assert {judged[name] for name in large} == {"too_many_pixels"}
    assert {judged[f"of other kinds: {kind} of three"] for kind in ("PNG", "WEBP")} == {"animated"}
    assert {
        end for name, end in judged.items() if name.startswith("odd tails") and "a page and" not in name
    } == {"drawn"}


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_refusal_is_a_sentence_of_its_own(reason: str) -> None:
    unknown = "no such reason"
    for said in (
        *(lambda why, key=key: notices.judged(key, why) for key in KEYS.values()),
        lambda why: notices.payee_judged(Channel.WECHAT, why),
        lambda why: notices.material_judged("S1", 1, why),
        portraits.judged,
    ):
        assert said(reason) != said(unknown)


def test_the_four_ways_in_take_what_is_honest_and_refuse_what_is_not() -> None:
    for data in hostile.honest().values():
        for way in (render.render_cover, render.render_background):
            with pytest.raises(picture.PictureRefused):
                way(data)  # too small for these
        assert decoded(render.render_portrait(data)).size == render.PORTRAIT
    for data in (b"", b"GIF89a", hostile.png(30_000, 30_000)):
        for way in (
            render.render_cover,
            render.render_background,
            render.render_portrait,
            render.render_payee,
        ):
            with pytest.raises(picture.PictureRefused):
                way(data)


@pytest.mark.prove
def test_no_honest_picture_takes_much_memory(tmp_path: Path) -> None:
    side = (5000, 5000)
    clear, grey = Image.new("RGBA", side, (9, 9, 9, 90)), Image.new("L", side, 90)
    turned = Image.Exif()
    turned[0x0112] = 6
    clear.save(tmp_path / "clear.png", compress_level=1, exif=turned)
    clear.resize((5000, 2500)).save(tmp_path / "clear.webp", lossless=True, method=0)
    Image.merge("LA", (grey, grey)).save(tmp_path / "la.png", compress_level=1)
    grey.convert("P").save(tmp_path / "palette.png", compress_level=1, transparency=0)
    grey.convert("CMYK").save(tmp_path / "cmyk.jpg", exif=turned)
    grey.convert("RGB").save(tmp_path / "progressive.jpg", progressive=True, subsampling=0)
    clear.resize((25_000, 1000)).save(tmp_path / "wide.png", compress_level=1)
    taken = {
        (file.name, way): int(subprocess.check_output([sys.executable, "-c", TAKEN, way, file], timeout=300))
        for file in tmp_path.iterdir()
        for way in ("background", "portrait", "material")
        if (file.suffix, way) != (".webp", "material")
    }
    print({name: f"{size // 1_000_000} MB" for name, size in taken.items()})
    assert len(taken) == 20
    assert {name: size for name, size in taken.items() if size > MOST} == {}


def assert_readable(name: str, template: str) -> None:
    """Nothing clashes on a poster with that name, no letter is a box, and its code says what it should."""
    spec = replace(SPEC, name=name, template=template)
    placed = layout.band(spec, named(template), 41)
    assert_tidy(placed, named(template).frame.band)
    drawn = "".join(placed.words("name"))
    assert all(letter == " " or draws(SANS, letter) for letter in drawn), ascii(name)
    assert len(placed.words("name")) <= 3
    finished = render.render(spec)
    assert not finished.redrawn
    page = decoded(finished.jpeg)
    assert qr.read(page.crop((72, 1056, 1008, 1848))) == [SPEC.qr_url], ascii(name)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_hundreds_of_names_stand_on_posters_that_can_be_read(part: int) -> None:
    everybody = hostile.names()
    assert len(everybody) >= 300
    for name in islice(everybody, part, None, 4):
        assert_readable(name, LOOKS[part])


def test_letters_that_can_be_drawn_survive_what_cannot() -> None:
    for pool in hostile.names():
        if pool.startswith("王姐") and pool.endswith("小店") and len(pool) < 80:
            drawn = typeset.clean(pool, SANS, 90)
            assert drawn.startswith("王姐"), ascii(pool)
            assert drawn.endswith("小店"), ascii(pool)


def ranked(names: Sequence[str]) -> RanksSpec:
    rows = tuple(
        Rank(place, name, 100 - place, f"¥{100 - place}.00", place == 3)
        for place, name in enumerate(names, 1)
    )
    return RanksSpec("排行榜", "11月", (("合计", "¥945.00"),), rows)


@pytest.mark.parametrize("every", [9, pytest.param(1, marks=pytest.mark.prove)])
def test_the_same_names_among_the_best(every: int) -> None:
    some = hostile.names()[::every]
    for first in range(0, len(some), 10):
        assert len(ranks(ranked(some[first : first + 10])).jpeg) > 1000


@pytest.mark.parametrize("every", [23, pytest.param(1, marks=pytest.mark.prove)])
def test_the_same_words_as_a_title_a_text_and_on_a_card(every: int) -> None:
    for number, words in enumerate(hostile.names()[::every]):
        look = LOOKS[number % len(LOOKS)]
        hero = Hero(words, words[::-1], words, words)
        assert_tidy(layout.hero(hero, named(look)), named(look).frame.hero)
        spec: PosterSpec = replace(SPEC, hero=hero, does=words, code=words, valid_until=words, template=look)
        card = CardSpec(words, (words, words), SPEC.qr_url, words)
        for finished in (render.render(spec), render.render_card(card)):
            assert not finished.redrawn
            assert qr.read(decoded(finished.jpeg)) == [SPEC.qr_url], ascii(words)
