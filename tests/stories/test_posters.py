"""商品海报 and 邀请海报 arrive with the promoter's own codes; no reward stands on what a customer sees."""

from __future__ import annotations

from tests.handlers.world import taps
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
