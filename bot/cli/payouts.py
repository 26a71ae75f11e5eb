"""`flask payouts`: money stops leaving the house, and goes on."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from bot.cli.book import audited
from bot.cli.manners import house, told
from bot.lines import say
from engine.clock import BEIJING
from engine.money import Money
from engine.payouts.reconciling import Answer, Outside

_OFFLINE = (
    "this shop settles offline (线下结算): what was booked since the backup is booked again when payouts go on, "
    "with the same last day and 凭证 (登记结算 到 … 凭证 …), and not paid again"
)

payouts = AppGroup("payouts", help="Stopping payouts, and letting them go on.")


@payouts.command("resume")
@click.option("--paid", multiple=True, metavar="单号=流水号", help="This open withdrawal was paid.")
@click.option("--not-paid", multiple=True, metavar="单号", help="This open withdrawal was not paid.")
@click.option(
    "--besides",
    multiple=True,
    metavar="推广码:金额=流水号",
    help="This was paid, and the book does not know of it.",
)
@click.option("--nothing-besides", is_flag=True, help="Nothing else was paid since the backup.")
@told
def payouts_resume(
    paid: tuple[str, ...], not_paid: tuple[str, ...], besides: tuple[str, ...], nothing_besides: bool
) -> None:
    """Let payouts go on after a restore (对账): say of each open withdrawal whether it was paid."""
    parts = house()
    desk = parts.operator().reconciling
    stopped = desk.stopped()
    if stopped is None:
        say("payouts are not stopped")
        return
    say(f"stopped since {stopped.since.astimezone(BEIJING):%Y-%m-%d %H:%M} Beijing time: {stopped.reason}")
    if parts.operator().settings.now().offline:
        say(_OFFLINE)
    if audited(parts.engine):
        raise click.ClickException("the book does not balance: payouts stay stopped")
    answers = (*(_answer(one) for one in paid), *(Answer(one, "") for one in not_paid))
    told_of = {answer.code.upper() for answer in answers}
    for row in desk.unsettled():
        mark = "--" if row.code not in told_of else "ok"
        say(f"{mark}  {row.code}  {row.amount}  {row.state.value}  {row.channel.value} {row.account_tail}")
    if bool(besides) == nothing_besides:
        raise click.ClickException(
            "look into the payment apps' own lists from the time of the backup on. Answer each line with --paid or "
            "--not-paid, and payments that stand in none of them with --besides, else --nothing-besides"
        )
    parts.operator().reconciling.resume(answers, tuple(_outside(one) for one in besides))
    findings = audited(parts.engine)
    say("payouts go on" if not findings else "payouts go on, but the book does not balance")
    sys.exit(1 if findings else 0)


@payouts.command("stop")
@click.argument("reason")
@told
def payouts_stop(reason: str) -> None:
    """Let no new money leave the house until `flask payouts resume`; staff is told the REASON."""
    house().operator().reconciling.stop(reason)
    say("payouts are stopped")


def _answer(typed: str) -> Answer:
    code, _, proof = typed.partition("=")
    if not proof:
        raise click.ClickException(f"{typed}: say --paid 单号=流水号")
    return Answer(code.strip(), proof.strip())


def _outside(typed: str) -> Outside:
    who, _, proof = typed.partition("=")
    promoter, _, amount = who.partition(":")
    if not proof or not amount:
        raise click.ClickException(f"{typed}: say --besides 推广码:金额=流水号")
    return Outside(promoter.strip(), Money.parse(amount), proof.strip())
