"""提现审核 and 待打款: from the request to the money."""

from __future__ import annotations

import pytest

from engine.money import Money
from engine.payouts.states import State
from engine.people.authority import Role
from handlers.texts.merchant.todo import STALE
from tests.handlers.merchant.scenes import OWNER, STAFF, ask_for, code_in, hire, payable, tap_of
from tests.handlers.world import World, read, taps

FINANCE = STAFF[Role.FINANCE]


def state(world: World, code: str) -> State:
    return world.by(OWNER).withdrawals.get(code).state


def test_approved_taken_in_hand_and_marked_paid(world: World) -> None:
    hire(world, Role.FINANCE)
    code = payable(world, given="王小明")
    listed = world.say(FINANCE, "提现审核")
    assert "1. 王小明 ¥30.00" in read(listed)
    item = world.say(FINANCE, tap_of(listed, "提现单"))
    assert f"提现 {code}\n推广员：王小明\n金额：¥30.00\n收款：微信 wx_****ce" in item
    assert "wx_alice" not in item, "the account is masked until the payout begins"
    approved = world.say(FINANCE, tap_of(item, "通过提现"))
    assert f"已通过提现 {code}：王小明 ¥30.00" in approved
    hand = world.say(FINANCE, tap_of(approved, "开始打款"))
    assert "微信账号：wx_alice\n户名：王小明\n金额：¥30.00" in hand
    assert "也可以直接回复：已打款 " in hand
    paid = world.say(FINANCE, f"已打款 {code_in(hand)} 流水号 1000 0401 2026")
    assert "已记录打款：王小明 ¥30.00" in paid
    assert "流水号 100004012026" in paid
    assert state(world, code) is State.PAID
    assert not world.by(OWNER).reports.audit().findings


@pytest.mark.parametrize("typed", ["通过 2", "驳回 2 户名不符"])
def test_a_number_that_the_list_has_not_decides_nothing(world: World, typed: str) -> None:
    code = payable(world)
    world.say(OWNER, "提现审核")
    assert STALE in world.say(OWNER, typed)
    assert state(world, code) is State.REQUESTED


@pytest.mark.parametrize("typed", ["打款 1", "开始打款 1", "打款 １"])
def test_a_payout_is_begun_by_its_number(world: World, typed: str) -> None:
    code = payable(world)
    world.say(OWNER, f"通过提现 {code}")
    world.say(OWNER, "待打款")
    assert "金额：¥30.00" in world.say(OWNER, typed)
    assert state(world, code) is State.IN_HAND


def test_a_payouts_number_is_never_guessed(world: World) -> None:
    code = payable(world)
    world.say(OWNER, f"通过提现 {code}")
    assert STALE in world.say(OWNER, "打款 1"), "no list at all"
    world.say(OWNER, "提现审核")
    world.say(OWNER, "推广员列表")
    assert STALE in world.say(OWNER, "打款 1"), "another list"
    assert STALE in world.say(OWNER, "打款 1-2"), "two at once"
    assert state(world, code) is State.APPROVED


def test_numbers_below_the_list_of_withdrawals(world: World) -> None:
    first, second = payable(world, "alice"), payable(world, "bob")
    world.say(OWNER, "提现审核")
    assert world.say(OWNER, "通过 1-2").count("已通过") == 2
    assert (state(world, first), state(world, second)) == (State.APPROVED, State.APPROVED)
    assert "现在是「待打款」" in world.say(OWNER, "通过 1")


def test_withdrawals_are_rejected_one_at_a_time(world: World) -> None:
    payable(world, "alice"), payable(world, "bob")
    world.say(OWNER, "提现审核")
    assert "一笔一笔驳回" in world.say(OWNER, "驳回 1-2 不行")


def test_rejected_with_reason_and_code(world: World) -> None:
    code = payable(world, given="王小明")
    assert f"为什么驳回 王小明 的提现 {code}（¥30.00）？" in world.say(OWNER, f"驳回提现 {code}")
    prompt = world.say(OWNER, "户名不符，请改。")
    assert (
        f"驳回提现 {code}？\n推广员：王小明\n金额：¥30.00\n收款：微信 wx_****ce\n理由：户名不符，请改。"
        in prompt
    )
    assert state(world, code) is State.REQUESTED, "nothing happens before the code"
    assert f"已驳回提现 {code}" in world.say(OWNER, tap_of(prompt, "确认"))
    assert world.by(OWNER).withdrawals.get(code).reason == "户名不符，请改。"
    assert world.by("alice").withdrawals.limits().available == Money(3000)


def test_an_empty_reason_is_asked_for_again(world: World) -> None:
    code = payable(world)
    world.say(OWNER, f"驳回提现 {code}")
    assert "1–60 个字" in world.say(OWNER, "长" * 61)
    assert "驳回提现" in world.say(OWNER, "户名不符")


def test_a_colleague_sees_who_is_paying(world: World) -> None:
    hire(world, Role.FINANCE)
    code = payable(world)
    world.say(FINANCE, f"通过提现 {code}")
    world.say(FINANCE, f"开始打款 {code}")
    assert "打款中" in world.say(OWNER, "待打款")
    assert "打款中" in world.say(OWNER, "1")
    other = world.say(OWNER, f"开始打款 {code}")
    assert "正在打这一笔" in other
    assert "wx_alice" not in other
    asked = world.say(OWNER, f"放弃打款 {code}")
    assert "请先问清" in asked
    assert state(world, code) is State.IN_HAND
    assert "已放弃打款" in world.say(OWNER, tap_of(asked, "放弃打款"))
    assert state(world, code) is State.APPROVED


def test_put_back_makes_the_old_code_void(world: World) -> None:
    code = payable(world)
    world.say(OWNER, f"通过提现 {code}")
    old = code_in(world.say(OWNER, f"开始打款 {code}"))
    assert "已放弃打款" in world.say(OWNER, f"放弃打款 {code}")
    assert "没有再做一次" in world.say(OWNER, f"已打款 {old} PAY12345")
    assert state(world, code) is State.APPROVED


def test_begun_again_gives_a_fresh_code(world: World) -> None:
    code = payable(world)
    world.say(OWNER, f"通过提现 {code}")
    old = code_in(world.say(OWNER, f"开始打款 {code}"))
    new = code_in(world.say(OWNER, f"开始打款 {code}"))
    assert old != new
    assert "没有再做一次" in world.say(OWNER, f"已打款 {old} PAY12345")
    assert "已记录打款" in world.say(OWNER, f"已打款 {new} PAY12345")


def test_an_expired_payout_code_brings_a_fresh_one(world: World) -> None:
    code = payable(world)
    world.say(OWNER, f"通过提现 {code}")
    old = code_in(world.say(OWNER, f"开始打款 {code}"))
    world.later(hours=25)
    fresh = world.say(OWNER, f"已打款 {old} PAY12345")
    assert "确认码过期了，没有改动。" in fresh
    assert "已记录打款" in world.say(OWNER, f"已打款 {code_in(fresh)} PAY12345")


def test_the_reference_may_come_by_itself(world: World) -> None:
    code = payable(world)
    world.say(OWNER, f"通过提现 {code}")
    hand = world.say(OWNER, f"开始打款 {code}")
    tapped = tap_of(hand, "已打款")
    assert "流水号是多少？" in world.say(OWNER, tapped)
    assert "刚才的打款登记还没填完" in world.say(OWNER, "今日概览")
    assert "流水号是多少？" in world.say(OWNER, "继续")
    assert "已记录打款" in world.say(OWNER, "4200 0012 34")
    assert "流水号 4200001234" in world.say(OWNER, f"提现单 {code}").replace("：", " ")
    world.say(OWNER, tapped)
    assert "没有重复记" in world.say(OWNER, "4200001234")
    assert "没有单号为" in world.say(OWNER, "4200001234"), "the question is over"


def test_a_reference_that_comes_after_the_code_gets_another_code(world: World) -> None:
    code = payable(world)
    world.say(OWNER, f"通过提现 {code}")
    tapped = tap_of(world.say(OWNER, f"开始打款 {code}"), "已打款")
    world.later(hours=25)
    world.say(OWNER, tapped)
    fresh = world.say(OWNER, "4200001234")
    assert "微信账号" in fresh
    assert tap_of(fresh, "已打款") != tapped


def test_a_bad_proof_changes_nothing(world: World) -> None:
    code = payable(world)
    world.say(OWNER, f"通过提现 {code}")
    hand = code_in(world.say(OWNER, f"开始打款 {code}"))
    assert "4–64 位" in world.say(OWNER, f"已打款 {hand} 不知道")
    assert "流水号是多少？" in world.say(OWNER, f"已打款 {hand}")
    assert "4–64 位" in world.say(OWNER, "不知道")
    assert "已打款 确认码 流水号" in world.say(OWNER, "已打款 了")
    assert "已打款 确认码 流水号" in world.say(OWNER, "已打款")
    assert state(world, code) is State.IN_HAND
    assert "已记录打款" in world.say(OWNER, f"已打款 {hand} PAY12345")


def test_who_owes_is_not_paid(world: World) -> None:
    world.promoter("alice", given="王小明")
    world.earned("alice", 3000, number="1")
    code = ask_for(world, "alice", 3000)
    world.refunds("1", 5000)
    assert "另欠 ¥15.00" in world.say(OWNER, "提现审核")
    item = world.say(OWNER, "1")
    assert "另欠 ¥15.00（退款扣回）" in item
    assert not [sends for sends in taps(item) if sends.startswith("通过")]
    assert "另欠 ¥15.00（退款扣回），提现" in world.say(OWNER, f"通过提现 {code}")
    prompt = world.say(OWNER, f"驳回提现 {code} 先抵欠款")
    assert "退回的钱先抵欠款 ¥15.00" in prompt
    world.say(OWNER, tap_of(prompt, "确认"))
    assert world.by("alice").withdrawals.limits().available == Money(1500)


def test_a_frozen_promoters_withdrawal_waits(world: World) -> None:
    code = payable(world)
    world.freeze("alice")
    assert "被冻结了，提现先等着" in world.say(OWNER, f"通过提现 {code}")


def test_each_state_says_what_can_be_done(world: World) -> None:
    code = payable(world)
    assert {"通过提现", "驳回提现"} <= {sends[:4] for sends in taps(world.say(OWNER, f"提现单 {code}"))}
    world.say(OWNER, f"通过提现 {code}")
    assert {"开始打款", "驳回提现"} <= {sends[:4] for sends in taps(world.say(OWNER, f"提现单 {code}"))}
    hand = code_in(world.say(OWNER, f"开始打款 {code}"))
    assert {"开始打款", "放弃打款"} <= {sends[:4] for sends in taps(world.say(OWNER, f"提现单 {code}"))}
    assert "现在是「打款中」" in world.say(OWNER, f"驳回提现 {code} 不行")
    world.say(OWNER, f"已打款 {hand} PAY12345")
    assert "状态：已打款\n流水号：PAY12345" in world.say(OWNER, f"提现单 {code}")
    for typed in ("通过提现", "驳回提现", "开始打款", "放弃打款"):
        assert "现在是「已打款」，这一步做不了，没有改动。" in world.say(OWNER, f"{typed} {code}"), typed


def test_the_daily_limit_binds_payouts_by_hand(world: World) -> None:
    code = payable(world)
    world.set(daily_limit="20")
    world.say(OWNER, f"通过提现 {code}")
    shown = world.say(OWNER, f"开始打款 {code}")
    assert "这一笔 ¥30.00 超过了每日打款上限 ¥20.00，哪天都打不了" in shown  # and not: tomorrow


def test_unknown_numbers_are_refused(world: World) -> None:
    for typed in (
        "提现单 ZZZZZZ",
        "通过提现 ZZZZZZ",
        "驳回提现 ZZZZZZ 不行",
        "开始打款 ZZZZZZ",
        "放弃打款 ZZZZZZ",
    ):
        assert "没有单号为「ZZZZZZ」的提现" in world.say(OWNER, typed), typed


def test_empty_lists_say_so(world: World) -> None:
    assert "现在没有提现申请。" in world.say(OWNER, "提现审核")
    assert "现在没有待打款。" in world.say(OWNER, "待打款")
