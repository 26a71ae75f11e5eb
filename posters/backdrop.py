"""Words on a merchant's picture: where it is calm, dark or light, under a veil as weak as can be."""

from dataclasses import dataclass
from functools import partial

from PIL import Image, ImageFilter, ImageStat

from posters import layout, templates
from posters.colour import READABLE, Colour, contrast, mix, worst_contrast
from posters.geometry import PAGE, Box, boxed
from posters.layout import Layout
from posters.spec import Hero
from posters.templates import Template

_SMALL = 4
"""Everything is tried out at a quarter of the size: what is softened has no finer detail."""
_PLACES = (0.2, 0.0, 0.4, 0.6, 0.8, 1.0)
"""Shares of the height left over that may stay above the words, beside the usual one."""
_MOVED = 16.0
"""Grey levels of calm that have to be won to move them from there to the end of the room."""
_FADE, _LONG_FADE = 180, 480
"""Pixels over which the veil ends; the longer ones where the picture is so calm that an end would be seen as a band."""
_CALM = 24.0
"""Grey levels by which a calm picture's parts differ."""
_VEILS = range(0, 101, 4)  # per cent
_TINTS = (0.0, 0.35, 0.7, 1.0)
"""How much of the template's colour is in a veil, and not of the picture's own."""
_FOREIGN = 12
"""Per cent of veil that are taken rather than a veil in none of the picture's own colour."""
_SAFE = READABLE * 1.1  # what is measured in 8 bits is rounded


@dataclass(frozen=True, slots=True)
class Backdrop:
    """The page under the words, the template whose inks stand on it, and where."""

    page: Image.Image
    look: Template
    placed: Layout


@dataclass(frozen=True, slots=True)
class _Veil:
    """Which inks, and what is laid over the picture for them."""

    look: Template
    colour: Colour
    percent: int


def behind(page: Image.Image, hero: Hero, template: Template) -> Backdrop:
    """The picture blurred and veiled where the words stand, and the words where it is calmest."""
    above = _calmest(page, hero, template)
    boxes = _words(layout.hero(hero, template, above))
    if not boxes:
        return Backdrop(page, template, Layout())
    soft = page.reduce(_SMALL).filter(ImageFilter.GaussianBlur(6.5))
    small = [Box(*(side // _SMALL for side in box.as_tuple())) for box in boxes]
    spread = ImageStat.Stat(soft.convert("L")).stddev[0]
    mask = _mask(boxes, _LONG_FADE if spread < _CALM else _FADE)
    calm = Image.composite(soft.resize(page.size, Image.Resampling.BICUBIC), page, mask)
    veil = _firm(calm, boxes, _lightest(soft, small, template))
    laid = Image.new("RGB", page.size, veil.colour)
    ground = Image.composite(laid, calm, mask.point([level * veil.percent // 100 for level in range(256)]))
    return Backdrop(ground, veil.look, layout.hero(hero, veil.look, above))


def _words(placed: Layout) -> list[Box]:
    return [box for name, box in placed.boxes.items() if name != "rule"]


def _calmest(page: Image.Image, hero: Hero, template: Template) -> float:
    """Where the words cover the fewest edges and changes; the usual place unless another is clearly calmer."""
    grey, usual = page.convert("L").reduce(_SMALL * 2), template.frame.above

    def unrest(above: float) -> float:
        boxes = _words(layout.hero(hero, template, above))
        if not boxes:
            return 0.0
        whole = Box(*(side // (_SMALL * 2) for side in boxed(boxes).as_tuple()))
        spread: float = ImageStat.Stat(grey.crop(whole.as_tuple())).stddev[0]
        return spread + _MOVED * abs(above - usual)

    return min((usual, *_PLACES), key=unrest)


def _lightest(soft: Image.Image, boxes: list[Box], template: Template) -> _Veil:
    """The veil that hides least: dark words or light ones, and as much of the picture's own colour as may be."""
    red, green, blue = (round(mean) for mean in ImageStat.Stat(soft.crop(boxed(boxes).as_tuple())).mean)
    choices: list[tuple[float, int, _Veil]] = []
    for look in templates.on_picture(template):
        for tint in _TINTS:
            colour = mix((red, green, blue), look.ground, tint)
            if min(contrast(look.ink, colour), contrast(look.soft_ink, colour)) >= _SAFE:
                reads = partial(_readable, soft, boxes, look, colour)
                percent = next(percent for percent in _VEILS if percent == _VEILS[-1] or reads(percent))
                choices.append((percent + _FOREIGN * tint, len(choices), _Veil(look, colour, percent)))
    return min(choices)[2]


def _firm(calm: Image.Image, boxes: list[Box], veil: _Veil) -> _Veil:
    """The same veil, as strong as it takes at full size; a full one can always be read on."""
    reads = partial(_readable, calm, boxes, veil.look, veil.colour)
    stronger = (percent for percent in _VEILS if percent >= veil.percent)
    percent = next(percent for percent in stronger if percent == _VEILS[-1] or reads(percent))
    return _Veil(veil.look, veil.colour, percent)


def _readable(page: Image.Image, boxes: list[Box], look: Template, colour: Colour, percent: int) -> bool:
    """Whether the words could be read under a veil of that strength."""
    for box in boxes:
        ground = page.crop(box.as_tuple())
        ground = Image.blend(ground, Image.new("RGB", ground.size, colour), percent / 100)
        if any(worst_contrast(ink, ground) < _SAFE for ink in (look.ink, look.soft_ink)):
            return False
    return True


def _mask(boxes: list[Box], fade: int) -> Image.Image:
    """Full behind the words, fading out above and below."""
    whole = boxed(boxes)
    first, last = whole.top - fade - 30, whole.bottom + fade + 30
    column = Image.new("L", (1, PAGE.height))
    column.putdata([round(255 * _smooth(min(y - first, last - y) / fade)) for y in range(PAGE.height)])
    return column.resize((PAGE.width, PAGE.height))


def _smooth(share: float) -> float:
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)
