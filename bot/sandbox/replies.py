"""A bot's passive reply, opened and judged as strictly as WeChat does."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element  # a type only; parsing is in xmls

from bot.sandbox import media
from bot.sandbox.chats import bots, system
from bot.sandbox.crypto import CryptoError
from bot.sandbox.errors import ApiError
from bot.sandbox.stage import Stage
from bot.sandbox.state import ChatLine
from bot.sandbox.xmls import XmlError, parse

TEXT_BYTES = 2048
KNOWN = {"text", "image", "news", "voice", "video", "music", "transfer_customer_service"}


class ReplyFault(ValueError):
    """A passive reply that WeChat would not show, and why."""


@dataclass(frozen=True)
class Reply:
    """A valid passive reply: its plain XML and the line it becomes."""

    xml: str
    line: ChatLine


def opened(stage: Stage, openid: str, body: bytes) -> Reply | None:
    """The reply in an answer's body, None for `success` or nothing; raises ReplyFault."""
    if body.strip() in (b"", b"success"):
        return None
    try:
        xml = stage.seal.open(body)
        root = parse(xml)
    except (CryptoError, XmlError, UnicodeDecodeError) as error:
        raise ReplyFault(f"被动回复不合规：{error}") from error
    _addressed(stage, openid, root)
    kind = _text(root, "MsgType")
    if kind not in KNOWN:
        raise ReplyFault(f"被动回复的 MsgType 不认识：{kind}")
    return Reply(xml, _line(stage, openid, kind, root))


def _addressed(stage: Stage, openid: str, root: Element) -> None:
    names = [child.tag for child in root]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ReplyFault(f"被动回复里有重复的字段：{', '.join(sorted(twice))}")
    if _text(root, "ToUserName") != openid or _text(root, "FromUserName") != stage.original_id:
        raise ReplyFault("被动回复的收件人或发件人不对")
    if not _text(root, "CreateTime").isdigit():
        raise ReplyFault("被动回复的 CreateTime 不是整数")


def _line(stage: Stage, openid: str, kind: str, root: Element) -> ChatLine:
    if kind == "text":
        text = _text(root, "Content")
        if not text:
            raise ReplyFault("文本回复是空的")
        size = len(text.encode())
        if size > TEXT_BYTES:
            raise ReplyFault(f"文本回复 {size} 字节，超过 {TEXT_BYTES}")
        return bots(openid, text, "passive")
    if kind == "image":
        media_id = _text(root, "Image/MediaId")
        try:
            media.usable(stage, media_id)
        except ApiError as error:
            raise ReplyFault("图片回复的 media_id 无效或已过期") from error
        return ChatLine(openid, "bot", "image", via="passive", media=media_id)
    if kind == "news":
        return ChatLine(openid, "bot", "news", via="passive", articles=_articles(root))
    if kind == "transfer_customer_service":
        return system(openid, "已转人工客服", kind="staff")
    return ChatLine(openid, "bot", kind, f"[{kind}]", via="passive", parts=[{"text": f"[{kind}]"}])


def _articles(root: Element) -> list[dict[str, str]]:
    items = root.findall("Articles/item")
    if not 1 <= len(items) <= 8 or _text(root, "ArticleCount") != str(len(items)):
        raise ReplyFault("图文回复的条数不对")
    names = {"title": "Title", "description": "Description", "picurl": "PicUrl", "url": "Url"}
    return [{key: _text(item, tag) for key, tag in names.items()} for item in items]


def _text(root: Element, path: str) -> str:
    found = root.find(path)
    return (found.text or "").strip() if found is not None and len(found) == 0 else ""
