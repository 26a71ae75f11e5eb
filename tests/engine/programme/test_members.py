"""邀请成员: the merchant's own invitation leads into a group, has no upline and works while recruiting is closed."""

from __future__ import annotations

import pytest

from engine.people.authority import NotStaff
from engine.programme.groups import NoSuchGroup
from engine.programme.members import MOST_OPEN, InvitationOver, TooManyInvitations
from engine.programme.promoters import BadStore
from engine.programme.recruiting import RecruitingClosed
from engine.programme.wording import BannedWording
from tests.engine.world import World


@pytest.fixture
def staff(shop: World) -> World:
    """A shop with a group that staff is put into."""
    shop.boss.groups.create("门店员工")
    return shop


def group(world: World, name: str) -> str:
    found = world.of(name).promoters.mine().group
    kept = world.boss.groups.with_id(found)
    return kept.name if kept else ""


def test_who_comes_by_it_is_in_its_group_and_has_no_upline(staff: World) -> None:
    made = staff.boss.members.invite("门店员工")
    staff.of("carol").referrals.open_invitation(staff.code("alice"))
    staff.clock.move(minutes=1)
    staff.of("carol").members.open(made.token)
    assert staff.of("carol").recruiting.inviter() is None
    applied = staff.apply("carol")
    waiting = staff.boss.recruiting.get(applied.application)
    assert (waiting.by_merchant, waiting.group, waiting.inviter) == (True, "门店员工", None)
    staff.boss.recruiting.approve(applied.application)
    assert group(staff, "carol") == "门店员工"
    assert staff.of("carol").promoters.mine().upline is None
    (kept,) = staff.boss.members.all()
    assert (kept.opened, kept.applied, kept.scene) == (1, 1, f"m:{made.token}")


def test_a_promoters_later_invitation_counts_while_recruiting_is_open(staff: World) -> None:
    made = staff.boss.members.invite("门店员工")
    staff.of("carol").members.open(made.token)
    staff.clock.move(minutes=1)
    staff.of("carol").referrals.open_invitation(staff.code("alice"))
    staff.recruit("carol")
    assert (group(staff, "carol"), staff.name(staff.of("carol").promoters.mine().upline)) == ("", "alice")


def test_it_works_while_recruiting_is_closed_and_a_promoters_does_not(staff: World) -> None:
    made = staff.boss.members.invite("")
    staff.boss.settings.change("recruiting", "off")
    with pytest.raises(RecruitingClosed):
        staff.apply("carol")
    staff.of("carol").members.open(made.token)
    staff.clock.move(minutes=1)
    staff.of("carol").referrals.open_invitation(staff.code("alice"))
    assert staff.engine.look(staff.shop, staff.person("carol")).recruiting
    staff.recruit("carol")
    assert (group(staff, "carol"), staff.of("carol").promoters.mine().upline) == ("", None)


def test_it_ends_when_the_owner_says_so_and_after_thirty_days(staff: World) -> None:
    made = staff.boss.members.invite("门店员工")
    staff.of("carol").members.open(made.token)
    staff.boss.settings.change("recruiting", "off")
    staff.clock.move(days=31)
    with pytest.raises(RecruitingClosed):
        staff.apply("carol")
    staff.of("carol").members.open(made.token)
    assert staff.boss.members.get(made.token).opened == 1
    staff.boss.members.end(made.token)
    with pytest.raises(RecruitingClosed):
        staff.apply("carol")
    for act in (staff.of("carol").members.open, staff.boss.members.get, staff.boss.members.end):
        with pytest.raises(InvitationOver):
            act(made.token)
    assert staff.boss.members.all() == ()


def test_each_invitation_speaks_for_itself(staff: World) -> None:
    made, other = staff.boss.members.invite("门店员工"), staff.boss.members.invite("")
    staff.of("carol").members.open(made.token)
    staff.clock.move(minutes=1)
    for name in ("mallory", "eve"):
        staff.of(name).members.open(other.token)
    assert [staff.boss.members.get(one.token).opened for one in (made, other)] == [1, 2]
    staff.recruit("carol")
    assert group(staff, "carol") == "门店员工"
    staff.boss.members.end(other.token)
    assert [one.token for one in staff.boss.members.all()] == [made.token]


def test_what_cannot_be_made(staff: World) -> None:
    with pytest.raises(NoSuchGroup):
        staff.boss.members.invite("没有")
    for _ in range(MOST_OPEN):
        staff.boss.members.invite("")
    with pytest.raises(TooManyInvitations):
        staff.boss.members.invite("")
    staff.boss.members.end(staff.boss.members.all()[0].token)
    assert staff.boss.members.invite("")


def test_a_group_that_is_deleted_meanwhile_takes_nobody(staff: World) -> None:
    made = staff.boss.members.invite("门店员工")
    staff.of("carol").members.open(made.token)
    applied = staff.apply("carol")
    staff.boss.groups.confirm_delete(staff.boss.groups.propose_delete("门店员工").code)
    assert staff.boss.members.get(made.token).group == ""
    assert staff.boss.recruiting.get(applied.application).group == ""
    staff.boss.recruiting.approve(applied.application)
    assert group(staff, "carol") == ""


def test_who_comes_by_it_is_in_its_store_which_the_owner_changes(staff: World) -> None:
    """门店 says who he is to the merchant: words, until stores are built; it decides no money."""
    made = staff.boss.members.invite("门店员工", " 西湖  店 ")
    assert made.store == "西湖 店"
    staff.of("carol").members.open(made.token)
    applied = staff.apply("carol")
    assert staff.boss.recruiting.get(applied.application).store == "西湖 店"
    staff.boss.members.end(made.token)
    staff.boss.recruiting.approve(applied.application)
    assert staff.of("carol").promoters.mine().store == "西湖 店"
    assert [one.code for one in staff.boss.promoters.named("西湖", 9)] == [staff.code("carol")]
    assert staff.boss.promoters.set_store(staff.code("carol"), "城东店").store == "城东店"
    assert staff.boss.promoters.set_store(staff.code("carol"), "").store == ""
    assert staff.boss.promoters.named("城东", 9) == ()


def test_an_invitation_without_a_store_leaves_a_returning_promoters_alone(staff: World) -> None:
    staff.boss.promoters.set_store(staff.code("dave"), "城东店")
    made = staff.boss.members.invite("")
    staff.of("carol").members.open(made.token)
    staff.recruit("carol")
    assert staff.of("carol").promoters.mine().store == ""
    assert staff.of("dave").promoters.mine().store == "城东店"


@pytest.mark.parametrize("store", ["店" * 13, "返现店"])
def test_a_store_has_a_short_and_harmless_name(staff: World, store: str) -> None:
    for act in (
        lambda: staff.boss.members.invite("", store),
        lambda: staff.boss.promoters.set_store(staff.code("dave"), store),
    ):
        with pytest.raises((BadStore, BannedWording)):
            act()
    assert staff.boss.members.all() == ()


def test_it_can_be_had_as_a_poster_in_the_shops_name(staff: World) -> None:
    staff.boss.settings.change("recruit_title", "来做推广员")
    made = staff.boss.members.invite("门店员工")
    facts = staff.boss.pictures.members_poster(made.token)
    assert (facts.kind, facts.title, facts.code, facts.scene) == (
        "invitation", "来做推广员", "", f"m:{made.token}",
    )  # fmt: skip
    assert facts.name == staff.boss.settings.now().shop_name
    with pytest.raises(NotStaff):
        staff.of("carol").pictures.want("members_poster", made.token)
    staff.boss.members.end(made.token)
    with pytest.raises(InvitationOver):
        staff.boss.pictures.members_poster(made.token)
