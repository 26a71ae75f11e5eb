"""消息冲突, and 已核对 of what stands in 待办 because the shop's figures do not fit."""

from __future__ import annotations

from engine.errors import Refusal
from engine.orders.checking import HANDLE_LENGTH
from handlers.lists import Of, beside, is_number, listed, picked, shown
from handlers.paging import leaf, page_of
from handlers.texts.merchant import checks as texts
from handlers.texts.refusals import sorry_staff
from handlers.typed import code
from handlers.types import Ask, Reply, Text

MESSAGE = rf"[0-9a-z]{{{HANDLE_LENGTH}}}"
"""What names a contradicting message, as a part of a pattern."""


def messages(ask: Ask) -> Reply:
    """消息冲突"""
    page = leaf(page_of(ask), ask.desk.checking.messages)
    shown_now = texts.messages(page, ask.desk.checking.count())
    return listed(shown_now, Of.MESSAGES, [row.handle for row in page.rows], page.first)


def tapped(ask: Ask) -> Reply:
    """消息冲突 ‹编号›"""
    return item(ask, ask.got("handle"))


def item(ask: Ask, handle: str) -> Reply:
    """One contradiction: what was told first, and what later."""
    try:
        return beside(ask, texts.message(ask.desk.checking.message(handle)))
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))


def how_to(_ask: Ask) -> Reply:
    """已核对 without saying what."""
    return Text(texts.HOW_TO)


def done(ask: Ask) -> Reply:
    """已核对 ‹单号›, ‹编号›, or rows of the list that was shown last."""
    which = ask.got("which")
    if not is_number(which):
        return beside(ask, _settled(ask, which))
    rows = picked(ask, which) if shown(ask) in (Of.ORDERS, Of.MESSAGES) else ()
    if not rows:
        return Text(texts.HOW_TO)
    return beside(ask, texts.many([f"{number}. {_one(ask, number, token)}" for number, token in rows]))


def _settled(ask: Ask, token: str) -> str:
    try:
        if len(token) == HANDLE_LENGTH:
            ask.desk.checking.settle_message(token)
            return texts.message_done(ask.desk.checking.count())
        return texts.order_done(ask.desk.checking.settle_order(code(token)))
    except Refusal as refusal:
        return sorry_staff(refusal)


def _one(ask: Ask, number: int, token: str) -> str:
    """One of several: its own delivery, its own line."""
    desk = ask.desk.item(number)
    try:
        if len(token) == HANDLE_LENGTH:
            desk.checking.settle_message(token)
            return texts.ONE_MESSAGE
        return texts.one_order(desk.checking.settle_order(token))
    except Refusal as refusal:
        return sorry_staff(refusal)
