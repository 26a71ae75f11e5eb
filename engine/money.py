"""Money in integer fen and rates in basis points (金额与比例)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.errors import NotAnAmount, NotARate

FULL = 10_000
"""Basis points in 100 %."""

LARGEST = 10**13
"""No single amount may exceed this many fen; the book's CHECK constraints say the same."""

_HALF_WIDTH = {ord("０") + digit: str(digit) for digit in range(10)} | {
    ord("．"): ".", ord("。"): ".", ord("，"): ",", ord("％"): "%", ord("￥"): "¥", ord("－"): "-", ord("　"): " ",
}  # fmt: skip
_YUAN = re.compile(r"¥?(\d{1,11})(?:\.(\d{1,2}))?(?:元|块钱?|圆)?", re.ASCII)
_THOUSANDS = re.compile(r"¥?\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?(?:元|块钱?|圆)?", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?%?", re.ASCII)


def half_width(text: str) -> str:
    """Full-width digits and marks as their ASCII twins, spaces dropped at both ends."""
    return text.translate(_HALF_WIDTH).strip()


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in fen (分). Exact, never a float."""

    fen: int

    def __post_init__(self) -> None:
        if type(self.fen) is not int:
            raise TypeError(f"Money takes whole fen, not {type(self.fen).__name__}")
        if abs(self.fen) > LARGEST:
            raise OverflowError("amount out of range")

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read yuan as a person types it: `12.3`, `￥１２`, `12元`, `1,200`. Raises NotAnAmount."""
        typed = half_width(text).replace(" ", "")
        if _THOUSANDS.fullmatch(typed):
            typed = typed.replace(",", "")
        match = _YUAN.fullmatch(typed)
        if not match:
            raise NotAnAmount(text)
        yuan, fen = match.groups()
        return cls(int(yuan) * 100 + int((fen or "").ljust(2, "0")))

    def __str__(self) -> str:
        sign = "-" if self.fen < 0 else ""
        yuan, fen = divmod(abs(self.fen), 100)
        return f"{sign}¥{yuan}.{fen:02d}"

    def __add__(self, other: Money) -> Money:
        return Money(self.fen + other.fen)

    def __sub__(self, other: Money) -> Money:
        return Money(self.fen - other.fen)

    def __neg__(self) -> Money:
        return Money(-self.fen)

    def __bool__(self) -> bool:
        return self.fen != 0


ZERO = Money(0)


def total(amounts: Iterable[Money]) -> Money:
    """The sum of the amounts."""
    return Money(sum(amount.fen for amount in amounts))


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """A share in basis points (万分之一), 0 to 10000."""

    bp: int

    def __post_init__(self) -> None:
        if type(self.bp) is not int or not 0 <= self.bp <= FULL:
            raise ValueError("a rate is 0 to 10000 basis points")

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Read a percentage as a person types it: `12`, `12.5%`, `１２％`. Raises NotARate."""
        match = _PERCENT.fullmatch(half_width(text).replace(" ", ""))
        if not match:
            raise NotARate(text)
        whole, part = match.groups()
        bp = int(whole) * 100 + int((part or "").ljust(2, "0"))
        if bp > FULL:
            raise NotARate(text)
        return cls(bp)

    def of(self, base: Money) -> Money:
        """floor(base × rate / 10000); the rest stays with the merchant."""
        return Money(base.fen * self.bp // FULL)

    def __str__(self) -> str:
        whole, part = divmod(self.bp, 100)
        return f"{whole}.{part:02d}".rstrip("0").rstrip(".") + "%"
