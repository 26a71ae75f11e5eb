"""The history of a customer's locks, from what happened to him alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ids import PromoterId
from engine.programme.promoters import Leaving
from engine.referrals.history import Made, MadeBy, Span, spans

ALICE, BOB, DAVE, ERIN = (PromoterId(f"pm_{name}") for name in ("alice", "bob", "dave", "erin"))
MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def day(number: float) -> datetime:
    return MONDAY + number * timedelta(days=1)


def made(
    n: int,
    promoter: PromoterId,
    start: float,
    days: int | None = None,
    by: MadeBy = "order",
    void: float | None = None,
) -> Made:
    until = None if days is None else day(start + days)
    return Made(n, promoter, day(start), until, by, f"cause{n}", None if void is None else day(void))


def told(*locks: Made, left: dict[PromoterId, tuple[float, PromoterId | None]] | None = None) -> list[str]:
    """The rows in words: whose, from, to, why it ended."""

    def leaving(promoter: PromoterId, since: datetime) -> Leaving | None:
        found = (left or {}).get(promoter)
        return Leaving(1, day(found[0]), None, found[1], "走了") if found else None

    return [_row(span) for span in spans(locks, leaving, ERIN)]


def _row(span: Span) -> str:
    end = "" if span.ended_at is None else _day(span.ended_at)
    why = f" {span.end_reason}" if span.end_reason else ""
    return f"{span.promoter[3:]} {_day(span.start)}-{end}{why}, {span.made_by} {span.cause}"


def _day(instant: datetime) -> str:
    return f"{(instant - MONDAY) / timedelta(days=1):g}"


def test_nothing_happened_to_somebody() -> None:
    assert told() == []


def test_the_last_one_stays_open_also_when_it_has_run_out() -> None:
    assert told(made(1, BOB, 0, days=2)) == ["bob 0-, order cause1"]
    assert told(made(1, BOB, 0, days=2), made(2, DAVE, 5)) == [
        "bob 0-2 over, order cause1",
        "dave 5-, order cause2",
    ]


def test_a_lock_that_ends_where_the_next_begins_has_run_out() -> None:
    assert told(made(1, BOB, 0, days=2), made(2, DAVE, 2))[0] == "bob 0-2 over, order cause1"


def test_what_a_refund_reopens_is_the_lock_that_spoke_before() -> None:
    assert told(made(1, ALICE, 0), made(2, BOB, 1, void=4), made(3, DAVE, 2, void=3)) == [
        "alice 0-1 replaced, order cause1",
        "bob 1-2 annulled, order cause2",
        "dave 2-3 annulled, order cause3",
        "bob 3-4 annulled, reopened cause3",
        "alice 4-, reopened cause2",
    ]


def test_one_that_was_refunded_while_another_held_reopens_nothing_and_is_skipped_later() -> None:
    assert told(made(1, ALICE, 0), made(2, BOB, 1, void=3), made(3, DAVE, 2, void=4)) == [
        "alice 0-1 replaced, order cause1",
        "bob 1-2 annulled, order cause2",
        "dave 2-4 annulled, order cause3",
        "alice 4-, reopened cause3",
    ]


def test_one_that_had_run_out_gives_way_when_it_is_refunded_and_reopens_itself_never() -> None:
    assert told(made(1, ALICE, 0), made(2, BOB, 1, days=1, void=4)) == [
        "alice 0-1 replaced, order cause1",
        "bob 1-2 annulled, order cause2",
        "alice 4-, reopened cause2",
    ]
    assert told(made(1, ALICE, 0), made(2, BOB, 1, days=1), made(3, DAVE, 4, void=5))[-1] == (
        "dave 4-5 annulled, order cause3"
    )


def test_a_visit_taken_back_never_was() -> None:
    assert told(made(1, DAVE, 0), made(2, BOB, 1, by="visit", void=1)) == [
        "dave 0-, order cause1",
        "bob 1-1 undone, visit cause2",
    ]


def test_the_merchants_word_ends_what_is_about_to_begin_and_yields_to_what_is_heard_after_it() -> None:
    word = made(3, DAVE, 1, by="assigned")
    assert told(made(1, BOB, 0), made(2, ALICE, 2), word, made(4, BOB, 3)) == [
        "bob 0-1 moved, order cause1",
        "dave 1-3 replaced, assigned cause3",
        "alice 2-2 moved, order cause2",
        "bob 3-, order cause4",
    ]


def test_of_two_at_one_instant_the_one_heard_last_speaks() -> None:
    assert told(made(1, BOB, 0), made(2, DAVE, 0, void=2)) == [
        "bob 0-0 replaced, order cause1",
        "dave 0-2 annulled, order cause2",
        "bob 2-, reopened cause2",
    ]


def test_an_heir_goes_on_at_the_instant_of_the_termination() -> None:
    left = {BOB: (2, DAVE), DAVE: (4, ALICE)}
    assert told(made(1, BOB, 0, days=9), left=left) == [
        "bob 0-2 moved, order cause1",
        "dave 2-4 moved, assigned None",
        "alice 4-, assigned None",
    ]


def test_a_lock_of_the_minute_that_had_yet_to_begin_is_the_heirs_from_its_start() -> None:
    assert told(made(1, BOB, 3), left={BOB: (2, DAVE)}) == [
        "bob 3-3 moved, order cause1",
        "dave 3-, assigned None",
    ]


@pytest.mark.parametrize("heir", [None, ERIN])
def test_without_an_heir_or_with_himself_as_one_the_customer_is_nobodys(heir: PromoterId | None) -> None:
    assert told(made(1, BOB, 0), left={BOB: (2, heir), ERIN: (3, DAVE)}) == [
        "bob 0-2 moved, order cause1",
    ]


def test_what_is_reopened_after_its_promoter_left_is_his_heirs() -> None:
    assert told(made(1, BOB, 0), made(2, ALICE, 1, void=4), left={BOB: (2, DAVE)}) == [
        "bob 0-1 replaced, order cause1",
        "alice 1-4 annulled, order cause2",
        "dave 4-, reopened cause2",
    ]


days = st.integers(0, 8)
locks = st.builds(
    made,
    st.just(0),
    st.sampled_from([ALICE, BOB, DAVE]),
    days,
    st.none() | st.integers(1, 4),
    st.just("order"),
    st.none() | st.integers(0, 9),
).map(lambda one: replace(one, void_from=one.void_from and max(one.void_from, one.start)))


@given(st.lists(locks, max_size=5), st.integers(0, 20), st.randoms(use_true_random=False))
def test_at_every_instant_the_newest_that_counts_holds_whatever_was_heard_first(
    heard: list[Made], halves: int, random: object
) -> None:
    facts = [replace(one, n=n) for n, one in enumerate(heard, 1)]
    shuffled = list(facts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    rows = spans(facts, lambda *_: None, None)
    assert spans(shuffled, lambda *_: None, None) == rows
    assert sum(row.ended_at is None for row in rows) <= 1
    t = day(halves / 2)
    counting = sorted((one for one in facts if one.counts(t)), key=lambda one: (one.start, one.n))
    newest = counting[-1] if counting else None
    expected = newest.promoter if newest and (newest.until is None or t < newest.until) else None
    live = [
        row.promoter
        for row in rows
        if row.start <= t
        and (row.ended_at is None or t < row.ended_at)
        and (row.lock.until is None or t < row.lock.until)
    ]
    assert live == ([expected] if expected else [])
