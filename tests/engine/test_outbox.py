"""The outbox: one worker per row, leases that run out, retries that end, notices that are bundled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import SYSTEM
from engine import outbox as room
from engine.ids import OutboxId
from engine.outbox import BUNDLED, DEAD_AFTER, MOST_TRIES, Row
from engine.post import LEASE, Post
from engine.store.base import Tx
from engine.store.tables import outbox
from tests.engine.world import HeardBell, World


@pytest.fixture
def post(world: World) -> Post:
    return world.engine.post(world.shop)


def put(world: World, reference: str = "x:1", **more: Any) -> OutboxId:
    world.engine.store.write(world.shop, SYSTEM, lambda tx: room.put(tx, reference, "earned", {}, **more))
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
    assert (taken.id, taken.tries, taken.kind) == (row, 1, "earned")
    assert post.claim(row) is None
    assert post.due() == ()
    post.sent(taken)
    assert (state(world, row), post.claim(row)) == ("sent", None)


def test_the_same_reference_is_one_row_and_rings_once(world: World) -> None:
    bell = HeardBell()
    world.engine.store.bell = bell
    assert put(world) == put(world)
    assert bell.rung == ["earned"]


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


@pytest.mark.parametrize("end", ["gone at once", "failed too often", "its workers died"])
def test_who_was_promised_a_picture_hears_that_it_does_not_come(shop: World, end: str) -> None:
    post, row = _wanted(shop)
    if end == "gone at once":
        post.died(claimed(post, row), "NoSuchProduct")
    for _ in range(0 if end == "gone at once" else MOST_TRIES):
        assert _undrawn(shop) == []
        taken = claimed(post, row)
        if end == "failed too often":
            post.failed(taken, "no answer")
        shop.clock.move(hours=7)
    assert post.claim(row) is None
    assert state(shop, row) == "dead"
    assert _undrawn(shop) == [(shop.person("bob"), {"what": "poster"})]


def test_a_worker_that_overstayed_its_lease_tells_nobody_that_a_picture_does_not_come(shop: World) -> None:
    post, row = _wanted(shop)
    slow = claimed(post, row)
    shop.clock.move(seconds=LEASE.total_seconds())
    quick = claimed(post, row)
    post.died(slow, "too late")
    post.sent(quick)
    assert (state(shop, row), _undrawn(shop)) == ("sent", [])


def _wanted(shop: World) -> tuple[Post, OutboxId]:
    shop.of("bob").pictures.want("poster", shop.promoter("bob"))
    post = shop.engine.post(shop.shop)
    return post, next(row for row, kind in post.due() if kind == "picture")


def _undrawn(shop: World) -> list[Any]:
    mine = (outbox.c.shop_id == shop.shop) & (outbox.c.kind == "undrawn")
    return [(one.person_id, one.payload) for one in shop.rows(select(outbox).where(mine))]


def test_work_that_is_to_nobody_is_given_up_after_as_many_tries_and_never_for_its_age(
    world: World, post: Post
) -> None:
    row = put(world)
    for _ in range(MOST_TRIES - 1):
        post.failed(claimed(post, row), "no answer")
        assert state(world, row) == "ready"
        world.clock.time += DEAD_AFTER
    post.failed(claimed(post, row), "no answer")
    assert state(world, row) == "dead"


def test_what_was_given_up_can_be_seen_and_tried_anew_by_hand(world: World, post: Post) -> None:
    rows = []
    for n, name in enumerate(("dave", "bob")):
        rows.append(put(world, f"x:{n}", to=world.person(name)))
        post.died(claimed(post, rows[-1]), "no openid")
        world.clock.move(minutes=1)
    assert [(one.kind, one.person, one.tries, one.why) for one in post.dead(5)] == [
        ("earned", world.person("bob"), 1, "no openid"),
        ("earned", world.person("dave"), 1, "no openid"),
    ]
    assert len(post.dead(1)) == 1
    bell = HeardBell()
    world.engine.store.bell = bell
    assert (post.again(OutboxId("ob_unknown")), post.again(rows[0])) == (0, 1)
    assert (state(world, rows[0]), state(world, rows[1])) == ("ready", "dead")
    assert claimed(post, rows[0]).tries == 1
    assert (post.again(), post.again()) == (1, 0)
    assert bell.rung == ["earned", "earned"]


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


def test_notices_to_one_person_go_out_together(world: World, post: Post) -> None:
    rows = [put(world, f"x:{n}", to=world.person("bob")) for n in range(3)]
    dave = put(world, "x:dave", to=world.person("dave"))
    taken = claimed(post, rows[1])
    assert (taken.id, {each.id for each in taken.all}) == (rows[1], set(rows))
    assert [each.tries for each in taken.all] == [1, 1, 1]
    assert [post.claim(row) for row in rows] == [None] * 3
    post.sent(taken)
    assert [state(world, row) for row in (*rows, dave)] == ["sent"] * 3 + ["ready"]


@pytest.mark.parametrize(("says", "then"), [("waits", "waiting"), ("died", "dead"), ("failed", "ready")])
def test_notices_that_went_together_fail_together(world: World, post: Post, says: str, then: str) -> None:
    rows = [put(world, f"x:{n}", to=world.person("bob")) for n in range(2)]
    getattr(post, says)(claimed(post, rows[0]), "why")
    assert [state(world, row) for row in rows] == [then, then]


def test_a_person_gets_a_notice_in_ten_minutes_whatever_it_is_about(world: World, post: Post) -> None:
    post.sent(claimed(post, put(world, to=world.person("bob"))))
    later = put(world, "x:2", to=world.person("bob"))
    assert post.claim(later) is None
    (due,) = world.rows(select(outbox.c.due_at, outbox.c.tries).where(outbox.c.id == later))
    assert (due.due_at - world.now, due.tries) == (BUNDLED, 0)
    post.sent(claimed(post, put(world, "x:3", to=world.person("dave"))))
    world.clock.time += BUNDLED
    assert [rung for rung, _ in post.due()] == [later]
    assert post.claim(later) is not None


def test_a_notice_is_not_sent_beside_one_on_its_way(world: World, post: Post) -> None:
    first = claimed(post, put(world, to=world.person("bob")))
    second = put(world, "x:2", to=world.person("bob"))
    assert post.claim(second) is None
    world.clock.move(seconds=LEASE.total_seconds() - 1)
    post.failed(first, "no answer")
    world.clock.move(seconds=1)
    assert [each.id for each in claimed(post, second).all] == [second, first.id]


def test_what_found_no_room_comes_later_and_was_not_tried(world: World, post: Post) -> None:
    rows = [put(world, f"x:{n}", to=world.person("bob")) for n in range(2)]
    first, second = claimed(post, rows[0]).all
    post.back(second)
    post.sent(first)
    (kept,) = world.rows(select(outbox.c.due_at, outbox.c.tries).where(outbox.c.id == rows[1]))
    assert (kept.due_at - world.now, kept.tries) == (BUNDLED, 0)


def test_the_answer_to_his_own_request_comes_at_once_and_takes_the_news_along(
    world: World, post: Post
) -> None:
    def answer(tx: Tx) -> None:
        room.put(tx, "approved:1", "approved", {}, to=world.person("bob"))

    post.sent(claimed(post, put(world, to=world.person("bob"))))
    news = put(world, "x:2", to=world.person("bob"))
    assert post.claim(news) is None
    world.engine.store.write(world.shop, SYSTEM, answer)
    taken = claimed(post, post.due()[0][0])
    assert (taken.is_answer, [each.id for each in taken.more]) == (True, [news])
    world.clock.move(minutes=1)
    post.sent(taken)
    world.engine.store.write(
        world.shop, SYSTEM, lambda tx: room.put(tx, "a:2", "rejected", {}, to=world.person("bob"))
    )
    post.sent(claimed(post, post.due()[0][0]))
    last = put(world, "x:3", to=world.person("bob"))
    assert post.claim(last) is None
    (due,) = world.rows(select(outbox.c.due_at).where(outbox.c.id == last))
    assert due.due_at - world.now == BUNDLED, "counted from the news, not from the answer"


def test_what_was_moot_keeps_no_other_notice_waiting(world: World, post: Post) -> None:
    post.done(claimed(post, put(world, to=world.person("bob"))))
    assert post.claim(put(world, "x:2", to=world.person("bob"))) is not None


@pytest.mark.parametrize("kind", ["picture", "tag"])
def test_an_errand_is_no_notice(world: World, post: Post, kind: str) -> None:
    def errand(tx: Tx) -> None:
        room.put(tx, f"{kind}:1", kind, {}, to=world.person("bob"))

    post.sent(claimed(post, put(world, to=world.person("bob"))))
    world.engine.store.write(world.shop, SYSTEM, errand)
    ((row, _),) = post.due()
    put(world, "x:2", to=world.person("bob"))
    taken = claimed(post, row)
    assert (taken.is_notice, taken.more) == (False, ())


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
    rows = [
        put(world, f"x:{n}", to=world.person(name))
        for n, name in enumerate(("bob", "dave", "carol", "alice"))
    ]
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


def test_a_template_message_that_bounces_waits_for_the_next_contact(world: World, post: Post) -> None:
    who = world.person("carol")
    row, other = put(world, to=who), put(world, "x:2", to=who, due_at=world.now + timedelta(hours=1))
    post.sent(claimed(post, row), "7001")
    assert not post.blocked(who)
    assert post.bounced(world.person("bob"), "7001", "user block"), "nothing of his bears that number"
    assert state(world, row) == "sent"
    assert post.bounced(who, "7001", "user block")
    assert not post.blocked(world.person("bob"))
    assert (state(world, row), state(world, other)) == ("waiting", "ready")
    assert post.blocked(who)
    assert [(one.id, one.why) for one in post.returned(9)] == [(row, "template: user block")]
    assert post.dead(9) == ()
    world.of("carol").notices.seen((row,))
    assert (post.blocked(who), post.returned(9)) == (False, ())
    assert post.bounced(who, "7001", "user block"), "told twice it changes nothing"
    assert state(world, row) == "sent"


def test_a_bounce_waits_for_the_worker_that_is_sending(world: World, post: Post) -> None:
    who = world.person("carol")
    taken = claimed(post, put(world, to=who))
    assert not post.bounced(who, "7001", "system failed")
    post.sent(taken, "7001")
    assert post.bounced(who, "7001", "system failed")
    assert not post.blocked(who), "a fault of WeChat's says nothing of him"


def test_a_bounce_is_one_errand_however_often_it_is_told(world: World, post: Post) -> None:
    for _ in range(2):
        world.of("carol").notices.bounced("7001", "user block")
    assert [kind for _, kind in post.due()] == ["bounced"]
