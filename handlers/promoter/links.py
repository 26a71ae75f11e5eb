"""推广链接, 邀请链接 and printed posters (海报 印刷): what a promoter passes on beside his poster."""

from __future__ import annotations

from engine.errors import Refusal
from engine.programme.points import Point
from handlers.lists import itemised
from handlers.paging import page_of, turn
from handlers.promoter.pictures import barred
from handlers.texts import links as texts
from handlers.texts.refusals import sorry
from handlers.types import Ask, Picture, Reply, Text


def shop(ask: Ask) -> Reply:
    """推广链接: the link to the shop, to be passed on as text or as a card."""
    return barred(ask) or Text(
        texts.shop(ask.home, ask.desk.promoters.mine().code, two_level=ask.who.two_level)
    )


def invitation(ask: Ask) -> Reply:
    """邀请链接: the same for the invitation."""
    return barred(ask) or Text(texts.invitation(ask.home, ask.desk.promoters.mine().code))


def how_to_print(_ask: Ask) -> Reply:
    """海报 印刷 without a place."""
    return Text(texts.HOW_TO_PRINT)


def print_one(ask: Ask) -> Reply:
    """海报 印刷 ‹地点›: a poster with a permanent code of its own, or the one that this place has already."""
    stopped = barred(ask)
    if stopped:
        return stopped
    place = ask.got("place")
    try:
        found = ask.desk.points.hanging(place)
    except Refusal:
        try:
            found = ask.desk.points.print(place)
        except Refusal as refusal:
            return Text(sorry(refusal))
    return _printed(ask, found)


def data(ask: Ask) -> Reply:
    """海报数据: what came of each printed poster."""
    return itemised(texts.data(turn(page_of(ask), lambda most: ask.desk.points.mine()[:most])))


def _printed(ask: Ask, found: Point) -> Reply:
    return Picture("printed", f"{ask.who.promoter} {found.point}", texts.printing(found))
