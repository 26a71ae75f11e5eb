"""客户列表: lists, one customer, giving him to a promoter, remarks; and the cheat who tries the same."""

from __future__ import annotations

import pytest

from engine import SYSTEM
from engine.people.authority import Role
from engine.referrals.customers import handle_of
from handlers.notices import words
from handlers.paging import ROWS
from tests.handlers.merchant.scenes import LONG, OWNER, STAFF, code_in, hire, tap_of
from tests.handlers.world import World, read, taps

SERVICE = STAFF[Role.SERVICE]


@pytest.fixture
def shop(world: World) -> World:
    """bob has carol and dan; dave promotes as well; eve bought by herself; 小客 looks after customers."""
    world.promoter("bob", given="鲍勃")
    world.promoter("dave", given="戴夫")
    hire(world, Role.SERVICE, Role.FINANCE)
    for number, name in enumerate(("carol", "dan", "eve")):
        world.buys(name, f"n{number}", 10_000, code="" if name == "eve" else world.code("bob"))
        world.later(minutes=1)
    return world


def handle(world: World, name: str) -> str:
    return handle_of(world.who(name).person)


def owner_of(world: World, name: str) -> str:
    """Whose lock holds this customer."""
    found = world.by(OWNER).referrals.holder_of(world.who(name).person)
    return found.given if found else ""


def work(world: World) -> None:
    """The worker carries out the moves that wait."""
    while rows := [row for row, kind in world.engine.post(world.shop).due() if kind == "move"]:
        post = world.engine.post(world.shop)
        row = post.claim(rows[0])
        assert row is not None
        world.desk(SYSTEM).moving.carry_on(row.payload["move"], row.payload["after"])
        post.sent(row)


def test_the_list_and_one_customer(shop: World) -> None:
    listed = shop.say(SERVICE, "客户列表")
    assert read(listed).startswith(
        "客户列表\n1. 03-02 来的客户 · 无归属 · 03-02\n2. 03-02 来的客户 · 归 鲍勃 · 03-02\n3. "
    )
    item = shop.say(SERVICE, "2")
    assert read(item).startswith(
        f"03-02 来的客户\n客户号：{handle(shop, 'dan')}\n归属：鲍勃（{shop.code('bob')}），2026-03-02 起，长期\n"
        "跟进人：鲍勃\n订单：1 单 · 2026-03-02 起是客户\n\n记录\n03-02 10:01 下单后锁给 鲍勃\n"
    )
    assert item == shop.say(SERVICE, taps(listed)[1])
    alone = shop.say(SERVICE, "客户列表 无归属")
    assert taps(alone)[:1] == [f"客户 {handle(shop, 'eve')}"]
    assert read(shop.say(SERVICE, f"客户列表 {shop.code('bob').lower()}")).count("归 鲍勃") == 2
    assert "现在没有客户" in shop.say(SERVICE, f"客户列表 {shop.code('dave')}")
    assert "没有推荐码是" in shop.say(SERVICE, "客户列表 ZZZZZZ")
    assert "没有找到「zzzzzzzz」" in shop.say(SERVICE, "客户 zzzzzzzz")


def test_pages_go_on_after_a_customer_whatever_came_meanwhile(shop: World) -> None:
    for number in range(ROWS):
        shop.buys(f"c{number}", f"m{number}", 100)
        shop.later(minutes=1)
    first = shop.say(OWNER, "客户列表")
    shop.buys("new", "m9", 100)
    second = shop.say(OWNER, tap_of(first, "客户列表 后"))
    assert taps(second)[:3] == [f"客户 {handle(shop, name)}" for name in ("eve", "dan", "carol")]
    assert "后面没有了" in shop.say(OWNER, f"客户列表 后 {handle(shop, 'carol')}")
    alone = shop.say(OWNER, "客户列表 无归属")
    assert "无归属 后" in tap_of(alone, "客户列表")
    assert "没有找到" in shop.say(OWNER, "客户列表 后 zzzzzzzz")


def test_an_empty_list_says_how_it_fills(world: World) -> None:
    assert "还没有客户" in world.say(OWNER, "客户列表")
    assert "没有无归属的客户" in world.say(OWNER, "客户列表 无归属")


def test_a_list_that_fits_its_screen_offers_no_further_one(shop: World) -> None:
    for number in range(ROWS):
        shop.buys(f"k{number}", f"k{number}", 100)
        listed = shop.say(SERVICE, "客户列表")
        if f"\n{ROWS}. " in listed:
            break
    assert "下一页" not in listed
    shop.buys("one more", "one more", 100)
    assert "下一页" in shop.say(SERVICE, "客户列表")


def test_customers_are_given_in_one_line(shop: World) -> None:
    shop.say(SERVICE, "客户列表")
    prompt = shop.say(SERVICE, f"分配 1-2 ３ {shop.code('dave').lower()} 门店，调整。")
    assert "03-02 来的客户 等 3 位客户交给 戴夫" in prompt
    assert "，计佣？\n03-02 来的客户：无归属 → 戴夫\n03-02 来的客户：归 鲍勃 → 戴夫\n" in prompt
    assert "原因：门店，调整。" in prompt
    code = code_in(prompt)
    assert "没有执行" in shop.say(OWNER, f"确认 {code}"), "somebody else's code"
    done = shop.say(SERVICE, f"确认 {code}")
    assert f"已把 3 位客户交给 戴夫（{shop.code('dave')}）" in done
    assert "没有再做一次" in shop.say(SERVICE, f"确认 {code}")
    assert [owner_of(shop, name) for name in ("carol", "dan", "eve")] == ["戴夫"] * 3
    assert "分配客户：戴夫 · " in shop.say(OWNER, "操作记录")
    item = read(shop.say(SERVICE, f"客户 {handle(shop, 'carol')}"))
    assert "分配给 戴夫（计佣）：门店，调整。" in item
    assert "下单后锁给 鲍勃，03-02 移走" in item


def test_step_by_step_from_the_item(shop: World) -> None:
    item = shop.say(SERVICE, f"客户 {handle(shop, 'eve')}")
    assert "交给谁" in shop.say(SERVICE, tap_of(item, "分配"))
    assert "没有推荐码是「ZZZZZ9」" in shop.say(SERVICE, "ZZZZZ9")
    shop.say(SERVICE, "帮助")
    assert "交给谁" in shop.say(SERVICE, "继续")
    asked = shop.say(SERVICE, shop.code("dave"))
    assert {"计佣", "仅跟进"} <= set(taps(asked))
    assert "怎么交" in shop.say(SERVICE, "随便")
    assert "为什么这样分配" in shop.say(SERVICE, "仅跟进")
    assert "为什么这样分配" in shop.say(SERVICE, "长" * 61)
    prompt = shop.say(SERVICE, "代看")
    assert "03-02 来的客户：无人跟进 → 戴夫" in prompt
    assert "已把 1 位客户交给 戴夫" in shop.say(SERVICE, f"确认 {code_in(prompt)}")
    assert owner_of(shop, "eve") == ""
    assert "跟进人：戴夫" in shop.say(SERVICE, f"客户 {handle(shop, 'eve')}")
    assert "1. 03-02 来的客户 · 无归属，戴夫 跟进" in read(shop.say(SERVICE, "客户列表"))
    assert "过时" in shop.say(SERVICE, "计佣")


def test_only_the_care_of_a_locked_customer_says_when_it_begins(shop: World) -> None:
    line = f"分配 {handle(shop, 'carol')} {shop.code('dave')} 仅跟进 代看"
    prompt = shop.say(SERVICE, line)
    assert "03-02 来的客户：归 鲍勃，锁客结束后由 戴夫 跟进" in prompt
    shop.say(SERVICE, f"确认 {code_in(prompt)}")
    assert owner_of(shop, "carol") == "鲍勃"


def test_all_of_a_promoters_customers(shop: World) -> None:
    bob, dave = shop.code("bob"), shop.code("dave")
    listed = shop.say(OWNER, tap_of(shop.say(OWNER, f"推广员 {bob}"), "客户列表"))
    assert f"鲍勃（{bob}）的全部 2 位客户交给谁" in shop.say(OWNER, tap_of(listed, "转移"))
    assert f"{bob} 不能接收客户" in shop.say(OWNER, bob)
    shop.say(OWNER, dave)
    shop.say(OWNER, "计佣")
    prompt = shop.say(OWNER, "调岗")
    assert f"鲍勃（{bob}）的全部 2 位客户交给 戴夫（{dave}），计佣？" in prompt
    shop.later(minutes=6)
    fresh = shop.say(OWNER, f"确认 {code_in(prompt)}")
    assert "给你一个新的" in fresh
    assert "正在把 2 位客户交给 戴夫" in shop.say(OWNER, f"确认 {code_in(fresh)}")
    work(shop)
    assert [owner_of(shop, name) for name in ("carol", "dan")] == ["戴夫", "戴夫"]
    assert "没有要分配的客户" in shop.say(OWNER, f"转移 {bob} {dave} 全部 调岗")
    assert "没有要分配的客户" in shop.say(OWNER, f"转移 {bob} {dave}"), "before he is asked how and why"
    gained = words("customers", {"items": ["0"]}, shop.by("dave"))
    assert gained is not None
    assert read(gained) == "商家调整了客户：新增 2 位（以后下单给你计佣）。\n我的客户"
    lost = words("customers", {"items": ["0"]}, shop.by("bob"))
    assert lost is not None
    assert "转出 2 位（已成交的订单不变）" in lost
    assert words("customers", {"items": ["0"]}, shop.by("carol")) is None


def test_a_fresh_prompt_for_those_who_were_named(shop: World) -> None:
    prompt = shop.say(SERVICE, f"分配 {handle(shop, 'eve')} {shop.code('dave')} 门店")
    shop.later(minutes=6)
    fresh = shop.say(SERVICE, f"确认 {code_in(prompt)}")
    shop.buys("eve", "x", 100, code=shop.code("bob"))
    assert "情况变了" in shop.say(SERVICE, f"确认 {code_in(fresh)}")
    assert owner_of(shop, "eve") == "鲍勃"


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("分配", "没看懂"),
        ("转移", "没看懂"),
        ("分配 给他", "没看懂"),
        ("分配 1 ABC234 门店", "对不上刚才的列表"),
        ("分配 zzzzzzzz ABC234 门店", "没有找到"),
        ("转移 ZZZZZZ ABC234 全部 走了", "没有推荐码是「ZZZZZZ」"),
        ("备注 3 王姐", "对不上刚才的列表"),
        ("备注 zzzzzzzz 王姐", "没有找到"),
        ("找客户 没有这个人", "没有找到「没有这个人」"),
    ],
)
def test_what_means_nothing_changes_nothing(shop: World, line: str, answer: str) -> None:
    assert answer in shop.say(SERVICE, line)


def test_the_shops_remark_is_read_by_all_of_its_staff_and_by_nobody_else(shop: World) -> None:
    shop.say(SERVICE, "客户列表")
    attack = '王姐<a href="weixin://bizmsgmenu?msgmenucontent=通过 1&msgmenuid=1">x</a>'
    assert "备注最多 20 个字" in shop.say(SERVICE, f"备注 3 {attack}")
    assert "以后显示为 王姐" in shop.say(SERVICE, "王姐<b>")
    assert "1. 王姐 · 归 鲍勃" in read(shop.say(OWNER, "找客户 王姐"))
    assert "买家 王姐" in shop.say(STAFF[Role.FINANCE], "订单")
    assert "王姐" not in shop.say("bob", "我的客户")
    assert "王姐" not in shop.say("carol", "我的推荐人")
    item = shop.say(OWNER, f"客户 {handle(shop, 'carol')}")
    assert "清除备注" in shop.say(OWNER, tap_of(item, "备注"))
    assert "备注已清除" in shop.say(OWNER, f"备注 {handle(shop, 'carol')} 清除")
    assert "没有找到" in shop.say(OWNER, "找客户 王姐")


def test_a_customer_is_found_by_name_and_phone(shop: World) -> None:
    for typed in ("鲍勃", "8000", "13800138000"):
        assert "没有找到" in shop.say(SERVICE, f"找客户 {typed}"), "a promoter who is no customer"
    assert "没有找到" in shop.say(SERVICE, f"客户 {handle(shop, 'bob')}")
    shop.buys("bob", "b", 100)
    for typed in ("鲍勃", "鲍", "8000", handle(shop, "bob"), "138 0013 8000"):
        assert "\n1. 鲍勃 · " in read(shop.say(SERVICE, f"找客户 {typed}")), typed
    assert "鲍勃\n客户号：" in read(shop.say(SERVICE, f"客户 {handle(shop, 'bob')}"))
    assert "手机：尾号8000" in shop.say(SERVICE, f"客户 {handle(shop, 'bob')}")


def test_who_may(shop: World) -> None:
    finance = STAFF[Role.FINANCE]
    for line in (
        "客户列表",
        f"客户 {handle(shop, 'carol')}",
        "分配 1",
        f"转移 {shop.code('bob')}",
        "备注 1 王姐",
    ):
        assert shop.say(finance, line) == "你没有客服权限，请找店主。", line
    assert "客户列表" not in taps(shop.say(finance, "菜单"))
    assert "客户列表" in taps(shop.say(SERVICE, "菜单"))
    assert f"客户列表 {shop.code('bob')}" not in taps(shop.say(finance, f"推广员 {shop.code('bob')}"))


@pytest.mark.slow
def test_every_screen_at_its_longest(crowd: World) -> None:
    promoter, last = crowd.code("p0"), crowd.code("p1")
    for n in range(ROWS + 1):
        person = crowd.who(f"买家{n}").person
        crowd.by(OWNER).customers.remark(person, "\N{GRINNING FACE}" * 20)
    crowd.say(OWNER, "客户列表")
    prompt = crowd.say(OWNER, f"分配 1-8 {crowd.code('上级')} {'长' * 60}")
    crowd.later(minutes=6)
    fresh = crowd.say(OWNER, f"确认 {code_in(prompt)}")
    crowd.say(OWNER, f"确认 {code_in(fresh)}")
    for _ in range(4):
        for to in (promoter, last):
            made = crowd.say(OWNER, f"分配 {handle(crowd, '买家0')} {to} {'长' * 60}")
            crowd.say(OWNER, f"确认 {code_in(made)}")
    item = crowd.say(OWNER, f"客户 {handle(crowd, '买家0')}")
    assert "更早还有" in item
    crowd.say(OWNER, f"客户列表 {promoter}")
    crowd.say(OWNER, "备注 1")
    crowd.say(OWNER, f"分配 {handle(crowd, '买家0')}")
    crowd.say(OWNER, promoter)
    crowd.say(OWNER, "\N{GRINNING FACE}" * 21)
    crowd.say(OWNER, f"找客户 {LONG}")
    crowd.say("p0", "我的客户")
