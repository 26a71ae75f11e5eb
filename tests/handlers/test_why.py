"""为什么 in the chat: words for every reason, the longest screen, and what each reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.ids import PersonId
from engine.money import LARGEST, Money, Rate
from engine.orders.attribution import Basis, LockEffect, Why
from engine.people.names import Name
from engine.programme.modes import LockMode
from engine.programme.rates import RateSource
from engine.referrals.visits import How
from engine.reports.explained import Again, Explained, LevelTold, LockTold, Part, Tie, VisitTold
from engine.reports.took import Back
from handlers.texts import why as texts
from tests.handlers.test_longest import HINT, WIDEST
from tests.handlers.world import LIMIT, World, read, taps

AT = datetime(2026, 12, 23, 2, tzinfo=UTC)
NAME = Name(PersonId("pe_1"), WIDEST * 20, AT, "5678")
MUCH = Money(LARGEST)
PARTS = tuple(
    Part(tuple(range(191, 201)), Rate(10_000), RateSource.PRODUCT_GROUP, reason, MUCH, MUCH)
    for reason in (None, None, None, Why.NOT_PROMOTED, Why.DISCOUNTED)
)
BOTH = tuple(LevelTold(one, Why.UPLINE, NAME, True, MUCH, Money(1), AT, AT, PARTS) for one in (1, 2))
LONGEST = Explained(
    "ABC234", "N" * 64, AT, MUCH, MUCH, NAME, False, frozenset(), BOTH, None, Basis.CODE, "sent", Why.CODE_FROZEN,
    LockEffect.NEW, LockMode.SINGLE_SHOT, 10**6, LockTold(NAME, AT, AT, "reopened", "", "ABC234"),
    VisitTold(NAME, AT, "invitation", Why.CODE_TERMINATED), NAME, True,
    (Back(AT, MUCH, False, ((1, MUCH), (2, MUCH))),) * 9,
    (Again(AT, "assigned", NAME, WIDEST * 60, NAME, NAME),) * 9, MUCH, MUCH,
)  # fmt: skip
HIS = frozenset({Tie.LEVEL1, Tie.LEVEL2, Tie.LOCK, Tie.VISIT, Tie.CODE})


@pytest.mark.parametrize("basis", Basis)
@pytest.mark.parametrize("ties", [frozenset(), HIS, HIS - {Tie.LEVEL1, Tie.LEVEL2} | {Tie.PLACED}])
def test_the_longest_answer_fits(basis: Basis, ties: frozenset[Tie]) -> None:
    levels = BOTH if not ties or Tie.LEVEL1 in ties else ()
    found = replace(LONGEST, ties=ties, basis=basis, levels=levels, through=NAME if ties else None)
    assert len(texts.explained(found).encode()) + HINT <= LIMIT


@pytest.mark.parametrize("why", Why)
@pytest.mark.parametrize("level", [1, 2])
def test_there_are_words_for_every_reason_on_each_level(why: Why, level: int) -> None:
    said = texts.because(why, level, "李小波")
    assert said
    assert "{" not in said
    assert "您" not in said


def test_every_source_of_a_rate_and_every_basis_has_words() -> None:
    assert set(texts.SOURCES) == set(RateSource)
    assert set(texts.MODES) == set(LockMode)
    assert set(texts.HOW) == {how.value for how in How}
    assert set(texts.STRONGER) == set(Basis)


@pytest.fixture
def shop(world: World) -> World:
    """alice and her downline bob, dave; carol scanned bob's poster three hours before she pays."""
    world.promoter("alice", given="王爱丽")
    world.promoter("bob", given="李小波", invited_by="alice")
    world.promoter("dave", given="赵大卫")
    world.scan("carol", f"p:{world.code('bob')}")
    world.later(hours=3)
    world.buys("carol", "N1", 10_000)
    return world


def code(world: World) -> str:
    return next(sent for sent in taps(world.say("老板", "订单退款")) if sent.startswith("订单 ")).split()[1]


def test_the_merchant_taps_an_order_and_reads_everything(shop: World) -> None:
    shown = read(shop.say("老板", f"为什么 {code(shop)}"))
    assert shown.splitlines() == [
        f"单 {code(shop)} · 03-02 13:00 付款 · 实付 ¥100.00",
        "商城单号 N1 · 买家 03-02 来的客户",
        "一级 30%（全店）¥30.00 → 李小波 · 待结算，发货或收货后定到期日",
        "二级 10%（全店）¥10.00 → 王爱丽 · 待结算，发货或收货后定到期日",
        "依据 03-02 10:00 扫码（单次锁），这一单起锁定客户",
        "规则 v5",
        "看全部订单",
    ]


def test_a_promoter_taps_his_order_and_reads_his_own(shop: World) -> None:
    tapped = next(sent for sent in taps(shop.say("bob", "推广订单")) if sent.startswith("为什么"))
    shop.received("N1")
    shop.later(days=2)
    shop.refunds("N1", 4_000)
    shown = read(shop.say("bob", tapped))
    assert "佣金 30%（全店）¥18.00 → 你 · 03-09 13:00 到期" in shown
    assert "退款 ¥40.00，收回佣金 ¥12.00" in shown
    assert "王爱丽" not in shown
    assert "二级" not in shown
    assert "邀请奖励" not in shown


def test_an_upline_reads_his_reward_and_whose_order_it_is(shop: World) -> None:
    shown = read(shop.say("alice", f"为什么 {code(shop)}"))
    assert "下级 李小波 的订单" in shown
    assert "邀请奖励 10%（全店）¥10.00 → 你" in shown
    assert "¥30.00" not in shown
    assert "仅按下级客户已成交订单计算" in shown


def test_others_hear_what_they_would_of_an_order_that_is_none(shop: World) -> None:
    there = code(shop)
    for typed in (there, "ZZZZZZ"):
        assert shop.say("dave", f"为什么 {typed}") == f"没有单号为「{typed}」的订单，请核对一下。"
    assert shop.say("carol", f"为什么 {there}") == shop.say("carol", "为什么 ZZZZZZ")


def test_a_code_is_forgiven_its_form(shop: World) -> None:
    there = code(shop)
    for typed in (there.lower(), f"{there[:3]}-{there[3:]}", f"{there[:3]} {there[3:]}"):
        assert f"单 {there}" in shop.say("bob", f"为什么{typed}")


def test_whose_lock_gave_way_reads_why_and_no_amount(shop: World) -> None:
    shop.buys("carol", "N2", 20_000, code=shop.code("dave"))
    first, second = (
        sent.replace("订单", "为什么")
        for sent in taps(shop.say("老板", "订单退款"))
        if sent.startswith("订单 ")
    )
    shown = read(shop.say("bob", first))
    assert "这一单没有给你的佣金或奖励。" in shown
    assert "客户下单用的推荐码是另一位推广员的。" in shown
    assert f"当时客户锁定给你（03-02 13:00 订单 {second.split()[1]} 锁客）" in shown
    assert "¥" not in shown
    assert "赵大卫" not in shown
    assert "当时锁定给 李小波" in read(shop.say("老板", first))


def test_who_was_frozen_when_it_was_paid_reads_that(shop: World) -> None:
    shop.freeze("bob")
    shop.later(hours=1)
    shop.buys("carol", "N2", 20_000)
    there = code(shop)
    assert "佣金：付款时你被冻结，不计佣" in shop.say("bob", f"为什么 {there}")
    assert "一级：付款时李小波被冻结，不计佣" in shop.say("老板", f"为什么 {there}")


def test_why_nobody_is_paid_is_one_sentence(shop: World) -> None:
    shop.buys("mallory", "N2", 20_000)
    shown = read(shop.say("老板", f"为什么 {code(shop)}"))
    assert shown.splitlines()[2] == "付款时买家没有锁定的推广员，也没有能用的推荐码，不计佣。"


def test_a_code_that_is_nobodys_is_said_once(shop: World) -> None:
    shop.buys("mallory", "N2", 20_000, code="ZZZZZZ")
    shown = read(shop.say("老板", f"为什么 {code(shop)}"))
    assert shown.splitlines()[3] == "带的推荐码：没有这个推荐码，不算"


@pytest.mark.parametrize(
    ("again", "merchant", "his"),
    [
        (Again(AT, "known", None, "", None, NAME), "买家身份确认后判定", "买家身份确认后判定"),
        (Again(AT, "claimed", NAME, "他说的", None, None), "认领：他说的", ""),
        (Again(AT, "assigned", NAME, "记错了", None, NAME), "归属：无人 → ", "商家改了这一单的归属"),
        (Again(AT, "assigned", None, "", NAME, None), " → 无人", "商家改了这一单的归属，给你的已收回"),
    ],
)
def test_what_was_decided_again(again: Again, merchant: str, his: str) -> None:
    assert merchant in texts.explained(replace(LONGEST, again=(again,)))
    shown = texts.explained(replace(LONGEST, again=(again,), ties=HIS))
    assert his in shown
    assert "记错了" not in shown
    assert his or "认领" not in shown
