"""A bot's text cut into parts: plain, tappable lines, links. Nothing else of HTML is honoured."""

import re
from typing import Any
from urllib.parse import urlsplit

ANCHOR = re.compile(
    r"""<a\s+[^<>]*?href=(["'])(?P<href>.*?)\1[^<>]*>(?P<text>.*?)</a>""", re.DOTALL | re.IGNORECASE
)
BARE = re.compile(r"https?://[\w\-.~:/?#@!$&*+,;=%]+", re.ASCII)
TAP = "weixin://bizmsgmenu?"


def parts_of(text: str) -> list[dict[str, Any]]:
    """Parts in order: {text}, {text, tap: {content, id}} or {text, href}."""
    parts: list[dict[str, Any]] = []
    end = 0
    for found in ANCHOR.finditer(text):
        parts += _bare_links(text[end : found.start()])
        parts.append(_anchor(found["href"], found["text"]) or {"text": found[0]})
        end = found.end()
    return parts + _bare_links(text[end:])


def taps_of(parts: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The tappable lines alone: text, content, id."""
    return [{"text": part["text"], **part["tap"]} for part in parts if "tap" in part]


def _anchor(href: str, text: str) -> dict[str, Any] | None:
    if href.startswith(TAP):
        # WeChat sends msgmenucontent back as it stands: nothing is percent-decoded.
        fields = dict(pair.partition("=")[::2] for pair in href[len(TAP) :].split("&"))
        content = fields.get("msgmenucontent", "")
        return (
            {"text": text, "tap": {"content": content, "id": fields.get("msgmenuid", "")}}
            if content
            else None
        )
    if urlsplit(href).scheme in ("http", "https"):
        return {"text": text, "href": href}
    return None


def _bare_links(text: str) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    end = 0
    for found in BARE.finditer(text):
        parts += [{"text": text[end : found.start()]}, {"text": found[0], "href": found[0]}]
        end = found.end()
    parts.append({"text": text[end:]})
    return [part for part in parts if part["text"]]
