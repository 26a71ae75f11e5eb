"""Prices as they are asked for: by the shop for anybody, and by a person in the chat for himself."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from engine import SYSTEM
from engine.money import LARGEST, Money
from engine.orders.events import Buyer, PlacedBy
from engine.orders.facts import Payment
from engine.orders.intake import BadLines
from engine.orders.pricing import PriceBasis
from engine.orders.quoting import MOST_PIECES, BadQuantity, Offer, Quote, Wanted
from engine.programme import promoters
from engine.programme.modes import Goods
from engine.programme.products import NoSuchProduct
from engine.store.base import Tx
from engine.store.tables import group_history, groups, identities, people, product_group_history
from tests.engine.world import World, line

TEA = Wanted("SKU2", 1, Money(645))
THREE = Wanted("SKU2", 3, Money(1_935))


@pytest.fixture
def saving(world: World) -> World:
    """A shop with 自购省, hand cream and tea."""
    world.ready(settings={"self_purchase": "discount"})
    world.boss.products.put("SKU2", "绿茶礼盒", Goods.GOODS, Money(645))
    return world


@pytest.fixture
def generous(world: World) -> World:
    """A shop that gives everything away."""
    return world.ready(level1="40%", level2="60%", settings={"self_purchase": "discount"})


def join(world: World, name: str, group: str, level1: int | None, sku: str = "") -> None:
    """Put a promoter into a group with this level-1 rate, of its own or for one product."""

    def act(tx: Tx) -> None:
        tx.run(insert(groups).values(shop_id=tx.shop, id=group, name=group))
        history = {"shop_id": tx.shop, "group_id": group, "n": 1, "since": tx.now, "level2": None}
        tx.run(
            insert(group_history).values(
                **history, name=group, level1=None if sku else level1, may_see_team=False
            )
        )
        if sku:
            tx.run(insert(product_group_history).values(**history, sku=sku, level1=level1))
        promoters.change(tx, world.promoter(name), "", group=group)

    world.engine.store.write(world.shop, SYSTEM, act)


def ask(
    world: World,
    buyer: str | Buyer,
    *wanted: Wanted,
    by: str = "",
    payment: Payment = Payment.WECHAT,
) -> Quote:
    who = Buyer(openid=f"o_{buyer}") if isinstance(buyer, str) else buyer
    placed = PlacedBy(code=world.code(by)) if by else PlacedBy()
    return world.feed.quotes.price(who, placed, payment, wanted or (TEA,))


def fen(quote: Quote) -> list[int]:
    return [one.price.fen for one in quote.lines]


def offered(world: World, name: str, sku: str = "SKU2", quantity: int = 1) -> Offer:
    return world.of(name).quotes.offer(sku, quantity)


# --- asked by the shop


def test_bob_pays_less_for_himself_piece_by_piece_and_line_by_line(saving: World) -> None:
    quote = ask(saving, "bob", TEA, THREE)
    assert (quote.basis, fen(quote)) == (PriceBasis.SELF_PURCHASE, [452, 1_355])
    assert [one.level1_discount.fen for one in quote.lines] == [193, 580]
    assert (quote.amount.fen, quote.price.fen) == (2_580, 1_807)


def test_the_example_of_three_and_a_group_of_forty_percent(saving: World) -> None:
    join(saving, "bob", "金牌", 4_000)
    assert fen(ask(saving, "bob", THREE)) == [1_161]
    assert fen(ask(saving, "dave", THREE)) == [1_355]


def test_the_rate_of_a_product_for_a_group_comes_first(saving: World) -> None:
    join(saving, "bob", "金牌", 5_000, sku="SKU2")
    quote = ask(saving, "bob", TEA, Wanted("SKU1", 1, Money(10_000)))
    assert fen(quote) == [323, 7_000]


def test_a_new_group_or_rate_counts_from_now_on(saving: World) -> None:
    before = fen(ask(saving, "bob"))
    saving.set_rate("level1", "20%")
    join(saving, "bob", "金牌", 1_000)
    assert (before, fen(ask(saving, "bob")), fen(ask(saving, "dave"))) == ([452], [581], [516])


def test_a_customer_and_whom_nobody_knows_pay_retail(saving: World) -> None:
    saving.visit("carol", "bob")
    for buyer in ("carol", "stranger", Buyer(), Buyer(unionid="u"), Buyer(phone="13900000000")):
        quote = ask(saving, buyer)
        assert (quote.basis, fen(quote)) == (PriceBasis.RETAIL, [645])


def test_a_phone_alone_lowers_no_price_and_the_order_agrees(saving: World) -> None:
    saving.bind("bob", "13900000000")
    typed_by_anybody = Buyer(phone="13900000000")
    for buyer in (typed_by_anybody, Buyer(openid="o_nobody", phone="13900000000")):
        quote = ask(saving, buyer)
        assert (quote.basis, fen(quote)) == (PriceBasis.RETAIL, [645])
    number = saving.pay(typed_by_anybody, line(452, level1_discount=Money(193), sku="SKU2"))
    assert saving.decision(number) is None, "such an order waits in 待认领订单"


def test_wechat_s_word_lowers_it_and_so_does_ordering_for_another(saving: World) -> None:
    saving.bind("bob", "13900000000")
    for who in (Buyer(openid="o_bob", phone="13900000000"), Buyer(openid="o_bob", phone="13911111111")):
        assert fen(ask(saving, who)) == [452]
    assert fen(ask(saving, Buyer(phone="13900000000"), by="dave")) == [452]


def test_nobody_becomes_known_by_a_question(saving: World) -> None:
    counts = [select(func.count()).select_from(table) for table in (people, identities)]
    before = [saving.rows(one) for one in counts]
    ask(saving, Buyer(openid="o_nobody", unionid="u_nobody", phone="13900000000"))
    assert [saving.rows(one) for one in counts] == before


@pytest.mark.parametrize("setting", ["none", "commission"])
def test_without_the_setting_he_pays_retail_for_himself_and_less_for_another(
    world: World, setting: str
) -> None:
    world.ready(settings={} if setting == "none" else {"self_purchase": setting})
    wanted = Wanted("SKU1", 1, Money(645))
    assert fen(ask(world, "bob", wanted)) == [645]
    quote = ask(world, "carol", wanted, by="bob")
    assert (quote.basis, fen(quote)) == (PriceBasis.PROXY, [452])


def test_who_orders_for_another_has_his_own_rate_whoever_buys(saving: World) -> None:
    join(saving, "bob", "金牌", 4_000)
    for buyer in ("carol", "dave", "stranger", Buyer()):
        assert fen(ask(saving, buyer, by="bob")) == [387]
    # Who orders for himself orders as himself.
    assert ask(saving, "bob", by="bob").basis is PriceBasis.SELF_PURCHASE


def test_a_frozen_promoter_pays_retail(saving: World) -> None:
    saving.freeze("bob")
    for quote in (ask(saving, "bob"), ask(saving, "carol", by="bob")):
        assert (quote.basis, fen(quote)) == (PriceBasis.FROZEN, [645])
    saving.restore("bob")
    assert fen(ask(saving, "bob")) == [452]


def test_an_own_transfer_and_a_programme_that_is_off_are_retail(saving: World) -> None:
    quote = ask(saving, "carol", by="bob", payment=Payment.OWN_TRANSFER)
    assert (quote.basis, fen(quote)) == (PriceBasis.OWN_TRANSFER, [645])
    saving.change("programme", "off")
    quote = ask(saving, "bob")
    assert (quote.basis, fen(quote)) == (PriceBasis.PROGRAMME_OFF, [645])


def test_what_is_not_promoted_or_not_known_is_retail(saving: World) -> None:
    saving.boss.products.promote("SKU2", False)
    assert fen(ask(saving, "bob", TEA, Wanted("SKU9", 1, Money(645)))) == [645, 645]


def test_a_cart_has_one_to_two_hundred_lines(saving: World) -> None:
    assert len(ask(saving, "bob", *([TEA] * 200)).lines) == 200
    for wanted in ((), (TEA,) * 201):
        with pytest.raises(BadLines):
            saving.feed.quotes.price(Buyer(), PlacedBy(), Payment.WECHAT, wanted)


@given(amounts=st.lists(st.integers(0, 3_000), min_size=1, max_size=4), by_proxy=st.booleans())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_order_at_the_quoted_price_is_never_above_the_rule_and_never_pays_more_than_its_base(
    generous: World, amounts: list[int], by_proxy: bool
) -> None:
    wanted = tuple(Wanted("SKU1", 1, Money(amount)) for amount in amounts)
    buyer, by = ("carol", "bob") if by_proxy else ("bob", "")
    spent = generous.expense()
    quote = ask(generous, buyer, *wanted, by=by)
    lines = [
        line(one.price.fen, number, one.sku, level1_discount=one.level1_discount)
        for number, one in enumerate(quote.lines, 1)
    ]
    generous.pay(buyer, *lines, placed_by=PlacedBy(code=generous.code(by)) if by else None)
    assert generous.boss.reports.todo().excess_discounts == 0
    assert generous.money("bob") == {}
    given_away = sum(one.level1_discount.fen for one in quote.lines)
    assert given_away + generous.expense() - spent <= quote.amount.fen


# --- asked in the chat


def test_a_promoter_s_offer_has_his_price_his_price_for_another_and_what_he_earns(saving: World) -> None:
    join(saving, "bob", "金牌", 4_000)
    offer = offered(saving, "bob", quantity=3)
    assert (offer.product.title, offer.quantity, offer.retail) == ("绿茶礼盒", 3, Money(1_935))
    assert (offer.own, offer.proxy, offer.earns) == (Money(1_161), Money(1_161), Money(774))


def test_without_the_setting_only_his_price_for_another_is_lower(shop: World) -> None:
    offer = offered(shop, "bob", "SKU1")
    assert (offer.own, offer.proxy, offer.earns) == (Money(10_000), Money(7_000), Money(3_000))


def test_a_customer_s_offer_is_retail_and_speaks_of_no_earnings(saving: World) -> None:
    saving.visit("carol", "bob")
    offer = offered(saving, "carol")
    assert (offer.own, offer.proxy, offer.earns) == (Money(645), Money(645), None)


@pytest.mark.parametrize(
    ("shown", "to", "bob", "carol"),
    [
        ("on", "promoters", 193, None),
        ("on", "all", 193, 193),
        ("on", "nobody", None, None),
        ("off", "all", None, None),
        ("off", "promoters", None, None),
    ],
)
def test_what_is_earned_is_shown_to_whom_the_two_settings_say(
    saving: World, shown: str, to: str, bob: int | None, carol: int | None
) -> None:
    for key, value in (("earn_shown", shown), ("earn_to", to)):
        if (key, value) not in (("earn_shown", "on"), ("earn_to", "promoters")):
            saving.change(key, value)
    found = [offered(saving, name).earns for name in ("bob", "carol")]
    assert [one.fen if one else None for one in found] == [bob, carol]


def test_nobody_is_told_of_earnings_that_there_are_not(saving: World) -> None:
    saving.change("earn_to", "all")
    saving.freeze("bob")
    assert offered(saving, "bob").earns is None
    saving.boss.products.promote("SKU2", False)
    assert offered(saving, "dave").earns is None
    saving.set_rate("level1", "0%")
    assert offered(saving, "dave", "SKU1").earns is None
    saving.change("programme", "off")
    assert offered(saving, "carol", "SKU1").earns is None


def test_products_are_found_by_number_or_title(saving: World) -> None:
    def found(typed: str, *, promoted: bool = False, most: int = 9) -> list[str]:
        return [
            one.product.sku for one in saving.of("carol").quotes.offers(typed, most, promoted_only=promoted)
        ]

    assert (found(""), found("", most=1)) == (["SKU1", "SKU2"], ["SKU1"])
    assert (found("护手"), found("sku2"), found("茶"), found("没有")) == (["SKU1"], ["SKU2"], ["SKU2"], [])
    assert (found("%"), found("_")) == ([], [])
    saving.boss.products.promote("SKU1", False)
    assert (found("SKU", promoted=True), found("SKU")) == (["SKU2"], ["SKU1", "SKU2"])


def test_an_unknown_product_and_a_senseless_quantity_are_refused(saving: World) -> None:
    with pytest.raises(NoSuchProduct):
        offered(saving, "carol", "SKU9")
    for quantity in (0, MOST_PIECES + 1):
        with pytest.raises(BadQuantity):
            offered(saving, "carol", quantity=quantity)
    saving.boss.products.put("SKU3", "宝石", Goods.GOODS, Money(LARGEST))
    assert offered(saving, "carol", "SKU3").own == Money(LARGEST)
    with pytest.raises(BadQuantity):
        offered(saving, "carol", "SKU3", 2)


def test_products_are_found_by_a_part_of_number_or_title_and_what_is_called_exactly_so_comes_first(
    saving: World,
) -> None:
    saving.boss.products.put("TEA", "绿茶", Goods.GOODS, Money(300))
    saving.boss.products.put("A%", "SKU2 的礼袋", Goods.GOODS, Money(100))
    saving.boss.products.promote("TEA", False)

    def found(typed: str, *, promoted: bool = False, most: int = 8) -> list[str]:
        return [
            one.product.sku for one in saving.of("bob").quotes.offers(typed, most, promoted_only=promoted)
        ]

    assert (found("绿茶"), found("sku2"), found("护手")) == (["TEA", "SKU2"], ["SKU2", "A%"], ["SKU1"])
    assert (found("%"), found("_"), found("没有")) == (["A%"], [], [])
    assert found("绿茶", promoted=True) == ["SKU2"]
    assert (found(""), found("", most=2)) == (["A%", "SKU1", "SKU2", "TEA"], ["A%", "SKU1"])
