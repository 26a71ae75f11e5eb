"""Links opened in WeChat count as scans do; a follow that was never heard is made good from what WeChat knows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.orders.events import Buyer
from engine.programme.pictures import PosterFacts
from engine.programme.settings import NoSuchSetting, OutOfRange
from engine.referrals.visits import Effect, NothingToUndo, OwnCode, TooLateToUndo
from engine.store.tables import outbox, visits
from tests.engine.world import World


def rows(world: World, name: str, kind: str) -> list[dict[str, str]]:
    mine = (outbox.c.shop_id == world.shop) & (outbox.c.person_id == world.person(name))
    return [row.payload for row in world.rows(select(outbox.c.payload).where(mine, outbox.c.kind == kind))]


def ways(world: World, name: str) -> list[str]:
    mine = (visits.c.shop_id == world.shop) & (visits.c.person_id == world.person(name))
    return [row.how for row in world.rows(select(visits.c.how).where(mine).order_by(visits.c.at))]


def test_a_follower_who_opened_a_link_is_sent_the_receipt_and_a_stranger_is_not(shop: World) -> None:
    shop.of("carol").contacts.follow()
    receipt = shop.of("carol").referrals.came_by_link(shop.code("bob"))
    assert receipt.effect is Effect.RECORDED
    assert rows(shop, "carol", "visited") == [{"visit": receipt.visit}]
    assert shop.of("carol").referrals.receipt(receipt.visit) == receipt
    shop.of("mallory").referrals.came_by_link(shop.code("bob"))
    assert rows(shop, "mallory", "visited") == []
    assert ways(shop, "mallory") == ["link"]
    with pytest.raises(OwnCode):
        shop.of("bob").referrals.came_by_link(shop.code("bob"))


def test_a_receipt_is_there_while_the_visit_can_be_taken_back(world: World) -> None:
    world.ready(settings={"lock_mode": "on_visit"})
    carol = world.of("carol").referrals
    first = carol.came_by_link(world.code("bob"))
    assert (carol.receipt(first.visit).effect, first.effect) == (Effect.LOCKED, Effect.LOCKED)
    world.clock.move(minutes=1)
    second = world.of("carol").referrals.came_by_link(world.code("bob"))
    assert carol.receipt(second.visit).effect is Effect.HIS_ALREADY
    with pytest.raises(NothingToUndo):
        carol.receipt(first.visit)
    world.clock.move(minutes=11)
    with pytest.raises(TooLateToUndo):
        carol.receipt(second.visit)


def test_who_writes_follows_and_a_worker_is_told_to_ask_how_he_came(shop: World) -> None:
    assert not shop.engine.look(shop.shop, shop.person("carol")).follows
    shop.of("carol").contacts.heard()
    assert shop.engine.look(shop.shop, shop.person("carol")).follows
    assert rows(shop, "carol", "came") == [{}]


def test_a_lost_follow_is_made_good_once(shop: World) -> None:
    followed = shop.now - timedelta(minutes=20)
    shop.of("carol").contacts.heard()
    point = shop.of("bob").points.print("东门店").point
    assert shop.of("carol").referrals.came(followed, f"p:{shop.code('bob')}:{point}", "")
    assert ways(shop, "carol") == ["scan"]
    assert [row.visits for row in shop.of("bob").points.mine()] == [1]
    assert len(rows(shop, "carol", "visited")) == 1
    assert not shop.of("carol").referrals.came(followed, f"p:{shop.code('bob')}", "")
    assert shop.of("mallory").referrals.came(followed, f"i:{shop.code('alice')}", "")
    assert shop.of("mallory").recruiting.inviter() is not None
    assert shop.of("dave").referrals.came(followed, f"i:{shop.code('alice')}", "")
    assert ways(shop, "dave") == ["invitation"]


@pytest.mark.parametrize("scene", ["", "m:ABCDEFGH23", "p:ZZZZZZ", "elsewhere"])
def test_what_is_no_code_of_a_promoters_makes_no_visit(shop: World, scene: str) -> None:
    assert not shop.of("carol").referrals.came(shop.now, scene, "")
    assert ways(shop, "carol") == []


def test_a_unionid_that_becomes_known_decides_what_waited_for_it(shop: World) -> None:
    shop.pay(Buyer(unionid="u_carol"), 10_000)
    shop.of("carol").referrals.came(shop.now, "", "u_carol")
    kinds = shop.rows(select(outbox.c.payload).where(outbox.c.shop_id == shop.shop, outbox.c.kind == "known"))
    assert [row.payload["kind"] for row in kinds] == ["unionid"]
    shop.of("mallory").referrals.came(shop.now, "", "u_nobody_waits_for")
    assert shop.pay(Buyer(unionid="u_nobody_waits_for"), 10_000, by="bob")


def test_pictures_of_pages_and_of_places(shop: World) -> None:
    from engine import SYSTEM

    east = shop.of("bob").points.print("东门店")
    facts = shop.of("bob").pictures.printed(shop.promoter("bob"), east.point)
    assert isinstance(facts, PosterFacts)
    assert facts.scene == f"p:{shop.code('bob')}:{east.point}"
    made = shop.boss.members.invite("")
    assert shop.boss.pictures.members(made.token).scene == made.scene
    for _ in range(2):
        shop.at(SYSTEM).pictures.want_code(facts.scene)
    codes = shop.rows(select(outbox.c.payload).where(outbox.c.shop_id == shop.shop, outbox.c.kind == "code"))
    assert [row.payload for row in codes] == [{"scene": facts.scene}]
    shop.boss.pictures.give("recruit_picture", "media")
    assert rows(shop, "老板", "given") == [{"key": "recruit_picture", "media": "media"}]
    with pytest.raises(NoSuchSetting):
        shop.boss.pictures.give("shop_name", "media")
    shop.boss.pictures.judged("recruit_picture", "too_small")
    assert rows(shop, "老板", "judged") == [{"key": "recruit_picture", "why_not": "too_small"}]
    shop.boss.settings.change("recruit_picture", f"{'a' * 64}.jpg")
    with pytest.raises(OutOfRange):
        shop.boss.settings.change("recruit_picture", "../secrets")
