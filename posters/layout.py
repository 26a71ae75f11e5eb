"""Where everything stands: pure geometry from a spec to named boxes and lines, nothing is drawn here."""

import re
from dataclasses import dataclass, field, replace

from posters import fonts
from posters.colour import Colour
from posters.geometry import PAGE, PANEL_ROOM, Box, boxed
from posters.spec import CardSpec, Hero, PosterSpec
from posters.templates import SHEET_LOOK, Align, Template
from posters.typeset import ELLIPSIS, Setting, Type, clean, fit, fit_phrases

HINT = "长按识别二维码"

_TITLE_LIMIT, _TEXT_LIMIT, _NAME_LIMIT, _CODE_LIMIT, _NOTE_LIMIT, _LINE_LIMIT = 80, 800, 90, 24, 40, 120
_OVER_LIMIT, _PRICE_LIMIT, _DOES_LIMIT = 40, 24, 24
_PRICE_SIZES = (120, 108, 96, 84, 72, 60, 50, 42)
_SMALL_PRICE = 0.6  # of the size: the ¥ before a price, and its fen
_PRICE = re.compile(r"(\D*)(\d[\d,]*)(\.\d+)?")
_PORTRAIT, _BESIDE = 104, 24
_APART = 28  # pixels between who recommends and what to do
_UNDER = 536  # pixels of the words under the QR: hardly wider than it, so that few cells change with them
_CLEAR = 8  # pixels between those and the QR, which has a quiet zone of its own
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
    below: int = 0

    @property
    def room(self) -> int:
        """Height that it takes, the gaps included."""
        lines = len(self.setting.lines)
        return self.above + self.setting.pitch * lines + self.below if lines else 0


def hero(spec: Hero, template: Template, above: float | None = None) -> Layout:
    """The shop's half: a line above, title, rule, price, text; the same for all its promoters.

    `above` is how much of the height that the words leave is left above them; the template's usual share if unsaid.
    """
    frame = template.frame
    room = frame.hero
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
        text_block = _text(text, spec, template, room.height - fixed - gap, alone=not (title or price))
        if not _is_cut(text_block, text):
            break
    total = fixed + gap + text_block.room
    layout = Layout()
    share = frame.above if above is None else above
    bottom = _place(layout, over, room, room.top + round((room.height - total) * share))
    bottom = _place(layout, title_block, room, bottom)
    if gap:
        layout.boxes["rule"] = _rule(template, bottom + 46)
    bottom = _place(layout, price_block, room, bottom + gap)
    _place(layout, text_block, room, bottom)
    return layout


def band(spec: PosterSpec, template: Template, modules: int) -> Layout:
    """The promoter's half: portrait and name, QR, typed code, what to do and how long it is valid."""
    frame = template.frame
    return (_beside if frame.beside else _over_and_under)(spec, template, frame.band, modules)


def card(spec: CardSpec, modules: int) -> Layout:
    """The QR card: title, QR, code, then its lines under a hair rule."""
    sans, room = fonts.font_file(spec.font_path, "sans"), PANEL_ROOM
    title = clean(spec.title, sans, _TITLE_LIMIT, paragraphs=True)
    kind = Type(sans, (76, 70, 64, 58, 52, 46, 42), 1.4, 2, _BOLD)
    above = [_Block("title", fit_phrases(title, kind, room.width, 200), kind, SHEET_LOOK.ink, "centre")]
    below = _captions(spec.code, HINT, sans, SHEET_LOOK, room)
    height = room.height - _LEAST_SHEET_QR - sum(block.room for block in (*above, *below))
    below.extend(_card_lines(spec.lines, sans, height))
    side = _side(modules, room, (*above, *below), 700)
    layout = _stack(above, below, side, room)
    if first := layout.boxes.get("line 0"):
        top = first.top - 44
        layout.boxes["rule"] = Box((PAGE.width - 88) // 2, top, (PAGE.width + 88) // 2, top + 4)
    return layout


def _over_and_under(spec: PosterSpec, template: Template, band: Box, modules: int) -> Layout:
    """Everything stacked in the middle of the card."""
    sans = fonts.font_file(spec.font_path, "sans")
    room = _past(band) if spec.portrait else band
    above = _from_whom(spec, sans, template, room)
    hint, note = clean(spec.hint, sans, _NOTE_LIMIT), clean(spec.valid_until, sans, _NOTE_LIMIT)
    middle = (band.left + band.right) // 2
    under = replace(band, left=middle - _UNDER // 2, right=middle + _UNDER // 2)
    below = _captions(spec.code, f"{hint} · {note}" if note else hint, sans, template, under)
    hung = bool(spec.portrait and _height(above))
    if hung:
        above = _beside_portrait(above)
    side = _side(modules, band, (*above, *below), 600)
    if not hung:
        return _stack(above, below, side, band)
    left = band.left + (room.width - max(map(_width, above))) // 2
    layout = _stack(above, below, side, band, replace(room, left=left + _PORTRAIT + _BESIDE))
    _hang(layout, left, layout.boxes["qr"].top - _height(above), above)
    return layout


def _beside(spec: PosterSpec, template: Template, band: Box, modules: int) -> Layout:
    """The QR at the right of the card, a column of words at its left."""
    sans = fonts.font_file(spec.font_path, "sans")
    side = _side(modules, band, (), band.height)
    top = band.top + (band.height - side) // 2
    layout = Layout({"qr": Box(band.right - side, top, band.right, top + side)})
    column = replace(band, right=band.right - side - _CLEAR)
    room = _past(column) if spec.portrait else column
    head = _from_whom(spec, sans, template, room, most=3)
    if hung := bool(spec.portrait and _height(head)):
        head = _beside_portrait(head)
    hint, note = (clean(words, sans, _NOTE_LIMIT) for words in (spec.hint, spec.valid_until))
    foot = [
        *_captions(spec.code, hint, sans, template, column),
        _small("valid", note, Type(sans, (30, 28, 26, 24), 1.4), template.card_soft, column),
    ]
    foot = [block for block in foot if block.setting.lines]
    if head and foot:
        foot[0] = replace(foot[0], above=_APART)
    top = band.top + (band.height - _height(head) - _height(foot)) // 2
    if hung:
        _hang(layout, column.left, top, head)
    for block in head:
        top = _place(layout, replace(block, align="left"), room, top)
    for block in foot:
        top = _place(layout, replace(block, align="left"), column, top)
    return layout


def _from_whom(spec: PosterSpec, sans: str, template: Template, room: Box, most: int = 2) -> list[_Block]:
    """His name on so many lines and what he does; what he does alone where nothing of the name can be drawn."""
    name, does = clean(spec.name, sans, _NAME_LIMIT), clean(spec.does, sans, _DOES_LIMIT)
    if not name:
        name, does = does, ""
    return [
        _small("name", name, Type(sans, _NAME_SIZES, 1.4, most, _BOLD), template.card_ink, room),
        _small("from", does, Type(sans, (34, 32, 30, 28, 26), 1.4), template.card_soft, room),
    ]


def _past(room: Box) -> Box:
    """What is left of the room beside a portrait."""
    return replace(room, left=room.left + _PORTRAIT + _BESIDE)


def _beside_portrait(blocks: list[_Block]) -> list[_Block]:
    """The same from a straight left edge, together at least as high as the portrait."""
    first, *others = (replace(block, align="left") for block in blocks if block.setting.lines)
    spare = max(0, _PORTRAIT - _height(blocks))
    *others, last = (replace(first, above=spare // 2), *others)
    return [*others, replace(last, below=spare - spare // 2)]


def _hang(layout: Layout, left: int, top: int, words: list[_Block]) -> None:
    """The portrait at the middle of the words beside it, which begin at `top`."""
    top += max(0, _height(words) - _PORTRAIT) // 2
    layout.boxes["portrait"] = Box(left, top, left + _PORTRAIT, top + _PORTRAIT)


def _height(blocks: list[_Block]) -> int:
    return sum(block.room for block in blocks)


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
    return max((fonts.extent(file, size, line, stroke).width for line in block.setting.lines), default=0)


def _over(text: str, sans: str, template: Template) -> _Block:
    kind = Type(sans, (40, 38, 36, 34, 32, 30, 28), leading=2.0)
    return _Block(
        "over", fit(text, kind, template.frame.hero.width, 80), kind, template.soft_ink, template.align
    )


def _price(price: str, sans: str, template: Template) -> _Block:
    kind = Type(sans, _PRICE_SIZES, leading=1.5, weight=_BOLD)
    setting = fit(price, kind, template.frame.hero.width, 180)
    return _Block("price", setting, kind, template.price_ink, template.align)


def _is_cut(block: _Block, text: str) -> bool:
    return bool(text) and block.setting.lines[-1].endswith(ELLIPSIS) and not text.endswith(ELLIPSIS)


def _title(title: str, file: str, template: Template, height: int, *, alone: bool) -> _Block:
    frame = template.frame
    sizes = _LONE_TITLE_SIZES if alone or frame.beside else _TITLE_SIZES
    kind = Type(file, sizes, leading=1.28, max_lines=3, weight=template.title_weight)
    setting = fit_phrases(title, kind, frame.hero.width, frame.hero.height if alone else height)
    return _Block("title", setting, kind, template.ink, template.align)


def _text(text: str, spec: Hero, template: Template, height: int, *, alone: bool) -> _Block:
    width = template.frame.hero.width
    sizes = _LONE_TEXT_SIZES if alone else _TEXT_SIZES
    kind = Type(fonts.font_file(spec.font_path, "sans"), sizes, leading=1.62, max_lines=40)
    setting = fit(text, kind, width, height)
    if (
        len(setting.lines) > _FEW_LINES
    ):  # a long text is read from a straight left edge, whatever the title does
        return _Block("text", setting, kind, template.soft_ink, "left")
    few = replace(kind, max_lines=_FEW_LINES)
    setting = fit_phrases(text, few, width, height)
    return _Block("text", setting, few, template.soft_ink, template.align)


def _rule(template: Template, top: int) -> Box:
    left = template.frame.hero.left + 4 if template.align == "left" else (PAGE.width - 88) // 2
    return Box(left, top, left + 88, top + 5)


def _captions(code: str, hint: str, sans: str, look: Template, room: Box) -> list[_Block]:
    """The typed code, and what to do."""
    code = clean(code, sans, _CODE_LIMIT)
    typed = f"推荐码 {code}" if code else ""
    return [
        _small("code", typed, Type(sans, (46, 42, 38, 34, 30), 1.36, 1, _BOLD), look.card_ink, room),
        _small("hint", hint, Type(sans, (34, 32, 30, 28, 26, 24), 1.5), look.card_soft, room),
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
        lines = _priced(text, block, baseline, room) if block.name == "price" else ()
        for line in lines or (_line(text, block, baseline, stroke, room),):
            layout.lines.append(line)
            boxes.append(line.box)
    layout.boxes[block.name] = boxed(boxes)
    return bottom


def _priced(text: str, block: _Block, baseline: int, room: Box) -> tuple[Line, ...]:
    """A price as shops write it, its mark and its fen in small; nothing where it is not written as one."""
    parts = _PRICE.fullmatch(text)
    if not parts:
        return ()
    mark, yuan, fen = parts.groups("")
    small = round(block.setting.size * _SMALL_PRICE)
    runs = [
        (words, size) for words, size in ((mark, small), (yuan, block.setting.size), (fen, small)) if words
    ]
    file, weight = block.kind.file, block.kind.weight
    inks = [fonts.extent(file, size, words, round(weight * size, 2)) for words, size in runs]
    gap = block.setting.size // 24
    width = sum(ink.width for ink in inks) + gap * (len(runs) - 1)
    left = room.left + ((room.width - width) // 2 if block.align == "centre" else 0)
    lines = []
    for (words, size), ink in zip(runs, inks, strict=True):
        x = left - ink.left
        stroke = round(weight * size, 2)
        lines.append(Line(words, x, baseline, file, size, stroke, block.ink, ink.moved(x, baseline)))
        left += ink.width + gap
    return tuple(lines)


def _line(text: str, block: _Block, baseline: int, stroke: float, room: Box) -> Line:
    size = block.setting.size
    ink = fonts.extent(block.kind.file, size, text, stroke)
    x = room.left - ink.left + ((room.width - ink.width) // 2 if block.align == "centre" else 0)
    return Line(text, x, baseline, block.kind.file, size, stroke, block.ink, ink.moved(x, baseline))
