"""What the shop tells: orders, and all that happens to them."""

from __future__ import annotations

from typing import Any

from engine import FEED
from engine.orders.events import Heard
from tests.simulation.moves.feed import spoken
from tests.simulation.moves.people import CUSTOMERS, EVERYBODY, phone_of
from tests.simulation.moves.room import Room, Scene, Wishes
from tests.simulation.oracle.known import DAY, HOUR, MINUTE
from tests.simulation.world import Delivery, World

PRICES = (0, 1, 3, 7, 99, 100, 199, 333, 645, 1935, 9_999, 10_000)
SKUS = ("SKU1", "SKU2", "SERVICE", "PLAIN", "UNHEARD")


class Shop(Room):
    """Its feed tells everything, late, twice, in any order, and now and then the contrary."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.planned: list[tuple[int, str, dict[str, Any]]] = []
        """Facts of orders that the shop will tell once they have happened: (when, order, fact)."""
        self.orders = 0
        self.paid_at: set[int] = set()

    def wishes(self) -> Wishes:
        return ((16, self.order), (20, self.fact), (0.5, self.conflict), (0.3, self.again), (0.3, self.rush))

    def order(self, world: World) -> None:
        """Somebody buys; the shop knows now, or will, all that happens to this order."""
        self.orders += 1
        number = f"N{self.orders}"
        buyer = self.one((*CUSTOMERS, *CUSTOMERS, *EVERYBODY))
        at = self._past(world, buyer)
        lines = [self._line(n, at) for n in range(1, self.random.choice((1, 1, 2, 3)) + 1)]
        if not any(line["paid"] for line in lines) and self.random.random() < 0.7:
            lines[0]["paid"] = 100
        proxy = self.promoter(world) if self.random.random() < 0.12 else None
        if proxy or world.promoters().get(buyer):
            for line in lines:
                if self.random.random() < 0.4:
                    line["discount"] = line["paid"] * 3 // 7
        code = world.code(self.promoter(world)) if self.random.random() < 0.45 else ""
        if self.random.random() < 0.03:
            code = "WRONG2"
        sold = {
            "kind": "paid", "at": at, "buyer": self._named(buyer), "code": code, "placed_by": proxy,
            "payment": "own_transfer" if self.random.random() < 0.06 else "wechat",
            "lines": lines, "shipping": self.random.choice((0, 0, 1, 500)),
        }  # fmt: skip
        self.instants.append(at)
        self._plan(number, sold)
        self._plan_rest(number, sold)
        if self.random.random() < 0.8:
            self._hear(world, self.planned.index((at, number, sold)))

    def rush(self, world: World) -> None:
        """Two orders of one customer in two milliseconds, the first with a code, told at the same time."""
        buyer, at = self.one(CUSTOMERS), world.now - 1
        for code in (world.code(self.promoter(world)), ""):
            at += 1
            while at in self.paid_at:
                at += 1
            self.paid_at.add(at)
            self.orders += 1
            line = {
                "number": 1,
                "sku": "SKU1",
                "kind": "goods",
                "paid": 1_000,
                "discount": 0,
                "service_at": None,
            }
            sold = {
                "kind": "paid", "at": at, "buyer": {"openid": buyer}, "code": code, "placed_by": None,
                "payment": "wechat", "lines": [line], "shipping": 0,
            }  # fmt: skip
            world.attempt(self.say(world, f"N{self.orders}", sold))

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

    def say(self, world: World, number: str, fact: dict[str, Any]) -> Delivery:
        """One event of the feed, told until it is answered."""
        heard = Heard("shop", number, spoken(fact))
        return world.deliver(
            FEED,
            lambda desk: desk.orders.hear(heard),
            told=lambda _done: [("fact", {"order": number, "fact": fact})],
            patient=True,
        )

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
        if luck > 0.5 and self.random.random() < 0.25:
            at = self._near_a_window(world, buyer) or at
        at = max(self.scene.opened, min(at, world.now + 9 * MINUTE))
        while at in self.paid_at:
            at -= 1
        self.paid_at.add(at)
        return at

    def _near_a_window(self, world: World, buyer: str) -> int:
        """About when a visit of the buyer's no longer stands in for a code; 0 if that is not yet."""
        rows = world.rows("SELECT max(at) FROM visits WHERE person_id = ?", world.person(buyer))
        seen = rows[0][0] or 0
        days = self.one((1, 7))
        at = seen + days * DAY + self.one((-1, 0, 1, HOUR, DAY, DAY + 1))
        return at if seen and at <= world.now else 0

    def _named(self, buyer: str) -> dict[str, str]:
        """How the shop knows him: nearly always by his openid."""
        hows = ({"openid": buyer}, {"openid": buyer, "unionid": buyer}, {"unionid": buyer},
                {"phone": phone_of(buyer)}, {})  # fmt: skip
        return dict(self.random.choices(hows, (80, 4, 4, 8, 4))[0])

    def _line(self, number: int, at: int) -> dict[str, Any]:
        return {
            "number": number,
            "sku": self.one((*SKUS, "SKU1", "SKU1")),
            "kind": self.one((None, None, None, "goods", "service", "virtual")),
            "paid": self.one(PRICES),
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

    def _hear(self, world: World, which: int) -> None:
        _, number, fact = self.planned.pop(which)
        self.say(world, number, fact)
        if self.random.random() < 0.15:  # told again, as another event
            self.say(world, number, fact)
