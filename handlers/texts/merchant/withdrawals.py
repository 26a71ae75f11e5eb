"""Withdrawals as the staff reads, approves, rejects and pays them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.ids import PersonId
from engine.money import Money
from engine.payouts.paying import InHand
from engine.payouts.records import Withdrawal
from engine.payouts.states import OPEN, State
from engine.people.confirmations import Confirmation
from engine.people.names import Name
from engine.people.reasons import LONGEST_REASON
from handlers.texts.marks import CANCEL, plain, tap
from handlers.texts.merchant.confirming import confirm_tap
from handlers.texts.merchant.todo import by_number
from handlers.texts.money import CHANNELS, account, available
from handlers.texts.money import STATES as OWN_STATES
from handlers.texts.people import called, harmless
from handlers.texts.times import moment

Hands = Mapping[PersonId, Name]
"""Who has payouts in hand."""

STATES = {**OWN_STATES, State.CONFIRMING: "待对方确认收款"}
"""The states as the staff reads them."""


def withdrawals(rows: Sequence[Withdrawal], waiting: int, above: str = "") -> str:
    """提现审核: the oldest requests."""
    lines = [f"提现申请 {waiting}"]
    for number, row in enumerate(rows, 1):
        lines.append(f"{number}. {_row(row)}{_owes(row, ' · ')}")
    return _list(lines, waiting - len(rows), by_number(len(rows), "户名不符"), above)


def payouts(rows: Sequence[Withdrawal], waiting: int, hands: Hands, above: str = "") -> str:
    """待打款: approved, and in whose hand."""
    lines = [f"待打款 {waiting}"]
    for number, row in enumerate(rows, 1):
        lines.append(f"{number}. {_row(row)} · {_hand(row, hands)}{_owes(row, ' · ')}")
    return _list(lines, waiting - len(rows), "点开处理，或回复：打款 1", above)


def withdrawal(row: Withdrawal, hands: Hands, me: PersonId) -> str:
    """One withdrawal, with what can be done about it now."""
    lines = [
        f"提现 {row.code}",
        f"推广员：{called(row.name)}",
        f"金额：{row.amount}",
        f"收款：{account(row)}",
        f"提交：{moment(row.requested_at)}",
        f"状态：{_hand(row, hands) if row.state is State.IN_HAND else STATES[row.state]}",
    ]
    if row.owed:
        lines.append(f"另欠 {row.owed}（退款扣回）。还清前不能通过和打款；驳回后，退回的钱先抵欠款。")
    if row.reason:
        lines.append(f"理由：{plain(row.reason, LONGEST_REASON)}")
    if row.proof:
        lines.append(f"流水号：{plain(row.proof, 64)}")
    shown = [see_picture(row.code)] if row.by_picture and row.state in OPEN else []
    return "\n".join([*lines, "", *shown, *_taps(row, me)])


def _taps(row: Withdrawal, me: PersonId) -> list[str]:
    code = row.code
    reject = tap(f"驳回提现 {code}", "驳回")
    if row.state is State.REQUESTED:
        return [
            *([] if row.owed else [tap(f"通过提现 {code}", "通过")]),
            reject,
            tap("提现审核", "返回提现申请"),
        ]
    if row.state is State.APPROVED:
        return [
            *([] if row.owed else [tap(f"开始打款 {code}", "开始打款")]),
            reject,
            tap("待打款", "返回待打款"),
        ]
    if row.state is State.IN_HAND and row.in_hand_by == me:
        return [
            tap(f"开始打款 {code}", "看收款账号"), tap(f"放弃打款 {code}", "放弃打款"), tap("待打款", "返回待打款")
        ]  # fmt: skip
    if row.state is State.IN_HAND:
        return [tap(f"放弃打款 {code}", "让给别人打款"), tap("待打款", "返回待打款")]
    return [tap("待办", "看全部待办")]


def approved(row: Withdrawal, left: int) -> str:
    """To be paid."""
    done = f"已通过提现 {row.code}：{called(row.name)} {row.amount}，对方会收到通知。\n"
    return done + tap(f"开始打款 {row.code}", "开始打款") + _next(left)


def many(lines: Sequence[str], left: int) -> str:
    """What became of each item of a bulk line."""
    return "\n".join([*lines, tap("待打款", "去打款")]) + _next(left)


def did(number: int, row: Withdrawal, done: str) -> str:
    """One item of a bulk line."""
    return f"{number}. {row.code} {called(row.name, 12)} {row.amount}：{done}"


def one_at_a_time() -> str:
    """Money is turned down item by item."""
    return "提现要一笔一笔驳回，每笔一个确认码。例如：驳回 2 户名不符"


def ask_reason(row: Withdrawal) -> str:
    """驳回提现 without a reason."""
    return (
        f"为什么驳回 {called(row.name)} 的提现 {row.code}（{row.amount}）？"
        f"请回复理由（1–{LONGEST_REASON} 个字），对方会看到。\n回复 {CANCEL} 不驳回。"
    )


def reject_prompt(made: Confirmation, row: Withdrawal, *, offline: bool) -> str:
    """Before a withdrawal is rejected: whose, how much, why."""
    return (
        f"驳回提现 {row.code}？\n推广员：{called(row.name)}\n金额：{Money(int(made.args['amount']))}\n"
        f"收款：{account(row)}\n理由：{plain(made.args['reason'], LONGEST_REASON)}\n"
        f"{_returns(row, available(offline=offline))}\n\n" + confirm_tap(made, "确认驳回", "不点就不驳回。")
    )


def _returns(row: Withdrawal, to: str) -> str:
    if row.owed:
        return f"退回的钱先抵欠款 {row.owed}，剩下的回到他的{to}。"
    return f"钱会回到他的{to}。"


def rejected(row: Withdrawal) -> str:
    """The money is back with him."""
    done = f"已驳回提现 {row.code}：{called(row.name)} {row.amount}，对方会收到通知和理由。"
    return f"{done}\n{tap('提现审核', '看提现申请')}"


def in_hand(hand: InHand, above: str = "") -> str:
    """开始打款: whom to pay in full, and how to finish."""
    row, payee = hand.withdrawal, hand.payee
    lines = [
        f"{CHANNELS[payee.channel]}收款码：{see_picture(row.code)}"
        if payee.picture
        else f"{CHANNELS[payee.channel]}账号：{plain(payee.account, 64)}",
        *([f"户名：{harmless(payee.name)}"] if payee.name else []),
        f"金额：{row.amount}",
        f"推广员：{called(row.name)} · 单号 {row.code}",
        "",
        f"请核对{'户名' if payee.name else '金额'}后转账，转好了点「已打款」。",
        f"{tap(f'已打款 {hand.code}', '已打款')} · {tap(f'放弃打款 {row.code}', '没有转账，放弃打款')}",
        "",
        f"也可以直接回复：已打款 {hand.code} 流水号（转账单号）",
        f"确认码 {moment(hand.expires_at)} 前有效，只能用一次。",
    ]
    return "\n".join([*([above, ""] if above else []), *lines])


def see_picture(code: str) -> str:
    """A tap that sends the 收款码."""
    return tap(f"看收款码 {code}", "看收款码")


def no_picture(row: Withdrawal) -> str:
    """看收款码 of a withdrawal that has none, or has it no longer."""
    return f"提现 {row.code} 没有收款码可看（{STATES[row.state]}）。\n{tap(f'提现单 {row.code}', '看这一笔')}"


PICTURE_COMES = "收款码马上发给你，只给经手打款的人看，请不要转发。"


def in_other_hand(row: Withdrawal, by: Name) -> str:
    """A colleague is paying this one."""
    return f"{called(by)} 正在打这一笔（{row.code}，{row.amount}），请不要重复打款。\n{tap('待打款', '看待打款')}"


def put_back_of_other(row: Withdrawal, by: Name) -> str:
    """放弃 of what a colleague has in hand: he may have paid already."""
    return (
        f"{called(by)} 正在打这一笔（{row.code}，{row.amount}）。请先问清他还没转账，再回复：\n"
        f"{tap(f'放弃打款 {row.code} 没转账', f'放弃打款 {row.code} 没转账')}"
    )


def put_back(row: Withdrawal) -> str:
    """Nobody is paying it now."""
    return f"已放弃打款 {row.code}（{row.amount}），它回到待打款，之前的确认码作废。\n{tap('待打款', '看待打款')}"


def paid(row: Withdrawal) -> str:
    """It is paid."""
    return (
        f"已记录打款：{called(row.name)} {row.amount}，对方会收到通知。\n"
        f"单号 {row.code} · 流水号 {plain(row.proof, 64)}\n{tap('待打款', '看待打款')}"
    )


def paid_before(row: Withdrawal) -> str:
    """It was marked paid before: nothing is to be paid again."""
    return (
        f"这一笔已经记录过打款，没有重复记，也不用再打：{called(row.name)} {row.amount}\n"
        f"单号 {row.code} · 流水号 {plain(row.proof, 64)}\n{tap('待打款', '看待打款')}"
    )


def ask_proof(above: str = "") -> str:
    """已打款 without the 流水号, or with one that cannot be it."""
    asks = f"流水号是多少？就是转账账单里的转账单号，回复它就记好了。\n还没转账，回复 {CANCEL}。"
    return f"{above}\n{asks}" if above else asks


def how_to_mark_paid() -> str:
    """已打款 without its parts."""
    return f"请回复：已打款 确认码 流水号\n确认码在「开始打款」后给你。\n{tap('待打款', '看待打款')}"


def paid_code(code: str) -> str:
    """The code of a payout was sent with 确认."""
    return f"这是打款的确认码。转账后请回复：已打款 {code} 流水号"


def wrong_state(row: Withdrawal) -> str:
    """Somebody was faster."""
    return f"提现 {row.code}（{called(row.name)} {row.amount}）现在是「{STATES[row.state]}」，这一步做不了，没有改动。"


def owes(row: Withdrawal) -> str:
    """Nothing is paid to somebody who owes."""
    return (
        f"{called(row.name)} 另欠 {row.owed}（退款扣回），提现 {row.code} 不能通过或打款。\n"
        "可以驳回，退回的钱先抵欠款。\n" + tap(f"驳回提现 {row.code}", "驳回这笔提现")
    )


def _row(row: Withdrawal) -> str:
    return f"{tap(f'提现单 {row.code}', f'{called(row.name, 10)} {row.amount}')} {moment(row.requested_at)}"


def _owes(row: Withdrawal, before: str) -> str:
    return f"{before}另欠 {row.owed}" if row.owed else ""


def _hand(row: Withdrawal, hands: Hands) -> str:
    if row.state is not State.IN_HAND:
        return STATES[row.state]
    by = hands.get(row.in_hand_by) if row.in_hand_by else None
    return f"{called(by, 8)} 打款中" if by else "打款中"


def _next(left: int) -> str:
    return f"\n{tap('提现审核', f'还有 {left} 笔提现申请')}" if left else "\n提现申请都处理完了。"


def _list(lines: list[str], more: int, how: str, above: str) -> str:
    if more > 0:
        lines.append(f"还有 {more} 笔，处理完这些再显示。")
    return "\n".join([*([above, ""] if above else []), *lines, "", how])
