"""Every statement names its shop: said once here, and held against all that any test makes the engine execute."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from engine.store.tables import metadata

HOUSE = Path(__file__).resolve().parent.parent
PASSES_ON = tuple(str(HOUSE / "engine/store" / name) for name in ("base.py", "prepared.py"))
"""Whose statement it is stands above these in the stack."""
OF_ALL_SHOPS = tuple(str(HOUSE / "engine/store" / name) for name in ("migrations", "copies.py", "setup.py"))
OF_A_SHOP = frozenset(name for name, table in metadata.tables.items() if "shop_id" in table.columns)

_SOURCE = re.compile(r"\b(?:FROM|JOIN|UPDATE)\s+((?:\w+(?:\s+AS\s+\w+)?)(?:,\s+\w+(?:\s+AS\s+\w+)?)*)")
_GIVEN = re.compile(r"\b(\w+)\.shop_id = (?:\?|:|%\()")
_SAME = re.compile(r"\b(\w+)\.shop_id = (\w+)\.shop_id\b")
_NEXT = re.compile(r"\b(?:UNION ALL|UNION|EXCEPT|INTERSECT)\b")


class AnotherShopError(Exception):
    """A statement that would find, change or delete the rows of other shops."""


def watch(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    """SQLAlchemy's `before_cursor_execute`: refuse what reaches beyond its shop."""
    if reaching(statement) and _is_ours():
        raise AnotherShopError(f"{', '.join(reaching(statement))} of whatever shop: {statement}")


@cache
def reaching(statement: str) -> tuple[str, ...]:
    """The tables (by alias) of this statement that are held to no shop."""
    if statement.startswith("INSERT") and "SELECT" not in statement:
        return ()
    return tuple(
        alias for scope in _scopes(statement) for part in _NEXT.split(scope) for alias in _loose(part)
    )


def _loose(scope: str) -> Iterator[str]:
    """Of one SELECT, UPDATE or DELETE: a table is held by a value, or by another table that is held."""
    held_by_a_value = set(_GIVEN.findall(scope))
    same = _SAME.findall(scope)
    mine = _sources(scope)
    held = {alias for pair in same for alias in pair if alias not in mine} | held_by_a_value
    for _ in same:
        held |= {alias for pair in same if held & set(pair) for alias in pair}
    yield from (alias for alias, table in mine.items() if table in OF_A_SHOP and alias not in held)


def _sources(scope: str) -> dict[str, str]:
    found = {}
    for names in _SOURCE.findall(scope):
        for name in re.split(r",\s+", names):
            table, _, alias = re.sub(r"\s+AS\s+", " ", name).partition(" ")
            found[alias or table] = table
    return found


def _scopes(statement: str) -> list[str]:
    """The statement and each SELECT in brackets within it, each without those inside."""
    finished, open_ = [], [""]
    brackets: list[bool] = []
    for at, letter in enumerate(statement):
        if letter == "(":
            brackets.append(statement[at + 1 :].lstrip().startswith("SELECT"))
            if brackets[-1]:
                open_.append("")
                continue
        elif letter == ")" and brackets.pop():
            finished.append(open_.pop())
            continue
        open_[-1] += letter
    return [*finished, *open_]


def _is_ours() -> bool:
    """Is this said by the house, and not by a test that looks into its tables?"""
    frame = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(str(HOUSE)) and ".venv" not in file and not file.startswith(PASSES_ON):
            return not file.startswith((str(HOUSE / "tests"), *OF_ALL_SHOPS))
        frame = frame.f_back  # type: ignore[assignment]
    return False
