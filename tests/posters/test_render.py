"""Finished posters and cards: they scan, they are readable, they are the same every time."""

from dataclasses import fields, replace
from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from handlers.texts import notices
from posters import backdrop, layout, qr, render, templates
from posters.colour import READABLE, contrast, luminance
from posters.fonts import FontUnusable, font_file
from posters.geometry import PAGE
from posters.render import TEMPLATES, PictureRefused, QrUnreadable, render_card
from posters.spec import CardSpec, Hero, PosterSpec
from tests.posters.samples import HERO, SPEC, URL, decoded, encoded, with_background, with_hero

CARD = CardSpec("邀请你成为推广员", ("扫码了解详情", "免费加入，无需购买"), URL, "K7M2QX")
GOODS = Hero("明前龙井 50 克", "春日第一采，限量 200 份。", "小满茶铺", "¥64.50")
NAMES = ["王姐", "欢" * 60, "👩\u200d👩\u200d👧 مريم", "😀" * 500]


def chequered() -> Image.Image:
    board = Image.new("RGB", (900, 1400), "black")
    pen = ImageDraw.Draw(board)
    for x in range(0, 900, 60):
        for y in range((x // 60 % 2) * 60, 1400, 120):
            pen.rectangle((x, y, x + 59, y + 59), fill="white")
    return board


BACKGROUNDS = {
    "white": Image.new("RGB", (800, 1200), "white"),
    "black": Image.new("RGB", (800, 1200), "black"),
    "grey": Image.new("RGB", (750, 1000), "#777777"),
    "red": Image.new("RGB", (750, 1000), "#ff0000"),
    "chequered": chequered(),
    "noise": Image.effect_noise((800, 1200), 150).convert("RGB"),
}


@pytest.mark.parametrize("template", sorted(TEMPLATES))
@pytest.mark.parametrize("name", NAMES)
def test_the_qr_of_a_whole_poster_says_its_address(template, name):
    finished = render.render(replace(SPEC, name=name, template=template))
    page = decoded(finished.jpeg)
    assert qr.read(page) == [URL]
    assert qr.read(page.reduce(3)) == [URL]  # as small as a phone shows it
    assert page.size == (finished.width, finished.height) == (1080, 1920)
    assert len(finished.jpeg) < 1_000_000
    assert (finished.template, finished.redrawn) == (template, False)


@pytest.mark.parametrize("background", sorted(BACKGROUNDS))
def test_the_qr_reads_on_any_background(background):
    finished = render.render(with_background(BACKGROUNDS[background], "night"))
    assert qr.read(decoded(finished.jpeg)) == [URL]
    assert len(finished.jpeg) < 1_000_000
    assert not finished.redrawn


@pytest.mark.parametrize("side", [180, 600])
def test_a_background_with_a_code_of_its_own_is_refused(side: int) -> None:
    design = Image.new("RGB", (1080, 1920), "ivory")
    design.paste(qr.write("https://example.com/another").resize((side, side)), (240, 1200))
    with pytest.raises(PictureRefused) as refused:
        render.render_background(encoded(design))
    assert refused.value.reason == "has_code"
    assert "二维码" in notices.judged("poster_background", refused.value.reason)


def test_the_noisiest_background_still_keeps_below_the_limit():
    noise = Image.merge("RGB", [Image.effect_noise((750, 1334), 250) for _ in range(3)])
    finished = render.render(with_background(noise, "warm"))
    assert len(finished.jpeg) < 1_000_000
    assert qr.read(decoded(finished.jpeg)) == [URL]


@pytest.mark.parametrize("code", [CARD.code, ""])
def test_a_card_says_its_address(code):
    finished = render_card(replace(CARD, code=code))
    card = decoded(finished.jpeg)
    assert qr.read(card) == [URL]
    assert card.size == (finished.width, finished.height)
    assert not finished.redrawn


def failing(times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [False] * times
    honest = qr.says
    monkeypatch.setattr(qr, "says", lambda crop, url: answers.pop() if answers else honest(crop, url))


def test_a_code_that_does_not_read_back_is_drawn_again_on_white(monkeypatch):
    failing(1, monkeypatch)
    finished = render.render(with_background(BACKGROUNDS["noise"], "jade"))
    page = decoded(finished.jpeg)
    assert finished.redrawn
    assert finished.template == "blank"
    assert page.getpixel((5, 5)) == page.getpixel((1075, 1900)) == (255, 255, 255)
    assert qr.read(page) == [URL]


def test_a_card_that_does_not_read_back_is_drawn_again_on_white(monkeypatch):
    failing(1, monkeypatch)
    finished = render_card(CARD)
    assert finished.redrawn
    assert decoded(finished.jpeg).getpixel((5, 5)) == (255, 255, 255)


def test_a_poster_whose_code_never_reads_does_not_leave(monkeypatch):
    failing(2, monkeypatch)
    with pytest.raises(QrUnreadable):
        render.render(SPEC)
    failing(2, monkeypatch)
    with pytest.raises(QrUnreadable):
        render_card(CARD)


def test_the_reader_refuses_a_spoilt_code_and_another_address():
    code = qr.enlarge(qr.write(URL), 41 * 10).convert("RGB")
    assert qr.says(code, URL)
    assert not qr.says(code, URL + "x")
    code.paste("white", (120, 120, 300, 300))
    assert not qr.says(code, URL)


@pytest.mark.parametrize("url", ["", "x" * 5000, "http://example.com/" + "y" * 1200])
def test_an_address_that_no_code_can_carry_is_refused(url):
    with pytest.raises(QrUnreadable):
        render.render(replace(SPEC, qr_url=url))


def test_a_longer_address_still_reads():
    url = "http://weixin.qq.com/q/" + "aB3_" * 40
    assert qr.read(decoded(render.render(replace(SPEC, qr_url=url)).jpeg)) == [url]


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_words_contrast_with_every_pixel_under_them(template):
    look = templates.named(template)
    long = replace(HERO, title="全场好物限时八折起欢迎光临本店" * 4, text="春茶上新，明前头采。" * 60)
    ground = templates.art(look)
    for spec in (HERO, long, replace(HERO, title=""), replace(HERO, text=""), GOODS, replace(GOODS, text="")):
        for line in layout.hero(spec, look).lines:
            pixels = ground.crop(line.box.as_tuple()).getcolors(1 << 20)
            assert min(contrast(line.ink, colour) for _, colour in pixels) >= READABLE
    for line in layout.band(SPEC, look, 41).lines:
        assert contrast(line.ink, (255, 255, 255)) >= READABLE


@pytest.mark.parametrize("template", sorted(TEMPLATES))
@pytest.mark.parametrize("background", ["white", "black", "red", "chequered"])
def test_words_contrast_with_any_background(template, background):
    look = templates.named(template)
    behind = backdrop.behind(BACKGROUNDS[background].resize((PAGE.width, PAGE.height)), GOODS, look)
    assert behind.placed.lines
    for line in behind.placed.lines:
        for _, colour in behind.page.crop(line.box.as_tuple()).reduce(4).getcolors(1 << 20):
            assert contrast(line.ink, colour) >= READABLE


def test_contrast_is_that_of_the_rules():
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((0x77, 0x77, 0x77), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)
    assert luminance((255, 0, 0)) == pytest.approx(0.2126)


def test_nothing_on_a_poster_speaks_of_following_or_of_a_reward():
    words = "".join(line.text for line in layout.band(SPEC, templates.named("plain"), 41).lines)
    words += "".join(line.text for line in layout.card(CARD, 41).lines)
    assert not [bad for bad in ("关注", "转发", "分享", "领", "奖", "赚", "佣金", "返", "送") if bad in words]


def test_the_same_spec_is_the_same_bytes_also_in_a_fresh_process():
    first = [render.render(SPEC).jpeg, render_card(CARD).jpeg]
    for cached in (render.stage, render.sheet, templates.art):
        cached.cache_clear()
    assert [render.render(SPEC).jpeg, render_card(CARD).jpeg] == first


def test_a_finished_poster_is_quality_85_at_half_colour_resolution():
    page = decoded(render.render(SPEC).jpeg)
    out = BytesIO()
    Image.new("RGB", page.size).save(out, "JPEG", quality=85, subsampling="4:2:0")
    reference = decoded(out.getvalue())
    assert page.quantization == reference.quantization
    assert page.layer == reference.layer


OTHERS = {
    "hero": GOODS,
    "name": "bob",
    "code": "ABC234",
    "qr_url": URL + "9",
    "does": "邀请你一起做推广员",
    "valid_until": "",
    "hint": "微信扫一扫",
    "portrait": encoded(BACKGROUNDS["red"], "PNG"),
    "template": "jade",
}
OTHER_HEROES = {
    "title": "别的店",
    "text": "别的话",
    "over": "老张烘焙坊",
    "price": "¥64.50",
    "font_path": font_file("", "serif"),
    "background": encoded(BACKGROUNDS["grey"], "PNG"),
}


def test_every_field_is_seen_on_the_picture():
    assert set(OTHERS) == {field.name for field in fields(PosterSpec)}
    assert set(OTHER_HEROES) == {field.name for field in fields(Hero)}
    variants = [SPEC, *(replace(SPEC, **{name: value}) for name, value in OTHERS.items())]
    variants += [with_hero(**{name: value}) for name, value in OTHER_HEROES.items()]
    assert len({render.render(spec).jpeg for spec in variants}) == len(variants)


@pytest.mark.parametrize("side", [(200, 200), (200, 900), (900, 200)])
def test_a_portrait_is_a_circle_of_the_middle_of_the_picture(side):
    red = encoded(Image.new("RGB", side, (220, 20, 20)), "PNG")
    page = decoded(render.render(replace(SPEC, portrait=red)).jpeg)
    box = layout.band(replace(SPEC, portrait=red), templates.named("plain"), 41).boxes["portrait"]
    middle = (box.left + box.right) // 2, (box.top + box.bottom) // 2
    seen = page.getpixel(middle)
    assert seen[0] > 200
    assert seen[1] < 60
    assert min(page.getpixel((box.left + 4, box.top + 4))) > 240, "its corner is the card's white"
    assert qr.read(page) == [URL]


def test_a_portrait_too_small_to_be_seen_is_refused():
    with pytest.raises(PictureRefused):
        render.render(replace(SPEC, portrait=encoded(Image.new("RGB", (60, 60)), "PNG")))


def test_a_template_no_longer_offered_gives_the_first():
    assert render.render(replace(SPEC, template="gone")).template == "plain"


def test_a_font_that_is_none_is_named(tmp_path):
    file = tmp_path / "font.otf"
    file.write_bytes(b"no font")
    with pytest.raises(FontUnusable, match=r"font\.otf"):
        render.render(with_hero(font_path=str(file)))
    with pytest.raises(FontUnusable, match="missing"):
        render.render(with_hero(font_path=str(tmp_path / "missing.otf")))


def test_a_background_that_is_no_picture_is_refused_every_time():
    for _ in range(2):
        with pytest.raises(PictureRefused):
            render.render(with_hero(background=b"GIF89a"))
