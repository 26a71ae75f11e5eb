"""待认领订单, 订单 ‹单号›, 认领, 归属 and what contradicts itself, as the staff meets them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.money import Money
from engine.orders.events import Buyer, PageVisit, Sold
from engine.orders.facts import Line, Paid, Payment, Shipped
from engine.people.authority import Role
from engine.programme.promoters import Promoter
from engine.referrals.customers import handle_of
from engine.referrals.visits import How
from engine.store.actors import FEED
from engine.store.tables import orders
from handlers import notices
from tests.handlers.merchant.scenes import OWNER, STAFF, code_in, hire, tap_of
from tests.handlers.world import World, read, taps

PHONE = "13911112222"
SERVICE = STAFF[Role.SERVICE]
FINANCE = STAFF[Role.FINANCE]


def pays(world: World, number: str, fen: int, buyer: Buyer, title: str = "护手霜", lines: int = 1) -> str:
    """An order of a buyer whom the shop knows somehow; gives its 单号."""
    bought = tuple(Line(n, "SKU1", title, None, 1, Money(fen)) for n in range(1, lines + 1))
    paid = Paid(world.wrist.now(), Payment.WECHAT, bought, Money(0))
    world.hear(number, Sold(paid, buyer))
    return code_of(world, number)


def code_of(world: World, number: str) -> str:
    with world.engine.store.read(world.shop, FEED) as tx:
        found = tx.run(select(orders.c.code).where(orders.c.shop_id == tx.shop, orders.c.number == number))
        return str(found.scalar_one())


@pytest.fixture
def bob(world: World) -> Promoter:
    """A promoter by whom carol came; the staff is hired."""
    hire(world)
    made = world.promoter("bob", given="李小波")
    world.by("carol").referrals.visit(made.code, How.SCAN)
    world.later(hours=1)
    return made


def test_what_waits_is_opened_from_the_list_and_says_what_is_known(world: World, bob: Promoter) -> None:
    code = pays(world, "N1", 10_000, Buyer(phone=PHONE))
    other = pays(world, "N2", 5_000, Buyer(), lines=7)
    third = pays(world, "N3", 5_000, Buyer(unionid="u_x"))
    assert "待认领订单 3（不知道买家，先不计佣）" in read(world.say(SERVICE, "待办"))
    shown = world.say(SERVICE, "待认领订单")
    assert {f"订单 {one}" for one in (code, other, third)} <= set(taps(shown))
    assert f"单 {third}" in world.say(SERVICE, "1")
    assert "还没有人对得上" in world.say(SERVICE, f"订单 {third}")
    shown = world.say(SERVICE, f"订单{code}")
    assert "买家留了手机号，还没有人绑定" in shown
    assert taps(shown) == [f"认领 {code}", "待认领订单"]
    assert PHONE not in shown
    shown = world.say(SERVICE, f"订单 {other}")
    assert "商城没有说买家是谁" in shown
    assert "共 7 行" in shown
    for name in ("dave", "mallory"):
        world.by(name).phones.bind("13911113333")
    code = pays(world, "N4", 5_000, Buyer(phone="13911113333"))
    assert "有 2 个人绑定了它，分不清是谁" in world.say(SERVICE, f"订单 {code}")


def test_an_order_is_claimed_by_tapping_who_came_before_it(world: World, bob: Promoter) -> None:
    code = pays(world, "N1", 10_000, Buyer(phone=PHONE))
    world.by("carol").phones.bind("13900000001")
    shown = world.say(SERVICE, f"认领 {code}")
    carol = handle_of(world.who("carol").person)
    assert taps(shown) == [f"认领 {code} {carol}"]
    assert "尾号0001 · " in read(shown)
    for said in ("1", f"认领 {code} {carol}", f"认领 {code} 139 0000 0001"):
        prompt = world.say(SERVICE, said)
        assert "李小波 ¥30.00" in prompt
    done = world.say(SERVICE, f"确认 {code_in(prompt)}")
    assert f"单 {code} 已认领给" in done
    shown = world.say(OWNER, f"订单 {code}")
    assert "佣金 李小波：待结算 ¥30.00" in shown
    assert "（商家认领后判定）" in shown
    assert "已经判定过归属" in world.say(SERVICE, f"认领 {code} {carol}")
    assert "没有待认领的订单" in world.say(SERVICE, "待认领订单")
    assert f"认领订单：单 {code}" in world.say(OWNER, "操作记录")


def test_a_buyer_who_is_nobody_is_not_guessed(world: World, bob: Promoter) -> None:
    code = pays(world, "N1", 10_000, Buyer())
    assert "没有" in world.say(SERVICE, f"认领 {code} 13900000009")
    assert "推荐码" in world.say(SERVICE, f"认领 {code} ABCDEF")
    shown = world.say(SERVICE, f"认领 {code} {bob.code}")
    assert "无（付款时买家没有锁定的推广员" in shown
    assert "没有单号为" in world.say(SERVICE, "认领 ABCDEF")
    assert "没有单号为" in world.say(SERVICE, "订单 ABCDEF")


def test_nobody_came_before_the_order(world: World) -> None:
    hire(world)
    code = pays(world, "N1", 10_000, Buyer())
    assert "没有客户来过" in world.say(SERVICE, f"认领 {code}")


def test_who_lacks_the_right_is_told_so(world: World, bob: Promoter) -> None:
    code = pays(world, "N1", 10_000, Buyer())
    finance = STAFF[Role.FINANCE]
    assert "客服权限" in world.say(finance, f"认领 {code}")
    assert "只有店主能做" in world.say(SERVICE, f"归属 {code} {bob.code} 弄错了")
    assert f"归属 {code}" not in taps(world.say(finance, f"订单 {code}"))
    assert "单号" not in world.say("mallory", f"订单 {code}")
    # a list that somebody else with the right had opened means nothing to him
    world.say(SERVICE, f"认领 {code}")
    world.talks[finance] = world.talks[SERVICE]
    assert "客服权限" in world.say(finance, "1")


def test_a_code_that_expired_brings_a_fresh_prompt(world: World, bob: Promoter) -> None:
    code = pays(world, "N1", 10_000, Buyer())
    prompt = world.say(SERVICE, f"认领 {code} {handle_of(world.who('carol').person)}")
    world.later(minutes=6)
    fresh = world.say(SERVICE, f"确认 {code_in(prompt)}")
    assert "确认码过期了" in fresh
    assert "已认领给" in world.say(SERVICE, f"确认 {code_in(fresh)}")
    prompt = world.say(OWNER, f"归属 {code} 无 弄错了")
    assert "　佣金：无（商家定了这一单不归任何推广员）" in prompt
    world.later(minutes=6)
    fresh = world.say(OWNER, f"确认 {code_in(prompt)}")
    assert "归属改好了" in world.say(OWNER, f"确认 {code_in(fresh)}")


# --- 归属


def test_an_order_is_assigned_in_one_line_and_both_are_told(world: World, bob: Promoter) -> None:
    dave = world.promoter("dave", given="赵大卫")
    world.later(hours=1)
    world.buys("carol", "N1", 10_000, code=bob.code)
    code = code_of(world, "N1")
    assert f"归属 {code}" in taps(world.say(OWNER, f"订单 {code}"))
    prompt = world.say(OWNER, f"归属 {code} {dave.code} 客户说是大卫介绍的，弄错了")
    assert "李小波 ¥30.00" in prompt
    assert "赵大卫 ¥30.00" in prompt
    assert "原因：客户说是大卫介绍的，弄错了" in prompt
    assert "归属改好了" in world.say(OWNER, f"确认 {code_in(prompt)}")
    assert "（店主改过归属）" in world.say(OWNER, f"订单 {code}")
    assert "改订单归属" in world.say(OWNER, "操作记录")
    for name, fen, words in (
        ("bob", -3000, "收回你的收益 ¥30.00；"),
        ("dave", 3000, "你的收益 +¥30.00。"),
        ("bob", 0, "你的收益没有变。"),
    ):
        told = notices.words("assigned", {"order": code, "fen": fen, "reason": "核实过"}, world.by(name))
        assert told
        assert words in told
        assert "原因：核实过" in told


def test_an_order_is_assigned_step_by_step(world: World, bob: Promoter) -> None:
    world.buys("carol", "N1", 10_000, code=bob.code)
    code = code_of(world, "N1")
    assert "请这样说" in world.say(OWNER, "归属")
    assert f"归属 {code} 无" in taps(world.say(OWNER, f"归属 {code}"))
    assert "没有推荐码是「ABCDEF」的推广员" in world.say(OWNER, "ABCDEF")
    assert "没有改动" in world.say(OWNER, bob.code)
    assert "为什么不归任何人？" in world.say(OWNER, "无")
    assert "（1–60 个字）" in world.say(OWNER, "长" * 61)
    world.say(OWNER, "待办")
    assert "为什么不归任何人？" in world.say(OWNER, "继续")
    prompt = world.say(OWNER, "刷单")
    assert "归属改好了" in world.say(OWNER, f"确认 {code_in(prompt)}")
    assert "不计佣（店主改过归属）" in world.say(OWNER, f"订单 {code}")
    assert "没有单号为" in world.say(OWNER, "归属 ABCDEF")
    assert "归谁" not in world.say(OWNER, "归属 ABCDEF"), "nothing is left open about an order that is none"


def test_an_order_that_waits_may_be_assigned(world: World, bob: Promoter) -> None:
    code = pays(world, "N1", 10_000, Buyer())
    prompt = world.say(OWNER, f"归属{code}给{bob.code} 客户到店说的")
    assert "还没有判定（不知道买家是谁）" in prompt
    world.say(OWNER, f"确认 {code_in(prompt)}")
    shown = world.say(OWNER, f"订单 {code}")
    assert "买家未知" in shown
    assert "佣金 李小波：待结算 ¥30.00" in shown


def test_both_levels_and_what_has_matured_stand_on_the_order(world: World) -> None:
    world.promoter("alice", given="王爱丽")
    bob = world.promoter("bob", given="李小波", invited_by="alice")
    world.buys("carol", "N1", 10_000, code=bob.code)
    code = code_of(world, "N1")
    world.hear("N1", Shipped("p", world.wrist.now()))
    shown = world.say(OWNER, f"订单 {code}")
    assert "邀请奖励 王爱丽：待结算 ¥10.00，03-24 " in shown
    assert "仅按下级客户已成交订单计算" in shown
    world.later(days=23)
    world.refunds("N1", 5_000)
    shown = world.say(OWNER, f"订单 {code}")
    assert "佣金 李小波：已结算 ¥15.00" in shown
    assert "实付 ¥100.00（已退 ¥50.00）" in shown
    assert f"为什么 {code}" in taps(shown)


# --- what needs a person


def test_refunds_above_the_payment_are_opened_from_the_list(world: World) -> None:
    hire(world)
    world.buys("carol", "N1", 1_000)
    world.refunds("N1", 2_000)
    assert "退款超额" in taps(world.say(FINANCE, "待办"))
    shown = world.say(FINANCE, "退款超额")
    assert "多退 ¥10.00" in shown
    assert "退款比实付多 ¥10.00" in world.say(FINANCE, tap_of(shown, "订单 "))
    assert "已核对" not in world.say(SERVICE, tap_of(shown, "订单 "))
    world.say(FINANCE, "退款超额")
    assert "退款比实付多 ¥10.00" in world.say(FINANCE, "1")


def test_what_was_checked_leaves_the_list_until_it_changes(world: World) -> None:
    hire(world)
    world.buys("carol", "N1", 1_000)
    world.refunds("N1", 2_000)
    code = tap_of(world.say(FINANCE, "退款超额"), "订单 ").split()[1]
    done = world.say(FINANCE, tap_of(world.say(FINANCE, "1"), "已核对 "))
    assert f"单 {code} 已核对（多退 ¥10.00），移出待办" in done
    assert "现在没有待办" in world.say(FINANCE, "待办")
    assert "没有退款超过实付的订单" in world.say(OWNER, "退款超额")
    assert "退款比实付多 ¥10.00，多的不影响佣金（已核对）" in world.say(OWNER, f"订单 {code}")
    assert "没有要核对的" in world.say(FINANCE, f"已核对 {code}")
    assert "核对订单：单 " in world.say(OWNER, "操作记录")
    assert "多退 ¥10.00" in world.say(OWNER, "操作记录")
    world.refunds("N1", 500)
    assert "退款超过实付的订单 1" in world.say(FINANCE, "待办")
    assert "多退 ¥15.00" in world.say(FINANCE, "退款超额")


def test_several_are_checked_at_once_by_their_numbers(world: World) -> None:
    hire(world)
    for number in ("N1", "N2", "N3"):
        world.buys("carol", number, 1_000, less=100)
        world.refunds(number, 2_000)
    assert "加单号" in world.say(FINANCE, "已核对")
    assert "加单号" in world.say(FINANCE, "已核对 1")
    world.say(FINANCE, "优惠超额")
    shown = world.say(FINANCE, "已核对 1-2")
    assert shown.count("多退 ¥11.00，多减 ¥1.00") == 2
    assert "退款超过实付的订单 1" in world.say(FINANCE, "待办")
    world.say(FINANCE, "退款超额")
    assert "没有单号为「ZZZZZZ」" in world.say(FINANCE, "已核对 ZZZZZZ")
    assert "已核对（多退 ¥11.00" in world.say(FINANCE, "已核对 1")
    assert "没有要核对的" in world.say(FINANCE, "已核对 1")
    assert "你没有财务权限" in world.say(SERVICE, "已核对 1")


def test_there_is_nothing_to_check_with_the_shop(world: World) -> None:
    hire(world)
    assert "没有退款超过实付的订单" in world.say(FINANCE, "退款超额")


def test_messages_that_contradict_each_other_say_which_order_and_which_fact(world: World) -> None:
    assert "没有前后说法不一的消息" in world.say(OWNER, "消息冲突")
    code = pays(world, "N1", 10_000, Buyer(openid="ocarol"))
    pays(world, "N1", 99_900, Buyer(openid="ocarol"))
    at = world.wrist.now()
    world.hear("N1", Shipped("p", at, final=False))
    world.hear("N1", Shipped("p", at))
    world.later(minutes=1)
    for page in ("/a", "/b"):
        world.desk(FEED).orders.visited(PageVisit("shop", "<b>v1", at, Buyer(openid="ocarol"), page))
    assert "消息冲突" in taps(world.say(OWNER, "待办"))
    shown = world.say(OWNER, "消息冲突")
    assert f"单 {code} 付款 先 ¥100.00 后 ¥999.00" in read(shown)
    assert "v1 访问" in shown
    assert "发货" in shown
    rows = taps(shown)
    assert len(rows) == 3
    visit = world.say(OWNER, rows[0])
    assert "商城关于访问 v1 的「访问」说了两次" in visit
    paid = world.say(
        OWNER, next(row for row in rows if "先说 ¥100.00，后说 ¥999.00" in world.say(OWNER, row))
    )
    assert f"订单 {code}" in taps(paid)
    assert "还有 2 条" in world.say(OWNER, tap_of(paid, "已核对 "))
    assert "没有编号" in world.say(OWNER, tap_of(paid, "已核对 "))
    assert "还有 1 条" in world.say(OWNER, tap_of(visit, "已核对 "))
    world.say(OWNER, "消息冲突")
    assert "已核对，以先说的为准" in world.say(OWNER, "已核对 1")
    assert "现在没有待办" in world.say(OWNER, "待办")
    world.hear("N1", Shipped("p", world.wrist.now()))
    assert "前后说法不一的订单消息 1" in world.say(OWNER, "待办")
    world.say(OWNER, "消息冲突")
    assert "「发货」说了两次" in world.say(OWNER, "1")


def test_the_longest_orders_and_lists_fit(crowd: World) -> None:
    for n in range(9):
        pays(crowd, f"{'N' * 62}{n}", 9_999_999, Buyer(phone=PHONE), "长" * 60, 8)
    shown = crowd.say(OWNER, "待认领订单")
    code = tap_of(shown, "订单 ").split()[1]
    for name in STAFF.values():
        crowd.by(f"客{name}").referrals.visit(crowd.code("上级"), How.SCAN)
    assert len(taps(crowd.say(OWNER, f"认领 {code}"))) == 8
    crowd.say(OWNER, f"订单 {code}")
    prompt = crowd.say(OWNER, f"归属 {code} {crowd.code('p1')} {'因' * 60}")
    crowd.say(OWNER, f"确认 {code_in(prompt)}")
    crowd.say(OWNER, f"订单 {code}")
    crowd.say(OWNER, f"归属 {code} {crowd.code('p2')} {'因' * 60}")


def test_an_order_that_went_back_whole_tells_one_story_everywhere(world: World) -> None:
    world.promoter("alice", given="王爱丽")
    world.promoter("bob", given="李小波", invited_by="alice")
    world.buys("carol", "N1", 10_000, code=world.code("bob"))
    world.refunds("N1", 10_000)
    listed = world.say(OWNER, "订单退款")
    assert "佣金 李小波 已收回 · 邀请奖励 王爱丽 已收回" in listed
    shown = world.say(OWNER, tap_of(listed, "订单 "))
    assert "佣金 李小波：已全部收回（退款）" in shown
    assert "邀请奖励 王爱丽：已全部收回（退款）" in shown
    assert "不计佣" not in shown
    assert "收回一级 ¥30.00、二级 ¥10.00" in world.say(OWNER, tap_of(shown, "为什么 "))
    code = tap_of(shown, "为什么 ").split()[1]
    prompt = world.say(OWNER, f"归属 {code} {world.code('alice')} 弄错了")
    assert "佣金：王爱丽 ¥0.00（已全部退款）" in prompt
    world.say(OWNER, f"确认 {code_in(prompt)}")
    assert "李小波" not in world.say(OWNER, f"订单 {code}")
