"""`flask demo`: the demo on this machine."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import click
from flask.cli import AppGroup

from bot.cli.manners import house, told
from bot.clocks import moved
from bot.lines import say

_NUMBER = re.compile(r"[0-9]{1,7}")
demo = AppGroup("demo", help="The demo on this machine.")


@demo.command("clock")
@click.argument("by")
@told
def demo_clock(by: str) -> None:
    """Move the demo's clock forward: +8d, +3h, +20m."""
    parts = house()
    if not parts.settings.on_sandbox:
        raise click.ClickException("the clock can be moved only with the sandbox")
    unit = {"d": "days", "h": "hours", "m": "minutes"}.get(by[-1:])
    number = by[:-1].removeprefix("+")
    if unit is None or not _NUMBER.fullmatch(number):
        raise click.ClickException("say how far, such as +8d, +3h or +20m")
    offset = moved(parts.engine, timedelta(**{unit: int(number)}))
    if offset is None:
        raise click.ClickException("the demo's clock goes at most ten years ahead")
    say(f"it is now {(datetime.now(UTC) + offset).isoformat(timespec='seconds')}")
