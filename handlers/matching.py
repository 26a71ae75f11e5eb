"""How a route is matched: a word, a pattern, a scan, an open question. First match wins (routes.py)."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from engine.money import half_width
from engine.people.authority import Right
from handlers.types import Ask, Kind, Reply

Handler = Callable[[Ask], Reply]


class By(Enum):
    """Who may be speaking, beside the merchant's rights."""

    ANYONE = "anyone"
    PROMOTER = "promoter"
    EARNER = "earner"
    """A promoter, or a former one, whose money stays his."""
    UPLINE = "upline"
    """A promoter while two levels are paid; otherwise nobody hears of a second level."""
    STAFF = "staff"


class Matcher(Protocol):
    """Does this message fit? None = no; a mapping = yes, with the parts that were caught."""

    def match(self, ask: Ask) -> Mapping[str, str] | None: ...


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table. Outsiders do not see a route that is not for them."""

    when: Matcher
    do: Handler
    by: By | Right = By.ANYONE

    def is_for(self, ask: Ask) -> bool:
        """May this person use the route?"""
        if self.by is By.ANYONE:
            return True
        if self.by is By.PROMOTER:
            return ask.who.promoter is not None
        if self.by is By.EARNER:
            return ask.who.promoter is not None or ask.who.former is not None
        if self.by is By.UPLINE:
            return ask.who.promoter is not None and ask.who.two_level
        return ask.who.may(self.by) if isinstance(self.by, Right) else ask.who.is_staff


def line_of(ask: Ask) -> str | None:
    """What was typed, tapped or chosen in the menu, forgiving full-width forms and spaces; None for anything else."""
    return _forgiven(ask.text) if ask.message.kind in (Kind.TEXT, Kind.CLICK) else None


def said(text: str) -> str:
    """What was typed, forgiving case as well."""
    return _forgiven(text).casefold()


class Line(ABC):
    """A matcher that looks at nothing but the line: not at who says it, and not at what was asked."""

    def match(self, ask: Ask) -> Mapping[str, str] | None:
        line = line_of(ask)
        return None if line is None else self.caught(line)

    @abstractmethod
    def caught(self, line: str) -> Mapping[str, str] | None:
        """As `match`, of a line as `line_of` gives it."""


class Word(Line):
    """One of these words exactly (a menu key is the word itself), in small letters or capitals."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.said = frozenset(said(word) for word in words)

    def caught(self, line: str) -> Mapping[str, str] | None:
        return {} if line.casefold() in self.said else None


class Pattern(Line):
    """A whole line such as `提现 100`; `shape` is how it is written in the list of commands."""

    def __init__(self, pattern: str, shape: str) -> None:
        self.shape = shape
        self._compiled = re.compile(pattern, re.IGNORECASE | re.ASCII)

    def caught(self, line: str) -> Mapping[str, str] | None:
        found = self._compiled.fullmatch(line)  # what a person typed keeps its case
        return {name: part for name, part in found.groupdict().items() if part} if found else None


class Scan:
    """A QR code of ours was scanned, by a follower or by somebody who follows by it: `p:`, `i:`, `m:`."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def match(self, ask: Ask) -> Mapping[str, str] | None:
        if ask.message.kind not in (Kind.SCAN, Kind.FOLLOW):
            return None
        prefix, colon, rest = ask.message.scene.partition(":")
        return {"code": rest} if colon and prefix == self.prefix and rest else None


class OfKind:
    """Any message of a kind."""

    def __init__(self, *kinds: Kind) -> None:
        self._kinds = kinds

    def match(self, ask: Ask) -> Mapping[str, str] | None:
        return {} if ask.message.kind in self._kinds else None


class State:
    """An answer to the open question of this name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def match(self, ask: Ask) -> Mapping[str, str] | None:
        answers = ask.message.kind is Kind.TEXT and ask.talk.state == self.name and not ask.talk.parked
        return {} if answers else None


class Essay(State):
    """An answer that is too long for a command, to an open question that asks for a text of any length."""

    LONGEST_COMMAND = 30
    """Characters; a longer line is hardly ever a command while a text is asked for."""

    def match(self, ask: Ask) -> Mapping[str, str] | None:
        typed = ask.text.strip()
        is_long = "\n" in typed or len(typed) > self.LONGEST_COMMAND
        return super().match(ask) if is_long else None


class Answer:
    """One of these words, said while the question of this name is open or parked."""

    def __init__(self, name: str, *words: str) -> None:
        self.name = name
        self._word = Word(*words)

    def match(self, ask: Ask) -> Mapping[str, str] | None:
        return self._word.match(ask) if ask.talk.state == self.name else None


class Sent(State):
    """A picture that answers the open question of this name."""

    def match(self, ask: Ask) -> Mapping[str, str] | None:
        answers = ask.message.kind is Kind.IMAGE and ask.talk.state == self.name and not ask.talk.parked
        return {} if answers else None


def _forgiven(text: str) -> str:
    return " ".join(half_width(text).split())
