"""From the wish to join to the decision; and what freezes and restores a promoter."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import OPERATOR, SYSTEM
from engine.ids import ApplicationId, PromoterId
from engine.people.authority import Role
from engine.people.confirmations import CodeOutdated, CodeUnknown
from engine.people.enrolling import EnrolledAlready, EnrolmentOver
from engine.programme import promoters as room
from engine.programme.promoters import (
    BadName,
    FreezeReasonMissing,
    NoSuchPromoter,
    NotAPromoter,
    Status,
    WrongStatus,
)
from engine.programme.recruiting import (
    LONGEST_ANSWER,
    AgreementChanged,
    AlreadyApplied,
    AlreadyPromoter,
    Answer,
    BadApplicantName,
    BadPhone,
    NoSuchApplication,
    ProgrammeOff,
    QuestionsChanged,
    ReasonMissing,
    RecruitingClosed,
    clean_name,
    clean_phone,
    digest_of,
)
from engine.referrals.visits import NothingToUndo
from engine.store.tables import outbox
from tests.engine.world import World

UNSEEN = "\u3164\u3164", "\u2800", "\U000e0100", "\u0301\ufe0f", "\u115f \uffa0"
"""Fillers, a blank, a selector, marks alone: a row that is called so cannot be seen in any list."""


def told(shop: World, name: str) -> list[str]:
    """The kinds of rows that wait to leave for somebody."""
    mine = (outbox.c.shop_id == shop.shop) & (outbox.c.person_id == shop.person(name))
    return [
        row.kind
        for row in shop.rows(select(outbox.c.kind).where(mine).order_by(outbox.c.created_at, outbox.c.id))
    ]


def upline(shop: World, name: str) -> str | None:
    return shop.name(shop.of(name).promoters.mine().upline)


# --- applying


def test_an_application_waits_for_review_and_both_sides_hear_of_it(shop: World) -> None:
    shop.enrol("carol", Role.REVIEW)
    applied = shop.apply("mallory", "13912345678")
    assert applied.promoter is None
    assert "todo" in told(shop, "carol")
    (waiting,) = shop.boss.recruiting.pending(5)
    assert (waiting.id, waiting.name, waiting.phone, waiting.state) == (
        applied.application, "马洛里", "13912345678", "pending",
    )  # fmt: skip
    assert shop.of("mallory").recruiting.progress().state == "pending"
    assert shop.boss.recruiting.ending(waiting.id[-6:].upper()) == waiting
    approved = shop.of("carol").recruiting.approve(applied.application)
    assert approved.state == "approved"
    assert shop.of("mallory").promoters.mine().status is Status.ACTIVE
    assert {"approved", "tag"} <= set(told(shop, "mallory"))
    assert shop.boss.recruiting.pending(5) == ()


def test_without_review_he_is_in_at_once(shop: World) -> None:
    shop.change("review", "off")
    applied = shop.apply("mallory")
    assert applied.promoter == shop.promoter("mallory")
    assert shop.of("mallory").recruiting.progress().state == "approved"


def test_a_rejection_says_why_and_he_may_apply_again(shop: World) -> None:
    first = shop.apply("mallory")
    shop.boss.recruiting.reject(first.application, " 资料 \n 不全 ")
    progress = shop.of("mallory").recruiting.progress()
    assert (progress.state, progress.reason) == ("rejected", "资料 不全")
    assert told(shop, "mallory") == ["rejected"]
    with pytest.raises(NotAPromoter):
        shop.promoter("mallory")
    shop.clock.move(minutes=1)
    second = shop.apply("mallory")
    shop.boss.recruiting.approve(second.application)
    assert shop.promoter("mallory")


@pytest.mark.parametrize("decide", ["approve", "reject"])
def test_who_decides_second_finds_nothing_to_decide(shop: World, decide: str) -> None:
    applied = shop.apply("mallory")
    shop.boss.recruiting.approve(applied.application)
    before = shop.of("mallory").promoters.mine()
    again = {
        "approve": lambda: shop.boss.recruiting.approve(applied.application),
        "reject": lambda: shop.boss.recruiting.reject(applied.application, "不要"),
    }
    with pytest.raises(NoSuchApplication):
        again[decide]()
    assert shop.of("mallory").promoters.mine() == before


@pytest.mark.parametrize("reason", ["", "  ", "字" * 61])
def test_a_rejection_needs_a_reason(shop: World, reason: str) -> None:
    applied = shop.apply("mallory")
    with pytest.raises(ReasonMissing):
        shop.boss.recruiting.reject(applied.application, reason)
    assert shop.of("mallory").recruiting.progress().state == "pending"


@pytest.mark.parametrize("tail", ["", "abc", "abcdefg", "%%%%%%", "______", "zzzzzz"])
def test_a_tail_that_names_no_one_application_is_refused(shop: World, tail: str) -> None:
    shop.apply("mallory")
    with pytest.raises(NoSuchApplication):
        shop.boss.recruiting.ending(tail)
    with pytest.raises(NoSuchApplication):
        shop.boss.recruiting.get(ApplicationId("ap_x"))


def test_every_reason_against_applying(shop: World) -> None:
    with pytest.raises(AlreadyPromoter):
        shop.apply("bob")
    shop.freeze("bob")
    with pytest.raises(AlreadyPromoter):
        shop.apply("bob")
    shop.apply("mallory")
    with pytest.raises(AlreadyApplied) as again:
        shop.apply("mallory")
    assert again.value.submitted_at == shop.now
    shop.change("recruiting", "off")
    with pytest.raises(RecruitingClosed):
        shop.of("carol").recruiting.may_apply()
    shop.change("programme", "off")
    with pytest.raises(ProgrammeOff):
        shop.apply("carol")


def test_an_application_that_waits_may_be_approved_after_recruiting_closed(shop: World) -> None:
    applied = shop.apply("mallory")
    shop.change("recruiting", "off")
    shop.boss.recruiting.approve(applied.application)
    assert shop.promoter("mallory")


def test_who_accepted_an_agreement_that_has_changed_reads_the_new_one_first(shop: World) -> None:
    old = digest_of(shop.boss.settings.now().agreement)
    shop.change("agreement", "新的协议：免费加入。")
    with pytest.raises(AgreementChanged):
        shop.of("mallory").recruiting.apply("马洛里", "13912345678", old)
    assert shop.boss.recruiting.pending(5) == ()


def test_each_question_of_the_merchants_is_answered_in_one_line(shop: World) -> None:
    shop.change("questions", "在哪家门店？\n有经验吗？")
    mine = shop.of("mallory").recruiting
    assert mine.questions() == ("在哪家门店？", "有经验吗？")
    agreed = digest_of(shop.boss.settings.now().agreement)
    for answers in ((), ("东门店",), ("东门店", "  "), ("东门店", "有", "还有")):
        with pytest.raises(QuestionsChanged):
            shop.of("mallory").recruiting.apply("马洛里", "13912345678", agreed, answers)
    long = "很" * (LONGEST_ANSWER + 1)
    applied = shop.of("mallory").recruiting.apply("马洛里", "13912345678", agreed, ("东门店\n 二楼", long))
    assert shop.boss.recruiting.get(applied.application).answers == (
        Answer("在哪家门店？", "东门店 二楼"),
        Answer("有经验吗？", long[:LONGEST_ANSWER]),
    )


def test_name_and_phone_are_looked_at_as_they_are_typed(shop: World) -> None:
    mine = shop.of("mallory").recruiting
    assert (mine.check_name(" 马  洛里 "), mine.check_phone("139 1234 5678")) == ("马 洛里", "13912345678")
    with pytest.raises(BadPhone):
        mine.check_phone("12345")
    with pytest.raises(BadApplicantName):
        mine.check_name(" ")


@pytest.mark.parametrize("name", ["", " \n ", "字" * 21, *UNSEEN])
def test_a_name_of_one_to_twenty_characters(name: str) -> None:
    with pytest.raises(BadApplicantName):
        clean_name(name)
    assert clean_name("  王   小明 ") == "王 小明"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13912345678", "13912345678"), ("139 1234-5678", "13912345678"), ("+8613912345678", "13912345678"),
        ("８６１３９１２３４５６７８", "13912345678"), ("12912345678", None), ("1391234567", None), ("", None),
        ("139123456789", None), ("١٣٩١٢٣٤٥٦٧٨", None), ("一三九", None),
    ],
)  # fmt: skip
def test_a_mobile_number_of_the_mainland(typed: str, kept: str | None) -> None:
    if kept:
        assert clean_phone(typed) == kept
    else:
        with pytest.raises(BadPhone):
            clean_phone(typed)


def test_nobody_applies_for_somebody_else_and_two_may_use_one_phone(shop: World) -> None:
    for name in ("mallory", "carol"):
        shop.boss.recruiting.approve(shop.apply(name, "13912345678").application)
    assert shop.promoter("mallory") != shop.promoter("carol")


# --- the inviter


def test_the_inviter_becomes_the_upline_and_hears_of_it(shop: World) -> None:
    assert (upline(shop, "bob"), upline(shop, "dave")) == ("alice", None)
    assert told(shop, "alice").count("joined") == 1


def test_the_last_invitation_of_thirty_days_counts(shop: World) -> None:
    shop.of("mallory").referrals.open_invitation(shop.code("alice"))
    shop.clock.move(days=1)
    shop.of("mallory").referrals.open_invitation(shop.code("dave"))
    shop.clock.move(days=30)
    named = shop.of("mallory").recruiting.inviter()
    assert named is not None
    assert named.person == shop.person("dave")
    shop.clock.move(milliseconds=1)
    assert shop.of("mallory").recruiting.inviter() is None
    shop.recruit("mallory")
    assert upline(shop, "mallory") is None


def test_the_inviter_counts_as_of_the_application_not_of_its_approval(shop: World) -> None:
    shop.of("mallory").referrals.open_invitation(shop.code("alice"))
    shop.clock.move(days=29)
    applied = shop.apply("mallory")
    shop.clock.move(days=30)
    shop.boss.recruiting.approve(applied.application)
    assert upline(shop, "mallory") == "alice"


def test_an_inviter_who_left_while_the_application_waited_gains_nobody(shop: World) -> None:
    shop.of("mallory").referrals.open_invitation(shop.code("alice"))
    applied = shop.apply("mallory")
    _terminated(shop, "alice")
    shop.boss.recruiting.approve(applied.application)
    assert upline(shop, "mallory") is None


def test_an_inviter_may_be_taken_back_in_the_form(shop: World) -> None:
    shop.of("mallory").referrals.open_invitation(shop.code("alice"))
    assert shop.of("mallory").referrals.undo_invitation().person == shop.person("alice")
    assert shop.of("mallory").recruiting.inviter() is None
    with pytest.raises(NothingToUndo):
        shop.of("mallory").referrals.undo_invitation()


def test_an_inviter_who_is_frozen_when_he_applies_is_none(shop: World) -> None:
    shop.of("mallory").referrals.open_invitation(shop.code("alice"))
    shop.freeze("alice")
    shop.recruit("mallory")
    assert upline(shop, "mallory") is None


def test_with_two_levels_off_an_invitation_recruits_without_an_upline(shop: World) -> None:
    shop.of("mallory").referrals.open_invitation(shop.code("alice"))
    shop.change("two_level", "off")
    shop.recruit("mallory")
    assert upline(shop, "mallory") is None
    assert upline(shop, "bob") == "alice"  # kept, and hidden


def test_the_lock_is_not_the_upline(world: World) -> None:
    world.ready(settings={"lock_mode": "on_visit"})
    world.visit("mallory", "dave")
    world.of("mallory").referrals.open_invitation(world.code("alice"))
    world.recruit("mallory")
    assert (upline(world, "mallory"), world.lock("mallory")) == ("alice", "dave")


def _terminated(shop: World, name: str) -> PromoterId:
    promoter = shop.promoter(name)
    shop.engine.store.write(
        shop.shop, SYSTEM, lambda tx: room.change(tx, promoter, "离职", status=Status.TERMINATED)
    )
    return promoter


def test_a_returning_promoter_is_always_reviewed_and_has_his_code_and_money_back(shop: World) -> None:
    code = shop.code("bob")
    shop.pay("carol", 10_000, by="bob")
    promoter = _terminated(shop, "bob")
    shop.change("review", "off")
    shop.clock.move(days=40)
    applied = shop.apply("bob")
    assert applied.promoter is None
    shop.boss.recruiting.approve(applied.application)
    back = shop.of("bob").promoters.mine()
    assert (back.id, back.code, back.status, back.upline) == (promoter, code, Status.ACTIVE, None)
    assert shop.money("bob") == {"pending": 3_000}


def test_nobody_comes_back_below_his_own_downline(shop: World) -> None:
    _terminated(shop, "alice")
    shop.of("alice").referrals.open_invitation(shop.code("bob"))
    shop.recruit("alice")
    assert (upline(shop, "alice"), upline(shop, "bob")) == (None, "alice")


def test_a_circle_is_seen_at_any_depth(shop: World) -> None:
    shop.recruit("carol", inviter="bob")
    shop.recruit("mallory", inviter="carol")
    ids = {name: shop.promoter(name) for name in ("alice", "bob", "carol", "mallory", "dave")}
    with shop.reading() as tx:
        below = {name for name in ids if room.makes_cycle(tx, ids["alice"], ids[name])}
        assert below == {"alice", "bob", "carol", "mallory"}
        assert not room.makes_cycle(tx, ids["mallory"], ids["alice"])


# --- freezing


def test_freezing_takes_a_code_and_a_state(shop: World) -> None:
    with pytest.raises(WrongStatus) as refused:
        shop.restore("bob")
    assert refused.value.status is Status.ACTIVE
    first = shop.boss.promoters.propose_freeze(shop.code("bob"), "核实").code
    second = shop.boss.promoters.propose_freeze(shop.code("bob"), "核实").code
    assert shop.boss.promoters.freeze(first).status is Status.FROZEN
    with pytest.raises(CodeUnknown):
        shop.boss.promoters.freeze(first)
    with pytest.raises(CodeOutdated):
        shop.boss.promoters.freeze(second)
    with pytest.raises(WrongStatus):
        shop.boss.promoters.propose_freeze(shop.code("bob"), "核实")
    shop.restore("bob")
    assert shop.of("bob").promoters.mine().status is Status.ACTIVE
    with pytest.raises(NoSuchPromoter):
        shop.boss.promoters.propose_freeze("ABCDEF", "核实")


@pytest.mark.parametrize("reason", ["", " \n ", "字" * 61])
def test_freezing_takes_a_reason_that_can_be_kept_whole(shop: World, reason: str) -> None:
    with pytest.raises(FreezeReasonMissing):
        shop.boss.promoters.propose_freeze(shop.code("bob"), reason)


def test_a_name_is_cleaned_and_its_own_only(shop: World) -> None:
    assert shop.of("bob").promoters.rename("  小  波 ") == "小 波"
    assert shop.of("bob").promoters.mine().name.given == "小 波"
    for bad in ("", " ", "字" * 21, *UNSEEN):
        with pytest.raises(BadName):
            shop.of("bob").promoters.rename(bad)
    with pytest.raises(NotAPromoter):
        shop.of("mallory").promoters.rename("老板")


# --- enrolling the staff


def test_an_invitation_to_the_staff_works_once(world: World) -> None:
    invited = world.at(OPERATOR).enrolling.invite(Role.OWNER)
    assert invited.scene == f"m:{invited.token}"
    assert not world.at(OPERATOR).enrolling.has_owner()
    assert world.of("老板").enrolling.enrol(invited.token) is Role.OWNER
    assert world.at(OPERATOR).enrolling.has_owner()
    for name in ("老板", "mallory"):
        with pytest.raises(EnrolmentOver):
            world.of(name).enrolling.enrol(invited.token)
    assert world.at(OPERATOR).enrolling.pending(invited.token) is None


def test_an_invitation_to_the_staff_lives_a_day(world: World) -> None:
    invited = world.at(OPERATOR).enrolling.invite(Role.FINANCE)
    world.clock.move(days=1, milliseconds=-1)
    assert world.at(OPERATOR).enrolling.pending(invited.token) == invited
    world.clock.move(milliseconds=1)
    with pytest.raises(EnrolmentOver):
        world.of("mallory").enrolling.enrol(invited.token)
    with pytest.raises(EnrolmentOver):
        world.of("mallory").enrolling.enrol("nothing")


def test_the_same_scan_delivered_twice_enrols_once(world: World) -> None:
    invited = world.at(OPERATOR).enrolling.invite(Role.OWNER)
    desk = world.of("老板", "delivery-1")
    assert desk.enrolling.enrol(invited.token) is desk.enrolling.enrol(invited.token) is Role.OWNER


def test_somebody_may_hold_two_roles(world: World) -> None:
    world.enrol("老板", Role.OWNER)
    world.enrol("carol", Role.FINANCE)
    world.enrol("carol", Role.SERVICE)
    for name, role in (("carol", Role.SERVICE), ("老板", Role.FINANCE)):
        invited = world.at(OPERATOR).enrolling.invite(role)
        with pytest.raises(EnrolledAlready):
            world.of(name).enrolling.enrol(invited.token)
        assert world.at(OPERATOR).enrolling.pending(invited.token) == invited
    who = world.engine.look(world.shop, world.person("carol"))
    assert who.roles == {Role.FINANCE, Role.SERVICE}
