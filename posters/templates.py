"""The built-in templates (模板): colours, faces and decoration, all drawn here."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import pi, sin
from random import Random
from typing import Literal

from PIL import Image, ImageDraw, ImageFilter

from posters.colour import Colour, luminance, mix, rgb
from posters.fonts import Style
from posters.geometry import LOW, PAGE, SHEET, TALL, Box, Frame

WIDTH, HEIGHT = PAGE.width, PAGE.height
_RADIUS = 36

_PAPER, _PAPER_SOFT = (255, 253, 248), (242, 239, 232)
_FINE = 2  # drawn at twice the size, then reduced: Pillow's shapes have hard edges

Align = Literal["left", "centre"]


@dataclass(frozen=True, slots=True)
class Template:
    """One look: what is painted behind, and with which inks and faces the words stand on it."""

    id: str
    title: str  # 中文 name
    align: Align
    title_style: Style
    title_weight: float
    ink: Colour  # title
    price_ink: Colour
    soft_ink: Colour  # text
    accent: Colour  # the rule under the title
    ground: Colour  # what lies under the inks; also veils a merchant's picture
    card_ink: Colour
    card_soft: Colour
    paint: Callable[[], Image.Image]
    frame: Frame = TALL


def on_picture(template: Template) -> tuple[Template, Template]:
    """The template's palette on somebody's picture: as it is, and with dark and light changed over."""
    if luminance(template.ground) > luminance(template.ink):
        other = replace(template, ink=_PAPER, soft_ink=_PAPER_SOFT, accent=_PAPER, ground=template.card_ink)
    else:
        dark = template.card_ink
        other = replace(template, ink=dark, soft_ink=dark, accent=dark, ground=_PAPER)
    plain, changed = (replace(look, price_ink=look.ink) for look in (template, other))
    return plain, changed


@lru_cache(maxsize=8)
def art(template: Template) -> Image.Image:
    """The template without words or card, painted once per process."""
    return template.paint()


def with_panel(page: Image.Image, panel: Box, shadow: Colour) -> Image.Image:
    """The page with a white card and its soft shadow on it."""
    left, top, right, bottom = panel.as_tuple()
    veil = Image.new("L", page.size, 0)
    ImageDraw.Draw(veil).rounded_rectangle((left, top + 14, right, bottom + 14), _RADIUS, fill=72)
    veil = veil.filter(ImageFilter.GaussianBlur(22))
    shaded = Image.composite(Image.new("RGB", page.size, shadow), page, veil)
    width, height = panel.width * 4, panel.height * 4
    shape = Image.new("L", (width, height), 0)
    ImageDraw.Draw(shape).rounded_rectangle((0, 0, width - 1, height - 1), _RADIUS * 4, fill=255)
    shaded.paste((255, 255, 255), (left, top), shape.reduce(4))
    return shaded


class _Canvas:
    """A page at twice its size, with coordinates in page pixels."""

    def __init__(self, ground: Image.Image) -> None:
        self._image = ground.resize((WIDTH * _FINE, HEIGHT * _FINE))
        self._draw = ImageDraw.Draw(self._image)

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        self._draw.ellipse(_scaled(x - radius, y - radius, x + radius, y + radius), fill=fill)

    def ring(self, x: float, y: float, radius: float, ink: Colour, width: float) -> None:
        box = _scaled(x - radius, y - radius, x + radius, y + radius)
        self._draw.ellipse(box, outline=ink, width=round(width * _FINE))

    def frame(self, inset: float, ink: Colour, width: float) -> None:
        box = _scaled(inset, inset, WIDTH - inset, HEIGHT - inset)
        self._draw.rectangle(box, outline=ink, width=round(width * _FINE))

    def area(self, points: list[tuple[float, float]], fill: Colour) -> None:
        self._draw.polygon([(x * _FINE, y * _FINE) for x, y in points], fill=fill)

    def page(self) -> Image.Image:
        return self._image.reduce(_FINE)


def _scaled(*numbers: float) -> tuple[float, ...]:
    return tuple(number * _FINE for number in numbers)


def _shades(top: Colour, bottom: Colour) -> Image.Image:
    """A page that passes from one colour to the other downwards."""
    column = Image.new("RGB", (1, HEIGHT))
    column.putdata([mix(top, bottom, y / HEIGHT) for y in range(HEIGHT)])
    return column.resize((WIDTH, HEIGHT))


def _ridge(base: float, swing: float, phase: float, waves: float) -> list[tuple[float, float]]:
    """The outline of a range of hills, closed along the foot of the page."""
    crest = []
    for x in range(0, WIDTH + 9, 8):
        turn = 2 * pi * waves * x / WIDTH + phase
        crest.append(
            (float(x), base - swing * (0.6 * sin(turn) + 0.3 * sin(2.3 * turn + 1) + 0.1 * sin(5.1 * turn)))
        )
    return [(0.0, float(HEIGHT)), *crest, (float(WIDTH), float(HEIGHT))]


def _plain() -> Image.Image:
    """Paper, a pale sun, three ranges of hills in mist."""
    canvas = _Canvas(_shades(rgb("#FAF6EF"), rgb("#F3ECE0")))
    canvas.disc(838, 958, 96, rgb("#F2D3C1"))
    canvas.area(_ridge(960, 74, 0.4, 1.1), rgb("#E6DFD2"))
    canvas.area(_ridge(1050, 62, 2.3, 1.5), rgb("#D9D3C6"))
    canvas.area(_ridge(1180, 70, 4.4, 1.2), rgb("#C9C5B8"))
    canvas.area(_ridge(1560, 90, 1.2, 0.9), rgb("#B9B7AA"))
    return canvas.page()


def _warm() -> Image.Image:
    """Apricot light with a rising sun in rings at the corner."""
    canvas = _Canvas(_shades(rgb("#FFF1DC"), rgb("#FFC78A")))
    for radius, colour in (
        (620, "#FFE6C4"),
        (500, "#FFDAA9"),
        (380, "#FFCB8A"),
        (262, "#FFB765"),
        (150, "#FF9F45"),
    ):
        canvas.disc(1010, 60, radius, rgb(colour))
    canvas.disc(40, 1560, 330, rgb("#FFB466"))
    canvas.disc(1040, 1880, 250, rgb("#FF9F45"))
    return canvas.page()


def _jade() -> Image.Image:
    """Deep green, a gold double frame, waves (青海波) rising behind the card."""
    canvas = _Canvas(_shades(rgb("#14463A"), rgb("#0A2A22")))
    radius = 60
    for row in range(36):
        y = 978 + row * radius / 2
        for column in range(-1, 11):
            x = column * 2 * radius + (row % 2) * radius
            canvas.disc(x, y, radius, rgb("#0F3A2F"))
            for step in (0, 16, 32, 47):
                canvas.ring(x, y, radius - step, rgb("#24604F"), 2)
    canvas.frame(34, rgb("#C9A96A"), 2.5)
    canvas.frame(44, rgb("#8C7A4C"), 1)
    return canvas.page()


def _night() -> Image.Image:
    """Evening blue with a moon, its halo and a sky of small stars."""
    canvas = _Canvas(_shades(rgb("#151C46"), rgb("#3A4A8C")))
    for radius, colour in ((300, "#192150"), (210, "#1D275A"), (132, "#222C63")):
        canvas.disc(926, 74, radius, rgb(colour))
    dice = Random(7)
    for _ in range(110):
        shade = mix(rgb("#2A3470"), rgb("#4E5A98"), dice.random())
        canvas.disc(dice.uniform(20, 1060), dice.uniform(20, 1040), dice.choice((1.2, 1.6, 2.2)), shade)
    canvas.disc(926, 74, 52, rgb("#F4E3B2"))
    canvas.disc(906, 62, 48, rgb("#222C63"))
    canvas.area(_ridge(1090, 50, 0.2, 1.3), rgb("#26336F"))
    canvas.area(_ridge(1230, 60, 3.0, 1.0), rgb("#1B2557"))
    return canvas.page()


def _blank() -> Image.Image:
    return Image.new("RGB", (WIDTH, HEIGHT), (255, 255, 255))


def _sheet() -> Image.Image:
    return Image.new("RGB", (SHEET.width, SHEET.height), rgb("#E3EEE9"))


_PLAIN = Template(
    id="plain",
    title="素雅",
    align="centre",
    title_style="serif",
    title_weight=0.008,
    ink=rgb("#2B2723"),
    price_ink=rgb("#A63C27"),
    soft_ink=rgb("#4A443D"),
    accent=rgb("#B5452F"),
    ground=rgb("#FAF6EF"),
    card_ink=rgb("#2B2723"),
    card_soft=rgb("#6B645B"),
    paint=_plain,
)
_WARM = Template(
    id="warm",
    title="暖橙",
    align="left",
    title_style="sans",
    title_weight=0.022,
    ink=rgb("#7A2606"),
    price_ink=rgb("#A2300A"),
    soft_ink=rgb("#5C2A12"),
    accent=rgb("#E2560F"),
    ground=rgb("#FFF1DC"),
    card_ink=rgb("#5C1F08"),
    card_soft=rgb("#8A5A42"),
    paint=_warm,
    frame=LOW,
)
_JADE = Template(
    id="jade",
    title="墨绿",
    align="centre",
    title_style="serif",
    title_weight=0.01,
    ink=rgb("#F3E6C4"),
    price_ink=rgb("#DDBB74"),
    soft_ink=rgb("#DCE6DF"),
    accent=rgb("#C9A96A"),
    ground=rgb("#0E352B"),
    card_ink=rgb("#12392E"),
    card_soft=rgb("#5B7069"),
    paint=_jade,
)
_NIGHT = Template(
    id="night",
    title="夜蓝",
    align="left",
    title_style="sans",
    title_weight=0.018,
    ink=rgb("#FFFFFF"),
    price_ink=rgb("#F4D98A"),
    soft_ink=rgb("#DFE4FA"),
    accent=rgb("#F4D98A"),
    ground=rgb("#151C46"),
    card_ink=rgb("#1A2250"),
    card_soft=rgb("#5F678E"),
    paint=_night,
    frame=LOW,
)
# Not offered: the last resort for a poster whose code did not read back.
BLANK = Template(
    id="blank",
    title="白底",
    align="centre",
    title_style="sans",
    title_weight=0.018,
    ink=rgb("#111111"),
    price_ink=rgb("#111111"),
    soft_ink=rgb("#333333"),
    accent=rgb("#333333"),
    ground=rgb("#FFFFFF"),
    card_ink=rgb("#111111"),
    card_soft=rgb("#555555"),
    paint=_blank,
)

# The QR card that stands alone (邀请二维码).
SHEET_LOOK = Template(
    id="card",
    title="二维码卡",
    align="centre",
    title_style="sans",
    title_weight=0.018,
    ink=rgb("#12392E"),
    price_ink=rgb("#12392E"),
    soft_ink=rgb("#33443E"),
    accent=rgb("#2F8F6F"),
    ground=rgb("#E3EEE9"),
    card_ink=rgb("#12392E"),
    card_soft=rgb("#5B7069"),
    paint=_sheet,
)

_ALL = {template.id: template for template in (_PLAIN, _WARM, _JADE, _NIGHT)}
TEMPLATES = {template.id: template.title for template in _ALL.values()}


def named(template_id: str) -> Template:
    """The template of that id; an id that is no longer offered gets the first."""
    return _ALL.get(template_id, _PLAIN)
