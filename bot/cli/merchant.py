"""`flask merchant`: how an owner comes in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click
import qrcode
from flask.cli import AppGroup

from bot.cli.manners import house, told
from bot.lines import say
from engine.people.authority import Role

merchant = AppGroup("merchant", help="The merchant's people.")


@merchant.command("invite")
@click.option(
    "--png", type=click.Path(dir_okay=False, path_type=Path), help="Also write the QR as a picture."
)
@told
def merchant_invite(png: Path | None) -> None:
    """Print a one-time QR code: whoever scans it first is an owner (店主), beside those there are."""
    parts = house()
    invitation = parts.operator().enrolling.invite(Role.OWNER)
    ticket = parts.wechat.create_qr(invitation.scene, seconds=int(timedelta(days=1).total_seconds()))
    code = qrcode.QRCode(border=2)
    code.add_data(ticket.url)
    code.print_ascii(invert=True)
    say("scan this with WeChat within a day; it works once", ticket.url)
    if png:
        code.make_image().save(png)
        say(f"written to {png}")
