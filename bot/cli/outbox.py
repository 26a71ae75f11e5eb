"""`flask outbox`: what could not be sent or done."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from bot.cli.manners import house, told
from bot.lines import say
from engine.clock import BEIJING
from engine.ids import OutboxId
from engine.post import Unsent

MOST_LISTED = 200
outbox = AppGroup("outbox", help="What could not be sent or done.")


@outbox.command("list")
@told
def outbox_list() -> None:
    """What was given up, and what the last try said; then what came back and waits. The newest first."""
    parts = house()
    post = parts.engine.post(parts.shop)
    dead, returned = post.dead(MOST_LISTED), post.returned(MOST_LISTED)
    if not dead and not returned:
        say("nothing was given up")
    for row in dead:
        what = "message" if row.person else "work"
        say(f"{_which(row)}  {what} {row.kind}  after {row.tries} tries: {row.why}")
    for row in returned:
        say(f"{_which(row)}  message {row.kind}  waits for the person's next contact: {row.why}")


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
    say(f"tried anew: {count}")


def _which(row: Unsent) -> str:
    return f"{row.id}  {row.created_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
