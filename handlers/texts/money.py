"""States and kinds of money, in the words of the books."""

from __future__ import annotations

from engine.money import ZERO, Money
from engine.orders.attribution import Basis
from engine.payouts.payees import Channel
from engine.payouts.records import Withdrawal
from engine.payouts.states import State
from handlers.texts.marks import plain

STATES = {
    State.REQUESTED: "待审核",
    State.APPROVED: "待打款",
    State.IN_HAND: "打款中",
    State.SENDING: "打款中",
    State.CONFIRMING: "待你确认收款",
    State.UNKNOWN: "打款结果确认中",
    State.PAID: "已打款",
    State.REJECTED: "已驳回",
    State.CANCELLED: "已取消",
    State.FAILED: "打款失败",
}
CHANNELS = {Channel.WECHAT: "微信", Channel.ALIPAY: "支付宝"}


def available(*, offline: bool) -> str:
    """What 可提现 is called in this shop."""
    return "待线下结算" if offline else "可提现"


def signed(amount: Money) -> str:
    """`+¥5.00` or `-¥5.00`"""
    return str(amount) if amount < ZERO else f"+{amount}"


def grouped(amount: Money) -> str:
    """As it is read from afar, on pictures: `¥12,888.00`."""
    sign, _, figure = str(amount).partition("¥")
    yuan, _, fen = figure.partition(".")
    return f"{sign}¥{int(yuan):,}.{fen}"


NET_SALES = "销售额是实付减退款；退款、改归属算在办的那天"
"""What 销售额 means, said wherever it stands."""

LEVELS = {1: "佣金", 2: "邀请奖励"}
WAYS = {Basis.SELF_PURCHASE: "自购", Basis.PROXY: "代下单"}
OWN_TRANSFER = "商家自行转账的订单不计佣"
ON_ORDERS_ONLY = "仅按下级客户已成交订单计算，邀请本身无奖励"
"""Stands wherever 邀请奖励 stands."""


def account(row: Withdrawal) -> str:
    """Where a withdrawal goes: 微信 138****5678, 支付宝收款码."""
    if row.by_picture:
        return f"{CHANNELS[row.channel]}收款码"
    return f"{CHANNELS[row.channel]} {plain(row.account_tail)}".strip()
