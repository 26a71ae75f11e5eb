"""绑定手机号 and 解绑手机号."""

from __future__ import annotations

from engine.errors import Refusal
from handlers.texts import phones as texts
from handlers.texts.refusals import sorry
from handlers.typed import forgiven
from handlers.types import Ask, Reply, Text

PHONE = "phone.bind"
"""The open question: which phone?"""


def ask(ask: Ask) -> Reply:
    """绑定手机号: what it is for, then the number."""
    tail = ask.desk.phones.mine()
    return Text(texts.bound_already(tail) if tail else texts.ASK, state=PHONE)


def told(ask: Ask) -> Reply:
    """The answer to: which phone?"""
    return _bind(ask, ask.text)


def said(ask: Ask) -> Reply:
    """绑定手机号 ‹手机号› in one line."""
    return _bind(ask, ask.got("phone"))


def unbind(ask: Ask) -> Reply:
    """解绑手机号"""
    try:
        return Text(texts.unbound(ask.desk.phones.unbind()), ends=ask.talk.state == PHONE)
    except Refusal as refusal:
        return Text(sorry(refusal))


def _bind(ask: Ask, typed: str) -> Reply:
    try:
        tail = ask.desk.phones.bind(forgiven(typed))
    except Refusal as refusal:
        return Text(sorry(refusal), state=PHONE)
    return Text(texts.bound(tail, promotes=ask.who.promoter is not None), ends=True)
