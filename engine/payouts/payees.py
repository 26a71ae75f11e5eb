"""Whom to pay (收款账号): what an account of each channel looks like, and how it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from engine.errors import Refusal
from engine.store.base import Tx

_ALIPAY = re.compile(r"1[3-9]\d{9}|[\w.+-]{1,40}@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_WECHAT = re.compile(r"1[3-9]\d{9}|[A-Za-z][-_A-Za-z0-9]{5,19}", re.ASCII)


class Channel(Enum):
    """Where the money goes (微信, 支付宝)."""

    WECHAT = "wechat"
    ALIPAY = "alipay"


@dataclass(frozen=True, slots=True)
class Payee:
    """Whom to pay: the account as it is typed into the payment app, and the real name."""

    channel: Channel
    account: str
    name: str


@dataclass(eq=False)
class BadPayee(Refusal):
    """The account is none of the channel's kind."""

    channel: Channel


@dataclass(eq=False)
class BadPayeeName(Refusal):
    """The payee's name must have 2 to 20 characters."""


def checked(payee: Payee) -> Payee:
    """The payee as it will be kept. Raises BadPayee, BadPayeeName."""
    account, name = payee.account.strip(), " ".join(payee.name.split())
    pattern = _WECHAT if payee.channel is Channel.WECHAT else _ALIPAY
    if not pattern.fullmatch(account):
        raise BadPayee(payee.channel)
    if not 2 <= len(name) <= 20:
        raise BadPayeeName()
    return Payee(payee.channel, account, name)


def digest(tx: Tx, payee: Payee) -> str:
    """The same for the same payee: what codes and the book are bound to, without saying who it is."""
    return tx.cipher.digest("payee", f"{payee.channel.value}:{payee.account}:{payee.name}")


def hidden(account: str) -> str:
    """An account with its middle hidden: 138****5678."""
    head = 3 if len(account) > 7 else 1
    return f"{account[:head]}****{account[-4:] if len(account) > 8 else account[-2:]}"
