"""The book: derived again from its entries, and set right by hand."""

from __future__ import annotations

import re
import sys

import click

from bot.cli.manners import house, told
from bot.lines import say
from engine import OPERATOR, Engine
from engine.money import Money
from engine.payouts.adjusting import ADJUSTABLE
from handlers.texts.people import called

LONG = 50_000
"""Steps of an audit from which on a bar is shown."""
MOST_FINDINGS = 200
_HEAD = re.compile(r"([0-9a-fA-F]{64})@([0-9]{1,12})")


@click.command()
@click.option(
    "--head", "kept", help="A head kept outside, as HEX@SEQ: has the book's tail been cut off since?"
)
@told
def audit(kept: str) -> None:
    """Derive everything from the entries again and say what differs (查账)."""
    findings = audited(house().engine)
    if kept:
        findings += _check_head(house().engine, kept)
    if findings:
        say(f"the book does not balance: {findings} findings", err=True)
        sys.exit(1)
    say("the book balances")


def audited(engine: Engine) -> int:
    """Audit every shop, and say what was found; gives how much that is."""
    findings = 0
    for shop in engine.shops():
        reports = engine.at(shop, OPERATOR, "").reports
        length = reports.audit_length()
        with click.progressbar(length=length, label=shop, hidden=length < LONG, file=sys.stderr) as bar:
            found = reports.audit(bar.update)
        for finding in found.findings[:MOST_FINDINGS]:
            say(f"DIFFERS  {finding}")
        if len(found.findings) > MOST_FINDINGS:
            say(f"DIFFERS  … and {len(found.findings) - MOST_FINDINGS} more")
        say(f"{shop}: {found.entries} entries, {found.orders} orders, {found.withdrawals} withdrawals")
        say(f"{shop}: head {found.head}@{found.entries}, key {found.key_id}")
        findings += len(found.findings)
    return findings


def _check_head(engine: Engine, kept: str) -> int:
    match = _HEAD.fullmatch(kept)
    if not match:
        raise click.ClickException("a head is HEX@SEQ, as `flask audit` prints it")
    head, seq = match[1].lower(), int(match[2])
    if any(engine.at(shop, OPERATOR, "").reports.held(head, seq) for shop in engine.shops()):
        say(f"the head that was kept after {seq} entries is in the book")
        return 0
    say(f"DIFFERS  no book has this head after {seq} entries: its tail was cut off or written again")
    return 1


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("promoter")
@click.argument("account", type=click.Choice([account.value for account in ADJUSTABLE]))
@click.argument("amount")
@click.option("--reason", required=True, help="Why; the promoter reads it (1 to 60 characters).")
@click.option("--yes", is_flag=True, help="Do it; without this only before and after are shown.")
@told
def adjust(promoter: str, account: str, amount: str, reason: str, yes: bool) -> None:
    """Give or take by hand (人工调整): `flask adjust ABC234 available +5 --reason …`.

    What he owes always comes first. `debt -5` makes him owe 5 more, `debt +5` lets him off 5.
    """
    desk, money = house().operator(), _signed(amount)
    seen = desk.adjustments.preview(promoter.upper(), account, money)
    say(f"{called(seen.name)} ({seen.code})")
    for name, before, after in (
        ("available", seen.before.available, seen.after.available),
        ("owed", seen.before.owed, seen.after.owed),
    ):
        say(f"  {name:<10} {before} → {after}")
    if not yes:
        say("nothing is changed yet: add --yes")
        return
    desk.adjustments.adjust(promoter.upper(), account, money, reason)
    say("done, and the promoter is told")


def _signed(typed: str) -> Money:
    """An amount with its sign, which has to be said."""
    sign, amount = typed[:1], typed[1:]
    if sign not in ("+", "-"):
        raise click.ClickException("say + or - before the amount, such as +5 or -5")
    return Money.parse(amount) if sign == "+" else -Money.parse(amount)
