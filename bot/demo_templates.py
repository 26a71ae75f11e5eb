"""The demo's template messages: what its account holds at the played WeChat, and how our facts go into them."""

from __future__ import annotations

import json
from dataclasses import dataclass

from handlers.templates import Event


@dataclass(frozen=True, slots=True)
class _Template:
    """One template: its lines as people read them, each with its field and the fact of ours that stands there."""

    id: str
    title: str
    lines: tuple[tuple[str, str, str], ...]

    @property
    def content(self) -> str:
        return "\n".join(f"{label}：{{{{{name}.DATA}}}}" for label, name, _ in self.lines)

    @property
    def setting(self) -> str:
        return " ".join((self.id, *(f"{name}={fact}" for _, name, fact in self.lines)))


_TEMPLATES = {
    Event.APPLICATION: _Template(
        "DEMO_application_result",
        "申请审核结果通知",
        (
            ("店铺", "thing1", "shop"),
            ("审核结果", "phrase2", "result"),
            ("说明", "thing3", "note"),
            ("时间", "time4", "time"),
        ),
    ),
    Event.WITHDRAWAL: _Template(
        "DEMO_withdrawal_result",
        "提现结果通知",
        (
            ("提现金额", "amount1", "amount"),
            ("处理结果", "phrase2", "result"),
            ("提现单号", "character_string3", "code"),
            ("说明", "thing4", "note"),
        ),
    ),
    Event.TODO: _Template(
        "DEMO_things_to_do",
        "待办事项提醒",
        (("事项", "thing1", "note"), ("数量", "number2", "count"), ("时间", "time3", "time")),
    ),
}


def environment() -> dict[str, str]:
    """The bot's settings, and the sandbox's."""
    held = [
        {"template_id": one.id, "title": one.title, "content": one.content} for one in _TEMPLATES.values()
    ]
    ours = {f"WECHAT_TEMPLATE_{event.value.upper()}": one.setting for event, one in _TEMPLATES.items()}
    return {**ours, "SANDBOX_TEMPLATES": json.dumps(held, ensure_ascii=False)}
