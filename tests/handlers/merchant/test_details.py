"""推广明细 in the chat: filters, pages, what a line opens; orders and downlines of one promoter."""

from __future__ import annotations

import pytest

from engine import OPERATOR
from engine.money import Money
from engine.people.authority import Role
from tests.handlers.merchant.scenes import OWNER, STAFF, ask_for, code_in, hire, payable
from tests.handlers.world import World, read, taps

FINANCE = STAFF[Role.FINANCE]


@pytest.fixture
def busy(world: World) -> World:
    """alice's downline dave has sold; alice has asked for money; something was taken by hand."""
    hire(world)
    payable(world, "alice", 3_000, given="王爱丽")
    world.promoter("dave", given="赵大卫", invited_by="alice")
    world.later(days=1)
    world.buys("客户二", "d1", 1_000, code=world.code("dave"))
    world.buys("客户二", "d2", 2_000, code=world.code("dave"))
    world.refunds("d2", 2_000)
    world.later(minutes=1)
    world.desk(OPERATOR).adjustments.adjust(world.code("dave"), "debt", Money(-50), "赔付")
    return world


def rows(shown: str) -> list[str]:
    """The numbered lines of a screen, without their numbers."""
    return [line.partition(". ")[2] for line in read(shown).splitlines() if line[:1].isdigit()]


def tap_of(shown: str, word: str) -> str:
    """What the line sends that has this word in it."""
    return next(line for line in taps(shown) if word in line)


def test_everything_with_its_state_newest_first(busy: World) -> None:
    shown = busy.say(FINANCE, "推广明细")
    found = rows(shown)
    assert found[0] == "03-11 赵大卫 人工调整 -¥0.50 赔付"
    assert sorted(found[1:5]) == sorted([
        "03-11 赵大卫 佣金 ¥3.00 待结算", "03-11 赵大卫 佣金 ¥6.00 已扣回",
        "03-11 王爱丽 邀请奖励 ¥1.00 待结算", "03-11 王爱丽 邀请奖励 ¥2.00 已扣回",
    ])  # fmt: skip
    assert found[5:] == ["03-10 王爱丽 提现 ¥30.00 待审核", "03-02 王爱丽 佣金 ¥30.00 已结算"]
    assert "仅按下级客户已成交订单计算，邀请本身无奖励" in shown


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("待结算", ["03-11 赵大卫 佣金 ¥3.00 待结算", "03-11 王爱丽 邀请奖励 ¥1.00 待结算"]),
        ("可提现", ["03-02 王爱丽 佣金 ¥30.00 已结算"]),
        ("已结算 王爱丽", ["03-02 王爱丽 佣金 ¥30.00 已结算"]),
        ("已扣回 爱丽", ["03-11 王爱丽 邀请奖励 ¥2.00 已扣回"]),
        ("提现中", ["03-10 王爱丽 提现 ¥30.00 待审核"]),
        ("已打款", []),
        ("２月", []),
        ("2026年3月 提现中", ["03-10 王爱丽 提现 ¥30.00 待审核"]),
        ("12月", []),
        ("本月 提现中", ["03-10 王爱丽 提现 ¥30.00 待审核"]),
        ("上月", []),
    ],
)
def test_filters_by_state_promoter_and_month(busy: World, words: str, expected: list[str]) -> None:
    assert rows(busy.say(FINANCE, f"推广明细 {words}")) == expected


def test_the_filter_stands_above_and_can_be_chosen(busy: World) -> None:
    code = busy.code("dave").lower()
    assert busy.say(FINANCE, f"明细 {code} 3月 待结算").startswith("推广明细 · 赵大卫 · 待结算 · 2026年3月\n")
    assert read(busy.say(FINANCE, "推广明细 1月")).startswith("推广明细 · 2026年1月\n没有这样的明细。")
    assert busy.say(FINANCE, "推广明细 4月").startswith("推广明细 · 2025年4月")
    shown = busy.say(FINANCE, "推广明细 筛选")
    for line in taps(shown):
        assert busy.say(FINANCE, line).startswith("推广明细 · ")


def test_each_line_opens_what_it_tells_of(busy: World) -> None:
    shown = busy.say(FINANCE, "推广明细")
    lines = taps(shown)
    assert read(busy.say(FINANCE, lines[0])).startswith("赵大卫\n推荐码：")
    assert read(busy.say(FINANCE, lines[1])).startswith("单 ")
    assert "状态：待审核" in busy.say(FINANCE, lines[5])
    for number, line in enumerate(lines[:7], 1):
        busy.say(FINANCE, "推广明细")
        assert busy.say(FINANCE, str(number)) == busy.say(FINANCE, line)


def test_a_booking_is_opened_by_its_line_too(busy: World) -> None:
    busy.set(payout_mode="offline")
    busy.received("d1")
    busy.later(days=20)
    busy.say(FINANCE, f"确认 {code_in(busy.say(FINANCE, '登记结算'))}")
    shown = busy.say(FINANCE, "推广明细 已打款")
    assert "赵大卫 线下结算 ¥2.50 已打款" in read(shown)
    assert busy.say(FINANCE, "1").startswith("结算单 ")


def test_pages_go_on_where_the_last_one_ended(world: World) -> None:
    hire(world)
    world.promoter("alice", given="王爱丽")
    for n in range(18):
        world.buys("carol", f"n{n}", 1_000 + 10 * n, code=world.code("alice"))
        world.later(minutes=1)
    world.promoter("dave", given="赵大卫")
    seen = rows(first := world.say(FINANCE, "推广明细 王爱丽"))
    assert len(seen) == 8
    assert "推广明细 下一页" in taps(first)
    world.buys("客户二", "x", 5_000, code=world.code("alice"))  # what is new moves nothing
    seen += rows(world.say(FINANCE, "推广明细 下一页"))
    last = world.say(FINANCE, "明细 下一页")
    assert last.startswith("推广明细 · 王爱丽\n")
    assert "推广明细 下一页" not in taps(last)
    seen += rows(last)
    amounts = [Money(3 * (100 + n)) for n in reversed(range(18))]
    assert seen == [f"03-02 王爱丽 佣金 {amount} 待结算" for amount in amounts]


def test_without_its_memory_the_next_page_is_the_first(busy: World) -> None:
    assert busy.say(FINANCE, "推广明细 下一页") == busy.say(FINANCE, "推广明细")


def test_a_name_of_several_is_asked_about_and_a_name_of_none_is_told(busy: World) -> None:
    for n in range(9):
        busy.promoter(f"m{n}", given=f"马小{n}<b>")
    shown = busy.say(FINANCE, "推广明细 马小 待结算")
    assert len(rows(shown)) == 8
    assert "还有同名的" in shown
    assert all(line.startswith("推广明细 ") and line.endswith(" 待结算") for line in taps(shown))
    unknown = busy.say(FINANCE, "推广明细 不在")
    assert "没有推荐码是「不在」的推广员" in unknown
    assert taps(unknown) == ["推广明细 筛选"]
    busy.say(OWNER, f"推广员 {busy.code('m1')}")
    assert rows(busy.say(FINANCE, "推广明细 马小1")) == []


def test_only_finance_and_the_owner_read_it(busy: World) -> None:
    assert busy.say(STAFF[Role.SERVICE], "推广明细") == "你没有财务权限，请找店主。"
    assert rows(busy.say(OWNER, "推广明细"))
    assert "推广明细" not in taps(busy.say(STAFF[Role.REVIEW], "帮助"))
    assert "推广明细" in taps(busy.say(FINANCE, "帮助"))


def test_orders_and_downlines_of_a_promoter(busy: World) -> None:
    item = busy.say(STAFF[Role.SERVICE], f"推广员 {busy.code('dave')}")
    assert [line for line in taps(item) if "明细" in line] == []
    shown = read(busy.say(STAFF[Role.SERVICE], tap_of(item, "订单")))
    assert shown.startswith("赵大卫 的推广订单\n1. ")
    assert "¥20.00（已退 ¥20.00）" in shown
    alice = busy.say(FINANCE, f"推广员 {busy.code('alice')}")
    below = busy.say(FINANCE, tap_of(alice, "下级"))
    assert read(below).startswith("王爱丽 的下级（1 人）\n1. 赵大卫 · 邀请奖励 ¥1.00\n")
    assert read(busy.say(FINANCE, "1")).startswith("赵大卫\n推荐码：")
    assert rows(busy.say(FINANCE, tap_of(alice, "明细")))
    assert "没有邀请过推广员" in busy.say(FINANCE, f"推广员 {busy.code('dave')} 下级")
    busy.promoter("erin", given="艾琳")
    assert "还没有推广订单" in busy.say(FINANCE, f"推广员 {busy.code('erin')} 订单")
    for word in ("订单", "下级"):
        assert "没有推荐码是「ABC234」的推广员" in busy.say(FINANCE, f"推广员 ABC234 {word}")


def test_while_one_level_is_paid_nobody_hears_of_downlines(one_level: World) -> None:
    one_level.promoter("alice", given="王爱丽")
    item = one_level.say(OWNER, f"推广员 {one_level.code('alice')}")
    assert "下级" not in item
    assert one_level.say(OWNER, f"推广员 {one_level.code('alice')} 下级") == item


def test_a_promoter_reads_bookings_and_adjustments_among_his_withdrawals(world: World) -> None:
    payable(world, "alice", 3_000)
    world.say("alice", f"取消提现 {world.by('alice').withdrawals.mine(1)[0].code}")
    world.later(minutes=1)
    world.desk(OPERATOR).adjustments.adjust(world.code("alice"), "available", Money(250), "节日补贴")
    world.set(payout_mode="offline")
    world.later(days=1)
    world.say(OWNER, f"确认 {code_in(world.say(OWNER, '登记结算 凭证 PAY001'))}")
    shown = rows(world.say("alice", "提现记录"))
    assert "¥32.50 线下结算 · 单号" in shown[0]
    assert "+¥2.50 人工调整" in shown[1]
    assert "¥30.00 已取消" in shown[2]
    told = read(world.say("alice", "提现记录"))
    assert "　原因：节日补贴" in told
    assert "凭证 PAY001）没收到请与商家核对。" in world.say("alice", "1")
    assert "另有商家人工调整 +¥2.50，已算在上面" in world.say("alice", "我的收益")


def test_the_record_goes_on_over_pages(world: World) -> None:
    world.promoter("alice")
    world.earned("alice", 30_000)
    for _ in range(9):
        world.later(minutes=1)
        world.say("alice", f"取消提现 {ask_for(world, 'alice', 300)}")
    first = world.say("alice", "提现记录")
    assert len(rows(first)) == 8
    assert rows(world.say("alice", taps(first)[-1]))[0].endswith(ask_code(world))


def ask_code(world: World) -> str:
    """The 单号 of alice's first withdrawal."""
    return world.by("alice").withdrawals.mine(9)[-1].code


def test_a_debt_is_named_by_its_orders(world: World) -> None:
    world.promoter("alice")
    world.earned("alice", 3_000, number="n1")
    paid = world.say(OWNER, f"通过提现 {ask_for(world, 'alice', 3_000)}")
    hand = world.say(OWNER, taps(paid)[0])
    world.say(OWNER, f"已打款 {code_in(hand)} PAY12345")
    number = world.by(OWNER).order_book.all(0, 1)[0].code
    world.refunds("n1", 5_000)
    shown = world.say("alice", "我的收益")
    assert "待追回 ¥15.00" in shown
    assert f"　来自 单号 {number} ¥15.00" in read(shown)
    assert read(world.say("alice", f"为什么 {number}")).startswith(f"单 {number}")
    world.desk(OPERATOR).adjustments.adjust(world.code("alice"), "debt", Money(-100), "赔付")
    assert f"　来自 人工调整 ¥1.00、单号 {number} ¥15.00" in read(world.say("alice", "我的收益"))
