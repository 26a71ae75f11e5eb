"""规则设置: the groups, one group, one setting, and every change; rates and two levels take a second word."""

from __future__ import annotations

from engine.errors import NotAnAmount, NotARate, Refusal
from engine.people.authority import Right
from engine.programme.backdrops import KIND_OF
from engine.programme.settings import (
    ACKNOWLEDGEMENT,
    SPECS,
    Change,
    DailyLimitBelowMinimum,
    Kind,
    MinimumAboveMaximum,
    NotAcknowledged,
    NothingChanged,
    OutOfRange,
    ProgrammeNotReady,
)
from engine.programme.wording import BannedWording, TooManyQuestions
from handlers.lists import Of, as_typed, beside, listed
from handlers.merchant import posters
from handlers.texts import settings as texts
from handlers.texts.applying import pages
from handlers.texts.refusals import sorry_staff
from handlers.types import Ask, Reply, Text

TEXT, RISK, PICTURE = "settings.text", "settings.risk", "settings.picture"
"""The open questions: the new text, the acknowledgement of the second level's risk, the new picture."""

_REWRITE = frozenset({"改", "修改", "重写"})


def menu(ask: Ask) -> Reply:
    """规则设置"""
    shown = texts.menu(ask.desk.settings.now(), may_change=ask.who.may(Right.OWNER))
    return listed(shown, Of.SETTING_GROUPS, [name for name, _ in texts.GROUPS])


def tapped(ask: Ask) -> Reply:
    """设置 ‹名称›"""
    return named(ask, ask.got("name"))


def named(ask: Ask, name: str) -> Reply:
    """One group, or one setting."""
    rules, keys, key = ask.desk.settings.now(), texts.group_of(name), texts.key_of(name)
    if keys:
        return listed(texts.group(name, keys, rules), Of.SETTINGS, [texts.name_of(found) for found in keys])
    if not key:
        return Text(texts.unknown(name))
    return beside(ask, texts.page(key, rules, may_change=ask.who.may(Right.OWNER)))


def whole(ask: Ask) -> Reply:
    """看 ‹名称›: a long text, screen by screen."""
    key = texts.key_of(ask.got("name"))
    if key is None or SPECS[key].kind is not Kind.TEXT:
        return named(ask, ask.got("name"))
    parts = pages(getattr(ask.desk.settings.now(), key))
    number = min(max(int(ask.got("page") or 1), 1), len(parts))
    part, owner = parts[number - 1], ask.who.may(Right.OWNER)
    return beside(ask, texts.whole(key, part, number, len(parts), may_change=owner))


def change(ask: Ask) -> Reply:
    """设置 ‹名称› ‹值›"""
    key, typed = texts.key_of(ask.got("name")), as_typed(ask, "value")
    if key is None:
        return Text(texts.unknown(ask.got("name")))
    if typed in _REWRITE and SPECS[key].kind in (Kind.TEXT, Kind.PICTURE):
        return _ask_picture(key) if SPECS[key].kind is Kind.PICTURE else _ask_text(key)
    try:
        return _change(ask, key, typed)
    except (NotAnAmount, NotARate):
        return beside(ask, texts.out_of_range(OutOfRange(key, typed)))
    except Refusal as refusal:
        return beside(ask, _explained(ask, refusal))


def text_told(ask: Ask) -> Reply:
    """The new text."""
    key = ask.remembered("key")
    try:
        return Text(texts.changed(ask.desk.settings.change(key, texts.heard(key, ask.text.strip()))))
    except (OutOfRange, BannedWording, TooManyQuestions) as refusal:
        return Text(_explained(ask, refusal), state=TEXT, memory=ask.talk.memory)
    except Refusal as refusal:
        return Text(_explained(ask, refusal))


def picture_sent(ask: Ask) -> Reply:
    """The new picture: a worker fetches it, and says what became of it."""
    key = ask.remembered("key")
    ask.desk.pictures.give(key, ask.message.picture)
    return Text(texts.picture_received(key))


def picture_awaited(ask: Ask) -> Reply:
    """Words where a picture was asked for: 清空, or the question again."""
    key = ask.remembered("key")
    try:
        return Text(texts.changed(ask.desk.settings.change(key, texts.heard(key, ask.text.strip()))))
    except OutOfRange:
        return _ask_picture(key)
    except Refusal as refusal:
        return Text(_explained(ask, refusal))


def ask_picture_again(ask: Ask) -> Reply:
    """Which picture was to be sent?"""
    return _ask_picture(ask.remembered("key"))


def acknowledge(ask: Ask) -> Reply:
    """我已了解二级风险: kept with who typed it and when; from then on a second level is paid."""
    return _acknowledge(ask, ACKNOWLEDGEMENT)


def risk_told(ask: Ask) -> Reply:
    """The answer to the risk's description."""
    try:
        return _acknowledge(ask, ask.text)
    except NotAcknowledged:
        return Text(texts.not_acknowledged(), state=RISK)


def ask_text_again(ask: Ask) -> Reply:
    """Which text was to be written?"""
    return _ask_text(ask.remembered("key"))


def ask_risk(_ask: Ask) -> Reply:
    """What the owner has to know before."""
    return Text(texts.risk(), state=RISK)


def _ask_picture(key: str) -> Reply:
    kind = KIND_OF.get(key)
    if kind:
        return posters.asked(kind)
    return Text(texts.ask_picture(key), state=PICTURE, memory={"key": key})


def _ask_text(key: str) -> Reply:
    return Text(texts.ask_text(key), state=TEXT, memory={"key": key})


def _change(ask: Ask, key: str, typed: str) -> Reply:
    days = texts.received_days(typed) if key == "settle_mode" else None
    if days:
        return _received_after(ask, days)
    heard = texts.heard(key, typed)
    if key == "two_level" and heard == "on" and not ask.desk.settings.now().acknowledged:
        return ask_risk(ask)
    if SPECS[key].confirmed:
        return beside(ask, texts.prompt(ask.desk.settings.propose(key, heard)))
    return beside(ask, texts.changed(ask.desk.settings.change(key, heard)))


def _received_after(ask: Ask, days: str) -> Reply:
    """结算时间 收货后7天 is two settings; the days first, because only they can be out of range."""
    changes: list[Change] = []
    for number, (key, value) in enumerate((("settle_days", days), ("settle_mode", "received")), 1):
        try:
            changes.append(ask.desk.item(number).settings.change(key, value))
        except NothingChanged:
            continue
    if not changes:
        raise NothingChanged("settle_mode")
    return beside(ask, "\n".join(texts.changed(done) for done in changes))


def _acknowledge(ask: Ask, typed: str) -> Reply:
    try:
        ask.desk.settings.acknowledge(typed)
    except NothingChanged:
        if ask.desk.settings.now().two_level:
            return Text(texts.pays_already(), ends=True)
    if not ask.desk.settings.now().two_level:
        ask.desk.settings.change("two_level", "on")
    return Text(texts.acknowledged(), ends=True)


def _explained(ask: Ask, refusal: Refusal) -> str:
    """Why not, with the setting's own name and range."""
    match refusal:
        case OutOfRange():
            return texts.out_of_range(refusal)
        case NothingChanged():
            return texts.nothing_changed(refusal, ask.desk.settings.now())
        case ProgrammeNotReady():
            return texts.not_ready(refusal)
        case MinimumAboveMaximum():
            return texts.crossed(refusal)
        case DailyLimitBelowMinimum():
            return texts.limit_too_low(refusal)
    return sorry_staff(refusal)
