"""`flask outbox`: what could not be sent or done."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from bot.cli.manners import house, told
from engine.clock import BEIJING
from engine.ids import OutboxId

MOST_LISTED = 200
outbox = AppGroup("outbox", help="What could not be sent or done.")


@outbox.command("list")
@told
def outbox_list() -> None:
    """What was given up, the newest first, and what the last try said."""
    parts = house()
    for row in parts.engine.post(parts.shop).dead(MOST_LISTED):
        what = "message" if row.person else "work"
        click.echo(
            f"{row.id}  {row.created_at.astimezone(BEIJING):%Y-%m-%d %H:%M}  {what} {row.kind}"
            f"  after {row.tries} tries: {row.why}"
        )


@outbox.command("again")
@click.argument("row", required=False)
@click.option("--all", "everything", is_flag=True, help="All that was given up.")
@told
def outbox_again(row: str | None, everything: bool) -> None:
    """Try a ROW of `flask outbox list` anew, or --all of them."""
    if bool(row) == everything:
        raise click.ClickException("name a row of `flask outbox list`, or say --all")
    parts = house()
    count = parts.engine.post(parts.shop).again(OutboxId(row) if row else None)
    if row and not count:
        raise click.ClickException(f"{row} was not given up")
    click.echo(f"tried anew: {count}")
