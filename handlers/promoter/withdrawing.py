"""申请提现: amount, channel, account, name, a last look; 提现记录 and 取消提现."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.errors import Refusal
from engine.money import Money
from engine.payouts.adjusting import Adjusted
from engine.payouts.bookings import NoSuchBooking
from engine.payouts.payees import NAMED_FROM, Channel, Payee, checked
from engine.payouts.records import NoSuchWithdrawal
from engine.reports.details import Detail, Kind
from handlers import typed
from handlers.lists import itemised
from handlers.paging import Page, page_of, turn
from handlers.spelling import bare
from handlers.texts import withdrawing as texts
from handlers.texts.marks import folded, plain
from handlers.texts.refusals import sorry
from handlers.types import Ask, Reply, Text

AMOUNT, CHANNEL = "withdraw.amount", "withdraw.channel"
ACCOUNT, NAME, CONFIRM = "withdraw.account", "withdraw.name", "withdraw.confirm"
_SHOWN = 9
_SOMEBODY = "某某"


def begin(ask: Ask) -> Reply:
    """申请提现"""
    try:
        limits = ask.desk.withdrawals.limits()
    except Refusal as refusal:
        return Text(sorry(refusal))
    return Text(texts.ask_amount(limits), AMOUNT)


def amount_said(ask: Ask) -> Reply:
    """提现 100 in one line."""
    return _amount(ask, ask.got("amount"))


def amount_answered(ask: Ask) -> Reply:
    """How much."""
    return _amount(ask, ask.text)


def channel_answered(ask: Ask) -> Reply:
    """微信 or 支付宝."""
    channel = texts.CHANNEL_WORDS.get(folded(ask.text))
    if channel is None:
        return Text(texts.NOT_A_CHANNEL, CHANNEL, ask.talk.memory)
    return Text(texts.ask_account(channel), ACCOUNT, {**ask.talk.memory, "channel": channel.value})


def account_answered(ask: Ask) -> Reply:
    """Where the money goes."""
    try:
        payee = checked(Payee(_channel(ask), typed.forgiven(ask.text), _SOMEBODY))
    except Refusal as refusal:
        return Text(sorry(refusal), ACCOUNT, ask.talk.memory)
    return Text(texts.ask_payee_name(payee.channel), NAME, {**ask.talk.memory, "account": payee.account})


def picture_sent(ask: Ask) -> Reply:
    """His 收款码 instead: a worker looks at it, and says what became of it."""
    try:
        ask.desk.withdrawals.give_picture(_channel(ask), ask.message.picture)
    except Refusal as refusal:
        return Text(sorry(refusal))
    return Text(texts.PICTURE_RECEIVED)


def name_answered(ask: Ask) -> Reply:
    """Whose account it is."""
    try:
        payee = checked(replace(_payee(ask.talk.memory), name=plain(ask.text) or "-"))
    except Refusal as refusal:
        return Text(sorry(refusal), NAME, ask.talk.memory)
    return _confirm({**ask.talk.memory, "name": payee.name, "before": ""})


def confirm_answered(ask: Ask) -> Reply:
    """确认提现, or another account."""
    said = typed.forgiven(ask.text)
    if said == texts.SUBMIT:
        return _request(ask)
    if said in (texts.OTHER, texts.AGAIN):
        return Text(texts.ASK_CHANNEL, CHANNEL, {"amount": ask.remembered("amount")})
    return _confirm(ask.talk.memory)


def history(ask: Ask) -> Reply:
    """提现记录: withdrawals, what was settled outside and what was adjusted by hand."""
    page = turn(page_of(ask), lambda most: ask.desk.details.mine(None, most))
    told = tuple(_told(ask, row) for row in page.rows)
    return itemised(texts.history(Page(told, page.number, page.more)))


def one(ask: Ask) -> Reply:
    """提现记录 ‹单号›: one withdrawal, or what he got of a settlement outside."""
    number = typed.code(ask.got("code"))
    try:
        return Text(texts.withdrawal(ask.desk.withdrawals.own(number)))
    except NoSuchWithdrawal as refusal:
        return _settled(ask, number) or Text(sorry(refusal))


def _settled(ask: Ask, number: str) -> Reply | None:
    try:
        return Text(texts.booked(ask.desk.bookings.mine(number)))
    except NoSuchBooking:
        return None


def _told(ask: Ask, row: Detail) -> texts.Moved:
    """A line with what only its own record says."""
    match row.kind:
        case Kind.WITHDRAWAL:
            return ask.desk.withdrawals.get(row.number)
        case Kind.BOOKING:
            return ask.desk.bookings.mine(row.number)
    return Adjusted(row.amount, row.number, row.at)


def ask_which(ask: Ask) -> Reply:
    """取消提现 without a number."""
    return Text(texts.to_cancel(ask.desk.withdrawals.mine(_SHOWN)))


def cancel(ask: Ask) -> Reply:
    """取消提现 ABC234"""
    try:
        done = ask.desk.withdrawals.cancel(typed.code(ask.got("code")))
        return Text(texts.cancelled(done, offline=ask.who.offline))
    except Refusal as refusal:
        return Text(sorry(refusal))


def ask_channel(ask: Ask) -> Reply:
    """微信 or 支付宝?"""
    return Text(texts.ASK_CHANNEL, CHANNEL, ask.talk.memory)


def ask_account(ask: Ask) -> Reply:
    """Which account?"""
    return Text(texts.ask_account(_channel(ask)), ACCOUNT, ask.talk.memory)


def ask_name(ask: Ask) -> Reply:
    """Whose account?"""
    return Text(texts.ask_payee_name(_channel(ask)), NAME, ask.talk.memory)


def ask_confirm(ask: Ask) -> Reply:
    """Everything once more."""
    return _confirm(ask.talk.memory)


def _amount(ask: Ask, said: str) -> Reply:
    """Hold the amount, or say why not and ask again; nothing is guessed about money."""
    try:
        limits = ask.desk.withdrawals.limits()
    except Refusal as refusal:
        return Text(sorry(refusal))
    try:
        said = bare(said)
        everything = said == texts.ALL
        amount = min(limits.available, limits.maximum) if everything else Money.parse(said)
        ask.desk.withdrawals.check(amount)
    except Refusal as refusal:
        return Text(f"{sorry(refusal)}\n{texts.ask_amount(limits)}", AMOUNT)
    memory = {"amount": str(amount.fen)}
    if limits.last is None:
        return Text(texts.ASK_CHANNEL, CHANNEL, memory)
    last = {"channel": limits.last.channel.value, "account": limits.last.account, "name": limits.last.name}
    if limits.last.picture:
        last |= {"picture": limits.last.picture}
        if amount >= NAMED_FROM and not limits.last.name:
            return Text(texts.ask_payee_name(limits.last.channel), NAME, {**memory, **last})
    return _confirm({**memory, **last, "before": "1"})


def _confirm(memory: Mapping[str, str]) -> Reply:
    shown = texts.confirm(_money(memory), _payee(memory), as_before=bool(memory.get("before")))
    return Text(shown, CONFIRM, memory)


def _request(ask: Ask) -> Reply:
    amount = _money(ask.talk.memory)
    try:
        code = ask.desk.withdrawals.request(amount, _payee(ask.talk.memory))
    except Refusal as refusal:
        return Text(sorry(refusal))
    return Text(texts.requested(code, amount))


def _payee(memory: Mapping[str, str]) -> Payee:
    channel = Channel(memory.get("channel", "wechat"))
    return Payee(channel, memory.get("account", ""), memory.get("name", ""), memory.get("picture", ""))


def _money(memory: Mapping[str, str]) -> Money:
    return Money(int(memory.get("amount", "0")))


def _channel(ask: Ask) -> Channel:
    return Channel(ask.remembered("channel") or "wechat")
