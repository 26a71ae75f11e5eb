"""`flask doctor`: what is connected, what is missing and what to do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import click

from bot.app import checks
from bot.cli.manners import house
from bot.wechat.quotas import NEAR
from bot.wiring import House
from engine.outbox import Unsent
from engine.programme.codes import MOST_PERMANENT
from engine.store.setup import is_current


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


def _last(rows: Sequence[Unsent]) -> str:
    return ", ".join(f"{row.kind}: {row.why}" for row in rows)
