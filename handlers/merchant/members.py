"""邀请成员: the merchant's own invitation, into a group; it works while recruiting is closed, and has no upline."""

from __future__ import annotations

from typing import Literal

from engine.errors import Refusal
from handlers.lists import itemised
from handlers.texts.merchant import members as texts
from handlers.texts.refusals import sorry_staff
from handlers.types import Ask, Picture, Reply, Text


def which(ask: Ask) -> Reply:
    """邀请成员: the invitations that work, and how to make one."""
    groups = tuple(sized.group.name for sized in ask.desk.groups.all())
    return itemised(texts.listing(ask.desk.members.all(), groups))


def invite(ask: Ask) -> Reply:
    """邀请成员 ‹分组› 门店 ‹名称›"""
    group = ask.got("group")
    try:
        made = ask.desk.members.invite("" if group == texts.NO_GROUP else group, ask.got("store"))
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    return Text(texts.one(made, ask.home, fresh=True))


def tapped(ask: Ask) -> Reply:
    """成员邀请 ‹邀请›"""
    try:
        return Text(texts.one(ask.desk.members.get(_token(ask)), ask.home))
    except Refusal as refusal:
        return Text(sorry_staff(refusal))


def code(ask: Ask) -> Reply:
    """成员邀请 ‹邀请› 二维码"""
    return _drawn(ask, "members", texts.DRAWING)


def poster(ask: Ask) -> Reply:
    """成员邀请 ‹邀请› 海报"""
    return _drawn(ask, "members_poster", texts.DRAWING_POSTER)


def end(ask: Ask) -> Reply:
    """成员邀请 ‹邀请› 结束"""
    try:
        return Text(texts.ended(ask.desk.members.end(_token(ask))))
    except Refusal as refusal:
        return Text(sorry_staff(refusal))


def _drawn(ask: Ask, what: Literal["members", "members_poster"], meanwhile: str) -> Reply:
    try:
        return Picture(what, ask.desk.members.get(_token(ask)).token, meanwhile)
    except Refusal as refusal:
        return Text(sorry_staff(refusal))


def _token(ask: Ask) -> str:
    return ask.got("token").upper()
