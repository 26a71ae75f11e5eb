"""素材文案: the owner puts it together in the chat; a promoter has it with his own link by one tap."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from engine import SYSTEM
from engine.money import Money
from engine.people.authority import Role
from engine.programme.modes import Goods
from engine.store.tables import material_pictures
from handlers import routes
from handlers.types import Kind, Picture, Talk, Text
from tests.handlers.world import HOME, World, read, taps

TEXT = "新品护手霜到店，秋冬随身带一支。"


@pytest.fixture
def shop(world: World) -> World:
    world.promoter("bob")
    return world


def code_in(shown: str) -> str:
    found = re.search(r"素材(?:管理)? ([2-9A-HJ-NP-Z]{6})", shown)
    assert found, shown
    return found[1]


def sends_picture(world: World, name: str) -> str:
    """A picture in the chat, and what its route answers."""
    ask = world.ask(name, Kind.IMAGE)
    ask = replace(ask, message=replace(ask.message, picture="media"))
    found = routes.find(ask)
    assert found is not None
    reply = found.do(found.ask)
    assert isinstance(reply, Text)
    if reply.state:
        world.talks[name] = Talk(reply.state, reply.memory)
    return reply.content


def on_the_shelf(world: World, text: str = TEXT, sku: str = "", pictures: int = 0) -> str:
    """One that promoters see, with pictures as a worker would bring them; gives its code."""
    code = world.by("老板").materials.add(text, sku).code
    for number in range(pictures):
        world.by("老板").materials.give(code, f"media{number}")
    with world.engine.store.read(world.shop, SYSTEM) as tx:
        rows = tx.run(select(material_pictures.c.id).where(material_pictures.c.code == code)).scalars().all()
    for picture in rows:
        world.desk(SYSTEM).materials.keep(picture, f"{'0' * 63}1.jpg")
    world.by("老板").materials.put_up(code)
    return code


# -- the owner -------------------------------------------------------------------------------------


def test_text_then_pictures_then_on_the_shelf(shop: World) -> None:
    assert "还没有素材" in shop.say("老板", "素材管理")
    assert "最多 500 个汉字" in shop.say("老板", "加素材")
    assert "先发文字" in sends_picture(shop, "老板")
    added = shop.say("老板", TEXT)
    code = code_in(added)
    assert "文字存好了" in added
    assert "收到第 1 张，还能发 8 张" in sends_picture(shop, "老板")
    assert "收到第 2 张" in sends_picture(shop, "老板")
    assert "还能加 7 张" in shop.say("老板", "好了吗")
    done = shop.say("老板", "完成")
    assert "已上架" in done
    assert shop.talks["老板"] == Talk()
    assert "2 张正在处理" in shop.say("老板", f"素材管理 {code}")
    assert taps(shop.say("老板", "素材管理"))[0] == f"素材管理 {code}"
    assert f"素材 {code} · 已上架" in shop.say("老板", "1")


def test_leaving_in_the_middle_loses_nothing(shop: World) -> None:
    code = code_in(shop.say("老板", f"加素材 {TEXT}"))
    sends_picture(shop, "老板")
    assert "刚才的素材还没填完" in shop.say("老板", "今日概览")
    assert "图片：0 张（另有 1 张正在处理）" in read(shop.say("老板", "继续"))
    shop.talks.clear()
    assert shop.say("老板", "完成").startswith("这一步已经过时")
    assert "未上架 · 图 1" in shop.say("老板", "素材管理")
    assert "已上架" in shop.say("老板", f"素材管理 {code} 上架")


def test_a_tenth_picture_is_refused_and_the_question_stays(shop: World) -> None:
    shop.say("老板", f"加素材 {TEXT}")
    for _ in range(9):
        shown = sends_picture(shop, "老板")
    assert "收到第 9 张，满了" in shown
    refused = sends_picture(shop, "老板")
    assert "最多 9 张图片" in refused
    assert taps(refused) == ["完成"]
    assert "满了" in shop.say("老板", "还有吗")
    assert "已上架" in shop.say("老板", "完成")


def test_a_long_text_is_a_text_even_if_it_begins_like_a_command(shop: World) -> None:
    shop.say("老板", "加素材")
    added = shop.say("老板", "价格惊喜\n护手霜 100 元\n到店自提")
    assert "文字存好了" in added
    shop.say("老板", f"素材管理 {code_in(added)} 改")
    assert "文字改好了" in shop.say("老板", f"价格惊喜，{TEXT}{TEXT}")
    shop.say("老板", "加素材")
    assert "商品与价格" in shop.say("老板", "商品与价格")
    assert "没听懂" in shop.say("老板", "加素材怎么用"), "a question, and no text"


def test_banned_words_are_named_and_asked_again(shop: World) -> None:
    shop.say("老板", "加素材")
    assert "返利" in shop.say("老板", "下单就返利")
    assert "1–500 个汉字" in shop.say("老板", "字" * 501)
    code = code_in(shop.say("老板", TEXT))
    assert "现在的文字" in shop.say("老板", f"素材管理 {code} 改")
    assert "返利" in shop.say("老板", "下单就返利")
    assert "现在的文字" in shop.say("老板", "继续")
    assert "不继续了" in shop.say("老板", "取消")
    assert "返利" in shop.say("老板", f"素材管理 {code} 改 返利")
    assert "文字改好了" in shop.say("老板", "干净的一句")


def test_for_a_product_and_back(shop: World) -> None:
    assert "商品 SKU1 素材" in taps(shop.say("老板", "商品 SKU1"))
    empty = shop.say("老板", "商品 sku1 素材")
    assert "「护手霜」还没有素材" in empty
    assert "给「护手霜」加素材" in shop.say("老板", taps(empty)[0])
    shop.say("老板", "今日概览")
    assert "给「护手霜」加素材" in shop.say("老板", "继续")
    assert "文字存好了" in shop.say("老板", TEXT)
    code = code_in(shop.say("老板", f"商品 SKU1 加素材 {TEXT}"))
    assert "用于：「护手霜」（SKU1）" in shop.say("老板", f"素材管理 {code}")
    assert "现在用于全店" in shop.say("老板", f"素材管理 {code} 全店")
    assert "现在用于「护手霜」" in shop.say("老板", f"素材管理 {code} 商品 sku1")
    assert "没有编号" in shop.say("老板", f"素材管理 {code} 商品 SKU9")
    assert "没有编号" in shop.say("老板", "商品 SKU9 素材")
    assert "没有编号" in shop.say("老板", "商品 SKU9 加素材")
    shop.by("老板").products.promote("SKU1", False)
    assert "不推广，推广员还看不到" in shop.say("老板", f"素材管理 {code} 上架")
    assert "已上架（商品不推广）" in shop.say("老板", "素材管理")


def test_pictures_are_cleared_and_it_is_deleted(shop: World) -> None:
    code = on_the_shelf(shop, pictures=2)
    assert f"{HOME}/s/{code}" in shop.say("老板", f"素材管理 {code}")
    asked = shop.say("老板", f"素材管理 {code} 图片")
    assert "2 张" in asked
    assert taps(asked) == [f"素材管理 {code} 清空图片", f"素材管理 {code}"]
    assert "图片清空了" in shop.say("老板", taps(asked)[0])
    assert "收到第 1 张" in sends_picture(shop, "老板")
    assert "图片：0 张（另有 1 张正在处理）" in shop.say("老板", f"素材管理 {code}")
    assert "请先下架" in shop.say("老板", f"素材管理 {code} 确认删除")
    assert "已下架" in shop.say("老板", f"素材管理 {code} 下架")
    asked = shop.say("老板", f"素材管理 {code} 删除")
    assert "和 1 张图片" in asked
    assert "删掉了" in shop.say("老板", taps(asked)[0])
    for what in (
        "",
        " 上架",
        " 下架",
        " 改",
        " 改 一句",
        " 图片",
        " 清空图片",
        " 全店",
        " 删除",
        " 确认删除",
    ):
        assert "没有这条素材" in shop.say("老板", f"素材管理 {code}{what}"), what


def test_when_it_is_deleted_under_an_open_question(shop: World) -> None:
    code = code_in(shop.say("老板", f"加素材 {TEXT}"))
    shop.by("老板").materials.delete(code)
    assert "没有这条素材" in sends_picture(shop, "老板")
    assert "没有这条素材" in shop.say("老板", "完成")
    shop.say("老板", "加素材")
    assert "请发素材的文字" in shop.say("老板", "继续")


def test_staff_read_and_the_owner_changes(shop: World) -> None:
    shop.staff("小客", Role.SERVICE)
    code = on_the_shelf(shop)
    assert taps(shop.say("小客", "素材管理")) == [f"素材管理 {code}"]
    assert taps(shop.say("小客", "1")) == ["素材管理"]
    assert taps(shop.say("小客", "商品 SKU1 素材")) == ["商品 SKU1"]
    for line in ("加素材", f"加素材 {TEXT}", f"素材管理 {code} 下架", f"素材管理 {code} 确认删除"):
        assert "只有店主能做" in shop.say("小客", line)
    assert shop.say("bob", "素材管理").startswith("没听懂这句话。")


def test_many_are_turned_over(shop: World) -> None:
    for number in range(9):
        on_the_shelf(shop, f"第{number}条")
        shop.later(minutes=1)
    assert "素材管理 2" in taps(shop.say("老板", "素材管理"))
    assert len(taps(shop.say("老板", "素材管理 2"))) == 2
    assert "素材文案 2" in taps(shop.say("bob", "素材文案"))
    assert "9. 第0条" in read(shop.say("bob", "素材文案 2"))


def test_it_is_found_from_the_menu(shop: World) -> None:
    assert "素材管理" in taps(shop.say("老板", "海报招募"))
    assert "还没有素材" in shop.say("老板", "7")
    shop.say("老板", "海报招募")
    assert "还没有印刷海报" in shop.say("老板", "6")
    shop.say("老板", "海报招募")
    assert "招募页面" in shop.say("老板", "4")
    assert "素材管理" in taps(shop.say("老板", "商品佣金"))


# -- the promoter ----------------------------------------------------------------------------------


def test_one_tap_gives_it_with_his_own_link(shop: World) -> None:
    assert "还没有素材" in shop.say("bob", "素材文案")
    code = on_the_shelf(shop, pictures=2)
    listed = shop.say("bob", "素材文案")
    assert taps(listed) == [f"素材 {code}"]
    assert "图 2" in listed
    shown = shop.say("bob", "1")
    assert f"{HOME}/s/{code}" in shown
    assert "图片 2 张也马上发来" in shown
    assert taps(shown) == [f"素材 {code} 文案", "店铺海报", "素材文案"]
    assert shop.say("bob", f"素材 {code} 文案") == f"{TEXT}\n{HOME}/r/{shop.code('bob')}"
    assert shop.say("bob", f"素材 {code.lower()} 图 2") == "[material] 图片马上发到这里…"
    assert "没有这张图片" in shop.say("bob", f"素材 {code} 图 3")


def test_the_link_stands_where_the_merchant_wants_it(shop: World) -> None:
    code = on_the_shelf(shop, "点【链接】看新品\n再看【链接】一眼", "SKU1", pictures=3)
    assert shop.say("bob", f"素材 {code} 文案") == f"点 {HOME}/r/{shop.code('bob')}/SKU1 看新品\n再看一眼"
    shown = shop.say("bob", f"素材 {code}")
    assert "图片 3 张和文案在这一页" in shown
    assert "商品海报 SKU1" in taps(shown)


def test_what_stands_in_a_text_is_dead(shop: World) -> None:
    code = on_the_shelf(shop, '<a href="weixin://bizmsgmenu?msgmenucontent=提现 9">领取</a>')
    for line in ("素材文案", f"素材 {code}", f"素材 {code} 文案"):
        assert "提现 9" not in shop.say("bob", line)
    assert "提现 9" not in shop.say("老板", f"素材管理 {code}")


def test_taken_off_frozen_and_strangers(shop: World) -> None:
    code = on_the_shelf(shop)
    assert "推广员用的" in shop.say("carol", "素材文案")
    assert "推广员用的" in shop.say("carol", f"素材 {code}")
    shop.by("老板").materials.take_down(code)
    for line in (f"素材 {code}", f"素材 {code} 文案"):
        assert "没有这条素材" in shop.say("bob", line)
    shop.freeze("bob")
    for line in ("素材文案", f"素材 {code}", f"素材 {code} 文案", f"素材 {code} 图 1", "商品素材 SKU1"):
        assert "被冻结" in shop.say("bob", line)


def test_material_of_a_product_is_one_tap_from_it(shop: World) -> None:
    assert "商品素材 SKU1" not in taps(shop.say("bob", "推广商品 SKU1"))
    assert "还没有素材" in shop.say("bob", "商品素材 护手霜")
    code = on_the_shelf(shop, sku="SKU1")
    shown = shop.say("bob", "推广商品 SKU1")
    assert taps(shown) == ["商品海报 SKU1", "商品素材 SKU1", "推广商品"]
    assert f"{HOME}/s/{code}" in shop.say("bob", "商品素材 SKU1")
    for number in range(9):
        on_the_shelf(shop, f"第{number}条", "SKU1")
        shop.later(minutes=1)
    first = shop.say("bob", "商品素材 SKU1")
    assert "商品素材 SKU1 第2页" in taps(first)
    assert len(taps(shop.say("bob", "商品素材 SKU1 第2页"))) == 3
    assert "没有找到" in shop.say("bob", "商品素材 牙膏")


def test_a_product_that_no_line_can_carry_has_the_shops_poster(shop: World) -> None:
    shop.by("老板").products.put("A/1", "礼盒", Goods.GOODS, Money(100))
    code = on_the_shelf(shop, sku="A/1")
    assert "店铺海报" in taps(shop.say("bob", f"素材 {code}"))
    assert "用于：「礼盒」（要改" in shop.say("老板", f"素材管理 {code}")


def test_a_picture_is_a_picture(shop: World) -> None:
    code = on_the_shelf(shop, pictures=1)
    ask = shop.ask("bob", text=f"素材 {code} 图 1")
    found = routes.find(ask)
    assert found is not None
    reply = found.do(found.ask)
    assert reply == Picture("material", f"{code} 1", "图片马上发到这里…")


def test_his_name_is_still_changed_by_a_tap(shop: World) -> None:
    assert "改名" in taps(shop.say("bob", "推广链接"))
    assert "改名" in taps(shop.say("bob", "帮助"))
