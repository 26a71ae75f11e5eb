"""Stories of the engine, told delivery by delivery, in which the process may die once, at any one point.

A story names no time and no random id in what it leaves behind, so that the crashed run can be compared with the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from engine import FEED, OPERATOR, SYSTEM
from engine.clock import day_of
from engine.money import Money, Rate
from engine.orders.events import Buyer, Heard, PlacedBy, Sold
from engine.orders.facts import Cancelled, Paid, Payment, Received, Refunded, Shipped
from engine.people.authority import Role
from engine.programme.modes import Goods
from engine.programme.recruiting import digest_of
from engine.programme.settings import ACKNOWLEDGEMENT, DEFAULT_AGREEMENT
from engine.referrals.moving import How as Given
from engine.referrals.visits import How
from tests.engine.world import WECHAT, line
from tests.simulation.oracle.oracle import Oracle
from tests.simulation.world import Faults, World

PEOPLE = ("老板", "fin", "alice", "bob", "dave", "carol", "erin")


_OPENED: list[Any] = []
"""The shop as every story finds it, made once."""


class Deaf(Oracle):
    """Stories are compared with themselves."""

    def tell(self, what: str, at: int, **facts: Any) -> None:
        """Nothing is predicted."""


class Teller:
    """Says a thing until it is answered, then lets workers and tick do what follows."""

    def __init__(self, crash_at: int = 0) -> None:
        self.world = World("story", Faults(0, 0, 0, 0))
        self.world.oracle = Deaf()
        if _OPENED:
            self.world.restore(_OPENED[0])
        else:
            self._open()
            _OPENED.append(self.world.saved())
        self.world.stage.points = 0
        self.world.stage.crash_at = crash_at

    def _open(self) -> None:
        for name in PEOPLE:
            self.world.person(name)
        self("老板", self.at(OPERATOR, lambda desk: desk.enrolling.invite(Role.OWNER)).token, _enrol)
        for sku in ("SKU1", "SKU2"):
            self("老板", lambda desk, sku=sku: desk.products.put(sku, sku, Goods.GOODS, Money(10_000)))
        self.rate("level1", "30%")
        self.rate("level2", "10%")
        self("老板", lambda desk: desk.settings.acknowledge(ACKNOWLEDGEMENT))
        self("老板", lambda desk: desk.settings.change("programme", "on"))
        self.recruit("alice")
        self.recruit("bob", "alice")
        self.recruit("dave")

    def __call__(self, who: str, *said: Any) -> Any:
        """Somebody says it; `said` ends with what is done at the desk."""
        *arguments, act = said
        return self.at(who, (lambda desk: act(desk, *arguments)) if arguments else act)

    def at(self, who: Any, say: Callable[[Any], Any]) -> Any:
        heard: list[Any] = []
        world = self.world
        one = world.deliver(who, say, then=heard.append, patient=True)
        for _ in range(5):
            world.attempt(one)
            self._run()
            if one.done:
                break
        world.deliveries.remove(one)
        assert heard, f"{one.reference} was refused"
        self.settle()
        return heard[0]

    def settle(self) -> None:
        """Tick and workers, until nothing is due, whoever died by then; a row whose worker did waits for its lease."""
        world = self.world
        for _ in range(20):
            world.tick()
            self._run()
            while world.queue:
                world.work()
                self._run()
            due = world.rows(
                "SELECT (SELECT count(*) FROM outbox WHERE state = 'sending' OR (state = 'ready' AND due_at <= ?))"
                " + (SELECT count(*) FROM commissions WHERE state = 'pending' AND due_at <= ?)",
                world.now,
                world.now,
            )[0][0]
            if not due:
                return
            world.move(seconds=21)
        raise AssertionError("the outbox does not empty")

    def _run(self) -> None:
        while self.world.stage.tasks:
            self.world.stage.turn()

    # --- what stories are made of

    def wait(self, **by: float) -> None:
        """To a whole minute, so that a few milliseconds more or less before do not show."""
        world = self.world
        world.move(**by)
        world.move(milliseconds=-world.now % (10 * 60_000))
        self.settle()

    @property
    def now(self) -> datetime:
        return self.world.clock.time

    def rate(self, key: str, typed: str) -> None:
        made = self("老板", lambda desk: desk.settings.propose(key, typed))
        self("老板", lambda desk: desk.settings.confirm(made.code))

    def code(self, name: str) -> str:
        return self.world.code(name)

    def recruit(self, name: str, above: str = "") -> None:
        if above:
            self(name, self.code(above), lambda desk, code: desk.referrals.open_invitation(code))
        applied = self(
            name, lambda desk: desk.recruiting.apply(name, _phone(name), digest_of(DEFAULT_AGREEMENT))
        )
        self("老板", lambda desk: desk.recruiting.approve(applied.application))

    def pay(self, number: str, buyer: str, *fen: int, by: str = "", at: datetime | None = None) -> None:
        lines = tuple(line(amount, n) for n, amount in enumerate(fen, 1))
        who = Buyer(phone=_phone(buyer)) if buyer == "unknown" else Buyer(openid=f"o_{buyer}")
        sold = Sold(
            Paid(at or self.now, Payment.WECHAT, lines, Money(0)),
            who,
            self.code(by) if by else "",
            PlacedBy(),
        )
        self.hear(number, sold)

    def hear(self, number: str, fact: Any) -> None:
        self.at(FEED, lambda desk: desk.orders.hear(Heard("shop", number, fact)))

    def withdraw(self, name: str, fen: int) -> str:
        return str(self(name, lambda desk: desk.withdrawals.request(Money(fen), WECHAT)))

    def hand_over_money(self, withdrawal: str) -> None:
        self("老板", lambda desk: desk.withdrawals.approve(withdrawal))
        held = self("老板", lambda desk: desk.withdrawals.take_in_hand(withdrawal))
        self("老板", lambda desk: desk.withdrawals.mark_paid(held.code, "PAY12345"))

    def give(self, to: str, how: Given, *names: str) -> None:
        whom, code = tuple(self.world.person(name) for name in names), self.code(to)
        made = self("老板", lambda desk: desk.moving.propose_assign(whom, code, how, "门店分配"))
        self("老板", lambda desk: desk.moving.move(made.code))

    def change(self, key: str, typed: str) -> None:
        self("老板", lambda desk: desk.settings.change(key, typed))

    def left_behind(self) -> dict[str, Any]:
        """Everything that is meant to be the same, whenever the process died."""
        self.wait(minutes=30)
        world = self.world
        findings = world.engine.at(world.shop, SYSTEM, "audit").reports.audit().findings
        found: dict[str, Any] = {"findings": findings}
        for name, statement in _TABLES.items():
            found[name] = sorted(world.rows(re.sub(r"\{([\w.]+)\}", _PERSON, statement)), key=str)
        return found


_PERSON = r"(SELECT d.person_id FROM promoters d WHERE d.id = \1)"
"""Promoters by their people: a table below names the column in braces."""
_TABLES = {
    "balances": "SELECT {owner}, account, amount FROM balances WHERE amount <> 0",
    "commissions": "SELECT o.number, line, level, {c.promoter_id}, base, rate, amount, state"
    " FROM commissions c JOIN orders o ON o.id = c.order_id",
    "entries": "SELECT move, count(*) FROM entries GROUP BY move",
    "locks": "SELECT person_id, {promoter_id}, end_reason, made_by FROM locks",
    "customers": "SELECT person_id, {locked_by}, {carer} FROM customers",
    "moves": "SELECT {source}, {target}, how, reason, done_at IS NULL FROM moves",
    "assignments": "SELECT person_id, {promoter_id}, how, {held_by}, {cared_by} FROM assignments",
    "decisions": "SELECT number, person_id, {level1}, {level2}, buyer_phone IS NULL FROM orders",
    "withdrawals": "SELECT {promoter_id}, amount, state, reason, proof FROM withdrawals",
    "promoters": "SELECT person_id, status, {upline}, group_id IS NULL FROM promoters",
    "applications": "SELECT person_id, state FROM applications",
    "settings": 'SELECT version, "values" FROM settings_versions',
    "orders": "SELECT number, paid, refunded FROM orders",
    "facts": "SELECT kind, fact_id, count(*) FROM order_facts GROUP BY kind, fact_id",
    "visits": "SELECT person_id, how, voided_at IS NULL FROM visits",
    "staff": "SELECT person_id, role FROM staff",
    "bookings": "SELECT {promoter_id}, amount FROM booking_lines",
    "commands": "SELECT verb, count(*) FROM commands WHERE verb <> 'orders.mature' GROUP BY verb",
    "daily": "SELECT metric, value FROM daily WHERE owner = 'shop'",
    # How news is bundled depends on when it could go out; that there is some does not.
    "outbox": "SELECT person_id, kind, state, CASE WHEN min(reference) LIKE kind || ':' || person_id || ':%' THEN 1 "
    "ELSE count(*) END FROM outbox GROUP BY person_id, kind, state",
}


def _enrol(desk: Any, token: str) -> Any:
    return desk.enrolling.enrol(token)


def _phone(name: str) -> str:
    return f"138{sum(ord(one) for one in name) % 10**8:08d}"


# --- the stories


def recruiting(tell: Teller) -> None:
    """Staff is enrolled; erin is rejected, applies again by bob's invitation, and joins."""
    made = tell.at(OPERATOR, lambda desk: desk.enrolling.invite(Role.FINANCE))
    tell("fin", made.token, _enrol)
    applied = tell(
        "erin", lambda desk: desk.recruiting.apply("erin", _phone("erin"), digest_of(DEFAULT_AGREEMENT))
    )
    tell("老板", lambda desk: desk.recruiting.reject(applied.application, "资料不全"))
    tell.wait(hours=1)
    tell.recruit("erin", "bob")
    tell("erin", lambda desk: desk.promoters.rename("小艾"))


def the_life(tell: Teller) -> None:
    """carol scans bob, buys, receives; bob's commission falls due, he asks for it and is paid."""
    tell("carol", tell.code("bob"), lambda desk, code: desk.referrals.visit(code, How.SCAN))
    tell.pay("N1", "carol", 10_000, 645)
    tell.wait(hours=3)
    tell.hear("N1", Shipped("p1", tell.now))
    tell.wait(days=2)
    tell.hear("N1", Received(tell.now))
    tell.wait(days=8)
    tell.hand_over_money(tell.withdraw("bob", 2_000))


def refund_after_payout(tell: Teller) -> None:
    """What was paid out is refunded: a debt, which the next commission repays; then a request is rejected."""
    tell.change("settle_mode", "paid")
    tell.pay("N1", "carol", 10_000, by="bob")
    tell.hand_over_money(tell.withdraw("bob", 3_000))
    tell.hear("N1", Refunded("r1", tell.now, Money(5_000)))
    tell.wait(hours=1)
    tell.pay("N2", "carol", 10_000)
    asked = tell.withdraw("bob", 1_000)
    tell.hear("N2", Cancelled(tell.now))
    proposed = tell("老板", lambda desk: desk.withdrawals.propose_reject(asked, "有退款"))
    tell("老板", lambda desk: desk.withdrawals.reject(proposed.code))


def second_thoughts(tell: Teller) -> None:
    """A payout is taken, put back, taken again and cancelled; another one is marked with a fresh code."""
    tell.change("settle_mode", "paid")
    tell.pay("N1", "carol", 10_000, by="bob")
    asked = tell.withdraw("bob", 1_000)
    tell("老板", lambda desk: desk.withdrawals.approve(asked))
    tell("老板", lambda desk: desk.withdrawals.take_in_hand(asked))
    tell("老板", lambda desk: desk.withdrawals.put_back(asked))
    tell("bob", lambda desk: desk.withdrawals.cancel(asked))
    again = tell.withdraw("bob", 500)
    tell("老板", lambda desk: desk.withdrawals.approve(again))
    tell("老板", lambda desk: desk.withdrawals.take_in_hand(again))
    fresh = tell("老板", lambda desk: desk.withdrawals.propose_paid(again))
    tell("老板", lambda desk: desk.withdrawals.mark_paid(fresh.code, "PAY77777"))


def leaving(tell: Teller) -> None:
    """alice leaves: carol goes to dave, bob gets dave as his upline; she comes back without either."""
    tell.pay("N1", "carol", 10_000, by="alice")
    codes = [tell.code("alice"), tell.code("dave"), tell.code("dave")]
    proposed = tell("老板", lambda desk: desk.handover.propose_terminate(*codes, "离职"))
    tell("老板", lambda desk: desk.handover.terminate(proposed.code))
    tell.pay("N2", "carol", 10_000)
    tell.pay("N3", "erin", 10_000, by="bob")
    tell.recruit("alice")


def locks_undone(tell: Teller) -> None:
    """A purchase restarts a lock and is wholly refunded; later a visit makes one, and 不是."""
    tell.change("lock_days", "30")
    tell.pay("N1", "carol", 10_000, by="bob")
    tell.wait(days=1)
    tell.pay("N2", "carol", 10_000, by="dave")
    tell.wait(days=1)
    tell.hear("N2", Cancelled(tell.now))
    tell.wait(days=40)
    tell.change("lock_mode", "on_visit")
    tell("carol", tell.code("dave"), lambda desk, code: desk.referrals.visit(code, How.CODE))
    tell("carol", lambda desk: desk.referrals.undo())


def frozen(tell: Teller) -> None:
    """bob is frozen while he has money and an order comes; then he is restored. The rules change meanwhile."""
    tell.change("settle_mode", "paid")
    tell.pay("N1", "carol", 10_000, by="bob")
    proposed = tell("老板", lambda desk: desk.promoters.propose_freeze(tell.code("bob"), "核实中"))
    tell("老板", lambda desk: desk.promoters.freeze(proposed.code))
    tell.pay("N2", "carol", 10_000)
    rates = tell("老板", lambda desk: desk.products.propose_rates("SKU1", Rate(4_000), None))
    tell("老板", lambda desk: desk.products.confirm_rates(rates.code))
    tell("老板", lambda desk: desk.promoters.restore(tell.code("bob")))
    tell.pay("N3", "carol", 10_000)
    tell("老板", lambda desk: desk.products.promote("SKU1", False))
    tell.pay("N4", "carol", 10_000)


def anything_first(tell: Teller) -> None:
    """An order's events arrive backwards, some of them twice."""
    paid_at = tell.now
    tell.wait(days=1)
    shipped = Shipped("p1", tell.now)
    tell.wait(days=1)
    for fact in (Refunded("r1", tell.now, Money(3_333)), Received(tell.now), shipped, shipped):
        tell.hear("N1", fact)
    tell.pay("N1", "carol", 10_000, 99, by="bob", at=paid_at)
    tell.pay("N1", "carol", 10_000, 99, by="bob", at=paid_at)
    tell.wait(days=8)


def offline(tell: Teller) -> None:
    """The shop settles outside the house and books the period."""
    tell.change("settle_mode", "paid")
    tell.pay("N1", "carol", 10_000, 645, by="bob")
    tell.change("payout_mode", "offline")
    tell.wait(days=2)
    yesterday = day_of(tell.now - timedelta(days=1))
    proposed = tell("老板", lambda desk: desk.bookings.propose(yesterday, "TRANSFER-1"))
    tell("老板", lambda desk: desk.bookings.book(proposed.code))
    tell.hear("N1", Refunded("r1", tell.now, Money(5_000)))


def whose_order(tell: Teller) -> None:
    """An order waits for its buyer; he binds his phone; then the owner gives the order to somebody else (归属)."""
    tell.change("settle_mode", "paid")
    tell("carol", tell.code("bob"), lambda desk, code: desk.referrals.visit(code, How.LINK))
    tell.pay("N1", "unknown", 10_000)
    tell("carol", lambda desk: desk.phones.bind(_phone("unknown")))
    (code,) = tell.world.rows("SELECT code FROM orders WHERE number = 'N1'")[0]
    proposed = tell("老板", lambda desk: desk.assigning.propose(code, tell.code("dave"), "dave 接待"))
    tell("老板", lambda desk: desk.assigning.assign(proposed.code))


def customers_given(tell: Teller) -> None:
    """carol is given to bob to earn, erin only to be looked after (分配); then all that bob has goes to dave (转移)."""
    tell.change("settle_mode", "paid")
    tell.pay("N1", "carol", 10_000)
    tell.pay("N2", "erin", 645)
    tell.give("bob", Given.EARN, "carol")
    tell.give("bob", Given.FOLLOW, "erin")
    tell.pay("N3", "carol", 10_000)
    tell.wait(hours=1)
    codes = [tell.code("bob"), tell.code("dave")]
    made = tell("老板", lambda desk: desk.moving.propose_transfer(*codes, Given.EARN, "调岗"))
    tell("老板", lambda desk: desk.moving.move(made.code))
    tell.pay("N4", "carol", 10_000)


def claimed(tell: Teller) -> None:
    """An order waits, its refund is told, and the owner says who bought (认领): the lock is his from the payment on."""
    tell("carol", tell.code("bob"), lambda desk, code: desk.referrals.visit(code, How.SCAN))
    paid_at = tell.now
    tell.wait(days=1)
    tell.pay("N1", "unknown", 10_000, 645, at=paid_at)
    tell.hear("N1", Refunded("r1", tell.now, Money(645)))
    (code,) = tell.world.rows("SELECT code FROM orders WHERE number = 'N1'")[0]
    carol = tell.world.person("carol")
    proposed = tell("老板", lambda desk: desk.claims.propose(code, carol))
    tell("老板", lambda desk: desk.claims.claim(proposed.code))
    tell.pay("N2", "carol", 100)


STORIES: tuple[Callable[[Teller], None], ...] = (
    recruiting, the_life, refund_after_payout, second_thoughts, leaving, locks_undone, frozen, anything_first,
    offline, whose_order, customers_given, claimed,
)  # fmt: skip


def told(story: Callable[[Teller], None], crash_at: int = 0) -> tuple[dict[str, Any], int, int]:
    """What a story leaves behind, how many points it passed, and how often the process died."""
    tell = Teller(crash_at)
    story(tell)
    points, crashes = tell.world.stage.points, tell.world.stage.crashes
    return tell.left_behind(), points, crashes
