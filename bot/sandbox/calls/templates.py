"""Calls for the account's templates."""

import secrets
from typing import Any

from bot.sandbox import templates
from bot.sandbox.calls.people import OK
from bot.sandbox.errors import ApiError
from bot.sandbox.stage import Stage
from bot.sandbox.state import Template


def all_of_them(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """Every template of the account."""
    with stage.lock:
        rows = [_shown(template) for template in templates.all_of(stage).values()]
    return {"template_list": rows}


def add(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """A template of the library becomes the account's; 25 at the most."""
    short, keywords = fields.get("template_id_short"), fields.get("keyword_name_list") or []
    if not isinstance(short, str) or not short or not isinstance(keywords, list):
        raise ApiError(40035, "template_id_short")
    content = "\n".join(f"{name}：{{{{thing{n}.DATA}}}}" for n, name in enumerate(keywords, 1))
    template = Template(secrets.token_urlsafe(32), f"模板 {short}", content)
    templates.add(stage, template)
    return {**OK, "template_id": template.id}


def delete(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """One template less."""
    with stage.lock:
        if stage.world.templates.pop(str(fields.get("template_id", "")), None) is None:
            raise ApiError(40037)
    return OK


def _shown(template: Template) -> dict[str, str]:
    told = {"template_id": template.id, "title": template.title, "content": template.content}
    return {**told, "primary_industry": "", "deputy_industry": "", "example": ""}
