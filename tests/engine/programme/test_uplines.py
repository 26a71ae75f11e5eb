"""A promoter's upline, changed by the owner; and the inviter of an application, before it is approved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.people.authority import LacksRight, NotStaff, Role
from engine.people.confirmations import CodeOutdated
from engine.programme.promoters import NoSuchPromoter, WrongStatus
from engine.programme.recruiting import NoSuchApplication
from engine.programme.uplines import (
    CannotBeUpline,
    MakesCircle,
    OneLevelOnly,
    UplineAlready,
    UplineReasonMissing,
)
from engine.store.tables import outbox
from tests.engine.world import World


def change(shop: World, name: str, upline: str = "", reason: str = "调整") -> None:
    shop.clock.move(seconds=1)
    made = shop.boss.uplines.propose(shop.code(name), shop.code(upline) if upline else "", reason)
    shop.boss.uplines.change(made.code)


def upline(shop: World, name: str) -> str | None:
    return shop.name(shop.of(name).promoters.mine().upline)


def told(shop: World) -> set[tuple[str, str]]:
    rows = shop.rows(
        select(outbox.c.person_id, outbox.c.kind).where(
            outbox.c.shop_id == shop.shop, outbox.c.kind.in_(["upline", "downlines"])
        )
    )
    return {(next(n for n in shop._people if shop.person(n) == row.person_id), row.kind) for row in rows}


def test_new_orders_pay_the_new_upline_and_earlier_ones_the_old(shop: World) -> None:
    paid_at = shop.now
    first = shop.pay("carol", 10_000, by="bob")
    shop.clock.move(days=1)
    change(shop, "bob", "dave")
    assert upline(shop, "bob") == "dave"
    assert shop.paid_to(first) == ("bob", "alice")
    assert shop.paid_to(shop.pay("carol", 10_000, at=paid_at + timedelta(hours=1))) == ("bob", "alice")
    assert shop.paid_to(shop.pay("carol", 10_000)) == ("bob", "dave")
    assert told(shop) == {("bob", "upline"), ("alice", "downlines"), ("dave", "downlines")}
    change(shop, "bob")
    assert upline(shop, "bob") is None
    assert shop.paid_to(shop.pay("carol", 10_000)) == ("bob", None)
    change(shop, "bob", "alice")
    assert shop.paid_to(shop.pay("carol", 10_000)) == ("bob", "alice")


def test_no_circle_at_any_depth(shop: World) -> None:
    shop.recruit("carol", inviter="bob")
    for above in ("bob", "carol"):
        with pytest.raises(MakesCircle):
            change(shop, "alice", above)
    with pytest.raises(CannotBeUpline):
        change(shop, "alice", "alice")
    assert upline(shop, "alice") is None


def test_a_circle_that_came_about_since_the_code_is_seen_when_it_is_used(shop: World) -> None:
    made = shop.boss.uplines.propose(shop.code("alice"), shop.code("dave"), "调整")
    change(shop, "dave", "bob")
    with pytest.raises(MakesCircle):
        shop.boss.uplines.change(made.code)


def test_what_has_changed_since_the_code_voids_it(shop: World) -> None:
    made = shop.boss.uplines.propose(shop.code("bob"), shop.code("dave"), "调整")
    change(shop, "bob")
    with pytest.raises(CodeOutdated):
        shop.boss.uplines.change(made.code)
    made = shop.boss.uplines.propose(shop.code("bob"), shop.code("dave"), "调整")
    shop.freeze("dave")
    with pytest.raises(CannotBeUpline):
        shop.boss.uplines.change(made.code)
    shop.restore("dave")
    shop.change("two_level", "off")
    with pytest.raises(OneLevelOnly):
        shop.boss.uplines.change(made.code)
    shop.change("two_level", "on")
    code = shop.code("bob")
    shop.boss.handover.terminate(shop.boss.handover.propose_terminate(code, "", "", "走了").code)
    with pytest.raises(CodeOutdated):
        shop.boss.uplines.change(made.code)
    with pytest.raises(WrongStatus):
        shop.boss.uplines.propose(code, shop.code("dave"), "调整")


def test_what_is_refused(shop: World) -> None:
    with pytest.raises(UplineAlready):
        change(shop, "bob", "alice")
    with pytest.raises(UplineAlready):
        change(shop, "alice")
    for reason in (" ", "长" * 61):
        with pytest.raises(UplineReasonMissing):
            change(shop, "bob", "dave", reason)
    with pytest.raises(NoSuchPromoter):
        shop.boss.uplines.propose(shop.code("bob"), "ZZZZZZ", "调整")
    shop.enrol("小审", Role.REVIEW)
    with pytest.raises(LacksRight):
        shop.of("小审").uplines.propose(shop.code("bob"), shop.code("dave"), "调整")
    with pytest.raises(NotStaff):
        shop.of("alice").uplines.propose(shop.code("bob"), shop.code("dave"), "调整")


def test_the_inviter_is_changed_before_the_approval_and_the_lock_is_not(shop: World) -> None:
    shop.pay("carol", 10_000, by="dave")
    shop.of("carol").referrals.open_invitation(shop.code("bob"))
    application = shop.apply("carol").application
    changed = shop.boss.recruiting.change_inviter(application, shop.code("alice"))
    assert changed.inviter is not None
    assert changed.inviter.person == shop.person("alice")
    assert shop.boss.recruiting.change_inviter(application, "").inviter is None
    shop.boss.recruiting.change_inviter(application, shop.code("alice"))
    shop.boss.recruiting.approve(application)
    assert upline(shop, "carol") == "alice"
    assert shop.lock("carol") == "dave"
    with pytest.raises(NoSuchApplication):
        shop.boss.recruiting.change_inviter(application, "")


def test_an_inviter_who_is_no_upline_is_refused(shop: World) -> None:
    dave = shop.code("dave")
    shop.boss.handover.terminate(shop.boss.handover.propose_terminate(dave, "", "", "走了").code)
    application = shop.apply("dave").application
    with pytest.raises(CannotBeUpline):
        shop.boss.recruiting.change_inviter(application, dave)
    shop.change("two_level", "off")
    with pytest.raises(OneLevelOnly):
        shop.boss.recruiting.change_inviter(application, shop.code("bob"))
    shop.enrol("小审", Role.REVIEW)
    with pytest.raises(LacksRight):
        shop.of("小审").recruiting.change_inviter(application, "")
