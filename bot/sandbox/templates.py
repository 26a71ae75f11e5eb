"""Template messages: the account's templates, and the checks on a field that follow from its name."""

import re
from typing import Any

from bot.sandbox.errors import ApiError
from bot.sandbox.stage import Stage
from bot.sandbox.state import Template, World

MOST = 25
UNSEEN = {"first", "remark"}
"""Since 2023-05-04 these are taken and not shown."""

_CJK = r"\u3400-\u9fff"
_DATE = r"(\d{4}年\d{1,2}月\d{1,2}日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2})"
_CLOCK = r"\d{1,2}[:：]\d{2}([:：]\d{2})?"
_MOMENT = rf"({_DATE} ?({_CLOCK})?|{_CLOCK})"

# https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Template_Message_Interface.html 参数值内容限制说明
SHAPES = {
    "thing": re.compile(r".{1,20}", re.DOTALL),
    "number": re.compile(r"(?=.{1,32}$)-?\d+(\.\d+)?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(r"[!-~ ]{1,32}"),
    "time": re.compile(rf"{_MOMENT}(~{_MOMENT})?"),
    "date": re.compile(rf"{_DATE} ?({_CLOCK})?"),
    "amount": re.compile(r"[^\d\w\s]?\d{1,10}(\.\d+)?元?"),
    "phone_number": re.compile(r"[\d+\-() ]{1,17}"),
    "car_number": re.compile(rf"[{_CJK}A-Za-z0-9][A-Za-z0-9]{{0,6}}[{_CJK}A-Za-z0-9]?"),
    "name": re.compile(rf"([{_CJK}·]{{1,10}}|[^{_CJK}\d]{{1,20}})"),
    "phrase": re.compile(rf"[{_CJK}]{{1,5}}"),
    "const": re.compile(r".{1,20}"),
}
KEYWORD = re.compile(r"\{\{\s*(\w+)\.DATA\s*\}\}")


def known(stage: Stage, template_id: object) -> Template:
    """The account's template; while none was ever named to us, the first 25 ids that are used are its templates."""
    if not isinstance(template_id, str) or not template_id:
        raise ApiError(40037)
    with stage.lock:
        found = all_of(stage).get(template_id)
        if found is None and not stage.config.templates and _room(stage.world):
            found = stage.world.templates[template_id] = Template(template_id)
        if found is None:
            raise ApiError(40037)
        return found


def all_of(stage: Stage) -> dict[str, Template]:
    """Every template of the account by id: those of the settings, and what was added since."""
    own = (Template(one.template_id, one.title, one.content) for one in stage.config.templates)
    return {**{one.id: one for one in own}, **stage.world.templates}


def add(stage: Stage, template: Template) -> None:
    """One more template; 25 at the most."""
    with stage.lock:
        if template.id not in stage.world.templates and not _room(stage.world):
            raise ApiError(45026)
        stage.world.templates[template.id] = template


def rows(template: Template, data: object) -> list[dict[str, str]]:
    """The fields as the person reads them; raises 47003 for the first that WeChat would not take."""
    if not isinstance(data, dict) or not data:
        raise ApiError(47003, "data is empty")
    for name in KEYWORD.findall(template.content):
        if name not in data:
            raise ApiError(47003, f"data.{name}.value is empty")
    checked = {name: _value(str(name), given) for name, given in data.items()}
    labels = _labels(template.content)
    return [
        {"name": labels.get(name, name), "value": _folded(name, value)}
        for name, value in checked.items()
        if name not in UNSEEN
    ]


def _value(name: str, given: Any) -> str:
    text = given.get("value") if isinstance(given, dict) else None
    if not isinstance(text, str) or not text:
        raise ApiError(47003, f"data.{name}.value is empty")
    shape = SHAPES.get(name.rstrip("0123456789"))
    if shape and not shape.fullmatch(text):
        raise ApiError(47003, f"data.{name}.value invalid")
    return text


def _folded(name: str, value: str) -> str:
    """Values of the old `keywordN` are folded past 20 characters."""
    return value[:20] + "…" if name.startswith("keyword") and len(value) > 20 else value


def _labels(content: str) -> dict[str, str]:
    """`申请人：{{thing1.DATA}}` names thing1 申请人."""
    found = {}
    for line in content.splitlines():
        label, _, rest = line.partition("{{")
        if rest:
            found[rest.partition(".")[0].strip()] = label.strip().rstrip("：:")
    return {name: label for name, label in found.items() if label}


def _room(world: World) -> bool:
    return len(world.templates) < MOST
