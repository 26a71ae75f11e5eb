"""线下结算 in the chat: the list, the last look, what is booked, and what everybody reads meanwhile."""

from __future__ import annotations

from datetime import date

import pytest

from engine import OPERATOR, SYSTEM
from engine.ids import BookingId
from engine.payouts import stops
from engine.people.authority import Role
from handlers import notices, paging
from handlers.typed import day_named
from tests.handlers.merchant.scenes import OWNER, STAFF, bare, code_in, hire, payable
from tests.handlers.world import World, read, taps

FINANCE = STAFF[Role.FINANCE]


@pytest.fixture
def offline(world: World) -> World:
    """A shop that settles outside: alice has ¥30.00, dave ¥6.00, both since 10 March."""
    hire(world)
    for name, given, fen in (("alice", "王爱丽", 3_000), ("dave", "赵大卫", 600)):
        world.promoter(name, given=given)
        world.buys(f"客户{name}", f"n{name}", fen * 10 // 3, code=world.code(name))
        world.received(f"n{name}")
    world.later(days=8)
    world.set(payout_mode="offline")
    world.later(days=1)
    return world


def told(world: World, name: str) -> list[str]:
    """The notices that wait to be sent to somebody, as they will read."""
    person = world.who(name).person
    found = []
    for rung, _ in world.engine.post(world.shop).due():
        row = world.engine.post(world.shop).claim(rung)
        if row is None:
            continue  # it went out with another one
        for one in row.all:
            words = notices.words(one.kind, one.payload, world.by(name)) if one.person == person else None
            found += [words] if words else []
        world.engine.post(world.shop).done(row)
    return found


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("线下结算 3-10", "线下结算 到 2026-03-10 为止"),
        ("线下结算 第 1 页", "线下结算 到 2026-03-10 为止"),
        ("登记结算 3-10 凭证 CASH-001", "凭证：CASH-001"),
        ("登记结算到3月10日 流水号 CASH-001", "凭证：CASH-001"),
        ("登记结算 CASH-001", "没看懂「CASH-001」是哪一天"),
        ("登记结算 凭证", "没看懂，没有登记。登记请这样说：登记结算 到"),
        ("登记结算 凭证 CASH 001", "没看懂，没有登记。登记请这样说：登记结算 到"),
        ("登记结算 凭证 收据", "流水号要 4–64 位字母或数字"),
    ],
)
def test_however_it_is_typed_it_is_understood_or_says_how(offline: World, typed: str, answer: str) -> None:
    assert answer in read(offline.say(FINANCE, typed))


def test_who_had_his_name_deleted_is_known_by_his_code(offline: World) -> None:
    code = offline.code("dave")
    for line in ("隐私与注销", "确认注销"):
        offline.say("dave", line)
    assert f"2. 推广员 {code} ¥6.00" in read(offline.say(FINANCE, "线下结算"))
    assert f"推广员 {code} 佣金 ¥6.00 已结算" in read(offline.say(FINANCE, "推广明细"))
    assert "已登记" in offline.say(FINANCE, f"确认 {code_in(offline.say(FINANCE, '登记结算'))}")


def test_a_period_is_checked_and_booked(offline: World) -> None:
    shown = offline.say(FINANCE, "线下结算")
    assert read(shown).startswith(
        "线下结算 到 2026-03-10 为止\n2 人，共 ¥36.00\n1. 王爱丽 ¥30.00\n2. 赵大卫 ¥6.00\n"
    )
    prompt = offline.say(FINANCE, "登记结算")
    assert "2 人，共 ¥36.00\n凭证：用系统单号" in prompt
    done = offline.say(FINANCE, f"确认 {code_in(prompt)}")
    code = offline.by(OWNER).bookings.all(1)[0].code
    assert bare(done).startswith(f"线下结算已登记，单号 {code}：2 人，共 ¥36.00，每人会收到通知。")
    assert "到 2026-03-10 2 人 ¥36.00 · 财务店员" in read(offline.say(FINANCE, "结算记录"))
    item = read(offline.say(FINANCE, f"结算单 {code}"))
    assert f"凭证 {code}\n1. 王爱丽 ¥30.00\n2. 赵大卫 ¥6.00" in item
    assert "登记线下结算：" in offline.say(OWNER, "操作记录")
    (notice,) = [words for words in told(offline, "alice") if "线下结算" in words]
    assert notice.startswith(f"线下结算 ¥30.00 已登记 · 单号 {code}\n（到 2026-03-10 为止；凭证 {code}）")


def test_the_last_day_and_a_proof_can_be_said(offline: World) -> None:
    offline.buys("客户alice", "n9", 1_000, code=offline.code("alice"))
    offline.received("n9")
    offline.later(days=8)
    assert "2 人，共 ¥36.00" in offline.say(FINANCE, "线下结算 到 3月11日")
    assert "2 人，共 ¥39.00" in offline.say(FINANCE, "线下结算 到 ３－１８")
    shown = offline.say(FINANCE, "线下结算 到 2026-03-11")
    assert "登记结算 到 2026-03-11" in taps(shown)
    prompt = offline.say(FINANCE, "登记结算 到 2026-03-11 凭证 流水PAY001")
    assert "流水号要" in prompt
    prompt = offline.say(FINANCE, "登记结算 到2026-03-11 流水号 PAY-001")
    assert "凭证：PAY-001" in prompt
    offline.say(FINANCE, f"确认 {code_in(prompt)}")
    again = read(offline.say(FINANCE, "线下结算"))
    assert again.startswith("线下结算 2026-03-12 到 2026-03-18\n1 人，共 ¥3.00")


@pytest.mark.parametrize("day", ["2-30", "13-1", "昨日", "3-31-1", "<b>", "20260331"])
def test_a_day_that_is_none_is_asked_for_again(offline: World, day: str) -> None:
    assert offline.say(FINANCE, f"线下结算 到 {day}").startswith("没看懂「")
    assert offline.say(FINANCE, f"登记结算 到 {day}").startswith("没看懂「")


def test_days_to_come_and_days_booked_before_are_refused_with_a_reason(offline: World) -> None:
    late = "还没过完，最晚只能结算到昨天（2026-03-10）。"
    assert offline.say(FINANCE, "线下结算 到 2026-03-12").startswith(f"2026-03-12 {late}")
    assert offline.say(FINANCE, "线下结算 到 3-30").startswith(f"2026-03-30 {late}"), (
        "the coming one is meant"
    )
    assert offline.say(FINANCE, "登记结算 到 3月30日").startswith(f"2026-03-30 {late}")
    assert offline.say(FINANCE, "线下结算 到 12-31") == "到 2025-12-31 为止，没有要线下结算的钱。"
    offline.say(FINANCE, f"确认 {code_in(offline.say(FINANCE, '登记结算 到 昨天'))}")
    shown = offline.say(FINANCE, "登记结算")
    assert "到 2026-03-10 为止已经登记过了" in shown
    assert read(offline.say(FINANCE, taps(shown)[0])).startswith("结算单 ")


def test_a_list_that_changed_is_shown_anew(offline: World) -> None:
    prompt = offline.say(FINANCE, "登记结算")
    offline.refunds("nalice", 5_000)
    shown = offline.say(FINANCE, f"确认 {code_in(prompt)}")
    assert shown.startswith("没有登记：你核对以后名单变了，现在是 2 人共 ¥21.00。")
    assert taps(shown) == ["线下结算"]


def test_an_expired_code_brings_the_same_look_again(offline: World) -> None:
    prompt = offline.say(FINANCE, "登记结算 凭证 PAY001")
    offline.later(minutes=6)
    fresh = offline.say(FINANCE, f"确认 {code_in(prompt)}")
    assert "确认码过期了" in fresh
    assert "凭证：PAY001" in fresh
    assert "已登记" in offline.say(FINANCE, f"确认 {code_in(fresh)}")


def test_a_double_tap_books_once(offline: World) -> None:
    prompt = offline.say(FINANCE, "登记结算")
    offline.say(FINANCE, f"确认 {code_in(prompt)}")
    assert "没有再做一次" in offline.say(FINANCE, f"确认 {code_in(prompt)}")
    assert (
        offline.by("alice").earnings.of(offline.by("alice").promoters.mine().id).balances.paid_out.fen
        == 3_000
    )


def test_many_are_booked_by_and_by_and_the_end_is_told(
    offline: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.payouts.bookings.CHUNK", 1)
    shown = offline.say(FINANCE, f"确认 {code_in(offline.say(FINANCE, '登记结算'))}")
    assert "正在登记，单号" in shown
    assert "正在登记" in offline.say(FINANCE, taps(shown)[0])
    assert "登记中" in offline.say(FINANCE, "结算记录")
    assert "还在登记" in offline.say(FINANCE, "登记结算")
    offline.refunds("nalice", 1_000)
    offline.refunds("ndave", 100)
    _carry_on(offline)
    (notice,) = told(offline, FINANCE)
    assert "注意：你确认的是 2 人共 ¥36.00" in notice
    code = offline.by(OWNER).bookings.all(1)[0].code
    assert "注意：你确认的是 2 人共 ¥36.00" in offline.say(FINANCE, f"结算单 {code}")


def test_a_promoter_reads_that_the_merchant_settles_outside(offline: World) -> None:
    mine = read(offline.say("alice", "我的收益"))
    assert "待线下结算 ¥30.00" in mine
    assert "可提现" not in mine
    for line in ("申请提现", "提现 10", "提现 全部"):
        assert read(offline.say("alice", line)).startswith(
            "本店线下结算，请与商家核对。你的待线下结算 ¥30.00。"
        )
    assert "申请提现" not in taps(offline.say("alice", "帮助"))
    assert "提现记录" in taps(offline.say("alice", "帮助"))


def test_the_staff_is_shown_the_way(offline: World) -> None:
    assert "线下结算" in taps(offline.say(FINANCE, "待办"))
    assert "线下结算" in taps(offline.say(OWNER, "待打款"))
    assert "线下结算" not in taps(offline.say(STAFF[Role.REVIEW], "待办"))
    for line in ("帮助", "菜单"):
        assert {"线下结算", "结算记录"} <= set(taps(offline.say(FINANCE, line)))
        assert "线下结算" not in taps(offline.say(STAFF[Role.SERVICE], line))
    offline.set(payout_mode="online")
    assert "结算记录" not in taps(offline.say(FINANCE, "待办")), "nothing was booked"
    offline.set(payout_mode="offline")
    offline.say(FINANCE, f"确认 {code_in(offline.say(FINANCE, '登记结算'))}")
    offline.set(payout_mode="online")
    assert "结算记录" in taps(offline.say(FINANCE, "待办"))
    assert "结算记录" in taps(offline.say(FINANCE, "线下结算"))
    assert "线下结算" not in taps(offline.say(FINANCE, "帮助"))
    assert "线下结算" not in taps(offline.say(FINANCE, "待办"))
    assert read(offline.say(FINANCE, "线下结算")).startswith("现在是线上提现，不用线下结算。")


def test_what_was_asked_for_before_ends_as_always_and_comes_back_to_what_is_settled_outside(
    world: World,
) -> None:
    code = payable(world, given="王爱丽")
    world.set(payout_mode="offline")
    prompt = world.say(OWNER, f"驳回提现 {code} 改为线下")
    assert "钱会回到他的待线下结算。" in prompt
    world.say(OWNER, f"确认 {code_in(prompt)}")
    assert any("钱已退回待线下结算。" in words for words in told(world, "alice"))
    assert "待线下结算 ¥30.00" in world.say("alice", "我的收益")


def test_cancelled_money_waits_to_be_settled_outside(world: World) -> None:
    code = payable(world)
    world.set(payout_mode="offline")
    assert "钱已退回待线下结算" in world.say("alice", f"取消提现 {code}")


def test_whoever_leaves_reads_that_he_is_paid_outside(offline: World) -> None:
    prompt = offline.say(OWNER, f"解约 {offline.code('alice')} 移交 {offline.code('dave')} 不做了")
    assert "待线下结算 ¥30.00：仍是他的，线下结给他" in prompt
    offline.say(OWNER, f"确认 {code_in(prompt)}")
    assert any("待线下结算 ¥30.00。由商家线下结给你" in words for words in told(offline, "alice"))


def test_nothing_is_booked_while_payouts_are_stopped(offline: World) -> None:
    offline.engine.store.write(offline.shop, OPERATOR, lambda tx: stops.stop(tx, "刚从备份恢复，还没有对账"))
    shown = offline.say(FINANCE, "登记结算")
    assert shown.startswith("打款暂停中：刚从备份恢复，还没有对账（03-11 ")
    assert "请联系技术人员" in shown
    assert "2 人，共 ¥36.00" in offline.say(FINANCE, "线下结算")


def test_an_empty_history_says_how_to_begin(offline: World) -> None:
    assert taps(offline.say(FINANCE, "结算记录")) == ["线下结算"]
    assert "没有单号为「ABCDEF」的结算" in offline.say(FINANCE, "结算单 ABCDEF")


def test_a_daily_limit_below_the_minimum_is_refused_with_a_sentence(world: World) -> None:
    world.set(withdraw_min="10")
    shown = world.say(OWNER, "设置 每日打款上限 5")
    assert shown.startswith("没有改：每日打款上限（¥5.00）不能低于最低提现（¥10.00）")


def _carry_on(world: World) -> None:
    """The worker books what waits to be booked, and leaves the notices where they are."""
    post = world.engine.post(world.shop)
    while rows := [rung for rung, kind in post.due() if kind == "booking"]:
        row = post.claim(rows[0])
        assert row is not None
        desk = world.engine.at(world.shop, SYSTEM, f"outbox:{row.id}")
        desk.bookings.carry_on(BookingId(row.payload["booking"]), row.payload["after"])
        post.sent(row)


@pytest.mark.parametrize(
    ("typed", "today", "meant"),
    [
        ("12-31", "2026-01-05", "2025-12-31"), ("03-30", "2026-03-17", "2026-03-30"),
        ("1-5", "2026-12-31", "2027-01-05"), ("2-29", "2026-03-01", None), ("2024-2-29", "2026-03-01", "2024-02-29"),
        ("3-16", "2026-03-17", "2026-03-16"),
    ],
)  # fmt: skip
def test_a_day_without_a_year_is_the_nearest_one(typed: str, today: str, meant: str | None) -> None:
    found = day_named(typed, date.fromisoformat(today))
    assert found == (date.fromisoformat(meant) if meant else None)


def test_every_page_of_a_long_list_can_be_reached(crowd: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "LAST_PAGE", 1)
    crowd.set(payout_mode="offline")
    crowd.later(days=1)
    first = crowd.say(FINANCE, "线下结算")
    assert "人，共 " in first
    assert " · 第 1 页，共 2 页" in first
    second = crowd.say(FINANCE, "线下结算 第 2 页")
    assert "\n9. " in second
    assert crowd.say(FINANCE, "线下结算 第 999 页") == second
    assert "线下结算 第 3 页" not in taps(second)
    code = crowd.say(FINANCE, f"确认 {code_in(crowd.say(FINANCE, '登记结算'))}")
    booked = crowd.say(FINANCE, taps(code)[0])
    assert "第 1 页，共 2 页" in booked
    assert "\n9. " in crowd.say(FINANCE, f"{taps(code)[0]} 第 9 页")
