"""Words that stand on charts (图表), and about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from engine.money import Money
from engine.reports.charts import EarningDays, ShopDays
from engine.reports.rankings import FARTHEST, Ranked, Ranking
from handlers.texts.marks import plain
from handlers.texts.money import NET_SALES, ON_ORDERS_ONLY, grouped
from handlers.texts.people import masked

MEANWHILE = "正在画图，几秒后发到这里…"
NO_EARNINGS = "近 30 天还没有收益，等有了再看图。"
NO_SALES = "近 30 天还没有成交，等有了再看图。"
EARNINGS, REWARD, COMMISSION = "收益", "邀请奖励", "佣金"
DAILY_EARNINGS = "每天收益"
DAILY_SALES, SALES, ORDERS = "每天销售额", "销售额", "订单"

_COUNTED = "算在下单、退款的当天。"


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands around a chart."""

    title: str
    period: str
    figures: tuple[tuple[str, str], ...]
    note: str = ""


def earnings(found: EarningDays) -> Caption:
    """我的收益, day by day."""
    level1, level2 = Money(sum(found.level1)), Money(sum(found.level2))
    both = (("近 30 天收益", grouped(level1 + level2)),)
    apart = ((COMMISSION, grouped(level1)), (REWARD, grouped(level2))) if found.two_level else ()
    note = f"{REWARD}{ON_ORDERS_ONLY}。" if found.two_level else ""
    return Caption(
        "我的收益", _period(found.last, len(found.level1)), both + apart, f"已减退款，{_COUNTED}{note}"
    )


def shop(found: ShopDays) -> Caption:
    """今日概览, day by day."""
    figures = (
        (SALES, grouped(Money(sum(found.sales)))),
        ("退款", grouped(Money(sum(found.refunds)))),
        (
            "佣金和奖励" if any(found.rewards) else COMMISSION,
            grouped(Money(sum(found.commission) + sum(found.rewards))),
        ),
    )
    return Caption(
        plain(found.shop),
        _period(found.last, len(found.sales)),
        figures,
        f"{NET_SALES}。",
    )


def daily_orders(found: ShopDays) -> str:
    """The title of the graph of orders."""
    return f"每天订单（共 {sum(found.orders)} 单）"


def ranking(found: Ranking) -> Caption:
    """排行榜"""
    period = f"{found.month.year} 年 {found.month.month} 月"
    return Caption("排行榜", period, _mine(found), f"{NET_SALES}。")


def ranked(row: Ranked) -> str:
    """One of the best, as others may read him."""
    return f"{masked(row.name)}（你）" if row.me else masked(row.name)


def day_names(last: date, count: int) -> tuple[str, ...]:
    """`11-22` for each of so many days."""
    return tuple(f"{last - timedelta(days=back):%m-%d}" for back in reversed(range(count)))


def _mine(found: Ranking) -> tuple[tuple[str, str], ...]:
    if found.place is None and not found.sales:
        return ()
    place = f"第 {found.place} 名" if found.place else f"{FARTHEST} 名以后"
    mine = (("我的名次", "冻结中" if found.frozen else place), ("我的销售额", grouped(found.sales)))
    return (*mine, ("距上一名", grouped(found.behind))) if found.behind else mine


def _period(last: date, count: int) -> str:
    first, *_, end = day_names(last, count)
    return f"近 {count} 天 · {first} 至 {end}"
