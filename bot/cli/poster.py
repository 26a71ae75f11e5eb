"""`flask poster`: what posters look like, for a designer."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.manners import house, told
from bot.lines import say
from posters.preview import sheet


@click.group()
def poster() -> None:
    """What posters look like."""


@poster.command()
@click.argument("file", type=click.Path(path_type=Path))
@told
def preview(file: Path) -> None:
    """Draw every look × odd words, names, backgrounds and faces on one sheet (JPEG)."""
    data = sheet(house().settings.poster_font)
    file.write_bytes(data)
    say(f"{file}: {len(data) // 1000} kB")
