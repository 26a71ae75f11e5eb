"""通过, 驳回 and a bare number: what they mean depends on the list that was shown last."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.people.authority import LacksRight, Right
from handlers.lists import Of, as_typed, is_number, picked, shown
from handlers.merchant import (
    applications,
    checks,
    customers,
    details,
    goods,
    groups,
    materials,
    orders,
    payouts,
    promoters,
    rules,
    staff,
    withdrawals,
)
from handlers.promoter import customers as mine
from handlers.texts.merchant import todo as texts
from handlers.texts.refusals import sorry_staff
from handlers.types import Ask, Reply, Text


def approve(ask: Ask) -> Reply:
    """通过 1-8, or 通过 ‹end of an application's id› as the tapped line sends it."""
    which = ask.got("which")
    if not is_number(which):
        return _reviewing(ask) or applications.approve(ask, [(1, which)])
    if shown(ask) is Of.WITHDRAWALS:
        return _paying(ask) or withdrawals.approve(ask, picked(ask, which))
    tails = picked(ask, which) if shown(ask) is Of.APPLICATIONS else ()
    return _reviewing_or_fresh(ask) or (applications.approve(ask, list(tails)) if tails else _fresh(ask))


def reject(ask: Ask) -> Reply:
    """驳回 2 资料不全, or 驳回 ‹end of an application's id›."""
    which, reason = ask.got("which"), as_typed(ask, "reason")
    if not is_number(which):
        return _reviewing(ask) or applications.reject(ask, [(1, which)], reason)
    if shown(ask) is Of.WITHDRAWALS:
        return _paying(ask) or withdrawals.reject_picked(ask, picked(ask, which), reason)
    tails = picked(ask, which) if shown(ask) is Of.APPLICATIONS else ()
    return _reviewing_or_fresh(ask) or (
        applications.reject(ask, list(tails), reason) if tails else _fresh(ask)
    )


def which(ask: Ask) -> Reply:
    """通过 or 驳回 without saying what."""
    if not ask.who.may(Right.REVIEW) and not ask.who.may(Right.FINANCE):
        return _lacks(Right.REVIEW)
    if shown(ask) is Of.WITHDRAWALS or not ask.who.may(Right.REVIEW):
        return withdrawals.listing(ask)
    return applications.listing(ask)


def row(ask: Ask) -> Reply:
    """A bare number: open that row of the list."""
    of = shown(ask)
    if of is None:
        return Text(texts.no_such_row())
    right, opened = _OPENS[of]
    if right and not ask.who.may(right):
        return _lacks(right)
    return opened(ask, ask.remembered(ask.got("number")))


def pay(ask: Ask) -> Reply:
    """打款 3, 开始打款 ‹单号›"""
    which = ask.got("which")
    if not is_number(which):
        return payouts.begin(ask, which)
    found = picked(ask, which) if shown(ask) is Of.PAYOUTS else ()
    return payouts.begin(ask, found[0][1]) if len(found) == 1 else payouts.listing(ask, texts.STALE)


def _fresh(ask: Ask) -> Reply:
    """The numbers stand for nothing: the list of today instead of a guess."""
    if ask.who.may(Right.REVIEW):
        return applications.listing(ask, texts.STALE)
    return withdrawals.listing(ask, texts.STALE)


def _reviewing_or_fresh(ask: Ask) -> Reply | None:
    """Who may neither review nor pay is told so; who may only pay gets his own list."""
    if ask.who.may(Right.REVIEW):
        return None
    return _fresh(ask) if ask.who.may(Right.FINANCE) else _lacks(Right.REVIEW)


def _reviewing(ask: Ask) -> Reply | None:
    return None if ask.who.may(Right.REVIEW) else _lacks(Right.REVIEW)


def _paying(ask: Ask) -> Reply | None:
    return None if ask.who.may(Right.FINANCE) else _lacks(Right.FINANCE)


def _lacks(right: Right) -> Reply:
    return Text(sorry_staff(LacksRight(right)))


_OPENS: Mapping[Of, tuple[Right | None, Callable[[Ask, str], Reply]]] = {
    Of.APPLICATIONS: (Right.REVIEW, applications.item),
    Of.WITHDRAWALS: (Right.FINANCE, withdrawals.item),
    Of.PAYOUTS: (Right.FINANCE, withdrawals.item),
    Of.ORDERS: (None, orders.item),
    Of.BUYERS: (Right.SERVICE, orders.picked_buyer),
    Of.PROMOTERS: (None, promoters.item),
    Of.CUSTOMERS: (Right.SERVICE, customers.item),
    Of.MY_CUSTOMERS: (None, mine.item),
    Of.DETAILS: (Right.FINANCE, details.opened),
    Of.STAFF: (Right.OWNER, staff.item),
    Of.MESSAGES: (Right.FINANCE, checks.item),
    Of.PRODUCTS: (None, goods.item),
    Of.MATERIALS: (None, materials.item),
    Of.GROUPS: (None, groups.item),
    Of.SETTING_GROUPS: (None, rules.named),
    Of.SETTINGS: (None, rules.named),
}
"""What opens a row of each list, and the right it takes."""
