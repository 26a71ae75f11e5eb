"""Who is paid for an order, and why: decided once, from how things stood when it was paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import Literal, cast

from engine.ids import PromoterId
from engine.orders.facts import Payment
from engine.programme.modes import LockMode as LockMode  # noqa: PLC0414 (part of this module's words too)
from engine.programme.modes import SelfPurchase as SelfPurchase  # noqa: PLC0414 (part of this module's words too)

CodeSource = Literal["sent", "visit"]
"""Where an order's code came from: the shop sent it, or the buyer's last visit stands in."""


class Standing(Enum):
    """What somebody was to the programme at `paid_at`; NONE is no promoter."""

    ACTIVE = "active"
    FROZEN = "frozen"
    TERMINATED = "terminated"
    NONE = "none"


class Why(StrEnum):
    """Every reason for which a level is paid to somebody, or to nobody."""

    # for somebody
    LOCK = "lock"
    CODE = "code"
    VISIT = "visit"
    SELF_PURCHASE = "self_purchase"
    PROXY = "proxy"
    ASSIGNED = "assigned"
    UPLINE = "upline"
    # for nobody, whole orders
    PROGRAMME_OFF = "programme_off"
    OWN_TRANSFER = "own_transfer"
    NO_LOCK_NO_CODE = "no_lock_no_code"
    UNKNOWN_BUYER = "unknown_buyer"
    # for nobody, a level
    PROXY_FROZEN = "proxy_frozen"
    FROZEN = "frozen"
    TERMINATED = "terminated"
    NO_PROMOTER = "no_promoter"
    BUYER_HIMSELF = "buyer_himself"
    NO_UPLINE = "no_upline"
    TWO_LEVEL_OFF = "two_level_off"
    # for nobody, a line
    NOT_PROMOTED = "not_promoted"
    DISCOUNTED = "discounted"
    # why a code was no code
    CODE_UNKNOWN = "code_unknown"
    CODE_OWN = "code_own"
    CODE_FROZEN = "code_frozen"
    CODE_TERMINATED = "code_terminated"


class Basis(Enum):
    """Which rule spoke: the first that applies."""

    PROGRAMME_OFF = "programme_off"
    OWN_TRANSFER = "own_transfer"
    PROXY = "proxy"
    SELF_PURCHASE = "self_purchase"
    LOCK = "lock"
    CODE = "code"
    NOTHING = "nothing"
    ASSIGNED = "assigned"


class LockEffect(Enum):
    """What the order does to the customer's lock: nothing, a new one for the code's promoter, or a restart."""

    NONE = "none"
    NEW = "new"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A promoter as of `paid_at`."""

    promoter: PromoterId
    standing: Standing
    upline: PromoterId | None = None
    upline_standing: Standing = Standing.NONE


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All that the decision may depend on, as of `paid_at`."""

    mode: LockMode
    two_level: bool
    self_purchase: SelfPurchase
    programme_on: bool
    payment: Payment
    buyer_known: bool
    buyer_as_promoter: Candidate | None
    placed_by: Candidate | None
    placed_by_is_buyer: bool
    live_lock: Candidate | None
    sent_code: Candidate | None
    sent_code_unknown: bool
    sent_code_is_buyers_own: bool
    last_visit: Candidate | None
    """The promoter of the buyer's last visit inside the visit window."""
    last_visit_is_buyers_own: bool

    @property
    def buyer(self) -> PromoterId | None:
        """The buyer's own promoter id, whatever his standing: he is recipient of neither level."""
        return self.buyer_as_promoter.promoter if self.buyer_as_promoter else None


@dataclass(frozen=True, slots=True)
class Level:
    """Who gets a level, or nobody, and why."""

    promoter: PromoterId | None
    reason: Why


@dataclass(frozen=True, slots=True)
class Decision:
    """Who is paid and why; stored with the order and never asked again."""

    level1: Level
    level2: Level
    lock: LockEffect
    code_used: PromoterId | None
    """The promoter whose code the order's code was, also where a lock was stronger."""
    code_source: CodeSource | None
    basis: Basis
    code_refused: Why | None = None
    """Why the code that the shop sent was no code."""

    @property
    def locks_to(self) -> PromoterId | None:
        """The promoter whose lock the order makes or restarts; it is always the one whose code it bore."""
        return None if self.lock is LockEffect.NONE else self.code_used


@dataclass(frozen=True, slots=True)
class _Code:
    """What an order's code came to."""

    holder: Candidate | None
    source: CodeSource | None = None
    refused: Why | None = None


def decide(c: Circumstances) -> Decision:
    """The first rule that applies: own transfer, proxy order, self-purchase, else as a customer."""
    if not c.programme_on:
        return _nobody(Why.PROGRAMME_OFF, Basis.PROGRAMME_OFF)
    if c.payment is Payment.OWN_TRANSFER:
        return _nobody(Why.OWN_TRANSFER, Basis.OWN_TRANSFER)
    proxy = proxy_of(c)
    if proxy:
        return _paid_to(proxy, Why.PROXY, Basis.PROXY, c)
    buyer = self_buyer_of(c)
    if buyer:
        return _paid_to(buyer, Why.SELF_PURCHASE, Basis.SELF_PURCHASE, c)
    return _as_customer(c)


def must_wait(c: Circumstances) -> bool:
    """Whether the order goes to 待认领订单 undecided: nobody knows the buyer, and no sent code decides."""
    return decide(c).level1.reason is Why.UNKNOWN_BUYER


def passed_over(c: Circumstances) -> PromoterId | None:
    """Who would have had level 1, had it not been paid by own transfer: he may read why he gets nothing."""
    if c.payment is not Payment.OWN_TRANSFER:
        return None
    return decide(replace(c, payment=Payment.OTHER)).level1.promoter


def assign(to: Candidate | None, *, two_level: bool, buyer: PromoterId | None) -> Decision:
    """归属: the owner names the level-1 promoter of one order, or nobody; it touches no lock.

    Status and upline stay those of `paid_at`, and the buyer does not become level 2 of his own order.
    """
    nobody = Level(None, Why.ASSIGNED)
    return Decision(
        level1=_first_level(to, Why.ASSIGNED) if to else nobody,
        level2=_second_level(to, buyer, two_level=two_level) if to else nobody,
        lock=LockEffect.NONE,
        code_used=None,
        code_source=None,
        basis=Basis.ASSIGNED,
    )


def proxy_of(c: Circumstances) -> Candidate | None:
    """Who placed the order for somebody else (代下单). One who was no promoter by then is as not given."""
    if c.placed_by is None or c.placed_by_is_buyer or c.placed_by.promoter == c.buyer:
        return None
    return c.placed_by if c.placed_by.standing in (Standing.ACTIVE, Standing.FROZEN) else None


def self_buyer_of(c: Circumstances) -> Candidate | None:
    """The buyer, where he buys as the active promoter that he is (自购)."""
    if c.self_purchase is SelfPurchase.NONE or c.buyer_as_promoter is None:
        return None
    return c.buyer_as_promoter if c.buyer_as_promoter.standing is Standing.ACTIVE else None


def to_json(decision: Decision) -> dict[str, object]:
    """The decision as plain JSON values, to be stored with the order."""
    return {
        "level1": {"promoter": decision.level1.promoter, "reason": decision.level1.reason.value},
        "level2": {"promoter": decision.level2.promoter, "reason": decision.level2.reason.value},
        "lock": decision.lock.value,
        "code_used": decision.code_used,
        "code_source": decision.code_source,
        "basis": decision.basis.value,
        "code_refused": decision.code_refused.value if decision.code_refused else None,
    }


def from_json(stored: Mapping[str, object]) -> Decision:
    """The decision that `to_json` wrote; KeyError or ValueError for anything else."""
    refused = stored["code_refused"]
    return Decision(
        level1=_level(stored["level1"]),
        level2=_level(stored["level2"]),
        lock=LockEffect(stored["lock"]),
        code_used=cast("PromoterId | None", stored["code_used"]),
        code_source=cast("CodeSource | None", stored["code_source"]),
        basis=Basis(stored["basis"]),
        code_refused=None if refused is None else Why(cast("str", refused)),
    )


def _as_customer(c: Circumstances) -> Decision:
    """The table of locks and codes. A buyer nobody knows has neither lock nor visits, and is not locked."""
    lock = c.live_lock if c.buyer_known else None
    code = _code_of(c)
    if code.holder and (lock is None or _code_beats(lock, code.holder, c.mode)):
        why = Why.VISIT if code.source == "visit" else Why.CODE
        effect = LockEffect.NEW if c.buyer_known else LockEffect.NONE
        return _paid_to(code.holder, why, Basis.CODE, c, code=code, lock=effect)
    if lock:
        return _paid_to(lock, Why.LOCK, Basis.LOCK, c, code=code, lock=_effect_on(lock, code, c.mode))
    why = Why.NO_LOCK_NO_CODE if c.buyer_known else Why.UNKNOWN_BUYER
    return _nobody(why, Basis.NOTHING, code.refused)


def _code_beats(lock: Candidate, code: Candidate, mode: LockMode) -> bool:
    """Only single-shot locks give way to somebody else's code."""
    return mode is LockMode.SINGLE_SHOT and code.promoter != lock.promoter


def _effect_on(lock: Candidate, code: _Code, mode: LockMode) -> LockEffect:
    """The holder's own code restarts his lock, except on visit, where nothing prolongs one."""
    agrees = code.holder is not None and code.holder.promoter == lock.promoter
    return LockEffect.RESTART if agrees and mode is not LockMode.ON_VISIT else LockEffect.NONE


def _code_of(c: Circumstances) -> _Code:
    """The code the shop sent, else, in the purchase modes, the last visit. What is no code counts as none."""
    refused = _why_no_code(c.sent_code, c.buyer, own=c.sent_code_is_buyers_own, unknown=c.sent_code_unknown)
    if c.sent_code and not refused:
        return _Code(c.sent_code, "sent")
    own = c.last_visit_is_buyers_own
    by_visit = c.buyer_known and c.mode is not LockMode.ON_VISIT
    if by_visit and c.last_visit and not _why_no_code(c.last_visit, c.buyer, own=own, unknown=False):
        return _Code(c.last_visit, "visit", refused)
    return _Code(None, None, refused)


def _why_no_code(
    holder: Candidate | None, buyer: PromoterId | None, *, own: bool, unknown: bool
) -> Why | None:
    """Why a code is none: the buyer's own, unknown, or of somebody who was not active."""
    if own or (holder and holder.promoter == buyer):
        return Why.CODE_OWN
    if unknown or (holder and holder.standing is Standing.NONE):
        return Why.CODE_UNKNOWN
    if holder and holder.standing is Standing.FROZEN:
        return Why.CODE_FROZEN
    if holder and holder.standing is Standing.TERMINATED:
        return Why.CODE_TERMINATED
    return None


def _paid_to(
    first: Candidate,
    why: Why,
    basis: Basis,
    c: Circumstances,
    *,
    code: _Code | None = None,
    lock: LockEffect = LockEffect.NONE,
) -> Decision:
    # A self-purchase is the one case in which the buyer may stand on level 1.
    excluded = None if basis is Basis.SELF_PURCHASE else c.buyer
    code = code or _Code(None)
    return Decision(
        level1=_first_level(first, why, excluded),
        level2=_second_level(first, c.buyer, two_level=c.two_level),
        lock=lock,
        code_used=code.holder.promoter if code.holder else None,
        code_source=code.source,
        basis=basis,
        code_refused=code.refused,
    )


def _first_level(first: Candidate, why: Why, buyer: PromoterId | None = None) -> Level:
    if first.promoter == buyer:
        return Level(None, Why.BUYER_HIMSELF)
    if first.standing is Standing.ACTIVE:
        return Level(first.promoter, why)
    if why is Why.PROXY:
        return Level(None, Why.PROXY_FROZEN)
    return Level(None, _why_not(first.standing))


def _second_level(first: Candidate, buyer: PromoterId | None, *, two_level: bool) -> Level:
    """The upline of whoever level 1 was meant for: what became of level 1 does not touch it."""
    if not two_level:
        return Level(None, Why.TWO_LEVEL_OFF)
    if first.upline is None:
        return Level(None, Why.NO_UPLINE)
    if first.upline == buyer:
        return Level(None, Why.BUYER_HIMSELF)
    if first.upline_standing is not Standing.ACTIVE:
        return Level(None, _why_not(first.upline_standing))
    return Level(first.upline, Why.UPLINE)


def _why_not(standing: Standing) -> Why:
    reasons = {Standing.FROZEN: Why.FROZEN, Standing.TERMINATED: Why.TERMINATED}
    return reasons.get(standing, Why.NO_PROMOTER)


def _nobody(why: Why, basis: Basis, refused: Why | None = None) -> Decision:
    return Decision(
        level1=Level(None, why),
        level2=Level(None, why),
        lock=LockEffect.NONE,
        code_used=None,
        code_source=None,
        basis=basis,
        code_refused=refused,
    )


def _level(stored: object) -> Level:
    level = cast("Mapping[str, str]", stored)
    promoter = cast("PromoterId | None", level["promoter"])
    return Level(promoter, Why(level["reason"]))
