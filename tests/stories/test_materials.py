"""素材文案: the owner sends text and pictures in the chat; a promoter has them with his own link by one tap."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

from PIL import Image

from tests.stories.test_links import HOME, WECHAT, plain
from tests.stories.world import Person, World, caught

TEXT = "新品护手霜到店\n点【链接】看一看，秋冬随身带一支。"
ROW = re.compile(r"素材 ([2-9A-HJ-NP-Z]{6})")


def sends(someone: Person, size: tuple[int, int], kind: str = "PNG") -> None:
    data = BytesIO()
    Image.new("RGB", size, "teal").save(data, kind)
    someone.sends_picture(data.getvalue())


def shown_on(page: dict[str, object]) -> list[str]:
    """The merchant's pictures on a page."""
    return re.findall(r'"(/pictures/[0-9a-f]{64}\.jpg)"', str(page["html"]))


def test_many_pictures_stand_on_a_page_of_the_promoters_own(world: World) -> None:
    bob, carol, owner = world.joins("bob"), world.follower("carol"), world.person("老板")
    bob.told()
    owner.says("加素材")
    code = caught(ROW.pattern, owner.says(TEXT))
    for size in ((800, 1000), (1600, 6400), (900, 900)):
        sends(owner, size)
    sends(owner, (60, 60))
    owner.sends_picture(b"\xff\xd8\xff\xe0 no picture at all, whatever its first bytes say")
    assert "已上架" in owner.taps("完成，上架")
    world.work()
    refused = owner.told()
    assert f"素材 {code} 的第 4 张图片没有收：图片太小" in refused
    assert f"素材 {code} 的第 5 张图片没有收：这不是能用的图片" in refused
    assert "图片：3 张" in owner.says(f"素材管理 {code}")

    assert "新品护手霜到店" in bob.clicks("素材文案")
    assert f"{HOME}/s/{code}" in bob.says("1")
    world.work()
    assert bob.told() == f"新品护手霜到店\n点 {HOME}/r/{world.code('bob')} 看一看，秋冬随身带一支。"

    first, browser = bob.opens(f"{HOME}/s/{code}"), world.app.test_client()
    assert f"点 {HOME}/r/{world.code('bob')} 看一看" in plain(first)
    pictures = shown_on(first)
    sizes = [Image.open(BytesIO(browser.get(path).data)).size for path in pictures]
    assert sizes == [(800, 1000), (1080, 4320), (900, 900)]
    world.work()
    assert '.png"' in str(bob.opens(f"{HOME}/s/{code}")["html"]), "his QR code, drawn by the worker meanwhile"
    assert "这是推广员用的" in plain(carol.opens(f"{HOME}/s/{code}"))
    assert "素材预览" in plain(owner.opens(f"{HOME}/s/{code}"))
    assert "请在微信里打开" in plain(browser.get(f"/s/{code}"))
    assert browser.get("/s/../x", headers=WECHAT).status_code in (302, 404)
    world.joins("dave")
    world.freezes("dave")
    assert "资格被冻结" in plain(world.person("dave").opens(f"{HOME}/s/{code}"))

    owner.says(f"素材管理 {code} 下架")
    assert "已经下架" in plain(bob.opens(f"{HOME}/s/{code}"))
    owner.says(f"素材管理 {code} 确认删除")
    world.work()
    assert [browser.get(path).status_code for path in pictures] == [404, 404, 404]


def test_one_picture_comes_by_itself_and_again_at_once(world: World) -> None:
    bob, owner = world.joins("bob"), world.person("老板")
    bob.told()
    code = caught(ROW.pattern, owner.says("商品 SKU1 加素材 护手霜，一支顶三支。"))
    sends(owner, (800, 1000))
    world.work()
    owner.says("完成")
    before = len(bob.pictures())
    assert "这个商品的素材文案" in bob.says("推广商品 SKU1")
    bob.taps("这个商品的素材文案")
    world.work()
    assert bob.told() == f"护手霜，一支顶三支。\n{HOME}/r/{world.code('bob')}/SKU1"
    assert len(bob.pictures()) == before + 1
    bob.says(f"素材 {code} 图 1")
    assert bob.pictures()[-1]["via"] == "passive"

    world.later(hours=49)
    bob.clicks("素材文案")
    bob.taps("护手霜，一支顶三支。")
    world.clock.instant += timedelta(minutes=2)
    world.work()
    assert bob.told() == "", "WeChat's window is closed: nothing can be pushed"
    said = bob.taps("没收到？再发一次文案")
    assert said == f"护手霜，一支顶三支。\n{HOME}/r/{world.code('bob')}/SKU1", (
        "alone, whatever else waits for him"
    )
    assert "你要的素材图片已准备好" in bob.says("素材文案")

    bob.says(f"素材 {code}")
    owner.says(f"素材管理 {code} 下架")
    world.work()
    assert bob.told().startswith("你要的素材图片没能发出来：它可能已被撤下"), "and it is not sent any more"
