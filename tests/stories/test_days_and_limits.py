"""Midnight, bundles of news, the day's limit, and a Redis that is gone: what people see, to the minute."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import embedded
from tests.stories.world import Person, World, caught


@pytest.fixture
def bob(world: World) -> Person:
    """A promoter."""
    return world.joins("bob")


@pytest.fixture
def carol(world: World, bob: Person) -> Person:
    """His customer."""
    someone = world.person("carol")
    someone.scans_poster_of("bob")
    return someone


def test_a_day_ends_at_midnight_in_beijing_and_never_changes_afterwards(
    world: World, bob: Person, carol: Person
) -> None:
    owner = world.person("老板")
    world.at("03-02 23:59")
    number = carol.pays()
    assert bob.says("我的收益").startswith("我的收益\n今日 ¥30.00 · 昨日 ¥0.00\n本月 ¥30.00 · 累计 ¥30.00\n")
    world.at("03-03 00:00")
    assert bob.says("我的收益").startswith("我的收益\n今日 ¥0.00 · 昨日 ¥30.00\n本月 ¥30.00 · 累计 ¥30.00\n")
    world.shop_tells(number, "refunded", amount=4_000)
    assert bob.says("我的收益").startswith(
        "我的收益\n今日 -¥12.00 · 昨日 ¥30.00\n本月 ¥18.00 · 累计 ¥18.00\n"
    )
    today = owner.says("今日概览").splitlines()
    for line in ("销售额 -¥40.00 ↓¥140.00", "订单 0 ↓1", "佣金 -¥12.00 ↓¥42.00", "退款 ¥40.00 ↑¥40.00"):
        assert line in today
    world.at("04-01 00:00")
    assert bob.says("我的收益").startswith("我的收益\n今日 ¥0.00 · 昨日 ¥0.00\n本月 ¥0.00 · 累计 ¥18.00\n")
    world.audited()


def test_three_orders_in_a_minute_are_one_piece_of_news_and_the_next_comes_ten_minutes_later(
    world: World, bob: Person, carol: Person
) -> None:
    bob.says("我的收益")
    bob.told()
    carol.pays()
    assert bob.told().count("有新的佣金入账") == 1
    for _ in range(2):
        world.later(minutes=2)
        carol.pays()
    assert bob.told() == ""
    world.later(minutes=6)
    assert bob.told().count("有新的佣金入账") == 1
    world.later(minutes=60)
    assert bob.told() == ""
    assert bob.purse() == {"待结算": "¥90.00"}
    world.audited()


def test_news_for_the_owner_is_counted_up_and_split_by_what_each_member_may_do(
    world: World, bob: Person, carol: Person
) -> None:
    owner, cashier = world.person("老板"), world.staff("财务", "财务")
    world.settles(carol.pays())
    for member in (owner, cashier):
        member.says("待办")
        member.told()
    for name in ("dave", "erin"):
        world.applies(world.follower(name))
    bob.asks_for("30")
    world.work()
    world.later(minutes=10)
    assert owner.told().endswith("待办 3：申请 2 · 提现 1")
    assert cashier.told() == "待办 1：提现 1"
    world.audited()


def test_the_day_s_limit_binds_payouts_by_hand_and_says_what_is_left(
    world: World, bob: Person, carol: Person
) -> None:
    owner, dave = world.person("老板"), world.joins("dave")
    world.settles(carol.pays())
    carol.scans_poster_of("dave")
    world.settles(carol.pays())
    codes = [bob.asks_for("30"), dave.asks_for("30", "dave_wx_77")]
    assert "每日打款上限：不限 → ¥40.00，已生效。" in owner.says("设置 每日打款上限 40")
    for code in codes:
        owner.says(f"通过提现 {code}")
    once = caught(r"已打款 (\w{6}) 流水号", owner.says(f"开始打款 {codes[0]}"))
    refused = "今天的打款限额是 ¥40.00，还剩 ¥10.00，这一笔请明天再打。"
    assert owner.says(f"开始打款 {codes[1]}") == refused
    owner.says(f"已打款 {once} 2026031600001")
    assert owner.says(f"开始打款 {codes[1]}") == refused
    world.at("03-17 00:00")
    assert "微信账号：dave_wx_77" in owner.says(f"开始打款 {codes[1]}")
    assert dave.purse() == {"提现中": "¥30.00"}
    world.audited()


def test_numbers_and_settings_out_of_range_are_refused_with_the_range(world: World) -> None:
    owner = world.person("老板")
    assert owner.says("设置 佣金比例 130%").startswith("没有改：佣金比例不能是“130%”。\n可填：0% 到 100%")
    assert owner.says("设置 最低提现 十块").startswith("没有改：最低提现不能是“十块”。\n可填：")
    assert "可填：0 到 90 天" in owner.says("设置 访问有效期 91")
    assert "不能高于最高提现（¥2000.00）" in owner.says("设置 最低提现 2001")
    assert "没有改动" in owner.says("设置 审核 开")
    assert owner.says("设置 不存在 1").startswith("没有叫“不存在”的设置。")


# -- Redis away -------------------------------------------------------------------------------------


@pytest.fixture
def fragile(database_url: str, tmp_path: Path) -> Iterator[tuple[World, Path]]:
    """A world on a Redis of its own, which a test may stop and start."""
    folder = Path(tempfile.mkdtemp(prefix="redis-"))
    child, address = embedded.start(folder, durable=False)
    built = World(database_url, address, tmp_path)
    built.redis_child = child
    try:
        built.open()
        yield built, folder
    finally:
        built.close()
        built.redis_child.terminate()
        built.redis_child.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def test_while_redis_is_gone_people_are_answered_money_is_booked_and_the_news_comes_afterwards(
    fragile: tuple[World, Path],
) -> None:
    world, folder = fragile
    bob, carol = world.joins("bob"), world.follower("carol")
    bob.told()
    world.redis_child.terminate()
    world.redis_child.wait(10)
    assert carol.scans_poster_of("bob").startswith("bob 向你推荐了青禾小店。")
    paid = world.post("shop/orders", buyer=carol.openid, lines=[{"sku": "SKU1"}])
    assert paid["status"] == 200
    assert bob.purse() == {"待结算": "¥30.00"}
    assert bob.says("海报").startswith("正在为你制作海报，几秒后发到这里…")
    world.redis_child, _ = embedded.start(folder, durable=False)
    world.later(seconds=10)
    assert bob.told().count("有新的佣金入账") == 1
    assert [picture["via"] for picture in bob.pictures()] == ["kf"]
    world.audited()
