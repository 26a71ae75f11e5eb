"""Numbered lists: what each number stood for when the list was shown. Without that memory no number means anything."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum

from engine.money import half_width
from handlers.texts import talking
from handlers.texts.marks import rows
from handlers.types import Ask, Kind, Talk, Text

LIST = "list"
"""The talk's state while a list is remembered. It asks nothing: any word may follow."""

BEHIND = "behind"
"""Where a list's memory keeps the question that was left open for it (继续)."""

SAYS = "says "
"""Before a number in a list's memory: what its row's line sends, for lists that keep nothing else."""

_ONE = r"\d(?:[-~～–—到至]\d)?(?=[ ,、]|$)"
NUMBERS = rf"{_ONE}(?:[ ,、]+{_ONE})*"
"""`3`, `1-8`, `1 3 5`, as a part of a pattern."""

TAIL = r"[0-9a-z]{6}"
"""A 单号, 推荐码, 确认码 or the end of an application's id, as a part of a pattern."""

REASON = r"(?: |[,:：、；;] ?(?=\D))(?P<reason>.+)"
"""Why, after a space or the comma that people put there (`驳回 2，资料不全`), as a part of a pattern."""

_SPAN = re.compile(r"(\d)(?:[-~～–—到至](\d))?")


class Of(Enum):
    """What the rows of a list are."""

    APPLICATIONS = "applications"
    WITHDRAWALS = "withdrawals"
    PAYOUTS = "payouts"
    ORDERS = "orders"
    BUYERS = "buyers"
    PROMOTERS = "promoters"
    CUSTOMERS = "customers"
    MY_CUSTOMERS = "my_customers"
    """A promoter's own."""
    PRODUCTS = "products"
    GROUPS = "groups"
    SETTING_GROUPS = "setting_groups"
    SETTINGS = "settings"
    DETAILS = "details"
    STAFF = "staff"
    MESSAGES = "messages"
    MATERIALS = "materials"


class Row:
    """The number of a row of the list that was shown last."""

    shape = "1–8"

    def match(self, ask: Ask) -> Mapping[str, str] | None:
        number = half_width(ask.text)
        listed = ask.message.kind is Kind.TEXT and ask.talk.state == LIST
        return {"number": number} if listed and number.isdigit() and ask.remembered(number) else None


def listed(content: str, of: Of, tokens: Sequence[str], first: int = 1) -> Text:
    """A list on the screen, and what its numbers stand for."""
    numbers = {str(number): token for number, token in enumerate(tokens, first)}
    return Text(content, state=LIST, memory={"of": of.value, **numbers})


def itemised(content: str) -> Text:
    """A list whose rows say themselves what they open; an empty one forgets the numbers of the list before."""
    return Text(content) if rows(content) else Text(content, state=LIST)


def numbered(reply: Text) -> Text:
    """Any other screen with numbered rows: the number says what the row's line sends, or nothing where it has none.

    From now on the numbers of the list before open nothing either.
    """
    lines = rows(reply.content)
    if reply.state or reply.ends or not lines:
        return reply
    says = {f"{SAYS}{number}": line for number, line in lines.items() if line}
    return replace(reply, state=LIST, memory=says)


def said(ask: Ask) -> Ask:
    """A bare number after such a screen, as if its row had been tapped."""
    if ask.message.kind is not Kind.TEXT or ask.talk.state != LIST:
        return ask
    line = ask.remembered(f"{SAYS}{half_width(ask.text)}")
    return replace(ask, message=replace(ask.message, text=line)) if line else ask


def over(before: Talk, memory: Mapping[str, str]) -> Mapping[str, str]:
    """A list's memory with the question that it was opened over."""
    if before.state == LIST:
        kept = before.memory.get(BEHIND, "")
    elif talking.name_of(before.state):
        kept = json.dumps([before.state, dict(before.memory)], ensure_ascii=False)
    else:
        kept = ""
    return {**memory, BEHIND: kept} if kept else memory


def open_question(talk: Talk) -> Talk:
    """The talk's question, also one that a list was opened over; an empty talk if nothing is asked."""
    if talk.state != LIST:
        return talk
    state, memory = json.loads(talk.memory.get(BEHIND) or '["", {}]')
    return Talk(state, memory, parked=True)


def beside(ask: Ask, content: str) -> Text:
    """Words that leave the list as it is, so that the next number still means what it meant."""
    if ask.talk.state == LIST:
        return Text(content, state=LIST, memory=ask.talk.memory)
    return Text(content)


def closing(ask: Ask, content: str, *states: str) -> Text:
    """Words that end one of these questions if it is the open one, and else leave a list as it is."""
    return Text(content, ends=True) if ask.talk.state in states else beside(ask, content)


def shown(ask: Ask) -> Of | None:
    """What the remembered list is a list of; None when there is none."""
    known = {of.value for of in Of}
    return Of(ask.remembered("of")) if ask.talk.state == LIST and ask.remembered("of") in known else None


def picked(ask: Ask, typed: str) -> tuple[tuple[int, str], ...]:
    """The typed numbers, each with what it stands for in the remembered list; empty if one is not in it."""
    numbers = numbers_in(typed)
    found = tuple((number, ask.remembered(str(number))) for number in numbers)
    return found if shown(ask) and all(token for _, token in found) else ()


def numbers_in(typed: str) -> tuple[int, ...]:
    """`1-3 5` as 1, 2, 3, 5, each once."""
    found: dict[int, None] = {}
    for first, last in _SPAN.findall(typed):
        found |= dict.fromkeys(range(int(first), int(last or first) + 1))
    return tuple(found)


def is_number(typed: str) -> bool:
    """Does the caught part name rows of a list, rather than a code?"""
    return re.fullmatch(NUMBERS, typed, re.ASCII) is not None


def as_typed(ask: Ask, name: str) -> str:
    """The pattern's last part with the punctuation and line breaks that were typed."""
    wanted = sum(not char.isspace() for char in ask.got(name))
    raw = ask.text.strip()
    start = len(raw)
    while wanted and start:
        start -= 1
        wanted -= not raw[start].isspace()
    return raw[start:]
