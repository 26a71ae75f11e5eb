"""分组: groups, who is in them, what they are paid and may see; and what a product pays to one of them."""

from __future__ import annotations

import pytest

from engine.money import Rate
from engine.people.authority import Role
from engine.programme.groups import Group
from handlers.types import Talk
from tests.handlers.merchant.scenes import LONG, OWNER, STAFF, code_in, hire, tap_of
from tests.handlers.world import World, read, taps


def group(world: World, name: str = "金牌") -> Group:
    return world.by(OWNER).groups.get(name)


def make(world: World, *names: str) -> None:
    for name in names or ("金牌",):
        world.by(OWNER).groups.create(name)


def confirm(world: World, line: str) -> str:
    return world.say(OWNER, tap_of(world.say(OWNER, line), "确认"))


def name_of_group(world: World, promoter: str) -> str:
    found = world.by(promoter).promoters.mine().group
    kept = world.by(OWNER).groups.with_id(found)
    return kept.name if kept else ""


# -- looking ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["规则设置", "商品佣金"])
def test_the_groups_are_found_from_the_menu(world: World, way: str) -> None:
    assert "还没有分组" in world.say(OWNER, tap_of(world.say(OWNER, way), "分组"))


def test_the_list_and_one_group(world: World) -> None:
    make(world, "金牌", "银牌")
    confirm(world, "分组 银牌 一级 12% 二级 3%")
    shown = world.say(OWNER, "分组")
    assert "1. 金牌 0 人\n2. 银牌 0 人 · 一级 12% 二级 3%" in read(shown)
    item = world.say(OWNER, "2")
    assert item == world.say(OWNER, tap_of(shown, "分组 银牌"))
    assert "一级佣金：12%\n邀请奖励：3%（仅按下级客户已成交订单计算，邀请本身无奖励）" in item
    assert "团队业绩（仅统计，不计酬）：不可看\n成员：0 人" in item
    assert "一级佣金：按店铺（30%）\n邀请奖励：按店铺（10%）" in world.say(OWNER, "分组 金牌")
    assert "没有叫「铜牌」的分组" in world.say(OWNER, "分组 铜牌")
    assert "没有叫「铜牌」的分组" in world.say(OWNER, "分组 铜牌 成员")


def test_staff_looks_and_changes_nothing(world: World) -> None:
    hire(world, Role.SERVICE)
    looking = STAFF[Role.SERVICE]
    assert world.say(looking, "分组") == "还没有分组。分组可以给一部分推广员单独的比例。"
    make(world)
    world.promoter("alice")
    confirm(world, f"分组 金牌 加 {world.code('alice')}")
    assert taps(world.say(looking, "分组")) == ["分组 金牌"]
    assert taps(world.say(looking, "分组 金牌")) == ["分组 金牌 成员", "分组"]
    assert "移出" not in world.say(looking, "分组 金牌 成员")
    assert "换分组" not in world.say(looking, f"推广员 {world.code('alice')}")
    assert "分组：金牌" in world.say(looking, f"推广员 {world.code('alice')}")
    for line in ("分组 加 银牌", "分组 金牌 改名 银牌", "分组 金牌 一级 1", "分组 金牌 加 1", "加分组"):
        assert world.say(looking, line) == "这一步只有店主能做，请找店主。", line


def test_without_a_second_level_nothing_speaks_of_it(one_level: World) -> None:
    make(one_level)
    one_level.promoter("alice")
    for line in (
        "分组", "分组 金牌", "分组 金牌 什么", "分组 金牌 一级 12%", "商品 SKU1 分组 金牌 一级 15%", "加分组", "银牌",
        f"分组 金牌 加 {one_level.code('alice')}",
    ):  # fmt: skip
        shown = one_level.say(OWNER, line)
        for word in ("邀请", "二级", "团队", "裂变"):
            assert word not in shown, line
        if "确认" in shown:
            assert "邀请" not in one_level.say(OWNER, tap_of(shown, "确认"))


# -- making and naming -----------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["分组 加 金牌", "加分组 金牌", "加分组　金牌"])
def test_a_group_in_one_line(world: World, typed: str) -> None:
    shown = world.say(OWNER, typed)
    assert "已加分组 金牌。现在没有成员，比例按店铺。" in shown
    assert group(world).level1 is None


def test_a_group_step_by_step_with_mistakes(world: World) -> None:
    assert "新分组叫什么？" in world.say(OWNER, "加分组")
    assert "不带空格" in world.say(OWNER, "金 牌")
    world.say(OWNER, "待办")
    assert "新分组叫什么？" in world.say(OWNER, "继续")
    assert "已加分组 金牌" in world.say(OWNER, "金牌")
    assert "已经有分组「金牌」" in world.say(OWNER, "分组 加 金牌")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("分组 加 默认", "分组不能叫「默认」"),
        ("分组 加 加", "分组不能叫「加」"),
        ("分组 加 12", "不全是数字"),
        ("分组 加 金 牌", "没看懂要加什么分组"),
        ("分组 加 三级分销", "推广最多两级"),
    ],
)
def test_a_name_that_could_not_be_said_again_is_refused(world: World, typed: str, answer: str) -> None:
    assert answer in world.say(OWNER, typed)
    assert world.by(OWNER).groups.all() == ()


def test_a_group_is_called_otherwise(world: World) -> None:
    make(world, "金牌", "银牌")
    assert "分组 金牌 改名为 白金。成员和比例不变。" in world.say(OWNER, "分组 金牌 改名 白金")
    assert "已经有分组「银牌」" in world.say(OWNER, "分组 白金 改名 银牌")
    assert "没有叫「金牌」" in world.say(OWNER, "分组 金牌 改名 铜牌")


def test_what_is_not_understood_shows_how(world: World) -> None:
    make(world)
    assert "没看懂要怎么改分组 金牌" in world.say(OWNER, "分组 金牌 便宜")
    assert "没有叫「银牌」" in world.say(OWNER, "分组 银牌 便宜")


# -- rates -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "first", "second"),
    [
        ("分组 金牌 一级 12% 二级 3%", 1200, 300),
        ("分组 金牌 一级１２％，二级３％", 1200, 300),
        ("分组 金牌 一级 12", 1200, None),
        ("分组 金牌 二级 3", None, 300),
        ("分组 金牌 二级3%", None, 300),
    ],
)
def test_rates_take_a_code(world: World, typed: str, first: int | None, second: int | None) -> None:
    make(world)
    prompt = world.say(OWNER, typed)
    assert "改分组 金牌 的比例？" in prompt
    assert group(world).level1 is None
    assert "已改分组 金牌" in world.say(OWNER, tap_of(prompt, "确认"))
    assert group(world).level1 == (None if first is None else Rate(first))
    assert group(world).level2 == (None if second is None else Rate(second))


def test_before_and_after_and_back_to_the_shops_rates(world: World) -> None:
    make(world)
    assert "一级佣金：按店铺（30%） → 12%" in world.say(OWNER, "分组 金牌 一级 12")
    confirm(world, "分组 金牌 一级 12 二级 3")
    assert "现在就是这个比例，没有改动。" in world.say(OWNER, "分组 金牌 一级 12")
    prompt = world.say(OWNER, tap_of(world.say(OWNER, "分组 金牌"), "分组 金牌 比例"))
    assert "一级佣金：12% → 按店铺（30%）\n邀请奖励：3% → 按店铺（10%）" in prompt
    world.say(OWNER, tap_of(prompt, "确认"))
    assert (group(world).level1, group(world).level2) == (None, None)
    confirm(world, "分组 金牌 一级 12 二级 3")
    confirm(world, "分组 金牌 二级 默认")
    assert (group(world).level1, group(world).level2) == (Rate(1200), None)


def test_the_log_says_from_what_to_what_rates_were_changed(world: World) -> None:
    make(world)
    confirm(world, "分组 金牌 一级 12 二级 3")
    confirm(world, "分组 金牌 二级 默认")
    confirm(world, "商品 SKU1 分组 金牌 一级 15%")
    confirm(world, "商品 SKU1 一级 20%")
    world.say(OWNER, "商品 加 SKU1 护手霜 90 实物")
    log = read(world.say(OWNER, "操作记录"))
    for line in (
        "改分组比例：金牌 · 一级 默认 → 12% · 二级 默认 → 3%",
        "改分组比例：金牌 · 二级 3% → 默认",
        "改商品的分组比例：金牌 · 护手霜 · 一级 默认 → 15%",
        "改商品比例：护手霜 · 推广中 · 一级 默认 → 20%",
        "改商品：护手霜 · 推广中 · 价格 ¥100.00 → ¥90.00",
    ):
        assert line in log, log


def test_too_much_is_refused_by_name(world: World) -> None:
    make(world)
    shown = world.say(OWNER, "分组 金牌 一级 95%")
    assert "没单独设比例的商品：佣金 95% 加邀请奖励 10%，超过了 100%（分组：金牌）" in shown
    assert "「很多」不是比例" in world.say(OWNER, "分组 金牌 一级 很多")
    confirm(world, "商品 SKU1 一级 80%")
    assert "「护手霜」的佣金 80% 加邀请奖励 21%，超过了 100%（分组：金牌）" in world.say(
        OWNER, "分组 金牌 二级 21"
    )


def test_what_a_product_pays_to_one_group(world: World) -> None:
    make(world, "金牌", "银牌")
    prompt = world.say(OWNER, "商品 sku1 分组 金牌 一级 15% 二级 5%")
    assert (
        "改 护手霜（SKU1）给分组 金牌 的比例？\n一级佣金：不单独设 → 15%\n邀请奖励：不单独设 → 5%" in prompt
    )
    world.say(OWNER, tap_of(prompt, "确认"))
    assert "分组 金牌：一级 15% 二级 5%" in world.say(OWNER, "商品 SKU1")
    assert "没有改动" in world.say(OWNER, "商品 SKU1 分组 金牌 一级 15%")
    confirm(world, "商品 SKU1 分组 金牌 默认")
    assert "分组 金牌" not in world.say(OWNER, "商品 SKU1").partition("改比例")[0]
    assert "没有改动" in world.say(OWNER, "商品 SKU1 分组 金牌 默认")
    assert "没有叫「铜牌」" in world.say(OWNER, "商品 SKU1 分组 铜牌 一级 1")
    assert "没有编号「SKU9」" in world.say(OWNER, "商品 SKU9 分组 金牌 一级 1")
    assert "超过了 100%（分组：金牌）" in world.say(OWNER, "商品 SKU1 分组 金牌 一级 91")


# -- the team --------------------------------------------------------------------------------------


def test_the_team_switch_takes_a_code(world: World) -> None:
    make(world)
    prompt = world.say(OWNER, tap_of(world.say(OWNER, "分组 金牌"), "分组 金牌 裂变"))
    assert "改分组 金牌 的团队业绩？\n不可看 → 可看" in prompt
    assert "的推广员可看团队业绩" in world.say(OWNER, tap_of(prompt, "确认"))
    assert group(world).may_see_team
    assert "现在就是可看，没有改动。" in world.say(OWNER, "分组 金牌 裂变 开")
    assert "可看 → 不可看" in world.say(OWNER, tap_of(world.say(OWNER, "分组 金牌"), "分组 金牌 裂变 关"))
    assert "没有叫" in world.say(OWNER, "分组 铜牌 裂变 开")


# -- members ---------------------------------------------------------------------------------------


@pytest.fixture
def people(world: World) -> World:
    """Two groups, and alice, bob and carl, who joined one after the other."""
    make(world, "金牌", "银牌")
    for name in ("alice", "bob", "carl"):
        world.promoter(name)
        world.later(minutes=1)
    return world


def test_numbers_of_the_list_shown_last_join(people: World) -> None:
    people.say(OWNER, "推广员列表")
    prompt = people.say(OWNER, "分组 金牌 加 1 3")
    assert f"加到分组 金牌？\ncarl（{people.code('carl')}）：未分组 → 金牌\nalice" in prompt
    assert name_of_group(people, "alice") == ""
    assert "已把 2 位推广员加到分组 金牌" in people.say(OWNER, tap_of(prompt, "确认"))
    assert [name_of_group(people, name) for name in ("alice", "bob", "carl")] == ["金牌", "", "金牌"]


def test_codes_join_and_whoever_is_there_is_left_out(people: World) -> None:
    alice, bob = people.code("alice"), people.code("bob")
    confirm(people, f"分组 银牌 加 {alice}")
    prompt = people.say(OWNER, f"分组 金牌 加 {alice.lower()}，{bob}")
    assert f"alice（{alice}）：银牌 → 金牌\nbob（{bob}）：未分组 → 金牌" in prompt
    people.say(OWNER, tap_of(prompt, "确认"))
    again = people.say(OWNER, f"分组 金牌 加 {alice} {people.code('carl')}")
    assert "另外 1 位已经在这个分组里，不动。" in again
    assert "已经都在分组「金牌」里" in people.say(OWNER, f"分组 金牌 加 {alice}")


def test_members_are_listed_and_leave_by_number(people: World) -> None:
    assert "分组 金牌 里还没有人。" in people.say(OWNER, "分组 金牌 成员")
    people.say(OWNER, "推广员列表")
    confirm(people, "分组 金牌 加 1-3")
    people.freeze("bob")
    shown = people.say(OWNER, tap_of(people.say(OWNER, "分组 金牌"), "分组 金牌 成员"))
    assert f"2. bob {people.code('bob')} · 已冻结" in read(shown)
    prompt = people.say(OWNER, "分组 金牌 减 2")
    assert f"移出分组 金牌？\nbob（{people.code('bob')}）：金牌 → 未分组" in prompt
    assert "已把 1 位推广员移出分组" in people.say(OWNER, tap_of(prompt, "确认"))
    assert "都不在分组「金牌」里" in people.say(OWNER, f"分组 金牌 减 {people.code('bob')}")


def test_a_number_without_its_list_moves_nobody(people: World) -> None:
    people.talks[OWNER] = Talk()
    assert "对不上刚才的列表" in people.say(OWNER, "分组 金牌 加 1")
    assert "加到分组 金牌？" in people.say(OWNER, "分组 金牌 加 1"), "now it was shown"
    people.say(OWNER, "商品佣金")
    assert "对不上刚才的列表" in people.say(OWNER, "分组 金牌 加 1")
    assert "对不上刚才的列表" in people.say(OWNER, "分组 金牌 加 8")


def test_nobody_and_no_group_are_refused(people: World) -> None:
    assert "没有推荐码是「NOBODY」的推广员" in people.say(OWNER, "分组 金牌 加 NOBODY")
    assert "没有叫「铜牌」" in people.say(OWNER, f"分组 铜牌 加 {people.code('bob')}")


def test_one_promoter_changes_his_group_by_taps(people: World) -> None:
    code = people.code("bob")
    shown = people.say(OWNER, tap_of(people.say(OWNER, f"推广员 {code}"), f"推广员 {code} 分组"))
    assert f"bob（{code}）现在：未分组" in shown
    people.say(OWNER, tap_of(people.say(OWNER, tap_of(shown, "分组 银牌")), "确认"))
    item = people.say(OWNER, f"推广员 {code}")
    assert "分组：银牌" in item
    shown = people.say(OWNER, tap_of(item, f"推广员 {code} 分组"))
    assert "分组 银牌 加" not in shown, "he is there"
    people.say(OWNER, tap_of(people.say(OWNER, tap_of(shown, "分组 银牌 减")), "确认"))
    assert "分组：未分组" in people.say(OWNER, f"推广员 {code}")
    assert "没有推荐码" in people.say(OWNER, "推广员 ABCDEF 分组")


def test_a_code_survives_a_new_name_and_not_another_move(people: World) -> None:
    old = code_in(people.say(OWNER, f"分组 金牌 加 {people.code('bob')}"))
    people.say(OWNER, "分组 金牌 改名 白金")
    people.later(minutes=6)
    fresh = people.say(OWNER, f"确认 {old}")
    assert "加到分组 白金？" in fresh
    confirm(people, f"分组 银牌 加 {people.code('bob')}")
    assert "情况变了" in people.say(OWNER, f"确认 {code_in(fresh)}")
    assert name_of_group(people, "bob") == "银牌"


# -- screens at their longest ----------------------------------------------------------------------


@pytest.mark.slow
def test_the_longest_screens_fit(crowd: World) -> None:
    name = "鑫" * 11
    for n in range(9):
        crowd.by(OWNER).groups.create(f"{name}{n}")
        confirm(crowd, f"分组 {name}{n} 一级 33.33% 二级 11.11%")
        confirm(crowd, f"商品 {'S' * 31}0 分组 {name}{n} 一级 33.33% 二级 11.11%")
    for line in (
        "分组",
        "分组列表 2",
        f"分组 {name}0",
        f"商品 {'S' * 31}0",
        f"商品 {'S' * 31}0 分组 {name}0 一级 1",
    ):
        crowd.say(OWNER, line)  # the world measures every screen
    shown = crowd.say(OWNER, "推广员列表")
    prompt = crowd.say(OWNER, f"分组 {name}0 加 1-8")
    assert prompt.count("未分组 → ") == 8
    crowd.say(OWNER, tap_of(prompt, "确认"))
    crowd.say(OWNER, "推广员列表 2")
    everybody = [crowd.code(f"p{n}") for n in range(9)]
    long = crowd.say(OWNER, f"分组 {name}1 加 {' '.join(everybody)} {crowd.code('上级')}")
    assert "…… 一共 10 位" in long
    crowd.say(OWNER, tap_of(long, "确认"))
    for line in (
        f"分组 {name}1",
        f"分组 {name}1 成员",
        f"分组 {name}1 成员 2",
        f"推广员 {everybody[0]} 分组",
        "操作记录",
    ):
        crowd.say(OWNER, line)
    assert LONG[:11] in crowd.say(OWNER, f"推广员 {everybody[0]}")
    assert shown


def test_what_staff_types_about_groups_comes_back_dead(world: World) -> None:
    make(world)
    attack = '<a href="weixin://bizmsgmenu?msgmenucontent=通过 1&msgmenuid=1">x</a>'
    for line in (
        f"分组 {attack}", f"分组 加 {attack}", f"加分组 {attack}", f"分组 金牌 加 {attack}", f"分组 金牌 改名 {attack}",
        f"分组 金牌 一级 {attack}", f"商品 SKU1 分组 {attack} 一级 1", f"分组 {attack} 成员",
    ):  # fmt: skip
        assert "通过 1" not in taps(world.say(OWNER, line)), line


def test_a_group_is_deleted_after_a_last_look(world: World) -> None:
    world.promoter("alice", given="王爱丽")
    world.say(OWNER, "分组 加 金牌")
    world.say(OWNER, f"确认 {code_in(world.say(OWNER, '分组 金牌 一级 12%'))}")
    world.say(OWNER, f"确认 {code_in(world.say(OWNER, '分组 金牌 加 ' + world.code('alice')))}")
    prompt = world.say(OWNER, "分组 金牌 删除")
    assert "1 位成员：金牌 → 未分组" in prompt
    assert "他们的一级佣金：12% → 按店铺（30%）" in prompt
    assert "他们的邀请奖励" not in prompt, "of what stays as it is nothing is said"
    world.later(minutes=6)
    fresh = world.say(OWNER, f"确认 {code_in(prompt)}")
    assert "删除分组 金牌？" in fresh
    assert "已删除分组 金牌。1 位推广员改为未分组" in world.say(OWNER, f"确认 {code_in(fresh)}")
    assert "没有叫「金牌」的分组" in world.say(OWNER, "分组 金牌 删除")
    assert "还没有分组" in world.say(OWNER, "分组")
    assert "删除分组：金牌" in world.say(OWNER, "操作记录")
