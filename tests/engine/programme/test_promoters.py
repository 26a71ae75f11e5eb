"""Finding promoters: all of them page by page, by name or remark, by phone."""

from __future__ import annotations

from tests.engine.world import World


def test_promoters_are_read_newest_first_page_by_page(shop: World) -> None:
    shop.clock.move(minutes=1)
    shop.recruit("mallory")
    pages = [shop.boss.promoters.page(skip, 3) for skip in (0, 3)]
    assert [len(page) for page in pages] == [3, 1]
    assert shop.name(pages[0][0].id) == "mallory"
    assert {shop.name(one.id) for page in pages for one in page} == {"alice", "bob", "dave", "mallory"}


def test_a_promoter_is_found_by_a_part_of_his_name_and_by_the_shops_remark(shop: World) -> None:
    shop.clock.move(minutes=1)
    shop.recruit("mallory")
    shop.visit("dave", "bob")
    shop.boss.customers.remark(shop.person("dave"), "Dave 东门店")
    room = shop.boss.promoters

    def found(typed: str, most: int = 8) -> list[str | None]:
        return [shop.name(one.id) for one in room.named(typed, most)]

    assert (found("小波"), found("dave"), found("东门"), found("谁")) == (["bob"], ["dave"], ["dave"], [])
    assert len(found("")) == 4
    assert found("", 1) == ["mallory"]


def test_who_is_forgotten_has_no_name_to_be_found_by(shop: World) -> None:
    shop.of("bob").forgetting.forget()
    assert shop.boss.promoters.named("小波", 8) == ()
