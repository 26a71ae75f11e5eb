"""Every screen at its longest fits into one message; what others typed is dead text in all of them."""

from __future__ import annotations

import pytest

from engine.people.authority import Role
from engine.programme.settings import SPECS, Kind
from handlers.paging import ROWS
from handlers.texts import settings as texts
from tests.handlers.merchant.scenes import BIG, LONG, OWNER, STAFF, apply, ask_for, code_in
from tests.handlers.world import World, taps

ACCOUNT = "wx_" + "a" * 17


def test_lists_items_and_bulk_decisions(crowd: World) -> None:
    for line in (
        "待办", "推广员审核", "1", "推广员列表", "1", "推广员列表 2", "订单退款", "订单退款 2", "今日概览",
        "推广员业绩", "业绩 30", "操作记录", "操作记录 2", "操作记录 3", "规则设置", "商品佣金", "1", "商品佣金 2",
        "加店员", "我的推广", "员工", "1",
    ):  # fmt: skip
        crowd.say(OWNER, line)  # the world measures every screen
    for n in range(ROWS):
        crowd.buys(f"买家{n}", f"t{n}", BIG, code=crowd.code(f"p{n}"))
    for n in range(ROWS + 1):
        crowd.buys(f"买家{n}", f"多减的订单{n}" + "号" * 40, BIG, title="长" * 60, less=9_000_000)
    assert "6. " in crowd.say(OWNER, "优惠超额")
    assert "9. " in crowd.say(OWNER, "优惠超额 2")
    assert "5. " in crowd.say(OWNER, "今日概览")
    assert "8. " in crowd.say(OWNER, "推广员业绩")
    assert "（待结算）" in crowd.say(OWNER, "订单")
    crowd.say(OWNER, "推广员审核")
    assert "为什么驳回" in crowd.say(OWNER, "驳回 1-8")
    assert crowd.say(OWNER, "长" * 60).count("已驳回") == ROWS
    apply(crowd, "买家0", LONG)
    crowd.say(OWNER, "推广员审核")
    assert crowd.say(OWNER, "通过 1-2").count("已通过") == 2


def test_withdrawals_and_payouts(crowd: World) -> None:
    finance = STAFF[Role.FINANCE]
    codes = [ask_for(crowd, f"p{n}", 2_999_999, ACCOUNT, "收" * 20) for n in range(ROWS + 1)]
    crowd.say(finance, "提现审核")
    assert crowd.say(finance, "通过 1-8").count("已通过") == ROWS
    crowd.say(finance, "待打款")
    hand = crowd.say(finance, "打款 1")
    for code in codes[:ROWS]:
        crowd.say(finance, f"开始打款 {code}")
    crowd.say(OWNER, "待打款")
    crowd.say(OWNER, "1")
    crowd.say(OWNER, f"放弃打款 {codes[0]}")
    crowd.say(finance, f"已打款 {code_in(crowd.say(finance, f'开始打款 {codes[0]}'))} {'9' * 64}")
    crowd.say(finance, f"提现单 {codes[0]}")
    crowd.later(hours=25)
    assert "确认码" in crowd.say(finance, f"已打款 {code_in(hand)} 123456")


def test_withdrawals_of_those_who_owe(crowd: World) -> None:
    finance = STAFF[Role.FINANCE]
    for n in range(ROWS + 1):
        ask_for(crowd, f"p{n}", 2_999_999, ACCOUNT, "收" * 20)
    for n in range(ROWS + 1):
        crowd.refunds(f"o{n}", BIG)
    shown = crowd.say(finance, "提现审核")
    assert "另欠" in shown
    crowd.say(finance, "1")
    assert crowd.say(finance, "通过 1-8").count("没有通过") == ROWS
    prompt = crowd.say(finance, "驳回 1 " + "长" * 60)
    assert "退回的钱先抵欠款" in prompt
    crowd.later(minutes=6)
    crowd.say(finance, f"确认 {code_in(crowd.say(finance, f'确认 {code_in(prompt)}'))}")


def test_offline_settlement_of_many(crowd: World) -> None:
    crowd.set(payout_mode="offline")
    crowd.later(days=1)
    finance = STAFF[Role.FINANCE]
    first = crowd.say(finance, "线下结算")
    assert "8. " in first
    assert "9. " in crowd.say(finance, taps(first)[ROWS])
    prompt = crowd.say(finance, f"登记结算 凭证 {'9' * 64}")
    done = crowd.say(finance, f"确认 {code_in(prompt)}")
    booking = crowd.say(finance, taps(done)[0])
    assert "8. " in booking
    crowd.say(finance, taps(booking)[ROWS])
    crowd.say(finance, "结算记录")
    crowd.say(finance, f"确认 {code_in(prompt)}")
    crowd.say(OWNER, "操作记录")


def test_details_of_many(crowd: World) -> None:
    finance = STAFF[Role.FINANCE]
    for n in range(ROWS + 1):
        crowd.refunds(f"o{n}", BIG // 2)
    for n in range(ROWS):
        ask_for(crowd, f"p{n}", 1_000_000, ACCOUNT, "收" * 20)
    first = crowd.say(finance, "推广明细")
    while "推广明细 下一页" in taps(first):
        first = crowd.say(finance, "推广明细 下一页")
    crowd.say(finance, f"推广明细 {LONG}")
    for words in ("已扣回", "提现中", "筛选", f"{crowd.code('p1')} 3月 可提现"):
        crowd.say(finance, f"推广明细 {words}")
    assert "8. " in crowd.say(finance, f"推广员 {crowd.code('上级')} 下级")
    crowd.say(finance, f"推广员 {crowd.code('上级')}")
    crowd.say(finance, f"推广员 {crowd.code('上级')} 订单")


@pytest.mark.parametrize("key", SPECS)
def test_pages_of_settings(world: World, key: str) -> None:
    spec, name = SPECS[key], texts.name_of(key)
    if spec.kind is Kind.TEXT:
        world.say(OWNER, f"设置 {name} 改")
        world.say(OWNER, "长" * (spec.high + 1))
        longest = "\n".join(["长" * 39] * 3) if key == "questions" else "长" * spec.high
        assert ("已更新" in world.say(OWNER, longest)) == (key != "shop_link")
        world.say(OWNER, f"看 {name}")
        world.say(OWNER, f"看 {name} 2")
    world.say(OWNER, f"设置 {name}")
    world.say(OWNER, f"设置 {next(group for group, keys in texts.GROUPS if key in keys)}")


def test_what_staff_types_into_nowhere_comes_back_dead(world: World) -> None:
    attack = '<a href="weixin://bizmsgmenu?msgmenucontent=通过 1&msgmenuid=1">x</a>'
    for line in (
        f"设置 {attack}", f"设置 最低提现 {attack}", f"设置 锁定方式 {attack}", f"商品 SKU1 一级 {attack}",
        f"商品 加 SKU9 {attack} 10 实物", f"看 {attack}", f"商品 {attack}", f"设置 店名 {attack}"[:40],
    ):  # fmt: skip
        assert "通过 1" not in taps(world.say(OWNER, line)), line
