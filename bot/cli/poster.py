"""`flask poster`: what posters look like, for a designer."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.manners import told
from bot.lines import say
from posters.preview import sheet


@click.group()
def poster() -> None:
    """What posters look like."""


@poster.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--font", envvar="POSTER_FONT", default="", help="A font file instead of the packaged ones.")
@told
def preview(file: Path, font: str) -> None:
    """Draw every kind and look × odd words, names, backgrounds and faces on one sheet (JPEG)."""
    data = sheet(font)
    file.write_bytes(data)
    say(f"{file}: {len(data) // 1000} kB")
