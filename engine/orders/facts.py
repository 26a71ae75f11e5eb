"""The facts of one order, which may be heard in any order and any number of times, and their arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from engine.errors import BookError
from engine.money import LARGEST, ZERO, Money
from engine.programme.modes import Goods as Goods  # noqa: PLC0414 (part of this module's words too)


class Payment(Enum):
    """How the customer paid; OWN_TRANSFER is 商家自行转账, past every provider."""

    WECHAT = "wechat"
    ALIPAY = "alipay"
    BALANCE = "balance"
    OWN_TRANSFER = "own_transfer"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order; `paid` is after coupons and without shipping, for the whole quantity."""

    number: int
    sku: str
    title: str
    kind: Goods | None
    quantity: int
    paid: Money
    level1_discount: Money = ZERO
    service_at: datetime | None = None

    def __post_init__(self) -> None:
        _not_negative(self.paid, self.level1_discount)

    @property
    def base(self) -> Money:
        """What both levels are computed on: paid, plus what 自购省 or 代下单 took off."""
        return self.paid + self.level1_discount


@dataclass(frozen=True, slots=True)
class Paid:
    """order.paid, as far as it speaks about money."""

    at: datetime
    payment: Payment
    lines: tuple[Line, ...]
    shipping: Money

    def __post_init__(self) -> None:
        _not_negative(self.shipping)
        if len({line.number for line in self.lines}) != len(self.lines):
            raise BookError("two lines of an order bear the same number")


@dataclass(frozen=True, slots=True)
class Shipped:
    """A parcel left; `final` when nothing more will follow."""

    id: str
    at: datetime
    final: bool = True


@dataclass(frozen=True, slots=True)
class Received:
    """The customer confirmed that he has it all."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Completed:
    """Used up at the counter (核销): the named lines, or all of them when none are named."""

    at: datetime
    lines: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class LineRefund:
    """The part of a refund that names a line."""

    line: int
    amount: Money

    def __post_init__(self) -> None:
        _not_negative(self.amount)


@dataclass(frozen=True, slots=True)
class Refunded:
    """One refund: `amount` is all the money that went back, `lines` says where some of it belongs."""

    id: str
    at: datetime
    amount: Money
    lines: tuple[LineRefund, ...] = ()

    def __post_init__(self) -> None:
        _not_negative(self.amount)


@dataclass(frozen=True, slots=True)
class AfterSale:
    """One after-sale case, on the named lines or on all; either end of it may be heard first."""

    id: str
    opened_at: datetime | None
    closed_at: datetime | None
    lines: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The order was called off: a refund of the rest."""

    at: datetime


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """All that has been heard of one order."""

    paid: Paid | None
    shipped: tuple[Shipped, ...] = ()
    received: Received | None = None
    completed: tuple[Completed, ...] = ()
    refunds: tuple[Refunded, ...] = ()
    after_sales: tuple[AfterSale, ...] = ()
    cancelled: Cancelled | None = None


@dataclass(frozen=True, slots=True)
class RefundSpread:
    """Where the refunds of an order came to lie."""

    lines: Mapping[int, Money]
    """Refunded of each line; every line of the order is here."""
    shipping: Money
    excess: Money
    """What the refunds claim above what was paid: accepted, counted for nobody, written down up to LARGEST."""
    named: frozenset[int]
    """The lines that some refund names, were it with 0."""
    cancelled: bool

    def gone(self, number: int) -> bool:
        """Whether the line was taken back as such, which is all one can say of a line that cost nothing."""
        return self.cancelled or number in self.named


def kind_of(line: Line, of_product: Goods | None) -> Goods:
    """The line's own kind, else the product's, else 实物."""
    return line.kind or of_product or Goods.GOODS


def refunded_by_line(facts: OrderFacts) -> RefundSpread:
    """Lay all refunds over the lines: what names a line first, then the rest by largest remainder.

    Defined on the set of refunds, never one after the other, so that neither the order in which they were
    heard nor hearing one twice can matter. What exceeds a line joins the pool; the pool is spread over what
    is left of lines and shipping, ties by line number, shipping last. Before `paid` is known nothing lies
    anywhere.
    """
    refunds = frozenset(facts.refunds)
    if facts.paid is None:
        return RefundSpread({}, ZERO, ZERO, _named(refunds), facts.cancelled is not None)
    lines = sorted(facts.paid.lines, key=lambda line: line.number)
    claimed = _claimed(refunds)
    direct = [min(line.paid.fen, claimed.get(line.number, 0)) for line in lines]
    pool = sum(refund.amount.fen for refund in refunds) - sum(direct)
    room = [line.paid.fen - fen for line, fen in zip(lines, direct, strict=True)]
    room.append(facts.paid.shipping.fen)
    excess = max(0, pool - sum(room))
    # A cancelled order gives back all the room there is, whatever the refunds had filled of it.
    filled = room if facts.cancelled else largest_remainder(pool - excess, room)
    *parts, shipping = filled
    by_line = {line.number: Money(fen + part) for line, fen, part in zip(lines, direct, parts, strict=True)}
    shown = Money(min(excess, LARGEST))
    return RefundSpread(by_line, Money(shipping), shown, _named(refunds), facts.cancelled is not None)


def largest_remainder(amount: int, room: Sequence[int]) -> list[int]:
    """Share out `amount` ≤ Σ room in proportion to the rooms; ties go to the one that stands first."""
    whole = sum(room)
    if not whole:
        return [0 for _ in room]
    parts = [amount * one // whole for one in room]
    by_remainder = sorted(range(len(room)), key=lambda at: (-(amount * room[at] % whole), at))
    for at in by_remainder[: amount - sum(parts)]:
        parts[at] += 1
    return parts


def net_base(line: Line, refunded: Money, gone: bool) -> Money:
    """floor(base × (paid − refunded) / paid). A line that cost nothing keeps its base until it is `gone`."""
    if not 0 <= refunded.fen <= line.paid.fen:
        raise BookError("a line cannot be refunded beyond what was paid for it")
    if not line.paid:
        return ZERO if gone else line.base
    return Money(line.base.fen * (line.paid.fen - refunded.fen) // line.paid.fen)


def net_bases(facts: OrderFacts) -> dict[int, Money]:
    """The net base of every line, by line number; empty before `paid` is known."""
    spread = refunded_by_line(facts)
    lines = facts.paid.lines if facts.paid else ()
    return {
        line.number: net_base(line, spread.lines[line.number], spread.gone(line.number)) for line in lines
    }


def whole_lines(facts: OrderFacts, before: datetime | None = None) -> frozenset[int]:
    """The lines of which nothing is left, counting only what went back earlier than `before`."""
    spread = refunded_by_line(_until(facts, before) if before else facts)
    lines = facts.paid.lines if facts.paid else ()
    return frozenset(
        line.number
        for line in lines
        if (spread.lines[line.number] == line.paid if line.paid else spread.gone(line.number))
    )


def wholly_refunded(facts: OrderFacts, before: datetime | None = None) -> bool:
    """Whether nothing is left of any line (shipping apart), counting only what went back before `before`."""
    return facts.paid is not None and len(whole_lines(facts, before)) == len(facts.paid.lines) > 0


def wholly_refunded_at(facts: OrderFacts) -> datetime | None:
    """When the last of the order went back; None while something is left of a line."""
    if not wholly_refunded(facts):
        return None
    went_back = sorted({refund.at for refund in facts.refunds} | _cancelled_at(facts))
    # At the moment before which it is not whole any more, the piece that made it whole went back.
    return next(at for at in reversed(went_back) if not wholly_refunded(facts, before=at))


def _named(refunds: Iterable[Refunded]) -> frozenset[int]:
    return frozenset(part.line for refund in refunds for part in refund.lines)


def _claimed(refunds: Iterable[Refunded]) -> dict[int, int]:
    """What the refunds say of each line, none saying more than the money that went back with it."""
    claimed: dict[int, int] = {}
    for refund in refunds:
        left = refund.amount.fen
        for part in sorted(refund.lines, key=lambda part: (part.line, part.amount)):
            fen = min(left, part.amount.fen)
            left -= fen
            claimed[part.line] = claimed.get(part.line, 0) + fen
    return claimed


def _until(facts: OrderFacts, before: datetime) -> OrderFacts:
    """The facts without what went back at `before` or later."""
    cancelled = facts.cancelled if facts.cancelled and facts.cancelled.at < before else None
    refunds = tuple(refund for refund in facts.refunds if refund.at < before)
    return replace(facts, refunds=refunds, cancelled=cancelled)


def _cancelled_at(facts: OrderFacts) -> set[datetime]:
    return {facts.cancelled.at} if facts.cancelled else set()


def _not_negative(*amounts: Money) -> None:
    if any(amount.fen < 0 for amount in amounts):
        raise BookError("the amounts of an order are never negative")
