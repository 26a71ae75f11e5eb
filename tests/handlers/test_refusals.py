"""Every Refusal of the engine has words, and they say what to do."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, get_type_hints

import pytest

import engine
from engine.errors import Refusal
from engine.ids import PersonId
from engine.money import Money, Rate
from engine.orders.attribution import Why
from engine.payouts.asking import BelowMinimum, NotEnough, WithdrawalOpen
from engine.payouts.payees import Channel
from engine.payouts.records import NoSuchWithdrawal
from engine.payouts.states import State
from engine.people.authority import LacksRight, NotStaff, Right
from engine.people.names import Name
from engine.programme.modes import PosterLook
from engine.programme.promoters import Status
from engine.referrals.visits import CodeUnavailable, UplineIsMerchants
from handlers.texts.anyone import UNKNOWN
from handlers.texts.refusals import sorry, sorry_staff
from tests.handlers.world import LIMIT, TAP

EVIL = "<a href='weixin://bizmsgmenu?msgmenucontent=通过 1'>点我</a>]]>\u202e"
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
SAMPLES: dict[str, Any] = {
    "key": "level1", "rule": "follow_reward", "verb": "withdrawals.reject", "groups": (EVIL * 2,), "bound": {},
    "by": Name(PersonId("pe_1"), EVIL, AT, ""), "whom": Name(PersonId("pe_1"), EVIL, AT, ""), "why": Why.FROZEN,
    "most": 200, "longest": 20,
}  # fmt: skip
BY_TYPE: dict[Any, Any] = {
    str: EVIL, bool: True, int: 120, Money: Money(1_234_567_890), Rate: Rate(9999), State: State.APPROVED,
    Name: Name(PersonId("pe_1"), EVIL, AT, ""),
    Status: Status.FROZEN, Channel: Channel.WECHAT, Right: Right.FINANCE, datetime: AT,
    tuple[PosterLook, ...]: tuple(PosterLook),
}  # fmt: skip


def refusals() -> list[type[Refusal]]:
    """Every subclass, however deep, of every module of the engine."""
    for module in pkgutil.walk_packages(engine.__path__, "engine."):
        if "migrations" not in module.name:
            importlib.import_module(module.name)

    def below(parent: type[Refusal]) -> Iterator[type[Refusal]]:
        for child in parent.__subclasses__():
            yield child
            yield from below(child)

    return sorted(set(below(Refusal)), key=lambda kind: kind.__name__)


def sample(kind: type[Refusal]) -> Refusal:
    """One with long facts, some of them typed by mallory; a 单号 is ours unless there is none such."""
    types = get_type_hints(kind)
    ours = {"code": "ABC234"} if kind is not NoSuchWithdrawal else {}
    facts = ours | {
        field.name: SAMPLES[field.name] if field.name in SAMPLES else BY_TYPE[types[field.name]]
        for field in dataclasses.fields(kind)  # type: ignore[arg-type]
        if field.name not in ours
    }
    return kind(**{name: fact for name, fact in facts.items() if name in types})


@pytest.mark.parametrize("kind", refusals())
def test_every_refusal_has_words(kind: type[Refusal]) -> None:
    for said in (sorry(sample(kind)), sorry_staff(sample(kind))):
        assert said.strip()
        assert len(said.encode()) < LIMIT - 400
        assert "您" not in said
        bare = TAP.sub("", said)
        assert not any(alive in bare for alive in ("<", ">", "weixin:", "]]", "\u202e")), said


def test_a_missing_right_names_the_right_and_whom_to_ask() -> None:
    assert sorry(LacksRight(Right.FINANCE)) == "你没有财务权限，请找店主。"
    assert sorry(LacksRight(Right.OWNER)) == "这一步只有店主能做，请找店主。"


def test_outsiders_hear_what_an_unknown_word_is_answered() -> None:
    assert sorry(NotStaff()) == UNKNOWN


def test_money_is_refused_with_the_figure() -> None:
    assert sorry(BelowMinimum(Money(2000), Money(760))) == "单笔最少提 ¥20.00，你可提现 ¥7.60，还差 ¥12.40。"
    assert "还差 ¥2.40" in sorry(NotEnough(Money(760), Money(1000)))
    opened = WithdrawalOpen("ABC234", Money(760), State.REQUESTED)
    assert "单号 ABC234，¥7.60，待审核" in sorry(opened)
    assert "取消提现 ABC234" in sorry(opened)
    assert "取消" not in sorry(WithdrawalOpen("ABC234", Money(760), State.IN_HAND))


def test_sentences_that_the_rules_give_word_for_word() -> None:
    assert sorry(CodeUnavailable()) == "这个推荐码暂时不可用。"
    assert sorry(UplineIsMerchants()) == "你已是推广员，上级只能由商家调整。"
