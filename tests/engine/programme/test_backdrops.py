"""海报底图: a picture is a draft until the owner has seen it; then it stands behind every new poster of its kind."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.people.authority import NotStaff
from engine.programme.backdrops import DRAFT_KEPT, KEYS, Draft, NoDraft
from engine.programme.modes import PosterKind, PosterLook
from engine.programme.settings import NothingChanged
from engine.store.actors import SYSTEM
from engine.store.tables import material_pictures, outbox
from tests.engine.world import World

A, B, C = (f"{letter * 64}.jpg" for letter in "abc")


def test_a_draft_is_drawn_for_the_owner_and_seen_by_nobody_else(till: World) -> None:
    bob = till.of("bob").promoters.mine().id
    till.boss.backdrops.draft("shop", A)
    (asked,) = till.rows(
        select(outbox.c.payload).where(outbox.c.kind == "picture", outbox.c.shop_id == till.shop)
    )
    assert asked.payload == {"what": "preview", "subject": "shop"}
    assert till.boss.pictures.preview("shop").background == A
    assert till.boss.pictures.preview("product").background == ""
    assert till.of("bob").pictures.poster(bob).background == ""
    assert till.boss.backdrops.waiting() == Draft("shop", A)
    assert till.boss.backdrops.use("") == "shop"
    assert till.of("bob").pictures.poster(bob).background == A
    assert till.of("bob").pictures.invitation(bob).background == ""
    assert till.boss.backdrops.waiting() is None
    assert till.boss.pictures.preview("shop").background == A


@pytest.mark.parametrize("kind", KEYS)
def test_each_kind_has_its_own(till: World, kind: PosterKind) -> None:
    till.boss.backdrops.draft(kind, B)
    assert till.boss.backdrops.use(kind) == kind
    rules = till.boss.settings.now()
    assert {key: getattr(rules, key) for key in KEYS.values()} == dict.fromkeys(KEYS.values(), "") | {
        KEYS[kind]: B
    }
    till.boss.settings.change(KEYS[kind], "")
    assert getattr(till.boss.settings.now(), KEYS[kind]) == ""
    assert isinstance(till.boss.pictures.preview(kind).template, PosterLook)


def test_the_newest_picture_is_the_one_that_is_spoken_of(till: World) -> None:
    till.boss.backdrops.draft("shop", A)
    till.clock.move(seconds=1)
    till.boss.backdrops.draft("product", A)
    till.boss.backdrops.draft("product", B)
    assert till.boss.backdrops.waiting() == Draft("product", B)
    till.boss.backdrops.drop("product")
    assert till.boss.backdrops.waiting() == Draft("shop", A)
    till.boss.backdrops.use("shop")
    assert till.boss.settings.now().poster_background == A


def test_without_a_draft_there_is_nothing_to_use_or_to_drop(till: World) -> None:
    for verb in (lambda: till.boss.backdrops.use(""), lambda: till.boss.backdrops.drop("shop")):
        with pytest.raises(NoDraft):
            verb()
    till.boss.backdrops.draft("shop", A)
    with pytest.raises(NoDraft):
        till.boss.backdrops.use("product")
    till.clock.move(seconds=DRAFT_KEPT.total_seconds() + 1)
    with pytest.raises(NoDraft):
        till.boss.backdrops.use("shop")


def test_the_picture_that_is_live_already_is_no_change(till: World) -> None:
    for _ in range(2):
        till.boss.backdrops.draft("shop", A)
        if till.boss.settings.now().poster_background:
            with pytest.raises(NothingChanged):
                till.boss.backdrops.use("shop")
        else:
            till.boss.backdrops.use("shop")


def test_outsiders_decide_nothing(till: World) -> None:
    with pytest.raises(NotStaff):
        till.of("mallory").backdrops.draft("shop", A)
    till.boss.backdrops.draft("shop", A)
    with pytest.raises(NotStaff):
        till.of("bob").backdrops.use("shop")


def test_a_file_is_kept_as_long_as_somebody_may_ask_for_it(till: World) -> None:
    system = till.at(SYSTEM)
    assert system.pictures.kept() == frozenset()
    till.boss.backdrops.draft("shop", A)
    assert system.pictures.kept() == {A}
    till.clock.move(hours=24)
    assert system.pictures.kept() == frozenset(), "nobody decided"
    till.boss.backdrops.draft("shop", A)
    till.boss.backdrops.use("shop")
    till.boss.settings.change("share_picture", B)
    assert system.pictures.kept() == {A, B}
    till.clock.move(hours=48)
    assert system.pictures.kept() == {A, B}
    till.boss.settings.change("poster_background", "")
    till.boss.settings.change("share_picture", "")
    till.boss.settings.change("share_picture", C)
    till.clock.move(hours=23)
    assert system.pictures.kept() == {A, B, C}, "a page of yesterday still shows it"
    till.clock.move(hours=2)
    assert system.pictures.kept() == {C}
    till.boss.backdrops.draft("product", B)
    till.boss.backdrops.drop("product")
    assert system.pictures.kept() == {C}


def test_pictures_of_material_are_kept_as_long_as_they_are_noted(till: World) -> None:
    noted = till.boss.materials.add("春茶到店", "").code
    till.boss.materials.give(noted, "media")
    till.boss.materials.give(noted, "other")
    mine = material_pictures.c.shop_id == till.shop
    picture = till.rows(select(material_pictures.c.id).where(mine).order_by(material_pictures.c.n))[0].id
    assert till.at(SYSTEM).materials.keep(picture, A)
    assert till.at(SYSTEM).pictures.kept() == {A}
    till.boss.materials.clear(noted)
    assert till.at(SYSTEM).pictures.kept() == frozenset()
