"""What is to be drawn, as plain values."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Hero:
    """The merchant's half of a poster: the same for all his promoters."""

    title: str
    text: str = ""
    over: str = ""  # a small line above the title, e.g. the shop's name on a product's poster
    price: str = ""  # ready words, e.g. ¥64.50
    font_path: str = ""  # empty = the packaged fonts
    background: bytes | None = None  # the merchant's own picture


@dataclass(frozen=True, slots=True)
class PosterSpec:
    """A promoter's poster (海报) of shop, product or invitation: the shop's half, and what makes it his."""

    hero: Hero
    name: str
    code: str
    qr_url: str
    does: str = "为你推荐"  # under the name
    valid_until: str = ""  # ready words, e.g. 有效期至 12月21日; empty = permanent
    hint: str = "长按识别二维码"  # what to do with the QR; on paper nothing can be pressed
    portrait: bytes | None = None  # the promoter's own picture
    template: str = "plain"

    @property
    def font_path(self) -> str:
        return self.hero.font_path


@dataclass(frozen=True, slots=True)
class CardSpec:
    """A plain QR card: an invitation (邀请二维码) or a one-time enrolment code."""

    title: str
    lines: tuple[str, ...]
    qr_url: str
    code: str = ""
    font_path: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One figure of every day."""

    name: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """Days side by side: columns (柱状), several series stacked, or a curve (曲线) of one."""

    title: str
    shape: Literal["columns", "curve"]
    series: tuple[Series, ...]
    money: bool  # values in fen; else plain counts


@dataclass(frozen=True, slots=True)
class DaysSpec:
    """A report of many days: what it comes to, and one or two graphs."""

    title: str
    period: str
    figures: tuple[tuple[str, str], ...]  # a label and ready words, three at most
    days: tuple[str, ...]  # what stands under each day, e.g. 11-22
    graphs: tuple[Graph, ...]
    note: str = ""
    font_path: str = ""


@dataclass(frozen=True, slots=True)
class Rank:
    """One row of a list of the best; `mine` stands out."""

    place: int
    name: str
    value: int
    words: str
    mine: bool = False


@dataclass(frozen=True, slots=True)
class RanksSpec:
    """The best of a month (排行榜), each with a bar."""

    title: str
    period: str
    figures: tuple[tuple[str, str], ...]
    rows: tuple[Rank, ...]  # ten at most
    note: str = ""
    font_path: str = ""
