"""推荐码 scanned and typed in every way, each refusal with its reason, and 不是."""

from __future__ import annotations

import pytest

from tests.stories.world import Person, World

NOT_HIM = "看商品与价格\n不是 TA 推荐的？回复 不是"
RECEIPT = f"bob 向你推荐了青禾小店。7 天内下单，bob 就是你的推荐人。\n{NOT_HIM}"


@pytest.fixture
def bob(world: World) -> Person:
    """The one promoter there is."""
    return world.joins("bob")


@pytest.fixture
def carol(world: World, bob: Person) -> Person:
    """A follower who has scanned nobody."""
    return world.follower("carol")


# -- every form of a code ---------------------------------------------------------------------------


def test_a_code_is_understood_however_it_is_typed(world: World, carol: Person) -> None:
    code = world.code("bob")
    wide = "".join(chr(ord(char) + 0xFEE0) for char in code)
    for typed in (
        code, code.lower(), wide, wide.lower(), f" {code[:3]} {code[3:]} ", f"{code[:3]}-{code[3:]}",
        f"推荐码 {code}", f"推荐码：{code.lower()}", f"推荐码{wide}", f"填写推荐码 {code}",
    ):  # fmt: skip
        assert carol.says(typed) == RECEIPT, typed
    carol.pays()
    assert world.person("bob").purse() == {"待结算": "¥30.00"}
    world.audited()


def test_a_code_may_be_asked_for_and_corrected(world: World, carol: Person) -> None:
    assert carol.clicks("填写推荐码") == "请回复 6 位推荐码（字母和数字，不分大小写）。不填了，回复 取消。"
    assert carol.says("ZZZZZ9").startswith("没有「ZZZZZ9」这个推荐码，请核对一下。\n请回复 6 位推荐码")
    assert carol.says(world.code("bob")) == RECEIPT
    assert carol.says("我的推荐人").startswith("你还没有固定的推荐人。最近一次是 bob")


def test_an_unknown_code_is_called_unknown_and_a_plain_word_is_not_taken_for_one(carol: Person) -> None:
    assert carol.says("AAAA22") == "「AAAA22」不是推荐码，也不是你的单号，请核对一下。\n看看能做什么"
    assert carol.says("thanks") == "没听懂这句话。\n看看能做什么"
    assert carol.says("推荐码 XXXXXX") == "没有「XXXXXX」这个推荐码，请核对一下。"
    assert carol.scans("p:AAAA22") == "没有「AAAA22」这个推荐码，请核对一下。"
    assert carol.scans("something else") == "这个二维码已经失效了。\n看看能做什么"
    assert carol.says("我的推荐人").startswith("你还没有推荐人。")


def test_a_stranger_with_a_printed_code_of_nobody_is_welcomed_all_the_same(world: World, bob: Person) -> None:
    erin = world.person("erin")
    assert erin.scans("p:AAAA22") == "欢迎来到青禾小店。\n没有「AAAA22」这个推荐码，请核对一下。"
    assert "申请推广员" in erin.menu()


# -- refusals ---------------------------------------------------------------------------------------


def test_nobody_recommends_himself(world: World, bob: Person) -> None:
    own = "这是你自己的推荐码，不能推荐自己。"
    assert bob.says(world.code("bob")) == own
    assert bob.scans_poster_of("bob") == own
    assert bob.scans_invitation_of("bob") == own
    assert bob.says("我的推荐人").startswith("你还没有推荐人。")
    bob.pays()
    bob.pays(code=world.code("bob"))
    assert bob.purse() == {}
    world.audited()


def test_a_frozen_promoter_s_code_does_not_work_and_says_no_more_than_that(
    world: World, bob: Person, carol: Person
) -> None:
    world.freezes("bob")
    gone = "这个推荐码暂时不可用。"
    assert carol.says(world.code("bob")) == gone
    assert carol.scans_poster_of("bob") == gone
    assert world.person("erin").scans_poster_of("bob") == f"欢迎来到青禾小店。\n{gone}"
    assert bob.says("海报") == "你的推广员资格被冻结了，暂时不能推广。钱还在账上，请联系商家。"
    carol.pays(code=world.code("bob"))
    assert bob.purse() == {}
    assert world.person("老板").says(f"恢复 {world.code('bob')}").startswith("已恢复 bob")
    assert carol.says(world.code("bob")) == RECEIPT
    carol.pays()
    assert bob.purse() == {"待结算": "¥30.00"}
    world.audited()


def test_a_promoter_who_opens_an_invitation_is_told_that_only_the_merchant_moves_him(
    world: World, bob: Person
) -> None:
    dave = world.joins("dave")
    assert dave.scans_invitation_of("bob") == "你已是推广员，上级只能由商家调整。"
    world.person("carol").scans_poster_of("dave")
    world.person("carol").pays()
    assert dave.purse() == {"待结算": "¥30.00"}
    assert bob.purse() == {}
    world.audited()


def test_while_the_programme_is_off_nothing_is_recorded_and_nobody_is_paid(
    world: World, bob: Person, carol: Person
) -> None:
    assert "推广计划：开 → 关，已生效。" in world.person("老板").says("设置 推广计划 关")
    off = "本店的推广暂时停着，恢复后再来。"
    assert carol.scans_poster_of("bob") == off
    assert carol.says(world.code("bob")) == off
    assert bob.says("海报") == off
    assert carol.says("申请推广员") == off
    carol.pays(code=world.code("bob"))
    assert bob.purse() == {}
    world.set("programme", "on")
    assert carol.says("我的推荐人").startswith("你还没有推荐人。")
    carol.pays()
    assert bob.purse() == {}
    world.audited()


def test_scanning_the_same_poster_again_is_answered_again_and_pays_once(
    world: World, bob: Person, carol: Person
) -> None:
    for _ in range(3):
        assert carol.scans_poster_of("bob") == RECEIPT
    carol.pays()
    assert carol.scans_poster_of("bob") == f"bob 向你推荐了青禾小店。TA 已经是你的推荐人。\n{NOT_HIM}"
    assert bob.says("我的客户").startswith("我的客户（1 人）\n")
    assert bob.purse() == {"待结算": "¥30.00"}
    world.audited()


# -- 不是 -------------------------------------------------------------------------------------------


def test_not_him_within_ten_minutes_takes_the_visit_back_and_nobody_is_paid(
    world: World, bob: Person, carol: Person
) -> None:
    carol.scans_poster_of("bob")
    world.later(minutes=10)
    assert carol.taps(NOT_HIM.splitlines()[-1]) == "好的，这次不算 bob 推荐的。你现在没有推荐人。"
    assert carol.says("不是") == "没有可以撤销的推荐。"
    assert carol.says("我的推荐人").startswith("你还没有推荐人。")
    carol.pays()
    assert bob.purse() == {}
    world.audited()


def test_not_him_after_ten_minutes_is_too_late(world: World, bob: Person, carol: Person) -> None:
    carol.scans_poster_of("bob")
    world.later(minutes=10, seconds=1)
    assert carol.says("不是") == "已经过了 10 分钟，不能自己撤销了。需要更正请联系商家。"
    carol.pays()
    assert bob.purse() == {"待结算": "¥30.00"}
    world.audited()


def test_not_him_of_somebody_who_scanned_nobody(carol: Person) -> None:
    assert carol.says("不是") == "没有可以撤销的推荐。"


def test_not_him_brings_the_lock_before_back_to_life(world: World, bob: Person, carol: Person) -> None:
    world.joins("dave")
    world.set("lock_mode", "on_visit")
    world.set("lock_days", "2")
    carol.scans_poster_of("bob")
    world.later(days=2, minutes=1)
    assert "dave 现在是你的推荐人（到 2026-03-06）。" in carol.scans_poster_of("dave")
    world.later(minutes=1)
    assert carol.says("不是") == "好的，这次不算 dave 推荐的。你现在没有推荐人。"  # bob's is over
    assert "bob 现在是你的推荐人（到 2026-03-06）。" in carol.scans_poster_of("bob")
    world.later(minutes=1)
    assert "你的推荐人还是 bob。" in carol.scans_poster_of("dave")
    assert carol.says("不是") == "好的，这次不算 dave 推荐的。你现在的推荐人是 bob。"
    carol.pays()
    assert bob.purse() == {"待结算": "¥30.00"}
    world.audited()


def test_not_him_leaves_the_visit_before_to_decide(world: World, bob: Person, carol: Person) -> None:
    dave = world.joins("dave")
    carol.scans_poster_of("bob")
    world.later(hours=1)
    carol.scans_poster_of("dave")
    carol.says("不是")
    carol.pays()
    assert bob.purse() == {"待结算": "¥30.00"}
    assert dave.purse() == {}
    world.audited()


def test_not_him_after_the_payment_leaves_the_order_as_it_was_decided(
    world: World, bob: Person, carol: Person
) -> None:
    carol.scans_poster_of("bob")
    carol.pays()
    world.later(minutes=5)
    carol.says("不是")
    assert bob.purse() == {"待结算": "¥30.00"}
    world.audited()


def test_the_inviter_in_the_form_can_be_denied_and_then_gets_nothing(world: World, bob: Person) -> None:
    dave = world.person("dave")
    dave.scans_invitation_of("bob")
    dave.says("申请推广员")
    dave.says("同意")
    dave.says("dave")
    assert "邀请人：bob" in dave.says("13900139001")
    assert dave.taps("不是bob邀请的").startswith("好的，不算 bob 邀请的。\n请核对：\n称呼：dave")
    dave.taps("确认提交")
    owner = world.person("老板")
    owner.says("推广员审核")
    assert "邀请人：无" in owner.taps("dave")
    owner.taps("通过")
    world.person("carol").scans_poster_of("dave")
    world.person("carol").pays()
    assert dave.purse() == {"待结算": "¥30.00"}
    assert bob.purse() == {}
    world.audited()
