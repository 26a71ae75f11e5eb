"""From an order's facts to the book: the difference between what is booked and what the rules say now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from engine.ids import OrderId, PromoterId
from engine.ledger import book
from engine.ledger.book import Posting
from engine.ledger.chart import SHOP, Move
from engine.ledger.daily import Metric, count
from engine.money import ZERO, Money, Rate
from engine.orders import commission
from engine.orders.attribution import Decision
from engine.orders.commission import LineTerms, Share
from engine.orders.due import SettleTerms, due_at
from engine.orders.facts import Goods, OrderFacts
from engine.store.base import Tx
from engine.store.tables import commissions

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


def settle(tx: Tx, case: Case, reference: str) -> frozenset[PromoterId]:
    """Book the difference that the newest fact makes, then mature what is due by now; gives who earned more."""
    rows = {(row.line, row.level, row.promoter_id): row for row in _rows(tx, case.order)}
    shares = {(share.line, share.level, share.promoter): share for share in _shares(case, rows)}
    dues = _dues(case)
    changes: dict[tuple[PromoterId, bool], Money] = {}
    for key, share in shares.items():
        row = rows.get(key)
        difference = _keep(tx, case.order, share, row, dues[share.line])
        matured = row is not None and row.state == "available"
        changes[share.promoter, matured] = changes.get((share.promoter, matured), ZERO) + difference
    postings: list[Posting] = []
    for (promoter, matured), difference in changes.items():
        # Summed up by promoter first: two lines may not both take what is available.
        postings += _difference(tx, promoter, difference, matured=matured)
    book.post(tx, reference, Move.ACCRUE, postings, {"order": case.order})
    for row in _rows(tx, case.order):
        if row.state == "pending" and row.due_at is not None and row.due_at <= tx.now:
            mature(tx, row)
    return frozenset(promoter for (promoter, _), difference in changes.items() if difference > ZERO)


def mature(tx: Tx, row: Any) -> None:
    """One commission falls due: from pending to available, a debt repaid first."""
    reference = f"mature:{row.order_id}:{row.line}:{row.level}:{row.promoter_id}"
    lines = book.matured(tx, PromoterId(row.promoter_id), row.amount)
    book.post(tx, reference, Move.MATURE, lines, {"order": row.order_id})
    _change(tx, row, state="available", matured_at=tx.now)


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


def _keep(tx: Tx, order: OrderId, share: Share, row: Any, due: datetime | None) -> Money:
    """Write the commission as it is now; gives the difference to before."""
    if row is None:
        if not share.amount:
            return ZERO
        tx.run(
            insert(commissions).values(
                shop_id=tx.shop, order_id=order, line=share.line, level=share.level, promoter_id=share.promoter,
                base=share.base, rate=share.rate.bp, amount=share.amount, state="pending", due_at=due,
                accrued_at=tx.now,
            )
        )  # fmt: skip
    elif row.state == "pending":
        _change(tx, row, base=share.base, amount=share.amount, due_at=due)
    else:
        _change(tx, row, base=share.base, amount=share.amount)
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


def _dues(case: Case) -> dict[int, datetime | None]:
    lines = case.facts.paid.lines if case.facts.paid else ()
    return {line.number: due_at(line, case.kinds[line.number], case.facts, case.settle) for line in lines}


def _count(tx: Tx, share: Share, amount: Money) -> None:
    count(tx, _METRIC[share.level], amount.fen, share.promoter, SHOP)


def _rows(tx: Tx, order: OrderId) -> list[Any]:
    return list(
        tx.run(
            select(commissions)
            .where(commissions.c.shop_id == tx.shop, commissions.c.order_id == order)
            .order_by(commissions.c.line, commissions.c.level, commissions.c.promoter_id)
        )
    )


def _change(tx: Tx, row: Any, **values: Any) -> None:
    tx.run(
        update(commissions)
        .where(
            commissions.c.shop_id == tx.shop,
            commissions.c.order_id == row.order_id,
            commissions.c.line == row.line,
            commissions.c.level == row.level,
            commissions.c.promoter_id == row.promoter_id,
        )
        .values(**values)
    )
