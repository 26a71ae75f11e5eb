"""收款码: a promoter sends a picture instead of an account; who pays sees it, nobody else does."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from tests.stories.world import Person, World, caught, visible


def sends(someone: Person, picture: Image.Image, kind: str = "PNG") -> None:
    data = BytesIO()
    picture.save(data, kind)
    someone.sends_picture(data.getvalue())


def test_a_picture_is_sent_kept_seen_by_who_pays_and_paid(world: World) -> None:
    bob, carol = world.joins("bob"), world.person("carol")
    carol.scans_poster_of("bob")
    world.settles(carol.pays())
    owner, clerk = world.person("老板"), world.staff("小王", "客服")

    bob.says("提现 20")
    bob.says("微信")
    bob.told()
    sends(bob, Image.new("RGB", (60, 60), "green"))
    world.work()
    assert "微信收款码没有保存：图片太小" in bob.told()

    bob.says("提现 20")
    bob.says("微信")
    sends(bob, Image.new("RGB", (900, 1200), "green"))
    world.work()
    assert "微信收款码已加密保存" in bob.told()
    assert "收款：微信收款码" in bob.says("提现 20")
    code = caught(r"单号 (\w{6})", bob.taps("确认提现"))

    assert "微信收款码" in owner.says(f"提现单 {code}")
    owner.taps("通过")
    assert "微信收款码：看收款码" in owner.says(f"开始打款 {code}")
    before = len(owner.pictures())
    assert "收款码马上发给你" in owner.taps("看收款码")
    world.work()
    seen = owner.pictures()
    assert len(seen) == before + 1
    shown = Image.open(BytesIO(owner.sees(seen[-1]["media"])))
    assert (shown.format, shown.size) == ("JPEG", (900, 1200))

    assert "没有财务权限" in clerk.says(f"看收款码 {code}")
    paid = caught(r"已打款 (\w+) 流水号", visible(owner.says(f"开始打款 {code}")))
    assert "已记录打款" in owner.says(f"已打款 {paid} PAY12345")
    assert "没有收款码可看" in owner.says(f"看收款码 {code}")
    world.audited()
