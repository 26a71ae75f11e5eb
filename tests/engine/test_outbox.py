"""The outbox: one worker per row, leases that run out, retries that end, notices that are bundled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import SYSTEM
from engine import outbox as room
from engine.ids import OutboxId
from engine.outbox import DEAD_AFTER, LEASE, MOST_TRIES, Post, Row
from engine.store.tables import outbox
from tests.engine.world import HeardBell, World


@pytest.fixture
def post(world: World) -> Post:
    return world.engine.post(world.shop)


def put(world: World, reference: str = "x:1", **more: Any) -> OutboxId:
    world.engine.store.write(world.shop, SYSTEM, lambda tx: room.put(tx, reference, "approved", {}, **more))
    mine = (outbox.c.shop_id == world.shop) & (outbox.c.reference == reference)
    return OutboxId(world.rows(select(outbox.c.id).where(mine))[0].id)


def state(world: World, row: OutboxId) -> str:
    return str(world.rows(select(outbox.c.state).where(outbox.c.id == row))[0].state)


def claimed(post: Post, row: OutboxId) -> Row:
    found = post.claim(row)
    assert found is not None
    return found


def test_of_two_claimers_one_wins(world: World, post: Post) -> None:
    row = put(world)
    assert [rung for rung, _ in post.due()] == [row]
    taken = claimed(post, row)
    assert (taken.id, taken.tries, taken.kind) == (row, 1, "approved")
    assert post.claim(row) is None
    assert post.due() == ()
    post.sent(taken)
    assert (state(world, row), post.claim(row)) == ("sent", None)


def test_the_same_reference_is_one_row_and_rings_once(world: World) -> None:
    bell = HeardBell()
    world.engine.store.bell = bell
    assert put(world) == put(world)
    assert bell.rung == ["approved"]


def test_a_row_is_not_taken_before_it_is_due(world: World, post: Post) -> None:
    row = put(world, due_at=world.now + timedelta(minutes=5))
    assert (post.due(), post.claim(row)) == ((), None)
    world.clock.move(minutes=5)
    assert post.claim(row) is not None


def test_a_worker_that_died_is_followed_by_another_when_its_lease_ran_out(world: World, post: Post) -> None:
    row = put(world)
    claimed(post, row)
    world.clock.move(seconds=LEASE.total_seconds() - 0.001)
    assert post.claim(row) is None
    world.clock.move(seconds=0.001)
    assert [rung for rung, _ in post.due()] == [row]
    assert claimed(post, row).tries == 2


@pytest.mark.parametrize("says", ["sent", "waits", "died", "failed"])
def test_who_overstayed_his_lease_has_no_say_over_the_next_worker(
    world: World, post: Post, says: str
) -> None:
    row = put(world)
    slow = claimed(post, row)
    world.clock.move(seconds=LEASE.total_seconds())
    quick = claimed(post, row)
    arguments = () if says == "sent" else ("too late",)
    getattr(post, says)(slow, *arguments)
    assert state(world, row) == "sending"
    post.sent(quick)
    assert state(world, row) == "sent"


def test_a_failed_row_is_tried_again_later_each_time_and_dies_at_the_eighth(world: World, post: Post) -> None:
    row = put(world, to=world.person("bob"))
    waits = []
    while True:
        post.failed(claimed(post, row), "no answer")
        if state(world, row) == "dead":
            break
        (due,) = world.rows(select(outbox.c.due_at).where(outbox.c.id == row))
        waits.append((due.due_at - world.now).total_seconds())
        world.clock.time = due.due_at - timedelta(milliseconds=1)
        assert post.claim(row) is None
        world.clock.move(milliseconds=1)
    assert waits == [5, 15, 60, 300, 1800, 7200, 21600]
    assert len(waits) + 1 == MOST_TRIES
    assert (post.health().dead, post.claim(row)) == (1, None)


def test_a_row_older_than_three_days_dies_at_its_next_failure(world: World, post: Post) -> None:
    row = put(world, to=world.person("bob"))
    world.clock.time += DEAD_AFTER
    post.failed(claimed(post, row), "no answer")
    assert state(world, row) == "ready"
    world.clock.move(seconds=5)
    post.failed(claimed(post, row), "no answer")
    assert state(world, row) == "dead"


def test_a_row_that_kills_every_worker_is_given_up_too(world: World, post: Post) -> None:
    row = put(world, to=world.person("bob"))
    for _ in range(MOST_TRIES):
        claimed(post, row)
        world.clock.move(seconds=LEASE.total_seconds())
    assert post.claim(row) is None
    assert (state(world, row), post.due()) == ("dead", ())


def test_work_that_is_to_nobody_is_never_given_up(world: World, post: Post) -> None:
    row = put(world)
    for _ in range(MOST_TRIES + 2):
        post.failed(claimed(post, row), "no answer")
        assert state(world, row) == "ready"
        world.clock.time += DEAD_AFTER
    for _ in range(2):
        claimed(post, row)
        world.clock.move(seconds=LEASE.total_seconds())
    post.sent(claimed(post, row))
    assert state(world, row) == "sent"


def test_what_cannot_be_pushed_waits_until_the_person_has_seen_it(world: World, post: Post) -> None:
    row = put(world, to=world.person("bob"))
    post.waits(claimed(post, row), "window closed")
    world.clock.move(days=9)
    assert (post.due(), post.health().waiting) == ((), 1)
    assert world.engine.look(world.shop, world.person("bob")).has_notices
    assert world.of("mallory").notices.waiting(5) == ()
    assert world.of("mallory").notices.seen((row,)) == 0
    (notice,) = world.of("bob").notices.waiting(5)
    assert notice.id == row
    desk = world.of("bob", "delivery-1")
    assert (desk.notices.seen((row,)), desk.notices.seen((row,))) == (1, 1)
    assert world.of("bob").notices.waiting(5) == ()
    assert state(world, row) == "sent"
    assert not world.engine.look(world.shop, world.person("bob")).has_notices


def test_the_oldest_notices_are_shown_first(world: World, post: Post) -> None:
    rows = []
    for n in range(3):
        rows.append(put(world, f"x:{n}", to=world.person("bob")))
        post.waits(claimed(post, rows[-1]), "")
        world.clock.move(minutes=1)
    assert [one.id for one in world.of("bob").notices.waiting(2)] == rows[:2]


def _bundle(world: World) -> None:
    bob = world.person("bob")
    world.engine.store.write(world.shop, SYSTEM, lambda tx: room.bundle(tx, bob, "earned"))


def _due_times(world: World) -> list[timedelta]:
    rows = world.rows(select(outbox.c.due_at).where(outbox.c.shop_id == world.shop).order_by(outbox.c.due_at))
    return [row.due_at - world.now for row in rows]


def test_notices_of_one_kind_to_one_person_are_ten_minutes_apart(world: World, post: Post) -> None:
    for _ in range(3):
        _bundle(world)
    assert _due_times(world) == [timedelta()]
    post.sent(claimed(post, post.due()[0][0]))
    for _ in range(3):
        _bundle(world)
    assert _due_times(world) == [timedelta(), timedelta(minutes=10)]
    assert post.due() == ()
    world.clock.move(minutes=10)
    post.sent(claimed(post, post.due()[0][0]))
    world.clock.move(minutes=11)
    _bundle(world)
    assert _due_times(world)[-1] == timedelta()


def test_what_waits_to_be_seen_is_not_told_again(world: World, post: Post) -> None:
    _bundle(world)
    post.waits(claimed(post, post.due()[0][0]), "window closed")
    world.clock.move(hours=1)
    _bundle(world)
    assert len(_due_times(world)) == 1


def test_what_happens_while_a_notice_is_being_sent_makes_the_next_one(world: World, post: Post) -> None:
    _bundle(world)
    sending = claimed(post, post.due()[0][0])
    _bundle(world)
    post.sent(sending)
    assert _due_times(world) == [timedelta(), timedelta(minutes=10)]


def test_health_counts_what_is_under_way_and_what_was_left(world: World, post: Post) -> None:
    rows = [put(world, f"x:{n}", to=world.person("bob")) for n in range(4)]
    post.waits(claimed(post, rows[0]), "")
    post.died(claimed(post, rows[1]), "gone")
    claimed(post, rows[2])
    health = post.health()
    assert (health.ready, health.waiting, health.dead) == (2, 1, 1)


def test_rows_of_another_shop_are_not_touched(world: World, post: Post) -> None:
    other = World("", app=f"{world.shop}_2", engine=world.engine)
    row = put(other)
    assert (post.due(), post.claim(row)) == ((), None)
    assert other.engine.post(other.shop).claim(row) is not None
