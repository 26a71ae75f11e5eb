"""`flask menu`: what the account's menus show, and to whom."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from bot.cli.manners import house, told
from bot.lines import say
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
        say(one.tag or "everybody else")
        for sign, names in (("-", one.gone), ("+", one.come)):
            for name in names:
                say(f"  {sign} {name}")
        if not one.gone and not one.come:
            say("  the order or an address")
    if found and not yes:
        click.confirm("publish?", abort=True)
    say(
        "the menus are published"
        if publish(parts.wechat, rules, foreign=True)
        else "the menus are in force already"
    )


@menu.command("remove")
@click.option("--yes", is_flag=True, help="Remove them without asking.")
@told
def menu_remove(yes: bool) -> None:
    """Take all menus away, those by tag too: the bot leaves the account. What was typed is still answered."""
    wechat = house().wechat
    if wechat.get_menu() is None:
        say("there are no menus")
        return
    if not yes:
        click.confirm("remove all menus of the account?", abort=True)
    wechat.delete_menu()
    say("the menus are removed; `flask menu publish`, or a change of rules, brings ours back")
