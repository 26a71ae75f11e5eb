"""Groups: names, members, rates and the team's switch, each as it was at any time."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import OPERATOR, SYSTEM
from engine.ids import PromoterId
from engine.money import Rate
from engine.people.confirmations import CodeOutdated
from engine.programme import groups
from engine.programme.ceilings import RatesTooHigh
from engine.programme.groups import (
    COMMAND_WORDS,
    BadGroupName,
    GroupNameTaken,
    NobodyMoves,
    NoSuchGroup,
    TooManyGroups,
    TooManyMembers,
)
from engine.programme.modes import Goods
from engine.programme.promoters import NoSuchPromoter, WrongStatus
from engine.programme.wording import BannedWording
from engine.store.tables import group_history, outbox, promoter_history
from tests.engine.world import World, line


def join(world: World, name: str, *people: str) -> None:
    codes = tuple(world.code(one) for one in people)
    world.boss.groups.confirm_members(world.boss.groups.propose_members(name, codes, True).code)


def leave(world: World, name: str, *people: str) -> None:
    codes = tuple(world.code(one) for one in people)
    world.boss.groups.confirm_members(world.boss.groups.propose_members(name, codes, False).code)


def set_rates(world: World, name: str, level1: int | None, level2: int | None) -> None:
    rates = (None if level1 is None else Rate(level1), None if level2 is None else Rate(level2))
    world.boss.groups.confirm_rates(world.boss.groups.propose_rates(name, *rates).code)


def terminate(world: World, name: str) -> str:
    """The owner terminates somebody without customers; gives his code."""
    code = world.code(name)
    world.boss.handover.terminate(world.boss.handover.propose_terminate(code, "", "", "不做了").code)
    return code


def let_see(world: World, name: str, may: bool) -> None:
    world.boss.groups.confirm_team(world.boss.groups.propose_team(name, may).code)


def may_see(world: World, name: str) -> bool:
    promoter: PromoterId = world.promoter(name)
    with world.reading() as tx:
        return groups.may_see_team(tx, promoter)


# --- names


def test_a_new_group_pays_what_the_shop_pays_and_sees_nothing(shop: World) -> None:
    made = shop.boss.groups.create(" 金牌 ")
    assert (made.name, made.level1, made.level2, made.may_see_team) == ("金牌", None, None, False)
    (found,) = shop.boss.groups.all()
    assert (found.group, found.size) == (made, 0)


@pytest.mark.parametrize(
    "name", ["", " ", "金 牌", "长" * 13, "12", "１２", "<b>", "a.com", *sorted(COMMAND_WORDS)]
)
def test_a_name_that_a_line_could_not_carry_is_none(shop: World, name: str) -> None:
    with pytest.raises(BadGroupName) as refused:
        shop.boss.groups.create(name)
    assert refused.value.longest == 12


def test_a_name_that_wechat_punishes_is_refused(shop: World) -> None:
    with pytest.raises(BannedWording):
        shop.boss.groups.create("三级推广员")


def test_two_groups_do_not_share_a_name_however_it_is_written(shop: World) -> None:
    shop.boss.groups.create("VIP")
    for name in ("VIP", "vip", "ＶＩＰ"):
        with pytest.raises(GroupNameTaken):
            shop.boss.groups.create(name)
    assert shop.boss.groups.get("ｖip").name == "VIP"
    with pytest.raises(NoSuchGroup):
        shop.boss.groups.get("金牌")


def test_there_are_so_many_groups_and_no_more(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "MOST_GROUPS", 1)
    shop.boss.groups.create("金牌")
    with pytest.raises(TooManyGroups):
        shop.boss.groups.create("银牌")


def test_a_renamed_group_keeps_everything_and_its_history_keeps_the_name(shop: World) -> None:
    shop.boss.groups.create("金牌")
    join(shop, "金牌", "bob")
    set_rates(shop, "金牌", 4_000, None)
    shop.clock.move(days=1)
    renamed = shop.boss.groups.rename("金牌", "银牌")
    assert shop.boss.groups.rename("银牌", "银牌").name == "银牌", "to be called as before is no clash"
    assert (renamed.name, renamed.level1) == ("银牌", Rate(4_000))
    assert shop.boss.groups.size(renamed.id) == 1
    with pytest.raises(NoSuchGroup):
        shop.boss.groups.get("金牌")
    shop.boss.groups.create("金牌")
    names = shop.rows(
        select(group_history.c.name).where(group_history.c.group_id == renamed.id).order_by(group_history.c.n)
    )
    assert [row.name for row in names] == ["金牌", "金牌", "银牌", "银牌"]


# --- members


def test_a_promoter_has_one_group_and_moves_from_one_to_the_other(shop: World) -> None:
    gold, silver = shop.boss.groups.create("金牌"), shop.boss.groups.create("银牌")
    join(shop, "金牌", "alice", "bob")
    join(shop, "银牌", "bob", "dave")
    assert {row.group.name: row.size for row in shop.boss.groups.all()} == {"金牌": 1, "银牌": 2}
    assert {row.id for row in shop.boss.groups.members(silver.id, 9)} == {
        shop.promoter("bob"), shop.promoter("dave"),
    }  # fmt: skip
    leave(shop, "银牌", "bob")
    assert shop.of("bob").promoters.mine().group is None
    assert shop.of("alice").promoters.mine().group == gold.id
    assert shop.boss.groups.with_id(gold.id) == gold


def test_who_is_there_already_is_left_out_and_nobody_at_all_is_a_refusal(shop: World) -> None:
    shop.boss.groups.create("金牌")
    join(shop, "金牌", "alice")
    asked = shop.boss.groups.propose_members("金牌", (shop.code("alice"), shop.code("bob")), True)
    assert asked.args["codes"] == shop.code("bob")
    moved = shop.boss.groups.confirm_members(asked.code)
    assert (moved.group and moved.group.name, moved.codes) == ("金牌", (shop.code("bob"),))
    with pytest.raises(NobodyMoves) as all_in:
        shop.boss.groups.propose_members("金牌", (shop.code("alice"),), True)
    assert all_in.value.joining
    with pytest.raises(NobodyMoves) as none_in:
        shop.boss.groups.propose_members("金牌", (shop.code("dave"),), False)
    assert not none_in.value.joining


def test_members_are_real_promoters_and_not_too_many(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.boss.groups.create("金牌")
    with pytest.raises(NoSuchPromoter):
        shop.boss.groups.propose_members("金牌", ("NOBODY",), True)
    with pytest.raises(WrongStatus):
        shop.boss.groups.propose_members("金牌", (terminate(shop, "dave"),), True)
    monkeypatch.setattr(groups, "MOST_AT_ONCE", 1)
    with pytest.raises(TooManyMembers):
        shop.boss.groups.propose_members("金牌", (shop.code("alice"), shop.code("bob")), True)


def test_a_code_for_members_is_void_when_one_of_them_moved_since(shop: World) -> None:
    for name in ("金牌", "银牌"):
        shop.boss.groups.create(name)
    both = (shop.code("alice"), shop.code("bob"))
    asked = shop.boss.groups.propose_members("金牌", both, True).code
    join(shop, "银牌", "bob")
    with pytest.raises(CodeOutdated):
        shop.boss.groups.confirm_members(asked)
    assert shop.of("alice").promoters.mine().group is None, "all of them or nobody"
    gone = shop.boss.groups.propose_members("金牌", (shop.code("dave"),), True).code
    terminate(shop, "dave")
    with pytest.raises(CodeOutdated):
        shop.boss.groups.confirm_members(gone)


def test_a_terminated_member_counts_no_more(shop: World) -> None:
    gold = shop.boss.groups.create("金牌")
    join(shop, "金牌", "dave")
    shop.freeze("dave")
    assert shop.boss.groups.size(gold.id) == 1
    terminate(shop, "dave")
    assert shop.boss.groups.size(gold.id) == 0
    assert shop.boss.groups.members(gold.id, 9) == ()
    assert shop.boss.groups.all()[0].size == 0


def test_every_move_stands_in_the_promoters_history(shop: World) -> None:
    gold = shop.boss.groups.create("金牌")
    shop.clock.move(days=1)
    join(shop, "金牌", "bob")
    rows = shop.rows(
        select(promoter_history.c.group_id, promoter_history.c.since)
        .where(promoter_history.c.promoter_id == shop.promoter("bob"))
        .order_by(promoter_history.c.n)
    )
    assert [row.group_id for row in rows] == [None, gold.id]
    assert rows[-1].since == shop.now


# --- the team


def test_the_team_is_seen_by_members_of_a_group_that_may(shop: World) -> None:
    shop.boss.groups.create("金牌")
    join(shop, "金牌", "bob")
    assert not may_see(shop, "bob")
    let_see(shop, "金牌", True)
    assert may_see(shop, "bob")
    assert not may_see(shop, "alice")
    leave(shop, "金牌", "bob")
    assert not may_see(shop, "bob")


def test_a_code_for_the_team_is_void_when_the_switch_moved_since(shop: World) -> None:
    shop.boss.groups.create("金牌")
    first = shop.boss.groups.propose_team("金牌", True).code
    let_see(shop, "金牌", True)
    with pytest.raises(CodeOutdated):
        shop.boss.groups.confirm_team(first)
    let_see(shop, "金牌", False)
    assert not shop.boss.groups.get("金牌").may_see_team


# --- rates


def test_a_groups_rate_stands_between_the_products_and_the_shops(shop: World) -> None:
    shop.boss.groups.create("金牌")
    join(shop, "金牌", "bob")
    set_rates(shop, "金牌", 4_000, None)
    shop.pay("carol", 10_000, by="bob")
    assert shop.money("bob") == {"pending": 4_000}
    assert shop.money("alice") == {"pending": 1_000}, "level 2 is not set for the group: the shop's"
    shop.boss.products.confirm_rates(shop.boss.products.propose_rates("SKU1", Rate(2_000), None).code)
    shop.pay("carol", 10_000, by="bob")
    assert shop.money("bob") == {"pending": 6_000}


def test_each_recipient_is_paid_by_his_own_group(shop: World) -> None:
    for name in ("金牌", "银牌"):
        shop.boss.groups.create(name)
    join(shop, "金牌", "bob")
    join(shop, "银牌", "alice")
    set_rates(shop, "金牌", 4_000, 500)
    set_rates(shop, "银牌", 2_000, 800)
    shop.pay("carol", line(645, quantity=3), by="bob")
    assert (shop.money("bob"), shop.money("alice")) == ({"pending": 258}, {"pending": 51})


def test_zero_is_a_rate_and_not_set_is_none(shop: World) -> None:
    shop.boss.groups.create("金牌")
    join(shop, "金牌", "bob")
    set_rates(shop, "金牌", 0, None)
    shop.pay("carol", 10_000, by="bob")
    assert (shop.money("bob"), shop.money("alice")) == ({}, {"pending": 1_000})
    set_rates(shop, "金牌", None, None)
    shop.pay("carol", 10_000, by="bob")
    assert shop.money("bob") == {"pending": 3_000}


def test_an_order_is_paid_by_group_and_rate_of_its_payment_whenever_it_is_heard(shop: World) -> None:
    shop.boss.groups.create("金牌")
    set_rates(shop, "金牌", 4_000, None)
    before = shop.now
    shop.clock.move(hours=1)
    join(shop, "金牌", "bob")
    joined = shop.now
    shop.clock.move(hours=1)
    set_rates(shop, "金牌", 5_000, None)
    shop.clock.move(hours=1)
    shop.pay("carol", 10_000, by="bob", at=joined)
    assert shop.money("bob") == {"pending": 4_000}, "the group's rate as it was"
    shop.pay("carol", 10_000, by="bob", at=before)
    assert shop.money("bob") == {"pending": 7_000}, "not yet in the group"
    shop.pay("carol", 10_000, by="bob")
    assert shop.money("bob") == {"pending": 12_000}


def test_a_code_for_rates_is_void_when_they_changed_since(shop: World) -> None:
    shop.boss.groups.create("金牌")
    first = shop.boss.groups.propose_rates("金牌", Rate(1_200), Rate(300)).code
    shop.boss.groups.rename("金牌", "银牌")
    set_rates(shop, "银牌", 1_000, None)
    with pytest.raises(CodeOutdated):
        shop.boss.groups.confirm_rates(first)
    assert shop.boss.groups.get("银牌").level1 == Rate(1_000)


# --- the ceiling


def test_the_highest_rates_of_two_groups_meet(shop: World) -> None:
    for name in ("金牌", "银牌"):
        shop.boss.groups.create(name)
    set_rates(shop, "金牌", 6_000, None)
    set_rates(shop, "银牌", None, 4_000)
    with pytest.raises(RatesTooHigh) as refused:
        shop.boss.groups.propose_rates("银牌", None, Rate(4_001))
    assert (refused.value.product, refused.value.level1, refused.value.level2, refused.value.groups) == (
        "", Rate(6_000), Rate(4_001), ("金牌", "银牌"),
    )  # fmt: skip


def test_a_groups_rate_is_held_against_every_product(shop: World) -> None:
    shop.boss.products.put("SKU2", "面膜", Goods.GOODS, shop.boss.products.get("SKU1").price)
    shop.boss.products.confirm_rates(shop.boss.products.propose_rates("SKU2", Rate(8_000), None).code)
    shop.boss.groups.create("金牌")
    with pytest.raises(RatesTooHigh) as refused:
        shop.boss.groups.propose_rates("金牌", None, Rate(2_001))
    assert (refused.value.product, refused.value.groups) == ("面膜", ("金牌",))


def test_the_ceiling_is_checked_again_when_the_code_is_used(shop: World) -> None:
    shop.boss.groups.create("金牌")
    asked = shop.boss.groups.propose_rates("金牌", Rate(6_000), None).code
    shop.set_rate("level2", "50%")
    with pytest.raises(RatesTooHigh):
        shop.boss.groups.confirm_rates(asked)
    assert shop.boss.groups.get("金牌").level1 is None


# --- the operator


def test_the_operator_places_a_promoter_without_a_code(shop: World) -> None:
    gold = shop.boss.groups.create("金牌")
    bob = shop.code("bob")
    before = shop.at(OPERATOR).groups.compare(bob, "金牌")
    assert (before.before, before.after, before.changes) == (None, gold, 1)
    for _ in range(2):
        shop.at(OPERATOR).groups.place(bob, "金牌")
    after = shop.at(OPERATOR).groups.compare(bob, "")
    assert (after.before, after.after, after.changes) == (gold, None, 2), "said twice it changed once"
    shop.at(OPERATOR).groups.place(bob, "")
    assert shop.of("bob").promoters.mine().group is None


def test_the_operator_places_nobody_who_is_none(shop: World) -> None:
    shop.boss.groups.create("金牌")
    with pytest.raises(NoSuchGroup):
        shop.at(OPERATOR).groups.place(shop.code("bob"), "银牌")
    dave = terminate(shop, "dave")
    for act in (shop.at(OPERATOR).groups.place, shop.at(OPERATOR).groups.compare):
        with pytest.raises(WrongStatus):
            act(dave, "金牌")
        with pytest.raises(NoSuchPromoter):
            act("NOBODY", "金牌")


def test_promoters_are_found_by_the_phone_they_applied_with(shop: World) -> None:
    shop.apply("mallory", "13800000001")
    assert shop.at(OPERATOR).promoters.with_phone("13800000001") == (), "she is no promoter yet"
    phone = f"138{sum(b'dave') % 10**8:08d}"
    found = shop.at(OPERATOR).promoters.with_phone(phone)
    assert [one.code for one in found] == [shop.code("dave")]
    terminate(shop, "dave")
    assert shop.at(OPERATOR).promoters.with_phone(phone) == ()


# --- deleting


def test_a_group_is_deleted_with_its_rates_and_its_members_are_in_none(shop: World) -> None:
    gold, silver = shop.boss.groups.create("金牌"), shop.boss.groups.create("银牌")
    shop.boss.groups.confirm_rates(shop.boss.groups.propose_rates("金牌", Rate(4_000), None).code)
    made = shop.boss.special_rates.propose("SKU1", "金牌", Rate(5_000), None)
    shop.boss.special_rates.confirm(made.code)
    moved = shop.boss.groups.propose_members("金牌", (shop.code("bob"),), True)
    shop.boss.groups.confirm_members(moved.code)
    shop.clock.move(hours=1)
    before = shop.pay("carol", 10_000, by="bob")
    shop.clock.move(hours=1)
    done = shop.boss.groups.confirm_delete(shop.boss.groups.propose_delete("金牌").code)
    assert (done.name, done.members) == ("金牌", 1)
    assert [one.group for one in shop.boss.groups.all()] == [silver]
    assert shop.of("bob").promoters.mine().group is None
    shop.boss.products.confirm_rates(shop.boss.products.propose_rates("SKU1", None, Rate(6_000)).code)
    with pytest.raises(NoSuchGroup):
        shop.boss.groups.get("金牌")
    shop.clock.move(hours=1)
    shop.refund(before, 5_000)
    assert shop.money("bob") == {"pending": 2_500}, "a decided order keeps its rate"
    shop.pay("mallory", 10_000, by="bob")
    assert shop.money("bob") == {"pending": 5_500}
    again = shop.boss.groups.create("金牌")
    assert (again.id != gold.id, again.level1, shop.boss.groups.size(again.id)) == (True, None, 0)


def test_a_group_that_changed_since_is_not_deleted(shop: World) -> None:
    shop.boss.groups.create("金牌")
    code = shop.boss.groups.propose_delete("金牌").code
    moved = shop.boss.groups.propose_members("金牌", (shop.code("bob"),), True)
    shop.boss.groups.confirm_members(moved.code)
    with pytest.raises(CodeOutdated):
        shop.boss.groups.confirm_delete(code)
    first, second = (shop.boss.groups.propose_delete("金牌").code for _ in range(2))
    shop.boss.groups.confirm_delete(first)
    with pytest.raises(CodeOutdated):
        shop.boss.groups.confirm_delete(second)


def test_a_large_group_is_emptied_in_chunks_and_pays_nothing_of_its_own_from_the_first(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gold = shop.boss.groups.create("金牌")
    codes = tuple(shop.code(name) for name in ("alice", "bob", "dave"))
    shop.boss.groups.confirm_members(shop.boss.groups.propose_members("金牌", codes, True).code)
    shop.boss.groups.confirm_rates(shop.boss.groups.propose_rates("金牌", Rate(4_000), None).code)
    monkeypatch.setattr(groups, "MOST_AT_ONCE", 1)
    done = shop.boss.groups.confirm_delete(shop.boss.groups.propose_delete("金牌").code)
    assert done.members == 3
    for left in (2, 1, 0):
        with_one = [name for name in ("alice", "bob", "dave") if shop.of(name).promoters.mine().group]
        assert len(with_one) == left
        assert shop.boss.groups.with_id(gold.id) is None
        rows = shop.rows(select(outbox).where(outbox.c.shop_id == shop.shop, outbox.c.kind == "emptied"))
        assert len(rows) == min(3 - left, 2)
        if left:
            assert shop.at(SYSTEM).groups.carry_on(rows[0].payload["group"]) == 1
    shop.clock.move(hours=1)
    shop.pay("carol", 10_000, by="bob")
    assert shop.money("bob") == {"pending": 3_000}


def test_a_code_for_a_group_that_was_deleted_since_is_void(shop: World) -> None:
    """Nobody joins it, and it gets no rates."""
    shop.boss.groups.create("金牌")
    joining = shop.boss.groups.propose_members("金牌", (shop.code("bob"),), True).code
    rates = shop.boss.groups.propose_rates("金牌", Rate(4_000), None).code
    team = shop.boss.groups.propose_team("金牌", True).code
    special = shop.boss.special_rates.propose("SKU1", "金牌", Rate(5_000), None).code
    shop.boss.groups.confirm_delete(shop.boss.groups.propose_delete("金牌").code)
    for act, code in (
        (shop.boss.groups.confirm_members, joining), (shop.boss.groups.confirm_rates, rates),
        (shop.boss.groups.confirm_team, team), (shop.boss.special_rates.confirm, special),
    ):  # fmt: skip
        with pytest.raises(CodeOutdated):
            act(code)
    assert shop.of("bob").promoters.mine().group is None
