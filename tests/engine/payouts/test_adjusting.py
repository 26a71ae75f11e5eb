"""Manual adjustments: what they move, what they refuse, and that a debt always comes first."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import OPERATOR
from engine.ids import AdjustmentId
from engine.ledger.book import Balances
from engine.money import Money
from engine.payouts.adjusting import (
    Adjusted,
    Adjustment,
    AdjustmentReasonMissing,
    MoreThanHeld,
    NotAdjustable,
    NothingToAdjust,
)
from engine.people.authority import LacksRight
from engine.programme.promoters import NoSuchPromoter, NotAPromoter
from engine.store.tables import balances, entries, outbox
from tests.engine.world import World


def adjust(till: World, fen: int, account: str = "available", reason: str = "线下补发") -> Adjustment:
    return till.at(OPERATOR).adjustments.adjust(till.code("bob"), account, Money(fen), reason)


def indebted(till: World, fen: int) -> None:
    """Bob owes so much, by a refund of what was paid out."""
    number = till.earn("bob", fen)
    till.pay_out("bob", fen)
    till.refund(number, fen)


@pytest.mark.parametrize(
    ("account", "fen", "after"),
    [
        ("available", 500, {"available": 5_500}),
        ("available", -500, {"available": 4_500}),
        ("available", -5_000, {}),
        ("debt", -500, {"available": 4_500}),
        ("debt", -5_700, {"debt": -700}),
    ],
)
def test_what_is_given_and_taken_from_somebody_with_money(
    till: World, account: str, fen: int, after: dict[str, int]
) -> None:
    till.earn("bob", 5_000)
    seen = till.at(OPERATOR).adjustments.preview(till.code("bob"), account, Money(fen))
    assert till.money("bob") == {"available": 5_000}
    assert adjust(till, fen, account) == seen
    assert till.money("bob") == after
    assert (seen.before, seen.after) == (Balances(available=Money(5_000)), till.balance("bob"))


@pytest.mark.parametrize(
    ("account", "fen", "after"),
    [
        ("available", 300, {"debt": -700}),
        ("available", 1_500, {"available": 500}),
        ("debt", 1_000, {}),
        ("debt", -300, {"debt": -1_300}),
    ],
)
def test_a_debt_comes_first(till: World, account: str, fen: int, after: dict[str, int]) -> None:
    indebted(till, 1_000)
    adjust(till, fen, account)
    assert till.money("bob") == {"paid_out": 1_000} | after


@pytest.mark.parametrize(("account", "fen", "held"), [("available", -5_001, 5_000), ("debt", 1, 0)])
def test_no_more_is_taken_than_he_has_or_forgiven_than_he_owes(
    till: World, account: str, fen: int, held: int
) -> None:
    till.earn("bob", 5_000)
    with pytest.raises(MoreThanHeld) as refused:
        adjust(till, fen, account)
    assert (refused.value.held, refused.value.asked) == (Money(held), Money(abs(fen)))
    assert till.money("bob") == {"available": 5_000}


@pytest.mark.parametrize("account", ["pending", "paid_out", "withdrawing", "expense", "money", ""])
def test_what_orders_and_withdrawals_say_is_not_moved_by_hand(till: World, account: str) -> None:
    with pytest.raises(NotAdjustable) as refused:
        adjust(till, 100, account)
    assert refused.value.account == account


def test_nothing_nobody_and_no_reason_are_refused(till: World) -> None:
    with pytest.raises(NothingToAdjust):
        adjust(till, 0)
    for reason in ("", "  ", "长" * 61):
        with pytest.raises(AdjustmentReasonMissing):
            adjust(till, 100, reason=reason)
    with pytest.raises(NoSuchPromoter):
        till.at(OPERATOR).adjustments.preview("ABCDEF", "available", Money(1))
    with pytest.raises(LacksRight):
        till.boss.adjustments.adjust(till.code("bob"), "available", Money(100), "自己来")


def test_the_book_says_who_and_why_and_the_shop_pays(till: World) -> None:
    adjust(till, 500, reason=" 线下  补发 ")
    (entry,) = till.rows(
        select(entries).where(entries.c.shop_id == till.shop, entries.c.reference.startswith("adjust:"))
    )
    assert (entry.move, entry.note) == ("adjust", {"reason": "线下 补发", "by": "operator"})
    (shops,) = till.rows(
        select(balances.c.amount).where(balances.c.shop_id == till.shop, balances.c.account == "adjustment")
    )
    assert shops.amount == Money(-500)


def test_he_is_told_and_reads_it_and_nobody_else(till: World) -> None:
    indebted(till, 200)
    adjust(till, 500)
    (told,) = till.rows(select(outbox).where(outbox.c.shop_id == till.shop, outbox.c.kind == "adjusted"))
    assert told.person_id == till.person("bob")
    one = AdjustmentId(told.payload["adjustment"])
    assert till.of("bob").adjustments.mine(one) == Adjusted(Money(500), "线下补发", till.now)
    with pytest.raises(NothingToAdjust):
        till.of("dave").adjustments.mine(one)
    with pytest.raises(NotAPromoter):
        till.of("mallory").adjustments.mine(one)
