"""From a spec to a finished picture whose QR has been read back."""

from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

from posters import backdrop, fonts, jpeg, layout, picture, qr, splicing, templates
from posters.backdrop import Backdrop
from posters.colour import Colour
from posters.fonts import FontUnusable
from posters.geometry import PAGE, PANEL, SHEET, Box, boxed
from posters.layout import Layout, Line
from posters.picture import PictureRefused
from posters.qr import QrUnreadable
from posters.spec import CardSpec, Hero, PosterSpec
from posters.templates import BLANK, SHEET_LOOK, TEMPLATES, Template

__all__ = [
    "TEMPLATES",
    "FontUnusable",
    "PictureRefused",
    "QrUnreadable",
    "Rendered",
    "render",
    "render_background",
    "render_card",
    "render_code",
    "render_cover",
    "render_payee",
    "render_portrait",
    "render_samples",
]

COVER = (1000, 800)
"""Pixels of a page's picture."""
PAYEE = (1080, 1920)
"""Pixels that a 收款码 has at most."""
PORTRAIT = (416, 416)
"""Pixels that are kept of a promoter's picture; posters show it at a quarter of that."""
LEAST_PORTRAIT = (200, 200)
_SAMPLE = (720, 1280)
_MAT = 40  # pixels round and between samples
_MAT_COLOUR = (232, 232, 232)
_PAGE_MODULE = 12  # pixels of one module of a QR code on a page
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
class Stage:
    """The shop's half of a poster, composed and encoded once for all its promoters."""

    page: Image.Image
    cells: splicing.Cells


def render(spec: PosterSpec) -> Rendered:
    """The promoter's poster (海报), its QR read back from the finished pixels.

    Raises PictureRefused, QrUnreadable, FontUnusable.
    """
    template = templates.named(spec.template)
    code = qr.write(spec.qr_url)
    data = _poster(spec, template, code)
    if data is not None:
        return Rendered(data, PAGE.width, PAGE.height, template.id, redrawn=False)
    data = _poster(replace(spec, hero=replace(spec.hero, background=None)), BLANK, code)
    if data is None:
        raise QrUnreadable("the code does not read back, even on white")
    return Rendered(data, PAGE.width, PAGE.height, BLANK.id, redrawn=True)


def render_card(spec: CardSpec) -> Rendered:
    """A QR card (邀请二维码), read back as well; raises QrUnreadable, FontUnusable."""
    code = qr.write(spec.qr_url)
    for plain in (False, True):
        page = _card(spec, code, plain=plain)
        if page is not None:
            return Rendered(jpeg.encode(page), SHEET.width, SHEET.height, "card", redrawn=plain)
    raise QrUnreadable("the code does not read back, even on white")


def render_code(url: str) -> bytes:
    """A QR code alone, as a PNG for a page; raises QrUnreadable."""
    code = qr.write(url)
    large = qr.enlarge(code, code.width * _PAGE_MODULE)
    if qr.read(large) != [url]:
        raise QrUnreadable("the code does not read back")
    out = BytesIO()
    large.convert("1").save(out, "PNG", optimize=True)
    return out.getvalue()


def render_cover(data: bytes) -> bytes:
    """A merchant's picture as pages and cards show it, encoded anew; raises PictureRefused."""
    return jpeg.encode(picture.cover(data, COVER))


def render_background(data: bytes) -> bytes:
    """A merchant's picture as it stands behind a poster, encoded anew; raises PictureRefused.

    One that bears a code of its own is refused: whoever scans the poster might be led there, and past its promoter.
    """
    page = picture.cover(data, (PAGE.width, PAGE.height))
    if qr.read(page):
        raise PictureRefused("has_code")
    return jpeg.encode(page)


def render_portrait(data: bytes) -> bytes:
    """A promoter's own picture, cut square and encoded anew; raises PictureRefused."""
    return jpeg.encode(picture.cover(data, PORTRAIT, LEAST_PORTRAIT))


def render_samples(*specs: PosterSpec) -> bytes:
    """Finished posters side by side on one sheet; raises as `render`."""
    width, height = _SAMPLE
    page = Image.new("RGB", (_MAT + len(specs) * (width + _MAT), height + 2 * _MAT), _MAT_COLOUR)
    for number, spec in enumerate(specs):
        poster = Image.open(BytesIO(render(spec).jpeg))
        page.paste(poster.resize(_SAMPLE, Image.Resampling.LANCZOS), (_MAT + number * (width + _MAT), _MAT))
    return jpeg.encode(page)


def render_payee(data: bytes) -> bytes:
    """A promoter's 收款码, whole and encoded anew; raises PictureRefused."""
    return jpeg.encode(picture.whole(data, PAYEE))


def _poster(spec: PosterSpec, template: Template, code: Image.Image) -> bytes | None:
    """The poster's bytes; nothing if its QR does not say what it should."""
    shop = stage(spec.hero, template)
    placed = layout.band(spec, template, code.width)
    part = splicing.around(boxed(placed.boxes.values()), PAGE)
    strip = shop.page.crop(part.as_tuple())
    _write(strip, placed.lines, part)
    if spec.portrait and (box := placed.boxes.get("portrait")):
        _hang(strip, spec.portrait, box.within(part))
    if not _stamp(strip, code, placed.boxes["qr"].within(part), spec.qr_url):
        return None
    return splicing.spliced(shop.cells, strip, part, _changed(placed))


def _changed(placed: Layout) -> list[Box]:
    """The QR, and what stands beside it as one: every run of rows that differ costs a call of the encoder."""
    others = [box for name, box in placed.boxes.items() if name != "qr"]
    return [placed.boxes["qr"], *([boxed(others)] if others else [])]


def _write(page: Image.Image, lines: list[Line], part: Box = PAGE) -> None:
    """Draw the lines on a page, or on a part of it."""
    for line in lines:
        mask, left, above = fonts.shape(line.file, line.size, line.text, line.stroke)
        page.paste(line.ink, (line.left + left - part.left, line.baseline + above - part.top), mask)


def _hang(page: Image.Image, data: bytes, box: Box) -> None:
    """The promoter's picture in a circle."""
    face, edge = portrait(data, box.width)
    page.paste(face, (box.left, box.top), edge)


@lru_cache(maxsize=32)
def portrait(data: bytes, side: int) -> tuple[Image.Image, Image.Image]:
    """A picture as a square of that side, and the circle that is to be seen of it. Raises PictureRefused."""
    fine = Image.new("L", (side * 4, side * 4), 0)
    ImageDraw.Draw(fine).ellipse((0, 0, side * 4 - 1, side * 4 - 1), fill=255)
    return picture.cover(data, (side, side), least=(side, side)), fine.reduce(4)


def _stamp(page: Image.Image, code: Image.Image, box: Box, url: str) -> bool:
    """Put the QR on the page; answers whether it reads back from there, with a little of what is around."""
    page.paste(qr.enlarge(code.convert("RGB"), box.width), (box.left, box.top))
    left, upper = max(0, box.left - _AROUND), max(0, box.top - _AROUND)
    right, lower = min(page.width, box.right + _AROUND), min(page.height, box.bottom + _AROUND)
    return qr.says(page.crop((left, upper, right, lower)), url)


@lru_cache(maxsize=8)
def stage(hero: Hero, template: Template) -> Stage:
    ground = _ground(hero, template)
    page = templates.with_panel(ground.page, template.frame.card, _shadow(ground.look))
    _rule(page, ground.placed, ground.look)
    _write(page, ground.placed.lines)
    return Stage(page, splicing.cut(page))


def _shadow(template: Template) -> Colour:
    red, green, blue = template.ground
    return red // 4, green // 4, blue // 4


def _ground(hero: Hero, template: Template) -> Backdrop:
    """What lies under the words, the template whose inks stand on it, and where they stand."""
    if hero.background is None:
        return Backdrop(templates.art(template), template, layout.hero(hero, template))
    return backdrop.behind(picture.cover(hero.background, (PAGE.width, PAGE.height)), hero, template)


def _card(spec: CardSpec, code: Image.Image, *, plain: bool) -> Image.Image | None:
    page = Image.new("RGB", (SHEET.width, SHEET.height), (255, 255, 255)) if plain else sheet().copy()
    placed = layout.card(spec, code.width)
    _rule(page, placed, SHEET_LOOK)
    _write(page, placed.lines)
    return page if _stamp(page, code, placed.boxes["qr"], spec.qr_url) else None


@lru_cache(maxsize=1)
def sheet() -> Image.Image:
    return templates.with_panel(templates.art(SHEET_LOOK), PANEL, _shadow(SHEET_LOOK))


def _rule(page: Image.Image, placed: Layout, template: Template) -> None:
    if rule := placed.boxes.get("rule"):
        shape = (rule.left, rule.top, rule.right - 1, rule.bottom - 1)
        ImageDraw.Draw(page).rectangle(shape, fill=template.accent)
