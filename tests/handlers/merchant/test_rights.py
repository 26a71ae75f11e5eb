"""Rights in the middle of a conversation: lists, open questions, codes. For every word see test_words_table.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.payouts.states import State as Payout
from engine.people.authority import Right, Role
from handlers import routes
from handlers.lists import LIST
from handlers.matching import By, Route, State
from handlers.types import Talk
from tests.handlers.merchant.scenes import OWNER, STAFF, apply, hire, payable
from tests.handlers.world import World, taps

STAFFS = [route for route in routes.ROUTES if route.by is By.STAFF or isinstance(route.by, Right)]


@pytest.fixture
def staffed(world: World) -> World:
    hire(world)
    world.promoter("alice")
    return world


def test_who_lacks_a_right_is_told_which(shared: World) -> None:
    service = STAFF[Role.SERVICE]
    assert shared.say(service, "推广员审核") == "你没有审核权限，请找店主。"
    assert shared.say(service, "待打款") == "你没有财务权限，请找店主。"
    assert shared.say(service, "操作记录") == "这一步只有店主能做，请找店主。"
    assert shared.say(service, "商品 加") == "这一步只有店主能做，请找店主。"


@pytest.mark.parametrize(
    "route", [route for route in STAFFS if isinstance(route.when, State)], ids=lambda route: route.when.name
)
def test_an_open_question_is_answered_only_by_who_may(shared: World, route: Route) -> None:
    assert isinstance(route.when, State)
    for name in ("stranger", "alice"):
        ask = shared.ask(name, text="随便说一句")
        found = routes.find(replace(ask, talk=Talk(route.when.name)))
        assert found is None or found.do is not route.do


def test_words_that_go_by_the_list_ask_for_the_lists_right(staffed: World) -> None:
    review, finance, service = (STAFF[role] for role in (Role.REVIEW, Role.FINANCE, Role.SERVICE))
    tail, code = apply(staffed, "dave"), payable(staffed, "bob")
    for line in ("通过 1", "驳回 1 不行", f"通过 {tail}", f"驳回 {tail} 不行", "通过"):
        assert staffed.say(service, line) == "你没有审核权限，请找店主。", line
    for line in (f"通过 {tail}", f"驳回 {tail} 不行"):
        assert staffed.say(finance, line) == "你没有审核权限，请找店主。", line
    assert "提现申请 1" in staffed.say(finance, "通过 1"), "his own fresh list"
    for of, token in (("withdrawals", code), ("payouts", code)):
        staffed.talks[review] = Talk(LIST, {"of": of, "1": token})
        assert staffed.say(review, "1") == "你没有财务权限，请找店主。"
    staffed.talks[review] = Talk(LIST, {"of": "withdrawals", "1": code})
    assert staffed.say(review, "通过 1") == "你没有财务权限，请找店主。"
    staffed.talks[finance] = Talk(LIST, {"of": "applications", "1": tail})
    assert staffed.say(finance, "1") == "你没有审核权限，请找店主。"
    staffed.talks[finance] = Talk(LIST, {"of": "applications", "1": tail})
    staffed.say(finance, "通过 1")
    assert staffed.who("dave").promoter is None


def test_who_is_no_longer_staff_cannot_use_his_code(staffed: World) -> None:
    made = staffed.by(STAFF[Role.REVIEW]).promoters.propose_freeze(staffed.code("alice"), "刷单")
    person = staffed.who(STAFF[Role.REVIEW]).person
    with staffed.engine.store.engine.execution_options(writing=True).begin() as connection:
        connection.exec_driver_sql("DELETE FROM staff WHERE person_id = ?", (person,))
    assert "没听懂" in staffed.say(STAFF[Role.REVIEW], f"确认 {made.code}")
    assert staffed.who("alice").frozen is False


def test_a_question_that_was_left_open_is_gone_with_the_right_to_it(staffed: World) -> None:
    finance, code = STAFF[Role.FINANCE], payable(staffed, "bob", given="鲍勃")
    for leave_open in (f"驳回提现 {code}", "待打款"):
        staffed.say(finance, leave_open)
    assert "鲍勃" in staffed.say(finance, "继续")
    staffed.say(finance, "待打款")
    kept = staffed.talks[finance]
    handle = staffed.who(finance).person.removeprefix("pe_")
    staffed.by(OWNER).staffing.change(staffed.by(OWNER).staffing.propose(handle, frozenset()).code)
    for line in ("继续", "取消", "帮助", "户名不符", "1"):
        staffed.talks[finance] = kept
        assert staffed.say(finance, line) == staffed.say("陌生人", line), line
    assert staffed.by(OWNER).withdrawals.get(code).state is Payout.REQUESTED


def test_only_the_owner_is_shown_how_to_change_what_all_may_read(world: World) -> None:
    hire(world)
    for line in (
        "商品佣金",
        "商品 SKU1",
        "规则设置",
        "设置 最低提现",
        "设置 推广员协议",
        "看 推广员协议",
        "设置 审核",
    ):
        shown = {name: world.say(name, line) for name in (OWNER, *STAFF.values())}
        for name in STAFF.values():
            for tapped in taps(shown[name]):
                assert world.say(name, tapped) != "这一步只有店主能做，请找店主。", (line, tapped)
            assert "例如：设置" not in shown[name], line
            assert "请回复：商品" not in shown[name], line
        assert shown[OWNER] != shown[STAFF[Role.SERVICE]], line
