"""为什么: all that an order's pay rests on, for the merchant; what concerns him, for a promoter. Values, no words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine.ids import OrderId, PersonId, PromoterId
from engine.money import ZERO, Rate, total
from engine.orders import archive, attribution, commission, evidence
from engine.orders.attribution import Basis, Decision, LockEffect, Why
from engine.orders.cards import named
from engine.orders.commission import LineTerms
from engine.orders.evidence import Evidence
from engine.orders.facts import Line, OrderFacts
from engine.orders.views import NoSuchOrder
from engine.people.authority import roles_of
from engine.people.names import Name, name_of
from engine.programme import promoters, settings
from engine.programme.promoters import Status
from engine.programme.rates import RateSource
from engine.reports.explained import Again, Explained, LevelTold, LockTold, Part, Tie, VisitTold
from engine.reports.took import went_back
from engine.store.actors import ActorKind
from engine.store.base import Tx
from engine.store.commands import Room, question
from engine.store.tables import commissions, orders, reassignments, visits


@dataclass(frozen=True, slots=True)
class _Order:
    """An order as it is stored."""

    row: Any
    decision: Decision | None
    evidence: Evidence
    facts: OrderFacts
    lines: tuple[Line, ...]
    terms: Mapping[int, LineTerms]
    booked: tuple[Any, ...]
    again: tuple[Any, ...]
    two_level: bool
    """Two levels are spoken of now."""

    def meant(self, level: int) -> PromoterId | None:
        """Whose level it is, or was meant to be."""
        if self.decision is None:
            return None
        if level == 2:
            return self.decision.level2.promoter or self.evidence.second
        past: PromoterId | None = self.row.passed_over if self.decision.basis is Basis.OWN_TRANSFER else None
        return self.decision.level1.promoter or past or self.evidence.first


class WhyRoom(Room):
    """Why an order pays whom it pays."""

    @question
    def of(self, tx: Tx, code: str) -> Explained:
        """One order, by its 单号 or the shop's own number.

        Raises NoSuchOrder also where there is one that is nothing to the actor.
        """
        found = _read(tx, named(tx, code))
        if tx.actor.kind is not ActorKind.PERSON or roles_of(tx, tx.actor.person):
            return _whole(tx, found)
        mine = promoters.of_person(tx, tx.actor.person)
        ties = _ties(found, mine.id) if mine else frozenset()
        if mine is None or not ties:
            raise NoSuchOrder(code)
        return _share(tx, found, mine.id, ties)


def _read(tx: Tx, row: Any) -> _Order:
    facts = archive.facts_of(tx, OrderId(row.id))
    terms, _ = archive.terms_of(tx, OrderId(row.id))
    mine = (commissions.c.shop_id == tx.shop) & (commissions.c.order_id == row.id)
    later = (reassignments.c.shop_id == tx.shop) & (reassignments.c.order_id == row.id)
    return _Order(
        row=row,
        decision=attribution.from_json(row.decision) if row.decision else None,
        evidence=evidence.from_json(row.evidence),
        facts=facts,
        lines=facts.paid.lines if facts.paid else (),
        terms=terms,
        booked=tuple(tx.run(select(commissions).where(mine))),
        again=tuple(tx.run(select(reassignments).where(later).order_by(reassignments.c.n))),
        two_level=settings.current(tx).pays_level2,
    )


def _ties(found: _Order, me: PromoterId) -> frozenset[Tie]:
    """What an order is to a promoter. While nobody speaks of a second level, only what it pays is known of it."""
    seen = found.evidence
    paid_level2 = found.decision is not None and found.decision.level2.promoter == me
    holders = {
        Tie.LEVEL1: found.meant(1),
        Tie.LEVEL2: found.meant(2) if found.two_level or paid_level2 else None,
        Tie.LOCK: seen.lock.promoter if seen.lock else None,
        Tie.CODE: seen.code,
        Tie.VISIT: seen.visit.promoter if seen.visit else None,
        Tie.PLACED: seen.placed_by,
        Tie.BUYER: seen.buyer,
    }
    ties = {tie for tie, holder in holders.items() if holder == me}
    once = {level for row in found.again for level in _recipients(row.before)}
    if me in once and not ties & {Tie.LEVEL1, Tie.LEVEL2}:
        ties.add(Tie.MOVED)
    return frozenset(ties)


def _recipients(decision: Any) -> tuple[PromoterId | None, PromoterId | None]:
    if decision is None:
        return None, None
    stored = attribution.from_json(decision)
    return stored.level1.promoter, stored.level2.promoter


def _whole(tx: Tx, found: _Order) -> Explained:
    """For the merchant: everything, except a second level that nobody speaks of."""
    both = found.two_level or (found.decision is not None and found.decision.level2.reason is Why.UPLINE)
    row, seen = found.row, found.evidence
    return _explained(
        tx, found, frozenset(), (1, 2) if both else (1,),
        number=row.number,
        paid=row.paid,
        buyer=name_of(tx, PersonId(row.person_id)) if row.person_id else None,
        lock=_lock(tx, seen),
        visit=_visit(tx, found),
        code_of=_name(tx, seen.code),
        again=tuple(_again(tx, one) for one in found.again),
        excess_refund=row.excess_refund,
        excess_discount=row.excess_discount,
    )  # fmt: skip


def _share(tx: Tx, found: _Order, me: PromoterId, ties: frozenset[Tie]) -> Explained:
    """For a promoter: his own levels, his own lock, code and visit, and that something else was stronger."""
    mine = tuple(level for level, tie in ((1, Tie.LEVEL1), (2, Tie.LEVEL2)) if tie in ties)
    row, seen = found.row, found.evidence
    first = found.meant(1)
    return _explained(
        tx, found, ties, mine,
        # What somebody else's order came to would give away what it pays him.
        paid=row.paid if mine else None,
        through=_name(tx, first) if Tie.LEVEL2 in ties and first != me else None,
        lock=_lock(tx, seen) if Tie.LOCK in ties else None,
        visit=_visit(tx, found) if Tie.VISIT in ties else None,
        code_of=_name(tx, me) if Tie.CODE in ties else None,
        again=tuple(_fact_of(tx, one, me) for one in found.again),
    )  # fmt: skip


def _explained(
    tx: Tx, found: _Order, ties: frozenset[Tie], levels: tuple[int, ...], **more: Any
) -> Explained:
    row, decision = found.row, found.decision
    rules = settings.version(tx, row.settings_version)
    nothing: dict[str, Any] = {
        "number": "", "buyer": None, "through": None, "code_of": None,
        "excess_refund": ZERO, "excess_discount": ZERO,
    }  # fmt: skip
    return Explained(
        code=row.code,
        paid_at=row.paid_at,
        refunded=row.refunded if more["paid"] is not None else ZERO,
        waiting=decision is None,
        ties=ties,
        levels=tuple(_level(tx, found, decision, level) for level in levels) if decision else (),
        basis=decision.basis if decision else None,
        code_source=decision.code_source if decision else None,
        code_refused=decision.code_refused if decision else None,
        lock_effect=decision.lock if decision else LockEffect.NONE,
        mode=rules.lock_mode,
        held=any(case.closed_at is None for case in found.facts.after_sales),
        version=row.settings_version,
        refunds=went_back(found.facts, decision, found.terms, levels) if more["paid"] is not None else (),
        **(nothing | more),
    )


def _level(tx: Tx, found: _Order, decision: Decision, level: int) -> LevelTold:
    decided = decision.level1 if level == 1 else decision.level2
    mine = [row for row in found.booked if (row.level, row.promoter_id) == (level, decided.promoter)]
    pending = [row for row in mine if row.state == "pending" and row.amount]
    dues = [row.due_at for row in pending]
    return LevelTold(
        level=level,
        reason=decided.reason,
        whom=_name(tx, found.meant(level)),
        paid=decided.promoter is not None,
        amount=total(row.amount for row in mine),
        pending=total(row.amount for row in pending),
        due_at=None if None in dues else max(dues, default=None),
        matured_at=max((row.due_at for row in mine if row.state == "available" and row.due_at), default=None),
        parts=tuple(_parts(found, decision, level)) if decided.promoter else (),
    )


def _parts(found: _Order, decision: Decision, level: int) -> Iterable[Part]:
    """The lines of a level, those together that have rate, its source and the reason in common."""
    shares = {
        share.line: share
        for share in commission.shares(found.facts, decision, found.terms)
        if share.level == level
    }
    together: dict[tuple[Rate, RateSource, Why | None], list[int]] = {}
    for line in sorted(found.lines, key=lambda one: one.number):
        terms = found.terms[line.number]
        who = commission.level_of(line, level, decision, terms)
        rate = terms.level1 if level == 1 else terms.level2
        reason = None if who.promoter else who.reason
        together.setdefault((rate.rate, rate.source, reason), []).append(line.number)
    for (rate_, source, reason), numbers in together.items():
        paying = [shares[number] for number in numbers if number in shares]
        base, amount = total(one.base for one in paying), total(one.amount for one in paying)
        yield Part(tuple(numbers), rate_, source, reason, base, amount)


def _lock(tx: Tx, seen: Evidence) -> LockTold | None:
    if seen.lock is None:
        return None
    held = seen.lock
    how = order = ""
    if held.made_by == "visit":
        how = tx.run(
            select(visits.c.how).where(visits.c.shop_id == tx.shop, visits.c.id == held.cause)
        ).scalar_one()
    elif held.made_by in ("order", "reopened"):
        order = tx.run(
            select(orders.c.code).where(orders.c.shop_id == tx.shop, orders.c.id == held.cause)
        ).scalar_one()
    whose = promoters.one(tx, held.promoter).name
    return LockTold(whose, held.start, held.until, held.made_by, how, order)


def _visit(tx: Tx, found: _Order) -> VisitTold | None:
    seen = found.evidence.visit
    if seen is None:
        return None
    then = promoters.standing_as_of(tx, seen.promoter, found.row.paid_at)
    refused = {Status.FROZEN: Why.CODE_FROZEN, Status.TERMINATED: Why.CODE_TERMINATED}.get(
        then.status if then else Status.ACTIVE
    )
    return VisitTold(promoters.one(tx, seen.promoter).name, seen.at, seen.how, refused)


def _again(tx: Tx, row: Any) -> Again:
    by = name_of(tx, PersonId(row.actor)) if row.actor.startswith("pe_") else None
    before, after = _recipients(row.before)[0], _recipients(row.after)[0]
    return Again(row.at, row.how, by, row.reason, _name(tx, before), _name(tx, after))


def _fact_of(tx: Tx, row: Any, me: PromoterId) -> Again:
    """To a promoter: that it happened, and whether it was his or became his."""
    before, after = (
        promoters.one(tx, me).name if me in _recipients(decision) else None
        for decision in (row.before, row.after)
    )
    return Again(row.at, row.how, None, "", before, after)


def _name(tx: Tx, promoter: PromoterId | None) -> Name | None:
    return promoters.one(tx, promoter).name if promoter else None
