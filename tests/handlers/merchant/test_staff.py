"""员工: what the owner reads and taps, who hears of it, and those who try what is not theirs."""

from __future__ import annotations

import pytest

from engine.people.authority import Role
from handlers.notices import words
from handlers.paging import ROWS
from tests.handlers.merchant.scenes import LONG, OWNER, STAFF, code_in, hire, payable, tap_of
from tests.handlers.world import World, read, taps

CASHIER = STAFF[Role.FINANCE]
UNKNOWN = "没听懂"


@pytest.fixture
def shop(world: World) -> World:
    """老板 and one member who keeps the money."""
    hire(world, Role.FINANCE)
    return world


def handle(world: World, name: str) -> str:
    return world.who(name).person[3:11]


def confirm(world: World, name: str, line: str) -> str:
    return world.say(name, f"确认 {code_in(world.say(name, line))}")


def told(world: World, name: str, kind: str) -> str:
    return read(words(kind, {}, world.by(name)) or "")


def test_the_list_opens_a_member_and_each_tap_does_what_it_says(shop: World) -> None:
    assert "员工" in taps(shop.say(OWNER, "加店员"))
    listed = read(shop.say(OWNER, "员工"))
    assert "1. 你自己 · 店主 · 2026-03-02 起\n2. 财务店员 · 财务 · 2026-03-02 起" in listed
    item = shop.say(OWNER, "2")
    assert read(item).startswith("财务店员 · 2026-03-02 起\n财务：审核提现，打款\n")
    prompt = shop.say(OWNER, tap_of(item, f"员工 {handle(shop, CASHIER)} 加 客服"))
    assert "改 财务店员 的权限？\n财务 → 财务、客服\n马上生效" in prompt
    assert "权限现在是：财务、客服" in shop.say(OWNER, f"确认 {code_in(prompt)}")
    assert shop.who(CASHIER).roles == {Role.FINANCE, Role.SERVICE}
    assert told(shop, CASHIER, "roles") == "你在花间小店的店员权限现在是：财务、客服。\n看看能做什么"
    shop.say(OWNER, f"员工 {handle(shop, CASHIER)} 备注 小王.com")
    assert "小王" in shop.say(OWNER, "员工")
    assert "备注 小王" in shop.say(OWNER, f"员工 {handle(shop, CASHIER)} 备注")
    assert read(shop.say(OWNER, f"员工 {handle(shop, CASHIER)} 备注 清除")).startswith("财务店员")
    prompt = shop.say(OWNER, tap_of(shop.say(OWNER, "2"), "移除店员"))
    assert "移除店员 财务店员（财务、客服）？\n马上不能再用店员功能" in prompt
    assert "已移除 财务店员（原来是财务、客服）" in shop.say(OWNER, f"确认 {code_in(prompt)}")
    assert told(shop, CASHIER, "roles").startswith("你不再是花间小店的店员")
    log = shop.say(OWNER, "操作记录")
    assert "移除店员：" in log
    assert "原来 财务、客服" in log
    assert "改员工权限：" in log
    assert UNKNOWN in shop.say(CASHIER, "待打款")


def test_taking_the_last_right_is_removing(shop: World) -> None:
    assert "移除店员 财务店员" in shop.say(OWNER, f"员工 {handle(shop, CASHIER)} 减 财务")
    assert "没有改动" in shop.say(OWNER, f"员工{handle(shop, CASHIER)} 加财务")


def test_who_is_in_the_middle_of_paying_is_not_removed_unawares(shop: World) -> None:
    code = payable(shop)
    shop.say(OWNER, f"通过提现 {code}")
    shop.say(CASHIER, f"开始打款 {code}")
    his = handle(shop, CASHIER)
    for line in (f"移除店员 {his}", f"员工 {his} 减 财务"):
        assert f"注意：对方正在打款（{code}），之后就不能记已打款了。" in shop.say(OWNER, line)
    assert "正在打款" not in shop.say(OWNER, f"员工 {his} 加 审核")
    shop.say(CASHIER, f"放弃打款 {code}")
    shop.say(OWNER, f"开始打款 {code}")
    assert "正在打款" not in shop.say(OWNER, f"移除店员 {his}"), "somebody else pays"


def test_a_late_tap_brings_a_fresh_code_with_the_same_question(shop: World) -> None:
    for line, asked in (
        (f"员工 {handle(shop, CASHIER)} 加 审核", "财务 → 审核、财务"),
        (f"转让店主 {handle(shop, CASHIER)}", "把店主转让给 财务店员（财务）？"),
    ):
        old = shop.say(OWNER, line)
        assert asked in old
        shop.later(minutes=6)
        fresh = shop.say(OWNER, f"确认 {code_in(old)}")
        assert "确认码过期了" in fresh
        assert asked in fresh
        assert code_in(fresh) != code_in(old)


def test_staff_hear_that_it_is_the_owners_and_outsiders_nothing(shop: World) -> None:
    hire(shop, Role.REVIEW, Role.SERVICE)
    shop.promoter("alice")
    boss = handle(shop, OWNER)
    code = code_in(shop.say(OWNER, f"移除店员 {handle(shop, CASHIER)}"))
    for line in (
        "员工", "员工 2", f"员工 {boss}", f"员工 {boss} 加 财务", f"员工 {boss} 备注 坏人", f"移除店员 {boss}",
        f"转让店主 {handle(shop, CASHIER)}",
    ):  # fmt: skip
        for name in STAFF.values():
            assert shop.say(name, line) == "这一步只有店主能做，请找店主。", line
        assert "店员" not in shop.say("alice", line), line
    assert "没有执行" in shop.say(CASHIER, f"确认 {code}")
    assert shop.who(OWNER).roles == {Role.OWNER}
    shop.say(STAFF[Role.REVIEW], "推广员列表")
    assert shop.who(CASHIER).roles == {Role.FINANCE}


def test_who_was_removed_taps_his_old_code_and_old_list_in_vain(shop: World) -> None:
    shop.staff("二老板", Role.OWNER)
    old = code_in(shop.say("二老板", f"移除店员 {handle(shop, CASHIER)}"))
    shop.say("二老板", "员工")
    confirm(shop, OWNER, f"移除店员 {handle(shop, '二老板')}")
    assert UNKNOWN in shop.say("二老板", f"确认 {old}")
    shop.say("二老板", "3")
    assert "员工" not in shop.say("二老板", "员工")
    assert shop.who(CASHIER).roles == {Role.FINANCE}


def test_two_owners_who_remove_each_other_leave_one(shop: World) -> None:
    shop.staff("二老板", Role.OWNER)
    assert told(shop, OWNER, "owners").startswith("本店的店主有变动，现在有 2 位：")
    assert "你自己（2026-03-02 起）" in told(shop, OWNER, "owners")
    mine = code_in(shop.say(OWNER, f"移除店员 {handle(shop, '二老板')}"))
    his = code_in(shop.say("二老板", f"移除店员 {handle(shop, OWNER)}"))
    leave = shop.say(OWNER, f"移除店员 {handle(shop, OWNER)}")
    assert "退出本店？" in leave
    assert "移除店员 店主？" in shop.say(OWNER, f"移除店员 {handle(shop, '二老板')}")
    assert "已移除" in shop.say(OWNER, f"确认 {mine}")
    assert UNKNOWN in shop.say("二老板", f"确认 {his}")
    assert "唯一的店主" in shop.say(OWNER, f"确认 {code_in(leave)}")
    assert "唯一的店主" in shop.say(OWNER, f"移除店员 {handle(shop, OWNER)}")
    assert words("owners", {}, shop.by("二老板")) is None
    assert "店主有全部权限" in shop.say(OWNER, f"员工 {handle(shop, OWNER)} 加 财务")


def test_the_shop_is_handed_over(shop: World) -> None:
    assert "已经是店主" in shop.say(OWNER, f"转让店主 {handle(shop, OWNER)}")
    prompt = shop.say(OWNER, tap_of(shop.say(OWNER, f"员工 {handle(shop, CASHIER)}"), "转让店主"))
    assert "你不再是店主，也没有别的店员权限" in prompt
    done = shop.say(OWNER, f"确认 {code_in(prompt)}")
    assert "店主已转让给 财务店员" in done
    assert UNKNOWN in shop.say(OWNER, "员工")
    assert "1. 你自己 · 店主" in read(shop.say(CASHIER, "员工"))
    assert told(shop, CASHIER, "roles").startswith("你现在是花间小店的店主。")
    assert "转让店主：店主 · 原来 财务 · 现在 店主" in shop.say(CASHIER, "操作记录")


def test_an_owner_leaves_while_another_stays(shop: World) -> None:
    shop.staff("二老板", Role.OWNER)
    assert "你已经不是本店的店员" in confirm(shop, "二老板", f"移除店员 {handle(shop, '二老板')}")
    assert told(shop, OWNER, "owners").startswith("本店的店主有变动，现在有 1 位：你自己（2026-03-02 起）。")


def test_a_notice_names_no_more_owners_than_it_can(shop: World) -> None:
    for n in range(5):
        shop.staff(f"m{n}", Role.OWNER)
    said = told(shop, OWNER, "owners")
    assert "现在有 6 位：" in said
    assert "起） 等。" in said


def test_a_handle_of_nobody_and_of_a_customer(shop: World) -> None:
    for line in (
        "员工 k3m9xa2b", f"员工 {handle(shop, 'carol')}", f"移除店员 {handle(shop, 'carol')}",
        "员工 k3m9xa2b 备注 小王", "转让店主 k3m9xa2b",
    ):  # fmt: skip
        assert "没有员工号是" in shop.say(OWNER, line), line


def test_a_full_page_of_long_names_and_the_next(shop: World) -> None:
    evil = "<a>点</a>evil.com"
    for n in range(ROWS):
        for role in STAFF:
            shop.staff(f"m{n}", role)
        shop.promoter(f"m{n}", given=LONG if n else evil)
    first = shop.say(OWNER, "员工")
    assert "8. " in first
    assert "审核、财务、客服" in first
    second = shop.say(OWNER, tap_of(first, "员工 2"))
    assert "9. " in second
    item = shop.say(OWNER, "9")
    assert len([sent for sent in taps(item) if " 减 " in sent]) == 3
    assert "evil．com" in first + second
