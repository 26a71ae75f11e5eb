"""为什么: every situation with its reasons, and who may read what of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import OPERATOR
from engine.money import Money, Rate
from engine.orders.attribution import Basis, Why
from engine.orders.events import AfterSaleOpened, Buyer, PlacedBy
from engine.orders.facts import Payment, Received
from engine.orders.views import NoSuchOrder
from engine.people.authority import Role
from engine.programme.modes import Goods
from engine.programme.rates import RateSource
from engine.reports.explained import Explained, LevelTold, Tie
from engine.store.tables import orders
from tests.engine.referrals.test_handover import carry_on
from tests.engine.world import World, line

Act = Callable[[World], str]


def code_of(shop: World, number: str) -> str:
    (row,) = shop.rows(select(orders.c.code).where(orders.c.shop_id == shop.shop, orders.c.number == number))
    return str(row.code)


def why(shop: World, number: str, who: str = "老板") -> Explained:
    return shop.of(who).why.of(code_of(shop, number))


def level(found: Explained, which: int) -> LevelTold:
    (one,) = (one for one in found.levels if one.level == which)
    return one


def frozen_before(shop: World, name: str, **order: str) -> str:
    """carol is bob's by a lock; then somebody is frozen, and she buys again."""
    shop.pay("carol", 1_000, by="bob")
    shop.clock.move(hours=1)
    shop.freeze(name)
    shop.clock.move(hours=1)
    return shop.pay("carol", 10_000, **order)


def off(shop: World) -> str:
    shop.clock.move(hours=1)
    shop.change("programme", "off")
    shop.clock.move(hours=1)
    return shop.pay("carol", 10_000, by="bob")


def one_level(shop: World) -> str:
    shop.clock.move(hours=1)
    shop.change("two_level", "off")
    shop.clock.move(hours=1)
    number = shop.pay("carol", 10_000, by="bob")
    shop.change("two_level", "on")
    return number


def own(shop: World) -> str:
    shop.change("self_purchase", "commission")
    shop.clock.move(hours=1)
    return shop.pay("bob", 10_000)


def visited(shop: World) -> str:
    shop.visit("carol", "bob")
    shop.clock.move(hours=1)
    return shop.pay("carol", 10_000)


def locked(shop: World) -> str:
    shop.pay("carol", 1_000, by="bob")
    shop.clock.move(days=30)
    return shop.pay("carol", 10_000)


def frozen_proxy(shop: World) -> str:
    shop.freeze("bob")
    shop.clock.move(hours=1)
    return shop.pay("carol", 10_000, placed_by=PlacedBy(code=shop.code("bob")))


def his_upline_bought(shop: World) -> str:
    return shop.pay("alice", 10_000, by="bob")


CASES: dict[str, tuple[Act, tuple[Why, str | None], tuple[Why, str | None], Basis]] = {
    "a live lock": (locked, (Why.LOCK, "bob"), (Why.UPLINE, "alice"), Basis.LOCK),
    "a sent code": (
        lambda shop: shop.pay("carol", 10_000, by="bob"),
        (Why.CODE, "bob"), (Why.UPLINE, "alice"), Basis.CODE,
    ),
    "the last visit": (visited, (Why.VISIT, "bob"), (Why.UPLINE, "alice"), Basis.CODE),
    "no upline": (
        lambda shop: shop.pay("carol", 10_000, by="dave"),
        (Why.CODE, "dave"), (Why.NO_UPLINE, None), Basis.CODE,
    ),
    "self-purchase": (own, (Why.SELF_PURCHASE, "bob"), (Why.UPLINE, "alice"), Basis.SELF_PURCHASE),
    "a proxy order": (
        lambda shop: shop.pay("carol", 10_000, placed_by=PlacedBy(code=shop.code("bob"))),
        (Why.PROXY, "bob"), (Why.UPLINE, "alice"), Basis.PROXY,
    ),
    "a proxy order of somebody frozen": (
        frozen_proxy, (Why.PROXY_FROZEN, "bob"), (Why.UPLINE, "alice"), Basis.PROXY,
    ),
    "own transfer": (
        lambda shop: shop.pay("carol", 10_000, by="bob", payment=Payment.OWN_TRANSFER),
        (Why.OWN_TRANSFER, "bob"), (Why.OWN_TRANSFER, None), Basis.OWN_TRANSFER,
    ),
    "programme off": (off, (Why.PROGRAMME_OFF, None), (Why.PROGRAMME_OFF, None), Basis.PROGRAMME_OFF),
    "neither lock nor code": (
        lambda shop: shop.pay("mallory", 10_000),
        (Why.NO_LOCK_NO_CODE, None), (Why.NO_LOCK_NO_CODE, None), Basis.NOTHING,
    ),
    "the lock's holder is frozen": (
        lambda shop: frozen_before(shop, "bob"),
        (Why.FROZEN, "bob"), (Why.UPLINE, "alice"), Basis.LOCK,
    ),
    "the upline is frozen": (
        lambda shop: frozen_before(shop, "alice"), (Why.LOCK, "bob"), (Why.FROZEN, "alice"), Basis.LOCK,
    ),
    "the upline bought": (
        his_upline_bought, (Why.CODE, "bob"), (Why.BUYER_HIMSELF, "alice"), Basis.CODE,
    ),
    "two levels off": (one_level, (Why.CODE, "bob"), (Why.TWO_LEVEL_OFF, "alice"), Basis.CODE),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_situation_has_its_reasons(shop: World, case: str) -> None:
    act, first, second, basis = CASES[case]
    found = why(shop, act(shop))
    told = [
        (
            one.reason,
            one.whom and next(n for n in ("alice", "bob", "dave") if shop.person(n) == one.whom.person),
        )
        for one in found.levels
    ]
    assert told == [first, second]
    assert found.basis is basis
    paid = {Why.LOCK, Why.CODE, Why.VISIT, Why.SELF_PURCHASE, Why.PROXY, Why.UPLINE}
    assert [one.paid for one in found.levels] == [one.reason in paid for one in found.levels]
    assert [one.amount for one in found.levels] == [
        Money(fen) if one.paid else Money(0) for one, fen in zip(found.levels, (3_000, 1_000), strict=True)
    ]


def test_an_order_that_waits_says_only_that_it_waits(shop: World) -> None:
    number = shop.pay(Buyer(phone="13900000000"), 10_000)
    found = why(shop, number)
    assert (found.waiting, found.levels, found.basis, found.buyer) == (True, (), None, None)
    shop.refund(number, 4_000)
    assert [(one.amount, one.took) for one in why(shop, number).refunds] == [
        (Money(4_000), ((1, Money(0)), (2, Money(0))))
    ]
    with pytest.raises(NoSuchOrder):
        why(shop, number, "bob")


def test_rates_say_where_they_came_from_line_by_line(shop: World) -> None:
    shop.boss.products.put("SKU2", "面霜", Goods.GOODS, Money(10_000))
    made = shop.boss.products.propose_rates("SKU2", Rate(2_000), None)
    shop.boss.products.confirm_rates(made.code)
    shop.boss.products.promote("SKU2", True)
    shop.boss.products.put("SKU3", "赠品", Goods.GOODS, Money(100))
    shop.boss.products.promote("SKU3", False)
    shop.clock.move(hours=1)
    lines = (line(1_000), line(2_000, 2, "SKU2"), line(500, 3, "SKU3"), line(3_000, 4))
    number = shop.pay("carol", *lines, line(700, 5, level1_discount=Money(300)), by="bob")
    first, second = why(shop, number).levels
    assert [(p.lines, p.rate, p.source, p.reason, p.base.fen, p.amount.fen) for p in first.parts] == [
        ((1, 4), Rate(3_000), RateSource.SHOP, None, 4_000, 1_200),
        ((2,), Rate(2_000), RateSource.PRODUCT, None, 2_000, 400),
        ((3,), Rate(3_000), RateSource.SHOP, Why.NOT_PROMOTED, 0, 0),
        ((5,), Rate(3_000), RateSource.SHOP, Why.DISCOUNTED, 0, 0),
    ]
    assert [p.lines for p in second.parts if p.reason is None] == [(1, 2, 4, 5)]
    assert first.amount == Money(1_600)


def test_each_refund_with_its_day_and_what_it_took(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    paid = shop.now
    shop.clock.move(days=1)
    shop.refund(number, 4_000)
    shop.clock.move(days=1)
    shop.cancel(number)
    found = why(shop, number)
    assert [(one.at, one.amount.fen, one.cancelled, one.took) for one in found.refunds] == [
        (paid + timedelta(days=1), 4_000, False, ((1, Money(1_200)), (2, Money(400)))),
        (paid + timedelta(days=2), 0, True, ((1, Money(1_800)), (2, Money(600)))),
    ]
    assert [one.took for one in why(shop, number, "alice").refunds] == [
        ((2, Money(400)),),
        ((2, Money(600)),),
    ]
    assert (found.refunded, found.paid) == (Money(10_000), Money(10_000))


def test_what_is_pending_and_what_has_matured(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    assert (level(why(shop, number), 1).due_at, level(why(shop, number), 1).pending.fen) == (None, 3_000)
    shop.ship(number)
    due = shop.now + timedelta(days=22)
    assert (level(why(shop, number), 1).due_at, level(why(shop, number), 1).matured_at) == (due, None)
    shop.tell(number, AfterSaleOpened("a1", shop.now))
    assert (why(shop, number).held, level(why(shop, number), 1).due_at) == (True, None)
    other = shop.pay("carol", 10_000, by="bob")
    shop.ship(other)
    shop.clock.move(days=22)
    shop.tick()
    told = level(why(shop, other), 1)
    assert (told.pending, told.amount, told.matured_at) == (Money(0), Money(3_000), due)


def test_what_is_pending_of_several_lines_has_come_when_the_last_of_them_has(shop: World) -> None:
    number = shop.pay("carol", line(10_000), line(20_000, 2, kind=Goods.SERVICE), by="bob")
    paid = shop.now
    shop.clock.move(days=3)
    shop.ship(number)
    told = level(why(shop, number), 1)
    assert (told.pending, told.due_at) == (Money(9_000), paid + timedelta(days=3 + 15 + 7))
    (listed,) = shop.of("bob").order_book.of_promoter(shop.promoter("bob"), 0, 5)
    assert listed.rewards[0].due_at == told.due_at
    shop.clock.move(days=20)
    shop.tick()
    told = level(why(shop, number), 1)
    assert (told.pending, told.matured_at) == (Money(3_000), paid + timedelta(days=15 + 7))


def test_the_lock_says_what_made_it(shop: World) -> None:
    first = shop.pay("carol", 1_000, by="bob")
    at = shop.now
    shop.clock.move(days=9)
    found = why(shop, shop.pay("carol", 1_000)).lock
    assert found is not None
    assert (found.made_by, found.order, found.start, found.how) == ("order", code_of(shop, first), at, "")
    shop.change("lock_mode", "on_visit")
    shop.clock.move(hours=1)
    shop.visit("mallory", "dave")
    shop.clock.move(hours=1)
    by_visit = why(shop, shop.pay("mallory", 1_000)).lock
    assert by_visit is not None
    assert (by_visit.made_by, by_visit.how, by_visit.order) == ("visit", "scan", "")


def test_a_lock_that_was_handed_over_says_so(shop: World) -> None:
    shop.pay("carol", 1_000, by="bob")
    shop.clock.move(hours=1)
    made = shop.boss.handover.propose_terminate(shop.code("bob"), shop.code("dave"), None, "走了")
    shop.boss.handover.terminate(made.code)
    carry_on(shop)
    shop.clock.move(hours=1)
    found = why(shop, shop.pay("carol", 1_000), "dave").lock
    assert found is not None
    assert (found.made_by, found.order, found.how) == ("assigned", "", "")


def test_a_visit_that_was_no_code_says_why(shop: World) -> None:
    shop.visit("carol", "bob")
    shop.visit("mallory", "dave")
    shop.clock.move(hours=1)
    shop.freeze("bob")
    made = shop.boss.handover.propose_terminate(shop.code("dave"), shop.code("alice"), None, "走了")
    shop.boss.handover.terminate(made.code)
    shop.clock.move(hours=1)
    for name, reason in (("carol", Why.CODE_FROZEN), ("mallory", Why.CODE_TERMINATED)):
        found = why(shop, shop.pay(name, 1_000))
        assert found.visit is not None
        assert found.visit.refused is reason
        assert found.basis is Basis.NOTHING


def test_what_the_shop_told_wrongly_is_for_the_staff_alone(shop: World) -> None:
    number = shop.pay("carol", 1_000, by="bob")
    shop.refund(number, 1_500)
    assert why(shop, number).excess_refund == Money(500)
    assert why(shop, number, "bob").excess_refund == Money(0)
    assert (why(shop, number, "bob").number, why(shop, number, "bob").buyer) == ("", None)


# --- who reads what


def test_a_promoter_reads_his_own_level_alone(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    mine, above = why(shop, number, "bob"), why(shop, number, "alice")
    assert ([one.level for one in mine.levels], mine.ties, mine.through) == (
        [1], frozenset({Tie.LEVEL1, Tie.CODE}), None,
    )  # fmt: skip
    assert ([one.level for one in above.levels], above.ties) == ([2], frozenset({Tie.LEVEL2}))
    assert above.through is not None
    assert above.through.person == shop.person("bob")
    assert (above.lock, above.visit, above.code_of) == (None, None, None)


def test_an_order_is_also_called_by_the_shops_own_number(shop: World) -> None:
    shop.pay("carol", 10_000, number="2026-0001")
    assert shop.boss.why.of("2026-0001") == why(shop, "2026-0001")
    assert shop.boss.order_cards.get("2026-0001").number == "2026-0001"
    shop.clock.move(minutes=1)
    shop.tell("2026-0001", shop.sold("dave", 2_000), source="csv")
    assert shop.boss.order_cards.get("2026-0001").paid == Money(2_000)
    shop.tell("not-paid", Received(shop.now))
    for unknown in ("not-paid", "2026-0002"):
        with pytest.raises(NoSuchOrder):
            shop.boss.order_cards.get(unknown)


def test_an_order_that_is_none_of_his_does_not_exist_for_him(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    for stranger in ("dave", "mallory", "carol"):
        with pytest.raises(NoSuchOrder):
            why(shop, number, stranger)
    with pytest.raises(NoSuchOrder) as no:
        shop.boss.why.of("ZZZZZZ")
    assert no.value.typed == "ZZZZZZ"


def test_all_of_the_staff_and_the_operator_read_everything(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    shop.enrol("客客", Role.SERVICE)
    whole = why(shop, number)
    assert whole.ties == frozenset()
    assert why(shop, number, "客客") == whole
    assert shop.at(OPERATOR).why.of(code_of(shop, number).lower()) == whole


@pytest.mark.parametrize(("beaten", "tie"), [("lock", Tie.LOCK), ("visit", Tie.VISIT), ("code", Tie.CODE)])
def test_whose_lock_visit_or_code_was_not_enough_reads_that_and_no_amount(
    shop: World, beaten: str, tie: Tie
) -> None:
    if beaten == "lock":
        shop.pay("carol", 1_000, by="dave")
        shop.clock.move(hours=1)
        number = shop.pay("carol", 10_000, by="bob")
    elif beaten == "visit":
        shop.visit("carol", "dave")
        shop.clock.move(hours=1)
        number = shop.pay("carol", 10_000, by="bob")
    else:
        shop.change("lock_mode", "on_purchase")
        shop.clock.move(hours=1)
        shop.pay("carol", 1_000, by="bob")
        shop.clock.move(hours=1)
        number = shop.pay("carol", 10_000, by="dave")
    found = why(shop, number, "dave")
    assert tie in found.ties
    assert (found.levels, found.paid, found.refunds, found.refunded) == ((), None, (), Money(0))
    assert found.through is None, "nor whom it pays"
    assert [one for one in (found.lock, found.visit) if one and one.whose.person != shop.person("dave")] == []


def test_an_own_transfer_tells_him_whom_it_passed_over(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob", payment=Payment.OWN_TRANSFER)
    assert level(why(shop, number, "bob"), 1).reason is Why.OWN_TRANSFER


def test_a_buyer_who_promotes_reads_why_his_own_order_pays_him_nothing(shop: World) -> None:
    number = shop.pay("dave", 10_000)
    found = why(shop, number, "dave")
    assert (found.ties, found.levels) == (frozenset({Tie.BUYER}), ())


def test_while_nobody_speaks_of_a_second_level_it_is_not_told(shop: World) -> None:
    before = shop.pay("carol", 10_000, by="bob")
    shop.clock.move(hours=1)
    shop.change("two_level", "off")
    shop.clock.move(hours=1)
    after = shop.pay("carol", 10_000, by="bob")
    assert [one.level for one in why(shop, after).levels] == [1]
    with pytest.raises(NoSuchOrder):
        why(shop, after, "alice")
    assert [one.level for one in why(shop, before).levels] == [1, 2]
    assert level(why(shop, before, "alice"), 2).amount == Money(1_000)


def assign(shop: World, number: str, to: str) -> None:
    """归属, by the owner."""
    typed = shop.code(to) if to else ""
    made = shop.boss.assigning.propose(code_of(shop, number), typed, "记错了")
    shop.boss.assigning.assign(made.code)


def test_staff_read_who_gave_it_to_another_and_why_the_promoters_that_it_happened(shop: World) -> None:
    number = shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=1)
    assign(shop, number, "dave")
    found = why(shop, number)
    ((at, how, by, reason, before, after),) = (
        (one.at, one.how, one.by, one.reason, one.before, one.after) for one in found.again
    )
    assert (at, how, reason) == (shop.now, "assigned", "记错了")
    assert [name and name.person for name in (by, before, after)] == [
        shop.person("老板"), shop.person("bob"), shop.person("dave"),
    ]  # fmt: skip
    assert (found.basis, level(found, 1).reason, level(found, 1).amount.fen) == (
        Basis.ASSIGNED, Why.ASSIGNED, 3_000,
    )  # fmt: skip
    lost, above, won = (why(shop, number, name) for name in ("bob", "alice", "dave"))
    assert (lost.ties, lost.levels, lost.paid) == (frozenset({Tie.CODE, Tie.MOVED}), (), None)
    assert (above.ties, above.levels) == (frozenset({Tie.MOVED}), ())
    assert (won.ties, level(won, 1).amount.fen) == (frozenset({Tie.LEVEL1}), 3_000)
    for one, kept in ((lost, (True, False)), (above, (True, False)), (won, (False, True))):
        (again,) = one.again
        assert (again.by, again.reason, (again.before is not None, again.after is not None)) == (
            None,
            "",
            kept,
        )


def test_who_was_given_it_while_frozen_is_named_and_not_paid(shop: World) -> None:
    shop.freeze("dave")
    shop.freeze("alice")
    shop.clock.move(hours=1)
    number = shop.pay("carol", 10_000, by="bob")
    assign(shop, number, "dave")
    first = level(why(shop, number), 1)
    assert first.whom is not None
    assert (first.reason, first.whom.person) == (Why.FROZEN, shop.person("dave"))
    assign(shop, number, "bob")
    second = level(why(shop, number), 2)
    assert second.whom is not None
    assert (second.reason, second.whom.person) == (Why.FROZEN, shop.person("alice"))
    assign(shop, number, "")
    assert [(one.reason, one.whom) for one in why(shop, number).levels] == [(Why.ASSIGNED, None)] * 2


def test_an_order_that_was_claimed_says_so(shop: World) -> None:
    shop.visit("carol", "bob")
    shop.clock.move(hours=1)
    number = shop.pay(Buyer(phone="13900000000"), 10_000)
    made = shop.boss.claims.propose(code_of(shop, number), shop.person("carol"))
    shop.boss.claims.claim(made.code)
    found = why(shop, number)
    assert found.buyer is not None
    assert (found.buyer.person, level(found, 1).reason, level(found, 1).amount.fen) == (
        shop.person("carol"), Why.VISIT, 3_000,
    )  # fmt: skip
    (again,) = found.again
    assert (again.how, again.before, again.by is not None) == ("claimed", None, True)
    assert why(shop, number, "bob").ties == frozenset({Tie.LEVEL1, Tie.VISIT})
