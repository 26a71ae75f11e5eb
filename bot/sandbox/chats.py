"""One line of a chat before it is said, and as the control API shows it."""

from dataclasses import asdict
from typing import Any

from bot.sandbox.links import parts_of, taps_of
from bot.sandbox.state import ChatLine, Message

# What a person reads when the bot gave no valid answer (WeChat's own words).
FAULT_TIP = "该公众号暂时无法提供服务，请稍后再试"


def mine(openid: str, text: str) -> ChatLine:
    """A text that the person sent: plain, whatever it holds."""
    return ChatLine(openid, "me", "text", text, parts=[{"text": text}] if text else [])


def bots(openid: str, text: str, via: str) -> ChatLine:
    """A text of the account, with its links."""
    return ChatLine(openid, "bot", "text", text, via=via, parts=parts_of(text))


def system(openid: str, text: str, detail: str = "", kind: str = "system") -> ChatLine:
    """A grey line in the middle of the chat."""
    return ChatLine(openid, "system", kind, text, detail=detail)


def menu_line(openid: str, message: dict[str, Any]) -> ChatLine:
    """A msgmenu message: head, one tappable line per choice, tail."""
    parts: list[dict[str, Any]] = []
    if message.get("head_content"):
        parts.append({"text": message["head_content"]})
    for choice in message["list"]:
        tap = {"content": choice["content"], "id": str(choice["id"])}
        parts += (
            [{"text": "\n"}, {"text": choice["content"], "tap": tap}]
            if parts
            else [{"text": choice["content"], "tap": tap}]
        )
    if message.get("tail_content"):
        parts += [{"text": "\n"}, {"text": message["tail_content"]}]
    text = "".join(part["text"] for part in parts)
    return ChatLine(openid, "bot", "msgmenu", text, via="kf", parts=parts)


def shown(message: Message, base: str) -> dict[str, Any]:
    """A message as JSON, with `from`, the tappable lines and the picture's address."""
    row = asdict(message)
    row["from"] = row.pop("sender")
    row["taps"] = taps_of(message.parts)
    row["media_url"] = f"{base}/sandbox/media/{message.media}" if message.media else ""
    return row
