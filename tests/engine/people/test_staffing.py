"""Who is on the staff: roles given and taken, members removed, the shop handed over, and always an owner."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from engine import OPERATOR, Desk
from engine.ids import PersonId
from engine.people.authority import LacksRight, NotStaff, Right, Role
from engine.people.confirmations import CodeExpired, CodeOutdated, CodeUnknown
from engine.people.enrolling import EnrolmentOver
from engine.people.names import BadRemark
from engine.people.staffing import (
    Changed,
    LastOwner,
    NoSuchMember,
    OwnerAlready,
    OwnerHasAll,
    RolesAlready,
)
from engine.programme.who import Who
from engine.store.tables import outbox
from tests.engine.world import World

NOBODY: frozenset[Role] = frozenset()


@pytest.fixture
def staffed(world: World) -> World:
    """老板 owns the shop, 小财 pays."""
    world.enrol("老板", Role.OWNER)
    world.clock.time += timedelta(hours=1)
    world.enrol("小财", Role.FINANCE)
    return world


def handle(world: World, name: str) -> str:
    return world.person(name)[3:11]


def propose(world: World, by: str, whom: str, *roles: Role) -> str:
    return world.of(by).staffing.propose(handle(world, whom), frozenset(roles)).code


def change(world: World, by: str, whom: str, *roles: Role) -> Changed:
    return world.of(by).staffing.change(propose(world, by, whom, *roles))


def roles(world: World, name: str) -> frozenset[Role]:
    return world.of(name).enrolling.mine()


def sent(world: World, kind: str) -> list[PersonId]:
    """To whom rows of this kind wait to go out."""
    rows = world.rows(select(outbox.c.person_id).where(outbox.c.shop_id == world.shop, outbox.c.kind == kind))
    return [row.person_id for row in rows]


def test_everybody_is_listed_with_all_his_roles_since_the_first(staffed: World) -> None:
    boss, cashier = staffed.boss.staffing.everybody()
    assert (boss.person, boss.roles, boss.owns) == (staffed.person("老板"), frozenset({Role.OWNER}), True)
    assert (cashier.roles, cashier.owns) == (frozenset({Role.FINANCE}), False)
    since = cashier.since
    staffed.clock.time += timedelta(days=1)
    change(staffed, "老板", "小财", Role.FINANCE, Role.SERVICE)
    row = staffed.boss.staffing.find(handle(staffed, "小财").upper())
    assert (row.roles, row.since) == (frozenset({Role.FINANCE, Role.SERVICE}), since)


def test_a_role_is_given_and_taken_at_once_and_he_is_told_and_gets_another_menu(staffed: World) -> None:
    person = staffed.person("小财")
    tags = sent(staffed, "tag").count(person)
    given = change(staffed, "老板", "小财", Role.FINANCE, Role.REVIEW)
    assert (given.before, given.after) == ({Role.FINANCE}, {Role.FINANCE, Role.REVIEW})
    assert roles(staffed, "小财") == {Role.FINANCE, Role.REVIEW}
    change(staffed, "老板", "小财", Role.REVIEW)
    assert roles(staffed, "小财") == {Role.REVIEW}
    with pytest.raises(LacksRight):
        staffed.of("小财").withdrawals.approve("wd_1")
    assert sent(staffed, "tag").count(person) == tags + 2
    assert sent(staffed, "roles") == [person]  # one notice for both: its words are made when it is sent
    assert sent(staffed, "owners") == []


def test_who_is_removed_is_nobody_and_his_old_codes_do_nothing(staffed: World) -> None:
    staffed.enrol("二老板", Role.OWNER)
    his = propose(staffed, "二老板", "小财")
    change(staffed, "老板", "二老板")
    assert roles(staffed, "二老板") == NOBODY
    with pytest.raises(NotStaff):
        staffed.of("二老板").staffing.change(his)
    assert roles(staffed, "小财") == {Role.FINANCE}
    with pytest.raises(NoSuchMember):
        staffed.boss.staffing.find(handle(staffed, "二老板"))


def test_what_changes_nothing_or_cannot_be_is_refused(staffed: World) -> None:
    with pytest.raises(RolesAlready):
        propose(staffed, "老板", "小财", Role.FINANCE)
    with pytest.raises(OwnerHasAll):
        propose(staffed, "老板", "小财", Role.OWNER)
    with pytest.raises(OwnerHasAll):
        propose(staffed, "老板", "老板", Role.OWNER, Role.SERVICE)
    with pytest.raises(NoSuchMember):
        propose(staffed, "老板", "carol", Role.SERVICE)
    with pytest.raises(OwnerAlready):
        staffed.boss.staffing.propose_hand_over(handle(staffed, "老板"))


def test_a_code_works_once_for_who_asked_and_for_the_roles_it_was_shown_with(staffed: World) -> None:
    code = propose(staffed, "老板", "小财", Role.REVIEW)
    staffed.enrol("二老板", Role.OWNER)
    with pytest.raises(CodeUnknown):
        staffed.of("二老板").staffing.change(code)
    other = propose(staffed, "老板", "小财")
    staffed.boss.staffing.change(code)
    with pytest.raises(CodeUnknown):
        staffed.boss.staffing.change(code)
    with pytest.raises(CodeOutdated):
        staffed.boss.staffing.change(other)
    late = propose(staffed, "老板", "小财")
    staffed.clock.time += timedelta(minutes=5)
    with pytest.raises(CodeExpired):
        staffed.boss.staffing.change(late)
    assert roles(staffed, "小财") == {Role.REVIEW}


def test_the_last_owner_stays_whatever_was_confirmed_in_between(staffed: World) -> None:
    with pytest.raises(LastOwner):
        propose(staffed, "老板", "老板")
    staffed.enrol("二老板", Role.OWNER)
    leave, remove = propose(staffed, "老板", "老板"), propose(staffed, "老板", "二老板")
    his = propose(staffed, "二老板", "老板")
    staffed.boss.staffing.change(remove)
    with pytest.raises(NotStaff):  # the two of them at once: the first code wins
        staffed.of("二老板").staffing.change(his)
    with pytest.raises(LastOwner):
        staffed.boss.staffing.change(leave)
    assert roles(staffed, "老板") == {Role.OWNER}


def test_two_owners_who_remove_each_other_in_the_same_moment_leave_one(staffed: World) -> None:
    staffed.enrol("二老板", Role.OWNER)
    codes = {
        "老板": propose(staffed, "老板", "二老板"),
        "二老板": propose(staffed, "二老板", "老板"),
    }
    desks = [(staffed.of(name), code) for name, code in codes.items()]
    together = Barrier(2, timeout=30)

    def confirm(desk: Desk, code: str) -> str:
        together.wait()
        try:
            return "removed" if not desk.staffing.change(code).after else "changed"
        except NotStaff:
            return "nobody"

    with ThreadPoolExecutor(2) as pool:
        said = [one.result() for one in [pool.submit(confirm, *each) for each in desks]]
    assert sorted(said) == ["nobody", "removed"]
    assert [row.owns for row in staffed.at(OPERATOR).staffing.everybody()] == [True, False]


def test_owners_hear_when_another_one_comes_or_goes(staffed: World) -> None:
    boss = staffed.person("老板")
    assert sent(staffed, "owners") == []  # nobody was there to be told
    staffed.enrol("二老板", Role.OWNER)
    assert sent(staffed, "owners") == [boss]
    change(staffed, "二老板", "老板")
    assert sent(staffed, "owners") == [boss]
    assert sent(staffed, "roles") == [boss]


def test_who_hands_over_keeps_nothing_and_leaves_no_code_behind(staffed: World) -> None:
    staffed.enrol("二老板", Role.OWNER)
    left = staffed.boss.enrolling.invite(Role.FINANCE).token
    operators = staffed.at(OPERATOR).enrolling.invite(Role.OWNER).token
    code = staffed.boss.staffing.propose_hand_over(handle(staffed, "小财")).code
    done = staffed.boss.staffing.hand_over(code)
    assert (done.before, done.after) == ({Role.FINANCE}, {Role.OWNER})
    assert (roles(staffed, "小财"), roles(staffed, "老板")) == ({Role.OWNER}, NOBODY)
    assert set(sent(staffed, "roles")) == {staffed.person("小财"), staffed.person("老板")}
    assert sent(staffed, "owners").count(staffed.person("二老板")) == 1
    assert staffed.person("小财") not in sent(staffed, "owners")
    with pytest.raises(EnrolmentOver):
        staffed.of("老板").enrolling.enrol(left)
    assert staffed.of("老板").enrolling.enrol(operators) is Role.OWNER
    with pytest.raises(NotStaff):
        staffed.of("carol").staffing.hand_over(code)


def test_a_hand_over_to_somebody_who_was_changed_meanwhile_does_nothing(staffed: World) -> None:
    code = staffed.boss.staffing.propose_hand_over(handle(staffed, "小财")).code
    change(staffed, "老板", "小财")
    with pytest.raises(CodeOutdated):
        staffed.boss.staffing.hand_over(code)
    assert roles(staffed, "老板") == {Role.OWNER}


def test_the_log_says_who_was_what(staffed: World) -> None:
    change(staffed, "老板", "小财", Role.REVIEW)
    change(staffed, "老板", "小财")
    notes = [
        (row.verb, row.note) for row in staffed.boss.reports.log(None, 10) if row.verb == "staffing.change"
    ]
    person = staffed.person("小财")
    assert sorted(note["was"] for _, note in notes) == ["finance", "review"]
    assert {note["member"] for _, note in notes} == {person}


def test_a_remark_tells_two_of_one_role_apart(staffed: World) -> None:
    row = staffed.boss.staffing.remark(handle(staffed, "小财"), " 小 王 ")
    assert row.name.remark == "小 王"
    assert staffed.of("小财").staffing.find(handle(staffed, "小财")).name.remark == ""  # nobody reads his own
    with pytest.raises(BadRemark):
        staffed.boss.staffing.remark(handle(staffed, "小财"), "长" * 21)


def test_what_somebody_may_is_known_when_he_speaks(staffed: World) -> None:
    def who(name: str) -> Who:
        return staffed.engine.look(staffed.shop, staffed.person(name))

    assert [who(name).is_staff for name in ("老板", "小财", "carol")] == [True, True, False]
    assert [who("小财").may(right) for right in (Right.FINANCE, Right.SERVICE, Right.OWNER)] == [
        True,
        False,
        False,
    ]
    assert who("老板").may(Right.SERVICE)
    assert not who("carol").may(Right.SERVICE)
    assert staffed.shop in staffed.engine.shops()
