"""海报头像 and 换样式: sealed, his own, gone when he is forgotten; the merchant may take a picture down."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine.people.authority import LacksRight, NotStaff, Role
from engine.programme.modes import PosterLook
from engine.programme.pictures import PosterFacts
from engine.programme.promoters import NoSuchPromoter, NotAPromoter
from engine.programme.wishes import LookNotOffered, NoPortrait, Wishes
from engine.store.tables import outbox, poster_wishes
from tests.engine.world import World

JPEG = "AAECAwQF"


def told(world: World, kind: str) -> list[dict[str, str]]:
    mine = (outbox.c.kind == kind) & (outbox.c.person_id == world.person("bob"))
    return [row.payload for row in world.rows(select(outbox.c.payload).where(mine))]


def kept(world: World) -> list[Any]:
    return world.rows(select(poster_wishes).where(poster_wishes.c.shop_id == world.shop))


def facts(world: World, name: str = "bob") -> PosterFacts:
    return world.of(name).pictures.poster(world.of(name).promoters.mine().id)


def test_a_portrait_goes_to_a_worker_and_then_onto_every_poster_of_his(till: World) -> None:
    bob = till.of("bob").promoters.mine()
    assert till.of("bob").wishes.mine() == Wishes()
    till.of("bob").wishes.give_portrait("media")
    assert told(till, "portrait") == [{"media": "media"}]
    assert not facts(till).portrait
    till.of("bob").wishes.portrait_judged(JPEG, "")
    assert told(till, "portrait_judged") == [{"why_not": ""}]
    first = facts(till).portrait
    assert first
    assert till.of("bob").pictures.invitation(bob.id).portrait == first
    assert till.of("carol").wishes.portrait(bob.code) == JPEG
    (row,) = kept(till)
    assert JPEG.encode() not in row.sealed
    till.of("bob").wishes.portrait_judged("BBBB", "")
    assert facts(till).portrait not in ("", first)
    assert not facts(till, "alice").portrait


def test_a_picture_that_cannot_be_used_changes_nothing(till: World) -> None:
    till.of("bob").wishes.portrait_judged(JPEG, "")
    till.of("bob").wishes.portrait_judged("", "too_small")
    assert told(till, "portrait_judged") == [{"why_not": ""}, {"why_not": "too_small"}]
    assert till.of("bob").wishes.portrait(till.of("bob").promoters.mine().code) == JPEG


def test_whoever_wants_none_is_not_asked_again(till: World) -> None:
    till.of("bob").wishes.skip_portrait()
    assert till.of("bob").wishes.mine() == Wishes(asked=True)
    till.of("bob").wishes.portrait_judged(JPEG, "")
    till.of("bob").wishes.skip_portrait()
    with pytest.raises(NoPortrait):
        till.of("bob").wishes.portrait(till.of("bob").promoters.mine().code)


def test_nothing_of_it_is_left_when_he_is_forgotten_nor_comes_after_that(till: World) -> None:
    till.of("bob").wishes.portrait_judged(JPEG, "")
    till.of("bob").forgetting.forget()
    till.of("bob").wishes.portrait_judged(JPEG, "")
    (row,) = kept(till)
    assert (row.sealed, row.digest, row.asked) == (None, None, False)


def test_a_customer_has_no_posters(till: World) -> None:
    carol = till.of("carol")
    for verb in (
        carol.wishes.mine,
        carol.wishes.looks,
        carol.wishes.skip_portrait,
        lambda: carol.wishes.give_portrait("media"),
        lambda: carol.wishes.choose("warm"),
    ):
        with pytest.raises(NotAPromoter):
            verb()
    carol.wishes.portrait_judged(JPEG, "")
    assert not kept(till)


def test_the_merchant_takes_down_what_does_not_belong_there(till: World) -> None:
    code = till.of("bob").promoters.mine().code
    till.enrol("review", Role.REVIEW)
    till.enrol("finance", Role.FINANCE)
    with pytest.raises(NoPortrait):
        till.of("review").wishes.take_down(code)
    till.of("bob").wishes.portrait_judged(JPEG, "")
    assert till.of("review").wishes.of_code(code).portrait
    for name, no in (("finance", LacksRight), ("mallory", NotStaff), ("alice", NotStaff)):
        with pytest.raises(no):
            till.of(name).wishes.take_down(code)
    with pytest.raises(NoSuchPromoter):
        till.of("review").wishes.take_down("ZZZZZZ")
    assert till.of("review").wishes.take_down(code) == code
    assert not facts(till).portrait
    assert told(till, "portrait_down") == [{}]


def test_a_look_is_chosen_among_those_that_the_merchant_allows(till: World) -> None:
    bob = till.of("bob").wishes
    with pytest.raises(LookNotOffered):
        bob.choose("warm")
    till.boss.settings.change("poster_looks", "warm,night")
    with pytest.raises(LookNotOffered):
        till.of("bob").wishes.choose("jade")
    assert till.of("bob").wishes.choose("night") is PosterLook.NIGHT
    assert till.of("bob").wishes.looks().chosen is PosterLook.NIGHT
    assert facts(till).template is PosterLook.NIGHT
    assert facts(till, "alice").template is PosterLook.PLAIN
    till.boss.settings.change("poster_looks", "warm")
    assert till.of("bob").wishes.looks().chosen is None
    assert facts(till).template is PosterLook.PLAIN
    till.boss.settings.change("poster_looks", "warm,night")
    assert facts(till).template is PosterLook.NIGHT
    assert till.of("bob").wishes.choose("") is None
    assert facts(till).template is PosterLook.PLAIN


def test_whoever_reviews_may_look_at_a_poster_and_only_the_owner_at_samples(till: World) -> None:
    bob = till.of("bob").promoters.mine().id
    till.enrol("review", Role.REVIEW)
    assert till.of("review").pictures.want("poster", bob)
    with pytest.raises(LacksRight):
        till.of("review").pictures.want("preview", "shop")
    assert till.boss.pictures.want("preview", "shop")
