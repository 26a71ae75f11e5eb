"""Words into lines: clean, without boxes for missing glyphs, broken where one may."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from posters import fonts
from posters.typeset import ELLIPSIS, NEVER_FIRST, NEVER_LAST, Type, clean, fit, fit_phrases, wrap
from tests.posters.samples import LATIN, WIDE, words

SANS = fonts.font_file("", "sans")
SERIF = fonts.font_file("", "serif")
KIND = Type(SANS, (60, 40, 28), 1.4, 3)
few = settings(max_examples=40, deadline=None)


def width(text: str) -> float:
    return fonts.face(SANS, 40).getlength(text)


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("王姐", "王姐"),
        ("  王   姐\t", "王 姐"),
        ("Zoë ❤️ 小仙女🧚", "Zoë ♥ 小仙女"),
        ("👩‍👩‍👧", ""),
        ("🇨🇳中国", "中国"),
        ("1️⃣号店", "1号店"),
        ("e\u0301te\u0301", "été"),
        ("Z̸̢̛a̶̘l̷go", "Zalgo"),
        ("a\u202etxt\u202c\u200bb\ufeff", "atxtb"),
        ("𝓐𝓵𝓲𝓬𝓮", "Alice"),
        ("مريم Mary", "Mary"),
        ("\u3164\u2800\u115f", ""),
        ("\x00\x1b[31m红", "[31m红"),
        ("\ud800坏", "坏"),
        ("两\n行", "两 行"),
    ],
)
def test_a_name_is_cleaned(typed, drawn):
    assert clean(typed, SANS, 90) == drawn


def test_a_text_keeps_its_paragraphs_but_not_its_empty_lines():
    assert clean("一\n\n \n二  三\n", SANS, 90, paragraphs=True) == "一\n二 三"


def test_a_text_over_its_limit_ends_in_an_ellipsis():
    assert clean("字" * 50, SANS, 10) == "字" * 9 + ELLIPSIS
    assert clean("字" * 10, SANS, 10) == "字" * 10


@few
@given(words, st.sampled_from([SANS, SERIF]))
def test_nothing_is_drawn_as_the_box_for_missing_glyphs(text, file):
    missing = glyph(file, "\U0010ffff")
    for character in set(clean(text, file, 900, paragraphs=True)) - set(" \n"):
        assert glyph(file, character) != missing, f"U+{ord(character):04X}"


def glyph(file: str, character: str) -> bytes:
    """Drawn at another size and by the other layout engine than the one that judges."""
    picture = Image.new("L", (120, 120))
    ImageDraw.Draw(picture).text((20, 90), character, fill=255, font=fonts.face(file, 60), anchor="ls")
    return picture.tobytes()


def test_the_packaged_font_has_a_box_that_must_not_be_seen():
    assert any(glyph(SANS, "🎉"))
    assert glyph(SANS, "🎉") == glyph(SANS, "\U0010ffff")
    assert not fonts.draws(SANS, "🎉")
    assert fonts.draws(SANS, "龘")


@few
@given(st.text(alphabet=WIDE + LATIN, max_size=120), st.integers(200, 900))
def test_lines_keep_to_their_width_and_lose_nothing(text, room):
    text = clean(text, SANS, 900)
    lines = wrap(text, room, width)
    assert all(width(line) <= room for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@few
@given(
    st.lists(
        st.sampled_from(["春茶", "上新", "，", "。", "（", "）", "《", "》", "！", "good", " ", "9.9"]),
        max_size=60,
    )
)
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(parts):
    text = "".join(part for index, part in enumerate(parts) if index == 0 or part != parts[index - 1])
    lines = wrap(clean("茶" + text, SANS, 900), 1200, width)
    broken = [
        line
        for line in lines
        if (line[0] in NEVER_FIRST and line != lines[0]) or (line[-1] in NEVER_LAST and line != lines[-1])
    ]
    assert not broken


def test_a_comma_moves_with_its_character_to_the_next_line():
    assert wrap("明前龙井，今日", 4 * 40, width) == ["明前龙", "井，今日"]


def test_latin_breaks_between_words_and_chinese_anywhere():
    assert wrap("good morning", 200, width) == ["good", "morning"]
    assert wrap("早上好早上好", 160, width) == ["早上好早", "上好"]


def test_a_word_wider_than_the_line_is_broken_within():
    lines = wrap("W" * 40, 300, width)
    assert len(lines) > 1
    assert all(width(line) <= 300 for line in lines)


def test_the_largest_size_that_fits_is_taken():
    assert fit("春日", KIND, 400, 400).size == 60
    assert fit("春日茶会明前龙井" * 4, KIND, 500, 400).size == 40


def test_what_fits_at_no_size_ends_in_an_ellipsis_within_its_lines():
    setting = fit("春日茶会，" * 60, KIND, 400, 400)
    assert setting.size == 28
    assert len(setting.lines) == 3
    assert setting.lines[-1].endswith(ELLIPSIS)
    assert "，…" not in setting.lines[-1]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Maximiliana Konstantinopolitanskaya", "Maximiliana Kon"),
        ("名字 最长可以写二十个字就像这一行", "名字 最长可以写"),
    ],
)
def test_a_line_that_is_alone_is_filled_before_it_is_cut(text: str, shown: str) -> None:
    (line,) = fit(text, Type(SANS, (40,), 1.4, 1), 380, 60).lines
    assert line.startswith(shown)
    assert line.endswith(ELLIPSIS)
    assert width(line) <= 380


def test_a_headline_breaks_between_its_phrases_and_loses_the_dot_there():
    kind = Type(SERIF, (128, 96), 1.3, 3)
    assert fit_phrases("一叶知秋 山中好茶", kind, 888, 600).lines == ("一叶知秋", "山中好茶")
    assert fit_phrases("高山云雾茶 · 明前头采", kind, 888, 600).lines == ("高山云雾茶", "明前头采")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("五一大促全场8折起", ("五一大促", "全场8折起")),
        ("全场满200元送礼", ("全场满", "200元送礼")),
        ("礼盒装两罐送礼", ("礼盒装", "两罐送礼")),
        ("明前龙井 50 克装", ("明前龙井", "50 克装")),
    ],
)
def test_a_number_stays_with_what_it_counts(text, lines):
    kind = Type(SANS, (100,), 1.3, 2)
    assert fit(text, kind, 570, 600, balanced=True).lines == lines


@pytest.mark.parametrize(
    ("typed", "seams"),
    [
        ("限量200份", 2),
        ("限量 200 份", 0),
        ("iPhone配件", 1),
        ("每份¥99元", 2),
        ("（A）", 0),
        ("8%的", 1),
        ("Ann", 0),
    ],
)
def test_chinese_and_latin_are_set_apart_where_nobody_did(typed, seams):
    assert fonts.seams(typed) == seams
    alone = sum(fonts.advance(SANS, 80, letter) for letter in typed)
    drawn = fonts.extent(SANS, 80, typed, 0).right
    assert drawn <= alone + seams * 80 * fonts.SEAM + 2
    if seams:
        assert drawn > alone - 16 + seams * 80 * fonts.SEAM / 2


def test_the_wide_yen_is_drawn_as_the_narrow_one():
    assert clean("￥99", SANS, 9) == "¥99"


def test_lines_of_a_headline_are_even():
    lines = fit("全场好物限时八折起", Type(SANS, (100,), 1.3, 2), 850, 600, balanced=True).lines
    assert lines == ("全场好物限", "时八折起")
