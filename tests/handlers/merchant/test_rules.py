"""规则设置: every setting can be read and changed in words, and says why not."""

from __future__ import annotations

import pytest

from engine.money import Money, Rate
from engine.programme.modes import EarnTo, LockMode, PayoutMode, PosterLook, SelfPurchase, SettleMode
from engine.programme.settings import ACKNOWLEDGEMENT, DEFAULT_AGREEMENT, SPECS, Kind, Settings
from handlers.texts import settings as texts
from handlers.texts.marks import folded
from posters.templates import TEMPLATES
from tests.handlers.merchant.scenes import OWNER, tap_of
from tests.handlers.world import World, read, taps

CHANGES = {
    "programme": ("关", False),
    "recruiting": ("关闭", False),
    "review": ("关掉", False),
    "lock_mode": ("购买锁定", LockMode.ON_PURCHASE),
    "lock_days": ("３０ 天", 30),
    "visit_window": ("14天", 14),
    "level1": ("１２.５％", Rate(1250)),
    "level2": ("5", Rate(500)),
    "two_level": ("关", False),
    "self_purchase": ("自购省", SelfPurchase.DISCOUNT),
    "earn_shown": ("关", False),
    "earn_to": ("所有人", EarnTo.ALL),
    "settle_mode": ("发货后", SettleMode.SHIPPED),
    "settle_days": ("10 天", 10),
    "payout_mode": ("线下", PayoutMode.OFFLINE),
    "withdraw_min": ("10元", Money(1000)),
    "withdraw_max": ("￥1,000", Money(100_000)),
    "daily_limit": ("5000块", Money(500_000)),
    "shop_name": ("花间 大店", "花间 大店"),
    "recruit_text": ("来吧，一起推荐好物。", "来吧，一起推荐好物。"),
    "agreement": ("免费加入。", "免费加入。"),
    "questions": ("你在哪里推荐？；每周几次？", "你在哪里推荐？；每周几次？"),
    "recruit_title": ("一起来推荐", "一起来推荐"),
    "recruit_picture": ("清空", ""),
    "share_title": ("街角的好茶", "街角的好茶"),
    "share_text": ("清空", ""),
    "share_picture": ("清空", ""),
    "poster_title": ("春季，上新。", "春季，上新。"),
    "poster_text": ("清空", ""),
    "poster_template": ("暖橙", PosterLook.WARM),
    "product_template": ("夜蓝", PosterLook.NIGHT),
    "invitation_template": ("素雅", PosterLook.PLAIN),
    "poster_looks": ("暖橙，素雅", (PosterLook.PLAIN, PosterLook.WARM)),
    "product_text": ("门店现货。", "门店现货。"),
    "poster_background": ("清空", ""),
    "product_background": ("清空", ""),
    "invitation_background": ("恢复默认", ""),
    "to_staff": ("开", True),
    "service_text": ("每天 9:00–18:00", "每天 9:00–18:00"),
    "welcome_text": ("手作护理，慢慢看。", "手作护理，慢慢看。"),
    "shop_link": ("https://shop.example.com", "https://shop.example.com"),
}


def now(world: World) -> Settings:
    return world.by(OWNER).settings.now()


def change(world: World, line: str) -> str:
    """Type a change, and confirm it where that is asked."""
    shown = world.say(OWNER, line)
    confirm = [sends for sends in taps(shown) if sends.startswith("确认 ")]
    return world.say(OWNER, confirm[0]) if confirm else shown


def test_the_words_cover_every_setting() -> None:
    assert set(texts.WORDS) == set(SPECS) == set(CHANGES)
    grouped = [key for _, keys in texts.GROUPS for key in keys]
    assert sorted(grouped) == sorted(SPECS)
    names = [folded(name) for words in texts.WORDS.values() for name in (words.name, *words.also)]
    assert len(names) == len(set(names)), "no name means two settings"


def test_the_templates_are_those_that_can_be_drawn() -> None:
    assert {look.value: texts.said("poster_template", look) for look in PosterLook} == TEMPLATES


@pytest.mark.parametrize("key", SPECS)
def test_every_setting_can_be_changed_in_one_line(shared: World, key: str) -> None:
    typed, value = CHANGES[key]
    change(shared, f"设置 {texts.name_of(key)} {typed}")
    assert getattr(now(shared), key) == value


@pytest.mark.parametrize("key", SPECS)
def test_every_setting_has_a_page_and_a_place(shared: World, key: str) -> None:
    name = texts.name_of(key)
    group = next(title for title, keys in texts.GROUPS if key in keys)
    assert f"设置 {group}" in taps(shared.say(OWNER, "规则设置"))
    assert f"设置 {name}" in taps(shared.say(OWNER, f"设置 {group}"))
    shown = shared.say(OWNER, f"设置 {name}")
    assert shown.startswith(f"{name} · ")
    assert texts.range_of(key) in shown
    assert texts.WORDS[key].orders in shown


@pytest.mark.parametrize("key", SPECS)
def test_every_value_reads_back_as_it_was_said(key: str) -> None:
    spec = SPECS[key]
    for option in texts.options_of(key):
        heard = texts.heard(key, option)
        read_back = heard if spec.kind is not Kind.SWITCH else str(heard == "on")
        assert texts.said_again(key, read_back) == option


@pytest.mark.parametrize("key", SPECS)
def test_switches_and_choices_change_by_a_tap(shared: World, key: str) -> None:
    shown = shared.say(OWNER, f"设置 {texts.name_of(key)}")
    offered = [sends for sends in taps(shown) if sends.startswith("设置 ") and not sends.endswith(" 改")]
    assert bool(offered) is bool(texts.options_of(key))
    for sends in offered:
        assert "已生效" in change(shared, sends), sends


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("锁定有效期 4000", "锁定有效期不能是“4000”。\n可填：永久，或 1 到 3650 天"),
        ("锁定有效期 一年", "可填：永久，或 1 到 3650 天"),
        ("访问有效期 91天", "可填：0 到 90 天"),
        ("审核 也许", "可填：开、关"),
        ("锁定方式 随便", "可填：访问锁定、购买锁定、购买单次锁定"),
        ("最低提现 0.01", "可填：¥0.10 到 ¥50000.00"),
        ("最低提现 很少", "最低提现不能是“很少”。\n可填：¥0.10 到 ¥50000.00"),
        ("最低提现 3000", "最低提现（¥3000.00）不能高于最高提现（¥2000.00）"),
        ("佣金比例 101", "佣金比例不能是“101”。\n可填：0% 到 100%，最多两位小数\n例如：设置 佣金比例 "),
        ("佣金比例 95", "超过了 100%"),
        ("店名 " + "长" * 21, "店名要 1 到 20 字，你发来的是 21 字"),
        ("海报模板 金色", "可填：素雅、暖橙、墨绿、夜蓝"),
        ("招募 开", "招募现在就是「开」，没有改动。"),
        ("佣金比例 30", "佣金比例现在就是「30%」，没有改动。"),
        ("店名 躺赚小店", "「躺赚」不能用：微信规定不得夸大或承诺收益"),
        ("火箭 1", "没有叫“火箭”的设置。"),
    ],
)
def test_a_value_that_is_none_is_refused_with_the_range(world: World, typed: str, says: str) -> None:
    before = now(world).version
    assert says in world.say(OWNER, f"设置 {typed}")
    assert now(world).version == before


def test_received_and_its_days_in_one_word(world: World) -> None:
    change(world, "设置 结算时间 付款后")
    shown = world.say(OWNER, "设置 结算时间 收货后10天")
    assert "结算天数：7 天 → 10 天" in shown
    assert "结算时间：付款后 → 收货后" in shown
    assert "现在就是「收货后」" in world.say(OWNER, "设置 结算时间 收货后10天")
    assert "可填：0 到 90 天" in world.say(OWNER, "设置 结算时间 收货后99天")


@pytest.mark.parametrize(
    ("typed", "key", "value"),
    [
        ("锁定有效期 永久", "lock_days", 0),
        ("每日打款上限 不限", "daily_limit", Money(0)),
        ("海报标题 空", "poster_title", ""),
        ("协议 默认", "agreement", DEFAULT_AGREEMENT),
        ("一级 8", "level1", Rate(800)),
        ("佣金 8", "level1", Rate(800)),
    ],
)
def test_other_words_for_values_and_names(world: World, typed: str, key: str, value: object) -> None:
    world.set(lock_days="30", daily_limit="1000", poster_title="大促", agreement="免费。")
    change(world, f"设置 {typed}")
    assert getattr(now(world), key) == value


def test_a_rate_shows_before_and_after_and_takes_a_code(world: World) -> None:
    shown = world.say(OWNER, "设置 佣金比例 12%")
    assert "把佣金比例改为 12%？\n原来：30%\n已有订单不变" in shown
    assert now(world).level1 == Rate(3000)
    assert "佣金比例：30% → 12%，已生效。" in world.say(OWNER, tap_of(shown, "确认"))


def test_a_long_text_is_asked_for_and_read_page_by_page(world: World) -> None:
    assert "（1 到 1500 字）" in world.say(OWNER, "设置 推广员协议 改")
    assert "要 1 到 1500 字，你发来的是 1501 字" in world.say(OWNER, "长" * 1501)
    assert "「躺赚」不能用" in world.say(OWNER, "躺 赚，轻松。")
    text = "\n".join(f"第{n}条，" + "字" * 140 + "。" for n in range(10))
    assert "推广员协议已更新。" in world.say(OWNER, text)
    assert now(world).agreement == text
    first = world.say(OWNER, "看 推广员协议")
    assert "推广员协议（1/" in first
    assert "推广员协议（2/" in world.say(OWNER, tap_of(first, "看 推广员协议"))
    assert "重新填写" in world.say(OWNER, "看 推广员协议 99")


def test_a_text_can_be_called_off_and_taken_up_again(world: World) -> None:
    world.say(OWNER, "设置 招募说明 改")
    world.say(OWNER, "待办")
    assert "请把新的招募说明发给我" in world.say(OWNER, "继续")
    world.say(OWNER, "取消")
    before = now(world)
    world.say(OWNER, "欢迎加入。")
    assert now(world) == before


def test_the_second_level_waits_for_the_owners_own_words(one_level: World) -> None:
    world = one_level
    assert "二级分销 · 未生效（等你确认风险）" in read(world.say(OWNER, "设置 佣金"))
    risk = world.say(OWNER, "设置 二级分销 开")
    assert "微信最多允许两级" in risk
    assert f"请原样回复：{ACKNOWLEDGEMENT}" in risk
    assert "还没有开启。" in world.say(OWNER, "知道了")
    assert not now(world).pays_level2
    assert "二级分销已开启，你的确认已记录。" in world.say(OWNER, f"{ACKNOWLEDGEMENT}。")
    assert now(world).pays_level2
    assert "早已开启" in world.say(OWNER, ACKNOWLEDGEMENT)


def test_the_acknowledgement_also_switches_on_what_was_off(one_level: World) -> None:
    world = one_level
    change(world, "设置 二级分销 关")
    world.say(OWNER, "设置 二级分销 开")
    world.say(OWNER, ACKNOWLEDGEMENT)
    assert now(world).pays_level2
    change(world, "设置 二级分销 关")
    assert not now(world).pays_level2
    assert "二级分销：关 → 开，已生效。" in change(world, "设置 二级分销 开")


def test_the_programme_says_what_is_missing(world: World) -> None:
    change(world, "设置 推广计划 关")
    world.by(OWNER).products.promote("SKU1", False)
    shown = world.say(OWNER, "设置 推广计划 开")
    assert "推广计划还不能开启：\n还没有推广产品" in shown
    assert "商品 加" in taps(shown)


def test_numbers_open_groups_and_settings(world: World) -> None:
    world.say(OWNER, "规则设置")
    assert "规则设置 · 锁客" in world.say(OWNER, "2")
    assert "锁定有效期 · 永久" in world.say(OWNER, "2")
    assert "访问有效期 · 7 天" in world.say(OWNER, "3"), "the list stays"
