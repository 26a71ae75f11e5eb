"""Calls that bring messages to people: customer service and templates."""

from collections.abc import Callable
from typing import Any

from bot.sandbox import media, templates, undelivered, windows
from bot.sandbox.calls.people import OK, known
from bot.sandbox.chats import bots, menu_line
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import BLOCKED
from bot.sandbox.stage import Stage
from bot.sandbox.state import ChatLine

TEXT_BYTES = 2048
SAME_MESSAGE = 600
FIRST_MSGID = 3_000_000_000_000_000_000


def send(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """A customer-service message, if it is well made and a window is open."""
    with stage.lock:
        person = known(stage, fields.get("touser"))
        kind = fields.get("msgtype")
        build = BUILDERS.get(kind) if isinstance(kind, str) else None
        content = fields.get(kind) if isinstance(kind, str) else None
        if build is None or not isinstance(content, dict):
            raise ApiError(40008)
        line = build(stage, person.openid, content)
        if person.refuses and person.following:
            raise ApiError(48002)
        windows.spend(person, stage.now())
    stage.say(line)
    stage.person_changed(person)
    return OK


def typing(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """正在输入: nothing to see here."""
    known(stage, fields.get("touser"))
    return OK


def send_template(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """A template message; the same client_msg_id reaches one person once in ten minutes.

    Taken is not arrived: how it ended is told afterwards (TEMPLATESENDJOBFINISH).
    """
    with stage.lock:
        person = known(stage, fields.get("touser"))
        template = templates.known(stage, fields.get("template_id"))
        if not person.following:
            raise ApiError(43004)
        rows = templates.rows(template, fields.get("data"))
        number = FIRST_MSGID + stage.world.next()
        if _sent_before(stage, person.openid, fields.get("client_msg_id")):
            return {**OK, "msgid": number}
    failed = BLOCKED if person.refuses else stage.faults.ending()
    if failed:
        undelivered.ended(stage, person.openid, fields, failed)
        stage.report(person, "TEMPLATESENDJOBFINISH", {"MsgID": number, "Status": failed})
        return {**OK, "msgid": number}
    card = {"template_id": template.id, "title": template.title, "rows": rows}
    card["url"] = str(fields.get("url") or "")
    text = "\n".join(f"{row['name']}：{row['value']}" for row in rows)
    stage.say(ChatLine(person.openid, "bot", "template", text, via="template", card=card))
    stage.report(person, "TEMPLATESENDJOBFINISH", {"MsgID": number, "Status": "success"})
    return {**OK, "msgid": number}


def _sent_before(stage: Stage, openid: str, client_id: object) -> bool:
    if not isinstance(client_id, str) or not client_id:
        return False
    key = f"{openid} {client_id}"
    before = stage.world.sent_templates.get(key)
    now = stage.now()
    if before is not None and now < before + SAME_MESSAGE:
        return True
    stage.world.sent_templates[key] = now
    return False


def _text(stage: Stage, openid: str, content: dict[str, Any]) -> ChatLine:
    text = content.get("content")
    if not isinstance(text, str) or not text:
        raise ApiError(44004)
    if len(text.encode()) > TEXT_BYTES:
        raise ApiError(45002)
    return bots(openid, text, "kf")


def _image(stage: Stage, openid: str, content: dict[str, Any]) -> ChatLine:
    medium = media.usable(stage, content.get("media_id"))
    return ChatLine(openid, "bot", "image", via="kf", media=medium.id)


def _menu(stage: Stage, openid: str, content: dict[str, Any]) -> ChatLine:
    choices = content.get("list")
    if not isinstance(choices, list) or not choices:
        raise ApiError(40035, "list")
    if any(not isinstance(one, dict) or not _worded(one, "content") or "id" not in one for one in choices):
        raise ApiError(40035, "list")
    if not all(_worded(content, name) for name in ("head_content", "tail_content") if content.get(name)):
        raise ApiError(40035)
    line = menu_line(openid, content)
    if len(line.text.encode()) > TEXT_BYTES:
        raise ApiError(45002)
    return line


def _worded(part: dict[str, Any], name: str) -> bool:
    return isinstance(part.get(name), str)


def _news(stage: Stage, openid: str, content: dict[str, Any]) -> ChatLine:
    articles = content.get("articles")
    if not isinstance(articles, list) or len(articles) != 1 or not isinstance(articles[0], dict):
        raise ApiError(45008)
    names = ("title", "description", "picurl", "url")
    kept = [{name: str(articles[0].get(name) or "") for name in names}]
    return ChatLine(openid, "bot", "news", via="kf", articles=kept)


BUILDERS: dict[str, Callable[[Stage, str, dict[str, Any]], ChatLine]] = {
    "text": _text,
    "image": _image,
    "msgmenu": _menu,
    "news": _news,
}
