"""Whatever the words are: nothing overlaps, nothing leaves its place, the QR keeps its size."""

from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posters import layout, qr
from posters.geometry import LOW, PAGE, PANEL, PANEL_ROOM, SHEET, TALL, Box, Frame
from posters.layout import Layout
from posters.spec import CardSpec, Hero
from posters.templates import TEMPLATES, named
from tests.posters.samples import SPEC, words

MODULES = 41  # a WeChat address: version 4, and the quiet zone
few = settings(max_examples=40, deadline=None)
templates = st.sampled_from(sorted(TEMPLATES)).map(named)


def assert_tidy(placed: Layout, room: Box) -> None:
    for name, box in placed.boxes.items():
        assert room.holds(box), f"{name} {box} leaves {room}"
    for (one, first), (other, second) in combinations(placed.boxes.items(), 2):
        assert not first.meets(second), f"{one} {first} lies on {other} {second}"
    for line in placed.lines:
        assert any(box.holds(line.box) for box in placed.boxes.values()), f"{line.text} stands in no box"


@pytest.mark.slow
@few
@given(title=words, text=words, over=words, price=words, template=templates)
def test_the_shops_half_is_tidy_whatever_the_merchant_writes(title, text, over, price, template):
    assert_tidy(layout.hero(Hero(title, text, over, price), template), template.frame.hero)


@few
@given(
    name=words, code=words, note=words, does=words, portrait=st.sampled_from([None, b"x"]), template=templates
)
def test_the_promoters_half_is_tidy_whatever_his_name_is(name, code, note, does, portrait, template):
    spec = replace(SPEC, name=name, code=code, valid_until=note, does=does, portrait=portrait)
    placed = layout.band(spec, template, MODULES)
    assert_tidy(placed, template.frame.band)
    side = placed.boxes["qr"]
    assert side.width == side.height
    assert side.width % MODULES == 0
    assert side.width // MODULES >= 9


@few
@given(title=words, lines=st.lists(words, max_size=6), code=words)
def test_a_card_is_tidy(title, lines, code):
    placed = layout.card(CardSpec(title, tuple(lines), SPEC.qr_url, code), MODULES)
    assert_tidy(placed, PANEL_ROOM)
    assert placed.boxes["qr"].width // MODULES >= 12


@pytest.mark.parametrize("frame", [TALL, LOW])
def test_the_places_themselves_lie_apart(frame: Frame):
    assert PAGE.holds(frame.hero)
    assert PAGE.holds(frame.card)
    assert frame.card.holds(frame.band)
    assert not frame.hero.meets(frame.card)
    assert SHEET.holds(PANEL)
    assert PANEL.holds(PANEL_ROOM)


@pytest.mark.parametrize("name", ["", "👩‍👩‍👧", "مريم", "\u202e\u200b"])
def test_where_nothing_of_a_name_can_be_drawn_stands_what_he_does_and_the_qr_gets_the_room(name):
    with_name = layout.band(SPEC, named("plain"), MODULES)
    without = layout.band(replace(SPEC, name=name), named("plain"), MODULES)
    assert with_name.words("from") == without.words("name") == ["为你推荐"]
    assert "from" not in without.boxes
    assert without.boxes["qr"].width > with_name.boxes["qr"].width


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_a_portrait_stays_where_nothing_of_the_name_can_be_drawn(template):
    placed = layout.band(replace(SPEC, name="مريم", portrait=b"x"), named(template), MODULES)
    assert placed.boxes["portrait"].right < placed.boxes["name"].left
    nobody = layout.band(replace(SPEC, name="", does="", portrait=b"x"), named(template), MODULES)
    assert "portrait" not in nobody.boxes


def test_on_a_low_card_the_words_stand_beside_the_qr_each_on_its_line():
    placed = layout.band(SPEC, named("warm"), MODULES)
    assert [placed.words(name) for name in ("name", "from", "code", "hint", "valid")] == [
        ["王姐"], ["为你推荐"], ["推荐码 K7M2QX"], ["长按识别二维码"], ["有效期至 12月21日"],
    ]  # fmt: skip
    assert all(line.box.right < placed.boxes["qr"].left for line in placed.lines)


def test_on_paper_a_code_is_not_pressed():
    for template in ("plain", "warm"):
        placed = layout.band(replace(SPEC, hint="微信扫一扫", valid_until=""), named(template), MODULES)
        assert placed.words("hint") == ["微信扫一扫"]


@pytest.mark.parametrize(
    ("price", "parts"),
    [
        ("¥12,888.00", ["¥", "12,888", ".00"]),
        ("64.50", ["64", ".50"]),
        ("¥9", ["¥", "9"]),
        ("面议", ["面议"]),
    ],
)
@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_a_price_has_its_mark_and_its_fen_in_small_on_one_baseline(price, parts, template):
    lines = layout.hero(Hero("茶", price=price), named(template)).lines[1:]
    assert [line.text for line in lines] == parts
    yuan = max(line.size for line in lines)
    small = {line.size for line in lines if line.text in ("¥", ".00", ".50")}
    assert all(size < 0.7 * yuan for size in small)
    assert len({line.baseline for line in lines}) == 1
    assert all(one.box.right < two.box.left for one, two in pairwise(lines))


def test_under_the_qr_stand_the_code_and_what_to_do():
    placed = layout.band(SPEC, named("plain"), MODULES)
    assert placed.words("code") == ["推荐码 K7M2QX"]
    assert placed.words("hint") == ["长按识别二维码 · 有效期至 12月21日"]
    assert placed.words("name") == ["王姐"]
    assert placed.boxes["code"].top > placed.boxes["qr"].bottom > placed.boxes["name"].bottom


def test_a_permanent_code_says_nothing_of_validity():
    placed = layout.band(replace(SPEC, valid_until=""), named("plain"), MODULES)
    assert placed.words("hint") == ["长按识别二维码"]


@pytest.mark.parametrize("name", ["欢" * 60, "Maximiliana Konstantinopolitanskaya von Wolfeschlegelstein"])
def test_sixty_characters_of_name_are_all_there(name):
    assert "".join(layout.band(replace(SPEC, name=name), named("plain"), MODULES).words("name")).replace(
        " ", ""
    ) == name.replace(" ", "")


def test_a_longer_text_is_set_smaller_and_one_too_long_ends_in_an_ellipsis():
    sizes = []
    for length in (20, 120, 300, 800):
        placed = layout.hero(replace(SPEC.hero, text="春茶上新明前头采" * (length // 8)), named("plain"))
        sizes.append(placed.lines[-1].size)
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[-1] >= 28
    assert placed.lines[-1].text.endswith("…")


def test_more_lines_than_a_card_holds_are_left_out_before_the_qr_shrinks():
    many = layout.card(CardSpec("标题", ("一行说明" * 6,) * 40, SPEC.qr_url), MODULES)
    assert many.boxes["qr"].width >= 12 * MODULES
    assert 1 < len([name for name in many.boxes if name.startswith("line")]) < 40


def test_the_qr_has_its_quiet_zone():
    code = qr.write(SPEC.qr_url)
    assert code.width == MODULES
    inner = (qr.QUIET, qr.QUIET, MODULES - qr.QUIET, MODULES - qr.QUIET)
    ring = code.copy()
    ring.paste(255, inner)
    assert ring.getextrema() == (255, 255)
    assert code.getpixel((qr.QUIET, qr.QUIET)) == 0
