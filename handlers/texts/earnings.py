"""What a promoter reads: 我的收益, 推广订单, 我的下级, pictures and his name."""

from __future__ import annotations

from engine.ledger.book import Balances
from engine.money import Money, total
from engine.orders.attribution import Basis
from engine.orders.views import OrderView, Reward
from engine.people.names import Name
from engine.reports.earnings import Downline, Earnings, Owed
from handlers.paging import Page
from handlers.texts.marks import CANCEL, next_page, plain, tap
from handlers.texts.money import LEVELS, ON_ORDERS_ONLY, OWN_TRANSFER, WAYS, available, signed
from handlers.texts.people import called
from handlers.texts.referrals import goods
from handlers.texts.times import day, moment

POSTER = f"正在为你制作海报，几秒后发到这里…\n{tap('海报头像', '海报头像')} · {tap('海报 换样式', '换样式')}"
INVITATION = (
    "正在为你制作邀请海报，几秒后发到这里…\n朋友扫码后，可以申请和你一起做推广员；免费加入，无需购买。\n"
    f"{tap('邀请链接', '要链接或卡片')}"
)
FROZEN = "你的推广员资格被冻结了，暂时不能推广。钱还在账上，请联系商家。"
ASK_NAME = f"海报上写什么名字？请回复 1–20 个字。不改了，回复 {CANCEL}。"
_NO_ORDERS = f"还没有推广订单。客户扫你的海报下单后，会出现在这里。\n{tap('店铺海报', '拿海报')}"
_NO_ORDERS_EVER = "没有推广订单。"
_NO_DOWNLINES = f"你还没有邀请过推广员。\n{tap('邀请推广员', '邀请推广员')}"
_REWARD_NOTE = f"邀请奖励{ON_ORDERS_ONLY}"


_NAMED = 3
"""单号 that a notice names."""


def earnings(found: Earnings, *, two_level: bool, offline: bool = False) -> str:
    """我的收益"""
    rows = [
        "我的收益",
        f"今日 {found.today.all} · 昨日 {found.yesterday.all}",
        f"本月 {found.month.all} · 累计 {found.ever.all}",
        "",
        *_accounts(found, offline=offline),
    ]
    if two_level:
        rows += [
            "",
            f"其中邀请奖励\n本月 {found.month.level2} · 累计 {found.ever.level2}",
            f"（{ON_ORDERS_ONLY}）",
        ]
    money = "提现记录" if offline else "申请提现"
    chart = [tap("收益图", "近 30 天收益图")] if found.ever.all else []
    return "\n".join((*rows, "", tap(money, money), tap("推广订单", "推广订单"), *chart))


def orders(page: Page[OrderView], *, two_level: bool, promotes: bool = True) -> str:
    """推广订单"""
    if not page.rows:
        return _NO_ORDERS if promotes else _NO_ORDERS_EVER
    rows = [_order(number, order) for number, order in enumerate(page.rows, page.first)]
    note = [f"（{_REWARD_NOTE}）"] if two_level and any(_has_level2(order) for order in page.rows) else []
    return "\n".join(("推广订单", *rows, *note, *next_page("推广订单", page)))


def downlines(
    page: Page[Downline], count: int, *, sees_team: bool = False, upline: Name | None = None
) -> str:
    """我的下级, and who stands above him."""
    above = (f"你的上级是 {called(upline)}。",) if upline else ()
    if not page.rows:
        return "\n".join((_NO_DOWNLINES, *above))
    rows = [f"{number}. {_downline(found)}" for number, found in enumerate(page.rows, page.first)]
    shown = (f"我的下级（{count} 人）", *rows, f"（{_REWARD_NOTE}）")
    team = (tap("团队业绩", "团队业绩"),) if sees_team else ()
    return "\n".join((*shown, *next_page("我的下级", page), *team, *above))


def renamed(name: str) -> str:
    """改名"""
    return f"好的，海报上会写「{plain(name)}」。\n{tap('店铺海报', '重新拿海报')}"


def earned(codes: tuple[str, ...], amount: Money) -> str:
    """Notice: new money was booked; without an amount where that is not known."""
    newest = f"（{_named(codes)}）" if codes else ""
    return f"有新的佣金入账{f' {amount}' if amount else ''}{newest}。\n{tap('我的收益', '我的收益')}"


def clawed_back(codes: tuple[str, ...], amount: Money, held: Balances, *, offline: bool) -> str:
    """Notice: refunds took back what had matured, and what that means for him."""
    return f"客户退款，扣回已结算的收益 {amount}（{_named(codes)}）。\n{_after(codes, held, offline=offline)}"


def held_back(codes: tuple[str, ...], amount: Money, held: Balances, *, offline: bool) -> str:
    """Notice: an after-sale puts what had matured back until it is over."""
    said = f"{_named(codes)} 在办售后，已结算的 {amount} 先退回待结算，售后办完再结算给你。"
    return f"{said}\n{_after(codes, held, offline=offline)}"


def joined(who: str) -> str:
    """Notice to the upline. It promises nothing."""
    return f"{who} 通过你的邀请成为推广员。\n{tap('我的下级', '我的下级')}"


def _named(codes: tuple[str, ...]) -> str:
    """The newest 单号 of a bundle, and how many there are."""
    more = f" 等 {len(codes)} 单" if len(codes) > _NAMED else ""
    return f"单号 {'、'.join(codes[-_NAMED:])}{more}"


def _after(codes: tuple[str, ...], held: Balances, *, offline: bool) -> str:
    """What he has left, or owes, and where to read why."""
    if held.owed:
        left = f"{available(offline=offline)}不够扣，现在待追回 {held.owed}：以后的收益先抵它，不用另外付钱。"
    else:
        left = f"已从{available(offline=offline)}里扣，现在还有 {held.available}。"
    why = [tap(f"为什么 {codes[-1]}", "看这一单")] if len(codes) == 1 else []
    return "\n".join([left, *why, tap("我的收益", "我的收益")])


def _accounts(found: Earnings, *, offline: bool) -> list[str]:
    held = found.balances
    rows = [
        ("待结算", held.pending),
        (available(offline=offline), held.available),
        ("提现中", held.withdrawing + held.clearing),
        ("已打款", held.paid_out),
    ]
    shown = [f"{word} {amount}" for word, amount in rows]
    if found.debts:
        shown += [f"待追回 {held.owed}（退款扣回，先从以后的收益里抵扣）", *_causes(found.debts)]
    if found.adjusted:
        shown.append(f"另有商家人工调整 {signed(found.adjusted)}，已算在上面")
    return shown


def _causes(debts: tuple[Owed, ...]) -> list[str]:
    """What the debt comes from: orders to be opened, or what was taken by hand."""
    causes = [
        f"{tap(f'为什么 {one.order}', f'单号 {one.order}') if one.order else '人工调整'} {one.amount}"
        for one in debts[:_NAMED]
    ]
    more = " 等" if len(debts) > _NAMED else ""
    return [f"　来自 {'、'.join(causes)}{more}"]


def _order(number: int, order: OrderView) -> str:
    why = tap(f"为什么 {order.code}", f"单号 {order.code}")
    return (
        f"{number}. {moment(order.paid_at)} {goods(order)} 实付 {order.paid}\n　{_earned_by(order)} · {why}"
    )


def _earned_by(order: OrderView) -> str:
    """What he gets of it, or why he gets nothing."""
    if order.basis is Basis.OWN_TRANSFER:
        return OWN_TRANSFER
    if order.discount:
        rest = f"；{_rewards(order.rewards)}" if order.rewards else "，佣金已在价格里"
        return f"{_way(order)}省 {order.discount}{rest}"
    way = _way(order) if any(reward.level == 1 for reward in order.rewards) else ""
    return f"{way} · {_rewards(order.rewards)}" if way else _rewards(order.rewards)


def _way(order: OrderView) -> str:
    return WAYS.get(order.basis, "") if order.basis else ""


def _rewards(rewards: tuple[Reward, ...]) -> str:
    paid = [reward for reward in rewards if reward.amount] or list(rewards[:1])
    return (
        "；".join(f"{LEVELS[reward.level]} {reward.amount} {_state(reward)}" for reward in paid) or "无佣金"
    )


def _state(reward: Reward) -> str:
    if not reward.amount:
        return "已退款"
    if not reward.pending:
        return "已结算"
    return f"待结算（{day(reward.due_at)} 到期）" if reward.due_at else "待结算"


def _has_level2(order: OrderView) -> bool:
    return bool(total(reward.amount for reward in order.rewards if reward.level == 2) != Money(0))


def _downline(found: Downline) -> str:
    left = "" if found.active else "（已停止推广）"
    return f"{called(found.name)}{left} · 邀请奖励 {found.reward}"
