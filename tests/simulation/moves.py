"""What people and the shop do of their own accord: one move begins one delivery, or an order with all its facts."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from engine import FEED, OPERATOR
from engine.money import Money, Rate
from engine.orders.events import AfterSaleClosed, AfterSaleOpened, Buyer, Heard, PageVisit, PlacedBy, Sold
from engine.orders.facts import (
    Cancelled,
    Completed,
    Line,
    LineRefund,
    Paid,
    Payment,
    Received,
    Refunded,
    Shipped,
)
from engine.people.authority import Role
from engine.programme.modes import Goods
from engine.programme.recruiting import digest_of
from engine.programme.settings import ACKNOWLEDGEMENT, DEFAULT_AGREEMENT
from engine.referrals.visits import How
from tests.engine.world import WECHAT
from tests.simulation.oracle import DAY, HOUR, MINUTE
from tests.simulation.world import World, instant

PROMOTERS = ("alice", "bob", "dave", "erin", "frank", "grace")
APPLICANTS = ("heidi", "ivan")
CUSTOMERS = ("carol", "mallory", "oscar", "peggy", "trent")
EVERYBODY = PROMOTERS + APPLICANTS + CUSTOMERS
PAYERS = ("老板", "fin", "fin2")
PRICES = (0, 1, 3, 7, 99, 100, 199, 333, 645, 1935, 9_999, 10_000)
SKUS = ("SKU1", "SKU2", "SERVICE", "PLAIN", "UNHEARD")
CHOICES: dict[str, tuple[Any, ...]] = {
    "lock_mode": ("on_visit", "on_purchase", "single_shot", "single_shot"),
    "lock_days": (0, 0, 1, 2, 30),
    "visit_window": (0, 1, 7, 90),
    "two_level": ("on", "on", "off"),
    "self_purchase": ("none", "commission", "discount"),
    "settle_mode": ("paid", "shipped", "received"),
    "settle_days": (0, 1, 7),
    "review": ("on", "off"),
    "recruiting": ("on", "on", "off"),
    "programme": ("on", "on", "on", "on", "off"),
    "daily_limit": ("0", "500"),
}
RATES = ("0", "0.01%", "5%", "8%", "10%", "30%", "33.33%", "40%", "50%")
GROUPS = ("金牌", "银牌")


class Moves:
    """Everybody's wishes, drawn from the world's own dice."""

    def __init__(self, seed: object) -> None:
        self.random = random.Random(f"moves:{seed}")
        self.planned: list[tuple[int, str, dict[str, Any]]] = []
        """Facts of orders that the shop will tell once they have happened: (when, order, fact)."""
        self.orders = 0
        self.paid_at: set[tuple[str, int]] = set()
        self.instants: list[int] = []
        """Moments at which something changed; orders like to be paid just then."""
        self.hands: dict[str, tuple[str, str]] = {}
        """Payouts that somebody holds: withdrawal → (who, code)."""
        self.given_up: set[str] = set()
        """Payouts that somebody wants to put back: nobody pays those."""
        self.wishes: tuple[tuple[float, Callable[[World], None]], ...] = (
            (16, self.order), (20, self.fact), (11, self.visit), (2, self.invitation), (2, self.undo),
            (8, self.jump), (7, self.ask_money), (6, self.approve_money), (5, self.take), (9, self.pay),
            (1.5, self.put_back), (2, self.reject_money), (1.5, self.cancel_money), (2, self.apply),
            (3, self.review), (1.2, self.freeze), (1.5, self.restore), (0.5, self.terminate),
            (1.2, self.setting), (0.5, self.rate), (0.5, self.product), (0.3, self.product_rates),
            (0.6, self.follow), (0.4, self.seen), (0.4, self.page_visit), (0.3, self.rename), (0.2, self.invite),
            (0.7, self.assign), (0.4, self.upline), (0.5, self.member), (0.4, self.group_rates),
            (0.3, self.special_rates), (0.3, self.picture), (0.2, self.undo_invitation), (0.5, self.conflict),
            (0.3, self.again),
        )  # fmt: skip

    def make(self, world: World) -> None:
        """Somebody wants something."""
        weights = [weight for weight, _ in self.wishes]
        (wish,) = self.random.choices([act for _, act in self.wishes], weights)
        wish(world)

    # --- the beginning

    def open(self, world: World) -> None:
        """A shop that runs, with its people; how it is set is the seed's."""
        for name in (*PAYERS, *EVERYBODY):
            world.person(name)
        for name, role in (("老板", Role.OWNER), ("fin", Role.FINANCE), ("fin2", Role.FINANCE)):
            made = world.at_once(OPERATOR, lambda desk, role=role: desk.enrolling.invite(role))
            world.at_once(name, lambda desk, made=made: desk.enrolling.enrol(made.token))
        for sku, kind in (("SKU1", "goods"), ("SKU2", "goods"), ("SERVICE", "service"), ("PLAIN", "virtual")):
            self._put(world, sku, kind)
        self._rate(world, "level1", "30%")
        self._rate(world, "level2", "10%")
        world.at_once(
            "老板",
            lambda desk: desk.settings.acknowledge(ACKNOWLEDGEMENT),
            told=lambda _done: [("setting", {"key": "acknowledged", "value": True})],
        )
        for key in ("lock_mode", "lock_days", "settle_mode", "settle_days", "self_purchase"):
            value = self.random.choice(CHOICES[key])
            if value != {"lock_mode": "single_shot", "lock_days": 0, "settle_mode": "received",
                         "settle_days": 7, "self_purchase": "none"}[key]:  # fmt: skip
                self._change(world, key, str(value))
        self._change(world, "withdraw_min", "0.10")
        self._change(world, "programme", "on")
        for n, name in enumerate(PROMOTERS):
            above = self.random.choice(PROMOTERS[:n]) if n and self.random.random() < 0.7 else ""
            self._recruit(world, name, above)
        for group in GROUPS:
            world.at_once("老板", lambda desk, group=group: desk.groups.create(group))
        world.at_once("老板", lambda desk: desk.products.promote("PLAIN", False), told=self._product_told)

    def _put(self, world: World, sku: str, kind: str) -> None:
        world.at_once(
            "老板",
            lambda desk: desk.products.put(sku, sku, Goods(kind), Money(10_000)),
            told=self._product_told,
        )

    def _rate(self, world: World, key: str, typed: str) -> None:
        made = world.at_once("老板", lambda desk: desk.settings.propose(key, typed))
        world.at_once("老板", lambda desk: desk.settings.confirm(made.code), told=self._setting_told)

    def _change(self, world: World, key: str, typed: str) -> None:
        world.at_once("老板", lambda desk: desk.settings.change(key, typed), told=self._setting_told)

    def _recruit(self, world: World, name: str, above: str) -> None:
        if above:
            code = world.code(above)
            world.at_once(
                name,
                lambda desk: desk.referrals.open_invitation(code),
                told=lambda _done: [("visit", {"person": name, "promoter": above, "invitation": True})],
            )
        applied = world.at_once(name, self._apply_words(name), told=self._applied(world, name))
        world.at_once(
            "老板",
            lambda desk: desk.recruiting.approve(applied.application),
            told=self._approved(world, name, applied.application),
        )

    # --- what the oracle is told

    @staticmethod
    def _setting_told(change: Any) -> list[Any]:
        value: Any = change.after
        if value in ("True", "False"):
            value = value == "True"
        elif value.isdigit():
            value = int(value)
        return [("setting", {"key": change.key, "value": value})]

    @staticmethod
    def _product_told(product: Any) -> list[Any]:
        rates = {
            name: None if rate is None else rate.bp
            for name, rate in (("level1", product.level1), ("level2", product.level2))
        }
        facts = {"sku": product.sku, "goods": product.kind.value, "promoted": product.promoted, **rates}
        return [("product", facts)]

    def _applied(self, world: World, name: str) -> Callable[[Any], list[Any]]:
        def told(applied: Any) -> list[Any]:
            facts = {"person": name, "application": applied.application, "phone": _phone(name)}
            joined = applied.promoter is not None
            code = [("code", {"person": name, "code": world.code(name)})] if joined else []
            return [*code, ("apply", {**facts, "joined": joined})]

        return told

    def _approved(self, world: World, name: str, application: str) -> Callable[[Any], list[Any]]:
        return lambda _done: [
            ("code", {"person": name, "code": world.code(name)}),
            ("approve", {"application": application}),
        ]

    @staticmethod
    def _apply_words(name: str) -> Callable[[Any], Any]:
        return lambda desk: desk.recruiting.apply(name, _phone(name), digest_of(DEFAULT_AGREEMENT))

    # --- time

    def jump(self, world: World) -> None:
        """Seconds, hours or days go by; now and then exactly until something falls due."""
        luck = self.random.random()
        if luck < 0.15:
            rows = world.rows(
                "SELECT min(due_at) FROM commissions WHERE state = 'pending' AND due_at > ?", world.now
            )
            due = rows[0][0]
            if due and due - world.now < 40 * DAY:
                world.move(milliseconds=due - world.now - self.random.choice((0, 0, 1)))
                self.instants.append(due)
                return
        span = self.random.choices((60_000, HOUR, 12 * HOUR, 3 * DAY, 20 * DAY), (20, 20, 10, 5, 1))[0]
        world.move(milliseconds=self.random.randrange(span))

    def _past(self, world: World, buyer: str) -> int:
        """When an order was paid: about now, or at a moment that matters, or just beside it."""
        luck = self.random.random()
        if luck < 0.55 or not self.instants:
            at = world.now - self.random.choice((0, 1, 500, MINUTE, HOUR))
        elif luck < 0.6:
            at = world.now + self.random.randrange(9 * MINUTE)
        else:
            at = self.random.choice(self.instants[-60:]) + self.random.choice((-1, 0, 0, 1))
            at += self.random.choice((0, 0, 0, DAY, 7 * DAY))
        ends = world.rows(
            "SELECT until FROM locks WHERE person_id = ? AND until <= ?", world.person(buyer), world.now
        )
        if ends and luck > 0.85:
            at = self.random.choice(ends)[0] + self.random.choice((-1, 0, 0, 1))
        at = max(self.opened, min(at, world.now + 9 * MINUTE))
        while (buyer, at) in self.paid_at:
            at -= 1
        self.paid_at.add((buyer, at))
        return at

    # --- customers

    def visit(self, world: World) -> None:
        who, whom = self._one(EVERYBODY), self._promoter(world)
        code, how = world.code(whom), self._one((How.SCAN, How.LINK, How.CODE))
        world.deliver(
            who,
            lambda desk: desk.referrals.visit(code, how),
            told=lambda _done: self._visited(world, who, whom, invitation=False),
        )

    def invitation(self, world: World) -> None:
        who, whom = self._one(EVERYBODY), self._promoter(world)
        code = world.code(whom)
        world.deliver(
            who,
            lambda desk: desk.referrals.open_invitation(code),
            told=lambda _done: self._visited(world, who, whom, invitation=True),
        )

    def _visited(self, world: World, who: str, whom: str, *, invitation: bool) -> list[Any]:
        self.instants.append(world.now)
        return [("visit", {"person": who, "promoter": whom, "invitation": invitation})]

    def undo(self, world: World) -> None:
        who = self._one(EVERYBODY)
        world.deliver(who, lambda desk: desk.referrals.undo(), told=lambda _done: [("undo", {"person": who})])

    def undo_invitation(self, world: World) -> None:
        who = self._one(APPLICANTS)
        world.deliver(
            who,
            lambda desk: desk.referrals.undo_invitation(),
            told=lambda _done: [("undo_invitation", {"person": who})],
        )

    def follow(self, world: World) -> None:
        who = self._one(EVERYBODY)
        if self.random.random() < 0.5:
            world.deliver(who, lambda desk: desk.contacts.follow())
        else:
            world.deliver(who, lambda desk: desk.contacts.unfollow())

    def seen(self, world: World) -> None:
        """What waited is shown to him; only then it counts as sent."""
        who = self._one(EVERYBODY)

        def say(desk: Any) -> Any:
            rows = tuple(row.id for row in desk.notices.waiting(3))
            world.sent.update(rows)
            return desk.notices.seen(rows)

        desk_reading = world.deliver(who, say)
        desk_reading.tries = 2  # shown once: what waits later is another screen

    def page_visit(self, world: World) -> None:
        who, at = self._one(CUSTOMERS), instant(world.now - self.random.randrange(HOUR))
        visit = PageVisit("shop", f"v{self.random.randrange(40)}", at, Buyer(openid=f"o_{who}"), "/home", 30)
        world.deliver(FEED, lambda desk: desk.orders.visited(visit))

    def picture(self, world: World) -> None:
        who = self._promoter(world)
        world.deliver(who, lambda desk: desk.pictures.want("poster", ""))

    # --- promoters

    def rename(self, world: World) -> None:
        who = self._promoter(world)
        name = f"{who}{self.random.randrange(9)}"
        world.deliver(who, lambda desk: desk.promoters.rename(name))

    def apply(self, world: World) -> None:
        who = self._one((*APPLICANTS, *APPLICANTS, *EVERYBODY))
        world.deliver(who, self._apply_words(who), told=self._applied(world, who))

    def review(self, world: World) -> None:
        found = world.rows("SELECT id, person_id FROM applications WHERE state = 'pending' ORDER BY id")
        if not found:
            return
        application, person = self.random.choice(found)
        name = world.names[person]
        if self.random.random() < 0.8:
            world.deliver(
                "老板",
                lambda desk: desk.recruiting.approve(application),
                told=self._approved(world, name, application),
            )
        else:
            world.deliver("老板", lambda desk: desk.recruiting.reject(application, "资料不全"))

    def ask_money(self, world: World) -> None:
        rows = world.rows(
            "SELECT p.person_id, b.amount FROM balances b JOIN promoters p ON p.id = b.owner"
            " WHERE b.account = 'available' AND b.amount > 0 ORDER BY p.id"
        )
        if not rows:
            return
        person, available = self.random.choice(rows)
        who = world.names[person]
        amount = self._one((available, available // 2, available + 1, 10, available - 1))
        if amount <= 0:
            return

        def told(code: Any) -> list[Any]:
            return [("request", {"person": who, "withdrawal": code, "amount": amount})]

        say = lambda desk: desk.withdrawals.request(Money(amount), WECHAT)  # noqa: E731
        first = world.deliver(who, say, told=told)
        if self.random.random() < 0.4:  # typed twice: two messages at the same time
            world.attempt(first)
            world.attempt(world.deliver(who, say, told=told))

    def cancel_money(self, world: World) -> None:
        found = self._withdrawal(world, "requested", "approved")
        if not found:
            return
        code, who = found
        world.deliver(
            who,
            lambda desk: desk.withdrawals.cancel(code),
            told=lambda _done: [("give_back", {"withdrawal": code})],
        )

    # --- the merchant

    def approve_money(self, world: World) -> None:
        found = self._withdrawal(world, "requested")
        if found:
            world.deliver(self._one(PAYERS), lambda desk: desk.withdrawals.approve(found[0]))

    def reject_money(self, world: World) -> None:
        found = self._withdrawal(world, "requested", "approved")
        if not found:
            return
        payer, code = self._one(PAYERS), found[0]

        def confirm(proposed: Any) -> None:
            world.deliver(
                payer,
                lambda desk: desk.withdrawals.reject(proposed.code),
                told=lambda _done: [("give_back", {"withdrawal": code})],
            )

        world.deliver(payer, lambda desk: desk.withdrawals.propose_reject(code, "资料不全"), then=confirm)

    def take(self, world: World) -> None:
        found = self._withdrawal(world, "approved")
        if not found:
            return
        payer, code = self._one(PAYERS), found[0]

        def held(taken: Any) -> None:
            self.hands[code] = (payer, taken.code)
            self.given_up.discard(code)

        world.deliver(payer, lambda desk: desk.withdrawals.take_in_hand(code), then=held)

    def pay(self, world: World) -> None:
        """Whoever holds a payout sends the money, once, and then marks it; also one whose answer was lost."""
        found = self._withdrawal(world, "in_hand")
        if not found or found[0] in self.given_up:
            return
        code = found[0]
        if code not in self.hands or self.random.random() < 0.2:
            holder = world.rows("SELECT in_hand_by, amount FROM withdrawals WHERE code = ?", code)[0][0]
            payer = world.names[holder]

            def held(taken: Any) -> None:
                self.hands[code] = (payer, taken.code)

            world.deliver(payer, lambda desk: desk.withdrawals.propose_paid(code), then=held)
            return
        payer, confirmation = self.hands[code]
        if code not in world.money_sent:
            world.money_sent[code] = world.rows("SELECT amount FROM withdrawals WHERE code = ?", code)[0][0]
        self._mark(world, payer, code, confirmation)

    def _mark(self, world: World, payer: str, code: str, confirmation: str) -> None:
        world.deliver(
            payer,
            lambda desk: desk.withdrawals.mark_paid(confirmation, f"PROOF-{code}"),
            told=lambda _done: [("mark_paid", {"withdrawal": code})],
        )

    def put_back(self, world: World) -> None:
        found = self._withdrawal(world, "in_hand")
        if not found or found[0] in world.money_sent:
            return
        code = found[0]
        self.hands.pop(code, None)
        self.given_up.add(code)
        world.deliver(self._one(PAYERS), lambda desk: desk.withdrawals.put_back(code))

    def settle(self, world: World) -> None:
        """The end of the day: what was paid is marked, with a fresh code."""
        for code in sorted(world.money_sent):
            state, holder = world.rows("SELECT state, in_hand_by FROM withdrawals WHERE code = ?", code)[0]
            if state == "in_hand":
                payer = world.names[holder]
                held = world.at_once(payer, lambda desk, code=code: desk.withdrawals.propose_paid(code))
                world.at_once(
                    payer,
                    lambda desk, held=held, code=code: desk.withdrawals.mark_paid(held.code, f"PROOF-{code}"),
                    told=lambda _done, code=code: [("mark_paid", {"withdrawal": code})],
                )

    def freeze(self, world: World) -> None:
        whom = self._promoter(world)
        code = world.code(whom)

        def confirm(proposed: Any) -> None:
            world.deliver(
                "老板",
                lambda desk: desk.promoters.freeze(proposed.code),
                told=lambda _done: self._changed(world, "freeze", person=whom),
            )

        world.deliver("老板", lambda desk: desk.promoters.propose_freeze(code, "核实中"), then=confirm)

    def restore(self, world: World) -> None:
        frozen = [name for name, status in world.promoters().items() if status == "frozen"]
        if not frozen:
            return
        whom = self.random.choice(frozen)
        code = world.code(whom)
        world.deliver(
            "老板",
            lambda desk: desk.promoters.restore(code),
            told=lambda _done: self._changed(world, "restore", person=whom),
        )

    def terminate(self, world: World) -> None:
        active = [name for name, status in world.promoters().items() if status == "active"]
        if len(active) < 4:
            return
        whom, heir, above = self._promoter(world), self._one(active), self._one((*active, ""))
        codes = [world.code(name) if name else "" for name in (whom, heir, above)]

        def confirm(proposed: Any) -> None:
            world.deliver(
                "老板",
                lambda desk: desk.handover.terminate(proposed.code),
                told=lambda _done: self._changed(world, "terminate", person=whom, heir=heir),
            )

        world.deliver("老板", lambda desk: desk.handover.propose_terminate(*codes, "离职"), then=confirm)

    def setting(self, world: World) -> None:
        key = self._one(tuple(CHOICES))
        typed = str(self.random.choice(CHOICES[key]))
        world.deliver(
            "老板",
            lambda desk: desk.settings.change(key, typed),
            told=lambda change: [*self._setting_told(change), *self._moment(world)],
        )

    def rate(self, world: World) -> None:
        key, typed = self._one(("level1", "level2")), self._one(RATES)

        def confirm(proposed: Any) -> None:
            world.deliver(
                "老板",
                lambda desk: desk.settings.confirm(proposed.code),
                told=lambda change: [*self._setting_told(change), *self._moment(world)],
            )

        world.deliver("老板", lambda desk: desk.settings.propose(key, typed), then=confirm)

    def product(self, world: World) -> None:
        sku, promoted = self._one(("SKU1", "SKU2", "SERVICE", "PLAIN")), self.random.random() < 0.7
        world.deliver("老板", lambda desk: desk.products.promote(sku, promoted), told=self._product_told)

    def product_rates(self, world: World) -> None:
        sku = self._one(("SKU1", "SKU2", "SERVICE", "PLAIN"))
        rates = self._two_rates()
        self._confirmed(
            world,
            lambda desk: desk.products.propose_rates(sku, *rates),
            lambda desk, code: desk.products.confirm_rates(code),
            self._product_told,
        )

    def member(self, world: World) -> None:
        """Promoters go into a group, or out of one."""
        group, joining = self._one(GROUPS), self.random.random() < 0.8
        names = sorted({self._promoter(world), self._promoter(world)})
        by_code = {world.code(name): name for name in names}

        def told(moved: Any) -> list[Any]:
            to = group if joining else None
            return [("member", {"person": by_code[code], "group": to}) for code in moved.codes]

        self._confirmed(
            world,
            lambda desk: desk.groups.propose_members(group, tuple(by_code), joining),
            lambda desk, code: desk.groups.confirm_members(code),
            told,
        )

    def upline(self, world: World) -> None:
        """Another upline from now on, or none."""
        who, above = self._promoter(world), self._one((self._promoter(world), ""))
        codes = world.code(who), world.code(above) if above else ""
        self._confirmed(
            world,
            lambda desk: desk.uplines.propose(*codes, "调整"),
            lambda desk, code: desk.uplines.change(code),
            lambda _done: self._changed(world, "upline", person=who, upline=above or None),
        )

    def assign(self, world: World) -> None:
        """归属: the owner gives an order to somebody else, or to nobody."""
        rows = world.rows("SELECT code, number FROM orders WHERE paid_at IS NOT NULL ORDER BY number")
        if not rows:
            return
        code, number = self.random.choice(rows)
        to = self._one((self._promoter(world), self._promoter(world), ""))
        promoter = world.code(to) if to else ""
        self._confirmed(
            world,
            lambda desk: desk.assigning.propose(code, promoter, "老板接待"),
            lambda desk, typed: desk.assigning.assign(typed),
            lambda _done: [("reassign", {"order": number, "promoter": to or None})],
        )

    def group_rates(self, world: World) -> None:
        group, rates = self._one(GROUPS), self._two_rates()
        self._confirmed(
            world,
            lambda desk: desk.groups.propose_rates(group, *rates),
            lambda desk, code: desk.groups.confirm_rates(code),
            lambda _done: [("group", {"group": group, **self._bps(rates)})],
        )

    def special_rates(self, world: World) -> None:
        """A product's own rates for one group."""
        group, sku, rates = self._one(GROUPS), self._one(("SKU1", "SKU2")), self._two_rates()
        self._confirmed(
            world,
            lambda desk: desk.special_rates.propose(sku, group, *rates),
            lambda desk, code: desk.special_rates.confirm(code),
            lambda _done: [("product_group", {"sku": sku, "group": group, **self._bps(rates)})],
        )

    def _two_rates(self) -> list[Rate | None]:
        return [self._one((None, None, Rate(0), Rate(500), Rate(2_500), Rate(3_333))) for _ in range(2)]

    @staticmethod
    def _bps(rates: list[Rate | None]) -> dict[str, Any]:
        pairs = zip(("level1", "level2"), rates, strict=True)
        return {name: None if rate is None else rate.bp for name, rate in pairs}

    def _confirmed(self, world: World, propose: Any, confirm: Any, told: Any) -> None:
        """The owner asks, and types the code that he is shown."""

        def typed(proposed: Any) -> None:
            world.deliver("老板", lambda desk: confirm(desk, proposed.code), told=told)

        world.deliver("老板", propose, then=typed)

    def invite(self, world: World) -> None:
        """The operator prints another QR for the staff."""
        role = self._one((Role.REVIEW, Role.SERVICE))
        who = self._one(("fin", "fin2"))
        world.deliver(
            OPERATOR,
            lambda desk: desk.enrolling.invite(role),
            then=lambda made: world.deliver(who, lambda desk: desk.enrolling.enrol(made.token)) and None,
        )

    # --- the shop

    def order(self, world: World) -> None:
        """Somebody buys; the shop knows now, or will, all that happens to this order."""
        self.orders += 1
        number = f"N{self.orders}"
        buyer = self._one((*CUSTOMERS, *CUSTOMERS, *EVERYBODY))
        known = self.random.random() < 0.93
        at = self._past(world, buyer)
        lines = [self._line(n, at) for n in range(1, self.random.choice((1, 1, 2, 3)) + 1)]
        if not any(line["paid"] for line in lines) and self.random.random() < 0.7:
            lines[0]["paid"] = 100
        proxy = self._promoter(world) if self.random.random() < 0.12 else None
        if proxy or world.promoters().get(buyer):
            for line in lines:
                if self.random.random() < 0.4:
                    line["discount"] = line["paid"] * 3 // 7
        code = world.code(self._promoter(world)) if self.random.random() < 0.45 else ""
        if self.random.random() < 0.03:
            code = "WRONG2"
        sold = {
            "kind": "paid", "at": at, "buyer": buyer if known else None, "code": code, "placed_by": proxy,
            "payment": "own_transfer" if self.random.random() < 0.06 else "wechat",
            "lines": lines, "shipping": self.random.choice((0, 0, 1, 500)),
        }  # fmt: skip
        self.instants.append(at)
        self._plan(number, sold)
        self._plan_rest(number, sold)
        if self.random.random() < 0.8:
            self._hear(world, self.planned.index((at, number, sold)))

    def _line(self, number: int, at: int) -> dict[str, Any]:
        return {
            "number": number,
            "sku": self._one((*SKUS, "SKU1", "SKU1")),
            "kind": self._one((None, None, None, "goods", "service", "virtual")),
            "paid": self._one(PRICES),
            "discount": 0,
            "service_at": at + self.random.randrange(5 * DAY) if self.random.random() < 0.3 else None,
        }

    def _plan(self, number: str, fact: dict[str, Any]) -> None:
        self.planned.append((fact["at"], number, fact))

    def _plan_rest(self, number: str, sold: dict[str, Any]) -> None:
        """Shipped, received, refunded, …: each at its own time after the payment."""
        dice, at = self.random, sold["at"]
        shipped = at + dice.randrange(2 * DAY)
        if dice.random() < 0.8:
            if dice.random() < 0.2:
                self._plan(
                    number,
                    {"kind": "shipped", "at": shipped - dice.randrange(HOUR), "id": "p0", "final": False},
                )
            self._plan(number, {"kind": "shipped", "at": shipped, "id": "p1", "final": True})
        if dice.random() < 0.6:
            self._plan(number, {"kind": "received", "at": shipped + dice.randrange(20 * DAY)})
        if dice.random() < 0.3:
            which = dice.choice((None, (sold["lines"][0]["number"],)))
            self._plan(number, {"kind": "completed", "at": at + dice.randrange(10 * DAY), "lines": which})
        whole = sum(line["paid"] for line in sold["lines"]) + sold["shipping"]
        for n in range(dice.choice((0, 0, 0, 1, 1, 2, 3))):
            self._plan(number, self._refund(sold, whole, f"r{n}"))
        if dice.random() < 0.06:
            self._plan(number, {"kind": "cancelled", "at": at + dice.randrange(10 * DAY)})
        if dice.random() < 0.12:
            which = dice.choice((None, (sold["lines"][-1]["number"],)))
            opened = at + dice.randrange(10 * DAY)
            self._plan(number, {"kind": "opened", "at": opened, "id": "a1", "lines": which})
            if dice.random() < 0.8:
                closed = opened + dice.randrange(5 * DAY)
                self._plan(number, {"kind": "closed", "at": closed, "id": "a1", "lines": which})

    def _refund(self, sold: dict[str, Any], whole: int, name: str) -> dict[str, Any]:
        dice = self.random
        lines = []
        if dice.random() < 0.5:
            line = dice.choice(sold["lines"])
            lines = [(line["number"], dice.choice((line["paid"], line["paid"] // 3, line["paid"] + 5)))]
        named = sum(amount for _, amount in lines)
        amount = (
            named + dice.choice((0, 0, 1, whole // 3, whole))
            if lines
            else dice.choice((1, whole // 2, whole))
        )
        at = sold["at"] + dice.randrange(30 * DAY if dice.random() < 0.4 else DAY)
        return {"kind": "refunded", "at": at, "id": name, "amount": amount, "lines": tuple(lines)}

    def fact(self, world: World) -> None:
        """The shop tells something that has happened by now, not always the oldest first."""
        ready = [n for n, (at, _, _) in enumerate(self.planned) if at <= world.now + 9 * MINUTE]
        if not ready:
            self.order(world)
            return
        for _ in range(self.random.choice((1, 1, 2, 3))):
            if ready:
                self._hear(world, ready.pop(self.random.randrange(len(ready))))
                ready = [n for n, (at, _, _) in enumerate(self.planned) if at <= world.now + 9 * MINUTE]

    def _hear(self, world: World, which: int) -> None:
        _, number, fact = self.planned.pop(which)
        self.say(world, number, fact)
        if self.random.random() < 0.15:  # told again, as another event
            self.say(world, number, fact)

    def conflict(self, world: World) -> None:
        """The shop contradicts itself about an order."""
        ready = [(number, fact) for at, number, fact in self.planned if at <= world.now]
        if not ready:
            return
        number, fact = self.random.choice(ready)
        self.say(world, number, {**fact, "at": fact["at"] - 1})

    def again(self, world: World) -> None:
        """The whole backlog of the shop in one go."""
        for _ in range(4):
            self.fact(world)

    def say(self, world: World, number: str, fact: dict[str, Any]) -> None:
        """One event of the feed, told until it is answered."""
        heard = Heard("shop", number, _spoken(fact, world))
        world.deliver(
            FEED,
            lambda desk: desk.orders.hear(heard),
            told=lambda _done: [("fact", {"order": number, "fact": fact})],
            patient=True,
        )

    # --- helpers

    @property
    def opened(self) -> int:
        """Nothing is sold before the shop was set up."""
        return self._opened

    def begin(self, world: World) -> World:
        """The world with its shop open."""
        self.open(world)
        self._opened = world.now + 1
        world.move(minutes=10)
        return world

    def _one(self, options: Any) -> Any:
        return self.random.choice(options)

    def _promoter(self, world: World) -> str:
        return str(self.random.choice(list(world.promoters())))

    def _withdrawal(self, world: World, *states: str) -> tuple[str, str] | None:
        marks = ", ".join("?" for _ in states)
        rows = world.rows(
            f"SELECT w.code, p.person_id FROM withdrawals w JOIN promoters p ON p.id = w.promoter_id"  # noqa: S608
            f" WHERE w.state IN ({marks}) ORDER BY w.code",
            *states,
        )
        if not rows:
            return None
        code, person = self.random.choice(rows)
        return str(code), world.names[person]

    def _changed(self, world: World, what: str, **facts: Any) -> list[Any]:
        self.instants.append(world.now)
        return [(what, facts)]

    def _moment(self, world: World) -> list[Any]:
        self.instants.append(world.now)
        return []


def _phone(name: str) -> str:
    return f"138{sum(ord(one) * 31**n for n, one in enumerate(name)) % 10**8:08d}"


def _spoken(fact: dict[str, Any], world: World) -> Any:
    """The engine's words for a fact."""
    at = instant(fact["at"])
    lines = fact.get("lines")
    names = frozenset(lines) if lines and fact["kind"] in ("completed", "opened", "closed") else None
    match fact["kind"]:
        case "paid":
            made = tuple(
                Line(
                    line["number"], line["sku"], line["sku"], Goods(line["kind"]) if line["kind"] else None, 1,
                    Money(line["paid"]), Money(line["discount"]),
                    instant(line["service_at"]) if line["service_at"] else None,
                )
                for line in lines
            )  # fmt: skip
            paid = Paid(at, Payment(fact["payment"]), made, Money(fact["shipping"]))
            buyer = Buyer(openid=f"o_{fact['buyer']}") if fact["buyer"] else Buyer()
            placed = PlacedBy(openid=f"o_{fact['placed_by']}") if fact["placed_by"] else PlacedBy()
            return Sold(paid, buyer, fact["code"], placed)
        case "shipped":
            return Shipped(fact["id"], at, fact["final"])
        case "received":
            return Received(at)
        case "completed":
            return Completed(at, names)
        case "refunded":
            parts = tuple(LineRefund(number, Money(amount)) for number, amount in lines)
            return Refunded(fact["id"], at, Money(fact["amount"]), parts)
        case "cancelled":
            return Cancelled(at)
        case "opened":
            return AfterSaleOpened(fact["id"], at, names)
    return AfterSaleClosed(fact["id"], at, names)
