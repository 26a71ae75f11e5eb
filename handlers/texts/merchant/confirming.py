"""One-time codes (确认码): the line that confirms, and what to do with one that does not work."""

from __future__ import annotations

from datetime import timedelta

from engine.people.confirmations import LIFE, Confirmation
from handlers.texts.marks import tap

EXPIRED = "确认码过期了，没有改动。给你一个新的："

UNKNOWN = "没有执行：这个确认码不对，或者是发给别人的。\n请重新操作一次，会得到自己的确认码。"
USED = "这个确认码用过或作废了，没有再做一次。\n要再办请重新操作，会得到新的确认码。"
OUTDATED = "没有执行：你拿到确认码以后，情况变了。请重新操作一次，看清楚再确认。"
_LASTS = f"{LIFE // timedelta(minutes=1)} 分钟内有效，只能用一次。"


def confirm_tap(made: Confirmation, label: str, otherwise: str) -> str:
    """The line that does it, how long it can be tapped, and what holds if it is not."""
    return f"{tap(f'确认 {made.code}', f'{label}（{made.code}）')}\n{_LASTS}{otherwise}"
