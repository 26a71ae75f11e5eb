"""The chart of accounts and the legal moves between them, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

SHOP = "shop"
"""The owner of the shop's own accounts."""


class Account(Enum):
    """An account of the book; credit-positive."""

    PENDING = "pending"
    """待结算"""
    AVAILABLE = "available"
    """可提现"""
    WITHDRAWING = "withdrawing"
    """提现中"""
    CLEARING = "clearing"
    """Sent; the outcome is not known yet."""
    PAID_OUT = "paid_out"
    """已打款"""
    TAX = "tax"
    DEBT = "debt"
    """待追回; never above zero"""
    EXPENSE = "expense"
    """The shop's; never above zero."""
    ADJUSTMENT = "adjustment"
    """The shop's."""


OF_SHOP = frozenset({Account.EXPENSE, Account.ADJUSTMENT})


class Move(Enum):
    """What happened, as the book knows it."""

    ACCRUE = "accrue"
    """A commission is booked, raised or lowered by a refund, before or after maturity."""
    MATURE = "mature"
    UNMATURE = "unmature"
    """What had matured is pending again: a fact heard late says that it was not due yet."""
    REQUEST = "request"
    RETURN = "return"
    """A withdrawal rejected, cancelled or definitely failed before sending."""
    SEND = "send"
    PAY = "pay"
    FAIL = "fail"
    """The provider definitely failed after sending."""
    PAY_BY_HAND = "pay_by_hand"
    """Sending and success at once."""
    SETTLE_OFFLINE = "settle_offline"
    ADJUST = "adjust"


@dataclass(frozen=True, slots=True)
class Rule:
    """Which accounts a move may lower and which it may raise."""

    lowers: frozenset[Account]
    raises: frozenset[Account]
    many: bool = False
    """It may move money of several promoters at once, through the shop; no other move has two of them in it."""


def _rule(lowers: str, raises: str, *, many: bool = False) -> Rule:
    return Rule(_accounts(lowers), _accounts(raises), many)


def _accounts(names: str) -> frozenset[Account]:
    return frozenset(Account(name) for name in names.split())


LEGAL: dict[Move, Rule] = {
    Move.ACCRUE: _rule("expense pending available debt", "pending expense available debt", many=True),
    Move.MATURE: _rule("pending", "debt available"),
    Move.UNMATURE: _rule("available debt", "pending"),
    Move.REQUEST: _rule("available", "withdrawing"),
    Move.RETURN: _rule("withdrawing", "debt available"),
    Move.SEND: _rule("withdrawing", "clearing tax"),
    Move.PAY: _rule("clearing", "paid_out"),
    Move.FAIL: _rule("clearing tax", "debt available"),
    Move.PAY_BY_HAND: _rule("withdrawing", "paid_out tax"),
    Move.SETTLE_OFFLINE: _rule("available", "paid_out"),
    # the other accounts say what orders and withdrawals say, and cannot be moved beside them
    Move.ADJUST: _rule("adjustment available debt", "adjustment available debt"),
}
