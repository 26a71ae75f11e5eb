"""Bugs, each a small change of behaviour put into the engine while a world is played: the simulation must find each.

`python -m tests.simulation.planted` prints the table of docs/proofs.md: what found it, by which seed, at which step.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from types import SimpleNamespace
from typing import Any

from greenlet import getcurrent
from sqlalchemy import or_, update

from engine import post
from engine.ledger import book
from engine.ledger.chart import Account
from engine.money import Money, Rate
from engine.orders import (
    archive,
    attribution,
    circumstances,
    commission,
    deciding,
    facts,
    intake,
    settling,
)
from engine.orders.attribution import Level, Standing
from engine.orders.events import Sold
from engine.payouts import asking, bookings, records
from engine.payouts.withdrawals import Withdrawals
from engine.people import accounts, authority
from engine.post import Post
from engine.programme import promoters, recruiting, settings
from engine.referrals import binding, handover, locks, moving
from engine.store import commands
from engine.store.prepared import Prepared
from engine.store.tables import commands as commands_table
from engine.store.tables import outbox as outbox_table
from engine.store.tables import withdrawals
from tests.simulation.play import habits_of, play
from tests.simulation.world import Broken

SEEDS = range(200)
FORCED = {
    "two levels although switched off": "levels",
    "the lock is read before the transaction": "rush",
    "a frozen promoter is paid": "freeze",
    "level 2 is paid by the group of level 1": "member",
    "the next chunk of a booking passes somebody by": "book",
    "who came since the wish is moved all the same": "transfer",
    "only a chunk of a leaver's downlines gets another upline": "terminate",
    "a promoter's older invitation is put before the owner's": "called",
    "a right that was taken away still counts": "rights",
}
"""Worlds in which this is done often are played first, and no list of seeds that any change would move."""
STEPS = 1_000

Patch = tuple[Any, str, Any]


def _refund_first_is_dropped() -> list[Patch]:
    keep = archive.keep

    def kept(tx: Any, order: Any, fact: Any) -> None:
        if isinstance(fact, facts.Refunded) and archive.facts_of(tx, order).paid is None:
            return
        keep(tx, order, fact)

    return [(archive, "keep", kept)]


def _refund_counts_twice() -> list[Patch]:
    keep, known, numbers = archive.keep, archive.known, count()

    def kept(tx: Any, order: Any, fact: Any) -> None:
        if isinstance(fact, facts.Refunded):
            fact = replace(fact, id=f"{fact.id}~{next(numbers)}")
        keep(tx, order, fact)

    return [
        (archive, "keep", kept),
        (
            archive,
            "known",
            lambda tx, order, mark: None if mark.kind == "refunded" else known(tx, order, mark),
        ),
        (intake, "deciding", SimpleNamespace(**{**vars(deciding), "book": _any_reference(numbers)})),
    ]


def _any_reference(numbers: Iterator[int]) -> Callable[..., Any]:
    honest = deciding.book
    return lambda tx, order, reference: honest(tx, order, f"{reference}~{next(numbers)}")


def _reference_is_not_looked_up() -> list[Patch]:
    log = commands._log

    def logged(tx: Any, reference: str, verb: str, digest: str, answer: Any) -> None:
        mine = (commands_table.c.reference == reference) & (commands_table.c.verb == verb)
        if not tx.run(commands_table.select().where(commands_table.c.shop_id == tx.shop, mine)).first():
            log(tx, reference, verb, digest, answer)

    return [(commands, "_heard_before", lambda *_args: (False, None)), (commands, "_log", logged)]


def _time_out_is_failure() -> list[Patch]:
    return [(Post, "failed", lambda post, row, why: post.died(row, why))]


def _marked_sent_before_sending() -> list[Patch]:
    claim = Post.claim

    def claimed(post: Post, row: Any) -> Any:
        mine = claim(post, row)
        if mine is not None:
            post.sent(mine)
        return mine

    return [(Post, "claim", claimed)]


def _claimed_without_compare_and_set() -> list[Patch]:
    open_ = or_(*(outbox_table.c.state == one for one in ("ready", "sending")))
    return [(post, "_CLAIM", Prepared(post._SENDING.where(open_)))]


def _new_bill_on_retry() -> list[Patch]:
    move = records.move

    def moved(tx: Any, row: Any, verb: str, **values: Any) -> None:
        move(tx, row, verb, **values)
        if verb == "put_back":
            tx.run(
                update(withdrawals)
                .where(withdrawals.c.shop_id == tx.shop, withdrawals.c.id == row.id)
                .values(bill=tx.ids.code(32))
            )

    return [(records, "move", moved)]


def _balance_checked_before() -> list[Patch]:
    request, able, check = Withdrawals.request, asking._able, asking._check_amount

    def asked(room: Any, amount: Money, payee: Any) -> Any:
        with room.at.store.read(room.at.shop, room.at.actor) as tx:
            check(tx, able(tx), amount)
        return request(room, amount, payee)

    return [
        (Withdrawals, "request", asked),
        (asking, "_able", promoters.earner),
        (asking, "_check_amount", lambda *_args: None),
    ]


def _lock_read_before() -> list[Patch]:
    hear, held_at = intake.Orders.hear, locks.held_at
    seen: dict[Any, Any] = {}

    def heard(room: Any, told: Any) -> Any:
        seen.pop(getcurrent(), None)
        if isinstance(told.fact, Sold) and told.fact.buyer.openid:
            with room.at.store.read(room.at.shop, room.at.actor) as tx:
                found = accounts.find(tx, "openid", told.fact.buyer.openid)
                seen[getcurrent()] = held_at(tx, found[0], told.fact.paid.at) if found else None
        return hear(room, told)

    def stale(tx: Any, person: Any, at: Any) -> Any:
        return seen[getcurrent()] if getcurrent() in seen else held_at(tx, person, at)

    return [
        (intake.Orders, "hear", heard),
        (circumstances, "locks", SimpleNamespace(**{**vars(locks), "held_at": stale})),
    ]


def _rounded_up() -> list[Patch]:
    return [(Rate, "of", lambda rate, amount: Money(-(-amount.fen * rate.bp // 10_000)))]


def _level2_needs_level1() -> list[Patch]:
    of_line = commission._of_line

    def both_or_none(*args: Any) -> Any:
        found = list(of_line(*args))
        return found if any(share.level == 1 and share.amount for share in found) else found[:1]

    return [(commission, "_of_line", both_or_none)]


def _debt_ignored_at_maturity() -> list[Patch]:
    def matured(_tx: Any, promoter: Any, amount: Money) -> Any:
        return book.Posting(promoter, Account.PENDING, -amount), book.Posting(
            promoter, Account.AVAILABLE, amount
        )

    return [(book, "matured", matured), (book, "_check_debt", lambda *_args: None)]


def _returned_beside_a_debt() -> list[Patch]:
    other = SimpleNamespace(
        **{
            **vars(book),
            "debt_first": lambda _tx, promoter, amount: (book.Posting(promoter, Account.AVAILABLE, amount),),
        }
    )
    return [(records, "book", other), (book, "_check_debt", lambda *_args: None)]


def _lives_at_its_end() -> list[Patch]:
    def live(row: Any, t: Any) -> bool:
        over = row.until is not None and t > row.until
        return row.start <= t and not over and (row.ended_at is None or t < row.ended_at or t == row.until)

    return [(binding.LockRow, "live", live)]


def _own_code_counts() -> list[Patch]:
    honest = attribution._why_no_code
    return [
        (
            attribution,
            "_why_no_code",
            lambda holder, _buyer, *, own, unknown: honest(holder, None, own=False, unknown=unknown),
        )
    ]


def _frozen_is_paid() -> list[Patch]:
    honest = attribution._first_level

    def paid(first: Any, why: Any, buyer: Any = None) -> Level:
        thawed = replace(first, standing=Standing.ACTIVE) if first.standing is Standing.FROZEN else first
        return honest(thawed, why, buyer)

    return [(attribution, "_first_level", paid)]


def _rates_of_today() -> list[Patch]:
    return [
        (
            circumstances,
            "settings",
            SimpleNamespace(**{**vars(settings), "as_of": lambda tx, _at: settings.current(tx)}),
        )
    ]


def _window_a_day_too_long() -> list[Patch]:
    honest = binding.visit_counts
    return [(binding, "visit_counts", lambda seen, paid, days: honest(seen, paid, days + bool(days)))]


def _level2_by_the_group_of_level1() -> list[Patch]:
    def terms(tx: Any, lines: Any, decision: Any, rules: Any, at: Any) -> Any:
        group = circumstances.group_of(tx, decision.level1.promoter, at)
        return circumstances.terms_of_groups(tx, lines, group, group, rules, at)

    return [(circumstances, "terms", terms)]


def _annulment_forgotten() -> list[Patch]:
    return [(locks, "annul", lambda *_args: None)]


def _unmature_forgotten() -> list[Patch]:
    return [(settling, "_unmature", lambda *_args: None)]


def _booking_passes_by() -> list[Patch]:
    honest = bookings._available

    def available(tx: Any, after: str = "", most: int | None = None) -> Any:
        return honest(tx, after, most)[1 if after else 0 :]

    return [(bookings, "_available", available)]


def _who_came_since_is_moved() -> list[Patch]:
    return [(moving, "_goes", lambda _tx, person, _wish, target: person != target.person)]


def _downlines_forgotten() -> list[Patch]:
    honest = handover._put_next

    def put_next(tx: Any, leaver: Any, n: int, part: Any, upline: str, after: str) -> None:
        if not after:
            honest(tx, leaver, n, part, upline, after)

    return [(handover, "_put_next", put_next)]


def _promoters_invitation_first() -> list[Patch]:
    honest = recruiting._by_merchant
    return [(recruiting, "_by_merchant", lambda tx: None if recruiting._last_invitation(tx) else honest(tx))]


def _two_levels_although_off() -> list[Patch]:
    honest = attribution._second_level
    return [
        (
            attribution,
            "_second_level",
            lambda first, buyer, *, two_level: honest(first, buyer, two_level=True),
        )
    ]


def _rights_remembered() -> list[Patch]:
    honest = authority.roles_of
    known: dict[Any, Any] = {}

    def remembered(tx: Any, person: Any) -> Any:
        known[tx.shop, person] = known.get((tx.shop, person), frozenset()) | honest(tx, person)
        return known[tx.shop, person]

    return [(authority, "roles_of", remembered)]


BUGS: dict[str, Callable[[], list[Patch]]] = {
    "a refund that comes first is dropped": _refund_first_is_dropped,
    "a refund told twice counts twice": _refund_counts_twice,
    "a reference is not looked up": _reference_is_not_looked_up,
    "a time-out is taken for a failure": _time_out_is_failure,
    "a row is marked sent before it is sent": _marked_sent_before_sending,
    "a row is claimed without compare-and-set": _claimed_without_compare_and_set,
    "a new bill number on retry": _new_bill_on_retry,
    "the balance is checked before the transaction": _balance_checked_before,
    "the lock is read before the transaction": _lock_read_before,
    "amounts are rounded up": _rounded_up,
    "level 2 is skipped where level 1 is 0": _level2_needs_level1,
    "a debt is ignored at maturity": _debt_ignored_at_maturity,
    "a withdrawal returned leaves the debt": _returned_beside_a_debt,
    "a lock lives at its end": _lives_at_its_end,
    "one's own code counts": _own_code_counts,
    "a frozen promoter is paid": _frozen_is_paid,
    "settings as of now, not as of the payment": _rates_of_today,
    "the visit window is a day too long": _window_a_day_too_long,
    "level 2 is paid by the group of level 1": _level2_by_the_group_of_level1,
    "a full refund does not annul the lock": _annulment_forgotten,
    "what matured too early is not taken back": _unmature_forgotten,
    "two levels although switched off": _two_levels_although_off,
    "the next chunk of a booking passes somebody by": _booking_passes_by,
    "who came since the wish is moved all the same": _who_came_since_is_moved,
    "only a chunk of a leaver's downlines gets another upline": _downlines_forgotten,
    "a promoter's older invitation is put before the owner's": _promoters_invitation_first,
    "a right that was taken away still counts": _rights_remembered,
}


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The engine with this bug."""
    patches = BUGS[name]()
    saved = [(owner, attribute, vars(owner)[attribute]) for owner, attribute, _ in patches]
    try:
        for owner, attribute, value in patches:
            setattr(owner, attribute, value)
        yield
    finally:
        for owner, attribute, value in saved:
            setattr(owner, attribute, value)


def hunt(name: str) -> Broken | None:
    """The first world that finds it."""
    with planted(name):
        for seed in sorted(SEEDS, key=lambda seed: FORCED.get(name, "") not in ("", *habits_of(seed))):
            try:
                play(seed, STEPS)
            except Broken as broken:
                return broken
    return None


def main() -> int:
    """Print the table; two processes hunt."""
    print("| planted | found by | seed | step |\n|---|---|---|---|", flush=True)
    missed = 0
    with ProcessPoolExecutor(2) as pool:
        for name, found in zip(BUGS, pool.map(_found, BUGS), strict=True):
            missed += not found
            print(f"| {name} | {found or '**missed** | |'} |", flush=True)
    return 1 if missed else 0


def _found(name: str) -> str:
    broken = hunt(name)
    return f"{broken.what.split(':')[0][:60]} | {broken.seed} | {broken.step}" if broken else ""


if __name__ == "__main__":
    sys.exit(main())
