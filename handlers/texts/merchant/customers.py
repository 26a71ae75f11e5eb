"""客户列表, one customer, and giving customers to a promoter (分配, 转移), as the merchant's staff reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.people.confirmations import Confirmation
from engine.people.names import LONGEST_REMARK
from engine.people.reasons import LONGEST_REASON
from engine.programme.promoters import Promoter
from engine.programme.settings import Settings
from engine.referrals.customers import (
    MOST_SEARCHED,
    CustomerCard,
    CustomerRow,
    Event,
    Found,
    What,
    handle_of,
)
from engine.referrals.moving import How, Moved
from handlers.texts.marks import CANCEL, plain, tap
from handlers.texts.merchant.confirming import confirm_tap
from handlers.texts.people import called, harmless
from handlers.texts.times import date, day, moment

UNOWNED = "无归属"
AFTER = "后"
CLEAR = "清除"
_EVENTS = 5
"""Lines of history on a customer's screen."""

WORDS = {How.EARN: "计佣", How.FOLLOW: "仅跟进"}
_WHAT = {
    What.VISIT: "访问后锁给 {}",
    What.ORDER: "下单后锁给 {}",
    What.HANDED: "解约移交给 {}",
    What.REOPENED: "退款后恢复给 {}",
    What.EARN: "分配给 {}（计佣）",
    What.FOLLOW: "分配给 {}（仅跟进）",
}
_ENDS = {"replaced": "换人", "moved": "移走", "undone": "客户更正", "annulled": "退款作废"}
_LEAVE = f"回复 {CANCEL} 不分配。"
_HOW_TO_ASSIGN = "分配：分配 1 3 ‹推荐码› ‹原因›"
_HOW_TO_SEARCH = "找人：找客户 ‹称呼或尾号›"
HOW_TO = (
    "没看懂，什么都没有改动。请先打开客户列表，再这样说：\n"
    "分配 1 3 5 ‹推荐码› ‹原因›（从现在起给他计佣）\n分配 1 3 5 ‹推荐码› 仅跟进 ‹原因›（只换跟进人）\n"
    f"转移 ‹推荐码› ‹推荐码› 全部 ‹原因›（前一位的全部客户给后一位）\n{tap('客户列表', '客户列表')}"
)
STALE = f"你回复的序号对不上刚才的列表，什么都没有改动。\n{tap('客户列表', '打开客户列表')}"


@dataclass(frozen=True, slots=True)
class Which:
    """Which customers a list shows: all, those of nobody, those of a promoter."""

    unowned: bool = False
    promoter: Promoter | None = None

    @property
    def word(self) -> str:
        """What is said to get the list."""
        if self.unowned:
            return f"客户列表 {UNOWNED}"
        return f"客户列表 {self.promoter.code}" if self.promoter else "客户列表"

    @property
    def title(self) -> str:
        if self.unowned:
            return "客户列表 · 无归属"
        return f"客户列表 · {called(self.promoter.name, 12)} 的客户" if self.promoter else "客户列表"


def customers(rows: Sequence[CustomerRow], which: Which, *, more: bool, later: bool) -> str:
    """客户列表: a page, newest first. `later` says that it is not the first."""
    if not rows:
        return _none(which, later=later)
    lines = [which.title, *(_row(number, row) for number, row in enumerate(rows, 1)), ""]
    if more:
        lines.append(tap(f"{which.word} {AFTER} {handle_of(rows[-1].person)}", "下一页"))
    if which.promoter:
        lines.append(tap(f"转移 {which.promoter.code}", "把他的全部客户转给别人"))
    elif not which.unowned:
        lines.append(tap(f"客户列表 {UNOWNED}", "只看无归属的"))
    return "\n".join([*lines, f"{_HOW_TO_ASSIGN}\n{_HOW_TO_SEARCH}"])


def found(rows: Found, words: str) -> str:
    """找客户"""
    shown = plain(words, 20)
    limit = [] if rows.all_looked_at else [f"（只找了最近的 {MOST_SEARCHED} 位；也可以用完整的手机号找）"]
    if not rows.rows:
        back = tap("客户列表", "看客户列表")
        return "\n".join([f"没有找到「{shown}」。可以用称呼、备注、手机号或后四位找。", *limit, back])
    lines = [f"找到的客户 · {shown}", *(_row(number, row) for number, row in enumerate(rows.rows, 1))]
    return "\n".join([*lines, *limit, _HOW_TO_ASSIGN])


def customer(card: CustomerCard, orders: int) -> str:
    """One customer: whose he is, since when, who looks after him, and how that came about."""
    row, handle = card.row, handle_of(card.row.person)
    lines = [called(row.name), f"客户号：{handle}"]
    if row.name.remark and row.name.given:
        lines.append(f"自称：{harmless(row.name.given)}")
    if row.name.phone_tail:
        lines.append(f"手机：尾号{row.name.phone_tail}")
    lines += [
        f"归属：{_owner(card)}",
        f"跟进人：{called(row.carer) if row.carer else '无'}",
        f"订单：{orders} 单 · {date(row.since)} 起是客户",
    ]
    if card.history:
        lines += ["", "记录", *(_event(event) for event in card.history[:_EVENTS])]
    if len(card.history) > _EVENTS:
        lines.append(f"更早还有 {len(card.history) - _EVENTS} 条")
    verb = "转给别人" if row.holder else "分配给推广员"
    taps = (tap(f"分配 {handle}", verb), tap(f"备注 {handle}", "改备注" if row.name.remark else "写备注"))
    return "\n".join([*lines, "", *taps, tap("客户列表", "返回客户列表")])


def ask_remark(row: CustomerRow) -> str:
    """备注 and no words."""
    clear = f"\n{tap(f'备注 {handle_of(row.person)} {CLEAR}', '清除备注')}" if row.name.remark else ""
    return (
        f"给 {called(row.name)} 写什么备注？请回复 1–{LONGEST_REMARK} 个字，店员都看得到，客户看不到。{clear}\n"
        f"回复 {CANCEL} 不写。"
    )


def remarked(row: CustomerRow) -> str:
    """It is done."""
    back = tap(f"客户 {handle_of(row.person)}", "看这位客户")
    if not row.name.remark:
        return f"备注已清除，现在显示为 {called(row.name)}。\n{back}"
    return f"好的，以后显示为 {called(row.name)}。\n{back}"


# -- giving ----------------------------------------------------------------------------------------


def ask_to(who: str) -> str:
    """Whose are they from now on?"""
    return f"{who}交给谁？请回复接手人的推荐码。\n{tap('推广员列表', '看推广员列表')}\n{_LEAVE}"


def ask_how(who: str, to: Promoter) -> str:
    """With the lock, or only to look after?"""
    return (
        f"{who}交给 {_of(to)}，怎么交？\n"
        f"{tap(WORDS[How.EARN], '计佣：从现在起，以后的订单给他计佣')}\n"
        f"{tap(WORDS[How.FOLLOW], '仅跟进：只换跟进人，不改谁拿佣金')}\n{_LEAVE}"
    )


def ask_reason() -> str:
    """Why?"""
    return f"为什么这样分配？请回复原因（1–{LONGEST_REASON} 个字），只有店员看得到。\n{_LEAVE}"


def named(rows: Sequence[CustomerRow]) -> str:
    """Those who are given, in a few words."""
    first = called(rows[0].name, 12)
    return f"{first} 等 {len(rows)} 位客户" if len(rows) > 1 else f"{first} "


def all_of(source: Promoter, count: int) -> str:
    """All customers of a promoter, in a few words."""
    return f"{_of(source)}的全部 {count} 位客户"


def prompt(
    made: Confirmation, who: str, rows: Sequence[CustomerRow], target: Promoter, rules: Settings
) -> str:
    """Before customers are moved: who, from whom, to whom, what it means, why."""
    how = How(made.args["how"])
    lines = [f"{who}交给 {_of(target)}，{WORDS[how]}？"]
    lines += [f"{called(row.name, 8)}：{_then(row, called(target.name, 8), how)}" for row in rows]
    if how is How.EARN:
        lasts = f"{rules.lock_days} 天" if rules.lock_days else "长期"
        lines.append(f"计佣：从现在起锁给他（{lasts}），以后的订单给他计佣；已经成交的订单不变。")
    else:
        lines.append("仅跟进：只换跟进人，不改谁拿佣金；还在别人锁客期里的，到期前仍由那位跟进。")
    lines += [
        f"原因：{plain(made.args['reason'], LONGEST_REASON)}",
        "",
        confirm_tap(made, "确认", "不点就不改。"),
    ]
    return "\n".join(lines)


def moved(done: Moved) -> str:
    """It is done, or going on."""
    to = f"{called(done.target)}（{done.code}），{WORDS[done.how]}"
    told = f"双方推广员会收到通知。\n{tap('客户列表', '返回客户列表')}"
    if done.at_once:
        return f"已把 {done.count} 位客户交给 {to}。{told}"
    return f"正在把 {done.count} 位客户交给 {to}，一般几秒内完成。{told}"


def _none(which: Which, *, later: bool) -> str:
    back = tap("客户列表", "看全部客户")
    if later:
        return f"后面没有了。\n{back}"
    if which.unowned:
        return f"没有无归属的客户。\n{back}"
    if which.promoter:
        return f"{_of(which.promoter)}现在没有客户。\n{back}"
    return "还没有客户。有人扫海报、填推荐码或下单后，会出现在这里。"


def _row(number: int, row: CustomerRow) -> str:
    link = tap(f"客户 {handle_of(row.person)}", called(row.name, 8))
    return f"{number}. {link} · {_now(row)} · {day(row.since)}"


def _now(row: CustomerRow) -> str:
    if row.holder:
        return f"归 {called(row.holder, 8)}"
    return f"无归属，{called(row.carer, 8)} 跟进" if row.carer else "无归属"


def _then(row: CustomerRow, target: str, how: How) -> str:
    """What becomes of one customer."""
    if how is How.EARN:
        return f"{_now(row)} → {target}"
    if row.holder:
        return f"{_now(row)}，锁客结束后由 {target} 跟进"
    return f"{called(row.carer, 8) if row.carer else '无人'}跟进 → {target}"


def _owner(card: CustomerCard) -> str:
    row = card.row
    if row.holder is None or card.locked_since is None:
        return "无"
    until = f"到 {date(row.until)}" if row.until else "长期"
    return f"{called(row.holder)}（{row.holder_code}），{date(card.locked_since)} 起，{until}"


def _event(event: Event) -> str:
    said = _WHAT[event.what].format(called(event.promoter, 8))
    reason = f"：{plain(event.reason, 20)}" if event.reason else ""
    end = f"，{day(event.ended_at)} {_ENDS.get(event.end_reason, '到期')}" if event.ended_at else ""
    return f"{moment(event.at)} {said}{reason}{end}"


def _of(row: Promoter) -> str:
    return f"{called(row.name, 12)}（{row.code}）"
