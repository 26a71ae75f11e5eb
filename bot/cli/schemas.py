"""`flask schema`: what other systems may send, as JSON schemas."""

from __future__ import annotations

from pathlib import Path

import click

from bot.doors import order_schema, price_schema

SCHEMAS = {"orders": ("order-events", order_schema.published), "prices": ("prices", price_schema.published)}


@click.command()
@click.argument("which", type=click.Choice(list(SCHEMAS)), default="orders")
@click.option("--write", is_flag=True, help="Write it to docs/.")
def schema(which: str, write: bool) -> None:
    """Print the JSON schema of the order feed, or of the prices."""
    name, published = SCHEMAS[which]
    if write:
        Path(f"docs/{name}.schema.json").write_text(published())
    else:
        click.echo(published(), nl=False)
