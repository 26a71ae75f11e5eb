"""What people really type: a full stop behind, 繁体, a wrong character, a question, a code alone."""

from __future__ import annotations

import pytest

from engine.people.authority import Role
from handlers import menus
from handlers.anyone.near import _SIGNS
from handlers.spelling import respelled
from handlers.types import Kind
from tests.handlers.world import World, read, taps


@pytest.fixture
def shop(world: World) -> World:
    """bob promotes and has ¥30.00, carol bought from him; 小财 pays and 小审 reviews."""
    world.promoter("bob")
    world.earned("bob", 3_000, number="20261122-0001")
    world.staff("小财", Role.FINANCE)
    world.staff("小审", Role.REVIEW)
    return world


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("收益。", "收益"),
        ("我的收益！", "我的收益"),
        ("申請提現", "申请提现"),
        ("推廣訂單。", "推广订单"),
        ("我的客戶？", "我的客户"),
        (" 幫助 ", "帮助"),
        ("？", "?"),
        ("提現100", "提现100"),
        ("提現 100", "提现 100"),
    ],
)
def test_a_word_is_known_by_another_spelling(shop: World, typed: str, word: str) -> None:
    assert shop.say("bob", typed) == shop.say("bob", word)


def test_what_stands_behind_the_first_word_is_left_as_it_was_written() -> None:
    assert respelled("備註 3 王麗單", frozenset({"备注"})) == "备注 3 王麗單"
    assert respelled("麗單 3", frozenset({"备注"})) == "麗單 3"
    assert respelled("", frozenset({"备注"})) == ""


def test_a_spelled_word_beats_the_open_question_as_the_word_does(shop: World) -> None:
    shop.say("bob", "提现")
    assert "我的收益" in shop.say("bob", "我的收益。")


def test_a_full_stop_behind_an_amount_or_a_code_is_none_of_it(shop: World) -> None:
    assert "提到哪里" in shop.say("bob", "提现 10。")
    assert "向你推荐了" in shop.say("dave", f"推荐码：{shop.code('bob')}。")
    assert "已经是你的推荐人" in shop.say("carol", f"{shop.code('bob').lower()}。")


@pytest.mark.parametrize(
    ("name", "typed", "first"),
    [
        ("bob", "提线", "申请提现"),
        ("bob", "怎么提现", "申请提现"),
        ("bob", "我的钱呢", "我的收益"),
        ("bob", "錢什麼時候到賬", "申请提现"),
        ("bob", "我要海报", "店铺海报"),
        ("bob", "怎么推广", "店铺海报"),
        ("carol", "怎么买", "商品与价格"),
        ("carol", "我要退货", "退款售后"),
        ("carol", "快递到哪了", "我的订单"),
        ("carol", "20261122-0001", "我的订单"),
        ("carol", "13800138000", "绑定手机号"),
        ("carol", "我想做推广员", "申请推广员"),
        ("老板", "有人要提现吗", "提现审核"),
        ("老板", "今天卖了多少", "商品佣金"),
        ("老板", "佣金改成20%", "规则设置"),
        ("老板", "怎么加员工", "员工"),
    ],
)
def test_what_may_have_been_meant_is_one_tap_away(shop: World, name: str, typed: str, first: str) -> None:
    said = shop.say(name, typed)
    assert said.startswith("没听懂这句话。你是想：")
    assert taps(said)[0] == first
    assert taps(said)[-1] == "帮助"


def test_a_question_that_waits_is_told_below_what_may_have_been_meant(shop: World) -> None:
    shop.say("bob", "提现")
    shop.say("bob", "我的收益")
    said = shop.say("bob", "客服电话")
    assert taps(said) == ["联系客服", "继续"]


def test_nobody_is_offered_what_is_not_for_him(shop: World) -> None:
    for name in ("carol", "bob", "小财", "小审", "老板"):
        ask = shop.ask(name)
        his = menus.offered(ask.who)
        for sign, words in _SIGNS:
            for word in words:
                shown = taps(shop.say(name, f"请问{word}啊啊"))
                assert set(shown) <= his | {"帮助"}, (name, sign)
    assert "提现审核" not in menus.offered(shop.who("小审"))
    assert "申请推广员" not in menus.offered(shop.who("bob"))


def test_every_word_that_may_be_meant_stands_in_some_menu(shop: World) -> None:
    offered = (
        menus.offered(shop.who("bob")) | menus.offered(shop.who("老板")) | menus.offered(shop.who("carol"))
    )
    assert {word for _, words in _SIGNS for word in words} - offered == {
        "进入商城"
    }  # where there is a link to it


def test_a_story_is_not_searched_for_words(shop: World) -> None:
    assert taps(shop.say("bob", "我的钱" * 30)) == ["帮助"]


def test_a_code_alone_opens_what_it_is_to_who_sends_it(shop: World) -> None:
    code = shop.code("bob")
    order = shop.by("老板").order_book.all(0, 1)[0].code
    for line in ("提现 30", "微信", "bob_pay", "鲍勃", "确认提现"):
        shop.say("bob", line)
    asked = shop.by("bob").withdrawals.mine(1)[0].code

    assert read(shop.say("老板", code)).startswith("bob\n推荐码：")
    assert shop.say("老板", "我的推荐人").startswith("你还没有推荐人")
    assert shop.say("老板", order.lower()) == shop.say("老板", f"订单 {order}")
    assert shop.say("小财", asked) == shop.say("小财", f"提现单 {asked}")
    assert "没有推荐码或单号是" in shop.say("小审", asked if any(c.isdigit() for c in asked) else "ABC234")
    assert shop.say("carol", order) == shop.say("carol", f"我的订单 {order}")
    assert shop.say("bob", order) == shop.say("bob", f"为什么 {order}")
    assert shop.say("bob", asked) == shop.say("bob", f"提现记录 {asked}")
    for code in (order, asked):
        assert "单号" not in shop.say("mallory", code).replace("不是推荐码，也不是你的单号", "")


def test_a_number_alone_is_looked_up_by_the_staff(shop: World) -> None:
    shop.by("carol").phones.bind("13800138009")
    assert shop.say("老板", "138 0013 8009") == shop.say("老板", "客户 13800138009")
    assert shop.say("小财", "20261122-0001") == shop.say("小财", "订单 20261122-0001")
    assert "没有单号为「20261122-0009」的订单" in shop.say("老板", "20261122-0009。")


def test_a_voice_message_is_answered(shop: World) -> None:
    assert shop.send("bob", Kind.UNREAD).startswith("我只看得懂文字，听不了语音")
    shop.set(to_staff="on")
    assert shop.send("carol", Kind.UNREAD) == "[客服]"
