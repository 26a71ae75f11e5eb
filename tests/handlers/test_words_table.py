"""Every word of docs/commands.md × everybody: what comes back, and to outsiders just what an unknown word gets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.people.authority import LacksRight, Right
from handlers.texts.anyone import PROMOTERS_ONLY, UNKNOWN
from handlers.texts.refusals import sorry
from tests.handlers.merchant.conftest import Mould
from tests.handlers.merchant.scenes import OWNER, apply, hire
from tests.handlers.words_table import PEOPLE, ROWS
from tests.handlers.world import World

NOT_UNDERSTOOD = UNKNOWN.splitlines()[0]
LACKS = {"审": Right.REVIEW, "财": Right.FINANCE, "客": Right.SERVICE, "主": Right.OWNER}


@pytest.fixture(scope="module")
def mould() -> Iterator[Mould]:
    """alice invited bob, whose customer carol bought; gina left; somebody applied; the staff is complete."""
    world = World()
    hire(world)
    world.by(OWNER).groups.create("金牌")
    for name in ("alice", "gina"):
        world.promoter(name)
    world.promoter("bob", invited_by="alice")
    world.by("carol").phones.bind("13800138009")
    world.earned("bob", 3000)
    world.by(OWNER).groups.confirm_team(world.by(OWNER).groups.propose_team("金牌", True).code)
    moved = world.by(OWNER).groups.propose_members("金牌", (world.code("bob"),), True)
    world.by(OWNER).groups.confirm_members(moved.code)
    left = world.by(OWNER).handover.propose_terminate(world.code("gina"), "", "", "不做了")
    world.by(OWNER).handover.terminate(left.code)
    apply(world, "dave")
    yield Mould(world)
    world.close()


@pytest.fixture(scope="module")
def names(mould: Mould) -> dict[str, str]:
    """What stands for the words in braces."""
    world = mould.world
    order = world.by(OWNER).order_book.all(0, 1)[0].code
    return {
        "bob": world.code("bob"),
        "alice": world.code("alice"),
        "order": order,
        "asked": "ABC234",
        "carol": world.who("carol").person.removeprefix("pe_")[:8],
        "cashier": world.who("小财").person.removeprefix("pe_")[:8],
        "application": world.by(OWNER).recruiting.pending(1)[0].id[-6:],
        "invitation": "ABCDEFGH23",
    }


def test_everybody_gets_what_the_table_says(mould: Mould, names: dict[str, str]) -> None:
    wrong = []
    unknown = {name: mould.fresh().say(name, "这句话谁也听不懂") for name in PEOPLE}
    assert set(unknown.values()) == {UNKNOWN}
    for row in ROWS:
        mould.fresh()
        for name, cell in zip(PEOPLE, row.cells, strict=True):
            said = said_to(mould.world, name, row.lines, names)
            if mark_of(said) != cell:
                wrong.append(f"{row.lines} · {name}: {cell} in the table, but {mark_of(said)}: {said[:60]!r}")
    assert not wrong, "\n".join(wrong)


def said_to(world: World, name: str, lines: tuple[str, ...], names: dict[str, str]) -> str:
    world.talks.clear()
    return [world.say(name, line.format_map(names)) for line in lines][-1]


def mark_of(said: str) -> str:
    if said.startswith(
        NOT_UNDERSTOOD
    ):  # what he may have meant is read off his own menus: test_typed_as_people_do.py
        return "?"
    if said.startswith(PROMOTERS_ONLY):
        return "p"
    return next((mark for mark, right in LACKS.items() if said == sorry(LacksRight(right))), "a")
