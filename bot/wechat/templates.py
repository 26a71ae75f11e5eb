"""Template messages (模板消息): which template an event has, and its facts cut to what WeChat takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from handlers.templates import FACTS, Event, Facts

# What each kind of field takes; longer or of another shape is refused with 47003:
# https://developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage

_FIELD = re.compile(r"[a-z_]{1,20}\d{0,3}")
_PLACE = re.compile(r"\{\{\s*(\w+)\.DATA\s*\}\}")
_NOT_SHOWN = {"first", "remark"}
"""Fields of old templates that WeChat takes and shows no longer (2023-05-04)."""
_ID = re.compile(r"[\w-]{10,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Template:
    """A template of the account: its id, and which fact stands in which of its fields."""

    id: str
    fields: Mapping[str, str]

    def filled(self, facts: Facts) -> dict[str, str]:
        """The fields of one message."""
        return {name: fitted(name, facts[fact]) for name, fact in self.fields.items()}


def read(event: Event, typed: str) -> Template:
    """`TEMPLATE_ID thing1=shop phrase2=result time3=time`, as the settings say it; ValueError says what to do."""
    template, *pairs = typed.replace(",", " ").split()
    fields = dict(pair.partition("=")[::2] for pair in pairs)
    if not _ID.fullmatch(template) or not fields or not all(map(_FIELD.fullmatch, fields)):
        raise ValueError(
            "must be the template's id and its fields: `ID thing1=shop phrase2=result time3=time`"
        )
    unknown = sorted(set(fields.values()) - FACTS[event])
    if unknown:
        raise ValueError(
            f"{', '.join(unknown)} is not known here; there are {', '.join(sorted(FACTS[event]))}"
        )
    return Template(template, fields)


def misfit(template: Template, account: Mapping[str, str]) -> str:
    """Why WeChat would refuse this template (40037, 47003); empty if it fits one of the account's (id → content)."""
    content = account.get(template.id)
    if content is None:
        return f"the account has no template {template.id}"
    theirs, ours = set(_PLACE.findall(content)) - _NOT_SHOWN, set(template.fields)
    if unknown := sorted(ours - theirs):
        return f"its template has no {', '.join(unknown)}"
    empty = sorted(theirs - ours)
    return f"its template's {', '.join(empty)} would be empty" if empty else ""


def fitted(field: str, text: str) -> str:
    """The text as this kind of field takes it; never empty, because that is refused too."""
    kind = field.rstrip("0123456789")
    fit, empty = _KINDS.get(kind, (_short(20), "无"))
    return fit(" ".join(text.split())) or empty


def _short(longest: int) -> Callable[[str], str]:
    """At most so many characters; one beyond the BMP counts as two, as WeChat's JavaScript counts it."""

    def cut(text: str) -> str:
        if _length(text) <= longest:
            return text
        while _length(text) > longest - 1:
            text = text[:-1]
        return f"{text}…"

    return cut


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _only(allowed: str, longest: int) -> Callable[[str], str]:
    others = re.compile(f"[^{allowed}]")
    return lambda text: others.sub("", text)[:longest]


def _day(text: str) -> str:
    return text.partition(" ")[0]


_KINDS: Mapping[str, tuple[Callable[[str], str], str]] = {
    "thing": (_short(20), "无"),
    "const": (_short(20), "无"),
    "keyword": (_short(20), "无"),
    "name": (_short(10), "无"),
    "phrase": (_only("\u4e00-\u9fff", 5), "已更新"),
    "character_string": (_only("\x21-\x7e", 32), "-"),
    "letter": (_only("A-Za-z", 32), "N"),
    "number": (_only("0-9", 32), "0"),
    "amount": (_only("¥0-9.", 13), "0"),
    "time": (_short(20), "无"),
    "date": (_day, "无"),
}
"""By the name of the field without its number: what fits into it, and what stands there if nothing does."""
