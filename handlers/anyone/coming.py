"""Coming and going: follows, scans of posters, invitations and staff QR codes, unfollows."""

from __future__ import annotations

from dataclasses import replace

from engine.errors import Refusal
from engine.people.authority import Role
from engine.people.enrolling import EnrolledAlready
from engine.programme.members import TOKEN_LENGTH
from engine.programme.who import Who
from engine.referrals.visits import How
from handlers import menus
from handlers.texts import anyone as texts
from handlers.texts import referrals
from handlers.texts.merchant import opening
from handlers.texts.refusals import sorry
from handlers.types import Ask, Kind, Reply, Silence, Text


def followed(ask: Ask) -> Reply:
    """Somebody follows, without a code or with one that is not ours."""
    _follows(ask)
    return Text(_welcome(ask))


def unfollowed(ask: Ask) -> Reply:
    """Nothing can be pushed to him any more, and what is known of him goes."""
    ask.desk.contacts.unfollow()
    return Silence()


def bounced(ask: Ask) -> Reply:
    """A template message to him did not arrive: what it told waits until he comes."""
    number, _, why = ask.text.partition(" ")
    ask.desk.notices.bounced(number, why)
    return Silence()


def poster(ask: Ask) -> Reply:
    """A promoter's poster was scanned."""
    _follows(ask)
    shop = ask.desk.settings.now().shop_name
    code, _, point = ask.got("code").partition(":")
    try:
        said = referrals.receipt(ask.desk.referrals.visit(code, How.SCAN, point), shop)
    except Refusal as refusal:
        return Text(_greeted(ask, sorry(refusal)))
    return Text(_greeted(ask, said))


def invitation(ask: Ask) -> Reply:
    """A promoter's invitation was scanned, which is a visit as well."""
    _follows(ask)
    rules = ask.desk.settings.now()
    try:
        found = ask.desk.referrals.open_invitation(ask.got("code"))
    except Refusal as refusal:
        return Text(_greeted(ask, sorry(refusal)))
    if not ask.who.recruiting or ask.who.promoter:
        return Text(_greeted(ask, referrals.receipt(found, rules.shop_name)))
    return Text(_greeted(ask, referrals.invited(found, rules)))


def by_merchant(ask: Ask) -> Reply:
    """A QR of the merchant's: his invitation of members, or a one-time staff QR."""
    _follows(ask)
    return _member(ask) if len(ask.got("code")) == TOKEN_LENGTH else _enrolment(ask)


def _member(ask: Ask) -> Reply:
    """The merchant's own invitation (邀请成员); it works while recruiting is closed, too."""
    try:
        found = ask.desk.members.open(ask.got("code"))
        ask.desk.recruiting.may_apply()
    except Refusal as refusal:
        return Text(_greeted(ask, sorry(refusal)))
    return Text(_greeted(ask, referrals.invited_by_merchant(found, ask.desk.settings.now())))


def _enrolment(ask: Ask) -> Reply:
    try:
        role = ask.desk.enrolling.enrol(ask.got("code"))
    except EnrolledAlready as refusal:
        return Text(_greeted(ask, sorry(refusal)))
    except Refusal as refusal:
        return Text(texts.enrolled_already() if ask.who.is_staff else _greeted(ask, sorry(refusal)))
    rules = ask.desk.settings.now()
    words = menus.words(menus.MERCHANT, _with(ask.who, role))
    first = f"\n\n{opening.CLOSED}" if role is Role.OWNER and not rules.programme else ""
    return Text(texts.enrolled(rules.shop_name, role, words) + first)


def unknown_code(_ask: Ask) -> Reply:
    """A follower scanned a code that is not ours, or no longer."""
    return Text(texts.OLD_CODE)


def _follows(ask: Ask) -> None:
    if ask.message.kind is Kind.FOLLOW:
        ask.desk.contacts.follow()


def _welcome(ask: Ask) -> str:
    rules, words = ask.desk.settings.now(), menus.words(menus.of(ask.who), ask.who)
    if ask.who.is_staff or ask.who.promoter:
        return texts.welcome_back(rules.shop_name, words)
    return texts.visitor_welcome(rules.shop_name, rules.welcome_text, words)


def _greeted(ask: Ask, said: str) -> str:
    """A new follower is welcomed first."""
    if ask.message.kind is not Kind.FOLLOW:
        return said
    return f"{texts.welcome(ask.desk.settings.now().shop_name)}\n{said}"


def _with(who: Who, role: Role) -> Who:
    return replace(who, roles=who.roles | {role})
