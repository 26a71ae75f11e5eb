"""Orders: whom each pays, decided once, and what became of it."""

from __future__ import annotations

from typing import Any

from tests.simulation.oracle.buyers import Buyers
from tests.simulation.oracle.known import DAY, Line, Order, Wrong, last_of
from tests.simulation.oracle.locks import Locks
from tests.simulation.oracle.maturity import due
from tests.simulation.oracle.people import People
from tests.simulation.oracle.programme import Programme
from tests.simulation.oracle.shares import shares


class Orders:
    """Every order with its facts and its decision."""

    def __init__(self, programme: Programme, people: People, locks: Locks, buyers: Buyers, most: int) -> None:
        self.programme, self.people, self.locks, self.buyers = programme, people, locks, buyers
        self.most = most
        """Orders that are decided at once when their buyer becomes known; the others are told again."""
        self.orders: dict[str, Order] = {}

    def commissions(self) -> dict[tuple[str, int, int, str], int]:
        """(order, line, level, promoter) → fen, without the zeros."""
        return {
            (number, *share): amount
            for number, order in self.orders.items()
            for share, amount in order.shares.items()
            if amount
        }

    def sums(self) -> dict[str, tuple[int, int]]:
        """Every promoter's commission that still waits, and what is matured."""
        found: dict[str, tuple[int, int]] = {}
        for order in self.orders.values():
            for share, amount in order.shares.items():
                waits, matured = found.get(share[2], (0, 0))
                is_matured = share in order.matured
                found[share[2]] = waits + amount * (not is_matured), matured + amount * is_matured
        return found

    def on_fact(self, at: int, order: str, fact: dict[str, Any]) -> None:
        """A fact of an order: what was heard first under one identity is the truth."""
        one = self.orders.setdefault(order, Order())
        kind = fact["kind"]
        named = tuple(fact["lines"] or ()) if kind in ("completed", "opened", "closed") else ()
        identity = (kind, fact.get("id", ""), named)
        if identity in one.facts:
            return
        one.facts[identity] = {"lines": (), **fact}
        if kind == "paid":
            self._paid(one, fact)
        self._booked(one, at)
        told = fact["buyer"] if kind == "paid" else {}
        if told.get("openid") and told.get("unionid"):
            self.on_linked(at, told["unionid"])

    def on_bind(self, at: int, person: str, phone: str) -> None:
        """绑定手机号: in place of any earlier one, which may be exactly one other's now."""
        before = self.buyers.phones.pop(person, "")
        self.buyers.phones[person] = phone
        for one in dict.fromkeys((before, phone)):
            self.on_known(at, "phone", one)

    def on_unbind(self, at: int, person: str) -> None:
        self.on_known(at, "phone", self.buyers.phones.pop(person))

    def on_forgotten(self, _at: int, person: str) -> None:
        """His phone goes. What waited for it, and is one other's now, is decided by a row of the outbox (`known`)."""
        self.buyers.phones.pop(person, None)

    def on_linked(self, at: int, person: str) -> None:
        """An openid and a unionid were told together."""
        self.buyers.linked.add(person)
        self.on_known(at, "unionid", person)

    def on_known(self, at: int, kind: str, value: str, after: int | None = None) -> None:
        """What waited for exactly one person is decided, the first paid first, from an instant on."""
        holders = self.buyers.holders(kind, value) if value else []
        if len(holders) != 1:
            return
        waiting = [
            one
            for one in self._waiting()
            if one[1]["buyer"].get(kind) == value and (after is None or one[1]["at"] > after)
        ]
        for order, _ in sorted(waiting, key=lambda one: one[1]["at"])[: self.most]:
            if kind == "unionid" or not self._earns_himself(order, holders[0]):
                self._late(at, order, holders[0])

    def on_claim(self, at: int, order: str, person: str) -> None:
        """认领: the merchant says who bought."""
        one = self.orders[order]
        if one.decided:
            raise Wrong(f"{order} was claimed although it was decided")
        self._late(at, one, person)

    def on_reassign(self, at: int, order: str, promoter: str | None) -> None:
        """归属: decided again, with rates, status and upline as of the payment; no lock is touched.

        The buyer himself may be named where his own purchases earn (自购); where they do not, the owner is refused.
        """
        one = self.orders[order]
        one.level1 = one.level2 = None
        one.decided = True
        if promoter:
            self._pay(one, promoter, himself=one.rules.self_purchase != "none")
        self._changed(one, at)

    def on_tick(self, at: int) -> None:
        for order in self.orders.values():
            self._mature_order(order, at)

    def on_matured(self, at: int, shares: list[tuple[str, tuple[int, int, str]]]) -> None:
        """Some of what fell due, the oldest."""
        dues = [self._due(self.orders[number], share) for number, share in shares]
        if any(due is None or due > at for due in dues):
            raise Wrong("something matured before it was due")
        for number, share in shares:
            self.orders[number].matured.add(share)
        last = max(due for due in dues if due is not None)
        for number, order in self.orders.items():
            for share in (order.ever & order.shares.keys()) - order.matured if order.decided else ():
                due = self._due(order, share)
                if due is not None and due < last:
                    raise Wrong(f"{number} was passed over when its commission was due")

    def due_since(self, instant: int) -> dict[str, int]:
        """What is left of the commission that fell due at an instant or later, and has matured."""
        found: dict[str, int] = {}
        for order in self.orders.values():
            for share in order.matured:
                if (self._due(order, share) or 0) >= instant:
                    found[share[2]] = found.get(share[2], 0) + order.shares.get(share, 0)
        return found

    def _waiting(self) -> list[tuple[Order, dict[str, Any]]]:
        """待认领订单, each with what was told of its payment."""
        return [(one, one.paid) for one in self.orders.values() if one.paid and not one.decided]

    def _earns_himself(self, order: Order, buyer: str | None) -> bool:
        """By his own purchase (自购): anybody may bind anybody's number, so a phone alone does not prove it."""
        assert order.paid is not None
        at, proxy = order.paid["at"], order.paid["placed_by"]
        placed = proxy and proxy != buyer and self._status_counts(proxy, at)
        return (
            order.rules.programme
            and order.rules.self_purchase != "none"
            and order.paid["payment"] != "own_transfer"
            and not placed
            and self.people.status(buyer, at) == "active"
        )

    def _status_counts(self, proxy: str, at: int) -> bool:
        return self.people.status(proxy, at) in ("active", "frozen")

    def _late(self, at: int, order: Order, buyer: str) -> None:
        assert order.paid is not None
        # The shop's clock may run ahead of ours: what was changed up to the payment was not known when it was heard.
        order.buyer, order.rules = buyer, self.programme.rules(order.paid["at"])
        self._decide(order)
        self._booked(order, at)

    def _booked(self, order: Order, at: int) -> None:
        if order.buyer:
            self.locks.annul(order, order.buyer)
        self._changed(order, at)

    def _paid(self, order: Order, sold: dict[str, Any]) -> None:
        at = sold["at"]
        order.paid, order.rules = sold, self.programme.rules(at)
        order.buyer = self.buyers.who(sold["buyer"])
        proved = sold["buyer"].get("openid") or sold["buyer"].get("unionid") in self.buyers.linked
        if not proved and self._earns_himself(order, order.buyer):
            order.buyer = None
        for line in sold["lines"]:
            product = last_of(self.programme.products[line["sku"]], at)
            kind = line["kind"] or (product["goods"] if product else "goods")
            made = Line(line["number"], kind, line["paid"], line["discount"], line["service_at"])
            made.promoted = bool(product and product["promoted"])
            order.lines.append(made)
        if order.buyer or self._given_code(order) or self._is_settled_anyway(order):
            self._decide(order)

    def _is_settled_anyway(self, order: Order) -> bool:
        """Decided by what stands before the buyer: own_transfer, a proxy, or the programme being off."""
        assert order.paid is not None
        sold, at = order.paid, order.paid["at"]
        proxy = sold["placed_by"]
        return (
            sold["payment"] == "own_transfer"
            or not order.rules.programme
            or self.people.status(proxy, at) in ("active", "frozen")
        )

    def _given_code(self, order: Order) -> str | None:
        """Whose code the shop sent, if it is one."""
        assert order.paid is not None
        return self._counts(self.people.codes.get(order.paid["code"]), order.buyer, order.paid["at"])

    def _counts(self, promoter: str | None, buyer: str | None, at: int) -> str | None:
        """A code that is the buyer's own, unknown, or of somebody not active is none."""
        if promoter is None or promoter == buyer or self.people.status(promoter, at) != "active":
            return None
        return promoter

    def _decide(self, order: Order) -> None:
        assert order.paid is not None
        sold, at, buyer, rules = order.paid, order.paid["at"], order.buyer, order.rules
        order.decided = True
        if sold["payment"] == "own_transfer" or not rules.programme:
            return
        proxy = sold["placed_by"]
        if proxy and proxy != buyer and self.people.status(proxy, at) in ("active", "frozen"):
            self._pay(order, proxy)
        elif buyer and self.people.status(buyer, at) == "active" and rules.self_purchase != "none":
            self._pay(order, buyer, himself=True)
        else:
            self._as_customer(order)

    def _as_customer(self, order: Order) -> None:
        assert order.paid is not None
        at, buyer, rules = order.paid["at"], order.buyer, order.rules
        code = self._given_code(order)
        holder = self.locks.holder(buyer, at) if buyer else None
        if code is None and buyer and rules.lock_mode != "on_visit":
            code = self._visited(buyer, at, rules.visit_window)
        if holder is None:
            recipient, locks = code, code is not None
        elif rules.lock_mode == "single_shot":
            recipient, locks = code or holder, code is not None
        else:
            recipient, locks = holder, rules.lock_mode == "on_purchase" and code == holder
        if recipient is None:
            return
        self._pay(order, recipient)
        if locks and buyer:
            self.locks.bought(order, recipient)

    def _visited(self, buyer: str, at: int, window: int) -> str | None:
        """The promoter of the last visit within the window."""
        counted = [
            one for one in self.locks.visits[buyer] if not one.void and at - window * DAY <= one.at <= at
        ]
        if not window or not counted:
            return None
        return self._counts(counted[-1].promoter, buyer, at)

    def _pay(self, order: Order, promoter: str, *, himself: bool = False) -> None:
        assert order.paid is not None
        at, rules = order.paid["at"], order.rules
        standing = self.people.standing(promoter, at)
        upline = standing.upline if standing else None
        if self.people.status(promoter, at) == "active" and (himself or promoter != order.buyer):
            order.level1 = promoter
        two = rules.two_level and rules.acknowledged
        if two and upline and upline != order.buyer and self.people.status(upline, at) == "active":
            order.level2 = upline
        groups = [self.people.group(one, at) for one in (order.level1, order.level2)]
        for line, told in zip(order.lines, order.paid["lines"], strict=True):
            line.rates = (
                self.programme.rate(groups[0], told["sku"], at, 0),
                self.programme.rate(groups[1], told["sku"], at, 1),
            )

    @staticmethod
    def _due(order: Order, share: tuple[int, int, str]) -> int | None:
        return due(order, next(one for one in order.lines if one.number == share[0]))

    def _changed(self, order: Order, at: int) -> None:
        order.shares = shares(order)
        self._mature_order(order, at)

    def _mature_order(self, order: Order, at: int) -> None:
        if not order.decided:
            return
        order.ever |= {share for share, amount in order.shares.items() if amount}
        for share in order.ever & order.shares.keys():
            when = self._due(order, share)
            if when is not None and when <= at:
                order.matured.add(share)
            else:
                order.matured.discard(share)  # a fact heard late can make it pending again
