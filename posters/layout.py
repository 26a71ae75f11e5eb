"""Where everything stands: pure geometry from a spec to named boxes and lines, nothing is drawn here."""

from dataclasses import dataclass, field, replace

from posters import fonts
from posters.colour import Colour
from posters.geometry import BAND, HERO, PAGE, PANEL_ROOM, Box, boxed
from posters.spec import CardSpec, Hero, PosterSpec
from posters.templates import SHEET_LOOK, Align, Template
from posters.typeset import ELLIPSIS, Setting, Type, clean, fit, fit_phrases

HINT = "长按识别二维码"
USUAL = 0.4
"""The share of the height that the shop's words leave which is left above them: the eye's middle, not the ruler's."""

_TITLE_LIMIT, _TEXT_LIMIT, _NAME_LIMIT, _CODE_LIMIT, _NOTE_LIMIT, _LINE_LIMIT = 80, 800, 90, 24, 40, 120
_OVER_LIMIT, _PRICE_LIMIT, _DOES_LIMIT = 40, 24, 24
_PRICE_SIZES = (120, 108, 96, 84, 72, 60, 50, 42)
_PORTRAIT, _BESIDE = 104, 24
_TITLE_SIZES = (128, 116, 104, 96, 88, 80, 72, 64, 56, 50)
_LONE_TITLE_SIZES = (168, 152, 140, *_TITLE_SIZES)
_TEXT_SIZES = (46, 42, 40, 38, 36, 34, 32, 30, 28)
_LONE_TEXT_SIZES = (68, 62, 56, 50, *_TEXT_SIZES)
_NAME_SIZES = (52, 48, 44, 40, 36, 34, 32, 30, 28)
_TITLE_HEIGHTS = (420, 340, 270, 200)
_BOLD = 0.018  # stroke: the packaged fonts have one weight
_LEAST_SHEET_QR = 560
_FEW_LINES = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One line of words, ready to be drawn from its baseline."""

    text: str
    left: int
    baseline: int
    file: str
    size: int
    stroke: float
    ink: Colour
    box: Box  # of the ink


@dataclass(slots=True)
class Layout:
    """Named boxes and the lines in them."""

    boxes: dict[str, Box] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def words(self, name: str) -> list[str]:
        """The lines of words that stand in the named box."""
        box = self.boxes.get(name)
        return [line.text for line in self.lines if box and box.holds(line.box)]


@dataclass(frozen=True, slots=True)
class _Block:
    """Words that were fitted, waiting for their place."""

    name: str
    setting: Setting
    kind: Type
    ink: Colour
    align: Align
    above: int = 0  # pixels to what stands above

    @property
    def room(self) -> int:
        """Height that it takes, the gap above included."""
        return self.above + self.setting.pitch * len(self.setting.lines) if self.setting.lines else 0


def hero(spec: Hero, template: Template, above: float = USUAL) -> Layout:
    """The shop's half: a line above, title, rule, price, text; the same for all its promoters.

    `above` is how much of the height that the words leave is left above them.
    """
    sans = fonts.font_file(spec.font_path, "sans")
    styled = fonts.font_file(spec.font_path, template.title_style)
    title = clean(spec.title, styled, _TITLE_LIMIT, paragraphs=True)
    text = clean(spec.text, sans, _TEXT_LIMIT, paragraphs=True)
    price = clean(spec.price, sans, _PRICE_LIMIT)
    over = _over(clean(spec.over, sans, _OVER_LIMIT), sans, template)
    price_block = _price(price, sans, template)
    gap = 104 if title and (text or price) else 0
    for height in _TITLE_HEIGHTS:  # a long title gives way before the text is cut
        title_block = _title(title, styled, template, height, alone=not (text or price))
        fixed = over.room + title_block.room + price_block.room
        text_block = _text(text, spec, template, HERO.height - fixed - gap, alone=not (title or price))
        if not _is_cut(text_block, text):
            break
    total = fixed + gap + text_block.room
    layout = Layout()
    bottom = _place(layout, over, HERO, HERO.top + round((HERO.height - total) * above))
    bottom = _place(layout, title_block, HERO, bottom)
    if gap:
        layout.boxes["rule"] = _rule(template, bottom + 46)
    bottom = _place(layout, price_block, HERO, bottom + gap)
    _place(layout, text_block, HERO, bottom)
    return layout


def band(spec: PosterSpec, template: Template, modules: int) -> Layout:
    """The promoter's half: portrait and name, QR, typed code and validity, stacked in the middle of the card."""
    sans = fonts.font_file(spec.font_path, "sans")
    name, does = clean(spec.name, sans, _NAME_LIMIT), clean(spec.does, sans, _DOES_LIMIT)
    hung = spec.portrait is not None and bool(
        name and does
    )  # it stands beside the name, as high as these two
    room = Box(BAND.left + _PORTRAIT + _BESIDE, BAND.top, BAND.right, BAND.bottom) if hung else BAND
    above = [
        _small("name", name, Type(sans, _NAME_SIZES, 1.4, 2, _BOLD), template.card_ink, room),
        _small("from", does if name else "", Type(sans, (30, 28, 26), 1.4), template.card_soft, room),
    ]
    below = _captions(spec.code, spec.valid_until, sans, template, BAND)
    if not hung:
        return _stack(above, below, _side(modules, BAND, (*above, *below), 600), BAND)
    above = [replace(block, align="left") for block in above]
    above[0] = replace(above[0], above=max(0, _PORTRAIT - sum(block.room for block in above)))
    left = BAND.left + (room.width - max(map(_width, above))) // 2
    beside = Box(left + _PORTRAIT + _BESIDE, BAND.top, BAND.right, BAND.bottom)
    layout = _stack(above, below, _side(modules, BAND, (*above, *below), 600), BAND, beside)
    top = layout.boxes["qr"].top - (sum(block.room for block in above) + _PORTRAIT) // 2
    layout.boxes["portrait"] = Box(left, top, left + _PORTRAIT, top + _PORTRAIT)
    return layout


def card(spec: CardSpec, modules: int) -> Layout:
    """The QR card: title, QR, code, then its lines under a hair rule."""
    sans, room = fonts.font_file(spec.font_path, "sans"), PANEL_ROOM
    title = clean(spec.title, sans, _TITLE_LIMIT, paragraphs=True)
    kind = Type(sans, (76, 70, 64, 58, 52, 46, 42), 1.4, 2, _BOLD)
    above = [_Block("title", fit_phrases(title, kind, room.width, 200), kind, SHEET_LOOK.ink, "centre")]
    below = _captions(spec.code, "", sans, SHEET_LOOK, room)
    height = room.height - _LEAST_SHEET_QR - sum(block.room for block in (*above, *below))
    below.extend(_card_lines(spec.lines, sans, height))
    side = _side(modules, room, (*above, *below), 700)
    layout = _stack(above, below, side, room)
    if first := layout.boxes.get("line 0"):
        top = first.top - 44
        layout.boxes["rule"] = Box((PAGE.width - 88) // 2, top, (PAGE.width + 88) // 2, top + 4)
    return layout


def _side(modules: int, room: Box, blocks: tuple[_Block, ...], most: int) -> int:
    """The QR's side: whole pixels a module, in what the words leave."""
    return min(most, room.height - sum(block.room for block in blocks)) // modules * modules


def _card_lines(lines: tuple[str, ...], sans: str, height: int) -> list[_Block]:
    """As many of the lines as there is room for."""
    kind = Type(sans, (36, 34, 32, 30, 28), 1.5, 2)
    blocks: list[_Block] = []
    for text in lines:
        setting = fit(clean(text, sans, _LINE_LIMIT), kind, PANEL_ROOM.width, 2 * 54, balanced=True)
        block = _Block(
            f"line {len(blocks)}", setting, kind, SHEET_LOOK.soft_ink, "centre", 8 if blocks else 72
        )
        height -= block.room
        if height < 0:
            break
        if setting.lines:
            blocks.append(block)
    return blocks


def _width(block: _Block) -> int:
    """Pixels from the first ink to the last of its longest line."""
    stroke, file, size = round(block.kind.weight * block.setting.size, 2), block.kind.file, block.setting.size
    return max(fonts.extent(file, size, line, stroke).width for line in block.setting.lines)


def _over(text: str, sans: str, template: Template) -> _Block:
    kind = Type(sans, (40, 38, 36, 34, 32, 30, 28), leading=2.0)
    return _Block("over", fit(text, kind, HERO.width, 80), kind, template.soft_ink, template.align)


def _price(price: str, sans: str, template: Template) -> _Block:
    kind = Type(sans, _PRICE_SIZES, leading=1.5, weight=_BOLD)
    return _Block("price", fit(price, kind, HERO.width, 180), kind, template.ink, template.align)


def _is_cut(block: _Block, text: str) -> bool:
    return bool(text) and block.setting.lines[-1].endswith(ELLIPSIS) and not text.endswith(ELLIPSIS)


def _title(title: str, file: str, template: Template, height: int, *, alone: bool) -> _Block:
    kind = Type(
        file,
        _LONE_TITLE_SIZES if alone else _TITLE_SIZES,
        leading=1.28,
        max_lines=3,
        weight=template.title_weight,
    )
    setting = fit_phrases(title, kind, HERO.width, HERO.height if alone else height)
    return _Block("title", setting, kind, template.ink, template.align)


def _text(text: str, spec: Hero, template: Template, height: int, *, alone: bool) -> _Block:
    sizes = _LONE_TEXT_SIZES if alone else _TEXT_SIZES
    kind = Type(fonts.font_file(spec.font_path, "sans"), sizes, leading=1.62, max_lines=40)
    setting = fit(text, kind, HERO.width, height)
    if (
        len(setting.lines) > _FEW_LINES
    ):  # a long text is read from a straight left edge, whatever the title does
        return _Block("text", setting, kind, template.soft_ink, "left")
    few = replace(kind, max_lines=_FEW_LINES)
    setting = fit_phrases(text, few, HERO.width, height)
    return _Block("text", setting, few, template.soft_ink, template.align)


def _rule(template: Template, top: int) -> Box:
    left = HERO.left + 4 if template.align == "left" else (PAGE.width - 88) // 2
    return Box(left, top, left + 88, top + 5)


def _captions(code: str, note: str, sans: str, look: Template, room: Box) -> list[_Block]:
    """What stands under the QR: the typed code, what to do, how long it is valid."""
    code, note = clean(code, sans, _CODE_LIMIT), clean(note, sans, _NOTE_LIMIT)
    hint = f"{HINT} · {note}" if note else HINT
    typed = f"推荐码 {code}" if code else ""
    return [
        _small("code", typed, Type(sans, (46, 42, 38, 34, 30), 1.36, 1, _BOLD), look.card_ink, room),
        _small("hint", hint, Type(sans, (29, 28, 26, 24), 1.5, 2), look.card_soft, room),
    ]


def _small(name: str, text: str, kind: Type, ink: Colour, room: Box) -> _Block:
    setting = fit(text, kind, room.width, 2 * round(kind.sizes[0] * kind.leading), balanced=True)
    return _Block(name, setting, kind, ink, "centre")


def _stack(
    above: list[_Block], below: list[_Block], qr_side: int, room: Box, beside: Box | None = None
) -> Layout:
    """Blocks over and under the QR, the whole in the middle of the room; those over it perhaps beside something."""
    total = qr_side + sum(block.room for block in (*above, *below))
    layout = Layout()
    top = room.top + (room.height - total) // 2
    for block in above:
        top = _place(layout, block, beside or room, top)
    left = (room.left + room.right - qr_side) // 2
    layout.boxes["qr"] = Box(left, top, left + qr_side, top + qr_side)
    top += qr_side
    for block in below:
        top = _place(layout, block, room, top)
    return layout


def _place(layout: Layout, block: _Block, room: Box, top: int) -> int:
    """Put a block down; answers where the next may begin."""
    if not block.setting.lines:
        return top
    bottom = top + block.room
    top += block.above
    size, pitch = block.setting.size, block.setting.pitch
    stroke = round(block.kind.weight * size, 2)
    boxes = []
    for number, text in enumerate(block.setting.lines):
        # The letters of a Chinese font reach from 0.88 above the baseline to 0.12 below it.
        baseline = top + number * pitch + (pitch - size) // 2 + round(size * 0.88)
        line = _line(text, block, baseline, stroke, room)
        layout.lines.append(line)
        boxes.append(line.box)
    layout.boxes[block.name] = boxed(boxes)
    return bottom


def _line(text: str, block: _Block, baseline: int, stroke: float, room: Box) -> Line:
    size = block.setting.size
    ink = fonts.extent(block.kind.file, size, text, stroke)
    x = room.left - ink.left + ((room.width - ink.width) // 2 if block.align == "centre" else 0)
    return Line(text, x, baseline, block.kind.file, size, stroke, block.ink, ink.moved(x, baseline))
