"""改上级 of a promoter, and 改邀请人 of an application that waits; nobody hears of either while one level is paid."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import Refusal
from engine.people.confirmations import Confirmation
from engine.people.names import Name
from engine.people.reasons import reason_in
from engine.programme.promoters import Promoter
from handlers.anyone.unknown import unknown
from handlers.lists import as_typed, closing
from handlers.matching import said
from handlers.merchant import applications
from handlers.texts.merchant import uplines as texts
from handlers.texts.refusals import sorry_staff
from handlers.typed import code
from handlers.types import Ask, Reply, Text

WHO, REASON, INVITER = "upline.who", "upline.reason", "inviter.who"
"""The open questions; `memory` holds the promoter's `code` and the new `upline`, or the application's `tail`."""


def line(ask: Ask) -> Reply:
    """上级 ‹推荐码› ‹推荐码或无› ‹原因›, or as much of it as was said."""
    if not ask.who.two_level:
        return unknown(ask)
    told = {"code": code(ask.got("code"))}
    if ask.got("upline"):
        told["upline"] = _typed(ask.got("upline"))
    return _go_on(ask, told | ({"reason": as_typed(ask, "reason")} if ask.got("reason") else {}))


def who_told(ask: Ask) -> Reply:
    """The answer to: who stands above him from now on?"""
    return _go_on(ask, {**ask.talk.memory, "upline": _typed(ask.text)}, again=True)


def reason_told(ask: Ask) -> Reply:
    """The answer to: why?"""
    return _go_on(ask, {**ask.talk.memory, "reason": ask.text})


def ask_again(ask: Ask) -> Reply:
    """The question that was left open."""
    return _go_on(ask, dict(ask.talk.memory))


def prompt_again(ask: Ask, bound: Mapping[str, str]) -> str:
    """The same last look with a fresh code. Raises the Refusal that came up since."""
    return _prompt(ask, ask.desk.uplines.propose(bound["code"], bound["upline_code"], bound["reason"]))


def changed(ask: Ask, typed: str) -> str:
    """The code was confirmed."""
    row = ask.desk.uplines.change(typed)
    return texts.changed(row, _above(ask, row))


def inviter(ask: Ask) -> Reply:
    """改邀请人 ‹申请› ‹推荐码或无›"""
    if not ask.who.two_level:
        return unknown(ask)
    return _inviter(ask, ask.got("tail"), ask.got("upline"))


def inviter_told(ask: Ask) -> Reply:
    """The answer to: who invited him?"""
    return _inviter(ask, ask.remembered("tail"), ask.text)


def ask_inviter_again(ask: Ask) -> Reply:
    """Whose inviter is it?"""
    return _inviter(ask, ask.remembered("tail"), "")


def _go_on(ask: Ask, told: dict[str, str], *, again: bool = False) -> Reply:
    try:
        row = ask.desk.promoters.by_code(told["code"])
        if "upline" not in told:
            return _ask_who(ask, row)
        ask.desk.promoters.by_code(told["upline"] or row.code)  # an unknown code is told before the reason
    except Refusal as refusal:
        if not again:
            return closing(ask, sorry_staff(refusal), WHO, REASON)
        return Text(sorry_staff(refusal), state=WHO, memory=ask.talk.memory)
    if not reason_in(told.get("reason", "")):
        kept = {name: words for name, words in told.items() if name != "reason"}
        return Text(texts.ask_reason(row), state=REASON, memory=kept)
    try:
        made = ask.desk.uplines.propose(row.code, told["upline"], told["reason"])
    except Refusal as refusal:
        return closing(ask, sorry_staff(refusal), WHO, REASON)
    return closing(ask, _prompt(ask, made), WHO, REASON)


def _ask_who(ask: Ask, row: Promoter) -> Reply:
    return Text(texts.ask_who(row, _above(ask, row)), state=WHO, memory={"code": row.code})


def _prompt(ask: Ask, made: Confirmation) -> str:
    row = ask.desk.promoters.by_code(made.args["code"])
    after = ask.desk.promoters.by_code(made.args["upline_code"]) if made.args["upline_code"] else None
    return texts.prompt(made, row, _above(ask, row), after)


def _above(ask: Ask, row: Promoter) -> Name | None:
    return ask.desk.promoters.get(row.upline).name if row.upline else None


def _inviter(ask: Ask, tail: str, typed: str) -> Reply:
    try:
        row = ask.desk.recruiting.ending(tail)
        if not typed.strip():
            return Text(texts.ask_inviter(row, tail), state=INVITER, memory={"tail": tail})
        ask.desk.recruiting.change_inviter(row.id, _typed(typed))
    except Refusal as refusal:
        return closing(ask, sorry_staff(refusal), INVITER)
    return closing(ask, applications.screen(ask, tail), INVITER)


def _typed(typed: str) -> str:
    return "" if said(typed) in (texts.NOBODY, "没有", "没有上级", "没有邀请人") else code(typed)
