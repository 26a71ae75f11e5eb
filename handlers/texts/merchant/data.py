"""What the merchant reads of his figures: today, promoters' results, orders."""

from __future__ import annotations

from collections.abc import Sequence

from engine.money import Money
from engine.orders.attribution import Basis
from engine.orders.views import OrderView, Reward
from engine.reports.overview import Figures, Overview, Result
from handlers.paging import Page
from handlers.texts.marks import next_page, plain, tap
from handlers.texts.money import LEVELS, NET_SALES, ON_ORDERS_ONLY, OWN_TRANSFER
from handlers.texts.people import called
from handlers.texts.times import moment

PERIODS = (7, 30)
"""Days that 推广员业绩 can look back on."""


def overview(found: Overview, *, two_level: bool) -> str:
    """今日概览: today against yesterday, and the best of today."""
    now, before = found.today, found.yesterday
    lines = [
        "今日概览（比昨天）",
        f"销售额 {_money(now.sales, before.sales)}",
        f"订单 {_count(now.orders, before.orders)}",
        f"佣金 {_money(now.level1, before.level1)}",
    ]
    if two_level or now.level2 or before.level2:
        lines.append(f"邀请奖励 {_money(now.level2, before.level2)}")
    lines += [f"退款 {_money(now.refunds, before.refunds)}", *_people(now, before), "", *_best(found)]
    if now.refunds or before.refunds:
        lines.append(f"（{NET_SALES}，所以各人的合计可能和全店不同）")
    if two_level or now.level2 or before.level2:
        lines.append(f"（邀请奖励{ON_ORDERS_ONLY}）")
    return "\n".join(
        [*lines, "", tap("推广员业绩", "看 7 天业绩"), tap("经营图", "看 30 天图"), tap("待办", "看待办")]
    )


def _people(now: Figures, before: Figures) -> list[str]:
    return [
        f"新锁客 {_count(now.locks, before.locks)}",
        f"访问 {_count(now.visits, before.visits)}",
        f"活跃推广员 {_count(now.active, before.active)}",
    ]


def _best(found: Overview) -> list[str]:
    top = found.top
    if not top:
        return [f"今天还没有推广员成交{'，或成交的都退了' if found.today.refunds else ''}。"]
    return [
        "今日推广员前五（按销售额）",
        *(f"{n}. {called(row.name, 10)} {row.sales} · {row.orders} 单" for n, row in enumerate(top, 1)),
    ]


def _money(now: Money, before: Money) -> str:
    return f"{now} {_arrow(now.fen - before.fen, str(Money(abs(now.fen - before.fen))))}"


def _count(now: int, before: int) -> str:
    return f"{now} {_arrow(now - before, str(abs(now - before)))}"


def _arrow(difference: int, amount: str) -> str:
    if not difference:
        return "持平"
    return f"↑{amount}" if difference > 0 else f"↓{amount}"


def results(rows: Sequence[Result], days: int, *, two_level: bool) -> str:
    """推广员业绩 of the last days."""
    others = [tap(f"推广员业绩 {other}天", f"看近 {other} 天") for other in PERIODS if other != days]
    if not rows:
        return "\n".join([f"近 {days} 天还没有推广员成交。", *others])
    lines = [f"推广员业绩 · 近 {days} 天（按销售额）"]
    for number, row in enumerate(rows, 1):
        reward = f" · 邀请奖励 {row.reward}" if two_level and row.reward else ""
        lines.append(
            f"{number}. {called(row.name, 10)} {row.sales} · {row.orders} 单 · 佣金 {row.commission}{reward}"
        )
    lines.append(f"（{NET_SALES}）")
    if two_level and any(row.reward for row in rows):
        lines.append(f"（邀请奖励{ON_ORDERS_ONLY}）")
    return "\n".join([*lines, "", *others, tap("推广员列表", "看推广员列表")])


def orders(page: Page[OrderView]) -> str:
    """订单退款: what was paid and refunded, and to whom how much goes."""
    if not page.rows:
        return "还没有订单。商城把订单报过来后，会显示在这里。"
    lines = ["订单退款", *order_lines(page)]
    lines += next_page("订单退款", page)
    return "\n".join(lines)


def order_lines(page: Page[OrderView]) -> list[str]:
    """Two lines for each order, and what has to stand wherever 邀请奖励 stands."""
    lines: list[str] = []
    for number, row in enumerate(page.rows, page.first):
        lines += [f"{number}. {_order(row)}", f"　{_buyer(row)} · {_rewards(row)}"]
    if any(reward.level == 2 for row in page.rows for reward in row.rewards):
        lines.append(f"（邀请奖励{ON_ORDERS_ONLY}）")
    return lines


def _order(row: OrderView) -> str:
    refunded = f"（已退 {row.refunded}）" if row.refunded else ""
    opened = tap(f"订单 {row.code}", f"单号 {row.code}")
    return f"{moment(row.paid_at)} {row.paid}{refunded} · {opened} · 商城单号 {plain(row.number, 24)}"


def _buyer(row: OrderView) -> str:
    return f"买家 {called(row.buyer, 8)}" if row.buyer else "买家未知"


def _rewards(row: OrderView) -> str:
    if row.waiting:
        return "不知道买家是谁，先不计佣"
    if row.basis is Basis.OWN_TRANSFER:
        return OWN_TRANSFER
    if not row.rewards:
        return "不计佣"
    return " · ".join(
        f"{LEVELS[reward.level]} {called(reward.name, 8)} {_amount(reward)}" for reward in row.rewards
    )


def _amount(reward: Reward) -> str:
    if not reward.amount:
        return "已收回"
    return f"{reward.amount}{'（待结算）' if reward.pending else ''}"
