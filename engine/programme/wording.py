"""Words that would get the account banned (违规词): one check for every text of the merchant's."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.errors import Refusal

RULES: tuple[tuple[str, str], ...] = (
    (r"关注[^。！\n]{0,4}[领送]", "follow_reward"),
    (r"(?:转发|分享)[^。！\n]{0,4}(?:得|赚|领|有礼)", "share_reward"),
    (r"集赞", "share_reward"),
    (r"拉人头", "recruit_reward"),
    (r"入会费|加盟费|代理费|保证金", "entry_fee"),
    (r"躺赚|稳赚|日入|月入|零投入|暴富|财务自由", "exaggeration"),
    (r"三级|多级|无限代|无限级|团队计酬|裂变奖励", "levels"),
    (r"返现|返利", "cash_back"),
)
"""Pattern → which of the platform's rules it would break."""

_COMPILED = tuple((re.compile(pattern), rule) for pattern, rule in RULES)
_NOISE = re.compile(r"[\s\u200b-\u200f\u2060·•.\-_*|]+")


MOST_QUESTIONS, LONGEST_QUESTION = 3, 40
_MONEY = re.compile(
    r"押金|定金|订金|费用|收费|缴费|会费|转账|汇款|付款|打款|交钱|红包|贷款|投资|银行卡|余额|密码|身份证|多少钱|\d元"
)


@dataclass(eq=False)
class TooManyQuestions(Refusal):
    """An applicant is asked at most three short questions."""

    most: int
    longest: int


@dataclass(eq=False)
class BannedWording(Refusal):
    """A text holds words that WeChat punishes."""

    word: str
    rule: str


def check(text: str) -> None:
    """Raise BannedWording with the first such word; spaces and dots between its characters do not hide it."""
    dense = _NOISE.sub("", text)
    for pattern, rule in _COMPILED:
        found = pattern.search(dense)
        if found:
            raise BannedWording(found.group(), rule)


def questions(text: str) -> tuple[str, ...]:
    """The merchant's questions, one a line (or parted by a semicolon)."""
    parts = (" ".join(part.split()) for part in re.split(r"[\n；;]", text))
    return tuple(part for part in parts if part)


def check_questions(text: str) -> None:
    """Raise TooManyQuestions, or BannedWording for one about money: joining is free and asks for no account."""
    asked = questions(text)
    if len(asked) > MOST_QUESTIONS or any(len(one) > LONGEST_QUESTION for one in asked):
        raise TooManyQuestions(MOST_QUESTIONS, LONGEST_QUESTION)
    found = _MONEY.search(_NOISE.sub("", text))
    if found:
        raise BannedWording(found.group(), "entry_fee")
