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
