"""The merchant's picture behind the words: no veil where none is needed, and the words where it is calm."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageStat

from posters import backdrop, layout, templates
from posters.colour import READABLE, contrast
from posters.geometry import PAGE
from posters.spec import Hero
from posters.templates import TEMPLATES
from tests.posters.samples import HERO as SHOP
from tests.posters.test_layout import assert_tidy

SIZE = PAGE.width, PAGE.height
LOOK = templates.named("plain")
LONE = Hero("春日茶会")
GOODS = Hero("明前龙井 50 克", "春日第一采，限量 200 份。", "小满茶铺", "¥64.50")


def busy(top: int, bottom: int) -> Image.Image:
    """Stripes between these rows, calm above and below."""
    page = Image.new("RGB", SIZE, "#F0EEE8")
    for y in range(top, bottom, 40):
        page.paste("#303030", (0, y, PAGE.width, y + 20))
    return page


@pytest.mark.parametrize("colour", ["white", "black", "#ffe000", "#0020d0", "#101840"])
@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_a_picture_on_which_words_can_be_read_stays_as_it_is(colour: str, template: str) -> None:
    page = Image.new("RGB", SIZE, colour)
    behind = backdrop.behind(page, SHOP, templates.named(template))
    changed = ImageChops.difference(page, behind.page).convert("L")
    assert changed.getextrema()[1] <= 2


@pytest.mark.parametrize("colour", ["#777777", "#2f8f83", "#e00000"])
def test_a_veil_has_the_colour_of_the_picture(colour: str) -> None:
    page = Image.new("RGB", SIZE, colour)
    behind = backdrop.behind(page, SHOP, LOOK)
    for line in behind.placed.lines:
        assert (
            min(contrast(line.ink, seen) for _, seen in behind.page.crop(line.box.as_tuple()).getcolors())
            >= READABLE
        )
    hidden = ImageStat.Stat(ImageChops.difference(page, behind.page).convert("L")).mean[0]
    assert 0 < hidden < 40


@pytest.mark.parametrize(("top", "bottom", "lower"), [(0, 520, True), (520, 1000, False)])
def test_the_words_stand_where_the_picture_is_calm(top: int, bottom: int, lower: bool) -> None:
    usual = layout.hero(LONE, LOOK).boxes["title"]
    behind = backdrop.behind(busy(top, bottom), LONE, LOOK)
    title = behind.placed.boxes["title"]
    assert (title.top > usual.top) is lower
    assert title.bottom < top or title.top > bottom
    assert_tidy(behind.placed, LOOK.frame.hero)


def test_they_stay_in_their_usual_place_where_nothing_is_won() -> None:
    for page in (Image.new("RGB", SIZE, "teal"), busy(0, 1920)):
        behind = backdrop.behind(page, GOODS, LOOK)
        assert behind.placed.boxes == layout.hero(GOODS, LOOK).boxes


def test_without_words_the_picture_is_whole() -> None:
    page = busy(0, 1920)
    behind = backdrop.behind(page, Hero(""), LOOK)
    assert behind.page is page
    assert not behind.placed.lines


def test_only_what_is_around_the_words_is_blurred() -> None:
    page = busy(0, 1920)
    behind = backdrop.behind(page, LONE, LOOK)
    below = (0, 1100, PAGE.width, PAGE.height)
    assert behind.page.crop(below).tobytes() == page.crop(below).tobytes()
