"""Commands of the operator: `flask …` (FLASK_APP is set in `.flaskenv`)."""

from __future__ import annotations

import re
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
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
from bot.doors.order_schema import published
from bot.jobs import build_sender
from bot.redis import GONE
from bot.settings import SettingsError, load
from bot.tick import Tick
from bot.wechat.errors import WeChatError
from bot.wechat.menus import publish
from bot.wiring import QUEUES, House, start_logging
from bot.worker import worker_of
from engine.errors import StoreError
from engine.people.authority import Role
from engine.store.setup import is_current, upgrade

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
    for group in (db, menu, merchant, demo):
        flask.cli.add_command(group)
    for command in (audit, doctor, tick, work, schema):
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
@told
def menu_publish() -> None:
    """Publish the menus of visitors, promoters and the merchant."""
    parts = house()
    rules = parts.operator().settings.now()
    changed = publish(
        parts.wechat, two_level=rules.pays_level2, recruiting=rules.programme and rules.recruiting
    )
    click.echo("the menus are published" if changed else "the menus are in force already")


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
@told
def audit() -> None:
    """Check the whole book against itself (查账)."""
    found = house().operator().reports.audit()
    for finding in found.findings:
        click.echo(f"DIFFERS  {finding}")
    click.echo(f"{found.entries} entries, head {found.head}, key {found.key_id}")
    if found.findings:
        click.echo(f"the book does not balance: {len(found.findings)} findings", err=True)
        sys.exit(1)
    click.echo("the book balances")


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
        health = parts.engine.post(parts.shop).health()
        return f"{health.dead} rows could not be sent" if health.dead else ""

    def facts_agree() -> str:
        conflicts = parts.operator().order_book.conflicts()
        return f"{conflicts} facts of orders were heard with two contents" if conflicts else ""

    def has_owner() -> str:
        return "" if parts.operator().enrolling.has_owner() else "nobody is the owner yet"

    return [
        ("schema", schema_is_new, "run `flask db upgrade`"),
        ("database", is_well("database"), "look at DATABASE_URL"),
        ("redis", is_well("redis"), "look at REDIS_URL"),
        ("workers", is_well("workers"), "run `flask work messages` and `flask work pictures`"),
        ("tick", is_well("tick"), "run `flask tick`"),
        ("wechat", wechat_answers, "look at WECHAT_APP_ID, WECHAT_APP_SECRET and the account's IP whitelist"),
        ("outbox", outbox_flows, "the log of the workers says why"),
        ("order feed", facts_agree, "ask the shop which content is right; nothing was booked for the second"),
        ("owner", has_owner, "run `flask merchant invite` and let the merchant scan it"),
    ]


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


@click.command()
@click.option("--write", is_flag=True, help="Write docs/order-events.schema.json.")
def schema(write: bool) -> None:
    """Print the order feed's JSON schema."""
    text = published()
    if write:
        Path("docs/order-events.schema.json").write_text(text)
    else:
        click.echo(text, nl=False)
