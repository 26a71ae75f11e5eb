"""Golden posters: every look as it was last approved of, small, with room for another build of Pillow or FreeType.

`python -m tests.posters.test_golden` keeps what is drawn now as the new ones; look at them before they are committed.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from posters.render import TEMPLATES, render
from posters.spec import Hero, PosterSpec
from tests.posters.samples import SPEC, encoded

GOLDEN = Path(__file__).parent / "golden"
GOODS = Hero("明前龙井 50 克", "春日第一采，限量 200 份。", "小满茶铺", "¥64.50")
MEAN, WORST = 2.0, 12.0
"""Grey levels by which the whole, and any part of 1/64, may differ on average."""


def cases() -> dict[str, PosterSpec]:
    face = Image.new("RGB", (300, 300), "#9DB7C9")
    dusk = Image.linear_gradient("L").resize((900, 1600)).convert("RGB")
    ImageDraw.Draw(dusk).ellipse((200, 500, 800, 1100), fill="#C4693A")
    looks = {look: replace(SPEC, template=look) for look in TEMPLATES}
    return looks | {
        "goods": replace(SPEC, hero=GOODS, portrait=encoded(face), template="jade"),
        "picture": replace(SPEC, hero=replace(GOODS, background=encoded(dusk)), template="plain"),
    }


def drawn(name: str) -> Image.Image:
    return Image.open(BytesIO(render(cases()[name]).jpeg)).convert("RGB").reduce(8)


@pytest.mark.parametrize("name", sorted(cases()))
def test_a_poster_is_the_one_that_was_approved_of(name: str) -> None:
    now, golden = drawn(name), Image.open(GOLDEN / f"{name}.png").convert("RGB")
    differs = ImageChops.difference(now, golden).convert("L")
    assert ImageStat.Stat(differs).mean[0] <= MEAN
    assert differs.resize((8, 8), Image.Resampling.BOX).getextrema()[1] <= WORST


def test_another_look_another_title_and_another_face_are_seen() -> None:
    golden = Image.open(GOLDEN / "plain.png").convert("RGB")
    for spec in (
        replace(SPEC, template="warm"),
        replace(SPEC, hero=replace(SPEC.hero, title="别家的店，别的名字")),
        replace(SPEC, portrait=encoded(Image.new("RGB", (300, 300), "red"))),
    ):
        other = Image.open(BytesIO(render(spec).jpeg)).convert("RGB").reduce(8)
        parts = ImageChops.difference(other, golden).convert("L").resize((8, 8), Image.Resampling.BOX)
        assert parts.getextrema()[1] > WORST


if __name__ == "__main__":
    for each in cases():
        drawn(each).save(GOLDEN / f"{each}.png", optimize=True)
