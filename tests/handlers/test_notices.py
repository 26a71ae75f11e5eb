"""What people are told unasked: made when it is sent, for who gets it."""

from __future__ import annotations

from typing import get_args

import pytest
from sqlalchemy import select

from engine import SYSTEM
from engine.money import Money
from engine.payouts.payees import Channel, Payee
from engine.people.authority import Role
from engine.programme.pictures import What
from engine.store.tables import outbox
from handlers.notices import words
from tests.handlers.world import World, read, taps

PROMOTERS = {"poster", "product", "printed", "invitation", "material", "earnings_chart", "ranking_chart"}
"""Pictures that are a promoter's to ask for."""
PAYEE = Payee(Channel.WECHAT, "alice_pay", "艾丽丝")


@pytest.fixture
def shop(world: World) -> World:
    """alice promotes; 财财 keeps the money and 核核 reviews."""
    world.promoter("alice")
    world.staff("财财", Role.FINANCE)
    world.staff("核核", Role.REVIEW)
    return world


def apply(world: World, name: str) -> str:
    for line in ("申请推广员", "同意", name, "13800138000", "确认提交"):
        world.say(name, line)
    return world.by("老板").recruiting.pending(1)[0].id


def withdraw(world: World) -> str:
    world.earned("alice", 3000)
    for line in ("提现 30", "微信", "alice_pay", "艾丽丝", "确认提现"):
        world.say("alice", line)
    return world.by("alice").withdrawals.mine(1)[0].code


def told(world: World, name: str, kind: str, **payload: object) -> str:
    said = words(kind, payload, world.by(name))
    assert said is not None
    assert len(said.encode()) < 1800
    return said


def bundled(world: World, kind: str) -> list[dict[str, object]]:
    """The payloads of all notices of a kind, as the engine wrote them."""
    with world.engine.store.read(world.shop, SYSTEM) as tx:
        rows = tx.run(select(outbox.c.payload).where(outbox.c.kind == kind))
        return [row.payload for row in rows]


def test_what_waits_is_counted_by_what_he_may_do(shop: World) -> None:
    assert words("todo", {}, shop.by("老板")) is None
    apply(shop, "bob")
    apply(shop, "dave")
    withdraw(shop)
    assert read(told(shop, "老板", "todo")) == "待办 3：申请 2 · 提现 1"
    assert taps(told(shop, "老板", "todo")) == ["待办"]
    assert read(told(shop, "财财", "todo")) == "待办 1：提现 1"
    assert read(told(shop, "核核", "todo")) == "待办 2：申请 2"
    assert words("todo", {}, shop.by("alice")) is None


def test_approved_with_the_whole_menu(shop: World) -> None:
    application = apply(shop, "bob")
    shop.by("老板").recruiting.approve(application)
    shown = told(shop, "bob", "approved", application=application)
    assert shown.startswith(f"申请通过了。你已经是花间小店的推广员了，推荐码 {shop.code('bob')}。")
    assert len(taps(shown)) == 14


def test_rejected_with_the_reason(shop: World) -> None:
    application = apply(shop, "bob")
    shop.by("老板").recruiting.reject(application, "资料不全")
    shown = told(shop, "bob", "rejected", application=application)
    assert "没有通过。原因：资料不全" in shown
    assert taps(shown) == ["申请推广员"]


def test_joined_by_an_invitation(shop: World) -> None:
    promoter = shop.promoter("bob", invited_by="alice", given="鲍<b>勃")
    shown = told(shop, "alice", "joined", promoter=promoter.id)
    assert read(shown) == "鲍勃 通过你的邀请成为推广员。\n我的下级"
    shop.set(two_level="off")
    assert words("joined", {"promoter": promoter.id}, shop.by("alice")) is None


def test_earned_names_the_newest_orders(shop: World) -> None:
    shop.buys("carol", "1", 10_000, code=shop.code("alice"))
    (order,) = shop.by("alice").order_book.of_promoter(shop.by("alice").promoters.mine().id, 0, 5)
    assert bundled(shop, "earned") == [{"items": [order.code]}]
    shown = told(shop, "alice", "earned", items=[order.code])
    assert read(shown) == f"有新的佣金入账 ¥30.00（单号 {order.code}）。\n我的收益"
    many = told(shop, "alice", "earned", items=["A1", "B2", "C3", "D4"])
    assert "入账（单号 B2、C3、D4 等 4 单）" in many


def test_a_clawback_says_how_much_of_which_order_and_what_it_means(shop: World) -> None:
    shop.earned("alice", 3_000, number="n1")
    (order,) = shop.by("alice").order_book.of_promoter(shop.by("alice").promoters.mine().id, 0, 5)
    shop.refunds("n1", 1_000)
    assert bundled(shop, "clawed_back") == [{"items": [order.code], "fen": 300}]
    shown = told(shop, "alice", "clawed_back", items=[order.code], fen=300)
    assert read(shown) == (
        f"客户退款，扣回已结算的收益 ¥3.00（单号 {order.code}）。\n"
        "已从可提现里扣，现在还有 ¥27.00。\n看这一单\n我的收益"
    )
    assert taps(shown) == [f"为什么 {order.code}", "我的收益"]
    shop.by("alice").withdrawals.request(Money(2_700), PAYEE)
    shop.refunds("n1", 9_000)
    shown = told(shop, "alice", "clawed_back", items=["A1", "B2", "C3", "D4"], fen=3_000)
    assert "收益 ¥30.00（单号 B2、C3、D4 等 4 单）" in shown
    assert "可提现不够扣，现在待追回 ¥27.00：以后的收益先抵它，不用另外付钱。" in shown
    held = told(shop, "alice", "held_back", items=["A1"], fen=500)
    assert held.startswith("单号 A1 在办售后，已结算的 ¥5.00 先退回待结算，售后办完再结算给你。")
    shop.set(payout_mode="offline")
    assert "待线下结算不够扣" in told(shop, "alice", "clawed_back", items=["A1"], fen=500)


def test_a_withdrawals_way(shop: World) -> None:
    code = withdraw(shop)
    assert words("withdrawal_approved", {"withdrawal": code}, shop.by("alice")) is None
    shop.by("老板").withdrawals.approve(code)
    shown = told(shop, "alice", "withdrawal_approved", withdrawal=code)
    assert shown == f"你的提现 ¥30.00（单号 {code}）已通过，等待打款。"
    in_hand = shop.by("老板").withdrawals.take_in_hand(code)
    shop.by("老板").withdrawals.mark_paid(in_hand.code, "PAY20260310")
    shown = told(shop, "alice", "withdrawal_paid", withdrawal=code)
    assert shown == f"你的提现 ¥30.00 已打款到微信 ali****_pay，请查收。\n单号 {code}，凭证 PAY20260310"
    assert words("withdrawal_approved", {"withdrawal": code}, shop.by("alice")) is None


def test_a_rejected_withdrawal_says_where_the_money_is(shop: World) -> None:
    code = withdraw(shop)
    shop.by("老板").withdrawals.reject(shop.by("老板").withdrawals.propose_reject(code, "账号不对").code)
    shown = told(shop, "alice", "withdrawal_rejected", withdrawal=code)
    assert read(shown) == f"你的提现 ¥30.00（单号 {code}）被驳回。原因：账号不对\n钱已退回可提现。\n我的收益"


def test_a_picture_that_missed_its_window_is_fetched(shop: World) -> None:
    assert read(told(shop, "alice", "picture", what="poster", subject="")) == (
        "你要的海报已准备好，回复 店铺海报 获取。"
    )
    assert "邀请推广员" in told(shop, "alice", "picture", what="invitation", subject="")
    assert "加店员" in told(shop, "老板", "picture", what="enrolment", subject="")
    shop.set(two_level="off")
    assert words("picture", {"what": "invitation", "subject": ""}, shop.by("alice")) is None
    assert words("undrawn", {"what": "invitation"}, shop.by("alice")) is None


@pytest.mark.parametrize("what", get_args(What))
def test_a_picture_that_does_not_come_says_where_to_ask_again(shop: World, what: str) -> None:
    shown = told(shop, "老板", "undrawn", what=what)
    (again,) = taps(shown)
    assert read(shown).endswith(f"过一会儿再要一次：{again}")
    assert "没听懂" not in shop.say("alice" if what in PROMOTERS else "老板", again)


def test_what_is_no_notice_has_no_words(shop: World) -> None:
    assert words("tag", {"person": "pe_1"}, shop.by("alice")) is None
    assert words("menu", {}, shop.by("alice")) is None


def test_who_is_no_longer_staff_is_told_nothing_more_of_the_shop(shop: World) -> None:
    gone = {"promoter": shop.who("alice").promoter}
    assert told(shop, "老板", "gone", **gone)
    for name in ("alice", "财财"):
        assert words("gone", gone, shop.by(name)) is None
        assert words("owners", {}, shop.by(name)) is None
    for name in ("alice", "核核"):
        assert words("booked", {"booking": "ABC234"}, shop.by(name)) is None
    for name in ("alice", "carol"):
        assert words("todo", {}, shop.by(name)) is None
