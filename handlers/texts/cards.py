"""Words that stand on pictures."""

from __future__ import annotations

from datetime import datetime

from engine.clock import BEIJING, day_of
from engine.people.authority import Role
from engine.programme.modes import PosterKind

_ROLES = {Role.OWNER: "店主", Role.REVIEW: "审核", Role.FINANCE: "财务", Role.SERVICE: "客服"}

INVITATION = "一起做推广员"
"""On an invitation whose merchant set no title; none of its words promises anything."""
DOES: dict[PosterKind, str] = {"shop": "为你推荐", "product": "为你推荐", "invitation": "邀请你一起做推广员"}
"""What stands under the promoter's name on his poster."""
ON_SCREEN, ON_PAPER = "长按识别二维码", "微信扫一扫"
"""What to do with the code of a poster."""
SAMPLE_NAMES = "王", "名字最长可以写二十个字就像这一行一样长了"
"""The shortest and the longest name that a promoter can have on a sample (海报样张)."""
SAMPLE_GOODS = ("茶", "¥9.90"), ("明前龙井特级头采手工炒制礼盒装两罐送礼自饮皆宜", "¥12,888.00")
SAMPLE_CODE = "K7M2QX"
SAMPLE_URL = "样张：只用来看效果，扫了不会记到任何人名下"
"""What the code on a sample says: words, so that it leads nowhere."""


def enrolment(role: Role, until: datetime) -> tuple[str, tuple[str, ...]]:
    """The one-time QR for a new member of staff: title and lines."""
    when = until.astimezone(BEIJING).strftime("%m-%d %H:%M")
    return f"{_ROLES[role]}二维码", (
        "用微信扫一扫，成为本店" + _ROLES[role],
        f"只能用一次，{when} 前有效",
        "请勿转发",
    )


def members(shop: str, group: str) -> tuple[str, tuple[str, ...]]:
    """The merchant's own invitation: title and lines."""
    into = f"加入「{group}」" if group else "做推广员"
    return shop, (f"邀请你{into}", "免费加入，无需购买", "微信扫一扫，了解详情")


def valid_until(expires: datetime | None) -> str:
    """What a poster with a temporary code says of it."""
    return f"有效期至 {day_of(expires):%m-%d}" if expires else ""
