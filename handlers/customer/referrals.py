"""推荐: scans, typed codes, the receipt, 我的推荐人 and 不是."""

from __future__ import annotations

from engine.errors import Refusal
from engine.programme.promoters import NoSuchPromoter
from engine.referrals.visits import How
from handlers import typed
from handlers.texts import referrals as texts
from handlers.texts.people import called
from handlers.texts.refusals import sorry
from handlers.types import Ask, Reply, Text

CODE = "code.typed"


def mine(ask: Ask) -> Reply:
    """我的推荐人"""
    return Text(texts.referrer(ask.desk.referrals.mine()))


def ask_code(_ask: Ask) -> Reply:
    """填写推荐码"""
    return Text(texts.ASK_CODE, state=CODE)


def code_answered(ask: Ask) -> Reply:
    """The answer to 填写推荐码; a code that is wrong may be corrected."""
    try:
        return _visited(ask, typed.code(ask.text))
    except NoSuchPromoter as refusal:
        return Text(f"{sorry(refusal)}\n{texts.ASK_CODE}", state=CODE)
    except Refusal as refusal:
        return Text(sorry(refusal))


def code_said(ask: Ask) -> Reply:
    """推荐码 ABC234 in one line."""
    try:
        return _visited(ask, typed.code(ask.got("code")))
    except Refusal as refusal:
        return Text(sorry(refusal))


def code_alone(ask: Ask) -> Reply | None:
    """Six characters and nothing else, or None where they are nobody's 推荐码."""
    try:
        return _visited(ask, ask.got("code"))
    except NoSuchPromoter:
        return None
    except Refusal as refusal:
        return Text(sorry(refusal))


def undo(ask: Ask) -> Reply:
    """不是"""
    try:
        who = ask.desk.referrals.undo()
    except Refusal as refusal:
        return Text(sorry(refusal))
    return Text(texts.undone(called(who), ask.desk.referrals.mine()))


def _visited(ask: Ask, code: str) -> Reply:
    shop = ask.desk.settings.now().shop_name
    return Text(texts.receipt(ask.desk.referrals.visit(code, How.CODE), shop))
