"""WeChat's side of the door, played with wechatpy's own code, so that a mistake of ours cannot cancel itself."""

from __future__ import annotations

import os
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xmltodict
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import WeChatSigner

TOKEN = "zhi-neng-ma"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OLD_KEY = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
APP_ID = "wx1d9c3e0a5b7f2468"
NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)

SAMPLES = Path(__file__).parent / "samples"


def push(
    xml: str | bytes,
    *,
    at: datetime = NOW,
    nonce: str = "1372623149",
    token: str = TOKEN,
    key: str = KEY,
    app_id: str = APP_ID,
) -> tuple[bytes, dict[str, str]]:
    """Body and query of a push in safe mode, as Tencent sends it."""
    timestamp = str(int(at.timestamp()))
    envelope = xmltodict.parse(WeChatCrypto(token, key, app_id).encrypt_message(xml, nonce, timestamp))["xml"]
    body = f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[{envelope['Encrypt']}]]></Encrypt></xml>"
    query = {
        "signature": "0" * 40,
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": "oABC",
        "encrypt_type": "aes",
        "msg_signature": envelope["MsgSignature"],
    }
    return body.encode(), query


def signature(*parts: str | bytes) -> str:
    """WeChat's signature over some parts."""
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


def opened(reply: bytes, *, key: str = KEY) -> dict[str, Any]:
    """The fields of an encrypted passive reply; fails on a wrong signature or key."""
    envelope = xmltodict.parse(reply)["xml"]
    crypto = WeChatCrypto(TOKEN, key, APP_ID)
    xml = crypto.decrypt_message(reply, envelope["MsgSignature"], envelope["TimeStamp"], envelope["Nonce"])
    fields: dict[str, Any] = xmltodict.parse(xml, strip_whitespace=False)["xml"]
    return fields


def text(content: str, *, openid: str = "oAlice", at: datetime = NOW) -> str:
    """A text message's XML; other words are another message."""
    return fields_xml(
        ToUserName="gh_1",
        FromUserName=openid,
        CreateTime=str(int(at.timestamp())),
        MsgType="text",
        Content=content,
        MsgId=str(zlib.crc32(content.encode())),
    )


def event(name: str, key: str = "", **more: str) -> str:
    """An event's XML."""
    return fields_xml(
        ToUserName="gh_1",
        FromUserName="oAlice",
        CreateTime=str(int(NOW.timestamp())),
        MsgType="event",
        Event=name,
        EventKey=key,
        **more,
    )


def fields_xml(**fields: str) -> str:
    """Flat XML in WeChat's manner."""
    inside = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items())
    return f"<xml>{inside}</xml>"


def real_pushes() -> list[Path]:
    """The recorded pushes of WECHAT_FIXTURES, else the project's own samples."""
    given = os.environ.get("WECHAT_FIXTURES")
    folder = Path(given) / "messages" if given else SAMPLES / "pushes"
    found = sorted(folder.glob("*.xml"))
    if not found:
        raise RuntimeError(f"no pushes in {folder}")
    return found
