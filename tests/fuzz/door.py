"""`make fuzz`: bytes steered by coverage against the codec; whatever escapes it, or comes out alive, is a crash."""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from datetime import UTC, datetime

import atheris

with atheris.instrument_imports(include=["bot.codec", "handlers.texts.marks"]):
    from bot.codec import TEXT_LIMIT, Box, Codec, Pushed, Rejected, TextOut, Unreadable, flat
    from handlers.texts.marks import plain

TOKEN = "fuzzed"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP_ID = "wx1d9c3e0a5b7f2468"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
CODEC = Codec(token=TOKEN, aes_key=KEY, app_id=APP_ID)
BOX = Box(KEY, APP_ID)
ALIVE = re.compile(r"[<>]|weixin\s*:|https?\s*:\s*/\s*/|]]", re.IGNORECASE)


def one(data: bytes) -> None:
    """The first byte says which way in."""
    match data[:1]:
        case b"\x00":
            read(data[1:], {"timestamp": STAMP, "nonce": "1", "msg_signature": "0" * 40})
        case b"\x01":
            read(*signed(base64.b64encode(data[1:])))
        case b"\x02":
            answered(data[1:].decode(errors="replace"))
        case b"\x03":
            harmless(data[1:].decode(errors="replace"))
        case _:
            read(*signed(BOX.seal(data, b"0" * 16)))


def read(body: bytes, query: dict[str, str]) -> Pushed | None:
    """A message or one of the two refusals, nothing else."""
    try:
        return CODEC.decode(body, query, NOW)
    except (Rejected, Unreadable):
        return None


def answered(said: str) -> None:
    """Any words come out as one text of lawful length, and the reply holds no field but its own."""
    asked = read(
        *signed(BOX.seal(b"<xml><FromUserName>o</FromUserName><MsgType>text</MsgType></xml>", b"0" * 16))
    )
    if asked is None:
        raise AssertionError("a plain push is not read")
    reply = CODEC.encode(TextOut(said), asked, NOW, "1")
    if reply:
        fields = flat(BOX.open(base64.b64decode(flat(reply)["Encrypt"])))
        if set(fields) != {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"}:
            raise AssertionError(fields)
        if len(fields["Content"].encode()) > TEXT_LIMIT:
            raise AssertionError("too long")


def harmless(typed: str) -> None:
    """What a person typed has nothing alive in it, and stays so when it is made plain again."""
    shown = plain(typed)
    if ALIVE.search(shown) or plain(shown) != shown:
        raise AssertionError(shown)


def signed(sealed: bytes) -> tuple[bytes, dict[str, str]]:
    """Body and query with a signature that holds."""
    parts = sorted((TOKEN.encode(), STAMP.encode(), b"1", sealed.strip()))
    by = hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest()
    query = {"timestamp": STAMP, "nonce": "1", "msg_signature": by}
    return b"<xml><Encrypt>" + sealed + b"</Encrypt></xml>", query


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
