"""What the operator does on the server: adjustments, stopped payouts."""

from __future__ import annotations

from typing import Any

from engine import OPERATOR
from engine.money import Money
from engine.payouts.reconciling import Answer, Outside
from tests.simulation.moves.payers import Payers
from tests.simulation.moves.room import Room, Scene, Wishes
from tests.simulation.world import World

OPEN = ("requested", "approved", "in_hand")


class Operator(Room):
    """He gives and takes by hand, stops payouts, and lets them go on once he has looked what was paid."""

    def __init__(self, scene: Scene, payers: Payers) -> None:
        super().__init__(scene)
        self.payers = payers
        self.payments = 0

    def wishes(self) -> Wishes:
        return ((0.8, self.adjust), (0.2, self.stop), (1.2, self.resume))

    def adjust(self, world: World) -> None:
        """人工调整 of what somebody has or owes, now and then by more than there is."""
        who, account = self.promoter(world), self.one(("available", "debt"))
        amount, code = self.one((-700, -30, -1, 1, 30, 700)), world.code(who)
        world.deliver(
            OPERATOR,
            lambda desk: desk.adjustments.adjust(code, account, Money(amount), "对账差额"),
            told=lambda _done: [("adjust", {"person": who, "account": account, "amount": amount})],
        )

    def stop(self, world: World) -> None:
        world.deliver(
            OPERATOR, lambda desk: desk.reconciling.stop("从备份恢复"), told=lambda _done: [("stop", {})]
        )

    def resume(self, world: World) -> None:
        """For each open withdrawal he says whether it was paid; at times there was a payment nobody knew of."""
        if not world.rows("SELECT 1 FROM payout_stops WHERE resumed_at IS NULL"):
            return
        codes = [
            code
            for code, state in world.rows("SELECT code, state FROM withdrawals ORDER BY code")
            if state in OPEN
        ]
        for code in codes:
            if code not in world.money_sent:
                self.payers.forget(code)
        outside = self._outside(world) if self.random.random() < 0.4 else ()
        self._reconcile(world, tuple(_answer(world, code) for code in codes), outside)

    def _outside(self, world: World) -> tuple[tuple[str, Outside], ...]:
        self.payments += 1
        who = self.promoter(world)
        amount, proof = self.one((1, 50, 3_000)), f"OUTSIDE-{self.payments}"
        return ((who, Outside(world.code(who), Money(amount), proof)),)

    def _reconcile(
        self, world: World, answers: tuple[Answer, ...], outside: tuple[tuple[str, Outside], ...]
    ) -> None:
        def told(_done: Any) -> list[Any]:
            paid: list[Any] = [("mark_paid", {"withdrawal": one.code}) for one in answers if one.proof]
            for who, one in outside:
                (code,) = world.rows("SELECT code FROM withdrawals WHERE proof = ?", one.proof)[0]
                world.money_sent[code] = one.amount.fen
                paid.append(("outside", {"person": who, "proof": one.proof, "amount": one.amount.fen}))
            return [*paid, ("resume", {})]

        payments = tuple(one for _, one in outside)
        world.deliver(OPERATOR, lambda desk: desk.reconciling.resume(answers, payments), told=told)


def _answer(world: World, code: str) -> Answer:
    return Answer(code, f"PROOF-{code}" if code in world.money_sent else "")
