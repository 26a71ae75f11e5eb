"""商品海报 and 邀请海报 arrive with the promoter's own codes; no reward stands on what a customer sees."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from tests.handlers.world import taps
from tests.stories.test_payee_pictures import sends
from tests.stories.world import World


def test_a_product_s_poster_is_asked_for_by_a_tap_and_scans_to_its_promoter(world: World) -> None:
    bob = world.joins("bob")
    bob.says("推广商品 SKU1")
    wanted = next(one for one in taps(bob.raw()) if one.startswith("商品海报"))
    assert "正在为你制作海报" in bob.says(wanted)
    world.work()
    carol = world.follower("carol")
    assert "推荐" in carol.scans_picture(bob.pictures()[-1]["media"])
    assert "没有找到「没有这个」" in bob.says("商品海报 没有这个")
    assert "护手霜" in bob.says("商品海报")


def test_an_invitation_is_a_poster_in_the_merchant_s_words(world: World) -> None:
    alice = world.joins("alice")
    assert "邀请海报" in alice.says("邀请推广员")
    world.work()
    dave = world.person("dave")
    dave.follows()
    assert "申请" in dave.scans_picture(alice.pictures()[-1]["media"])


def test_the_owner_sees_samples_before_his_picture_is_live_and_old_posters_still_scan(world: World) -> None:
    bob, owner = world.joins("bob"), world.person("老板")
    bob.says("店铺海报")
    world.work()
    old = bob.pictures()[-1]["media"]
    assert "你的底图" not in owner.says("海报招募")
    assert "请发一张图片" in owner.says("海报底图 店铺")
    sends(owner, Image.new("RGB", (600, 900), "navy"))
    world.work()
    assert "海报底图没有换：图片太小" in owner.told()
    sends(owner, Image.linear_gradient("L").resize((1300, 2000)).convert("RGB"))
    assert "没有等你决定的图片" in owner.says("用")
    world.work()
    sheet = Image.open(BytesIO(owner.sees(owner.pictures()[-1]["media"])))
    assert sheet.size == (1560, 1360)
    bob.says("店铺海报")
    world.work()
    assert bob.pictures()[-1]["media"] == old
    assert "换上新底图了" in owner.says("用")
    assert "你的底图" in owner.says("海报招募 店铺")
    bob.says("店铺海报")
    world.work()
    new = bob.pictures()[-1]["media"]
    assert new != old
    for name, media in (("carol", old), ("dave", new)):
        someone = world.follower(name)
        assert "推荐" in someone.scans_picture(media)
        assert "最近一次是 bob" in someone.says("我的推荐人")
    assert owner.says("换").startswith("海报招募")
    owner.says("海报底图 店铺")
    assert "还用原来的底图" in owner.says("取消")
    assert "用回自带的底图" in owner.says("海报底图 店铺 恢复默认")
    bob.says("店铺海报")
    world.work()
    assert bob.pictures()[-1]["media"] == old


def test_a_portrait_is_sent_shown_taken_down_and_a_look_chosen(world: World) -> None:
    bob, owner = world.joins("bob"), world.person("老板")
    assert "请发一张你的照片" in bob.says("海报头像")
    sends(bob, Image.new("RGB", (120, 120), "red"))
    world.work()
    assert "头像没有换：图片太小" in bob.told()
    bob.says("海报头像")
    sends(bob, Image.new("RGB", (500, 700), "red"))
    world.work()
    assert "头像放上海报了" in bob.told()
    bob.says("店铺海报")
    world.work()
    faced = Image.open(BytesIO(bob.sees(bob.pictures()[-1]["media"]))).convert("RGB")
    assert is_red(faced)
    assert "海报样式由商家统一设定" in bob.says("海报 换样式")
    owner.says("设置 可选样式 暖橙 夜蓝")
    assert "1. 暖橙\n2. 夜蓝\n3. 商家的样式（现在）" in bob.says("海报 换样式")
    assert "都用「夜蓝」" in bob.says("2")
    code = world.code("bob")
    assert "他的海报" in owner.says(f"推广员 {code}")
    assert "也通知了他" in owner.taps("移除海报头像")
    world.work()
    assert "商家移除了你海报上的头像" in bob.told()
    bob.says("店铺海报")
    world.work()
    plain = Image.open(BytesIO(bob.sees(bob.pictures()[-1]["media"]))).convert("RGB")
    assert not is_red(plain)
    assert plain.getpixel((20, 1880)) != faced.getpixel((20, 1880))
    world.audited()


def is_red(poster: Image.Image) -> bool:
    """Whether the card has a red face on it."""
    card = poster.crop((112, 1088, 968, 1400)).getcolors(1 << 20) or []
    return any(red > 220 and green < 60 and blue < 60 for _, (red, green, blue) in card)  # type: ignore[misc]
