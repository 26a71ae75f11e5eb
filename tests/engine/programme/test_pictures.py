"""What stands on a poster, and that a picture is on its way once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import SYSTEM
from engine.errors import EngineError
from engine.money import Money
from engine.programme.members import InvitationOver
from engine.programme.modes import PosterLook
from engine.programme.pictures import MemberFacts
from engine.programme.products import NoSuchProduct
from engine.programme.promoters import NotAPromoter
from engine.programme.settings import NoSuchSetting
from engine.store.tables import outbox
from tests.engine.world import HeardBell, World


def on_the_way(shop: World, kind: str) -> list[dict[str, str]]:
    mine = (outbox.c.shop_id == shop.shop) & (outbox.c.kind == kind)
    return [row.payload for row in shop.rows(select(outbox.c.payload).where(mine))]


def test_a_shop_poster_bears_the_shop_until_the_merchant_gives_it_a_title(shop: World) -> None:
    bob, room = shop.promoter("bob"), shop.of("bob").pictures
    shop.change("shop_name", "小店")
    plain = room.poster(bob)
    assert (plain.kind, plain.title, plain.name) == ("shop", "小店", "李小波")
    assert (plain.code, plain.scene) == (shop.code("bob"), f"p:{shop.code('bob')}")
    shop.change("poster_title", "春天来了")
    assert room.poster(bob).title == "春天来了"
    printed = room.printed(bob, "AB23")
    assert printed.scene == f"p:{shop.code('bob')}:AB23"
    assert (room.poster(bob).printed, printed.printed) == (False, True)


def test_a_product_poster_leads_to_the_promoter_and_shows_what_customers_pay(shop: World) -> None:
    found = shop.of("bob").pictures.product(shop.promoter("bob"), "SKU1")
    assert (found.kind, found.title, found.price) == ("product", "护手霜", Money(10_000))
    assert found.scene == f"p:{shop.code('bob')}"
    with pytest.raises(NoSuchProduct):
        shop.of("bob").pictures.product(shop.promoter("bob"), "SKU9")


def test_an_invitation_bears_the_words_of_the_recruit_page(shop: World) -> None:
    shop.change("recruit_title", "一起来推荐")
    found = shop.of("bob").pictures.invitation(shop.promoter("bob"))
    assert (found.kind, found.title, found.scene) == ("invitation", "一起来推荐", f"i:{shop.code('bob')}")
    assert found.text == shop.boss.settings.now().recruit_text


@pytest.mark.parametrize("look", PosterLook)
def test_each_kind_has_the_look_that_was_chosen_for_it(shop: World, look: PosterLook) -> None:
    room, bob = shop.of("bob").pictures, shop.promoter("bob")
    kinds = {
        "poster_template": lambda: room.poster(bob),
        "product_template": lambda: room.product(bob, "SKU1"),
        "invitation_template": lambda: room.invitation(bob),
    }
    for key, poster in kinds.items():
        if poster().template is not look:
            shop.change(key, look.value)
        assert poster().template is look


def test_the_merchants_own_invitation_says_shop_and_group(shop: World) -> None:
    shop.boss.groups.create("门店员工")
    made = shop.boss.members.invite("门店员工")
    shown = shop.boss.pictures.members(made.token)
    assert shown == MemberFacts(shop.boss.settings.now().shop_name, "门店员工", f"m:{made.token}")
    shop.boss.members.end(made.token)
    with pytest.raises(InvitationOver):
        shop.boss.pictures.members(made.token)


def test_a_picture_that_is_on_its_way_is_not_asked_for_again(shop: World) -> None:
    bob, alice = shop.promoter("bob"), shop.promoter("alice")
    assert shop.of("bob").pictures.want("poster", bob)
    assert not shop.of("bob").pictures.want("poster", bob)
    assert shop.of("bob").pictures.want("product", f"{bob} SKU1")
    assert shop.of("bob").pictures.want("product", f"{bob} SKU2")
    assert shop.of("alice").pictures.want("poster", alice)
    asked = {(each["what"], each["subject"]) for each in on_the_way(shop, "picture")}
    assert asked == {
        ("poster", bob),
        ("product", f"{bob} SKU1"),
        ("product", f"{bob} SKU2"),
        ("poster", alice),
    }
    post = shop.engine.post(shop.shop)
    for row, kind in post.due():
        if kind == "picture" and (taken := post.claim(row)):
            post.sent(taken)
    assert shop.of("bob").pictures.want("poster", bob), "one that has arrived may be asked for again"


def test_one_that_waits_for_its_next_try_is_tried_at_once_when_it_is_asked_for_again(shop: World) -> None:
    bob = shop.promoter("bob")
    shop.of("bob").pictures.want("poster", bob)
    post = shop.engine.post(shop.shop)
    (row,) = (row for row, kind in post.due() if kind == "picture")
    for _ in range(5):
        taken = post.claim(row)
        assert taken
        post.failed(taken, "errcode=-1")
        assert not shop.of("bob").pictures.want("poster", bob)
    shop.engine.store.bell = bell = HeardBell()
    assert not shop.of("bob").pictures.want("poster", bob)
    assert bell.rung == [], "it is due already"
    taken = post.claim(row)
    assert taken
    assert not shop.of("bob").pictures.want("poster", bob)
    assert bell.rung == [], "a worker has it"
    post.failed(taken, "errcode=-1")
    assert not shop.of("bob").pictures.want("poster", bob)
    assert bell.rung == ["picture"]


def test_nobody_has_anothers_poster_drawn_but_the_staff(shop: World) -> None:
    with pytest.raises(EngineError, match="poster of another promoter"):
        shop.of("alice").pictures.want("poster", shop.promoter("bob"))
    with pytest.raises(NotAPromoter):
        shop.of("carol").pictures.want("poster", shop.promoter("bob"))
    assert on_the_way(shop, "picture") == []
    assert shop.boss.pictures.want("poster", shop.promoter("bob"))


def test_the_code_of_a_page_is_drawn_once_a_minute(shop: World) -> None:
    for _ in range(2):
        shop.at(SYSTEM).pictures.want_code("p:ABC234")
    assert on_the_way(shop, "code") == [{"scene": "p:ABC234"}]
    shop.clock.time += timedelta(minutes=1)
    shop.at(SYSTEM).pictures.want_code("p:ABC234")
    assert len(on_the_way(shop, "code")) == 2


def test_a_picture_for_a_setting_is_fetched_and_its_fate_told_to_who_sent_it(shop: World) -> None:
    shop.boss.pictures.give("recruit_picture", "media-1")
    assert on_the_way(shop, "given") == [{"key": "recruit_picture", "media": "media-1"}]
    shop.boss.pictures.judged("recruit_picture", "too small")
    assert on_the_way(shop, "judged") == [{"key": "recruit_picture", "why_not": "too small"}]
    for key in ("shop_name", "nothing"):
        with pytest.raises(NoSuchSetting):
            shop.boss.pictures.give(key, "media-2")
    assert len(on_the_way(shop, "given")) == 1
