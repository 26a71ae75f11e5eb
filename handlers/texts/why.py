"""为什么 ‹单号›: who gets how much of an order and what it rests on, or why nobody is paid."""

from __future__ import annotations

from collections.abc import Mapping

from engine.money import ZERO
from engine.orders.attribution import Basis, LockEffect, Why
from engine.people.names import Name
from engine.programme.modes import LockMode
from engine.programme.rates import RateSource
from engine.reports.explained import Again, Explained, LevelTold, LockTold, Part, Tie, VisitTold
from engine.reports.took import Back
from handlers.texts.marks import plain, tap
from handlers.texts.money import LEVELS, ON_ORDERS_ONLY
from handlers.texts.people import called
from handlers.texts.times import moment

MODES = {LockMode.ON_VISIT: "访问锁", LockMode.ON_PURCHASE: "购买锁", LockMode.SINGLE_SHOT: "单次锁"}
SOURCES = {
    RateSource.PRODUCT_GROUP: "商品×分组",
    RateSource.PRODUCT: "商品",
    RateSource.GROUP: "分组",
    RateSource.SHOP: "全店",
}
HOW = {"scan": "扫码", "link": "点链接", "code": "填推荐码", "invitation": "打开邀请"}
"""How a visit came about."""

_NAME = 10
_ROOM = 1900
"""Bytes of a screen, with room for the hint about a parked question."""

REASONS: Mapping[Why, str] = {
    Why.LOCK: "客户锁定给{whom}",
    Why.CODE: "下单用的是{whom}的推荐码",
    Why.VISIT: "客户付款前最后访问的是{whom}",
    Why.SELF_PURCHASE: "{whom}自己购买",
    Why.PROXY: "{whom}代下单",
    Why.ASSIGNED: "商家定了这一单不归任何推广员",
    Why.UPLINE: "{whom}是上级",
    Why.PROGRAMME_OFF: "付款时推广没有开启，不计佣",
    Why.OWN_TRANSFER: "这一单是商家自行转账，不计佣",
    Why.NO_LOCK_NO_CODE: "付款时买家没有锁定的推广员，也没有能用的推荐码，不计佣",
    Why.UNKNOWN_BUYER: "还不知道买家是谁，先不计佣",
    Why.PROXY_FROZEN: "付款时代下单的{whom}被冻结，不计佣",
    Why.FROZEN: "付款时{whom}被冻结，不计佣",
    Why.TERMINATED: "付款时{whom}已解约，不计佣",
    Why.NO_PROMOTER: "付款时{whom}不是推广员，不计佣",
    Why.BUYER_HIMSELF: "买家就是{whom}，自己买的不给自己计佣",
    Why.NO_UPLINE: "付款时没有上级",
    Why.TWO_LEVEL_OFF: "付款时没有开二级，不计",
    Why.NOT_PROMOTED: "付款时不是推广商品，不计佣",
    Why.DISCOUNTED: "已按推广价优惠，这一级不再计佣",
    Why.CODE_UNKNOWN: "没有这个推荐码，不算",
    Why.CODE_OWN: "是买家自己的推荐码，不算",
    Why.CODE_FROZEN: "付款时{whom}被冻结，推荐码不算",
    Why.CODE_TERMINATED: "付款时{whom}已解约，推荐码不算",
}
"""Why somebody is paid, or nobody."""

OF_LEVEL2: Mapping[Why, str] = {
    Why.ASSIGNED: "商家改过这一单的归属，没有二级",
    Why.FROZEN: "付款时上级{whom}被冻结，不计",
    Why.TERMINATED: "付款时上级{whom}已解约，不计",
    Why.NO_PROMOTER: "付款时上级{whom}不是推广员，不计",
    Why.BUYER_HIMSELF: "上级{whom}就是买家，自己买的不给自己计",
}
"""Where level 2 is said in other words."""

STRONGER: Mapping[Basis, str] = {
    Basis.PROGRAMME_OFF: "付款时推广没有开启，这一单不计佣。",
    Basis.OWN_TRANSFER: "这一单是商家自行转账，不计佣。",
    Basis.PROXY: "这一单是另一位推广员代下的，算他的。",
    Basis.SELF_PURCHASE: "买家自己也是推广员，这一单按自购算。",
    Basis.LOCK: "付款时客户锁定给另一位推广员（{mode}）。",
    Basis.CODE: "{code}",
    Basis.NOTHING: "付款时没有有效的锁客，也没有能用的推荐码，这一单不计佣。",
    Basis.ASSIGNED: "商家改过这一单的归属。",
}
"""To a promoter who is not paid: what was stronger than his lock, code or visit."""


def explained(found: Explained) -> str:
    """One order."""
    screens = ("\n".join((_head(found), *_body(found, most))) for most in (4, 2, 1))
    return next(screen for screen in screens if len(screen.encode()) <= _ROOM)


def _body(found: Explained, most: int) -> list[str]:
    """Of lists so many rows at most; what is left out is counted."""
    return _promoters(found, most) if found.ties else _merchants(found, most)


def because(why: Why, level: int, whom: str) -> str:
    """Why somebody gets this level, or nobody."""
    return (OF_LEVEL2.get(why, REASONS[why]) if level == 2 else REASONS[why]).format(whom=whom)


# -- the merchant --------------------------------------------------------------------------------------


def _merchants(found: Explained, most: int) -> list[str]:
    lines = [
        f"商城单号 {plain(found.number, 24)} · {f'买家 {_called(found.buyer)}' if found.buyer else '买家未知'}"
    ]
    if found.waiting:
        lines.append(f"{because(Why.UNKNOWN_BUYER, 1, '')}。认领买家后按付款时的规则计佣。")
    elif len({level.reason for level in found.levels}) == 1 and not found.levels[0].paid:
        lines.append(_sentence(because(found.levels[0].reason, 1, _whom(found.levels[0]))))
    else:
        for level in found.levels:
            lines += _level(level, f"{'一二'[level.level - 1]}级", _whom(level), most, held=found.held)
    lines += [*_rests_on(found), *_beside(found)]
    lines += [f"规则 v{found.version}", *_refunds(found, most, merchant=True)]
    lines += _latest([_again(one) for one in found.again], most)
    if found.excess_refund:
        lines.append(f"退款比实付多 {found.excess_refund}，多的不算进佣金")
    if found.excess_discount:
        lines.append(f"优惠比规则多 {found.excess_discount}，请核对商城的价格")
    return [*lines, tap("订单退款", "看全部订单")]


def _beside(found: Explained) -> list[str]:
    """What else there was, and did not decide."""
    lines = []
    if found.lock and found.basis is not Basis.LOCK:
        lines.append(f"当时锁定给 {_called(found.lock.whose)}（{_made(found.lock)}）")
    if found.visit and not _by_visit(found):
        refused = f"，{because(found.visit.refused, 1, '他')}" if found.visit.refused else ""
        lines.append(f"最后访问 {_called(found.visit.whose)}（{_seen(found.visit)}{refused}）")
    if found.code_refused:
        lines.append(
            f"带的推荐码：{because(found.code_refused, 1, _called(found.code_of) if found.code_of else '')}"
        )
    elif found.code_of and not (found.basis is Basis.CODE and found.code_source == "sent"):
        lines.append(f"带的推荐码是 {_called(found.code_of)} 的")
    return lines


def _again(one: Again) -> str:
    """Somebody decided it again, as the staff reads it."""
    day, by = moment(one.at), f" {_called(one.by)}" if one.by else ""
    reason = f"：{plain(one.reason, 40)}" if one.reason else ""
    if one.how == "known":
        return f"{day} 买家身份确认后判定"
    if one.how == "claimed":
        return f"{day}{by} 认领{reason}"
    before, after = (_called(name) if name else "无人" for name in (one.before, one.after))
    return f"{day}{by} 归属：{before} → {after}{reason}"


# -- the promoter ---------------------------------------------------------------------------------------


def _promoters(found: Explained, most: int) -> list[str]:
    lines: list[str] = []
    for level in found.levels:
        if level.level == 2 and found.through:
            lines.append(f"下级 {_called(found.through)} 的订单")
        lines += _level(level, LEVELS[level.level], "你", most, held=found.held)
    if any(level.level == 2 for level in found.levels):
        lines.append(f"（邀请奖励{ON_ORDERS_ONLY}）")
    if Tie.LEVEL1 in found.ties:
        lines += _rests_on(found)
    elif not found.levels:
        lines += _not_his(found)
    lines += [f"规则 v{found.version}", *_refunds(found, most, merchant=False)]
    lines += _latest([said for one in found.again if (said := _again_to_him(one))], most)
    return [*lines, tap("推广订单", "看推广订单")]


def _not_his(found: Explained) -> list[str]:
    """Something of his spoke for him, and something else was stronger."""
    lines = ["这一单没有给你的佣金或奖励。"]
    if Tie.BUYER in found.ties:
        lines.append("你是这一单的买家，自己买的不给自己计佣。")
    else:
        code = "客户付款前最后访问的是" if _by_visit(found) else "客户下单用的推荐码是"
        stronger = STRONGER[found.basis or Basis.NOTHING]
        lines.append(
            stronger.format(
                mode=MODES[found.mode], code=f"{code}另一位推广员{'。' if _by_visit(found) else '的。'}"
            )
        )
    if found.lock:
        lines.append(f"当时客户锁定给你（{_made(found.lock)}）")
    if found.visit:
        refused = f"，{because(found.visit.refused, 1, '你')}" if found.visit.refused else ""
        lines.append(f"客户访问过你：{_seen(found.visit)}{refused}")
    if found.code_of:
        refused = f"，{because(found.code_refused, 1, '你')}" if found.code_refused else ""
        lines.append(f"下单带了你的推荐码{refused}")
    if Tie.PLACED in found.ties:
        lines.append("代下单的人是你；付款时不是推广员的，不算代下单")
    return lines


def _again_to_him(one: Again) -> str:
    """To a promoter the fact alone."""
    if one.how != "assigned":
        return f"{moment(one.at)} 买家身份确认后判定" if one.after else ""
    if one.before and not one.after:
        return f"{moment(one.at)} 商家改了这一单的归属，给你的已收回"
    return f"{moment(one.at)} 商家改了这一单的归属"


# -- both -----------------------------------------------------------------------------------------------


def _head(found: Explained) -> str:
    refunded = f"（已退 {found.refunded}）" if found.refunded else ""
    paid = f" · 实付 {found.paid}{refunded}" if found.paid is not None else ""
    return f"单 {found.code} · {moment(found.paid_at)} 付款{paid}"


def _level(level: LevelTold, label: str, whom: str, most: int, *, held: bool) -> list[str]:
    if not level.paid:
        return [f"{label}：{because(level.reason, level.level, whom)}"]
    paying = [part for part in level.parts if part.reason is None]
    others = [part for part in level.parts if part.reason]
    if len(paying) == 1 and not others:
        return [f"{label} {_rate(paying[0])}{level.amount} → {whom}{_due(level, held=held)}"]
    lines = [f"{label} {level.amount} → {whom}{_due(level, held=held)}"]
    lines += [f"　{_part(part, level.level, most)}" for part in (*paying, *others)[:most]]
    if len(level.parts) > most:
        lines.append(f"　等 {sum(len(part.lines) for part in level.parts)} 行")
    return lines


def _part(part: Part, level: int, most: int) -> str:
    numbers = "、".join(str(number) for number in part.lines[:most])
    more = f" 等 {len(part.lines)} 行" if len(part.lines) > most else ""
    if part.reason:
        return f"第 {numbers} 行{more}：{because(part.reason, level, '')}"
    return f"第 {numbers} 行{more}：{_rate(part)}{part.amount}"


def _rate(part: Part) -> str:
    return f"{part.rate}（{SOURCES[part.source]}）"


def _due(level: LevelTold, *, held: bool) -> str:
    matured = level.amount - level.pending
    said = ""
    if matured and level.matured_at:
        said += f" · {moment(level.matured_at)} 已到期{f' {matured}' if level.pending else ''}"
    if level.pending:
        unknown = "售后处理完再定到期日" if held else "发货或收货后定到期日"
        due = f"{moment(level.due_at)} 到期" if level.due_at else f"待结算，{unknown}"
        said += f" · {due}{f' {level.pending}' if matured else ''}"
    return said


def _rests_on(found: Explained) -> list[str]:
    mode = f"（{MODES[found.mode]}）"
    lock = "，这一单起锁定客户" if found.lock_effect is LockEffect.NEW else ""
    match found.basis:
        case Basis.LOCK:
            return [f"依据 {_made(found.lock) if found.lock else '锁客'}{mode}"]
        case Basis.CODE if _by_visit(found):
            return [f"依据 {_seen(found.visit) if found.visit else '最后一次访问'}{mode}{lock}"]
        case Basis.CODE:
            return [f"依据 下单时带的推荐码{mode}{lock}"]
        case Basis.PROXY:
            return ["依据 代下单"]
        case Basis.SELF_PURCHASE:
            return ["依据 自购"]
        case Basis.ASSIGNED:
            return ["依据 商家归属"]
    return []


def _by_visit(found: Explained) -> bool:
    return found.basis is Basis.CODE and found.code_source == "visit"


def _made(lock: LockTold) -> str:
    by = {
        "visit": f"{HOW.get(lock.how, '')}锁客",
        "order": f"订单 {lock.order} 锁客",
        "assigned": "商家分配",
        "reopened": f"订单 {lock.order} 退款后恢复锁客",
    }[lock.made_by]
    return f"{moment(lock.start)} {by}{f'，{moment(lock.until)} 止' if lock.until else ''}"


def _seen(visit: VisitTold) -> str:
    return f"{moment(visit.at)} {HOW[visit.how]}"


def _refunds(found: Explained, most: int, *, merchant: bool) -> list[str]:
    return _latest([_refund(one, merchant=merchant) for one in found.refunds], most)


def _latest(said: list[str], most: int) -> list[str]:
    """The last rows of a list, and how many there are."""
    if len(said) <= most:
        return said
    return [
        f"（共 {len(said)} 次，只列最近 {most} 次）" if most else f"（共 {len(said)} 次退款或改判）",
        *said[len(said) - most :],
    ]


def _refund(one: Back, *, merchant: bool) -> str:
    what = "订单取消" if one.cancelled else f"退款 {one.amount}"
    took = [(level, amount) for level, amount in one.took if amount != ZERO]
    if not took:
        return f"{moment(one.at)} {what}"
    said = "、".join(f"{_short(level, merchant=merchant)} {amount}" for level, amount in took)
    return f"{moment(one.at)} {what}，收回{said}"


def _short(level: int, *, merchant: bool) -> str:
    return f"{'一二'[level - 1]}级" if merchant else LEVELS[level]


def _whom(level: LevelTold) -> str:
    return _called(level.whom) if level.whom else "推广员"


def _called(name: Name) -> str:
    return called(name, _NAME)


def _sentence(said: str) -> str:
    return f"{said}。"
