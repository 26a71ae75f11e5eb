"""Who leaves is forgotten in every table, in Redis and in the log, and finds his money and his lock when he returns."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.stories.world import World

PHONE = "13912345678"


def in_redis(world: World) -> str:
    """Every key and value, as it lies there."""
    redis = world.house.patient_redis
    found = []
    for key in redis.scan_iter("*"):
        found.append(key)
        kind = redis.type(key)
        if kind == b"string":
            found.append(redis.get(key))
        elif kind == b"hash":
            found += [part for pair in redis.hgetall(key).items() for part in pair]
    return b"\n".join(found).decode(errors="replace")


def in_database(world: World) -> str:
    """Every row as it lies there."""
    url = world.house.engine.store.engine.url.render_as_string(hide_password=False)
    engine = create_engine(url, poolclass=NullPool)
    names = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if engine.dialect.name == "sqlite"
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    with engine.connect() as connection:
        tables = connection.execute(text(names)).scalars().all()
        rows = [connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in tables]  # noqa: S608
    return "\n".join(
        repr([bytes(v) if isinstance(v, memoryview) else v for v in row]) for one in rows for row in one
    )


def test_unsubscribing_forgets_the_person_and_keeps_the_lock(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world.joins("bob")
    carol = world.person("carol")
    carol.scans_poster_of("bob")
    carol.says(f"绑定手机号 {PHONE}")
    order = carol.pays()
    assert "王小明" not in in_database(world)
    carol.says("申请推广员")  # a half-filled form
    carol.unfollows()
    carol_before = carol.openid
    for where in (in_redis(world), in_database(world)):
        assert PHONE not in where
        assert carol_before not in where
    assert PHONE not in caplog.text
    # the sandbox's own log and rq's jobs are not the bot's; ours shortens an openid
    ours = [
        line.getMessage() for line in caplog.records if line.name.startswith(("bot", "engine", "handlers"))
    ]
    assert not [line for line in ours if carol_before in line]

    assert carol.follows().startswith("欢迎来到青禾小店。")
    assert "你的推荐人是 bob" in carol.says("我的推荐人")
    assert "护手霜" in carol.says("我的订单")
    assert "没有存你的称呼和手机号" in carol.says("隐私与注销")
    world.settles(order)
    world.audited()


def test_a_promoter_asks_to_be_forgotten_while_a_withdrawal_is_open(world: World) -> None:
    bob = world.joins("bob")
    carol = world.person("carol")
    carol.scans_poster_of("bob")
    world.settles(carol.pays())
    code = bob.asks_for("20", account="wx_bob_777")
    shown = bob.says("隐私与注销")
    assert "提现中 ¥20.00" in shown
    assert "已注销" in bob.says("确认注销")
    world.work()
    assert bob.openid not in in_redis(world)
    assert bob.openid not in in_database(world)
    owner = world.person("老板")
    assert "注销了个人信息（客户 1 位）" in owner.says(f"通过提现 {code}")
    prompt = owner.says(f"开始打款 {code}")
    assert "wx_bob_777" in prompt
    confirm = prompt.partition("直接回复：已打款 ")[2].split()[0]
    assert "已记录打款" in owner.says(f"已打款 {confirm} PAY20260302")
    world.work()

    back = bob.says("我的收益")
    assert "¥20.00" in back, "paid out"
    assert "¥10.00" in back, "still there"
    assert "已打款" in bob.says("提现记录")
    world.work()
    assert "店铺海报" in bob.menu()
    world.audited()


def test_a_shop_that_answers_by_people(world: World) -> None:
    carol = world.follower("carol")
    assert "没听懂" in carol.says("我的快递到哪了")
    assert carol.says("在吗") == "", "a hint once a day"
    world.later(days=1, minutes=1)
    world.house.redis.delete(*world.house.redis.keys("promoter:hinted:*"))  # Redis counts real seconds
    assert "没听懂" in carol.says("在吗")
    owner = world.person("老板")
    assert "已生效" in owner.says("设置 人工客服 开")
    before = len(carol.chat())
    carol.says("我的快递到哪了")
    handed_on = carol.chat()[before:]
    assert not [one for one in handed_on if one["from"] == "bot" and one["type"] == "text"]
    assert "联系客服" in carol.menu()
    owner.says("设置 商城链接 https://shop.example.com")
    world.work()
    assert carol.menu()[0] == "进入商城"
