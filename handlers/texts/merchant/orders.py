"""One order for the staff, 待认领订单, 认领, 归属, and refunds above what was paid."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.orders.assigning import Reassigned
from engine.orders.cards import LineCard, OrderCard, Recipient
from engine.orders.claims import Claimed, MayHaveBought, Waiting
from engine.orders.facts import Payment
from engine.orders.rulings import Nothing, Part, Ruling
from engine.people.authority import Right
from engine.people.confirmations import Confirmation
from engine.people.names import Name
from engine.people.reasons import LONGEST_REASON
from handlers.paging import Page
from handlers.texts.marks import CANCEL, next_page, plain, tap
from handlers.texts.merchant.confirming import confirm_tap
from handlers.texts.money import LEVELS, ON_ORDERS_ONLY, OWN_TRANSFER
from handlers.texts.people import called
from handlers.texts.times import moment
from handlers.texts.why import REASONS

NOBODY = "无"
"""Typed instead of a 推荐码: the order is nobody's."""
_LINES = 5
_AGAIN = {"claimed": "（商家认领后判定）", "known": "（认出买家后判定）", "assigned": "（店主改过归属）"}
_NOTHING = {
    Nothing.NOT_PROMOTED: "付款时不是推广商品",
    Nothing.DISCOUNTED: "已按推广价优惠",
    Nothing.REFUNDED: "已全部退款",
    Nothing.NO_RATE: "按比例不到 1 分钱",
}

ASK_WHICH = (
    "改归属请这样说：归属 ‹单号› ‹推荐码› ‹原因›；不归任何人，推荐码那里写「无」。\n"
    f"例如：归属 ABC234 DEF567 客户是他介绍的\n{tap('订单退款', '订单退款')}"
)
_LEAVE = f"回复 {CANCEL} 不改。"


# -- waiting for a buyer ---------------------------------------------------------------------------


def waiting(page: Page[Waiting]) -> str:
    """待认领订单"""
    if not page.rows:
        return f"没有待认领的订单：每一单都知道买家是谁。\n{tap('待办', '看全部待办')}"
    lines = ["待认领订单：不知道买家是谁，先不计佣。"]
    for number, row in enumerate(page.rows, 1):
        gone = f"（退 {row.refunded}）" if row.refunded else ""
        what = f"{plain(row.title, 8)}{f'等 {row.lines} 件' if row.lines > 1 else ''}"
        opened = tap(f"订单 {row.code}", f"{moment(row.paid_at)} {row.paid}")
        lines.append(f"{number}. {opened}{gone} · {what}")
    lines += next_page("待认领订单", page)
    return "\n".join([*lines, "回复序号打开。买家自己回复「绑定手机号」，也会自动认出来。"])


def _known_by(row: OrderCard) -> str:
    """What is known of the buyer; the number itself is not kept."""
    if row.holder:
        return (
            f"买家留的手机号由 {called(row.holder)} 绑定，他是推广员，认到他名下就按自购算。手机号谁都能绑，"
            "请核实是他本人买的再认领；不是的，不用处理，或请店主改归属。"
        )
    if row.by_phone and row.phone_holders > 1:
        return f"买家留了手机号，有 {row.phone_holders} 个人绑定了它，分不清是谁。"
    if row.by_phone:
        return "买家留了手机号，还没有人绑定；请他在这里回复「绑定手机号」。"
    if row.by_unionid:
        return "商城只给了买家的 unionid，这里还没有人对得上。"
    return "商城没有说买家是谁。"


def may_have_bought(code: str, rows: Sequence[MayHaveBought]) -> str:
    """认领 ‹单号›: who came shortly before, and how else to name the buyer."""
    how = f"也可以直接说：认领 {code} ‹手机号、客户号或推荐码›"
    if not rows:
        return f"单 {code} 付款前一个月，没有客户来过。\n{how}"
    lines = [f"单 {code} 是谁买的？付款前最近来过的："]
    for number, row in enumerate(rows, 1):
        tail = f" 尾号{row.phone_tail}" if row.phone_tail else ""
        who = tap(f"认领 {code} {row.handle}", called(row.name, 8))
        lines.append(f"{number}. {who}{tail} · {moment(row.visited_at)} 经 {called(row.promoter, 6)}")
    return "\n".join([*lines, how])


def claim_prompt(made: Confirmation, buyer: Name, found: Ruling) -> str:
    """Before an order is claimed: for whom, and what it pays."""
    return "\n".join(
        [
            f"单 {made.args['code']} 是 {called(buyer)} 买的？",
            "按付款时的归属和比例：",
            *_ruling(found),
            "认领只有一次，之后只有店主能用「归属」改。",
            "",
            confirm_tap(made, "确认认领", "不点就不认领。"),
        ]
    )


def claimed(done: Claimed) -> str:
    """It is done."""
    return "\n".join(
        [
            f"单 {done.code} 已认领给 {called(done.buyer)}。",
            *_ruling(done.ruling),
            tap(f"订单 {done.code}", "看这张订单"),
            tap("待认领订单", "返回待认领订单"),
        ]
    )


# -- one order -------------------------------------------------------------------------------------


def order(row: OrderCard, may: Callable[[Right], bool]) -> str:
    """订单 ‹单号›, with what this member may do about it."""
    gone = f"（已退 {row.refunded}）" if row.refunded else ""
    lines = [
        f"单 {row.code} · 商城单号 {plain(row.number, 32)}",
        f"{moment(row.paid_at)} 实付 {row.paid}{gone}",
        *_buyer(row),
        *(_line(line) for line in row.lines[:_LINES]),
    ]
    if len(row.lines) > _LINES:
        lines.append(f"……共 {len(row.lines)} 行")
    if row.excess_refund:
        lines.append(f"退款比实付多 {row.excess_refund}，多的不影响佣金{_check(row)}")
    if row.excess_discount:
        lines.append(f"比优惠规则多减 {row.excess_discount}，佣金没有改动{_check(row)}")
    lines += [*_paid_to(row), "", *_taps(row, may)]
    return "\n".join(lines)


def _buyer(row: OrderCard) -> list[str]:
    if row.buyer:
        return [f"买家 {called(row.buyer)}"]
    return ["买家未知", _known_by(row)] if row.waiting else ["买家未知"]


def _line(line: LineCard) -> str:
    gone = f"（退 {line.refunded}）" if line.refunded else ""
    how = "" if line.promoted else " · 不是推广商品"
    return f"· {plain(line.title, 16)}×{line.quantity} {line.paid}{gone}{how}"


def _paid_to(row: OrderCard) -> list[str]:
    again = _AGAIN.get(row.decided_again, "")
    if row.waiting:
        return ["等认出买家，先不计佣。"]
    if row.payment is Payment.OWN_TRANSFER:
        return [OWN_TRANSFER]
    if not row.recipients:
        return [f"不计佣{again}"]
    lines = [_recipient(one) for one in row.recipients]
    if any(one.level == 2 for one in row.recipients):
        lines.append(f"（邀请奖励{ON_ORDERS_ONLY}）")
    return [*lines, again] if again else lines


def _recipient(one: Recipient) -> str:
    if one.taken_back:
        return f"{LEVELS[one.level]} {called(one.name, 10)}：已全部收回（退款）"
    due = f"，{moment(one.due_at)} 到期" if one.due_at else ""
    states = [f"待结算 {one.pending}{due}"] if one.pending else []
    states += [f"已结算 {one.available}"] if one.available else []
    return f"{LEVELS[one.level]} {called(one.name, 10)}：{' · '.join(states)}"


def _claim(row: OrderCard) -> str:
    if row.holder:
        return tap(f"认领 {row.code} {row.holder_handle}", f"是 {called(row.holder, 10)} 本人买的：认领")
    return tap(f"认领 {row.code}", "知道是谁买的：认领")


def _check(row: OrderCard) -> str:
    return "，请在商城核对。" if row.unchecked else "（已核对）。"


def _taps(row: OrderCard, may: Callable[[Right], bool]) -> list[str]:
    found = [tap(f"已核对 {row.code}", "已核对，移出待办")] if row.unchecked and may(Right.FINANCE) else []
    found += [_claim(row)] if row.waiting and may(Right.SERVICE) else []
    found += [tap(f"为什么 {row.code}", "为什么这样计佣")] if not row.waiting else []
    found += [tap(f"归属 {row.code}", "改归属")] if may(Right.OWNER) else []
    return [*found, tap("待认领订单", "返回待认领订单") if row.waiting else tap("订单退款", "返回订单")]


# -- 归属 ------------------------------------------------------------------------------------------


def ask_to(code: str) -> str:
    """Whose is it?"""
    nobody = tap(f"归属 {code} {NOBODY}", "不归任何人")
    return f"单 {code} 归谁？请回复那位推广员的推荐码，或点：\n{nobody}\n{tap('推广员列表', '看推广员列表')}\n{_LEAVE}"


def ask_reason(code: str, to: Name | None) -> str:
    """Why?"""
    whose = f"归给 {called(to)}" if to else "不归任何人"
    return f"单 {code} 为什么{whose}？请回复原因（1–{LONGEST_REASON} 个字），双方推广员会看到。\n{_LEAVE}"


def assign_prompt(made: Confirmation, found: Reassigned) -> str:
    """Before an order is decided over again: from what to what, and why."""
    before = _ruling(found.before) if found.before else ["还没有判定（不知道买家是谁）"]
    return "\n".join(
        [
            f"改单 {found.code} 的归属？",
            "原来：",
            *before,
            "改成（按付款时的身份和比例）：",
            *_ruling(found.after),
            f"原因：{plain(made.args['reason'], LONGEST_REASON)}",
            "差额马上记账：原来的人退回（提走的记欠款），新的人照常结算；客户的锁定不变，双方会收到通知。",
            "",
            confirm_tap(made, "确认改归属", "不点就不改。"),
        ]
    )


def assigned(done: Reassigned) -> str:
    """It is done."""
    return "\n".join(
        [
            f"单 {done.code} 的归属改好了，相关推广员会收到通知。",
            *_ruling(done.after),
            tap(f"订单 {done.code}", "看这张订单"),
        ]
    )


def _ruling(found: Ruling) -> list[str]:
    lines = [f"　{LEVELS[1]}：{_part(found.first)}"]
    if found.second.promoter:
        lines += [f"　{LEVELS[2]}：{_part(found.second)}", f"（邀请奖励{ON_ORDERS_ONLY}）"]
    return lines


def _part(part: Part) -> str:
    if part.name:
        why = f"（{_NOTHING[part.nothing]}）" if part.nothing else ""
        return f"{called(part.name, 12)} {part.amount}{why}"
    return f"无（{REASONS[part.why].format(whom='推广员')}）"


# -- more back than was paid -------------------------------------------------------------------------


def excess(page: Page[OrderCard]) -> str:
    """退款超额: more went back than was paid."""
    if not page.rows:
        return f"没有退款超过实付的订单。\n{tap('待办', '看全部待办')}"
    lines = ["退款超过实付的订单，多退的不影响佣金。"]
    for number, row in enumerate(page.rows, page.first):
        opened = tap(f"订单 {row.code}", f"单 {row.code}")
        lines.append(f"{number}. {opened} · 实付 {row.paid} · 多退 {row.excess_refund}")
    more = next_page("退款超额", page)
    return "\n".join([*lines, *more, "请在商城核对。核对好的，打开点「已核对」，或说：已核对 1-3"])
