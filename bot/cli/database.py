"""The database as the operator keeps it: schema, backup, restore."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from bot.cli.manners import house, told
from bot.copies import Safe
from bot.lines import say
from engine.store.setup import upgrade

db = AppGroup("db", help="The database's schema.")


@db.command("upgrade")
@told
def db_upgrade() -> None:
    """Create or upgrade the tables."""
    parts = house()
    parts.settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(parts.engine.store.engine)
    say("the database is at the newest schema")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@told
def backup(file: Path) -> None:
    """Copy the database to FILE while the bot runs, check the copy, print the heads."""
    _safe().backup(file, say)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Replace the database that is there; it is kept aside.")
@told
def restore(file: Path, yes: bool) -> None:
    """Let the database hold what FILE does. Payouts are stopped until `flask payouts resume`."""
    _safe().restore(file, over=yes, say=say)


def _safe() -> Safe:
    settings = house().settings
    return Safe(settings.database, settings.data_key)
