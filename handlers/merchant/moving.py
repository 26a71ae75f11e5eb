"""分配 and 转移: which customers, to whom, with the lock or only to look after, why; then one code for all of it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import Refusal
from engine.ids import PersonId
from engine.people.confirmations import Confirmation
from engine.people.reasons import reason_in
from engine.programme.promoters import Promoter, Status
from engine.referrals.customers import CustomerRow
from engine.referrals.moving import CannotReceive, How, NobodyToMove
from handlers.lists import Of, as_typed, beside, closing, is_number, picked, shown
from handlers.matching import said
from handlers.texts.merchant import customers as texts
from handlers.texts.refusals import sorry_staff
from handlers.typed import code
from handlers.types import Ask, Reply, Text

TO, HOW, REASON = (f"move.{step}" for step in ("to", "how", "reason"))
"""The open questions; `memory` holds what was answered under the same words, and `whom` or `source`."""

_HOWS = {words: how for how, words in texts.WORDS.items()}


def assign(ask: Ask) -> Reply:
    """分配 ‹序号或客户号› ‹推荐码› 计佣 ‹原因›, or as much of it as was said."""
    which = ask.got("which")
    try:
        if is_number(which):
            handles = [token for _, token in picked(ask, which)] if shown(ask) is Of.CUSTOMERS else []
            if not handles:
                return Text(texts.STALE)
        else:
            handles = [which]
        whom = [ask.desk.referrals.find_customer(handle) for handle in handles]
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))
    return _go_on(ask, {"whom": " ".join(whom)} | _told(ask))


def transfer(ask: Ask) -> Reply:
    """转移 ‹推荐码› ‹推荐码› 全部 计佣 ‹原因›, or as much of it as was said."""
    return _go_on(ask, {"source": code(ask.got("source"))} | _told(ask))


def how_to(ask: Ask) -> Reply:
    """A line that was not understood."""
    return beside(ask, texts.HOW_TO)


def to_told(ask: Ask) -> Reply:
    """The answer to: whose are they from now on?"""
    return _go_on(ask, {**ask.talk.memory, "to": code(ask.text)}, again=TO)


def how_told(ask: Ask) -> Reply:
    """The answer to: with the lock, or only to look after?"""
    how = _HOWS.get(said(ask.text))
    return _go_on(ask, {**ask.talk.memory, "how": how.value} if how else dict(ask.talk.memory))


def reason_told(ask: Ask) -> Reply:
    """The answer to: why?"""
    return _go_on(ask, {**ask.talk.memory, "reason": ask.text})


def ask_again(ask: Ask) -> Reply:
    """The question that was left open."""
    return _go_on(ask, dict(ask.talk.memory))


def prompt_again(ask: Ask, bound: Mapping[str, str]) -> str:
    """The same last look with a fresh code. Raises the Refusal that came up since."""
    told = {"to": bound["target_code"], "how": bound["how"], "reason": bound["reason"]}
    if bound["source"]:
        return _propose(ask, told | {"source": bound["source_code"]})
    return _propose(ask, told | {"whom": bound["customers"]})


def _told(ask: Ask) -> dict[str, str]:
    """What the line said; with a reason and no other word it is meant to earn."""
    told = {"to": code(ask.got("to"))} if ask.got("to") else {}
    if ask.got("how"):
        told["how"] = _HOWS[ask.got("how")].value
    elif ask.got("reason"):
        told["how"] = How.EARN.value
    return told | ({"reason": as_typed(ask, "reason")} if ask.got("reason") else {})


def _go_on(ask: Ask, told: dict[str, str], again: str = "") -> Reply:
    """The next question, or the last look. `again` is the question to stay at when its answer is no use."""
    try:
        return _ask_on(ask, told)
    except Refusal as refusal:
        if not again:
            return closing(ask, sorry_staff(refusal), TO, HOW, REASON)
        return Text(
            f"{sorry_staff(refusal)}\n{texts.ask_to(_who(ask, ask.talk.memory))}", state=again,
            memory=ask.talk.memory,
        )  # fmt: skip


def _ask_on(ask: Ask, told: dict[str, str]) -> Reply:
    who = _who(ask, told)
    if "to" not in told:
        return Text(texts.ask_to(who), state=TO, memory=told)
    target = _target(ask, told)
    if "how" not in told:
        return Text(texts.ask_how(who, target), state=HOW, memory=told)
    if not reason_in(told.get("reason", "")):
        kept = {name: words for name, words in told.items() if name != "reason"}
        return Text(texts.ask_reason(), state=REASON, memory=kept)
    return closing(ask, _propose(ask, told), TO, HOW, REASON)


def _target(ask: Ask, told: Mapping[str, str]) -> Promoter:
    """Somebody who cannot receive them is told so at once, not after the last question."""
    target = ask.desk.promoters.by_code(told["to"])
    if target.status is not Status.ACTIVE or target.code == told.get("source"):
        raise CannotReceive(target.code)
    return target


def _who(ask: Ask, told: Mapping[str, str]) -> str:
    if "whom" in told:
        return texts.named(_rows(ask, told))
    source = ask.desk.promoters.by_code(told["source"])
    count = ask.desk.referrals.customer_count(source.id)
    if not count:
        raise NobodyToMove()
    return texts.all_of(source, count)


def _rows(ask: Ask, told: Mapping[str, str]) -> list[CustomerRow]:
    whom = told.get("whom", "").split()
    return [ask.desk.customers.get(PersonId(person)).row for person in whom]


def _propose(ask: Ask, told: Mapping[str, str]) -> str:
    target, rows = ask.desk.promoters.by_code(told["to"]), _rows(ask, told)
    made = _made(ask, told, tuple(row.person for row in rows))
    return texts.prompt(made, _who(ask, told), rows, target, ask.desk.settings.now())


def _made(ask: Ask, told: Mapping[str, str], whom: tuple[PersonId, ...]) -> Confirmation:
    how = How(told["how"])
    if whom:
        return ask.desk.moving.propose_assign(whom, told["to"], how, told["reason"])
    return ask.desk.moving.propose_transfer(told["source"], told["to"], how, told["reason"])
