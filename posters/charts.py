"""Charts (图表): the figures of many days, or of the best of a month, on a page made for a phone."""

import re
from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from PIL import Image, ImageDraw

from posters import fonts, jpeg
from posters.colour import Colour, mix, rgb
from posters.geometry import PANEL_ROOM, SHEET, Box
from posters.render import Rendered, sheet
from posters.scales import Scale, scale, short, whole
from posters.spec import DaysSpec, Graph, Rank, RanksSpec
from posters.typeset import Type, clean, fit

NOTHING = "这段时间还没有数据"

_INK, _SOFT, _HAIR = rgb("#12392E"), rgb("#5B7069"), rgb("#DCE5E1")
_COLOURS = (rgb("#2F8F6F"), rgb("#E0A23C"))
_BELOW = (rgb("#C65B45"), rgb("#E2A393"))  # the same two where a day comes to less than nothing
_MINE = rgb("#D9742B")
_FINE = 2  # shapes are drawn at twice the size: Pillow's have hard edges
_BOLD = 0.018
_GUTTER = 112  # pixels left of a graph, for what stands beside its lines
_FOOT = 52  # pixels below it, for the days
_MAIN = (84, 76, 68, 60, 52, 44, 36)  # the figure that the report is asked for
_FIGURES = (36, 34, 32, 30, 28, 26, 24)
_APART = 28  # pixels between two figures
_DAYS_NAMED = 6
_WORDS_LIMIT, _NOTE_LIMIT = 60, 120
_NAMELESS = re.compile(r"^\*+(?=（|$)")  # a masked name of which the font has no letter
_SOMEBODY = "推广员"


def days(spec: DaysSpec) -> Rendered:
    """The report of many days (曲线, 柱状). Raises FontUnusable."""
    page = _Page(spec.font_path)
    room = _heading(page, spec.title, spec.period, spec.figures, spec.note)
    height = room.height // len(spec.graphs)
    for number, graph in enumerate(spec.graphs):
        top = room.top + number * height
        _graph(page, graph, spec.days, Box(room.left, top, room.right, top + height - 24))
    return page.finished("days")


def ranks(spec: RanksSpec) -> Rendered:
    """The list of the best with their bars (排行榜). Raises FontUnusable."""
    page = _Page(spec.font_path)
    room = _heading(page, spec.title, spec.period, spec.figures, spec.note)
    height = min(104, room.height // max(1, len(spec.rows)))
    most = max((row.value for row in spec.rows), default=1)
    for number, row in enumerate(spec.rows):
        top = room.top + number * height
        _rank(page, row, most, Box(room.left, top, room.right, top + height))
    if not spec.rows:
        page.words(NOTHING, room, (36,), _SOFT, align="centre")
    return page.finished("ranks")


class _Page:
    """The white panel that charts stand on; shapes in page pixels with soft edges, words fitted into boxes."""

    def __init__(self, font_path: str) -> None:
        self.picture = sheet().copy()
        self._font = fonts.font_file(font_path, "sans")

    def words(
        self,
        text: str,
        box: Box,
        sizes: tuple[int, ...],
        ink: Colour,
        *,
        align: str = "left",
        bold: bool = False,
    ) -> int:
        """One line in the middle of the box's height, as large as it fits; answers its width."""
        weight = _BOLD if bold else 0.0
        setting = fit(
            clean(text, self._font, _WORDS_LIMIT),
            Type(self._font, sizes, 1.0, 1, weight),
            box.width,
            box.height,
        )
        if not setting.lines:
            return 0
        line, size, stroke = setting.lines[0], setting.size, round(weight * setting.size, 2)
        mask, _, above = fonts.shape(self._font, size, line, stroke)
        free = {"left": 0, "centre": (box.width - mask.width) // 2, "right": box.width - mask.width}[align]
        baseline = box.top + (box.height - size) // 2 + round(size * 0.88)
        self.picture.paste(ink, (box.left + free, baseline + above), mask)
        return mask.width

    def label(self, text: str, middle: int, room: Box) -> None:
        """A small figure as near as may be to the middle of what it tells of, on white."""
        kind = Type(self._font, (28, 26, 24, 22, 20), 1.0, 1, _BOLD)
        setting = fit(text, kind, room.width, room.height)
        ink = fonts.extent(self._font, setting.size, setting.lines[0], round(_BOLD * setting.size, 2))
        left = min(max(middle - ink.width // 2, room.left), room.right - ink.width)
        under = Box(left - 6, room.top, left + ink.width + 6, room.bottom)
        self.picture.paste((255, 255, 255), under.as_tuple())
        self.words(
            text, replace(under, left=left, right=left + ink.width + 12), (setting.size,), _INK, bold=True
        )

    def named(self, name: str) -> str:
        """What can be drawn of a masked name, and what everybody is called where that is nothing."""
        return _NAMELESS.sub(_SOMEBODY, clean(name, self._font, _WORDS_LIMIT))

    def foot(self, text: str, room: Box) -> int:
        """Small words on one or two lines that end where the room does; answers their height."""
        kind = Type(self._font, (28, 26, 24, 22), 1.45, 2)
        setting = fit(clean(text, self._font, _NOTE_LIMIT), kind, room.width, 2 * 41)
        height = setting.pitch * len(setting.lines)
        for number, line in enumerate(setting.lines):
            top = room.bottom - height + number * setting.pitch
            self.words(line, Box(room.left, top, room.right, top + setting.pitch), (setting.size,), _SOFT)
        return height

    def shapes(self, room: Box) -> "_Shapes":
        """A place to draw in; `settle` it when it is done."""
        return _Shapes(self.picture, room)

    def finished(self, template: str) -> Rendered:
        """The page as a picture."""
        return Rendered(jpeg.encode(self.picture), SHEET.width, SHEET.height, template, redrawn=False)


class _Shapes:
    """A part of the page at twice its size."""

    def __init__(self, page: Image.Image, room: Box) -> None:
        self._page, self._room = page, room
        self._drawn = page.crop(room.as_tuple()).resize((room.width * _FINE, room.height * _FINE))
        self._draw = ImageDraw.Draw(self._drawn)

    def bar(self, box: tuple[float, float, float, float], fill: Colour, radius: float = 0) -> None:
        """A filled rectangle; one without height or width is not drawn."""
        left, top, right, bottom = box
        if right - left >= 0.5 and bottom - top >= 0.5:
            corners = (*self._at(left, top), self._at(right, 0)[0] - 1, self._at(0, bottom)[1] - 1)
            self._draw.rounded_rectangle(corners, radius * _FINE, fill=fill)

    def level(self, y: float, ink: Colour, width: float) -> None:
        """A line from side to side."""
        left, right = self._room.left, self._room.right
        self._draw.line([self._at(left, y), self._at(right, y)], ink, round(width * _FINE))

    def curve(
        self, points: Sequence[tuple[float, float]], floor_at: float, ink: Colour, under: Colour
    ) -> None:
        """A line through the points, the ground below it tinted."""
        line = [self._at(*point) for point in points]
        ground = self._at(0, floor_at)[1]
        self._draw.polygon([(line[0][0], ground), *line, (line[-1][0], ground)], fill=under)
        self._draw.line(line, ink, 5 * _FINE, joint="curve")

    def dot(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """A disc with a white rim."""
        for size, colour in ((radius + 3, (255, 255, 255)), (radius, fill)):
            left, top = self._at(x - size, y - size)
            right, bottom = self._at(x + size, y + size)
            self._draw.ellipse((left, top, right, bottom), fill=colour)

    def settle(self) -> None:
        """Put the part back on its page."""
        self._page.paste(self._drawn.reduce(_FINE), (self._room.left, self._room.top))

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return (x - self._room.left) * _FINE, (y - self._room.top) * _FINE


def _heading(page: _Page, title: str, period: str, figures: tuple[tuple[str, str], ...], note: str) -> Box:
    """Title, period and what it comes to above, the note below; answers the room that is left."""
    room = PANEL_ROOM
    page.words(title, Box(room.left, room.top, room.right, room.top + 56), (46, 42, 38), _INK, bold=True)
    page.words(period, Box(room.left, room.top + 62, room.right, room.top + 100), (30, 28), _SOFT)
    top = room.top + 128
    if figures:
        (label, value), *others = figures
        page.words(label, Box(room.left, top, room.right, top + 40), (30, 28), _SOFT)
        page.words(value, Box(room.left, top + 42, room.right, top + 138), _MAIN, _INK, bold=True)
        top += 146
        _others(page, others, Box(room.left, top, room.right, top + 48))
        top += 84 if others else 36
    bottom = room.bottom
    if note:
        bottom -= page.foot(note, room) + 28
    return Box(room.left, top, room.right, bottom)


def _others(page: _Page, figures: Sequence[tuple[str, str]], room: Box) -> None:
    """Figures of less weight side by side, each behind its label."""
    left = room.left
    for number, (label, value) in enumerate(figures, 1):
        right = left + (room.right - left) // (len(figures) - number + 1)
        wide = page.words(label, Box(left, room.top, right - _APART, room.bottom), (30, 28), _SOFT) + 14
        wide += page.words(value, Box(left + wide, room.top, right, room.bottom), _FIGURES, _INK, bold=True)
        left += wide + 2 * _APART


def _graph(page: _Page, graph: Graph, names: tuple[str, ...], room: Box) -> None:
    _legend(page, graph, Box(room.left, room.top, room.right, room.top + 48))
    field = Box(room.left + _GUTTER, room.top + 92, room.right, room.bottom - _FOOT)
    totals = _totals(graph)
    if not any(any(series.values) for series in graph.series):
        page.words(NOTHING, field, (36,), _SOFT, align="centre")
        return
    axis = scale(_extremes(graph))
    lines = page.shapes(Box(field.left, field.top - 4, field.right, field.bottom + 4))
    for tick in axis.ticks:
        lines.level(_y(axis, tick, field), _SOFT if tick == 0 else _HAIR, 2)
    lines.settle()
    for tick in axis.ticks:
        y = round(_y(axis, tick, field))
        beside = Box(room.left, y - 18, field.left - 14, y + 18)
        page.words(short(tick, money=graph.money), beside, (26, 24, 22, 20, 18), _SOFT, align="right")
    drawn = page.shapes(Box(field.left, field.top - 20, field.right, field.bottom + 20))
    (_curve if graph.shape == "curve" else _columns)(drawn, graph, axis, field)
    drawn.settle()
    _days_named(page, names, field, room.bottom)
    _peak(page, graph, totals, axis, field)


def _legend(page: _Page, graph: Graph, box: Box) -> None:
    """The graph's title, and at its right what the colours mean when there are several."""
    page.words(
        graph.title, Box(box.left, box.top, box.left + 460, box.bottom), (34, 32, 30, 28), _INK, bold=True
    )
    if len(graph.series) == 1:
        return
    right = box.right
    for series, colour in reversed(tuple(zip(graph.series, _COLOURS, strict=False))):
        width = page.words(
            series.name, Box(right - 220, box.top, right, box.bottom), (28, 26, 24), _SOFT, align="right"
        )
        patch = page.shapes(Box(right - width - 36, box.top, right - width - 8, box.bottom))
        middle = (box.top + box.bottom) / 2
        patch.bar((right - width - 34, middle - 11, right - width - 12, middle + 11), colour, 5)
        patch.settle()
        right -= width + 68


def _extremes(graph: Graph) -> tuple[int, ...]:
    """The highest and lowest that columns reach: what is above zero stacks up, what is below it down."""
    days_ = tuple(zip(*(series.values for series in graph.series), strict=True))
    ups = (sum(value for value in day if value > 0) for day in days_)
    downs = (sum(value for value in day if value < 0) for day in days_)
    return (*ups, *downs)


def _totals(graph: Graph) -> tuple[int, ...]:
    return tuple(sum(day) for day in zip(*(series.values for series in graph.series), strict=True))


def _columns(drawn: _Shapes, graph: Graph, axis: Scale, field: Box) -> None:
    count = len(graph.series[0].values)
    pitch = field.width / count
    thick = pitch * 0.66
    for day in range(count):
        left = field.left + day * pitch + (pitch - thick) / 2
        up = down = 0
        for series, gained, lost in zip(graph.series, _COLOURS, _BELOW, strict=False):
            value = series.values[day]
            base = up if value >= 0 else down
            ends = sorted((_y(axis, base, field), _y(axis, base + value, field)))
            drawn.bar(
                (left, ends[0], left + thick, ends[1]), gained if value >= 0 else lost, min(4, thick / 4)
            )
            if value >= 0:
                up += value
            else:
                down += value


def _curve(drawn: _Shapes, graph: Graph, axis: Scale, field: Box) -> None:
    (series,) = graph.series
    pitch = field.width / len(series.values)
    points = [
        (field.left + (day + 0.5) * pitch, _y(axis, value, field)) for day, value in enumerate(series.values)
    ]
    drawn.curve(points, _y(axis, 0, field), _COLOURS[0], mix(_COLOURS[0], (255, 255, 255), 0.84))
    drawn.dot(*points[-1], 8, _COLOURS[0])


def _days_named(page: _Page, names: tuple[str, ...], field: Box, bottom: int) -> None:
    """Every so many days by name, the last of them always."""
    pitch = field.width / len(names)
    every = max(1, ceil(len(names) / _DAYS_NAMED))
    for day in range(len(names) - 1, -1, -every):
        middle = round(field.left + (day + 0.5) * pitch)
        half = min(60, PANEL_ROOM.right + 40 - middle)
        under = Box(middle - half, bottom - _FOOT + 14, middle + half, bottom)
        page.words(names[day], under, (26, 24, 22), _SOFT, align="centre")


def _peak(page: _Page, graph: Graph, totals: tuple[int, ...], axis: Scale, field: Box) -> None:
    """The best day's figure above it."""
    best = max(totals)
    if best <= 0:
        return
    day = totals.index(best)
    middle = round(field.left + (day + 0.5) * field.width / len(totals))
    top = round(_y(axis, max(_extremes(graph)), field))
    page.label(whole(best, money=graph.money), middle, Box(field.left, top - 44, field.right, top - 10))


def _y(axis: Scale, value: float, field: Box) -> float:
    return field.bottom - axis.share(value) * field.height  # type: ignore[arg-type]


def _rank(page: _Page, row: Rank, most: int, box: Box) -> None:
    """Place, name and figure over a bar whose length tells the figure."""
    ink = _MINE if row.mine else _INK
    text = Box(box.left, box.top, box.right, box.bottom - 30)
    page.words(
        str(row.place), Box(text.left, text.top, text.left + 64, text.bottom), (40, 36, 32), ink, bold=True
    )
    page.words(
        page.named(row.name),
        Box(text.left + 72, text.top, text.right - 290, text.bottom),
        (36, 34, 32, 30, 28),
        ink,
        bold=row.mine,
    )
    page.words(
        row.words,
        Box(text.right - 280, text.top, text.right, text.bottom),
        (36, 34, 32, 28, 24),
        ink,
        align="right",
        bold=True,
    )
    bars = page.shapes(Box(box.left, box.bottom - 30, box.right, box.bottom - 6))
    left, top, bottom = box.left + 72, box.bottom - 28, box.bottom - 14
    bars.bar((left, top, box.right, bottom), _HAIR, 7)
    length = (box.right - left) * max(0, row.value) / max(1, most)
    bars.bar((left, top, left + max(14, length), bottom), _MINE if row.mine else _COLOURS[0], 7)
    bars.settle()
