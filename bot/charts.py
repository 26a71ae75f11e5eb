"""Reports as charts (图表): the engine's figures and the shop's words, put on a page."""

from __future__ import annotations

from engine.reports.charts import EarningDays, ShopDays
from engine.reports.rankings import Ranking
from handlers.texts import charts as words
from handlers.texts.charts import Caption, day_names
from handlers.texts.money import grouped
from posters.charts import days, ranks
from posters.spec import DaysSpec, Graph, Rank, RanksSpec, Series


def chart(facts: EarningDays | ShopDays | Ranking, font_path: str) -> bytes:
    """The JPEG of a report."""
    match facts:
        case EarningDays():
            around = words.earnings(facts)
            names = day_names(facts.last, len(facts.level1))
            return days(_days(around, names, (_earnings(facts),), font_path)).jpeg
        case ShopDays():
            names = day_names(facts.last, len(facts.sales))
            sales = Graph(words.DAILY_SALES, "curve", (Series(words.SALES, facts.sales),), money=True)
            orders = Graph(
                words.daily_orders(facts), "columns", (Series(words.ORDERS, facts.orders),), money=False
            )
            return days(_days(words.shop(facts), names, (sales, orders), font_path)).jpeg
        case Ranking():
            return ranks(_ranks(facts, font_path)).jpeg


def _earnings(facts: EarningDays) -> Graph:
    """Both levels apart, or as one where nobody may be told of the second."""
    series: tuple[Series, ...] = (
        Series(words.COMMISSION, facts.level1),
        Series(words.REWARD, facts.level2),
    )
    if not facts.two_level:
        both = tuple(map(sum, zip(facts.level1, facts.level2, strict=True)))
        series = (Series(words.EARNINGS, both),)
    return Graph(words.DAILY_EARNINGS, "columns", series, money=True)


def _days(around: Caption, names: tuple[str, ...], graphs: tuple[Graph, ...], font_path: str) -> DaysSpec:
    return DaysSpec(around.title, around.period, around.figures, names, graphs, around.note, font_path)


def _ranks(found: Ranking, font_path: str) -> RanksSpec:
    around = words.ranking(found)
    rows = tuple(
        Rank(row.place, words.ranked(row), row.sales.fen, grouped(row.sales), row.me) for row in found.top
    )
    return RanksSpec(around.title, around.period, around.figures, rows, around.note, font_path)
