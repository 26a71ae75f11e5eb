"""WeChat's errors: code, real English text, and the rid that every one of them carries."""

import secrets
import time
from typing import Any

# Texts as WeChat sends them where a capture is public (40001, 40003, 45009, 45015, 47003 …), from its list of codes,
# else in its manner.
TEXTS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest, could get access_token by "
    "getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40005: "invalid file type",
    40006: "invalid meida size",
    40007: "invalid media_id",
    40009: "invalid image size",
    40008: "invalid message type",
    40010: "invalid voice size",
    40011: "invalid video size",
    40012: "invalid thumb size",
    40013: "invalid appid",
    40014: "invalid access_token",
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
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40035: "invalid args size",
    40037: "invalid template_id",
    40052: "invalid action name",
    40050: "invalid timeline type",
    40053: "invalid action info, please check document",
    40066: "invalid url",
    40118: "invalid sub button media_id size",
    40119: "invalid use button type",
    40120: "invalid use sub button type",
    40121: "invalid media type in view_limited",
    40125: "invalid appsecret",
    40137: "invalid image format",
    40164: "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist",
    40163: "code been used",
    40200: "invalid account type",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    41006: "media_id missing",
    41008: "missing code",
    41009: "missing openid",
    42001: "access_token expired",
    42002: "refresh_token expired",
    42003: "code expired",
    42007: "access_token and refresh_token exception",
    43002: "require POST method",
    43004: "require subscribe",
    43019: "require remove blacklist",
    43101: "user refuse to accept the msg",
    44001: "empty media data",
    44002: "empty post data",
    44004: "empty content",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45010: "create menu limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45026: "template num exceeds limit",
    45029: "qrcode count out of limit",
    45047: "out of response count limit",
    45056: "too many tag now, no need to add new",
    45057: "can't delete the tag that has too many fans",
    45058: "can't modify sys tag",
    45059: "can not tagging one user too much",
    45065: "clientmsgid exist",
    45066: "same clientmsgid retry too fast",
    45067: "clientmsgid size out of limit",
    45157: "invalid tag name",
    45158: "tag name too long",
    45159: "invalid tag id",
    46001: "media data no exist",
    46003: "menu no exist",
    46004: "user no exist",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
    48002: "user block receive message",
    48004: "api forbidden for irregularities, view detail on mp.weixin.qq.com",
    48006: "forbid to clear quota because of reaching the limit",
    48008: "no permission for this msgtype",
    49003: "not match openid with appid",
    50001: "api unauthorized or user unauthorized",
    50002: "user limited",
    50004: "user not allow to use accesstoken, maybe for punishment",
    50005: "user is unsubscribed",
    61007: "api is unauthorized to component",
    65301: "this menu is not conditionalmenu",
    65303: "there is no selfmenu, please create selfmenu first",
    65304: "match rule empty",
    65305: "menu count limit",
    65306: "conditional menu not support",
    65309: "conditional menu switch is closed",
    65316: "too many domain in menu url",
    65320: "match rule only support tag_id",
    76021: "cgi_path not found, please check",
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
