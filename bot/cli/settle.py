"""`flask settle`: whom the merchant owes at the end of a period (线下结算)."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from pathlib import Path

import click
from flask.cli import AppGroup

from bot.cli.manners import house, told
from bot.lines import say
from engine.clock import BEIJING
from handlers.texts.people import earner

MOST_LINES = 1_000_000
"""Of a list that is written down as a whole."""
_NUMBER = re.compile(r"\d+E\d+")
_FORMULA = frozenset("=+-@＝＋－＠")
settle = AppGroup("settle", help="Offline settlement (线下结算).")


@settle.command("list")
@click.option("--to", metavar="2026-03-31", help="The last day that counts; yesterday if nothing is said.")
@click.option(
    "--csv", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write the list to a file."
)
@told
def settle_list(to: str | None, file: Path | None) -> None:
    """Whom the merchant owes how much for the period that ends with a day; books nothing."""
    desk = house().operator().bookings
    draft = desk.draft(_day(to) if to else None, 0, MOST_LINES)
    rows = [
        (line.code, earner(line.name, line.code), str(line.amount).removeprefix("¥")) for line in draft.lines
    ]
    if file:
        if file.exists():
            raise click.ClickException(f"{file} is there already")
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            written = csv.writer(out)
            written.writerow(("推荐码", "推广员", "金额"))
            written.writerows((_code(code), _cell(name), amount) for code, name, amount in rows)
    else:
        for code, name, amount in rows:
            say(f"{code}  {amount:>12}  {name}")
    since = f"from {draft.since.astimezone(BEIJING):%Y-%m-%d} " if draft.since else ""
    last = draft.until.astimezone(BEIJING) - timedelta(days=1)
    say(f"{since}to {last:%Y-%m-%d}, that day counted: {draft.count} promoters, {draft.amount}")


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise click.ClickException(f"{typed} is no day; write it as 2026-03-31") from None


def _code(code: str) -> str:
    """A 推荐码 that no spreadsheet takes for a number: 2345E6 would become 2.345E+09."""
    return f'="{code}"' if _NUMBER.fullmatch(code) else code


def _cell(typed: str) -> str:
    """A name that no spreadsheet takes for a formula, in full-width signs neither."""
    return f"'{typed}" if typed[:1] in _FORMULA else typed
