"""What must hold: cheap looks after each commit, and the oracle's figures against the engine's."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from engine.outbox import DEAD_AFTER, MOST_TRIES
from engine.referrals import locks
from engine.store.actors import SYSTEM
from engine.store.columns import from_ms

if TYPE_CHECKING:
    from tests.simulation.world import World


PATIENCE = DEAD_AFTER // timedelta(milliseconds=1)


def cheap(world: World) -> str:
    """After each commit: the book sums to zero, no account has the wrong sign, one open withdrawal each."""
    total, wrong = world.rows(
        "SELECT sum(amount), sum(CASE WHEN account IN ('debt', 'expense') THEN amount > 0"
        " WHEN account = 'adjustment' THEN 0 ELSE amount < 0 END) FROM balances"
    )[0]
    if total or wrong:
        return f"the balances sum to {total}, {wrong} have the wrong sign"
    both = world.rows(
        "SELECT a.owner FROM balances a JOIN balances b ON a.owner = b.owner"
        " WHERE a.account = 'available' AND a.amount > 0 AND b.account = 'debt' AND b.amount < 0"
    )
    if both:
        return f"{both[0][0]} has money available and owes"
    return next(iter(_withdrawals(world)), "")


def compare(world: World) -> list[str]:
    """The engine's commissions, balances, locks and withdrawals against the oracle's and the world's."""
    found = _differences("commission", world.oracle.orders.commissions(), _commissions(world))
    found += _differences("balance", _flat(world.oracle.accounts.balances()), _flat(_balances(world)))
    found += _differences("standing", world.oracle.people.standings(), _standings(world))
    found += _differences("lock", world.oracle.locks.holders(world.now), _holders(world))
    return found + _withdrawals(world) + _unentitled(world)


def sent_is_sent(world: World) -> str:
    """At rest: what counts as sent really went out, and nothing was given up."""
    for row, state, tries, done_at, created_at in world.rows(
        "SELECT id, state, tries, done_at, created_at FROM outbox"
    ):
        if state == "sent" and row not in world.sent:
            return f"row {row} counts as sent and never went out"
        if state == "dead" and tries < MOST_TRIES and done_at - created_at <= PATIENCE:
            return f"row {row} was given up after {tries} tries"
    for table, open_one in (("moves", "done_at IS NULL"), ("bookings", "state = 'running'")):
        if world.rows(f"SELECT 1 FROM {table} WHERE {open_one}"):  # noqa: S608
            return f"something of {table} was begun and never ended"
    if world.oracle.people.leaving:
        return f"downlines were never handed over: {sorted(world.oracle.people.leaving)}"
    paid = dict(world.rows("SELECT code, amount FROM withdrawals WHERE state = 'paid'"))
    if paid != world.money_sent:
        return f"the book paid {paid}, the merchant {world.money_sent}"
    return ""


def _commissions(world: World) -> dict[tuple[str, int, int, str], int]:
    rows = world.rows(
        "SELECT o.number, c.line, c.level, p.person_id, c.amount FROM commissions c"
        " JOIN orders o ON o.id = c.order_id JOIN promoters p ON p.id = c.promoter_id WHERE c.amount <> 0"
    )
    return {(number, line, level, world.names[who]): amount for number, line, level, who, amount in rows}


def _balances(world: World) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for person, account, amount in world.rows(
        "SELECT p.person_id, b.account, b.amount FROM balances b LEFT JOIN promoters p ON p.id = b.owner"
        " WHERE b.amount <> 0"
    ):
        found[world.names[person] if person else "shop"][account] = amount
    return found


def _standings(world: World) -> dict[str, tuple[str, str | None, str | None]]:
    rows = world.rows("SELECT person_id, status, upline, group_id FROM promoters")
    return {
        world.names[person]: (status, world.name_of(upline), group) for person, status, upline, group in rows
    }


def _holders(world: World) -> dict[str, str]:
    found = {}
    with world.engine.store.read(world.shop, SYSTEM) as tx:
        for (person,) in world.rows("SELECT DISTINCT person_id FROM locks"):
            live = locks.live_at(tx, person, from_ms(world.now))
            if live:
                found[world.names[person]] = str(world.name_of(live.promoter))
    return found


def _withdrawals(world: World) -> list[str]:
    """A bill number is a withdrawal's for ever."""
    found = []
    for code, bill in world.rows("SELECT code, bill FROM withdrawals"):
        if world.bills.setdefault(code, bill) != bill:
            found.append(f"withdrawal {code} got another bill number")
    return found


def _unentitled(world: World) -> list[str]:
    """Who did what he had no right to at that moment."""
    staff = world.oracle.staff
    return [
        f"right: {world.names[actor]} did {verb} at {at} as {staff.roles[world.names[actor]]}"
        for verb, actor, at in world.rows("SELECT verb, actor, at FROM commands ORDER BY at")
        if world.names.get(actor) in staff.roles and not staff.may(world.names[actor], verb, at)
    ]


def _flat(accounts: dict[str, dict[str, int]]) -> dict[tuple[str, str], int]:
    return {(who, account): amount for who, held in accounts.items() for account, amount in held.items()}


def _differences(what: str, expected: dict, found: dict) -> list[str]:  # type: ignore[type-arg]
    return [
        f"{what} {key}: the rules say {expected.get(key)}, the engine {found.get(key)}"
        for key in sorted(expected.keys() | found.keys(), key=str)
        if expected.get(key) != found.get(key)
    ]
