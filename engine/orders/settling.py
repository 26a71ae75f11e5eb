"""From an order's facts to the book: the difference between what is booked and what the rules say now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from engine.ids import OrderId, PromoterId
from engine.ledger import book
from engine.ledger.book import Posting
from engine.ledger.chart import SHOP, Move
from engine.ledger.daily import Metric, count, count_through
from engine.money import ZERO, Money, Rate
from engine.orders import commission
from engine.orders.attribution import Decision
from engine.orders.commission import LineTerms, Share
from engine.orders.due import SettleTerms, due_at
from engine.orders.facts import Goods, Line, OrderFacts
from engine.store.base import Tx
from engine.store.prepared import Prepared
from engine.store.tables import commissions

_COMMISSION = Prepared(insert(commissions))
_OF_ORDER = Prepared(
    select(commissions)
    .where(commissions.c.shop_id == bindparam("shop"), commissions.c.order_id == bindparam("order"))
    .order_by(commissions.c.line, commissions.c.level, commissions.c.promoter_id)
)
_CHANGE = Prepared(
    update(commissions).where(
        commissions.c.shop_id == bindparam("of_shop"),
        commissions.c.order_id == bindparam("of_order"),
        commissions.c.line == bindparam("of_line"),
        commissions.c.level == bindparam("of_level"),
        commissions.c.promoter_id == bindparam("of_promoter"),
    )
)
_METRIC = {1: Metric.LEVEL1, 2: Metric.LEVEL2}


@dataclass(frozen=True, slots=True)
class Case:
    """An order with all that its commission depends on."""

    order: OrderId
    facts: OrderFacts
    decision: Decision
    terms: Mapping[int, LineTerms]
    kinds: Mapping[int, Goods]
    settle: SettleTerms


@dataclass(frozen=True, slots=True)
class Settled:
    """What a settlement did, by promoter."""

    changed: Mapping[PromoterId, Money]
    """By how much his part of the order changed."""
    clawed_back: Mapping[PromoterId, Money]
    """What was taken of money that had matured (退款扣回)."""
    held_back: Mapping[PromoterId, Money]
    """What had matured and is pending again."""


def settle(tx: Tx, case: Case, reference: str) -> Settled:
    """Book what the newest fact or decision changes, then put each commission where its due time says."""
    rows = {(row.line, row.level, row.promoter_id): row for row in _rows(tx, case.order)}
    shares = {(share.line, share.level, share.promoter): share for share in _shares(case, rows)}
    dues, lines = _dues(case), _lines(case)
    changes: dict[tuple[PromoterId, bool], Money] = {}
    for key, share in shares.items():
        row = rows.get(key)
        difference = _keep(tx, case.order, share, row, lines[share.line], dues[share.line])
        if share.level == 2 and case.decision.level1.promoter and difference:
            count_through(tx, share.promoter, case.decision.level1.promoter, difference)
        matured = row is not None and row.state == "available"
        changes[share.promoter, matured] = changes.get((share.promoter, matured), ZERO) + difference
    postings: list[Posting] = []
    for (promoter, matured), difference in changes.items():
        # Summed up by promoter first: two lines may not both take what is available.
        postings += _difference(tx, promoter, difference, matured=matured)
    book.post(tx, reference, Move.ACCRUE, postings, {"order": case.order})
    held_back: dict[PromoterId, Money] = {}
    for row in _rows(tx, case.order):
        due = row.due_at is not None and row.due_at <= tx.now
        if due and row.state == "pending":
            mature(tx, row)
        elif not due and row.state == "available":
            _unmature(tx, row)
            held_back[row.promoter_id] = held_back.get(row.promoter_id, ZERO) + row.amount
    clawed_back = {
        promoter: -difference
        for (promoter, matured), difference in changes.items()
        if matured and difference < ZERO
    }
    return Settled(_by_promoter(changes), clawed_back, held_back)


def count_for(tx: Tx, order: OrderId, before: PromoterId | None, after: PromoterId | None) -> None:
    """The rewards that stand for an order were brought by this promoter, and no longer by that one (归属)."""
    for row in _rows(tx, order):
        if row.level == 2:
            for downline, amount in ((before, -row.amount), (after, row.amount)):
                if downline:
                    count_through(tx, row.promoter_id, downline, amount)


def mature(tx: Tx, row: Any) -> None:
    """One commission falls due: from pending to available, a debt repaid first."""
    lines = book.matured(tx, PromoterId(row.promoter_id), row.amount)
    book.post(tx, _turn(row, Move.MATURE), Move.MATURE, lines, {"order": row.order_id})
    _change(tx, row, state="available", matured_at=tx.now, turns=row.turns + 1)


def due_rows(tx: Tx, most: int) -> list[Any]:
    """Commissions that are due and not matured, the oldest first."""
    return list(
        tx.run(
            select(commissions)
            .where(
                commissions.c.shop_id == tx.shop,
                commissions.c.state == "pending",
                commissions.c.due_at.is_not(None),
                commissions.c.due_at <= tx.now,
            )
            .order_by(commissions.c.due_at, commissions.c.order_id, commissions.c.line, commissions.c.level)
            .limit(most)
        )
    )


def _unmature(tx: Tx, row: Any) -> None:
    """It was not due after all: an after-sale that was opened before it fell due is heard of only now."""
    lines = book.unmatured(tx, PromoterId(row.promoter_id), row.amount)
    book.post(tx, _turn(row, Move.UNMATURE), Move.UNMATURE, lines, {"order": row.order_id})
    _change(tx, row, state="pending", matured_at=None, turns=row.turns + 1)


def _turn(row: Any, move: Move) -> str:
    """The reference of the next move between pending and available: each of them happens once."""
    turn = f":{row.turns}" if row.turns else ""
    return f"{move.value}:{row.order_id}:{row.line}:{row.level}:{row.promoter_id}{turn}"


def _by_promoter(changes: Mapping[tuple[PromoterId, bool], Money]) -> Mapping[PromoterId, Money]:
    found: dict[PromoterId, Money] = {}
    for (promoter, _), difference in changes.items():
        found[promoter] = found.get(promoter, ZERO) + difference
    return found


def matured_since(tx: Tx, instant: datetime) -> dict[PromoterId, Money]:
    """What is left of the commissions that fell due at or after an instant and have matured, by promoter."""
    rows = tx.run(
        select(commissions.c.promoter_id, func.sum(commissions.c.amount))
        .where(
            commissions.c.shop_id == tx.shop,
            commissions.c.state == "available",
            commissions.c.due_at >= instant,
        )
        .group_by(commissions.c.promoter_id)
    )
    return {PromoterId(promoter): amount for promoter, amount in rows}


def _shares(case: Case, rows: Mapping[tuple[int, int, str], Any]) -> tuple[Share, ...]:
    """What everybody is owed now; whoever is booked and owed nothing any more is owed zero."""
    owed = commission.shares(case.facts, case.decision, case.terms)
    named = {(share.line, share.level, share.promoter) for share in owed}
    gone = tuple(
        Share(line, level, PromoterId(promoter), ZERO, Rate(row.rate), ZERO)
        for (line, level, promoter), row in rows.items()
        if (line, level, promoter) not in named
    )
    return owed + gone


def _keep(tx: Tx, order: OrderId, share: Share, row: Any, line: Line, due: datetime | None) -> Money:
    """Write the commission as it is now; gives the difference to before."""
    now = {
        "base": share.base, "rate": share.rate.bp, "amount": share.amount, "due_at": due,
        "taken_back": share.rate.of(line.base) - share.amount,
    }  # fmt: skip
    if row is None:
        if not share.amount:
            return ZERO
        tx.tell(
            _COMMISSION,
            {
                "shop_id": tx.shop, "order_id": order, "line": share.line, "level": share.level,
                "promoter_id": share.promoter, "state": "pending", "accrued_at": tx.now, **now,
            },
        )  # fmt: skip
    else:
        _change(tx, row, **now)
    difference = share.amount - (row.amount if row else ZERO)
    _count(tx, share, difference)
    return difference


def _difference(tx: Tx, promoter: PromoterId, difference: Money, *, matured: bool) -> tuple[Posting, ...]:
    """What a change of an amount that is booked already does to the accounts."""
    if not matured:
        return book.accrued(promoter, difference)
    if difference < ZERO:
        return book.clawed_back(tx, promoter, -difference)
    return *book.accrued(promoter, difference), *book.matured(tx, promoter, difference)


def _lines(case: Case) -> dict[int, Line]:
    return {line.number: line for line in (case.facts.paid.lines if case.facts.paid else ())}


def _dues(case: Case) -> dict[int, datetime | None]:
    return {
        number: due_at(line, case.kinds[number], case.facts, case.settle)
        for number, line in _lines(case).items()
    }


def _count(tx: Tx, share: Share, amount: Money) -> None:
    count(tx, _METRIC[share.level], amount.fen, share.promoter, SHOP)


def _rows(tx: Tx, order: OrderId) -> list[Any]:
    return tx.ask(_OF_ORDER, order=order).all()


def _change(tx: Tx, row: Any, **values: Any) -> None:
    which = {
        "of_shop": tx.shop, "of_order": row.order_id, "of_line": row.line, "of_level": row.level,
        "of_promoter": row.promoter_id,
    }  # fmt: skip
    tx.tell(_CHANGE, {**which, **values})
