"""A shop that settles outside, from the switch to the notice, and the merchant's list of all of it."""

from __future__ import annotations

from tests.stories.world import Person, World


def owed(world: World) -> tuple[Person, Person]:
    """bob has ¥30.00 and his upline alice ¥10.00, since 11 March; dave's ¥30.00 is pending."""
    for name, inviter in (("alice", ""), ("bob", "alice"), ("dave", "")):
        world.joins(name, invited_by=inviter)
    carol, erin = world.person("carol"), world.person("erin")
    carol.scans_poster_of("bob")
    number = carol.pays()
    world.settles(number)
    world.later(days=9)
    erin.scans_poster_of("dave")
    erin.pays()
    return world.person("bob"), world.person("老板")


def test_a_period_is_settled_outside_and_booked(world: World) -> None:
    bob, boss = owed(world)
    boss.says("设置 打款方式 线下结算")
    assert "待线下结算 ¥30.00" in bob.says("收益")
    assert bob.says("提现").startswith("本店线下结算，请与商家核对。你的待线下结算 ¥30.00。")
    world.later(days=1)
    shown = boss.says("线下结算")
    assert "2 人，共 ¥40.00" in shown
    assert "¥30.00" in shown
    prompt = boss.taps("登记结算")
    assert "凭证：用系统单号" in prompt
    code = prompt.partition("确认登记（")[2][:6]
    booked = boss.taps(f"确认登记（{code}）")
    assert "2 人，共 ¥40.00，每人会收到通知" in booked
    assert "已打款 ¥30.00" in bob.says("收益")
    assert "¥30.00 线下结算 · 单号" in bob.says("提现记录")
    assert boss.says("线下结算").startswith("到 ")  # nothing is left, and no day is booked twice
    boss.says("设置 打款方式 线上提现")
    assert "现在没有可提现的钱" in bob.says("提现")
    world.audited()


def test_the_list_of_everything_leads_to_each_thing(world: World) -> None:
    bob, boss = owed(world)
    world.later(minutes=1)
    code = bob.asks_for("20")
    shown = boss.says("推广明细")
    for line in (
        "bob 提现 ¥20.00 待审核",
        "dave 佣金 ¥30.00 待结算",
        "bob 佣金 ¥30.00 已结算",
        "alice 邀请奖励 ¥10.00 已结算",
    ):
        assert line in shown
    assert f"提现 {code}" in boss.says("1")
    only = boss.says(f"推广明细 {world.code('bob')} 可提现")
    assert "佣金 ¥30.00 已结算" in only
    assert "提现 ¥20.00" not in only
    assert "一级" in boss.says("1")
    boss.says(f"推广员 {world.code('alice')}")
    assert "的下级（1 人）" in boss.taps("他的下级")
    world.audited()
