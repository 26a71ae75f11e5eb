"""mallory binds numbers that are not hers: a phone alone never lets anybody earn by what he is said to have bought."""

from __future__ import annotations

import pytest

from engine.orders.events import Buyer
from engine.orders.phones import MOST_BOUND, TooManyPhones
from tests.engine.world import World

STRANGERS = Buyer(phone="13900000000")


@pytest.fixture
def shop(world: World) -> World:
    """Self-purchase pays commission, and mallory promotes."""
    return world.ready(settings={"self_purchase": "commission"}, people=("alice", "bob", "dave", "mallory"))


def test_an_order_heard_before_the_phone_is_bound_goes_on_waiting(shop: World) -> None:
    number = shop.pay(STRANGERS, 10_000)
    shop.bind("mallory", "13900000000")
    assert shop.decision(number) is None
    assert shop.money("mallory") == {}
    assert shop.boss.reports.todo().unclaimed == 1


def test_an_order_heard_after_it_waits_too_and_says_whose_phone_it_is(shop: World) -> None:
    shop.bind("mallory", "13900000000")
    number = shop.pay(STRANGERS, 10_000)
    card = shop.boss.order_cards.get(shop.order_code(number))
    assert (card.waiting, card.buyer, card.holder and card.holder.given) == (True, None, "马洛里")
    shop.claim(number, "mallory")
    assert shop.money("mallory") == {"pending": 3_000}


def test_a_sent_code_decides_as_for_any_buyer_whom_nobody_knows(shop: World) -> None:
    shop.bind("mallory", "13900000000")
    number = shop.pay(STRANGERS, 10_000, by="dave")
    assert shop.paid_to(number) == ("dave", None)


def test_an_openid_that_is_somebody_elses_is_that_persons_order(shop: World) -> None:
    shop.bind("mallory", "13900000000")
    number = shop.pay(Buyer(openid="o_never_seen", phone="13900000000"), 10_000)
    assert shop.paid_to(number) == (None, None)
    assert shop.money("mallory") == {}


def test_who_is_known_by_wechat_earns_by_his_own_purchase_as_ever(shop: World) -> None:
    shop.bind("mallory", "13900000000")
    assert shop.paid_to(shop.pay("mallory", 10_000))[0] == "mallory"
    both = Buyer(openid="o_mallory", unionid="u_mallory", phone="13900000000")
    assert shop.paid_to(shop.pay(both, 10_000))[0] == "mallory"
    by_union = Buyer(unionid="u_mallory", phone="13900000000")
    assert shop.paid_to(shop.pay(by_union, 10_000))[0] == "mallory"


def test_a_unionid_that_waited_decides_for_a_promoter_too(shop: World) -> None:
    number = shop.pay(Buyer(unionid="u_mallory"), 10_000)
    shop.pay(Buyer(openid="o_mallory", unionid="u_mallory"), 100)
    assert shop.paid_to(number)[0] == "mallory"


def test_what_was_paid_before_he_promoted_is_decided_and_what_came_later_waits(world: World) -> None:
    world.ready(settings={"self_purchase": "commission"})
    world.visit("mallory", "bob")
    before = world.pay(STRANGERS, 10_000)
    world.clock.move(days=1)
    world.recruit("mallory")
    world.clock.move(days=1)
    after = world.pay(STRANGERS, 10_000)
    world.bind("mallory", "13900000000")
    assert world.paid_to(before) == ("bob", "alice")
    assert world.decision(after) is None


def test_a_few_phones_in_thirty_days_and_no_more(shop: World) -> None:
    for n in range(MOST_BOUND):
        shop.bind("carol", f"1390000000{n}")
        shop.clock.move(days=1)
    shop.bind("carol", f"1390000000{MOST_BOUND - 1}")
    with pytest.raises(TooManyPhones) as refused:
        shop.bind("carol", "13900000009")
    assert shop.of("carol").phones.mine() == f"000{MOST_BOUND - 1}"
    shop.clock.time = refused.value.again
    shop.bind("carol", "13900000009")
    with pytest.raises(TooManyPhones):
        shop.bind("carol", "13900000008")
