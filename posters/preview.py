"""A sheet of posters for a designer to look at: every look × odd words, names, backgrounds and faces."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

from posters import jpeg
from posters.render import TEMPLATES, render
from posters.spec import Hero, PosterSpec

_URL = "http://weixin.qq.com/q/02SAMPLE-SAMPLE-SAMPLE-SAMPLE0"
_SHOP = Hero("花间小店", "用心做好每一件商品")
_GOODS = Hero("明前龙井 50 克", "春日第一采，限量 200 份。", "小满茶铺", "¥64.50")
_LONG = Hero(
    "明前龙井特级头采手工炒制礼盒装两罐送礼自饮皆宜",
    "每天清晨六点，现烤现卖。招牌海盐卷、全麦欧包、手工曲奇，附近三公里免费送；周末另有亲子烘焙课。",
    "小满茶铺",
    "¥12,888.00",
)
_INVITING = Hero("一起做推广员", "喜欢我们的商品，就把它推荐给身边的朋友。免费加入，无需购买。", "花间小店")
_NAMES = (
    "王",
    "😀阿花🌸",
    "Ann 安安 123",
    "مريم",
    "Zoe\u0301 e\u0301a",
    "《云，》。！",
)
"""Shortest, emoji, mixed, right to left, combining marks, punctuation."""
_LONGEST_NAME = "名字最长可以写二十个字就像这一行一样长了"
_WIDTH, _COLUMNS, _GAP = 216, 8, 10


def sheet(font_path: str = "") -> bytes:
    """The sheet as a JPEG; raises as `render`."""
    posters = [
        Image.open(BytesIO(render(replace(spec, hero=replace(spec.hero, font_path=font_path))).jpeg))
        for spec in _samples()
    ]
    height = _WIDTH * 16 // 9
    rows = -(-len(posters) // _COLUMNS)
    size = _COLUMNS * (_WIDTH + _GAP) + _GAP, rows * (height + _GAP) + _GAP
    page = Image.new("RGB", size, (226, 226, 226))
    for number, poster in enumerate(posters):
        row, column = divmod(number, _COLUMNS)
        small = poster.resize((_WIDTH, height), Image.Resampling.LANCZOS)
        page.paste(small, (_GAP + column * (_WIDTH + _GAP), _GAP + row * (height + _GAP)))
    return jpeg.encode(page)


def _samples() -> Iterator[PosterSpec]:
    looks, face = list(TEMPLATES), _jpeg(_face())
    plain = PosterSpec(_SHOP, "王姐", "K7M2QX", _URL)
    for look in looks:
        yield replace(plain, template=look)
        yield replace(plain, hero=_GOODS, template=look)
        yield replace(plain, hero=_INVITING, does="邀请你一起做推广员", template=look)
        yield replace(plain, hero=_LONG, name=_LONGEST_NAME, portrait=face, template=look)
    for number, name in enumerate(_NAMES):
        hero = (_SHOP, _GOODS, _INVITING)[number % 3]
        yield replace(
            plain, hero=hero, name=name, template=looks[number % 4], portrait=face if number % 2 else None,
            valid_until="有效期至 12-21" if number % 3 else "",
        )  # fmt: skip
    yield replace(plain, hero=Hero(""), template="jade")
    yield replace(
        plain, hero=Hero("茶", background=_jpeg(_bubbles(10, 90).resize((3000, 1000)))), template="warm"
    )
    grounds = (_bubbles(10, 90), _bubbles(170, 250), _halves(), Image.effect_noise((1080, 1920), 120))
    for number, ground in enumerate(grounds):
        behind = _jpeg(ground)
        yield replace(plain, hero=replace(_SHOP, background=behind), portrait=face, template=looks[number])
        yield replace(plain, hero=replace(_LONG, background=behind), name="", template=looks[3 - number])


def _jpeg(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=90)
    return out.getvalue()


def _face() -> Image.Image:
    """Somebody, from afar."""
    page = Image.new("RGB", (416, 416), "#9DB7C9")
    draw = ImageDraw.Draw(page)
    draw.ellipse((60, 290, 356, 560), fill="#3F5B73")
    draw.ellipse((118, 70, 298, 290), fill="#3A2C27")
    draw.ellipse((136, 110, 280, 300), fill="#EBC9AE")
    return page


def _bubbles(low: int, high: int) -> Image.Image:
    """A busy picture whose colours lie between two brightnesses."""
    dice = Random(low)
    page = Image.new("RGB", (1080, 1920), (low, low, low + 10))
    draw = ImageDraw.Draw(page)
    for _ in range(220):
        x, y, side = dice.randrange(1080), dice.randrange(1920), dice.randrange(20, 200)
        colour = (dice.randint(low, high), dice.randint(low, high), dice.randint(low, high))
        draw.ellipse((x, y, x + side, y + side), fill=colour)
    return page


def _halves() -> Image.Image:
    """Black against white, right through the words."""
    page = Image.new("RGB", (1080, 1920), "white")
    ImageDraw.Draw(page).polygon([(0, 0), (1080, 0), (0, 1500)], fill="black")
    return page
