"""待办, 我的推广 and 员工二维码: what a member of the staff is here for."""

from __future__ import annotations

from engine.errors import Refusal
from engine.people.authority import Right, Role
from handlers import menus
from handlers.lists import itemised
from handlers.merchant import opening
from handlers.texts.anyone import ROLES
from handlers.texts.merchant import todo as texts
from handlers.texts.refusals import sorry_staff
from handlers.types import Ask, Picture, Reply, Text

_MOST = 20
"""Waiting notices that are looked through."""

ROLE_OF = {ROLES[role]: role for role in (Role.REVIEW, Role.FINANCE, Role.SERVICE)}


def todo(ask: Ask) -> Reply:
    """全部待办: what waits, as far as it is his to do. A notice that said so has been heeded by that."""
    may = ask.who.may
    notices = ask.desk.notices.waiting(_MOST) if ask.who.has_notices else ()
    heeded = tuple(row.id for row in notices if row.kind == "todo")
    if heeded:
        # its own reference: the same message run again finds other notices than the first time
        ask.desk.item(heeded[0]).notices.seen(heeded)
    shown = texts.todo(
        ask.desk.reports.todo(),
        ask.desk.checking.count(),
        review=may(Right.REVIEW),
        finance=may(Right.FINANCE),
        service=may(Right.SERVICE),
    )
    below = [_offline(ask) if may(Right.FINANCE) else "", opening.closed(ask)]
    return itemised("\n".join([shown, *(line for line in below if line)]))


def _offline(ask: Ask) -> str:
    """In a shop that settles outside, its list; in one that did so once, what was booked then."""
    if ask.who.offline:
        return texts.SETTLES_OFFLINE
    return texts.SETTLED_OFFLINE if ask.desk.bookings.all(1) else ""


def my_promoting(ask: Ask) -> Reply:
    """What he can do as a promoter himself, or how to become one."""
    if ask.who.promoter is None and ask.who.former is None:
        return Text(texts.become_promoter(ask.who.recruiting))
    return Text(texts.my_promoting(menus.words(menus.PROMOTER, ask.who)))


def which_role(_ask: Ask) -> Reply:
    """员工二维码 without saying as what."""
    return Text(texts.which_role())


def enrolment(ask: Ask) -> Reply:
    """A one-time QR code for a new member."""
    try:
        made = ask.desk.enrolling.invite(ROLE_OF[ask.got("role")])
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    return Picture("enrolment", made.token, texts.enrolment(ROLES[made.role]))
