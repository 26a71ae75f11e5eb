"""The merchant's own invitations (邀请成员), as the owner reads them."""

from __future__ import annotations

from collections.abc import Sequence

from engine.programme.members import MemberInvitation
from handlers.texts.marks import plain, tap
from handlers.texts.times import date

NO_GROUP = "不分组"
DRAWING = "正在制作邀请二维码，几秒后发到这里…"
DRAWING_POSTER = "正在制作邀请海报，几秒后发到这里…"
_GROUPS = 3
"""Groups that are offered to tap."""


def listing(rows: Sequence[MemberInvitation], groups: Sequence[str]) -> str:
    """邀请成员"""
    lines = [
        "邀请成员：商家自己的邀请，没有上级；招募关着也能用，审核照规则设置。",
        *_rows(rows),
        "",
        "新的邀请，通过后进哪个分组？",
        *(tap(f"邀请成员 {name}", plain(name, 12)) for name in groups[:_GROUPS]),
        tap(f"邀请成员 {NO_GROUP}", NO_GROUP),
    ]
    lines.append("别的分组，或要记门店，请回复：邀请成员 分组名 门店 西湖店")
    return "\n".join(lines)


def one(found: MemberInvitation, home: str, *, fresh: bool = False) -> str:
    """One invitation: the link, and its QR to tap."""
    head = "邀请做好了" if fresh else "成员邀请"
    return "\n".join(
        [
            f"{head} · {_group(found)}",
            f"打开 {found.opened} 人 · 申请 {found.applied} 人 · {date(found.made_at)} 起",
            "",
            "链接，长按复制：",
            f"{home}/m/{found.token}",
            "",
            " · ".join(
                (
                    tap(f"成员邀请 {found.token} 海报", "拿海报"),
                    tap(f"成员邀请 {found.token} 二维码", "拿二维码"),
                )
            ),
            tap(f"成员邀请 {found.token} 结束", "结束这个邀请"),
            tap("邀请成员", "全部邀请"),
        ]
    )


def ended(found: MemberInvitation) -> str:
    """成员邀请 ‹邀请› 结束"""
    return (
        f"邀请已结束（{_group(found)}）：链接和二维码不能再用，已经申请的 {found.applied} 人不受影响。\n"
        f"{tap('邀请成员', '全部邀请')}"
    )


def _rows(rows: Sequence[MemberInvitation]) -> list[str]:
    if not rows:
        return []
    lines = [
        f"{number}. {tap(f'成员邀请 {row.token}', _group(row, 5))} 打开 {row.opened} · 申请 {row.applied}"
        for number, row in enumerate(rows, 1)
    ]
    return ["", "现在能用的：", *lines]


def _group(found: MemberInvitation, longest: int = 12) -> str:
    into = f"进「{plain(found.group, longest)}」" if found.group else NO_GROUP
    return f"{into} · {plain(found.store, longest)}" if found.store else into
