"""Who may do what: every verb × everybody."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import FEED, OPERATOR, SYSTEM, Actor, Desk, Engine, someone
from engine.errors import EngineError
from engine.people.authority import RIGHTS, LacksRight, NotStaff, Right, Role, authorise
from engine.store.commands import VERBS
from engine.store.tables import commands
from tests.engine.people.rights_table import ROWS
from tests.engine.world import World

NOBODYS = {Right.FEED, Right.SYSTEM, Right.OPERATOR}
"""Rights that no person of the shop holds, the owner neither."""

STAFF: dict[str, set[Role]] = {
    "老板": {Role.OWNER}, "reviewer": {Role.REVIEW}, "cashier": {Role.FINANCE}, "service": {Role.SERVICE},
}  # fmt: skip
OUTSIDERS = ("stranger", "carol", "bob")
"""Nobody at all, a customer, a promoter."""
MACHINES: dict[str, Actor] = {"feed": FEED, "system": SYSTEM, "operator": OPERATOR}
EVERYBODY = (*STAFF, *OUTSIDERS, *MACHINES)

MONEY_AND_RULES = {
    "settings.change": Right.OWNER, "settings.propose": Right.OWNER, "settings.confirm": Right.OWNER,
    "settings.acknowledge": Right.OWNER, "settings.set_up": Right.OPERATOR, "enrolling.invite": Right.OWNER,
    "products.put": Right.OWNER, "products.promote": Right.OWNER, "products.propose_rates": Right.OWNER,
    "products.confirm_rates": Right.OWNER, "recruiting.approve": Right.REVIEW, "recruiting.reject": Right.REVIEW,
    "promoters.propose_freeze": Right.REVIEW, "promoters.freeze": Right.REVIEW, "promoters.restore": Right.REVIEW,
    "orders.hear": Right.FEED, "orders.visited": Right.FEED, "orders.mature": Right.SYSTEM,
    "withdrawals.approve": Right.FINANCE, "withdrawals.propose_reject": Right.FINANCE,
    "withdrawals.reject": Right.FINANCE, "withdrawals.take_in_hand": Right.FINANCE,
    "withdrawals.put_back": Right.FINANCE, "withdrawals.propose_paid": Right.FINANCE,
    "withdrawals.mark_paid": Right.FINANCE, "bookings.propose": Right.FINANCE, "bookings.book": Right.FINANCE,
    "bookings.carry_on": Right.SYSTEM, "adjustments.adjust": Right.OPERATOR,
}  # fmt: skip
"""Written by hand from the rules: a slip in the table itself must show."""


@pytest.fixture(scope="module")
def staffed(shared_engine: Engine) -> World:
    """A shop with everybody in it."""
    world = World("", app="wx_staffed", engine=shared_engine).ready(people=("alice", "bob"))
    for name, roles in STAFF.items():
        for role in roles - {Role.OWNER}:
            world.enrol(name, role)
    world.visit("carol", "bob")
    return world


def actor(world: World, name: str) -> Actor:
    return MACHINES.get(name) or someone(world.person(name))


def expected(name: str, right: Right) -> type[Exception] | None:
    """What the rules say becomes of it; None is allowed."""
    if right is Right.SELF:
        return EngineError if name in MACHINES else None
    if name == "operator":
        return None
    if name in MACHINES:
        return None if right.value == name else EngineError
    if name in OUTSIDERS:
        return NotStaff
    roles = STAFF[name]
    if right in NOBODYS:
        return LacksRight
    if Role.OWNER in roles or right.value in {role.value for role in roles}:
        return None
    return LacksRight


def test_every_verb_stands_in_the_table_and_every_row_is_a_verb() -> None:
    assert set(RIGHTS) == VERBS


def test_every_verb_has_its_cells_written_by_hand() -> None:
    wanted = "rights_table.py needs rows for these, and test_rights_table.py what to give them"
    assert {row.verb for row in ROWS} == set(RIGHTS), wanted
    assert len({(row.verb, row.what) for row in ROWS}) == len(ROWS)


def test_the_table_says_of_money_and_rules_what_was_decided() -> None:
    assert {verb: RIGHTS[verb] for verb in MONEY_AND_RULES} == MONEY_AND_RULES


@pytest.mark.parametrize("name", EVERYBODY)
def test_each_verb_is_for_whom_the_table_names(staffed: World, name: str) -> None:
    with staffed.reading(actor(staffed, name)) as tx:
        for verb, right in RIGHTS.items():
            wanted = expected(name, right)
            if wanted is None:
                authorise(tx, verb)
                continue
            with pytest.raises(wanted) as refused:
                authorise(tx, verb)
            if isinstance(refused.value, LacksRight):
                assert refused.value.needed is right


@pytest.mark.parametrize("name", EVERYBODY)
def test_a_verb_that_is_called_is_judged_before_it_does_or_answers_anything(
    staffed: World, name: str
) -> None:
    """Every verb is really called, with nonsense: who may not is told so and nothing else."""
    count = select(func.count()).where(commands.c.shop_id == staffed.shop)
    before = staffed.rows(count)
    for verb, right in RIGHTS.items():
        wanted = expected(name, right)
        if wanted is None:
            continue
        with pytest.raises(wanted):
            call(staffed.at(actor(staffed, name)), verb)
    assert staffed.rows(count) == before


def test_a_verb_that_stands_in_no_table_cannot_be_called(staffed: World) -> None:
    with staffed.reading(OPERATOR) as tx, pytest.raises(EngineError, match="authority table"):
        authorise(tx, "withdrawals.give_me_all")


@pytest.mark.parametrize("name", ["feed", "system", "operator"])
def test_what_a_person_does_for_himself_no_machine_does(staffed: World, name: str) -> None:
    desk = staffed.at(MACHINES[name])
    for act in (desk.recruiting.may_apply, desk.withdrawals.limits, desk.promoters.mine, desk.referrals.undo):
        with pytest.raises(EngineError, match="is no person"):
            act()


def test_a_role_of_one_shop_is_none_in_another(staffed: World, shared_engine: Engine) -> None:
    other = World("", app="wx_other", engine=shared_engine).ready(people=())
    owner = staffed.person("老板")
    with pytest.raises(NotStaff):
        other.at(someone(owner)).settings.change("lock_days", "5")


def call(desk: Desk, verb: str) -> Any:
    """Call a verb with an empty word for each of its arguments."""
    name, _, act = verb.partition(".")
    room = next(
        found for found in (getattr(desk, one) for one in dir(desk) if isinstance(getattr(Desk, one, None), property))
        if type(found).__name__.lower().removesuffix("room") == name
    )  # fmt: skip
    wanted = list(inspect.signature(getattr(type(room), act).__wrapped__).parameters)[2:]
    return getattr(room, act)(*["" for _ in wanted])
