"""Words that belong to notices only."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.texts.applying import rejected as _decided
from handlers.texts.marks import tap

PICTURES = {
    "poster": f"你要的海报已准备好，回复 {tap('店铺海报', '店铺海报')} 获取。",
    "invitation": f"你要的邀请二维码已准备好，回复 {tap('邀请推广员', '邀请推广员')} 获取。",
    "enrolment": f"你要的店员二维码没能发出来，请重新 {tap('加店员', '加店员')}。",
}
"""By what was asked for; shown when the picture missed WeChat's window."""


def todo(counts: Sequence[tuple[str, int]]) -> str:
    """待办 3: 申请 2 · 提现 1"""
    all_of_them = sum(count for _, count in counts)
    parts = " · ".join(f"{what} {count}" for what, count in counts)
    return f"{tap('待办', f'待办 {all_of_them}')}: {parts}"


def rejected(when: str, reason: str) -> str:
    """The application was rejected, and he may apply again."""
    return f"{_decided(when, reason)}\n改好后可以再申请：{tap('申请推广员', '申请推广员')}"
