"""Whom to pay (收款账号): what an account of each channel looks like, and how it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from engine.errors import Refusal
from engine.money import Money
from engine.store.base import Tx

NAMED_FROM = Money(200_000)
"""From here on nobody is paid without his real name (收款人姓名), by a 收款码 neither."""
_ALIPAY = re.compile(r"1[3-9]\d{9}|[\w.+-]{1,40}@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_WECHAT = re.compile(r"1[3-9]\d{9}|[A-Za-z][-_A-Za-z0-9]{5,19}", re.ASCII)


class Channel(Enum):
    """Where the money goes (微信, 支付宝)."""

    WECHAT = "wechat"
    ALIPAY = "alipay"


@dataclass(frozen=True, slots=True)
class Payee:
    """Whom to pay: the account as it is typed into the payment app and the real name, or a 收款码."""

    channel: Channel
    account: str
    name: str
    picture: str = ""
    """The digest of a 收款码, which stands for the account; a name goes with it from NAMED_FROM."""


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
    if payee.picture:
        account = ""
        if not name:
            return Payee(payee.channel, "", "", payee.picture)
    pattern = _WECHAT if payee.channel is Channel.WECHAT else _ALIPAY
    if not payee.picture and not pattern.fullmatch(account):
        raise BadPayee(payee.channel)
    if not 2 <= len(name) <= 20:
        raise BadPayeeName()
    return Payee(payee.channel, account, name, payee.picture)


def digest(tx: Tx, payee: Payee) -> str:
    """The same for the same payee: what codes and the book are bound to, without saying who it is."""
    # No account is empty: what is between the colons cannot be moved from one part to another.
    said = f"{payee.channel.value}:{payee.account}:{payee.name}"
    return tx.cipher.digest("payee", f"{said}:{payee.picture}" if payee.picture else said)


def hidden(account: str) -> str:
    """An account with its middle hidden: 138****5678."""
    head = 3 if len(account) > 7 else 1
    return f"{account[:head]}****{account[-4:] if len(account) > 8 else account[-2:]}"
