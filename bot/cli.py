"""Commands of the operator: `flask …` (FLASK_APP is set in `.flaskenv`)."""

from __future__ import annotations

import csv
import re
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click
import qrcode
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from bot.app import checks
from bot.clocks import moved
from bot.copies import CopyRefused, Safe
from bot.doors import order_schema, price_schema
from bot.importing import members, orders, products, steps
from bot.importing.sheet import Column, NoSheet, Row, read
from bot.jobs import build_sender
from bot.redis import GONE
from bot.settings import SettingsError, load
from bot.tick import Tick
from bot.wechat.errors import WeChatError
from bot.wechat.menus import changes, publish
from bot.wechat.quotas import NEAR
from bot.wiring import QUEUES, House, start_logging
from bot.worker import worker_of
from engine import OPERATOR, Engine
from engine.clock import BEIJING
from engine.errors import Refusal, StoreError
from engine.ids import OutboxId
from engine.money import Money
from engine.outbox import Dead
from engine.payouts.adjusting import ADJUSTABLE
from engine.payouts.reconciling import Answer, Outside
from engine.people.authority import Role
from engine.programme.codes import MOST_PERMANENT
from engine.store.copies import CopyError
from engine.store.setup import is_current, upgrade
from handlers.texts.people import called
from handlers.texts.refusals import sorry_staff

LONG = 50_000
"""Steps of an audit from which on a bar is shown."""
MOST_FINDINGS = 200
_HEAD = re.compile(r"([0-9a-fA-F]{64})@([0-9]{1,12})")
MOST_LINES = 1_000_000
"""Of a list that is written down as a whole."""
_NUMBER = re.compile(r"[0-9]{1,7}")

P = ParamSpec("P")
T = TypeVar("T")


def house() -> House:
    """The parts, or a clear end of the process."""
    try:
        return House(load())
    except SettingsError as error:
        click.echo(str(error), err=True)
        sys.exit(2)


def create_app() -> Flask:
    """What `flask` runs: only these commands."""
    flask = Flask("bot.cli")
    for group in (db, menu, merchant, imports, payouts, settle, outbox, demo):
        flask.cli.add_command(group)
    for command in (adjust, audit, backup, restore, doctor, tick, work, schema):
        flask.cli.add_command(command)
    return flask


def told(act: Callable[P, T]) -> Callable[P, T]:
    """Turn an outage into one sentence."""

    @wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return act(*args, **kwargs)
        except WeChatError as error:
            raise click.ClickException(f"WeChat: {error}") from None
        except Refusal as refusal:
            raise click.ClickException(sorry_staff(refusal)) from None
        except (CopyRefused, CopyError) as error:
            raise click.ClickException(str(error)) from None
        except GONE as error:
            raise click.ClickException(f"Redis: {type(error).__name__}") from None
        except (StoreError, DBAPIError) as error:
            raise click.ClickException(
                f"database: {type(error).__name__}; run `flask db upgrade`, and `flask doctor` says more"
            ) from None

    return run


db = AppGroup("db", help="The database's schema.")
menu = AppGroup("menu", help="The account's menus.")
merchant = AppGroup("merchant", help="The merchant's people.")
payouts = AppGroup("payouts", help="Stopping payouts, and letting them go on.")
imports = AppGroup(
    "import", help="Bring tables in from CSV files (docs/import.md); a dry run unless --apply is said."
)
settle = AppGroup("settle", help="Offline settlement (线下结算).")
outbox = AppGroup("outbox", help="What could not be sent or done.")
demo = AppGroup("demo", help="The demo on this machine.")


@db.command("upgrade")
@told
def db_upgrade() -> None:
    """Create or upgrade the tables."""
    parts = house()
    parts.settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(parts.engine.store.engine)
    click.echo("the database is at the newest schema")


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


@merchant.command("invite")
@click.option(
    "--png", type=click.Path(dir_okay=False, path_type=Path), help="Also write the QR as a picture."
)
@told
def merchant_invite(png: Path | None) -> None:
    """Print the owner's one-time QR code: whoever scans it first is the owner (店主)."""
    parts = house()
    invitation = parts.operator().enrolling.invite(Role.OWNER)
    ticket = parts.wechat.create_qr(invitation.scene, seconds=int(timedelta(days=1).total_seconds()))
    code = qrcode.QRCode(border=2)
    code.add_data(ticket.url)
    code.print_ascii(invert=True)
    click.echo(f"scan this with WeChat within a day; it works once\n{ticket.url}")
    if png:
        code.make_image().save(png)
        click.echo(f"written to {png}")


_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_APPLY = click.option("--apply", is_flag=True, help="Make the changes; without it nothing is changed.")


@imports.command("products")
@_FILE
@_APPLY
@told
def import_products(file: Path, apply: bool) -> None:
    """Products with price, kind, promoted or not, and rates."""
    rows, parts = _sheet(file, products.COLUMNS), house()
    _end(steps.run(products.steps(rows, parts.operator_at), len(rows), apply=apply))


@imports.command("members")
@_FILE
@_APPLY
@told
def import_members(file: Path, apply: bool) -> None:
    """Which promoter is in which group."""
    rows, parts = _sheet(file, members.COLUMNS), house()
    _end(steps.run(members.steps(rows, parts.operator_at), len(rows), apply=apply))


@imports.command("orders")
@_FILE
@_APPLY
@click.option("--source", default="csv", show_default=True, help="Which system's orders they are.")
@told
def import_orders(file: Path, apply: bool, source: str) -> None:
    """What the order feed tells: payments, shipments, receipts, refunds, cancellations."""
    rows, parts = _sheet(file, orders.COLUMNS), house()
    found = orders.steps(rows, source, parts.operator, parts.feed)
    _end(steps.run(found, len(rows), apply=apply))


def _sheet(file: Path, columns: Sequence[Column]) -> tuple[Row, ...]:
    try:
        return read(file.read_bytes(), columns)
    except NoSheet as no:
        raise click.ClickException(f"{file.name}: {no}") from None


def _end(well: bool) -> None:
    sys.exit(0 if well else 1)


@outbox.command("list")
@told
def outbox_list() -> None:
    """What was given up, the newest first, and what the last try said."""
    parts = house()
    for row in parts.engine.post(parts.shop).dead(MOST_FINDINGS):
        what = "message" if row.person else "work"
        click.echo(
            f"{row.id}  {row.created_at.astimezone(BEIJING):%Y-%m-%d %H:%M}  {what} {row.kind}"
            f"  after {row.tries} tries: {row.why}"
        )


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
    click.echo(f"tried anew: {count}")


@demo.command("clock")
@click.argument("by")
@told
def demo_clock(by: str) -> None:
    """Move the demo's clock forward: +8d, +3h, +20m."""
    parts = house()
    if not parts.settings.on_sandbox:
        raise click.ClickException("the clock can be moved only with the sandbox")
    unit = {"d": "days", "h": "hours", "m": "minutes"}.get(by[-1:])
    number = by[:-1].removeprefix("+")
    if unit is None or not _NUMBER.fullmatch(number):
        raise click.ClickException("say how far, such as +8d, +3h or +20m")
    offset = moved(parts.engine, timedelta(**{unit: int(number)}))
    if offset is None:
        raise click.ClickException("the demo's clock goes at most ten years ahead")
    click.echo(f"it is now {(datetime.now(UTC) + offset).isoformat(timespec='seconds')}")


@click.command()
@click.option(
    "--head", "kept", help="A head kept outside, as HEX@SEQ: has the book's tail been cut off since?"
)
@told
def audit(kept: str) -> None:
    """Derive everything from the entries again and say what differs (查账)."""
    findings = _audited(house().engine)
    if kept:
        findings += _check_head(house().engine, kept)
    if findings:
        click.echo(f"the book does not balance: {findings} findings", err=True)
        sys.exit(1)
    click.echo("the book balances")


def _audited(engine: Engine) -> int:
    """Audit every shop, and say what was found; gives how much that is."""
    findings = 0
    for shop in engine.shops():
        reports = engine.at(shop, OPERATOR, "").reports
        length = reports.audit_length()
        with click.progressbar(length=length, label=shop, hidden=length < LONG, file=sys.stderr) as bar:
            found = reports.audit(bar.update)
        for finding in found.findings[:MOST_FINDINGS]:
            click.echo(f"DIFFERS  {finding}")
        if len(found.findings) > MOST_FINDINGS:
            click.echo(f"DIFFERS  … and {len(found.findings) - MOST_FINDINGS} more")
        click.echo(f"{shop}: {found.entries} entries, {found.orders} orders, {found.withdrawals} withdrawals")
        click.echo(f"{shop}: head {found.head}@{found.entries}, key {found.key_id}")
        findings += len(found.findings)
    return findings


def _check_head(engine: Engine, kept: str) -> int:
    match = _HEAD.fullmatch(kept)
    if not match:
        raise click.ClickException("a head is HEX@SEQ, as `flask audit` prints it")
    head, seq = match[1].lower(), int(match[2])
    if any(engine.at(shop, OPERATOR, "").reports.held(head, seq) for shop in engine.shops()):
        click.echo(f"the head that was kept after {seq} entries is in the book")
        return 0
    click.echo(f"DIFFERS  no book has this head after {seq} entries: its tail was cut off or written again")
    return 1


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@told
def backup(file: Path) -> None:
    """Copy the database to FILE while the bot runs, check the copy, print the heads."""
    _safe().backup(file, click.echo)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Replace the database that is there; it is kept aside.")
@told
def restore(file: Path, yes: bool) -> None:
    """Let the database hold what FILE does. Payouts are stopped until `flask payouts resume`."""
    _safe().restore(file, over=yes, say=click.echo)


def _safe() -> Safe:
    settings = house().settings
    return Safe(settings.database, settings.data_key)


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
        click.echo("payouts are not stopped")
        return
    click.echo(
        f"stopped since {stopped.since.astimezone(BEIJING):%Y-%m-%d %H:%M} Beijing time: {stopped.reason}"
    )
    if _audited(parts.engine):
        raise click.ClickException("the book does not balance: payouts stay stopped")
    answers = (*(_answer(one) for one in paid), *(Answer(one, "") for one in not_paid))
    told_of = {answer.code.upper() for answer in answers}
    for row in desk.unsettled():
        mark = "--" if row.code not in told_of else "ok"
        click.echo(
            f"{mark}  {row.code}  {row.amount}  {row.state.value}  {row.channel.value} {row.account_tail}"
        )
    if bool(besides) == nothing_besides:
        raise click.ClickException(
            "look into the payment apps' own lists from the time of the backup on. Answer each line with --paid or "
            "--not-paid, and payments that stand in none of them with --besides, else --nothing-besides"
        )
    parts.operator().reconciling.resume(answers, tuple(_outside(one) for one in besides))
    findings = _audited(parts.engine)
    click.echo("payouts go on" if not findings else "payouts go on, but the book does not balance")
    sys.exit(1 if findings else 0)


@payouts.command("stop")
@click.argument("reason")
@told
def payouts_stop(reason: str) -> None:
    """Let no new money leave the house until `flask payouts resume`; staff is told the REASON."""
    house().operator().reconciling.stop(reason)
    click.echo("payouts are stopped")


@settle.command("list")
@click.option("--to", metavar="2026-03-31", help="The last day that counts; yesterday if nothing is said.")
@click.option(
    "--csv", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write the list to a file."
)
@told
def settle_list(to: str | None, file: Path | None) -> None:
    """Whom the merchant owes how much for the period that ends with a day; books nothing."""
    desk = house().operator().bookings
    draft = desk.draft(_day(to) if to else None, 0, MOST_LINES)
    rows = [(line.code, called(line.name), str(line.amount).removeprefix("¥")) for line in draft.lines]
    if file:
        if file.exists():
            raise click.ClickException(f"{file} is there already")
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            written = csv.writer(out)
            written.writerow(("推荐码", "推广员", "金额"))
            written.writerows((code, _cell(name), amount) for code, name, amount in rows)
    else:
        for code, name, amount in rows:
            click.echo(f"{code}  {amount:>12}  {name}")
    since = f"from {draft.since.astimezone(BEIJING):%Y-%m-%d} " if draft.since else ""
    last = draft.until.astimezone(BEIJING) - timedelta(days=1)
    click.echo(f"{since}to {last:%Y-%m-%d}, that day counted: {draft.count} promoters, {draft.amount}")


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
    click.echo(f"{called(seen.name)} ({seen.code})")
    for name, before, after in (
        ("available", seen.before.available, seen.after.available),
        ("owed", seen.before.owed, seen.after.owed),
    ):
        click.echo(f"  {name:<10} {before} → {after}")
    if not yes:
        click.echo("nothing is changed yet: add --yes")
        return
    desk.adjustments.adjust(promoter.upper(), account, money, reason)
    click.echo("done, and the promoter is told")


def _signed(typed: str) -> Money:
    """An amount with its sign, which has to be said."""
    sign, amount = typed[:1], typed[1:]
    if sign not in ("+", "-"):
        raise click.ClickException("say + or - before the amount, such as +5 or -5")
    return Money.parse(amount) if sign == "+" else -Money.parse(amount)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise click.ClickException(f"{typed} is no day; write it as 2026-03-31") from None


def _cell(typed: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{typed}" if typed[:1] in "=+-@\t\r" else typed


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


@click.command()
def doctor() -> None:
    """Say what is connected, what is missing and what to do."""
    parts = house()
    bad = 0
    for name, check, help_ in _examinations(parts):
        try:
            problem = check()
        except Exception as error:  # noqa: BLE001  the doctor reports whatever it meets
            problem = f"{type(error).__name__}"
        bad += bool(problem)
        click.echo(f"{'--' if problem else 'ok'}  {name}" + (f": {problem}; {help_}" if problem else ""))
    sys.exit(1 if bad else 0)


def _examinations(parts: House) -> list[tuple[str, Callable[[], str], str]]:
    well = checks(parts)

    def is_well(name: str) -> Callable[[], str]:
        return lambda: "" if well[name]() else "not well"

    def schema_is_new() -> str:
        return "" if is_current(parts.engine.store.engine) else "the schema is old"

    def wechat_answers() -> str:
        parts.wechat.list_tags()
        return ""

    def outbox_flows() -> str:
        post = parts.engine.post(parts.shop)
        given_up = post.health().dead
        return f"{given_up} rows were given up, the last one: {_last(post.dead(1))}" if given_up else ""

    def facts_agree() -> str:
        conflicts = parts.operator().checking.count()
        return f"{conflicts} facts of orders were heard with two contents" if conflicts else ""

    def payouts_flow() -> str:
        stopped = parts.operator().reconciling.stopped()
        return f"stopped: {stopped.reason}" if stopped else ""

    def quotas_last() -> str:
        made = parts.operator().codes.permanent()
        used = [f"{one.call} {one.times} of {one.most} today" for one in parts.quotas.near()]
        if made >= MOST_PERMANENT * NEAR // 100:
            used.append(f"permanent QR codes {made} of {MOST_PERMANENT}")
        return ", ".join(used)

    def links_open() -> str:
        settings = parts.settings
        opens = settings.on_sandbox or settings.opens_in_wechat
        return "" if opens else "PUBLIC_URL is no https:// address with a domain, and WeChat opens no other"

    def has_owner() -> str:
        return "" if parts.operator().enrolling.has_owner() else "nobody is the owner yet"

    return [
        ("schema", schema_is_new, "run `flask db upgrade`"),
        ("database", is_well("database"), "look at DATABASE_URL"),
        ("redis", is_well("redis"), "look at REDIS_URL"),
        ("workers", is_well("workers"), "run `flask work messages` and `flask work pictures`"),
        ("tick", is_well("tick"), "run `flask tick`"),
        ("wechat", wechat_answers, "look at WECHAT_APP_ID, WECHAT_APP_SECRET and the account's IP whitelist"),
        (
            "outbox",
            outbox_flows,
            "look at `flask outbox list`, mend that, then run `flask outbox again --all`",
        ),
        ("order feed", facts_agree, "ask the shop which content is right; nothing was booked for the second"),
        ("payouts", payouts_flow, "run `flask payouts resume`"),
        (
            "quotas",
            quotas_last,
            "what is over it waits for tomorrow; no new permanent codes: temporary ones are made",
        ),
        (
            "links",
            links_open,
            f"enter {parts.settings.domain} in the account as 网页授权域名 and JS接口安全域名 (README, going live)",
        ),
        ("owner", has_owner, "run `flask merchant invite` and let the merchant scan it"),
    ]


def _last(rows: Sequence[Dead]) -> str:
    return ", ".join(f"{row.kind}: {row.why}" for row in rows)


@click.command()
def tick() -> None:
    """Be the clock hand: ring due rows, let commission mature. Several may run; one does the rounds."""
    start_logging()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    Tick(house()).run(stop)


@click.command()
@click.argument("queue", type=click.Choice(QUEUES))
def work(queue: str) -> None:
    """Be a worker of one queue: messages or pictures."""
    start_logging()
    parts = house()
    build_sender(parts)  # whatever is wrong with the settings is said now and not at the first job
    worker_of(queue, parts.patient_redis).work(with_scheduler=False, logging_level="WARNING")


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
