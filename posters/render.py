"""From a spec to a finished picture whose QR has been read back."""

from dataclasses import dataclass, replace
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFilter

from posters import jpeg, layout, picture, qr, templates
from posters.colour import READABLE, Colour, worst_contrast
from posters.layout import BAND, CARD_PAGE, PAGE, Box, Layout
from posters.picture import PictureRefused
from posters.qr import QrUnreadable
from posters.spec import CardSpec, PosterSpec, key
from posters.templates import BLANK, TEMPLATES, Template

__all__ = ["TEMPLATES", "PictureRefused", "QrUnreadable", "Rendered", "key", "render", "render_card"]

_QR_ROOM = 500
_CARD_QR_ROOM = 672
_AROUND = 24  # pixels round the QR that the reader also sees


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished picture; `redrawn` = its first version did not read back and this is the plain one."""

    jpeg: bytes
    width: int
    height: int
    template: str
    redrawn: bool


@dataclass(frozen=True, slots=True)
class _Stage:
    """The shop's half of a poster, composed and encoded once for all its promoters."""

    page: Image.Image
    rows: jpeg.Sliced


def render(spec: PosterSpec) -> Rendered:
    """The promoter's poster (海报), its QR read back from the finished pixels.

    Raises PictureRefused, QrUnreadable, FontUnusable.
    """
    template = templates.named(spec.template)
    code = qr.draw(spec.qr_url, _QR_ROOM)
    data = _poster(spec, template, code)
    if data is not None:
        return Rendered(data, PAGE.width, PAGE.height, template.id, redrawn=False)
    data = _poster(replace(spec, background=None), BLANK, code)
    if data is None:
        raise QrUnreadable("the code does not read back, even on white")
    return Rendered(data, PAGE.width, PAGE.height, BLANK.id, redrawn=True)


def render_card(spec: CardSpec) -> Rendered:
    """A QR card (邀请二维码), read back as well; raises QrUnreadable, FontUnusable."""
    code = qr.draw(spec.qr_url, _CARD_QR_ROOM)
    for plain in (False, True):
        page = _card(spec, code, plain=plain)
        if page is not None:
            return Rendered(jpeg.encode(page), CARD_PAGE.width, CARD_PAGE.height, "card", redrawn=plain)
    raise QrUnreadable("the code does not read back, even on white")


def _poster(spec: PosterSpec, template: Template, code: Image.Image) -> bytes | None:
    """The poster's bytes; nothing if its QR does not say what it should."""
    stage = _stage(spec.title, spec.text, template, spec.font_path, spec.background)
    top, bottom = BAND.top, BAND.bottom
    strip = stage.page.crop((0, top, PAGE.width, bottom))
    placed = layout.band(spec, template, code.width)
    layout.write(ImageDraw.Draw(strip), placed.lines, down=top)
    box = placed.boxes["qr"]
    strip.paste(code.convert("RGB"), (box.left, box.top - top))
    if not qr.says(_surroundings(strip, box, top), spec.qr_url):
        return None
    return jpeg.splice(stage.rows, strip, top)


def _surroundings(strip: Image.Image, box: Box, top: int) -> Image.Image:
    return strip.crop(
        (
            max(0, box.left - _AROUND),
            max(0, box.top - top - _AROUND),
            min(strip.width, box.right + _AROUND),
            min(strip.height, box.bottom - top + _AROUND),
        )
    )


@lru_cache(maxsize=8)
def _stage(title: str, text: str, template: Template, font_path: str, background: bytes | None) -> _Stage:
    spec = PosterSpec(title, text, "", "", "", font_path=font_path, background=background)
    placed = layout.hero(spec, template)
    page = _photo(background, template, placed) if background else templates.art(template)
    page = templates.with_card(page, _shadow(template))
    draw = ImageDraw.Draw(page)
    if rule := placed.boxes.get("rule"):
        draw.rectangle((rule.left, rule.top, rule.right - 1, rule.bottom - 1), fill=template.accent)
    layout.write(draw, placed.lines)
    return _Stage(page, jpeg.slice_rows(page))


def _shadow(template: Template) -> Colour:
    red, green, blue = template.ground
    return red // 4, green // 4, blue // 4


def _photo(background: bytes, template: Template, placed: Layout) -> Image.Image:
    """The merchant's picture, veiled where words stand as much as it takes to read them."""
    page = picture.cover(background, (PAGE.width, PAGE.height))
    veil = Image.new("RGB", page.size, template.ground)
    quiet = page.filter(ImageFilter.GaussianBlur(14))
    boxes = [box for name, box in placed.boxes.items() if name != "rule"]
    if not boxes:
        return page
    inks = (template.ink, template.soft_ink)
    for strength in range(110, 256, 8):
        mask = _veil_mask(boxes, strength)
        veiled = Image.composite(veil, Image.composite(quiet, page, mask), mask)
        if all(
            worst_contrast(ink, veiled.crop(box.as_tuple())) > READABLE * 1.1 for box in boxes for ink in inks
        ):
            break
    return veiled


def _veil_mask(boxes: list[Box], strength: int) -> Image.Image:
    """Full strength behind the words, fading out above and below."""
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.around(box)
    fade = 150
    column = Image.new("L", (1, PAGE.height))
    column.putdata(
        [
            round(strength * _smooth(min(y - (whole.top - fade - 30), whole.bottom + fade + 30 - y) / fade))
            for y in range(PAGE.height)
        ]
    )
    return column.resize((PAGE.width, PAGE.height))


def _smooth(share: float) -> float:
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


def _card(spec: CardSpec, code: Image.Image, *, plain: bool) -> Image.Image | None:
    page = Image.new("RGB", (CARD_PAGE.width, CARD_PAGE.height), (255, 255, 255))
    draw = ImageDraw.Draw(page)
    if not plain:
        draw.rectangle((0, 0, page.width, 15), fill=(24, 108, 84))
    placed = layout.card(spec, code.width)
    layout.write(draw, placed.lines)
    box = placed.boxes["qr"]
    page.paste(code.convert("RGB"), (box.left, box.top))
    return page if qr.says(_surroundings(page, box, 0), spec.qr_url) else None
