"""`flask import members`: which promoter is in which group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bot.doors.schema import code_of
from bot.importing.sheet import BadCell, Column, Row
from bot.importing.steps import Bad, Found, Step, why
from engine import Desk
from engine.errors import Refusal
from engine.programme.recruiting import clean_phone

COLUMNS = (
    Column("code", ("推荐码", "推广员")),
    Column("phone", ("手机", "手机号")),
    Column("group", ("分组",), required=True),
)
"""A promoter by his code or by the phone that he applied with; 无 takes him out of every group."""

_NONE = ("无", "未分组", "none")


def steps(rows: Sequence[Row], at: Callable[[str], Desk]) -> Iterator[Found]:
    """What each row would change. `at` gives the operator's desk for a reference."""
    seen: dict[str, int] = {}
    for row in rows:
        try:
            code, group = _who(row, at("import:look")), _group(row)
            if code in seen:
                raise BadCell(f"promoter {code} stands in line {seen[code]} already")
            seen[code] = row.line
            yield _step(row.line, code, group, at)
        except BadCell as bad:
            yield Bad(row.line, str(bad))
        except Refusal as refusal:
            yield Bad(row.line, why(refusal))


def _step(line: int, code: str, group: str, at: Callable[[str], Desk]) -> Step:
    found = at("import:look").groups.compare(code, group)
    before, after = (one.name if one else "未分组" for one in (found.before, found.after))
    to = found.after.id if found.after else "none"
    # The same change of the same state is one command, however often it is run.
    reference = f"import:member:{code}:{found.changes}:{to}"
    difference = f"{code}: {before} → {after}" if found.before != found.after else ""
    return Step(line, difference, lambda: _place(at(reference), code, group))


def _place(desk: Desk, code: str, group: str) -> str:
    desk.groups.place(code, group)
    return "placed"


def _who(row: Row, desk: Desk) -> str:
    if row.problem:
        raise BadCell(row.problem)
    if row.get("code"):
        return desk.promoters.by_code(code_of(row.get("code"))).code
    if not row.get("phone"):
        raise BadCell("needs a promoter's code (推荐码) or phone (手机)")
    found = desk.promoters.with_phone(clean_phone(row.get("phone")))
    if not found:
        raise BadCell("no promoter has this phone")
    if len(found) > 1:
        raise BadCell("more than one promoter has this phone: give the code (推荐码)")
    return found[0].code


def _group(row: Row) -> str:
    typed = row.get("group")
    if not typed:
        raise BadCell("needs a group (分组); 无 takes him out of his group")
    return "" if typed.casefold() in _NONE else typed
