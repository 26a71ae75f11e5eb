"""From figures to heights: where an axis begins and ends, and which round figures stand beside it."""

from dataclasses import dataclass

_ROUND = (1, 2, 5)
_MOST_STEPS = 4
_WAN, _YI = 10_000, 100_000_000
_STEPS = [number * 10**power for power in range(18) for number in _ROUND]


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from `low` to `high`, both on a round figure."""

    low: int
    high: int
    step: int

    def share(self, value: int) -> float:
        """How far up the axis a value stands, 0 to 1."""
        return (value - self.low) / (self.high - self.low)

    @property
    def ticks(self) -> tuple[int, ...]:
        """The round figures, from the lowest up."""
        return tuple(range(self.low, self.high + 1, self.step))


def scale(values: tuple[int, ...]) -> Scale:
    """The narrowest axis of round figures that holds zero and all values."""
    low, high = min((0, *values)), max((0, *values))
    step = 1
    for step in _STEPS:
        bottom, top = low // step, -(-high // step)
        if top - bottom <= _MOST_STEPS:
            break
    return Scale(low // step * step, max(-(-high // step), 1) * step, step)


def short(value: int, *, money: bool) -> str:
    """A round figure in as few characters as it takes: ¥0.05, ¥50, ¥1.5万, -¥2万, ¥3亿; 30."""
    units = value / 100 if money else float(value)
    sign, size, yen = "-" if units < 0 else "", abs(units), "¥" if money else ""
    unit, word = next(((unit, word) for unit, word in ((_YI, "亿"), (_WAN, "万")) if size >= unit), (1, ""))
    return f"{sign}{yen}{size / unit:,.10g}{word}"


def whole(value: int, *, money: bool) -> str:
    """A figure to the fen: ¥1,234.50; 30."""
    sign, size = "-" if value < 0 else "", abs(value)
    return f"{sign}¥{size // 100:,}.{size % 100:02d}" if money else f"{sign}{size:,}"
