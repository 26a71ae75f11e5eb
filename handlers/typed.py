"""What people type, forgiven: full-width letters, spaces, hyphens, case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from engine.ids import PEOPLE_READ
from engine.programme.promoters import CODE_LENGTH
from handlers.types import Ask, Kind

_CODE = re.compile(f"[{PEOPLE_READ}]{{{CODE_LENGTH}}}")
_LONGEST = 64


def forgiven(text: str) -> str:
    """Half-width, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text[:_LONGEST]).split())


def code(text: str) -> str:
    """A short code as it was made, whatever it was typed like."""
    return forgiven(text).replace("-", "").upper()


class BareCode:
    """A message that is nothing but something of a promoter code's shape."""

    def match(self, ask: Ask) -> Mapping[str, str] | None:
        if ask.message.kind is not Kind.TEXT:
            return None
        typed = code(ask.text)
        return {"code": typed} if _CODE.fullmatch(typed) else None
