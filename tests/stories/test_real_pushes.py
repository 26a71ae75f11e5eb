"""Everything that WeChat ever pushes, through the door of the whole bot: an answer, and never a trace of trouble."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
import xmltodict
from wechatpy.crypto import WeChatCrypto

from tests.stories.world import World

GIVEN = os.environ.get("WECHAT_FIXTURES")
FOLDER = Path(GIVEN) / "messages" if GIVEN else Path(__file__).parents[1] / "bot" / "samples" / "pushes"
PUSHES = sorted(FOLDER.glob("*.xml"))


heard: set[str] = set()
"""Whom the world of this module knows."""
SEALED_BEFORE = {path.name for path in PUSHES if "<Encrypt>" in path.read_text("utf-8")}
"""Recorded pushes that are themselves sealed, by somebody else's key."""


def test_there_are_pushes_to_try() -> None:
    if GIVEN:
        assert len(PUSHES) == 253
        assert len(SEALED_BEFORE) == 6
    assert len(PUSHES) > 30


@pytest.mark.parametrize("path", PUSHES, ids=lambda path: path.stem)
def test_a_real_push_is_answered_well_or_not_at_all(
    shared_world: World, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = shared_world.house.settings
    crypto = WeChatCrypto(settings.wechat_token, settings.wechat_aes_key, settings.wechat_app_id)
    timestamp, nonce = str(int(time.time())), "1372623149"
    sealed = xmltodict.parse(crypto.encrypt_message(path.read_bytes(), nonce, timestamp))["xml"]
    query = {
        "signature": "0" * 40,
        "timestamp": timestamp,
        "nonce": nonce,
        "encrypt_type": "aes",
        "msg_signature": sealed["MsgSignature"],
    }
    body = f"<xml><ToUserName>gh_1</ToUserName><Encrypt><![CDATA[{sealed['Encrypt']}]]></Encrypt></xml>"
    with caplog.at_level(logging.INFO):
        answer = shared_world.app.test_client().post(f"/wechat?{urlencode(query)}", data=body.encode())

    assert answer.status_code == 200
    assert [line for line in caplog.records if line.exc_info or line.levelno >= logging.WARNING] == []
    pushed = xmltodict.parse(path.read_bytes())["xml"]
    if path.name in SEALED_BEFORE:
        assert answer.data == b""
    elif pushed.get("MsgType") == "text" and pushed.get("FromUserName") not in (None, *heard):
        assert answer.data, "the first words of a person are answered; not understood once more, they are not"
    heard.add(str(pushed.get("FromUserName")))
    if not answer.data:
        return
    envelope = xmltodict.parse(answer.data)["xml"]
    opened = crypto.decrypt_message(
        answer.data, envelope["MsgSignature"], envelope["TimeStamp"], envelope["Nonce"]
    )
    reply = xmltodict.parse(opened)["xml"]
    assert (reply["ToUserName"], reply["FromUserName"]) == (pushed["FromUserName"], pushed["ToUserName"])
    assert reply["MsgType"] == "text"
    assert 0 < len(reply["Content"].encode()) <= 2048
    assert "开小差" not in reply["Content"]


def test_the_book_is_whole_after_all_of_them(shared_world: World) -> None:
    shared_world.audited()
