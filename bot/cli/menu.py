"""`flask menu`: what the account's menus show, and to whom."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from bot.cli.manners import house, told
from bot.wechat.menus import changes, publish

menu = AppGroup("menu", help="The account's menus.")


@menu.command("publish")
@click.option("--yes", is_flag=True, help="Publish without asking.")
@told
def menu_publish(yes: bool) -> None:
    """Say what would change on the menus of visitors, promoters and the merchant, and publish them."""
    parts = house()
    rules = parts.operator().settings.now()
    found = changes(parts.wechat, rules)
    for one in found:
        click.echo(one.tag or "everybody else")
        for sign, names in (("-", one.gone), ("+", one.come)):
            for name in names:
                click.echo(f"  {sign} {name}")
        if not one.gone and not one.come:
            click.echo("  the order or an address")
    if found and not yes:
        click.confirm("publish?", abort=True)
    click.echo(
        "the menus are published" if publish(parts.wechat, rules) else "the menus are in force already"
    )
