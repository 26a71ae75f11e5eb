"""What is to be drawn, as plain values, and the key under which the finished picture may be kept."""

import hashlib
import os
from dataclasses import astuple, dataclass
from typing import Literal

# Raise it with every change that a finished picture shows: pictures kept under older keys are then redrawn.
RENDER_VERSION = 1


@dataclass(frozen=True, slots=True)
class PosterSpec:
    """A promoter's poster (海报): the shop's half, and what makes it this promoter's."""

    title: str
    text: str
    name: str
    code: str
    qr_url: str
    valid_until: str = ""  # ready words, e.g. 二维码有效期至 12月21日; empty = permanent
    template: str = "plain"
    font_path: str = ""  # empty = the packaged fonts
    background: bytes | None = None  # the merchant's own picture


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


def key(spec: PosterSpec | CardSpec | DaysSpec | RanksSpec) -> str:
    """Digest of everything that is drawn: equal keys mean equal pictures."""
    digest = hashlib.sha256(f"{type(spec).__name__}/{RENDER_VERSION}/".encode())
    for field in (*astuple(spec), _font_state(spec.font_path)):
        data = field if isinstance(field, bytes) else repr(field).encode("utf-8", "backslashreplace")
        digest.update(b"%d:%d:" % (isinstance(field, bytes), len(data)))
        digest.update(data)
    return digest.hexdigest()


def _font_state(path: str) -> tuple[int, int]:
    """Size and age of the operator's font file, so that a font replaced in place is noticed."""
    if not path:
        return (0, 0)
    try:
        state = os.stat(path)
    except OSError:
        return (0, 0)
    return (state.st_size, state.st_mtime_ns)
