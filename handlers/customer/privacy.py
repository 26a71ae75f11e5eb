"""隐私与注销: what is kept, what goes, and the deletion itself, which is typed."""

from __future__ import annotations

from engine.people.authority import Role
from handlers.texts import privacy as texts
from handlers.texts.anyone import ROLES
from handlers.typed import forgiven
from handlers.types import Ask, Reply, Silence, Text

CONFIRM = "privacy.confirm"
"""The open question: really?"""

NAME_AND_PICTURE = "205"
"""RevokeInfo of what WeChat calls 昵称和头像.

https://developers.weixin.qq.com/doc/service/guide/h5/authorization_change.html
"""
EVERYTHING = "cancellation"
"""The person closed his WeChat account, or took back every permission."""


def about(ask: Ask) -> Reply:
    """隐私与注销"""
    held, shop = ask.desk.forgetting.held(), ask.desk.settings.now().shop_name
    standing = "\n".join(part for part in (_money(ask), _role(ask)) if part)
    return Text(texts.about(shop, held, ask.desk.phones.mine() or held.phone_tail, standing), state=CONFIRM)


def confirmed(ask: Ask) -> Reply:
    """The sentence was typed, or something else was."""
    if not texts.is_meant(forgiven(ask.text)):
        return Text(texts.NOT_YET, state=CONFIRM)
    ask.desk.forgetting.forget()
    return Text(texts.GONE, ends=True, leaves=True)


def revoked(ask: Ask) -> Reply:
    """WeChat tells that a person took back what he had allowed; what we hold of that is deleted."""
    if ask.text == EVERYTHING:
        ask.desk.forgetting.forget()
    elif NAME_AND_PICTURE in ask.text.split(","):
        ask.desk.forgetting.drop_name()
    return Silence()


def _money(ask: Ask) -> str:
    earner = ask.who.promoter or ask.who.former
    if earner is None:
        return ""
    customers = ask.desk.customers.count_of(earner)
    balances = ask.desk.earnings.of(earner).balances
    promotes = ask.who.promoter is not None
    return texts.money(balances, promotes=promotes, customers=customers, offline=ask.who.offline)


def _role(ask: Ask) -> str:
    role = min(ask.who.roles, key=list(Role).index, default=None)
    return texts.staff(ROLES[role]) if role else ""
