"""Situations that the merchant's conversations begin in."""

from __future__ import annotations

import re

from engine.money import Money
from engine.payouts.payees import Channel, Payee
from engine.people.authority import Role
from engine.programme.modes import Goods
from engine.programme.recruiting import digest_of
from handlers.paging import ROWS
from tests.handlers.world import TAP, World, taps

OWNER = "老板"
STAFF = {Role.REVIEW: "小审", Role.FINANCE: "小财", Role.SERVICE: "小客"}
"""One member of each role; `hire` brings them in."""

LONG = "鑫" * 20
BIG = 9_999_999
"""The longest name, and a large amount in fen."""

_CODE = re.compile(r"确认 ([2-9A-HJ-NP-Z]{6})|已打款 ([2-9A-HJ-NP-Z]{6})")


def hire(world: World, *roles: Role) -> None:
    """Members of the staff."""
    for role in roles or tuple(STAFF):
        world.staff(STAFF[role], role)


def crowd(world: World) -> None:
    """Everything as long as it can be, and more of it than a screen holds."""
    world.set(withdraw_max="50000", shop_name=LONG)
    hire(world)
    for name in STAFF.values():
        world.promoter(name, given=LONG)
    world.promoter("上级", given=LONG)
    rules = world.by(OWNER).settings.now()
    for n in range(ROWS + 1):
        world.promoter(f"p{n}", given=LONG, invited_by="上级")
        apply(world, f"买家{n}", LONG, invited_by="上级")
        world.buys(f"买家{n}", f"o{n}", BIG, code=world.code(f"p{n}"))
        world.received(f"o{n}")
        sku = "S" * 31 + str(n)
        world.by(OWNER).products.put(sku, "长" * 60, Goods.SERVICE, Money(BIG))
        made = world.by(OWNER).products.propose_rates(sku, rules.level1, rules.level2)
        world.by(OWNER).products.confirm_rates(made.code)
    world.later(days=8)


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
