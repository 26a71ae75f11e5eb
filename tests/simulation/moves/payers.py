"""What the staff with the right 财务 do: withdrawals, from the approval to the money sent."""

from __future__ import annotations

from typing import Any

from engine.clock import day_of
from engine.people.authority import Role
from tests.simulation import chunks
from tests.simulation.moves.people import PAYERS
from tests.simulation.moves.room import Room, Scene, Wishes
from tests.simulation.moves.told import enrolled, setting_told
from tests.simulation.oracle.known import DAY
from tests.simulation.world import World, instant


class Payers(Room):
    """They approve, reject, hold, pay, and put back."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.hands: dict[str, tuple[str, str]] = {}
        """Payouts that somebody holds: withdrawal → (who, code)."""
        self.given_up: set[str] = set()
        """Payouts that somebody wants to put back: nobody pays those."""

    def wishes(self) -> Wishes:
        return (
            (6, self.approve_money), (2, self.reject_money), (5, self.take), (9, self.pay),
            (3, self.put_back), (2, self.book), (0.1, self.settle_outside), (0.2, self.checked),
        )  # fmt: skip

    def approve_money(self, world: World) -> None:
        found = self.withdrawal(world, "requested")
        if found:
            world.deliver(self.one(PAYERS), lambda desk: desk.withdrawals.approve(found[0]))

    def reject_money(self, world: World) -> None:
        found = self.withdrawal(world, "requested", "approved")
        if not found:
            return
        payer, code = self.one(PAYERS), found[0]

        def confirm(proposed: Any) -> None:
            world.deliver(
                payer,
                lambda desk: desk.withdrawals.reject(proposed.code),
                told=lambda _done: [("give_back", {"withdrawal": code})],
            )

        world.deliver(payer, lambda desk: desk.withdrawals.propose_reject(code, "资料不全"), then=confirm)

    def take(self, world: World) -> None:
        found = self.withdrawal(world, "approved")
        if not found:
            return
        payer, code = self.one(PAYERS), found[0]

        def held(taken: Any) -> None:
            self.hands[code] = (payer, taken.code)
            self.given_up.discard(code)

        world.deliver(
            payer,
            lambda desk: desk.withdrawals.take_in_hand(code),
            told=lambda _done: [("take", {"withdrawal": code})],
            then=held,
        )

    def pay(self, world: World) -> None:
        """Whoever holds a payout sends the money, once, and then marks it; also one whose answer was lost."""
        found = self.withdrawal(world, "in_hand")
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
        found = self.withdrawal(world, "in_hand")
        if not found or found[0] in world.money_sent:
            return
        code = found[0]
        self.forget(code)
        world.deliver(self.one(PAYERS), lambda desk: desk.withdrawals.put_back(code))

    def forget(self, code: str) -> None:
        """Nobody pays this one now."""
        self.hands.pop(code, None)
        self.given_up.add(code)

    def book(self, world: World) -> None:
        """线下结算: the period to yesterday, or to some day before, as it stands on the list."""
        days = self.one((1, 1, 2, 5))
        last, proof = day_of(instant(world.now - days * DAY)), self.one(("", "TRANSFER-1"))
        payer = self.one(PAYERS)
        self.confirmed(
            world,
            lambda desk: desk.bookings.propose(last, proof),
            lambda desk, code: desk.bookings.book(code),
            lambda made: [chunks.booked(world, made.id)],
            payer,
        )

    def settle_outside(self, world: World) -> None:
        """The owner wants to pay outside the house from now on."""
        world.deliver("老板", lambda desk: desk.settings.change("payout_mode", "offline"), told=setting_told)

    def checked(self, world: World) -> None:
        """已核对: what the shop told against its own rules was looked into; no money moves by it."""
        payer = self.one(PAYERS)
        orders = world.rows(
            "SELECT code FROM orders WHERE excess_refund > 0 OR excess_discount > 0 ORDER BY code"
        )
        messages = world.rows("SELECT substr(id, 4, 8) FROM conflicts ORDER BY id")
        if orders and self.random.random() < 0.5:
            (code,) = self.random.choice(orders)
            world.deliver(payer, lambda desk: desk.checking.settle_order(code))
        elif messages:
            (handle,) = self.random.choice(messages)
            world.deliver(payer, lambda desk: desk.checking.settle_message(handle))

    def _trusted(self, world: World, payer: str) -> None:
        """Whoever paid and lost his right since gets it back, so that he can say so."""
        if world.rows(
            "SELECT 1 FROM staff WHERE person_id = ? AND role IN ('owner', 'finance')", world.person(payer)
        ):
            return
        made = world.at_once("老板", lambda desk: desk.enrolling.invite(Role.FINANCE))
        world.at_once(
            payer, lambda desk: desk.enrolling.enrol(made.token), told=enrolled(payer, Role.FINANCE)
        )

    def _taken_again(self, world: World, code: str) -> None:
        world.at_once(
            "老板",
            lambda desk: desk.withdrawals.take_in_hand(code),
            told=lambda _done: [("take", {"withdrawal": code})],
        )

    def settle(self, world: World) -> None:
        """The end of the day: what was paid is marked, with a fresh code."""
        for code in sorted(world.money_sent):
            state, holder = world.rows("SELECT state, in_hand_by FROM withdrawals WHERE code = ?", code)[0]
            if state == "approved":  # somebody put it back while the money was on its way
                self._taken_again(world, code)
            if state in ("approved", "in_hand"):
                payer = world.names[holder] if holder else "老板"
                self._trusted(world, payer)
                held = world.at_once(payer, lambda desk, code=code: desk.withdrawals.propose_paid(code))
                world.at_once(
                    payer,
                    lambda desk, held=held, code=code: desk.withdrawals.mark_paid(held.code, f"PROOF-{code}"),
                    told=lambda _done, code=code: [("mark_paid", {"withdrawal": code})],
                )
