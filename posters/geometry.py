"""Rectangles in pixels, and those that never change."""

from collections.abc import Iterable
from dataclasses import dataclass


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

    def moved(self, right: int, down: int) -> "Box":
        """The same box, that many pixels further."""
        return Box(self.left + right, self.top + down, self.right + right, self.bottom + down)

    def within(self, other: "Box") -> "Box":
        """The same place, counted from the other's corner."""
        return self.moved(-other.left, -other.top)

    def as_tuple(self) -> tuple[int, int, int, int]:
        return self.left, self.top, self.right, self.bottom


def boxed(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds them all."""
    lefts, tops, rights, bottoms = zip(*(box.as_tuple() for box in boxes), strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


PAGE = Box(0, 0, 1080, 1920)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the two halves of a poster stand."""

    hero: Box  # the shop's words
    card: Box  # the white card that carries the QR
    band: Box  # what may change from promoter to promoter: inside the card
    above: float  # usual share of the height that the shop's words leave which is left above them
    beside: bool = False  # the promoter's words stand beside the QR, not over and under it


# The words stand in the eye's middle, not in the ruler's.
TALL = Frame(Box(96, 140, 984, 984), Box(72, 1056, 1008, 1848), Box(112, 1088, 968, 1824), 0.4)
# As far from the card's edges as from its top: the quiet zone of the QR is white like the card.
LOW = Frame(Box(96, 140, 984, 1334), Box(72, 1406, 1008, 1848), Box(128, 1422, 992, 1832), 0.3, beside=True)

SHEET = Box(0, 0, 1080, 1440)  # a QR card on its own
PANEL = Box(56, 56, 1024, 1384)
PANEL_ROOM = Box(128, 104, 952, 1344)
