"""The Official Account that all servers of the bench answer for, and what WeChat pushes to it."""

import base64
import hashlib
import os
import struct
import time

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

TOKEN = "benchtoken"  # noqa: S105
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP_ID = "wx1d9c3e0a5b7f2468"

_KEY = base64.b64decode(AES_KEY + "=")
_CIPHER = Cipher(algorithms.AES(_KEY), modes.CBC(_KEY[:16]))


def push(openid: str, text: str, number: int) -> tuple[str, bytes]:
    """Path and body of one encrypted message, as WeChat sends it."""
    now = str(int(time.time()))
    xml = (
        "<xml><ToUserName><![CDATA[gh_bench]]></ToUserName>"
        f"<FromUserName><![CDATA[{openid}]]></FromUserName><CreateTime>{now}</CreateTime>"
        f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content><MsgId>{number}</MsgId></xml>"
    ).encode()
    plain = os.urandom(16) + struct.pack(">I", len(xml)) + xml + APP_ID.encode()
    pad = 32 - len(plain) % 32
    sealing = _CIPHER.encryptor()
    sealed = base64.b64encode(sealing.update(plain + bytes([pad]) * pad) + sealing.finalize()).decode()
    nonce = str(number)
    query = f"timestamp={now}&nonce={nonce}&openid={openid}&encrypt_type=aes&signature={_signed(now, nonce)}"
    body = f"<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    return f"/wechat?{query}&msg_signature={_signed(now, nonce, sealed)}", body.encode()


def _signed(*parts: str) -> str:
    return hashlib.sha1("".join(sorted((TOKEN, *parts))).encode(), usedforsecurity=False).hexdigest()
