"""Words of template messages: short, because WeChat refuses what is longer than its field (phrase 5, thing 20)."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.texts.marks import plain

PASSED, NOT_PASSED = "已通过", "未通过"
TO_BE_PAID, TURNED_DOWN, PAID = "待打款", "已驳回", "已打款"
TO_DO = "待处理"
WELCOME = "回复 帮助 看能做什么"
WAIT = "审核通过，等待打款"
LOOK = "请到收款账户查收"


def shop(name: str) -> str:
    """Whose message it is."""
    return plain(name)


def reason(typed: str) -> str:
    """The merchant's own words, as far as a field takes them."""
    return plain(typed, 20)


def counts(waiting: Sequence[tuple[str, int]]) -> str:
    """申请 2 · 提现 1"""
    return " · ".join(f"{what} {count}" for what, count in waiting)
