"""Orders that waited for their buyer are decided once, as of their payment, when he becomes known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.money import Money
from engine.orders.events import Buyer, PageVisit
from engine.store.actors import SYSTEM
from engine.store.tables import outbox, page_visit_conflicts, reassignments
from tests.engine.world import World

STRANGER = Buyer(unionid="u_carol")
BOTH = Buyer("o_carol", "u_carol")


def hear_waiting(shop: World, *fens: int, buyer: Buyer = STRANGER) -> list[str]:
    numbers = [f"W{n}" for n, _ in enumerate(fens)]
    for number, fen in zip(numbers, fens, strict=True):
        assert shop.tell(number, shop.sold(buyer, fen)).outcome == "waiting"
    return numbers


def test_a_unionid_linked_by_an_order_decides_what_waited_as_of_its_payment(shop: World) -> None:
    shop.visit("carol", "bob")
    shop.clock.move(hours=1)
    (number,) = hear_waiting(shop, 10_000)
    shop.clock.move(hours=1)
    paid_at = shop.now
    shop.visit("carol", "dave")
    shop.clock.move(hours=1)
    later = shop.pay(BOTH, 5_000)
    assert shop.paid_to(later)[0] == "dave"
    assert shop.paid_to(number) == ("bob", "alice")
    assert (shop.money("bob"), shop.money("alice")) == ({"pending": 3_000}, {"pending": 1_000})
    # the lock of the earlier order runs from its payment to the start of the next one
    assert shop.lock("carol", paid_at) == "bob"
    assert shop.lock("carol") == "dave"
    assert shop.boss.reports.todo().unclaimed == 0


def test_a_visit_that_names_both_links_them_too(shop: World) -> None:
    shop.visit("carol", "bob")
    (number,) = hear_waiting(shop, 10_000)
    assert shop.feed.orders.visited(PageVisit("shop", "v1", shop.now, BOTH)) == "booked"
    assert shop.paid_to(number) == ("bob", "alice")


def test_who_becomes_known_after_the_money_was_due_has_it_at_once_less_what_was_refunded(shop: World) -> None:
    shop.visit("carol", "bob")
    (number,) = hear_waiting(shop, 10_000)
    shop.ship(number)
    shop.clock.move(days=1)
    shop.refund(number, 4_000)
    shop.clock.move(days=30)
    shop.set_rate("level1", "50%")
    shop.pay(BOTH, 5_000)
    assert shop.money("bob")["available"] == 1_800
    found = shop.of("bob").earnings.of(shop.promoter("bob"))
    assert found.today.level1 == Money(1_800)
    (result, *_) = shop.boss.reports.results(1, 5)
    assert (result.sales, result.orders) == (Money(10_000), 1)


def test_the_decision_is_written_down_and_stands(shop: World) -> None:
    shop.visit("carol", "bob")
    (number,) = hear_waiting(shop, 10_000)
    shop.pay(BOTH, 5_000)
    (row,) = shop.rows(reassignments.select().where(reassignments.c.shop_id == shop.shop))
    assert (row.n, row.how, row.before, row.reason) == (1, "known", None, "")
    assert row.after["level1"]["promoter"] == shop.promoter("bob")
    shop.clock.move(hours=1)
    shop.visit("carol", "dave")
    shop.pay(BOTH, 5_000)
    assert shop.paid_to(number) == ("bob", "alice")
    assert len(shop.rows(reassignments.select().where(reassignments.c.shop_id == shop.shop))) == 1


def test_many_orders_are_decided_fifty_at_a_time(shop: World) -> None:
    shop.visit("carol", "dave")
    hear_waiting(shop, *([100] * 101))
    shop.pay(BOTH, 5_000)
    assert shop.boss.reports.todo().unclaimed == 51
    for left in (1, 0):
        (row,) = shop.rows(
            outbox.select().where(
                outbox.c.shop_id == shop.shop, outbox.c.kind == "known", outbox.c.state == "ready"
            )
        )
        shop.at(SYSTEM).claims.carry_on("unionid", row.payload["digest"])
        shop.engine.store.write(
            shop.shop,
            SYSTEM,
            lambda tx, done=row: tx.run(
                outbox.update()
                .where(outbox.c.shop_id == tx.shop, outbox.c.id == done.id)
                .values(state="sent")
            ),
        )
        assert shop.boss.reports.todo().unclaimed == left
    assert shop.money("dave") == {"pending": 101 * 30 + 1_500}


# --- page visits


@pytest.mark.parametrize(
    "change", [{"page": "/other"}, {"seconds": 9}, {"code": "ABC234"}, {"customer": Buyer("o_mallory")}]
)
def test_a_page_visit_told_with_other_content_is_kept_as_a_conflict(
    shop: World, change: dict[str, object]
) -> None:
    shop.person("mallory")
    visit = PageVisit("shop", "v1", shop.now, Buyer("o_carol"), "/goods", 5)
    assert shop.feed.orders.visited(visit) == "booked"
    other = replace(visit, **change)  # type: ignore[arg-type]
    assert [shop.feed.orders.visited(other) for _ in range(2)] == ["conflict"] * 2
    assert shop.feed.orders.visited(visit) == "known"
    (row,) = shop.rows(page_visit_conflicts.select().where(page_visit_conflicts.c.shop_id == shop.shop))
    assert "o_" not in row.content["customer"]["openid"]


def test_a_visitor_who_became_known_meanwhile_is_no_conflict(shop: World) -> None:
    visit = PageVisit("shop", "v1", shop.now, STRANGER)
    assert shop.feed.orders.visited(visit) == "booked"
    shop.pay(BOTH, 1_000)
    assert shop.feed.orders.visited(visit) == "known"
