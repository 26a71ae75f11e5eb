"""素材文案: kept at every step, seen by promoters while it is on the shelf, gone with its pictures when deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import SYSTEM
from engine.programme import materials
from engine.programme.materials import (
    LONGEST_TEXT,
    MOST_PICTURES,
    BadMaterial,
    Material,
    MaterialListed,
    MaterialPicture,
    NoSuchMaterial,
    TooManyMaterials,
    TooManyPictures,
)
from engine.programme.products import NoSuchProduct
from engine.programme.promoters import NotAPromoter, WrongStatus
from engine.programme.wording import BannedWording
from engine.store.tables import material_pictures, outbox
from tests.engine.world import World

TEXT = "新品护手霜到店，秋冬随身带一支。"


def told(world: World, kind: str) -> list[dict[str, Any]]:
    mine = (outbox.c.shop_id == world.shop) & (outbox.c.kind == kind)
    rows = world.rows(select(outbox.c.payload).where(mine).order_by(outbox.c.created_at, outbox.c.id))
    return [row.payload for row in rows]


def with_pictures(world: World, count: int, sku: str = "") -> Material:
    """One on the shelf, whose pictures are fetched."""
    row = world.boss.materials.add(TEXT, sku)
    for number in range(count):
        world.boss.materials.give(row.code, f"media{number}")
    of_it = material_pictures.c.code == row.code
    rows = world.rows(select(material_pictures.c.id).where(of_it).order_by(material_pictures.c.n))
    for number, (picture,) in enumerate(rows, 1):
        assert world.at(SYSTEM).materials.keep(picture, f"{row.code}-{number}.jpg")
    return world.boss.materials.put_up(row.code)


def test_text_is_kept_at_once_and_seen_by_promoters_from_the_shelf_only(shop: World) -> None:
    row = shop.boss.materials.add(f"  {TEXT} \n\n 到店自提。", "")
    assert (row.text, row.listed, row.product, row.pictures) == (f"{TEXT}\n\n到店自提。", False, "", ())
    assert shop.boss.materials.get(row.code.lower()) == row
    assert shop.of("bob").materials.shown("", 0, 9) == ()
    with pytest.raises(NoSuchMaterial):
        shop.of("bob").materials.get_shown(row.code)
    up = shop.boss.materials.put_up(row.code)
    assert shop.of("bob").materials.shown("", 0, 9) == (up,)
    shop.boss.materials.take_down(row.code)
    assert shop.of("bob").materials.shown("", 0, 9) == ()
    assert shop.boss.materials.rewrite(row.code, "换一句").text == "换一句"


def test_the_newest_stands_first_and_products_have_their_own(shop: World) -> None:
    first = with_pictures(shop, 0)
    shop.clock.move(minutes=1)
    second = with_pictures(shop, 0, "SKU1")
    assert (second.sku, second.product) == ("SKU1", "护手霜")
    assert [row.code for row in shop.boss.materials.all("", 0, 9)] == [second.code, first.code]
    assert [row.code for row in shop.boss.materials.all("", 1, 9)] == [first.code]
    assert [row.code for row in shop.boss.materials.all("SKU1", 0, 9)] == [second.code]
    assert [row.code for row in shop.of("bob").materials.shown("SKU1", 0, 9)] == [second.code]
    shop.boss.products.promote("SKU1", False)
    assert [row.code for row in shop.of("bob").materials.shown("", 0, 9)] == [first.code]
    with pytest.raises(NoSuchMaterial):
        shop.of("bob").materials.get_shown(second.code)
    assert shop.boss.materials.assign(second.code, "").sku == ""
    assert shop.boss.materials.assign(first.code, "SKU1").promoted is False


def test_what_is_no_material(shop: World) -> None:
    for text in ("", " \n ", "字" * (LONGEST_TEXT // 3 + 1)):
        with pytest.raises(BadMaterial):
            shop.boss.materials.add(text, "")
    with pytest.raises(BannedWording):
        shop.boss.materials.add("转发领红包", "")
    with pytest.raises(NoSuchProduct):
        shop.boss.materials.add(TEXT, "SKU9")
    row = shop.boss.materials.add("字" * (LONGEST_TEXT // 3), "")
    with pytest.raises(BannedWording):
        shop.boss.materials.rewrite(row.code, "躺 赚")
    with pytest.raises(NoSuchProduct):
        shop.boss.materials.assign(row.code, "SKU9")
    with pytest.raises(NoSuchMaterial):
        shop.boss.materials.put_up("ZZZZZZ")


def test_there_is_an_end_to_them(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(materials, "MOST_MATERIALS", 1)
    shop.boss.materials.add(TEXT, "")
    with pytest.raises(TooManyMaterials):
        shop.boss.materials.add(TEXT, "")


def test_pictures_keep_their_order_and_are_nine_at_most(shop: World) -> None:
    row = with_pictures(shop, MOST_PICTURES - 1)
    assert row.pictures == tuple(f"{row.code}-{number}.jpg" for number in range(1, MOST_PICTURES))
    coming = shop.boss.materials.give(row.code, "one more")
    assert (len(coming.pictures), coming.coming) == (MOST_PICTURES - 1, 1)
    assert told(shop, "material")[-1]["person"] == shop.person("老板")
    with pytest.raises(TooManyPictures):
        shop.boss.materials.give(row.code, "too many")
    assert shop.of("bob").materials.picture(row.code, 2) == MaterialPicture(f"{row.code}-2.jpg")
    for number in (0, MOST_PICTURES):
        with pytest.raises(NoSuchMaterial):
            shop.of("bob").materials.picture(row.code, number)


def test_a_picture_that_cannot_be_used_goes_and_who_sent_it_is_told(shop: World) -> None:
    row = shop.boss.materials.add(TEXT, "")
    shop.boss.materials.give(row.code, "media")
    (given,) = told(shop, "material")
    for _ in range(2):  # a worker that did it twice tells it once
        shop.at(SYSTEM).materials.refuse(given["picture"], shop.person("老板"), "too_small")
    assert told(shop, "material_judged") == [{"code": row.code, "number": 1, "why_not": "too_small"}]
    assert shop.boss.materials.get(row.code).coming == 0
    assert shop.at(SYSTEM).materials.keep(given["picture"], "late.jpg") is False


def test_deleting_takes_the_files_along_and_not_from_the_shelf(shop: World) -> None:
    row = with_pictures(shop, 2)
    shop.boss.materials.give(row.code, "not fetched yet")
    with pytest.raises(MaterialListed):
        shop.boss.materials.delete(row.code)
    assert shop.boss.materials.clear(row.code).pictures == ()
    assert told(shop, "litter") == [{"names": list(row.pictures)}]
    shop.boss.materials.take_down(row.code)
    shop.boss.materials.delete(row.code)
    assert len(told(shop, "litter")) == 1
    assert shop.boss.materials.all("", 0, 9) == ()
    with pytest.raises(NoSuchMaterial):
        shop.boss.materials.delete(row.code)


def test_one_tap_sends_the_text_and_a_picture_or_two_by_themselves(shop: World) -> None:
    few, many = with_pictures(shop, 2), with_pictures(shop, 3)
    for row in (few, many):
        for _ in range(2):  # a double tap is one wish
            assert shop.of("bob").materials.pass_on(row.code) == row
    assert sorted(row["material"] for row in told(shop, "copy")) == sorted([few.code, many.code])
    wanted = {(row["what"], row["subject"]) for row in told(shop, "picture")}
    assert wanted == {("material", f"{few.code} 1"), ("material", f"{few.code} 2")}
    sent = select(outbox.c.useful_until).where(
        outbox.c.shop_id == shop.shop, outbox.c.kind.in_(["copy", "picture"])
    )
    assert {row.useful_until - shop.now for row in shop.rows(sent)} == {timedelta(seconds=55)}
    shop.clock.move(seconds=10)
    shop.of("bob").materials.pass_on(many.code)
    assert len(told(shop, "copy")) == 3


def test_only_who_promotes_now_passes_it_on(shop: World) -> None:
    row = with_pictures(shop, 0)
    with pytest.raises(NotAPromoter):
        shop.of("carol").materials.pass_on(row.code)
    shop.freeze("alice")
    with pytest.raises(WrongStatus):
        shop.of("alice").materials.pass_on(row.code)
    shop.boss.materials.take_down(row.code)
    with pytest.raises(NoSuchMaterial):
        shop.of("bob").materials.pass_on(row.code)
