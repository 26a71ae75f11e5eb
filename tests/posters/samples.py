"""Specs, pictures and odd words that the poster tests share."""

from dataclasses import replace
from io import BytesIO

from hypothesis import strategies as st
from PIL import Image

from posters.spec import Hero, PosterSpec

URL = "http://weixin.qq.com/q/02abcDEF_ghij-KLMN01234567"
WIDE = "春日茶会明前龙井今日到店品一杯新客老客都欢迎，。！？、；：（）《》「」"
ODD = "👩\u200d👩\u200d👧❤\ufe0f🇨🇳مرحبا한글éñüß\u202e\u200f\u200b\u0301\u0336\x00\x07𝓐𝓵①㊗\u3164\u2800￥%$@…—·\t \n"
LATIN = "abcdefghijklmnop ABC 0123456789 -.,:;'!?()/"

HERO = Hero("老张烘焙坊", "每天清晨六点，现烤现卖。附近三公里免费送。")
SPEC = PosterSpec(
    HERO,
    name="王姐",
    code="K7M2QX",
    qr_url=URL,
    valid_until="有效期至 12月21日",
)

words = st.one_of(
    st.text(alphabet=WIDE + LATIN + ODD, max_size=60),
    st.text(alphabet=WIDE, max_size=400),
    st.text(alphabet=LATIN, max_size=300),
    st.text(max_size=40),
    st.integers(1, 900).map("欢".__mul__),
    st.integers(1, 900).map("W".__mul__),
    st.integers(1, 90).map("！".__mul__),
)


def encoded(picture: Image.Image, kind: str = "JPEG") -> bytes:
    """The picture as a file."""
    out = BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def with_background(picture: Image.Image, template: str) -> PosterSpec:
    """The sample spec on a merchant's picture."""
    return with_hero(background=encoded(picture, "PNG"), template=template)


def with_hero(*, template: str = "plain", **changes: str | bytes | None) -> PosterSpec:
    """The sample spec with another half of the shop's."""
    return replace(SPEC, hero=replace(HERO, **changes), template=template)


def decoded(data: bytes) -> Image.Image:
    """A finished picture, as whoever receives it sees it."""
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture
