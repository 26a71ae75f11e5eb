"""A JPEG of which a part was replaced is, bit for bit, the one that encoding the whole would have given."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from posters import jpeg, render, splicing, templates
from posters.geometry import PAGE, Box, boxed
from posters.spec import PosterSpec
from tests.posters.samples import SPEC, decoded, encoded

SMALL = Box(0, 0, 808, 150)
"""Three columns, the last of them and the last row cut short by the edge."""


def coloured(box: Box, seed: int) -> Image.Image:
    grey = Image.effect_noise((box.width, box.height), 90)
    return Image.merge("RGB", (grey, grey.rotate(180), grey.point(lambda level: (level * seed) % 256)))


def boxes_in(page: Box) -> st.SearchStrategy[Box]:
    def box(left: int, top: int, width: int, height: int) -> Box:
        return Box(left, top, min(page.right, left + width), min(page.bottom, top + height))

    return st.builds(
        box,
        st.integers(0, page.right - 1),
        st.integers(0, page.bottom - 1),
        st.integers(1, page.width),
        st.integers(1, page.height),
    )


@settings(max_examples=25, deadline=None)
@given(changed=st.lists(boxes_in(SMALL), min_size=1, max_size=5), spare=boxes_in(SMALL))
def test_any_boxes_anywhere(changed: list[Box], spare: Box) -> None:
    before, fresh = coloured(SMALL, 3), coloured(SMALL, 7)
    after = before.copy()
    for box in changed:
        after.paste(fresh.crop(box.as_tuple()), (box.left, box.top))
    place = splicing.around(boxed((*changed, spare)), SMALL)
    done = splicing.spliced(splicing.cut(before), after.crop(place.as_tuple()), place, changed)
    assert done == jpeg.within_limit(after, splicing.UNITS)[0]
    assert decoded(done).tobytes() == decoded(jpeg.encode(after)).tobytes()


def test_a_box_left_out_keeps_what_was_there() -> None:
    before, after = coloured(SMALL, 3), coloured(SMALL, 7)
    left, right = Box(0, 0, 272, 150), Box(272, 0, 808, 150)
    done = splicing.spliced(splicing.cut(before), after, SMALL, [right])
    page = after.copy()
    page.paste(before.crop(left.as_tuple()), (0, 0))
    assert decoded(done).tobytes() == decoded(jpeg.encode(page)).tobytes()


@pytest.mark.parametrize("template", ["plain", "jade"])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"name": ""},
        {"name": "欢" * 60, "valid_until": "一句很长的话" * 5},
        {"portrait": encoded(Image.new("RGB", (300, 300), "red"))},
        {"qr_url": "http://weixin.qq.com/q/" + "aB3_" * 40},
    ],
)
def test_a_poster_is_drawn_within_the_parts_that_are_encoded_anew(
    template: str, changes: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = []

    def kept(whole: splicing.Cells, strip: Image.Image, place: Box, changed: list[Box]) -> bytes:
        page = render.stage(spec.hero, templates.named(template)).page.copy()
        page.paste(strip, (place.left, place.top))
        pages.append(page)
        return spliced(whole, strip, place, changed)

    spliced = splicing.spliced
    monkeypatch.setattr(splicing, "spliced", kept)
    spec: PosterSpec = replace(SPEC, template=template, **changes)
    done = render.render(spec).jpeg
    assert done == jpeg.within_limit(pages[0], splicing.UNITS)[0]
    assert decoded(done).tobytes() == decoded(jpeg.encode(pages[0])).tobytes()


def test_a_page_keeps_its_quality_where_a_part_is_replaced() -> None:
    loud = Image.merge("RGB", [Image.effect_noise((1080, 1920), 250) for _ in range(3)])
    whole = splicing.cut(loud)
    assert whole.quality < 85
    strip = Image.new("RGB", (1080, 160), "white")
    loud.paste(strip, (0, 160))
    done = splicing.spliced(whole, strip, Box(0, 160, 1080, 320), [Box(0, 160, 1080, 320)])
    assert done == jpeg.encoded(loud, whole.quality, splicing.UNITS)


def test_the_file_says_where_its_restart_markers_are() -> None:
    whole = splicing.cut(coloured(PAGE, 5))
    assert whole.head[whole.head.index(b"\xff\xdd") + 2 :][:4] == b"\0\4\0\x11"
    assert len(whole.cells) == 4 * 120 == whole.columns * 120
    done = splicing.spliced(whole, coloured(PAGE, 5), PAGE, [])
    markers = [done[at + 1] for at in range(len(whole.head), len(done)) if done[at] == 0xFF and done[at + 1]]
    assert markers == [0xD0 + number % 8 for number in range(479)] + [0xD9]


@pytest.mark.parametrize("width", [64, 1100, 280])
def test_a_page_of_broken_cells_is_a_mistake(width: int) -> None:
    with pytest.raises(ValueError, match=f"{width} pixels"):
        splicing.cut(Image.new("RGB", (width, 64)))


@pytest.mark.parametrize(
    ("place", "size"),
    [
        (Box(0, 17, 808, 150), (808, 133)),
        (Box(16, 16, 808, 150), (784, 134)),
        (Box(0, 0, 790, 150), (790, 150)),
        (Box(0, 0, 808, 150), (544, 150)),
    ],
)
def test_a_strip_that_is_no_whole_cells_is_a_mistake(place: Box, size: tuple[int, int]) -> None:
    whole = splicing.cut(Image.new("RGB", (808, 150)))
    with pytest.raises(ValueError, match="whole cells"):
        splicing.spliced(whole, Image.new("RGB", size), place, [place])


def test_the_bytes_are_those_of_the_plain_encoder_but_for_the_markers() -> None:
    page, out = coloured(SMALL, 3), BytesIO()
    page.save(out, "JPEG", quality=85, subsampling="4:2:0")
    assert jpeg.encode(page) == out.getvalue()
