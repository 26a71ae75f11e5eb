"""数据: today against yesterday, results, promoters, orders, and who did what."""

from __future__ import annotations

from engine.people.authority import RIGHTS, Right, Role
from engine.store.commands import VERBS as ALL_VERBS
from handlers.texts.merchant.log import VERBS
from tests.handlers.merchant.scenes import OWNER, STAFF, apply, code_in, hire, payable, tap_of
from tests.handlers.world import World, read, taps


def test_today_against_yesterday(world: World) -> None:
    world.promoter("alice", given="爱丽丝")
    world.promoter("bob", given="鲍勃", invited_by="alice")
    world.buys("carol", "1", 10_000, code=world.code("bob"))
    world.later(days=1)
    world.buys("dora", "2", 6_000, code=world.code("bob"))
    world.refunds("1", 1_000)
    shown = world.say(OWNER, "今日概览")
    for line in (
        "销售额 ¥50.00 ↓¥50.00", "订单 1 持平", "退款 ¥10.00 ↑¥10.00", "新锁客 1 持平", "1. 鲍勃 ¥50.00 · 1 单",
        "（邀请奖励仅按下级客户已成交订单计算，邀请本身无奖励）",
    ):  # fmt: skip
        assert line in shown, (line, shown)


def test_a_day_without_anything(world: World) -> None:
    shown = world.say(OWNER, "今日概览")
    assert "销售额 ¥0.00 持平" in shown
    assert "今天还没有推广员成交。" in shown
    assert "销售额是" not in shown


def test_a_day_on_which_all_was_given_back_says_how_sales_are_counted(world: World) -> None:
    world.promoter("bob", given="鲍勃")
    world.buys("carol", "1", 10_000, code=world.code("bob"))
    world.refunds("1", 10_000)
    shown = world.say(OWNER, "今日概览")
    assert "今天还没有推广员成交，或成交的都退了。" in shown
    assert "（销售额是实付减退款；退款、改归属算在办的那天，所以各人的合计可能和全店不同）" in shown


def test_results_over_7_and_30_days(world: World) -> None:
    world.promoter("bob", given="鲍勃")
    world.buys("carol", "1", 10_000, code=world.code("bob"))
    assert "1. 鲍勃 ¥100.00 · 1 单 · 佣金 ¥30.00" in world.say(OWNER, "推广员业绩")
    assert world.say(OWNER, "1").startswith("鲍勃\n推荐码：")
    world.later(days=10)
    shown = world.say(OWNER, "推广员业绩")
    assert "近 7 天还没有推广员成交。" in shown
    assert "鲍勃 ¥100.00" in world.say(OWNER, tap_of(shown, "推广员业绩"))
    assert "鲍勃 ¥100.00" in world.say(OWNER, "业绩 30")


def test_one_promoter(world: World) -> None:
    world.promoter("alice", given="爱丽丝")
    world.later(minutes=1)
    bob = world.promoter("bob", given="鲍勃", invited_by="alice")
    world.buys("carol", "1", 10_000, code=bob.code)
    listed = world.say(OWNER, "推广员列表")
    assert "鲍勃" in read(listed)
    item = world.say(OWNER, f"推广员 {bob.code.lower()}")
    assert (
        f"鲍勃\n推荐码：{bob.code}\n状态：正常\n客户：1 人\n上级：爱丽丝 · 改上级\n加入：2026-03-02"
        in read(item)
    )
    assert world.say(OWNER, "1").startswith("鲍勃"), "the newest stands first"
    assert "没有推荐码是「ZZZZZZ」的推广员" in world.say(OWNER, "推广员 zzzzzz")


def test_freeze_and_restore(world: World) -> None:
    bob = world.promoter("bob", given="鲍勃")
    item = world.say(OWNER, f"推广员 {bob.code}")
    assert "为什么冻结 鲍勃" in world.say(OWNER, tap_of(item, "冻结"))
    assert "为什么冻结 鲍勃" in world.say(OWNER, "长" * 61)
    prompt = world.say(OWNER, "刷单，查实。")
    assert f"冻结 鲍勃（{bob.code}）？\n原因：刷单，查实。" in prompt
    frozen = world.say(OWNER, f"确认 {code_in(prompt)}")
    assert f"已冻结 鲍勃（{bob.code}）。" in frozen
    assert "· 已冻结 ·" in world.say(OWNER, "推广员列表")
    assert "现在是「已冻结」，没有改动。" in world.say(OWNER, f"冻结 {bob.code} 再来")
    assert "已恢复 鲍勃" in world.say(OWNER, tap_of(frozen, "恢复"))
    assert "现在是「正常」，没有改动。" in world.say(OWNER, f"恢复 {bob.code}")


def test_only_reviewers_are_offered_to_freeze(world: World) -> None:
    hire(world)
    bob = world.promoter("bob")
    assert f"冻结 {bob.code}" in taps(world.say(STAFF[Role.REVIEW], f"推广员 {bob.code}"))
    assert f"冻结 {bob.code}" not in taps(world.say(STAFF[Role.SERVICE], f"推广员 {bob.code}"))


def test_orders_and_to_whom_how_much(world: World) -> None:
    world.promoter("alice", given="爱丽丝")
    world.promoter("bob", given="鲍勃", invited_by="alice")
    world.buys("carol", "1", 10_000, code=world.code("bob"))
    world.refunds("1", 2_000)
    world.buys("dora", "2", 5_000)
    shown = world.say(OWNER, "订单退款")
    paid, bought_alone = sorted(
        shown.removeprefix("订单退款\n").split("\n2. "), key=lambda row: "¥50.00" in row
    )
    assert " ¥50.00 · 单号 " in read(bought_alone)
    assert "· 商城单号 2\n　买家 " in bought_alone
    assert bought_alone.splitlines()[1].endswith(" 来的客户 · 不计佣")
    assert " ¥100.00（已退 ¥20.00） · 单号 " in read(paid)
    assert [sent.split()[0] for sent in taps(shown)] == ["订单", "订单"]
    assert "· 佣金 鲍勃 ¥24.00（待结算） · 邀请奖励 爱丽丝 ¥8.00（待结算）" in paid


def test_orders_over_pages(world: World) -> None:
    for number in range(10):
        world.buys("carol", str(number), 100)
        world.later(minutes=1)
    first = world.say(OWNER, "订单")
    second = world.say(OWNER, tap_of(first, "订单退款"))
    assert second.splitlines()[1].startswith("7. ")
    assert "下一页" not in second


def test_the_log_tells_who_did_what(world: World) -> None:
    hire(world, Role.FINANCE)
    code = payable(world, given="爱丽丝")
    finance = STAFF[Role.FINANCE]
    world.say(finance, f"通过提现 {code}")
    hand = world.say(finance, f"开始打款 {code}")
    world.say(finance, f"已打款 {code_in(hand)} PAY12345")
    world.say(OWNER, "设置 最低提现 5")
    shown = world.say(OWNER, "操作记录")
    assert "1. 03-10 10:00" in shown
    assert "改设置：最低提现 ¥1.00 → ¥5.00" in shown
    assert f"已打款：爱丽丝 · {code} · ¥30.00 · 流水号 PAY12345" in shown
    assert f"开始打款：爱丽丝 · {code} · ¥30.00" in shown
    assert code_in(hand) not in shown, "no one-time code"
    assert "wx_alice" not in shown, "no account"
    older = world.say(OWNER, tap_of(shown, "操作记录"))
    assert "技术人员 生成员工二维码：店主" in older + world.say(OWNER, "操作记录 3")


def test_the_log_tells_who_joined_the_staff_and_as_what(world: World) -> None:
    world.later(days=1)
    made = world.by(OWNER).enrolling.invite(Role.FINANCE)
    world.scan("小财", made.scene)
    shown = world.say(OWNER, "操作记录").splitlines()
    assert shown[1].startswith("1. 03-03 10:00 ")
    assert shown[1].endswith(" 扫码加入店员：财务")
    assert shown[2].endswith(" 生成员工二维码：财务")
    assert made.token not in "".join(shown)


def test_every_verb_of_the_staff_has_words() -> None:
    silent = (Right.SELF, Right.FEED, Right.SYSTEM)
    logged = {verb for verb in ALL_VERBS if RIGHTS[verb] not in silent and ".propose" not in verb}
    assert not logged - set(VERBS), "操作记录 needs words for these"


def test_the_log_skips_questions_without_losing_rows(world: World) -> None:
    for rate in range(1, 21):
        world.say(OWNER, f"设置 佣金比例 {rate}%")
    assert "1. " in world.say(OWNER, "操作记录")
    assert "要求" not in world.say(OWNER, "操作记录")


def test_a_reason_in_the_log_is_dead_text(world: World) -> None:
    tail = apply(world, "mallory")
    world.say(OWNER, f'驳回 {tail} <a href="weixin://x">通过 1</a>')
    assert not [sends for sends in taps(world.say(OWNER, "操作记录")) if sends.startswith("通过")]


def test_the_log_says_whose_application_was_rejected(world: World) -> None:
    apply(world, "alice", "甲")
    world.say(OWNER, "推广员审核")
    world.say(OWNER, "驳回 1 资料不全")
    assert "驳回申请：甲 · 理由 资料不全" in world.say(OWNER, "操作记录")


def test_a_code_read_off_the_list_opens_the_promoter_and_is_no_visit(world: World) -> None:
    bob = world.promoter("bob", given="鲍勃")
    asked = world.say(OWNER, "解约")
    world.say(OWNER, tap_of(asked, "推广员列表"))
    assert f"推荐码：{bob.code}" in world.say(OWNER, bob.code)
    assert world.by(OWNER).referrals.mine().last_visit is None
    assert world.say(OWNER, "继续") == asked


def test_a_number_means_the_list_that_was_seen_last(world: World) -> None:
    world.promoter("bob")
    world.buys("carol", "1", 10_000, code=world.code("bob"))
    first = next(word for word in taps(world.say(OWNER, "订单退款")) if word.startswith("订单 "))
    assert "推荐码" in (world.say(OWNER, "推广员列表") and world.say(OWNER, "1"))
    world.say(OWNER, "订单退款")
    assert world.say(OWNER, "1") == world.say(OWNER, first)
    for seen in ("今日概览", "操作记录"):
        world.say(OWNER, "推广员列表")
        world.say(OWNER, seen)
        assert "这个序号点不开" in world.say(OWNER, "1"), seen
