"""推广明细: every commission, withdrawal, booking and adjustment with its state, newest first.

Five streams, each read by its own index from where the last page ended, are merged into one list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, exists, literal, select, tuple_
from sqlalchemy import text as sql

from engine.ids import PromoterId
from engine.ledger.chart import SHOP, Account
from engine.money import ZERO, Money, total
from engine.payouts.states import OPEN, State
from engine.people.names import Name
from engine.programme import promoters
from engine.store.base import Tx
from engine.store.columns import from_ms, to_ms
from engine.store.commands import Room, question
from engine.store.tables import (
    booking_lines,
    bookings,
    commissions,
    entries,
    orders,
    postings,
    withdrawals,
)


class Kind(Enum):
    """What a line tells of; at one instant they stand in this order."""

    COMMISSION = "commission"
    """佣金 of an order, all its lines together."""
    REWARD = "reward"
    """邀请奖励 of an order."""
    WITHDRAWAL = "withdrawal"
    BOOKING = "booking"
    """A line of an offline settlement."""
    ADJUSTMENT = "adjustment"


class Standing(Enum):
    """Where the money of a line stands."""

    PENDING = "pending"
    """待结算"""
    AVAILABLE = "available"
    """已结算; whether it was withdrawn or booked since, says the withdrawal or the booking."""
    TAKEN_BACK = "taken_back"
    """已扣回: at least a part of the commission went back with a refund."""
    WITHDRAWING = "withdrawing"
    """提现中"""
    PAID = "paid"
    """已打款, or booked as settled."""
    RETURNED = "returned"
    """A withdrawal that was rejected or cancelled."""
    ADJUSTED = "adjusted"


Place = tuple[datetime, Kind, str]
"""Where a page ended: instant, kind and the key of the line."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One line."""

    kind: Kind
    at: datetime
    key: str
    promoter: PromoterId
    code: str
    """His 推荐码."""
    name: Name
    amount: Money
    taken_back: Money
    """What a refund took of a commission."""
    standing: Standing
    number: str
    """单号 of the order, withdrawal or booking; of an adjustment, its reason."""
    state: State | None = None
    """Of a withdrawal."""

    @property
    def place(self) -> Place:
        return self.at, self.kind, self.key


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: of one promoter, of one standing, of a time, of some kinds."""

    promoter: PromoterId | None = None
    standing: Standing | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Exclusive."""
    kinds: frozenset[Kind] = frozenset(Kind)


MONEY_OUT = frozenset({Kind.WITHDRAWAL, Kind.BOOKING, Kind.ADJUSTMENT})
"""提现记录 of a promoter: whatever moved his money but an order."""


class Details(Room):
    """Reading the list."""

    @question
    def page(self, tx: Tx, wanted: Wanted, after: Place | None, most: int) -> tuple[Detail, ...]:
        """The next lines after a place."""
        return _page(tx, wanted, after, most)

    @question
    def mine(self, tx: Tx, after: Place | None, most: int) -> tuple[Detail, ...]:
        """The actor's withdrawals, bookings and adjustments (提现记录)."""
        me = promoters.earner(tx)
        return _page(tx, Wanted(me.id, kinds=MONEY_OUT), after, most)


def in_words(place: Place) -> str:
    """A place as one word, for whoever has to remember it."""
    at, kind, key = place
    return f"{to_ms(at)}:{kind.value}:{key}"


def place_in(kept: str) -> Place | None:
    """The place that the word means; None for no word."""
    if not kept:
        return None
    at, kind, key = kept.split(":", 2)
    return from_ms(int(at)), Kind(kind), key


def _page(tx: Tx, wanted: Wanted, after: Place | None, most: int) -> tuple[Detail, ...]:
    found = [
        line
        for kind in Kind
        if kind in wanted.kinds and _may_stand(kind, wanted.standing)
        for line in _STREAMS[kind](tx, wanted, kind, after, most)
    ]
    # Lines of one kind stay in the order in which their stream gave them: the databases compare keys.
    found.sort(key=lambda line: _RANK[line.kind])
    found.sort(key=lambda line: line.at, reverse=True)
    return tuple(found[:most])


_RANK = {kind: rank for rank, kind in enumerate(Kind)}
_STANDINGS: dict[Kind, frozenset[Standing]] = {
    Kind.COMMISSION: frozenset({Standing.PENDING, Standing.AVAILABLE, Standing.TAKEN_BACK}),
    Kind.REWARD: frozenset({Standing.PENDING, Standing.AVAILABLE, Standing.TAKEN_BACK}),
    Kind.WITHDRAWAL: frozenset({Standing.WITHDRAWING, Standing.PAID, Standing.RETURNED}),
    Kind.BOOKING: frozenset({Standing.PAID}),
    Kind.ADJUSTMENT: frozenset({Standing.ADJUSTED}),
}


def _may_stand(kind: Kind, standing: Standing | None) -> bool:
    return standing is None or standing in _STANDINGS[kind]


def _within(wanted: Wanted, kind: Kind, after: Place | None, at: Any, *keys: Any) -> Iterable[Any]:
    """The conditions of time: the period wanted, and older than the place. `keys` make the line's key."""
    if wanted.since:
        yield at >= wanted.since
    if wanted.until:
        yield at < wanted.until
    if after is None:
        return
    instant, shown, key = after
    if shown is kind:
        yield tuple_(at, *keys) < tuple_(literal(instant, at.type), *key.split("/"))
    else:
        yield at < instant if _RANK[kind] < _RANK[shown] else at <= instant


# -- commissions -----------------------------------------------------------------------------------

_OTHER = commissions.alias()
_LEVELS = {Kind.COMMISSION: 1, Kind.REWARD: 2}


def _commissions(tx: Tx, wanted: Wanted, kind: Kind, after: Place | None, most: int) -> list[Detail]:
    """One line for an order and a recipient: the first of its lines stands for all of them."""
    one = commissions.c
    rows = tx.run(
        select(one.order_id, one.level, one.promoter_id, one.accrued_at)
        .where(
            one.shop_id == tx.shop,
            one.level == _LEVELS[kind],
            *_first(wanted.standing),
            *([one.promoter_id == wanted.promoter] if wanted.promoter else []),
            *_standing(wanted.standing),
            *_within(wanted, kind, after, one.accrued_at, one.order_id, one.promoter_id),
        )
        .order_by(one.accrued_at.desc(), one.order_id.desc(), one.promoter_id.desc())
        .limit(most)
    ).all()
    lines = _lines(tx, [row.order_id for row in rows])
    return [_commission(tx, kind, row, lines[row.order_id, row.level, row.promoter_id]) for row in rows]


def _lines(tx: Tx, page: Sequence[str]) -> dict[tuple[str, int, str], list[Any]]:
    """The commissions of these orders with their lines, by order, level and promoter."""
    found: dict[tuple[str, int, str], list[Any]] = defaultdict(list)
    rows = tx.run(
        select(
            commissions.c.order_id, commissions.c.level, commissions.c.promoter_id, commissions.c.amount,
            commissions.c.state, commissions.c.taken_back, orders.c.code,
        )
        .join(orders, (orders.c.shop_id == commissions.c.shop_id) & (orders.c.id == commissions.c.order_id))
        .where(commissions.c.shop_id == tx.shop, commissions.c.order_id.in_(page))
    )  # fmt: skip
    for row in rows:
        found[row.order_id, row.level, row.promoter_id].append(row)
    return found


def _exists(*conditions: Any) -> Any:
    """Is there a line of the same order and recipient such that…?"""
    same = (
        getattr(_OTHER.c, name) == getattr(commissions.c, name) for name in ("shop_id", "order_id", "level")
    )
    # Beside an order's key SQLite would take the index of all that he ever earned; of an expression it has none.
    his = _OTHER.c.promoter_id.concat("") == commissions.c.promoter_id
    return exists(select(1).where(*same, his, *conditions))


def _first(standing: Standing | None) -> tuple[Any, ...]:
    """The row that stands for all of an order and recipient: the first, or the first of those that are wanted."""
    earlier = _OTHER.c.line < commissions.c.line
    match standing:
        case Standing.PENDING:
            waits = sql("commissions.state = 'pending'"), commissions.c.amount > ZERO
            return *waits, ~_exists(earlier, _OTHER.c.state != "available", _OTHER.c.amount > ZERO)
        case Standing.TAKEN_BACK:
            # In the words of its index: a bound amount would not find it on SQLite.
            return sql("commissions.taken_back > 0"), ~_exists(earlier, _OTHER.c.taken_back > ZERO)
    return (~_exists(earlier),)


def _standing(standing: Standing | None) -> tuple[Any, ...]:
    if standing is not Standing.AVAILABLE:
        return ()
    # Not "is available": a partial index of all that matured would then be looked through for each order.
    settled = _exists(_OTHER.c.state != "pending", _OTHER.c.amount > ZERO)
    return ~_exists(_OTHER.c.state != "available", _OTHER.c.amount > ZERO), settled


def _commission(tx: Tx, kind: Kind, row: Any, lines: Sequence[Any]) -> Detail:
    amount = total(line.amount for line in lines)
    if not amount:
        standing = Standing.TAKEN_BACK
    else:
        waits = any(line.state == "pending" and line.amount for line in lines)
        standing = Standing.PENDING if waits else Standing.AVAILABLE
    key = f"{row.order_id}/{row.promoter_id}"
    return _detail(
        tx,
        row.promoter_id,
        kind,
        row.accrued_at,
        key,
        amount,
        standing,
        lines[0].code,
        taken_back=total(line.taken_back for line in lines),
    )


# -- money that went out ---------------------------------------------------------------------------

_STATES: dict[Standing, frozenset[State]] = {
    Standing.WITHDRAWING: OPEN,
    Standing.PAID: frozenset({State.PAID}),
    Standing.RETURNED: frozenset({State.REJECTED, State.CANCELLED, State.FAILED}),
}


def _withdrawals(tx: Tx, wanted: Wanted, kind: Kind, after: Place | None, most: int) -> list[Detail]:
    """One state after the other: for a list of them SQLite would look through all withdrawals in their order."""
    states = _STATES[wanted.standing] if wanted.standing else [None]
    rows = [row for state in states for row in _withdrawn(tx, wanted, kind, after, most, state)]
    rows.sort(key=lambda row: (row.requested_at, row.id), reverse=True)
    return [
        _detail(
            tx, row.promoter_id, kind, row.requested_at, row.id, row.amount, _stands(State(row.state)), row.code,
            state=State(row.state),
        )
        for row in rows[:most]
    ]  # fmt: skip


def _withdrawn(
    tx: Tx, wanted: Wanted, kind: Kind, after: Place | None, most: int, state: State | None
) -> Sequence[Any]:
    one = withdrawals.c
    return tx.run(
        select(one.id, one.code, one.promoter_id, one.amount, one.state, one.requested_at)
        .where(
            one.shop_id == tx.shop,
            *([one.promoter_id == wanted.promoter] if wanted.promoter else []),
            *([one.state == state.value] if state else []),
            *_within(wanted, kind, after, one.requested_at, one.id),
        )
        .order_by(one.requested_at.desc(), one.id.desc())
        .limit(most)
    ).all()


def _stands(state: State) -> Standing:
    return next(standing for standing, states in _STATES.items() if state in states)


def _bookings(tx: Tx, wanted: Wanted, kind: Kind, after: Place | None, most: int) -> list[Detail]:
    one = booking_lines.c
    rows = tx.run(
        select(one.booking_id, one.promoter_id, one.amount, one.booked_at, bookings.c.code)
        .join(bookings, (bookings.c.shop_id == one.shop_id) & (bookings.c.id == one.booking_id))
        .where(
            one.shop_id == tx.shop,
            *([one.promoter_id == wanted.promoter] if wanted.promoter else []),
            *_within(wanted, kind, after, one.booked_at, one.booking_id, one.promoter_id),
        )
        .order_by(one.booked_at.desc(), one.booking_id.desc(), one.promoter_id.desc())
        .limit(most)
    ).all()
    return [
        _detail(
            tx, row.promoter_id, kind, row.booked_at, f"{row.booking_id}/{row.promoter_id}", row.amount,
            Standing.PAID, row.code,
        )
        for row in rows
    ]  # fmt: skip


def _adjustments(tx: Tx, wanted: Wanted, kind: Kind, after: Place | None, most: int) -> list[Detail]:
    """Found by the shop's side of them; what it only lends while it writes a payment down is none."""
    of_shop = postings
    rows = tx.run(
        select(of_shop.c.seq, entries.c.reference, entries.c.at, entries.c.note, of_shop.c.amount)
        .join(entries, (entries.c.shop_id == of_shop.c.shop_id) & (entries.c.seq == of_shop.c.seq))
        .where(
            of_shop.c.shop_id == tx.shop,
            of_shop.c.owner == SHOP,
            of_shop.c.account == Account.ADJUSTMENT.value,
            entries.c.reference.startswith("adjust:"),
            *([_moved(wanted.promoter)] if wanted.promoter else []),
            *_within(wanted, kind, after, entries.c.at, entries.c.reference),
        )
        .order_by(entries.c.at.desc(), entries.c.reference.desc())
        .limit(most)
    ).all()
    whose = _whose(tx, [row.seq for row in rows])
    return [
        _detail(
            tx,
            whose[row.seq],
            kind,
            row.at,
            row.reference,
            -row.amount,
            Standing.ADJUSTED,
            row.note["reason"],
        )
        for row in rows
    ]


def _moved(promoter: PromoterId) -> ColumnElement[bool]:
    """The entry of the shop's posting moves money of his; told with both accounts, so that an index knows it."""
    his = postings.alias()
    return exists(
        select(1).where(
            his.c.shop_id == postings.c.shop_id,
            his.c.owner == promoter,
            his.c.account.in_([Account.AVAILABLE.value, Account.DEBT.value]),
            his.c.seq == postings.c.seq,
        )
    )


def _whose(tx: Tx, page: Sequence[int]) -> dict[int, PromoterId]:
    """The promoter of each of these entries."""
    mine = (postings.c.shop_id == tx.shop) & postings.c.seq.in_(page)
    rows = tx.run(select(postings.c.seq, postings.c.owner, postings.c.amount).where(mine))
    return {row.seq: PromoterId(row.owner) for row in rows if row.owner != SHOP}


def _detail(
    tx: Tx,
    promoter: PromoterId,
    kind: Kind,
    at: datetime,
    key: str,
    amount: Money,
    standing: Standing,
    number: str,
    *,
    taken_back: Money = ZERO,
    state: State | None = None,
) -> Detail:
    found = promoters.one(tx, promoter)
    return Detail(
        kind, at, key, found.id, found.code, found.name, amount, taken_back, standing, number, state
    )


_STREAMS: dict[Kind, Callable[[Tx, Wanted, Kind, Place | None, int], list[Detail]]] = {
    Kind.COMMISSION: _commissions,
    Kind.REWARD: _commissions,
    Kind.WITHDRAWAL: _withdrawals,
    Kind.BOOKING: _bookings,
    Kind.ADJUSTMENT: _adjustments,
}
