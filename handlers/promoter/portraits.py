"""海报头像 and 海报 换样式: what a promoter wishes for his own posters."""

from __future__ import annotations

from engine.errors import Refusal
from engine.programme.modes import PosterLook
from handlers.texts import portraits as texts
from handlers.texts.marks import folded
from handlers.texts.refusals import sorry
from handlers.texts.settings import look_name
from handlers.types import Ask, Reply, Text

PORTRAIT = "portrait.picture"
"""The open question: which picture is to stand on his posters?"""


def ask_portrait(ask: Ask) -> Reply:
    """海报头像"""
    return Text(texts.mine(has=bool(ask.desk.wishes.mine().portrait)), state=PORTRAIT)


def picture_sent(ask: Ask) -> Reply:
    """The picture: a worker fetches it, and says what became of it."""
    try:
        ask.desk.wishes.give_portrait(ask.message.picture)
    except Refusal as refusal:
        return Text(sorry(refusal))
    return Text(texts.RECEIVED, ends=True)


def skip(ask: Ask) -> Reply:
    """海报头像 删除, and 跳过 where it was asked for."""
    try:
        ask.desk.wishes.skip_portrait()
    except Refusal as refusal:
        return Text(sorry(refusal))
    return Text(texts.SKIPPED, ends=True)


def looks(ask: Ask) -> Reply:
    """海报 换样式"""
    return Text(texts.looks(ask.desk.wishes.looks()))


def look_said(ask: Ask) -> Reply:
    """海报样式 ‹样式›; a word that names none shows them all again."""
    typed = folded(ask.got("look"))
    known = {folded(look_name(look)): look.value for look in PosterLook} | dict.fromkeys(texts.DEFAULTS, "")
    if typed not in known:
        return looks(ask)
    try:
        return Text(texts.chosen(ask.desk.wishes.choose(known[typed])))
    except Refusal as refusal:
        return Text(sorry(refusal))
