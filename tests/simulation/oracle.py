"""A second reading of the programme's rules, in plain Python: what everybody must have after all that was told.

Written from the rules and examples of the product alone; it imports nothing of the engine (a test looks), so that
one misunderstanding cannot stand on both sides. Times are whole milliseconds, money whole fen, rates basis points,
people are called by their names. It is told everything in the order in which it took effect.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
AUTO_RECEIPT = 15 * DAY
INVITATION_LIFE = 30 * DAY


@dataclass
class Rules:
    """The settings of one version, as far as money depends on them."""

    programme: bool = False
    lock_mode: str = "single_shot"
    lock_days: int = 0
    visit_window: int = 7
    level1: int | None = None
    level2: int | None = None
    two_level: bool = True
    acknowledged: bool = False
    self_purchase: str = "none"
    settle_mode: str = "received"
    settle_days: int = 7
    review: bool = True


@dataclass
class Stand:
    """How a promoter stands from one instant on."""

    since: int
    status: str
    upline: str | None
    group: str | None
    heir: str | None = None
    """Of a termination: who was given his customers."""


@dataclass
class Visit:
    """A customer came by a promoter's code."""

    at: int
    promoter: str
    void: bool = False


@dataclass
class Lock:
    """Who earns from a customer from one instant on."""

    start: int
    until: int | None
    promoter: str
    cause: Any
    """The visit or order that made it, or the lock that it goes on with: for an heir, or reopened."""
    void: bool = False
    moved: int | None = None
    """When it was handed on."""
    annulled: int | None = None
    instead: Any = None
    """The annulled lock that it is reopened in place of."""


@dataclass
class Line:
    """One line of an order, with what was decided for it."""

    number: int
    kind: str
    paid: int
    discount: int
    service_at: int | None
    promoted: bool = False
    rates: tuple[int, int] = (0, 0)


@dataclass
class Order:
    """What is known of an order."""

    facts: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)
    paid: dict[str, Any] | None = None
    lines: list[Line] = field(default_factory=list)
    buyer: str | None = None
    rules: Rules = field(default_factory=Rules)
    decided: bool = False
    level1: str | None = None
    level2: str | None = None
    matured: set[tuple[int, int, str]] = field(default_factory=set)
    """(line, level, recipient): what was available once stays so."""
    ever: set[tuple[int, int, str]] = field(default_factory=set)
    annulled: int | None = None
    """Since when it counts as never having been bought, for the lock that it made."""

    def kind(self, name: str) -> list[dict[str, Any]]:
        """All facts of one kind."""
        return [fact for fact in self.facts.values() if fact["kind"] == name]


class Oracle:
    """Told everything once, in order; then asked."""

    def __init__(self) -> None:
        self.now = 0
        self.versions: list[tuple[int, Rules]] = []
        self.products: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
        self.group_rates: dict[str, list[tuple[int, tuple[int | None, int | None]]]] = defaultdict(list)
        self.special: dict[tuple[str, str], list[tuple[int, tuple[int | None, int | None]]]] = defaultdict(
            list
        )
        self.stands: dict[str, list[Stand]] = defaultdict(list)
        self.codes: dict[str, str] = {}
        self.applied: dict[str, tuple[str, str | None]] = {}
        self.invitations: dict[str, list[Visit]] = defaultdict(list)
        self.visits: dict[str, list[Visit]] = defaultdict(list)
        self.locks: dict[str, list[Lock]] = defaultdict(list)
        self.orders: dict[str, Order] = {}
        self.phones: dict[str, str] = {}
        self.withdrawals: dict[str, tuple[str, int, str]] = {}

    def tell(self, what: str, at: int, **facts: Any) -> None:
        """One thing that took effect."""
        self.now = at
        getattr(self, f"_{what}")(at, **facts)

    # --- answers

    def commissions(self) -> dict[tuple[str, int, int, str], int]:
        """(order, line, level, promoter) → fen, without the zeros."""
        return {
            (number, *share): amount
            for number, order in self.orders.items()
            for share, amount in self._shares(order).items()
            if amount
        }

    def balances(self) -> dict[str, dict[str, int]]:
        """Every promoter's accounts, without the empty ones."""
        pending: dict[str, int] = defaultdict(int)
        free: dict[str, int] = defaultdict(int)
        held: dict[str, int] = defaultdict(int)
        paid: dict[str, int] = defaultdict(int)
        for order in self.orders.values():
            for share, amount in self._shares(order).items():
                (free if share in order.matured else pending)[share[2]] += amount
        for who, amount, state in self.withdrawals.values():
            if state in ("open", "paid"):
                free[who] -= amount
                (held if state == "open" else paid)[who] += amount
        found = {}
        for who in self.stands:
            accounts = {
                "pending": pending[who],
                "available": max(0, free[who]),
                "debt": min(0, free[who]),
                "withdrawing": held[who],
                "paid_out": paid[who],
            }
            found[who] = {account: amount for account, amount in accounts.items() if amount}
        return {who: accounts for who, accounts in found.items() if accounts}

    def holders(self, at: int) -> dict[str, str]:
        """Every customer whose lock is live → whose."""
        found = {person: self._holder(person, at) for person in self.locks}
        return {person: who for person, who in found.items() if who}

    # --- the merchant's rules

    def _setting(self, at: int, key: str, value: Any) -> None:
        before = self.versions[-1][1] if self.versions else Rules()
        changed = {**vars(before), key: value} if key in vars(before) else vars(before)
        # what ruled first also rules what was sold before it
        self.versions.append((at if self.versions else 0, Rules(**changed)))

    def _product(self, at: int, sku: str, **values: Any) -> None:
        self.products[sku].append((at, values))

    def _group(self, at: int, group: str, level1: int | None, level2: int | None) -> None:
        self.group_rates[group].append((at, (level1, level2)))

    def _product_group(self, at: int, sku: str, group: str, level1: int | None, level2: int | None) -> None:
        self.special[sku, group].append((at, (level1, level2)))

    def _rules(self, at: int) -> Rules:
        return _last(self.versions, at) or Rules()

    # --- promoters

    def _code(self, at: int, person: str, code: str) -> None:
        self.codes[code] = person

    def _apply(self, at: int, person: str, application: str, phone: str, joined: bool) -> None:
        """The upline is the last invitation opened within 30 days before he submits, if its sender is active."""
        self.phones[person] = phone
        rules = self._rules(at)
        inviter = None
        if rules.two_level and rules.acknowledged:
            opened = [
                one for one in self.invitations[person] if not one.void and one.at >= at - INVITATION_LIFE
            ]
            inviter = opened[-1].promoter if opened else None
            if inviter and (inviter == person or self._status(inviter, at) != "active"):
                inviter = None
        self.applied[application] = (person, inviter)
        expected = not rules.review and not self.stands[person]
        if joined != expected:
            raise Wrong(f"{person} applied and {'was' if joined else 'was not'} taken at once")
        if joined:
            self._approve(at, application)

    def _approve(self, at: int, application: str) -> None:
        person, upline = self.applied[application]
        if upline and (self._status(upline, at) == "terminated" or self._is_above(person, upline)):
            upline = None
        group = self.stands[person][-1].group if self.stands[person] else None
        self.stands[person].append(Stand(at, "active", upline, group))

    def _is_above(self, person: str, other: str | None) -> bool:
        """Does `other` stand below `person`, at any depth, or is it himself?"""
        while other:
            if other == person:
                return True
            other = self.stands[other][-1].upline if self.stands[other] else None
        return False

    def _stand(self, person: str, at: int, **changed: Any) -> None:
        last = self.stands[person][-1]
        heir = changed.pop("heir", None)
        self.stands[person].append(Stand(**{**vars(last), "since": at, "heir": heir, **changed}))

    def _freeze(self, at: int, person: str) -> None:
        self._stand(person, at, status="frozen")

    def _restore(self, at: int, person: str) -> None:
        self._stand(person, at, status="active")

    def _terminate(self, at: int, person: str, heir: str | None) -> None:
        """From now on his customers are the heir's."""
        self._stand(person, at, status="terminated", heir=heir)

    def _downlines(self, at: int, person: str, upline: str | None) -> None:
        """The leaver's downlines go where the merchant said, unless that would close a circle."""
        left = max(one.since for one in self.stands[person] if one.status == "terminated")
        for one in sorted(self.stands):
            then = self._standing(one, left)
            if then and then.upline == person and self.stands[one][-1].upline == person:
                self._stand(one, at, upline=None if upline and self._is_above(one, upline) else upline)

    def _member(self, at: int, person: str, group: str | None) -> None:
        self._stand(person, at, group=group)

    def _upline(self, at: int, person: str, upline: str | None) -> None:
        self._stand(person, at, upline=upline)

    def _standing(self, person: str | None, at: int) -> Stand | None:
        found = [one for one in self.stands[person] if one.since <= at] if person else []
        return found[-1] if found else None

    def _status(self, person: str | None, at: int) -> str:
        found = self._standing(person, at)
        return found.status if found else "none"

    # --- visits and locks

    def _visit(self, at: int, person: str, promoter: str, invitation: bool) -> None:
        if invitation and self._status(person, at) not in ("active", "frozen"):
            self.invitations[person].append(Visit(at, promoter))
        made = Visit(at, promoter)
        self.visits[person].append(made)
        rules = self._rules(at)
        if rules.lock_mode == "on_visit" and not self._lock(person, at):
            self.locks[person].append(Lock(at, _until(at, rules.lock_days), promoter, made))
        self._touch(person, at)

    def _undo(self, at: int, person: str) -> None:
        """不是: the last visit and any lock it made never were."""
        last = self.visits[person][-1]
        if last.void or at - last.at > 10 * MINUTE:
            raise Wrong(f"{person} took a visit back that was no longer to be taken back")
        last.void = True
        for lock in self.locks[person]:
            lock.void |= lock.cause is last
        self._touch(person, at)

    def _undo_invitation(self, at: int, person: str) -> None:
        next(one for one in reversed(self.invitations[person]) if not one.void).void = True

    def _lock(self, person: str, at: int) -> Lock | None:
        """The lock that is live: the newest one that ever was, if it has not ended."""
        lock = self._newest(person, at)
        ends = (lock.until, lock.moved, lock.annulled) if lock else ()
        return lock if all(end is None or at < end for end in ends) else None

    def _newest(self, person: str, at: int) -> Lock | None:
        begun = [lock for lock in self.locks[person] if lock.start <= at and not self._is_void(lock)]
        return max(reversed(begun), key=lambda lock: lock.start, default=None)

    def _is_void(self, lock: Lock) -> bool:
        return lock.void or (isinstance(lock.cause, Lock) and self._is_void(lock.cause))

    def _holder(self, person: str, at: int) -> str | None:
        lock = self._lock(person, at)
        return lock.promoter if lock else None

    def _customers(self, at: int, person: str) -> None:
        """The leaver's customers are handed over; whoever came by meanwhile was so already."""
        for customer in list(self.locks):
            self._touch(customer, at)

    def _touch(self, customer: str, at: int) -> None:
        """Whoever is still with a promoter who left goes to his heir, for the time that remains."""
        soon = max([at, *(lock.start for lock in self.locks[customer])])
        lock = self._lock(customer, soon)
        if lock is None:
            return
        heir = self._heir(lock.promoter, lock.start)
        if heir != lock.promoter:
            lock.moved = max(at, lock.start)
            if heir and heir != customer:
                self.locks[customer].append(Lock(lock.moved, lock.until, heir, lock))

    def _heir(self, promoter: str | None, since: int) -> str | None:
        """Who has a promoter's customers by now: he himself, unless he left since."""
        while promoter:
            stands = self.stands[promoter]
            left = next(
                (
                    n
                    for n, one in enumerate(stands)
                    if one.status == "terminated"
                    and not any(back.status == "active" and since >= back.since for back in stands[n + 1 :])
                ),
                None,
            )
            if left is None:
                return promoter
            promoter, since = stands[left].heir, stands[left].since
        return None

    def _annul(self, order: Order, customer: str) -> None:
        """Wholly refunded before its last line matured: its lock is over from then on.

        The one that it took the place of goes on, to its own end or to the next lock's start.
        """
        whole = self._whole_at(order) if order.paid else None
        if whole is not None:
            earlier = [one for one in order.kind("refunded") + order.kind("cancelled") if one["at"] < whole]
            waited = [line for line in order.lines if not self._is_gone(order, line, earlier)]
            dues = [self._due(order, line) for line in waited]
            if all(due is not None and due <= whole for due in dues):
                whole = None
        if whole == order.annulled:
            return
        order.annulled = whole
        for lock in [one for one in self.locks[customer] if one.cause is order]:
            self._revive(customer, lock)
            if whole is not None:
                self._end(customer, lock, max(whole, lock.start))
        self._touch(customer, self.now)

    def _revive(self, customer: str, lock: Lock) -> None:
        """As if the order had not been refunded: what lived in the lock's place never did."""
        for one in self.locks[customer]:
            one.void |= one.instead is not None and self._goes_on(one.instead, lock)
            if self._goes_on(one, lock):
                one.annulled = None

    def _end(self, customer: str, lock: Lock, end: int) -> None:
        before = self._before(customer, lock)
        line = [one for one in self.locks[customer] if self._goes_on(one, lock)]
        since = next(
            (
                at
                for at in sorted({end, *(one.start for one in line if one.instead and one.start > end)})
                if self._newest(customer, at) in line
            ),
            None,
        )
        for one in line:
            one.annulled = max(end, one.start)
        if since is not None and before and (before.until is None or since < before.until):
            self.locks[customer].append(Lock(since, before.until, before.promoter, before, instead=lock))

    def _before(self, customer: str, lock: Lock) -> Lock | None:
        """The lock that was live when this one took its place; one that was annulled never was, for this."""
        others = [
            one
            for one in self.locks[customer]
            if not (self._goes_on(one, lock) or self._is_void(one) or one.annulled is not None)
            and one.start <= lock.start
        ]
        newest = max(reversed(others), key=lambda one: one.start, default=None)
        ends = (newest.until, newest.moved) if newest else ()
        return newest if all(end is None or lock.start < end for end in ends) else None

    def _goes_on(self, lock: Lock, first: Lock) -> bool:
        """Is it the first one, or what that one lived on as?"""
        return lock is first or (isinstance(lock.cause, Lock) and self._goes_on(lock.cause, first))

    def _whole_at(self, order: Order) -> int | None:
        """The instant from which on nothing of any line is left."""
        backs = sorted(order.kind("refunded") + order.kind("cancelled"), key=lambda fact: fact["at"])
        for n, fact in enumerate(backs, 1):
            if all(self._is_gone(order, line, backs[:n]) for line in order.lines):
                return int(fact["at"])
        return None

    def _is_gone(self, order: Order, line: Line, backs: list[dict[str, Any]]) -> bool:
        if line.paid == 0:
            return _zero_is_gone(line, backs)
        return self._spread(order, backs)[line.number] == line.paid

    # --- orders

    def _fact(self, at: int, order: str, fact: dict[str, Any]) -> None:
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
        if one.buyer:
            self._annul(one, one.buyer)
        self._mature_order(one, at)

    def _paid(self, order: Order, sold: dict[str, Any]) -> None:
        at = sold["at"]
        order.paid, order.rules = sold, self._rules(at)
        order.buyer = sold["buyer"]
        for line in sold["lines"]:
            product = _last(self.products[line["sku"]], at)
            kind = line["kind"] or (product["goods"] if product else "goods")
            made = Line(line["number"], kind, line["paid"], line["discount"], line["service_at"])
            made.promoted = bool(product and product["promoted"])
            order.lines.append(made)
        code = self._given_code(sold)
        if order.buyer is None and code is None and not self._is_settled_anyway(order):
            return
        self._decide(order, code)

    def _is_settled_anyway(self, order: Order) -> bool:
        """Decided by what stands before the buyer: own_transfer, a proxy, or the programme being off."""
        assert order.paid is not None
        sold, at = order.paid, order.paid["at"]
        proxy = sold["placed_by"]
        return (
            sold["payment"] == "own_transfer"
            or not order.rules.programme
            or self._status(proxy, at) in ("active", "frozen")
        )

    def _given_code(self, sold: dict[str, Any]) -> str | None:
        """Whose code the shop sent, if it is one."""
        return self._counts(self.codes.get(sold["code"]), sold["buyer"], sold["at"])

    def _counts(self, promoter: str | None, buyer: str | None, at: int) -> str | None:
        """A code that is the buyer's own, unknown, or of somebody not active is none."""
        if promoter is None or promoter == buyer or self._status(promoter, at) != "active":
            return None
        return promoter

    def _decide(self, order: Order, code: str | None) -> None:
        assert order.paid is not None
        sold, at, buyer, rules = order.paid, order.paid["at"], order.buyer, order.rules
        order.decided = True
        if sold["payment"] == "own_transfer" or not rules.programme:
            return
        proxy = sold["placed_by"]
        if proxy and proxy != buyer and self._status(proxy, at) in ("active", "frozen"):
            self._pay(order, proxy)
        elif buyer and self._status(buyer, at) == "active" and rules.self_purchase != "none":
            self._pay(order, buyer, himself=True)
        else:
            self._as_customer(order, code)

    def _as_customer(self, order: Order, code: str | None) -> None:
        assert order.paid is not None
        at, buyer, rules = order.paid["at"], order.buyer, order.rules
        holder = self._holder(buyer, at) if buyer else None
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
            self.locks[buyer].append(Lock(at, _until(at, rules.lock_days), recipient, order))
            self._touch(buyer, self.now)

    def _visited(self, buyer: str, at: int, window: int) -> str | None:
        """The promoter of the last visit within the window."""
        counted = [one for one in self.visits[buyer] if not one.void and at - window * DAY <= one.at <= at]
        if not window or not counted:
            return None
        return self._counts(counted[-1].promoter, buyer, at)

    def _pay(self, order: Order, promoter: str, *, himself: bool = False) -> None:
        assert order.paid is not None
        at, rules = order.paid["at"], order.rules
        standing = self._standing(promoter, at)
        upline = standing.upline if standing else None
        if self._status(promoter, at) == "active" and (himself or promoter != order.buyer):
            order.level1 = promoter
        two = rules.two_level and rules.acknowledged
        if two and upline and upline != order.buyer and self._status(upline, at) == "active":
            order.level2 = upline
        for line, told in zip(order.lines, order.paid["lines"], strict=True):
            line.rates = (
                self._rate(order.level1, told["sku"], at, rules, 0),
                self._rate(order.level2, told["sku"], at, rules, 1),
            )

    def _rate(self, recipient: str | None, sku: str, at: int, rules: Rules, level: int) -> int:
        """Product and group, then product, then group, then shop: the first that is set."""
        standing = self._standing(recipient, at)
        group = standing.group if standing else None
        product = _last(self.products[sku], at)
        places: list[tuple[int | None, int | None] | None] = []
        if group:
            places.append(_last(self.special[sku, group], at))
        if product:
            places.append((product["level1"], product["level2"]))
        if group:
            places.append(_last(self.group_rates[group], at))
        places.append((rules.level1, rules.level2))
        return next((rates[level] for rates in places if rates and rates[level] is not None), 0) or 0

    def _reassign(self, at: int, order: str, promoter: str | None) -> None:
        """归属: decided again, with rates, status and upline as of the payment; no lock is touched."""
        one = self.orders[order]
        one.level1 = one.level2 = None
        one.decided = True
        if promoter:
            self._pay(one, promoter)
        self._mature_order(one, at)

    def _shares(self, order: Order) -> dict[tuple[int, int, str], int]:
        """(line, level, recipient) → fen."""
        if not order.decided or order.paid is None:
            return {}
        backs = order.kind("refunded") + order.kind("cancelled")
        taken = self._spread(order, backs)
        found: dict[tuple[int, int, str], int] = {}
        for line in order.lines:
            base = line.paid + line.discount
            if line.paid:
                base = base * (line.paid - taken[line.number]) // line.paid
            elif _zero_is_gone(line, backs):
                base = 0
            for level, who in ((1, order.level1), (2, order.level2)):
                if who is None or not line.promoted or (level == 1 and line.discount):
                    continue
                found[line.number, level, who] = base * line.rates[level - 1] // 10_000
        return found

    def _spread(self, order: Order, backs: list[dict[str, Any]]) -> dict[int, int]:
        """What was refunded of each line; refunds that name lines first, the rest by largest remainder."""
        assert order.paid is not None
        left = {line.number: line.paid for line in order.lines}
        whole = dict(left)
        if any(fact["kind"] == "cancelled" for fact in backs):
            return left
        pool = 0
        for fact in backs:
            named = dict(fact["lines"])
            pool += fact["amount"] - sum(named.values())
            for number, amount in named.items():
                took = min(amount, left.get(number, 0))
                pool += amount - took
                if number in left:
                    left[number] -= took
        parts = {**dict(sorted(left.items())), "shipping": order.paid["shipping"]}
        total = sum(parts.values())
        pool = min(pool, total)
        if total:
            given = {key: pool * part // total for key, part in parts.items()}
            rests = sorted(parts, key=lambda key: -(pool * parts[key] % total))  # stable: by line number
            for key in rests[: pool - sum(given.values())]:
                given[key] += 1
            for number in left:
                left[number] -= given[number]
        return {number: whole[number] - left[number] for number in left}

    # --- maturity

    def _tick(self, at: int) -> None:
        for order in self.orders.values():
            self._mature_order(order, at)

    def _mature_order(self, order: Order, at: int) -> None:
        if not order.decided:
            return
        shares = self._shares(order)
        order.ever |= {share for share, amount in shares.items() if amount}
        for share in order.ever & shares.keys():
            line = next(one for one in order.lines if one.number == share[0])
            due = self._due(order, line)
            if due is not None and due <= at:
                order.matured.add(share)
            else:
                order.matured.discard(share)  # a fact heard late can make it pending again

    def _due(self, order: Order, line: Line) -> int | None:
        """When the line's commission may be withdrawn; None while nobody knows."""
        base = self._settled(order, line)
        if base is None:
            return None
        for opened in sorted(order.kind("opened"), key=lambda fact: fact["at"]):
            if not _names(opened, line) or opened["at"] >= base:
                continue  # by then it was due: what is booked late is due all the same
            ends = [
                one["at"] for one in order.kind("closed") if one["id"] == opened["id"] and _names(one, line)
            ]
            if not ends:
                return None
            base = max(base, *ends)
        return base

    def _settled(self, order: Order, line: Line) -> int | None:
        assert order.paid is not None
        mode, paid_at = order.rules.settle_mode, int(order.paid["at"])
        extra = order.rules.settle_days * DAY if mode == "received" else 0
        if mode == "paid":
            return paid_at
        # 核销 stands for shipped and received, also of goods that were handed over in the shop
        done = [one["at"] for one in order.kind("completed") if _names(one, line)]
        if line.kind != "goods":
            automatic = (line.service_at if line.service_at is not None else paid_at) + AUTO_RECEIPT
            return min([*done, automatic]) + extra
        shipped = [one["at"] for one in order.kind("shipped") if one["final"]]
        received = [one["at"] for one in order.kind("received")] + done
        if mode == "shipped":
            return min(shipped + received, default=None)
        ends = [*received, min(shipped) + AUTO_RECEIPT] if shipped else received
        return min(ends) + extra if ends else None

    # --- withdrawals

    def _request(self, at: int, person: str, withdrawal: str, amount: int) -> None:
        if amount > self.balances().get(person, {}).get("available", 0):
            raise Wrong(f"{person} asked for {amount}, which he does not have")
        if any(who == person and state == "open" for who, _, state in self.withdrawals.values()):
            raise Wrong(f"{person} has two withdrawals open")
        if self._status(person, at) == "frozen":
            raise Wrong(f"{person} is frozen and asked for money")
        self.withdrawals[withdrawal] = (person, amount, "open")

    def _give_back(self, at: int, withdrawal: str) -> None:
        self._done(withdrawal, "back")

    def _mark_paid(self, at: int, withdrawal: str) -> None:
        self._done(withdrawal, "paid")

    def _done(self, withdrawal: str, state: str) -> None:
        person, amount, before = self.withdrawals[withdrawal]
        if before != "open":
            raise Wrong(f"withdrawal {withdrawal} ended twice")
        self.withdrawals[withdrawal] = (person, amount, state)


class Wrong(AssertionError):
    """Something took effect that the rules do not allow."""


def _last(history: list[tuple[int, Any]], at: int) -> Any:
    """What was in force at an instant."""
    found = None
    for since, value in history:
        if since <= at:
            found = value
    return found


def _until(start: int, days: int) -> int | None:
    return start + days * DAY if days else None


def _names(fact: dict[str, Any], line: Line) -> bool:
    return fact["lines"] is None or line.number in fact["lines"]


def _zero_is_gone(line: Line, backs: list[dict[str, Any]]) -> bool:
    """A line that cost nothing is refunded by a cancellation, or a refund that names it."""
    return any(fact["kind"] == "cancelled" or line.number in dict(fact["lines"]) for fact in backs)
