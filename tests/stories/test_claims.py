"""Orders that the shop knows by a phone only, and an order that the owner gives to another promoter."""

from __future__ import annotations

from tests.stories.world import World, caught, visible

PHONE = "13911112222"


def test_a_buyer_known_by_phone_binds_it_and_his_promoter_earns(world: World) -> None:
    bob, carol, owner = world.joins("bob"), world.person("carol"), world.person("老板")
    carol.scans_poster_of("bob")
    number = carol.pays(buyer={"phone": PHONE})
    world.shop_tells(number, "shipped")
    world.later(days=1)
    assert bob.purse() == {}
    assert "待认领订单 1（不知道买家，先不计佣）" in visible(owner.says("待办"))
    owner.taps("待认领订单 1（不知道买家，先不计佣）")
    assert "买家留了手机号，还没有人绑定" in owner.says("1")
    assert PHONE not in str(owner.chat())

    assert "只用来把你在商城用这个号码下的单认到你名下" in carol.clicks("绑定手机号")
    assert "已绑定尾号 2222" in carol.says(PHONE)
    world.work()
    assert "有新的佣金入账" in bob.told()
    assert bob.purse() == {"待结算": "¥30.00"}
    assert "¥100.00" in carol.taps("我的订单")
    assert "没有待认领的订单" in owner.says("待认领订单")

    # mallory binds the same number: she hears what carol heard, and nothing moves
    mallory = world.person("mallory")
    mallory.follows()
    assert "已绑定尾号 2222" in mallory.says(f"绑定手机号 {PHONE}")
    carol.pays(buyer={"phone": PHONE})
    assert bob.purse() == {"待结算": "¥30.00"}
    owner.says("待认领订单")
    assert "有 2 个人绑定了它" in owner.says("1")
    owner.taps("知道是谁买的：认领")
    prompt = owner.says("1")
    assert "佣金：bob ¥30.00" in prompt
    assert "已认领给" in owner.taps_code()
    assert bob.purse() == {"待结算": "¥60.00"}
    world.audited()


def test_the_owner_gives_an_order_to_another_promoter_and_both_are_told(world: World) -> None:
    bob, dave, owner = world.joins("bob"), world.joins("dave"), world.person("老板")
    carol = world.person("carol")
    carol.scans_poster_of("bob")
    number = carol.pays()
    world.settles(number)
    assert bob.purse() == {"可提现": "¥30.00"}
    bob.asks_for("30")
    assert dave.purse() == {}  # and with that he can be written to for two days

    listed = owner.says("订单退款")
    code = caught(r"单号 (\w{6})", listed)
    owner.taps(f"单号 {code}")
    owner.taps("改归属")
    assert "为什么归给 dave？" in owner.says(world.code("dave"))
    prompt = owner.says("客户到店说是 dave 介绍的")
    assert "bob ¥30.00" in prompt
    assert "dave ¥30.00" in prompt
    assert "归属改好了" in owner.taps_code()
    world.work()
    assert f"商家改了单 {code} 的归属，你的收益 +¥30.00。" in dave.told()
    assert f"商家改了单 {code} 的归属，收回你的收益 ¥30.00；" in bob.told()
    assert dave.purse() == {"可提现": "¥30.00"}
    assert bob.purse() == {"提现中": "¥30.00", "待追回": "¥30.00"}
    assert "bob" in carol.says("我的推荐人")
    world.audited()
