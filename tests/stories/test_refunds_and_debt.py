"""退款 before and after the money is bob's, and what he owes then. ¥100.00 is ¥30.00 for bob and ¥10.00 for alice."""

from __future__ import annotations

import pytest

from tests.stories.world import Person, World, caught


@pytest.fixture
def bob(world: World) -> Person:
    """alice's downline."""
    world.joins("alice")
    return world.joins("bob", invited_by="alice")


@pytest.fixture
def carol(world: World, bob: Person) -> Person:
    """bob's customer."""
    someone = world.person("carol")
    someone.scans_poster_of("bob")
    return someone


@pytest.fixture
def paid(world: World, carol: Person) -> str:
    """An order whose ¥30.00 bob may withdraw."""
    number = carol.pays()
    world.settles(number)
    return number


def refund(world: World, number: str, yuan: int) -> None:
    """A refund of so many yuan."""
    world.shop_tells(number, "refunded", amount=yuan * 100)


def is_paid(world: World, code: str) -> None:
    """The owner approves and pays a withdrawal by hand."""
    owner = world.person("老板")
    owner.says(f"通过提现 {code}")
    once = caught(r"已打款 (\w{6}) 流水号", owner.says(f"开始打款 {code}"))
    assert "已记录打款" in owner.says(f"已打款 {once} 2026030900001")
    world.work()


# -- before maturity --------------------------------------------------------------------------------


def test_before_maturity_a_part_and_then_the_rest(world: World, bob: Person, carol: Person) -> None:
    alice, number = world.person("alice"), carol.pays()
    refund(world, number, 50)
    assert (bob.purse(), alice.purse()) == ({"待结算": "¥15.00"}, {"待结算": "¥5.00"})
    assert "实付 ¥100.00，已退 ¥50.00" in carol.says("我的订单")
    refund(world, number, 50)
    assert (bob.purse(), alice.purse()) == ({}, {})
    assert "已退款" in bob.says("推广订单")
    world.audited()


def test_a_wholly_refunded_first_order_gives_the_lock_back(world: World, bob: Person, carol: Person) -> None:
    number = carol.pays()
    assert carol.says("我的推荐人") == "你的推荐人是 bob（长期有效）。"
    world.later(days=8)
    refund(world, number, 100)
    assert carol.says("我的推荐人").startswith("你还没有固定的推荐人。")
    carol.pays()
    assert bob.purse() == {}
    world.audited()


def test_a_refund_that_names_its_line_takes_that_line_s_commission(
    world: World, bob: Person, carol: Person
) -> None:
    number = carol.pays({"sku": "SKU1"}, {"sku": "SKU2", "paid": 645})
    world.shop_tells(number, "refunded", id="r1", amount=645, lines=[{"line": 2, "amount": 645}])
    assert bob.purse() == {"待结算": "¥30.00"}
    world.audited()


def test_a_cancelled_order_is_a_refund_of_all_that_is_left(world: World, bob: Person, carol: Person) -> None:
    number = carol.pays()
    refund(world, number, 30)
    world.shop_tells(number, "cancelled")
    assert bob.purse() == {}
    world.audited()


def test_a_refund_of_more_than_was_paid_is_capped_and_shown_to_the_owner(
    world: World, bob: Person, carol: Person
) -> None:
    number = carol.pays()
    refund(world, number, 130)
    assert bob.purse() == {}
    assert "退款超过实付的订单 1（待核对）" in world.person("老板").says("待办")
    world.audited()


# -- after maturity ---------------------------------------------------------------------------------


def test_after_maturity_it_is_taken_from_what_he_may_withdraw(world: World, bob: Person, paid: str) -> None:
    assert bob.purse() == {"可提现": "¥30.00"}
    refund(world, paid, 40)
    assert bob.purse() == {"可提现": "¥18.00"}
    refund(world, paid, 60)
    assert bob.purse() == {}
    world.audited()


def test_after_the_withdrawal_it_is_a_debt_that_later_commission_repays_first(
    world: World, bob: Person, carol: Person, paid: str
) -> None:
    is_paid(world, bob.asks_for("30"))
    assert bob.purse() == {"已打款": "¥30.00"}
    refund(world, paid, 100)
    assert bob.purse() == {"已打款": "¥30.00", "待追回": "¥30.00"}
    assert "待追回 ¥30.00（退款扣回，先从以后的收益里抵扣）" in bob.says("我的收益")
    assert bob.says("提现") == "现在没有可提现的钱。待追回 ¥30.00，会先从以后的收益里抵扣。"

    carol.scans_poster_of("bob")
    world.settles(carol.pays({"sku": "SKU1", "paid": 4_000}))
    assert bob.purse() == {"已打款": "¥30.00", "待追回": "¥18.00"}  # 12.00 came
    world.settles(carol.pays())
    assert bob.purse() == {"可提现": "¥12.00", "已打款": "¥30.00"}  # 30.00 came
    world.audited()


def test_a_part_is_available_and_the_rest_becomes_debt(world: World, bob: Person, paid: str) -> None:
    is_paid(world, bob.asks_for("20"))
    refund(world, paid, 100)
    assert bob.purse() == {"已打款": "¥20.00", "待追回": "¥20.00"}
    assert world.person("alice").purse() == {}
    world.audited()


# -- while a withdrawal is open -------------------------------------------------------------------------


def test_a_clawback_while_a_withdrawal_is_open_stands_in_the_approval_line_and_rejecting_repays_it(
    world: World, bob: Person, paid: str
) -> None:
    owner, code = world.person("老板"), bob.asks_for("30")
    refund(world, paid, 100)
    assert bob.purse() == {"提现中": "¥30.00", "待追回": "¥30.00"}
    assert "bob ¥30.00 03-09 10:00 · 另欠 ¥30.00" in owner.says("提现审核")
    item = owner.says("1")
    assert "另欠 ¥30.00（退款扣回）。" in item
    assert "\n通过\n" not in item
    assert "不能通过或打款" in owner.says(f"通过提现 {code}")
    prompt = owner.says(f"驳回提现 {code} 客户退款")
    assert "退回的钱先抵欠款 ¥30.00" in prompt
    assert owner.taps(prompt.splitlines()[-2]).startswith(f"已驳回提现 {code}：bob ¥30.00")
    assert bob.purse() == {}
    world.work()
    assert "被驳回。原因：客户退款\n" in bob.told()
    world.audited()


def test_a_promoter_who_takes_his_request_back_repays_as_well(world: World, bob: Person, paid: str) -> None:
    code = bob.asks_for("25")
    refund(world, paid, 50)  # 15.00: 5.00 from what is available, 10.00 owed
    assert bob.purse() == {"提现中": "¥25.00", "待追回": "¥10.00"}
    said = bob.taps("取消这一笔")
    assert said.startswith(f"提现 {code}（¥25.00）已取消")
    assert bob.purse() == {"可提现": "¥15.00"}
    world.audited()


def test_an_approved_one_is_not_begun_while_he_owes(world: World, bob: Person, paid: str) -> None:
    owner, code = world.person("老板"), bob.asks_for("30")
    owner.says(f"通过提现 {code}")
    refund(world, paid, 10)
    assert "另欠 ¥3.00" in owner.says("待打款")
    assert "不能通过或打款" in owner.says(f"开始打款 {code}")
    prompt = owner.says(f"驳回提现 {code} 客户退款")
    owner.taps(prompt.splitlines()[-2])
    assert bob.purse() == {"可提现": "¥27.00"}
    world.audited()


def test_what_is_paid_already_is_marked_paid_whatever_he_owes(world: World, bob: Person, paid: str) -> None:
    owner, code = world.person("老板"), bob.asks_for("30")
    owner.says(f"通过提现 {code}")
    once = caught(r"已打款 (\w{6}) 流水号", owner.says(f"开始打款 {code}"))
    refund(world, paid, 100)
    assert owner.says(f"已打款 {once} 2026030900001").startswith("已记录打款：bob ¥30.00")
    assert bob.purse() == {"已打款": "¥30.00", "待追回": "¥30.00"}
    world.audited()


# -- refusals with figures ----------------------------------------------------------------------------


def test_below_the_minimum_he_hears_how_much_is_missing(world: World, bob: Person, carol: Person) -> None:
    world.set("withdraw_min", "50")
    world.settles(carol.pays({"sku": "SKU1", "paid": 12_534}))  # 37.602
    assert bob.purse() == {"可提现": "¥37.60"}
    assert bob.says("提现") == "单笔最少提 ¥50.00，你可提现 ¥37.60，还差 ¥12.40。"
    world.audited()


def test_every_other_refusal_says_why_and_how_much(world: World, bob: Person, paid: str) -> None:
    assert bob.says("提现 50").startswith("你可提现 ¥30.00，不够 ¥50.00，还差 ¥20.00。")
    assert bob.says("提现 0.5").startswith("单笔最少提 ¥1.00")
    assert bob.says("提现 -5").startswith("「-5」不是金额。")
    assert bob.says("提现 1.234").startswith("「1.234」不是金额。")
    assert bob.says("提现 三十").startswith("「三十」不是金额。请回复数字，最多两位小数，例如 12.30。")
    world.set("withdraw_max", "20")
    assert bob.says("提现 30").startswith("单笔最多提 ¥20.00，请分几次提。")
    assert bob.purse() == {"可提现": "¥30.00"}
    world.audited()


@pytest.mark.parametrize(
    "typed", ["提现 12.5", "提现１２．５元", "提现 ¥12.50", "申请提现 12.5块", " 提现  12.50 元 "]
)
def test_an_amount_is_understood_however_it_is_typed(
    world: World, bob: Person, paid: str, typed: str
) -> None:
    assert bob.says(typed).startswith("提到哪里？")
    bob.says("支付宝")
    bob.says("bob@example.com")
    assert "提现：¥12.50\n收款：支付宝 bob****.com" in bob.says("鲍勃")
    bob.taps("确认提现")
    assert bob.purse() == {"可提现": "¥17.50", "提现中": "¥12.50"}
    world.audited()


def test_the_account_is_checked_before_anything_is_asked_for(world: World, bob: Person, paid: str) -> None:
    bob.says("提现 30")
    assert bob.says("银行卡").startswith("请回复 微信 或 支付宝。")
    bob.says("微信")
    assert bob.says("1").startswith("这不像微信号。")
    bob.says("bob_wx_99")
    assert bob.says("鲍").startswith("收款人姓名要有 2–20 个字")
    assert bob.says("取消") == "好的，刚才的提现不继续了，没有提交任何内容。"
    assert bob.purse() == {"可提现": "¥30.00"}
    assert bob.says("提现记录").startswith("还没有提现记录。")
    world.audited()


def test_the_second_withdrawal_needs_one_tap_and_may_go_elsewhere(
    world: World, bob: Person, paid: str
) -> None:
    is_paid(world, bob.asks_for("10", "bob_wx_99", "鲍勃"))
    assert "收款：微信 bob****x_99（上次的账号）\n姓名：鲍勃" in bob.says("提现 5")
    assert bob.taps("换个账号").startswith("提到哪里？")
    bob.taps("支付宝")
    bob.says("13800138000")
    assert "收款：支付宝 138****8000" in bob.says("鲍勃")
    bob.taps("确认提现")
    assert bob.purse() == {"可提现": "¥15.00", "提现中": "¥5.00", "已打款": "¥10.00"}
    world.audited()
