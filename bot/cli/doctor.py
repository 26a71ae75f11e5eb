"""`flask doctor`: what is connected, what is missing and what to do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click

from bot.app import checks
from bot.cli.manners import house
from bot.lines import say
from bot.wechat.errors import WeChatRefused
from bot.wechat.menus import changes
from bot.wechat.quotas import NEAR
from bot.wechat.roles import MERCHANT, PROMOTER
from bot.wechat.templates import misfit
from bot.wiring import House
from engine.post import Unsent
from engine.programme.codes import MOST_PERMANENT
from engine.store.setup import is_current
from handlers.templates import Event


@dataclass(frozen=True, slots=True)
class Examination:
    """One thing that is looked at: what is wrong with it, if anything, and what to do then."""

    name: str
    problem: Callable[[House], str]
    help: str
    advice: bool = False
    """It runs without; it would be better with."""
    needs: tuple[str, ...] = ()
    """What has to be well before this can be looked at."""


@click.command()
def doctor() -> None:
    """Say what is connected, what is missing and what to do: ok, -- mend this, .. better mend this, ?? wait."""
    parts = house()
    ill: set[str] = set()
    for each in EXAMINATIONS:
        first = next((name for name in each.needs if name in ill), "")
        problem = "" if first else _problem(each, parts)
        if first or (problem and not each.advice):
            ill.add(each.name)
        mark = "??" if first else "ok" if not problem else ".." if each.advice else "--"
        help_ = each.help.format(domain=parts.settings.domain)
        told = (
            f": not looked at before {first} is well" if first else f": {problem}; {help_}" if problem else ""
        )
        say(f"{mark}  {each.name}{told}")
    sys.exit(1 if ill else 0)


def _problem(each: Examination, parts: House) -> str:
    try:
        return each.problem(parts)
    except WeChatRefused as refused:
        return str(refused)
    except Exception as error:  # noqa: BLE001  the doctor reports whatever it meets
        return type(error).__name__


def _is_well(name: str) -> Callable[[House], str]:
    return lambda parts: "" if checks(parts)[name]() else "not well"


def _database(parts: House) -> str:
    with parts.engine.store.engine.connect():
        return ""


def _schema(parts: House) -> str:
    return "" if is_current(parts.engine.store.engine) else "the schema is old"


def _data_key(parts: House) -> str:
    ours = parts.engine.is_of_our_key(parts.shop)
    return "" if ours else "the database was written with another DATA_KEY"


def _wechat(parts: House) -> str:
    parts.wechat.list_tags()
    return ""


def _outbox(parts: House) -> str:
    post = parts.engine.post(parts.shop)
    given_up = post.health().dead
    return f"{given_up} rows were given up, the last one: {_last(post.dead(1))}" if given_up else ""


def _orders_agree(parts: House) -> str:
    conflicts = parts.operator().checking.count()
    return f"{conflicts} facts of orders were heard with two contents" if conflicts else ""


def _orders_come(parts: House) -> str:
    return "" if parts.operator().order_book.all(0, 1) else "no order was ever heard"


def _secrets(parts: House) -> str:
    count = len(parts.settings.webhook_secrets)
    return f"{count} secrets open the order feed" if count > 1 else ""


def _payouts(parts: House) -> str:
    stopped = parts.operator().reconciling.stopped()
    return f"stopped: {stopped.reason}" if stopped else ""


def _quotas(parts: House) -> str:
    made = parts.operator().codes.permanent()
    used = [f"{one.call} {one.times} of {one.most} today" for one in parts.quotas.near()]
    if made >= MOST_PERMANENT * NEAR // 100:
        used.append(f"permanent QR codes {made} of {MOST_PERMANENT}")
    return ", ".join(used)


def _menus(parts: House) -> str:
    differ = changes(parts.wechat, parts.operator().settings.now())
    return (
        f"not as it should be for {', '.join(one.tag or 'everybody else' for one in differ)}"
        if differ
        else ""
    )


def _tags(parts: House) -> str:
    names = {tag.name for tag in parts.wechat.list_tags()}
    return ", ".join(f"there is no tag {name}" for name in (PROMOTER, MERCHANT) if name not in names)


def _templates_set(parts: House) -> str:
    missing = [_setting(event) for event in Event if event not in parts.settings.templates]
    return f"{', '.join(missing)} not set" if missing else ""


def _templates_fit(parts: House) -> str:
    ours = parts.settings.templates
    theirs = parts.wechat.list_templates() if ours else {}
    found = ((_setting(event), misfit(template, theirs)) for event, template in ours.items())
    return ", ".join(f"{name}: {why}" for name, why in found if why)


def _shop_link(parts: House) -> str:
    return "" if parts.settings.shop_url_template else "SHOP_URL_TEMPLATE is not set"


def _links(parts: House) -> str:
    settings = parts.settings
    opens = settings.on_sandbox or settings.opens_in_wechat
    return "" if opens else "PUBLIC_URL is no https:// address with a domain, and WeChat opens no other"


def _owner(parts: House) -> str:
    return "" if parts.operator().enrolling.has_owner() else "nobody is the owner yet"


def _setting(event: Event) -> str:
    return f"WECHAT_TEMPLATE_{event.value.upper()}"


def _last(rows: Sequence[Unsent]) -> str:
    return ", ".join(f"{row.kind}: {row.why}" for row in rows)


EXAMINATIONS = (
    Examination("database", _database, "look at DATABASE_URL; `flask db upgrade` makes a SQLite file"),
    Examination("schema", _schema, "run `flask db upgrade`", needs=("database",)),
    Examination(
        "data key",
        _data_key,
        "stop all processes and set the one that belongs to it: with this one nobody is known again",
        needs=("schema",),
    ),
    Examination("redis", _is_well("redis"), "look at REDIS_URL"),
    Examination(
        "workers",
        _is_well("workers"),
        "run `flask work messages` and `flask work pictures`",
        needs=("redis",),
    ),
    Examination("tick", _is_well("tick"), "run `flask tick`", needs=("schema",)),
    Examination(
        "wechat",
        _wechat,
        "look at WECHAT_APP_ID, WECHAT_APP_SECRET and the account's IP whitelist",
        needs=("schema",),
    ),
    Examination(
        "outbox",
        _outbox,
        "look at `flask outbox list`, mend that, then run `flask outbox again --all`",
        needs=("schema",),
    ),
    Examination(
        "order feed",
        _orders_agree,
        "ask the shop which content is right; nothing was booked for the second",
        needs=("schema",),
    ),
    Examination(
        "orders",
        _orders_come,
        "tell the shop PUBLIC_URL/orders/events and ORDER_WEBHOOK_SECRET (docs/orders.md), or `flask import orders`",
        advice=True,
        needs=("schema",),
    ),
    Examination(
        "order secret", _secrets, "take the old ones out once the shop signs with the new one", advice=True
    ),
    Examination("payouts", _payouts, "run `flask payouts resume`", needs=("schema",)),
    Examination(
        "quotas",
        _quotas,
        "what is over it waits for tomorrow; no new permanent codes: temporary ones are made",
        needs=("schema", "redis"),
    ),
    Examination("tags", _tags, "run `flask menu publish`", needs=("wechat",)),
    Examination(
        "menus", _menus, "run `flask menu publish`, which shows the difference first", needs=("wechat",)
    ),
    Examination(
        "templates",
        _templates_fit,
        "name a template of the account and all of its fields (广告与服务 → 模板消息, docs/templates.md)",
    ),
    Examination(
        "closed windows",
        _templates_set,
        "whom no window is open to hears of these at his next contact only (docs/templates.md)",
        advice=True,
    ),
    Examination(
        "links",
        _links,
        "enter {domain} in the account as 网页授权域名 and JS接口安全域名 (README, going live)",
    ),
    Examination(
        "shop link",
        _shop_link,
        "name the shop's address with {{code}} and {{sku}}; until then a 推广链接 ends on a page of ours",
        advice=True,
    ),
    Examination(
        "owner", _owner, "run `flask merchant invite` and let the merchant scan it", needs=("schema",)
    ),
)
