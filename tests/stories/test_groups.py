"""老板 makes a group, takes bob in by taps, and orders are paid by the group that he was in when they were paid."""

from __future__ import annotations

from tests.stories.world import World, caught

CODE = r"确认\S+（(\w{6})）"


def test_a_groups_life(world: World) -> None:
    owner, bob = world.person("老板"), world.joins("bob")
    carol = world.person("carol")
    carol.scans_poster_of("bob")
    carol.pays()
    assert bob.purse() == {"待结算": "¥30.00"}, "the shop's 30 %"

    owner.says("规则设置")
    assert "还没有分组" in owner.taps("推广员分组")
    owner.taps("加分组")
    assert "已加分组 金牌" in owner.says("金牌")
    owner.says("分组 金牌 一级 40% 二级 5%")
    code = caught(CODE, owner.says("分组 金牌 一级 40% 二级 8%"))
    assert "已改分组 金牌：一级佣金 40%，邀请奖励 8%" in owner.taps(f"确认修改（{code}）")

    owner.says("推广员列表")
    owner.taps("bob")
    assert "换到哪个分组？" in owner.taps("换分组")
    prompt = owner.taps("金牌")
    assert "未分组 → 金牌" in prompt
    code = caught(CODE, prompt)
    carol.pays()
    assert bob.purse() == {"待结算": "¥60.00"}, "asked is not done"
    owner.taps(f"确认调整（{code}）")
    carol.pays()
    assert bob.purse() == {"待结算": "¥100.00"}, "the group's 40 %"

    prompt = owner.says("商品 SKU1 分组 金牌 一级 50%")
    owner.taps(f"确认修改（{caught(CODE, prompt)}）")
    carol.pays()
    assert bob.purse() == {"待结算": "¥150.00"}, "the product's 50 % for the group"

    assert "没听懂" in bob.says("分组"), "groups are the merchant's matter"
    assert "没听懂" in bob.says("分组 金牌 一级 90%")
    world.audited()
