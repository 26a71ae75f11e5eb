"""Cases out of the test suites of six other systems: whose policy is ours must agree, the others say why they differ.

yudao (ruoyi-vue-pro), dub, classytic/revenue, an o2o mall, a referral library with tiers, Numigi's Odoo add-ons. The
whole list is a file beside the project; what is checked here is written down here too, so that it runs without it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.errors import BookError
from engine.ids import PromoterId
from engine.money import ZERO, Money, Rate, total
from engine.orders.attribution import (
    Basis,
    Candidate,
    Circumstances,
    Decision,
    Level,
    LockEffect,
    LockMode,
    SelfPurchase,
    Standing,
    Why,
    decide,
)
from engine.orders.commission import LineTerms, Share, shares
from engine.orders.facts import Line, OrderFacts, Paid, Payment, Refunded
from engine.programme.rates import RateFound, Rates, RateSource, rate_for
from tests.engine.world import World

FILE = Path(
    os.environ.get("COMMISSION_CASES")
    or Path(__file__).parents[3].parent / "shared" / "fixtures" / "commission_cases.json"
)
"""COMMISSION_CASES, else where it lies beside the project."""
MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
BOB, ALICE = PromoterId("pm_bob"), PromoterId("pm_alice")
BOTH = Decision(Level(BOB, Why.CODE), Level(ALICE, Why.UPLINE), LockEffect.NONE, BOB, "sent", Basis.CODE)
Inputs = dict[str, Any]


def paid(
    base: int, level1: str = "0", level2: str = "0", refund: int = 0, quantity: int = 1
) -> tuple[Share, ...]:
    """What one line of so many fen pays to bob and, above him, alice."""
    line = Line(1, "SKU1", "茶", None, quantity, Money(base))
    refunds = (Refunded("r1", MONDAY, Money(refund)),) if refund else ()
    facts = OrderFacts(Paid(MONDAY, Payment.WECHAT, (line,), ZERO), refunds=refunds)
    found = [RateFound(Rate.parse(rate), RateSource.SHOP) for rate in (level1, level2)]
    return shares(facts, BOTH, {1: LineTerms(1, True, *found)})


def level(made: tuple[Share, ...], number: int) -> int:
    return total(share.amount for share in made if share.level == number).fen


def fen(yuan: str) -> int:
    return Money.parse(yuan).fen


def percent(given: Inputs) -> Inputs:
    return {"amount": level(paid(given["base"], given["percent"], quantity=given.get("quantity", 1)), 1)}


def nothing_set(_given: Inputs) -> Inputs:
    return {"amount": rate_for(None, None, None, Rates())[0].rate.bp}


def price_range(given: Inputs) -> Inputs:
    amounts = [level(paid(price, given["percent"]), 1) for price in given["sku_prices"]]
    return {"min": min(amounts), "max": max(amounts)}


def reverse(given: Inputs) -> Inputs:
    rate = f"{100 * given['commission'] // given['original']}"
    left = level(paid(given["original"], rate, refund=given["refund"]), 1)
    return {"reversed": given["commission"] - left, "remaining": left}


def refuse(given: Inputs) -> Inputs:
    with pytest.raises(BookError):
        Refunded("r1", MONDAY, Money(given["refund"]))
    return {"error": True}


def split(given: Inputs) -> Inputs:
    made = paid(given["base"], *given["percents"])
    amounts = [level(made, number) for number in (1, 2)]
    return {"amounts": amounts, "rest": given["base"] - sum(amounts)}


def two_levels(given: Inputs) -> Inputs:
    made = paid(fen(given["base"]), given["l1"], given["l2"])
    return {"l1": f"{level(made, 1) / 100:.2f}", "l2": f"{level(made, 2) / 100:.2f}"}


def product_before_shop(given: Inputs) -> Inputs:
    of_product, of_shop = (
        Rates(Rate.parse(given[f"{where}l1"]), Rate.parse(given[f"{where}l2"])) for where in ("", "tenant_")
    )
    first, _ = rate_for(None, of_product, None, of_shop)
    return {"l1": f"{first.rate.of(Money(fen(given['base']))).fen / 100:.2f}"}


def nothing_paid(given: Inputs) -> Inputs:
    return {"records": sum(bool(share.amount) for share in paid(fen(given["paid"]), "30", "10"))}


def frozen(_given: Inputs) -> Inputs:
    decided = decide(
        Circumstances(
            mode=LockMode.SINGLE_SHOT, two_level=True, self_purchase=SelfPurchase.NONE, programme_on=True,
            payment=Payment.WECHAT, buyer_known=True, buyer_as_promoter=None, placed_by=None,
            placed_by_is_buyer=False, live_lock=Candidate(BOB, Standing.FROZEN), sent_code=None,
            sent_code_unknown=False, sent_code_is_buyers_own=False, last_visit=None, last_visit_is_buyers_own=False,
        )
    )  # fmt: skip
    return {"records": sum(one.promoter is not None for one in (decided.level1, decided.level2))}


AGREE: dict[str, tuple[Callable[[Inputs], Inputs], Inputs, Inputs]] = {
    "yudao-percent": (percent, {"base": 1000, "percent": "10", "fixed": None}, {"amount": 100}),
    "yudao-all-null": (nothing_set, {"base": None, "percent": None, "fixed": None}, {"amount": 0}),
    "yudao-product-global-percent": (
        price_range,
        {"sku_prices": [1000], "percent": "10", "own_commission": False, "fixed": [None]},
        {"min": 100, "max": 100},
    ),
    "dub-percent-1000-20": (percent, {"base": 1000, "percent": "20"}, {"amount": 200}),
    "dub-percent-1000-50": (percent, {"base": 1000, "percent": "50"}, {"amount": 500}),
    "dub-percent-1900-10": (percent, {"base": 1900, "percent": "10"}, {"amount": 190}),
    "dub-percent-7-20": (percent, {"base": 7, "percent": "20"}, {"amount": 1}),
    "dub-percent-2-20": (percent, {"base": 2, "percent": "20"}, {"amount": 0}),
    "dub-percent-0-20": (percent, {"base": 0, "percent": "20"}, {"amount": 0}),
    "dub-percent-1000-0": (percent, {"base": 1000, "percent": "0"}, {"amount": 0}),
    "dub-percent-ignores-quantity": (
        percent,
        {"base": 1000, "percent": "20", "quantity": 5},
        {"amount": 200},
    ),
    "classytic-reverse-half": (
        reverse,
        {"original": 10000, "refund": 5000, "commission": 1000},
        {"reversed": 500, "remaining": 500},
    ),
    "classytic-reverse-full": (
        reverse,
        {"original": 10000, "refund": 10000, "commission": 1000},
        {"reversed": 1000, "remaining": 0},
    ),
    "classytic-reverse-error-negative": (
        refuse,
        {"original": 1000, "refund": -50, "commission": 100},
        {"error": True},
    ),
    "classytic-split": (
        split,
        {"base": 10000, "percents": ["10", "5"]},
        {"amounts": [1000, 500], "rest": 8500},
    ),
    "o2o-l1": (
        two_levels,
        {"base": "100.00", "l1": "10", "l2": "5", "chain": 2},
        {"l1": "10.00", "l2": "5.00"},
    ),
    "o2o-product-config": (
        product_before_shop,
        {"base": "100.00", "l1": "12", "l2": "6", "chain": 2, "tenant_l1": "10", "tenant_l2": "5"},
        {"l1": "12.00"},
    ),
    "o2o-exchange-product": (
        nothing_paid,
        {"base": "50.00", "paid": "0.00", "reason": "exchange product"},
        {"records": 0},
    ),
    "o2o-blacklisted": (
        frozen,
        {"base": "100.00", "reason": "beneficiary is blacklisted"},
        {"records": 0},
    ),
    "numigi-fixed-0": (percent, {"base": 5000, "percent": "0"}, {"amount": 0}),
    "numigi-fixed-5": (percent, {"base": 5000, "percent": "5"}, {"amount": 250}),
    "numigi-fixed-100": (percent, {"base": 5000, "percent": "100"}, {"amount": 5000}),
}

BOOKED = {"o2o-refund-frozen", "o2o-refund-settled"}
"""These speak of balances: the two tests with a shop below are theirs."""

_FIXED = "there are no fixed amounts here, only rates"
_HALF_UP = "half a fen is rounded up there; here the rest always stays with the merchant"
_FEE = "no fee is taken from a payout"
_GATEWAY = "the gateway's fee is taken off there; here commission is on what was paid, and rounded down"
_TIERS = "there are no tiers by turnover: a rate is set by product, group and shop"
DIFFER = {
    "yudao-fixed-wins": _FIXED,
    "yudao-fixed-zero": _FIXED,
    "yudao-product-own-zero": _FIXED,
    "yudao-product-own-null": _FIXED,
    "yudao-product-own-empty": _FIXED,
    "yudao-withdraw-fee-null": _FEE,
    "yudao-withdraw-fee-0": _FEE,
    "yudao-withdraw-fee-1": _FEE,
    "dub-percent-3-20": _HALF_UP,
    "dub-percent-15-10": _HALF_UP,
    "dub-percent-1-50": _HALF_UP,
    "dub-percent-500-2.9": _HALF_UP,
    "dub-flat-5000x1": _FIXED,
    "dub-flat-500x2": _FIXED,
    "dub-flat-500x0": _FIXED,
    "dub-unknown-type": "a reward has no type here: it is a rate",
    "dub-payout-fee-no-waiver": _FEE,
    "dub-payout-fee-within": _FEE,
    "dub-payout-fee-partly": _FEE,
    "dub-payout-fee-exhausted": _FEE,
    "classytic-gross-net-12345": _GATEWAY,
    "classytic-gross-net-1": _GATEWAY,
    "classytic-gross-net-0": _GATEWAY,
    "classytic-gross-net-1000000": _GATEWAY,
    "classytic-gross-net-100": _GATEWAY,
    "classytic-reverse-error-zero-original": "a refund is never refused: above what was paid it is capped and listed",
    "classytic-reverse-error-too-much": "a refund is never refused: above what was paid it is capped and listed",
    "o2o-level-config-wins": "a product's own rate goes before the group's here, and product × group before both",
    "o2o-top-takes-both": "nothing rolls up: where there is no upline, level 2 stays with the merchant",
    "o2o-self-purchase": "where the buyer is the upline, level 1 is paid here all the same; only level 2 is not",
    **{f"ref-tier-{turnover}": _TIERS for turnover in (1000, 2000, 3000, 7000, 10000, 15000, 20000)},
}


@pytest.mark.parametrize("case", AGREE)
def test_whose_policy_is_ours_agrees(case: str) -> None:
    rule, given, expected = AGREE[case]
    assert rule(given) == expected


@pytest.mark.parametrize(
    ("case", "ours"),
    [("dub-percent-3-20", 0), ("dub-percent-15-10", 1), ("dub-percent-1-50", 0), ("dub-percent-500-2.9", 14)],
)
def test_where_they_round_up_ours_is_the_fen_below(case: str, ours: int) -> None:
    _, base, rate = case.removeprefix("dub-").split("-")
    assert level(paid(int(base), rate), 1) == ours
    assert DIFFER[case] == _HALF_UP


def test_refunded_before_it_matured_takes_nothing_from_what_is_available(world: World) -> None:
    """o2o-refund-frozen"""
    world.ready(level1="10%", level2=None)
    world.refund(world.pay("carol", 10_000, by="bob"), 10_000)
    assert world.money("bob") == {}


def test_refunded_after_it_matured_takes_it_from_what_is_available(world: World) -> None:
    """o2o-refund-settled"""
    world.ready(level1="5%", level2=None, settings={"settle_mode": "paid"})
    number = world.pay("carol", 10_000, by="bob")
    assert world.money("bob") == {"available": 500}
    world.refund(number, 10_000)
    assert world.money("bob") == {}


def test_every_case_is_either_checked_or_explained() -> None:
    """Nothing of the list is left out, and what is checked here is what stands there."""
    assert not AGREE.keys() & DIFFER.keys()
    if not FILE.exists():
        return  # what is written down here is checked all the same
    cases = {case["id"]: case for case in json.loads(FILE.read_text())["cases"]}
    assert cases.keys() == AGREE.keys() | DIFFER.keys() | BOOKED
    for name, (_, given, expected) in AGREE.items():
        assert (cases[name]["inputs"], cases[name]["expected"]) == (given, expected), name
