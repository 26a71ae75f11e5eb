"""The floor of Python: one function that opens the push with a kept cipher and seals a fixed answer; no framework."""

import base64
import hashlib
import os
import re
import struct
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bench.account import AES_KEY, APP_ID, TOKEN

_KEY = base64.b64decode(AES_KEY + "=")
_CIPHER = Cipher(algorithms.AES(_KEY), modes.CBC(_KEY[:16]))
_FIELD = re.compile(rb"<(\w+)><!\[CDATA\[(.*?)\]\]>")


def app(environ, start_response):
    """One message."""
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    told = dict(parse_qsl(environ["QUERY_STRING"]))
    sealed = dict(_FIELD.findall(body))[b"Encrypt"]
    if _sign(told["timestamp"], told["nonce"], sealed.decode()) != told["msg_signature"]:
        raise ValueError("forged")
    opening = _CIPHER.decryptor()
    inner = opening.update(base64.b64decode(sealed)) + opening.finalize()
    (length,) = struct.unpack(">I", inner[16:20])
    fields = dict(_FIELD.findall(inner[20 : 20 + length]))
    answer = _sealed(
        b"<xml><ToUserName><![CDATA[%s]]></ToUserName><MsgType><![CDATA[text]]></MsgType>"
        b"<Content><![CDATA[%s]]></Content></xml>" % (fields[b"FromUserName"], fields[b"Content"])
    )
    signature = _sign(told["timestamp"], told["nonce"], answer)
    reply = f"<xml><Encrypt><![CDATA[{answer}]]></Encrypt><MsgSignature>{signature}</MsgSignature></xml>"
    start_response("200 OK", [("Content-Type", "text/xml")])
    return [reply.encode()]


def _sealed(xml):
    plain = os.urandom(16) + struct.pack(">I", len(xml)) + xml + APP_ID.encode()
    pad = 32 - len(plain) % 32
    sealing = _CIPHER.encryptor()
    return base64.b64encode(sealing.update(plain + bytes([pad]) * pad) + sealing.finalize()).decode()


def _sign(*parts):
    return hashlib.sha1("".join(sorted((TOKEN, *parts))).encode(), usedforsecurity=False).hexdigest()
