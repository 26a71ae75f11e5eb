"""推广明细: each thing once with its state, newest first, page by page, by promoter, state and time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine import OPERATOR, Engine
from engine.money import Money
from engine.orders.facts import Completed, Goods
from engine.payouts.states import State
from engine.programme.promoters import NotAPromoter
from engine.reports.details import Detail, Kind, Standing, Wanted, in_words, place_in
from tests.engine.world import MONDAY, World, line


def told(shop: World, **wanted: object) -> list[tuple[str, str | None, int, str]]:
    """Kind, whose, fen and standing of every line."""
    return [
        (one.kind.value, shop.name(one.promoter), one.amount.fen, one.standing.value)
        for one in everything(shop, Wanted(**wanted))  # type: ignore[arg-type]
    ]


def everything(shop: World, wanted: Wanted, size: int = 100) -> list[Detail]:
    """The whole list, page by page."""
    found: list[Detail] = []
    while page := shop.boss.details.page(wanted, found[-1].place if found else None, size):
        found += page
    return found


@pytest.fixture(scope="module")
def life(shared_engine: Engine) -> Iterator[World]:
    """A shop in which everything has happened once; some of it at the same instant."""
    shop = World("", app="wx_details", engine=shared_engine).ready(
        level1="50%", settings={"settle_days": "0"}
    )
    done = shop.pay("carol", 10_000, by="bob")  # bob 50.00, alice 10.00
    shop.pay("carol", line(2_000), line(2_000, 2), by="dave")  # two lines are one commission
    half = shop.pay("carol", 1_000, by="dave")
    shop.refund(half, 500)
    gone = shop.pay("carol", 600, by="dave")
    shop.refund(gone, 600)
    shop.ship(done)
    shop.clock.move(days=15)
    shop.tick()
    shop.reject(shop.request("bob", 1_000))
    shop.clock.move(minutes=1)
    shop.pay_out("bob", 2_000)
    shop.clock.move(minutes=1)
    shop.request("alice", 300)
    shop.at(OPERATOR).adjustments.adjust(shop.code("bob"), "available", Money(-100), "多发了")
    shop.at(OPERATOR).adjustments.adjust(shop.code("dave"), "debt", Money(-40), "赔付")
    shop.change("payout_mode", "offline")
    shop.clock.move(days=1)
    shop.boss.bookings.book(shop.boss.bookings.propose(None, "").code)
    yield shop
    shop.audited()


def test_everything_is_there_once_newest_first(life: World) -> None:
    rest = told(life)
    assert sorted(rest[:2]) == [("booking", "alice", 700, "paid"), ("booking", "bob", 2_900, "paid")]
    assert rest[2] == ("withdrawal", "alice", 300, "withdrawing")
    assert sorted(rest[3:5]) == [
        ("adjustment", "bob", -100, "adjusted"),
        ("adjustment", "dave", -40, "adjusted"),
    ]
    assert rest[5:7] == [("withdrawal", "bob", 2_000, "paid"), ("withdrawal", "bob", 1_000, "returned")]
    kinds = [one.kind for one in everything(life, Wanted())]
    assert [kinds.count(kind) for kind in Kind] == [4, 1, 3, 2, 2]
    at = [one.at for one in everything(life, Wanted())]
    assert at == sorted(at, reverse=True)


def test_a_commission_says_what_is_left_of_it_and_what_a_refund_took(life: World) -> None:
    found = {
        (life.name(one.promoter), one.amount.fen, one.taken_back.fen, one.standing)
        for one in everything(life, Wanted(kinds=frozenset({Kind.COMMISSION, Kind.REWARD})))
    }
    assert found == {
        ("bob", 5_000, 0, Standing.AVAILABLE),
        ("alice", 1_000, 0, Standing.AVAILABLE),
        ("dave", 2_000, 0, Standing.PENDING),
        ("dave", 250, 250, Standing.PENDING),
        ("dave", 0, 300, Standing.TAKEN_BACK),
    }


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
def test_pages_of_any_size_make_the_same_list(life: World, size: int) -> None:
    whole = everything(life, Wanted())
    assert everything(life, Wanted(), size) == whole
    bob = life.promoter("bob")
    assert everything(life, Wanted(bob), size) == [one for one in whole if one.promoter == bob]


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing.PENDING, [("commission", "dave", 250), ("commission", "dave", 2_000)]),
        (Standing.AVAILABLE, [("commission", "bob", 5_000), ("reward", "alice", 1_000)]),
        (Standing.TAKEN_BACK, [("commission", "dave", 0), ("commission", "dave", 250)]),
        (Standing.WITHDRAWING, [("withdrawal", "alice", 300)]),
        (Standing.PAID, [("booking", "alice", 700), ("booking", "bob", 2_900), ("withdrawal", "bob", 2_000)]),
        (Standing.RETURNED, [("withdrawal", "bob", 1_000)]),
        (Standing.ADJUSTED, [("adjustment", "bob", -100), ("adjustment", "dave", -40)]),
    ],
)
def test_each_state_has_its_lines(
    life: World, standing: Standing, expected: list[tuple[str, str, int]]
) -> None:
    found = told(life, standing=standing)
    assert sorted((kind, whose or "", fen) for kind, whose, fen, _ in found) == sorted(expected)
    if (
        standing is not Standing.TAKEN_BACK
    ):  # a commission of which a part is left stands where the rest stands
        assert {one[3] for one in found} == {standing.value}


def test_by_promoter_and_time(life: World) -> None:
    dave = life.promoter("dave")
    assert {one[1] for one in told(life, promoter=dave)} == {"dave"}
    assert len(told(life, promoter=dave)) == 4
    paid = everything(life, Wanted(since=MONDAY + timedelta(days=16)))
    assert {one.kind for one in paid} == {Kind.BOOKING}
    early = everything(life, Wanted(until=MONDAY + timedelta(days=1)))
    assert {one.kind for one in early} == {Kind.COMMISSION, Kind.REWARD}
    edge = paid[-1].at
    assert everything(life, Wanted(since=edge, until=edge + timedelta(milliseconds=1))) == [
        one for one in paid if one.at == edge
    ]


def test_what_a_line_leads_to(life: World) -> None:
    found = everything(life, Wanted(life.promoter("bob")))
    by_kind = {one.kind: one for one in found if one.standing is not Standing.RETURNED}
    assert by_kind[Kind.BOOKING].number == life.boss.bookings.all(1)[0].code
    assert life.boss.why.of(by_kind[Kind.COMMISSION].number) is not None
    assert life.boss.withdrawals.get(by_kind[Kind.WITHDRAWAL].number).amount == Money(2_000)
    assert by_kind[Kind.WITHDRAWAL].state is State.PAID
    assert (by_kind[Kind.ADJUSTMENT].number, by_kind[Kind.ADJUSTMENT].code) == ("多发了", life.code("bob"))


def test_a_promoter_reads_what_went_out_of_his_own(life: World) -> None:
    mine = life.of("bob").details.mine(None, 8)
    assert [(one.kind.value, one.amount.fen) for one in mine] == [
        ("booking", 2_900), ("adjustment", -100), ("withdrawal", 2_000), ("withdrawal", 1_000),
    ]  # fmt: skip
    assert life.of("bob").details.mine(mine[1].place, 8) == mine[2:]
    with pytest.raises(NotAPromoter):
        life.of("mallory").details.mine(None, 8)


def test_a_place_is_remembered_as_one_word_and_no_word_is_the_beginning(life: World) -> None:
    for one in everything(life, Wanted()):
        assert place_in(in_words(one.place)) == one.place
    assert place_in("") is None


def test_a_commission_of_which_a_line_still_waits_is_not_settled(shop: World) -> None:
    """A service is done while the goods of the same order are on their way."""
    number = shop.pay("carol", line(10_000), line(20_000, 2, kind=Goods.SERVICE), by="bob")
    shop.tell(number, Completed(shop.now, frozenset({2})))
    shop.clock.move(days=8)
    shop.tick()
    assert shop.money("bob") == {"pending": 3_000, "available": 6_000}
    assert told(shop, standing=Standing.AVAILABLE) == []
    assert {one[1:] for one in told(shop, standing=Standing.PENDING)} == {
        ("bob", 9_000, "pending"),
        ("alice", 3_000, "pending"),
    }
