"""Words of a withdrawal (提现), to the promoter."""

from __future__ import annotations

from engine.money import ZERO, Money
from engine.payouts.adjusting import Adjusted
from engine.payouts.asking import Limits
from engine.payouts.bookings import Settled
from engine.payouts.payees import Channel, Payee, hidden
from engine.payouts.records import Withdrawal
from engine.payouts.states import State
from handlers.paging import Page
from handlers.texts.marks import next_page, plain, tap
from handlers.texts.money import CHANNELS, STATES, account, available, signed
from handlers.texts.times import date, last_day, moment

ALL, SUBMIT, OTHER, AGAIN = "全部", "确认提现", "换账号", "重填"
CHANNEL_WORDS = {
    "微信": Channel.WECHAT, "wechat": Channel.WECHAT, "1": Channel.WECHAT,
    "支付宝": Channel.ALIPAY, "alipay": Channel.ALIPAY, "2": Channel.ALIPAY,
}  # fmt: skip
ASK_CHANNEL = f"提到哪里？\n{tap('微信', '微信')}\n{tap('支付宝', '支付宝')}"
NOT_A_CHANNEL = f"请回复 微信 或 支付宝。\n{tap('微信', '微信')}\n{tap('支付宝', '支付宝')}"
PICTURE_RECEIVED = "收款码收到了，正在查看，看好了马上告诉你，请稍等。"
NONE_YET = f"还没有提现记录。\n{tap('我的收益', '我的收益')}"
NONE_OPEN = f"没有可以取消的提现。\n{tap('提现记录', '看提现记录')}"
_NEXT = "商家审核、打款后会在这里告诉你。"
_OPEN_STILL = (State.REQUESTED, State.APPROVED)

Moved = Withdrawal | Settled | Adjusted
"""A line of 提现记录."""


def ask_amount(limits: Limits) -> str:
    """How much?"""
    most = min(limits.available, limits.maximum)
    return (
        f"可提现 {limits.available}，单笔 {limits.minimum}–{limits.maximum}。\n"
        f"提多少？请回复金额，例如 {most}。\n{tap(f'提现 {ALL}', f'提 {most}')}"
    )


def ask_account(channel: Channel) -> str:
    """Which account?"""
    if channel is Channel.WECHAT:
        return "请回复收款的微信号，或微信绑定的手机号；也可以直接发一张收款码图片。"
    return "请回复收款的支付宝账号（手机号或邮箱）；也可以直接发一张收款码图片。"


def ask_payee_name(channel: Channel) -> str:
    """Whose account?"""
    return f"请回复收款人姓名，要和{CHANNELS[channel]}的实名一致，不然打不了款。"


def confirm(amount: Money, payee: Payee, *, as_before: bool) -> str:
    """Everything once more; with the payee of the last time, one tap is enough."""
    where = (
        f"{CHANNELS[payee.channel]}收款码"
        if payee.picture
        else f"{CHANNELS[payee.channel]} {hidden(payee.account)}"
    )
    other = tap(OTHER, "换个账号") if as_before else tap(AGAIN, "有错，重填")
    return "\n".join(
        (
            "请核对：",
            f"提现：{amount}",
            f"收款：{where}" + ("（上次的账号）" if as_before and not payee.picture else ""),
            *([f"姓名：{plain(payee.name)}"] if payee.name else []),
            tap(SUBMIT, SUBMIT),
            other,
        )
    )


def requested(code: str, amount: Money) -> str:
    """It is the merchant's turn."""
    return f"提现 {amount} 已提交，单号 {code}。{_NEXT}\n{tap('提现记录', '提现记录')}\n{_cancel(code)}"


def history(page: Page[Moved]) -> str:
    """提现记录"""
    if not page.rows:
        return NONE_YET
    rows = [_row(number, row) for number, row in enumerate(page.rows, page.first)]
    more = next_page("提现记录", page)
    return "\n".join(("提现记录", *rows, *more))


def withdrawal(found: Withdrawal) -> str:
    """One of his: how much, where to, how far it is, and what happens next."""
    return "\n".join(
        (
            f"提现 {found.code}",
            f"金额：{found.amount} · {STATES[found.state]}",
            f"收款：{account(found)}",
            f"提交：{moment(found.requested_at)}",
            *_became(found),
            "",
            *([_cancel(found.code)] if found.state in _OPEN_STILL else []),
            tap("提现记录", "返回提现记录"),
        )
    )


def booked(found: Settled) -> str:
    """What he got of a settlement outside."""
    return f"{_settled(found)}\n{tap('提现记录', '返回提现记录')}"


def to_cancel(found: tuple[Withdrawal, ...]) -> str:
    """取消提现 without a number."""
    open_still = [row for row in found if row.state in _OPEN_STILL]
    if not open_still:
        return NONE_OPEN
    row = open_still[0]
    asked = f"要取消提现 {row.code}（{row.amount}，{STATES[row.state]}）吗？"
    return f"{asked}\n{_cancel(row.code)}"


def cancelled(found: Withdrawal, *, offline: bool) -> str:
    """The money is back."""
    to = available(offline=offline)
    back = f"先抵扣了待追回，现在待追回 {found.owed}" if found.owed else f"钱已退回{to}"
    return f"提现 {found.code}（{found.amount}）已取消，{back}。\n{tap('我的收益', '我的收益')}"


def approved(found: Withdrawal) -> str:
    """Notice: to be paid."""
    return f"你的提现 {found.amount}（单号 {found.code}）已通过，等待打款。"


def rejected(found: Withdrawal, *, offline: bool) -> str:
    """Notice: not paid, and why."""
    back = "已退回，先抵扣待追回" if found.owed else f"已退回{available(offline=offline)}"
    why = plain(found.reason, 60)
    return f"你的提现 {found.amount}（单号 {found.code}）被驳回。原因：{why}\n钱{back}。\n{tap('我的收益', '我的收益')}"


def paid(found: Withdrawal) -> str:
    """Notice: the money was sent."""
    where = account(found)
    return (
        f"你的提现 {found.amount} 已打款到{where}，请查收。\n单号 {found.code}，凭证 {plain(found.proof, 64)}"
    )


def settled(found: Settled) -> str:
    """Notice: a period was booked as settled."""
    return f"{_settled(found)}\n{tap('提现记录', '提现记录')}"


def adjusted(found: Adjusted, code: str) -> str:
    """Notice: the merchant's operator gave or took by hand."""
    gave = f"补给你 {found.amount}" if found.amount > ZERO else f"扣回 {-found.amount}"
    return f"商家人工调整了你（{code}）的账：{gave}。原因：{plain(found.reason, 60)}\n{tap('我的收益', '我的收益')}"


def _row(number: int, row: Moved) -> str:
    match row:
        case Settled():
            return f"{number}. {moment(row.booked_at)} {row.amount} 线下结算 · {_open(row.code)}"
        case Adjusted():
            return (
                f"{number}. {moment(row.at)} {signed(row.amount)} 人工调整\n　原因：{plain(row.reason, 30)}"
            )
    return f"{number}. {moment(row.requested_at)} {row.amount} {STATES[row.state]} · {_open(row.code)}"


def _open(code: str) -> str:
    return tap(f"提现记录 {code}", f"单号 {code}")


def _cancel(code: str) -> str:
    return tap(f"取消提现 {code}", "取消这一笔")


def _settled(found: Settled) -> str:
    since = f"{date(found.since)} 起，" if found.since else ""
    return (
        f"线下结算 {found.amount} 已登记 · 单号 {found.code}\n"
        f"（{since}到 {last_day(found.until)} 为止；凭证 {plain(found.proof, 64)}）没收到请与商家核对。"
    )


def _became(found: Withdrawal) -> list[str]:
    """How it ended and when, or what it waits for."""
    if found.state in _OPEN_STILL:
        return [_NEXT]
    if found.done_at is None:
        return ["正在打款，到账后会在这里告诉你。"]
    ended = f"{STATES[found.state].removeprefix('已')}：{moment(found.done_at)}"
    if found.state is State.PAID:
        return [ended, f"凭证：{plain(found.proof, 64)}", "没收到请联系商家，报上单号。"]
    why = [f"原因：{plain(found.reason, 60)}"] if found.reason else []
    return [ended, *why, "钱已退回账上。"]
