"""团队业绩: the sums below a promoter, for whose group may see them."""

from __future__ import annotations

import random

import pytest

from engine.money import Money, total
from engine.programme.promoters import NotAPromoter
from engine.reports.teams import Period, Sold
from tests.engine.world import World

NOTHING = Sold(Money(0), Money(0))


def opened(shop: World, *names: str) -> World:
    """Their group may see its teams."""
    shop.boss.groups.create("金牌")
    members = shop.boss.groups.propose_members("金牌", tuple(shop.code(name) for name in names), joining=True)
    shop.boss.groups.confirm_members(members.code)
    shop.boss.groups.confirm_team(shop.boss.groups.propose_team("金牌", True).code)
    return shop


def test_nobody_sees_a_team_unless_his_group_may(shop: World) -> None:
    assert (shop.of("alice").teams.may_see(), shop.of("alice").teams.mine()) == (False, None)
    opened(shop, "alice")
    assert shop.of("alice").teams.may_see()
    assert not shop.of("bob").teams.may_see()
    with pytest.raises(NotAPromoter):
        shop.of("carol").teams.mine()


def test_while_two_levels_are_off_nobody_does(shop: World) -> None:
    opened(shop, "alice")
    shop.clock.move(hours=1)
    shop.change("two_level", "off")
    shop.clock.move(hours=1)
    assert shop.of("alice").teams.mine() is None


def test_what_all_below_sold_and_what_he_sold_himself(shop: World) -> None:
    opened(shop, "alice")
    shop.recruit("mallory", inviter="bob")
    shop.pay("carol", 10_000, by="bob")
    shop.pay("carol", 5_000, by="mallory")
    gone = shop.pay("carol", 2_000, by="alice")
    shop.clock.move(days=1)
    shop.refund(gone, 500)
    shop.pay("carol", 1_000, by="bob")
    shop.clock.move(days=30)
    shop.pay("carol", 100, by="bob")
    found = shop.of("alice").teams.mine()
    assert found is not None
    assert found.today == Period(Sold(Money(100), Money(0)), NOTHING)
    assert found.month == found.today
    assert found.ever == Period(Sold(Money(16_100), Money(0)), Sold(Money(1_500), Money(500)))


@pytest.mark.parametrize("seed", range(5))
def test_the_team_of_the_root_is_the_sales_of_all_below(shop: World, seed: int) -> None:
    """Any tree, any orders and refunds, nobody's upline changed."""
    chance = random.Random(seed)
    people = ["alice", "bob"]
    for n in range(6):
        shop.recruit(f"p{n}", inviter=chance.choice(people))
        people.append(f"p{n}")
    opened(shop, *people)
    for _ in range(12):
        number = shop.pay("carol", chance.randint(1, 9_999), by=chance.choice(people))
        if chance.random() < 0.4:
            shop.refund(number, chance.randint(1, 9_999))
    root = shop.of("alice").teams.mine()
    assert root is not None
    own = [found.ever.own for name in people[1:] if (found := shop.of(name).teams.mine())]
    assert root.ever.below == Sold(total(one.sales for one in own), total(one.refunds for one in own))
