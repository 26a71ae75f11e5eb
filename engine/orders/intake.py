"""Hearing the shop (订单接入): facts in any order and any number of times, one decision, the difference booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engine import outbox
from engine.errors import Refusal
from engine.ids import OrderId, PersonId
from engine.ledger.chart import SHOP
from engine.ledger.daily import Metric, count
from engine.money import total
from engine.orders import archive, attribution, circumstances, evidence, pricing, settling, tally
from engine.orders.attribution import Decision, LockEffect
from engine.orders.due import SettleTerms, annulled_at
from engine.orders.events import Heard, PageVisit, Sold
from engine.orders.facts import OrderFacts, refunded_by_line
from engine.programme import promoters, settings
from engine.referrals import locks
from engine.store.base import Tx
from engine.store.commands import Room, command
from engine.store.tables import page_visits

MOST_LINES = 200
FUTURE = timedelta(minutes=10)
CHUNK = 50
"""Commissions that mature in one transaction at most."""


@dataclass(frozen=True, slots=True)
class Booked:
    """What became of a fact: `booked`, `known` (heard before), `conflict` or `waiting` for its buyer or payment."""

    outcome: str
    order: OrderId
    code: str


@dataclass(eq=False)
class FutureFact(Refusal):
    """A fact from more than ten minutes ahead."""


@dataclass(eq=False)
class BadLines(Refusal):
    """No lines, too many, or a number twice."""

    most: int


class Orders(Room):
    """The shop's order feed."""

    @command
    def hear(self, tx: Tx, heard: Heard) -> Booked:
        """Take a fact in. The same again changes nothing; the same with other content is kept as a conflict."""
        _check(tx, heard)
        order = archive.order_of(tx, heard)
        mark = archive.identity(heard.fact)
        before = archive.known(tx, order.id, mark)
        if before is not None:
            if before == archive.fingerprint(tx, heard.fact):
                return Booked("known", order.id, order.code)
            archive.keep_conflict(tx, order.id, heard.fact)
            return Booked("conflict", order.id, order.code)
        archive.keep(tx, order.id, heard.fact)
        if isinstance(heard.fact, Sold):
            _sell(tx, order, heard.fact)
        outcome = _book(tx, OrderId(order.id), f"{mark.kind}:{order.id}:{mark.id}")
        return Booked(outcome, order.id, order.code)

    @command
    def mature(self, tx: Tx) -> int:
        """Mature the oldest due commissions, at most CHUNK; gives how many there were."""
        due = settling.due_rows(tx, CHUNK)
        for row in due:
            settling.mature(tx, row)
        return len(due)

    @command
    def visited(self, tx: Tx, visit: PageVisit) -> bool:
        """Keep a page visit that the shop reports; false when it was heard before."""
        if visit.at > tx.now + FUTURE:
            raise FutureFact()
        person = circumstances.buyer_of(tx, visit.customer)
        known = tx.run(
            page_visits.select().where(
                page_visits.c.shop_id == tx.shop,
                page_visits.c.source == visit.source,
                page_visits.c.id == visit.id,
            )
        ).one_or_none()
        if known is None:
            tx.run(
                page_visits.insert().values(
                    shop_id=tx.shop, source=visit.source, id=visit.id, person_id=person, at=visit.at,
                    page=visit.page, seconds=visit.seconds, code=visit.code,
                )
            )  # fmt: skip
        return known is None


def _check(tx: Tx, heard: Heard) -> None:
    if archive.at_of(heard.fact) > tx.now + FUTURE:
        raise FutureFact()
    if isinstance(heard.fact, Sold):
        lines = heard.fact.paid.lines
        numbers = {line.number for line in lines}
        if not 0 < len(lines) <= MOST_LINES or len(numbers) != len(lines):
            raise BadLines(MOST_LINES)


def _sell(tx: Tx, order: Any, sold: Sold) -> None:
    """The order is paid: decide once who earns, if anybody can say who bought or a code was sent."""
    scene = circumstances.look(tx, sold)
    paid = sold.paid
    amount = total(line.paid for line in paid.lines)
    archive.change(
        tx, order.id, person_id=scene.buyer, paid_at=paid.at, paid=amount, payment=paid.payment.value,
        settings_version=scene.rules.version,
    )  # fmt: skip
    count(tx, Metric.SALES, amount.fen, SHOP)
    count(tx, Metric.ORDERS, 1, SHOP)
    decision = attribution.decide(scene.circumstances)
    if attribution.must_wait(scene.circumstances):
        terms, kinds = circumstances.terms(tx, paid.lines, decision, scene.rules, paid.at)
        archive.keep_lines(tx, order.id, paid.lines, kinds, terms)
        return
    _decided(tx, OrderId(order.id), sold, scene, decision)


def _decided(tx: Tx, order: OrderId, sold: Sold, scene: circumstances.Scene, decision: Decision) -> None:
    paid = sold.paid
    terms, kinds = circumstances.terms(tx, paid.lines, decision, scene.rules, paid.at)
    archive.keep_lines(tx, order, paid.lines, kinds, terms)
    rests_on = evidence.resting_on(scene.evidence, scene.circumstances, decision)
    archive.change(
        tx, order, decision=attribution.to_json(decision), evidence=evidence.to_json(rests_on),
        level1=decision.level1.promoter, level2=decision.level2.promoter,
        passed_over=attribution.passed_over(scene.circumstances),
    )  # fmt: skip
    how = pricing.pricing(scene.circumstances)
    archive.keep_excess_discounts(tx, order, how.promoter, pricing.excess_discounts(paid.lines, how, terms))
    tally.credit(tx, archive.row_of(tx, order))
    if decision.lock is not LockEffect.NONE and scene.buyer and decision.locks_to:
        locks.put(
            tx, scene.buyer, decision.locks_to, start=paid.at, days=scene.rules.lock_days,
            made_by="order", cause=order,
        )  # fmt: skip
    elif scene.buyer:
        locks.note(tx, scene.buyer)


def _book(tx: Tx, order: OrderId, reference: str) -> str:
    """Book what the order's facts say now."""
    row = archive.row_of(tx, order)
    facts = archive.facts_of(tx, order)
    if facts.paid is None:
        return "waiting"
    _sum_refunds(tx, row, facts)
    if row.decision is None:
        return "waiting"
    decision = attribution.from_json(row.decision)
    terms, kinds = archive.terms_of(tx, order)
    rules = settings.version(tx, row.settings_version)
    settle = SettleTerms(rules.settle_mode, rules.settle_days)
    case = settling.Case(order, facts, decision, terms, kinds, settle)
    for promoter in settling.settle(tx, case, reference):
        outbox.bundle(tx, promoters.one(tx, promoter).person, "earned", row.code)
    annulled = annulled_at(facts, kinds, settle)
    if annulled and row.person_id:
        locks.annul(tx, PersonId(row.person_id), order, annulled)
    return "booked"


def _sum_refunds(tx: Tx, row: Any, facts: OrderFacts) -> None:
    spread = refunded_by_line(facts)
    refunded = total(spread.lines.values())
    if refunded != row.refunded or spread.excess != row.excess_refund:
        tally.refunded(tx, row, refunded - row.refunded)
        archive.change(tx, OrderId(row.id), refunded=refunded, excess_refund=spread.excess)
