"""确认 ‹确认码›: bound to who, what, which and how much; works once; an expired one brings a fresh prompt."""

from __future__ import annotations

import pytest

from engine.money import Money, Rate
from engine.payouts.states import State
from engine.people.authority import Role
from engine.programme.promoters import Status
from handlers.texts.merchant.confirming import OUTDATED, UNKNOWN, USED
from tests.handlers.merchant.scenes import OWNER, STAFF, code_in, hire, payable
from tests.handlers.world import World


def prompts(world: World) -> dict[str, str]:
    """A line for each verb that takes a code."""
    code = payable(world)
    world.by(OWNER).groups.create("金牌")
    return {
        "settings.confirm": "设置 佣金比例 12%",
        "products.confirm_rates": "商品 SKU1 一级 12%",
        "specialrates.confirm": "商品 SKU1 分组 金牌 一级 15%",
        "groups.confirm_rates": "分组 金牌 一级 12% 二级 3%",
        "groups.confirm_team": "分组 金牌 裂变 开",
        "groups.confirm_members": f"分组 金牌 加 {world.code('alice')}",
        "promoters.freeze": f"冻结 {world.code('alice')} 刷单",
        "withdrawals.reject": f"驳回提现 {code} 户名不符",
    }


VERBS = (
    "settings.confirm", "products.confirm_rates", "specialrates.confirm", "groups.confirm_rates",
    "groups.confirm_team", "groups.confirm_members", "promoters.freeze", "withdrawals.reject",
)  # fmt: skip
DONE = {
    "settings.confirm": "佣金比例：30% → 12%，已生效。",
    "products.confirm_rates": "已改 护手霜：一级佣金 12%",
    "specialrates.confirm": "已改 护手霜 · 分组 金牌：一级佣金 15% · 邀请奖励 不单独设",
    "groups.confirm_rates": "已改分组 金牌：一级佣金 12%，邀请奖励 3%",
    "groups.confirm_team": "已改：分组 金牌 的推广员可看团队业绩",
    "groups.confirm_members": "已把 1 位推广员加到分组 金牌",
    "promoters.freeze": "已冻结 alice",
    "withdrawals.reject": "已驳回提现",
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_code_works_once(world: World, verb: str) -> None:
    shown = world.say(OWNER, prompts(world)[verb])
    code = code_in(shown)
    assert "5 分钟内有效，只能用一次。不点就不" in shown
    assert DONE[verb] in world.say(OWNER, f"确认 {code.lower()}")
    assert USED in world.say(OWNER, f"确认 {code}")


@pytest.mark.parametrize("verb", VERBS)
def test_an_expired_code_brings_a_fresh_prompt(world: World, verb: str) -> None:
    old = code_in(world.say(OWNER, prompts(world)[verb]))
    world.later(minutes=6)
    fresh = world.say(OWNER, f"确认 {old}")
    assert "确认码过期了，没有改动。给你一个新的：" in fresh
    assert code_in(fresh) != old
    assert DONE[verb] in world.say(OWNER, f"确认 {code_in(fresh)}")


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_elses_code_works(world: World, verb: str) -> None:
    hire(world, Role.REVIEW, Role.FINANCE)
    world.staff("二老板", Role.OWNER)
    code = code_in(world.say(OWNER, prompts(world)[verb]))
    for other in ("二老板", STAFF[Role.REVIEW], STAFF[Role.FINANCE]):
        assert UNKNOWN in world.say(other, f"确认 {code}")
    assert DONE[verb] in world.say(OWNER, f"确认 {code}")


def test_nobody_elses_payout_code_works(world: World) -> None:
    hire(world, Role.FINANCE)
    code = payable(world)
    world.say(OWNER, f"通过提现 {code}")
    hand = code_in(world.say(OWNER, f"开始打款 {code}"))
    assert "确认码不对" in world.say(STAFF[Role.FINANCE], f"已打款 {hand} PAY12345")
    assert world.by(OWNER).withdrawals.get(code).state is State.IN_HAND


def test_a_code_does_only_its_own_verb(world: World) -> None:
    code = payable(world)
    world.say(OWNER, f"通过提现 {code}")
    rejecting = code_in(world.say(OWNER, f"驳回提现 {code} 不行"))
    hand = code_in(world.say(OWNER, f"开始打款 {code}"))
    assert "确认码不对" in world.say(OWNER, f"已打款 {rejecting} PAY12345")
    assert f"已打款 {hand} 流水号" in world.say(OWNER, f"确认 {hand}"), "says how to use it, and does nothing"
    assert world.by(OWNER).withdrawals.get(code).state is State.IN_HAND


def test_what_changed_since_makes_the_code_void(world: World) -> None:
    first = code_in(world.say(OWNER, "设置 佣金比例 12%"))
    second = code_in(world.say(OWNER, "设置 佣金比例 20%"))
    world.say(OWNER, f"确认 {second}")
    assert OUTDATED in world.say(OWNER, f"确认 {first}")
    assert world.by(OWNER).settings.now().level1 == Rate(2000)
    freeze = code_in(world.say(OWNER, f"冻结 {world.promoter('alice').code} 刷单"))
    world.freeze("alice")
    assert OUTDATED in world.say(OWNER, f"确认 {freeze}")


def test_an_expired_code_of_a_payout_brings_its_prompt_again(world: World) -> None:
    code = payable(world)
    world.say(OWNER, f"通过提现 {code}")
    hand = code_in(world.say(OWNER, f"开始打款 {code}"))
    world.later(hours=25)
    fresh = code_in(world.say(OWNER, f"确认 {hand}"))
    assert fresh != hand
    assert "已记录打款" in world.say(OWNER, f"已打款 {fresh} PAY12345")


def test_a_changed_amount_makes_the_code_void(world: World) -> None:
    code = payable(world)
    prompt = code_in(world.say(OWNER, f"驳回提现 {code} 不行"))
    world.say(OWNER, f"通过提现 {code}")
    hand = code_in(world.say(OWNER, f"开始打款 {code}"))
    _meddle(world, code, Money(2999))
    shown = world.say(OWNER, f"已打款 {hand} PAY12345")
    assert "作废" in shown
    assert OUTDATED in world.say(OWNER, f"确认 {prompt}")
    assert world.by(OWNER).withdrawals.get(code).state is State.IN_HAND


def test_the_rejected_state_is_told_when_the_code_comes_too_late(world: World) -> None:
    code = payable(world)
    prompt = code_in(world.say(OWNER, f"驳回提现 {code} 不行"))
    world.say(OWNER, f"通过提现 {code}")
    world.say(OWNER, f"开始打款 {code}")
    assert "打款中" in world.say(OWNER, f"确认 {prompt}")
    world.later(minutes=6)
    assert "现在是「打款中」" in world.say(OWNER, f"确认 {prompt}"), "nor is there a fresh prompt"


def test_an_expired_freeze_of_somebody_frozen_is_told(world: World) -> None:
    freeze = code_in(world.say(OWNER, f"冻结 {world.promoter('alice').code} 刷单"))
    world.freeze("alice")
    world.later(minutes=6)
    assert "现在是「已冻结」，没有改动。" in world.say(OWNER, f"确认 {freeze}")
    assert world.by(OWNER).promoters.by_code(world.code("alice")).status is Status.FROZEN


def test_the_same_delivery_twice_is_answered_the_same(world: World) -> None:
    code = code_in(world.say(OWNER, "设置 佣金比例 12%"))
    first = world.say(OWNER, f"确认 {code}")
    world._count -= 1  # WeChat's retry: another worker takes the same delivery over
    assert world.say(OWNER, f"确认 {code}") == first
    assert "原来" in world.say(OWNER, "设置 佣金比例 30%"), "it was changed once"


def test_guessing_finds_nothing(world: World) -> None:
    assert UNKNOWN in world.say(OWNER, "确认 ABCDEF")


def _meddle(world: World, code: str, amount: Money) -> None:
    """Somebody writes another amount into the database, past every rule."""
    writing = world.engine.store.engine.execution_options(writing=True)
    with writing.begin() as connection:
        connection.exec_driver_sql("UPDATE withdrawals SET amount = ? WHERE code = ?", (amount.fen, code))


def test_who_marks_a_payout_paid_twice_is_told_that_nothing_is_to_be_paid_again(world: World) -> None:
    number = payable(world)
    world.by(OWNER).withdrawals.approve(number)
    code = code_in(world.say(OWNER, f"开始打款 {number}"))
    assert "已记录打款" in world.say(OWNER, f"已打款 {code} PAY12345")
    again = world.say(OWNER, f"已打款 {code} PAY12345")
    assert "没有重复记，也不用再打" in again
    assert "流水号 PAY12345" in again


def test_a_code_of_something_else_marks_nothing_paid_twice_neither(world: World) -> None:
    world.promoter("alice")
    code = code_in(world.say(OWNER, f"冻结 {world.code('alice')} 刷单"))
    world.say(OWNER, f"确认 {code}")
    assert "没有再做一次" in world.say(OWNER, f"已打款 {code} PAY12345")


def test_a_payout_put_back_was_not_paid(world: World) -> None:
    number = payable(world)
    world.by(OWNER).withdrawals.approve(number)
    code = code_in(world.say(OWNER, f"开始打款 {number}"))
    world.by(OWNER).withdrawals.put_back(number)
    assert "没有再做一次" in world.say(OWNER, f"已打款 {code} PAY12345")


@pytest.mark.parametrize("begun", ["归属 {order} {code}", "解约 {code}", "冻结 {code}"])
def test_what_is_said_again_as_a_whole_is_not_left_open(world: World, begun: str) -> None:
    for name in ("alice", "bob"):
        world.promoter(name)
    world.buys("carol", "N1", 10_000, code=world.code("bob"))
    (row,) = world.by(OWNER).order_book.all(0, 1)
    line = begun.format(order=row.code, code=world.code("alice"))
    heir = f" 移交 {world.code('bob')}" if begun.startswith("解约") else ""
    world.say(OWNER, line)
    shown = world.say(OWNER, f"{line}{heir} 客户说的")
    assert "5 分钟内有效" in shown
    assert "还没填完" not in shown
    assert "还没填完" not in world.say(OWNER, "帮助")
