"""What the account wanted to tell a person and could not: a grey row in the chat, which WeChat would not show."""

from typing import Any

from bot.sandbox.chats import system
from bot.sandbox.errors import ApiError, body
from bot.sandbox.faults import BLOCKED
from bot.sandbox.stage import Stage

PATHS = {"/cgi-bin/message/custom/send": "客服消息", "/cgi-bin/message/template/send": "模板消息"}
WHY = {
    -1: "系统繁忙",
    40001: "凭证无效",
    40007: "素材无效或已过期",
    40037: "没有这个模板",
    42001: "凭证已过期",
    43004: "对方没有关注",
    45002: "内容太长",
    45009: "今天的调用额度已用完",
    45011: "调用太频繁",
    45015: "窗口已关",
    45047: "窗口里的条数已用完",
    47003: "模板字段不合要求",
    48001: "没有接口权限",
    48002: "对方关掉了接收消息",
    48004: "接口已被封禁",
}
ENDED = {BLOCKED: "对方不收这个公众号的消息", "failed: system failed": "微信没有送到"}
SHORT = 60


def note(stage: Stage, path: str, sent: dict[str, Any], error: ApiError) -> None:
    """Say in the person's chat that something did not arrive, and why; the same refusal again is one row."""
    openid = sent.get("touser")
    if path not in PATHS or not isinstance(openid, str) or openid not in stage.world.people:
        return
    said = body(error.code, error.detail)["errmsg"].partition(" rid:")[0]
    _say(stage, openid, path, sent, f"{error.code}：{WHY.get(error.code, said)}，未送达")


def ended(stage: Stage, openid: str, sent: dict[str, Any], status: str) -> None:
    """Say in the person's chat that WeChat took a template message and then did not bring it."""
    _say(stage, openid, "/cgi-bin/message/template/send", sent, f"{status}：{ENDED[status]}，未送达")


def _say(stage: Stage, openid: str, path: str, sent: dict[str, Any], why: str) -> None:
    line = system(openid, why, f"{PATHS[path]}「{_gist(sent)}」", "undelivered")
    with stage.lock:
        last = stage.world.messages.get(openid, [])[-1:]
    if not any(
        (before.type, before.text, before.detail) == (line.type, line.text, line.detail) for before in last
    ):
        stage.say(line)


def _gist(sent: dict[str, Any]) -> str:
    """The first words of a message, so that one knows which one it was."""
    kind = sent.get("msgtype")
    if isinstance(kind, str):
        inner = sent.get(kind)
        text = (inner.get("content") or inner.get("head_content")) if isinstance(inner, dict) else None
        words = str(text) if text else {"image": "图片", "news": "图文"}.get(kind, kind)
    else:
        data = sent.get("data")
        values = data.values() if isinstance(data, dict) else ()
        words = " ".join(str(v.get("value", "")) for v in values if isinstance(v, dict))
    words = " ".join(words.split())
    return words[:SHORT] + ("…" if len(words) > SHORT else "")
