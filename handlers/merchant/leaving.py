"""解约: who leaves, who gets his customers and downlines, why; then one code for all of it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import Refusal
from engine.ids import PromoterId
from engine.people.confirmations import Confirmation
from engine.people.reasons import reason_in
from engine.programme.promoters import Promoter, Status
from engine.referrals.handover import CannotTakeOver
from handlers.lists import as_typed, beside, closing
from handlers.matching import said
from handlers.texts.merchant import leaving as texts
from handlers.texts.merchant.promoters import wrong_status
from handlers.texts.refusals import sorry_staff
from handlers.typed import code
from handlers.types import Ask, Reply, Text

WHO, SUCCESSOR, UPLINE, REASON = (f"terminate.{step}" for step in ("who", "successor", "upline", "reason"))
"""The open questions; `memory` holds what was answered under the same words."""

_PARTS = ("移交", "不移交", "下级")


def ask_who(_ask: Ask) -> Reply:
    """解约 and nobody named."""
    return Text(texts.ASK_WHO, state=WHO)


def line(ask: Ask) -> Reply:
    """解约 ‹推荐码› 移交 ‹推荐码› ‹原因›, or as much of it as was said."""
    reason = as_typed(ask, "reason")
    told = {"code": code(ask.got("code"))}
    if reason.startswith(_PARTS) or (ask.got("upline") and not ask.who.two_level):
        return beside(ask, texts.how_to(told["code"], two_level=ask.who.two_level))
    if ask.got("how"):
        told["successor"] = code(ask.got("to"))
    if ask.got("upline") or (ask.got("how") and reason):
        told["upline"] = _upline(ask.got("upline"))
    return _go_on(ask, told | ({"reason": reason} if reason else {}))


def who_told(ask: Ask) -> Reply:
    """The answer to: who leaves?"""
    return _go_on(ask, {"code": code(ask.text)}, again=WHO)


def successor_told(ask: Ask) -> Reply:
    """The answer to: who gets his customers?"""
    return _go_on(ask, {**ask.talk.memory, "successor": code(ask.text)}, again=SUCCESSOR)


def upline_told(ask: Ask) -> Reply:
    """The answer to: whose are his downlines?"""
    return _go_on(ask, {**ask.talk.memory, "upline": _upline(ask.text)}, again=UPLINE)


def reason_told(ask: Ask) -> Reply:
    """The answer to: why?"""
    return _go_on(ask, {**ask.talk.memory, "reason": ask.text})


def ask_again(ask: Ask) -> Reply:
    """The question that was left open."""
    return _go_on(ask, dict(ask.talk.memory))


def prompt_again(ask: Ask, bound: Mapping[str, str]) -> str:
    """The same last look with a fresh code. Raises the Refusal that came up since."""
    made = ask.desk.handover.propose_terminate(
        bound["code"], bound["successor_code"], bound["upline_code"], bound["reason"]
    )
    return _prompt(ask, made)


def _go_on(ask: Ask, told: dict[str, str], again: str = "") -> Reply:
    """The next question, or the last look. `again` is the question to stay at when its answer is no use."""
    try:
        row = ask.desk.promoters.by_code(told["code"])
        if row.status is Status.TERMINATED:
            return beside(ask, wrong_status(row))
        _check(ask, row, told)
        return _ask_on(ask, row, told)
    except Refusal as refusal:
        if not again:
            return beside(ask, sorry_staff(refusal))
        return Text(f"{sorry_staff(refusal)}\n{_question(ask, again)}", state=again, memory=ask.talk.memory)


def _ask_on(ask: Ask, row: Promoter, told: dict[str, str]) -> Reply:
    if "successor" not in told:
        if ask.desk.referrals.customer_count(row.id):
            return Text(_successor(ask, row), state=SUCCESSOR, memory=told)
        told |= {"successor": ""}
    if "upline" not in told:
        if _downlines(ask, row.id):
            return Text(_whose(ask, row, told), state=UPLINE, memory=told)
        told |= {"upline": ""}
    reason = reason_in(told.get("reason", ""))
    if not reason:
        kept = {name: said for name, said in told.items() if name != "reason"}
        return Text(texts.ask_reason(row), state=REASON, memory=kept)
    made = ask.desk.handover.propose_terminate(row.code, told["successor"], told["upline"], reason)
    return closing(ask, _prompt(ask, made), WHO, SUCCESSOR, UPLINE, REASON)


def _question(ask: Ask, state: str) -> str:
    if state == WHO:
        return texts.ASK_WHO
    row = ask.desk.promoters.by_code(ask.remembered("code"))
    return _successor(ask, row) if state == SUCCESSOR else _whose(ask, row, ask.talk.memory)


def _successor(ask: Ask, row: Promoter) -> str:
    return texts.ask_successor(row, ask.desk.referrals.customer_count(row.id))


def _whose(ask: Ask, row: Promoter, told: Mapping[str, str]) -> str:
    return texts.ask_upline(row, _downlines(ask, row.id), told.get("successor", ""))


def _prompt(ask: Ask, made: Confirmation) -> str:
    row = ask.desk.promoters.by_code(made.args["code"])
    return texts.prompt(
        made,
        row,
        ask.desk.earnings.of(row.id).balances,
        customers=ask.desk.referrals.customer_count(row.id),
        successor=_named(ask, made.args["successor_code"]),
        downlines=_downlines(ask, row.id),
        upline=_named(ask, made.args["upline_code"]),
        offline=ask.who.offline,
    )


def _check(ask: Ask, row: Promoter, told: Mapping[str, str]) -> None:
    """Somebody who cannot take over is told so at once, not after the last question."""
    for name in ("successor", "upline"):
        heir = _named(ask, told.get(name, ""))
        if heir and (heir.status is not Status.ACTIVE or heir.id == row.id):
            raise CannotTakeOver(heir.code)


def _downlines(ask: Ask, promoter: PromoterId) -> int:
    """How many he invited; nobody speaks of them while one level is paid."""
    return ask.desk.earnings.downline_count(promoter) if ask.who.two_level else 0


def _named(ask: Ask, typed: str) -> Promoter | None:
    return ask.desk.promoters.by_code(typed) if typed else None


def _upline(typed: str) -> str:
    return "" if said(typed) in ("", texts.NOBODY, "没有", "没有上级") else code(typed)
