"""A code and nothing else: what it opens is decided by whose it is."""

from __future__ import annotations

from engine.orders.views import NoSuchOrder
from engine.payouts.records import NoSuchWithdrawal
from engine.people.authority import Right
from engine.programme.promoters import NoSuchPromoter, NotAPromoter
from handlers.anyone.unknown import unknown
from handlers.customer import orders, referrals
from handlers.merchant import orders as sold
from handlers.merchant import promoters, withdrawals
from handlers.promoter import withdrawing
from handlers.texts import referrals as texts
from handlers.texts import why
from handlers.types import Ask, Reply, Text


def opened(ask: Ask) -> Reply:
    """By the staff: looking at a promoter is no visit, and no lock."""
    code = ask.got("code")
    try:
        ask.desk.promoters.by_code(code)
        return promoters.item(ask, code)
    except NoSuchPromoter:
        pass
    try:
        ask.desk.order_cards.get(code)
        return sold.item(ask, code)
    except NoSuchOrder:
        pass
    try:
        if ask.who.may(Right.FINANCE):
            ask.desk.withdrawals.get(code)
            return withdrawals.item(ask, code)
    except NoSuchWithdrawal:
        pass
    return _nothing(ask, texts.known_nowhere(code))


def said(ask: Ask) -> Reply:
    """By anybody else: somebody's 推荐码 counts as typed, a 单号 opens what is his."""
    return referrals.code_alone(ask) or _bought(ask) or _earned(ask) or _withdrawn(ask) or _missed(ask)


def _bought(ask: Ask) -> Reply | None:
    try:
        ask.desk.refunds.one(ask.got("code"))
    except NoSuchOrder:
        return None
    return orders.one(ask)


def _earned(ask: Ask) -> Reply | None:
    try:
        return Text(why.explained(ask.desk.why.of(ask.got("code"))))
    except NoSuchOrder:
        return None


def _withdrawn(ask: Ask) -> Reply | None:
    try:
        ask.desk.withdrawals.own(ask.got("code"))
    except (NoSuchWithdrawal, NotAPromoter):
        return None
    return withdrawing.one(ask)


def _missed(ask: Ask) -> Reply:
    return _nothing(ask, texts.looks_like_code(ask.got("code")))


def _nothing(ask: Ask, said: str) -> Reply:
    """A plain word of six letters is not taken for a code."""
    return Text(said) if any(char.isdigit() for char in ask.got("code")) else unknown(ask)
