"""A shop and its people, made and moved through the engine's own verbs; and the audit that ends every test.

老板 owns the shop; alice is a promoter; bob was invited by alice; dave is another promoter; carol buys; mallory cheats.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from engine import FEED, OPERATOR, SYSTEM, Actor, Bell, Desk, Engine, SilentBell, someone
from engine.cipher import Cipher
from engine.ids import Ids, PersonId, PromoterId, ShopId
from engine.ledger import book
from engine.ledger.audit import audit
from engine.ledger.book import Balances
from engine.ledger.chart import SHOP
from engine.money import Money
from engine.orders import attribution
from engine.orders.assigning import Reassigned
from engine.orders.claims import Claimed
from engine.orders.events import Buyer, Fact, Heard, PlacedBy, Sold
from engine.orders.facts import Cancelled, Line, LineRefund, Paid, Payment, Refunded, Shipped
from engine.orders.intake import Booked
from engine.payouts.payees import Channel, Payee
from engine.payouts.paying import InHand
from engine.payouts.records import Withdrawal
from engine.people.authority import Role
from engine.programme.modes import Goods
from engine.programme.recruiting import digest_of
from engine.programme.settings import ACKNOWLEDGEMENT
from engine.referrals.visits import How, Receipt
from engine.store.base import Tx
from engine.store.tables import balances, orders
from tests.engine.beginnings import Beginnings

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Ten o'clock in Beijing."""

KEY = b"k" * 32
NAMES = {
    "老板": "陈老板",
    "alice": "王爱丽",
    "bob": "李小波",
    "dave": "赵大卫",
    "carol": "孙可乐",
    "mallory": "马洛里",
}
WECHAT = Payee(Channel.WECHAT, "wx_payee", "李小波")


class MovableClock:
    """Stands still until it is moved."""

    def __init__(self, start: datetime = MONDAY) -> None:
        self.time = start

    def now(self) -> datetime:
        return self.time

    def move(self, **by: float) -> datetime:
        """Move on by so many days, hours, …; gives the new time."""
        self.time += timedelta(**by)
        return self.time


class HeardBell:
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.rung: list[str] = []

    def ring(self, rows: tuple[tuple[str, str], ...]) -> None:
        self.rung += [kind for _, kind in rows]


def line(fen: int, number: int = 1, sku: str = "SKU1", **more: Any) -> Line:
    """One line of an order."""
    return Line(number, sku, "护手霜", more.pop("kind", None), more.pop("quantity", 1), Money(fen), **more)


def back(name: str, at: datetime, fen: int, **lines: int) -> Refunded:
    """A refund; `l1=500` says that so much of it belongs to line 1."""
    parts = tuple(LineRefund(int(key[1:]), Money(amount)) for key, amount in lines.items())
    return Refunded(name, at, Money(fen), parts)


class World:
    """One shop of an engine, and everybody in it."""

    def __init__(
        self,
        url: str,
        *,
        app: str = "wx_app",
        seed: str = "seed",
        clock: MovableClock | None = None,
        engine: Engine | None = None,
        bell: Bell | None = None,
        beginnings: Beginnings | None = None,
    ) -> None:
        self.url = url
        self.clock = clock or MovableClock()
        self.seed = seed
        self._beginnings = beginnings
        self._random = random.Random(f"{seed}:{app}")
        ids = Ids(self._random)
        self.engine = engine or Engine(url, clock=self.clock, ids=ids, cipher=Cipher((KEY,)), bell=bell)
        # An engine that many worlds share, one after the other, keeps the time of the present one.
        self.engine.store.clock, self.engine.store.ids = self.clock, ids
        self.engine.store.bell = bell or SilentBell()
        self.shop: ShopId = self.engine.open_shop(app, "小店")
        self.audits = True
        """False once a test has broken the book on purpose."""
        self.book_only = False
        """True where entries are posted that no order and no withdrawal stands behind."""
        self._people: dict[str, PersonId] = {}
        self._references = 0
        self._numbers = 0

    # --- who and when

    @property
    def now(self) -> datetime:
        return self.clock.time

    def at(self, actor: Actor, reference: str = "") -> Desk:
        """A desk; each one without a reference is another delivery."""
        self._references += 1
        return self.engine.at(self.shop, actor, reference or f"{self.seed}-{self._references}")

    def of(self, name: str, reference: str = "") -> Desk:
        """The desk of somebody with a name."""
        return self.at(someone(self.person(name)), reference)

    @property
    def boss(self) -> Desk:
        return self.of("老板")

    @property
    def feed(self) -> Desk:
        return self.at(FEED)

    def person(self, name: str) -> PersonId:
        if name not in self._people:
            self._people[name] = self.engine.meet(self.shop, f"o_{name}").person
        return self._people[name]

    def promoter(self, name: str) -> PromoterId:
        return self.of(name).promoters.mine().id

    def code(self, name: str) -> str:
        return self.of(name).promoters.mine().code

    def reading(self, actor: Actor = SYSTEM) -> AbstractContextManager[Tx]:
        return self.engine.store.read(self.shop, actor)

    def rows(self, statement: Any) -> Sequence[Any]:
        with self.reading() as tx:
            return tx.run(statement).all()

    # --- making a shop

    def ready(
        self,
        *,
        level1: str = "30%",
        level2: str | None = "10%",
        settings: dict[str, str] | None = None,
        people: tuple[str, ...] = ("alice", "bob", "dave"),
    ) -> World:
        """A shop that runs: owner, one product, rates, the programme on, and its promoters."""
        given = settings or {}

        def make() -> None:
            self._open(level1, level2, given, people)

        if self._beginnings and not self._references and self.now == MONDAY:
            self._beginnings.give(self, (level1, level2, tuple(given.items()), people), make)
        else:
            make()
        return self

    def standing(self) -> tuple[ShopId, dict[str, PersonId], int, object]:
        """What to remember beside the database."""
        return self.shop, dict(self._people), self._references, self._random.getstate()

    def stand(self, standing: tuple[ShopId, dict[str, PersonId], int, Any]) -> None:
        """Be where another world was."""
        self.shop, people, self._references, state = standing
        self._people = dict(people)
        self._random.setstate(state)

    def _open(
        self, level1: str, level2: str | None, settings: Mapping[str, str], people: tuple[str, ...]
    ) -> None:
        self.enrol("老板", Role.OWNER)
        self.boss.products.put("SKU1", "护手霜", Goods.GOODS, Money(10_000))
        self.set_rate("level1", level1)
        if level2 is not None:
            self.set_rate("level2", level2)
            self.boss.settings.acknowledge(ACKNOWLEDGEMENT)
        for key, value in settings.items():
            self.boss.settings.change(key, value)
        self.boss.settings.change("programme", "on")
        for name in people:
            invited = name == "bob" and "alice" in people and level2 is not None
            self.recruit(name, inviter="alice" if invited else None)

    def enrol(self, name: str, role: Role) -> None:
        invitation = self.at(OPERATOR).enrolling.invite(role)
        self.of(name).enrolling.enrol(invitation.token)

    def set_rate(self, key: str, typed: str) -> None:
        self.boss.settings.confirm(self.boss.settings.propose(key, typed).code)

    def change(self, key: str, typed: str) -> None:
        self.boss.settings.change(key, typed)

    def apply(self, name: str, phone: str = "") -> Any:
        """Submit an application with the agreement as it is."""
        rules = self.of(name).settings.now()
        number = phone or f"138{sum(name.encode()) % 10**8:08d}"
        return self.of(name).recruiting.apply(NAMES.get(name, name), number, digest_of(rules.agreement))

    def recruit(self, name: str, inviter: str | None = None) -> None:
        if inviter:
            self.of(name).referrals.open_invitation(self.code(inviter))
        applied = self.apply(name)
        if applied.promoter is None:
            self.boss.recruiting.approve(applied.application)

    def bind(self, name: str, phone: str) -> None:
        self.of(name).phones.bind(phone)

    def claim(self, number: str, name: str) -> Claimed:
        """The owner says that this person bought what was waiting."""
        made = self.boss.claims.propose(self.order_code(number), self.person(name))
        return self.boss.claims.claim(made.code)

    def assign(self, number: str, name: str, reason: str = "客户说是他介绍的") -> Reassigned:
        """归属: the owner gives the order to a promoter, or without a name to nobody."""
        to = self.code(name) if name else ""
        made = self.boss.assigning.propose(self.order_code(number), to, reason)
        return self.boss.assigning.assign(made.code)

    def order_code(self, number: str) -> str:
        """单号"""
        (row,) = self.rows(select(orders).where(orders.c.shop_id == self.shop, orders.c.number == number))
        return str(row.code)

    def freeze(self, name: str) -> None:
        code = self.boss.promoters.propose_freeze(self.code(name), "核实中").code
        self.boss.promoters.freeze(code)

    def restore(self, name: str) -> None:
        self.boss.promoters.restore(self.code(name))

    # --- customers and orders

    def visit(self, customer: str, promoter: str, how: How = How.SCAN) -> Receipt:
        return self.of(customer).referrals.visit(self.code(promoter), how)

    def tell(self, number: str, fact: Fact, source: str = "shop") -> Booked:
        """The shop reports a fact of an order."""
        return self.feed.orders.hear(Heard(source, number, fact))

    def sold(
        self,
        buyer: str | Buyer,
        *lines: Line | int,
        by: str = "",
        code: str = "",
        at: datetime | None = None,
        shipping: int = 0,
        payment: Payment = Payment.WECHAT,
        placed_by: PlacedBy | None = None,
    ) -> Sold:
        """order.paid. `by` names the promoter whose code the shop sends."""
        who = Buyer(openid=f"o_{buyer}") if isinstance(buyer, str) else buyer
        made = tuple(
            line(one, number) if isinstance(one, int) else one for number, one in enumerate(lines, 1)
        )
        sent = self.code(by) if by else code
        paid = Paid(at or self.now, payment, made, Money(shipping))
        return Sold(paid, who, sent, placed_by or PlacedBy())

    def pay(self, buyer: str | Buyer, *lines: Line | int, number: str = "", **more: Any) -> str:
        """An order that is paid; gives its number."""
        self._numbers += 1
        number = number or f"N{self._numbers}"
        self.tell(number, self.sold(buyer, *lines, **more))
        return number

    def ship(self, number: str, at: datetime | None = None, parcel: str = "p1") -> Booked:
        return self.tell(number, Shipped(parcel, at or self.now))

    def refund(
        self, number: str, fen: int, name: str = "", at: datetime | None = None, **lines: int
    ) -> Booked:
        self._numbers += 1
        return self.tell(number, back(name or f"r{self._numbers}", at or self.now, fen, **lines))

    def cancel(self, number: str, at: datetime | None = None) -> Booked:
        return self.tell(number, Cancelled(at or self.now))

    def tick(self) -> int:
        """Mature all that is due."""
        done = 0
        while count := self.at(SYSTEM).orders.mature():
            done += count
        return done

    def earn(self, name: str, fen: int, buyer: str = "carol") -> str:
        """Available money for a promoter of a shop that pays 100 % when paid."""
        return self.pay(buyer, fen, by=name)

    # --- reading

    def balance(self, name: str) -> Balances:
        promoter = self.promoter(name)
        with self.reading() as tx:
            return book.balance(tx, promoter)

    def money(self, name: str) -> dict[str, int]:
        """His accounts in fen, the empty ones left out."""
        held = self.balance(name)
        return {
            field: getattr(held, field).fen for field in Balances.__dataclass_fields__ if getattr(held, field)
        }

    def expense(self) -> int:
        """What the shop has spent on commission (a positive number)."""
        found = self.rows(
            select(balances.c.amount).where(
                balances.c.shop_id == self.shop, balances.c.owner == SHOP, balances.c.account == "expense"
            )
        )
        return -found[0].amount.fen if found else 0

    def decision(self, number: str) -> attribution.Decision | None:
        (row,) = self.rows(select(orders).where(orders.c.shop_id == self.shop, orders.c.number == number))
        return attribution.from_json(row.decision) if row.decision else None

    def paid_to(self, number: str) -> tuple[str | None, str | None]:
        """The names of those whom the order's decision pays on level 1 and 2."""
        decided = self.decision(number)
        assert decided is not None
        return self.name(decided.level1.promoter), self.name(decided.level2.promoter)

    def name(self, promoter: PromoterId | None) -> str | None:
        if promoter is None:
            return None
        person = self.at(SYSTEM).promoters.get(promoter).person
        return next(name for name in NAMES if self.person(name) == person)

    def lock(self, customer: str, at: datetime | None = None) -> str | None:
        """Whose lock holds the customer."""
        from engine.referrals import locks as room

        person = self.person(customer)
        with self.reading() as tx:
            live = room.live_at(tx, person, at or self.now)
        return self.name(live.promoter) if live else None

    def lock_rows(self, customer: str) -> list[tuple[str | None, datetime, datetime | None, str]]:
        """(promoter, start, end, why it ended), oldest first; the end is when it really stops to hold."""
        from engine.referrals import locks as room

        with self.reading() as tx:
            history = room.history(tx, self.person(customer))
        return [
            (self.name(one.row.promoter), one.row.start, _end(one.row), one.end_reason) for one in history
        ]

    # --- withdrawals

    def withdrawal(self, code: str) -> Withdrawal:
        return self.boss.withdrawals.get(code)

    def request(self, name: str, fen: int, payee: Payee = WECHAT) -> str:
        return self.of(name).withdrawals.request(Money(fen), payee)

    def in_hand(self, code: str) -> InHand:
        """Approved and taken in hand by the owner."""
        self.boss.withdrawals.approve(code)
        return self.boss.withdrawals.take_in_hand(code)

    def pay_out(self, name: str, fen: int) -> str:
        code = self.request(name, fen)
        self.boss.withdrawals.mark_paid(self.in_hand(code).code, "PAY12345")
        return code

    def reject(self, code: str) -> Withdrawal:
        confirmation = self.boss.withdrawals.propose_reject(code, "资料不全")
        return self.boss.withdrawals.reject(confirmation.code)

    # --- the end of every test

    def audited(self) -> None:
        """All that `flask audit` looks at is as it must be."""
        if self.book_only:
            with self.reading() as tx:
                assert audit(tx).findings == ()
        else:
            assert self.at(SYSTEM).reports.audit().findings == ()


def _end(row: Any) -> datetime | None:
    ends = [end for end in (row.until, row.ended_at) if end is not None]
    return min(ends) if ends else None
