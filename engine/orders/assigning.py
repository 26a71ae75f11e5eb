"""归属: the owner decides one order over again, for another promoter or for nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import outbox
from engine.errors import Refusal
from engine.ids import PersonId, PromoterId
from engine.money import ZERO, Money
from engine.orders import archive, attribution, circumstances, deciding
from engine.orders.attribution import Candidate, Decision, SelfPurchase, Why
from engine.orders.facts import Payment
from engine.orders.rulings import Ruling, ruling
from engine.orders.views import with_code
from engine.people import confirmations
from engine.people.confirmations import CodeOutdated, Confirmation
from engine.people.names import Name
from engine.people.reasons import reason_in
from engine.programme import promoters, settings
from engine.store.base import Tx
from engine.store.commands import Room, command, question

NOTICE = "assigned"


@dataclass(frozen=True, slots=True)
class Reassigned:
    """An order before and after 归属; before is None while it waited for its buyer."""

    code: str
    before: Ruling | None
    after: Ruling


@dataclass(eq=False)
class AssignReasonMissing(Refusal):
    """归属 needs a reason of 1 to 60 characters."""


@dataclass(eq=False)
class AssignedAlready(Refusal):
    """The order is this promoter's already, or nobody's; or he would get nothing of it, as nobody does now."""

    code: str
    whom: Name | None
    """To whom it was to go; None is to nobody."""
    why: Why | None
    """Why it pays nobody at level 1; None where it pays somebody."""


@dataclass(eq=False)
class OwnTransferOrder(Refusal):
    """An order paid past every provider (商家自行转账) earns nothing, whosever it is."""

    code: str


@dataclass(eq=False)
class BuyersOwnOrder(Refusal):
    """The promoter bought it himself, and self-purchase earned nothing when he paid."""

    code: str


class Assigning(Room):
    """From the owner's word to the difference in the book."""

    @question
    def preview(self, tx: Tx, code: str, to: str) -> Reassigned:
        """What would change if the order were this promoter's (his 推荐码; empty is nobody's).

        Raises NoSuchOrder, NoSuchPromoter, OwnTransferOrder, BuyersOwnOrder, AssignedAlready.
        """
        row = with_code(tx, code)
        decision, _ = _decision(tx, row, to)
        return Reassigned(row.code, _before(tx, row), ruling(tx, row, decision))

    @command
    def propose(self, tx: Tx, code: str, to: str, reason: str) -> Confirmation:
        """Ask for it: gives the one-time code that does it. Raises what the preview raises, AssignReasonMissing."""
        row = with_code(tx, code)
        _decision(tx, row, to)
        reason = reason_in(reason)
        if not reason:
            raise AssignReasonMissing()
        args = {
            "order": row.code, "to": promoters.with_code(tx, to).code if to else "", "reason": reason,
            "n": str(archive.times_decided(tx, row.id)),
        }  # fmt: skip
        return confirmations.issue(tx, "assigning.assign", args)

    @command
    def assign(self, tx: Tx, code: str) -> Reassigned:
        """The order is decided again: who loses it gives back what he had of it, who gets it has it as if paid."""
        bound = confirmations.take(tx, code, "assigning.assign")
        row = with_code(tx, bound["order"])
        if bound["n"] != str(archive.times_decided(tx, row.id)):
            raise CodeOutdated()
        before = _before(tx, row)
        decision, to = _decision(tx, row, bound["to"])
        changed = deciding.over(tx, row, decision, to, bound["reason"])
        after = ruling(tx, row, decision)
        _tell(tx, row, bound["reason"], before, after, changed)
        tx.note |= {"order": row.code, "reason": bound["reason"]}
        if bound["to"]:
            tx.note["promoter"] = bound["to"]
        return Reassigned(row.code, before, after)


def _decision(tx: Tx, row: Any, to: str) -> tuple[Decision, Candidate | None]:
    """The decision for this promoter, by status and upline as of `paid_at`."""
    if Payment(row.payment) is Payment.OWN_TRANSFER:
        raise OwnTransferOrder(row.code)
    rules = settings.version(tx, row.settings_version)
    own = promoters.of_person(tx, PersonId(row.person_id)) if row.person_id else None
    candidate = circumstances.as_candidate(tx, promoters.with_code(tx, to).id, row.paid_at) if to else None
    bought_himself = own is not None and candidate is not None and own.id == candidate.promoter
    if bought_himself and rules.self_purchase is SelfPurchase.NONE:
        raise BuyersOwnOrder(row.code)
    decision = attribution.assign(candidate, two_level=rules.pays_level2, buyer=own.id if own else None)
    if _says_so_already(row, decision):
        raise _already(tx, row, decision, candidate)
    return decision, candidate


def _says_so_already(row: Any, decision: Decision) -> bool:
    """A decision that pays the same people, by whatever rule, is left alone; an order that waits has none."""
    pays = (decision.level1.promoter, decision.level2.promoter)
    return row.decision is not None and (row.level1, row.level2) == pays


def _already(tx: Tx, row: Any, decision: Decision, to: Candidate | None) -> AssignedAlready:
    said = decision if to else attribution.from_json(row.decision)
    whom = promoters.one(tx, to.promoter).name if to else None
    return AssignedAlready(row.code, whom, None if said.level1.promoter else said.level1.reason)


def _before(tx: Tx, row: Any) -> Ruling | None:
    return ruling(tx, row, attribution.from_json(row.decision)) if row.decision else None


def _tell(
    tx: Tx,
    row: Any,
    reason: str,
    before: Ruling | None,
    after: Ruling,
    changed: Mapping[PromoterId, Money],
) -> None:
    """Everybody whom the order paid or pays hears of it, with what it means for him."""
    parts = [after.first, after.second, *([before.first, before.second] if before else [])]
    concerned = dict.fromkeys([part.promoter for part in parts if part.promoter])
    for promoter in concerned:
        payload = {"order": row.code, "reason": reason, "fen": changed.get(promoter, ZERO).fen}
        reference = f"{NOTICE}:{row.id}:{archive.times_decided(tx, row.id)}:{promoter}"
        outbox.put(tx, reference, NOTICE, payload, to=promoters.one(tx, promoter).person)
