"""What people type, forgiven: full-width letters, spaces, hyphens, case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta

from engine.ids import CODE_LENGTH, PEOPLE_READ
from handlers.spelling import bare
from handlers.types import Ask, Kind

_CODE = re.compile(f"[{PEOPLE_READ}]{{{CODE_LENGTH}}}")
_DAY = re.compile(r"(?:(20\d\d)[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号]?", re.ASCII)
_PHONE = re.compile(r"1\d{10}", re.ASCII)
_NUMBER = re.compile(r"(?=.*\d.*\d)[0-9a-z][0-9a-z_-]{6,31}", re.ASCII | re.IGNORECASE)
_LONGEST = 64
_PIECE = "[件个份盒瓶张次]"
_PIECES = re.compile(
    rf"(?P<name>.+?)(?:(?: ?[x×*] ?| )(?P<spaced>\d{{1,6}}) ?{_PIECE}?|(?P<counted>\d{{1,6}}) ?{_PIECE})",
    re.ASCII,
)


def forgiven(text: str) -> str:
    """Half-width, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text[:_LONGEST]).split())


def code(text: str) -> str:
    """A short code as it was made, whatever it was typed like."""
    return forgiven(bare(text)).replace("-", "").upper()


def day_named(text: str, today: date) -> date | None:
    """The day that was typed (`3-31`, `3月31日`, `2026-03-31`, `昨天`), without a year the one nearest to today."""
    said = forgiven(text)
    if said == "昨天":
        return today - timedelta(days=1)
    found = _DAY.fullmatch(said)
    if found is None:
        return None
    year, month, day = found.groups()
    years = (int(year),) if year else (today.year - 1, today.year, today.year + 1)
    days = [made for one in years if (made := _day(one, int(month), int(day)))]
    return min(days, key=lambda made: abs(made - today), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def pieces(text: str) -> tuple[str, int] | None:
    """`护手霜 3`, `SKU1 x3`, `护手霜3件` as name and number; None where no number of pieces is said."""
    found = _PIECES.fullmatch(text)
    return (found["name"], int(found["spaced"] or found["counted"])) if found else None


class BareCode:
    """A message that is nothing but something of a code's shape: a 推荐码, a 单号."""

    def match(self, ask: Ask) -> Mapping[str, str] | None:
        if ask.message.kind is not Kind.TEXT:
            return None
        typed = code(bare(ask.text))
        return {"code": typed} if _CODE.fullmatch(typed) else None


class BarePhone:
    """A message that is nothing but a phone's number."""

    def match(self, ask: Ask) -> Mapping[str, str] | None:
        typed = _alone(ask).replace("-", "")
        return {"who": typed} if _PHONE.fullmatch(typed) else None


class BareNumber:
    """A message that is nothing but something like the shop's own number of an order."""

    def match(self, ask: Ask) -> Mapping[str, str] | None:
        typed = _alone(ask)
        return {"code": typed} if _NUMBER.fullmatch(typed) else None


def _alone(ask: Ask) -> str:
    return forgiven(bare(ask.text)) if ask.message.kind is Kind.TEXT else ""
