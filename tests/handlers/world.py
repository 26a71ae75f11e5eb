"""A small shop with people in it: the real engine in memory, and messages as the door would bring them."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select

from bot.dispatch import left_open, next_talk
from engine import FEED, OPERATOR, SYSTEM, Actor, Cipher, Desk, Engine, someone
from engine.ids import Ids, ShopId
from engine.money import Money
from engine.orders import facts
from engine.orders.events import Buyer, Fact, Heard, PlacedBy, Sold
from engine.people.authority import Role
from engine.programme.modes import Goods
from engine.programme.promoters import Promoter
from engine.programme.recruiting import digest_of
from engine.programme.settings import ACKNOWLEDGEMENT, NothingChanged
from engine.programme.who import Who
from engine.store.tables import metadata, shops
from handlers import routes
from handlers.anyone.unknown import unknown
from handlers.types import Ask, Hint, Kind, Message, Picture, Silence, Talk, Text, ToStaff

HOME = "https://bot.example.com"
LIMIT = 2048
"""Bytes of one screen."""

TAP = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^"&<>]*)&msgmenuid=1">([^<>]*)</a>')


class Wrist:
    """The clock that everybody looks at."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


class World:
    """老板's shop; whoever writes exists."""

    def __init__(self, *, two_level: bool = True) -> None:
        self.wrist = Wrist()
        self._random = random.Random(7)
        cipher = Cipher((b"x" * 32,))
        self.engine = Engine("sqlite://", clock=self.wrist, ids=Ids(self._random), cipher=cipher)
        metadata.create_all(self.engine.store.engine.execution_options(writing=True))
        self.shop = self.engine.open_shop("wx1", "花间小店")
        self.talks: dict[str, Talk] = {}
        self._count = 0
        self._open(two_level)
        self._kept = sqlite3.connect(":memory:", check_same_thread=False)
        self._beginning = (self.wrist.time, self._random.getstate())
        self._live().backup(self._kept)

    def again(self) -> World:
        """The same world as it was in the beginning; much faster than a new one."""
        self._kept.backup(self._live())
        self.wrist.time = self._beginning[0]
        self._random.setstate(self._beginning[1])
        self.talks.clear()
        return self

    def close(self) -> None:
        self._kept.close()
        self.engine.store.engine.dispose()

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Meanwhile everybody is in a second shop of the same account; 老板 owns that one too."""
        home, self.shop = self.shop, self._second_shop()
        self.talks.clear()
        try:
            self._open(two_level=True)
            yield
        finally:
            self.shop = home
            self.talks.clear()

    # -- the engine's side ---------------------------------------------------------------------------

    def desk(self, actor: Actor) -> Desk:
        """A desk for one more delivery."""
        self._count += 1
        return self.engine.at(self.shop, actor, f"d{self._count}")

    def who(self, name: str) -> Who:
        return self.engine.meet(self.shop, f"o{name}")

    def by(self, name: str) -> Desk:
        """This person's desk."""
        return self.desk(someone(self.who(name).person))

    def later(self, **length: float) -> None:
        """Time passes, and what is due matures."""
        self.wrist.time += timedelta(**length)
        while self.desk(SYSTEM).orders.mature():
            pass

    def set(self, **rules: str) -> None:
        """The owner changes rules that need no code; saying what rules already is no mistake here."""
        for key, typed in rules.items():
            with suppress(NothingChanged):
                self.by("老板").settings.change(key, typed)

    def staff(self, name: str, role: Role) -> None:
        token = self.desk(OPERATOR).enrolling.invite(role).token
        self.by(name).enrolling.enrol(token)

    def promoter(self, name: str, *, given: str = "", invited_by: str = "") -> Promoter:
        """A promoter, the quick way."""
        if invited_by:
            self.by(name).referrals.open_invitation(self.code(invited_by))
        agreement = digest_of(self.by(name).settings.now().agreement)
        applied = self.by(name).recruiting.apply(given or name, "13800138000", agreement)
        if applied.promoter is None:
            self.by("老板").recruiting.approve(applied.application)
        return self.by(name).promoters.mine()

    def code(self, name: str) -> str:
        return self.by(name).promoters.mine().code

    def freeze(self, name: str) -> None:
        proposed = self.by("老板").promoters.propose_freeze(self.code(name), "刷单")
        self.by("老板").promoters.freeze(proposed.code)

    def hear(self, number: str, fact: Fact) -> None:
        """The shop tells of an order."""
        self.desk(FEED).orders.hear(Heard("shop", number, fact))

    def buys(
        self,
        name: str,
        number: str,
        fen: int,
        *,
        code: str = "",
        title: str = "护手霜",
        lines: int = 1,
        less: int = 0,
        placed_by: str = "",
        payment: facts.Payment = facts.Payment.WECHAT,
    ) -> None:
        """An order is paid: one product, perhaps on several lines, each so much less than retail."""
        bought = tuple(
            facts.Line(n, "SKU1", title, None, 1, Money(fen - less), Money(less)) for n in range(1, lines + 1)
        )
        paid = facts.Paid(self.wrist.now(), payment, bought, Money(0))
        self.hear(number, Sold(paid, Buyer(openid=f"o{name}"), code, PlacedBy(code=placed_by)))

    def received(self, number: str) -> None:
        now = self.wrist.now()
        self.hear(number, facts.Shipped(f"s{number}", now))
        self.hear(number, facts.Received(now))

    def refunds(self, number: str, fen: int) -> None:
        self.hear(number, facts.Refunded(f"r{number}{self._count}", self.wrist.now(), Money(fen)))

    def earned(self, name: str, fen: int, *, through: str = "carol", number: str = "") -> None:
        """This promoter has so much available: an order at 30 % is paid, received and matured."""
        number = number or f"n{self._count}"
        self.buys(through, number, fen * 10 // 3, code=self.code(name))
        self.received(number)
        self.later(days=8)

    # -- the chat's side -----------------------------------------------------------------------------

    def say(self, name: str, text: str) -> str:
        """Type a line or tap one; gives what comes back, empty for silence."""
        return self._send(name, Kind.TEXT, text=text)

    def click(self, name: str, key: str) -> str:
        return self._send(name, Kind.CLICK, text=key)

    def scan(self, name: str, scene: str) -> str:
        return self._send(name, Kind.SCAN, scene=scene)

    def follow(self, name: str, scene: str = "") -> str:
        return self._send(name, Kind.FOLLOW, scene=scene)

    def send(self, name: str, kind: Kind) -> str:
        return self._send(name, kind)

    def ask(self, name: str, kind: Kind = Kind.TEXT, *, text: str = "", scene: str = "") -> Ask:
        """A message at its desk, as dispatch hands it to a handler."""
        message = Message(kind, f"o{name}", "gh_1", self.wrist.now(), f"m{self._count}", text, scene)
        return Ask(message, self.by(name), self.who(name), self.talks.get(name, Talk()), home=HOME)

    def _send(self, name: str, kind: Kind, *, text: str = "", scene: str = "") -> str:
        self.wrist.time += timedelta(seconds=1)  # nobody types twice in one millisecond
        ask = routes.within_rights(self.ask(name, kind, text=text, scene=scene))
        found = routes.find(ask)
        answers = found is not None and found.answers
        reply = found.do(found.ask) if found else unknown(ask)
        talk = next_talk(ask.talk, reply, answers=answers)
        hint = left_open(ask.talk, talk, answers=answers)
        self.talks[name] = talk or Talk()
        match reply:
            case Silence():
                return ""
            case ToStaff():
                return "[客服]"
            case Hint():
                shown = reply.content
            case Picture():
                shown = f"[{reply.what}] {reply.meanwhile}"
            case Text(alone=True):
                shown = reply.content
            case Text():
                shown = "\n\n".join(part for part in (reply.content, hint) if part)
        _check(shown)
        return shown

    def _live(self) -> sqlite3.Connection:
        """The one connection of the engine's database in memory."""
        raw = self.engine.store.engine.raw_connection()
        live = raw.driver_connection
        raw.close()
        assert isinstance(live, sqlite3.Connection)
        return live

    def _second_shop(self) -> ShopId:
        made = self.engine.store.ids.new("sh")
        account = select(shops.c.account_id).where(shops.c.id == self.shop).scalar_subquery()
        row = insert(shops).values(id=made, account_id=account, name="月下小店", created_at=self.wrist.now())
        self.engine.store.write(ShopId(""), SYSTEM, lambda tx: tx.run(row))
        return ShopId(made)

    def _open(self, two_level: bool) -> None:
        self.staff("老板", Role.OWNER)
        self.by("老板").products.put("SKU1", "护手霜", Goods.GOODS, Money(10_000))
        for level, rate in (("level1", "30%"), ("level2", "10%")):
            proposed = self.by("老板").settings.propose(level, rate)
            self.by("老板").settings.confirm(proposed.code)
        if two_level:
            self.by("老板").settings.acknowledge(ACKNOWLEDGEMENT)
        self.set(shop_name="花间小店", programme="on")


def taps(shown: str) -> list[str]:
    """What the tappable lines of a screen send."""
    return [sends for sends, _ in TAP.findall(shown)]


def read(shown: str) -> str:
    """A screen as a person reads it."""
    return TAP.sub(r"\2", shown)


def _check(shown: str) -> None:
    """What holds for every screen that any test meets."""
    assert len(shown.encode()) <= LIMIT, f"{len(shown.encode())} bytes: {shown}"
    bare = TAP.sub("", shown)
    assert "<" not in bare, shown
    assert ">" not in bare, shown
    assert "weixin:" not in bare, shown
    assert "您" not in shown, shown
