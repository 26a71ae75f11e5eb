"""Orders that waited for their buyer are decided once, as of their payment, when he becomes known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.money import Money
from engine.orders.attribution import Why
from engine.orders.claims import OrderDecided
from engine.orders.events import Buyer, PageVisit, PlacedBy
from engine.orders.facts import Shipped
from engine.orders.known import CHUNK
from engine.orders.phones import NoPhoneBound
from engine.orders.views import NoSuchOrder
from engine.people.confirmations import CodeOutdated
from engine.store.actors import SYSTEM
from engine.store.tables import outbox, page_visit_conflicts, reassignments
from tests.engine.world import World, line

STRANGER = Buyer(unionid="u_carol")
BOTH = Buyer("o_carol", "u_carol")


def hear_waiting(shop: World, *fens: int, buyer: Buyer = STRANGER) -> list[str]:
    numbers = [f"W{shop.now:%H}-{n}" for n, _ in enumerate(fens)]
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
    assert (result.sales, result.orders) == (Money(6_000), 1)


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
        shop.at(SYSTEM).claims.carry_on("unionid", row.payload["digest"], row.payload["after"])
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


# --- phones

PHONE = "13900000000"
BY_PHONE = Buyer(phone=PHONE)


def test_binding_the_phone_decides_what_waited_for_it(shop: World) -> None:
    shop.visit("carol", "bob")
    (number,) = hear_waiting(shop, 10_000, buyer=BY_PHONE)
    assert shop.of("carol").phones.bind("139 0000-0000") == "0000"
    assert shop.of("carol").phones.mine() == "0000"
    assert shop.paid_to(number) == ("bob", "alice")
    assert shop.lock("carol") == "bob"
    (mine,) = shop.of("carol").order_book.of_buyer(0, 5)
    assert mine.number == number


def test_a_phone_that_two_have_bound_decides_nothing_until_one_of_them_lets_go(shop: World) -> None:
    shop.visit("carol", "bob")
    for name in ("mallory", "carol"):
        shop.bind(name, PHONE)
    (number,) = hear_waiting(shop, 10_000, buyer=BY_PHONE)
    assert shop.decision(number) is None
    shop.bind("mallory", "13900000001")
    assert shop.paid_to(number) == ("bob", "alice")


def test_unbinding_leaves_the_phone_to_whoever_else_has_it(shop: World) -> None:
    shop.visit("carol", "bob")
    for name in ("mallory", "carol"):
        shop.bind(name, PHONE)
    (number,) = hear_waiting(shop, 10_000, buyer=BY_PHONE)
    assert shop.of("mallory").phones.unbind() == "0000"
    assert shop.of("mallory").phones.mine() == ""
    assert shop.paid_to(number) == ("bob", "alice")
    with pytest.raises(NoPhoneBound):
        shop.of("mallory").phones.unbind()


def test_who_is_forgotten_leaves_the_phone_to_whoever_else_has_it(shop: World) -> None:
    shop.visit("carol", "bob")
    for name in ("mallory", "carol"):
        shop.bind(name, PHONE)
    (number,) = hear_waiting(shop, 10_000, buyer=BY_PHONE)
    shop.of("mallory").forgetting.forget()
    look_again(shop)
    assert shop.paid_to(number) == ("bob", "alice")


def test_who_is_forgotten_alone_leaves_the_order_waiting(shop: World) -> None:
    shop.recruit("mallory")
    shop.change("self_purchase", "commission")
    shop.bind("mallory", PHONE)
    (number,) = hear_waiting(shop, 10_000, buyer=BY_PHONE)
    shop.of("mallory").forgetting.forget()
    look_again(shop)
    assert shop.decision(number) is None


def test_an_order_that_a_phone_cannot_decide_holds_no_later_one_up(shop: World) -> None:
    """A whole chunk by which bob would earn himself, and behind it one by which he would not."""
    shop.change("self_purchase", "commission")
    stuck = hear_waiting(shop, *([100] * CHUNK), buyer=BY_PHONE)
    shop.clock.move(hours=1)
    shop.change("self_purchase", "none")
    (number,) = hear_waiting(shop, 10_000, buyer=BY_PHONE)
    shop.bind("bob", PHONE)
    look_again(shop)
    assert shop.decision(number) is not None
    assert all(shop.decision(one) is None for one in stuck)


def look_again(shop: World) -> None:
    """The worker does what the outbox says about buyers who became known."""
    rows = shop.rows(outbox.select().where(outbox.c.shop_id == shop.shop, outbox.c.kind == "known"))
    for row in rows:
        told = row.payload
        shop.at(SYSTEM, f"outbox:{row.id}").claims.carry_on(
            told["kind"], told["digest"], told.get("after", "")
        )


def test_the_same_phone_again_changes_nothing(shop: World) -> None:
    shop.bind("carol", PHONE)
    shop.bind("carol", PHONE)
    hear_waiting(shop, 10_000, buyer=Buyer(phone="13900000009"))
    assert shop.boss.reports.todo().unclaimed == 1


def test_an_applicants_phone_is_his_too_and_its_orders_follow(shop: World) -> None:
    shop.visit("carol", "bob")
    (number,) = hear_waiting(shop, 10_000, buyer=BY_PHONE)
    shop.apply("carol", PHONE)
    (row,) = shop.rows(outbox.select().where(outbox.c.shop_id == shop.shop, outbox.c.kind == "known"))
    shop.at(SYSTEM).claims.carry_on("phone", row.payload["digest"])
    assert shop.paid_to(number) == ("bob", "alice")


# --- claims


def test_the_merchant_sees_what_waits_and_who_may_have_bought(shop: World) -> None:
    shop.visit("carol", "bob")
    shop.clock.move(hours=1)
    shop.visit("mallory", "dave")
    shop.bind("mallory", "13911112222")
    shop.clock.move(hours=1)
    shop.visit("carol", "dave")
    shop.clock.move(hours=1)
    (number,) = hear_waiting(shop, 10_000, buyer=BY_PHONE)
    shop.clock.move(hours=1)
    shop.visit("老板", "dave")
    (waits,) = shop.boss.claims.waiting(0, 5)
    assert (waits.number, waits.paid, waits.by_phone, waits.by_unionid, waits.phone_holders) == (
        number, Money(10_000), True, False, 0,
    )  # fmt: skip
    found = shop.boss.claims.may_have_bought(waits.code, 5)
    assert [(one.name.given, one.phone_tail, one.promoter.given) for one in found] == [
        ("", "", "赵大卫"), ("", "2222", "赵大卫"), ("李小波", "0307", "王爱丽"),
    ]  # fmt: skip
    assert found[0].person == shop.person("carol")
    assert shop.boss.claims.waiting(1, 5) == ()


def test_only_what_is_paid_and_undecided_waits_and_each_says_what_it_is(shop: World) -> None:
    shop.tell("not-paid", Shipped("p1", shop.now))
    shop.pay("carol", 10_000, by="bob")
    shop.tell("soap", shop.sold(STRANGER, 100))
    shop.clock.move(minutes=1)
    masks = replace(line(200), title="面膜")
    shop.tell("masks", shop.sold(STRANGER, masks, line(300, 2)))
    waits = shop.boss.claims.waiting(0, 5)
    assert [(one.number, one.title, one.lines) for one in waits] == [
        ("masks", "面膜", 2),
        ("soap", "护手霜", 1),
    ]


def test_who_came_a_month_before_or_as_the_order_was_paid_may_have_bought(shop: World) -> None:
    shop.visit("mallory", "bob")
    shop.clock.move(milliseconds=1)
    shop.visit("carol", "bob")
    shop.clock.move(days=30)
    shop.visit("dave", "bob")
    (number,) = hear_waiting(shop, 10_000)
    found = shop.boss.claims.may_have_bought(shop.order_code(number), 5)
    assert [one.person for one in found] == [shop.person("dave"), shop.person("carol")]


def test_a_claimed_order_is_decided_as_if_its_buyer_had_been_known(shop: World) -> None:
    shop.visit("carol", "bob")
    shop.clock.move(hours=1)
    (number,) = hear_waiting(shop, 10_000)
    shop.clock.move(days=30)
    shop.refund(number, 5_000)
    shown = shop.boss.claims.preview(shop.order_code(number), shop.person("carol"))
    assert (shown.first.amount, shown.second.amount) == (Money(1_500), Money(500))
    done = shop.claim(number, "carol")
    assert done.ruling == shown
    assert (shop.money("bob"), shop.money("alice")) == ({"pending": 1_500}, {"pending": 500})
    (row,) = shop.rows(reassignments.select().where(reassignments.c.shop_id == shop.shop))
    assert (row.how, row.actor) == ("claimed", str(shop.boss.actor))
    with pytest.raises(OrderDecided):
        shop.claim(number, "mallory")


def test_two_claims_at_once_and_the_second_finds_it_decided(shop: World) -> None:
    (number,) = hear_waiting(shop, 10_000)
    code = shop.order_code(number)
    first = shop.boss.claims.propose(code, shop.person("carol"))
    second = shop.boss.claims.propose(code, shop.person("mallory"))
    claimed = shop.boss.claims.claim(first.code)
    assert claimed.ruling.first.why is Why.NO_LOCK_NO_CODE
    with pytest.raises(CodeOutdated):
        shop.boss.claims.claim(second.code)


def test_an_order_that_is_none_cannot_be_claimed(shop: World) -> None:
    with pytest.raises(NoSuchOrder):
        shop.boss.claims.propose("ABCDEF", shop.person("carol"))


def test_a_promoter_may_be_the_buyer_and_earns_nothing_by_it(shop: World) -> None:
    (number,) = hear_waiting(shop, 10_000)
    assert shop.claim(number, "dave").ruling.first.promoter is None
    assert shop.expense() == 0


def test_who_placed_a_waiting_order_is_remembered_by_his_digest(shop: World) -> None:
    sold = shop.sold(STRANGER, 10_000, placed_by=PlacedBy(openid="o_mallory"))
    assert shop.tell("W", sold).outcome == "waiting"
    shop.clock.move(hours=1)
    shop.visit("carol", "dave")
    shop.recruit("mallory")
    shop.claim("W", "carol")
    # mallory was no promoter when it was paid, and carol had not come by dave yet
    assert shop.paid_to("W") == (None, None)


def test_a_frozen_promoter_who_placed_it_does_not_make_it_wait(shop: World) -> None:
    shop.freeze("dave")
    shop.clock.move(hours=1)
    sold = shop.sold(STRANGER, 10_000, placed_by=PlacedBy(openid="o_dave"))
    assert shop.tell("W", sold).outcome == "booked"
    assert shop.paid_to("W") == (None, None)
