"""The one check (违规词) that every text of the merchant's passes before anybody else can read it: `check`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from engine.errors import Refusal
from engine.programme.banned_words import BANNED, FORBIDDING, NEARBY, SIMPLIFIED

MOST_QUESTIONS, LONGEST_QUESTION = 3, 40
_OFFENCES = tuple((banned, re.compile(banned.pattern)) for banned in BANNED)
_FORBIDDING = re.compile(FORBIDDING)
_CLAUSE_ENDS = frozenset("。!?;,:\n")
_MONEY = re.compile(
    r"押金|定金|订金|费用|收费|缴费|会费|转账|汇款|付款|打款|交钱|红包|贷款|投资|银行卡|余额|密码|身份证|多少钱|\d元"
)


@dataclass(eq=False)
class TooManyQuestions(Refusal):
    """An applicant is asked at most three short questions."""

    most: int
    longest: int


@dataclass(eq=False)
class BannedWording(Refusal):
    """A text holds words that WeChat punishes."""

    word: str
    rule: str


@dataclass(frozen=True, slots=True)
class _Pressed:
    """A text in which nothing hides a word: letters and digits alone, each written in one way."""

    letters: str
    clauses: tuple[int, ...]
    """The number of the clause in which each letter stood."""

    def one_clause(self, start: int, end: int) -> bool:
        return self.clauses[start] == self.clauses[end - 1]

    def before(self, start: int) -> str:
        """What stands shortly before a letter, in its clause."""
        near = range(max(start - NEARBY, 0), start)
        return "".join(self.letters[at] for at in near if self.clauses[at] == self.clauses[start])


def check(text: str) -> None:
    """Raise BannedWording with the first word that WeChat punishes.

    Spaces, marks, hidden characters, full-width and traditional forms between or of its characters do not hide it;
    a word that the text forbids (不得拉人头) is none.
    """
    pressed = _press(text)
    for banned, pattern in _OFFENCES:
        found = pattern.search(pressed.letters)
        while found:
            start, end = found.span()
            together = not banned.joins or pressed.one_clause(start, end)
            if together and not _FORBIDDING.search(pressed.before(start)):
                raise BannedWording(found.group(), banned.rule)
            found = pattern.search(pressed.letters, start + 1)


def questions(text: str) -> tuple[str, ...]:
    """The merchant's questions, one a line (or parted by a semicolon)."""
    parts = (" ".join(part.split()) for part in re.split(r"[\n；;]", text))
    return tuple(part for part in parts if part)


def check_questions(text: str) -> None:
    """Raise TooManyQuestions, or BannedWording for one about money: joining is free and asks for no account."""
    asked = questions(text)
    if len(asked) > MOST_QUESTIONS or any(len(one) > LONGEST_QUESTION for one in asked):
        raise TooManyQuestions(MOST_QUESTIONS, LONGEST_QUESTION)
    found = _MONEY.search(_press(text).letters)
    if found:
        raise BannedWording(found.group(), "entry_fee")


def _press(text: str) -> _Pressed:
    letters: list[str] = []
    clauses: list[int] = []
    clause = 0
    for char in unicodedata.normalize("NFKC", text).casefold().translate(SIMPLIFIED):
        if char in _CLAUSE_ENDS:
            clause += 1
        elif unicodedata.category(char)[0] in "LN":
            letters.append(char)
            clauses.append(clause)
    return _Pressed("".join(letters), tuple(clauses))
