"""The orders against the book (查账): each commission derived again from facts and decision, and found posted."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Table, Text, func, select, type_coerce
from sqlalchemy.types import TypeDecorator

from engine.errors import EngineError
from engine.ids import OrderId
from engine.ledger.audit import Entry, Progress, Watch, quietly
from engine.ledger.chart import LEGAL, SHOP, Account, Move
from engine.money import Rate, total
from engine.orders import archive, attribution, commission
from engine.orders.archive import Identity
from engine.orders.attribution import Decision
from engine.orders.commission import LineTerms, Share
from engine.orders.due import SettleTerms, annulled_at, due_at
from engine.orders.events import Fact
from engine.orders.facts import Goods, Line, OrderFacts, refunded_by_line
from engine.orders.recount import Recount
from engine.programme import settings
from engine.store.base import Tx
from engine.store.columns import from_ms, to_ms
from engine.store.tables import commissions, locks, order_facts, order_lines, orders, reassignments

CHUNK = 500
_BOOKED = tuple(
    move
    for move, rule in LEGAL.items()
    if Account.PENDING in rule.lowers | rule.raises and move is not Move.ADJUST
)
"""The moves of commission: each of their entries belongs to an order."""
_NUMBERS = ("first_heard_at", "paid_at", "paid", "refunded", "excess_refund", "excess_discount")
_BROKEN = (EngineError, KeyError, ValueError, TypeError, AttributeError, OverflowError)
"""What reading a row raises that somebody wrote nonsense into."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """All that the database holds of one order."""

    row: Any
    facts: Sequence[Any]
    lines: Sequence[Any]
    commissions: Sequence[Any]
    reassigned: Sequence[Any]
    locks: Sequence[Any]
    """What it made, and what its refund reopened."""


@dataclass(frozen=True, slots=True)
class _Read:
    """The same, understood."""

    heard: Sequence[tuple[Any, Fact]]
    facts: OrderFacts
    decision: Decision | None
    terms: Mapping[int, LineTerms]
    kinds: Mapping[int, Goods]


class OrderAudit:
    """Watches the book's commission entries go past, then holds the orders against them."""

    def __init__(self) -> None:
        self._booked: dict[tuple[str, str], list[int]] = {}
        """By order and promoter: fen that the entries leave pending, and fen that have matured."""
        self._rules: dict[int | None, SettleTerms] = {}

    @property
    def watch(self) -> Watch:
        """The entries it wants to see."""
        return dict.fromkeys(_BOOKED, self._saw)

    def findings(self, tx: Tx, progress: Progress = quietly) -> list[str]:
        """Everything that differs, after the book was walked."""
        found: list[str] = []
        recount = Recount(tx)
        last = ""
        while page := tx.run(_wanted().where(orders.c.shop_id == tx.shop, orders.c.id > last)).all():
            for stored in _pages(tx, page):
                found += [f"order {stored.row.code}: {one}" for one in self._of(tx, stored)]
                recount.add(stored.row, stored.commissions)
            last = page[-1].id
            progress(len(page))
        found += [
            f"the book pays {promoter} for order {order}, of which there is no commission"
            for order, promoter in self._booked
        ]
        return found + recount.findings(tx)

    def _saw(self, entry: Entry) -> None:
        order = _order_in(entry.note)
        for owner, account, amount in entry.lines:
            if owner != SHOP:
                sums = self._booked.setdefault((order, owner), [0, 0])
                sums[account != Account.PENDING.value] += amount

    def _of(self, tx: Tx, stored: _Stored) -> Iterable[str]:
        yield from self._check_book(stored)
        try:
            read = _read(stored)
            yield from _check_facts(tx, stored.row.id, read)
            yield from _check_row(stored.row, read.facts, read.decision)
            yield from _check_lines(stored, read.facts)
            yield from _check_reassigned(stored)
            yield from self._check_lock(tx, stored, read)
            yield from self._check_commissions(tx, stored, read)
        except _BROKEN as error:
            yield f"what is stored of it cannot be read ({type(error).__name__})"

    def _check_book(self, stored: _Stored) -> Iterable[str]:
        """Per promoter, what the entries left pending and what they matured are his commissions by state."""
        kept: dict[str, list[int]] = {}
        for row in stored.commissions:
            kept.setdefault(row.promoter_id, [0, 0])[row.state == "available"] += row.amount
        for promoter, sums in kept.items():
            booked = self._booked.pop((stored.row.id, promoter), [0, 0])
            if booked != sums:
                yield (
                    f"the book has {booked[0]} pending and {booked[1]} matured for {promoter}, "
                    f"the commissions say {sums[0]} and {sums[1]}"
                )

    def _check_commissions(self, tx: Tx, stored: _Stored, read: _Read) -> Iterable[str]:
        shares = commission.shares(read.facts, read.decision, read.terms) if read.decision else ()
        due = {(share.line, share.level, share.promoter): share for share in shares if share.amount}
        kept = {(row.line, row.level, row.promoter_id): row for row in stored.commissions if row.amount}
        for key in sorted(due.keys() | kept.keys()):
            share, row = due.get(key), kept.get(key)
            if _of_share(share) != _of_row(row):
                yield f"line {key[0]} pays {key[2]} on level {key[1]} {_of_row(row)}, the rules say {_of_share(share)}"
        dues = self._dues(tx, stored.row.settings_version, read) if stored.commissions else {}
        lines = {line.number: line for line in (read.facts.paid.lines if read.facts.paid else ())}
        for row in stored.commissions:
            yield from _check_time(row, dues.get(row.line))
            yield from _check_taken_back(row, lines.get(row.line))

    def _dues(self, tx: Tx, version: int, read: _Read) -> Mapping[int, datetime | None]:
        """When each line falls due by the rules of its order's time."""
        lines, terms = (read.facts.paid.lines if read.facts.paid else ()), self._settle(tx, version)
        return {line.number: due_at(line, read.kinds[line.number], read.facts, terms) for line in lines}

    def _check_lock(self, tx: Tx, stored: _Stored, read: _Read) -> Iterable[str]:
        """The lock that the decision names runs from the payment on, and is void since the whole order's refund."""
        made = [lock for lock in stored.locks if lock.made_by == "order"]
        kept = {(lock.promoter_id, lock.start, lock.void_from) for lock in made}
        said = set()
        if read.facts.paid and read.decision:
            terms = self._settle(tx, stored.row.settings_version)
            void, start = annulled_at(read.facts, read.kinds, terms), read.facts.paid.at
            void_from = None if void is None else to_ms(max(void, start))
            said = {(one, to_ms(start), void_from) for one in _locked_to(stored, made, read.decision)}
        if kept != said:
            yield f"its lock is kept as {_of_locks(kept)}, the rules say {_of_locks(said)}"

    def _settle(self, tx: Tx, version: int) -> SettleTerms:
        if version not in self._rules:
            rules = settings.version(tx, version)
            self._rules[version] = SettleTerms(rules.settle_mode, rules.settle_days)
        return self._rules[version]


def count(tx: Tx) -> int:
    """How many orders there are."""
    found: int = tx.run(
        select(func.count()).select_from(orders).where(orders.c.shop_id == tx.shop)
    ).scalar_one()
    return found


def _order_in(note: str) -> str:
    try:
        return str(json.loads(note)["order"])
    except (ValueError, KeyError, TypeError):
        return "nobody names"


def _wanted() -> Any:
    return (
        select(
            orders.c.id, orders.c.code, orders.c.settings_version, orders.c.level1, orders.c.level2, orders.c.payment,
            *(type_coerce(orders.c[name], BigInteger).label(name) for name in _NUMBERS),
            type_coerce(orders.c.decision, Text).label("decision"),
        )
        .order_by(orders.c.id)
        .limit(CHUNK)
    )  # fmt: skip


def _pages(tx: Tx, page: Sequence[Any]) -> Iterable[_Stored]:
    """Everything below the orders of one page, fetched by the page and not by the order."""
    below = [_below(tx, table, page) for table in (order_facts, order_lines, commissions, reassignments)]
    below.append(_below(tx, locks, page, "cause"))
    for row in page:
        yield _Stored(row, *(rows[row.id] for rows in below))


def _below(tx: Tx, table: Table, page: Sequence[Any], by: str = "order_id") -> dict[str, list[Any]]:
    """The rows of a table by order, in the order of their key; amounts, instants and JSON as they are kept."""
    found: dict[str, list[Any]] = defaultdict(list)
    columns = [type_coerce(column, _raw(column.type)).label(column.name) for column in table.c]
    for row in tx.run(
        select(*columns)
        .where(table.c.shop_id == tx.shop, table.c[by].between(page[0].id, page[-1].id))
        .order_by(*table.primary_key.columns)
    ):
        found[getattr(row, by)].append(row)
    return found


def _raw(kind: Any) -> Any:
    return kind.impl if isinstance(kind, TypeDecorator) else kind


def _read(stored: _Stored) -> _Read:
    heard = [(row, archive.read(row.kind, json.loads(row.content))) for row in stored.facts]
    heard.sort(key=lambda one: (one[0].at, one[0].kind, one[0].fact_id))
    decision = json.loads(stored.row.decision) if stored.row.decision else None
    return _Read(
        heard,
        archive.gathered([fact for _, fact in heard]),
        attribution.from_json(decision) if decision else None,
        {row.line: archive.line_terms(row) for row in stored.lines},
        {row.line: Goods(row.kind) for row in stored.lines},
    )


def _check_facts(tx: Tx, order: OrderId, read: _Read) -> Iterable[str]:
    """A fact is the one that was heard: by the keyed hash of its text, and by what it is filed under."""
    for row, fact in read.heard:
        filed = archive.identity(fact) == Identity(row.kind, row.fact_id) and archive.at_of(fact) == from_ms(
            row.at
        )
        if not filed or archive.fingerprint_of(tx, order, row.kind, row.content) != row.content_hash:
            yield f"the fact {row.kind} {row.fact_id} was changed"


def _check_row(row: Any, facts: OrderFacts, decision: Decision | None) -> Iterable[str]:
    spread = refunded_by_line(facts)
    paid = total(line.paid for line in facts.paid.lines).fen if facts.paid else None
    refunded = total(spread.lines.values()).fen
    if (row.paid, row.refunded, row.excess_refund) != (paid, refunded, spread.excess.fen):
        yield (
            f"kept as paid {row.paid}, refunded {row.refunded} and {row.excess_refund} too much, "
            f"the facts say {paid}, {refunded} and {spread.excess.fen}"
        )
    if row.refunded > (row.paid or 0):
        yield f"{row.refunded} were refunded of {row.paid or 0}"
    when, how = (facts.paid.at, facts.paid.payment.value) if facts.paid else (None, None)
    kept_at = None if row.paid_at is None else from_ms(row.paid_at)
    if (kept_at, row.payment) != (when, how):
        yield f"kept as paid at {kept_at} by {row.payment}, the facts say {when} by {how}"
    paid_to = (decision.level1.promoter, decision.level2.promoter) if decision else (None, None)
    if (row.level1, row.level2) != paid_to:
        yield f"it is listed for {row.level1} and {row.level2}, the decision says {paid_to[0]} and {paid_to[1]}"


def _check_lines(stored: _Stored, facts: OrderFacts) -> Iterable[str]:
    lines = facts.paid.lines if facts.paid else ()
    kinds = {row.line: row.kind for row in stored.lines}
    kept = {
        row.line: (
            row.sku, row.title, row.kind, row.quantity, row.paid, row.level1_discount,
            None if row.service_at is None else from_ms(row.service_at),
        )
        for row in stored.lines
    }  # fmt: skip
    said = {
        line.number: (
            line.sku, line.title, line.kind.value if line.kind else kinds.get(line.number), line.quantity,
            line.paid.fen, line.level1_discount.fen, line.service_at,
        )
        for line in lines
    }  # fmt: skip
    for number in sorted(kept.keys() | said.keys()):
        if kept.get(number) != said.get(number):
            yield f"line {number} is kept as {kept.get(number)}, the facts say {said.get(number)}"
    above = [row.excess_discount for row in stored.lines]
    if stored.row.excess_discount != sum(above):
        yield f"{stored.row.excess_discount} were taken off above the rule, its lines say {sum(above)}"
    if any(not 0 <= row.excess_discount <= row.level1_discount for row in stored.lines):
        yield f"of a line more was taken off above the rule ({above}) than at all"


def _check_time(row: Any, due: datetime | None) -> Iterable[str]:
    name = f"line {row.line} of {row.promoter_id} on level {row.level}"
    if (row.state == "available") != (row.matured_at is not None):
        yield f"{name} is {row.state} and matured at {row.matured_at}"
    kept = None if row.due_at is None else from_ms(row.due_at)
    if kept != due:
        yield f"{name} is due {kept}, the rules say {due}"


def _check_taken_back(row: Any, line: Line | None) -> Iterable[str]:
    gone = Rate(row.rate).of(line.base).fen - row.amount if line else 0
    if row.taken_back != gone:
        name = f"line {row.line} of {row.promoter_id} on level {row.level}"
        yield f"{row.taken_back} were taken back of {name}, the facts say {gone}"


def _check_reassigned(stored: _Stored) -> Iterable[str]:
    if stored.reassigned:
        last = json.loads(stored.reassigned[-1].after)
        if last != json.loads(stored.row.decision or "null"):
            yield "its decision is not the one that it was last given"


def _locked_to(stored: _Stored, made: Sequence[Any], decision: Decision) -> Iterable[str]:
    """Whom the order locked its buyer to; 归属 touches no lock, so that there the first decision's stands."""
    if any(one.how == "assigned" for one in stored.reassigned):
        return {lock.promoter_id for lock in made}
    return {decision.locks_to} if decision.locks_to else set()


def _of_locks(locks: Iterable[tuple[str, int, int | None]]) -> str:
    said = [
        f"{promoter} from {from_ms(start)}{f', void from {from_ms(void)}' if void else ''}"
        for promoter, start, void in sorted(locks)
    ]
    return " and ".join(said) or "nothing"


def _of_share(share: Share | None) -> str:
    return f"{share.amount.fen} ({share.rate.bp} bp of {share.base.fen})" if share else "nothing"


def _of_row(row: Any) -> str:
    return f"{row.amount} ({row.rate} bp of {row.base})" if row else "nothing"
