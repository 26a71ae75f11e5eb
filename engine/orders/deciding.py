"""Deciding an order (判定) and booking it: at its payment, late when its buyer is known, over again by 归属."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine import outbox
from engine.ids import OrderId, PersonId, PromoterId
from engine.ledger.chart import SHOP
from engine.ledger.daily import Metric, count
from engine.money import ZERO, Money, total
from engine.orders import archive, attribution, circumstances, evidence, pricing, settling, tally
from engine.orders.archive import How
from engine.orders.attribution import Candidate, Decision, LockEffect
from engine.orders.circumstances import Scene
from engine.orders.commission import LineTerms
from engine.orders.due import SettleTerms, annulled_at
from engine.orders.events import Sold
from engine.orders.evidence import Evidence
from engine.orders.facts import OrderFacts, Paid, refunded_by_line
from engine.programme import promoters, settings
from engine.programme.settings import Settings
from engine.referrals import locks
from engine.store.base import Tx


def at_payment(tx: Tx, order: OrderId, sold: Sold) -> None:
    """The order is paid: decide once who earns, if anybody can say who bought or a code was sent."""
    scene = circumstances.look(tx, sold)
    paid = sold.paid
    amount = total(line.paid for line in paid.lines)
    archive.change(
        tx, order, person_id=scene.buyer, paid_at=paid.at, paid=amount, payment=paid.payment.value,
        settings_version=scene.rules.version,
    )  # fmt: skip
    count(tx, Metric.SALES, amount.fen, SHOP)
    count(tx, Metric.ORDERS, 1, SHOP)
    decision = attribution.decide(scene.circumstances)
    terms, kinds = circumstances.terms(tx, paid.lines, decision, scene.rules, paid.at)
    archive.keep_lines(tx, order, paid.lines, kinds, terms)
    if attribution.must_wait(scene.circumstances):
        archive.keep_buyer(tx, order, sold.buyer)
    else:
        _decide(tx, order, paid, scene, decision, terms)


def late(tx: Tx, order: OrderId, buyer: PersonId, how: How) -> None:
    """An order that waited is decided once, as of `paid_at`, now that somebody knows who bought."""
    sold = archive.sold_of(tx, order)
    scene = circumstances.look_again(tx, sold, buyer)
    decision = attribution.decide(scene.circumstances)
    terms, _ = circumstances.terms(tx, sold.paid.lines, decision, scene.rules, sold.paid.at)
    archive.keep_terms(tx, order, terms)
    archive.change(
        tx, order, person_id=buyer, settings_version=scene.rules.version, buyer_unionid=None, buyer_phone=None
    )
    _decide(tx, order, sold.paid, scene, decision, terms)
    n = archive.remember_decision(tx, order, how, "", None, attribution.to_json(decision))
    book(tx, order, f"decided:{order}:{n}")


def over(
    tx: Tx, row: Any, decision: Decision, to: Candidate | None, reason: str
) -> Mapping[PromoterId, Money]:
    """归属: another decision in place of the stored one, with its own terms; it touches no lock.

    Gives by how much each promoter's part of the order changed.
    """
    paid, rules = archive.sold_of(tx, row.id).paid, settings.version(tx, row.settings_version)
    terms, _ = circumstances.terms(tx, paid.lines, decision, rules, paid.at)
    archive.keep_terms(tx, row.id, terms)
    if row.decision is None:
        # Nobody knows who bought, so that nobody had a price of his own.
        above = pricing.excess_discounts(paid.lines, pricing.Pricing(pricing.PriceBasis.RETAIL), terms)
        archive.keep_excess_discounts(tx, row.id, None, above)
    archive.change(tx, row.id, buyer_unionid=None, buyer_phone=None)
    tally.take_back(tx, row)
    settling.count_for(tx, row.id, row.level1, decision.level1.promoter)
    first, second = (to.promoter, to.upline) if to else (None, None)
    _store(tx, row.id, decision, replace(evidence.from_json(row.evidence), first=first, second=second))
    n = archive.remember_decision(tx, row.id, "assigned", reason, row.decision, attribution.to_json(decision))
    case = _case(tx, archive.row_of(tx, row.id), archive.facts_of(tx, row.id), rules)
    return settling.settle(tx, case, f"decided:{row.id}:{n}").changed


def book(tx: Tx, order: OrderId, reference: str) -> str:
    """Book what the order's facts say now: `booked`, or `waiting` for its payment or its buyer."""
    row = archive.row_of(tx, order)
    facts = archive.facts_of(tx, order)
    if facts.paid is None:
        return "waiting"
    _sum_refunds(tx, row, facts)
    if row.decision is None:
        return "waiting"
    case = _case(tx, row, facts, settings.version(tx, row.settings_version))
    _tell(tx, row.code, settling.settle(tx, case, reference))
    if row.person_id and (facts.refunds or facts.cancelled):
        locks.annul(tx, PersonId(row.person_id), order, annulled_at(facts, case.kinds, case.settle))
    return "booked"


def _tell(tx: Tx, code: str, settled: settling.Settled) -> None:
    """Whose money a fact changed hears of it, a few orders at a time."""
    for promoter, difference in settled.changed.items():
        if difference > ZERO:
            outbox.bundle(tx, promoters.person_of(tx, promoter), "earned", code)
    for kind, taken in (("clawed_back", settled.clawed_back), ("held_back", settled.held_back)):
        for promoter, amount in taken.items():
            if amount:
                outbox.bundle(tx, promoters.person_of(tx, promoter), kind, code, amount)


def _case(tx: Tx, row: Any, facts: OrderFacts, rules: Settings) -> settling.Case:
    terms, kinds = archive.terms_of(tx, row.id)
    settle = SettleTerms(rules.settle_mode, rules.settle_days)
    return settling.Case(row.id, facts, attribution.from_json(row.decision), terms, kinds, settle)


def _decide(
    tx: Tx, order: OrderId, paid: Paid, scene: Scene, decision: Decision, terms: Mapping[int, LineTerms]
) -> None:
    how = pricing.pricing(scene.circumstances)
    archive.keep_excess_discounts(tx, order, how.promoter, pricing.excess_discounts(paid.lines, how, terms))
    rests_on = evidence.resting_on(scene.evidence, scene.circumstances, decision)
    _store(tx, order, decision, rests_on, passed_over=attribution.passed_over(scene.circumstances))
    if decision.lock is not LockEffect.NONE and scene.buyer and decision.locks_to:
        locks.put(
            tx, scene.buyer, decision.locks_to, start=paid.at, days=scene.rules.lock_days,
            made_by="order", cause=order,
        )  # fmt: skip
    elif scene.buyer:
        locks.note(tx, scene.buyer)


def _store(tx: Tx, order: OrderId, decision: Decision, rests_on: Evidence, **more: Any) -> None:
    """Write the decision down, and count the sale for whom it is from now on."""
    archive.change(
        tx, order, decision=attribution.to_json(decision), evidence=evidence.to_json(rests_on),
        level1=decision.level1.promoter, level2=decision.level2.promoter, **more,
    )  # fmt: skip
    tally.credit(tx, archive.row_of(tx, order))


def _sum_refunds(tx: Tx, row: Any, facts: OrderFacts) -> None:
    spread = refunded_by_line(facts)
    refunded = total(spread.lines.values())
    if refunded != row.refunded or spread.excess != row.excess_refund:
        tally.refunded(tx, row, refunded - row.refunded)
        archive.change(tx, OrderId(row.id), refunded=refunded, excess_refund=spread.excess)
