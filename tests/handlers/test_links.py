"""Links, printed posters and the merchant's own invitations, as they are asked for in the chat."""

from __future__ import annotations

import re

import pytest

from handlers.types import Kind
from tests.handlers.world import HOME, World, read, taps


@pytest.fixture
def shop(world: World) -> World:
    """A shop with a promoter and somebody who looks around."""
    world.promoter("bob")
    world.follow("carol")
    return world


def test_a_promoter_is_given_his_links_and_how_to_pass_them_on(shop: World) -> None:
    shown = shop.say("bob", "推广链接")
    assert f"\n{HOME}/r/{shop.code('bob')}\n" in shown
    assert taps(shown) == ["推广商品", "店铺海报", "改名", "邀请链接"]
    assert f"\n{HOME}/i/{shop.code('bob')}\n" in shop.say("bob", "邀请链接")
    assert "你现在不是推广员" in shop.say("carol", "推广链接")
    shop.set(two_level="off")
    assert "邀请链接" not in shop.say("bob", "推广链接")
    assert "没听懂" in shop.say("bob", "邀请链接")


def test_posters_are_printed_for_places_and_counted_alone(shop: World) -> None:
    assert "海报 印刷 东门店" in shop.say("bob", "海报数据")
    assert "如：海报 印刷 东门店" in shop.say("bob", "海报 印刷")
    assert shop.say("bob", "海报 印刷 东门店").startswith("[printed] 正在为「东门店」")
    assert shop.say("bob", "海报印刷 东门店").startswith("[printed]")
    (row,) = shop.by("bob").points.mine()
    shop.follow("carol", f"p:{shop.code('bob')}:{row.point.point}")
    assert "1. 东门店 1 · 0 · 0" in read(shop.say("bob", "海报数据"))
    assert "1–12 个字" in shop.say("bob", f"海报 印刷 {'很' * 13}")
    for number in range(8):
        shop.say("bob", f"海报 印刷 第{number}处")
    assert "海报数据 2" in taps(shop.say("bob", "海报数据"))
    assert "9. 东门店" in read(shop.say("bob", "海报数据 2"))


def test_the_owner_invites_members_into_a_group(shop: World) -> None:
    shop.say("老板", "分组 加 金牌")
    assert taps(shop.say("老板", "邀请成员")) == ["邀请成员 金牌", "邀请成员 不分组"]
    made = shop.say("老板", "邀请成员 金牌")
    token = re.findall(rf"{HOME}/m/(\w{{10}})\n", made)[0]
    assert shop.say("老板", f"成员邀请 {token} 二维码").startswith("[members]")
    assert shop.say("老板", f"成员邀请 {token} 海报").startswith("[members_poster]")
    shop.set(recruiting="off")
    assert "邀请你做推广员，通过后加入「金牌」" in shop.follow("carol", f"m:{token}")
    assert "申请推广员" in taps(shop.say("carol", "招募说明"))
    assert "推广员协议" in shop.say("carol", "申请推广员")
    assert "1. 进「金牌」 打开 1 · 申请 0" in read(shop.say("老板", "邀请成员"))
    assert "邀请已结束（进「金牌」）" in shop.say("老板", f"成员邀请 {token} 结束")
    assert "已经结束" in shop.scan("dave", f"m:{token}")
    for line in ("", " 二维码", " 结束"):
        assert "已经结束" in shop.say("老板", f"成员邀请 {token}{line}")
    assert "没有" in shop.say("老板", "邀请成员 银牌")
    assert "没听懂" in shop.say("bob", "邀请成员")


def test_a_picture_is_asked_for_received_and_taken_away(shop: World) -> None:
    assert "请发一张图片作招募图片" in shop.say("老板", "设置 招募图片 改")
    assert "请发一张图片" in shop.say("老板", "什么图片")
    assert "收到，正在处理招募图片" in shop.send("老板", Kind.IMAGE)
    shop.set(recruit_picture=f"{'a' * 64}.jpg")
    shown = shop.say("老板", "设置 招募图片")
    assert shown.startswith("招募图片 · 已有图片")
    assert taps(shown) == ["设置 招募图片 改", "设置 招募图片 清空"]
    shop.say("老板", "设置 招募图片 改")
    assert "招募图片已更新" in shop.say("老板", "清空")
    shop.say("老板", "设置 招募图片 改")
    assert "招募图片" in shop.say("老板", "清空")
    assert "一张图片，可以空着" in shop.say("老板", "设置 招募图片 https://x.example/a.jpg")


def test_a_store_goes_with_the_invitation_and_the_owner_changes_it(shop: World) -> None:
    made = shop.say("老板", "邀请成员 不分组 门店 西湖店")
    assert "邀请做好了 · 不分组 · 西湖店" in made
    token = made.split("/m/")[1].split()[0]
    assert "不分组 · 西湖店" in read(shop.say("老板", "邀请成员"))
    shop.scan("carol", f"m:{token}")
    for word in ("申请推广员", "同意", "王小明", "13900139001", "确认提交"):
        shop.say("carol", word)
    shop.say("老板", "推广员审核")
    assert "商家邀请：不分组 · 门店：西湖店" in shop.say("老板", "1")
    shop.say("老板", "通过 1")
    code = shop.code("carol")
    assert "门店：西湖店" in shop.say("老板", f"推广员 {code}")
    assert "对不上刚才的列表" in shop.say("老板", "门店 9 城东店")
    listed = read(shop.say("老板", "推广员列表"))
    row = next(line[0] for line in listed.splitlines() if "王小明" in line)
    assert f"（{code}）记在门店「城东店」" in shop.say("老板", f"门店 {row} 城东店")
    assert "不再记在哪家门店" in shop.say("老板", f"门店 {code} 无")
    assert "门店：" not in shop.say("老板", f"推广员 {code}")
    assert "1–12 个字" in shop.say("老板", f"门店 {code} {'店' * 13}")
    assert "没听懂" in shop.say("bob", f"门店 {code} 西湖店")
