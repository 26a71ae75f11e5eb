"""Every cell of who is paid: mode × lock × code × buyer × levels, each written by hand from the rules.

A cell reads `level 1/level 2:lock afterwards`; `*` says that the lock began with this order, `-` is nobody, `.` is a
cell that cannot be. The people: A holds the lock (his upline U), B is another promoter (upline W), F is frozen, the
buyer of the promoter's rows is E (upline X), and P (upline Q) places orders for customers. `own` is the buyer's own
code; of a proxy order it is P's. Orders of a `reduced` buyer and of a `proxy` bear the reduced price, so that their
level 1 is paid to nobody; `full` and `fullproxy` bear the full one; the `iceproxy` was frozen before.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from engine.ids import PromoterId
from engine.money import Money
from engine.orders.events import PlacedBy
from engine.orders.facts import Payment
from engine.referrals import locks
from engine.store.tables import commissions, orders
from tests.engine.world import World, line

CODES = ("none", "holder's", "another's", "own", "frozen")
LOCKS = ("none", "live", "over", "frozen")

ON_VISIT = """
customer   none   -/-:-   .       B/W:B*  .       -/-:-
customer   live   A/U:A   A/U:A   A/U:A   .       A/U:A
customer   over   -/-:-   A/U:A*  B/W:B*  .       -/-:-
customer   frozen -/U:A   -/U:A   -/U:A   .       -/U:A
promoter   none   -/-:-   .       B/W:B*  -/-:-   -/-:-
promoter   live   A/U:A   A/U:A   A/U:A   A/U:A   A/U:A
promoter   over   -/-:-   A/U:A*  B/W:B*  -/-:-   -/-:-
promoter   frozen -/U:A   -/U:A   -/U:A   -/U:A   -/U:A
earning    none   E/X:-   .       E/X:-   E/X:-   E/X:-
earning    live   E/X:A   E/X:A   E/X:A   E/X:A   E/X:A
earning    over   E/X:-   E/X:-   E/X:-   E/X:-   E/X:-
earning    frozen E/X:A   E/X:A   E/X:A   E/X:A   E/X:A
reduced    none   -/X:-   .       -/X:-   -/X:-   -/X:-
reduced    live   -/X:A   -/X:A   -/X:A   -/X:A   -/X:A
reduced    over   -/X:-   -/X:-   -/X:-   -/X:-   -/X:-
reduced    frozen -/X:A   -/X:A   -/X:A   -/X:A   -/X:A
full       none   E/X:-   .       E/X:-   E/X:-   E/X:-
full       live   E/X:A   E/X:A   E/X:A   E/X:A   E/X:A
full       over   E/X:-   E/X:-   E/X:-   E/X:-   E/X:-
full       frozen E/X:A   E/X:A   E/X:A   E/X:A   E/X:A
proxy      none   -/Q:-   .       -/Q:-   -/Q:-   -/Q:-
proxy      live   -/Q:A   -/Q:A   -/Q:A   -/Q:A   -/Q:A
proxy      over   -/Q:-   -/Q:-   -/Q:-   -/Q:-   -/Q:-
proxy      frozen -/Q:A   -/Q:A   -/Q:A   -/Q:A   -/Q:A
fullproxy  none   P/Q:-   .       P/Q:-   P/Q:-   P/Q:-
fullproxy  live   P/Q:A   P/Q:A   P/Q:A   P/Q:A   P/Q:A
fullproxy  over   P/Q:-   P/Q:-   P/Q:-   P/Q:-   P/Q:-
fullproxy  frozen P/Q:A   P/Q:A   P/Q:A   P/Q:A   P/Q:A
iceproxy   none   -/Q:-   .       -/Q:-   -/Q:-   -/Q:-
iceproxy   live   -/Q:A   -/Q:A   -/Q:A   -/Q:A   -/Q:A
iceproxy   over   -/Q:-   -/Q:-   -/Q:-   -/Q:-   -/Q:-
iceproxy   frozen -/Q:A   -/Q:A   -/Q:A   -/Q:A   -/Q:A
transfer   none   -/-:-   .       -/-:-   .       -/-:-
transfer   live   -/-:A   -/-:A   -/-:A   .       -/-:A
transfer   over   -/-:-   -/-:-   -/-:-   .       -/-:-
transfer   frozen -/-:A   -/-:A   -/-:A   .       -/-:A
"""

ON_PURCHASE = """
customer   none   -/-:-   .       B/W:B*  .       -/-:-
customer   live   A/U:A   A/U:A*  A/U:A   .       A/U:A
customer   over   -/-:-   A/U:A*  B/W:B*  .       -/-:-
customer   frozen -/U:A   -/U:A   -/U:A   .       -/U:A
promoter   none   -/-:-   .       B/W:B*  -/-:-   -/-:-
promoter   live   A/U:A   A/U:A*  A/U:A   A/U:A   A/U:A
promoter   over   -/-:-   A/U:A*  B/W:B*  -/-:-   -/-:-
promoter   frozen -/U:A   -/U:A   -/U:A   -/U:A   -/U:A
earning    none   E/X:-   .       E/X:-   E/X:-   E/X:-
earning    live   E/X:A   E/X:A   E/X:A   E/X:A   E/X:A
earning    over   E/X:-   E/X:-   E/X:-   E/X:-   E/X:-
earning    frozen E/X:A   E/X:A   E/X:A   E/X:A   E/X:A
reduced    none   -/X:-   .       -/X:-   -/X:-   -/X:-
reduced    live   -/X:A   -/X:A   -/X:A   -/X:A   -/X:A
reduced    over   -/X:-   -/X:-   -/X:-   -/X:-   -/X:-
reduced    frozen -/X:A   -/X:A   -/X:A   -/X:A   -/X:A
full       none   E/X:-   .       E/X:-   E/X:-   E/X:-
full       live   E/X:A   E/X:A   E/X:A   E/X:A   E/X:A
full       over   E/X:-   E/X:-   E/X:-   E/X:-   E/X:-
full       frozen E/X:A   E/X:A   E/X:A   E/X:A   E/X:A
proxy      none   -/Q:-   .       -/Q:-   -/Q:-   -/Q:-
proxy      live   -/Q:A   -/Q:A   -/Q:A   -/Q:A   -/Q:A
proxy      over   -/Q:-   -/Q:-   -/Q:-   -/Q:-   -/Q:-
proxy      frozen -/Q:A   -/Q:A   -/Q:A   -/Q:A   -/Q:A
fullproxy  none   P/Q:-   .       P/Q:-   P/Q:-   P/Q:-
fullproxy  live   P/Q:A   P/Q:A   P/Q:A   P/Q:A   P/Q:A
fullproxy  over   P/Q:-   P/Q:-   P/Q:-   P/Q:-   P/Q:-
fullproxy  frozen P/Q:A   P/Q:A   P/Q:A   P/Q:A   P/Q:A
iceproxy   none   -/Q:-   .       -/Q:-   -/Q:-   -/Q:-
iceproxy   live   -/Q:A   -/Q:A   -/Q:A   -/Q:A   -/Q:A
iceproxy   over   -/Q:-   -/Q:-   -/Q:-   -/Q:-   -/Q:-
iceproxy   frozen -/Q:A   -/Q:A   -/Q:A   -/Q:A   -/Q:A
transfer   none   -/-:-   .       -/-:-   .       -/-:-
transfer   live   -/-:A   -/-:A   -/-:A   .       -/-:A
transfer   over   -/-:-   -/-:-   -/-:-   .       -/-:-
transfer   frozen -/-:A   -/-:A   -/-:A   .       -/-:A
"""

SINGLE_SHOT = """
customer   none   -/-:-   .       B/W:B*  .       -/-:-
customer   live   A/U:A   A/U:A*  B/W:B*  .       A/U:A
customer   over   -/-:-   A/U:A*  B/W:B*  .       -/-:-
customer   frozen -/U:A   -/U:A   B/W:B*  .       -/U:A
promoter   none   -/-:-   .       B/W:B*  -/-:-   -/-:-
promoter   live   A/U:A   A/U:A*  B/W:B*  A/U:A   A/U:A
promoter   over   -/-:-   A/U:A*  B/W:B*  -/-:-   -/-:-
promoter   frozen -/U:A   -/U:A   B/W:B*  -/U:A   -/U:A
earning    none   E/X:-   .       E/X:-   E/X:-   E/X:-
earning    live   E/X:A   E/X:A   E/X:A   E/X:A   E/X:A
earning    over   E/X:-   E/X:-   E/X:-   E/X:-   E/X:-
earning    frozen E/X:A   E/X:A   E/X:A   E/X:A   E/X:A
reduced    none   -/X:-   .       -/X:-   -/X:-   -/X:-
reduced    live   -/X:A   -/X:A   -/X:A   -/X:A   -/X:A
reduced    over   -/X:-   -/X:-   -/X:-   -/X:-   -/X:-
reduced    frozen -/X:A   -/X:A   -/X:A   -/X:A   -/X:A
full       none   E/X:-   .       E/X:-   E/X:-   E/X:-
full       live   E/X:A   E/X:A   E/X:A   E/X:A   E/X:A
full       over   E/X:-   E/X:-   E/X:-   E/X:-   E/X:-
full       frozen E/X:A   E/X:A   E/X:A   E/X:A   E/X:A
proxy      none   -/Q:-   .       -/Q:-   -/Q:-   -/Q:-
proxy      live   -/Q:A   -/Q:A   -/Q:A   -/Q:A   -/Q:A
proxy      over   -/Q:-   -/Q:-   -/Q:-   -/Q:-   -/Q:-
proxy      frozen -/Q:A   -/Q:A   -/Q:A   -/Q:A   -/Q:A
fullproxy  none   P/Q:-   .       P/Q:-   P/Q:-   P/Q:-
fullproxy  live   P/Q:A   P/Q:A   P/Q:A   P/Q:A   P/Q:A
fullproxy  over   P/Q:-   P/Q:-   P/Q:-   P/Q:-   P/Q:-
fullproxy  frozen P/Q:A   P/Q:A   P/Q:A   P/Q:A   P/Q:A
iceproxy   none   -/Q:-   .       -/Q:-   -/Q:-   -/Q:-
iceproxy   live   -/Q:A   -/Q:A   -/Q:A   -/Q:A   -/Q:A
iceproxy   over   -/Q:-   -/Q:-   -/Q:-   -/Q:-   -/Q:-
iceproxy   frozen -/Q:A   -/Q:A   -/Q:A   -/Q:A   -/Q:A
transfer   none   -/-:-   .       -/-:-   .       -/-:-
transfer   live   -/-:A   -/-:A   -/-:A   .       -/-:A
transfer   over   -/-:-   -/-:-   -/-:-   .       -/-:-
transfer   frozen -/-:A   -/-:A   -/-:A   .       -/-:A
"""

ON_VISIT_ONE_LEVEL = """
customer   none   -/-:-   .       B/-:B*  .       -/-:-
customer   live   A/-:A   A/-:A   A/-:A   .       A/-:A
customer   over   -/-:-   A/-:A*  B/-:B*  .       -/-:-
customer   frozen -/-:A   -/-:A   -/-:A   .       -/-:A
promoter   none   -/-:-   .       B/-:B*  -/-:-   -/-:-
promoter   live   A/-:A   A/-:A   A/-:A   A/-:A   A/-:A
promoter   over   -/-:-   A/-:A*  B/-:B*  -/-:-   -/-:-
promoter   frozen -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
earning    none   E/-:-   .       E/-:-   E/-:-   E/-:-
earning    live   E/-:A   E/-:A   E/-:A   E/-:A   E/-:A
earning    over   E/-:-   E/-:-   E/-:-   E/-:-   E/-:-
earning    frozen E/-:A   E/-:A   E/-:A   E/-:A   E/-:A
reduced    none   -/-:-   .       -/-:-   -/-:-   -/-:-
reduced    live   -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
reduced    over   -/-:-   -/-:-   -/-:-   -/-:-   -/-:-
reduced    frozen -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
full       none   E/-:-   .       E/-:-   E/-:-   E/-:-
full       live   E/-:A   E/-:A   E/-:A   E/-:A   E/-:A
full       over   E/-:-   E/-:-   E/-:-   E/-:-   E/-:-
full       frozen E/-:A   E/-:A   E/-:A   E/-:A   E/-:A
proxy      none   -/-:-   .       -/-:-   -/-:-   -/-:-
proxy      live   -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
proxy      over   -/-:-   -/-:-   -/-:-   -/-:-   -/-:-
proxy      frozen -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
fullproxy  none   P/-:-   .       P/-:-   P/-:-   P/-:-
fullproxy  live   P/-:A   P/-:A   P/-:A   P/-:A   P/-:A
fullproxy  over   P/-:-   P/-:-   P/-:-   P/-:-   P/-:-
fullproxy  frozen P/-:A   P/-:A   P/-:A   P/-:A   P/-:A
iceproxy   none   -/-:-   .       -/-:-   -/-:-   -/-:-
iceproxy   live   -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
iceproxy   over   -/-:-   -/-:-   -/-:-   -/-:-   -/-:-
iceproxy   frozen -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
transfer   none   -/-:-   .       -/-:-   .       -/-:-
transfer   live   -/-:A   -/-:A   -/-:A   .       -/-:A
transfer   over   -/-:-   -/-:-   -/-:-   .       -/-:-
transfer   frozen -/-:A   -/-:A   -/-:A   .       -/-:A
"""

ON_PURCHASE_ONE_LEVEL = """
customer   none   -/-:-   .       B/-:B*  .       -/-:-
customer   live   A/-:A   A/-:A*  A/-:A   .       A/-:A
customer   over   -/-:-   A/-:A*  B/-:B*  .       -/-:-
customer   frozen -/-:A   -/-:A   -/-:A   .       -/-:A
promoter   none   -/-:-   .       B/-:B*  -/-:-   -/-:-
promoter   live   A/-:A   A/-:A*  A/-:A   A/-:A   A/-:A
promoter   over   -/-:-   A/-:A*  B/-:B*  -/-:-   -/-:-
promoter   frozen -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
earning    none   E/-:-   .       E/-:-   E/-:-   E/-:-
earning    live   E/-:A   E/-:A   E/-:A   E/-:A   E/-:A
earning    over   E/-:-   E/-:-   E/-:-   E/-:-   E/-:-
earning    frozen E/-:A   E/-:A   E/-:A   E/-:A   E/-:A
reduced    none   -/-:-   .       -/-:-   -/-:-   -/-:-
reduced    live   -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
reduced    over   -/-:-   -/-:-   -/-:-   -/-:-   -/-:-
reduced    frozen -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
full       none   E/-:-   .       E/-:-   E/-:-   E/-:-
full       live   E/-:A   E/-:A   E/-:A   E/-:A   E/-:A
full       over   E/-:-   E/-:-   E/-:-   E/-:-   E/-:-
full       frozen E/-:A   E/-:A   E/-:A   E/-:A   E/-:A
proxy      none   -/-:-   .       -/-:-   -/-:-   -/-:-
proxy      live   -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
proxy      over   -/-:-   -/-:-   -/-:-   -/-:-   -/-:-
proxy      frozen -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
fullproxy  none   P/-:-   .       P/-:-   P/-:-   P/-:-
fullproxy  live   P/-:A   P/-:A   P/-:A   P/-:A   P/-:A
fullproxy  over   P/-:-   P/-:-   P/-:-   P/-:-   P/-:-
fullproxy  frozen P/-:A   P/-:A   P/-:A   P/-:A   P/-:A
iceproxy   none   -/-:-   .       -/-:-   -/-:-   -/-:-
iceproxy   live   -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
iceproxy   over   -/-:-   -/-:-   -/-:-   -/-:-   -/-:-
iceproxy   frozen -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
transfer   none   -/-:-   .       -/-:-   .       -/-:-
transfer   live   -/-:A   -/-:A   -/-:A   .       -/-:A
transfer   over   -/-:-   -/-:-   -/-:-   .       -/-:-
transfer   frozen -/-:A   -/-:A   -/-:A   .       -/-:A
"""

SINGLE_SHOT_ONE_LEVEL = """
customer   none   -/-:-   .       B/-:B*  .       -/-:-
customer   live   A/-:A   A/-:A*  B/-:B*  .       A/-:A
customer   over   -/-:-   A/-:A*  B/-:B*  .       -/-:-
customer   frozen -/-:A   -/-:A   B/-:B*  .       -/-:A
promoter   none   -/-:-   .       B/-:B*  -/-:-   -/-:-
promoter   live   A/-:A   A/-:A*  B/-:B*  A/-:A   A/-:A
promoter   over   -/-:-   A/-:A*  B/-:B*  -/-:-   -/-:-
promoter   frozen -/-:A   -/-:A   B/-:B*  -/-:A   -/-:A
earning    none   E/-:-   .       E/-:-   E/-:-   E/-:-
earning    live   E/-:A   E/-:A   E/-:A   E/-:A   E/-:A
earning    over   E/-:-   E/-:-   E/-:-   E/-:-   E/-:-
earning    frozen E/-:A   E/-:A   E/-:A   E/-:A   E/-:A
reduced    none   -/-:-   .       -/-:-   -/-:-   -/-:-
reduced    live   -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
reduced    over   -/-:-   -/-:-   -/-:-   -/-:-   -/-:-
reduced    frozen -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
full       none   E/-:-   .       E/-:-   E/-:-   E/-:-
full       live   E/-:A   E/-:A   E/-:A   E/-:A   E/-:A
full       over   E/-:-   E/-:-   E/-:-   E/-:-   E/-:-
full       frozen E/-:A   E/-:A   E/-:A   E/-:A   E/-:A
proxy      none   -/-:-   .       -/-:-   -/-:-   -/-:-
proxy      live   -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
proxy      over   -/-:-   -/-:-   -/-:-   -/-:-   -/-:-
proxy      frozen -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
fullproxy  none   P/-:-   .       P/-:-   P/-:-   P/-:-
fullproxy  live   P/-:A   P/-:A   P/-:A   P/-:A   P/-:A
fullproxy  over   P/-:-   P/-:-   P/-:-   P/-:-   P/-:-
fullproxy  frozen P/-:A   P/-:A   P/-:A   P/-:A   P/-:A
iceproxy   none   -/-:-   .       -/-:-   -/-:-   -/-:-
iceproxy   live   -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
iceproxy   over   -/-:-   -/-:-   -/-:-   -/-:-   -/-:-
iceproxy   frozen -/-:A   -/-:A   -/-:A   -/-:A   -/-:A
transfer   none   -/-:-   .       -/-:-   .       -/-:-
transfer   live   -/-:A   -/-:A   -/-:A   .       -/-:A
transfer   over   -/-:-   -/-:-   -/-:-   .       -/-:-
transfer   frozen -/-:A   -/-:A   -/-:A   .       -/-:A
"""

GRID = {
    ("on_visit", True): ON_VISIT,
    ("on_purchase", True): ON_PURCHASE,
    ("single_shot", True): SINGLE_SHOT,
    ("on_visit", False): ON_VISIT_ONE_LEVEL,
    ("on_purchase", False): ON_PURCHASE_ONE_LEVEL,
    ("single_shot", False): SINGLE_SHOT_ONE_LEVEL,
}
BUYERS = {
    "none": ("customer", "promoter", "proxy", "fullproxy", "iceproxy", "transfer"),
    "commission": ("earning",),
    "discount": ("reduced", "full"),
}
"""Which rows are tried under which setting of self-purchase."""

PROMOTERS = {"A": "U", "Z": "U", "B": "W", "F": None, "P": "Q", "R": "Q"}
"""Each with his upline. Z is the holder who was frozen, F the frozen one of the code, R the frozen one who orders."""


@dataclass(frozen=True)
class Cell:
    """One case, and what the table says of it."""

    buyer: str
    lock: str
    code: str
    expected: str

    @property
    def name(self) -> str:
        return f"{self.buyer}, lock {self.lock}, code {self.code}"

    @property
    def openid(self) -> str:
        return f"{self.buyer[:5]}.{self.lock}.{self.code[:4]}"

    @property
    def holder(self) -> str:
        return "Z" if self.lock == "frozen" else "A"

    @property
    def placed_by(self) -> str:
        return {"proxy": "P", "fullproxy": "P", "iceproxy": "R"}.get(self.buyer, "")

    @property
    def is_promoter(self) -> bool:
        return self.buyer in ("promoter", "earning", "reduced", "full")


def cells(table: str) -> list[Cell]:
    rows = [row.split() for row in table.strip().splitlines()]
    return [
        Cell(buyer, lock, code, cell)
        for buyer, lock, *found in rows
        for code, cell in zip(CODES, found, strict=True)
        if cell != "."
    ]


def test_the_grid_is_whole() -> None:
    for table in GRID.values():
        rows = [row.split() for row in table.strip().splitlines()]
        assert len({(buyer, lock) for buyer, lock, *_ in rows}) == len(rows) == 9 * len(LOCKS)
        assert all(len(row) == 2 + len(CODES) for row in rows)
        impossible = [
            (buyer, lock, code)
            for buyer, lock, *found in rows
            for code, cell in zip(CODES, found, strict=True)
            if cell == "."
        ]
        # Without a lock there is no holder; whoever is no promoter has no code of his own.
        assert set(impossible) == {
            *((buyer, "none", "holder's") for buyer in {buyer for buyer, *_ in rows}),
            *((buyer, lock, "own") for buyer in ("customer", "transfer") for lock in LOCKS),
        }


@pytest.mark.slow
@pytest.mark.parametrize("self_purchase", ["none", "commission", "discount"])
@pytest.mark.parametrize(("mode", "two_level"), list(GRID))
def test_every_cell(world: World, mode: str, two_level: bool, self_purchase: str) -> None:
    tried = [cell for cell in cells(GRID[mode, two_level]) if cell.buyer in BUYERS[self_purchase]]
    scene = Scene(world, tried)
    scene.lock_them()
    scene.make_promoters()
    for key, value in (("lock_mode", mode), ("self_purchase", self_purchase), ("two_level", two_level)):
        if value not in ("single_shot", "none", True):  # what rules already
            world.change(key, str(value or "off"))
    world.clock.move(days=9)
    found = {cell.name: scene.pay(cell) for cell in tried if cell.lock != "over"}
    world.clock.move(days=21)
    found |= {cell.name: scene.pay(cell) for cell in tried if cell.lock == "over"}
    assert found == {cell.name: cell.expected for cell in tried}


class Scene:
    """A shop with its promoters, and one buyer for each cell."""

    def __init__(self, world: World, tried: list[Cell]) -> None:
        self.world = world.ready(people=(), settings={"lock_days": "30"})
        self.tried = tried
        self.names: dict[PromoterId, str] = {}
        for name, upline in PROMOTERS.items():
            if upline and upline not in self.names.values():
                self.recruit(upline)
            self.recruit(name, upline)

    def recruit(self, name: str, inviter: str | None = None) -> None:
        self.world.recruit(name, inviter=inviter)
        self.names[self.world.promoter(name)] = name

    def lock_them(self) -> None:
        """An order with the holder's code, thirty days ago or ten; then Z and F are frozen."""
        for cell in self.tried:
            if cell.lock != "none":
                self.world.pay(cell.openid, 100, by=cell.holder)
        self.world.clock.move(days=1)
        self.world.freeze("Z")
        self.world.freeze("F")
        self.world.freeze("R")

    def make_promoters(self) -> None:
        self.recruit("X")
        for cell in self.tried:
            if cell.is_promoter:
                self.world.recruit(cell.openid, inviter="X")
                self.names[self.world.promoter(cell.openid)] = "E"

    def pay(self, cell: Cell) -> str:
        reduced = Money(3_000) if cell.buyer in ("reduced", "proxy") else Money(0)
        number = self.world.pay(
            cell.openid,
            line(7_000 if reduced else 10_000, level1_discount=reduced),
            code=self.code(cell),
            payment=Payment.OWN_TRANSFER if cell.buyer == "transfer" else Payment.WECHAT,
            placed_by=PlacedBy(code=self.world.code(cell.placed_by)) if cell.placed_by else None,
        )
        return f"{self.paid(number)}:{self.lock_of(cell)}"

    def code(self, cell: Cell) -> str:
        if cell.code == "none":
            return ""
        owner = {
            "holder's": cell.holder,
            "another's": "B",
            "own": cell.placed_by or cell.openid,
            "frozen": "F",
        }
        return self.world.code(owner[cell.code])

    def paid(self, number: str) -> str:
        """Who was booked a commission: 30 % of ¥100.00 on level 1, 10 % on level 2."""
        rows = self.world.rows(
            select(commissions.c.level, commissions.c.promoter_id, commissions.c.amount)
            .join(
                orders,
                (orders.c.shop_id == commissions.c.shop_id) & (orders.c.id == commissions.c.order_id),
            )
            .where(orders.c.shop_id == self.world.shop, orders.c.number == number)
        )
        assert {(row.level, row.amount.fen) for row in rows} <= {(1, 3_000), (2, 1_000)}
        by_level = {row.level: self.names[row.promoter_id] for row in rows}
        return f"{by_level.get(1, '-')}/{by_level.get(2, '-')}"

    def lock_of(self, cell: Cell) -> str:
        with self.world.reading() as tx:
            live = locks.live_at(tx, self.world.person(cell.openid), self.world.now)
        if live is None:
            return "-"
        holder = "A" if self.names[live.promoter] == "Z" else self.names[live.promoter]
        return f"{holder}*" if live.start == self.world.now else holder
