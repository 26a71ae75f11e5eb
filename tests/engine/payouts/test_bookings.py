"""Offline settlement: what a period settles, that nothing is booked twice, and both ways between the modes."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine import OPERATOR, SYSTEM, Engine
from engine.clock import day_begins, day_of
from engine.errors import Refusal
from engine.ids import BookingId
from engine.money import Money
from engine.payouts import stops
from engine.payouts.asking import SettledOffline
from engine.payouts.bookings import (
    Booking,
    BookingRunning,
    ListChanged,
    NoSuchBooking,
    NothingToBook,
    PaidOnline,
    PeriodBooked,
    PeriodNotOver,
)
from engine.payouts.paying import BadProof
from engine.payouts.states import State
from engine.payouts.stops import PayoutsStopped
from engine.people.authority import LacksRight, Role
from engine.people.confirmations import CodeUnknown
from engine.programme.promoters import NotAPromoter, Status
from engine.store.tables import entries, outbox
from tests.engine.world import World

FIRST = date(2026, 3, 2)
"""The day on which every shop of these tests opens."""


@pytest.fixture
def offline(till: World) -> World:
    """A till whose merchant settles outside."""
    till.change("payout_mode", "offline")
    return till


def book(shop: World, last_day: date | None = None, proof: str = "CASH-001") -> Booking:
    return shop.boss.bookings.book(shop.boss.bookings.propose(last_day, proof).code)


def draft(shop: World, last_day: date | None = None) -> dict[str, int]:
    found = shop.boss.bookings.draft(last_day, 0, 50)
    assert found.amount.fen == sum(line.amount.fen for line in found.lines)
    return {shop.name(line.promoter) or "": line.amount.fen for line in found.lines}


def errands(shop: World, kind: str) -> list[Any]:
    mine = (outbox.c.shop_id == shop.shop) & (outbox.c.kind == kind) & (outbox.c.state == "ready")
    return list(shop.rows(select(outbox).where(mine).order_by(outbox.c.created_at, outbox.c.id)))


def carry_on(shop: World) -> int:
    """The worker books what waits to be booked; gives how many chunks there were."""
    done, post = 0, shop.engine.post(shop.shop)
    while rows := errands(shop, "booking"):
        row = post.claim(rows[0].id)
        assert row is not None
        for _ in range(2):  # a worker that died after the commit leaves the row to another
            shop.at(SYSTEM, f"outbox:{row.id}").bookings.carry_on(
                BookingId(row.payload["booking"]), row.payload["after"]
            )
        post.sent(row)
        done += 1
    return done


def test_a_period_settles_what_fell_due_before_its_end(offline: World) -> None:
    offline.earn("bob", 5_000)
    offline.earn("dave", 700)
    offline.clock.move(days=1)
    offline.earn("bob", 1_100)
    assert draft(offline) == {"bob": 5_000, "dave": 700}
    done = book(offline)
    assert (done.since, done.until, done.done_at) == (
        None,
        day_begins(FIRST + timedelta(days=1)),
        offline.now,
    )
    assert (done.count, done.amount, done.proof, done.as_confirmed) == (2, Money(5_700), "CASH-001", True)
    assert offline.money("bob") == {"available": 1_100, "paid_out": 5_000}
    assert offline.money("dave") == {"paid_out": 700}
    (entry,) = offline.rows(
        select(entries).where(
            entries.c.shop_id == offline.shop,
            entries.c.reference == f"settled:{done.id}:{offline.promoter('bob')}",
        )
    )
    assert (entry.move, entry.note) == ("settle_offline", {"booking": done.code, "proof": "CASH-001"})


def test_the_next_period_begins_where_the_last_one_ended(offline: World) -> None:
    offline.earn("bob", 5_000)
    offline.clock.move(days=1)
    first = book(offline)
    offline.earn("bob", 1_100)
    offline.clock.move(days=1)
    second = book(offline)
    assert (second.since, second.until) == (first.until, day_begins(FIRST + timedelta(days=2)))
    assert offline.money("bob") == {"paid_out": 6_100}
    assert [one.code for one in offline.boss.bookings.all(8)] == [second.code, first.code]


def test_the_last_day_may_be_given_and_is_counted(offline: World) -> None:
    for fen in (100, 200, 400):
        offline.earn("bob", fen)
        offline.clock.move(days=1)
    assert draft(offline, FIRST + timedelta(days=1)) == {"bob": 300}
    assert draft(offline) == {"bob": 700}
    book(offline, FIRST + timedelta(days=1))
    assert draft(offline) == {"bob": 400}


def test_without_a_proof_the_number_of_the_booking_is_the_proof(offline: World) -> None:
    offline.earn("bob", 100)
    offline.clock.move(days=1)
    with pytest.raises(BadProof):
        offline.boss.bookings.propose(None, "收据 1")
    done = book(offline, proof="")
    assert done.proof == done.code


def test_a_refund_is_missing_from_the_period_that_is_booked_next(offline: World) -> None:
    number = offline.earn("bob", 5_000)
    offline.earn("bob", 1_000)
    offline.clock.move(days=1)
    offline.refund(number, 2_000)
    assert draft(offline) == {"bob": 4_000}


def test_a_refund_of_what_fell_due_later_takes_nothing_from_the_period(offline: World) -> None:
    offline.earn("bob", 5_000)
    offline.clock.move(days=1)
    later = offline.earn("bob", 1_000)
    offline.refund(later, 1_000)
    assert draft(offline) == {"bob": 5_000}


def test_a_debt_from_a_booked_period_is_repaid_before_anything_is_booked_again(offline: World) -> None:
    number = offline.earn("bob", 5_000)
    offline.clock.move(days=1)
    book(offline)
    offline.refund(number, 2_000)
    assert offline.money("bob") == {"paid_out": 5_000, "debt": -2_000}
    offline.earn("bob", 2_600)
    offline.clock.move(days=1)
    assert draft(offline) == {"bob": 600}
    book(offline)
    assert offline.money("bob") == {"paid_out": 5_600}


def test_an_order_that_is_heard_late_counts_by_when_it_fell_due(offline: World) -> None:
    offline.clock.move(days=1)
    offline.pay("carol", 900, by="bob", at=offline.now - timedelta(days=1))
    offline.earn("dave", 800)
    assert draft(offline) == {"bob": 900}


def test_pending_money_is_no_part_of_a_period(world: World) -> None:
    shop = world.ready(settings={"payout_mode": "offline"})
    shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=1)
    with pytest.raises(NothingToBook) as refused:
        shop.boss.bookings.draft(None, 0, 8)
    assert refused.value.until == day_begins(FIRST + timedelta(days=1))


def test_who_is_frozen_or_has_left_is_settled_as_well(offline: World) -> None:
    offline.earn("bob", 500)
    offline.earn("dave", 300)
    offline.freeze("dave")
    code = offline.boss.handover.propose_terminate(
        offline.code("bob"), offline.code("alice"), "", "不做了"
    ).code
    assert offline.boss.handover.terminate(code).promoter.status is Status.TERMINATED
    offline.clock.move(days=1)
    done = book(offline)
    assert {offline.name(line.promoter): line.amount.fen for line in offline.boss.bookings.lines(done.code, 0, 8)} == {
        "bob": 500, "dave": 300,
    }  # fmt: skip
    assert offline.of("bob").earnings.of(offline.of("bob").promoters.earner().id).balances.paid_out == Money(
        500
    )


# --- what is refused


def test_a_shop_that_pays_online_books_nothing(till: World) -> None:
    till.earn("bob", 500)
    till.clock.move(days=1)
    with pytest.raises(PaidOnline):
        till.boss.bookings.propose(None, "")


@pytest.mark.parametrize("days", [0, 1, 400])
def test_only_days_that_are_over_are_booked(offline: World, days: int) -> None:
    offline.earn("bob", 500)
    with pytest.raises(PeriodNotOver):
        offline.boss.bookings.draft(FIRST + timedelta(days=days), 0, 8)


def test_no_day_is_booked_twice(offline: World) -> None:
    offline.earn("bob", 500)
    offline.clock.move(days=1)
    first = book(offline)
    offline.pay("carol", 900, by="bob", at=offline.now - timedelta(days=1))
    for last_day in (None, FIRST, FIRST - timedelta(days=9)):
        with pytest.raises(PeriodBooked) as refused:
            offline.boss.bookings.propose(last_day, "")
        assert (refused.value.code, refused.value.until) == (first.code, first.until)
    offline.clock.move(days=1)
    assert draft(offline) == {"bob": 900}


def test_a_list_that_changed_since_it_was_confirmed_is_not_booked(offline: World) -> None:
    number = offline.earn("bob", 500)
    offline.earn("dave", 300)
    offline.clock.move(days=1)
    made = offline.boss.bookings.propose(None, "")
    offline.refund(number, 100)
    with pytest.raises(ListChanged) as refused:
        offline.boss.bookings.book(made.code)
    assert (refused.value.count, refused.value.amount) == (2, Money(700))
    assert offline.boss.bookings.all(8) == ()
    assert offline.money("bob") == {"available": 400}


def test_the_same_total_of_others_is_another_list(offline: World) -> None:
    number = offline.earn("bob", 500)
    offline.clock.move(days=1)
    made = offline.boss.bookings.propose(None, "")
    offline.refund(number, 500)
    offline.pay("carol", 500, by="dave", at=offline.now - timedelta(days=1))
    with pytest.raises(ListChanged):
        offline.boss.bookings.book(made.code)


def test_a_code_books_once(offline: World) -> None:
    offline.earn("bob", 500)
    offline.clock.move(days=1)
    code = offline.boss.bookings.propose(None, "").code
    desk = offline.of("老板", "delivery-1")
    assert desk.bookings.book(code) == desk.bookings.book(code)
    with pytest.raises(CodeUnknown):
        offline.boss.bookings.book(code)
    assert offline.money("bob") == {"paid_out": 500}


def test_only_finance_and_the_owner_book(offline: World) -> None:
    offline.enrol("mallory", Role.SERVICE)
    offline.enrol("carol", Role.FINANCE)
    offline.earn("bob", 500, buyer="dave")
    offline.clock.move(days=1)
    with pytest.raises(LacksRight):
        offline.of("mallory").bookings.propose(None, "")
    made = offline.of("carol").bookings.propose(None, "")
    with pytest.raises(CodeUnknown):
        offline.boss.bookings.book(made.code)
    assert offline.of("carol").bookings.book(made.code).by.person == offline.person("carol")


def test_nothing_is_booked_while_payouts_are_stopped(offline: World) -> None:
    offline.earn("bob", 500)
    offline.clock.move(days=1)
    code = offline.boss.bookings.propose(None, "").code
    offline.engine.store.write(offline.shop, OPERATOR, lambda tx: stops.stop(tx, "刚从备份恢复"))
    for act in (lambda: offline.boss.bookings.propose(None, ""), lambda: offline.boss.bookings.book(code)):
        with pytest.raises(PayoutsStopped):
            act()
    assert draft(offline) == {"bob": 500}
    offline.engine.store.write(offline.shop, OPERATOR, lambda tx: stops.resume(tx, "operator"))
    assert offline.boss.bookings.book(code).amount == Money(500)


def test_what_there_is_not_is_refused_by_its_number(offline: World) -> None:
    with pytest.raises(NoSuchBooking) as refused:
        offline.boss.bookings.get("ABCDEF")
    assert refused.value.code == "ABCDEF"


# --- both ways between the modes


def test_offline_nobody_asks_and_what_was_asked_for_ends_as_always(till: World) -> None:
    till.earn("bob", 5_000)
    till.earn("dave", 900)
    code = till.request("bob", 2_000)
    till.change("payout_mode", "offline")
    with pytest.raises(SettledOffline) as refused:
        till.of("dave").withdrawals.limits()
    assert refused.value.available == Money(900)
    with pytest.raises(SettledOffline):
        till.request("bob", 100)
    till.clock.move(days=1)
    assert draft(till) == {"bob": 3_000, "dave": 900}
    book(till)
    till.boss.withdrawals.mark_paid(till.in_hand(code).code, "PAY12345")
    assert till.withdrawal(code).state is State.PAID
    assert till.money("bob") == {"paid_out": 5_000}


def test_what_a_rejected_withdrawal_gives_back_is_booked_with_the_next_period(till: World) -> None:
    till.earn("bob", 5_000)
    code = till.request("bob", 2_000)
    till.change("payout_mode", "offline")
    till.clock.move(days=1)
    book(till)
    till.reject(code)
    till.clock.move(days=1)
    assert draft(till) == {"bob": 2_000}


def test_back_online_what_was_not_booked_can_be_withdrawn(offline: World) -> None:
    offline.earn("bob", 5_000)
    offline.clock.move(days=1)
    offline.earn("bob", 800)
    book(offline)
    offline.change("payout_mode", "online")
    assert offline.of("bob").withdrawals.limits().available == Money(800)
    offline.pay_out("bob", 800)
    assert offline.money("bob") == {"paid_out": 5_800}


# --- many promoters


def test_many_promoters_are_booked_in_chunks_and_a_dead_worker_books_nobody_twice(
    offline: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.payouts.bookings.CHUNK", 2)
    names = ("alice", "bob", "dave")
    for n, name in enumerate(names, 1):
        offline.earn(name, 100 * n)
    offline.clock.move(days=1)
    begun = book(offline)
    assert (begun.done_at, begun.count, begun.wanted_count, begun.wanted) == (None, 2, 3, Money(600))
    with pytest.raises(BookingRunning) as refused:
        offline.boss.bookings.propose(None, "")
    assert refused.value.code == begun.code
    assert carry_on(offline) == 1
    done = offline.boss.bookings.get(begun.code.lower())
    assert (done.done_at, done.count, done.amount, done.as_confirmed) == (offline.now, 3, Money(600), True)
    assert [offline.money(name) for name in names] == [
        {"paid_out": 100},
        {"paid_out": 200},
        {"paid_out": 300},
    ]
    (told,) = errands(offline, "booked")
    assert (told.person_id, told.payload) == (offline.person("老板"), {"booking": done.code})


def test_what_changes_while_the_chunks_run_shows_in_the_booking(
    offline: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.payouts.bookings.CHUNK", 1)
    numbers = {name: offline.earn(name, 500) for name in ("alice", "bob", "dave")}
    offline.clock.move(days=1)
    begun = book(offline)
    last = max(numbers, key=offline.promoter)
    offline.refund(numbers[last], 200)
    carry_on(offline)
    done = offline.boss.bookings.get(begun.code)
    assert (done.count, done.amount, done.wanted, done.as_confirmed) == (3, Money(1_300), Money(1_500), False)
    assert offline.money(last) == {"paid_out": 300}


def test_the_lines_of_a_booking_are_read_page_by_page(offline: World) -> None:
    for n, name in enumerate(("alice", "bob", "dave"), 1):
        offline.earn(name, 100 * n)
    offline.clock.move(days=1)
    code = book(offline).code
    rooms = offline.boss.bookings
    assert [line.amount.fen for line in rooms.lines(code, 0, 2)] == [300, 200]
    assert [offline.name(line.promoter) for line in rooms.lines(code, 2, 2)] == ["alice"]


def test_each_promoter_is_told_of_his_own_line_only(offline: World) -> None:
    offline.earn("bob", 500)
    offline.clock.move(days=1)
    done = book(offline)
    (told,) = errands(offline, "settled")
    assert (told.person_id, told.payload) == (offline.person("bob"), {"booking": done.code})
    mine = offline.of("bob").bookings.mine(done.code)
    assert (mine.amount, mine.proof, mine.since, mine.until) == (Money(500), "CASH-001", None, done.until)
    with pytest.raises(NoSuchBooking):
        offline.of("dave").bookings.mine(done.code)
    with pytest.raises(NotAPromoter):
        offline.of("mallory").bookings.mine(done.code)


# --- whatever happens

_apps = count(1)
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "earn",
                "earn",
                "earn late",
                "refund",
                "request",
                "reject",
                "pay out",
                "book",
                "book",
                "switch",
                "adjust",
            ]
        ),
        st.sampled_from(["bob", "dave"]),
        st.integers(1, 900),
        st.integers(0, 3),
    ),
    max_size=24,
)


class Model:
    """What the promoters ought to have, counted apart from the house: each commission with its day and what is left."""

    def __init__(self) -> None:
        self.earned: dict[str, tuple[str, date, int]] = {}
        self.booked: date | None = None
        """The last day that was booked."""

    def later(self, name: str, last_day: date) -> int:
        return sum(fen for who, due, fen in self.earned.values() if who == name and due > last_day)


@pytest.mark.slow
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=_STEPS)
def test_whatever_happens_a_period_settles_what_is_there_and_nothing_twice(
    shared_engine: Engine, steps: list[tuple[str, str, int, int]]
) -> None:
    till = World("", app=f"wx_bookings_{next(_apps)}", engine=shared_engine)
    till.ready(
        level1="100%", level2=None, people=("bob", "dave"),
        settings={"settle_mode": "paid", "withdraw_min": "0.1", "payout_mode": "offline"},
    )  # fmt: skip
    model = Model()
    for step, name, fen, days in steps:
        till.clock.move(hours=7 * days)
        _take(till, model, step, name, fen, days)
        held = till.money(name)
        assert not (held.get("available") and held.get("debt"))
    till.audited()


def _take(till: World, model: Model, step: str, name: str, fen: int, days: int) -> None:
    match step:
        case "earn" | "earn late":
            at = till.now - timedelta(days=days if step == "earn late" else 0)
            number = till.pay("carol", fen, by=name, at=at)
            model.earned[number] = (name, day_of(at), fen)
        case "refund":
            mine = [(number, left) for number, (who, _, left) in model.earned.items() if who == name and left]
            if mine:
                number, left = mine[fen % len(mine)]
                back = min(fen, left)
                till.refund(number, back)
                who, due, _ = model.earned[number]
                model.earned[number] = (who, due, left - back)
        case "request":
            with suppress(Refusal):  # which leaves everything as it was; the audit looks at all of it
                till.request(name, max(10, fen))
        case "reject" | "pay out":
            for row in till.boss.withdrawals.in_state((State.REQUESTED,), 1):
                if step == "reject":
                    till.reject(row.code)
                    continue
                with suppress(Refusal):  # who owes is not paid
                    till.boss.withdrawals.mark_paid(till.in_hand(row.code).code, "PAY12345")
        case "switch":
            online = till.boss.settings.now().offline
            till.change("payout_mode", "online" if online else "offline")
        case "adjust":
            amount = Money(fen if days < 2 else -fen)
            with suppress(Refusal):  # as above
                till.at(OPERATOR).adjustments.adjust(
                    till.code(name), ("available", "debt")[days % 2], amount, "对账"
                )
        case "book":
            _book(till, model, days)


def _book(till: World, model: Model, days: int) -> None:
    last_day = day_of(till.now) - timedelta(days=1 + days % 2)
    names = ("bob", "dave")
    before = {name: till.balance(name) for name in names}
    expected = {
        name: max(0, held.available.fen - model.later(name, last_day)) for name, held in before.items()
    }
    if no := _why_not(till, model, last_day, expected):
        with pytest.raises(no):
            till.boss.bookings.propose(last_day, "")
        return
    made = till.boss.bookings.propose(last_day, "")
    done = till.boss.bookings.book(made.code)
    booked = {till.name(line.promoter): line.amount.fen for line in till.boss.bookings.lines(done.code, 0, 9)}
    model.booked = last_day
    assert booked == {name: fen for name, fen in expected.items() if fen}
    for name in names:
        after = till.balance(name)
        assert after.available.fen == before[name].available.fen - expected[name]
        assert after.paid_out.fen == before[name].paid_out.fen + expected[name]


def _why_not(till: World, model: Model, last_day: date, expected: dict[str, int]) -> type[Refusal] | None:
    if not till.boss.settings.now().offline:
        return PaidOnline
    if model.booked and last_day <= model.booked:
        return PeriodBooked
    return None if any(expected.values()) else NothingToBook
