"""What WeChat punishes is found however it is written, and ordinary sentences are left alone."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from engine.money import Money
from engine.programme.banned_words import BANNED
from engine.programme.modes import Goods
from engine.programme.settings import DEFAULT_AGREEMENT, DEFAULT_RECRUIT
from engine.programme.wording import BannedWording, check
from engine.store.tables import product_history as history
from engine.store.tables import products
from tests.engine.world import World

OFFENCES = {
    "follow_reward": (
        "关注领红包", "关注公众号送礼", "关注本店即可领取优惠券", "关注公众号，领10元券", "关注有礼", "關註領紅包",
        "关注。现在关注领券", "关 注 我 们 送 积 分", "关注青禾小店领好礼",
    ),
    "share_reward": (
        "转发得奖励", "分享就赚", "集赞换礼", "轉發朋友圈賺錢", "转发朋友圈获得红包", "分享有礼", "点赞领奖",
        "分享得佣金",         "转发，分享赚", "集 满 8 个赞？不，集赞",
    ),
    "recruit_reward": ("拉人头", "拉 人 头 有奖", "发展下线", "拉新有奖", "每个人头费 5 元"),
    "entry_fee": ("需交入会费", "加盟费 99", "代理费", "交保证金 100 元", "代 理 費"),
    "exaggeration": (
        "躺赚", "躺 赚", "稳 赚", "日·入过万", "月-入 3000", "月入上万", "日入斗金", "零投入", "０投入", "财务自由",
        "穩賺不賠", "躺着赚钱",
    ),
    "levels": ("三级分销", "多级", "无限代", "无限级", "團隊計酬", "3级分销", "三 級", "裂变奖励"),
    "cash_back": (
        "返现", "返 现", "返\u200b利", "返*现", "返🔥现", "返\n现", "返　現", "返。现", "下单返现 5 元", "返佣 10%",
    ),
}  # fmt: skip
HARMLESS = (
    "用心做好每一件商品", "关注我们。活动时送到家", "关注健康，领略花艺之美", "关注配送进度",
    "关注领导的讲话", "请关注送货时间", "分享生活", "分享使用心得", "值得分享，值得拥有",
    "转发前请先看说明", "分享获得的快乐", "喜欢就分享给朋友。朋友成交后你得佣金", "搜集赞美的话",
    "拉人头发不礼貌", "保证金牌品质", "质量保证，金银首饰", "今日入住", "三月入园", "次日入库",
    "佣金次日入账", "每月入账一次", "三级甲等医院", "国家三级文物", "第三级台阶", "一级、二级、三级别",
    "更多级别", "无限代入感", "往返现场", "满百包返 现货供应", "重返现实", "循环往返利用", "会员卡",
    "邀请朋友一起做推广员", "免费加入，无需购买", "不得刷单、拉人头、发展下线", "严禁承诺返现、返利",
    "不得以任何名义收取加盟费", "手机号 13800138000", "", "  ", "🌸",
    DEFAULT_AGREEMENT, DEFAULT_RECRUIT,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "rule"), [(text, rule) for rule, texts in OFFENCES.items() for text in texts]
)
def test_an_offence_is_found_and_its_rule_named(text: str, rule: str) -> None:
    with pytest.raises(BannedWording) as refused:
        check(text)
    assert refused.value.rule == rule
    assert refused.value.word


@pytest.mark.parametrize("text", HARMLESS)
def test_an_ordinary_sentence_passes(text: str) -> None:
    check(text)


@pytest.mark.parametrize("text", ["不得不说：躺赚", "不得刷单。加入就返现", "我们不是骗人，稳赚"])
def test_a_prohibition_covers_its_own_clause_only(text: str) -> None:
    with pytest.raises(BannedWording):
        check(text)


def test_every_rule_has_its_examples() -> None:
    assert {banned.rule for banned in BANNED} == set(OFFENCES)


def test_what_a_product_a_group_and_a_promoter_are_called_is_checked(shop: World) -> None:
    owner = shop.boss
    for act in (
        lambda: owner.products.put("SKU9", "返 现礼盒", Goods.GOODS, Money(100)),
        lambda: owner.groups.create("躺赚组"),
        lambda: shop.of("bob").promoters.rename("稳赚小王"),
        lambda: shop.of("carol").recruiting.check_name("躺赚"),
    ):
        with pytest.raises(BannedWording):
            act()


def test_a_title_that_is_kept_stands_in_nobodys_way(shop: World) -> None:
    """The check is made where a text comes in; it must never hinder correcting a price or taking a product down."""
    shop.boss.products.put("SKU9", "护手霜", Goods.GOODS, Money(100))
    with shop.engine.store.engine.execution_options(writing=True).begin() as connection:
        connection.execute(update(products).where(products.c.shop_id == shop.shop).values(title="返现礼盒"))
        connection.execute(update(history).where(history.c.shop_id == shop.shop).values(title="返现礼盒"))
    shop.boss.products.put("SKU9", "返现礼盒", Goods.GOODS, Money(200))
    assert shop.boss.products.promote("SKU9", False).promoted is False
