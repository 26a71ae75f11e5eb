"""Customers given by the merchant: who then earns, who looks after them, and what stays as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import SYSTEM
from engine.people.authority import LacksRight, NotStaff, Role
from engine.people.confirmations import CodeExpired, CodeOutdated, CodeUnknown
from engine.programme.promoters import NoSuchPromoter, NotAPromoter
from engine.referrals.customers import What
from engine.referrals.handover import Part
from engine.referrals.moving import (
    CHUNK,
    AlreadyHis,
    CannotReceive,
    HimselfRefused,
    How,
    Moved,
    MoveReasonMissing,
    NobodyToMove,
    Tally,
    TooManyNamed,
)
from engine.referrals.visits import How as Came
from engine.store.tables import assignments, moves, outbox
from tests.engine.world import World

EARN, FOLLOW = How.EARN, How.FOLLOW


def assign(shop: World, *names: str, to: str, how: How = EARN, reason: str = "门店分配") -> Moved:
    whom = tuple(shop.person(name) for name in names)
    return shop.boss.moving.move(shop.boss.moving.propose_assign(whom, shop.code(to), how, reason).code)


def transfer(shop: World, source: str, to: str, how: How = EARN) -> Moved:
    made = shop.boss.moving.propose_transfer(shop.code(source), shop.code(to), how, "调岗")
    return shop.boss.moving.move(made.code)


def carry_on(shop: World, most: int = 100) -> int:
    """The worker carries out what waits, at most so many rows; gives how many customers went."""
    waiting = (
        select(outbox)
        .where(outbox.c.shop_id == shop.shop, outbox.c.kind == "move", outbox.c.state == "ready")
        .order_by(outbox.c.created_at, outbox.c.id)
    )
    gone, post = 0, shop.engine.post(shop.shop)
    while most and (rows := shop.rows(waiting)):
        row = post.claim(rows[0].id)
        assert row is not None
        gone += shop.at(SYSTEM, f"outbox:{row.id}").moving.carry_on(row.payload["move"], row.payload["after"])
        post.sent(row)
        most -= 1
    return gone


def carer(shop: World, customer: str) -> str | None:
    found = shop.boss.customers.get(shop.person(customer)).row.carer
    return next(name for name in shop._people if shop.person(name) == found.person) if found else None


def count(shop: World, promoter: str) -> int:
    return shop.at(SYSTEM).referrals.customer_count(shop.promoter(promoter))


def unowned(shop: World) -> set[str]:
    return {row.person for row in shop.boss.customers.unowned(None, 9)}


def notices(shop: World, name: str) -> list[Tally]:
    """What each notice of moves to this promoter would say now."""
    rows = shop.rows(
        select(outbox).where(
            outbox.c.shop_id == shop.shop,
            outbox.c.kind == "customers",
            outbox.c.person_id == shop.person(name),
        )
    )
    return [shop.of(name).moving.tally(int(row.payload["items"][0])) for row in rows]


def test_an_unowned_customer_is_given_with_the_lock(world: World) -> None:
    shop = world.ready(settings={"lock_days": "30"})
    first = shop.pay("carol", 10_000)
    assert shop.paid_to(first) == (None, None)
    carol = shop.person("carol")
    assert carol in unowned(shop), "who bought by himself is a customer too"
    shop.clock.move(days=1)
    done = assign(shop, "carol", to="bob")
    assert (done.count, done.how, done.at_once, done.code) == (1, EARN, True, shop.code("bob"))
    assert shop.lock_rows("carol") == [("bob", shop.now, shop.now + timedelta(days=30), "")]
    assert carol not in unowned(shop)
    assert shop.paid_to(first) == (None, None), "decided orders stay as they are"
    assert shop.paid_to(shop.pay("carol", 10_000)) == ("bob", "alice")


def test_a_locked_customer_is_moved_and_a_late_order_is_judged_as_of_its_time(shop: World) -> None:
    start = shop.now
    shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=1)
    paid_at = shop.now
    shop.clock.move(days=1)
    assign(shop, "carol", to="dave")
    moved = shop.now
    assert shop.lock_rows("carol") == [("bob", start, moved, "moved"), ("dave", moved, None, "")]
    assert shop.paid_to(shop.pay("carol", 10_000, at=paid_at)) == ("bob", "alice")
    assert shop.paid_to(shop.pay("carol", 10_000)) == ("dave", None)
    assert (count(shop, "bob"), count(shop, "dave")) == (0, 1)
    late = shop.pay("carol", 10_000, by="alice", at=paid_at)
    assert shop.paid_to(late) == ("alice", None)
    assert shop.lock("carol") == "dave", "an order heard late locks up to the move, not beyond it"
    assert shop.lock("carol", moved - timedelta(hours=1)) == "alice"


def test_only_the_care_is_given_and_the_lock_goes_before_it(world: World) -> None:
    shop = world.ready(settings={"lock_days": "10"})
    shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=1)
    assign(shop, "carol", to="dave", how=FOLLOW)
    assert shop.lock("carol") == "bob", "who earns is not touched"
    assert carer(shop, "carol") == "bob", "while a lock lives, its promoter looks after him"
    assert notices(shop, "dave") == [Tally(0, 0, 0)]
    shop.clock.move(days=10)
    assert (shop.lock("carol"), carer(shop, "carol")) == (None, "dave")
    assert (count(shop, "bob"), count(shop, "dave")) == (0, 1)
    assert shop.paid_to(shop.pay("carol", 10_000)) == (None, None)
    shop.clock.move(minutes=1)
    shop.visit("carol", "alice")
    assert carer(shop, "carol") == "alice", "who was visited last"
    shop.clock.move(minutes=1)
    shop.of("carol").referrals.undo()
    assert carer(shop, "carol") == "dave"


def test_both_promoters_are_told_once_for_many_moves(shop: World) -> None:
    for number in range(3):
        shop.of(f"c{number}").referrals.visit(shop.code("bob"), Came.SCAN)
    assign(shop, "c0", to="dave")
    assign(shop, "c1", to="dave", how=FOLLOW)
    shop.clock.move(minutes=1)
    assign(shop, "c2", to="alice")
    assert notices(shop, "dave") == [Tally(1, 1, 0)]
    assert notices(shop, "bob") == [Tally(0, 0, 3)]
    assert notices(shop, "alice") == [Tally(1, 0, 0)]
    with pytest.raises(NotAPromoter):
        shop.of("carol").moving.tally(0)


def test_two_wishes_are_carried_out_each_by_its_own(shop: World) -> None:
    shop.pay("carol", 10_000, by="bob")
    shop.pay("mallory", 10_000, by="alice")
    transfer(shop, "bob", "dave")
    shop.clock.move(minutes=1)
    transfer(shop, "alice", "bob")
    assert carry_on(shop) == 2
    assert (shop.lock("carol"), shop.lock("mallory")) == ("dave", "bob")


def test_who_follows_a_free_customer_and_is_then_given_him_has_lost_nobody(shop: World) -> None:
    shop.pay("carol", 10_000)
    assign(shop, "carol", to="bob", how=FOLLOW)
    shop.clock.move(minutes=1)
    assign(shop, "carol", to="bob")
    assert notices(shop, "bob") == [Tally(1, 1, 0)]


def test_a_customer_who_moved_himself_since_the_prompt_is_not_moved(shop: World) -> None:
    shop.pay("carol", 10_000, by="bob")
    made = shop.boss.moving.propose_assign((shop.person("carol"),), shop.code("dave"), EARN, "换人")
    shop.clock.move(minutes=1)
    shop.pay("carol", 10_000, by="alice")
    with pytest.raises(CodeOutdated):
        shop.boss.moving.move(made.code)
    assert shop.lock("carol") == "alice"
    assert shop.rows(select(moves).where(moves.c.shop_id == shop.shop)) == []


def test_all_customers_of_a_promoter_in_chunks_with_a_crash_between_two(world: World) -> None:
    shop = world.ready(settings={"lock_mode": "on_visit", "lock_days": "30"})
    code = shop.code("bob")
    for number in range(CHUNK + 3):
        shop.of(f"c{number}").referrals.visit(code, Came.SCAN)
    shop.visit("dave", "bob")
    shop.clock.move(days=1)
    done = transfer(shop, "bob", "dave")
    assert (done.count, done.at_once) == (CHUNK + 4, False)
    shop.clock.move(minutes=1)
    shop.of("late").referrals.visit(code, Came.SCAN)
    assert CHUNK - 2 <= carry_on(shop, 1) <= CHUNK
    (row,) = shop.rows(
        select(outbox).where(
            outbox.c.shop_id == shop.shop, outbox.c.kind == "move", outbox.c.state == "ready"
        )
    )
    for _ in range(2):  # the worker dies after its commit; another takes the row over
        shop.at(SYSTEM, f"outbox:{row.id}").moving.carry_on(row.payload["move"], row.payload["after"])
    carry_on(shop)
    assert count(shop, "dave") == CHUNK + 3
    assert count(shop, "bob") == 2, "dave himself, and who came after the wish"
    assert (shop.lock("dave"), shop.lock("late")) == ("bob", "bob")
    assert notices(shop, "dave") == [Tally(CHUNK + 3, 0, 0)]
    assert notices(shop, "bob") == [Tally(0, 0, CHUNK + 3)]
    (wish,) = shop.rows(select(moves).where(moves.c.shop_id == shop.shop))
    assert wish.done_at == shop.now


def test_only_the_care_of_all(shop: World) -> None:
    shop.visit("carol", "bob")
    shop.pay("mallory", 10_000, by="bob")
    shop.clock.move(minutes=1)
    assert transfer(shop, "bob", "dave", FOLLOW).count == 2
    carry_on(shop)
    assert [shop.lock(one) for one in ("carol", "mallory")] == [None, "bob"]
    assert [carer(shop, one) for one in ("carol", "mallory")] == ["dave", "bob"]
    assert notices(shop, "dave") == [Tally(0, 1, 0)]
    assert notices(shop, "bob") == [Tally(0, 0, 1)]


def test_a_target_who_left_before_his_chunk_gets_nobody(shop: World) -> None:
    shop.visit("carol", "bob")
    shop.clock.move(minutes=1)
    transfer(shop, "bob", "dave")
    shop.boss.handover.terminate(shop.boss.handover.propose_terminate(shop.code("dave"), "", "", "走了").code)
    assert carry_on(shop) == 0
    assert carer(shop, "carol") == "bob"
    assert shop.rows(select(assignments).where(assignments.c.shop_id == shop.shop)) == []


def test_a_source_who_left_before_the_chunk(shop: World) -> None:
    """Both wishes are the owner's: whoever reaches a customer first decides, and nobody is lost."""
    shop.visit("carol", "bob")
    shop.pay("mallory", 10_000, by="bob")
    shop.clock.move(minutes=1)
    transfer(shop, "bob", "dave")
    code, leaver = shop.code("alice"), shop.promoter("bob")
    shop.clock.move(minutes=1)
    shop.boss.handover.terminate(
        shop.boss.handover.propose_terminate(shop.code("bob"), code, "", "走了").code
    )
    carry_on(shop)
    assert shop.lock("mallory") == "dave"
    assert shop.at(SYSTEM, "worker").handover.carry_on(leaver, 2, Part.CUSTOMERS, "", "") == 1
    assert carer(shop, "carol") == "alice"


def test_what_has_changed_since_the_code_voids_it(shop: World) -> None:
    carol = (shop.person("carol"),)
    shop.visit("carol", "bob")
    made = shop.boss.moving.propose_assign(carol, shop.code("dave"), EARN, "换人")
    shop.freeze("dave")
    with pytest.raises(CodeOutdated):
        shop.boss.moving.move(made.code)
    shop.restore("dave")
    made = shop.boss.moving.propose_transfer(shop.code("bob"), shop.code("dave"), EARN, "换人")
    shop.clock.move(minutes=1)
    shop.visit("carol", "alice")
    with pytest.raises(CodeOutdated):
        shop.boss.moving.move(made.code)
    shop.clock.move(minutes=6)
    with pytest.raises(CodeExpired):
        shop.boss.moving.move(made.code)


def test_what_is_refused(shop: World) -> None:
    carol, propose = (shop.person("carol"),), shop.boss.moving.propose_assign
    bob, dave = shop.code("bob"), shop.code("dave")
    with pytest.raises(NobodyToMove):
        propose((), dave, EARN, "分配")
    with pytest.raises(TooManyNamed):
        propose(carol * (CHUNK + 1), dave, EARN, "分配")
    with pytest.raises(NoSuchPromoter):
        propose(carol, "ZZZZZZ", EARN, "分配")
    for reason in (" ", "长" * 61):
        with pytest.raises(MoveReasonMissing):
            propose(carol, dave, EARN, reason)
    with pytest.raises(HimselfRefused):
        propose((shop.person("dave"),), dave, FOLLOW, "分配")
    assign(shop, "carol", to="dave", how=FOLLOW)
    with pytest.raises(AlreadyHis):
        propose(carol, dave, FOLLOW, "分配")
    assign(shop, "carol", to="dave")
    for how in How:
        with pytest.raises(AlreadyHis):
            propose(carol, dave, how, "分配")
    with pytest.raises(NobodyToMove):
        shop.boss.moving.propose_transfer(bob, dave, EARN, "调岗")
    with pytest.raises(CannotReceive):
        shop.boss.moving.propose_transfer(dave, dave, EARN, "调岗")
    shop.freeze("bob")
    with pytest.raises(CannotReceive):
        propose(carol, bob, EARN, "分配")


def test_who_may_move_customers(shop: World) -> None:
    shop.enrol("mallory", Role.REVIEW)
    shop.enrol("小客", Role.SERVICE)
    carol = (shop.person("carol"),)
    with pytest.raises(LacksRight):
        shop.of("mallory").moving.propose_assign(carol, shop.code("bob"), EARN, "分配")
    with pytest.raises(NotStaff):
        shop.of("bob").moving.propose_assign(carol, shop.code("bob"), EARN, "分配")
    made = shop.of("小客").moving.propose_assign(carol, shop.code("bob"), EARN, "分配")
    with pytest.raises(CodeUnknown):
        shop.boss.moving.move(made.code)
    assert shop.of("小客").moving.move(made.code).count == 1


# -- corners ---------------------------------------------------------------------------------------


def test_not_him_is_said_after_the_merchant_moved_the_customer(world: World) -> None:
    shop = world.ready(settings={"lock_mode": "on_visit"})
    start = shop.now
    shop.visit("carol", "bob")
    shop.clock.move(minutes=1)
    assign(shop, "carol", to="dave")
    shop.clock.move(minutes=1)
    shop.of("carol").referrals.undo()
    assert shop.lock_rows("carol")[0] == ("bob", start, start, "undone")
    assert shop.lock("carol") == "dave", "the merchant's word stands"
    assert carer(shop, "carol") == "dave"


def test_an_order_that_is_refunded_after_its_customer_was_moved(shop: World) -> None:
    shop.pay("carol", 10_000, by="alice")
    shop.clock.move(days=1)
    start = shop.now
    taken = shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=1)
    moved = shop.now
    assign(shop, "carol", to="dave")
    shop.clock.move(days=1)
    shop.refund(taken, 10_000)
    assert shop.lock_rows("carol")[1:] == [("bob", start, moved, "annulled"), ("dave", moved, None, "")]


def test_a_refund_of_before_the_move_that_is_heard_after_it(shop: World) -> None:
    shop.pay("carol", 10_000, by="alice")
    shop.clock.move(days=1)
    taken = shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=1)
    refunded = shop.now
    shop.clock.move(days=1)
    assign(shop, "carol", to="dave")
    shop.refund(taken, 10_000, at=refunded)
    assert shop.lock("carol", refunded) == "alice", "she lives again until the move"
    assert shop.lock("carol") == "dave"


def test_an_order_replaces_what_the_merchant_gave_and_its_refund_gives_it_back(shop: World) -> None:
    assign(shop, "carol", to="dave")
    shop.clock.move(days=1)
    taken = shop.pay("carol", 10_000, by="bob")
    assert shop.lock("carol") == "bob"
    shop.clock.move(days=1)
    shop.refund(taken, 10_000)
    assert shop.lock("carol") == "dave"


def test_a_lock_that_is_about_to_begin_is_moved_as_well(shop: World) -> None:
    shop.pay("carol", 10_000, by="bob")
    shop.pay("carol", 10_000, by="alice", at=shop.now + timedelta(minutes=5))
    assert shop.boss.customers.get(shop.person("carol")).row.holder_code == shop.code("alice")
    assign(shop, "carol", to="dave")
    assert shop.lock("carol") == "dave"
    assert shop.lock("carol", shop.now + timedelta(minutes=6)) == "dave"
    assert len(shop.lock_rows("carol")) == 3


def test_everything_in_one_millisecond(shop: World) -> None:
    shop.pay("carol", 10_000, by="bob")
    assign(shop, "carol", to="dave")
    assign(shop, "carol", to="alice")
    assert shop.lock("carol") == "alice"
    assign(shop, "mallory", to="dave", how=FOLLOW)
    assign(shop, "mallory", to="bob", how=FOLLOW)
    assert carer(shop, "mallory") == "bob"
    taken = shop.pay("carol", 10_000, by="bob")
    assert shop.lock("carol") == "bob"
    shop.refund(taken, 10_000)
    assert shop.lock("carol") == "alice"


def test_one_that_ran_out_is_closed_when_the_merchant_opens_the_next(world: World) -> None:
    shop = world.ready(settings={"lock_days": "1"})
    start = shop.now
    shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=2)
    assign(shop, "carol", to="dave")
    assert shop.lock_rows("carol")[0] == ("bob", start, start + timedelta(days=1), "over")


def test_the_history_tells_who_gave_whom_and_why(shop: World) -> None:
    shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=1)
    assign(shop, "carol", to="alice", how=FOLLOW, reason="代看")
    shop.clock.move(days=1)
    assign(shop, "carol", to="dave", reason="搬家")
    leaver, heir = shop.code("dave"), shop.code("alice")
    shop.clock.move(days=1)
    shop.boss.handover.terminate(shop.boss.handover.propose_terminate(leaver, heir, "", "走了").code)
    shop.clock.move(minutes=1)
    shop.visit("carol", "bob")
    card = shop.boss.customers.get(shop.person("carol"))
    told = [(one.what, shop.name(_promoter(shop, one.promoter.person)), one.reason) for one in card.history]
    assert told == [
        (What.HANDED, "alice", ""),
        (What.EARN, "dave", "搬家"),
        (What.FOLLOW, "alice", "代看"),
        (What.ORDER, "bob", ""),
    ]
    assert card.locked_since == card.history[0].at
    assert card.history[1].end_reason == "moved"


def _promoter(shop: World, person: str) -> str:
    with shop.reading() as tx:
        from engine.programme import promoters

        found = promoters.of_person(tx, person)
        assert found
        return found.id
