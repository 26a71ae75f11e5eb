"""What people are called in a text."""

from __future__ import annotations

import re
import unicodedata

from engine.people.authority import Role
from engine.people.names import Name
from handlers.texts.marks import plain
from handlers.texts.times import day

ROLES = {Role.OWNER: "店主", Role.REVIEW: "审核店员", Role.FINANCE: "财务店员", Role.SERVICE: "客服店员"}
"""What a member of the staff is called."""

LONGEST = 20
_DOT_OF_AN_ADDRESS = re.compile(r"(?<=[A-Za-z0-9])\.(?=[A-Za-z0-9])")


def called(name: Name, longest: int = LONGEST) -> str:
    """The reader's remark, else the name he gave, what he is to the shop, his phone's tail, the day he came."""
    given = harmless(name.remark or name.given, longest)
    if given:
        return given
    if name.role:
        return ROLES[name.role]
    return f"尾号{name.phone_tail}" if name.phone_tail else f"{day(name.since)} 来的客户"


def earner(name: Name, code: str, longest: int = LONGEST) -> str:
    """A promoter in a list of money: who left no name, or had it deleted, is known by his 推荐码."""
    return called(name, longest) if name.remark or name.given or name.role else f"推广员 {code}"


def masked(name: Name) -> str:
    """A name that others may read: its first and last letter (王*明), whatever a letter is made of."""
    letters = _letters(harmless(name.given))
    if not letters:
        return "推广员"
    return f"{letters[0] if len(letters) > 1 else ''}*{letters[-1] if len(letters) > 2 else ''}"


def harmless(given: str, longest: int = LONGEST) -> str:
    """A given name in which WeChat finds no address to make a link of (`evil.com`)."""
    return _DOT_OF_AN_ADDRESS.sub("．", plain(given, longest))


def _letters(text: str) -> list[str]:
    """What a reader takes for one letter each: marks, skin tones and a flag's other half join the one before."""
    found: list[str] = []
    for char in unicodedata.normalize("NFC", text):
        if found and (_leans(char) or (_half_a_flag(char) and _half_a_flag(found[-1]))):
            found[-1] += char
        else:
            found.append(char)
    return found


def _leans(char: str) -> bool:
    return unicodedata.category(char).startswith(
        "M"
    ) or "\N{EMOJI MODIFIER FITZPATRICK TYPE-1-2}" <= char <= ("\N{EMOJI MODIFIER FITZPATRICK TYPE-6}")


def _half_a_flag(letter: str) -> bool:
    first, last = "\N{REGIONAL INDICATOR SYMBOL LETTER A}", "\N{REGIONAL INDICATOR SYMBOL LETTER Z}"
    return len(letter) == 1 and first <= letter <= last
