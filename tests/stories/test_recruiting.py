"""招募: the first day of a shop, the agreement, who invited whom, closing and opening, and every way in."""

from __future__ import annotations

import pytest

from tests.stories.world import Person, World

# -- the first day ----------------------------------------------------------------------------------


def test_an_owner_opens_his_shop_by_words_alone(bare_world: World) -> None:
    world, owner = bare_world, bare_world.person("老板")
    carol = world.follower("carol")
    assert "申请推广员" not in carol.menu()
    assert carol.says("申请推广员") == "本店的推广暂时停着，恢复后再来。"

    refused = owner.says("设置 推广计划 开")
    assert refused.startswith("推广计划还不能开启：\n还没有佣金比例")
    assert "还没有推广产品" in refused
    prompt = owner.says("设置 佣金比例 30%")
    assert "原来：未设置" in prompt
    assert "佣金比例：未设置 → 30%，已生效。" in owner.taps(prompt.splitlines()[-2])
    refused = owner.says("设置 推广计划 开")
    assert "还没有佣金比例" not in refused
    assert owner.says("商品 加 SKU1 护手霜 100 实物").startswith("已加商品 护手霜，正在推广。")
    assert "推广计划：关 → 开，已生效。" in owner.says("设置 推广计划 开")
    world.work()
    assert "申请推广员" in carol.menu()

    # Two levels count as off until the owner has typed what he has to know. A minute later, because 操作记录 shows
    # eight rows, and those of one instant in no order that a person could foretell.
    world.later(minutes=1)
    alice = world.joins("alice")
    assert not {"邀请推广员", "我的下级"} & set(alice.menu())
    assert alice.says("邀请推广员").startswith("没听懂这句话。")
    assert "请原样回复：我已了解二级风险" in owner.says("设置 二级分销 开")
    assert owner.says("好的").startswith("还没有开启。")
    assert owner.says("我已了解二级风险").startswith("二级分销已开启，你的确认已记录。")
    prompt = owner.says("设置 邀请奖励比例 10")
    owner.taps(prompt.splitlines()[-2])
    world.work()
    assert {"邀请推广员", "我的下级"} <= set(alice.menu())

    bob = world.joins("bob", invited_by="alice")
    carol.scans_poster_of("bob")
    carol.pays()
    assert bob.purse() == {"待结算": "¥30.00"}
    assert alice.purse() == {"待结算": "¥10.00"}
    assert "确认了二级风险" in owner.says("操作记录")
    world.audited()


def test_an_order_before_the_programme_was_on_is_never_paid_afterwards(bare_world: World) -> None:
    world, owner = bare_world, bare_world.person("老板")
    carol = world.follower("carol")
    carol.pays()
    owner.taps(owner.says("设置 佣金比例 30%").splitlines()[-2])
    owner.says("商品 加 SKU1 护手霜 100 实物")
    owner.says("设置 推广计划 开")
    assert "不计佣" in owner.says("订单退款")
    world.audited()


# -- the agreement and the form -----------------------------------------------------------------------


def test_a_long_agreement_is_read_page_by_page_and_accepted_on_the_last(world: World) -> None:
    owner, dave = world.person("老板"), world.follower("dave")
    sentence = "本协议说明推广员的权利和义务，请仔细阅读。"
    owner.says("设置 推广员协议 改")
    assert owner.says(sentence * 60).startswith("推广员协议已更新。")
    assert dave.says("申请推广员").startswith("推广员协议（1/3）\n本协议")
    assert dave.says("同意").startswith("还没看完，先看下一页。\n推广员协议（1/3）")
    assert dave.taps("下一页").startswith("推广员协议（2/3）")
    last = dave.taps("下一页")
    assert last.startswith("推广员协议（3/3）")
    assert "下一页" not in last
    assert dave.taps("同意").startswith("怎么称呼你？")


def test_an_agreement_that_changed_while_he_filled_the_form_is_shown_again_and_nothing_typed_is_lost(
    world: World,
) -> None:
    owner, dave = world.person("老板"), world.follower("dave")
    dave.says("申请推广员")
    dave.says("同意")
    dave.says("dave")
    dave.says("13900139001")
    owner.says("设置 推广员协议 改")
    owner.says("新的协议：免费加入，无需购买。")
    again = dave.taps("确认提交")
    assert again.startswith("协议刚刚改过，请看一遍新的。\n推广员协议\n新的协议：免费加入，无需购买。")
    assert owner.says("待办").startswith("现在没有待办。")
    assert dave.taps("同意").startswith("请核对：\n称呼：dave\n手机号：139 0013 9001")
    assert dave.taps("确认提交").startswith("申请交上去了")
    assert owner.says("待办").endswith("1. 推广员申请 1")


def test_words_that_get_an_account_banned_are_refused_with_the_rule(world: World) -> None:
    owner = world.person("老板")
    owner.says("设置 招募说明 改")
    refused = owner.says("关注领红包，躺赚不停")
    assert "不能用：微信规定" in refused
    assert "请改掉再发。" in refused
    assert owner.says("推荐好物，成交后按比例得佣金。").startswith("招募说明已更新。")
    assert "推荐好物，成交后按比例得佣金。" in world.follower("dave").says("招募说明")


def test_a_form_may_be_corrected_left_and_taken_up_again(world: World) -> None:
    dave = world.follower("dave")
    dave.says("申请推广员")
    dave.says("同意")
    assert dave.says("一二三四五六七八九十一二三四五六七八九十一").startswith("称呼要有 1–20 个字")
    dave.says("dvae")
    assert dave.says("12345").startswith("这不是手机号。")
    assert dave.says("我的推荐人").endswith("刚才的推广员申请还没填完，回复 继续 接着填。")
    assert dave.taps("继续").startswith("请回复你的手机号。")
    assert "称呼：dvae\n手机号：139 0013 9001" in dave.says("＋８６ 139-0013-9001")
    assert dave.taps("有错，重填").startswith("怎么称呼你？")
    dave.says("dave")
    dave.says("13900139001")
    assert dave.says("取消") == "好的，刚才的推广员申请不继续了，没有提交任何内容。"
    assert dave.says("申请进度").startswith("你还没有申请过推广员。")


# -- who invited whom -------------------------------------------------------------------------------


@pytest.fixture
def alice(world: World) -> Person:
    """Somebody who invites."""
    return world.joins("alice")


def test_the_approval_line_shows_the_inviter_beside_whose_customer_he_is(world: World, alice: Person) -> None:
    bob, carol = world.joins("bob"), world.person("carol")
    carol.scans_poster_of("bob")
    carol.pays()
    carol.scans_invitation_of("alice")
    world.applies(carol)
    owner = world.person("老板")
    listed = owner.says("推广员审核")
    assert "邀请人 alice" in listed
    item = owner.taps("carol")
    assert "邀请人：alice · 客户归属：bob" in item
    owner.taps("通过")
    # The lock stays a row: as long as self-purchase is off she buys as bob's customer.
    world.later(days=8)
    carol.pays()
    assert bob.purse() == {"待结算": "¥60.00"}
    dave = world.person("dave")
    dave.scans_poster_of("carol")
    dave.pays()
    assert carol.purse() == {"待结算": "¥30.00"}
    assert alice.purse() == {"待结算": "¥10.00"}
    world.audited()


def test_the_last_invitation_before_he_submits_counts_and_only_for_thirty_days(
    world: World, alice: Person
) -> None:
    world.joins("bob")
    dave = world.person("dave")
    dave.scans_invitation_of("alice")
    world.later(days=1)
    dave.scans_invitation_of("bob")
    dave.says("申请推广员")
    dave.says("同意")
    dave.says("dave")
    assert "邀请人：bob" in dave.says("13900139001")
    erin = world.person("erin")
    erin.scans_invitation_of("alice")
    world.later(days=30, minutes=1)
    erin.says("申请推广员")
    erin.says("同意")
    erin.says("erin")
    assert "邀请人" not in erin.says("13900139002")


def test_an_inviter_who_is_frozen_when_he_submits_gives_none(world: World, alice: Person) -> None:
    dave = world.person("dave")
    dave.scans_invitation_of("alice")
    world.freezes("alice")
    world.applies(dave)
    world.person("老板").says("推广员审核")
    assert "邀请人：无" in world.person("老板").taps("dave")
    assert "这个推荐码暂时不可用。" in world.person("erin").scans_invitation_of("alice")


def test_an_invitation_is_a_visit_as_well(world: World, alice: Person) -> None:
    dave = world.person("dave")
    dave.scans_invitation_of("alice")
    dave.pays()
    assert alice.purse() == {"待结算": "¥30.00"}
    assert dave.says("我的推荐人") == "你的推荐人是 alice（长期有效）。"
    world.audited()


def test_no_word_to_a_customer_promises_a_reward(world: World, alice: Person) -> None:
    dave = world.person("dave")
    heard = [dave.scans_invitation_of("alice"), dave.says("招募说明"), dave.says("帮助")]
    heard += [dave.scans_poster_of("alice"), dave.says("我的推荐人"), dave.says("申请推广员")]
    dave.pays()
    heard += [dave.says("我的订单"), dave.says("我的推荐人")]
    assert "奖励" not in "".join(heard).replace("邀请他人本身没有奖励", "")


# -- open and closed ----------------------------------------------------------------------------------


def test_while_recruiting_is_closed_nobody_gets_in_and_promoters_go_on(world: World, alice: Person) -> None:
    owner = world.person("老板")
    owner.says("设置 招募 关")
    world.work()
    dave = world.follower("dave")
    closed = "本店现在不招推广员，开放后欢迎再来。"
    assert dave.says("申请推广员") == closed
    assert dave.says("招募说明") == closed
    assert "申请推广员" not in dave.menu()
    assert "申请推广员" not in dave.scans_invitation_of("alice")
    dave.pays()
    assert alice.purse() == {"待结算": "¥30.00"}
    owner.says("设置 招募 开")
    world.work()
    assert "申请推广员" in dave.menu()
    assert dave.says("申请推广员").startswith("推广员协议")
    world.audited()


def test_who_is_one_already_need_not_apply(world: World, alice: Person) -> None:
    assert alice.says("申请推广员").startswith("你已经是推广员了。")
    assert alice.says("申请进度").startswith("你已经是青禾小店的推广员了，推荐码")
    world.freezes("alice")
    assert alice.says("申请推广员").startswith("你已经是推广员了。")


def test_a_new_name_stands_on_a_new_poster(world: World, alice: Person) -> None:
    alice.says("海报")
    world.work()
    assert alice.says("改名 王姐").startswith("好的，海报上会写「王姐」。")
    assert alice.taps("重新拿海报") == "正在为你制作海报，几秒后发到这里…\n海报头像 · 换样式"
    world.work()
    first, second = (picture["media"] for picture in alice.pictures())
    assert first != second
    assert "王姐 向你推荐了青禾小店。" in world.person("carol").scans_picture(second)
    assert "王姐 向你推荐了青禾小店。" in world.person("dave").scans_picture(
        first
    )  # printed ones never go dead
