"""Situations that the merchant's conversations begin in."""

from __future__ import annotations

import re

from engine.money import Money
from engine.payouts.withdrawals import Channel, Payee
from engine.people.authority import Role
from engine.programme.recruiting import digest_of
from tests.handlers.world import TAP, World, taps

OWNER = "老板"
STAFF = {Role.REVIEW: "小审", Role.FINANCE: "小财", Role.SERVICE: "小客"}
"""One member of each role; `hire` brings them in."""

_CODE = re.compile(r"确认 ([2-9A-HJ-NP-Z]{6})|已打款 ([2-9A-HJ-NP-Z]{6})")


def hire(world: World, *roles: Role) -> None:
    """Members of the staff."""
    for role in roles or tuple(STAFF):
        world.staff(STAFF[role], role)


def apply(world: World, name: str, given: str = "", invited_by: str = "") -> str:
    """Somebody applies and waits; gives the end of the application's id."""
    if invited_by:
        world.by(name).referrals.open_invitation(world.code(invited_by))
    agreement = digest_of(world.by(name).settings.now().agreement)
    return world.by(name).recruiting.apply(given or name, "13800138000", agreement).application[-6:]


def ask_for(world: World, name: str, fen: int, account: str = "wx_alice", payee: str = "王小明") -> str:
    """A promoter asks for money; gives the 单号."""
    return world.by(name).withdrawals.request(Money(fen), Payee(Channel.WECHAT, account, payee))


def payable(world: World, name: str = "alice", fen: int = 3000, given: str = "") -> str:
    """A promoter who has earned so much (a multiple of 3 fen) asks for all of it; gives the 单号."""
    world.promoter(name, given=given)
    world.earned(name, fen, through=f"客户{name}")
    return ask_for(world, name, fen)


def code_in(shown: str) -> str:
    """The one-time code of a prompt."""
    found = _CODE.search(shown)
    assert found, shown
    return found.group(1) or found.group(2)


def bare(shown: str) -> str:
    """A screen as a person reads it, without its tappable lines."""
    return "\n".join(line for line in TAP.sub("\0", shown).splitlines() if "\0" not in line)


def tap_of(shown: str, word: str) -> str:
    """The tapped line that begins so."""
    return next(sends for sends in taps(shown) if sends.startswith(word))
