"""店铺海报, 邀请推广员 and the name that stands on them."""

from __future__ import annotations

from engine.errors import Refusal
from engine.programme.recruiting import ProgrammeOff
from handlers.texts import earnings as texts
from handlers.texts import portraits
from handlers.texts.marks import plain
from handlers.texts.refusals import sorry
from handlers.types import Ask, Picture, Reply, Text

NAME = "rename.name"


def poster(ask: Ask) -> Reply:
    """店铺海报"""
    return barred(ask) or Picture("poster", _me(ask), texts.POSTER)


def invitation(ask: Ask) -> Reply:
    """邀请推广员"""
    return barred(ask) or Picture("invitation", _me(ask), texts.INVITATION)


def ask_name(_ask: Ask) -> Reply:
    """改名"""
    return Text(texts.ASK_NAME, NAME)


def name_answered(ask: Ask) -> Reply:
    """The answer to 改名."""
    return _renamed(ask, ask.text, NAME)


def name_said(ask: Ask) -> Reply:
    """改名 王姐 in one line."""
    return _renamed(ask, ask.got("name"), "")


def _renamed(ask: Ask, typed: str, state: str) -> Reply:
    try:
        renamed = texts.renamed(ask.desk.promoters.rename(plain(typed)))
    except Refusal as refusal:
        return Text(sorry(refusal), state)
    if ask.desk.wishes.mine().asked:
        return Text(renamed)
    return Text(f"{renamed}\n{portraits.OFFER}")


def barred(ask: Ask) -> Text | None:
    """Why somebody has nothing to promote with now: a picture that would be scanned in vain is not made."""
    if ask.who.frozen:
        return Text(texts.FROZEN)
    return None if ask.who.programme else Text(sorry(ProgrammeOff()))


def _me(ask: Ask) -> str:
    return ask.who.promoter or ""
