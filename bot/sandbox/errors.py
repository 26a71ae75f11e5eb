"""WeChat's errors: code, real English text, and the rid that every one of them carries."""

import secrets
import time
from typing import Any

# Texts as WeChat sends them where a capture is public (40001, 40003, 45009, 45015, 47003 …), else in its manner.
TEXTS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest, could get access_token by "
    "getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40005: "invalid file type",
    40007: "invalid media_id",
    40009: "invalid image size",
    40008: "invalid message type",
    40010: "invalid voice size",
    40011: "invalid video size",
    40012: "invalid thumb size",
    40013: "invalid appid",
    40015: "invalid menu type",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40029: "invalid code",
    40030: "invalid refresh_token",
    40032: "invalid openid list size",
    40035: "invalid parameter",
    40037: "invalid template_id",
    40052: "invalid action name",
    40053: "invalid action info",
    40066: "invalid url",
    40125: "invalid appsecret",
    40164: "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist",
    40163: "code been used",
    41001: "access_token missing",
    41005: "media data missing",
    41008: "missing code",
    41006: "media_id missing",
    42001: "access_token expired",
    42002: "refresh_token expired",
    42003: "code expired",
    43002: "require POST method",
    43101: "user refuse to accept the msg",
    43004: "require subscribe",
    44001: "empty media data",
    44002: "empty post data",
    44004: "empty content",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45026: "template num exceeds limit",
    45011: "api minute-quota reach limit must slower retry next minute",
    45009: "reach max api daily quota limit",
    45015: "response out of time limit or subscription is canceled",
    45029: "qrcode count out of limit",
    45047: "out of response count limit",
    45056: "too many tag now, no need to add new",
    45057: "can't delete the tag that has too many fans",
    45058: "can't modify sys tag",
    45059: "can not tag one fan so many tags",
    45157: "invalid tag name",
    45158: "tag name too long",
    45159: "invalid tag id",
    48002: "user refuse receive message",
    48004: "api forbidden for irregularities",
    48006: "forbid to clear quota because of reaching the limit",
    48001: "api unauthorized",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid!",
    49003: "not match openid with appid",
    61007: "api is unauthorized to component",
    65301: "no such conditional menu",
    65303: "there is no selfmenu, please create selfmenu first",
    65304: "match rule empty",
    65305: "conditional menu count limit",
    65316: "too many domain in menu url",
    76021: "cgi_path not found, please check",
    65320: "match rule only support tag_id",
}


class ApiError(Exception):
    """A call refused with one of WeChat's codes."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def body(code: int, detail: str = "") -> dict[str, Any]:
    """The JSON of an error: `detail` is put behind the text where WeChat names a field."""
    text = TEXTS.get(code, "system error") + (f" {detail}" if detail else "")
    return {"errcode": code, "errmsg": f"{text} rid: {rid()}"}


def rid() -> str:
    """A request id of WeChat's shape: seconds in hex and two random words."""
    return f"{int(time.time()):08x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
