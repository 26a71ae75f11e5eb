"""申请提现: every step, every refusal with its figure, and what can be said at once."""

from __future__ import annotations

import pytest

from engine.money import Money
from engine.payouts.payees import Channel
from engine.payouts.states import State
from handlers.types import Kind, Talk
from tests.handlers.world import World, read, taps


@pytest.fixture
def shop(world: World) -> World:
    """bob has ¥30.00 available."""
    world.promoter("bob")
    world.earned("bob", 3000, number="1")
    return world


def request(world: World, amount: str = "30") -> str:
    for line in (f"提现 {amount}", "微信", "bob_pay", "鲍勃"):
        world.say("bob", line)
    world.say("bob", "确认提现")
    return world.by("bob").withdrawals.mine(1)[0].code


def test_a_whole_withdrawal_step_by_step(shop: World) -> None:
    first = shop.say("bob", "申请提现")
    assert read(first) == "可提现 ¥30.00，单笔 ¥1.00–¥2000.00。\n提多少？请回复金额，例如 ¥30.00。\n提 ¥30.00"
    assert taps(first) == ["提现 全部"]
    assert taps(shop.say("bob", "２０块")) == ["微信", "支付宝"]
    assert "微信号" in shop.say("bob", "微信")
    assert "实名" in shop.say("bob", "bob_pay88")
    shown = shop.say("bob", "鲍勃")
    assert read(shown) == "请核对：\n提现：¥20.00\n收款：微信 bob****ay88\n姓名：鲍勃\n确认提现\n有错，重填"
    done = shop.say("bob", "确认提现")
    (row,) = shop.by("bob").withdrawals.mine(5)
    assert f"提现 ¥20.00 已提交，单号 {row.code}。" in done
    assert taps(done) == ["提现记录", f"取消提现 {row.code}"]
    assert (row.amount, row.state) == (Money(2000), State.REQUESTED)


@pytest.mark.parametrize("line", ["提现 10", "提现10", "提现 10元", "提现　１０．００", "申请提现 10"])
def test_an_amount_is_said_at_once(shop: World, line: str) -> None:
    assert "提到哪里" in shop.say("bob", line)


def test_all_of_it_by_one_tap_and_the_last_account_by_another(shop: World) -> None:
    code = request(shop)
    shop.say("bob", f"取消提现 {code}")
    shown = shop.say("bob", "提现 全部")
    assert "提现：¥30.00\n收款：微信 b****ay（上次的账号）\n姓名：鲍勃" in shown
    assert taps(shown) == ["确认提现", "换账号"]
    assert "已提交" in shop.say("bob", "确认提现")


def test_another_account(shop: World) -> None:
    shop.say("bob", f"取消提现 {request(shop)}")
    shop.say("bob", "提现 全部")
    assert "提到哪里" in shop.say("bob", "换账号")
    assert "微信 或 支付宝" in shop.say("bob", "银行卡")
    assert "支付宝账号" in shop.say("bob", "支付宝")
    assert "不像支付宝账号" in shop.say("bob", "bob")
    shop.say("bob", "bob@example.com")
    assert "收款：支付宝 bob****.com" in shop.say("bob", "鲍勃")
    assert "提到哪里" in shop.say("bob", "重填")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("提现 0.5", "单笔最少提 ¥1.00，你可提现 ¥30.00。请换个金额。"),
        ("提现 30.01", "你可提现 ¥30.00，不够 ¥30.01，还差 ¥0.01。请换个金额。"),
        ("提现 1.234", "「1.234」不是金额"),
        ("提现 -5", "「-5」不是金额"),
        ("提现 一百", "「一百」不是金额"),
        ("提现 <a href='x'>", "这不是金额。"),
    ],
)
def test_a_wrong_amount_is_refused_and_asked_again(shop: World, line: str, said: str) -> None:
    shown = shop.say("bob", line)
    assert said in shown
    assert "提多少？" in shown
    assert "提到哪里" in shop.say("bob", "5")


def test_the_most_of_one_withdrawal(shop: World) -> None:
    shop.set(withdraw_max="20")
    assert "单笔最多提 ¥20.00" in shop.say("bob", "提现 25")
    assert "单笔 ¥1.00–¥20.00" in shop.say("bob", "提现")
    shop.say("bob", "全部")
    assert "提到哪里" in shop.say("bob", "继续")
    assert shop.talks["bob"].memory["amount"] == "2000"


def test_nothing_below_the_minimum(shop: World) -> None:
    shop.set(withdraw_min="42.40")
    assert shop.say("bob", "提现") == "单笔最少提 ¥42.40，你可提现 ¥30.00，还差 ¥12.40。"


def test_nothing_there_yet(world: World) -> None:
    world.promoter("bob")
    assert world.say("bob", "提现") == "现在没有可提现的钱。有客户成交后再来看看。"
    world.buys("carol", "1", 10_000, code=world.code("bob"))
    assert world.say("bob", "提现 10") == "现在没有可提现的钱。待结算 ¥30.00，到期后就能提。"


def test_one_at_a_time(shop: World) -> None:
    code = request(shop, "10")
    shown = shop.say("bob", "提现 5")
    assert f"单号 {code}，¥10.00，待审核。办完再提下一笔。" in shown
    assert taps(shown) == [f"取消提现 {code}"]


def test_a_frozen_promoter_is_told_whom_to_ask(shop: World) -> None:
    shop.freeze("bob")
    assert shop.say("bob", "提现 10") == "你的推广员资格被冻结了，暂时不能提现，钱还在账上。请联系商家。"


def test_frozen_while_he_types(shop: World) -> None:
    for line in ("提现 10", "微信", "bob_pay", "鲍勃"):
        shop.say("bob", line)
    shop.freeze("bob")
    assert "被冻结了" in shop.say("bob", "确认提现")
    assert shop.by("bob").withdrawals.mine(5) == ()


def test_gone_while_he_types(shop: World) -> None:
    for line in ("提现 30", "微信", "bob_pay", "鲍勃"):
        shop.say("bob", line)
    shop.refunds("1", 5000)
    assert "你可提现 ¥15.00，不够 ¥30.00" in shop.say("bob", "确认提现")


def test_history_and_cancelling(shop: World) -> None:
    assert "还没有提现记录" in shop.say("bob", "提现记录")
    assert read(shop.say("bob", "取消提现")) == "没有可以取消的提现。\n看提现记录"
    code = request(shop, "10")
    shown = shop.say("bob", "提现记录")
    assert read(shown) == f"提现记录\n1. 03-10 10:00 ¥10.00 待审核 · 单号 {code}"
    assert taps(shown) == [f"提现记录 {code}"]
    assert read(shop.say("bob", "1")) == (
        f"提现 {code}\n金额：¥10.00 · 待审核\n收款：微信 b****ay\n提交：03-10 10:00\n"
        "商家审核、打款后会在这里告诉你。\n\n取消这一笔\n返回提现记录"
    )
    assert f"要取消提现 {code}（¥10.00，待审核）吗？" in shop.say("bob", "取消提现")
    assert f"提现 {code}（¥10.00）已取消，钱已退回可提现。" in shop.say("bob", f"取消提现 {code.lower()}")
    assert f"提现 {code} 现在是「已取消」" in shop.say("bob", f"取消提现 {code}")
    assert "没有单号为「ZZZZZZ」的提现" in shop.say("bob", "取消提现 zzzzzz")


def test_nobody_cancels_anothers(shop: World) -> None:
    code = request(shop)
    shop.promoter("mallory")
    assert f"没有单号为「{code}」的提现" in shop.say("mallory", f"取消提现 {code}")
    assert f"没有单号为「{code}」的提现" in shop.say("mallory", f"提现记录 {code}")
    assert shop.by("bob").withdrawals.mine(1)[0].state is State.REQUESTED


def test_what_became_of_it(shop: World) -> None:
    first = request(shop, "10")
    shop.by("老板").withdrawals.reject(shop.by("老板").withdrawals.propose_reject(first, "账号<b>不对").code)
    assert "已驳回" in shop.say("bob", "提现记录")
    shown = shop.say("bob", "1")
    assert "驳回：03-10 10:00\n原因：账号不对\n钱已退回账上。" in shown
    assert taps(shown) == ["提现记录"]
    second = request(shop, "10")
    shop.by("老板").withdrawals.approve(second)
    in_hand = shop.by("老板").withdrawals.take_in_hand(second)
    assert "打款中" in shop.say("bob", "提现记录")
    shown = shop.say("bob", "1")
    assert "正在打款，到账后会在这里告诉你。" in shown
    assert taps(shown) == ["提现记录"]
    shop.by("老板").withdrawals.mark_paid(in_hand.code, "PAY20260310")
    assert "¥10.00 已打款" in shop.say("bob", "提现记录")
    assert "打款：03-10 10:00\n凭证：PAY20260310\n" in shop.say("bob", "1")


def test_a_line_tapped_after_the_conversation_was_lost(shop: World) -> None:
    for line in ("提现 30", "微信", "bob_pay", "鲍勃"):
        shop.say("bob", line)
    shop.talks.clear()
    assert "已经过时" in shop.say("bob", "确认提现")
    assert shop.by("bob").withdrawals.mine(5) == ()


def test_a_command_parks_it_and_it_is_carried_on(shop: World) -> None:
    for line in ("提现 30", "微信"):
        shop.say("bob", line)
    assert "刚才的提现还没填完" in shop.say("bob", "我的收益")
    assert "微信号" in shop.say("bob", "继续")
    shop.say("bob", "bob_pay")
    assert "实名" in shop.say("bob", "继续")
    assert "2–20 个字" in shop.say("bob", "鲍")
    shop.say("bob", "鲍勃")
    assert "请核对" in shop.say("bob", "嗯")
    assert "刚才的提现不继续了" in shop.say("bob", "取消")
    assert "一次" in shop.say("bob", "确认提现")


def sends_picture(world: World) -> None:
    """bob sent a 收款码 to WeChat's account, and the worker found it good."""
    world.later(seconds=1)
    world.by("bob").withdrawals.picture_judged(Channel.WECHAT, "AAECAwQF", "")


def test_a_picture_instead_of_an_account(shop: World) -> None:
    for line in ("提现 30", "微信"):
        shop.say("bob", line)
    assert shop.send("bob", Kind.IMAGE) == "收款码收到了，正在查看，看好了马上告诉你，请稍等。"
    sends_picture(shop)
    shown = shop.say("bob", "提现 30")
    assert read(shown) == "请核对：\n提现：¥30.00\n收款：微信收款码\n确认提现\n换个账号"
    assert "已提交" in shop.say("bob", "确认提现")
    (row,) = shop.by("bob").withdrawals.mine(5)
    assert row.by_picture


def test_a_picture_that_nobody_asked_for_is_none_for_a_payout(shop: World) -> None:
    shop.say("bob", "提现 30")
    assert "收款码" not in shop.send("bob", Kind.IMAGE)


def test_who_lost_his_role_meanwhile_is_told_so(shop: World) -> None:
    shop.talks["carol"] = Talk("withdraw.account", {"amount": "100", "channel": "wechat"})
    assert "收款码收到" not in shop.send("carol", Kind.IMAGE)


def test_a_picture_for_2000_needs_the_name(shop: World) -> None:
    shop.earned("bob", 300_000, number="2")
    sends_picture(shop)
    assert "实名" in shop.say("bob", "提现 2000")
    assert "2–20" in shop.say("bob", "李")
    assert "收款：微信收款码\n姓名：鲍勃" in shop.say("bob", "鲍勃")
    assert "已提交" in shop.say("bob", "确认提现")


def test_a_picture_that_was_changed_meanwhile_is_not_paid_through(shop: World) -> None:
    sends_picture(shop)
    shop.say("bob", "提现 30")
    shop.later(seconds=1)
    shop.by("bob").withdrawals.picture_judged(Channel.WECHAT, "BBBB", "")
    assert "换掉" in shop.say("bob", "确认提现")
