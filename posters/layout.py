"""Where everything stands: pure geometry from a spec to named boxes and lines, nothing is drawn here."""

from dataclasses import dataclass, field

from PIL import ImageDraw, ImageFont

from posters import fonts
from posters.colour import Colour
from posters.spec import CardSpec, PosterSpec
from posters.templates import BLANK, HEIGHT, WIDTH, Align, Template
from posters.typeset import Setting, Type, clean, fit, fit_phrases

HINT = "长按识别二维码"

_TITLE_LIMIT, _TEXT_LIMIT, _NAME_LIMIT, _CODE_LIMIT, _NOTE_LIMIT = 80, 800, 90, 24, 40
_TITLE_SIZES = (128, 116, 104, 96, 88, 80, 72, 64, 56, 50)
_LONE_TITLE_SIZES = (168, 152, 140, *_TITLE_SIZES)
_TEXT_SIZES = (46, 42, 40, 38, 36, 34, 32, 30, 28)
_NAME_SIZES = (52, 48, 44, 40, 36, 34, 32, 30, 28)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels; right and bottom lie outside it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def holds(self, other: "Box") -> bool:
        """Whether the other lies wholly inside."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def meets(self, other: "Box") -> bool:
        """Whether they share a pixel."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def around(self, other: "Box") -> "Box":
        """The smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def as_tuple(self) -> tuple[int, int, int, int]:
        return self.left, self.top, self.right, self.bottom


PAGE = Box(0, 0, WIDTH, HEIGHT)
HERO = Box(96, 140, 984, 984)
# What may change from promoter to promoter; its top is a row of JPEG blocks (jpeg.ROW).
BAND = Box(112, 1088, 968, 1824)
CARD_PAGE = Box(0, 0, 1080, 1440)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of words, ready to be drawn from its baseline."""

    text: str
    left: float
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
    def height(self) -> int:
        return self.setting.pitch * len(self.setting.lines)


def hero(spec: PosterSpec, template: Template) -> Layout:
    """The shop's half: title, rule, text; the same for all its promoters."""
    title = clean(spec.title, _file(spec.font_path, template.title_style), _TITLE_LIMIT, paragraphs=True)
    text = clean(spec.text, _file(spec.font_path, "sans"), _TEXT_LIMIT, paragraphs=True)
    title_block = _title(title, spec, template, alone=not text)
    gap = 104 if title and text else 0
    text_block = _text(text, spec, template, HERO.height - title_block.height - gap)
    total = title_block.height + gap + text_block.height
    top = HERO.top + round((HERO.height - total) * 0.40)
    layout = Layout()
    bottom = _place(layout, title_block, HERO, top)
    if gap:
        layout.boxes["rule"] = _rule(template, bottom + 46)
    _place(layout, text_block, HERO, bottom + gap)
    return layout


def band(spec: PosterSpec, template: Template, qr_side: int) -> Layout:
    """The promoter's half: name, QR, typed code and validity, stacked in the middle of the card."""
    sans = _file(spec.font_path, "sans")
    name = clean(spec.name, sans, _NAME_LIMIT)
    code = clean(spec.code, sans, _CODE_LIMIT)
    note = clean(spec.valid_until, sans, _NOTE_LIMIT)
    above = [
        _small("name", name, Type(sans, _NAME_SIZES, 1.28, 2, 0.018), template.card_ink, BAND),
        _small("from", "为你推荐" if name else "", Type(sans, (30,), 1.4), template.card_soft, BAND),
    ]
    below = _captions(code, note, sans, template.card_ink, template.card_soft, BAND)
    return _stack(above, below, qr_side, BAND)


def card(spec: CardSpec, qr_side: int) -> Layout:
    """The plain QR card: title, QR, code, then its lines."""
    sans = _file(spec.font_path, "sans")
    room = Box(120, 96, 960, 1344)
    title = clean(spec.title, _file(spec.font_path, "sans"), _TITLE_LIMIT, paragraphs=True)
    title_type = Type(sans, (72, 66, 60, 54, 48, 44, 40), 1.3, 2, 0.018)
    above = [
        _Block("title", fit_phrases(title, title_type, room.width, 190), title_type, BLANK.ink, "centre")
    ]
    below = _captions(clean(spec.code, sans, _CODE_LIMIT), "", sans, BLANK.ink, BLANK.card_soft, room)
    left = room.height - qr_side - sum(block.height + block.above for block in (*above, *below))
    below.extend(_card_lines(spec.lines, sans, room, left))
    return _stack(above, below, qr_side, room)


def _card_lines(lines: tuple[str, ...], sans: str, room: Box, height: int) -> list[_Block]:
    kind = Type(sans, (36, 34, 32, 30, 28), 1.5, 2)
    blocks: list[_Block] = []
    for number, text in enumerate(lines):
        setting = fit(clean(text, sans, 120), kind, room.width, 2 * 54, balanced=True)
        block = _Block(f"line {number}", setting, kind, BLANK.soft_ink, "centre", 12 if blocks else 24)
        height -= block.height + block.above
        if height < 0:
            break
        if setting.lines:
            blocks.append(block)
    return blocks


def _file(font_path: str, style: fonts.Style) -> str:
    return fonts.font_file(font_path, style)


def _title(title: str, spec: PosterSpec, template: Template, *, alone: bool) -> _Block:
    kind = Type(
        _file(spec.font_path, template.title_style),
        _LONE_TITLE_SIZES if alone else _TITLE_SIZES,
        leading=1.28,
        max_lines=5 if alone else 3,
        weight=template.title_weight,
    )
    setting = fit_phrases(title, kind, HERO.width, HERO.height if alone else 420)
    return _Block("title", setting, kind, template.ink, template.align)


def _text(text: str, spec: PosterSpec, template: Template, height: int) -> _Block:
    kind = Type(_file(spec.font_path, "sans"), _TEXT_SIZES, leading=1.62, max_lines=40)
    setting = fit(text, kind, HERO.width, height)
    if len(setting.lines) <= 3:
        setting = fit(text, kind, HERO.width, height, balanced=True)
    # A long text is read from a straight left edge, whatever the title does.
    align = template.align if len(setting.lines) <= 3 else "left"
    return _Block("text", setting, kind, template.soft_ink, align)


def _rule(template: Template, top: int) -> Box:
    left = HERO.left + 4 if template.align == "left" else (WIDTH - 88) // 2
    return Box(left, top, left + 88, top + 5)


def _captions(code: str, note: str, sans: str, ink: Colour, soft: Colour, room: Box) -> list[_Block]:
    hint = f"{HINT} · {note}" if note else HINT
    typed = f"推广码 {code}" if code else ""
    return [
        _small("code", typed, Type(sans, (46, 42, 38, 34, 30), 1.3, 1, 0.018), ink, room),
        _small("hint", hint, Type(sans, (29, 28, 26, 24), 1.5, 2), soft, room),
    ]


def _small(name: str, text: str, kind: Type, ink: Colour, room: Box) -> _Block:
    setting = fit(text, kind, room.width, 2 * round(kind.sizes[0] * kind.leading), balanced=True)
    return _Block(name, setting, kind, ink, "centre")


def _stack(above: list[_Block], below: list[_Block], qr_side: int, room: Box) -> Layout:
    """Blocks over and under the QR, the whole in the middle of the room."""
    total = qr_side + sum(block.height + block.above for block in (*above, *below))
    layout = Layout()
    top = room.top + (room.height - total) // 2
    for block in above:
        top = _place(layout, block, room, top)
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
    top += block.above
    size, pitch = block.setting.size, block.setting.pitch
    font = fonts.face(block.kind.file, size)
    stroke = round(block.kind.weight * size, 2)
    boxes = []
    for number, text in enumerate(block.setting.lines):
        # The letters of a Chinese font reach from 0.88 above the baseline to 0.12 below it.
        baseline = top + number * pitch + (pitch - size) // 2 + round(size * 0.88)
        line = _line(text, font, block, baseline, stroke, room)
        layout.lines.append(line)
        boxes.append(line.box)
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.around(box)
    layout.boxes[block.name] = whole
    return top + block.height


def _line(
    text: str, font: ImageFont.FreeTypeFont, block: _Block, baseline: int, stroke: float, room: Box
) -> Line:
    left, top, right, bottom = font.getbbox(text, anchor="ls", stroke_width=stroke)
    slack = room.width - (right - left)
    x = room.left - left + (slack / 2 if block.align == "centre" else 0)
    x = float(round(x))
    box = Box(int(x + left), int(baseline + top), int(x + right + 0.999), int(baseline + bottom + 0.999))
    size = block.setting.size
    return Line(text, x, baseline, block.kind.file, size, stroke, block.ink, box)


def write(draw: ImageDraw.ImageDraw, lines: list[Line], down: int = 0) -> None:
    """Draw the lines, `down` pixels higher than they stand on the page."""
    for line in lines:
        draw.text(
            (line.left, line.baseline - down),
            line.text,
            font=fonts.face(line.file, line.size),
            fill=line.ink,
            anchor="ls",
            stroke_width=line.stroke,
        )
