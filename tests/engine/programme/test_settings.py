"""Settings: each one's range, the codes of rates, what may not be switched on, versions as of a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import OPERATOR
from engine.errors import NotAnAmount, NotARate, Refusal
from engine.money import Money, Rate
from engine.people.authority import Role
from engine.people.confirmations import CodeExpired, CodeOutdated, CodeUnknown
from engine.programme import settings as room
from engine.programme.ceilings import RatesTooHigh
from engine.programme.modes import EarnTo, Goods, LockMode, PayoutMode, PosterLook, SelfPurchase, SettleMode
from engine.programme.settings import (
    ACKNOWLEDGEMENT,
    DEFAULT_AGREEMENT,
    DEFAULT_RECRUIT,
    SPECS,
    DailyLimitBelowMinimum,
    MinimumAboveMaximum,
    NoSuchSetting,
    NotAcknowledged,
    NothingChanged,
    OutOfRange,
    ProgrammeNotReady,
    Settings,
)
from engine.programme.wording import BannedWording, TooManyQuestions, check, questions
from engine.store.tables import (
    outbox,
    product_history,
    products,
    settings_versions,
)
from tests.engine.world import World

PICTURE = f"{'a' * 64}.jpg"
GOOD: dict[str, list[tuple[str, Any]]] = {
    "programme": [("on", True)],
    "recruiting": [("off", False)],
    "review": [(" off ", False)],
    "lock_mode": [("on_visit", LockMode.ON_VISIT), ("on_purchase", LockMode.ON_PURCHASE)],
    "lock_days": [("1", 1), ("3650", 3_650)],
    "visit_window": [("0", 0), ("90", 90)],
    "level1": [("0%", Rate(0)), ("12.5", Rate(1_250)), ("100%", Rate(10_000)), ("３０％", Rate(3_000))],
    "level2": [("10%", Rate(1_000))],
    "two_level": [("off", False)],
    "self_purchase": [("commission", SelfPurchase.COMMISSION), ("discount", SelfPurchase.DISCOUNT)],
    "earn_shown": [("off", False)],
    "earn_to": [("nobody", EarnTo.NOBODY), ("all", EarnTo.ALL)],
    "settle_mode": [("paid", SettleMode.PAID), ("shipped", SettleMode.SHIPPED)],
    "settle_days": [("0", 0), ("90", 90)],
    "payout_mode": [("offline", PayoutMode.OFFLINE)],
    "withdraw_min": [("0.1", Money(10)), ("１２元", Money(1_200)), ("2,000", Money(200_000))],
    "withdraw_max": [("50000", Money(5_000_000)), ("1", Money(100))],
    "daily_limit": [("10000000", Money(1_000_000_000)), ("1", Money(100))],
    "shop_name": [("店", "店"), ("店" * 20, "店" * 20)],
    "recruit_text": [("来吧", "来吧"), ("字" * 500, "字" * 500)],
    "agreement": [("甲乙", "甲乙"), ("字" * 1_500, "字" * 1_500)],
    "questions": [("你常在哪里推荐？", "你常在哪里推荐？"), ("甲；乙；丙", "甲；乙；丙")],
    "poster_title": [("好物", "好物"), ("字" * 24, "字" * 24)],
    "poster_text": [("", ""), ("字" * 120, "字" * 120)],
    "poster_template": [("warm", PosterLook.WARM)],
    "product_template": [("jade", PosterLook.JADE)],
    "invitation_template": [("night", PosterLook.NIGHT)],
    "poster_looks": [
        ("warm,plain", (PosterLook.PLAIN, PosterLook.WARM)),
        ("", ()),
        (",".join(look.value for look in PosterLook), tuple(PosterLook)),
    ],
    "product_text": [("现货", "现货")],
    "poster_background": [(PICTURE, PICTURE)],
    "product_background": [(PICTURE, PICTURE)],
    "invitation_background": [(PICTURE, PICTURE)],
    "recruit_title": [("一起来推荐", "一起来推荐")],
    "recruit_picture": [(PICTURE, PICTURE)],
    "share_title": [("街角的好茶", "街角的好茶")],
    "share_text": [("手作护理", "手作护理")],
    "share_picture": [(PICTURE, PICTURE)],
    "to_staff": [("on", True)],
    "service_text": [("每天 9:00–18:00", "每天 9:00–18:00"), ("字" * 120, "字" * 120)],
    "welcome_text": [("慢慢看。", "慢慢看。")],
    "shop_link": [
        ("https://shop.example.com/a?b=1", "https://shop.example.com/a?b=1"),
        ("http://a.cn:8080", "http://a.cn:8080"),
    ],
}
BAD: dict[str, list[str]] = {
    **{switch: ["yes", "", "ON", "1", "开"] for switch in ("programme", "recruiting", "review", "two_level")},
    "lock_mode": ["", "onvisit", "on visit"],
    "lock_days": ["-1", "3651", "1.5", "", "abc", "１０", "0000000007", "9" * 30],
    "visit_window": ["91", "-1", "٧"],
    "level1": ["101%", "-1%", "12.345%", "", "abc", "1e1"],
    "level2": ["100.01%", "∞"],
    "self_purchase": ["", "yes"],
    "earn_shown": ["", "所有人"],
    "earn_to": ["", "customers"],
    "settle_mode": ["", "never"],
    "settle_days": ["91", "-1", "七"],
    "payout_mode": ["", "cash"],
    "withdraw_min": ["0.09", "50000.01", "-1", "1.234", "", "abc"],
    "withdraw_max": ["0.09", "50000.01", "十"],
    "daily_limit": ["10000000.01", "-1", ""],
    "shop_name": ["", "   ", "店" * 21],
    "recruit_text": ["", "字" * 501],
    "agreement": ["", "字" * 1_501],
    "questions": ["字" * 123],
    "poster_title": ["字" * 25],
    "poster_text": ["字" * 121],
    "poster_template": ["", "gold"],
    "product_template": ["素雅"],
    "invitation_template": ["WARM"],
    "poster_looks": ["gold", "plain,gold", "plain warm"],
    "product_text": ["字" * 61],
    "poster_background": ["b.jpg"],
    "product_background": ["b.jpg"],
    "invitation_background": ["b.jpg"],
    "recruit_title": ["字" * 25],
    "recruit_picture": ["../etc/passwd"],
    "share_title": ["字" * 25],
    "share_text": ["字" * 61],
    "share_picture": ["a.png"],
    "to_staff": ["", "yes"],
    "service_text": ["字" * 121],
    "welcome_text": ["字" * 61],
    "shop_link": [
        "shop.example.com",
        "javascript:alert(1)",
        "https://a.cn/<a>",
        "https://a.cn/ b",
        'https://a.cn/"',
        "https://",
    ],
}
DEFAULTS: dict[str, Any] = {
    "programme": False, "recruiting": True, "review": True, "lock_mode": LockMode.SINGLE_SHOT, "lock_days": 0,
    "visit_window": 7, "level1": None, "level2": None, "two_level": True, "self_purchase": SelfPurchase.NONE,
    "earn_shown": True, "earn_to": EarnTo.PROMOTERS,
    "settle_mode": SettleMode.RECEIVED, "settle_days": 7, "payout_mode": PayoutMode.ONLINE,
    "withdraw_min": Money(100),
    "withdraw_max": Money(200_000), "daily_limit": Money(0), "shop_name": "我的小店",
    "recruit_text": DEFAULT_RECRUIT, "agreement": DEFAULT_AGREEMENT, "questions": "", "poster_title": "",
    "poster_text": "用心做好每一件商品", "poster_template": PosterLook.PLAIN,
    "product_template": PosterLook.WARM, "invitation_template": PosterLook.JADE,
    "poster_looks": (), "product_text": "",
    "poster_background": "", "product_background": "", "invitation_background": "",
    "recruit_title": "", "recruit_picture": "", "share_title": "", "share_text": "", "share_picture": "",
    "to_staff": False, "service_text": "", "welcome_text": "", "shop_link": "",
}  # fmt: skip


@pytest.fixture
def owner(world: World) -> World:
    """A shop with an owner and one product; nothing is set."""
    world.enrol("老板", Role.OWNER)
    world.boss.products.put("SKU1", "护手霜", Goods.GOODS, Money(10_000))
    return world


def put(world: World, key: str, typed: str) -> None:
    if SPECS[key].confirmed:
        world.set_rate(key, typed)
    else:
        world.change(key, typed)


def test_every_setting_has_its_good_and_its_bad_values_here() -> None:
    assert set(GOOD) == set(BAD) == set(DEFAULTS) == set(SPECS)
    assert set(SPECS) | {"acknowledged", "version"} == set(Settings.__dataclass_fields__)


def test_the_defaults_are_those_of_the_rules(world: World) -> None:
    now = world.boss.settings.now()
    assert {key: getattr(now, key) for key in SPECS} == DEFAULTS
    assert (now.acknowledged, now.pays_level2) == (False, False)


@pytest.mark.parametrize("key", SPECS)
def test_a_good_value_is_kept_and_the_others_stay(owner: World, key: str) -> None:
    if key == "programme":
        put(owner, "level1", "30%")
    for typed, value in GOOD[key]:
        before = owner.boss.settings.now()
        put(owner, key, typed)
        after = owner.boss.settings.now()
        assert getattr(after, key) == value
        changed = {name for name in SPECS if getattr(before, name) != getattr(after, name)}
        assert (changed, after.version) == ({key}, before.version + 1)


@pytest.mark.parametrize("key", SPECS)
def test_a_bad_value_is_refused_with_what_was_typed_and_changes_nothing(owner: World, key: str) -> None:
    before = owner.boss.settings.now()
    for typed in BAD[key]:
        with pytest.raises((OutOfRange, NotARate, NotAnAmount)) as caught:
            put(owner, key, typed)
        match caught.value:
            case OutOfRange() as refused:
                assert (refused.key, refused.typed) == (key, typed)
            case NotARate() | NotAnAmount() as refused:
                assert refused.typed == typed.strip()
    assert owner.boss.settings.now() == before


@pytest.mark.parametrize("key", SPECS)
def test_the_value_it_has_already_is_no_change(owner: World, key: str) -> None:
    typed = GOOD[key][0][0]
    if key == "programme":
        put(owner, "level1", "30%")
    put(owner, key, typed)
    with pytest.raises(NothingChanged):
        put(owner, key, typed)


@pytest.mark.parametrize("key", ["", "Programme", "version", "acknowledged", "DROP TABLE"])
def test_a_setting_that_there_is_not(owner: World, key: str) -> None:
    with pytest.raises(NoSuchSetting) as refused:
        owner.change(key, "on")
    assert refused.value.key == key
    with pytest.raises(NoSuchSetting):
        owner.boss.settings.propose(key, "on")


@pytest.mark.parametrize("key", ["level1", "level2"])
def test_a_rate_is_not_changed_without_its_code(owner: World, key: str) -> None:
    with pytest.raises(NoSuchSetting):
        owner.change(key, "30%")
    code = owner.boss.settings.propose(key, "30%").code
    assert getattr(owner.boss.settings.now(), key) is None
    owner.boss.settings.confirm(code)
    assert getattr(owner.boss.settings.now(), key) == Rate(3_000)
    with pytest.raises(CodeUnknown):
        owner.boss.settings.confirm(code)


def test_a_code_of_a_rate_lives_five_minutes(owner: World) -> None:
    code = owner.boss.settings.propose("level1", "30%").code
    owner.clock.move(minutes=5)
    with pytest.raises(CodeExpired) as refused:
        owner.boss.settings.confirm(code)
    assert refused.value.bound["typed"] == "30%"


def test_a_code_is_outdated_when_the_rate_changed_in_between(owner: World) -> None:
    first = owner.boss.settings.propose("level1", "30%").code
    owner.set_rate("level1", "20%")
    with pytest.raises(CodeOutdated):
        owner.boss.settings.confirm(first)
    assert owner.boss.settings.now().level1 == Rate(2_000)


def test_the_programme_needs_a_rate_and_a_promoted_product(world: World) -> None:
    world.enrol("老板", Role.OWNER)

    def missing() -> tuple[bool, bool]:
        with pytest.raises(ProgrammeNotReady) as refused:
            world.change("programme", "on")
        ready = world.boss.settings.readiness()
        assert (refused.value.rate_missing, refused.value.product_missing) == (
            not ready.has_rate,
            not ready.has_product,
        )
        return refused.value.rate_missing, refused.value.product_missing

    assert missing() == (True, True)
    world.boss.products.put("SKU1", "护手霜", Goods.GOODS, Money(10_000))
    assert missing() == (True, False)
    world.boss.products.promote("SKU1", False)
    world.set_rate("level1", "30%")
    assert missing() == (False, True)
    world.boss.products.promote("SKU1", True)
    world.change("programme", "on")


def test_a_products_own_rate_is_rate_enough(owner: World) -> None:
    owner.boss.products.confirm_rates(owner.boss.products.propose_rates("SKU1", Rate(3_000), None).code)
    owner.change("programme", "on")
    assert owner.boss.settings.now().programme


def test_the_minimum_is_never_above_the_maximum(owner: World) -> None:
    owner.change("withdraw_max", "100")
    with pytest.raises(MinimumAboveMaximum) as refused:
        owner.change("withdraw_min", "100.01")
    assert (refused.value.minimum, refused.value.maximum) == (Money(10_001), Money(10_000))
    owner.change("withdraw_min", "100")
    with pytest.raises(MinimumAboveMaximum):
        owner.change("withdraw_max", "99.99")


@pytest.mark.parametrize("typed", ["", "我已了解", "我已了解二级风险吗", "yes"])
def test_the_risk_is_acknowledged_in_its_own_words_only(owner: World, typed: str) -> None:
    with pytest.raises(NotAcknowledged):
        owner.boss.settings.acknowledge(typed)
    assert not owner.boss.settings.now().pays_level2


def test_the_acknowledgement_switches_the_second_level_on(owner: World) -> None:
    owner.boss.settings.acknowledge(f" {ACKNOWLEDGEMENT}。")
    assert owner.boss.settings.now().pays_level2
    owner.change("two_level", "off")
    assert not owner.boss.settings.now().pays_level2
    with pytest.raises(NothingChanged):
        owner.boss.settings.acknowledge(ACKNOWLEDGEMENT)


def test_the_operator_sets_up_what_takes_a_code_in_the_chat(owner: World) -> None:
    owner.at(OPERATOR).settings.set_up("level1", "30%")
    owner.at(OPERATOR).settings.set_up("acknowledged", ACKNOWLEDGEMENT)
    assert (owner.boss.settings.now().level1, owner.boss.settings.now().acknowledged) == (Rate(3_000), True)
    with pytest.raises(OutOfRange):
        owner.at(OPERATOR).settings.set_up("lock_days", "-1")


def test_the_menu_is_made_anew_for_what_it_shows_and_for_nothing_else(owner: World) -> None:
    def menus() -> int:
        found: int = owner.rows(
            select(func.count()).where(outbox.c.shop_id == owner.shop, outbox.c.kind == "menu")
        )[0][0]
        return found

    owner.change("lock_days", "5")
    assert menus() == 0
    owner.change("recruiting", "off")
    owner.change("two_level", "off")
    assert menus() == 2


# --- versions


def test_settings_are_asked_as_of_a_time(owner: World) -> None:
    start = owner.now
    for days in (5, 6, 7):
        owner.change("lock_days", str(days))
        owner.clock.move(days=1)

    def then(at: Any) -> int:
        with owner.reading() as tx:
            return room.as_of(tx, at).lock_days

    assert [then(start + timedelta(days=n)) for n in (-9, 0, 1, 2, 9)] == [5, 5, 6, 7, 7]
    assert then(start + timedelta(days=1, milliseconds=-1)) == 5
    with owner.reading() as tx:
        assert [room.version(tx, n).lock_days for n in range(4)] == [0, 5, 6, 7]


def test_two_changes_in_one_instant_both_hold(owner: World) -> None:
    owner.change("lock_days", "5")
    owner.change("settle_days", "9")
    now = owner.boss.settings.now()
    assert (now.lock_days, now.settle_days) == (5, 9)
    rows = owner.rows(select(settings_versions.c.version).where(settings_versions.c.shop_id == owner.shop))
    assert len(rows) == 2


# --- ceilings


def test_both_levels_together_never_pay_more_than_the_price(owner: World) -> None:
    owner.set_rate("level1", "70%")
    with pytest.raises(RatesTooHigh) as refused:
        owner.boss.settings.propose("level2", "30.01%")
    assert (refused.value.product, refused.value.level1, refused.value.level2, refused.value.groups) == (
        "", Rate(7_000), Rate(3_001), (),
    )  # fmt: skip
    owner.set_rate("level2", "30%")


def test_a_products_rate_is_held_against_the_shops_and_the_other_way_round(owner: World) -> None:
    owner.set_rate("level2", "30%")
    with pytest.raises(RatesTooHigh) as refused:
        owner.boss.products.propose_rates("SKU1", Rate(7_001), None)
    assert refused.value.product == "护手霜"
    owner.boss.products.confirm_rates(owner.boss.products.propose_rates("SKU1", Rate(7_000), None).code)
    with pytest.raises(RatesTooHigh) as later:
        owner.boss.settings.propose("level2", "31%")
    assert (later.value.product, later.value.level1, later.value.level2) == (
        "护手霜",
        Rate(7_000),
        Rate(3_100),
    )


def test_a_ceiling_is_checked_again_when_the_code_is_used(owner: World) -> None:
    first = owner.boss.settings.propose("level1", "70%").code
    second = owner.boss.products.propose_rates("SKU1", None, Rate(4_000)).code
    owner.boss.settings.confirm(first)
    with pytest.raises(RatesTooHigh):
        owner.boss.products.confirm_rates(second)
    assert owner.boss.products.get("SKU1").level2 is None


def _gold(owner: World, level1: int | None) -> None:
    owner.boss.groups.create("金牌")
    if level1 is not None:
        code = owner.boss.groups.propose_rates("金牌", Rate(level1), None).code
        owner.boss.groups.confirm_rates(code)


def test_the_refusal_names_the_groups_whose_rates_meet(owner: World) -> None:
    _gold(owner, 6_000)
    with pytest.raises(RatesTooHigh) as refused:
        owner.boss.products.propose_rates("SKU1", None, Rate(4_001))
    assert (refused.value.product, refused.value.level1, refused.value.groups) == (
        "护手霜", Rate(6_000), ("金牌",),
    )  # fmt: skip
    with pytest.raises(RatesTooHigh) as of_shop:
        owner.boss.settings.propose("level2", "40.01%")
    assert of_shop.value.groups == ("金牌",)


# --- products


def test_a_product_keeps_its_rates_and_its_place_when_it_is_corrected(owner: World) -> None:
    owner.boss.products.confirm_rates(owner.boss.products.propose_rates("SKU1", Rate(5_000), Rate(0)).code)
    owner.boss.products.promote("SKU1", False)
    corrected = owner.boss.products.put("SKU1", "新名", Goods.SERVICE, Money(1))
    assert (corrected.promoted, corrected.level1, corrected.level2) == (False, Rate(5_000), Rate(0))
    owner.boss.products.confirm_rates(owner.boss.products.propose_rates("SKU1", None, None).code)
    assert (owner.boss.products.get("SKU1").level1, owner.boss.products.get("SKU1").level2) == (None, None)
    history = owner.rows(select(product_history.c.n).where(product_history.c.shop_id == owner.shop))
    assert sorted(row.n for row in history) == [1, 2, 3, 4, 5]


def test_a_products_code_is_outdated_when_its_rates_changed_in_between(owner: World) -> None:
    first = owner.boss.products.propose_rates("SKU1", Rate(1_000), None).code
    owner.boss.products.confirm_rates(owner.boss.products.propose_rates("SKU1", Rate(2_000), None).code)
    with pytest.raises(CodeOutdated):
        owner.boss.products.confirm_rates(first)


@pytest.mark.parametrize(
    ("sku", "title"), [("", "x"), ("x" * 33, "x"), ("a b", "x"), ("x", ""), ("x", "字" * 61)]
)
def test_a_product_without_a_fitting_number_or_title_is_refused(owner: World, sku: str, title: str) -> None:
    with pytest.raises(Refusal):
        owner.boss.products.put(sku, title, Goods.GOODS, Money(1))
    assert len(owner.rows(select(products).where(products.c.shop_id == owner.shop))) == 1


def test_products_are_read_page_by_page(owner: World) -> None:
    for sku in "CAB":
        owner.boss.products.put(sku, sku, Goods.GOODS, Money(1))
    first = owner.boss.products.all("", 2)
    assert [one.sku for one in first] == ["A", "B"]
    assert [one.sku for one in owner.boss.products.all("B", 9)] == ["C", "SKU1"]


# --- words that are punished

TEXT_KEYS = [key for key, spec in SPECS.items() if spec.kind is room.Kind.TEXT and key != "shop_link"]


@pytest.mark.parametrize("key", TEXT_KEYS)
def test_every_text_of_the_merchants_passes_the_check(owner: World, key: str) -> None:
    with pytest.raises(BannedWording) as refused:
        owner.change(key, "躺赚")
    assert (refused.value.word, refused.value.rule) == ("躺赚", "exaggeration")


@pytest.mark.parametrize(
    "text",
    [
        "关注领红包", "关注公众号送礼", "转发得奖励", "分享就赚", "集赞换礼", "拉人头", "需交入会费", "加盟费 99",
        "代理费", "躺赚", "稳 赚", "日·入过万", "月-入", "零投入", "三级分销", "多级", "无限代", "团队计酬", "返现",
        "返\u200b利",
    ],
)  # fmt: skip
def test_what_would_get_the_account_banned_is_found(text: str) -> None:
    with pytest.raises(BannedWording):
        check(text)


@pytest.mark.parametrize(
    "text", ["用心做好每一件商品", "关注我们。活动时送到家", "分享生活", DEFAULT_AGREEMENT, DEFAULT_RECRUIT]
)
def test_what_is_harmless_passes(text: str) -> None:
    check(text)


@pytest.mark.parametrize("typed", ["一\n二\n三\n四", "字" * 41])
def test_an_applicant_is_asked_at_most_three_short_questions(owner: World, typed: str) -> None:
    with pytest.raises(TooManyQuestions):
        put(owner, "questions", typed)


def test_each_of_the_three_questions_may_have_forty_letters(owner: World) -> None:
    put(owner, "questions", "\n".join(letter * 40 for letter in "甲乙丙"))
    assert len(questions(owner.boss.settings.now().questions)) == 3


@pytest.mark.parametrize("typed", ["交多少押金？", "你的银行卡号是？", "能付 100元 吗？", "押 金 多少"])
def test_no_question_is_about_money(owner: World, typed: str) -> None:
    with pytest.raises(BannedWording):
        put(owner, "questions", typed)


def test_the_daily_limit_leaves_room_for_the_smallest_withdrawal(owner: World) -> None:
    owner.change("withdraw_min", "10")
    with pytest.raises(DailyLimitBelowMinimum) as refused:
        owner.change("daily_limit", "9.99")
    assert (refused.value.limit, refused.value.minimum) == (Money(999), Money(1_000))
    owner.change("daily_limit", "10")
    with pytest.raises(DailyLimitBelowMinimum):
        owner.change("withdraw_min", "10.01")
    owner.change("daily_limit", "0")
    owner.change("withdraw_min", "20")
