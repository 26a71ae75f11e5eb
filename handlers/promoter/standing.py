"""排行榜 and 团队业绩: how a promoter stands among the others, and what everybody below him sold."""

from __future__ import annotations

from engine.ids import PromoterId
from handlers.anyone.unknown import unknown
from handlers.lists import itemised
from handlers.texts import charts
from handlers.texts import standing as texts
from handlers.types import Ask, Picture, Reply, Text


def ranking(ask: Ask) -> Reply:
    """排行榜, of this month or the last."""
    me = ask.who.promoter or PromoterId("")
    return itemised(texts.ranking(ask.desk.rankings.month(me, last=bool(ask.got("last")))))


def chart(ask: Ask) -> Reply:
    """排行图: this month's list with bars; without a row it is no picture."""
    me = ask.who.promoter or PromoterId("")
    found = ask.desk.rankings.month(me, last=False)
    return Picture("ranking_chart", me, charts.MEANWHILE) if found.top else Text(texts.ranking(found))


def team(ask: Ask) -> Reply:
    """团队业绩: to whose group may not see it the word is unknown."""
    found = ask.desk.teams.mine()
    return Text(texts.team(found)) if found else unknown(ask)
